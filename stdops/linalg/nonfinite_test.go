package linalg

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	rt "github.com/daskgen/daskgen/runtime"
)

// A zero times NaN or infinity is NaN, wherever the two stand.
func TestZeroTimesNonfinite(t *testing.T) {
	special := []float64{0, 1, -2, 0, math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)}
	rapid.Check(t, func(t *rapid.T) {
		elem := func(int) float64 { return rapid.SampledFrom(special).Draw(t, "element") }
		m, k, n := rapid.IntRange(1, 4).Draw(t, "m"), rapid.IntRange(1, 5).Draw(t, "k"), rapid.IntRange(1, 4).Draw(t, "n")
		a, b := drawBlock(t, []int{m, k}, elem), drawBlock(t, []int{k, n}, elem)
		got, err := MatMul(nil, a, b)
		if err != nil {
			t.Fatal(err)
		}
		want := naive(a, b, []int{1}, []int{0}, func(s, x, y float64) float64 { return s + x*y })
		for i, w := range want {
			if g := got.Elements()[i]; g != w && !(math.IsNaN(g) && math.IsNaN(w)) {
				t.Fatalf("element %d is %v, want %v", i, g, w)
			}
		}
	})
}

// drawFixed returns a matrix of small numbers.
func drawFixed(rows, cols int) *rt.Block[float64] {
	data := make([]float64, rows*cols)
	for i := range data {
		data[i] = float64(i%7 - 3)
	}
	return rt.FromSlice(data, rows, cols)
}

// BenchmarkMatVec is bound by reading the matrix, which the search for NaN must
// not double.
func BenchmarkMatVec(b *testing.B) {
	x := drawFixed(2000, 2000)
	v := drawFixed(2000, 1)
	for b.Loop() {
		r, err := MatMul(nil, x, v)
		if err != nil {
			b.Fatal(err)
		}
		r.Release()
	}
}
