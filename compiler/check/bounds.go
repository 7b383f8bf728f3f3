package check

import (
	"slices"

	"github.com/daskgen/daskgen/ir"
)

// checkExtremes infers the kernel for the least and the greatest value of each
// integer that differs from task to task and that no type depends on: it may
// still be out of the range of the dtype that it is computed with. The operands
// are those of the task that was inferred last, whose dtypes are everyone's.
func (e *evaluator) checkExtremes() {
	for n := range e.cs.Params {
		p := &e.cs.Params[n]
		if e.relevant[n] || p.Values != nil {
			continue
		}
		for _, at := range extremes(e.layer.Grid, e.cs.Where, p) {
			if !e.tryValue(n, at) {
				break
			}
		}
	}
}

// tryValue infers the kernel with the value that literal n has at a grid index.
func (e *evaluator) tryValue(n int, idx []int64) bool {
	value := &ir.Const{Kind: ir.ConstInt, Int: e.cs.Params[n].IntAt(e.cs.Where.OrdinalAt(e.layer.Grid, idx), idx)}
	ok := true
	for _, x := range e.nodes {
		if x.kernel.Kind == ir.ExprParam && x.kernel.N == n {
			x.work.Kind, x.work.Const = ir.ExprConst, value
		}
	}
	for _, x := range e.nodes {
		if x.kernel.Kind == ir.ExprOperand || x.kernel.Kind == ir.ExprParam {
			continue
		}
		t, err := inferNode(x.work)
		if err != nil {
			e.c.report(e.layer, idx, e.pos(x.kernel), codeOf(err), "%s", err)
			ok = false
			break
		}
		x.work.Type = t
	}
	for _, x := range e.nodes {
		if x.kernel.Kind == ir.ExprParam && x.kernel.N == n {
			x.work.Kind, x.work.Const = ir.ExprParam, nil
		}
	}
	return ok
}

// extremes returns the indices at which an integer literal is least and
// greatest.
func extremes(g ir.Grid, where ir.Set, p *ir.Param) [][]int64 {
	if p.Affine != nil && where.IDs == nil {
		return corners(where.Ranges(g), p.Affine)
	}
	var lo, hi []int64
	var least, most int64
	where.Each(g, func(ord int64, idx []int64) {
		v := p.IntAt(ord, idx)
		if lo == nil || v < least {
			least, lo = v, slices.Clone(idx)
		}
		if hi == nil || v > most {
			most, hi = v, slices.Clone(idx)
		}
	})
	return [][]int64{lo, hi}
}

// corners returns the corners of a box at which an affine form is least and
// greatest.
func corners(box []ir.Range, a *ir.Affine) [][]int64 {
	lo, hi := make([]int64, len(box)), make([]int64, len(box))
	for k, r := range box {
		first, last := r.Lo, r.Lo+(r.Len()-1)*r.Step
		if k < len(a.Coef) && a.Coef[k] < 0 {
			first, last = last, first
		}
		lo[k], hi[k] = first, last
	}
	return [][]int64{lo, hi}
}
