package emit

import (
	"testing"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
)

// Short forms to write graphs by hand.

func op(name string, args ...*ir.Expr) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprOp, Op: name, Args: args}
}

func kw(e *ir.Expr, name string, v *ir.Expr) *ir.Expr {
	e.Kwargs = append(e.Kwargs, ir.Kwarg{Name: name, Value: v})
	return e
}

func arg(n int) *ir.Expr { return &ir.Expr{Kind: ir.ExprOperand, N: n} }

func lit(c ir.Const) *ir.Expr { return &ir.Expr{Kind: ir.ExprConst, Const: &c} }

func num(v any) *ir.Expr {
	switch v := v.(type) {
	case nil:
		return lit(ir.Const{Kind: ir.ConstNone})
	case bool:
		return lit(ir.Const{Kind: ir.ConstBool, Bool: v})
	case int:
		return lit(ir.Const{Kind: ir.ConstInt, Int: int64(v)})
	case uint64:
		return lit(ir.Const{Kind: ir.ConstInt, Int: -1, Uint: v})
	case float64:
		return lit(ir.Const{Kind: ir.ConstFloat, Float: v})
	case complex128:
		return lit(ir.Const{Kind: ir.ConstComplex, Cmplx: v})
	case string:
		return lit(ir.Const{Kind: ir.ConstString, Str: v})
	case ir.DType:
		return lit(ir.Const{Kind: ir.ConstDType, DType: v})
	}
	panic("no literal")
}

func list(args ...*ir.Expr) *ir.Expr  { return &ir.Expr{Kind: ir.ExprList, Args: args} }
func tuple(args ...*ir.Expr) *ir.Expr { return &ir.Expr{Kind: ir.ExprTuple, Args: args} }
func dict(args ...*ir.Expr) *ir.Expr  { return &ir.Expr{Kind: ir.ExprDict, Args: args} }

// at is an affine axis access: base, then a coefficient per grid axis.
func at(base int64, coef ...int64) ir.AxisAccess {
	return ir.AxisAccess{Start: ir.Affine{Base: base, Coef: coef}}
}

func read(l *ir.Layer, axes ...ir.AxisAccess) ir.Operand {
	return ir.Operand{Layer: l, Access: ir.Access{Axes: axes}}
}

func layer(name string, g ir.Grid, k *ir.Expr, reads ...ir.Operand) *ir.Layer {
	return &ir.Layer{Name: name, Grid: g, Cases: []*ir.Case{{Kernel: k, Operands: reads}}}
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

// value asks for the value of a layer, array for the array of its blocks.
func value(l *ir.Layer) *ir.Output {
	return &ir.Output{Name: l.Name, Layer: l, Index: make([]int64, len(l.Grid))}
}
func array(l *ir.Layer) *ir.Output { return &ir.Output{Name: l.Name, Layer: l} }

func graph(name string, layers []*ir.Layer, outputs ...*ir.Output) *ir.Graph {
	return &ir.Graph{Name: name, Source: name + ".json", Layers: layers, Outputs: outputs}
}

// checked runs the checker on a graph.
func checked(t testing.TB, g *ir.Graph) *ir.Graph {
	t.Helper()
	if ds := check.Check(g); ds.HasErrors() {
		t.Fatal(ds)
	}
	return g
}

// dictionary is the graph of dask's specification:
// {'x': 1, 'y': (inc, 'x'), 'z': (add, 'y', 10)}.
func dictionary() *ir.Graph {
	x := layer("x", nil, num(1))
	y := layer("y", nil, op("inc", arg(0)), read(x))
	z := layer("z", nil, op("add", arg(0), num(10)), read(y))
	return graph("dictionary", []*ir.Layer{x, y, z}, value(z))
}

// symmetric is sqrt(x * x.T + 1) of a 5×5 array in blocks of 2.
func symmetric() *ir.Graph {
	x := input("x", ir.Float64, []int64{2, 2, 1}, []int64{2, 2, 1})
	k := op("sqrt", op("add", op("multiply", arg(0), op("transpose", arg(1))), num(1)))
	y := layer("y", ir.Box(3, 3), k, read(x, at(0, 1, 0), at(0, 0, 1)), read(x, at(0, 0, 1), at(0, 1, 0)))
	y.Origins = []string{"y", "x-T", "multiply"}
	return graph("symmetric", []*ir.Layer{x, y}, array(y))
}

// elements is kernels that have steps with loops over elements: of blocks, of
// strips that calls have left, of sources, and several loops in a kernel.
func elements() *ir.Graph {
	x, f := input("x", ir.Float64, []int64{3000}), input("f", ir.Float32, []int64{3000})
	random := op("random", num(1), num(0), list(num(3000)))
	tail := op("hypot", op("add", arg(0), arg(1)), op("hypot", op("sqrt", arg(0)), random))
	a := layer("a", ir.Box(1), op("add", op("multiply", tail, arg(0)), op("heaviside", arg(0), tail)), read(x, at(0, 1)), read(f, at(0, 1)))
	z := op("multiply", op("astype", arg(0), num(ir.Complex128)), num(1i))
	b := layer("b", ir.Box(1), op("sum", op("real", op("add", z, op("square", arg(1))))), read(x, at(0, 1)), read(f, at(0, 1)))
	return graph("elements", []*ir.Layer{x, f, a, b}, array(a), value(b))
}
