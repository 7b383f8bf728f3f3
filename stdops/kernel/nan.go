package kernel

import (
	rt "github.com/daskgen/daskgen/runtime"
)

// NewNanSum makes a Sum in which NaN counts as 0.
func NewNanSum[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *Sum[In, Out] {
	home := pooled[In](reduceNanSum)
	s := taken[Sum[In, Out]](home)
	if s.cells == nil {
		s.cells = additiveWithoutNaN[In, Out](false)
	}
	s.plan(t, home, shape, axes, keepdims, sumBlock, true)
	return s
}

// NewNanProd makes a Prod in which NaN counts as 1.
func NewNanProd[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *Prod[In, Out] {
	home := pooled[In](reduceNanProd)
	s := taken[Prod[In, Out]](home)
	if s.cells == nil {
		s.cells = additiveWithoutNaN[In, Out](true)
	}
	s.plan(t, home, shape, axes, keepdims, sumBlock, true)
	return s
}

// additiveWithoutNaN returns the cells of a sum, which takes NaN as 0, or of a
// product, which takes it as 1.
func additiveWithoutNaN[In, Out rt.Elem](prod bool) cells[In] {
	v := 0
	if prod {
		v = 1
	}
	acc := accOf[Out]()
	if acc == accInt {
		switch zero[In]().(type) {
		case float32:
			return any(newCutCells[float32, Out](v, prod)).(cells[In])
		case float64:
			return any(newCutCells[float64, Out](v, prod)).(cells[In])
		}
	}
	return withoutNaN(additive(zero[In](), acc, prod).(cells[In]), v)
}

// cutCells feeds the integer cells of a sum or product with floats, of which
// each is cut off to the dtype of the result, and with v in the place of NaN.
type cutCells[In Float, Out rt.Elem] struct {
	cells[Out]
	v   Out
	cut func(float64) Out
	buf [rt.StripLen]Out
}

func newCutCells[In Float, Out rt.Elem](v int, prod bool) *cutCells[In, Out] {
	cut := cutter(zero[Out]()).(func(float64) Out)
	return &cutCells[In, Out]{cells: additive(zero[Out](), accInt, prod).(cells[Out]), v: cut(float64(v)), cut: cut}
}

// cutter returns the function that converts float64 to the integer type of out.
func cutter(out any) any {
	switch out.(type) {
	case int8:
		return rt.FloatToInt8
	case int16:
		return rt.FloatToInt16
	case int32:
		return rt.FloatToInt32
	case int64:
		return rt.FloatToInt64
	case uint8:
		return rt.FloatToUint8
	case uint16:
		return rt.FloatToUint16
	case uint32:
		return rt.FloatToUint32
	default:
		return rt.FloatToUint64
	}
}

func (r *cutCells[In, Out]) values() any { return r.cells.(valuer).values() }

func (r *cutCells[In, Out]) row(at int, x []In, rep int) {
	for lo := 0; lo < len(x); lo += rt.StripLen {
		n := min(rt.StripLen, len(x)-lo)
		r.cells.row(at+lo, r.converted(r.buf[:n], x[lo:]), rep)
	}
}

func (r *cutCells[In, Out]) segment(at int, x []In, pos int) {
	if len(x) > rt.StripLen {
		r.cells.segment(at, r.converted(make([]Out, len(x)), x), pos)
		return
	}
	r.cells.segment(at, r.converted(r.buf[:len(x)], x), pos)
}

// converted cuts off the first elements of x to dst.
func (r *cutCells[In, Out]) converted(dst []Out, x []In) []Out {
	x = x[:len(dst)]
	for i, v := range x {
		if v != v {
			dst[i] = r.v
		} else {
			dst[i] = r.cut(float64(v))
		}
	}
	return dst
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
