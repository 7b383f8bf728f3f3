// Package transpose is the second worked example of dask's first release:
// x.T[0, 3] of a random 4×4 array in blocks of 2×2. Of its nine tasks one is
// left, which makes one random block and reads one element.
package transpose

import "github.com/daskgen/daskgen/da"

//go:generate go run github.com/daskgen/daskgen/cmd/daskgen gen

// Element is x.T[0, 3].
//
//daskgen:graph
func Element() da.Array[float64] {
	x := da.Random(1).Uniform(0, 1, da.Shape(4, 4), da.Chunks(2, 2))
	return x.T().At(0, 3)
}
