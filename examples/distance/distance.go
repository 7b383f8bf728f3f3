// Package distance is a library whose generated code is checked in: pairwise
// Euclidean distances between two sets of points, called from an ordinary Go
// program (cmd) and from a benchmark.
package distance

import "github.com/daskgen/daskgen/da"

//go:generate go run github.com/daskgen/daskgen/cmd/daskgen gen

// Pairwise returns the distances between the rows of a (1000×3) and the rows of
// b (800×3), as a 1000×800 array. It needs no array of differences: one pass
// makes each block.
//
//daskgen:graph a=(1000,3):(250,3) b=(800,3):(400,3)
func Pairwise(a, b da.Array[float64]) da.Array[float64] {
	d := a.At(da.All, da.NewAxis, da.All).Sub(b.At(da.NewAxis, da.All, da.All))
	return d.Mul(d).Sum(2).Sqrt()
}
