package emit

import (
	"go/ast"
	"go/token"
	"math"

	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// elem returns the number that a scalar node is, in dtype d, in plain Go.
func (w *funcWriter) elem(n *node, d ir.DType) goExpr {
	key := elemKey{n, d}
	if e, ok := w.elems[key]; ok {
		return e
	}
	var e goExpr
	switch {
	case narrows(n, d):
		narrow := jen.Add(qualified("rt.NarrowInt")).Index(jen.Id(d.String()))
		e = w.checked(&w.body, w.em.variable(n), call(narrow, w.elem(n, n.typ.DType)))
	case d != n.typ.DType && !literal(n):
		e = w.convert(w.elem(n, n.typ.DType), n.typ.DType, d)
	case n.kind == elementNode:
		e = w.shared(n, w.apply(n, &w.body, w.elem))
	case literal(n):
		e = constNumber(n.expr.Const, d).untyped()
	case n.typ.Kind == ir.TypeBlock:
		e = w.bind(&w.body, w.em.variable(n), goExpr{code: jen.Add(w.value(n).code).Dot("At").Call()})
	default:
		e = w.value(n)
	}
	w.elems[key] = e
	return e
}

// narrows says whether a computed Python int becomes a smaller integer, which it
// must fit (NEP 50). The checker has seen to literals, also those that differ
// from task to task.
func narrows(n *node, d ir.DType) bool {
	k := d.Kind()
	return n.typ.Kind == ir.TypeScalar && n.typ.DType == ir.Int64 && d != ir.Int64 && (k == 'i' || k == 'u') &&
		!literal(n) && n.kind != paramNode
}

// typedElem is elem for a place from which Go infers a type.
func (w *funcWriter) typedElem(n *node) goExpr {
	e := w.elem(n, n.typ.DType)
	if e.typed != nil {
		e.code = e.typed
	}
	return e
}

// literal says whether a node is a numeric literal.
func literal(n *node) bool {
	if n.kind != constNode || n.typ.Kind != ir.TypeScalar || n.expr.Const == nil {
		return false
	}
	switch n.expr.Const.Kind {
	case ir.ConstBool, ir.ConstInt, ir.ConstFloat, ir.ConstComplex:
		return true
	}
	return false
}

// convert returns the expression in another dtype.
func (w *funcWriter) convert(e goExpr, from, to ir.DType) goExpr {
	if from == to {
		return e
	}
	return w.convertAt(&w.body, e, from, to)
}

// convertAt is convert for a place inside a loop.
func (w *funcWriter) convertAt(list *[]jen.Code, e goExpr, from, to ir.DType) goExpr {
	return w.expand(stdops.CastExpr(from, to), list, []goExpr{e}, []ir.DType{from})
}

// apply returns one element of an elementwise node: get returns the elements of
// its arguments in the dtypes of its loop.
func (w *funcWriter) apply(n *node, list *[]jen.Code, get func(*node, ir.DType) goExpr) goExpr {
	args := make([]goExpr, len(n.args))
	for i, a := range n.args {
		if a != nil {
			args[i] = get(a, n.in[i])
		}
	}
	if n.loop == nil {
		return w.applyFunc(n, list, args)
	}
	if len(args) == 2 && n.args[0] == n.args[1] && !args[1].konst && n.in[0].Kind() != 'f' && n.in[0].Kind() != 'c' {
		args[1] = w.bind(list, "v", args[1]) // x - x looks like a mistake to linters
	}
	return w.expand(n.loop.Expr, list, args, n.in)
}

// applyFunc calls a user's function on elements.
func (w *funcWriter) applyFunc(n *node, list *[]jen.Code, args []goExpr) goExpr {
	f := n.expr.Func
	for i := range args {
		args[i] = goNumber(args[i], n.in[i], f.Params[i])
	}
	e := w.callFunc(f, args)
	if f.Error {
		e = w.checked(list, w.em.variable(n), e)
	}
	if d := f.Result.NumberDType(); f.Result.Kind == ir.TypeGo && f.Result.Go.Expr != d.String() {
		e = call(jen.Id(d.String()), e)
	}
	return e
}

// goNumber converts a number of dtype d to a parameter's own numeric type.
func goNumber(e goExpr, d ir.DType, param *ir.Type) goExpr {
	if e.konst || param.Kind != ir.TypeGo || param.Go.Expr == d.String() {
		return e
	}
	return call(goSource(param.Go.Expr, param.Go.Imports), e)
}

// expand puts arguments into a template. What Go does not allow or does not
// compute as NumPy does when it stands inline is bound to a variable first.
func (w *funcWriter) expand(src string, list *[]jen.Code, args []goExpr, in []ir.DType) goExpr {
	t, err := w.em.template(src, len(args))
	if err != nil {
		w.fail(err)
		return goExpr{}
	}
	for i := range args {
		switch {
		case args[i].special || args[i].konst && !t.takesLiteral(i, args, in):
			args[i] = w.bind(&w.body, "c", args[i])
		case !args[i].atom && (t.uses[i] > 1 || args[i].weight > maxWeight):
			args[i] = w.bind(list, "v", args[i])
		}
	}
	e, err := t.expand(args)
	if err != nil {
		w.fail(err)
	}
	return e
}

// takesLiteral says whether the literal args[i] may stand in the place of its
// placeholder: as an argument of a function, or beside a variable in plain
// arithmetic. Elsewhere Go would evaluate it as a constant, exactly, and refuse
// what overflows, divides by zero or is always true.
func (t *template) takesLiteral(i int, args []goExpr, in []ir.DType) bool {
	ok := true
	var visit func(e ast.Expr, fits bool)
	visit = func(e ast.Expr, fits bool) {
		switch e := e.(type) {
		case *ast.ParenExpr:
			visit(e.X, fits)
		case *ast.Ident:
			if k, is := placeholderIndex(e); is && k == i {
				ok = ok && fits
			}
		case *ast.UnaryExpr:
			visit(e.X, false)
		case *ast.BinaryExpr:
			visit(e.X, plainOperand(e.Op, e.Y, in[i], args, true))
			visit(e.Y, plainOperand(e.Op, e.X, in[i], args, false))
		case *ast.CallExpr:
			for _, a := range e.Args {
				visit(a, !conversion(e.Fun))
			}
		}
	}
	visit(t.expr, false)
	return ok
}

// plainOperand says whether a literal of dtype d may be an operand of op, whose
// other operand is given.
func plainOperand(op token.Token, other ast.Expr, d ir.DType, args []goExpr, left bool) bool {
	id, ok := other.(*ast.Ident)
	if !ok {
		return false
	}
	if k, is := placeholderIndex(id); !is || args[k].konst {
		return false
	}
	switch op {
	case token.ADD, token.SUB, token.MUL:
		return d.Kind() != 'b'
	case token.QUO:
		return d.Kind() == 'f' || d.Kind() == 'c' || left
	case token.LSS, token.GTR, token.LEQ, token.GEQ, token.EQL, token.NEQ:
		return d.Kind() == 'f' || d.Kind() == 'c' || d == ir.Int64
	}
	return false
}

// conversion says whether a call's function is a predeclared type or complex,
// which Go evaluates on constants.
func conversion(fun ast.Expr) bool {
	id, ok := fun.(*ast.Ident)
	return ok && (ir.ParseDType(id.Name) != ir.NoDType || predeclared[id.Name])
}

// integer returns an integer argument as a Go int.
func (w *funcWriter) integer(e *ir.Expr) goExpr {
	if e.Kind == ir.ExprParam {
		p := w.params[e.N]
		if w.low.intOnly[e.N] {
			return p
		}
		return call(jen.Int(), p)
	}
	if e.Const.Uint > math.MaxInt64 || e.Const.Kind != ir.ConstInt {
		w.fail(errorf(e.Pos, "an integer literal is needed here"))
	}
	return goExpr{code: jen.Lit(int(e.Const.Int)), prec: unaryPrec, atom: true, konst: true}
}
