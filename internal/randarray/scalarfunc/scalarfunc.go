// Package scalarfunc holds the functions that random array programs call. It
// stands alone so that generated programs which import it are built fast.
package scalarfunc

import rt "github.com/daskgen/daskgen/runtime"

// Half returns x/2.
func Half(x float64) float64 { return x / 2 }

// Mixed returns y if x is above 0, else x-y.
func Mixed(x, y float64) float64 {
	if x > 0 {
		return y
	}
	return x - y
}

// Negate returns the block with all elements negated.
func Negate(b *rt.Block[float64]) *rt.Block[float64] {
	out := make([]float64, 0, b.Size())
	for _, x := range b.Elements() {
		out = append(out, -x)
	}
	return rt.FromSlice(out, b.Shape...)
}
