// Package product is workload (d): the product of a matrix with itself in
// blocks, and the sum of all elements.
package product

import "github.com/daskgen/daskgen/da"

//go:generate go tool daskgen gen

// Product returns (x @ x).sum().
//
//daskgen:graph
func Product() da.Array[float64] {
	x := da.Random(1).Random(da.Shape(8000, 8000), da.Chunks(1000, 1000))
	return x.MatMul(x).Sum()
}
