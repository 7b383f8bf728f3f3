// Package standardise is workload (c): columns less their means, over their
// standard deviations, and the sum of all.
package standardise

import "github.com/daskgen/daskgen/da"

//go:generate go tool daskgen gen

// Standardise returns ((x - x.mean(0)) / x.std(0)).sum().
//
//daskgen:graph
func Standardise() da.Array[float64] {
	x := da.Random(1).Random(da.Shape(20000, 20000), da.Chunks(1000, 1000))
	return x.Sub(x.Mean(0)).Div(x.Std(0)).Sum()
}
