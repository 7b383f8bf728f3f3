// Package randgraph makes random graph.json files for tests: small graphs over
// all ops, with irregular keys, nested tasks, repeated and unused tasks. It
// knows no op by itself: it proposes random calls of the ops in the table, and
// keeps those that the type checker accepts and that evaluate without an error.
package randgraph

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strconv"
	"strings"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
	"github.com/daskgen/daskgen/stdops/ref"
)

// A Generator makes graphs. Equal seeds make equal graphs.
type Generator struct {
	Ops  []*stdops.Op   // the ops that are proposed
	Used map[string]int // how often each op was accepted
	r    *rand.Rand
}

// New returns a generator over all deterministic ops.
func New(seed uint64) *Generator {
	g := &Generator{Used: map[string]int{}, r: rand.New(rand.NewPCG(seed, 1))}
	for _, op := range stdops.All() {
		if op.Pure && !decompositions[op.Name] {
			g.Ops = append(g.Ops, op)
		}
	}
	return g
}

// A node is a task made so far.
type node struct {
	key   string // as JSON
	typ   *ir.Type
	rough bool // its value depends on rounding: it must not reach a discontinuous op
	used  bool
}

// An arg is an argument in both forms: JSON for the file, an expression for the
// type checker.
type arg struct {
	json  string
	expr  *ir.Expr
	rough bool
	reads []int
}

// Graph writes the tasks and outputs of one graph, with keys that start with
// prefix, as members of the arrays and objects of a graph.json.
type Graph struct {
	Tasks   []string
	Outputs []string
}

// build is one graph in the making.
type build struct {
	*Generator
	prefix string
	nodes  []node
	types  []*ir.Type
	values []ref.Value
	out    Graph
}

// Graph makes a graph of about n tasks.
func (g *Generator) Graph(prefix string, n int) Graph {
	b := &build{Generator: g, prefix: prefix}
	for range 2 + g.r.IntN(3) {
		b.literal()
	}
	for len(b.nodes) < n {
		b.task()
	}
	b.outputs()
	return b.out
}

// JSON puts graphs into one graph.json.
func JSON(graphs []Graph) string {
	var tasks, outs []string
	for _, g := range graphs {
		tasks = append(tasks, g.Tasks...)
		outs = append(outs, g.Outputs...)
	}
	return "{\"daskgen\": 1, \"name\": \"random\",\n\"tasks\": [\n" + strings.Join(tasks, ",\n") +
		"\n],\n\"outputs\": {\n" + strings.Join(outs, ",\n") + "\n}}\n"
}

// add makes a task of a body and type, under a key of some irregular kind.
func (b *build) add(body string, t *ir.Type, v ref.Value, rough bool) {
	i := len(b.nodes)
	var key string
	switch b.r.IntN(4) {
	case 0:
		key = strconv.Quote(fmt.Sprintf("%s-%d", b.prefix, i))
	case 1:
		key = fmt.Sprintf(`["%s%s", %d, %d]`, b.prefix, b.family(t), i/3, i%3)
	case 2:
		key = fmt.Sprintf(`["%s'%s", %d]`, b.prefix, b.family(t), i*7)
	default:
		key = strconv.Quote(fmt.Sprintf("%s é %d", b.prefix, i))
	}
	b.nodes = append(b.nodes, node{key: key, typ: t, rough: rough})
	b.types = append(b.types, t)
	b.values = append(b.values, v)
	b.out.Tasks = append(b.out.Tasks, fmt.Sprintf(`{"key": %s, %s}`, key, body))
}

// family names the indexed keys: mostly by the representation of their values,
// as dask does, now and then not, so that one name has values of many types.
func (b *build) family(t *ir.Type) string {
	if b.r.IntN(4) == 0 {
		return ""
	}
	if t.Kind == ir.TypeBlock {
		return fmt.Sprint(t.DType, t.Rank())
	}
	return strings.NewReplacer(`"`, "").Replace(t.String())
}

// literal adds a data task.
func (b *build) literal() {
	a := b.constant()
	t := b.typeOf(a.expr)
	v, err := new(ref.Evaluator).Expr(a.expr, nil, nil)
	if err != nil {
		panic("randgraph: internal error: " + err.Error())
	}
	b.add(`"value": `+a.json, t, v, false)
}

// typeOf returns the type of an expression that is known to have one.
func (b *build) typeOf(e *ir.Expr) *ir.Type {
	t, err := check.Type(e, b.types)
	if err != nil {
		panic("randgraph: internal error: " + err.Error())
	}
	return t
}

// task proposes calls until one is accepted.
func (b *build) task() {
	for range 200 {
		op := b.Ops[b.r.IntN(len(b.Ops))]
		a, ok := b.call(op, 0)
		if !ok {
			continue
		}
		t, err := check.Type(a.expr, b.types)
		if err != nil || !comparable_(t) {
			continue
		}
		v, err := new(ref.Evaluator).Expr(a.expr, b.values, nil)
		if err != nil {
			continue // an error of the values, such as an integer to a negative power
		}
		if _, err := check.Type(b.inlined(a.expr.Clone()), b.types); err != nil {
			continue // a Python int that is too large for the integers that it meets
		}
		b.Used[op.Name]++
		for _, i := range a.reads {
			b.nodes[i].used = true
		}
		b.add(strings.TrimSuffix(strings.TrimPrefix(a.json, `{"task": {`), `}}`), t, v, a.rough)
		return
	}
	b.literal()
}

// inlined puts the values of Python ints in the place of references to them, as
// a pass may do: NumPy's rule for them depends on the value.
func (b *build) inlined(e *ir.Expr) *ir.Expr {
	if e.Kind == ir.ExprOperand && b.types[e.N].Kind == ir.TypeScalar {
		if i, ok := b.values[e.N].Elems[0].(int64); ok {
			return &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{Kind: ir.ConstInt, Int: i}}
		}
	}
	for i, a := range e.Args {
		e.Args[i] = b.inlined(a)
	}
	for i := range e.Kwargs {
		e.Kwargs[i].Value = b.inlined(e.Kwargs[i].Value)
	}
	return e
}

// comparable_ says whether a value of the type can be an output that a test
// compares: blocks of a bounded size, scalars, and containers of them.
func comparable_(t *ir.Type) bool {
	switch t.Kind {
	case ir.TypeBlock:
		n := int64(1)
		for _, d := range t.Shape {
			if d < 0 {
				d = 4
			}
			n *= d
		}
		return n <= 400 && len(t.Shape) <= 4
	case ir.TypeScalar, ir.TypeString:
		return true
	case ir.TypeList, ir.TypeTuple, ir.TypeDict:
		for _, e := range t.Elems {
			if !comparable_(e) {
				return false
			}
		}
		return true
	}
	return false
}

// call makes a random call of an op, as a task argument.
func (b *build) call(op *stdops.Op, depth int) (arg, bool) {
	e := &ir.Expr{Kind: ir.ExprOp, Op: op.Name}
	a := arg{expr: e, rough: inexact(op)}
	var args, kwargs []string
	first := (*ir.Type)(nil)
	for _, p := range op.Params {
		// squeeze without axes has a type per shape: in a layer of tasks of
		// several shapes it is refused.
		if p.Default != nil && b.r.IntN(2) == 0 && op.Name != "squeeze" {
			continue
		}
		v, ok := b.param(op, p, first, depth)
		if !ok {
			return arg{}, false
		}
		if first == nil {
			first, _ = check.Type(v.expr, b.types)
		}
		if v.rough && discontinuous(op) {
			return arg{}, false
		}
		a.rough = a.rough || v.rough
		a.reads = append(a.reads, v.reads...)
		if p.Default != nil {
			e.Kwargs = append(e.Kwargs, ir.Kwarg{Name: p.Name, Value: v.expr})
			kwargs = append(kwargs, strconv.Quote(p.Name)+": "+v.json)
		} else {
			e.Args = append(e.Args, v.expr)
			args = append(args, v.json)
		}
	}
	sort.Slice(e.Kwargs, func(i, j int) bool { return e.Kwargs[i].Name < e.Kwargs[j].Name })
	a.json = fmt.Sprintf(`{"task": {"op": %q, "args": [%s]`, op.Name, strings.Join(args, ", "))
	if len(kwargs) > 0 {
		a.json += `, "kwargs": {` + strings.Join(kwargs, ", ") + `}`
	}
	a.json += `}}`
	return a, true
}

// outputs asks for what nobody reads, and a few others.
func (b *build) outputs() {
	for i, n := range b.nodes {
		if n.used && b.r.IntN(5) > 0 || !n.used && b.r.IntN(6) == 0 && i > 0 {
			continue // an inner task, or a task left unused
		}
		b.out.Outputs = append(b.out.Outputs, fmt.Sprintf(`"%s/%d": {"key": %s}`, b.prefix, i, n.key))
	}
	if len(b.out.Outputs) == 0 {
		b.out.Outputs = append(b.out.Outputs, fmt.Sprintf(`"%s/0": {"key": %s}`, b.prefix, b.nodes[0].key))
	}
}
