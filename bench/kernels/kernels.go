// Package kernels has a graph for each kernel of the table: in cache, where all
// tasks read the same block, and in memory.
package kernels

import (
	"github.com/daskgen/daskgen/da"
	rt "github.com/daskgen/daskgen/runtime"
)

//go:generate go run ./write
//go:generate go tool daskgen gen

// Repeats is how many tasks of a graph in cache read the same block.
const Repeats = 64

// many is an array whose blocks are all the same one.
func many[T rt.Elem](a da.Array[T], shape ...int) da.Array[T] {
	all := append([]int{Repeats}, shape...)
	blocks := append([]int{1}, shape...)
	return a.BroadcastTo(all...).Rechunk(da.Chunks(blocks...))
}

func ones() []int {
	s := make([]int, Repeats)
	for i := range s {
		s[i] = 1
	}
	return s
}

// Kept is called with the blocks that are dropped, if it is set. It must not be
// set while a graph runs.
var Kept func(block any)

// drop stands at the end of graphs in cache: what was computed is not kept.
func drop[T rt.Elem](b *rt.Block[T]) (*rt.Block[float64], error) {
	if Kept != nil {
		Kept(b)
	}
	shape := make([]int, len(b.Shape))
	for i := range shape {
		shape[i] = 1
	}
	return rt.FromSlice([]float64{0}, shape...), nil
}
