package kernel

import (
	"math"
	"sync"
	"sync/atomic"
	"unsafe"

	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/runtime/vector"
)

// momentBlock is how many rows of moments are taken one by one before rows are
// merged pairwise.
const momentBlock = 32

// Moments are the counts, sums and sums of squared deviations from the mean of
// groups of elements: the partial result from which mean, variance and
// standard deviation of a whole array are formed. Cell i stands for the
// elements that meet in position i of Shape, in C order. A is float64 or
// complex128.
//
// Elements are taken relative to a number near them (the shift). Squared deviations
// are formed in two passes over a segment, those of rows by the updating formulas
// of Youngs and Cramer (1971), and merged by those of Chan, Golub and LeVeque (1979). So no two large numbers are
// subtracted, and an offset of all elements costs no digits.
//
// If only means are asked for, Shift and M2 are nil.
type Moments[A float64 | complex128] struct {
	Shape []int
	Statistics[A]
	mem  arena[float64]
	refs atomic.Int32
}

// Statistics are the moments of a run of cells.
type Statistics[A float64 | complex128] struct {
	N     []float64 // how many elements
	Shift []A
	Sum   []A       // Σ(x-shift)
	M2    []float64 // Σ|x-mean|²
}

// Retain counts one more user of the moments.
func (m *Moments[A]) Retain() { m.refs.Add(1) }

// Release counts one user less; the last one gives the memory back.
func (m *Moments[A]) Release() {
	switch n := m.refs.Add(-1); {
	case n < 0:
		panic("kernel: internal error: moments were released more often than they were retained")
	case n == 0:
		m.mem.free()
		partials[momentPool(m)].Put(m)
	}
}

// partials are the pools of moments of float64, and of complex128.
var partials [2]sync.Pool

// momentPool numbers the pools.
func momentPool[A float64 | complex128](*Moments[A]) int { return int(unsafe.Sizeof(*new(A))/8) - 1 }

// order is 2 if there are squared deviations, else 1.
func (m *Statistics[A]) order() int {
	if m.M2 != nil {
		return 2
	}
	return 1
}

// allocMoments makes moments of the shape, not set.
func allocMoments[A float64 | complex128](t *rt.Task, shape []int, order int) *Moments[A] {
	m := taken[Moments[A]](&partials[momentPool[A](nil)])
	m.refs.Store(1)
	m.Shape = append(m.Shape[:0], shape...)
	n, words := size(shape), int(unsafe.Sizeof(*new(A))/8)
	mem := m.mem.take(t, n*order*(1+words))
	m.N, mem = mem[:n:n], mem[n:]
	m.Sum, mem = wordsAs[A](mem, n), mem[n*words:]
	m.Shift, m.M2 = nil, nil
	if order > 1 {
		m.Shift, m.M2 = wordsAs[A](mem, n), mem[n*words:]
	}
	return m
}

// wordsAs returns the first n elements of memory as another type.
func wordsAs[A float64 | complex128](mem []float64, n int) []A {
	return unsafe.Slice((*A)(unsafe.Pointer(unsafe.SliceData(mem))), n)
}

// cut returns n cells from at, which share the memory of m.
func (m *Statistics[A]) cut(at, n int) Statistics[A] {
	c := Statistics[A]{N: m.N[at : at+n], Sum: m.Sum[at : at+n]}
	if m.M2 != nil {
		c.Shift, c.M2 = m.Shift[at:at+n], m.M2[at:at+n]
	}
	return c
}

// set copies the cells of src, equally many.
func (m *Statistics[A]) set(src *Statistics[A]) {
	copy(m.N, src.N)
	copy(m.Shift, src.Shift)
	copy(m.Sum, src.Sum)
	copy(m.M2, src.M2)
}

// clear makes all cells moments of no elements.
func (m *Statistics[A]) clear() {
	clear(m.N)
	clear(m.Shift)
	clear(m.Sum)
	clear(m.M2)
}

// merge folds the cells of src, equally many, into those of m.
func (m *Statistics[A]) merge(src *Statistics[A]) {
	if m.M2 == nil {
		for i := range m.N {
			m.N[i] += src.N[i]
			m.Sum[i] += src.Sum[i]
		}
		return
	}
	switch m := any(m).(type) {
	case *Statistics[float64]:
		mergeReal(m, any(src).(*Statistics[float64]))
	case *Statistics[complex128]:
		mergeComplex(m, any(src).(*Statistics[complex128]))
	}
}

// mergeReal merges moments of real numbers.
func mergeReal(dst, src *Statistics[float64]) {
	for i := range src.N {
		mergeOne(dst, i, src, i)
	}
}

// mergeOne folds cell k of src into cell i of dst.
func mergeOne(dst *Statistics[float64], i int, src *Statistics[float64], k int) {
	a, b := dst.N[i], src.N[k]
	switch {
	case b == 0:
		return
	case a == 0:
		dst.N[i], dst.Shift[i], dst.Sum[i], dst.M2[i] = b, src.Shift[k], src.Sum[k], src.M2[k]
		return
	}
	shift := src.Shift[k] - dst.Shift[i]
	d := shift + (src.Sum[k]/b - dst.Sum[i]/a)
	dst.M2[i] += src.M2[k] + float64(d*d*(a*b/(a+b)))
	dst.Sum[i] += src.Sum[k] + float64(b*shift)
	dst.N[i] = a + b
}

// mergeComplex merges moments of complex numbers.
func mergeComplex(dst, src *Statistics[complex128]) {
	for i, b := range src.N {
		a := dst.N[i]
		if b == 0 {
			continue
		}
		if a == 0 {
			dst.N[i], dst.Shift[i], dst.Sum[i], dst.M2[i] = b, src.Shift[i], src.Sum[i], src.M2[i]
			continue
		}
		shift := src.Shift[i] - dst.Shift[i]
		d := shift + (src.Sum[i]/complex(b, 0) - dst.Sum[i]/complex(a, 0))
		dst.M2[i] += src.M2[i] + float64(squared(d)*(a*b/(a+b)))
		dst.Sum[i] += src.Sum[i] + complex(b, 0)*shift
		dst.N[i] = a + b
	}
}

// squared returns |x|².
func squared(x complex128) float64 {
	return float64(real(x)*real(x)) + float64(imag(x)*imag(x))
}

// usable returns x as a shift: 0 if subtracting it could lose an infinity or
// overflow.
func usable(x float64) float64 {
	if math.Abs(x) < 1e300 {
		return x
	}
	return 0
}

// momentCells is the memory of cells that hold moments.
type momentCells[A float64 | complex128] struct {
	all   Statistics[A]
	want  int // the order
	n, m2 arena[float64]
	shift arena[A]
	sum   arena[A]
}

func (s *momentCells[A]) alloc(t *rt.Task, n int) {
	s.all = Statistics[A]{N: s.n.take(t, n), Sum: s.sum.take(t, n)}
	if s.want > 1 {
		s.all.Shift, s.all.M2 = s.shift.take(t, n), s.m2.take(t, n)
	}
}

func (s *momentCells[A]) free() {
	s.n.free()
	s.sum.free()
	s.shift.free()
	s.m2.free()
}

func (s *momentCells[A]) seal(at, n, reps int) { fillWith(s.all.N[at:at+n], float64(reps)) }
func (s *momentCells[A]) held() *Statistics[A] { return &s.all }

func (s *momentCells[A]) move(dst, src, n int) {
	d, x := s.all.cut(dst, n), s.all.cut(src, n)
	d.set(&x)
}

func (s *momentCells[A]) merge(dst, src, n int) {
	d, x := s.all.cut(dst, n), s.all.cut(src, n)
	d.merge(&x)
}

// realMoments forms the moments of real numbers.
type realMoments[In Real] struct {
	momentCells[float64]
	sums    *sumCells[In, float64]
	squares func(x []In, mean float64) float64
	many    func(sums, squares []float64, x []In, each int)
	update  func(shift, sum, squares []float64, x []In, reps float64)
}

func newRealMoments[In Real](order int) *realMoments[In] {
	return &realMoments[In]{
		momentCells: momentCells[float64]{want: order},
		sums:        newSumCells[In, float64](),
		squares:     chosen(momentFunctions, squares[In]),
		many:        chosen[func(sums, squares []float64, x []In, each int)](momentFunctions, nil),
		update:      chosen(momentFunctions, updateMoments[In]),
	}
}

// momentFunctions are the functions of package vector for moments.
var momentFunctions = []any{vector.SquaresFloat64, vector.SquaresFloat32, vector.MomentsFloat64, vector.MomentsFloat32, vector.MomentsRowFloat64, vector.MomentsRowFloat32}

func (s *realMoments[In]) move(dst, src, n int) {
	if n > 1 || s.want < 2 {
		s.momentCells.move(dst, src, n)
		return
	}
	m := &s.all
	m.N[dst], m.Shift[dst], m.Sum[dst], m.M2[dst] = m.N[src], m.Shift[src], m.Sum[src], m.M2[src]
}

func (s *realMoments[In]) merge(dst, src, n int) {
	if n > 1 || s.want < 2 {
		s.momentCells.merge(dst, src, n)
		return
	}
	mergeOne(&s.all, dst, &s.all, src)
}

// halves says that the moments are sums alone.
func (s *realMoments[In]) halves() bool { return s.want < 2 }

func (s *realMoments[In]) segments(at int, x []In, each int) {
	if s.want < 2 {
		fillWith(s.all.N[at:at+len(x)/each], float64(each))
		addSegments(s.sums, s.all.Sum[at:], x, each)
		return
	}
	n, m := len(x)/each, &s.all
	if s.many == nil {
		for i := range n {
			s.segment(at+i, x[i*each:(i+1)*each], 0)
		}
		return
	}
	s.many(m.Sum[at:at+n], m.M2[at:at+n], x, each)
	for i := range n {
		s.set(at+i, x[i*each:(i+1)*each], float64(x[i*each]), m.Sum[at+i], m.M2[at+i])
	}
}

func (s *realMoments[In]) stack(at, n int, x []In, rep int) {
	if s.want < 2 {
		s.sums.stacked(s.all.Sum[at:at+n], x)
		return
	}
	for ; len(x) > 0; x, rep = x[n:], rep+1 {
		s.row(at, x[:n], rep)
	}
}

// segment takes two passes, over elements that are in the cache: the mean, then
// the distances from it. Floats are added less the first of them, so that an
// offset of all costs no digits, and equal ones have the variance 0.
func (s *realMoments[In]) segment(at int, x []In, _ int) {
	m := &s.all
	switch {
	case s.want < 2:
		m.N[at], m.Sum[at] = float64(len(x)), s.sums.sum(x)
	case s.many != nil:
		s.many(m.Sum[at:at+1], m.M2[at:at+1], x, len(x))
		s.set(at, x, float64(x[0]), m.Sum[at], m.M2[at])
	default:
		sum := s.sums.sum(x)
		s.set(at, x, 0, sum, s.squares(x, sum/float64(len(x))))
	}
}

// set makes a cell of x, of the sum of the distances from a number and of the
// squared distances from the mean. What rounding has cut off from the mean is
// kept.
func (s *realMoments[In]) set(at int, x []In, from, sum, squares float64) {
	m, n := &s.all, float64(len(x))
	mean := from + sum/n
	m.N[at] = n
	if math.IsInf(mean, 0) || mean != mean { // the elements, or distances, are not all finite
		from, sum = 0, s.sums.sum(x)
		if mean = sum / n; math.IsInf(mean, 0) || mean != mean {
			m.Shift[at], m.Sum[at], m.M2[at] = 0, sum, math.NaN()
			return
		}
		squares = s.squares(x, mean)
	}
	m.Shift[at], m.Sum[at], m.M2[at] = mean, math.FMA(from-mean, n, sum), squares
}

// squares returns Σ(x-mean)².
func squares[In Real](x []In, mean float64) (sum float64) {
	var d [rt.StripLen]float64
	for len(x) > 0 {
		n := min(len(x), len(d))
		for i, v := range x[:n] {
			d[i] = float64(v)
		}
		sum += vector.SquaresFloat64(d[:n], mean)
		x = x[n:]
	}
	return sum
}

func (s *realMoments[In]) row(at int, x []In, rep int) {
	m := s.all.cut(at, len(x))
	switch {
	case rep == 0 && s.want > 1:
		for i, v := range x {
			m.Shift[i] = usable(float64(v))
			m.Sum[i], m.M2[i] = float64(v)-m.Shift[i], 0
		}
	case rep == 0:
		for i, v := range x {
			m.Sum[i] = float64(v)
		}
	case s.want > 1:
		s.update(m.Shift, m.Sum, m.M2, x, float64(rep+1))
	default:
		s.sums.accumulate(m.Sum, x)
	}
}

// updateMoments is the function of package vector for other elements.
func updateMoments[In Real](shift, sum, squares []float64, x []In, reps float64) {
	var f [rt.StripLen]float64
	for lo := 0; lo < len(x); lo += len(f) {
		hi := min(lo+len(f), len(x))
		for i, v := range x[lo:hi] {
			f[i] = float64(v)
		}
		vector.MomentsRowFloat64(shift[lo:hi], sum[lo:hi], squares[lo:hi], f[:hi-lo], reps)
	}
}

// complexMoments forms the moments of complex numbers.
type complexMoments[In Complex] struct{ momentCells[complex128] }

func (s *complexMoments[In]) segment(at int, x []In, _ int) {
	n := float64(len(x))
	sum := pairwiseComplex(x)
	s.all.N[at], s.all.Sum[at] = n, sum
	if s.want < 2 {
		return
	}
	mean := sum / complex(n, 0)
	var rest complex128
	m2 := 0.0
	for _, v := range x {
		d := complex128(v) - mean
		rest += d
		m2 += squared(d)
	}
	s.all.Shift[at], s.all.Sum[at], s.all.M2[at] = mean, rest, m2-squared(rest)/n
}

func (s *complexMoments[In]) row(at int, x []In, rep int) {
	n := float64(rep + 1)
	c := 1 / (n * (n - 1))
	for i, v := range x {
		k, f := at+i, complex128(v)
		switch {
		case s.want < 2 && rep == 0:
			s.all.Sum[k] = f
		case s.want < 2:
			s.all.Sum[k] += f
		case rep == 0:
			s.all.Shift[k] = complex(usable(real(f)), usable(imag(f)))
			s.all.Sum[k], s.all.M2[k] = f-s.all.Shift[k], 0
		default:
			d := f - s.all.Shift[k]
			s.all.Sum[k] += d
			s.all.M2[k] += float64(squared(complex(n, 0)*d-s.all.Sum[k]) * c)
		}
	}
}

// nanMoments forms the moments of the floats that are not NaN. It counts them
// itself.
type nanMoments[In Float] struct {
	realMoments[In]
	buf []In
}

func (s *nanMoments[In]) seal(_, _, _ int) {}
func (s *nanMoments[In]) halves() bool     { return false }

func (s *nanMoments[In]) segments(at int, x []In, each int) {
	for i := range len(x) / each {
		s.segment(at+i, x[i*each:(i+1)*each], 0)
	}
}

func (s *nanMoments[In]) stack(at, n int, x []In, rep int) {
	for ; len(x) > 0; x, rep = x[n:], rep+1 {
		s.row(at, x[:n], rep)
	}
}

// segment gathers what is not NaN and forms its moments.
func (s *nanMoments[In]) segment(at int, x []In, pos int) {
	buf := s.buf[:0]
	for _, v := range x {
		if v == v {
			buf = append(buf, v)
		}
	}
	s.buf = buf
	if len(buf) == 0 {
		c := s.all.cut(at, 1)
		c.clear()
		return
	}
	s.realMoments.segment(at, buf, pos)
}

func (s *nanMoments[In]) row(at int, x []In, rep int) {
	if rep == 0 {
		c := s.all.cut(at, len(x))
		c.clear()
	}
	for i, v := range x {
		if v != v {
			continue
		}
		k, f := at+i, float64(v)
		n := s.all.N[k] + 1
		s.all.N[k] = n
		if s.want < 2 {
			s.all.Sum[k] += f
			continue
		}
		if n == 1 {
			s.all.Shift[k] = usable(f)
		}
		d := f - s.all.Shift[k]
		s.all.Sum[k] += d
		if n > 1 {
			e := float64(n*d) - s.all.Sum[k]
			s.all.M2[k] += float64(e * e / (n * (n - 1)))
		}
	}
}

// nanComplexMoments is nanMoments of complex numbers, which are NaN if a part
// is.
type nanComplexMoments[In Complex] struct {
	complexMoments[In]
	buf []In
}

func (s *nanComplexMoments[In]) seal(_, _, _ int) {}

func (s *nanComplexMoments[In]) segment(at int, x []In, pos int) {
	buf := s.buf[:0]
	for _, v := range x {
		if !rt.IsNaNC(complex128(v)) {
			buf = append(buf, v)
		}
	}
	s.buf = buf
	if len(buf) == 0 {
		c := s.all.cut(at, 1)
		c.clear()
		return
	}
	s.complexMoments.segment(at, buf, pos)
}

func (s *nanComplexMoments[In]) row(at int, x []In, rep int) {
	if rep == 0 {
		c := s.all.cut(at, len(x))
		c.clear()
	}
	for i, v := range x {
		if !rt.IsNaNC(complex128(v)) {
			s.complexMoments.row(at+i, x[i:i+1], int(s.all.N[at+i]))
			s.all.N[at+i]++
		}
	}
}

// newMoments returns the cells that form moments of elements of in's type.
func newMoments(in any, order int, skip bool) any {
	switch in.(type) {
	case bool:
		return boolCells{moments[uint8](order)}
	case int8:
		return moments[int8](order)
	case int16:
		return moments[int16](order)
	case int32:
		return moments[int32](order)
	case int64:
		return moments[int64](order)
	case uint8:
		return moments[uint8](order)
	case uint16:
		return moments[uint16](order)
	case uint32:
		return moments[uint32](order)
	case uint64:
		return moments[uint64](order)
	case float32:
		return floatMoments[float32](order, skip)
	case float64:
		return floatMoments[float64](order, skip)
	case complex64:
		return momentsOfComplex[complex64](order, skip)
	default:
		return momentsOfComplex[complex128](order, skip)
	}
}

func momentsOfComplex[In Complex](order int, skip bool) cells[In] {
	if skip {
		return &nanComplexMoments[In]{complexMoments: complexMoments[In]{momentCells[complex128]{want: order}}}
	}
	return &complexMoments[In]{momentCells[complex128]{want: order}}
}

func moments[In Real](order int) cells[In] {
	return newRealMoments[In](order)
}

func floatMoments[In Float](order int, skip bool) cells[In] {
	if skip {
		return &nanMoments[In]{realMoments: *newRealMoments[In](order)}
	}
	return moments[In](order)
}
