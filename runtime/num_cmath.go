package runtime

import (
	"math"
	"math/cmplx"

	"github.com/daskgen/daskgen/runtime/vector"
)

// Complex functions as C99 defines them and NumPy uses them. Those of package
// math/cmplx have C99's values for zeros, infinities and NaN, but lose digits
// for small and large arguments; the formulas here are Kahan's ("Branch cuts
// for complex elementary functions", 1987), which do not.

const (
	// hugeC is where sums of squares of a function's argument come close to
	// overflow.
	hugeC = math.MaxFloat64 / 4
)

// timesI returns i*z without arithmetic, which would turn infinities into NaN.
func timesI(z complex128) complex128 { return complex(-imag(z), real(z)) }

// timesMinusI returns -i*z.
func timesMinusI(z complex128) complex128 { return complex(imag(z), -real(z)) }

// SqrtC returns the square root of z with real part >= 0.
func SqrtC(z complex128) complex128 {
	re, im := real(z), imag(z)
	if !IsFiniteC(z) || re == 0 && im == 0 || im == 0 {
		return cmplx.Sqrt(z)
	}
	scale := 1.0
	switch m := max(math.Abs(re), math.Abs(im)); {
	case m > hugeC:
		re, im, scale = re/16, im/16, 4
	case m < 1e-290:
		re, im, scale = re*0x1p108, im*0x1p108, 0x1p-54
	}
	s := math.Sqrt((math.Abs(re) + math.Hypot(re, im)) / 2)
	d := im / (2 * s)
	if re >= 0 {
		return complex(s*scale, d*scale)
	}
	return complex(math.Abs(d)*scale, math.Copysign(s, im)*scale)
}

// ExpC returns e raised to z.
func ExpC(z complex128) complex128 {
	re, im := real(z), imag(z)
	if !IsFiniteC(z) || im == 0 {
		return cmplx.Exp(z)
	}
	s, c := math.Sincos(im)
	if re > 709 { // exp alone may overflow
		e := math.Exp(re / 2)
		return complex(e*c*e, e*s*e)
	}
	e := math.Exp(re)
	return complex(e*c, e*s)
}

// Exp2C returns 2 raised to z.
func Exp2C(z complex128) complex128 {
	return ExpC(complex(real(z)*math.Ln2, imag(z)*math.Ln2))
}

// Expm1C returns e raised to z, less 1.
func Expm1C(z complex128) complex128 {
	re, im := real(z), imag(z)
	half := math.Sin(im / 2)
	return complex(math.Expm1(re)*math.Cos(im)-2*half*half, math.Exp(re)*math.Sin(im))
}

// LogC returns the natural logarithm of z.
func LogC(z complex128) complex128 {
	return complex(logAbs(real(z), imag(z)), math.Atan2(imag(z), real(z)))
}

// logAbs returns log(hypot(x, y)), also where that is near 1 or out of range.
func logAbs(x, y float64) float64 {
	x, y = math.Abs(x), math.Abs(y)
	if x < y {
		x, y = y, x
	}
	switch h := math.Hypot(x, y); {
	case h > 0.5 && h < 2:
		return math.Log1p((x-1)*(x+1)+y*y) / 2
	case h < 1e-300 && h > 0:
		return math.Log(math.Hypot(x*0x1p200, y*0x1p200)) - 200*math.Ln2
	case x > hugeC && !math.IsInf(x, 0):
		return math.Log(math.Hypot(x/2, y/2)) + math.Ln2
	default:
		return vector.Log(h)
	}
}

// Log2C returns the logarithm of z to base 2.
func Log2C(z complex128) complex128 { return scaleC(LogC(z), 1/math.Ln2) }

// Log10C returns the logarithm of z to base 10.
func Log10C(z complex128) complex128 { return scaleC(LogC(z), 1/math.Ln10) }

func scaleC(z complex128, f float64) complex128 { return complex(real(z)*f, imag(z)*f) }

// Log1pC returns the natural logarithm of 1 + z.
func Log1pC(z complex128) complex128 {
	re, im := real(z), imag(z)
	arg := math.Atan2(im, re+1)
	if math.Abs(re) < 0.5 && math.Abs(im) < 0.5 {
		return complex(math.Log1p(re*(re+2)+im*im)/2, arg)
	}
	return complex(logAbs(re+1, im), arg)
}

// SinhC returns the hyperbolic sine of z.
func SinhC(z complex128) complex128 {
	re, im := real(z), imag(z)
	switch {
	case math.IsInf(re, 0) && math.IsInf(im, 0):
		return complex(math.Inf(1), math.NaN())
	case !IsFiniteC(z) || math.Abs(re) > 700:
		return cmplx.Sinh(z)
	}
	s, c := math.Sincos(im)
	return complex(c*math.Sinh(re), s*math.Cosh(re))
}

// CoshC returns the hyperbolic cosine of z.
func CoshC(z complex128) complex128 {
	re, im := real(z), imag(z)
	if !IsFiniteC(z) || math.Abs(re) > 700 {
		return cmplx.Cosh(z)
	}
	s, c := math.Sincos(im)
	return complex(c*math.Cosh(re), s*math.Sinh(re))
}

// TanhC returns the hyperbolic tangent of z.
func TanhC(z complex128) complex128 {
	re, im := real(z), imag(z)
	switch {
	case re == 0 && !IsFinite(im):
		return complex(re, math.NaN())
	case !IsFiniteC(z):
		return cmplx.Tanh(z)
	}
	if math.Abs(re) > 20 { // tanh is 1 to the last digit
		e := math.Exp(-math.Abs(re))
		return complex(math.Copysign(1, re), 4*math.Sin(im)*math.Cos(im)*e*e)
	}
	t, s := math.Tan(im), math.Sinh(re)
	beta := 1 + t*t
	rho := math.Sqrt(1 + s*s)
	if math.IsInf(t, 0) {
		return complex(rho/s, 1/t)
	}
	d := 1 + beta*s*s
	return complex(beta*rho*s/d, t/d)
}

// SinC returns the sine of z.
func SinC(z complex128) complex128 {
	if math.IsInf(real(z), 0) && math.IsInf(imag(z), 0) { // where C leaves the sign open
		return complex(math.NaN(), math.Inf(1))
	}
	return timesMinusI(SinhC(timesI(z)))
}

// CosC returns the cosine of z.
func CosC(z complex128) complex128 { return CoshC(timesI(z)) }

// TanC returns the tangent of z.
func TanC(z complex128) complex128 { return timesMinusI(TanhC(timesI(z))) }

// large says whether z is so large that z*z + 1 is z*z to the last digit.
func large(z complex128) bool {
	return math.Abs(real(z)) > 1e10 || math.Abs(imag(z)) > 1e10
}

// AsinhC returns the inverse hyperbolic sine of z.
func AsinhC(z complex128) complex128 {
	re, im := real(z), imag(z)
	switch {
	case !IsFiniteC(z):
		return cmplx.Asinh(z)
	case large(z):
		return complex(math.Copysign(logAbs(re, im)+math.Ln2, re), math.Atan2(im, math.Abs(re)))
	}
	a, b := SqrtC(complex(1+im, -re)), SqrtC(complex(1-im, re))
	return complex(math.Asinh(real(a)*imag(b)-imag(a)*real(b)), math.Atan2(im, real(a)*real(b)-imag(a)*imag(b)))
}

// AsinC returns the inverse sine of z.
func AsinC(z complex128) complex128 { return timesMinusI(AsinhC(timesI(z))) }

// AcosC returns the inverse cosine of z.
func AcosC(z complex128) complex128 {
	re, im := real(z), imag(z)
	switch {
	case !IsFiniteC(z):
		return cmplx.Acos(z)
	case large(z):
		return complex(math.Atan2(math.Abs(im), re), math.Copysign(logAbs(re, im)+math.Ln2, -im))
	}
	a, b := SqrtC(complex(1-re, -im)), SqrtC(complex(1+re, im))
	return complex(2*math.Atan2(real(a), real(b)), math.Asinh(real(b)*imag(a)-imag(b)*real(a)))
}

// AcoshC returns the inverse hyperbolic cosine of z.
func AcoshC(z complex128) complex128 {
	re, im := real(z), imag(z)
	switch {
	case re == 0 && math.IsNaN(im):
		return complex(im, math.Pi/2)
	case !IsFiniteC(z):
		return cmplx.Acosh(z)
	case large(z):
		return complex(logAbs(re, im)+math.Ln2, math.Atan2(im, re))
	}
	a, b := SqrtC(complex(re-1, im)), SqrtC(complex(re+1, im))
	return complex(math.Asinh(real(a)*real(b)+imag(a)*imag(b)), 2*math.Atan2(imag(a), real(b)))
}

// AtanhC returns the inverse hyperbolic tangent of z.
func AtanhC(z complex128) complex128 {
	re, im := real(z), imag(z)
	if !IsFiniteC(z) {
		return cmplx.Atanh(z)
	}
	if math.Signbit(re) { // odd
		return -AtanhC(-z)
	}
	if large(z) {
		h := math.Hypot(re/2, im/2)
		return complex(re/4/h/h, math.Copysign(math.Pi/2, im))
	}
	if re == 1 && math.Abs(im) < 1e-150 {
		if im == 0 {
			return complex(math.Inf(1), im)
		}
		return complex(-math.Log(math.Sqrt(math.Abs(im))/math.Sqrt(math.Hypot(im, 2))), math.Copysign(math.Atan2(2, -math.Abs(im))/2, im))
	}
	d := (1-re)*(1-re) + im*im
	return complex(math.Log1p(4*re/d)/4, -math.Atan2(-2*im, (1-re)*(1+re)-im*im)/2)
}

// AtanC returns the inverse tangent of z.
func AtanC(z complex128) complex128 { return timesMinusI(AtanhC(timesI(z))) }

// PowC64 returns a raised to b.
func PowC64(a, b complex64) complex64 {
	return complex64(PowC128(complex128(a), complex128(b)))
}

// PowC128 returns a raised to b as NumPy does: integer exponents below 100 by
// multiplication, 0 to a power by the sign of its real part.
func PowC128(a, b complex128) complex128 {
	switch {
	case b == 0:
		return 1
	case a == 0 && real(b) > 0:
		return 0
	case a == 0:
		return complex(math.NaN(), math.NaN())
	}
	if n := real(b); imag(b) == 0 && n == math.Trunc(n) && math.Abs(n) < 100 {
		return powIntC(a, int(n))
	}
	l := LogC(a)
	re, im := mul(real(b), imag(b), real(l), imag(l))
	return ExpC(complex(re, im))
}

// powIntC returns a raised to n, by repeated squaring in NumPy's order.
func powIntC(a complex128, n int) complex128 {
	switch n {
	case 1:
		return a
	case 2:
		return MulC128(a, a)
	case 3:
		return MulC128(a, MulC128(a, a))
	}
	r, k := complex128(1), max(n, -n)
	for p := a; ; p = MulC128(p, p) {
		if k&1 != 0 {
			r = MulC128(r, p)
		}
		if k >>= 1; k == 0 {
			break
		}
	}
	if n < 0 {
		return DivC128(1, r)
	}
	return r
}
