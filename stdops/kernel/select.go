package kernel

import (
	"math"
	"math/bits"
	"slices"
)

// selectRanks rearranges x, which has no NaN, so that for each r of ranks, which
// ascend, x[r] is the element that would stand there if x were sorted; none
// before it is greater and none after it less.
func selectRanks[R Real](x []R, ranks []int) {
	base := 0
	for len(ranks) > 0 {
		m := len(ranks) / 2
		k := ranks[m] - base
		selectRank(x, k)
		left := x[:k]
		if m > 0 {
			lower := make([]int, m)
			for i, r := range ranks[:m] {
				lower[i] = r - base
			}
			selectRanks(left, lower)
		}
		x, ranks, base = x[k+1:], ranks[m+1:], base+k+1
	}
}

// Lengths up to which x is sorted, and up to which the pivot is the median of
// three.
const (
	sortedUpTo  = 24
	sampledFrom = 1 << 11
)

// selectRank is selectRanks for one rank. It partitions around a pivot until few
// elements are left. The pivot of a long x is taken from a sorted sample, a
// little beyond the rank on the side where more elements are (Floyd and Rivest,
// "Expected time bounds for selection", 1975): the first pass then leaves little
// more than the smaller side, and the second one little at all. A pass has no
// branch that depends on the elements. If passes do not get ahead, the rest is
// sorted.
func selectRank[R Real](x []R, k int) {
	for passes := 2 * bits.Len(uint(len(x))); len(x) > sortedUpTo && passes > 0; passes-- {
		p := pivot(x, k)
		less := partition(x, p)
		if less == 0 { // p is the least: leave out all that are equal to it
			if less = partitionEqual(x, p); k < less {
				return
			}
		} else if k < less {
			x = x[:less]
			continue
		}
		x, k = x[less:], k-less
	}
	slices.Sort(x)
}

// partition moves the elements less than p to the front and returns how many
// there are.
func partition[R Real](x []R, p R) int {
	n := 0
	for i, v := range x {
		x[i] = x[n]
		x[n] = v
		n += int(one(v < p))
	}
	return n
}

// partitionEqual is partition for those equal to p.
func partitionEqual[R Real](x []R, p R) int {
	n := 0
	for i, v := range x {
		x[i] = x[n]
		x[n] = v
		n += int(one(v == p))
	}
	return n
}

// maxSample bounds the sample from which a pivot is taken.
const maxSample = 1024

// pivot returns an element of x that will stand near position k.
func pivot[R Real](x []R, k int) R {
	if len(x) < sampledFrom {
		a, b, c := x[0], x[len(x)/2], x[len(x)-1]
		return max(min(a, b), min(max(a, b), c))
	}
	var buf [maxSample]R
	sample := buf[:min(maxSample, len(x)/64)]
	state := uint64(len(x))*0x9e3779b97f4a7c15 + uint64(k)
	for i := range sample { // one of each of equal parts, at random
		state = state*6364136223846793005 + 1442695040888963407
		part := len(x) / len(sample)
		sample[i] = x[i*part+int(state>>33)%part]
	}
	slices.Sort(sample)
	at := float64(k) / float64(len(x))
	margin := 2 * math.Sqrt(at*(1-at)*float64(len(sample)))
	rank := at * float64(len(sample))
	if at <= 0.5 {
		rank += margin + 1
	} else {
		rank -= margin + 1
	}
	return sample[min(max(int(rank), 0), len(sample)-1)]
}
