// Package quantiles is workload (i): exact quantiles of 10⁸ random numbers in 100
// blocks.
package quantiles

import "github.com/daskgen/daskgen/da"

//go:generate go tool daskgen gen

// Quantiles returns three quantiles.
//
//daskgen:graph
func Quantiles() da.Array[float64] {
	x := da.Random(1).Random(da.Shape(100_000_000), da.Chunks(1_000_000))
	return da.Quantile[float64](x, []float64{0.05, 0.5, 0.99}, da.Linear)
}
