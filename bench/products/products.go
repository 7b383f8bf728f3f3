// Package products has the products of matrices that are measured: a graph for
// each shape and dtype, in blocks.
package products

import (
	"github.com/daskgen/daskgen/da"
	rt "github.com/daskgen/daskgen/runtime"
)

//go:generate go tool daskgen gen

// A Shape is a row: the product of A (M×K) and B (K×N), where an operand may be
// the transpose of the array that is given.
type Shape struct {
	Name    string
	M, K, N int
	TA, TB  bool
}

// Shapes are the rows that have graphs.
var Shapes = []Shape{
	{Name: "square", M: 2048, K: 2048, N: 2048},
	{Name: "medium", M: 512, K: 512, N: 512},
	{Name: "tall", M: 100000, K: 100, N: 100},
	{Name: "inner", M: 100, K: 100000, N: 100, TA: true},
	{Name: "outer", M: 2048, K: 64, N: 2048},
	{Name: "transposed", M: 1024, K: 1024, N: 1024, TA: true, TB: true},
}

// Small are the rows without a graph: so small a product is a task's own affair.
var Small = []Shape{
	{Name: "8", M: 8, K: 8, N: 8},
	{Name: "16", M: 16, K: 16, N: 16},
	{Name: "32", M: 32, K: 32, N: 32},
	{Name: "small", M: 64, K: 64, N: 64},
	{Name: "100", M: 100, K: 100, N: 100},
	{Name: "128", M: 128, K: 128, N: 128},
	{Name: "256", M: 256, K: 256, N: 256},
	{Name: "row", M: 8, K: 512, N: 512},
	{Name: "column", M: 512, K: 512, N: 8},
	{Name: "turned", M: 100, K: 100, N: 100, TA: true, TB: true},
}

func plain[T rt.Elem](a, b da.Array[T]) da.Array[T]  { return a.MatMul(b) }
func inner[T rt.Elem](a, b da.Array[T]) da.Array[T]  { return a.T().MatMul(b) }
func turned[T rt.Elem](a, b da.Array[T]) da.Array[T] { return a.T().MatMul(b.T()) }

// Square64 multiplies the shape square of float64.
//
//daskgen:graph a=(2048,2048):(1024,1024) b=(2048,2048):(1024,1024)
func Square64(a, b da.Array[float64]) da.Array[float64] { return plain(a, b) }

// Square32 multiplies the shape square of float32.
//
//daskgen:graph a=(2048,2048):(1024,1024) b=(2048,2048):(1024,1024)
func Square32(a, b da.Array[float32]) da.Array[float32] { return plain(a, b) }

// Medium64 multiplies the shape medium of float64.
//
//daskgen:graph a=(512,512):(512,512) b=(512,512):(512,512)
func Medium64(a, b da.Array[float64]) da.Array[float64] { return plain(a, b) }

// Medium32 multiplies the shape medium of float32.
//
//daskgen:graph a=(512,512):(512,512) b=(512,512):(512,512)
func Medium32(a, b da.Array[float32]) da.Array[float32] { return plain(a, b) }

// Tall64 multiplies the shape tall of float64.
//
//daskgen:graph a=(100000,100):(10000,100) b=(100,100):(100,100)
func Tall64(a, b da.Array[float64]) da.Array[float64] { return plain(a, b) }

// Tall32 multiplies the shape tall of float32.
//
//daskgen:graph a=(100000,100):(10000,100) b=(100,100):(100,100)
func Tall32(a, b da.Array[float32]) da.Array[float32] { return plain(a, b) }

// Inner64 multiplies the shape inner of float64.
//
//daskgen:graph a=(100000,100):(10000,100) b=(100000,100):(10000,100)
func Inner64(a, b da.Array[float64]) da.Array[float64] { return inner(a, b) }

// Inner32 multiplies the shape inner of float32.
//
//daskgen:graph a=(100000,100):(10000,100) b=(100000,100):(10000,100)
func Inner32(a, b da.Array[float32]) da.Array[float32] { return inner(a, b) }

// Outer64 multiplies the shape outer of float64.
//
//daskgen:graph a=(2048,64):(512,64) b=(64,2048):(64,2048)
func Outer64(a, b da.Array[float64]) da.Array[float64] { return plain(a, b) }

// Outer32 multiplies the shape outer of float32.
//
//daskgen:graph a=(2048,64):(512,64) b=(64,2048):(64,2048)
func Outer32(a, b da.Array[float32]) da.Array[float32] { return plain(a, b) }

// Transposed64 multiplies the shape transposed of float64.
//
//daskgen:graph a=(1024,1024):(1024,512) b=(1024,1024):(1024,1024)
func Transposed64(a, b da.Array[float64]) da.Array[float64] { return turned(a, b) }

// Transposed32 multiplies the shape transposed of float32.
//
//daskgen:graph a=(1024,1024):(1024,512) b=(1024,1024):(1024,1024)
func Transposed32(a, b da.Array[float32]) da.Array[float32] { return turned(a, b) }
