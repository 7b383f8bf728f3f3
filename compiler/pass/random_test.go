package pass

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops/ref"
)

// builder draws random graphs of arrays in blocks.
type builder struct {
	t      *rapid.T
	g      *ir.Graph
	arrays []*array
	inputs map[string]ref.Value
	plain  []*ir.Layer // tasks on scalars
}

// An array is a layer of rank 2 whose blocks are of rank 2 too.
type array struct {
	layer  *ir.Layer
	chunks [2][]int64
}

func (b *builder) draw(n int, what string) int { return rapid.IntRange(0, n-1).Draw(b.t, what) }

func (b *builder) name() string { return fmt.Sprintf("l%d", len(b.g.Layers)) }

func (b *builder) pick() *array { return b.arrays[b.draw(len(b.arrays), "array")] }

func (b *builder) add(chunks [2][]int64, cases ...*ir.Case) *array {
	l := &ir.Layer{Name: b.name(), Grid: ir.Box(int64(len(chunks[0])), int64(len(chunks[1]))), Cases: cases}
	b.g.Layers = append(b.g.Layers, l)
	a := &array{l, chunks}
	b.arrays = append(b.arrays, a)
	return a
}

func (b *builder) chunkList() []int64 {
	return rapid.SliceOfN(rapid.Int64Range(1, 3), 1, 3).Draw(b.t, "chunks")
}

func (b *builder) input() {
	chunks := [2][]int64{b.chunkList(), b.chunkList()}
	l := input(b.name(), ir.Int64, chunks[0], chunks[1])
	b.g.Layers = append(b.g.Layers, l)
	b.arrays = append(b.arrays, &array{l, chunks})
	n, m := l.Input.Shape[0].N, l.Input.Shape[1].N
	elems := make([]any, n*m)
	for i := range elems {
		elems[i] = int64(len(b.g.Layers)*100 + i*i%17)
	}
	b.inputs[l.Name] = ref.Block(ir.Int64, elems, n, m)
}

func identity(l *ir.Layer) ir.Operand { return read(l, axis(0, 1, 0), axis(0, 0, 1)) }

func kase(k *ir.Expr, reads ...ir.Operand) *ir.Case { return &ir.Case{Kernel: k, Operands: reads} }

func (b *builder) unary() {
	a := b.pick()
	k := []*ir.Expr{
		op("inc", operand(0)), op("negative", operand(0)), op("multiply", operand(0), operand(0)),
		op("add", operand(0), integer(3)), operand(0),
		op("astype", operand(0), &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{Kind: ir.ConstDType, DType: ir.Float64}}),
	}[b.draw(6, "unary")]
	b.add(a.chunks, kase(k, identity(a.layer)))
}

func (b *builder) binary() {
	x := b.pick()
	y := b.pick()
	for _, c := range b.arrays {
		if b.draw(2, "other") == 0 && fmt.Sprint(c.chunks) == fmt.Sprint(x.chunks) {
			y = c
		}
	}
	if fmt.Sprint(y.chunks) != fmt.Sprint(x.chunks) {
		return
	}
	b.add(x.chunks, kase(op([]string{"add", "subtract", "maximum"}[b.draw(3, "binary")], operand(0), operand(1)), identity(x.layer), identity(y.layer)))
}

func (b *builder) transpose() {
	x := b.pick()
	b.add([2][]int64{x.chunks[1], x.chunks[0]}, kase(op("transpose", operand(0)), read(x.layer, axis(0, 0, 1), axis(0, 1, 0))))
}

// columnSums are the sums over the rows, as a tree of two levels.
func (b *builder) columnSums() *array {
	x := b.pick()
	ones := make([]int64, len(x.chunks[0]))
	for i := range ones {
		ones[i] = 1
	}
	k := op("sum", operand(0))
	k.Kwargs = []ir.Kwarg{{Name: "axis", Value: list(integer(0))}, {Name: "keepdims", Value: boolean(true)}}
	part := b.add([2][]int64{ones, x.chunks[1]}, kase(k, identity(x.layer)))
	all := ir.AxisAccess{List: true, Count: ir.Affine{Base: int64(len(ones))}, Step: 1}
	return b.add([2][]int64{{1}, x.chunks[1]}, kase(op("sum_combine", operand(0)), read(part.layer, all, axis(0, 0, 1))))
}

func boolean(v bool) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{Kind: ir.ConstBool, Bool: v}}
}

// broadcast subtracts column sums from an array.
func (b *builder) broadcast() {
	s := b.columnSums()
	for _, x := range b.arrays {
		if fmt.Sprint(x.chunks[1]) == fmt.Sprint(s.chunks[1]) && b.draw(2, "with") == 0 {
			b.add(x.chunks, kase(op("subtract", operand(0), operand(1)), identity(x.layer), read(s.layer, axis(0), axis(0, 0, 1))))
			return
		}
	}
}

func (b *builder) bound(n int64) *ir.Expr {
	if b.draw(3, "open") == 0 {
		return &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{Kind: ir.ConstNone}}
	}
	return integer(rapid.Int64Range(-n, n).Draw(b.t, "bound"))
}

// slice takes slices of every block, by literals that differ along the rows.
func (b *builder) slice() {
	x := b.pick()
	chunks := [2][]int64{make([]int64, len(x.chunks[0])), x.chunks[1]}
	stops := make([]int64, 0)
	for i, n := range x.chunks[0] {
		stop := rapid.Int64Range(1, n).Draw(b.t, "stop")
		chunks[0][i] = stop
		for range x.chunks[1] {
			stops = append(stops, stop)
		}
	}
	step := integer(1)
	lo := integer(0)
	if b.draw(3, "reverse") == 0 { // the last ones, backwards
		lo, step = integer(-1), integer(-1)
		for i := range stops {
			stops[i] = -stops[i] - 1
		}
	}
	s := &ir.Expr{Kind: ir.ExprSlice, Args: []*ir.Expr{lo, param(0), step}}
	cs := kase(op("getitem", operand(0), tuple(s, ellipsis())), identity(x.layer))
	cs.Params = []ir.Param{{Type: ir.ScalarType(ir.Int64), Ints: stops}}
	b.add(chunks, cs)
}

func ellipsis() *ir.Expr {
	return &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{Kind: ir.ConstEllipsis}}
}

// element takes one element or a slice of one block: a task of its own.
func (b *builder) element() {
	x := b.pick()
	i, j := b.draw(len(x.chunks[0]), "i"), b.draw(len(x.chunks[1]), "j")
	n, m := x.chunks[0][i], x.chunks[1][j]
	at := tuple(integer(rapid.Int64Range(-n, n-1).Draw(b.t, "row")), integer(rapid.Int64Range(-m, m-1).Draw(b.t, "column")))
	if b.draw(2, "slice") == 0 {
		at.Args[1] = &ir.Expr{Kind: ir.ExprSlice, Args: []*ir.Expr{b.bound(m), b.bound(m), integer([]int64{1, -1, 2}[b.draw(3, "step")])}}
	}
	l := layer(b.name(), nil, op("getitem", operand(0), at), read(x.layer, axis(int64(i)), axis(int64(j))))
	b.g.Layers = append(b.g.Layers, l)
	b.output(l)
	if b.draw(2, "scaled") == 0 {
		l := layer(b.name(), nil, op("multiply", operand(0), integer(2)), read(l))
		b.g.Layers = append(b.g.Layers, l)
		b.output(l)
	}
}

// cube stacks an array and its negative, and takes a part of each block of
// that through a transposition.
func (b *builder) cube() {
	x := b.pick()
	neg := b.add(x.chunks, kase(op("negative", operand(0)), identity(x.layer)))
	at := int64(b.draw(3, "axis"))
	k := op("stack", list(operand(0), operand(1)))
	k.Kwargs = []ir.Kwarg{{Name: "axis", Value: integer(at)}}
	l := layer(b.name(), x.layer.Grid, k, identity(x.layer), identity(neg.layer))
	b.g.Layers = append(b.g.Layers, l)
	perm := rapid.Permutation([]int64{0, 1, 2}).Draw(b.t, "axes")
	turned := op("transpose", operand(0), list(integer(perm[0]), integer(perm[1]), integer(perm[2])))
	m := layer(b.name(), x.layer.Grid, turned, identity(l))
	b.g.Layers = append(b.g.Layers, m)
	i, j := b.draw(len(x.chunks[0]), "i"), b.draw(len(x.chunks[1]), "j")
	shape := insert([]int64{x.chunks[0][i], x.chunks[1][j]}, at, 2)
	var index []*ir.Expr
	for _, p := range perm {
		if b.draw(2, "at") == 0 {
			index = append(index, integer(rapid.Int64Range(-shape[p], shape[p]-1).Draw(b.t, "index")))
		} else {
			index = append(index, &ir.Expr{Kind: ir.ExprSlice, Args: []*ir.Expr{b.bound(shape[p]), b.bound(shape[p]), integer(1)}})
		}
	}
	e := layer(b.name(), nil, op("getitem", operand(0), tuple(index...)), read(m, axis(int64(i)), axis(int64(j))))
	b.g.Layers = append(b.g.Layers, e)
	b.output(e)
}

func insert(shape []int64, at, n int64) []int64 {
	out := append([]int64{}, shape[:at]...)
	return append(append(out, n), shape[at:]...)
}

// repeat repeats a block along a new axis, and takes one row of that.
func (b *builder) repeat() {
	x := b.pick()
	i, j := b.draw(len(x.chunks[0]), "i"), b.draw(len(x.chunks[1]), "j")
	n, m := x.chunks[0][i], x.chunks[1][j]
	l := layer(b.name(), nil, op("broadcast_to", operand(0), list(integer(2), integer(n), integer(m))), read(x.layer, axis(int64(i)), axis(int64(j))))
	b.g.Layers = append(b.g.Layers, l)
	e := layer(b.name(), nil, op("getitem", operand(0), tuple(integer(1), &ir.Expr{Kind: ir.ExprSlice, Args: []*ir.Expr{b.bound(n), b.bound(n), integer(1)}})), read(l))
	b.g.Layers = append(b.g.Layers, e)
	b.output(e)
}

// windows adds to each block of rows the next one, where there is one.
func (b *builder) windows() {
	x := b.pick()
	n := int64(len(x.chunks[0]))
	if n < 2 || x.chunks[0][0] != x.chunks[0][1] {
		return
	}
	chunks := [2][]int64{x.chunks[0][:n-1], x.chunks[1]}
	for _, c := range chunks[0] {
		if c != x.chunks[0][n-1] {
			return
		}
	}
	b.add(chunks, kase(op("add", operand(0), operand(1)), identity(x.layer), read(x.layer, axis(1, 1, 0), axis(0, 0, 1))))
}

// shuffle reads the rows of blocks in another order, through a table.
func (b *builder) shuffle() {
	x := b.pick()
	rows := rapid.Permutation(indices(len(x.chunks[0]))).Draw(b.t, "rows")
	chunks := [2][]int64{nil, x.chunks[1]}
	t := &ir.Table{}
	for _, r := range rows {
		chunks[0] = append(chunks[0], x.chunks[0][r])
		for j := range x.chunks[1] {
			t.IDs = append(t.IDs, uint32(r*len(x.chunks[1])+j))
		}
	}
	b.add(chunks, kase(op("inc", operand(0)), ir.Operand{Layer: x.layer, Access: ir.Access{Table: t}}))
}

func indices(n int) []int {
	ix := make([]int, n)
	for i := range ix {
		ix[i] = i
	}
	return ix
}

// cumulate adds to each row of blocks the one before: the layer reads itself.
func (b *builder) cumulate() {
	x := b.pick()
	for _, n := range x.chunks[0] {
		if n != x.chunks[0][0] {
			return
		}
	}
	n, m := int64(len(x.chunks[0])), int64(len(x.chunks[1]))
	a := b.add(x.chunks)
	first := kase(operand(0), identity(x.layer))
	first.Where = ir.Set{Box: []ir.Range{{Lo: 0, Hi: 1, Step: 1}, {Lo: 0, Hi: m, Step: 1}}}
	a.layer.Cases = []*ir.Case{first}
	if n > 1 {
		rest := kase(op("add", operand(0), operand(1)), read(a.layer, axis(-1, 1, 0), axis(0, 0, 1)), identity(x.layer))
		rest.Where = ir.Set{Box: []ir.Range{{Lo: 1, Hi: n, Step: 1}, {Lo: 0, Hi: m, Step: 1}}}
		a.layer.Cases = append(a.layer.Cases, rest)
	}
}

// join concatenates the blocks of each column of blocks.
func (b *builder) join() {
	x := b.pick()
	total := int64(0)
	for _, n := range x.chunks[0] {
		total += n
	}
	all := ir.AxisAccess{List: true, Count: ir.Affine{Base: int64(len(x.chunks[0]))}, Step: 1}
	k := op("concatenate", operand(0))
	k.Kwargs = []ir.Kwarg{{Name: "axis", Value: integer(0)}}
	b.add([2][]int64{{total}, x.chunks[1]}, kase(k, read(x.layer, all, axis(0, 0, 1))))
}

// checker has one kernel on the even columns of blocks and another on the odd.
func (b *builder) stripes() {
	x := b.pick()
	var even, odd []uint32
	for lin := range len(x.chunks[0]) * len(x.chunks[1]) {
		if lin%2 == 0 {
			even = append(even, uint32(lin))
		} else {
			odd = append(odd, uint32(lin))
		}
	}
	cases := []*ir.Case{kase(op("inc", operand(0)), identity(x.layer))}
	cases[0].Where = ir.Set{IDs: even}
	if odd != nil {
		cases = append(cases, kase(op("negative", operand(0)), identity(x.layer)))
		cases[1].Where = ir.Set{IDs: odd}
	}
	b.add(x.chunks, cases...)
}

// scalar adds a task on numbers.
func (b *builder) scalar() {
	var l *ir.Layer
	if len(b.plain) == 0 || b.draw(3, "literal") == 0 {
		l = layer(b.name(), nil, integer(int64(b.draw(5, "value"))))
	} else {
		x, y := b.plain[b.draw(len(b.plain), "x")], b.plain[b.draw(len(b.plain), "y")]
		k := []*ir.Expr{op("add", operand(0), operand(1)), op("inc", operand(1)), operand(1), op("multiply", operand(1), operand(1))}[b.draw(4, "plain")]
		l = layer(b.name(), nil, k, read(x), read(y))
	}
	b.g.Layers = append(b.g.Layers, l)
	b.plain = append(b.plain, l)
	if b.draw(4, "asked") == 0 {
		b.output(l)
	}
	if b.draw(2, "used") == 0 {
		x := b.pick()
		b.add(x.chunks, kase(op("add", operand(0), operand(1)), identity(x.layer), read(l)))
	}
}

func (b *builder) output(l *ir.Layer) {
	b.g.Outputs = append(b.g.Outputs, &ir.Output{Name: "o" + l.Name, Layer: l, Index: make([]int64, len(l.Grid))})
}

// drawGraph draws a graph and its inputs.
func drawGraph(t *rapid.T) (*ir.Graph, map[string]ref.Value) {
	b := &builder{t: t, g: &ir.Graph{}, inputs: map[string]ref.Value{}}
	b.input()
	steps := []func(){
		b.unary, b.unary, b.binary, b.binary, b.transpose, b.broadcast, b.slice, b.element,
		b.element, b.shuffle, b.cumulate, b.join, b.stripes, b.scalar, b.scalar, b.input,
		b.cube, b.repeat, b.windows,
	}
	for range rapid.IntRange(1, 12).Draw(t, "steps") {
		steps[b.draw(len(steps), "step")]()
	}
	for range rapid.IntRange(1, 3).Draw(t, "outputs") {
		a := b.pick()
		o := &ir.Output{Name: fmt.Sprintf("a%d", len(b.g.Outputs)), Layer: a.layer}
		if b.draw(3, "one") == 0 {
			o.Index = []int64{int64(b.draw(len(a.chunks[0]), "i")), int64(b.draw(len(a.chunks[1]), "j"))}
		}
		b.g.Outputs = append(b.g.Outputs, o)
	}
	return b.g, b.inputs
}

// Every pass keeps the graph valid, and the values of its outputs, with all
// passes on and with each one off.
func TestPassesKeepValues(t *testing.T) {
	disabled := append([]string{""}, Names()...)
	rapid.Check(t, func(t *rapid.T) {
		g, inputs := drawGraph(t)
		if ds := check.Check(g); len(ds) > 0 {
			t.Fatalf("the graph drawn is wrong: %v", ds)
		}
		want, err := ref.Graph(g, inputs)
		if err != nil {
			t.Fatal(err)
		}
		checkInferred(t, g, want)
		off := rapid.SampledFrom(disabled).Draw(t, "disabled")
		after := ir.Clone(g)
		Run(after, Options{Disable: map[string]bool{off: true}, After: func(name string, g *ir.Graph) {
			if err := ir.Verify(g); err != nil {
				t.Fatalf("after %s: %v", name, err)
			}
			got, err := ref.Graph(g, inputs)
			if err != nil {
				t.Fatalf("after %s: %v", name, err)
			}
			for _, o := range g.Outputs {
				if w, v := text(want[o.Name]), text(got[o.Name]); w != v {
					t.Fatalf("after %s: output %s is %s, was %s", name, o.Name, v, w)
				}
			}
		}})
		if ds := check.Check(after); len(ds) > 0 {
			t.Fatalf("after the passes: %v", ds)
		}
	})
}

// checkInferred compares what check inferred of the outputs with their values.
func checkInferred(t *rapid.T, g *ir.Graph, values map[string]ref.Value) {
	for _, o := range g.Outputs {
		got := values[o.Name].Type
		if !o.Array() {
			if u := o.Layer.Type; !got.SameRepr(u) {
				t.Fatalf("output %s is %s, inferred %s", o.Name, got, u)
			}
			continue
		}
		chunks, err := check.Chunks(o.Layer)
		if err != nil {
			t.Fatal(err)
		}
		for k, sizes := range chunks {
			total := int64(0)
			for _, n := range sizes {
				total += n
			}
			if sizes != nil && total != got.Shape[k] {
				t.Fatalf("output %s has shape %v, inferred chunks %v", o.Name, got.Shape, chunks)
			}
		}
	}
}

func text(v ref.Value) string { return fmt.Sprint(v.Type, v.Elems, v.Items) }
