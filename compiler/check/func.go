package check

import (
	"fmt"

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
		return f.Result, nil
	}
	shape, err := stdops.BroadcastShapes(shapes...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	return ir.BlockType(f.Result.DType, shape...), nil
}

// assignable says whether an argument may be passed for a parameter of type p:
// the Go types agree, or a number is a literal that Go converts.
func assignable(a *ir.Expr, p *ir.Type) bool {
	t := a.Type
	switch {
	case t.SameRepr(p):
		return true
	case t.Kind == ir.TypeBlock && p.Kind == ir.TypeBlock:
		return t.DType == p.DType
	case t.Kind == ir.TypeScalar && p.Kind == ir.TypeScalar:
		return t.DType < p.DType && t.DType != ir.Bool
	case t.Kind == ir.TypeScalar && p.Kind == ir.TypeGo:
		return true
	}
	return false
}
