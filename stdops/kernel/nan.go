package kernel

import (
	rt "github.com/daskgen/daskgen/runtime"
)

// NewNanSum makes a Sum in which NaN counts as 0.
func NewNanSum[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *Sum[In, Out] {
	s := NewSum[In, Out](t, shape, axes, keepdims)
	s.cells = withoutNaN(t, s.cells, 0)
	return s
}

// NewNanProd makes a Prod in which NaN counts as 1.
func NewNanProd[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *Prod[In, Out] {
	p := NewProd[In, Out](t, shape, axes, keepdims)
	p.cells = withoutNaN(t, p.cells, 1)
	return p
}

// withoutNaN returns cells that take v in the place of NaN.
func withoutNaN[In rt.Elem](t *rt.Task, c cells[In], v int) cells[In] {
	switch c := any(c).(type) {
	case cells[float32]:
		return any(&replaceCells[float32]{cells: c, t: t, v: float32(v)}).(cells[In])
	case cells[float64]:
		return any(&replaceCells[float64]{cells: c, t: t, v: float64(v)}).(cells[In])
	case cells[complex64]:
		return any(&replaceCells[complex64]{cells: c, t: t, v: complex(float32(v), 0)}).(cells[In])
	case cells[complex128]:
		return any(&replaceCells[complex128]{cells: c, t: t, v: complex(float64(v), 0)}).(cells[In])
	}
	return c
}

// replaceCells feeds cells with v in the place of NaN.
type replaceCells[In Float | Complex] struct {
	cells[In]
	t *rt.Task
	v In
}

func (r *replaceCells[In]) values() any { return r.cells.(valuer).values() }

func (r *replaceCells[In]) row(at int, x []In, rep int) {
	s := rt.Scratch[In](r.t)
	defer rt.FreeScratch(r.t, s)
	for lo := 0; lo < len(x); lo += len(s) {
		n := min(len(s), len(x)-lo)
		r.cells.row(at+lo, r.replaced(s[:n], x[lo:]), rep)
	}
}

func (r *replaceCells[In]) segment(at int, x []In, pos int) {
	s := rt.Scratch[In](r.t)
	defer rt.FreeScratch(r.t, s)
	if len(x) > len(s) {
		r.cells.segment(at, r.replaced(make([]In, len(x)), x), pos)
		return
	}
	r.cells.segment(at, r.replaced(s[:len(x)], x), pos)
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
