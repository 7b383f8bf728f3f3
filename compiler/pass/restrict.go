package pass

import (
	"slices"

	"github.com/daskgen/daskgen/ir"
)

// restrict returns a case for a part of its set, or nil if that is empty: the
// same kernel, with the tables and columns of the tasks that are left. The
// kernel is shared.
func restrict(g ir.Grid, cs *ir.Case, part ir.Set) *ir.Case {
	n := part.Count(g)
	if n == 0 {
		return nil
	}
	if n == cs.Where.Count(g) {
		return cs
	}
	r := *cs
	r.Where = part
	r.Operands, r.Params = slices.Clone(cs.Operands), slices.Clone(cs.Params)
	ords := ordinals(g, cs, part)
	for i := range r.Operands {
		if t := r.Operands[i].Access.Table; t != nil {
			r.Operands[i].Access.Table = pick(t, ords)
		}
	}
	for i := range r.Params {
		r.Params[i] = pickParam(&cs.Params[i], ords)
	}
	return &r
}

// ordinals returns the positions, in a case's set, of a part of the set; nil
// when the case has no table and no column and so none is needed.
func ordinals(g ir.Grid, cs *ir.Case, part ir.Set) []int64 {
	needed := slices.ContainsFunc(cs.Operands, func(o ir.Operand) bool { return o.Access.Table != nil }) ||
		slices.ContainsFunc(cs.Params, func(p ir.Param) bool { return p.Affine == nil })
	if !needed {
		return nil
	}
	ords := make([]int64, 0, part.Count(g))
	part.Each(g, func(_ int64, idx []int64) {
		ords = append(ords, cs.Where.OrdinalAt(g, idx))
	})
	return ords
}

// pick returns the table of the tasks at these positions.
func pick(t *ir.Table, ords []int64) *ir.Table {
	p := &ir.Table{List: t.List}
	if t.Offsets != nil {
		p.Offsets = append(p.Offsets, 0)
	}
	for _, n := range ords {
		if t.Offsets == nil {
			p.IDs = append(p.IDs, t.IDs[n])
			continue
		}
		p.IDs = append(p.IDs, t.IDs[t.Offsets[n]:t.Offsets[n+1]]...)
		p.Offsets = append(p.Offsets, uint32(len(p.IDs)))
	}
	return p
}

func pickParam(p *ir.Param, ords []int64) ir.Param {
	q := *p
	switch {
	case p.Values != nil:
		q.Values = pickAll(p.Values, ords)
	case p.Ints != nil:
		q.Ints = pickAll(p.Ints, ords)
	}
	return q
}

func pickAll[T any](column []T, ords []int64) []T {
	out := make([]T, len(ords))
	for i, n := range ords {
		out[i] = column[n]
	}
	return out
}
