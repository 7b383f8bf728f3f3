package kernel

import (
	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/runtime/vector"
)

// sumBlock is how many rows are added one by one before they are merged
// pairwise; numpy's pairwise sum uses 128 elements.
const sumBlock = 64

// A Sum adds elements over axes. Integers wrap; floats are added in float64
// (complex128) pairwise and rounded once to Out. An empty sum is 0.
type Sum[In, Out rt.Elem] struct{ fold[In] }

// NewSum makes a Sum over axes (nil: all) of strips that cover shape. Elements
// are converted to Out's kind before they are added.
func NewSum[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *Sum[In, Out] {
	home := pooled[In](reduceSum)
	s := taken[Sum[In, Out]](home)
	if s.cells == nil {
		s.cells = additive(zero[In](), accOf[Out](), false).(cells[In])
	}
	s.plan(t, home, shape, axes, keepdims, sumBlock, true)
	return s
}

// Result returns the sums.
func (s *Sum[In, Out]) Result() (*rt.Block[Out], error) {
	defer s.end(s)
	return finishNumbers[In, Out](&s.fold, 0), nil
}

// A Prod multiplies elements over axes, with the dtypes of Sum. An empty
// product is 1.
type Prod[In, Out rt.Elem] struct{ fold[In] }

// NewProd makes a Prod over axes (nil: all) of strips that cover shape.
func NewProd[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *Prod[In, Out] {
	home := pooled[In](reduceProd)
	s := taken[Prod[In, Out]](home)
	if s.cells == nil {
		s.cells = additive(zero[In](), accOf[Out](), true).(cells[In])
	}
	s.plan(t, home, shape, axes, keepdims, sumBlock, true)
	return s
}

// Result returns the products.
func (s *Prod[In, Out]) Result() (*rt.Block[Out], error) {
	defer s.end(s)
	return finishNumbers[In, Out](&s.fold, 1), nil
}

// zero returns a zero In as an interface, to switch on its type.
func zero[In rt.Elem]() any {
	var z In
	return z
}

// accKind is the type in which sums of a kind are formed.
type accKind uint8

const (
	accInt accKind = iota
	accFloat
	accComplex
)

// accOf returns the accumulator of results of dtype Out.
func accOf[Out rt.Elem]() accKind {
	switch zero[Out]().(type) {
	case float32, float64:
		return accFloat
	case complex64, complex128:
		return accComplex
	}
	return accInt
}

// additive returns the cells of a sum (or product) of elements of in's type.
// It is not generic, so that generated programs need not compile its cases.
func additive(in any, acc accKind, prod bool) any {
	switch in.(type) {
	case bool:
		return boolCells{additive(uint8(0), acc, prod).(cells[uint8])}
	case int8:
		return realCells[int8](acc, prod)
	case int16:
		return realCells[int16](acc, prod)
	case int32:
		return realCells[int32](acc, prod)
	case int64:
		return realCells[int64](acc, prod)
	case uint8:
		return realCells[uint8](acc, prod)
	case uint16:
		return realCells[uint16](acc, prod)
	case uint32:
		return realCells[uint32](acc, prod)
	case uint64:
		return realCells[uint64](acc, prod)
	case float32:
		return realCells[float32](acc, prod)
	case float64:
		return realCells[float64](acc, prod)
	case complex64:
		return complexCells[complex64](prod)
	default:
		return complexCells[complex128](prod)
	}
}

func realCells[In Real](acc accKind, prod bool) any {
	switch {
	case prod && acc == accInt:
		return &prodCells[In, int64]{}
	case prod:
		return &prodCells[In, float64]{}
	case acc == accInt:
		return newSumCells[In, int64]()
	}
	return newSumCells[In, float64]()
}

func complexCells[In Complex](prod bool) any {
	if prod {
		return &complexProdCells[In]{}
	}
	return &complexSumCells[In]{}
}

// store is the memory of cells that hold one A each.
type store[A Number] struct {
	arena[A]
	c []A
}

func (s *store[A]) alloc(t *rt.Task, n int) { s.c = s.take(t, n) }
func (s *store[A]) values() any             { return &s.c }
func (s *store[A]) seal(_, _, _ int)        {}
func (s *store[A]) move(dst, src, n int)    { copy(s.c[dst:dst+n], s.c[src:src+n]) }

// add is the merge of sums.
func (s *store[A]) add(dst, src, n int) {
	d, x := s.c[dst:dst+n], s.c[src:src+n]
	for i := range d {
		d[i] += x[i]
	}
}

// mul is the merge of products.
func (s *store[A]) mul(dst, src, n int) {
	d, x := s.c[dst:dst+n], s.c[src:src+n]
	for i := range d {
		d[i] *= x[i]
	}
}

// sumCells adds real numbers, with functions of package vector where there are
// some for In and A.
type sumCells[In Real, A int64 | float64] struct {
	store[A]
	sum        func(x []In) A
	accumulate func(dst []A, x []In)
	join       func(dst, x []A)
	sums       func(dst []A, x []In, each int)
	stacked    func(dst []A, x []In)
}

func newSumCells[In Real, A int64 | float64]() *sumCells[In, A] {
	return &sumCells[In, A]{
		sum:        chosen(segmentSums, pairwise[In, A]),
		accumulate: chosen(rowSums, accumulate[In, A]),
		join:       chosen(rowSums, accumulate[A, A]),
		sums:       chosen[func([]A, []In, int)](manySums, nil),
		stacked:    chosen(stackedSums, accumulateRows[In, A]),
	}
}

// chosen returns the function of type F among functions, or other.
func chosen[F any](functions []any, other F) F {
	for _, f := range functions {
		if f, ok := f.(F); ok {
			return f
		}
	}
	return other
}

// segmentSums are the sums of segments. Those of integers of at most 32 bits are
// exact also as floats.
var segmentSums = []any{
	vector.SumFloat64, vector.SumFloat32,
	vector.SumInt8, vector.SumInt16, vector.SumInt32, vector.SumInt64, vector.SumUint8, vector.SumUint16, vector.SumUint32, vector.SumUint64,
	inFloat64(vector.SumInt8), inFloat64(vector.SumInt16), inFloat64(vector.SumInt32),
	inFloat64(vector.SumUint8), inFloat64(vector.SumUint16), inFloat64(vector.SumUint32),
}

func inFloat64[In Integer](sum func([]In) int64) func([]In) float64 {
	return func(x []In) float64 { return float64(sum(x)) }
}

// rowSums add rows to cells.
var rowSums = []any{
	vector.AccumulateFloat64, vector.AccumulateFloat32,
	vector.AccumulateInt8, vector.AccumulateInt16, vector.AccumulateInt32, vector.AccumulateInt64,
	vector.AccumulateUint8, vector.AccumulateUint16, vector.AccumulateUint32, vector.AccumulateUint64,
}

// manySums are the sums of several segments.
var manySums = []any{vector.SumsFloat64, vector.SumsFloat32}

// stackedSums add several rows to cells.
var stackedSums = []any{
	vector.AccumulateRowsFloat64, vector.AccumulateRowsFloat32,
	vector.AccumulateRowsInt8, vector.AccumulateRowsInt16, vector.AccumulateRowsInt32, vector.AccumulateRowsInt64,
	vector.AccumulateRowsUint8, vector.AccumulateRowsUint16, vector.AccumulateRowsUint32, vector.AccumulateRowsUint64,
}

// accumulateRows adds the rows of x, as long as dst, to dst.
func accumulateRows[In Real, A int64 | float64](dst []A, x []In) {
	for n := len(dst); len(x) >= n; x = x[n:] {
		accumulate(dst, x[:n])
	}
}

// accumulate adds x to dst.
func accumulate[In Real, A int64 | float64](dst []A, x []In) {
	dst = dst[:len(x)]
	for i, v := range x {
		dst[i] += A(v)
	}
}

func (s *sumCells[In, A]) halves() bool { return true }

func (s *sumCells[In, A]) merge(dst, src, n int) {
	if n == 1 {
		s.c[dst] += s.c[src]
		return
	}
	s.join(s.c[dst:dst+n], s.c[src:src+n])
}

func (s *sumCells[In, A]) segments(at int, x []In, each int) { addSegments(s, s.c[at:], x, each) }

// addSegments sets cells to the sums of segments.
func addSegments[In Real, A int64 | float64](s *sumCells[In, A], c []A, x []In, each int) {
	n := len(x) / each
	if s.sums != nil {
		s.sums(c[:n], x, each)
		return
	}
	for i := range n {
		c[i] = s.sum(x[i*each : (i+1)*each])
	}
}

func (s *sumCells[In, A]) stack(at, n int, x []In, _ int) { s.stacked(s.c[at:at+n], x) }
func (s *sumCells[In, A]) segment(at int, x []In, _ int)  { s.c[at] = s.sum(x) }
func (s *sumCells[In, A]) row(at int, x []In, rep int) {
	c := s.c[at : at+len(x)]
	if rep > 0 {
		s.accumulate(c, x)
		return
	}
	for i, v := range x {
		c[i] = A(v)
	}
}

// pairwise adds segments of integers in float64 for which there is no function
// of package vector: blocks of at most 128 elements on eight accumulators, whose
// sums are merged in a balanced tree, as NumPy does.
func pairwise[In Real, A int64 | float64](x []In) A {
	if len(x) > 128 {
		h := len(x) / 2 &^ 7
		return pairwise[In, A](x[:h]) + pairwise[In, A](x[h:])
	}
	var s0, s1, s2, s3, s4, s5, s6, s7 A
	for len(x) >= 8 {
		s0 += A(x[0])
		s1 += A(x[1])
		s2 += A(x[2])
		s3 += A(x[3])
		s4 += A(x[4])
		s5 += A(x[5])
		s6 += A(x[6])
		s7 += A(x[7])
		x = x[8:]
	}
	s := ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))
	for _, v := range x {
		s += A(v)
	}
	return s
}

// complexSumCells adds complex numbers.
type complexSumCells[In Complex] struct{ store[complex128] }

func (s *complexSumCells[In]) halves() bool                  { return true }
func (s *complexSumCells[In]) merge(dst, src, n int)         { s.add(dst, src, n) }
func (s *complexSumCells[In]) segment(at int, x []In, _ int) { s.c[at] = pairwiseComplex(x) }
func (s *complexSumCells[In]) row(at int, x []In, rep int) {
	c := s.c[at : at+len(x)]
	if rep == 0 {
		for i, v := range x {
			c[i] = complex128(v)
		}
		return
	}
	for i, v := range x {
		c[i] += complex128(v)
	}
}

// pairwiseComplex is pairwise for complex numbers.
func pairwiseComplex[In Complex](x []In) complex128 {
	if len(x) > 128 {
		h := len(x) / 2 &^ 7
		return pairwiseComplex(x[:h]) + pairwiseComplex(x[h:])
	}
	var s0, s1, s2, s3 complex128
	for len(x) >= 4 {
		s0 += complex128(x[0])
		s1 += complex128(x[1])
		s2 += complex128(x[2])
		s3 += complex128(x[3])
		x = x[4:]
	}
	s := (s0 + s1) + (s2 + s3)
	for _, v := range x {
		s += complex128(v)
	}
	return s
}

// prodCells multiplies real numbers.
type prodCells[In Real, A int64 | float64] struct{ store[A] }

func (s *prodCells[In, A]) merge(dst, src, n int) { s.mul(dst, src, n) }
func (s *prodCells[In, A]) segment(at int, x []In, _ int) {
	p0, p1 := A(1), A(1)
	for len(x) >= 2 {
		p0 *= A(x[0])
		p1 *= A(x[1])
		x = x[2:]
	}
	for _, v := range x {
		p0 *= A(v)
	}
	s.c[at] = p0 * p1
}
func (s *prodCells[In, A]) row(at int, x []In, rep int) {
	c := s.c[at : at+len(x)]
	if rep == 0 {
		for i, v := range x {
			c[i] = A(v)
		}
		return
	}
	for i, v := range x {
		c[i] *= A(v)
	}
}

// complexProdCells multiplies complex numbers.
type complexProdCells[In Complex] struct{ store[complex128] }

func (s *complexProdCells[In]) merge(dst, src, n int) { s.mul(dst, src, n) }
func (s *complexProdCells[In]) segment(at int, x []In, _ int) {
	p := complex128(1)
	for _, v := range x {
		p *= complex128(v)
	}
	s.c[at] = p
}
func (s *complexProdCells[In]) row(at int, x []In, rep int) {
	c := s.c[at : at+len(x)]
	if rep == 0 {
		for i, v := range x {
			c[i] = complex128(1) * complex128(v) // as NumPy: inf+4i becomes inf+NaNi
		}
		return
	}
	for i, v := range x {
		c[i] *= complex128(v)
	}
}

// boolCells reduces bools as the numbers 0 and 1.
type boolCells struct{ inner cells[uint8] }

func (b boolCells) alloc(t *rt.Task, n int)           { b.inner.alloc(t, n) }
func (b boolCells) free()                             { b.inner.free() }
func (b boolCells) values() any                       { return b.inner.(valuer).values() }
func (b boolCells) seal(at, n, reps int)              { b.inner.seal(at, n, reps) }
func (b boolCells) move(dst, src, n int)              { b.inner.move(dst, src, n) }
func (b boolCells) merge(dst, src, n int)             { b.inner.merge(dst, src, n) }
func (b boolCells) segment(at int, x []bool, pos int) { b.inner.segment(at, bytesOf(x), pos) }
func (b boolCells) halves() bool {
	h, ok := b.inner.(halving)
	return ok && h.halves()
}
func (b boolCells) row(at int, x []bool, rep int) { b.inner.row(at, bytesOf(x), rep) }
