// Package transposemean is workload (a): the column means of x + x.T, of random
// numbers in 400 blocks.
package transposemean

import "github.com/daskgen/daskgen/da"

//go:generate go tool daskgen gen

// Mean returns (x + x.T).mean(0).
//
//daskgen:graph
func Mean() da.Array[float64] {
	x := da.Random(1).Random(da.Shape(20000, 20000), da.Chunks(1000, 1000))
	return x.Add(x.T()).Mean(0)
}
