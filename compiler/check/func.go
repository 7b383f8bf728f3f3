package check

import (
	"fmt"
	"math"
	"strings"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// inferFunc checks the arguments of a user's function against its signature.
// A function that is applied to elements gives blocks when an argument is one.
func inferFunc(e *ir.Expr) (*ir.Type, error) {
	f := e.Func
	if len(e.Args) != len(f.Params) {
		return nil, fmt.Errorf("%s: takes %d arguments, got %d", f.Name, len(f.Params), len(e.Args))
	}
	var shapes [][]int64
	for i, a := range e.Args {
		elements := f.Scalar && a.Type.Kind == ir.TypeBlock
		if elements {
			shapes = append(shapes, a.Type.Shape)
		}
		if f.Checked {
			continue
		}
		if why := misfit(a, f.Params[i], elements); why != "" {
			return nil, fmt.Errorf("%s: argument %d %s", f.Name, i+1, why)
		}
	}
	if !f.Scalar || shapes == nil {
		return resultType(e)
	}
	shape, err := stdops.BroadcastShapes(shapes...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	return ir.BlockType(f.Result.NumberDType(), shape...), nil
}

// resultType returns the type of the value of a call: a block's rank and shape,
// which its Go type does not tell, are what the front end has declared, or else
// those of the first block among the arguments.
func resultType(e *ir.Expr) (*ir.Type, error) {
	f := e.Func
	switch {
	case f.Result == nil:
		return nil, fmt.Errorf("%s: its signature is not known", f.Name)
	case f.Value != nil:
		return f.Value, nil
	case e.Type != nil && e.Type.Kind == ir.TypeBlock && !f.Scalar && f.Result.Shape != nil:
		return e.Type, nil
	case !unshaped(f.Result):
		return f.Result, nil
	}
	for _, a := range e.Args {
		if b := firstBlock(a.Type); b != nil {
			return shaped(f.Result, b.Shape), nil
		}
	}
	return nil, coded(diag.BadSignature, fmt.Errorf("%s: the shape of its result is not known, as no argument is a block", f.Name))
}

// unshaped says whether a type has blocks whose rank is not known.
func unshaped(t *ir.Type) bool {
	if t.Kind == ir.TypeBlock && t.Shape == nil {
		return true
	}
	for _, e := range t.Elems {
		if unshaped(e) {
			return true
		}
	}
	return false
}

// firstBlock returns the first block in a type, nil if there is none.
func firstBlock(t *ir.Type) *ir.Type {
	if t.Kind == ir.TypeBlock {
		return t
	}
	for _, e := range t.Elems {
		if b := firstBlock(e); b != nil {
			return b
		}
	}
	return nil
}

// shaped gives the blocks of a type a shape: the one of a function's result is
// the argument's, those of several have its rank.
func shaped(t *ir.Type, shape []int64) *ir.Type {
	if t.Kind == ir.TypeBlock {
		return ir.BlockType(t.DType, shape...)
	}
	u := *t
	u.Elems = make([]*ir.Type, len(t.Elems))
	unknown := make([]int64, len(shape))
	for i := range unknown {
		unknown[i] = -1
	}
	for i, e := range t.Elems {
		u.Elems[i] = shaped(e, unknown)
	}
	return &u
}

// misfit says why an argument cannot be passed for a parameter of type p, or,
// for a function that is applied to elements, why its elements cannot. Numbers
// are converted where no value changes.
func misfit(a *ir.Expr, p *ir.Type, elements bool) string {
	t, to := a.Type, p.NumberDType()
	switch {
	case elements && !stdops.CanCast(t.DType, to):
		return fmt.Sprintf("is a block of %s, the function takes %s", t.DType, goName(p))
	case elements:
		return ""
	case a.Kind == ir.ExprConst && t.Kind == ir.TypeScalar && to != ir.NoDType && p.Kind != ir.TypeBlock:
		return literalMisfit(a.Const, p)
	case a.Kind == ir.ExprParam && t.Kind == ir.TypeScalar && t.DType == ir.Int64 && to != ir.NoDType && p.Kind != ir.TypeBlock:
		return literalMisfit(&ir.Const{Kind: ir.ConstInt}, p) // its extremes are checked as literals
	case coerceList(a, p), fits(t, p):
		return ""
	case t.Kind == ir.TypeScalar && t.DType == ir.Int64 && (to.Kind() == 'i' || to.Kind() == 'u'):
		return fmt.Sprintf("is a computed int, which may not fit in the %s that the function takes", goName(p))
	}
	return fmt.Sprintf("is %s, the function takes %s", t, goName(p))
}

// goName is a parameter's type as Go names it.
func goName(p *ir.Type) string {
	switch {
	case p.Kind == ir.TypeScalar:
		return p.DType.String()
	case p.Kind == ir.TypeBlock && p.Shape == nil:
		return "*runtime.Block[" + p.DType.String() + "]"
	case p.Kind == ir.TypeString:
		return "string"
	case p.Kind == ir.TypeBytes:
		return "[]byte"
	case p.Kind == ir.TypeList:
		return "[]" + goName(p.Elems[0])
	case p.Kind == ir.TypeDict:
		return "map[" + goName(p.Elems[0]) + "]" + goName(p.Elems[1])
	}
	return p.String()
}

// fits says whether a value of type t may be passed for a parameter of type p:
// the Go types agree, or a number is converted to a kind that holds it.
func fits(t, p *ir.Type) bool {
	switch {
	case t.SameRepr(p):
		return true
	case t.Kind == ir.TypeBlock && p.Kind == ir.TypeBlock:
		return t.DType == p.DType
	case t.Kind == ir.TypeBlock && p.Kind == ir.TypeGo && strings.HasSuffix(p.Go.Expr, ".Block["+t.DType.String()+"]"):
		return true
	case t.Kind == ir.TypeList && p.Kind == ir.TypeList:
		return firstBlock(p) != nil && fits(t.Elems[0], p.Elems[0])
	case t.Kind == ir.TypeBlock && len(t.Shape) == 0 && p.Kind != ir.TypeBlock && p.NumberDType() != ir.NoDType:
		return stdops.CanCast(t.DType, p.NumberDType())
	case t.Kind == ir.TypeScalar && p.NumberDType() != ir.NoDType:
		return weakFits(t.DType, p.NumberDType())
	}
	return p.Kind == ir.TypeGo && (p.Go.Expr == "any" || p.Go.Expr == "interface {}")
}

// weakFits says whether computed scalars may be passed as numbers of a dtype:
// integers where they all fit, floats and complex numbers at any precision.
func weakFits(from, to ir.DType) bool {
	switch {
	case from == ir.Bool || to == ir.Bool:
		return from == to
	case from == ir.Int64:
		return to == ir.Int64 || to.Kind() == 'f' || to.Kind() == 'c'
	case from.Kind() == 'f':
		return to.Kind() == 'f' || to.Kind() == 'c'
	}
	return from.Kind() == to.Kind()
}

// literalMisfit says why a literal cannot be passed as a number of type p.
func literalMisfit(c *ir.Const, p *ir.Type) string {
	to := p.NumberDType()
	ok, what := false, "this literal"
	switch c.Kind {
	case ir.ConstBool:
		ok, what = to == ir.Bool, "a bool"
	case ir.ConstInt:
		ok, what = intFits(c, to), "the integer "+intText(c)
	case ir.ConstFloat:
		ok = to.Kind() == 'f' || to.Kind() == 'c'
		if ok && to.Size() == 4 && !math.IsInf(c.Float, 0) && math.Abs(c.Float) > math.MaxFloat32 {
			ok = false
		}
		what = fmt.Sprintf("the float %g", c.Float)
	case ir.ConstComplex:
		ok, what = to.Kind() == 'c', "a complex number"
	}
	if ok {
		return ""
	}
	return fmt.Sprintf("is %s, which is no %s", what, goName(p))
}

// intFits says whether an integer literal is a value of a dtype; any is one of a
// float.
func intFits(c *ir.Const, d ir.DType) bool {
	bits := 8 * d.Size()
	switch d.Kind() {
	case 'u':
		return c.Uint != 0 && bits == 64 || c.Uint == 0 && c.Int >= 0 && (bits == 64 || c.Int < 1<<bits)
	case 'i':
		return c.Uint == 0 && (bits == 64 || c.Int >= -1<<(bits-1) && c.Int < 1<<(bits-1))
	}
	return d != ir.Bool
}

func intText(c *ir.Const) string {
	if c.Uint != 0 {
		return fmt.Sprint(c.Uint)
	}
	return fmt.Sprint(c.Int)
}

// coerceList gives a list of literals the type of a parameter that is a slice,
// if all its elements fit.
func coerceList(a *ir.Expr, p *ir.Type) bool {
	if a.Kind != ir.ExprList || p.Kind != ir.TypeList || a.Type.SameRepr(p) {
		return false
	}
	for _, x := range a.Args {
		switch {
		case x.Kind == ir.ExprList && coerceList(x, p.Elems[0]):
		case x.Kind != ir.ExprConst || misfit(x, p.Elems[0], false) != "":
			return false
		}
	}
	a.Type = p
	return true
}
