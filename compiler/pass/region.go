package pass

import (
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// A useKind says how a kernel uses an operand.
type useKind uint8

const (
	useOther       useKind = iota // an argument of a kernel or function, or the kernel itself
	useElementwise                // inside an elementwise expression
	useReduction                  // fed to a reduction, perhaps through an elementwise expression
)

// A kernelUse is one occurrence of an operand in a kernel. Top is the largest
// elementwise expression around it, nil if there is none.
type kernelUse struct {
	kind useKind
	top  *ir.Expr
	leaf *ir.Expr
}

// usesIn returns the occurrences of an operand in a kernel; one behind a node
// that occurs twice is counted once.
func usesIn(k *ir.Expr, n int) []kernelUse {
	var uses []kernelUse
	seen := map[*ir.Expr]bool{}
	var walk func(e, top *ir.Expr, kind useKind)
	walk = func(e, top *ir.Expr, kind useKind) {
		if e.Kind == ir.ExprOperand {
			if e.N == n {
				uses = append(uses, kernelUse{kind, top, e})
			}
			return
		}
		if seen[e] {
			return
		}
		seen[e] = true
		if isElementwise(e) {
			if top == nil {
				top = e
			}
			if kind == useOther {
				kind = useElementwise
			}
			children(e, func(a *ir.Expr) { walk(a, top, kind) })
			return
		}
		reduction := isReduction(e)
		for i, a := range e.Args {
			if reduction && i == 0 {
				walk(a, nil, useReduction)
				continue
			}
			walk(a, nil, useOther)
		}
		for i := range e.Kwargs {
			walk(e.Kwargs[i].Value, nil, useOther)
		}
	}
	walk(k, nil, useOther)
	return uses
}

// isElementwise says whether a node is computed element by element.
func isElementwise(e *ir.Expr) bool {
	if e.Kind == ir.ExprFunc {
		return e.Func.Scalar
	}
	op := opOf(e)
	return op != nil && op.Class == stdops.Elementwise
}

func isReduction(e *ir.Expr) bool {
	op := opOf(e)
	return op != nil && op.Class == stdops.Reduction
}

// opOf returns the op of a node, nil if it has none.
func opOf(e *ir.Expr) *stdops.Op {
	if e.Kind != ir.ExprOp {
		return nil
	}
	return stdops.Lookup(e.Op)
}

// cheap says whether an expression may be computed again wherever it is used:
// it consists of literals, operands and ops that cost no work.
func cheap(k *ir.Expr) bool {
	ok := true
	visit(k, func(e *ir.Expr) {
		switch e.Kind {
		case ir.ExprFunc:
			ok = false
		case ir.ExprOp:
			op := opOf(e)
			ok = ok && op != nil && op.Cheap && op.Pure
		}
	})
	return ok
}

// pure says whether an expression gives equal values when it is computed
// again.
func pure(k *ir.Expr) bool {
	ok := true
	visit(k, func(e *ir.Expr) {
		switch e.Kind {
		case ir.ExprFunc:
			ok = false
		case ir.ExprOp:
			op := opOf(e)
			ok = ok && op != nil && op.Pure
		}
	})
	return ok
}

// isView says whether an expression costs no work for each element: a
// literal, an operand, or views of one.
func isView(k *ir.Expr) bool {
	switch k.Kind {
	case ir.ExprOperand, ir.ExprParam, ir.ExprConst:
		return true
	case ir.ExprOp:
		op := opOf(k)
		return op != nil && op.View && op.Cheap && op.Pure && len(k.Args) > 0 && isView(k.Args[0])
	}
	return false
}

// elementwiseRoot says whether the kernels of a layer end in an elementwise
// expression.
func elementwiseRoot(l *ir.Layer) bool {
	for _, cs := range l.Cases {
		if !isElementwise(cs.Kernel) {
			return false
		}
	}
	return len(l.Cases) > 0
}

// everyKernel says whether f holds for the kernels of all cases.
func everyKernel(l *ir.Layer, f func(*ir.Expr) bool) bool {
	for _, cs := range l.Cases {
		if !f(cs.Kernel) {
			return false
		}
	}
	return len(l.Cases) > 0
}

// broadcast says whether a value of type t is repeated in an elementwise
// expression of type into: computing it there would repeat the work.
func broadcast(t, into *ir.Type) bool {
	if t == nil || into == nil || into.Kind != ir.TypeBlock || len(into.Shape) == 0 {
		return false
	}
	if t.Kind != ir.TypeBlock || len(t.Shape) != len(into.Shape) {
		return true
	}
	for k, n := range t.Shape {
		if n != into.Shape[k] && n == 1 {
			return true
		}
	}
	return false
}
