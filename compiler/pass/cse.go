package pass

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
)

// cse merges layers that compute the same: the same kernels over the same
// sets, operands and literals. Of equal layers the first stays. Outputs move to
// it and keep their names.
func cse(c *Context) {
	m := &merger{same: map[*ir.Layer]*ir.Layer{}, first: map[[32]byte]*ir.Layer{}}
	for _, group := range check.Groups(c.Graph) {
		for _, l := range group {
			m.redirect(l)
		}
		if len(group) == 1 {
			c.mergeLayer(m, group[0])
		}
	}
	for _, o := range c.Graph.Outputs {
		if l := m.same[o.Layer]; l != nil {
			o.Layer = l
		}
	}
	c.index()
	for l := range m.same {
		c.dropped[l] = true
	}
}

// merger holds which layers are equal.
type merger struct {
	same  map[*ir.Layer]*ir.Layer // a layer that is equal to an earlier one
	first map[[32]byte]*ir.Layer  // by content
	buf   []byte
}

func (c *Context) mergeLayer(m *merger, l *ir.Layer) {
	if l.Input != nil {
		return
	}
	if !everyKernel(l, pure) {
		return
	}
	m.encodeLayer(l)
	sum := sha256.Sum256(m.buf)
	first := m.first[sum]
	if first == nil {
		m.first[sum] = l
		return
	}
	m.same[l] = first
	addOrigins(first, l)
	n := taskCount(l)
	c.applied("cse", l, 2*n, n, fmt.Sprintf("equal to %q", first.Name))
}

// redirect makes a layer read the first of equal layers.
func (m *merger) redirect(l *ir.Layer) {
	for i, cs := range l.Cases {
		changed := false
		for k := range cs.Operands {
			if first := m.same[cs.Operands[k].Layer]; first != nil {
				cs.Operands[k].Layer = first
				changed = true
			}
		}
		if changed {
			l.Cases[i] = prune(l.Grid, cs)
		}
	}
}

// encodeLayer writes what a layer computes to the buffer: equal bytes for equal
// layers only. The layer itself, if it reads itself, is written as such.
func (m *merger) encodeLayer(l *ir.Layer) {
	m.buf = m.buf[:0]
	m.ints(int64(len(l.Grid)))
	for _, e := range l.Grid {
		m.ints(e.N)
	}
	for _, cs := range l.Cases {
		m.set(cs.Where)
		m.ints(int64(len(cs.Operands)), int64(len(cs.Params)))
		for i := range cs.Operands {
			o := &cs.Operands[i]
			if o.Layer == l {
				m.text("itself")
			} else {
				m.text(o.Layer.Name)
			}
			m.access(&o.Access)
		}
		for i := range cs.Params {
			m.param(&cs.Params[i])
		}
		m.expr(cs.Kernel)
	}
}

func (m *merger) ints(vs ...int64) {
	for _, v := range vs {
		m.buf = binary.AppendVarint(m.buf, v)
	}
}

func (m *merger) uints(vs []uint32) {
	m.ints(int64(len(vs)))
	for _, v := range vs {
		m.buf = binary.AppendUvarint(m.buf, uint64(v))
	}
}

func (m *merger) text(s string) {
	m.ints(int64(len(s)))
	m.buf = append(m.buf, s...)
}

func (m *merger) flag(b bool) {
	if b {
		m.ints(1)
		return
	}
	m.ints(0)
}

func (m *merger) set(s ir.Set) {
	m.flag(s.IDs != nil)
	m.uints(s.IDs)
	m.ints(int64(len(s.Box)))
	for _, r := range s.Box {
		m.ints(r.Lo, r.Hi, r.Step)
	}
}

func (m *merger) access(a *ir.Access) {
	m.flag(a.Table != nil)
	if t := a.Table; t != nil {
		m.flag(t.List)
		m.uints(t.Offsets)
		m.uints(t.IDs)
		return
	}
	for i := range a.Axes {
		x := &a.Axes[i]
		m.affine(&x.Start)
		m.flag(x.List)
		if x.List {
			m.affine(&x.Count)
			m.ints(x.Step)
		}
	}
}

func (m *merger) affine(a *ir.Affine) {
	t := trim(*a)
	m.ints(t.Base, int64(len(t.Coef)))
	m.ints(t.Coef...)
}

func (m *merger) param(p *ir.Param) {
	m.text(p.Type.String())
	m.flag(p.Affine != nil)
	if p.Affine != nil {
		m.affine(p.Affine)
	}
	m.ints(int64(len(p.Ints)))
	m.ints(p.Ints...)
	m.ints(int64(len(p.Values)))
	for _, v := range p.Values {
		m.constant(v)
	}
}

func (m *merger) expr(e *ir.Expr) {
	m.ints(int64(e.Kind), int64(e.N), int64(len(e.Args)), int64(len(e.Kwargs)))
	m.text(e.Op)
	if e.Const != nil {
		m.constant(e.Const)
	}
	for _, a := range e.Args {
		m.expr(a)
	}
	for i := range e.Kwargs {
		m.text(e.Kwargs[i].Name)
		m.expr(e.Kwargs[i].Value)
	}
}

func (m *merger) constant(c *ir.Const) {
	m.ints(int64(c.Kind), c.Int, int64(c.Uint), int64(c.DType))
	m.flag(c.Bool)
	for _, f := range []float64{c.Float, real(c.Cmplx), imag(c.Cmplx)} {
		m.ints(int64(math.Float64bits(f)))
	}
	m.text(c.Str)
	m.text(string(c.Bytes))
	m.ints(c.Shape...)
	if c.GoType != nil {
		m.text(c.GoType.Expr)
	}
}
