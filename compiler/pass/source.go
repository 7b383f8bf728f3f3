package pass

import (
	"fmt"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// sourceRule moves random blocks, and others that are made of nothing, into
// their readers. A reader then makes the elements strip by strip as it needs
// them, so that they never lie in memory, where keeping an array for all its
// readers may need more than there is: of (x - x.mean()) / x.std() the last
// reader cannot begin before the first has read everything.
//
// A source is made again for each reader. So it is only moved into readers that
// read each of its blocks once and whole, in elementwise expressions and
// reductions, and only if making it again costs about as little as writing it
// to memory and reading it back, or the array is larger than maxKept. What is
// read through a transpose is made as a block within the reader's kernel.
const sourceRule = "inline-source"

const (
	maxKept  = 256 << 20 // bytes of an array that is rather kept than made again, if that is not cheap
	maxMakes = 4         // how often what is not cheap is made
)

// isSource says whether an expression makes a block of nothing but literals, in
// order.
func isSource(k *ir.Expr) bool {
	op := opOf(k)
	if op == nil || op.Source == nil || !op.Pure || taskDependent(k) {
		return false
	}
	c, err := stdops.Bind(op, k)
	return err == nil && op.Source(c, op.Emit(c)) != nil
}

// taskDependent says whether an expression reads operands.
func taskDependent(k *ir.Expr) bool {
	reads := false
	visit(k, func(e *ir.Expr) { reads = reads || e.Kind == ir.ExprOperand })
	return reads
}

// sourceReason says why a source is not moved into its readers, or "".
func (c *Context) sourceReason(p *ir.Layer, readers []*ir.Layer) string {
	makes := 0
	for _, r := range readers {
		if reason := repeats(r, p); reason != "" {
			return reason
		}
		for _, cs := range r.Cases {
			for i := range cs.Operands {
				if cs.Operands[i].Layer != p {
					continue
				}
				makes++
				if reason := sourceReader(r, cs, i); reason != "" {
					return reason
				}
			}
		}
	}
	switch {
	case makes < 2 || everyKernel(p, cheap):
		return ""
	case makes > maxMakes:
		return fmt.Sprintf("%d dependents", makes)
	case arrayBytes(p) <= maxKept:
		return "making it again costs more than keeping it"
	}
	return ""
}

// sourceReader says why an operand of a case cannot be a source, or "".
func sourceReader(r *ir.Layer, cs *ir.Case, n int) string {
	a := &cs.Operands[n].Access
	switch {
	case !single(a):
		return "read as a list of values"
	case !readsWhole(cs.Kernel, n):
		return "a dependent needs the whole block"
	case !injective(r.Grid, cs.Where, a):
		return fmt.Sprintf("a value has several dependents in %q", r.Name)
	}
	return ""
}

// readsWhole says whether a kernel uses an operand in elementwise expressions
// and reductions alone, perhaps transposed.
func readsWhole(k *ir.Expr, n int) bool {
	type visited struct {
		e   *ir.Expr
		fed bool
	}
	seen, ok := map[visited]bool{}, true
	var walk func(e *ir.Expr, fed bool)
	walk = func(e *ir.Expr, fed bool) {
		if seen[visited{e, fed}] {
			return
		}
		seen[visited{e, fed}] = true
		switch {
		case e.Kind == ir.ExprOperand && e.N == n:
			ok = ok && fed
		case isElementwise(e):
			children(e, func(a *ir.Expr) { walk(a, true) })
		default:
			first := isReduction(e) || fed && e.Kind == ir.ExprOp && e.Op == "transpose"
			for i, a := range e.Args {
				walk(a, first && i == 0)
			}
			for i := range e.Kwargs {
				walk(e.Kwargs[i].Value, false)
			}
		}
	}
	walk(k, false)
	return ok
}

// arrayBytes returns the size of the blocks of a layer together, 0 if it is not
// known.
func arrayBytes(l *ir.Layer) int64 {
	if l.Type.Kind != ir.TypeBlock {
		return 0
	}
	bytes := taskCount(l) * int64(l.Type.DType.Size())
	for _, n := range l.Type.Shape {
		bytes *= max(n, 0)
	}
	return bytes
}
