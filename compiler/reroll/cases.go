package reroll

import (
	"slices"

	"github.com/daskgen/daskgen/ir"
)

// A caseBuilder makes cases from parts of a group.
type caseBuilder struct {
	t *Tasks
	l *layout
	g *group

	strict strictness
	p      *part
	at     []uint64 // of each task, the next hole
	values []int64  // of one column
	c      *ir.Case
	slots  []*ir.Expr // what stands in the kernel for each slot
}

// strictness says when building is given up: if a column is not affine.
type strictness int

const (
	takeAll        strictness = iota // never
	affineAccesses                   // an access is not
	affineAll                        // an access or an integer literal is not
)

// cases makes the cases of a group.
func (b *caseBuilder) cases(g *group) {
	b.g = g
	for _, p := range b.clusters(g) {
		cases := b.split(p)
		if !b.typed(cases) {
			if parts := b.byLiterals(p); parts != nil {
				cases = nil
				for _, q := range parts {
					cases = append(cases, b.split(q)...)
				}
			}
		}
		g.layer.Cases = append(g.layer.Cases, cases...)
	}
}

// fewRows is how few tasks without a grid are left as one case with tables.
const fewRows = 16

// split makes the cases of a part: one, or several if that makes all of them
// affine. The first and last indices along an axis are often exceptions.
func (b *caseBuilder) split(p *part) []*ir.Case {
	if c := b.build(p, affineAll); c != nil {
		return []*ir.Case{c}
	}
	for _, s := range []strictness{affineAll, affineAccesses} {
		if !b.g.box && len(p.rows) < fewRows {
			break // not worth several kernels
		}
		if s == affineAccesses {
			if c := b.build(p, s); c != nil {
				return []*ir.Case{c}
			}
		}
		budget := 24*len(p.rows) + 1000
		if cases := b.peel(p, s, 0, &budget); cases != nil {
			return cases
		}
	}
	return []*ir.Case{b.build(p, takeAll)}
}

// peel builds a part, if need be after it has taken away the first or the last
// indices along the axes from k on. It returns nil if that does not help.
func (b *caseBuilder) peel(p *part, s strictness, k int, budget *int) []*ir.Case {
	if *budget -= len(p.rows); *budget < 0 {
		return nil
	}
	if c := b.build(p, s); c != nil {
		return []*ir.Case{c}
	}
	for ; k < p.rank; k++ {
		r := p.axisRange(k)
		for _, edge := range []int64{r.Hi - 1, r.Lo} {
			if r.Len() < 2 {
				break
			}
			rest, plane := p.cut(k, int32(edge))
			one := b.peel(rest, s, k+1, budget)
			if one == nil {
				continue
			}
			if two := b.peel(plane, s, k+1, budget); two != nil {
				return append(one, two...)
			}
		}
	}
	return nil
}

// cut separates the tasks with this index along axis k from the others.
func (p *part) cut(k int, index int32) (rest, plane *part) {
	rest, plane = &part{rank: p.rank}, &part{rank: p.rank}
	for i, n := range p.rows {
		to := rest
		if p.coords[i*p.rank+k] == index {
			to = plane
		}
		to.rows = append(to.rows, n)
		to.coords = append(to.coords, p.at(i)...)
	}
	return rest, plane
}

// build makes a case of a part, or returns nil if it is not affine enough.
func (b *caseBuilder) build(p *part, s strictness) *ir.Case {
	t := b.t
	first := &t.rows[p.rows[0]]
	b.p, b.strict = p, s
	b.c = &ir.Case{Pos: t.pos(slices.Min(p.rows))}
	b.values = slices.Grow(b.values[:0], len(p.rows))[:len(p.rows)]
	b.at = slices.Grow(b.at[:0], len(p.rows))[:len(p.rows)]
	for i, n := range p.rows {
		b.at[i] = t.rows[n].off + uint64(len(t.parts(&t.rows[n])))
	}
	skel := t.skeletons[first.skel]
	b.slots = b.slots[:0]
	for i := range skel.slots {
		e := b.slot(&skel.slots[i])
		if e == nil {
			return nil
		}
		b.slots = append(b.slots, e)
	}
	b.c.Kernel = instantiate(skel.root, b.slots, b.c.Pos)
	b.c.Where = p.where(b.g.layer.Grid, b.l.linear)
	if live := b.g.layer.Live; live != nil && len(live.IDs) == len(b.c.Where.IDs) {
		b.c.Where.IDs = live.IDs
	}
	return b.c
}

// instantiate copies a skeleton's tree with the slots filled in.
func instantiate(e *ir.Expr, slots []*ir.Expr, pos ir.Pos) *ir.Expr {
	if e.Kind == ir.ExprParam || e.Kind == ir.ExprOperand {
		return at(slots[e.N], pos)
	}
	c := *e
	c.Pos = pos
	c.Args = make([]*ir.Expr, len(e.Args))
	for i, a := range e.Args {
		c.Args[i] = instantiate(a, slots, pos)
	}
	c.Kwargs = slices.Clone(e.Kwargs)
	for i, k := range e.Kwargs {
		c.Kwargs[i].Value = instantiate(k.Value, slots, pos)
	}
	return &c
}

func at(e *ir.Expr, pos ir.Pos) *ir.Expr {
	e.Pos = pos
	for _, a := range e.Args {
		a.Pos = pos
	}
	return e
}

// first returns the expression of one task with these operands in it.
func (b *caseBuilder) first(n uint32, refs map[int]*ir.Expr) *ir.Expr {
	t := b.t
	r := &t.rows[n]
	at := r.off + uint64(len(t.parts(r)))
	skel := t.skeletons[r.skel]
	slots := make([]*ir.Expr, len(skel.slots))
	for i := range skel.slots {
		s := &skel.slots[i]
		slots[i] = refs[i]
		switch {
		case s.list:
			at += uint64(uint32(t.holes[at]))
		case s.tag != tagRef && s.tag != tagRefAt:
			slots[i] = literal(t.literal(s.tag, t.holes[at]))
		}
		at++
	}
	return instantiate(skel.root, slots, t.pos(n))
}

// slot makes what stands for a slot in the kernel, and goes on to the next
// hole. It returns nil if the part is not affine enough.
func (b *caseBuilder) slot(s *slot) *ir.Expr {
	switch {
	case s.list:
		return b.listSlot()
	case s.tag == tagRef || s.tag == tagRefAt:
		e := b.operand(0)
		b.advance(1)
		return e
	case s.tag == tagInt:
		return b.intSlot()
	}
	return b.literalSlot(s.tag)
}

func (b *caseBuilder) advance(n uint64) {
	for i := range b.at {
		b.at[i] += n
	}
}

// literalsType returns the type of a column of literals: the dimensions of
// arrays that differ are unknown.
func literalsType(values []*ir.Const) *ir.Type {
	t := literalType(values[0])
	for _, c := range values[1:] {
		for i := 0; t != nil && i < len(t.Shape) && i < len(c.Shape); i++ {
			if t.Shape[i] != c.Shape[i] {
				t.Shape[i] = -1
			}
		}
	}
	return t
}

// operand reads the target that lies skip holes ahead.
func (b *caseBuilder) operand(skip uint64) *ir.Expr {
	layer, _ := b.target(b.t.holes[b.at[0]+skip])
	for i, at := range b.at {
		_, b.values[i] = b.target(b.t.holes[at+skip])
	}
	a, ok := b.axes(layer.Grid)
	if !ok {
		if b.strict != takeAll {
			return nil
		}
		t := &ir.Table{IDs: make([]uint32, len(b.values))}
		for i, v := range b.values {
			t.IDs[i] = uint32(v)
		}
		a = ir.Access{Table: t}
	}
	return b.addOperand(ir.Operand{Layer: layer, Access: a})
}

// axes fits linear indices in a grid, axis by axis.
func (b *caseBuilder) axes(g ir.Grid) (ir.Access, bool) {
	a := ir.Access{Axes: make([]ir.AxisAccess, len(g))}
	axis, stride := make([]int64, len(b.values)), int64(1)
	for k := len(g) - 1; k >= 0; k-- {
		for i, v := range b.values {
			axis[i] = v / stride % g[k].N
		}
		stride *= g[k].N
		var ok bool
		if a.Axes[k].Start, ok = b.p.fit(axis); !ok {
			return a, false
		}
	}
	return a, true
}

func (b *caseBuilder) addOperand(o ir.Operand) *ir.Expr {
	for n := range b.c.Operands {
		if SameOperand(&b.c.Operands[n], &o) {
			return &ir.Expr{Kind: ir.ExprOperand, N: n}
		}
	}
	b.c.Operands = append(b.c.Operands, o)
	return &ir.Expr{Kind: ir.ExprOperand, N: len(b.c.Operands) - 1}
}

// SameOperand says whether two operands read the same values.
func SameOperand(o, p *ir.Operand) bool {
	if o.Layer != p.Layer || (o.Access.Table == nil) != (p.Access.Table == nil) {
		return false
	}
	if s, t := o.Access.Table, p.Access.Table; t != nil {
		return s.List == t.List && slices.Equal(s.Offsets, t.Offsets) && slices.Equal(s.IDs, t.IDs)
	}
	return slices.EqualFunc(o.Access.Axes, p.Access.Axes, func(x, y ir.AxisAccess) bool {
		return x.List == y.List && x.Step == y.Step && sameAffine(x.Start, y.Start) && sameAffine(x.Count, y.Count)
	})
}

func sameAffine(a, b ir.Affine) bool {
	return a.Base == b.Base && slices.Equal(a.Coef, b.Coef)
}
