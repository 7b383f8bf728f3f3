package kernel

import (
	"math"
	"testing"

	rt "github.com/daskgen/daskgen/runtime"
)

// TestComplexProd holds the products of one number against NumPy's, whose
// reduction begins with 1: 1*(inf+4i) is inf+NaNi.
func TestComplexProd(t *testing.T) {
	x := rt.FromSlice([]complex128{complex(math.Inf(1), 4), 2}, 1, 2)
	for axis, want := range []int{2, 1} {
		acc := NewProd[complex128, complex128](nil, x.Shape, []int{axis}, false)
		got := must[*rt.Block[complex128]](t)(Feed(nil, x, acc))
		if got.Size() != want || !math.IsNaN(imag(got.Data[0])) {
			t.Errorf("axis %d: %v", axis, got.Data)
		}
	}
}
