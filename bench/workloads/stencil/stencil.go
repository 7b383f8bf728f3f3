// Package stencil is workload (g): ten steps of a stencil of five points with
// zeros around the array, and the sum of all elements.
package stencil

import "github.com/daskgen/daskgen/da"

//go:generate go tool daskgen gen

// Stencil returns the sum after ten steps, each of which makes every element
// the mean of its neighbours and itself.
//
//daskgen:graph
func Stencil() da.Array[float64] {
	x := da.Random(1).Random(da.Shape(8000, 8000), da.Chunks(1000, 1000))
	steps := da.IterateStencil(x, 10, da.Depth(1, 1).Boundary(da.Filled(0.0)), func(w da.Window[float64]) da.Array[float64] {
		return w.At(0, 0).Add(w.At(-1, 0)).Add(w.At(1, 0)).Add(w.At(0, -1)).Add(w.At(0, 1)).MulScalar(0.2)
	})
	return steps.Sum()
}
