// Package shapes makes the task graphs of the per-task rows, the same as the
// peers make.
package shapes

import "math"

// Names are the shapes.
var Names = []string{"independent", "chain", "tree", "wavefront", "random"}

// Leaves is the number of leaves of the tree of at most n tasks.
func Leaves(n int) int {
	leaves := 1
	for leaves*4-1 <= n {
		leaves *= 2
	}
	return leaves
}

// Side is the side of the square of at most n tasks.
func Side(n int) int { return int(math.Sqrt(float64(n))) }

// Predecessors returns those of each task of a graph of about n tasks. A task's
// value is one more than the sum of the last bytes of those of its predecessors.
func Predecessors(shape string, n int) [][]uint32 {
	switch shape {
	case "chain":
		preds := make([][]uint32, n)
		for i := 1; i < n; i++ {
			preds[i] = []uint32{uint32(i - 1)}
		}
		return preds
	case "tree":
		leaves := Leaves(n)
		preds := make([][]uint32, leaves, 2*leaves-1)
		for i := range uint32(leaves - 1) {
			preds = append(preds, []uint32{2 * i, 2*i + 1})
		}
		return preds
	case "wavefront":
		return wavefront(Side(n))
	case "random":
		return random(n)
	}
	return make([][]uint32, n)
}

func wavefront(side int) [][]uint32 {
	preds := make([][]uint32, side*side)
	for i := range preds {
		if i >= side {
			preds[i] = append(preds[i], uint32(i-side))
		}
		if i%side > 0 {
			preds[i] = append(preds[i], uint32(i-1))
		}
	}
	return preds
}

// random reads up to three of the thousand tasks before.
func random(n int) [][]uint32 {
	x := uint64(88172645463325252)
	next := func(n int) int {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		return int(x % uint64(n))
	}
	preds := make([][]uint32, n)
	for i := 1; i < n; i++ {
		last := -1
		for range next(4) {
			p := i - 1 - next(min(i, 1000))
			if p != last {
				preds[i] = append(preds[i], uint32(p))
			}
			last = p
		}
	}
	return preds
}

// Sum computes all values one after the other and returns their sum.
func Sum(preds [][]uint32) int64 {
	v, sum := make([]int64, len(preds)), int64(0)
	for i, ps := range preds {
		v[i] = 1
		for _, p := range ps {
			v[i] += v[p] & 0xff
		}
		sum += v[i]
	}
	return sum
}
