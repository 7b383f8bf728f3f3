package pass

import (
	"fmt"
	"testing"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
)

// meanOfSum is (x + x.T).mean(0) over n by n blocks, without the tree.
func meanOfSum(n int64) *ir.Graph {
	sizes := make([]int64, n)
	for i := range sizes {
		sizes[i] = 10
	}
	x := layer("x", ir.Box(n, n), op("random", integer(7), param(0), list(integer(10), integer(10))))
	x.Cases[0].Params = []ir.Param{{Type: ir.ScalarType(ir.Int64), Affine: &ir.Affine{Coef: []int64{n, 1}}}}
	xt := layer("x-T", ir.Box(n, n), op("transpose", operand(0)), read(x, axis(0, 0, 1), axis(0, 1, 0)))
	y := layer("y", ir.Box(n, n), op("add", operand(0), operand(1)), read(x, axis(0, 1, 0), axis(0, 0, 1)), read(xt, axis(0, 1, 0), axis(0, 0, 1)))
	k := op("mean", operand(0))
	k.Kwargs = []ir.Kwarg{{Name: "axis", Value: list(integer(0))}, {Name: "keepdims", Value: boolean(true)}}
	m := layer("m", ir.Box(n, n), k, read(y, axis(0, 1, 0), axis(0, 0, 1)))
	g := graph(x, xt, y, m)
	g.Outputs[0].Index = nil
	return g
}

func BenchmarkMillionTasks(b *testing.B) {
	for b.Loop() {
		g := meanOfSum(577)
		if ds := check.Check(g); len(ds) > 0 {
			b.Fatal(ds)
		}
		Run(g, Options{})
		if len(g.Layers) != 2 {
			b.Fatal(len(g.Layers))
		}
	}
}

// A chain of tasks whose keys have nothing in common.
func BenchmarkPlainChain(b *testing.B) {
	const n = 100_000
	for b.Loop() {
		b.StopTimer()
		g := &ir.Graph{Layers: []*ir.Layer{layer("t0", nil, integer(1))}}
		for i := 1; i < n; i++ {
			g.Layers = append(g.Layers, layer(fmt.Sprintf("t%d", i), nil, op("inc", operand(0)), read(g.Layers[i-1])))
		}
		last := g.Layers[n-1]
		g.Outputs = []*ir.Output{{Name: "out", Layer: last, Index: []int64{}}}
		b.StartTimer()
		if ds := check.Check(g); len(ds) > 0 {
			b.Fatal(ds)
		}
		Run(g, Options{})
	}
}

// Tasks that read the tasks of another layer in no order.
func BenchmarkMillionTasksTable(b *testing.B) {
	const n = 1 << 20
	ids := make([]uint32, n)
	for i := range ids {
		ids[i] = uint32(i) * 7919 % n
	}
	for b.Loop() {
		x := layer("x", ir.Box(n), op("random", integer(7), param(0), list(integer(10))))
		x.Cases[0].Params = []ir.Param{{Type: ir.ScalarType(ir.Int64), Affine: &ir.Affine{Coef: []int64{1}}}}
		y := layer("y", ir.Box(n), op("sqrt", operand(0)), ir.Operand{Layer: x, Access: ir.Access{Table: &ir.Table{IDs: ids}}})
		z := layer("z", ir.Box(n), op("add", operand(0), operand(1)), read(y, axis(0, 1)), ir.Operand{Layer: y, Access: ir.Access{Table: &ir.Table{IDs: ids}}})
		g := graph(x, y, z)
		g.Outputs[0].Index = nil
		if ds := check.Check(g); len(ds) > 0 {
			b.Fatal(ds)
		}
		Run(g, Options{})
	}
}
