package kernel

import (
	"errors"
	"fmt"
	"slices"

	rt "github.com/daskgen/daskgen/runtime"
)

// accumulator is what the combining kernels need of a reduction.
type accumulator[T rt.Elem] interface {
	Add([]T)
	Result() (*rt.Block[T], error)
}

// SumCombine adds blocks of one shape, element by element, pairwise. Without
// keepdims the axes, which have length 1, are dropped.
func SumCombine[T rt.Elem](t *rt.Task, parts []*rt.Block[T], axes []int, keepdims bool) (*rt.Block[T], error) {
	return combine(t, parts, axes, keepdims, func(shape []int) accumulator[T] { return NewSum[T, T](t, shape, []int{0}, false) })
}

// ProdCombine multiplies blocks of one shape, element by element.
func ProdCombine[T rt.Elem](t *rt.Task, parts []*rt.Block[T], axes []int, keepdims bool) (*rt.Block[T], error) {
	return combine(t, parts, axes, keepdims, func(shape []int) accumulator[T] { return NewProd[T, T](t, shape, []int{0}, false) })
}

// MinCombine takes the least of each element of blocks of one shape.
func MinCombine[T rt.Elem](t *rt.Task, parts []*rt.Block[T], axes []int, keepdims bool) (*rt.Block[T], error) {
	return combine(t, parts, axes, keepdims, func(shape []int) accumulator[T] { return NewMin[T, T](t, shape, []int{0}, false) })
}

// MaxCombine takes the greatest of each element of blocks of one shape.
func MaxCombine[T rt.Elem](t *rt.Task, parts []*rt.Block[T], axes []int, keepdims bool) (*rt.Block[T], error) {
	return combine(t, parts, axes, keepdims, func(shape []int) accumulator[T] { return NewMax[T, T](t, shape, []int{0}, false) })
}

// NanMinCombine is MinCombine that passes over NaN.
func NanMinCombine[T rt.Elem](t *rt.Task, parts []*rt.Block[T], axes []int, keepdims bool) (*rt.Block[T], error) {
	return combine(t, parts, axes, keepdims, func(shape []int) accumulator[T] { return NewNanMin[T, T](t, shape, []int{0}, false) })
}

// NanMaxCombine is MaxCombine that passes over NaN.
func NanMaxCombine[T rt.Elem](t *rt.Task, parts []*rt.Block[T], axes []int, keepdims bool) (*rt.Block[T], error) {
	return combine(t, parts, axes, keepdims, func(shape []int) accumulator[T] { return NewNanMax[T, T](t, shape, []int{0}, false) })
}

// AnyCombine says of each element whether it is true in some block.
func AnyCombine(t *rt.Task, parts []*rt.Block[bool], axes []int, keepdims bool) (*rt.Block[bool], error) {
	return combine(t, parts, axes, keepdims, func(shape []int) accumulator[bool] {
		return NewAny[bool, bool](t, shape, []int{0}, false)
	})
}

// AllCombine says of each element whether it is true in all blocks.
func AllCombine(t *rt.Task, parts []*rt.Block[bool], axes []int, keepdims bool) (*rt.Block[bool], error) {
	return combine(t, parts, axes, keepdims, func(shape []int) accumulator[bool] {
		return NewAll[bool, bool](t, shape, []int{0}, false)
	})
}

// combine reduces a list of blocks over the position in the list.
func combine[T rt.Elem](t *rt.Task, parts []*rt.Block[T], axes []int, keepdims bool, accumulate func(shape []int) accumulator[T]) (*rt.Block[T], error) {
	if len(parts) == 0 {
		return nil, errNoParts
	}
	if len(parts) == 1 {
		parts[0].Retain()
		return dropped(t, parts[0], axes, keepdims)
	}
	for _, p := range parts[1:] {
		if err := sameShape(parts[0].Shape, p.Shape); err != nil {
			return nil, err
		}
	}
	acc := accumulate(append([]int{len(parts)}, parts[0].Shape...))
	for _, p := range parts {
		each(t, p, func(_ int, strip []T) { acc.Add(strip) })
	}
	out, err := acc.Result()
	if err != nil {
		return nil, err
	}
	return dropped(t, out, axes, keepdims)
}

var errNoParts = errors.New("no partial results to combine")

// sameShape refuses partial results of other groups.
func sameShape(a, b []int) error {
	if !slices.Equal(a, b) {
		return fmt.Errorf("partial results have shapes %v and %v", a, b)
	}
	return nil
}

// dropped takes over x and returns it without axes, unless they are kept.
func dropped[T rt.Elem](t *rt.Task, x *rt.Block[T], axes []int, keepdims bool) (*rt.Block[T], error) {
	if keepdims || len(axes) == 0 {
		return x, nil
	}
	defer x.Release()
	return Squeeze(t, x, axes...)
}

// MomentCombine merges moments of the same groups.
func MomentCombine[A float64 | complex128](t *rt.Task, parts []*Moments[A]) (*Moments[A], error) {
	if len(parts) == 0 {
		return nil, errNoParts
	}
	for _, p := range parts[1:] {
		if err := sameShape(parts[0].Shape, p.Shape); err != nil {
			return nil, err
		}
		if p.order() != parts[0].order() {
			return nil, errors.New("partial results with and without variances")
		}
	}
	return mergeAll(t, parts), nil
}

// mergeAll merges moments pairwise.
func mergeAll[A float64 | complex128](t *rt.Task, parts []*Moments[A]) *Moments[A] {
	if len(parts) > 8 {
		h := len(parts) / 2
		m, rest := mergeAll(t, parts[:h]), mergeAll(t, parts[h:])
		m.merge(&rest.Statistics)
		rest.Release()
		return m
	}
	m := allocMoments[A](t, parts[0].Shape, parts[0].order())
	m.set(&parts[0].Statistics)
	for _, p := range parts[1:] {
		m.merge(&p.Statistics)
	}
	return m
}

// MeanAgg makes means of the moments of all groups. Without keepdims the axes,
// which have length 1, are dropped.
func MeanAgg[A float64 | complex128, Out rt.Elem](t *rt.Task, parts []*Moments[A], axes []int, keepdims bool) (*rt.Block[Out], error) {
	return aggregate[A, Out](t, parts, momentMean, 0, axes, keepdims)
}

// VarAgg makes variances of the moments of all groups, with the divisor
// n - ddof.
func VarAgg[A float64 | complex128, Out rt.Elem](t *rt.Task, parts []*Moments[A], axes []int, keepdims bool, ddof float64) (*rt.Block[Out], error) {
	return aggregate[A, Out](t, parts, momentVar, ddof, axes, keepdims)
}

// StdAgg is the square root of VarAgg.
func StdAgg[A float64 | complex128, Out rt.Elem](t *rt.Task, parts []*Moments[A], axes []int, keepdims bool, ddof float64) (*rt.Block[Out], error) {
	return aggregate[A, Out](t, parts, momentStd, ddof, axes, keepdims)
}

func aggregate[A float64 | complex128, Out rt.Elem](t *rt.Task, parts []*Moments[A], kind momentKind, ddof float64, axes []int, keepdims bool) (*rt.Block[Out], error) {
	m, err := MomentCombine(t, parts)
	if err != nil {
		return nil, err
	}
	defer m.Release()
	if kind != momentMean && m.M2 == nil {
		return nil, errors.New("partial results of means hold no variances")
	}
	out := rt.Alloc[Out](t, m.Shape)
	m.write(any(out.Data), kind, ddof)
	return dropped(t, out, axes, keepdims)
}

// Partials makes a list of partial results.
func Partials[P any](ps ...P) []P { return ps }

// Flatten joins lists.
func Flatten[V any](lists [][]V) []V { return slices.Concat(lists...) }

// Numel returns how many elements of x meet in each result over axes.
func Numel[T rt.Elem, Out Real](t *rt.Task, x *rt.Block[T], axes []int, keepdims bool) (*rt.Block[Out], error) {
	n := 1
	for _, a := range axes {
		n *= x.Shape[a]
	}
	return Full(t, reducedShape(nil, x.Shape, reducedAxes(nil, x.Rank(), axes), keepdims), Out(n))
}
