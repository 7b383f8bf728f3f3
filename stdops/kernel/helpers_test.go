package kernel

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	rt "github.com/daskgen/daskgen/runtime"
)

// drawShape draws a shape; lengths are mostly small, some long enough to cross
// strips and slots.
func drawShape(t *rapid.T, minRank, maxRank int) []int {
	shape := make([]int, rapid.IntRange(minRank, maxRank).Draw(t, "rank"))
	n := 1
	for i := range shape {
		d := rapid.SampledFrom([]int{0, 1, 1, 2, 3, 4, 5, 7, 33, 70, 300}).Draw(t, "length")
		if n*max(d, 1) > 60000 {
			d = 2
		}
		shape[i] = d
		n *= max(d, 1)
	}
	return shape
}

// drawAxes draws a set of axes.
func drawAxes(t *rapid.T, rank int) []int {
	axes := []int{}
	for i := range rank {
		if rapid.Bool().Draw(t, "reduced") {
			axes = append(axes, i)
		}
	}
	return axes
}

// feed gives the elements of x to an accumulator in strips.
func feed[T any](add func([]T), x []T) {
	for lo := 0; lo < len(x); lo += rt.StripLen {
		add(x[lo:min(lo+rt.StripLen, len(x))])
	}
}

// groups returns for each element of the reduced array the elements that meet
// in it, in C order.
func groups[T any](x []T, shape, axes []int) [][]T {
	out := make([][]T, size(reducedShape(nil, shape, reducedAxes(nil, len(shape), axes), false)))
	idx := make([]int, len(shape))
	for _, v := range x {
		k := 0
		for i, d := range shape {
			if !slices.Contains(axes, i) {
				k = k*d + idx[i]
			}
		}
		out[k] = append(out[k], v)
		for i := len(idx) - 1; i >= 0; i-- {
			if idx[i]++; idx[i] < shape[i] {
				break
			}
			idx[i] = 0
		}
	}
	return out
}

// elements returns the elements of a block one by one.
func elements[T rt.Elem](b *rt.Block[T]) []T {
	out := make([]T, 0, b.Size())
	idx := make([]int, b.Rank())
	for range b.Size() {
		out = append(out, b.At(idx...))
		for i := len(idx) - 1; i >= 0; i-- {
			if idx[i]++; idx[i] < b.Shape[i] {
				break
			}
			idx[i] = 0
		}
	}
	return out
}

// near says whether two floats agree to a relative tolerance.
func near(a, b, tol float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= tol*(math.Abs(a)+math.Abs(b))
}

// must returns the value of a call that has not failed.
func must[V any](tb interface {
	Fatal(...any)
	Helper()
}) func(V, error) V {
	return func(v V, err error) V {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

// wantError fails the test unless the call failed with this text.
func wantError(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || err.Error() != text {
		t.Errorf("error %v, want %q", err, text)
	}
}
