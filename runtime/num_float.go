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

// Sinc returns sin(pi*x) / (pi*x), 1 at 0.
func Sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	x *= math.Pi
	return math.Sin(x) / x
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

// Acos returns the inverse cosine of x. Unlike math.Acos it does not lose
// digits near 1.
func Acos(x float64) float64 {
	return 2 * math.Atan2(math.Sqrt(1-x), math.Sqrt(1+x))
}

// Log returns the natural logarithm of x. Unlike math.Log it is right for
// subnormal numbers on all platforms.
func Log(x float64) float64 {
	if x < 0x1p-1022 && x > 0 {
		return math.Log(x*0x1p64) - 64*math.Ln2
	}
	return math.Log(x)
}

// Log2 returns the logarithm of x to base 2. Unlike math.Log2 it does not lose
// digits near 1.
func Log2(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 1) {
		return math.Log(x)
	}
	m, e := split(x)
	if m == 0.5 {
		return e - 1
	}
	return e + math.Log(m)*(1/math.Ln2)
}

// Log10 returns the logarithm of x to base 10. Unlike math.Log10 it is exact
// for powers of 10.
func Log10(x float64) float64 {
	const (
		log10Of2High = 3.01029995663611771306e-01 // exact in 33 bits, so that its product with an exponent is
		log10Of2Low  = 3.69423907715893078616e-13
	)
	if !(x > 0) || math.IsInf(x, 1) {
		return math.Log(x)
	}
	m, e := split(x)
	low := float64(e*log10Of2Low) + float64(math.Log(m)*(1/math.Ln10))
	return low + float64(e*log10Of2High)
}

// split returns x = m * 2**e with m in [1, 2) if x >= 1, and in [1/2, 1) if
// not, so that the logarithms of both have one sign.
func split(x float64) (m, e float64) {
	m, n := math.Frexp(x)
	if x >= 1 {
		m, n = 2*m, n-1
	}
	return m, float64(n)
}

// LogAddExp returns log(exp(x) + exp(y)).
func LogAddExp(x, y float64) float64 {
	if x == y {
		return x + math.Ln2
	}
	switch d := x - y; {
	case d > 0:
		return x + math.Log1p(math.Exp(-d))
	case d <= 0:
		return y + math.Log1p(math.Exp(d))
	default:
		return d
	}
}

// LogAddExp2 returns log2(2**x + 2**y).
func LogAddExp2(x, y float64) float64 {
	if x == y {
		return x + 1
	}
	switch d := x - y; {
	case d > 0:
		return x + math.Log1p(math.Exp2(-d))/math.Ln2
	case d <= 0:
		return y + math.Log1p(math.Exp2(d))/math.Ln2
	default:
		return d
	}
}

// Pow returns x raised to y. Unlike math.Pow, whose error grows with y, it is
// within a few units in the last place.
func Pow(x, y float64) float64 {
	switch {
	case y == 2:
		return x * x
	case !(x > 0) || math.IsInf(x, 0) || !IsFinite(y) || y == 0 || x == 1:
		return powSpecial(x, y)
	}
	return powPositive(x, y)
}

// powSpecial is Pow for zeros, negative numbers, infinities and NaN.
func powSpecial(x, y float64) float64 {
	if x < 0 && IsFinite(x) && IsFinite(y) && y == math.Trunc(y) {
		p := powPositive(-x, y)
		if math.Mod(y, 2) != 0 {
			return -p
		}
		return p
	}
	if math.IsInf(x, -1) && math.Abs(y) == 0.5 { // math.Pow takes the square root
		return math.Pow(math.Inf(1), y)
	}
	return math.Pow(x, y)
}

// powPositive returns x raised to y, for finite x > 0 and finite y, as
// exp(y*log(x)) with the logarithm and the product in twice the precision.
func powPositive(x, y float64) float64 {
	hi, lo := logTwice(x)
	p := y * hi
	q := math.FMA(y, hi, -p) + y*lo
	switch {
	case p > 800:
		return math.Inf(1)
	case p < -800:
		return 0
	case math.Abs(p) < 690:
		e := math.Exp(p)
		return e + float64(e*q)
	}
	e := math.Exp(p / 2) // half the exponent twice, in the range where exp is at its best
	e += float64(e * (q / 2))
	return e * e
}

// logTwice returns log(x) as a sum hi + lo that is exact to about 64 bits, for
// finite x > 0: log(m) = 2 artanh(s), s = (m-1)/(m+1), as a series in s.
func logTwice(x float64) (hi, lo float64) {
	m, n := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, n = 2*m, n-1
	}
	e := float64(n)
	num, den := m-1, m+1
	denLow := m - (den - 1)
	r := 1 / den
	s := num * r
	sLow := (math.FMA(-s, den, num) - s*denLow) * r
	z := s * s
	zLow := math.FMA(s, s, -z) + 2*s*sLow
	// tail is artanh(s)/s - 1 - z/3, with |z| < 0.03
	tail := z * z * (1.0/5 + z*(1.0/7+z*(1.0/9+z*(1.0/11+z*(1.0/13+z*(1.0/15+z*(1.0/17+z*(1.0/19+z*(1.0/21)))))))))
	const oneThird, oneThirdLow = 0x1.5555555555555p-2, 0x1.5555555555555p-56
	third := z * oneThird
	thirdLow := math.FMA(z, oneThird, -third) + z*oneThirdLow + zLow*oneThird
	f, fLow := twoSum(third, tail)
	fLow += thirdLow
	// log(m) = 2s + 2s*f
	p := s * f
	pLow := math.FMA(s, f, -p) + s*fLow + sLow*f
	h, l := twoSum(s, p)
	l += sLow + pLow
	const (
		ln2High = 6.93147180369123816490e-01 // its product with an exponent is exact
		ln2Low  = 1.90821492927058770002e-10
	)
	hi, lo = twoSum(float64(e*ln2High), 2*h)
	lo += 2*l + float64(e*ln2Low)
	return twoSum(hi, lo)
}

// twoSum returns a + b as the rounded sum and its error.
func twoSum(a, b float64) (sum, err float64) {
	sum = a + b
	t := sum - a
	return sum, (a - (sum - t)) + (b - t)
}
