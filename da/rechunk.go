package da

import (
	"container/heap"
	"math"
	"slices"
)

// Limits of a plan, unless RechunkPlanned gives others: at how many pieces for
// each block of the old and the new chunks an array is rechunked in several
// stages, and the bytes of a block in between. A piece costs a task of some ten
// nanoseconds, not dask's tens of microseconds: the threshold is that much higher,
// and most arrays are rechunked in one stage, which copies each element once.
const (
	defaultThreshold  = 4096
	defaultBlockLimit = 128 << 20
)

// planRechunk returns the chunks through which an array goes from old to new
// chunks; the last ones are the new ones. It is dask's plan_rechunk: where blocks
// overlap in too many pieces, chunks in between are merged along some axes, as
// far as blocks stay below the limit, and where that does not suffice split along
// others first.
func planRechunk(from, to [][]int64, threshold, limit int64) [][][]int64 {
	for k := range from {
		if sum(from[k]) == 0 {
			return [][][]int64{to}
		}
	}
	limit = max(limit, largestBlock(from), largestBlock(to))
	bound := float64(threshold) * (blockCount(from) + blockCount(to))
	var stages [][][]int64
	current := from
	for first := true; ; first = false {
		size := pieces(current, to)
		if size < bound {
			break
		}
		next := current
		if !first {
			next = splitStage(current, to, size*float64(threshold))
		}
		next, full := mergeStage(next, to, limit)
		same := slices.EqualFunc(next, current, slices.Equal)
		if same && !first || slices.EqualFunc(next, to, slices.Equal) {
			break
		}
		if !same {
			stages = append(stages, next)
		}
		if current = next; !full {
			break
		}
	}
	return append(stages, to)
}

func blockCount(chunks [][]int64) float64 {
	n := 1.0
	for _, c := range chunks {
		n *= float64(len(c))
	}
	return n
}

// largestBlock returns the number of elements of the largest block.
func largestBlock(chunks [][]int64) int64 {
	n := int64(1)
	for _, c := range chunks {
		n *= slices.Max(c)
	}
	return n
}

// pieces estimates into how many pieces two ways to cut an array divide it.
func pieces(from, to [][]int64) float64 {
	n := 1.0
	for k, c := range from {
		if slices.Equal(c, to[k]) {
			n *= float64(len(c))
		} else {
			n *= float64(len(c) + len(to[k]) - 1)
		}
	}
	return n
}

// mergeStage takes over new chunks along axes where they are fewer, those first
// that save most pieces for what they add to a block, as far as blocks stay
// within the limit. Full says that the limit was met.
func mergeStage(from, to [][]int64, limit int64) (out [][]int64, full bool) {
	var axes []int
	gain := make([]float64, len(from))
	for k := range from {
		fewer := float64(len(to[k])) / float64(len(from[k]))
		if fewer > 1 {
			continue
		}
		larger := float64(slices.Max(to[k])) / float64(max(1, slices.Max(from[k])))
		if larger == 1 {
			larger += 1e-9
		}
		axes, gain[k] = append(axes, k), math.Log(fewer)/math.Log(larger)
	}
	slices.SortStableFunc(axes, func(a, b int) int {
		switch {
		case gain[a] < gain[b]:
			return -1
		case gain[a] > gain[b]:
			return 1
		}
		return 0
	})
	out = slices.Clone(from)
	block := largestBlock(from)
	for _, k := range axes {
		width := max(1, slices.Max(out[k]))
		if merged := block / width * slices.Max(to[k]); merged <= limit {
			out[k], block = to[k], merged
			continue
		}
		full = true
		if c := divide(to[k], limit/max(1, block/width)); len(c) <= len(from[k]) {
			out[k], block = c, block/width*slices.Max(c)
		}
	}
	return out, full
}

// splitStage cuts axes that the new chunks cut finer, as long as there are no
// more pieces than the bound.
func splitStage(from, to [][]int64, bound float64) [][]int64 {
	out := slices.Clone(from)
	for k := range from {
		size := pieces(out, to)
		if size > bound {
			break
		}
		if len(from[k]) > len(to[k]) {
			continue
		}
		most := int(float64(len(from[k])) * bound / size)
		if c := mergeTo(to[k], most); len(c) >= len(from[k]) && slices.Max(c) <= slices.Max(from[k]) {
			out[k] = c
		}
	}
	return out
}

// divide cuts chunks so that none is longer than width, evenly.
func divide(chunks []int64, width int64) []int64 {
	var out []int64
	width = max(1, width)
	for _, c := range chunks {
		for parts := (c + width - 1) / width; parts > 0; parts-- {
			out = append(out, c/parts)
			c -= c / parts
		}
	}
	return out
}

// mergeTo joins neighbouring chunks, the shortest first, until there are at most
// n; equal ones are joined evenly.
func mergeTo(chunks []int64, n int) []int64 {
	if len(chunks) <= n {
		return chunks
	}
	if uniform(chunks) {
		counts := make([]int64, n)
		for i := range counts {
			counts[i] = chunks[0] * int64((i+1)*len(chunks)/n-i*len(chunks)/n)
		}
		return counts
	}
	return mergeShortest(chunks, n)
}

// A joint is two neighbouring chunks that may be joined.
type joint struct {
	length      int64
	left, right int
}

type joints []joint

func (j joints) Len() int { return len(j) }
func (j joints) Less(a, b int) bool {
	return j[a].length < j[b].length || j[a].length == j[b].length && j[a].left < j[b].left
}
func (j joints) Swap(a, b int) { j[a], j[b] = j[b], j[a] }
func (j *joints) Push(x any)   { *j = append(*j, x.(joint)) }
func (j *joints) Pop() any {
	last := len(*j) - 1
	x := (*j)[last]
	*j = (*j)[:last]
	return x
}

// mergeShortest joins the two neighbours that are shortest together until n
// chunks are left. A chunk that was joined with the one behind it has length 0.
func mergeShortest(chunks []int64, n int) []int64 {
	out := slices.Clone(chunks)
	open := joints{}
	for i := range out[1:] {
		open = append(open, joint{out[i] + out[i+1], i, i + 1})
	}
	heap.Init(&open)
	for left := len(out); left > n; {
		j := heap.Pop(&open).(joint)
		if out[j.left] == 0 {
			continue
		}
		for out[j.right] == 0 {
			j.right++
		}
		if now := out[j.left] + out[j.right]; now != j.length {
			heap.Push(&open, joint{now, j.left, j.right})
			continue
		}
		out[j.left], out[j.right] = 0, j.length
		left--
	}
	return slices.DeleteFunc(out, func(c int64) bool { return c == 0 })
}
