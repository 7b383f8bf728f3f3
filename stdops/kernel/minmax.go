package kernel

import (
	"errors"

	rt "github.com/daskgen/daskgen/runtime"
)

// A Min takes the least element over axes. A NaN wins; complex numbers are
// ordered by real, then imaginary part; false is less than true.
type Min[T, Out rt.Elem] struct {
	*fold[T]
	t *rt.Task
}

// NewMin makes a Min over axes (nil: all) of strips that cover shape. T and
// Out are the same.
func NewMin[T, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *Min[T, Out] {
	return &Min[T, Out]{newFold(t, extremes[T](false, false), shape, axes, keepdims, exact, true), t}
}

// Result returns the minima, or an error when there were no elements.
func (m *Min[T, Out]) Result() (*rt.Block[Out], error) {
	return finishElems[T, Out](m.t, m.fold, "minimum")
}

// A Max takes the greatest element over axes, in the order of Min.
type Max[T, Out rt.Elem] struct {
	*fold[T]
	t *rt.Task
}

// NewMax makes a Max over axes (nil: all) of strips that cover shape.
func NewMax[T, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *Max[T, Out] {
	return &Max[T, Out]{newFold(t, extremes[T](true, false), shape, axes, keepdims, exact, true), t}
}

// Result returns the maxima, or an error when there were no elements.
func (m *Max[T, Out]) Result() (*rt.Block[Out], error) {
	return finishElems[T, Out](m.t, m.fold, "maximum")
}

// A NanMin is a Min that passes over NaN; where all elements are NaN, so is
// the result.
type NanMin[T, Out rt.Elem] struct {
	*fold[T]
	t *rt.Task
}

// NewNanMin makes a NanMin over axes (nil: all) of strips that cover shape.
func NewNanMin[T, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *NanMin[T, Out] {
	return &NanMin[T, Out]{newFold(t, extremes[T](false, true), shape, axes, keepdims, exact, true), t}
}

// Result returns the minima, or an error when there were no elements.
func (m *NanMin[T, Out]) Result() (*rt.Block[Out], error) {
	return finishElems[T, Out](m.t, m.fold, "fmin")
}

// A NanMax is a Max that passes over NaN; where all elements are NaN, so is
// the result.
type NanMax[T, Out rt.Elem] struct {
	*fold[T]
	t *rt.Task
}

// NewNanMax makes a NanMax over axes (nil: all) of strips that cover shape.
func NewNanMax[T, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *NanMax[T, Out] {
	return &NanMax[T, Out]{newFold(t, extremes[T](true, true), shape, axes, keepdims, exact, true), t}
}

// Result returns the maxima, or an error when there were no elements.
func (m *NanMax[T, Out]) Result() (*rt.Block[Out], error) {
	return finishElems[T, Out](m.t, m.fold, "fmax")
}

// finishElems makes the result block of an op without identity, and frees f.
func finishElems[T, Out rt.Elem](t *rt.Task, f *fold[T], op string) (*rt.Block[Out], error) {
	defer f.cells.free()
	if f.reduced == 0 && f.size() > 0 {
		return nil, errors.New("zero-size array to reduction operation " + op + " which has no identity")
	}
	out := rt.Alloc[Out](t, f.shape)
	switch v := f.cells.(valuer).values().(type) {
	case []Out:
		copy(out.Data, v[f.final:])
	case []uint8: // bools
		copy(bytesOf(any(out.Data).([]bool)), v[f.final:])
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
	case skip:
		return &skipCells[T]{isMax: isMax}
	case isMax:
		return &maxCells[T]{}
	}
	return &minCells[T]{}
}

// minCells takes minima with the builtin, in which NaN wins.
type minCells[T Real] struct{ store[T] }

func (s *minCells[T]) merge(dst, src, n int) { s.row(dst, s.c[src:src+n], 1) }
func (s *minCells[T]) segment(at int, x []T, _ int) {
	m0, m1, m2, m3 := x[0], x[0], x[0], x[0]
	for len(x) >= 4 {
		m0, m1, m2, m3 = min(m0, x[0]), min(m1, x[1]), min(m2, x[2]), min(m3, x[3])
		x = x[4:]
	}
	for _, v := range x {
		m0 = min(m0, v)
	}
	s.c[at] = min(m0, m1, m2, m3)
}
func (s *minCells[T]) row(at int, x []T, rep int) {
	c := s.c[at : at+len(x)]
	if rep == 0 {
		copy(c, x)
		return
	}
	for i, v := range x {
		c[i] = min(c[i], v)
	}
}

// maxCells takes maxima with the builtin, in which NaN wins.
type maxCells[T Real] struct{ store[T] }

func (s *maxCells[T]) merge(dst, src, n int) { s.row(dst, s.c[src:src+n], 1) }
func (s *maxCells[T]) segment(at int, x []T, _ int) {
	m0, m1, m2, m3 := x[0], x[0], x[0], x[0]
	for len(x) >= 4 {
		m0, m1, m2, m3 = max(m0, x[0]), max(m1, x[1]), max(m2, x[2]), max(m3, x[3])
		x = x[4:]
	}
	for _, v := range x {
		m0 = max(m0, v)
	}
	s.c[at] = max(m0, m1, m2, m3)
}
func (s *maxCells[T]) row(at int, x []T, rep int) {
	c := s.c[at : at+len(x)]
	if rep == 0 {
		copy(c, x)
		return
	}
	for i, v := range x {
		c[i] = max(c[i], v)
	}
}

// skipCells takes extremes of floats and passes over NaN.
type skipCells[T Real] struct {
	store[T]
	isMax bool
}

// pick returns the extreme of a and b; NaN loses.
func (s *skipCells[T]) pick(a, b T) T {
	if a != a || (s.isMax && b > a) || (!s.isMax && b < a) {
		return b
	}
	return a
}
func (s *skipCells[T]) merge(dst, src, n int) { s.row(dst, s.c[src:src+n], 1) }
func (s *skipCells[T]) segment(at int, x []T, _ int) {
	m := x[0]
	for _, v := range x[1:] {
		m = s.pick(m, v)
	}
	s.c[at] = m
}
func (s *skipCells[T]) row(at int, x []T, rep int) {
	c := s.c[at : at+len(x)]
	if rep == 0 {
		copy(c, x)
		return
	}
	for i, v := range x {
		c[i] = s.pick(c[i], v)
	}
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
