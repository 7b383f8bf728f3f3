package reroll

import (
	"encoding/binary"
	"math"
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

// typed says whether the typer accepts the cases although some of their
// literals differ from task to task: ops need some as literals.
func (b *caseBuilder) typed(cases []*ir.Case) bool {
	if b.l.types.typer == nil || b.g.ty == 0 {
		return true
	}
	for _, c := range cases {
		if len(c.Params) == 0 {
			continue
		}
		operands := make([]*ir.Type, len(c.Operands))
		for i := range c.Operands {
			operands[i] = b.l.typeOf(&c.Operands[i])
		}
		e := c.Kernel.Clone()
		setParamTypes(e, c.Params)
		if ty, err := b.l.types.typer(e, operands); err != nil || b.l.types.number(ty) != b.g.ty {
			return false
		}
	}
	return true
}

func setParamTypes(e *ir.Expr, params []ir.Param) {
	if e.Kind == ir.ExprParam {
		e.Type = params[e.N].Type
	}
	for _, a := range e.Args {
		setParamTypes(a, params)
	}
	for _, k := range e.Kwargs {
		setParamTypes(k.Value, params)
	}
}

// maxLiterals bounds the cases that a part is split into for its literals.
const maxLiterals = 256

// byLiterals separates the tasks of a part by all their literals. It returns
// nil if that makes too many parts.
func (b *caseBuilder) byLiterals(p *part) []*part {
	keys := newInterner()
	var parts []*part
	var key []byte
	for i, n := range p.rows {
		key = b.literalKey(key[:0], n)
		k := keys.id(key)
		if int(k) == len(parts) {
			parts = append(parts, &part{rank: p.rank})
		}
		if len(parts) > maxLiterals {
			return nil
		}
		parts[k].rows = append(parts[k].rows, n)
		parts[k].coords = append(parts[k].coords, p.at(i)...)
	}
	return parts
}

// literalKey is what the literals of a task are.
func (b *caseBuilder) literalKey(key []byte, n uint32) []byte {
	t := b.t
	r := &t.rows[n]
	at := r.off + uint64(len(t.parts(r)))
	slots := t.skeletons[r.skel].slots
	for i := range slots {
		switch s := &slots[i]; {
		case s.list:
			at += uint64(uint32(t.holes[at]))
		case s.tag != tagRef && s.tag != tagRefAt:
			key = t.appendLiteral(key, s.tag, t.holes[at])
		}
		at++
	}
	return key
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

// clusters groups the tasks by skeleton, the layers that they read, and the
// literals that must not differ.
func (b *caseBuilder) clusters(g *group) []*part {
	keys := newInterner()
	var parts []*part
	var key []byte
	for _, n := range g.rows {
		key = b.clusterKey(key[:0], n)
		k := keys.id(key)
		if int(k) == len(parts) {
			parts = append(parts, &part{rank: len(g.layer.Grid)})
		}
		parts[k].rows = append(parts[k].rows, n)
	}
	for _, p := range parts {
		p.coords = b.coords(p.rows)
	}
	return parts
}

func (b *caseBuilder) clusterKey(key []byte, n uint32) []byte {
	t := b.t
	r := &t.rows[n]
	key = binary.AppendUvarint(key, uint64(r.skel))
	key = t.appendLiteralTypes(key, n)
	s := t.skeletons[r.skel]
	if !s.refs && len(s.same) == 0 {
		return key
	}
	at := r.off + uint64(len(t.parts(r)))
	for i := range s.slots {
		switch sl := &s.slots[i]; {
		case sl.list:
			count := uint64(uint32(t.holes[at]))
			key = b.listKey(key, t.holes[at+1:at+1+count])
			at += count
		case sl.tag == tagRef || sl.tag == tagRefAt:
			key = binary.AppendUvarint(key, uint64(b.targetGroup(t.holes[at])))
		case slices.Contains(s.same, i):
			key = t.appendLiteral(key, sl.tag, t.holes[at])
		}
		at++
	}
	return key
}

// listKey is the layer of all entries, or the layers of each.
func (b *caseBuilder) listKey(key []byte, targets []int32) []byte {
	if b.oneLayer(targets) {
		return binary.AppendUvarint(append(key, 1), uint64(b.targetGroup(targets[0])))
	}
	key = binary.AppendUvarint(append(key, 0), uint64(len(targets)))
	for _, h := range targets {
		key = binary.AppendUvarint(key, uint64(b.targetGroup(h)))
	}
	return key
}

func (b *caseBuilder) oneLayer(targets []int32) bool {
	first := b.targetGroup(targets[0])
	for _, h := range targets[1:] {
		if b.targetGroup(h) != first {
			return false
		}
	}
	return true
}

// targetGroup numbers the layers that targets are in: the groups, then those
// outside.
func (b *caseBuilder) targetGroup(h int32) uint32 {
	target := uint32(h)
	if int(target) < len(b.t.rows) {
		return b.l.group[target]
	}
	o, _ := b.t.outsideOf(target)
	return uint32(len(b.l.groups) + slices.Index(b.t.outside, o))
}

// target returns the layer and the linear index of a target.
func (b *caseBuilder) target(h int32) (*ir.Layer, int64) {
	target := uint32(h)
	if int(target) < len(b.t.rows) {
		return b.l.groups[b.l.group[target]].layer, int64(b.l.linear[target])
	}
	o, at := b.t.outsideOf(target)
	return o.layer, at
}

// appendLiteral appends what a literal's value is, for comparison.
func (t *Tasks) appendLiteral(key []byte, tag byte, h int32) []byte {
	switch tag {
	case tagInt:
		return binary.AppendVarint(key, t.integer(h))
	case tagFloat:
		return binary.AppendUvarint(key, uint64(t.wide[h-wideBase]))
	case tagConst:
		return t.consts[h].AppendKey(key)
	}
	return binary.AppendUvarint(key, uint64(uint32(h)))
}

// coords returns the grid indices of tasks.
func (b *caseBuilder) coords(rows []uint32) []int32 {
	grid := b.g.layer.Grid
	coords := make([]int32, len(rows)*len(grid))
	for i, n := range rows {
		linear := int64(b.l.linear[n])
		for k := len(grid) - 1; k >= 0; k-- {
			coords[i*len(grid)+k] = int32(linear % grid[k].N)
			linear /= grid[k].N
		}
	}
	return coords
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

func literal(c *ir.Const) *ir.Expr { return &ir.Expr{Kind: ir.ExprConst, Const: c} }

// literal returns the literal in a hole.
func (t *Tasks) literal(tag byte, h int32) *ir.Const {
	switch tag {
	case tagInt:
		return &ir.Const{Kind: ir.ConstInt, Int: t.integer(h)}
	case tagFloat:
		return &ir.Const{Kind: ir.ConstFloat, Float: math.Float64frombits(uint64(t.wide[h-wideBase]))}
	case tagString:
		return &ir.Const{Kind: ir.ConstString, Str: string(t.names.at(uint32(h)))}
	}
	return t.consts[h]
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

// intSlot is an integer literal, or an integer per task.
func (b *caseBuilder) intSlot() *ir.Expr {
	for i, at := range b.at {
		b.values[i] = b.t.integer(b.t.holes[at])
	}
	b.advance(1)
	if constant(b.values) {
		return literal(&ir.Const{Kind: ir.ConstInt, Int: b.values[0]})
	}
	p := ir.Param{Type: ir.ScalarType(ir.Int64)}
	if a, ok := b.p.fit(b.values); ok {
		p.Affine = &a
	} else {
		p.Ints = slices.Clone(b.values)
	}
	if p.Affine == nil && b.strict == affineAll {
		return nil
	}
	return b.param(p)
}

func (b *caseBuilder) param(p ir.Param) *ir.Expr {
	for n := range b.c.Params {
		if sameParam(&b.c.Params[n], &p) {
			return &ir.Expr{Kind: ir.ExprParam, N: n}
		}
	}
	b.c.Params = append(b.c.Params, p)
	return &ir.Expr{Kind: ir.ExprParam, N: len(b.c.Params) - 1}
}

func sameParam(p, q *ir.Param) bool {
	if p.Affine == nil || q.Affine == nil {
		return p.Affine == nil && q.Affine == nil && p.Values == nil && q.Values == nil && slices.Equal(p.Ints, q.Ints)
	}
	return p.Affine.Base == q.Affine.Base && slices.Equal(p.Affine.Coef, q.Affine.Coef)
}

// literalSlot is another literal, or a column of them.
func (b *caseBuilder) literalSlot(tag byte) *ir.Expr {
	var first, key []byte
	first = b.t.appendLiteral(nil, tag, b.t.holes[b.at[0]])
	same := true
	for _, at := range b.at[1:] {
		key = b.t.appendLiteral(key[:0], tag, b.t.holes[at])
		if same = slices.Equal(first, key); !same {
			break
		}
	}
	if same {
		defer b.advance(1)
		return literal(b.t.literal(tag, b.t.holes[b.at[0]]))
	}
	values := make([]*ir.Const, len(b.at))
	for i, at := range b.at {
		values[i] = b.t.literal(tag, b.t.holes[at])
	}
	b.advance(1)
	return b.param(ir.Param{Type: literalsType(values), Values: values})
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

func literalType(c *ir.Const) *ir.Type {
	switch c.Kind {
	case ir.ConstInt:
		return ir.ScalarType(ir.Int64)
	case ir.ConstFloat:
		return ir.ScalarType(ir.Float64)
	case ir.ConstComplex:
		return ir.ScalarType(ir.Complex128)
	case ir.ConstString:
		return &ir.Type{Kind: ir.TypeString}
	case ir.ConstBytes:
		return &ir.Type{Kind: ir.TypeBytes}
	case ir.ConstArray:
		return ir.BlockType(c.DType, slices.Clone(c.Shape)...)
	}
	return nil
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
