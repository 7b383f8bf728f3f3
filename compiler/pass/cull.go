package pass

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
)

// cull drops the layers that no output needs, and narrows the cases of the
// others to the tasks that are needed.
func cull(c *Context) {
	n := &needs{of: map[*ir.Layer]*need{}}
	for _, o := range c.Graph.Outputs {
		n.request(o)
	}
	groups := check.Groups(c.Graph)
	for i := len(groups) - 1; i >= 0; i-- {
		n.spread(groups[i])
	}
	for _, l := range c.Graph.Layers {
		c.narrow(l, n.of[l])
	}
	c.index()
	for _, l := range c.Graph.Layers {
		if n.of[l] == nil && l.Input == nil {
			c.dropped[l] = true
		}
	}
}

// needs holds which tasks of each layer are needed.
type needs struct {
	of    map[*ir.Layer]*need
	reads []int64
}

// A need is a set of tasks: all, a box, or one bit each.
type need struct {
	all  bool
	box  []ir.Range // used when bits is nil
	bits []uint64
}

func (n *needs) request(o *ir.Output) {
	if o.Array() {
		n.add(o.Layer, nil)
		return
	}
	box := make([]ir.Range, len(o.Index))
	for k, i := range o.Index {
		box[k] = ir.Range{Lo: i, Hi: i + 1, Step: 1}
	}
	n.add(o.Layer, box)
}

// add adds a box, nil for the whole grid, to what is needed of a layer.
func (n *needs) add(l *ir.Layer, box []ir.Range) {
	d := n.of[l]
	whole := box == nil || covers(l.Grid, box)
	switch {
	case d == nil:
		n.of[l] = &need{all: whole, box: box}
	case d.all:
	case whole:
		*d = need{all: true}
	case d.bits == nil && contains(d.box, box):
	case d.bits == nil && contains(box, d.box):
		d.box = box
	default:
		d.toBits(l.Grid)
		d.setBox(l.Grid, box)
	}
}

// covers says whether a box is the whole grid.
func covers(g ir.Grid, box []ir.Range) bool {
	for k, r := range box {
		if r.Len() != g[k].N {
			return false
		}
	}
	return true
}

// contains says whether box a holds box b.
func contains(a, b []ir.Range) bool {
	for k := range a {
		last := b[k].Lo + (b[k].Len()-1)*b[k].Step
		if b[k].Lo < a[k].Lo || last >= a[k].Hi || (b[k].Lo-a[k].Lo)%a[k].Step != 0 || b[k].Len() > 1 && b[k].Step%a[k].Step != 0 {
			return false
		}
	}
	return true
}

func (d *need) toBits(g ir.Grid) {
	if d.bits == nil {
		d.bits = make([]uint64, (g.Size()+63)/64)
		d.setBox(g, d.box)
		d.box = nil
	}
}

func (d *need) setBox(g ir.Grid, box []ir.Range) {
	ir.Set{Box: box}.Each(g, func(_ int64, idx []int64) { d.set(g.Linear(idx)) })
}

func (d *need) set(lin int64)      { d.bits[lin/64] |= 1 << (lin % 64) }
func (d *need) has(lin int64) bool { return d.bits[lin/64]>>(lin%64)&1 != 0 }

// spread passes the needs of a group of layers on to what they read. The
// groups that read the group come before it.
func (n *needs) spread(group []*ir.Layer) {
	if len(group) > 1 || readsItself(group[0]) {
		n.spreadTasks(group)
		return
	}
	l := group[0]
	d := n.of[l]
	if d == nil {
		return
	}
	d.compact(l.Grid)
	for _, cs := range l.Cases {
		where := d.within(l.Grid, cs.Where)
		if where.Count(l.Grid) == 0 {
			continue
		}
		for i := range cs.Operands {
			n.spreadOperand(l, cs, where, &cs.Operands[i])
		}
	}
}

// spreadOperand adds what the tasks in where, a part of the case's set, read.
func (n *needs) spreadOperand(l *ir.Layer, cs *ir.Case, where ir.Set, o *ir.Operand) {
	if d := n.of[o.Layer]; d != nil && d.all {
		return
	}
	if where.IDs == nil && o.Access.Table == nil {
		if box := image(l.Grid, where.Ranges(l.Grid), &o.Access); box != nil {
			n.add(o.Layer, box)
			return
		}
	}
	if n.of[o.Layer] == nil {
		n.of[o.Layer] = &need{bits: make([]uint64, (o.Layer.Grid.Size()+63)/64)}
	}
	d := n.of[o.Layer]
	d.toBits(o.Layer.Grid)
	where.Each(l.Grid, func(ord int64, idx []int64) {
		if o.Access.Table != nil {
			ord = cs.Where.OrdinalAt(l.Grid, idx)
		}
		n.reads = o.Access.AppendReads(n.reads[:0], o.Layer.Grid, ord, idx)
		for _, lin := range n.reads {
			d.set(lin)
		}
	})
}

// image returns the box that a box reads through an access of axes, or nil if
// what it reads is no box or not simply one.
func image(g ir.Grid, box []ir.Range, a *ir.Access) []ir.Range {
	out := make([]ir.Range, len(a.Axes))
	used := make([]bool, len(box))
	for k := range a.Axes {
		r, ok := imageAxis(g, box, &a.Axes[k], used)
		if !ok {
			return nil
		}
		out[k] = r
	}
	return out
}

// imageAxis returns what a box selects along one axis. Two axes of the layer
// read that follow the same axis of the box select a diagonal, no box.
func imageAxis(g ir.Grid, box []ir.Range, x *ir.AxisAccess, used []bool) (ir.Range, bool) {
	lo, step, n := x.Start.Base, int64(1), int64(1)
	moving := false
	for k, c := range x.Start.Coef {
		if c == 0 {
			continue
		}
		lo += c * box[k].Lo
		if box[k].Len() == 1 {
			continue
		}
		if moving || used[k] {
			return ir.Range{}, false
		}
		moving, used[k] = true, true
		step, n = c*box[k].Step, box[k].Len()
	}
	if x.List {
		count := constantOver(box, &x.Count)
		switch {
		case count <= 0:
			return ir.Range{}, false
		case n == 1:
			step, n = x.Step, count
		case x.Step == 1 && step > 0 && step <= count:
			step, n = 1, (n-1)*step+count
		case count > 1:
			return ir.Range{}, false
		}
	}
	if step < 0 {
		lo, step = lo+(n-1)*step, -step
	}
	return ir.Range{Lo: lo, Hi: lo + (n-1)*step + 1, Step: step}, true
}

// constantOver returns the value of an affine form that is the same all over a
// box, else -1.
func constantOver(box []ir.Range, a *ir.Affine) int64 {
	v := a.Base
	for k, c := range a.Coef {
		if c != 0 && box[k].Len() != 1 {
			return -1
		}
		v += c * box[k].Lo
	}
	return v
}

// spreadTasks passes needs on within a group of layers that read each other,
// and out of it, task by task.
func (n *needs) spreadTasks(group []*ir.Layer) {
	type task struct {
		layer *ir.Layer
		lin   int64
	}
	var work []task
	inside := map[*ir.Layer]bool{}
	for _, l := range group {
		inside[l] = true
		if d := n.of[l]; d == nil {
			n.of[l] = &need{bits: make([]uint64, (l.Grid.Size()+63)/64)}
		} else if d.all {
			d.all, d.box = false, ir.Set{}.Ranges(l.Grid)
		}
		n.of[l].toBits(l.Grid)
		for lin := range l.Grid.Size() {
			if n.of[l].has(lin) {
				work = append(work, task{l, lin})
			}
		}
	}
	for len(work) > 0 {
		t := work[len(work)-1]
		work = work[:len(work)-1]
		n.eachRead(t.layer, t.lin, func(p *ir.Layer, lin int64) {
			if n.need(p, lin) && inside[p] {
				work = append(work, task{p, lin})
			}
		})
	}
	for _, l := range group {
		n.of[l].compact(l.Grid)
		if d := n.of[l]; d.bits != nil && !slices.ContainsFunc(d.bits, func(w uint64) bool { return w != 0 }) {
			delete(n.of, l)
		}
	}
}

// need marks one task and says whether it was not marked before.
func (n *needs) need(l *ir.Layer, lin int64) bool {
	d := n.of[l]
	if d == nil {
		d = &need{bits: make([]uint64, (l.Grid.Size()+63)/64)}
		n.of[l] = d
	}
	if d.all {
		return false
	}
	d.toBits(l.Grid)
	if d.has(lin) {
		return false
	}
	d.set(lin)
	return true
}

// eachRead calls f for everything that a task reads.
func (n *needs) eachRead(l *ir.Layer, lin int64, f func(*ir.Layer, int64)) {
	idx := l.Grid.Index(lin)
	for _, cs := range l.Cases {
		ord := cs.Where.OrdinalAt(l.Grid, idx)
		if ord < 0 {
			continue
		}
		for i := range cs.Operands {
			o := &cs.Operands[i]
			n.reads = o.Access.AppendReads(n.reads[:0], o.Layer.Grid, ord, idx)
			for _, lin := range n.reads {
				f(o.Layer, lin)
			}
		}
	}
}

// compact turns bits that form a box into the box.
func (d *need) compact(g ir.Grid) {
	if d.bits == nil {
		return
	}
	var ids []uint32
	for w, b := range d.bits {
		for ; b != 0; b &= b - 1 {
			ids = append(ids, uint32(w*64+bits.TrailingZeros64(b)))
		}
	}
	s := ir.FitSet(g, ids)
	if s.IDs == nil {
		*d = need{box: s.Box, all: s.All() || covers(g, s.Box)}
	}
}

// within returns the part of a set that is needed.
func (d *need) within(g ir.Grid, s ir.Set) ir.Set {
	switch {
	case d.all:
		return s
	case d.bits == nil:
		return s.Intersect(g, ir.Set{Box: d.box})
	}
	var ids []uint32
	s.Each(g, func(_ int64, idx []int64) {
		if lin := g.Linear(idx); d.has(lin) {
			ids = append(ids, uint32(lin))
		}
	})
	return ir.FitSet(g, ids)
}

// narrow restricts a layer to the tasks that are needed.
func (c *Context) narrow(l *ir.Layer, d *need) {
	if l.Input != nil {
		return
	}
	before := taskCount(l)
	if d == nil {
		c.applied("cull", l, before, 0, "no output needs it")
		return
	}
	if d.all {
		return
	}
	var cases []*ir.Case
	for _, cs := range l.Cases {
		if part := restrict(l.Grid, cs, d.within(l.Grid, cs.Where)); part != nil {
			cases = append(cases, part)
		}
	}
	l.Cases = cases
	if after := taskCount(l); after != before {
		live := d.set2(l.Grid)
		l.Live = &live
		c.applied("cull", l, before, after, fmt.Sprintf("no output needs %d of them", before-after))
	}
}

// set2 returns a need that is not all as a set.
func (d *need) set2(g ir.Grid) ir.Set {
	if d.bits == nil {
		return ir.Set{Box: d.box}
	}
	return d.within(g, ir.Set{})
}
