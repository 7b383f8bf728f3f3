package reroll

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/ir"
)

// A task is an explicit task of a test: an expression over keys.
type task struct {
	key      ir.Key
	kernel   *ir.Expr
	operands []ir.Key
}

func (k task) String() string {
	l := &ir.Layer{Name: "l", Keys: []ir.Key{k.key}, Grid: ir.Grid{}}
	c := &ir.Case{Kernel: k.kernel}
	for _, key := range k.operands {
		c.Operands = append(c.Operands, ir.Operand{Layer: &ir.Layer{Keys: []ir.Key{key}, Grid: ir.Grid{}}})
	}
	t := ir.Task{Layer: l, Case: c}
	return t.String()
}

func key(name string, index ...int64) ir.Key {
	k := ir.Key{Name: name}
	for _, i := range index {
		k.Index = append(k.Index, ir.KeyPart{Int: i})
	}
	return k
}

func op(name string, args ...*ir.Expr) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprOp, Op: name, Args: args}
}

func ref(n int) *ir.Expr             { return &ir.Expr{Kind: ir.ExprOperand, N: n} }
func list(args ...*ir.Expr) *ir.Expr { return &ir.Expr{Kind: ir.ExprList, Args: args} }
func num(n int64) *ir.Expr           { return literal(&ir.Const{Kind: ir.ConstInt, Int: n}) }
func text(s string) *ir.Expr         { return literal(&ir.Const{Kind: ir.ConstString, Str: s}) }
func float(f float64) *ir.Expr       { return literal(&ir.Const{Kind: ir.ConstFloat, Float: f}) }

// typer is a small one: strings, lists and tuples are told from numbers.
func typer(e *ir.Expr, operands []*ir.Type) (*ir.Type, error) {
	switch e.Kind {
	case ir.ExprOperand:
		return operands[e.N], nil
	case ir.ExprParam:
		return e.Type, nil
	case ir.ExprConst:
		return literalType(e.Const), nil
	case ir.ExprTuple:
		t := &ir.Type{Kind: ir.TypeTuple}
		for _, a := range e.Args {
			u, err := typer(a, operands)
			if err != nil {
				return nil, err
			}
			t.Elems = append(t.Elems, u)
		}
		return t, nil
	case ir.ExprList:
		u, err := typer(e.Args[0], operands)
		return ir.ListType(u), err
	}
	if e.Op == "getitem" {
		u, err := typer(e.Args[0], operands)
		if err != nil || u.Kind != ir.TypeTuple {
			return nil, errors.New("no tuple")
		}
		if e.Args[1].Kind != ir.ExprConst {
			return nil, errors.New("index is no literal")
		}
		return u.Elems[e.Args[1].Const.Int], nil
	}
	return ir.ScalarType(ir.Int64), nil
}

// build makes layers of the tasks, in this order.
func build(tasks []task, ty Typer) (*ir.Graph, diag.List) {
	var diags diag.List
	t := New("test.json", &diags)
	e := t.Encoder()
	var k Ref
	for i, x := range tasks {
		e.Reset()
		t.KeyRef(&k, x.key)
		e.Expr(x.kernel, x.operands)
		t.Add(&k, e, i+1, 1)
	}
	r := t.Layers(ty)
	if r == nil {
		return nil, diags
	}
	return &ir.Graph{Layers: r.Layers}, diags
}

// checkLossless checks that the graph holds exactly the tasks.
func checkLossless(t interface {
	Helper()
	Fatalf(string, ...any)
}, tasks []task, g *ir.Graph) {
	t.Helper()
	if err := ir.Verify(g); err != nil {
		t.Fatalf("verify: %v\n%s", err, ir.Text(g))
	}
	var want, got []string
	for _, x := range tasks {
		want = append(want, x.String())
	}
	for _, l := range g.Layers {
		for x := range ir.Expand(l).All() {
			got = append(got, x.String())
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("the layers are not the tasks (-want +got):\n%s\n%s", diff, ir.Text(g))
	}
}

func TestLossless(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tasks := randomTasks(t)
		var ty Typer
		if rapid.Bool().Draw(t, "typed") {
			ty = typer
		}
		g, diags := build(tasks, ty)
		if len(diags) > 0 {
			t.Fatalf("%v", diags)
		}
		checkLossless(t, tasks, g)
	})
}

// randomTasks draws families of tasks that are regular, nearly regular, or not
// at all; each reads tasks that stand before it.
func randomTasks(t *rapid.T) []task {
	var tasks []task
	for f := range rapid.IntRange(1, 6).Draw(t, "families") {
		name := fmt.Sprintf("f%d", rapid.IntRange(0, 3).Draw(t, "name"))
		arity := rapid.IntRange(0, 3).Draw(t, "arity")
		if arity == 0 {
			tasks = append(tasks, plainTasks(t, f, tasks)...)
			continue
		}
		tasks = append(tasks, familyTasks(t, name, arity, tasks)...)
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(tasks, func(x task) bool {
		k := x.key.String()
		defer func() { seen[k] = true }()
		return seen[k]
	})
}

func plainTasks(t *rapid.T, f int, before []task) []task {
	var tasks []task
	count := rapid.SampledFrom([]int{1, 3, 70, 100}).Draw(t, "count")
	shape := rapid.IntRange(0, 9).Draw(t, "shape")
	for n := range count {
		k := ir.Key{Name: fmt.Sprintf("p%d_%d", f, n)}
		tasks = append(tasks, randomTask(t, k, shape, int64(n), append(before, tasks...)))
	}
	return tasks
}

func familyTasks(t *rapid.T, name string, arity int, before []task) []task {
	extent, lo := rapid.IntRange(1, 4).Draw(t, "extent"), rapid.Int64Range(-2, 3).Draw(t, "lo")
	total := 1
	for range arity {
		total *= extent
	}
	step, drop := rapid.Int64Range(1, 9).Draw(t, "step"), rapid.IntRange(0, 8).Draw(t, "drop")
	shape := rapid.IntRange(0, 9).Draw(t, "shape")
	labels := rapid.IntRange(0, 5).Draw(t, "labels") == 0
	var tasks []task
	for n := range total {
		k := ir.Key{Name: name}
		for r, a := n, 0; a < arity; a++ {
			p := ir.KeyPart{Int: lo + int64(r%extent)*step}
			if labels && a == 0 {
				p = ir.KeyPart{Str: fmt.Sprint("s", r%extent), IsStr: true}
			}
			k.Index = append(k.Index, p)
			r /= extent
		}
		if drop > 0 && drop < 4 && rapid.IntRange(0, drop).Draw(t, "dropped") == 0 {
			continue
		}
		if shape == 9 { // one that differs
			tasks = append(tasks, randomTask(t, k, rapid.IntRange(0, 8).Draw(t, "own shape"), int64(n), append(before, tasks...)))
			continue
		}
		tasks = append(tasks, randomTask(t, k, shape, int64(n), append(before, tasks...)))
	}
	return tasks
}

// randomTask draws an expression of a shape. Tasks are read from before, by a
// rule or at random.
func randomTask(t *rapid.T, k ir.Key, shape int, n int64, before []task) task {
	x := task{key: k}
	read := func() *ir.Expr {
		i := rapid.IntRange(0, len(before)-1).Draw(t, "read")
		x.operands = append(x.operands, before[i].key)
		return ref(len(x.operands) - 1)
	}
	if len(before) == 0 {
		shape %= 4
	}
	switch shape {
	case 0:
		x.kernel = num(3*n + 1)
	case 1:
		x.kernel = num(rapid.SampledFrom([]int64{0, 5, 1 << 40, -1 << 62, 1<<30 - 1, 1 << 30, -1 << 30, -1<<30 - 1}).Draw(t, "int"))
	case 2:
		x.kernel = op("add", text(rapid.SampledFrom([]string{"", "a", "b\x00"}).Draw(t, "string")), float(rapid.SampledFrom([]float64{0, 1.5, 2}).Draw(t, "float")))
	case 3:
		x.kernel = op("add", num(n%2), num(7))
	case 4:
		x.operands = []ir.Key{before[len(before)-1].key}
		x.kernel = op("add", ref(0), num(n))
	case 5:
		at := int(n) * 2 % len(before)
		x.operands = []ir.Key{before[at].key, before[len(before)-1-at].key}
		x.kernel = op("add", ref(0), op("add", ref(1), ref(0)))
	case 6:
		var args []*ir.Expr
		lo := int(n) * 3 % len(before)
		for i := lo; i < min(lo+3, len(before)); i++ {
			x.operands = append(x.operands, before[i].key)
			args = append(args, ref(len(args)))
		}
		x.kernel = op("len", list(args...))
	case 7:
		var args []*ir.Expr
		for range rapid.IntRange(1, 4).Draw(t, "entries") {
			args = append(args, read())
		}
		x.kernel = list(list(args...), list())
		x.kernel = op("len", x.kernel)
	default:
		x.kernel = op("add", read(), read())
	}
	return x
}

func TestGroups(t *testing.T) {
	square := func(name string, n int64, f func(i, j int64) (*ir.Expr, []ir.Key)) []task {
		var tasks []task
		for i := range n {
			for j := range n {
				e, keys := f(i, j)
				tasks = append(tasks, task{key(name, i, j), e, keys})
			}
		}
		return tasks
	}
	x := square("x", 4, func(i, j int64) (*ir.Expr, []ir.Key) { return num(4*i + j), nil })
	var chain, plain []task
	for i := range int64(1000) {
		name := fmt.Sprintf("k%x", i*7919%1000) // no order that could be guessed
		if i == 0 {
			chain = append(chain, task{key(name), num(0), nil})
			continue
		}
		chain = append(chain, task{key(name), op("add", ref(0), num(1)), []ir.Key{chain[i-1].key}})
	}
	for i := range int64(20) {
		plain = append(plain, task{key(fmt.Sprint("v", i)), num(i), nil})
	}
	tests := []struct {
		name  string
		tasks []task
		want  string
	}{
		{"dictionary", []task{
			{key("x"), num(1), nil},
			{key("y"), op("add", ref(0), num(1)), []ir.Key{key("x")}},
			{key("z"), op("add", ref(0), num(10)), []ir.Key{key("y")}},
		}, "x: ? = 1\ny: ? = add(x, 1)\nz: ? = add(y, 10)\n"},
		{"affine", x, "x[i, j] (4, 4): ? = {4*i+j}\n"},
		{"transpose", append(slices.Clone(x), square("y", 4, func(i, j int64) (*ir.Expr, []ir.Key) {
			return op("add", ref(0), ref(1)), []ir.Key{key("x", i, j), key("x", j, i)}
		})...), "x[i, j] (4, 4): ? = {4*i+j}\ny[i, j] (4, 4): ? = add(x[i, j], x[j, i])\n"},
		{"list", append(slices.Clone(x), square("m", 2, func(i, j int64) (*ir.Expr, []ir.Key) {
			return op("len", list(ref(0), ref(1), ref(2), ref(3))), []ir.Key{key("x", 2*i, 2*j), key("x", 2*i, 2*j+1), key("x", 2*i+1, 2*j), key("x", 2*i+1, 2*j+1)}
		})...), "x[i, j] (4, 4): ? = {4*i+j}\nm[i, j] (2, 2): ? = len(x[2*i:2*i+2, 2*j:2*j+2])\n"},
		{"ragged list", []task{
			{key("x", 0), num(0), nil}, {key("x", 1), num(0), nil}, {key("x", 2), num(0), nil}, {key("x", 3), num(0), nil}, {key("x", 4), num(0), nil},
			{key("m", 0), op("len", list(ref(0), ref(1))), []ir.Key{key("x", 0), key("x", 1)}},
			{key("m", 1), op("len", list(ref(0), ref(1))), []ir.Key{key("x", 2), key("x", 3)}},
			{key("m", 2), op("len", list(ref(0))), []ir.Key{key("x", 4)}},
		}, "x[i] (5,): ? = 0\nm[i] (3,): ?\n\twhere [0:2] = len(x[2*i:2*i+2])\n\twhere [2:3] = len(x[4:5])\n"},
		{"offset", []task{{key("x", 5), num(5), nil}, {key("x", 6), num(6), nil}},
			"x[i] (2,): ? = {i+5} ; keys {[\"x\",5], [\"x\",6]}\n"},
		{"gaps", []task{{key("x", 0, 0), num(1), nil}, {key("x", 1, 0), num(1), nil}, {key("x", 1, 1), num(1), nil}},
			"x[i, j] (2, 2): ? ; live {0, 2, 3}\n\twhere {0, 2, 3} = 1\n"},
		{"sparse", []task{{key("x", 0), num(0), nil}, {key("x", 1000), num(5), nil}, {key("x", 1<<40), num(9), nil}},
			"x[i] (3,): ? = {0, 5, 9} ; keys {[\"x\",0], [\"x\",1000], [\"x\",1099511627776]}\n"},
		{"types", []task{{key("x", 0), num(0), nil}, {key("x", 1), text("a"), nil}, {key("y", 0), op("len", ref(0)), []ir.Key{key("x", 1)}}},
			"x[i] (1,): ? = 0\n\"x/1\"[i] (1,): ? = \"a\" ; keys {[\"x\",1]}\ny[i] (1,): ? = len(\"x/1\"[0])\n"},
		{"arities", []task{{key("x"), num(0), nil}, {key("x", 0), num(1), nil}},
			"x: ? = 0\n\"x/1\"[i] (1,): ? = 1 ; keys {[\"x\",0]}\n"},
		{"entries of a tuple", []task{
			{key("t"), &ir.Expr{Kind: ir.ExprTuple, Args: []*ir.Expr{num(1), num(2)}}, nil},
			{key("e", 0), op("getitem", ref(0), num(0)), []ir.Key{key("t")}},
			{key("e", 1), op("getitem", ref(0), num(1)), []ir.Key{key("t")}},
		}, "t: ? = tuple(1, 2)\ne[i] (2,): ?\n\twhere [0:1] = getitem(t, 0)\n\twhere [1:2] = getitem(t, 1)\n"},
		{"few plain keys", plain[:2], "v0: ? = 0\nv1: ? = 1\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g, diags := build(tt.tasks, typer)
			if len(diags) > 0 {
				t.Fatal(diags)
			}
			checkLossless(t, tt.tasks, g)
			if diff := cmp.Diff(tt.want, ir.Text(g)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("many small families", func(t *testing.T) {
		var tasks []task
		for i := range int64(1200) {
			name := fmt.Sprint("n", i*31%600)
			tasks = append(tasks, task{key(name, i/600), op("add", num(i), num(1)), nil})
		}
		g, _ := build(tasks, typer)
		checkLossless(t, tasks, g)
		if len(g.Layers) != 1 {
			t.Errorf("%d layers", len(g.Layers))
		}
	})
	t.Run("chain of plain keys", func(t *testing.T) {
		g, _ := build(chain, typer)
		checkLossless(t, chain, g)
		if len(g.Layers) != 1 || len(g.Layers[0].Cases) > 3 {
			t.Errorf("%d layers, %s", len(g.Layers), ir.Text(g))
		}
	})
}

func TestOrderOfTasksIsOfNoAccount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tasks := randomTasks(t)
		g, _ := build(tasks, nil)
		shuffled := rapid.Permutation(tasks).Draw(t, "order")
		h, _ := build(shuffled, nil)
		lines := func(g *ir.Graph) []string {
			s := strings.Split(strings.ReplaceAll(ir.Text(g), "\n\t", " "), "\n")
			slices.Sort(s)
			return s
		}
		for i := range lines(g) {
			if strings.Contains(lines(g)[i], "where") || strings.Contains(lines(g)[i], "/") {
				return // names of layers, and the order of cases, follow the first task
			}
		}
		if diff := cmp.Diff(lines(g), lines(h)); diff != "" {
			t.Fatalf("%s", diff)
		}
	})
}

func TestCycle(t *testing.T) {
	_, diags := build([]task{
		{key("ok"), num(1), nil},
		{key("a", 0), op("add", ref(0), ref(1)), []ir.Key{key("ok"), key("a", 2)}},
		{key("a", 1), op("add", ref(0), ref(0)), []ir.Key{key("a", 0)}},
		{key("a", 2), op("len", list(ref(0), ref(1))), []ir.Key{key("ok"), key("a", 1)}},
	}, nil)
	diags.Sort()
	if len(diags) != 1 || diags[0].Code != diag.Cycle || diags[0].Message != `cycle: ["a",0] reads ["a",2] reads ["a",1] reads ["a",0]` {
		t.Errorf("%v", diags)
	}
}
