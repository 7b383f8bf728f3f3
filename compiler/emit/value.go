package emit

import (
	"fmt"
	"math"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// constant returns the value of a literal.
func (w *funcWriter) constant(n *node) goExpr {
	c := n.expr.Const
	if c != nil && c.Kind == ir.ConstNpy {
		return w.checked(&w.body, "array", call(jen.Id(w.em.npy(c, n.typ, w.layer))))
	}
	e, ok := w.em.constant(c, n.typ, w.layer)
	if !ok {
		w.fail(errorf(n.expr.Pos, "an index cannot be used as a value"))
	}
	return e
}

// constant returns the value of a literal of type t. It is not ok if the
// literal is none of those that are values.
func (em *emitter) constant(c *ir.Const, t *ir.Type, layer string) (e goExpr, ok bool) {
	if c == nil || c.Kind == ir.ConstNone {
		return atom(jen.Qual(runtimePath, "None").Values()), true
	}
	switch c.Kind {
	case ir.ConstBool, ir.ConstInt, ir.ConstFloat, ir.ConstComplex:
		if t.Kind == ir.TypeScalar {
			return constNumber(c, t.DType).untyped(), true
		}
		return constNumber(c, goDType(c)).untyped(), true
	case ir.ConstString, ir.ConstOp:
		return goExpr{code: jen.Lit(c.Str), prec: primaryPrec, atom: true, konst: true}, true
	case ir.ConstDType:
		return goExpr{code: jen.Lit(c.DType.String()), prec: primaryPrec, atom: true, konst: true}, true
	case ir.ConstBytes:
		return call(jen.Index().Byte(), goExpr{code: jen.Lit(string(c.Bytes))}), true
	case ir.ConstGo:
		return goExpr{code: goSource(c.Str, c.GoType.Imports), prec: sourcePrec(c.Str), weight: 1}, true
	case ir.ConstArray:
		return em.array(c, layer), true
	}
	return goExpr{}, false
}

// goDType returns the dtype that a numeric literal has of itself.
func goDType(c *ir.Const) ir.DType {
	switch c.Kind {
	case ir.ConstBool:
		return ir.Bool
	case ir.ConstInt:
		if c.Uint != 0 {
			return ir.Uint64
		}
		return ir.Int64
	case ir.ConstFloat:
		return ir.Float64
	}
	return ir.Complex128
}

// composite makes a list, a tuple or a dict.
func (w *funcWriter) composite(n *node) goExpr {
	if why := hasType(n.typ); why != "" {
		w.fail(errorf(n.expr.Pos, "%s", why))
		return goExpr{}
	}
	var items []jen.Code
	weight := 1
	for i, a := range n.args {
		e := w.adapt(w.value(a), a.typ, n.elemType(i))
		items = append(items, e.code)
		weight += e.weight
	}
	switch n.expr.Kind {
	case ir.ExprTuple:
		for i := range items {
			items[i] = jen.Id(fmt.Sprintf("V%d", i)).Op(":").Add(items[i])
		}
	case ir.ExprDict:
		items = pairs(n.args, items)
	}
	return goExpr{code: jen.Add(goType(n.typ)).Values(items...), prec: primaryPrec, weight: weight}
}

// elemType returns the type of which element i of a list, tuple or dict is.
func (n *node) elemType(i int) *ir.Type {
	switch n.expr.Kind {
	case ir.ExprList:
		return n.typ.Elems[0]
	case ir.ExprDict:
		return n.typ.Elems[i%2]
	}
	return n.typ.Elems[i]
}

// pairs joins keys and values; of equal keys the last one counts, as in Python.
func pairs(args []*node, items []jen.Code) []jen.Code {
	var out []jen.Code
	for i := 0; i < len(items); i += 2 {
		repeated := false
		for j := i + 2; j < len(items); j += 2 {
			repeated = repeated || args[i] == args[j]
		}
		if !repeated {
			out = append(out, jen.Add(items[i]).Op(":").Add(items[i+1]))
		}
	}
	return out
}

// adapt converts a value for a place of another type: numbers to other numeric
// types, and blocks of rank 0 to numbers and back.
func (w *funcWriter) adapt(e goExpr, from, to *ir.Type) goExpr {
	if to != nil && to.Kind == ir.TypeGo && from.Kind == ir.TypeNone {
		return atom(jen.Nil()) // of an interface, the only Go type that None goes into
	}
	if from.SameRepr(to) || to == nil || e.konst && !numericBlock(to) || !convertible(from) {
		return e
	}
	if from.Kind == ir.TypeBlock && to.Kind == ir.TypeBlock {
		return e
	}
	d, have := to.NumberDType(), from.DType
	if from.Kind == ir.TypeBlock {
		e = goExpr{code: jen.Add(e.code).Dot("At").Call(), prec: primaryPrec, weight: 1}
	}
	if d == ir.NoDType && to.Kind == ir.TypeGo {
		return call(jen.Parens(goType(to)), e)
	}
	e = w.convert(e, have, d)
	switch {
	case to.Kind == ir.TypeBlock:
		if e.typed != nil {
			e.code = e.typed
		}
		return call(jen.Qual(runtimePath, "Scalar"), e)
	case to.Kind == ir.TypeGo:
		return goNumber(e, d, to)
	}
	return e
}

func numericBlock(t *ir.Type) bool { return t.Kind == ir.TypeBlock }

// convertible says whether a value can become a number of another type.
func convertible(t *ir.Type) bool {
	return t.Kind == ir.TypeScalar || t.Kind == ir.TypeBlock && len(t.Shape) == 0
}

// userCall calls a user's function. The call fails if it returns an error too.
func (w *funcWriter) userCall(n *node) (e goExpr, fails bool) {
	f := n.expr.Func
	makes := n.typ.Kind == ir.TypeBlock && f.Result.Kind == ir.TypeBlock
	args := make([]goExpr, len(n.args))
	for i, a := range n.args {
		args[i] = w.adapt(w.value(a), a.typ, f.Params[i])
		if makes && a.typ.Kind == ir.TypeBlock && !args[i].atom {
			args[i] = w.bind(&w.body, "x", args[i])
		}
	}
	e = w.callFunc(f, args)
	if !makes {
		return e, f.Error
	}
	if f.Error {
		e = w.checked(&w.body, w.em.variable(n), e)
	}
	return w.made(n, e, args), true
}

// made checks the block that a user's function returns, which may be one of its
// arguments.
func (w *funcWriter) made(n *node, e goExpr, args []goExpr) goExpr {
	f, shape := n.expr.Func, atom(jen.Nil())
	var blocks []goExpr
	for i, a := range n.args {
		if a.typ.Kind != ir.TypeBlock {
			continue
		}
		if (f.SameShape || f.Result.Shape == nil) && blocks == nil {
			shape = atom(jen.Add(args[i].code).Dot("Shape"))
		}
		if a.typ.DType == n.typ.DType {
			blocks = append(blocks, args[i])
		}
	}
	return call(jen.Qual(runtimePath, "Made"), append([]goExpr{atom(jen.Lit(f.Name)), e, shape}, blocks...)...)
}

// plainNumber converts the result of a user's function to the number that it is
// in the graph: a Go int to an int64.
func plainNumber(n *node, e goExpr) goExpr {
	if n.expr.Func.Value == nil {
		return e
	}
	return call(jen.Id(n.typ.DType.String()), e)
}

// callFunc writes a direct call.
func (w *funcWriter) callFunc(f *ir.Func, args []goExpr) goExpr {
	w.em.useFunc(f)
	if f.Context {
		ctx := goExpr{code: jen.Add(w.task().code).Dot("Context").Call()}
		args = append([]goExpr{ctx}, args...)
	}
	return call(funcName(f), args...)
}

// funcName returns the name of a user's function as generated code writes it: a
// function, or a method expression.
func funcName(f *ir.Func) jen.Code {
	if strings.HasPrefix(f.Name, "(*") {
		recv, method, _ := strings.Cut(strings.TrimPrefix(f.Name, "(*"), ").")
		return jen.Parens(jen.Op("*").Qual(f.Pkg, recv)).Dot(method)
	}
	recv, method, ok := strings.Cut(f.Name, ".")
	if !ok {
		return instance(f)
	}
	return jen.Qual(f.Pkg, recv).Dot(method)
}

// instance returns the name of a function with its type arguments, which need
// not follow from what it is called with.
func instance(f *ir.Func) jen.Code {
	fun := jen.Qual(f.Pkg, f.Name)
	if len(f.TypeArgs) == 0 {
		return fun
	}
	args := make([]jen.Code, len(f.TypeArgs))
	for i, a := range f.TypeArgs {
		args[i] = goSource(a, f.Instance.Imports)
	}
	return fun.Index(jen.List(args...))
}

// argument returns an argument of a call of a kernel.
func (w *funcWriter) argument(n *node) goExpr {
	e := w.value(n)
	if e.typed != nil {
		e.code = e.typed
	}
	return e
}

// staticArg writes an argument that the op's declaration gives as a Go value.
func staticArg(a stdops.GoArg) jen.Code {
	switch a := a.(type) {
	case nil:
		return jen.Nil()
	case []int:
		if a == nil {
			return jen.Nil()
		}
		items := make([]jen.Code, len(a))
		for i, v := range a {
			items[i] = jen.Lit(v)
		}
		return jen.Index().Int().Values(items...)
	case float64:
		return number{dtype: ir.Float64, f: a}.typed().code
	case uint64:
		if a <= math.MaxInt64 {
			return jen.Op(fmt.Sprint(a))
		}
		return jen.Op(fmt.Sprintf("%#x", a))
	case bool, int, string:
		return jen.Lit(a)
	}
	return jen.Op(fmt.Sprintf("%#v", a))
}
