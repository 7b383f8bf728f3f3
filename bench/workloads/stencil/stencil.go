// Package stencil is workload (g): ten steps of a stencil of five points with
// zeros around the array, and the sum of all elements.
package stencil

import (
	"github.com/daskgen/daskgen/da"
	rt "github.com/daskgen/daskgen/runtime"
)

//go:generate go tool daskgen gen

// Stencil returns the sum after ten steps.
//
//daskgen:graph
func Stencil() da.Array[float64] {
	x := da.Random(1).Random(da.Shape(8000, 8000), da.Chunks(1000, 1000))
	for range 10 {
		x = da.MapOverlap(x, step, da.Depth(1, 1).Boundary(da.Filled(0.0)))
	}
	return x.Sum()
}

// step makes each inner element the mean of its neighbours and itself.
func step(b *rt.Block[float64]) *rt.Block[float64] {
	rows, cols := b.Shape[0], b.Shape[1]
	in, out := b.Elements(), make([]float64, rows*cols)
	for i := 1; i < rows-1; i++ {
		up, mid, down := in[(i-1)*cols:i*cols], in[i*cols:(i+1)*cols], in[(i+1)*cols:(i+2)*cols]
		o := out[i*cols : (i+1)*cols]
		up, down, o = up[:len(mid)], down[:len(mid)], o[:len(mid)]
		for j := 1; j < len(mid)-1; j++ {
			o[j] = 0.2 * (mid[j] + up[j] + down[j] + mid[j-1] + mid[j+1])
		}
	}
	return rt.FromSlice(out, rows, cols)
}
