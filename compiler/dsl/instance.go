package dsl

import (
	"go/ast"
	"go/parser"
	"go/types"
)

// typeArgs returns the type arguments, as source, of the instance of a generic
// function that has a type: the recorded process knows the type alone. Missing
// is the first type parameter that does not follow from it.
func typeArgs(sig *types.Signature, instance string) (args []string, missing *types.TypeParam) {
	b := binder{src: instance, bound: map[*types.TypeParam]ast.Expr{}}
	if e, err := parser.ParseExpr(instance); err == nil {
		b.match(sig, e)
	}
	for p := range sig.TypeParams().TypeParams() {
		b.matchCore(p)
	}
	for p := range sig.TypeParams().TypeParams() {
		e := b.bound[p]
		if e == nil {
			return nil, p
		}
		args = append(args, b.src[e.Pos()-1:e.End()-1])
	}
	return args, nil
}

// A binder finds what type parameters stand for.
type binder struct {
	src   string // of the expressions
	bound map[*types.TypeParam]ast.Expr
}

// matchCore matches what a type parameter stands for with its constraint, if
// that is one form of type: S with ~[]E.
func (b *binder) matchCore(p *types.TypeParam) {
	e, constraint := b.bound[p], p.Constraint().Underlying().(*types.Interface)
	if e == nil || constraint.NumEmbeddeds() != 1 {
		return
	}
	switch t := constraint.EmbeddedType(0).(type) {
	case *types.Union:
		if t.Len() == 1 {
			b.match(t.Term(0).Type(), e)
		}
	default:
		b.match(t, e)
	}
}

// match binds the type parameters in t, of which e is an instance. Where the two
// differ in form, it binds none.
func (b *binder) match(t types.Type, e ast.Expr) {
	switch e := ast.Unparen(e).(type) {
	case *ast.StarExpr:
		if t, ok := types.Unalias(t).(*types.Pointer); ok {
			b.match(t.Elem(), e.X)
			return
		}
	case *ast.ArrayType:
		if t, ok := types.Unalias(t).(interface{ Elem() types.Type }); ok {
			b.match(t.Elem(), e.Elt)
			return
		}
	case *ast.ChanType:
		if t, ok := types.Unalias(t).(*types.Chan); ok {
			b.match(t.Elem(), e.Value)
			return
		}
	case *ast.MapType:
		if t, ok := types.Unalias(t).(*types.Map); ok {
			b.match(t.Key(), e.Key)
			b.match(t.Elem(), e.Value)
			return
		}
	case *ast.FuncType:
		if t, ok := types.Unalias(t).(*types.Signature); ok {
			b.matchTuple(t.Params(), e.Params)
			b.matchTuple(t.Results(), e.Results)
			return
		}
	case *ast.IndexExpr:
		b.matchArgs(t, e.Index)
	case *ast.IndexListExpr:
		b.matchArgs(t, e.Indices...)
	}
	if p, ok := types.Unalias(t).(*types.TypeParam); ok && b.bound[p] == nil {
		b.bound[p] = e
	}
}

// matchArgs matches the type arguments of a generic type.
func (b *binder) matchArgs(t types.Type, args ...ast.Expr) {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.TypeArgs().Len() != len(args) {
		return
	}
	for i, a := range args {
		b.match(named.TypeArgs().At(i), a)
	}
}

// matchTuple matches parameters or results, whose source has no names.
func (b *binder) matchTuple(vars *types.Tuple, fields *ast.FieldList) {
	if fields == nil || vars.Len() != len(fields.List) {
		return
	}
	for i, f := range fields.List {
		t, e := vars.At(i).Type(), f.Type
		if rest, ok := e.(*ast.Ellipsis); ok {
			if s, ok := t.(*types.Slice); ok {
				t, e = s.Elem(), rest.Elt
			}
		}
		b.match(t, e)
	}
}
