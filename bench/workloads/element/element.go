// Package element is workload (b): one element of a transposed array, of which
// one block is needed.
package element

import "github.com/daskgen/daskgen/da"

//go:generate go tool daskgen gen

// Element returns x.T[0, 3].
//
//daskgen:graph
func Element() da.Array[float64] {
	x := da.Random(1).Random(da.Shape(20000, 20000), da.Chunks(1000, 1000))
	return x.T().At(0, 3)
}
