package pass

import (
	"testing"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
)

func op(name string, args ...*ir.Expr) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprOp, Op: name, Args: args}
}
func operand(n int) *ir.Expr { return &ir.Expr{Kind: ir.ExprOperand, N: n} }
func integer(n int64) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{Kind: ir.ConstInt, Int: n}}
}
func axis(base int64, coef ...int64) ir.AxisAccess {
	return ir.AxisAccess{Start: ir.Affine{Base: base, Coef: coef}}
}
func read(l *ir.Layer, axes ...ir.AxisAccess) ir.Operand {
	return ir.Operand{Layer: l, Access: ir.Access{Axes: axes}}
}
func layer(name string, g ir.Grid, k *ir.Expr, reads ...ir.Operand) *ir.Layer {
	return &ir.Layer{Name: name, Grid: g, Cases: []*ir.Case{{Kernel: k, Operands: reads}}}
}
func graph(layers ...*ir.Layer) *ir.Graph {
	last := layers[len(layers)-1]
	return &ir.Graph{Layers: layers, Outputs: []*ir.Output{{Name: "out", Layer: last, Index: make([]int64, len(last.Grid))}}}
}

func TestDictionary(t *testing.T) {
	x := layer("x", nil, integer(1))
	y := layer("y", nil, op("inc", operand(0)), read(x))
	z := layer("z", nil, op("add", operand(0), integer(10)), read(y))
	g := graph(x, y, z)
	if ds := check.Check(g); len(ds) > 0 {
		t.Fatal(ds)
	}
	for _, f := range Run(g, Options{}) {
		t.Log(f)
	}
	if len(g.Layers) != 1 || g.Layers[0] != z {
		t.Fatalf("%d layers left", len(g.Layers))
	}
	k := z.Cases[0].Kernel
	if k.Op != "add" || k.Args[0].Op != "inc" || k.Args[0].Args[0].Const.Int != 1 || k.Args[1].Const.Int != 10 {
		t.Errorf("kernel %+v", k)
	}
	if len(z.Cases[0].Operands) != 0 {
		t.Error("operands left")
	}
}

func list(es ...*ir.Expr) *ir.Expr  { return &ir.Expr{Kind: ir.ExprList, Args: es} }
func tuple(es ...*ir.Expr) *ir.Expr { return &ir.Expr{Kind: ir.ExprTuple, Args: es} }
func param(n int) *ir.Expr          { return &ir.Expr{Kind: ir.ExprParam, N: n} }

// x.T[0, 3] of a random 4×4 array in 2×2 blocks.
func TestTransposedElement(t *testing.T) {
	x := layer("x", ir.Box(2, 2), op("random", integer(7), param(0), list(integer(2), integer(2))))
	x.Cases[0].Params = []ir.Param{{Type: ir.ScalarType(ir.Int64), Affine: &ir.Affine{Coef: []int64{2, 1}}}}
	xt := layer("x-T", ir.Box(2, 2), op("transpose", operand(0)), read(x, axis(0, 0, 1), axis(0, 1, 0)))
	e := layer("e", nil, op("getitem", operand(0), tuple(integer(0), integer(1))), read(xt, axis(0), axis(1)))
	g := graph(x, xt, e)
	if ds := check.Check(g); len(ds) > 0 {
		t.Fatal(ds)
	}
	for _, f := range Run(g, Options{}) {
		t.Log(f)
	}
	if len(g.Layers) != 1 || taskCount(e) != 1 {
		t.Fatalf("%d layers left", len(g.Layers))
	}
	k := e.Cases[0].Kernel
	if k.Op != "getitem" || k.Args[0].Op != "random" || k.Args[0].Args[1].Const.Int != 2 || k.Args[1].Args[0].Const.Int != 1 || k.Args[1].Args[1].Const.Int != 0 {
		t.Errorf("kernel %+v", k)
	}
}

func input(name string, d ir.DType, chunks ...[]int64) *ir.Layer {
	l := &ir.Layer{Name: name, Input: &ir.Input{DType: d, Chunks: chunks}}
	for _, c := range chunks {
		n := int64(0)
		for _, k := range c {
			n += k
		}
		l.Grid = append(l.Grid, ir.Extent{N: int64(len(c))})
		l.Input.Shape = append(l.Input.Shape, ir.Extent{N: n})
	}
	return l
}
