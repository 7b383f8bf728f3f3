package check

import (
	"slices"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// relevantParams says for each per-task literal of a case whether the types in
// the kernel may depend on its value. It does not for numbers that are
// computed with: operands of elementwise ops, arguments of user functions, the
// seeds of random blocks. It does for array literals of several shapes.
func relevantParams(c *ir.Case) []bool {
	if len(c.Params) == 0 {
		return nil
	}
	m := &marker{relevant: make([]bool, len(c.Params)), seen: map[*ir.Expr]bool{}}
	m.mark(c.Kernel, false)
	for i := range c.Params {
		if t := paramType(&c.Params[i]); t != nil && t.Kind == ir.TypeBlock && slices.Contains(t.Shape, -1) {
			m.relevant[i] = true
		}
	}
	return m.relevant
}

type marker struct {
	relevant []bool
	seen     map[*ir.Expr]bool // nodes marked as relevant with all below
}

func (m *marker) mark(e *ir.Expr, relevant bool) {
	if m.seen[e] {
		return
	}
	m.seen[e] = relevant
	switch e.Kind {
	case ir.ExprParam:
		m.relevant[e.N] = m.relevant[e.N] || relevant
		return
	case ir.ExprFunc:
		relevant = false
	case ir.ExprOp:
		m.markOp(e)
		return
	}
	for _, a := range e.Args {
		m.mark(a, relevant)
	}
}

func (m *marker) markOp(e *ir.Expr) {
	op := stdops.Lookup(e.Op)
	matters := func(name string) bool {
		if op == nil || op.Class == stdops.Elementwise {
			return false
		}
		return !valueOnly[name] || op.Name == "linspace" // whose offset and count must lie in it together
	}
	for i, a := range e.Args {
		name := ""
		if op != nil && len(op.Params) > 0 {
			name = op.Params[min(i, len(op.Params)-1)].Name
		}
		m.mark(a, matters(name))
	}
	for i := range e.Kwargs {
		m.mark(e.Kwargs[i].Value, matters(e.Kwargs[i].Name))
	}
}

// valueOnly holds the parameters, of ops that are not elementwise, whose value
// no type depends on.
var valueOnly = map[string]bool{"seed": true, "block": true, "offset": true, "fill_value": true}
