package kernel

import (
	"errors"

	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/runtime/vector"
)

// A Min takes the least element over axes. A NaN wins; complex numbers are
// ordered by real, then imaginary part; false is less than true.
type Min[T, Out rt.Elem] struct{ fold[T] }

// NewMin makes a Min over axes (nil: all) of strips that cover shape. T and
// Out are the same.
func NewMin[T, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *Min[T, Out] {
	home := pooled[T](reduceMin)
	m := taken[Min[T, Out]](home)
	if m.cells == nil {
		m.cells = extremes[T](false, false)
	}
	m.plan(t, home, shape, axes, keepdims, exact, true)
	return m
}

// Result returns the minima, or an error when there were no elements.
func (m *Min[T, Out]) Result() (*rt.Block[Out], error) {
	defer m.end(m)
	return finishElems[T, Out](&m.fold, "minimum")
}

// A Max takes the greatest element over axes, in the order of Min.
type Max[T, Out rt.Elem] struct{ fold[T] }

// NewMax makes a Max over axes (nil: all) of strips that cover shape.
func NewMax[T, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *Max[T, Out] {
	home := pooled[T](reduceMax)
	m := taken[Max[T, Out]](home)
	if m.cells == nil {
		m.cells = extremes[T](true, false)
	}
	m.plan(t, home, shape, axes, keepdims, exact, true)
	return m
}

// Result returns the maxima, or an error when there were no elements.
func (m *Max[T, Out]) Result() (*rt.Block[Out], error) {
	defer m.end(m)
	return finishElems[T, Out](&m.fold, "maximum")
}

// A NanMin is a Min that passes over NaN; where all elements are NaN, so is
// the result.
type NanMin[T, Out rt.Elem] struct{ fold[T] }

// NewNanMin makes a NanMin over axes (nil: all) of strips that cover shape.
func NewNanMin[T, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *NanMin[T, Out] {
	home := pooled[T](reduceNanMin)
	m := taken[NanMin[T, Out]](home)
	if m.cells == nil {
		m.cells = extremes[T](false, true)
	}
	m.plan(t, home, shape, axes, keepdims, exact, true)
	return m
}

// Result returns the minima, or an error when there were no elements.
func (m *NanMin[T, Out]) Result() (*rt.Block[Out], error) {
	defer m.end(m)
	return finishElems[T, Out](&m.fold, "fmin")
}

// A NanMax is a Max that passes over NaN; where all elements are NaN, so is
// the result.
type NanMax[T, Out rt.Elem] struct{ fold[T] }

// NewNanMax makes a NanMax over axes (nil: all) of strips that cover shape.
func NewNanMax[T, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *NanMax[T, Out] {
	home := pooled[T](reduceNanMax)
	m := taken[NanMax[T, Out]](home)
	if m.cells == nil {
		m.cells = extremes[T](true, true)
	}
	m.plan(t, home, shape, axes, keepdims, exact, true)
	return m
}

// Result returns the maxima, or an error when there were no elements.
func (m *NanMax[T, Out]) Result() (*rt.Block[Out], error) {
	defer m.end(m)
	return finishElems[T, Out](&m.fold, "fmax")
}

// finishElems makes the result block of an op without identity.
func finishElems[T, Out rt.Elem](f *fold[T], op string) (*rt.Block[Out], error) {
	if f.reduced == 0 && f.size() > 0 {
		return nil, errors.New("zero-size array to reduction operation " + op + " which has no identity")
	}
	out := rt.Alloc[Out](f.t, f.shape)
	switch v := f.cells.(valuer).values().(type) {
	case *[]Out:
		copy(out.Data, (*v)[f.final:f.stage])
	case *[]uint8: // bools
		copy(bytesOf(any(out.Data).([]bool)), (*v)[f.final:f.stage])
	}
	return out, nil
}

// extremes returns the cells of a minimum or maximum.
func extremes[T rt.Elem](isMax, skip bool) cells[T] {
	return newExtremes(zero[T](), isMax, skip).(cells[T])
}

func newExtremes(in any, isMax, skip bool) any {
	switch in.(type) {
	case bool:
		return boolCells{realExtremes[uint8](isMax, false).(cells[uint8])}
	case int8:
		return realExtremes[int8](isMax, false)
	case int16:
		return realExtremes[int16](isMax, false)
	case int32:
		return realExtremes[int32](isMax, false)
	case int64:
		return realExtremes[int64](isMax, false)
	case uint8:
		return realExtremes[uint8](isMax, false)
	case uint16:
		return realExtremes[uint16](isMax, false)
	case uint32:
		return realExtremes[uint32](isMax, false)
	case uint64:
		return realExtremes[uint64](isMax, false)
	case float32:
		return realExtremes[float32](isMax, skip)
	case float64:
		return realExtremes[float64](isMax, skip)
	case complex64:
		return &complexExtremeCells[complex64]{isMax: isMax, skip: skip}
	default:
		return &complexExtremeCells[complex128]{isMax: isMax, skip: skip}
	}
}

func realExtremes[T Real](isMax, skip bool) any {
	switch {
	case skip && isMax:
		return newExtremeCells[T](nanMaxima)
	case skip:
		return newExtremeCells[T](nanMinima)
	case isMax:
		return newExtremeCells[T](maxima)
	}
	return newExtremeCells[T](minima)
}

// The functions of package vector for extremes of segments and rows.
var (
	minima = []any{
		vector.MinFloat64, vector.MinFloat32, vector.MinInt8, vector.MinInt16, vector.MinInt32, vector.MinInt64,
		vector.MinUint8, vector.MinUint16, vector.MinUint32, vector.MinUint64,
		vector.MinRowFloat64, vector.MinRowFloat32, vector.MinRowInt8, vector.MinRowInt16, vector.MinRowInt32, vector.MinRowInt64,
		vector.MinRowUint8, vector.MinRowUint16, vector.MinRowUint32, vector.MinRowUint64,
	}
	maxima = []any{
		vector.MaxFloat64, vector.MaxFloat32, vector.MaxInt8, vector.MaxInt16, vector.MaxInt32, vector.MaxInt64,
		vector.MaxUint8, vector.MaxUint16, vector.MaxUint32, vector.MaxUint64,
		vector.MaxRowFloat64, vector.MaxRowFloat32, vector.MaxRowInt8, vector.MaxRowInt16, vector.MaxRowInt32, vector.MaxRowInt64,
		vector.MaxRowUint8, vector.MaxRowUint16, vector.MaxRowUint32, vector.MaxRowUint64,
	}
	nanMinima = []any{vector.NanMinFloat64, vector.NanMinFloat32, vector.NanMinRowFloat64, vector.NanMinRowFloat32}
	nanMaxima = []any{vector.NanMaxFloat64, vector.NanMaxFloat32, vector.NanMaxRowFloat64, vector.NanMaxRowFloat32}
)

// extremeCells takes extremes of real numbers.
type extremeCells[T Real] struct {
	store[T]
	extreme func(x []T) T
	fold    func(dst, x []T)
}

func newExtremeCells[T Real](functions []any) *extremeCells[T] {
	return &extremeCells[T]{extreme: chosen[func([]T) T](functions, nil), fold: chosen[func(dst, x []T)](functions, nil)}
}

func (s *extremeCells[T]) merge(dst, src, n int)        { s.fold(s.c[dst:dst+n], s.c[src:src+n]) }
func (s *extremeCells[T]) segment(at int, x []T, _ int) { s.c[at] = s.extreme(x) }
func (s *extremeCells[T]) row(at int, x []T, rep int) {
	c := s.c[at : at+len(x)]
	if rep == 0 {
		copy(c, x)
		return
	}
	s.fold(c, x)
}

// complexExtremeCells takes extremes of complex numbers, as numpy orders them.
type complexExtremeCells[T Complex] struct {
	store[T]
	isMax, skip bool
}

func (s *complexExtremeCells[T]) pick(a, b T) T {
	switch {
	case isNaN(a):
		if s.skip {
			return b
		}
		return a
	case isNaN(b):
		if s.skip {
			return a
		}
		return b
	case complexLess(a, b) == s.isMax && a != b:
		return b
	}
	return a
}

// complexLess orders by real, then imaginary part.
func complexLess[T Complex](a, b T) bool {
	x, y := complex128(a), complex128(b)
	return real(x) < real(y) || (real(x) == real(y) && imag(x) < imag(y))
}

func (s *complexExtremeCells[T]) merge(dst, src, n int) { s.row(dst, s.c[src:src+n], 1) }
func (s *complexExtremeCells[T]) segment(at int, x []T, _ int) {
	m := x[0]
	for _, v := range x[1:] {
		m = s.pick(m, v)
	}
	s.c[at] = m
}
func (s *complexExtremeCells[T]) row(at int, x []T, rep int) {
	c := s.c[at : at+len(x)]
	if rep == 0 {
		copy(c, x)
		return
	}
	for i, v := range x {
		c[i] = s.pick(c[i], v)
	}
}
