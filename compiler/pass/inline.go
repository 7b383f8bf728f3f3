package pass

import (
	"fmt"

	"github.com/daskgen/daskgen/ir"
)

// maxInlineBytes bounds an array literal that is written into several kernels.
const maxInlineBytes = 64

// inline moves layers that cost no work into all their readers, and then
// sources: a reader through a view has become a reader by then.
func inline(c *Context) {
	for _, sources := range []bool{false, true} {
		for _, p := range producersFirst(c.Graph) {
			rule := inlineRule(p)
			if rule == "" || (rule == sourceRule) != sources || c.dropped[p] || len(c.readers[p]) == 0 {
				continue
			}
			c.inlineInto(p, rule)
		}
	}
}

// inlineRule returns the rewrite by which a layer is inlined, "" if it is none
// that costs no work.
func inlineRule(p *ir.Layer) string {
	rule := ""
	for _, cs := range p.Cases {
		r := kernelRule(cs.Kernel)
		if r == "" || rule != "" && r != rule {
			return ""
		}
		rule = r
	}
	return rule
}

func kernelRule(k *ir.Expr) string {
	switch {
	case k.Kind == ir.ExprOperand:
		return "inline-alias"
	case isLiteral(k):
		return "inline-constant"
	case isSource(k):
		return sourceRule
	case isView(k):
		return "inline-" + opOf(k).Name
	case k.Kind == ir.ExprOp && k.Op == "astype" && recomputable(k):
		return "inline-astype"
	}
	return ""
}

func (c *Context) inlineInto(p *ir.Layer, rule string) {
	readers := c.readersOf(p)
	if reason := c.inlineReason(p, rule, readers); reason != "" {
		c.missed(rule, p, "not inlined: "+reason)
		return
	}
	merged := make([][]*ir.Case, len(readers))
	for i, r := range readers {
		var reason string
		if merged[i], reason = absorb(r, p, false); reason != "" {
			c.missed(rule, p, "not inlined: "+reason)
			return
		}
	}
	before, after := taskCount(p), int64(0)
	for i, r := range readers {
		c.setCases(r, merged[i])
		addOrigins(r, p)
		after += taskCount(r)
	}
	before += after
	if !c.dropped[p] {
		after += taskCount(p)
	}
	c.applied(rule, p, before, after, "inlined into "+names(readers))
}

// inlineReason says why a layer is not inlined, or "".
func (c *Context) inlineReason(p *ir.Layer, rule string, readers []*ir.Layer) string {
	switch {
	case c.requested[p] && rule != "inline-constant":
		return "requested output"
	case readsItself(p):
		return "reads itself"
	case rule == "inline-constant" && len(readers) > 1 && !everyKernel(p, smallLiteral):
		return fmt.Sprintf("an array literal with %d dependents", len(readers))
	case rule == sourceRule:
		return c.sourceReason(p, readers)
	case rule == "inline-astype":
		for _, r := range readers {
			if reason := repeats(r, p); reason != "" {
				return reason
			}
		}
		if c.kindOf(p) == useOther {
			return "a dependent needs the whole block"
		}
	}
	return ""
}

// smallLiteral says whether a literal may be written down several times.
func smallLiteral(k *ir.Expr) bool {
	return k.Kind != ir.ExprConst || k.Const.Kind != ir.ConstNpy && len(k.Const.Bytes) <= maxInlineBytes && len(k.Const.Str) <= maxInlineBytes
}

// normalize merges operands and literals of a case that are equal.
func (c *Context) normalize() {
	for _, l := range c.Graph.Layers {
		for i, cs := range l.Cases {
			if repeated(cs) {
				l.Cases[i] = prune(l.Grid, cs)
			}
		}
	}
}

// repeated says whether a case reads a layer more than once, or has a literal
// that may be the same for all tasks.
func repeated(cs *ir.Case) bool {
	if len(cs.Params) > 0 {
		return true
	}
	if len(cs.Operands) < 2 {
		return false
	}
	seen := map[*ir.Layer]bool{}
	for i := range cs.Operands {
		if seen[cs.Operands[i].Layer] {
			return true
		}
		seen[cs.Operands[i].Layer] = true
	}
	return false
}
