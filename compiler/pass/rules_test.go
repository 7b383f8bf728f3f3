package pass

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
)

// only returns the options under which just these passes run.
func only(passes ...string) Options {
	off := map[string]bool{}
	for _, n := range Names() {
		off[n] = !contained(passes, n)
	}
	return Options{Disable: off}
}

func square() *ir.Layer {
	return input("x", ir.Float64, []int64{2, 2}, []int64{2, 2})
}

func whole(layers ...*ir.Layer) *ir.Graph {
	g := graph(layers...)
	g.Outputs[0].Index = nil
	return g
}

func slice(lo, hi *ir.Expr) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprSlice, Args: []*ir.Expr{lo, hi, null()}}
}

func null() *ir.Expr { return &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{Kind: ir.ConstNone}} }

func dtype(d ir.DType) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{Kind: ir.ConstDType, DType: d}}
}

func keyword(e *ir.Expr, name string, v *ir.Expr) *ir.Expr {
	e.Kwargs = append(e.Kwargs, ir.Kwarg{Name: name, Value: v})
	return e
}

func at(i, j int64) []ir.AxisAccess { return []ir.AxisAccess{axis(i), axis(j)} }

var ij = []ir.AxisAccess{axis(0, 1, 0), axis(0, 0, 1)}
var ji = []ir.AxisAccess{axis(0, 0, 1), axis(0, 1, 0)}

// everyRow reads all blocks of a column of blocks.
func everyRow(n int64) []ir.AxisAccess {
	return []ir.AxisAccess{{List: true, Count: ir.Affine{Base: n}, Step: 1}, axis(0, 0, 1)}
}

type ruleTest struct {
	name   string
	passes []string
	graph  func() *ir.Graph
	rules  string // that fire, in order
	misses string // reasons of those that do not
	want   string // the layers afterwards
}

var ruleTests = []ruleTest{
	{
		name: "cull whole layers and parts of grids", passes: []string{"cull"},
		graph: func() *ir.Graph {
			x := square()
			y := layer("y", ir.Box(2, 2), op("sqrt", operand(0)), read(x, ij...))
			unused := layer("unused", ir.Box(2, 2), op("exp", operand(0)), read(y, ij...))
			z := layer("z", nil, op("inc", operand(0)), read(y, at(0, 1)...))
			return graph(x, y, unused, z)
		},
		rules: "cull cull",
		want: `
x[i, j] (2, 2): float64(2, 2) = input (4, 4) chunks ({2, 2}, {2, 2})
y[i, j] (2, 2): float64(2, 2) ; live [0:1, 1:2]
	where [0:1, 1:2] = sqrt(x[i, j])
z: float64(2, 2) = inc(y[0, 1])
output out = z
`,
	},
	{
		name: "cull what recurrences do not reach", passes: []string{"cull"},
		graph: func() *ir.Graph {
			y := &ir.Layer{Name: "y", Grid: ir.Box(8)}
			y.Cases = []*ir.Case{
				{Where: ir.Set{Box: []ir.Range{{Lo: 0, Hi: 2, Step: 1}}}, Kernel: integer(1)},
				{Where: ir.Set{Box: []ir.Range{{Lo: 2, Hi: 8, Step: 1}}}, Kernel: op("inc", operand(0)), Operands: []ir.Operand{read(y, axis(-2, 1))}},
			}
			g := graph(y)
			g.Outputs[0].Index = []int64{5}
			return g
		},
		rules: "cull",
		want: `
y[i] (8,): int ; live [1:6:2]
	where [1:2] = 1
	where [3:6:2] = inc(y[i-2])
output out = y[5]
`,
	},
	{
		name: "equal layers are one", passes: []string{"cse"},
		graph: func() *ir.Graph {
			x := square()
			a := layer("a", ir.Box(2, 2), op("sqrt", operand(0)), read(x, ij...))
			b := layer("b", ir.Box(2, 2), op("sqrt", operand(0)), read(x, ij...))
			c := layer("c", ir.Box(2, 2), op("add", operand(0), operand(1)), read(a, ij...), read(b, ij...))
			d := layer("d", ir.Box(2, 2), op("add", operand(0), operand(1)), read(b, ij...), read(a, ij...))
			e := layer("e", ir.Box(2, 2), op("sqrt", operand(0)), read(x, ji...))
			f := layer("f", ir.Box(2, 2), op("maximum", op("maximum", operand(0), operand(1)), operand(2)), read(c, ij...), read(d, ij...), read(e, ij...))
			return whole(x, a, b, c, d, e, f)
		},
		rules: "cse cse",
		want: `
x[i, j] (2, 2): float64(2, 2) = input (4, 4) chunks ({2, 2}, {2, 2})
a[i, j] (2, 2): float64(2, 2) = sqrt(x[i, j]) ; from a, b
c[i, j] (2, 2): float64(2, 2) = add(a[i, j], a[i, j]) ; from c, d
e[i, j] (2, 2): float64(2, 2) = sqrt(x[j, i])
f[i, j] (2, 2): float64(2, 2) = maximum(maximum(c[i, j], c[i, j]), e[i, j])
output out = f as array
`,
	},
	{
		name: "an output that equals another layer", passes: []string{"cse"},
		graph: func() *ir.Graph {
			a := layer("a", nil, integer(1))
			b := layer("b", nil, integer(1))
			g := graph(a, b)
			g.Outputs = append(g.Outputs, &ir.Output{Name: "first", Layer: a, Index: []int64{}})
			return g
		},
		rules: "cse",
		want: `
a: int = 1 ; from a, b
output out = a
output first = a
`,
	},
	{
		name: "getitem through transpose", passes: []string{"cull", "getitem"},
		graph: func() *ir.Graph {
			x := square()
			xt := layer("x-T", ir.Box(2, 2), op("transpose", operand(0)), read(x, ji...))
			e := layer("e", nil, op("getitem", operand(0), tuple(slice(integer(0), null()), integer(1))), read(xt, at(0, 1)...))
			return graph(x, xt, e)
		},
		rules: "cull getitem-transpose",
		want: `
x[i, j] (2, 2): float64(2, 2) = input (4, 4) chunks ({2, 2}, {2, 2})
e: float64(2,) = getitem(x[1, 0], tuple(1, slice(0, None, None))) ; from e, x-T
output out = e
`,
	},
	{
		name: "getitem leaves a transposition of what is left", passes: []string{"getitem"},
		graph: func() *ir.Graph {
			x := square()
			xt := layer("x-T", ir.Box(2, 2), op("transpose", operand(0)), read(x, ji...))
			e := layer("e", ir.Box(2, 2), op("getitem", operand(0), tuple(slice(integer(1), null()), slice(null(), integer(1)))), read(xt, ij...))
			return whole(x, xt, e)
		},
		rules: "getitem-transpose",
		want: `
x[i, j] (2, 2): float64(2, 2) = input (4, 4) chunks ({2, 2}, {2, 2})
e[i, j] (2, 2): float64(1, 1) = transpose(getitem(x[j, i], tuple(slice(None, 1, None), slice(1, None, None))), [1, 0]) ; from e, x-T
output out = e as array
`,
	},
	{
		name: "getitem through elementwise ops and broadcasting", passes: []string{"getitem"},
		graph: func() *ir.Graph {
			x, v := square(), input("v", ir.Float64, []int64{2})
			y := layer("y", ir.Box(2, 2), op("multiply", op("add", operand(0), operand(1)), integer(2)), read(x, ij...), read(v, axis(0)))
			e := layer("e", ir.Box(2, 2), op("getitem", operand(0), tuple(integer(1), slice(integer(1), null()))), read(y, ij...))
			return graph(x, v, y, e)
		},
		rules: "getitem-elementwise",
		want: `
x[i, j] (2, 2): float64(2, 2) = input (4, 4) chunks ({2, 2}, {2, 2})
v[i] (1,): float64(2,) = input (2,) chunks ({2})
e[i, j] (2, 2): float64(1,) = multiply(add(getitem(x[i, j], tuple(1, slice(1, None, None))), getitem(v[0], slice(1, None, None))), 2) ; from e, y
output out = e[0, 0]
`,
	},
	{
		name: "getitem does not compute more elements than before", passes: []string{"getitem"},
		graph: func() *ir.Graph {
			x := square()
			y := layer("y", ir.Box(2, 2), op("sqrt", op("add", operand(0), operand(1))), read(x, ij...), read(x, ji...))
			few := layer("few", ir.Box(2, 4), op("getitem", operand(0), integer(0)), read(y, axis(0, 1, 0), axis(0)))
			many := layer("many", ir.Box(2, 2), op("getitem", operand(0), slice(null(), integer(1))), read(few, axis(0, 1, 0), axis(0, 0, 1)))
			return graph(x, y, few, many)
		},
		rules: "getitem-getitem getitem-elementwise",
		want: `
x[i, j] (2, 2): float64(2, 2) = input (4, 4) chunks ({2, 2}, {2, 2})
many[i, j] (2, 2): float64(1,) = sqrt(add(getitem(x[i, 0], tuple(0, slice(None, 1, None))), getitem(x[0, i], tuple(0, slice(None, 1, None))))) ; from many, few, y
output out = many[0, 0]
`,
	},
	{
		name: "getitem is refused where work would be repeated", passes: []string{"getitem"},
		graph: func() *ir.Graph {
			x := square()
			y := layer("y", ir.Box(2, 2), op("sqrt", operand(0)), read(x, ij...))
			e := layer("e", ir.Box(2, 2, 3), op("getitem", operand(0), slice(null(), null())), read(y, axis(0, 1, 0, 0), axis(0, 0, 1, 0)))
			e.Cases[0].Kernel.Args[1].Args[1] = integer(2)
			return graph(x, y, e)
		},
		misses: `e: not moved below "y": more elements would be computed than are now`,
		want: `
x[i, j] (2, 2): float64(2, 2) = input (4, 4) chunks ({2, 2}, {2, 2})
y[i, j] (2, 2): float64(2, 2) = sqrt(x[i, j])
e[i, j, k] (2, 2, 3): float64(2, 2) = getitem(y[i, j], slice(None, 2, None))
output out = e[0, 0, 0]
`,
	},
	{
		name: "getitem of getitem", passes: []string{"getitem"},
		graph: func() *ir.Graph {
			x := input("x", ir.Float64, []int64{8, 8}, []int64{8})
			y := layer("y", ir.Box(2, 1), op("getitem", operand(0), tuple(slice(param(0), null()), integer(-1))), read(x, ij...))
			y.Cases[0].Params = []ir.Param{{Type: ir.ScalarType(ir.Int64), Ints: []int64{2, 3}}}
			e := layer("e", ir.Box(2, 1), op("getitem", operand(0), slice(integer(1), integer(3))), read(y, ij...))
			return graph(x, y, e)
		},
		rules: "getitem-getitem",
		want: `
x[i, j] (2, 1): float64(8, 8) = input (16, 8) chunks ({8, 8}, {8})
e[i, j] (2, 1): float64(2,) = getitem(x[i, 0], tuple(slice({i+3}, {i+5}, None), -1)) ; from e, y
output out = e[0, 0]
`,
	},
	{
		name: "getitem picks one of the blocks that are concatenated or stacked", passes: []string{"getitem"},
		graph: func() *ir.Graph {
			x := square()
			c := layer("c", ir.Box(1, 2), keyword(op("concatenate", operand(0)), "axis", integer(0)), read(x, everyRow(2)...))
			s := layer("s", ir.Box(1, 2), op("stack", list(operand(0), op("negative", operand(0)))), read(c, ij...))
			e := layer("e", nil, op("getitem", operand(0), tuple(integer(1), integer(3))), read(s, at(0, 1)...))
			return graph(x, c, s, e)
		},
		rules: "getitem-stack getitem-concatenate",
		want: `
x[i, j] (2, 2): float64(2, 2) = input (4, 4) chunks ({2, 2}, {2, 2})
e: float64(2,) = negative(getitem(x[1, 1], 1)) ; from e, s, c
output out = e
`,
	},
	{
		name: "getitem of a broadcast", passes: []string{"getitem"},
		graph: func() *ir.Graph {
			x := square()
			b := layer("b", ir.Box(2, 2), op("broadcast_to", operand(0), list(integer(5), integer(2), integer(2))), read(x, ij...))
			e := layer("e", nil, op("getitem", operand(0), integer(4)), read(b, at(0, 1)...))
			return graph(x, b, e)
		},
		rules: "getitem-broadcast",
		want: `
x[i, j] (2, 2): float64(2, 2) = input (4, 4) chunks ({2, 2}, {2, 2})
e: float64(2, 2) = x[0, 1] ; from e, b
output out = e
`,
	},
	{
		name: "literals, aliases and views are inlined", passes: []string{"inline"},
		graph: func() *ir.Graph {
			x := square()
			one := layer("one", nil, integer(1))
			alias := layer("alias", ir.Box(2, 2), operand(0), read(x, ji...))
			view := layer("view", ir.Box(2, 2), op("transpose", operand(0)), read(alias, ij...))
			y := layer("y", ir.Box(2, 2), op("add", operand(0), operand(1)), read(view, ij...), read(one))
			z := layer("z", ir.Box(2, 2), op("subtract", operand(0), operand(1)), read(view, ji...), read(y, ij...))
			c := layer("c", ir.Box(1, 2), op("concatenate", list(operand(0), operand(1))), read(z, at(0, 0)...), read(alias, at(1, 0)...))
			return whole(x, one, alias, view, y, z, c)
		},
		rules: "inline-constant inline-alias inline-transpose",
		want: `
x[i, j] (2, 2): float64(2, 2) = input (4, 4) chunks ({2, 2}, {2, 2})
y[i, j] (2, 2): float64(2, 2) = add(transpose(x[j, i]), 1) ; from y, one, view, alias
z[i, j] (2, 2): float64(2, 2) = subtract(transpose(x[i, j]), y[i, j]) ; from z, view, alias
c[i, j] (1, 2): float64(4, 2) = concatenate([z[0, 0], x[0, 1]]) ; from c, alias
output out = c as array
`,
	},
	{
		name: "aliases in lists", passes: []string{"inline"},
		graph: func() *ir.Graph {
			x := square()
			alias := layer("alias", ir.Box(2, 2), operand(0), read(x, ji...))
			c := layer("c", ir.Box(1, 2), op("concatenate", operand(0)), read(alias, everyRow(2)...))
			return whole(x, alias, c)
		},
		rules: "inline-alias",
		want: `
x[i, j] (2, 2): float64(2, 2) = input (4, 4) chunks ({2, 2}, {2, 2})
c[i, j] (1, 2): float64(4, 2) = concatenate(x[j, 0:2]) ; from c, alias
output out = c as array
`,
	},
	{
		name: "requested views stay", passes: []string{"inline"},
		graph: func() *ir.Graph {
			x := square()
			view := layer("view", ir.Box(2, 2), op("transpose", operand(0)), read(x, ji...))
			y := layer("y", ir.Box(2, 2), op("sqrt", operand(0)), read(view, ij...))
			g := whole(x, view, y)
			g.Outputs = append(g.Outputs, &ir.Output{Name: "view", Layer: view})
			return g
		},
		misses: `view: not inlined: requested output`,
		want: `
x[i, j] (2, 2): float64(2, 2) = input (4, 4) chunks ({2, 2}, {2, 2})
view[i, j] (2, 2): float64(2, 2) = transpose(x[j, i])
y[i, j] (2, 2): float64(2, 2) = sqrt(view[i, j])
output out = y as array
output view = view as array
`,
	},
	{
		name: "astype is inlined where its dependents go element by element", passes: []string{"inline"},
		graph: func() *ir.Graph {
			x := input("x", ir.Float32, []int64{2, 2}, []int64{3})
			wide := layer("x64", ir.Box(2, 1), op("astype", operand(0), dtype(ir.Float64)), read(x, ij...))
			s := layer("s", ir.Box(2, 1), keyword(op("sum", operand(0)), "axis", list(integer(0))), read(wide, ij...))
			y := layer("y", ir.Box(2, 1), op("subtract", operand(0), operand(1)), read(wide, ij...), read(s, at(0, 0)...))
			g := whole(x, wide, s, y)
			return g
		},
		rules: "inline-astype",
		want: `
x[i, j] (2, 1): float32(2, 3) = input (4, 3) chunks ({2, 2}, {3})
s[i, j] (2, 1): float64(3,) = sum(astype(x[i, 0], float64), axis=[0]) ; from s, x64
y[i, j] (2, 1): float64(2, 3) = subtract(astype(x[i, 0], float64), s[0, 0]) ; from y, x64
output out = y as array
`,
	},
	{
		name: "dask's fuse", passes: []string{"inline", "fuse-chain"},
		graph: func() *ir.Graph {
			a, b := layer("a", nil, integer(1)), layer("b", nil, integer(2))
			z := layer("z", nil, op("add", operand(0), operand(1)), read(a), read(b))
			y := layer("y", nil, op("inc", operand(0)), read(z))
			x := layer("x", nil, op("inc", operand(0)), read(y))
			w := layer("w", nil, op("inc", operand(0)), read(x))
			return graph(a, b, z, y, x, w)
		},
		rules: "inline-constant inline-constant fuse-chain fuse-chain fuse-chain",
		want: `
w: int = inc(inc(inc(add(1, 2)))) ; from w, x, y, z, a, b
output out = w
`,
	},
	{
		name: "a chain ends where a value has two dependents or is requested", passes: []string{"fuse-chain"},
		graph: func() *ir.Graph {
			a := layer("a", nil, op("inc", integer(1)))
			b := layer("b", nil, op("len", list(operand(0))), read(a))
			c := layer("c", nil, op("len", list(operand(0), operand(0))), read(b))
			d := layer("d", nil, op("len", list(operand(0))), read(c))
			e := layer("e", nil, op("len", list(operand(0), operand(1))), read(c), read(d))
			g := graph(a, b, c, d, e)
			g.Outputs = append(g.Outputs, &ir.Output{Name: "b", Layer: b, Index: []int64{}})
			return g
		},
		rules: "fuse-chain",
		misses: `b: not fused: requested output
c: not fused: 2 dependents
d: not fused: the dependent has 2 operands, which can be computed side by side`,
		want: `
b: int = len([inc(1)]) ; from b, a
c: int = len([b, b])
d: int = len([c])
e: int = len([c, d])
output out = e
output b = b
`,
	},
	{
		name: "chains follow accesses", passes: []string{"fuse-chain"},
		graph: func() *ir.Graph {
			x := square()
			y := layer("y", ir.Box(2, 2), op("transpose", op("sqrt", operand(0))), read(x, ji...))
			z := layer("z", ir.Box(2, 2), keyword(op("sum", operand(0)), "axis", integer(0)), read(y, axis(1, -1, 0), axis(0, 0, 1)))
			return graph(x, y, z)
		},
		rules: "fuse-chain",
		want: `
x[i, j] (2, 2): float64(2, 2) = input (4, 4) chunks ({2, 2}, {2, 2})
z[i, j] (2, 2): float64(2,) = sum(transpose(sqrt(x[j, -i+1])), axis=0) ; from z, y
output out = z[0, 0]
`,
	},
	{
		name: "chains over cases that line up", passes: []string{"fuse-chain"},
		graph: func() *ir.Graph {
			y := &ir.Layer{Name: "y", Grid: ir.Box(4)}
			y.Cases = []*ir.Case{
				{Where: ir.Set{Box: []ir.Range{{Lo: 0, Hi: 1, Step: 1}}}, Kernel: op("inc", integer(1))},
				{Where: ir.Set{Box: []ir.Range{{Lo: 1, Hi: 4, Step: 1}}}, Kernel: op("inc", param(0)), Params: []ir.Param{{Type: ir.ScalarType(ir.Int64), Ints: []int64{7, 5, 9}}}},
			}
			z := layer("z", ir.Box(4), op("len", list(operand(0))), read(y, axis(3, -1)))
			return graph(y, z)
		},
		rules: "fuse-chain",
		want: `
z[i] (4,): int ; from z, y
	where [0:3] = len([inc({9, 5, 7})])
	where [3:4] = len([inc(1)])
output out = z[0]
`,
	},
	{
		name: "blockwise fan-in and fan-out", passes: []string{"fuse-blockwise"},
		graph: func() *ir.Graph {
			x := square()
			y := layer("y", ir.Box(2, 2), op("sqrt", operand(0)), read(x, ij...))
			a := layer("a", ir.Box(2, 2), op("exp", operand(0)), read(y, ij...))
			b := layer("b", ir.Box(2, 2), op("log", operand(0)), read(y, ij...))
			z := layer("z", ir.Box(2, 2), op("multiply", operand(0), operand(1)), read(a, ij...), read(b, ij...))
			return whole(x, y, a, b, z)
		},
		rules: "fuse-blockwise fuse-blockwise fuse-blockwise",
		want: `
x[i, j] (2, 2): float64(2, 2) = input (4, 4) chunks ({2, 2}, {2, 2})
z[i, j] (2, 2): float64(2, 2) = multiply(exp(sqrt(x[i, j])), log(sqrt(x[i, j]))) ; from z, b, a, y
output out = z as array
`,
	},
	{
		name: "blockwise: two dependents keep a value, unless it is cheap", passes: []string{"fuse-blockwise"},
		graph: func() *ir.Graph {
			x := square()
			cheap := layer("cheap", ir.Box(2, 2), op("inc", operand(0)), read(x, ij...))
			dear := layer("dear", ir.Box(2, 2), op("exp", operand(0)), read(cheap, ij...))
			a := layer("a", ir.Box(2, 2), op("add", operand(0), operand(1)), read(dear, ij...), read(cheap, ij...))
			b := layer("b", ir.Box(2, 2), op("add", operand(0), operand(1)), read(dear, ij...), read(a, ji...))
			g := whole(x, cheap, dear, a, b)
			g.Outputs = append(g.Outputs, &ir.Output{Name: "a", Layer: a})
			return g
		},
		rules: "fuse-blockwise",
		misses: `a: not fused: requested output
dear: not fused: 2 dependents`,
		want: `
x[i, j] (2, 2): float64(2, 2) = input (4, 4) chunks ({2, 2}, {2, 2})
dear[i, j] (2, 2): float64(2, 2) = exp(inc(x[i, j])) ; from dear, cheap
a[i, j] (2, 2): float64(2, 2) = add(dear[i, j], inc(x[i, j])) ; from a, cheap
b[i, j] (2, 2): float64(2, 2) = add(dear[i, j], a[j, i])
output out = b as array
output a = a as array
`,
	},
	{
		name: "blockwise: what is broadcast is computed once", passes: []string{"fuse-blockwise"},
		graph: func() *ir.Graph {
			x, v := square(), input("v", ir.Float64, []int64{2})
			s := layer("s", nil, op("sqrt", operand(0)), read(v, axis(0)))
			z := layer("z", nil, op("divide", operand(0), operand(1)), read(x, at(0, 0)...), read(s))
			return graph(x, v, s, z)
		},
		misses: `s: not fused: its values are broadcast in "z"`,
		want: `
x[i, j] (2, 2): float64(2, 2) = input (4, 4) chunks ({2, 2}, {2, 2})
v[i] (1,): float64(2,) = input (2,) chunks ({2})
s: float64(2,) = sqrt(v[0])
z: float64(2, 2) = divide(x[0, 0], s)
output out = z
`,
	},
	{
		name: "a reduction absorbs what feeds it", passes: []string{"fuse-reduction"},
		graph: func() *ir.Graph {
			x := square()
			y := layer("y", ir.Box(2, 2), op("multiply", operand(0), operand(1)), read(x, ij...), read(x, ji...))
			s := layer("s", ir.Box(2, 2), keyword(keyword(op("sum", operand(0)), "axis", list(integer(0))), "keepdims", boolean(true)), read(y, ij...))
			c := layer("c", ir.Box(1, 2), op("sum_combine", operand(0)), read(s, everyRow(2)...))
			return whole(x, y, s, c)
		},
		rules: "fuse-reduction",
		want: `
x[i, j] (2, 2): float64(2, 2) = input (4, 4) chunks ({2, 2}, {2, 2})
s[i, j] (2, 2): float64(1, 2) = sum(multiply(x[i, j], x[j, i]), axis=[0], keepdims=True) ; from s, y
c[i, j] (1, 2): float64(1, 2) = sum_combine(s[0:2, j])
output out = c as array
`,
	},
	{
		name: "order is depth first", passes: []string{"order"},
		graph: func() *ir.Graph {
			z := &ir.Layer{Name: "z"}
			a, b := layer("a", nil, integer(1)), layer("b", nil, integer(2))
			a1 := layer("a1", nil, op("inc", operand(0)), read(a))
			b1 := layer("b1", nil, op("inc", operand(0)), read(b))
			z.Cases = []*ir.Case{{Kernel: op("add", operand(0), operand(1)), Operands: []ir.Operand{read(a1), read(b1)}}}
			g := graph(z, a, b, a1, b1)
			g.Outputs[0].Layer, g.Outputs[0].Index = z, []int64{}
			return g
		},
		rules: "order",
		want: `
a: int = 1
a1: int = inc(a)
b: int = 2
b1: int = inc(b)
z: int = add(a1, b1)
output out = z
`,
	},
}

func (r *ruleTest) run(t *testing.T) {
	g := r.graph()
	if ds := check.Check(g); len(ds) > 0 {
		t.Fatal(ds)
	}
	var rules, misses []string
	for _, f := range Run(g, only(r.passes...)) {
		if f.Applied {
			rules = append(rules, f.Rule)
		} else {
			misses = append(misses, f.Layer+": "+f.Detail)
		}
	}
	if err := ir.Verify(g); err != nil {
		t.Error(err)
	}
	if d := cmp.Diff(r.rules, strings.Join(rules, " ")); d != "" {
		t.Errorf("rules: %s", d)
	}
	if d := cmp.Diff(r.misses, strings.Join(misses, "\n")); d != "" {
		t.Errorf("misses: %s", d)
	}
	if d := cmp.Diff(strings.TrimSpace(r.want), strings.TrimSpace(ir.Text(g))); d != "" {
		t.Errorf("graph: %s", d)
	}
}

func TestRules(t *testing.T) {
	for i := range ruleTests {
		t.Run(ruleTests[i].name, ruleTests[i].run)
	}
}
