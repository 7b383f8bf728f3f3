package kernel

import (
	rt "github.com/daskgen/daskgen/runtime"
)

// NewNanSum makes a Sum in which NaN counts as 0.
func NewNanSum[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *Sum[In, Out] {
	home := pooled[In](reduceNanSum)
	s := taken[Sum[In, Out]](home)
	if s.cells == nil {
		s.cells = withoutNaN(additive(zero[In](), accOf[Out](), false).(cells[In]), 0)
	}
	s.plan(t, home, shape, axes, keepdims, sumBlock, true)
	return s
}

// NewNanProd makes a Prod in which NaN counts as 1.
func NewNanProd[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *Prod[In, Out] {
	home := pooled[In](reduceNanProd)
	s := taken[Prod[In, Out]](home)
	if s.cells == nil {
		s.cells = withoutNaN(additive(zero[In](), accOf[Out](), true).(cells[In]), 1)
	}
	s.plan(t, home, shape, axes, keepdims, sumBlock, true)
	return s
}

// withoutNaN returns cells that take v in the place of NaN.
func withoutNaN[In rt.Elem](c cells[In], v int) cells[In] {
	switch c := any(c).(type) {
	case cells[float32]:
		return any(&replaceCells[float32]{cells: c, v: float32(v)}).(cells[In])
	case cells[float64]:
		return any(&replaceCells[float64]{cells: c, v: float64(v)}).(cells[In])
	case cells[complex64]:
		return any(&replaceCells[complex64]{cells: c, v: complex(float32(v), 0)}).(cells[In])
	case cells[complex128]:
		return any(&replaceCells[complex128]{cells: c, v: complex(float64(v), 0)}).(cells[In])
	}
	return c
}

// replaceCells feeds cells with v in the place of NaN.
type replaceCells[In Float | Complex] struct {
	cells[In]
	v   In
	buf [rt.StripLen]In
}

func (r *replaceCells[In]) values() any { return r.cells.(valuer).values() }

func (r *replaceCells[In]) row(at int, x []In, rep int) {
	for lo := 0; lo < len(x); lo += rt.StripLen {
		n := min(rt.StripLen, len(x)-lo)
		r.cells.row(at+lo, r.replaced(r.buf[:n], x[lo:]), rep)
	}
}

func (r *replaceCells[In]) segment(at int, x []In, pos int) {
	if len(x) > rt.StripLen {
		r.cells.segment(at, r.replaced(make([]In, len(x)), x), pos)
		return
	}
	r.cells.segment(at, r.replaced(r.buf[:len(x)], x), pos)
}

// replaced copies the first elements of x to dst, without NaN.
func (r *replaceCells[In]) replaced(dst, x []In) []In {
	x = x[:len(dst)]
	for i, v := range x {
		if v != v {
			v = r.v
		}
		dst[i] = v
	}
	return dst
}
