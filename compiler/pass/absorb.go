package pass

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/daskgen/daskgen/ir"
)

// Limits on what fusing may make: kernels that a person can read, and code
// whose size does not explode when a value is used twice.
const (
	maxNodes = 64
	maxCases = 16
)

// absorb returns the cases of a reader with the kernels of a layer in the
// place of every read of it, or the reason why that cannot be. With last, the
// layer is known to go away afterwards.
func absorb(reader, p *ir.Layer, last bool) ([]*ir.Case, string) {
	var out []*ir.Case
	for _, cs := range reader.Cases {
		done, reason := absorbCase(reader.Grid, cs, p, last && len(reader.Cases) == 1)
		if reason != "" {
			return nil, reason
		}
		out = append(out, done...)
	}
	if len(out) > maxCases && len(out) > len(reader.Cases) {
		return nil, fmt.Sprintf("the tasks do not line up: %d kernels would be needed", len(out))
	}
	return out, ""
}

// absorbCase is absorb for one case, which may fall into several.
func absorbCase(g ir.Grid, cs *ir.Case, p *ir.Layer, last bool) ([]*ir.Case, string) {
	n := operandOn(cs, p)
	if n < 0 {
		return []*ir.Case{cs}, ""
	}
	if !single(&cs.Operands[n].Access) {
		return absorbList(g, cs, n, p)
	}
	cs = unlist(cs, n)
	parts, reason := splitByCase(g, cs, n, p)
	if reason != "" {
		return nil, reason
	}
	var out []*ir.Case
	for _, part := range parts {
		if mergedSize(cs.Kernel, n, part.from.Kernel) > maxNodes {
			return nil, fmt.Sprintf("the kernel would have more than %d ops", maxNodes)
		}
		s := splice{grid: g, cs: part.cs, n: n, producer: p, from: part.from, last: last && len(parts) == 1}
		merged := s.run()
		done, reason := absorbCase(g, merged, p, false)
		if reason != "" {
			return nil, reason
		}
		out = append(out, done...)
	}
	return out, ""
}

// mergedSize returns the size of a kernel with another in the place of an
// operand.
func mergedSize(k *ir.Expr, n int, inner *ir.Expr) int {
	ops, uses := sizeAndUses(k, n)
	if uses == 0 || ops > maxNodes {
		return ops
	}
	return min(ops+uses*size(inner), math.MaxInt32)
}

// absorbList is absorbCase for an operand that is a list. The list of what an
// alias stands for is a list of other values; any other kernel cannot be
// written into the list.
func absorbList(g ir.Grid, cs *ir.Case, n int, p *ir.Layer) ([]*ir.Case, string) {
	if len(p.Cases) != 1 || p.Cases[0].Kernel.Kind != ir.ExprOperand || len(p.Cases[0].Operands) != 1 || !single(&p.Cases[0].Operands[0].Access) {
		return nil, "read as a list of values"
	}
	out := *cs
	out.Operands = append([]ir.Operand(nil), cs.Operands...)
	out.Operands[n] = aliased(g, cs, n, p)
	return absorbCase(g, prune(g, &out), p, false)
}

// aliased returns a list operand on an alias as one on what the alias reads.
func aliased(g ir.Grid, cs *ir.Case, n int, p *ir.Layer) ir.Operand {
	from := p.Cases[0]
	inner := &from.Operands[0]
	outer := &cs.Operands[n].Access
	if axes := composeLists(outer, &inner.Access, len(p.Grid)); axes != nil {
		return ir.Operand{Layer: inner.Layer, Access: ir.Access{Axes: axes}}
	}
	t := &ir.Table{List: true, Offsets: []uint32{0}}
	var reads, target []int64
	at := make([]int64, len(p.Grid))
	cs.Where.Each(g, func(ord int64, idx []int64) {
		reads = outer.AppendReads(reads[:0], p.Grid, ord, idx)
		for _, lin := range reads {
			p.Grid.IndexInto(lin, at)
			target = inner.Access.AppendReads(target[:0], inner.Layer.Grid, from.Where.OrdinalAt(p.Grid, at), at)
			t.IDs = append(t.IDs, uint32(target[0]))
		}
		t.Offsets = append(t.Offsets, uint32(len(t.IDs)))
	})
	return ir.Operand{Layer: inner.Layer, Access: ir.Access{Table: t}}
}

// composeLists returns the axes by which a list of aliases reads what they
// stand for, or nil if that needs a table: each axis of the list must select
// along one axis, in the same order.
func composeLists(outer, inner *ir.Access, rank int) []ir.AxisAccess {
	if outer.Table != nil || inner.Table != nil || inner.List() {
		return nil
	}
	used, last := 0, -1
	axes := composeAxes(outer.Axes, inner.Axes).Axes
	for k := range inner.Axes {
		at := -1
		for j := range rank {
			if coef(&inner.Axes[k].Start, j) == 0 || !outer.Axes[j].List {
				continue
			}
			if at >= 0 {
				return nil
			}
			at = j
		}
		if at < 0 {
			continue
		}
		if at <= last {
			return nil
		}
		last = at
		used++
		x := outer.Axes[at]
		axes[k].List, axes[k].Count, axes[k].Step = true, x.Count, x.Step*coef(&inner.Axes[k].Start, at)
	}
	for j := range rank {
		if outer.Axes[j].List {
			used--
		}
	}
	if used != 0 {
		return nil
	}
	return axes
}

// operandOn returns the first operand of a case that reads a layer, or -1.
func operandOn(cs *ir.Case, p *ir.Layer) int {
	for i := range cs.Operands {
		if cs.Operands[i].Layer == p {
			return i
		}
	}
	return -1
}

// single says whether an access selects one value for each task: it is no
// list, or a list of always one.
func single(a *ir.Access) bool {
	if a.Table != nil {
		return !a.Table.List
	}
	for i := range a.Axes {
		if x := &a.Axes[i]; x.List && (x.Count.Base != 1 || trim(x.Count).Coef != nil) {
			return false
		}
	}
	return true
}

// unlist turns an operand that is a list of always one value into that value.
func unlist(cs *ir.Case, n int) *ir.Case {
	o := cs.Operands[n]
	if !o.Access.List() {
		return cs
	}
	out := *cs
	out.Operands = append([]ir.Operand(nil), cs.Operands...)
	axes := append([]ir.AxisAccess(nil), o.Access.Axes...)
	for k := range axes {
		axes[k] = ir.AxisAccess{Start: axes[k].Start}
	}
	out.Operands[n].Access = ir.Access{Axes: axes}
	leaves := make([]*ir.Expr, len(cs.Operands))
	for i := range leaves {
		leaves[i] = &ir.Expr{Kind: ir.ExprOperand, N: i}
	}
	leaf := &ir.Expr{Kind: ir.ExprOperand, N: n, Type: itemType(cs.Kernel, n)}
	leaves[n] = &ir.Expr{Kind: ir.ExprList, Args: []*ir.Expr{leaf}, Type: operandType(cs.Kernel, n)}
	s := substitution{operands: leaves}
	out.Kernel = s.of(cs.Kernel)
	return &out
}

// operandType returns the type that a kernel has for an operand.
func operandType(k *ir.Expr, n int) *ir.Type {
	var t *ir.Type
	visit(k, func(e *ir.Expr) {
		if e.Kind == ir.ExprOperand && e.N == n {
			t = e.Type
		}
	})
	return t
}

// itemType returns the type of the items of a list operand.
func itemType(k *ir.Expr, n int) *ir.Type {
	t := operandType(k, n)
	if t == nil || len(t.Elems) == 0 {
		return nil
	}
	return t.Elems[0]
}

// A part is a part of a consumer's case that reads one case of a producer.
type part struct{ cs, from *ir.Case }

// splitByCase divides a case by the case of the producer that its tasks read.
func splitByCase(g ir.Grid, cs *ir.Case, n int, p *ir.Layer) ([]part, string) {
	if len(p.Cases) == 1 {
		return []part{{cs, p.Cases[0]}}, ""
	}
	ids := make([][]uint32, len(p.Cases))
	at := make([]int64, len(p.Grid))
	var reads []int64
	cs.Where.Each(g, func(ord int64, idx []int64) {
		reads = cs.Operands[n].Access.AppendReads(reads[:0], p.Grid, ord, idx)
		p.Grid.IndexInto(reads[0], at)
		for k, from := range p.Cases {
			if from.Where.OrdinalAt(p.Grid, at) >= 0 {
				ids[k] = append(ids[k], uint32(g.Linear(idx)))
				break
			}
		}
	})
	var parts []part
	for _, k := range byFirst(ids) {
		parts = append(parts, part{restrict(g, cs, ir.FitSet(g, ids[k])), p.Cases[k]})
	}
	if len(parts) > maxCases {
		return nil, fmt.Sprintf("the tasks do not line up: %d kernels would be needed", len(parts))
	}
	return parts, ""
}

// byFirst returns the places of the lists that are not empty, in the order of
// their first entries.
func byFirst(lists [][]uint32) []int {
	var order []int
	for k, list := range lists {
		if len(list) > 0 {
			order = append(order, k)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(lists[a][0], lists[b][0]) })
	return order
}

// readOnce says whether no value of a layer is read by two tasks of the
// reader, or by one twice.
func readOnce(reader, p *ir.Layer) bool {
	uses := 0
	var cs *ir.Case
	n := 0
	for _, c := range reader.Cases {
		for i := range c.Operands {
			if c.Operands[i].Layer == p {
				uses++
				cs, n = c, i
			}
		}
	}
	if uses == 1 && injective(reader.Grid, cs.Where, &cs.Operands[n].Access) {
		return true
	}
	return readOnceByTask(reader, p)
}

// injective says whether an affine access surely selects another value for
// each task: its coefficients, on the axes along which the set extends, have
// full rank.
func injective(g ir.Grid, where ir.Set, a *ir.Access) bool {
	if a.Table != nil || a.List() {
		return false
	}
	var moving []int
	for k, e := range g {
		if e.N > 1 && (where.IDs != nil || where.Box == nil || where.Box[k].Len() > 1) {
			moving = append(moving, k)
		}
	}
	rows := make([][]float64, len(a.Axes))
	for i := range a.Axes {
		for _, k := range moving {
			rows[i] = append(rows[i], float64(coef(&a.Axes[i].Start, k)))
		}
	}
	return rank(rows, len(moving)) == len(moving)
}

// rank returns the rank of a small integer matrix.
func rank(rows [][]float64, cols int) int {
	r := 0
	for c := 0; c < cols && r < len(rows); c++ {
		p := r
		for p < len(rows) && rows[p][c] == 0 {
			p++
		}
		if p == len(rows) {
			continue
		}
		rows[r], rows[p] = rows[p], rows[r]
		for i := r + 1; i < len(rows); i++ {
			f := rows[i][c] / rows[r][c]
			for j := c; j < cols; j++ {
				rows[i][j] -= f * rows[r][j]
			}
			rows[i][c] = 0
		}
		r++
	}
	return r
}

func readOnceByTask(reader, p *ir.Layer) bool {
	seen := make([]uint64, (p.Grid.Size()+63)/64)
	var reads []int64
	for _, cs := range reader.Cases {
		for i := range cs.Operands {
			o := &cs.Operands[i]
			if o.Layer != p {
				continue
			}
			once := cs.Where.EachUntil(reader.Grid, func(ord int64, idx []int64) bool {
				reads = o.Access.AppendReads(reads[:0], p.Grid, ord, idx)
				for _, lin := range reads {
					if seen[lin/64]>>(lin%64)&1 != 0 {
						return false
					}
					seen[lin/64] |= 1 << (lin % 64)
				}
				return true
			})
			if !once {
				return false
			}
		}
	}
	return true
}
