package runtime

import (
	"math"
)

// Complex arithmetic in the order of operations of NumPy's loops. Products are
// converted before they are added, so that no platform fuses them.

func mul[T Float](ar, ai, br, bi T) (re, im T) {
	return T(ar*br) - T(ai*bi), T(ar*bi) + T(ai*br)
}

// div is Smith's algorithm.
func div[T Float](ar, ai, br, bi T) (re, im T) {
	absR, absI := abs(br), abs(bi)
	switch {
	case absR == 0 && absI == 0:
		return ar / absR, ai / absR
	case absR >= absI:
		ratio := bi / br
		scale := 1 / (br + T(bi*ratio))
		return (ar + T(ai*ratio)) * scale, (ai - T(ar*ratio)) * scale
	}
	ratio := br / bi
	scale := 1 / (bi + T(br*ratio))
	return (T(ar*ratio) + ai) * scale, (T(ai*ratio) - ar) * scale
}

func abs[T Float](x T) T { return T(math.Abs(float64(x))) }

func reciprocal[T Float](re, im T) (T, T) {
	if abs(im) <= abs(re) {
		ratio := im / re
		d := re + T(im*ratio)
		return 1 / d, -ratio / d
	}
	ratio := re / im
	d := T(re*ratio) + im
	return ratio / d, -1 / d
}

// MulC64 returns a * b.
func MulC64(a, b complex64) complex64 {
	return complex(mul(real(a), imag(a), real(b), imag(b)))
}

// MulC128 returns a * b.
func MulC128(a, b complex128) complex128 {
	return complex(mul(real(a), imag(a), real(b), imag(b)))
}

// SquareC64 returns a * a.
func SquareC64(a complex64) complex64 { return MulC64(a, a) }

// SquareC128 returns a * a.
func SquareC128(a complex128) complex128 { return MulC128(a, a) }

// DivC64 returns a / b.
func DivC64(a, b complex64) complex64 {
	return complex(div(real(a), imag(a), real(b), imag(b)))
}

// DivC128 returns a / b.
func DivC128(a, b complex128) complex128 {
	return complex(div(real(a), imag(a), real(b), imag(b)))
}

// ReciprocalC64 returns 1 / a.
func ReciprocalC64(a complex64) complex64 { return complex(reciprocal(real(a), imag(a))) }

// ReciprocalC128 returns 1 / a.
func ReciprocalC128(a complex128) complex128 { return complex(reciprocal(real(a), imag(a))) }

// SignC64 returns a / |a|, 0 for 0.
func SignC64(a complex64) complex64 { return complex64(SignC128(complex128(a))) }

// SignC128 returns a / |a|, 0 for 0.
func SignC128(a complex128) complex128 {
	re, im := real(a), imag(a)
	switch h := math.Hypot(re, im); {
	case h == 0:
		return 0
	case h != h || math.IsInf(re, 0) && math.IsInf(im, 0) || math.IsNaN(re) || math.IsNaN(im):
		return complex(math.NaN(), math.NaN())
	case math.IsInf(re, 0):
		return complex(math.Copysign(1, re), 0)
	case math.IsInf(im, 0):
		return complex(0, math.Copysign(1, im))
	default:
		return complex(re/h, im/h)
	}
}

// IsNaNC says whether a part of z is NaN.
func IsNaNC(z complex128) bool { return math.IsNaN(real(z)) || math.IsNaN(imag(z)) }

// IsFiniteC says whether both parts of z are finite.
func IsFiniteC(z complex128) bool { return IsFinite(real(z)) && IsFinite(imag(z)) }

// LessC says whether a is before b, by real part, then imaginary part.
func LessC(a, b complex128) bool {
	if real(a) == real(b) {
		return imag(a) < imag(b)
	}
	return real(a) < real(b) && imag(a) == imag(a) && imag(b) == imag(b)
}

// LessEqualC says whether a is before b or equal to it.
func LessEqualC(a, b complex128) bool {
	if real(a) == real(b) {
		return imag(a) <= imag(b)
	}
	return real(a) < real(b) && imag(a) == imag(a) && imag(b) == imag(b)
}

// MinC returns the first of a and b in the order of LessC, the one that is NaN
// if there is one.
func MinC(a, b complex128) complex128 {
	if IsNaNC(a) || LessEqualC(a, b) {
		return a
	}
	return b
}

// MaxC returns the last of a and b in the order of LessC, the one that is NaN
// if there is one.
func MaxC(a, b complex128) complex128 {
	if IsNaNC(a) || LessEqualC(b, a) {
		return a
	}
	return b
}

// FMinC is MinC but for NaN, of which it returns the other argument.
func FMinC(a, b complex128) complex128 {
	if IsNaNC(b) || LessEqualC(a, b) {
		return a
	}
	return b
}

// FMaxC is MaxC but for NaN, of which it returns the other argument.
func FMaxC(a, b complex128) complex128 {
	if IsNaNC(b) || LessEqualC(b, a) {
		return a
	}
	return b
}

// RintC rounds both parts to integers, halves to even.
func RintC(z complex128) complex128 {
	return complex(math.RoundToEven(real(z)), math.RoundToEven(imag(z)))
}

// RoundC64 rounds both parts as Round32 does.
func RoundC64(z complex64, decimals int64) complex64 {
	return complex(Round32(real(z), decimals), Round32(imag(z), decimals))
}

// RoundC128 rounds both parts as Round does.
func RoundC128(z complex128, decimals int64) complex128 {
	return complex(Round(real(z), decimals), Round(imag(z), decimals))
}

// NanToNumC64 is NanToNum32 of both parts.
func NanToNumC64(z complex64) complex64 {
	return complex(NanToNum32(real(z)), NanToNum32(imag(z)))
}

// NanToNumC128 is NanToNum of both parts.
func NanToNumC128(z complex128) complex128 {
	return complex(NanToNum(real(z)), NanToNum(imag(z)))
}
