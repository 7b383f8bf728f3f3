package kernel

import (
	"math"

	rt "github.com/daskgen/daskgen/runtime"
)

// A MomentChunk forms the Moments of elements over axes. A is complex128 for
// complex elements, else float64.
type MomentChunk[In rt.Elem, A float64 | complex128] struct{ fold[In] }

// NewMomentChunk makes a MomentChunk over axes (nil: all) of strips that cover
// shape. With order 1 the squared deviations are left out; with skipnan NaNs
// are not counted.
func NewMomentChunk[In rt.Elem, A float64 | complex128](t *rt.Task, shape, axes []int, keepdims bool, order int, skipnan bool) *MomentChunk[In, A] {
	kind := momentReduction(order, skipnan)
	home := pooled[In](kind)
	m := taken[MomentChunk[In, A]](home)
	if m.cells == nil {
		m.cells = newMoments(zero[In](), order, skipnan).(cells[In])
	}
	m.plan(t, home, shape, axes, keepdims, momentBlock, true)
	return m
}

// momentReduction returns the kind of accumulators of moments.
func momentReduction(order int, skipnan bool) reduction {
	switch {
	case order == 1 && skipnan:
		return reduceNanMoment1
	case order == 1:
		return reduceMoment1
	case skipnan:
		return reduceNanMoment2
	}
	return reduceMoment2
}

// Result returns the moments.
func (m *MomentChunk[In, A]) Result() (*Moments[A], error) {
	defer m.end(m)
	return resultMoments(m.t, &m.fold, holder(&m.fold).(momentHolder[A]).held()), nil
}

// A momentHolder is cells that hold moments of A.
type momentHolder[A float64 | complex128] interface{ held() *Statistics[A] }

// holder returns the cells of f, without the wrapper of bools.
func holder[In any](f *fold[In]) any {
	if b, ok := any(f.cells).(boolCells); ok {
		return b.inner
	}
	return f.cells
}

// resultMoments copies the result cells of f, which are among all.
func resultMoments[In any, A float64 | complex128](t *rt.Task, f *fold[In], all *Statistics[A]) *Moments[A] {
	m := allocMoments[A](t, f.shape, all.order())
	if f.reduced == 0 {
		m.clear()
		return m
	}
	r := all.cut(f.final, f.size())
	m.set(&r)
	return m
}

// A Mean divides sums over axes by counts. The mean of integers is float64;
// that of float32 is float32, summed in float64. Over no elements it is NaN.
type Mean[In, Out rt.Elem] struct{ fold[In] }

// NewMean makes a Mean over axes (nil: all) of strips that cover shape.
func NewMean[In, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool) *Mean[In, Out] {
	home := pooled[In](reduceMean)
	m := taken[Mean[In, Out]](home)
	if m.cells == nil {
		m.cells = newMoments(zero[In](), 1, false).(cells[In])
	}
	m.plan(t, home, shape, axes, keepdims, sumBlock, true)
	return m
}

// Result returns the means.
func (m *Mean[In, Out]) Result() (*rt.Block[Out], error) {
	defer m.end(m)
	return finishMoments[In, Out](&m.fold, momentMean, 0)
}

// A Var forms the variance, standard deviation or mean over axes from Moments.
// The variance is the mean squared distance from the mean, with the divisor
// n - ddof, or 0 where that is negative. It is real for complex elements.
type Var[In, Out rt.Elem] struct {
	fold[In]
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
	order, pool := 2, reduceVar
	switch {
	case kind == momentMean:
		order, pool = 1, reduceNanMean
	case skip:
		pool = reduceNanVar
	}
	home := pooled[In](pool)
	v := taken[Var[In, Out]](home)
	if v.cells == nil {
		v.cells = newMoments(zero[In](), order, skip).(cells[In])
	}
	v.ddof, v.kind = ddof, kind
	v.plan(t, home, shape, axes, keepdims, momentBlock, true)
	return v
}

// Result returns the variances, standard deviations or means.
func (v *Var[In, Out]) Result() (*rt.Block[Out], error) {
	defer v.end(v)
	return finishMoments[In, Out](&v.fold, v.kind, v.ddof)
}

// momentKind is what is made of moments.
type momentKind uint8

const (
	momentMean momentKind = iota
	momentVar
	momentStd
)

// finishMoments makes the result block of f.
func finishMoments[In, Out rt.Elem](f *fold[In], kind momentKind, ddof float64) (*rt.Block[Out], error) {
	out := rt.Alloc[Out](f.t, f.shape)
	switch c := holder(f).(type) {
	case momentHolder[float64]:
		writeResult(f, c.held(), any(out.Data), kind, ddof)
	case momentHolder[complex128]:
		writeResult(f, c.held(), any(out.Data), kind, ddof)
	}
	return out, nil
}

// writeResult writes a statistic of the result cells of f, which are among all,
// to dst.
func writeResult[In any, A float64 | complex128](f *fold[In], all *Statistics[A], dst any, kind momentKind, ddof float64) {
	m := all.cut(f.final, f.size())
	if f.reduced == 0 {
		m.clear()
	}
	m.write(dst, kind, ddof)
}

// write writes a statistic to dst, a slice of any float or complex dtype. It
// overwrites m. As in NumPy, no deviation from a mean that is not finite is a
// number; the updating formulas alone could end at infinity.
func (m *Statistics[A]) write(dst any, kind momentKind, ddof float64) {
	if kind == momentMean {
		m.writeMeans(dst)
		return
	}
	for i, n := range m.N {
		v := m.M2[i] / max(n-ddof, 0)
		if !finite(m.Sum[i]) {
			v = math.NaN()
		}
		if kind == momentStd {
			v = math.Sqrt(v)
		}
		m.M2[i] = v
	}
	convertReal(dst, m.M2)
}

// finite says whether x is neither infinite nor NaN.
func finite[A float64 | complex128](x A) bool { return x-x == 0 }

// writeMeans writes the means to dst.
func (m *Statistics[A]) writeMeans(dst any) {
	switch sum := any(m.Sum).(type) {
	case []float64:
		for i, n := range m.N {
			sum[i] /= n
		}
	case []complex128:
		for i, n := range m.N {
			sum[i] /= complex(n, 0)
		}
	}
	for i, s := range m.Shift {
		m.Sum[i] += s
	}
	switch sum := any(m.Sum).(type) {
	case []float64:
		convertReal(dst, sum)
	case []complex128:
		convertComplex(dst, sum)
	}
}
