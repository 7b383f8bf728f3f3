package ref

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daskgen/daskgen/ir"
)

func op(name string, args ...*ir.Expr) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprOp, Op: name, Args: args}
}

func operand(n int) *ir.Expr { return &ir.Expr{Kind: ir.ExprOperand, N: n} }
func param(n int) *ir.Expr   { return &ir.Expr{Kind: ir.ExprParam, N: n} }
func intConst(i int64) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{Kind: ir.ConstInt, Int: i}}
}

// TestGraph evaluates one graph with accesses of every kind: x in blocks of 2
// and 1, y adds neighbours and a per-task literal, s sums a window, t reads a
// table.
func TestGraph(t *testing.T) {
	axis := func(base int64, coef ...int64) ir.AxisAccess {
		return ir.AxisAccess{Start: ir.Affine{Base: base, Coef: coef}}
	}
	read := func(l *ir.Layer, a ...ir.AxisAccess) ir.Operand {
		return ir.Operand{Layer: l, Access: ir.Access{Axes: a}}
	}
	x := &ir.Layer{Name: "x", Grid: ir.Box(3), Input: &ir.Input{DType: ir.Int16, Chunks: [][]int64{{2, 2, 1}}}}
	first := &ir.Layer{Name: "first", Grid: ir.Box(3), Cases: []*ir.Case{
		{
			Where: ir.Set{Box: []ir.Range{{Lo: 0, Hi: 3, Step: 2}}}, Operands: []ir.Operand{read(x, axis(0, 1))},
			Params: []ir.Param{{Affine: &ir.Affine{Base: 10, Coef: []int64{5}}}},
			Kernel: op("add", op("getitem", operand(0), intConst(0)), param(0)),
		},
		{
			Where: ir.Set{IDs: []uint32{1}}, Operands: []ir.Operand{read(x, axis(0, 1)), read(x, axis(1, 1))},
			Kernel: op("add", op("getitem", operand(0), intConst(-1)), op("getitem", operand(1), intConst(0))),
		},
	}}
	window := &ir.Layer{Name: "window", Cases: []*ir.Case{{
		Operands: []ir.Operand{{Layer: first, Access: ir.Access{Axes: []ir.AxisAccess{{Start: ir.Affine{Base: 2}, List: true, Count: ir.Affine{Base: 2}, Step: -1}}}}},
		Kernel:   op("stack", operand(0)),
	}}}
	table := &ir.Layer{Name: "table", Grid: ir.Box(2), Cases: []*ir.Case{{
		Operands: []ir.Operand{{Layer: first, Access: ir.Access{Table: &ir.Table{List: true, Offsets: []uint32{0, 2, 3}, IDs: []uint32{2, 0, 1}}}}},
		Params:   []ir.Param{{Ints: []int64{0, -1}}},
		Kernel:   op("getitem", op("stack", operand(0)), param(0)),
	}}}
	g := &ir.Graph{Layers: []*ir.Layer{x, first, window, table}, Outputs: []*ir.Output{
		{Name: "x", Layer: x}, {Name: "window", Layer: window, Index: []int64{}},
		{Name: "t0", Layer: table, Index: []int64{0}}, {Name: "t1", Layer: table, Index: []int64{1}},
	}}
	in := Block(ir.Int16, []any{int16(1), int16(2), int16(3), int16(4), int16(5)}, 5)
	out, err := Graph(g, map[string]Value{"x": in})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for name, v := range out {
		got[name] = fmt.Sprint(v.Type, v.Elems)
	}
	// first is [1+10, 4+5, 5+20]
	want := map[string]string{"x": "int16(5,)[1 2 3 4 5]", "window": "int16(2,)[25 9]", "t0": "int16()[25]", "t1": "int16()[9]"}
	for name := range want {
		want[name] = strings.Replace(want[name], ")[", ") [", 1)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestGraphErrors(t *testing.T) {
	loop := &ir.Layer{Name: "loop"}
	loop.Cases = []*ir.Case{{Operands: []ir.Operand{{Layer: loop}}, Kernel: operand(0)}}
	bad := &ir.Layer{Name: "bad", Cases: []*ir.Case{{Kernel: op("power", intConst(2), op("negative", intConst(1)))}}}
	for _, c := range []struct {
		layer *ir.Layer
		want  string
	}{
		{loop, `depends on itself`},
		{bad, `integers to negative integer powers are not allowed`},
		{&ir.Layer{Name: "x", Input: &ir.Input{}}, `input "x" is not given`},
	} {
		g := &ir.Graph{Layers: []*ir.Layer{c.layer}, Outputs: []*ir.Output{{Name: "o", Layer: c.layer, Index: []int64{}}}}
		if _, err := Graph(g, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.layer.Name, err, c.want)
		}
	}
}
