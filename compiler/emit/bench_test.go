package emit

import (
	"fmt"
	"testing"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
)

// BenchmarkKernels emits a program of distinct kernels, of a few lines each.
func BenchmarkKernels(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			g := chain(n)
			if ds := check.Check(g); ds.HasErrors() {
				b.Fatal(ds)
			}
			for b.Loop() {
				if _, err := Program(g, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func sizesOf(n int, size int64) []int64 {
	sizes := make([]int64, n)
	for i := range sizes {
		sizes[i] = size
	}
	return sizes
}

// chain is n layers of 100 blocks, each with a kernel of its own.
func chain(n int) *ir.Graph {
	x := input("x", ir.Float64, sizesOf(100, 10))
	layers := []*ir.Layer{x}
	for i := range n {
		prev := layers[len(layers)-1]
		k := op("sqrt", op("add", op("multiply", arg(0), num(float64(i)+0.5)), num(1)))
		layers = append(layers, layer(fmt.Sprint("y", i), ir.Box(100), k, read(prev, at(0, 1))))
	}
	return graph("chain", layers, array(layers[n]))
}
