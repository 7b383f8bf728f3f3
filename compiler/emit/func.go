package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// maxWeight is how many operators and calls an expression has on one line.
const maxWeight = 12

// A funcWriter writes the body of a kernel as statements.
type funcWriter struct {
	em       *emitter
	low      *lowering
	layer    string // name of the layer, for what is declared beside the function
	result   *ir.Type
	names    *namer
	body     []jen.Code // statements of the function so far
	vals     map[*node]goExpr
	elems    map[elemKey]goExpr
	operands []goExpr
	params   []goExpr
	usesTask bool
	trial    bool // what is longer than a line is thrown away: nothing is declared for its loops
	err      error
}

// An elemKey is a number that is needed in a dtype.
type elemKey struct {
	n *node
	d ir.DType
}

func (em *emitter) newFunc(low *lowering, layer string, result *ir.Type) *funcWriter {
	return &funcWriter{
		em: em, low: low, layer: layer, result: result, names: newNamer(em.inner),
		vals: map[*node]goExpr{}, elems: map[elemKey]goExpr{},
	}
}

func (w *funcWriter) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *funcWriter) add(c jen.Code) { w.body = append(w.body, c) }

// task returns the kernel's task argument.
func (w *funcWriter) task() goExpr {
	w.usesTask = true
	return name(w.em.task)
}

// bind stores an expression in a variable.
func (w *funcWriter) bind(list *[]jen.Code, base string, e goExpr) goExpr {
	v := w.names.local(base)
	if e.typed != nil {
		e.code = e.typed
	}
	*list = append(*list, jen.Id(v).Op(":=").Add(e.code))
	return name(v)
}

// checked stores the first result of a call, and returns from the function when
// the second, an error, is not nil.
func (w *funcWriter) checked(list *[]jen.Code, base string, e goExpr) goExpr {
	v := w.names.local(base)
	*list = append(*list, jen.List(jen.Id(v), jen.Err()).Op(":=").Add(e.code), w.onError())
	return name(v)
}

func (w *funcWriter) onError() jen.Code {
	return jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(zero(w.result), jen.Err()))
}

// finish writes the return of the kernel's result.
func (w *funcWriter) finish(n *node) {
	e, direct := w.outcome(n)
	if direct {
		w.add(jen.Return(e.code))
		return
	}
	w.add(jen.Return(e.code, jen.Nil()))
}

// outcome returns the result, owned by the caller. It is direct if the
// expression is a call that returns an error too.
func (w *funcWriter) outcome(n *node) (e goExpr, direct bool) {
	switch {
	case n.kind == reduceNode:
		return w.reduce(n), true
	case n.kind == callNode:
		return w.goCall(n, n.call), true
	case n.kind == elementNode && n.block():
		return w.loop(n), false
	case n.kind == elementNode && n.typ.Kind == ir.TypeBlock:
		return call(jen.Qual(runtimePath, "Scalar"), w.typedElem(n)), false
	case n.kind == funcNode:
		e, fails := w.userCall(n)
		if fails && n.expr.Func.Value == nil && n.typ.SameRepr(w.result) {
			return e, true
		}
		if fails {
			e = w.checked(&w.body, w.em.variable(n), e)
		}
		return w.adapt(plainNumber(n, e), n.typ, w.result), false
	}
	e = w.adapt(w.value(n), n.typ, w.result)
	if n.kind != elementNode && n.kind != constNode && releasable(n.typ) {
		e = call(jen.Qual(runtimePath, "Retain"), e)
	}
	return e, false
}

// value returns the value of a node; what is needed to compute it is written
// before. It is borrowed: what is made for it is released at the end.
func (w *funcWriter) value(n *node) goExpr {
	if e, ok := w.vals[n]; ok {
		return e
	}
	e := w.compute(n)
	w.vals[n] = e
	return e
}

func (w *funcWriter) compute(n *node) goExpr {
	switch n.kind {
	case operandNode:
		return w.operands[n.expr.N]
	case paramNode:
		return w.params[n.expr.N]
	case constNode:
		return w.constant(n)
	case makeNode:
		return w.shared(n, w.composite(n))
	case elementNode:
		if n.block() {
			return w.released(n, w.loop(n))
		}
		if n.typ.Kind == ir.TypeBlock {
			return w.bind(&w.body, w.em.variable(n), call(jen.Qual(runtimePath, "Scalar"), w.typedElem(n)))
		}
		return w.elem(n, n.typ.DType)
	case reduceNode:
		return w.released(n, w.checked(&w.body, w.em.variable(n), w.reduce(n)))
	case callNode:
		return w.released(n, w.checked(&w.body, w.em.variable(n), w.goCall(n, n.call)))
	}
	e, fails := w.userCall(n)
	if fails {
		return w.released(n, plainNumber(n, w.checked(&w.body, w.em.variable(n), e)))
	}
	e = plainNumber(n, e)
	if releasable(n.typ) {
		return w.released(n, w.bind(&w.body, w.em.variable(n), e))
	}
	return w.shared(n, e)
}

// shared binds an expression that is used more than once, or is long.
func (w *funcWriter) shared(n *node, e goExpr) goExpr {
	if e.atom || len(n.users) < 2 && e.weight <= maxWeight {
		return e
	}
	return w.bind(&w.body, w.em.variable(n), e)
}

// released releases an intermediate value at the end of the function.
func (w *funcWriter) released(n *node, e goExpr) goExpr {
	switch {
	case n.typ.Kind == ir.TypeBlock:
		w.add(jen.Defer().Add(e.code).Dot("Release").Call())
	case releasable(n.typ):
		w.add(jen.Defer().Qual(runtimePath, "Release").Call(e.code))
	}
	return e
}

// releasable says whether values of a type hold buffers.
func releasable(t *ir.Type) bool {
	if t.Kind == ir.TypeBlock || t.Kind == ir.TypeGo && t.Go.Partial != "" {
		return true
	}
	for _, e := range t.Elems {
		if releasable(e) {
			return true
		}
	}
	return false
}

// goCall returns the call of a kernel.
func (w *funcWriter) goCall(n *node, c stdops.GoCall) goExpr {
	if s := indexedSource(n); s != nil {
		c = stdops.GoCall{
			Func: "kernel.GetItemOf", TypeArgs: []ir.DType{n.typ.DType},
			Args: append([]stdops.GoArg{s.New, s.Shape}, c.Args[1:]...),
		}
	}
	return w.callWith(n, c, w.task())
}

// indexedSource returns the source of the block that a getitem indexes, if
// nothing else reads that block.
func indexedSource(n *node) *stdops.Source {
	if n.call.Func != "kernel.GetItem" || len(n.args) == 0 || len(n.args[0].users) != 1 {
		return nil
	}
	return n.args[0].source
}

// callWith returns a call with the first arguments given.
func (w *funcWriter) callWith(n *node, c stdops.GoCall, first ...goExpr) goExpr {
	fun := jen.Add(qualified(c.Func))
	if len(c.TypeArgs) > 0 {
		codes := make([]jen.Code, len(c.TypeArgs))
		for i, d := range c.TypeArgs {
			codes[i] = jen.Id(d.String())
		}
		fun = fun.Index(jen.List(codes...))
	}
	return call(fun, append(first, w.goArgs(n, c.Args)...)...)
}

func (w *funcWriter) goArgs(n *node, args []stdops.GoArg) []goExpr {
	var list []goExpr
	for _, a := range args {
		list = append(list, w.goArg(n, a)...)
	}
	return list
}

func (w *funcWriter) goArg(n *node, a stdops.GoArg) []goExpr {
	switch a := a.(type) {
	case *ir.Expr:
		return []goExpr{w.argument(w.low.byExpr[a])}
	case stdops.Cast:
		m, err := w.low.cast(a.Expr, a.DType)
		if err != nil {
			w.fail(err)
			return nil
		}
		return []goExpr{w.argument(m)}
	case stdops.Number:
		return []goExpr{w.elem(w.low.byExpr[a.Expr], a.DType)}
	case stdops.Int:
		return []goExpr{w.integer(a.Expr)}
	case stdops.GoCall:
		return []goExpr{w.callWith(n, a)}
	case []stdops.GoArg:
		return w.goArgs(n, a)
	}
	return []goExpr{{code: staticArg(a), prec: primaryPrec}}
}
