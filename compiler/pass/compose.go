package pass

import (
	"slices"

	"github.com/daskgen/daskgen/ir"
)

// A splice puts the kernel of a producer's case in the place of one operand of
// a consumer's case.
type splice struct {
	grid     ir.Grid // of the consumer
	cs       *ir.Case
	n        int // the operand
	producer *ir.Layer
	from     *ir.Case // the producer's case, which holds for all that is read
	last     bool     // the producer goes away: its kernel may be taken over
}

// run returns the consumer's case with the producer's kernel inside.
func (s *splice) run() *ir.Case {
	out := &ir.Case{Where: s.cs.Where, Pos: s.cs.Pos}
	own := &substitution{operands: make([]*ir.Expr, len(s.cs.Operands)), params: make([]*ir.Expr, len(s.cs.Params))}
	for i := range s.cs.Operands {
		if i != s.n {
			own.operands[i] = operandLeaf(out, s.cs.Operands[i])
		}
	}
	for i := range s.cs.Params {
		own.params[i] = paramLeaf(out, s.cs.Params[i])
	}
	own.operands[s.n] = s.inner(out)
	out.Kernel = own.of(s.cs.Kernel)
	return out
}

// inner returns the producer's kernel over operands and literals of out.
func (s *splice) inner(out *ir.Case) *ir.Expr {
	sub := &substitution{
		operands: make([]*ir.Expr, len(s.from.Operands)), params: make([]*ir.Expr, len(s.from.Params)),
		origin: s.producer.Name,
	}
	same := s.last
	for i := range s.from.Operands {
		o := &s.from.Operands[i]
		access := simplify(s.grid, s.cs.Where, s.access(o), o.Layer.Grid)
		sub.operands[i] = operandLeaf(out, ir.Operand{Layer: o.Layer, Access: access})
		same = same && sub.operands[i].N == i
	}
	for i := range s.from.Params {
		p := s.param(&s.from.Params[i])
		if k := constantParam(s.grid, s.cs.Where, &p); k != nil {
			sub.params[i] = &ir.Expr{Kind: ir.ExprConst, Const: k, Type: p.Type}
			same = false
			continue
		}
		sub.params[i] = paramLeaf(out, p)
		same = same && sub.params[i].N == i
	}
	if same {
		markOrigin(s.from.Kernel, s.producer.Name)
		return s.from.Kernel
	}
	return sub.of(s.from.Kernel)
}

// markOrigin sets the origin of nodes that have none; what is below a node that
// has one has one too.
func markOrigin(e *ir.Expr, origin string) {
	if e.Origin != "" {
		return
	}
	e.Origin = origin
	children(e, func(a *ir.Expr) { markOrigin(a, origin) })
}

// operandLeaf adds an operand to a case, unless it has it, and returns a leaf
// for it.
func operandLeaf(c *ir.Case, o ir.Operand) *ir.Expr {
	for i := range c.Operands {
		if c.Operands[i].Layer == o.Layer && sameAccess(&c.Operands[i].Access, &o.Access) {
			return &ir.Expr{Kind: ir.ExprOperand, N: i}
		}
	}
	c.Operands = append(c.Operands, o)
	return &ir.Expr{Kind: ir.ExprOperand, N: len(c.Operands) - 1}
}

// paramLeaf is operandLeaf for a per-task literal.
func paramLeaf(c *ir.Case, p ir.Param) *ir.Expr {
	for i := range c.Params {
		if sameParam(&c.Params[i], &p) {
			return &ir.Expr{Kind: ir.ExprParam, N: i}
		}
	}
	c.Params = append(c.Params, p)
	return &ir.Expr{Kind: ir.ExprParam, N: len(c.Params) - 1}
}

// access returns how the consumer reads an operand of the producer.
func (s *splice) access(o *ir.Operand) ir.Access {
	outer := &s.cs.Operands[s.n].Access
	if outer.Axes != nil && o.Access.Axes != nil && outer.Table == nil && o.Access.Table == nil {
		return composeAxes(outer.Axes, o.Access.Axes)
	}
	t := &ir.Table{List: o.Access.List()}
	if t.List {
		t.Offsets = []uint32{0}
	}
	var reads []int64
	s.each(func(ord int64, idx []int64) {
		reads = o.Access.AppendReads(reads[:0], o.Layer.Grid, ord, idx)
		for _, lin := range reads {
			t.IDs = append(t.IDs, uint32(lin))
		}
		if t.List {
			t.Offsets = append(t.Offsets, uint32(len(t.IDs)))
		}
	})
	return ir.Access{Table: t}
}

// each calls f, for each task of the consumer, with the producer's task that
// it reads: its position in the producer's case and its grid index.
func (s *splice) each(f func(ord int64, idx []int64)) {
	p := s.producer
	at := make([]int64, len(p.Grid))
	var reads []int64
	s.cs.Where.Each(s.grid, func(ord int64, idx []int64) {
		reads = s.cs.Operands[s.n].Access.AppendReads(reads[:0], p.Grid, ord, idx)
		p.Grid.IndexInto(reads[0], at)
		f(s.from.Where.OrdinalAt(p.Grid, at), at)
	})
}

// composeAxes returns the access that reads, of what inner reads for a task of
// the producer, that for the task which outer selects.
func composeAxes(outer, inner []ir.AxisAccess) ir.Access {
	axes := make([]ir.AxisAccess, len(inner))
	for k, x := range inner {
		axes[k] = x
		axes[k].Start = composeAffine(outer, &x.Start)
		if x.List {
			axes[k].Count = composeAffine(outer, &x.Count)
		}
	}
	return ir.Access{Axes: axes}
}

// composeAffine substitutes the index that outer selects into an affine form.
func composeAffine(outer []ir.AxisAccess, a *ir.Affine) ir.Affine {
	out := ir.Affine{Base: a.Base}
	for k, c := range a.Coef {
		if c == 0 {
			continue
		}
		start := &outer[k].Start
		out.Base += c * start.Base
		for j, d := range start.Coef {
			if d == 0 {
				continue
			}
			if out.Coef == nil {
				out.Coef = make([]int64, len(start.Coef))
			}
			out.Coef[j] += c * d
		}
	}
	return trim(out)
}

// trim drops coefficients that are all zero.
func trim(a ir.Affine) ir.Affine {
	for _, c := range a.Coef {
		if c != 0 {
			return a
		}
	}
	return ir.Affine{Base: a.Base}
}

// param returns a literal of the producer for the tasks of the consumer.
func (s *splice) param(p *ir.Param) ir.Param {
	outer := &s.cs.Operands[s.n].Access
	q := ir.Param{Type: p.Type}
	switch {
	case p.Affine != nil && outer.Table == nil:
		a := composeAffine(outer.Axes, p.Affine)
		q.Affine = &a
	case p.Values != nil:
		s.each(func(ord int64, _ []int64) { q.Values = append(q.Values, p.Values[ord]) })
	default:
		s.each(func(ord int64, idx []int64) { q.Ints = append(q.Ints, p.IntAt(ord, idx)) })
	}
	return q
}

func sameAccess(a, b *ir.Access) bool {
	if a.Table != nil || b.Table != nil {
		return a.Table != nil && b.Table != nil && a.Table.List == b.Table.List &&
			slices.Equal(a.Table.Offsets, b.Table.Offsets) && slices.Equal(a.Table.IDs, b.Table.IDs)
	}
	return slices.EqualFunc(a.Axes, b.Axes, func(x, y ir.AxisAccess) bool {
		return sameAffine(&x.Start, &y.Start) && x.List == y.List &&
			(!x.List || x.Step == y.Step && sameAffine(&x.Count, &y.Count))
	})
}

func sameAffine(a, b *ir.Affine) bool {
	if a.Base != b.Base {
		return false
	}
	for k := range max(len(a.Coef), len(b.Coef)) {
		if coef(a, k) != coef(b, k) {
			return false
		}
	}
	return true
}

func coef(a *ir.Affine, k int) int64 {
	if k < len(a.Coef) {
		return a.Coef[k]
	}
	return 0
}

func sameParam(a, b *ir.Param) bool {
	switch {
	case a.Affine != nil || b.Affine != nil:
		return a.Affine != nil && b.Affine != nil && sameAffine(a.Affine, b.Affine)
	case a.Values != nil || b.Values != nil:
		return slices.EqualFunc(a.Values, b.Values, sameConst)
	}
	return slices.Equal(a.Ints, b.Ints)
}
