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
			return any(cutOff[float32, Out](v, prod)).(cells[In])
		case float64:
			return any(cutOff[float64, Out](v, prod)).(cells[In])
		}
	}
	return withoutNaN(additive(zero[In](), acc, prod).(cells[In]), v)
}

// cutOff returns the integer cells of a sum or product of floats, of which each
// is cut off to the dtype of the result, with v in the place of NaN.
func cutOff[In Float, Out rt.Elem](v int, prod bool) cells[In] {
	cut := cutter(zero[Out]()).(func(float64) Out)
	instead := cut(float64(v))
	return &mappedCells[In, Out]{cells: additive(zero[Out](), accInt, prod).(cells[Out]), set: func(dst []Out, x []In) {
		for i, e := range x {
			if e != e {
				dst[i] = instead
			} else {
				dst[i] = cut(float64(e))
			}
		}
	}}
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

// withoutNaN returns cells that take v in the place of NaN.
func withoutNaN[In rt.Elem](c cells[In], v int) cells[In] {
	switch c := any(c).(type) {
	case cells[float32]:
		return any(replacing(c, float32(v))).(cells[In])
	case cells[float64]:
		return any(replacing(c, float64(v))).(cells[In])
	case cells[complex64]:
		return any(replacing(c, complex(float32(v), 0))).(cells[In])
	case cells[complex128]:
		return any(replacing(c, complex(float64(v), 0))).(cells[In])
	}
	return c
}

func replacing[In Float | Complex](c cells[In], v In) cells[In] {
	return &mappedCells[In, In]{cells: c, set: func(dst, x []In) {
		for i, e := range x {
			if e != e {
				e = v
			}
			dst[i] = e
		}
	}}
}

// mappedCells feeds cells with what is made of the elements.
type mappedCells[In any, Out rt.Elem] struct {
	cells[Out]
	set func(dst []Out, x []In) // sets dst, as long as x
	buf [rt.StripLen]Out
}

func (m *mappedCells[In, Out]) values() any { return m.cells.(valuer).values() }

func (m *mappedCells[In, Out]) row(at int, x []In, rep int) {
	for lo := 0; lo < len(x); lo += rt.StripLen {
		part := x[lo:min(lo+rt.StripLen, len(x))]
		m.cells.row(at+lo, m.mapped(m.buf[:len(part)], part), rep)
	}
}

func (m *mappedCells[In, Out]) segment(at int, x []In, pos int) {
	buf := m.buf[:]
	if len(x) > len(buf) {
		buf = make([]Out, len(x))
	}
	m.cells.segment(at, m.mapped(buf[:len(x)], x), pos)
}

func (m *mappedCells[In, Out]) mapped(dst []Out, x []In) []Out {
	m.set(dst, x)
	return dst
}
