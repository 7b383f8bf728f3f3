// Package rechunk is workload (e): blocks of whole rows become blocks of whole
// columns, and their rows are summed.
package rechunk

import "github.com/daskgen/daskgen/da"

//go:generate go tool daskgen gen

// Rechunk returns x.rechunk(columns).sum(1).sum().
//
//daskgen:graph
func Rechunk() da.Array[float64] {
	x := da.Random(1).Random(da.Shape(20000, 20000), da.Chunks(1000, 20000))
	return x.Rechunk(da.Chunks(20000, 1000)).Sum(1).Sum()
}
