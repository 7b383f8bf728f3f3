package runtime

import "math"

// IsFinite says whether x is neither infinite nor NaN.
func IsFinite(x float64) bool { return math.Abs(x) <= math.MaxFloat64 }

// FloorDivFloat returns floor(a / b) as Python and NumPy compute it, from the
// exact remainder: 1 // 0.1 is 9.
func FloorDivFloat[T Float](a, b T) T {
	q, _ := DivModFloat(a, b)
	return q
}

// ModFloat returns the exact remainder of a / b of the sign of b.
func ModFloat[T Float](a, b T) T {
	_, r := DivModFloat(a, b)
	return r
}

// DivModFloat returns FloorDivFloat and ModFloat together.
func DivModFloat[T Float](a, b T) (q, r T) {
	if b == 0 {
		return a / b, T(math.NaN())
	}
	r = T(modulo(float64(a), float64(b)))
	q = (a - r) / b
	if r == 0 {
		r = T(math.Copysign(0, float64(b)))
	} else if (r < 0) != (b < 0) {
		r += b
		q--
	}
	if q == 0 {
		return T(math.Copysign(0, float64(a/b))), r
	}
	f := T(math.Floor(float64(q)))
	if q-f > 0.5 {
		f++
	}
	return f, r
}

// modulo is math.Mod but for the sign of a zero. Where the quotient is an exact
// integer, it may only have been rounded up to the next one: what is left is
// exact then too.
func modulo(a, b float64) float64 {
	q := math.Trunc(a / b)
	if q == 0 {
		return a
	}
	if !(math.Abs(q) < 1<<52) {
		return math.Mod(a, b)
	}
	r := math.FMA(-q, b, a)
	if r != 0 && (r < 0) != (a < 0) {
		r += math.Copysign(b, a)
	}
	return r
}

// SignFloat returns -1, 0 or 1; NaN for NaN.
func SignFloat[T Float](x T) T {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	case x == 0:
		return 0
	}
	return x
}

// FMin returns the smaller of x and y, the other one if one is NaN.
func FMin[T Float](x, y T) T {
	if x <= y || y != y {
		return x
	}
	return y
}

// FMax returns the larger of x and y, the other one if one is NaN.
func FMax[T Float](x, y T) T {
	if x >= y || y != y {
		return x
	}
	return y
}

// Heaviside returns 0 for negative x, 1 for positive x and y for 0; NaN for
// NaN.
func Heaviside[T Float](x, y T) T {
	switch {
	case x < 0:
		return 0
	case x > 0:
		return 1
	case x == 0:
		return y
	}
	return x
}

// Ldexp returns x * 2**n.
func Ldexp(x float64, n int64) float64 {
	return math.Ldexp(x, int(max(-5000, min(n, 5000))))
}

// Spacing returns the distance from x to the next float away from 0, with the
// sign of x, positive for both zeros.
func Spacing(x float64) float64 {
	switch {
	case math.IsInf(x, 0):
		return math.NaN()
	case x == 0:
		return math.SmallestNonzeroFloat64
	}
	return math.Nextafter(x, math.Copysign(math.Inf(1), x)) - x
}

// Spacing32 is Spacing in float32.
func Spacing32(x float32) float32 {
	switch {
	case math.IsInf(float64(x), 0):
		return float32(math.NaN())
	case x == 0:
		return math.SmallestNonzeroFloat32
	}
	return math.Nextafter32(x, float32(math.Copysign(math.Inf(1), float64(x)))) - x
}

// NanToNum replaces NaN by 0 and infinities by the largest numbers.
func NanToNum(x float64) float64 {
	if x != x {
		return 0
	}
	return max(-math.MaxFloat64, min(x, math.MaxFloat64))
}

// NanToNum32 is NanToNum in float32.
func NanToNum32(x float32) float32 {
	if x != x {
		return 0
	}
	return max(-math.MaxFloat32, min(x, math.MaxFloat32))
}

// Round rounds x to a number of decimals, halves to even, as NumPy does: it
// scales, rounds and scales back.
func Round(x float64, decimals int64) float64 {
	if decimals < 0 {
		p := math.Pow10(int(min(-decimals, 400)))
		return math.RoundToEven(x/p) * p
	}
	p := math.Pow10(int(min(decimals, 400)))
	return math.RoundToEven(x*p) / p
}

// Round32 is Round in float32.
func Round32(x float32, decimals int64) float32 {
	if decimals < 0 {
		p := float32(math.Pow10(int(min(-decimals, 400))))
		return float32(math.RoundToEven(float64(x/p))) * p
	}
	p := float32(math.Pow10(int(min(decimals, 400))))
	return float32(math.RoundToEven(float64(x*p))) / p
}
