package kernel

import (
	"math"

	rt "github.com/daskgen/daskgen/runtime"
)

// Pair is the result of a kernel that makes two blocks.
type Pair[A, B rt.Elem] = rt.Tuple2[*rt.Block[A], *rt.Block[B]]

// newPair makes the blocks of a pair.
func newPair[A, B rt.Elem](t *rt.Task, shape []int) Pair[A, B] {
	return Pair[A, B]{V0: rt.Alloc[A](t, shape), V1: rt.Alloc[B](t, shape)}
}

// strips returns the strips of both blocks from lo.
func strips[A, B rt.Elem](p Pair[A, B], lo int) ([]A, []B) {
	a := p.V0.Data[lo:min(lo+rt.StripLen, len(p.V0.Data))]
	return a, p.V1.Data[lo:][:len(a)]
}

// Frexp returns the mantissas and exponents of x: x is mantissa * 2**exponent,
// and the mantissa's magnitude is in [0.5, 1). Zeros, infinities and NaN are
// their own mantissa, with exponent 0.
func Frexp[T Float](t *rt.Task, x *rt.Block[T]) (Pair[T, int32], error) {
	out := newPair[T, int32](t, x.Shape)
	r := x.Reader(t, x.Shape)
	defer r.Close()
	for lo := 0; lo < len(out.V0.Data); lo += rt.StripLen {
		m, e := strips(out, lo)
		v := r.Strip(lo, len(m))
		m, e = m[:len(v)], e[:len(v)]
		for k := range v {
			mantissa, exponent := frexp(float64(v[k]))
			m[k], e[k] = T(mantissa), exponent
		}
	}
	return out, nil
}

// FrexpValue is Frexp of a number.
func FrexpValue(_ *rt.Task, x float64) (rt.Tuple2[float64, int64], error) {
	m, e := frexp(x)
	return rt.Tuple2[float64, int64]{V0: m, V1: int64(e)}, nil
}

// frexp is math.Frexp, inline for normal numbers.
func frexp(x float64) (float64, int32) {
	const bias, mask = 1022, 0x7ff
	b := math.Float64bits(x)
	e := int32(b>>52) & mask
	if uint32(e-1) >= mask-1 {
		return frexpSpecial(x)
	}
	return math.Float64frombits(b&^(mask<<52) | bias<<52), e - bias
}

//go:noinline
func frexpSpecial(x float64) (float64, int32) {
	m, e := math.Frexp(x)
	return m, int32(e)
}

// Modf returns the fractions and the integral parts of x, both with the sign of
// x. The fraction of an infinity is 0.
func Modf[T Float](t *rt.Task, x *rt.Block[T]) (Pair[T, T], error) {
	out := newPair[T, T](t, x.Shape)
	r := x.Reader(t, x.Shape)
	defer r.Close()
	for lo := 0; lo < len(out.V0.Data); lo += rt.StripLen {
		f, w := strips(out, lo)
		v := r.Strip(lo, len(f))
		f, w = f[:len(v)], w[:len(v)]
		for k := range v {
			fraction, whole := modf(float64(v[k]))
			f[k], w[k] = T(fraction), T(whole)
		}
	}
	return out, nil
}

// ModfValue is Modf of a number.
func ModfValue(_ *rt.Task, x float64) (rt.Tuple2[float64, float64], error) {
	f, w := modf(x)
	return rt.Tuple2[float64, float64]{V0: f, V1: w}, nil
}

func modf(x float64) (fraction, whole float64) {
	whole = math.Trunc(x)
	if whole != x { // not an infinity
		fraction = x - whole
	}
	return math.Copysign(fraction, x), whole
}

// DivMod returns the quotients of x / y rounded down and their remainders, with
// broadcasting; 0 and 0 where y is 0.
func DivMod[T Integer](t *rt.Task, x, y *rt.Block[T]) (Pair[T, T], error) {
	return divMod(t, x, y, func(q, r, a, b []T) {
		q, r, b = q[:len(a)], r[:len(a)], b[:len(a)]
		for k := range a {
			q[k], r[k] = rt.FloorDiv(a[k], b[k]), rt.Mod(a[k], b[k])
		}
	})
}

// DivModFloat is DivMod of floats; an infinity or NaN, and NaN, where y is 0.
func DivModFloat[T Float](t *rt.Task, x, y *rt.Block[T]) (Pair[T, T], error) {
	return divMod(t, x, y, func(q, r, a, b []T) {
		q, r, b = q[:len(a)], r[:len(a)], b[:len(a)]
		for k := range a {
			q[k], r[k] = rt.DivModFloat(a[k], b[k])
		}
	})
}

// divMod applies loop to strips of x and y, broadcast.
func divMod[T rt.Elem](t *rt.Task, x, y *rt.Block[T], loop func(q, r, a, b []T)) (Pair[T, T], error) {
	shape, err := rt.Broadcast(x.Shape, y.Shape)
	if err != nil {
		return Pair[T, T]{}, err
	}
	out := newPair[T, T](t, shape)
	xs, ys := x.Reader(t, shape), y.Reader(t, shape)
	defer xs.Close()
	defer ys.Close()
	for lo := 0; lo < len(out.V0.Data); lo += rt.StripLen {
		q, r := strips(out, lo)
		loop(q, r, xs.Strip(lo, len(q)), ys.Strip(lo, len(q)))
	}
	return out, nil
}

// DivModValue is DivMod of numbers.
func DivModValue(_ *rt.Task, x, y int64) (rt.Tuple2[int64, int64], error) {
	return rt.Tuple2[int64, int64]{V0: rt.FloorDiv(x, y), V1: rt.Mod(x, y)}, nil
}

// DivModFloatValue is DivModFloat of numbers.
func DivModFloatValue(_ *rt.Task, x, y float64) (rt.Tuple2[float64, float64], error) {
	q, r := rt.DivModFloat(x, y)
	return rt.Tuple2[float64, float64]{V0: q, V1: r}, nil
}
