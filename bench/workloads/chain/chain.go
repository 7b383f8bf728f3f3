// Package chain is workload (h): ten elementwise operations in a row on two
// random arrays, and the sum of all elements.
package chain

import "github.com/daskgen/daskgen/da"

//go:generate go tool daskgen gen

// Chain returns the sum of z, which is sqrt(x*y + 1), then sqrt(z*y + 1), then
// sqrt(z*x + 1), less one half.
//
//daskgen:graph
func Chain() da.Array[float64] {
	g := da.Random(1)
	x := g.Random(da.Shape(20000, 20000), da.Chunks(1000, 1000))
	y := g.Random(da.Shape(20000, 20000), da.Chunks(1000, 1000))
	z := x.Mul(y).AddScalar(1).Sqrt()
	z = z.Mul(y).AddScalar(1).Sqrt()
	z = z.Mul(x).AddScalar(1).Sqrt()
	return z.SubScalar(0.5).Sum()
}
