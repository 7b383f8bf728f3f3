// Package svd is workload (f): the singular values of a tall matrix.
package svd

import "github.com/daskgen/daskgen/da"

//go:generate go tool daskgen gen

// SVD returns the 16 largest singular values.
//
//daskgen:graph
func SVD() da.Array[float64] {
	x := da.Random(1).Random(da.Shape(2_000_000, 100), da.Chunks(100_000, 100))
	return da.SVDVals(x).At(da.S(0, 16))
}
