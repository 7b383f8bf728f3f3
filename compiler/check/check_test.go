package check

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daskgen/daskgen/ir"
)

func op(name string, args ...*ir.Expr) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprOp, Op: name, Args: args}
}
func operand(n int) *ir.Expr { return &ir.Expr{Kind: ir.ExprOperand, N: n} }
func integer(n int64) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{Kind: ir.ConstInt, Int: n}}
}
func index1(base int64, coef ...int64) ir.AxisAccess {
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
func graph(layers ...*ir.Layer) *ir.Graph {
	last := layers[len(layers)-1]
	return &ir.Graph{Layers: layers, Outputs: []*ir.Output{{Name: "out", Layer: last, Index: make([]int64, len(last.Grid))}}}
}

func TestDictionary(t *testing.T) {
	x := layer("x", nil, integer(1))
	y := layer("y", nil, op("inc", operand(0)), read(x))
	z := layer("z", nil, op("add", operand(0), integer(10)), read(y))
	if ds := Check(graph(x, y, z)); len(ds) > 0 {
		t.Fatal(ds)
	}
	if got := z.Type.String(); got != "int" {
		t.Errorf("z is %s", got)
	}
}

// Ragged chunks: x + x.T over blocks of 2 and 3.
func TestRaggedChunks(t *testing.T) {
	x := input("x", ir.Float32, []int64{2, 2, 1}, []int64{2, 2, 1})
	s := layer("s", ir.Box(3, 3), op("add", operand(0), operand(0)), read(x, index1(0, 1, 0), index1(0, 0, 1)))
	g := graph(x, s)
	g.Outputs[0].Index = nil
	if ds := Check(g); len(ds) > 0 {
		t.Fatal(ds)
	}
	if got := s.Type.String(); got != "float32(?, ?)" {
		t.Errorf("type %s", got)
	}
	chunks, err := Chunks(s)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][]int64{{2, 2, 1}, {2, 2, 1}}, chunks); d != "" {
		t.Error(d)
	}
}

func TestErrorsOnce(t *testing.T) {
	x := input("x", ir.Float64, []int64{2, 2}, []int64{2, 2, 3})
	y := layer("y", ir.Box(2, 2), op("add", operand(0), operand(1)),
		read(x, index1(0, 1, 0), index1(0, 0, 1)), read(x, index1(0, 1, 0), index1(1, 0, 1)))
	z := layer("z", ir.Box(2, 2), op("sqrt", operand(0)), read(y, index1(0, 1, 0), index1(0, 0, 1)))
	ds := Check(graph(x, y, z))
	if len(ds) != 1 {
		t.Fatalf("%d diagnostics: %v", len(ds), ds)
	}
	want := `: add: shapes (2, 2) and (2, 3) do not broadcast`
	if !strings.HasPrefix(ds[0].Message, "task [") || !strings.HasSuffix(ds[0].Message, want) {
		t.Errorf("got %s", ds[0].Message)
	}
}

// A cumulative sum reads itself: y[i] = y[i-1] + x[i].
func TestRecurrence(t *testing.T) {
	const n = 100_000
	sizes := make([]int64, n)
	for i := range sizes {
		sizes[i] = 2
	}
	x := input("x", ir.Int8, sizes)
	y := &ir.Layer{Name: "y", Grid: ir.Box(n)}
	y.Cases = []*ir.Case{
		{Where: ir.Set{Box: []ir.Range{{Lo: 0, Hi: 1, Step: 1}}}, Kernel: operand(0), Operands: []ir.Operand{read(x, index1(0))}},
		{Where: ir.Set{Box: []ir.Range{{Lo: 1, Hi: n, Step: 1}}}, Kernel: op("add", operand(0), operand(1)),
			Operands: []ir.Operand{read(y, index1(-1, 1)), read(x, index1(0, 1))}},
	}
	g := graph(x, y)
	g.Outputs[0].Index = []int64{n - 1}
	if ds := Check(g); len(ds) > 0 {
		t.Fatal(ds)
	}
	if got := y.Type.String(); got != "int8(2,)" {
		t.Errorf("y is %s", got)
	}
}

func TestCycleIsReported(t *testing.T) {
	y := &ir.Layer{Name: "y", Grid: ir.Box(2)}
	y.Cases = []*ir.Case{{Kernel: op("inc", operand(0)), Operands: []ir.Operand{read(y, index1(0, 1))}}}
	if ds := Check(graph(y)); len(ds) == 0 || !strings.Contains(ds[0].Message, "depends on itself") {
		t.Fatalf("got %v", ds)
	}
}

func BenchmarkMillionTasksTable(b *testing.B) {
	const n = 1000
	sizes := make([]int64, n)
	for i := range sizes {
		sizes[i] = 10
	}
	x := input("x", ir.Float64, sizes, sizes)
	ids := make([]uint32, n*n)
	for i := range ids {
		ids[i] = uint32((i * 7919) % (n * n))
	}
	sizes[n-1] = 5
	tab := ir.Operand{Layer: x, Access: ir.Access{Table: &ir.Table{IDs: ids}}}
	y := layer("y", ir.Box(n, n), op("sqrt", operand(0)), tab)
	for b.Loop() {
		if ds := Check(graph(x, y)); len(ds) > 0 {
			b.Fatal(ds)
		}
	}
}

func BenchmarkMillionTasksAffine(b *testing.B) {
	const n = 1000
	sizes := make([]int64, n)
	for i := range sizes {
		sizes[i] = 10
	}
	x := input("x", ir.Float64, sizes, sizes)
	y := layer("y", ir.Box(n, n), op("add", operand(0), operand(1)),
		read(x, index1(0, 1, 0), index1(0, 0, 1)), read(x, index1(0, 0, 1), index1(0, 1, 0)))
	for b.Loop() {
		if ds := Check(graph(x, y)); len(ds) > 0 {
			b.Fatal(ds)
		}
	}
}

// A literal that differs from task to task is checked at its extremes.
func TestLiteralOutOfRange(t *testing.T) {
	x := input("x", ir.Uint8, []int64{2, 2, 2})
	for _, test := range []struct {
		param ir.Param
		want  string
	}{
		{ir.Param{Affine: &ir.Affine{Base: 250, Coef: []int64{2}}}, ""},
		{ir.Param{Affine: &ir.Affine{Base: 250, Coef: []int64{3}}}, `task ["y",2]: add: integer 256 is out of bounds for uint8`},
		{ir.Param{Ints: []int64{3, -1, 7}}, `task ["y",1]: add: integer -1 is out of bounds for uint8`},
	} {
		y := layer("y", ir.Box(3), op("add", operand(0), &ir.Expr{Kind: ir.ExprParam}), read(x, index1(0, 1)))
		y.Cases[0].Params = []ir.Param{test.param}
		got := ""
		for _, d := range Check(graph(x, y)) {
			got += d.Message
		}
		if got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

// Blocks of different lengths are concatenated: the list's items have types of
// their own.
func TestConcatenateRagged(t *testing.T) {
	x := input("x", ir.Int32, []int64{2, 3, 1}, []int64{4})
	k := op("concatenate", operand(0))
	k.Kwargs = []ir.Kwarg{{Name: "axis", Value: integer(0)}}
	all := ir.AxisAccess{List: true, Count: ir.Affine{Base: 3}, Step: 1}
	y := layer("y", ir.Box(1, 1), k, read(x, all, index1(0, 0, 1)))
	window := ir.AxisAccess{Start: ir.Affine{Coef: []int64{1}}, List: true, Count: ir.Affine{Base: 2}, Step: 1}
	z := layer("z", ir.Box(2), k.Clone(), read(x, window, index1(0)))
	if ds := Check(graph(x, y, z)); len(ds) > 0 {
		t.Fatal(ds)
	}
	if got := y.Type.String(); got != "int32(6, 4)" {
		t.Errorf("y is %s", got)
	}
	want := []ir.Dim{{Axis: 0, Sizes: []int64{5, 4}}, {Axis: -1, Sizes: []int64{4}}}
	if d := cmp.Diff(want, z.Dims); d != "" {
		t.Error(d)
	}
	if got := z.Cases[0].Kernel.Args[0].Type.String(); got != "[int32(?, 4)]" {
		t.Errorf("the list is %s", got)
	}
}

func TestDiagnostics(t *testing.T) {
	x := func() *ir.Layer { return input("x", ir.Float64, []int64{2, 3}, []int64{2}) }
	one := func() *ir.Operand { o := read(x(), index1(0), index1(0)); return &o }
	mixed := &ir.Layer{Name: "m", Grid: ir.Box(2), Cases: []*ir.Case{
		{Where: ir.Set{IDs: []uint32{0}}, Kernel: integer(1)},
		{Where: ir.Set{IDs: []uint32{1}}, Kernel: &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{Kind: ir.ConstString, Str: "s"}}},
	}}
	array := layer("y", ir.Box(3), operand(0), *one())
	for _, test := range []struct {
		layer *ir.Layer
		array bool
		want  string
	}{
		{layer("y", nil, op("sqr", operand(0)), *one()), false, `task "y": sqr: unknown op (nearest: qr, sqrt)`},
		{layer("y", nil, op("add", operand(0)), *one()), false, `task "y": add: takes 2 arguments, got 1`},
		{layer("y", nil, op("getitem", operand(0), integer(5)), *one()), false, `task "y": getitem: index 5 is out of bounds for axis 0 with size 2`},
		{mixed, false, `task ["m",1]: is str, but ["m",0] of the same layer is int`},
		{array, true, `output "out": layer "y" has a grid of rank 1 and blocks of rank 2`},
	} {
		g := graph(test.layer)
		for _, cs := range test.layer.Cases {
			for _, o := range cs.Operands {
				g.Layers = append(g.Layers, o.Layer)
			}
		}
		if test.array {
			g.Outputs[0].Index = nil
		}
		got := ""
		for _, d := range Check(g) {
			got += d.Message
		}
		if got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func BenchmarkMillionTasksRecurrence(b *testing.B) {
	const n = 1000
	for b.Loop() {
		y := &ir.Layer{Name: "y", Grid: ir.Box(n, n)}
		box := func(r ...ir.Range) ir.Set { return ir.Set{Box: r} }
		first, rest, all := ir.Range{Lo: 0, Hi: 1, Step: 1}, ir.Range{Lo: 1, Hi: n, Step: 1}, ir.Range{Lo: 0, Hi: n, Step: 1}
		y.Cases = []*ir.Case{
			{Where: box(first, all), Kernel: integer(1)},
			{Where: box(rest, first), Kernel: integer(1)},
			{Where: box(rest, rest), Kernel: op("add", operand(0), operand(1)),
				Operands: []ir.Operand{read(y, index1(-1, 1, 0), index1(0, 0, 1)), read(y, index1(0, 1, 0), index1(-1, 0, 1))}},
		}
		if ds := Check(graph(y)); len(ds) > 0 {
			b.Fatal(ds)
		}
	}
}
