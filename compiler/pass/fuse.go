package pass

import (
	"fmt"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
)

// manyTasks is how many tasks of a layer are enough to keep the workers busy:
// then two producers may be computed one after the other in one task.
const manyTasks = 8

// fuseChain fuses a layer into its only reader where tasks are in one-to-one
// correspondence. The name of the reader survives.
func fuseChain(c *Context) {
	for _, p := range producersFirst(c.Graph) {
		if c.candidate(p, "fuse-chain") && !c.blockwise(p) {
			c.fuse(p, "fuse-chain", c.chainReason(p))
		}
	}
}

// blockwise says whether a layer is a grid of elementwise tasks that is read
// element by element: those are left to the passes that are named for them.
func (c *Context) blockwise(p *ir.Layer) bool {
	return taskCount(p) > 1 && c.pertinent(p) != "fuse-chain"
}

// fuseBlockwise fuses elementwise layers into the elementwise layers that read
// them.
func fuseBlockwise(c *Context) {
	c.fuseElementwise("fuse-blockwise", useElementwise)
}

// fuseReduction fuses elementwise layers into the reductions that read them.
func fuseReduction(c *Context) {
	c.fuseElementwise("fuse-reduction", useReduction)
}

// fuseElementwise goes from the outputs back, so that what several dependents
// read becomes the operand of one when these have been fused.
func (c *Context) fuseElementwise(rule string, kind useKind) {
	layers := producersFirst(c.Graph)
	for i := len(layers) - 1; i >= 0; i-- {
		p := layers[i]
		if c.candidate(p, rule) && c.kindOf(p) == kind {
			c.fuse(p, rule, c.blockwiseReason(p))
		}
	}
}

// producersFirst returns the layers, each after those that it reads.
func producersFirst(g *ir.Graph) []*ir.Layer {
	var layers []*ir.Layer
	for _, group := range check.Groups(g) {
		layers = append(layers, group...)
	}
	return layers
}

// candidate says whether a layer is one that a fusing pass looks at: a layer
// that is computed and read, and whose reads this pass, of the three, is for.
func (c *Context) candidate(p *ir.Layer, rule string) bool {
	if c.dropped[p] || p.Input != nil || len(c.readers[p]) == 0 {
		return false
	}
	return rule == "fuse-chain" || elementwiseRoot(p)
}

// kindOf returns how the readers use a layer: as a reduction if one does, as
// operand of an elementwise expression if all others do.
func (c *Context) kindOf(p *ir.Layer) useKind {
	kind := useElementwise
	for _, r := range c.readersOf(p) {
		for _, u := range usesBy(r, p) {
			if u.kind == useOther {
				return useOther
			}
			kind = max(kind, u.kind)
		}
	}
	return kind
}

// usesBy returns all uses of a layer in the kernels of a reader.
func usesBy(r, p *ir.Layer) []kernelUse {
	var uses []kernelUse
	for _, cs := range r.Cases {
		for i := range cs.Operands {
			if cs.Operands[i].Layer == p {
				uses = append(uses, usesIn(cs.Kernel, i)...)
			}
		}
	}
	return uses
}

// fuse fuses a layer into all its readers, unless there is a reason not to.
func (c *Context) fuse(p *ir.Layer, rule, reason string) {
	readers := c.readersOf(p)
	merged := make([][]*ir.Case, len(readers))
	for i, r := range readers {
		if reason == "" {
			merged[i], reason = absorb(r, p, len(readers) == 1)
		}
	}
	if reason != "" {
		if c.pertinent(p) == rule {
			c.missed(rule, p, "not fused: "+reason)
		}
		return
	}
	after := int64(0)
	for i, r := range readers {
		c.setCases(r, merged[i])
		addOrigins(r, p)
		after += taskCount(r)
	}
	c.applied(rule, p, taskCount(p)+after, after, "fused into "+names(readers))
}

// pertinent returns the pass that tells why a layer is not fused, so that it
// is told once.
func (c *Context) pertinent(p *ir.Layer) string {
	if elementwiseRoot(p) {
		switch c.kindOf(p) {
		case useElementwise:
			return "fuse-blockwise"
		case useReduction:
			return "fuse-reduction"
		}
	}
	return "fuse-chain"
}

func names(ls []*ir.Layer) string {
	s := ""
	for i, l := range ls {
		if i > 0 {
			s += ", "
		}
		s += fmt.Sprintf("%q", l.Name)
	}
	return s
}

// addOrigins records that a layer was merged into another.
func addOrigins(l, merged *ir.Layer) {
	if len(l.Origins) == 0 {
		l.Origins = []string{l.Name}
	}
	more := merged.Origins
	if len(more) == 0 {
		more = []string{merged.Name}
	}
	for _, name := range more {
		if !contained(l.Origins, name) {
			l.Origins = append(l.Origins, name)
		}
	}
}

func contained(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// chainReason says why a layer and its reader are not one chain, or "".
func (c *Context) chainReason(p *ir.Layer) string {
	if reason := c.commonReason(p); reason != "" {
		return reason
	}
	readers := c.readersOf(p)
	if len(readers) > 1 {
		return fmt.Sprintf("%d dependents", len(readers))
	}
	r := readers[0]
	if !readOnce(r, p) {
		return "a value has several dependents"
	}
	if !everyKernel(p, isLiteral) && taskCount(r) < manyTasks {
		for _, cs := range r.Cases {
			if n := taskOperands(cs); n > 1 {
				return fmt.Sprintf("the dependent has %d operands, which can be computed side by side", n)
			}
		}
	}
	return ""
}

// taskOperands counts the operands of a case that are computed by tasks.
func taskOperands(cs *ir.Case) int {
	n := 0
	for i := range cs.Operands {
		if p := cs.Operands[i].Layer; p.Input == nil && !everyKernel(p, isLiteral) {
			n++
		}
	}
	return n
}

// isLiteral says whether a kernel is a literal, perhaps another for each task.
func isLiteral(k *ir.Expr) bool {
	return k.Kind == ir.ExprConst || k.Kind == ir.ExprParam
}

// commonReason says why a layer cannot be fused into anything, or "".
func (c *Context) commonReason(p *ir.Layer) string {
	if c.requested[p] {
		return "requested output"
	}
	if readsItself(p) {
		return "reads itself"
	}
	for _, r := range c.readersOf(p) {
		if reason := repeats(r, p); reason != "" {
			return reason
		}
	}
	return ""
}

// repeats says how a kernel of the reader would compute a value of p more than
// once, or "".
func repeats(r, p *ir.Layer) string {
	for _, u := range usesBy(r, p) {
		if u.top != nil && broadcast(p.Type, u.top.Type) && !everyKernel(p, isLiteral) {
			return fmt.Sprintf("its values are broadcast in %q", r.Name)
		}
	}
	return ""
}

// blockwiseReason says why an elementwise layer is not fused into the kernels
// of all its readers, or "".
func (c *Context) blockwiseReason(p *ir.Layer) string {
	if reason := c.commonReason(p); reason != "" {
		return reason
	}
	readers := c.readersOf(p)
	for _, r := range readers {
		if reason := c.blockwiseReader(p, r); reason != "" {
			return reason
		}
	}
	if len(readers) > 1 && !everyKernel(p, recomputable) {
		return fmt.Sprintf("%d dependents", len(readers))
	}
	return ""
}

func (c *Context) blockwiseReader(p, r *ir.Layer) string {
	if !readOnce(r, p) && !everyKernel(p, recomputable) {
		return "a value has several dependents"
	}
	for _, cs := range r.Cases {
		for i := range cs.Operands {
			if cs.Operands[i].Layer == p && !single(&cs.Operands[i].Access) {
				return "read as a list of values"
			}
		}
	}
	return ""
}

// recomputable says whether an elementwise kernel costs less to compute again
// than to store and load: it is cheap and reads one block.
func recomputable(k *ir.Expr) bool {
	blocks := map[int]bool{}
	elementwise := true
	visit(k, func(e *ir.Expr) {
		switch {
		case e.Kind == ir.ExprOperand && (e.Type == nil || e.Type.Kind == ir.TypeBlock):
			blocks[e.N] = true
		case e.Kind == ir.ExprOp:
			elementwise = elementwise && isElementwise(e)
		}
	})
	return elementwise && len(blocks) <= 1 && cheap(k)
}
