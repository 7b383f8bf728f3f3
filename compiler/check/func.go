package check

import (
	"fmt"
	"strings"

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
		p := f.Params[i]
		if f.Scalar && a.Type.Kind == ir.TypeBlock {
			shapes = append(shapes, a.Type.Shape)
			if p.Kind == ir.TypeScalar && a.Type.DType == p.DType || p.Kind == ir.TypeGo {
				continue
			}
			return nil, fmt.Errorf("%s: argument %d is a block of %s, the function takes %s", f.Name, i+1, a.Type.DType, p)
		}
		if !assignable(a, p) {
			return nil, fmt.Errorf("%s: argument %d is %s, the function takes %s", f.Name, i+1, a.Type, p)
		}
	}
	if !f.Scalar || shapes == nil {
		return resultType(e), nil
	}
	shape, err := stdops.BroadcastShapes(shapes...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	return ir.BlockType(f.Result.DType, shape...), nil
}

// resultType returns the type of a function's result: a block's rank and shape,
// which its Go type does not tell, are what the front end has declared.
func resultType(e *ir.Expr) *ir.Type {
	if e.Type != nil && e.Type.Kind == ir.TypeBlock && !e.Func.Scalar {
		return e.Type
	}
	return e.Func.Result
}

// assignable says whether an argument may be passed for a parameter of type p:
// the Go types agree, or a number is converted to a wider kind of number.
func assignable(a *ir.Expr, p *ir.Type) bool {
	t := a.Type
	switch {
	case t.SameRepr(p):
		return true
	case t.Kind == ir.TypeBlock && p.Kind == ir.TypeBlock:
		return t.DType == p.DType
	case t.Kind == ir.TypeBlock && p.Kind == ir.TypeGo:
		return strings.HasSuffix(p.Go.Expr, ".Block["+t.DType.String()+"]")
	case t.Kind == ir.TypeScalar && p.Kind == ir.TypeScalar:
		return t.DType < p.DType && t.DType != ir.Bool
	case t.Kind == ir.TypeScalar && p.Kind == ir.TypeGo:
		return kindOrder(t.DType.Kind()) <= goNumberOrder(p.Go.Expr)
	case p.Kind == ir.TypeGo:
		return p.Go.Expr == "any" || p.Go.Expr == "interface {}"
	}
	return false
}

// kindOrder orders the kinds of numbers: integers, floats, complex numbers.
// A bool is none of them.
func kindOrder(kind byte) int {
	switch kind {
	case 'i', 'u':
		return 1
	case 'f':
		return 2
	case 'c':
		return 3
	}
	return 9
}

// goNumberOrder is kindOrder of a Go type, 0 if it holds no number.
func goNumberOrder(goType string) int {
	switch goType {
	case "int", "uint", "uintptr", "byte", "rune":
		return kindOrder('u')
	}
	d := ir.ParseDType(goType)
	if d == ir.NoDType || d == ir.Bool {
		return 0
	}
	return kindOrder(d.Kind())
}
