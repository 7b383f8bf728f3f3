package pass

import (
	"fmt"
	"slices"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
)

// getitem moves getitems towards the source. A layer on which a layer does a
// getitem is taken into that layer's kernel when the getitem then goes below
// what the layer computes, and no work is done twice.
func getitem(c *Context) {
	layers := producersFirst(c.Graph)
	changed := false
	for i := len(layers) - 1; i >= 0; i-- {
		r := layers[i]
		if c.dropped[r] || r.Input != nil {
			continue
		}
		changed = c.pushWithin(r) || changed
		for c.pushThrough(r) {
			changed = true
		}
	}
	if changed {
		c.sweep()
		check.Check(c.Graph)
	}
}

// pushWithin moves the getitems inside a layer's kernels.
func (c *Context) pushWithin(r *ir.Layer) bool {
	cases, fired := pushCases(r, r.Cases)
	if fired == nil {
		return false
	}
	c.setCases(r, cases)
	n := taskCount(r)
	for _, rule := range distinct(fired) {
		c.applied(rule, r, n, n, "within the kernel")
	}
	return true
}

// pushCases is pushDown for all cases of a layer.
func pushCases(r *ir.Layer, cases []*ir.Case) ([]*ir.Case, []string) {
	var fired []string
	out := make([]*ir.Case, len(cases))
	for i, cs := range cases {
		var f []string
		out[i], f = pushDown(r.Grid, cs)
		fired = append(fired, f...)
	}
	return out, fired
}

func distinct(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// pushThrough takes one layer on which r does getitems into r. It says whether
// it did.
func (c *Context) pushThrough(r *ir.Layer) bool {
	for _, p := range readsOf(r) {
		if p == r || p.Input != nil || !onlyIndexed(r, p) {
			continue
		}
		rule := pushedRule(p)
		if rule == "" {
			continue
		}
		cases, reason := c.tryPush(r, p, rule)
		if reason != "" {
			c.missed(rule, r, fmt.Sprintf("not moved below %q: %s", p.Name, reason))
			continue
		}
		before := taskCount(r) + taskCount(p)
		c.setCases(r, cases)
		addOrigins(r, p)
		after := taskCount(r)
		if !c.dropped[p] {
			after += taskCount(p)
		}
		c.applied(rule, r, before, after, fmt.Sprintf("moved below %q", p.Name))
		return true
	}
	return false
}

// onlyIndexed says whether every use of p in the kernels of r is the first
// argument of a getitem.
func onlyIndexed(r, p *ir.Layer) bool {
	found := false
	for _, cs := range r.Cases {
		for i := range cs.Operands {
			if cs.Operands[i].Layer != p {
				continue
			}
			found = true
			if !single(&cs.Operands[i].Access) || !indexedIn(cs.Kernel, i) {
				return false
			}
		}
	}
	return found
}

func indexedIn(k *ir.Expr, n int) bool {
	isLeaf := func(e *ir.Expr) bool { return e.Kind == ir.ExprOperand && e.N == n }
	ok := !isLeaf(k)
	visit(k, func(e *ir.Expr) {
		for i, a := range e.Args {
			if isLeaf(a) && !(isGetItem(e) && i == 0 && basicIndex(e) != nil) {
				ok = false
			}
		}
		for i := range e.Kwargs {
			ok = ok && !isLeaf(e.Kwargs[i].Value)
		}
	})
	return ok
}

// pushedRule returns the rule by which a getitem goes below the kernels of a
// layer, "" if none does.
func pushedRule(p *ir.Layer) string {
	rule := ""
	for _, cs := range p.Cases {
		r := ""
		for _, pr := range pushRules {
			if pr.applies(cs.Kernel) {
				r = pr.name
				break
			}
		}
		if r == "" || rule != "" && rule != r {
			return ""
		}
		rule = r
	}
	return rule
}

// tryPush returns the cases of r with p inside and its getitems moved below
// it, or the reason why not.
func (c *Context) tryPush(r, p *ir.Layer, rule string) ([]*ir.Case, string) {
	if reason := c.pushReason(r, p, rule); reason != "" {
		return nil, reason
	}
	cases, reason := absorb(r, p, false)
	if reason != "" {
		return nil, reason
	}
	for i, cs := range cases {
		out, fired := pushDown(r.Grid, cs)
		if !slices.Contains(r.Cases, cs) && !slices.Contains(fired, rule) {
			return nil, "the shapes or bounds differ in a way that is only known at run time"
		}
		cases[i] = out
	}
	return cases, ""
}

// pushReason says why work would be done twice, or "".
func (c *Context) pushReason(r, p *ir.Layer, rule string) string {
	if c.requested[p] {
		return "requested output"
	}
	if readsItself(p) {
		return "reads itself"
	}
	if everyKernel(p, isView) {
		return ""
	}
	if len(c.readers[p]) > 1 {
		return fmt.Sprintf("%d dependents", len(c.readers[p]))
	}
	if rule == "getitem-elementwise" && (everyKernel(p, recomputable) || readOnce(r, p)) {
		return ""
	}
	if readOnce(r, p) || selected(r, p) <= produced(p) {
		return ""
	}
	return "more elements would be computed than are now"
}

// unknownSize stands for a number of elements that is not known.
const unknownSize = int64(1) << 62

// produced returns how many elements the blocks of a layer have.
func produced(p *ir.Layer) int64 {
	n := elements(p.Type)
	if n == unknownSize {
		return 0
	}
	return n * taskCount(p)
}

// selected returns how many elements the getitems of r on p select.
func selected(r, p *ir.Layer) int64 {
	total := int64(0)
	for _, cs := range r.Cases {
		for i := range cs.Operands {
			if cs.Operands[i].Layer != p {
				continue
			}
			visit(cs.Kernel, func(e *ir.Expr) {
				if isGetItem(e) && e.Args[0].Kind == ir.ExprOperand && e.Args[0].N == i {
					n := elements(e.Type)
					if n == unknownSize || total == unknownSize {
						total = unknownSize
						return
					}
					total += n * cs.Where.Count(r.Grid)
				}
			})
		}
	}
	return total
}

func elements(t *ir.Type) int64 {
	if t == nil || t.Kind != ir.TypeBlock {
		return unknownSize
	}
	n := int64(1)
	for _, d := range t.Shape {
		if d < 0 {
			return unknownSize
		}
		n *= d
	}
	return n
}
