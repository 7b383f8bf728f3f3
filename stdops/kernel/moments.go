package kernel

import (
	"math"

	rt "github.com/daskgen/daskgen/runtime"
)

// momentBlock is how many rows a Moments takes one by one before rows are
// merged pairwise.
const momentBlock = 32

// Moments are the counts, sums and sums of squared deviations from the mean of
// groups of elements: the partial result from which mean, variance and
// standard deviation of a whole array are formed. Cell i stands for the
// elements that meet in position i of Shape, in C order.
//
// The squared deviations are formed by the updating formulas of Youngs and
// Cramer (1971) and merged by those of Chan, Golub and LeVeque (1979), so that
// no large numbers are subtracted. A is float64 or complex128.
type Moments[A float64 | complex128] struct {
	Shape []int
	N     []float64 // how many elements
	Sum   []A
	M2    []float64 // Σ|x-mean|²; nil if only means are asked for
	n, m2 *rt.Block[float64]
	sum   *rt.Block[A]
}

// Release returns the memory of the moments.
func (m *Moments[A]) Release() {
	m.n.Release()
	m.sum.Release()
	if m.m2 != nil {
		m.m2.Release()
	}
}

// allocMoments makes moments of the shape, not set.
func allocMoments[A float64 | complex128](t *rt.Task, shape []int, order int) *Moments[A] {
	n := []int{size(shape)}
	m := &Moments[A]{Shape: append([]int(nil), shape...), n: rt.Alloc[float64](t, n), sum: rt.Alloc[A](t, n)}
	m.N, m.Sum = m.n.Data, m.sum.Data
	if order > 1 {
		m.m2 = rt.Alloc[float64](t, n)
		m.M2 = m.m2.Data
	}
	return m
}

// momentStore is the memory of cells that hold moments; m2 is nil for order 1.
type momentStore[A float64 | complex128] struct {
	*Moments[A]
	order int
}

func (s *momentStore[A]) alloc(t *rt.Task, n int) { s.Moments = allocMoments[A](t, []int{n}, s.order) }
func (s *momentStore[A]) free()                   { s.Release() }

func (s *momentStore[A]) move(dst, src, n int) {
	copy(s.N[dst:dst+n], s.N[src:src+n])
	copy(s.Sum[dst:dst+n], s.Sum[src:src+n])
	if s.order > 1 {
		copy(s.M2[dst:dst+n], s.M2[src:src+n])
	}
}

func (s *momentStore[A]) merge(dst, src, n int) {
	mergeMoments(s.cut(dst, n), s.cut(src, n))
}

// cut returns n cells from at.
func (s *momentStore[A]) cut(at, n int) *Moments[A] {
	m := &Moments[A]{N: s.N[at : at+n], Sum: s.Sum[at : at+n]}
	if s.order > 1 {
		m.M2 = s.M2[at : at+n]
	}
	return m
}

func (s *momentStore[A]) seal(at, n, reps int) { fillWith(s.N[at:at+n], float64(reps)) }

// mergeMoments folds src into dst, cell by cell.
func mergeMoments[A float64 | complex128](dst, src *Moments[A]) {
	if dst.M2 != nil {
		switch d := any(dst).(type) {
		case *Moments[float64]:
			mergeReal(d, any(src).(*Moments[float64]))
		case *Moments[complex128]:
			mergeComplex(d, any(src).(*Moments[complex128]))
		}
	}
	for i := range dst.N {
		dst.N[i] += src.N[i]
		dst.Sum[i] += src.Sum[i]
	}
}

// mergeReal merges the squared deviations of real numbers.
func mergeReal(dst, src *Moments[float64]) {
	for i, b := range src.N {
		switch a := dst.N[i]; {
		case b == 0:
		case a == 0:
			dst.M2[i] = src.M2[i]
		default:
			d := src.Sum[i]/b - dst.Sum[i]/a
			dst.M2[i] += src.M2[i] + float64(d*d*(a*b/(a+b)))
		}
	}
}

// mergeComplex merges the squared deviations of complex numbers.
func mergeComplex(dst, src *Moments[complex128]) {
	for i, b := range src.N {
		switch a := dst.N[i]; {
		case b == 0:
		case a == 0:
			dst.M2[i] = src.M2[i]
		default:
			d := src.Sum[i]/complex(b, 0) - dst.Sum[i]/complex(a, 0)
			dst.M2[i] += src.M2[i] + (float64(real(d)*real(d))+float64(imag(d)*imag(d)))*(a*b/(a+b))
		}
	}
}

// realMoments forms the moments of real numbers.
type realMoments[In Real] struct{ momentStore[float64] }

func (s *realMoments[In]) segment(at int, x []In, _ int) {
	n := float64(len(x))
	sum := pairwise[In, float64](x)
	s.N[at], s.Sum[at] = n, sum
	if s.order > 1 {
		s.M2[at] = deviations(x, sum/n)
	}
}

// deviations returns Σ(x-mean)².
func deviations[In Real](x []In, mean float64) float64 {
	var s0, s1, s2, s3 float64
	for len(x) >= 4 {
		d0, d1, d2, d3 := float64(x[0])-mean, float64(x[1])-mean, float64(x[2])-mean, float64(x[3])-mean
		s0 += float64(d0 * d0)
		s1 += float64(d1 * d1)
		s2 += float64(d2 * d2)
		s3 += float64(d3 * d3)
		x = x[4:]
	}
	for _, v := range x {
		d := float64(v) - mean
		s0 += float64(d * d)
	}
	return (s0 + s1) + (s2 + s3)
}

func (s *realMoments[In]) row(at int, x []In, rep int) {
	sum := s.Sum[at : at+len(x)]
	if s.order < 2 {
		addRow(sum, x, rep)
		return
	}
	m2 := s.M2[at : at+len(x)]
	if rep == 0 {
		for i, v := range x {
			sum[i], m2[i] = float64(v), 0
		}
		return
	}
	n := float64(rep + 1)
	c := 1 / (n * (n - 1))
	for i, v := range x {
		f := float64(v)
		sum[i] += f
		d := float64(n*f) - sum[i]
		m2[i] += float64(d * d * c)
	}
}

// addRow adds a row to sums, or sets them when rep is 0.
func addRow[In Real](sum []float64, x []In, rep int) {
	if rep == 0 {
		for i, v := range x {
			sum[i] = float64(v)
		}
		return
	}
	for i, v := range x {
		sum[i] += float64(v)
	}
}

// complexMoments forms the moments of complex numbers.
type complexMoments[In Complex] struct{ momentStore[complex128] }

func (s *complexMoments[In]) segment(at int, x []In, _ int) {
	n := float64(len(x))
	sum := pairwiseComplex(x)
	s.N[at], s.Sum[at] = n, sum
	if s.order < 2 {
		return
	}
	mean, m2 := sum/complex(n, 0), 0.0
	for _, v := range x {
		d := complex128(v) - mean
		m2 += float64(real(d)*real(d)) + float64(imag(d)*imag(d))
	}
	s.M2[at] = m2
}

func (s *complexMoments[In]) row(at int, x []In, rep int) {
	n := float64(rep + 1)
	c := 1 / (n * (n - 1))
	for i, v := range x {
		f := complex128(v)
		if rep == 0 {
			s.Sum[at+i] = f
		} else {
			s.Sum[at+i] += f
		}
		switch {
		case s.order < 2:
		case rep == 0:
			s.M2[at+i] = 0
		default:
			d := complex(n, 0)*f - s.Sum[at+i]
			s.M2[at+i] += (real(d)*real(d) + imag(d)*imag(d)) * c
		}
	}
}

// nanMoments forms the moments of the floats that are not NaN.
type nanMoments[In Float] struct{ momentStore[float64] }

func (s *nanMoments[In]) seal(_, _, _ int) {}

func (s *nanMoments[In]) segment(at int, x []In, _ int) {
	n, sum := 0.0, 0.0
	for _, v := range x {
		if v == v {
			n++
			sum += float64(v)
		}
	}
	s.N[at], s.Sum[at] = n, sum
	if s.order < 2 {
		return
	}
	mean, m2 := sum/n, 0.0
	for _, v := range x {
		if v == v {
			d := float64(v) - mean
			m2 += float64(d * d)
		}
	}
	s.M2[at] = m2
}

func (s *nanMoments[In]) row(at int, x []In, rep int) {
	if rep == 0 {
		fillWith(s.N[at:at+len(x)], 0)
		fillWith(s.Sum[at:at+len(x)], 0)
		if s.order > 1 {
			fillWith(s.M2[at:at+len(x)], 0)
		}
	}
	for i, v := range x {
		if v != v {
			continue
		}
		n, f := s.N[at+i]+1, float64(v)
		s.N[at+i] = n
		s.Sum[at+i] += f
		if s.order > 1 && n > 1 {
			d := float64(n*f) - s.Sum[at+i]
			s.M2[at+i] += float64(d * d / (n * (n - 1)))
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
		if skip {
			return &nanMoments[float32]{momentStore[float64]{order: order}}
		}
		return moments[float32](order)
	case float64:
		if skip {
			return &nanMoments[float64]{momentStore[float64]{order: order}}
		}
		return moments[float64](order)
	case complex64:
		return &complexMoments[complex64]{momentStore[complex128]{order: order}}
	default:
		return &complexMoments[complex128]{momentStore[complex128]{order: order}}
	}
}

func moments[In Real](order int) cells[In] {
	return &realMoments[In]{momentStore[float64]{order: order}}
}

// A MomentChunk forms the Moments of elements over axes. A is complex128 for
// complex elements, else float64.
type MomentChunk[In rt.Elem, A float64 | complex128] struct {
	*fold[In]
	t *rt.Task
}

// NewMomentChunk makes a MomentChunk over axes (nil: all) of strips that cover
// shape. With order 1 the squared deviations are left out; with skipnan NaNs
// are not counted.
func NewMomentChunk[In rt.Elem, A float64 | complex128](t *rt.Task, shape, axes []int, keepdims bool, order int, skipnan bool) *MomentChunk[In, A] {
	c := newMoments(zero[In](), order, skipnan).(cells[In])
	return &MomentChunk[In, A]{newFold(t, c, shape, axes, keepdims, momentBlock, true), t}
}

// Result returns the moments.
func (m *MomentChunk[In, A]) Result() (*Moments[A], error) {
	defer m.cells.free()
	c := m.cells
	if b, ok := any(c).(boolCells); ok {
		return resultMoments[A](m.t, b.inner.(momentHolder[A]).held(), m.final, m.shape, m.reduced), nil
	}
	return resultMoments[A](m.t, c.(momentHolder[A]).held(), m.final, m.shape, m.reduced), nil
}

// A momentHolder holds moments of A.
type momentHolder[A float64 | complex128] interface{ held() *Moments[A] }

func (s *momentStore[A]) held() *Moments[A] { return s.Moments }

// resultMoments copies the cells from at.
func resultMoments[A float64 | complex128](t *rt.Task, all *Moments[A], at int, shape []int, reduced int) *Moments[A] {
	order := 1
	if all.M2 != nil {
		order = 2
	}
	m := allocMoments[A](t, shape, order)
	if reduced == 0 {
		fillWith(m.N, 0)
		clear(m.Sum)
		fillWith(m.M2, 0)
		return m
	}
	copy(m.N, all.N[at:])
	copy(m.Sum, all.Sum[at:])
	if order > 1 {
		copy(m.M2, all.M2[at:])
	}
	return m
}

// A Mean divides sums over axes by counts. The mean of integers is float64;
// that of float32 is float32, summed in float64. Over no elements it is NaN.
type Mean[In, Out rt.Elem] struct {
	*fold[In]
	t *rt.Task
}

// NewMean makes a Mean over axes (nil: all) of strips that cover shape.
func NewMean[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *Mean[In, Out] {
	c := newMoments(zero[In](), 1, false).(cells[In])
	return &Mean[In, Out]{newFold(t, c, shape, axes, keepdims, sumBlock, true), t}
}

// Result returns the means.
func (m *Mean[In, Out]) Result() (*rt.Block[Out], error) {
	return finishMoments[In, Out](m.t, m.fold, momentMean, 0)
}

// A Var forms the variance (or standard deviation) over axes, in two passes
// over each strip: the mean squared distance from the mean, with the divisor
// n - ddof, or 0 where that is negative. It is real for complex elements.
type Var[In, Out rt.Elem] struct {
	*fold[In]
	t    *rt.Task
	ddof float64
	kind momentKind
}

// NewVar makes a Var over axes (nil: all) of strips that cover shape.
func NewVar[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool, ddof float64) *Var[In, Out] {
	return newVar[In, Out](t, shape, axes, keepdims, ddof, momentVar, false)
}

// NewStd makes a Var whose result is its square root.
func NewStd[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool, ddof float64) *Var[In, Out] {
	return newVar[In, Out](t, shape, axes, keepdims, ddof, momentStd, false)
}

// NewNanMean makes a Var that gives the mean of the elements that are not NaN.
func NewNanMean[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *Var[In, Out] {
	return newVar[In, Out](t, shape, axes, keepdims, 0, momentMean, true)
}

// NewNanVar makes a Var of the elements that are not NaN.
func NewNanVar[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool, ddof float64) *Var[In, Out] {
	return newVar[In, Out](t, shape, axes, keepdims, ddof, momentVar, true)
}

// NewNanStd makes a NewNanVar whose result is its square root.
func NewNanStd[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool, ddof float64) *Var[In, Out] {
	return newVar[In, Out](t, shape, axes, keepdims, ddof, momentStd, true)
}

func newVar[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool, ddof float64, kind momentKind, skip bool) *Var[In, Out] {
	order := 2
	if kind == momentMean {
		order = 1
	}
	c := newMoments(zero[In](), order, skip).(cells[In])
	return &Var[In, Out]{newFold(t, c, shape, axes, keepdims, momentBlock, true), t, ddof, kind}
}

// Result returns the variances, standard deviations or means.
func (v *Var[In, Out]) Result() (*rt.Block[Out], error) {
	return finishMoments[In, Out](v.t, v.fold, v.kind, v.ddof)
}

// momentKind is what is made of moments.
type momentKind uint8

const (
	momentMean momentKind = iota
	momentVar
	momentStd
)

// finishMoments makes the result block of f, and frees f.
func finishMoments[In, Out rt.Elem](t *rt.Task, f *fold[In], kind momentKind, ddof float64) (*rt.Block[Out], error) {
	defer f.cells.free()
	var c any = f.cells
	if b, ok := c.(boolCells); ok {
		c = b.inner
	}
	out := rt.Alloc[Out](t, f.shape)
	switch c := c.(type) {
	case momentHolder[float64]:
		m := resultMoments(t, c.held(), f.final, f.shape, f.reduced)
		defer m.Release()
		setMoments(any(out.Data), m, kind, ddof)
	case momentHolder[complex128]:
		m := resultMoments(t, c.held(), f.final, f.shape, f.reduced)
		defer m.Release()
		setMoments(any(out.Data), m, kind, ddof)
	}
	return out, nil
}

// setMoments writes a statistic of m to dst, a slice of any float or complex
// dtype. m is overwritten.
func setMoments[A float64 | complex128](dst any, m *Moments[A], kind momentKind, ddof float64) {
	if kind == momentMean {
		switch sum := any(m.Sum).(type) {
		case []float64:
			for i, n := range m.N {
				sum[i] /= n
			}
			convertReal(dst, sum)
		case []complex128:
			for i, n := range m.N {
				sum[i] /= complex(n, 0)
			}
			convertComplex(dst, sum)
		}
		return
	}
	for i, n := range m.N {
		v := m.M2[i] / max(n-ddof, 0)
		if kind == momentStd {
			v = math.Sqrt(v)
		}
		m.M2[i] = v
	}
	convertReal(dst, m.M2)
}
