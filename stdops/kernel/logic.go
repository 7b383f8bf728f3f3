package kernel

import (
	rt "github.com/daskgen/daskgen/runtime"
)

// An AnyTrue says whether some element over axes is not zero (NaN is not). Over no
// elements it is false.
type AnyTrue[In, Out rt.Elem] struct{ fold[In] }

// NewAny makes an AnyTrue over axes (nil: all) of strips that cover shape. Out is
// bool.
func NewAny[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *AnyTrue[In, Out] {
	home := pooled[In](reduceAny)
	a := taken[AnyTrue[In, Out]](home)
	if a.cells == nil {
		a.cells = counters[In](countAny)
	}
	a.plan(t, home, shape, axes, keepdims, exact, true)
	return a
}

// Result returns the truth values.
func (a *AnyTrue[In, Out]) Result() (*rt.Block[Out], error) {
	defer a.end(a)
	return finishNumbers[In, Out](&a.fold, 0), nil
}

// An AllTrue says whether all elements over axes are not zero. Over no elements it
// is true.
type AllTrue[In, Out rt.Elem] struct{ fold[In] }

// NewAll makes an AllTrue over axes (nil: all) of strips that cover shape. Out is
// bool.
func NewAll[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *AllTrue[In, Out] {
	home := pooled[In](reduceAll)
	a := taken[AllTrue[In, Out]](home)
	if a.cells == nil {
		a.cells = counters[In](countAll)
	}
	a.plan(t, home, shape, axes, keepdims, exact, true)
	return a
}

// Result returns the truth values.
func (a *AllTrue[In, Out]) Result() (*rt.Block[Out], error) {
	defer a.end(a)
	return finishNumbers[In, Out](&a.fold, 1), nil
}

// A CountNonzero counts the elements over axes that are not zero (NaN is not).
type CountNonzero[In, Out rt.Elem] struct{ fold[In] }

// NewCountNonzero makes a CountNonzero over axes (nil: all) of strips that
// cover shape. Out is int64.
func NewCountNonzero[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *CountNonzero[In, Out] {
	home := pooled[In](reduceCount)
	c := taken[CountNonzero[In, Out]](home)
	if c.cells == nil {
		c.cells = counters[In](countSum)
	}
	c.plan(t, home, shape, axes, keepdims, exact, true)
	return c
}

// Result returns the counts.
func (c *CountNonzero[In, Out]) Result() (*rt.Block[Out], error) {
	defer c.end(c)
	return finishNumbers[In, Out](&c.fold, 0), nil
}

// counting is what is done with the number of elements that are not zero.
type counting uint8

const (
	countSum counting = iota
	countAny
	countAll
)

// counters returns the cells of a count.
func counters[In rt.Elem](kind counting) cells[In] {
	return newCounters(zero[In](), kind).(cells[In])
}

func newCounters(in any, kind counting) any {
	switch in.(type) {
	case bool:
		return boolCells{&countCells[uint8]{kind: kind}}
	case int8:
		return &countCells[int8]{kind: kind}
	case int16:
		return &countCells[int16]{kind: kind}
	case int32:
		return &countCells[int32]{kind: kind}
	case int64:
		return &countCells[int64]{kind: kind}
	case uint8:
		return &countCells[uint8]{kind: kind}
	case uint16:
		return &countCells[uint16]{kind: kind}
	case uint32:
		return &countCells[uint32]{kind: kind}
	case uint64:
		return &countCells[uint64]{kind: kind}
	case float32:
		return &countCells[float32]{kind: kind}
	case float64:
		return &countCells[float64]{kind: kind}
	case complex64:
		return &countCells[complex64]{kind: kind}
	default:
		return &countCells[complex128]{kind: kind}
	}
}

// countCells counts the elements that are not zero; any and all are counts cut
// off at 1.
type countCells[In Number] struct {
	store[int64]
	kind counting
}

// join returns the count of a and b together.
func (s *countCells[In]) join(a, b int64) int64 {
	switch s.kind {
	case countAny:
		return a | b
	case countAll:
		return a & b
	}
	return a + b
}

func (s *countCells[In]) merge(dst, src, n int) {
	d, x := s.c[dst:dst+n], s.c[src:src+n]
	for i := range d {
		d[i] = s.join(d[i], x[i])
	}
}

func (s *countCells[In]) segment(at int, x []In, _ int) {
	n := int64(0)
	for _, v := range x {
		n += one(v != 0)
	}
	switch s.kind {
	case countAny:
		n = one(n > 0)
	case countAll:
		n = one(n == int64(len(x)))
	}
	s.c[at] = n
}

func (s *countCells[In]) row(at int, x []In, rep int) {
	c := s.c[at : at+len(x)]
	if rep == 0 {
		for i, v := range x {
			c[i] = one(v != 0)
		}
		return
	}
	for i, v := range x {
		c[i] = s.join(c[i], one(v != 0))
	}
}

// one returns 1 for true.
func one(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
