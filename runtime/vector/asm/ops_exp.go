package main

import "math"

func init() {
	declare("exponential",
		elementary("Exp", "e raised to x", exp64, exp32),
		elementary("Exp2", "2 raised to x", exp2of64, exp2of32),
		elementary("Expm1", "e raised to x, less 1", expm1of64, expm1of32),
	)
}

// elementary declares a function of one number, for float64 by one body, for
// float32 by another one on float64, whose result needs some 30 bits.
func elementary(name, doc string, f64, f32 func(x *value) *value) *Op {
	return &Op{Name: name, Doc: doc, Lanes: floatLanes, Params: 1, Scalar: true, Body: func(x ...*value) *value {
		if x[0].lane == F32 {
			return convert(f32(convert(x[0], F64)), F32)
		}
		return f64(x[0])
	}}
}

// elementary2 declares a function of two numbers in the same way.
func elementary2(name, doc string, f64, f32 func(x, y *value) *value) *Op {
	return &Op{Name: name, Doc: doc, Lanes: floatLanes, Params: 2, Scalar: true, Body: func(x ...*value) *value {
		if x[0].lane == F32 {
			return convert(f32(convert(x[0], F64), convert(x[1], F64)), F32)
		}
		return f64(x[0], x[1])
	}}
}

var inf, nan = math.Inf(1), math.NaN()

// signOf is the sign bit of a float64.
func signOf(x *value) *value { return and(x, x.bits(1<<63)) }

const (
	ln2     = 0x1.62e42fefa39efp-1
	log2E   = 0x1.71547652b82fep+0
	ln2High = 0x1.62e42fefa3800p-1 // 42 bits: its product with an exponent is exact
	ln2Low  = 0x1.ef35793c76730p-45
	magic   = 0x1.8p52 // a sum with it is an integer, and ends in the bits of that integer
)

// expPoly is (e^r - 1 - r)/r^2 for |r| <= ln(2)/2, its highest coefficient
// first, as all polynomials here: minimax by Remez's algorithm in 60 digits. The
// relative error of e^r is 2^-57.9.
var expPoly = []float64{
	0x1.ad7f413e94ad9p-26, 0x1.28ad9b624b89ap-22, 0x1.71df25b17a3e1p-19, 0x1.a01999e2890d4p-16, 0x1.a01a012a0ff13p-13,
	0x1.6c16c18438a2fp-10, 0x1.1111111127d0cp-7, 0x1.555555555083fp-5, 0x1.55555555554f9p-3, 0x1.000000000000ap-1,
}

// The short polynomials are those of float32. expShort is e^r, relative error
// 2^-29; exp2Short is 2^r, |r| <= 1/2, 2^-29; expm1Short is (e^r - 1 - r)/r^2,
// the relative error of e^r - 1 is 2^-31.9.
var (
	expShort = []float64{
		0x1.6ab9510de122bp-10, 0x1.126d6569eb96cp-7, 0x1.55589babcce91p-5, 0x1.555409d3d9c5bp-3, 0x1.fffffaabb44cap-2,
		0x1.0000009c796cep+0, 0x1.00000002636e0p+0,
	}
	exp2Short = []float64{
		0x1.41d2f98e26716p-13, 0x1.5f45f3b20c009p-10, 0x1.3b2dbd5cef3ddp-7, 0x1.c6aed3aa41f00p-5, 0x1.ebfbdad86ddcfp-3,
		0x1.62e430c8afecbp-1, 0x1.0000000263eaap+0,
	}
	expm1Short = []float64{
		0x1.a0fb159547787p-13, 0x1.6d7952d1cbf4bp-10, 0x1.1110f0383018bp-7, 0x1.5554a8dd8f5ebp-5, 0x1.55555557ff082p-3,
		0x1.00000029f0255p-1,
	}
)

// nearest rounds x*y to an integer, |x*y| < 2^51; bits holds it in its low bits.
func nearest(x, y *value) (n, bits *value) {
	bits = fma(x, y, x.num(magic))
	return sub(bits, x.num(magic)), bits
}

// pow2 is 2^k for an integer k from -1022 to 1023.
func pow2(k *value) *value {
	return cast(shl(cast(add(k, k.num(0x1p52+1023)), U64), 52), F64)
}

// raise multiplies by 2^k, k in the low bits of an integer, without overflow.
func raise(x, k *value) *value {
	return cast(add(cast(x, U64), shl(cast(k, U64), 52)), F64)
}

// exp64 is 2^k * e^r with k = round(x/ln(2)), |r| <= ln(2)/2. 1 + r is kept as
// a sum, so that the error of e^r is that of r, 1/4 ulp, and that of the last
// addition.
func exp64(x *value) *value {
	x = greater(x.num(-746), lesser(x.num(710), x))
	k, _ := nearest(x, x.num(log2E))
	r := fnma(k, x.num(ln2Low), fnma(k, x.num(ln2High), x))
	return expSum(k, r, nil)
}

// expSum is 2^k * (1 + r + r^2 p(r) + low).
func expSum(k, r, low *value) *value {
	one := r.num(1)
	h := add(one, r)
	l := sub(r, sub(h, one))
	if low != nil {
		l = add(l, low)
	}
	return scale(add(h, fma(mul(r, r), pairs(r, expPoly...), l)), k)
}

func exp2of64(x *value) *value {
	x = greater(x.num(-1080), lesser(x.num(1030), x))
	k := rint(x)
	r := mul(sub(x, k), x.num(0x1.62e42fefa39efp-1))
	return expSum(k, r, nil)
}

// expParts returns k, r and t with e^(x+low) = 2^k * (1 + r + t), |r| <= ln2/2.
func expParts(x, low *value) (k, r, t *value) {
	k, _ = nearest(x, x.num(log2E))
	r1 := fnma(k, x.num(ln2High), x)
	r = fnma(k, x.num(ln2Low), r1)
	rest := fnma(k, x.num(ln2Low), sub(r1, r))
	if low != nil {
		rest = add(rest, low)
	}
	return k, r, fma(mul(r, r), pairs(r, expPoly...), rest)
}

func expm1of64(x *value) *value {
	k, r, t := expParts(greater(x.num(-40), lesser(x.num(710), x)), nil)
	s := pow2(sub(k, k.num(1)))
	y := fma(s, t, fma(s, r, sub(s, s.num(0.5))))
	return choose(lt(abs(x), x.num(0x1p-54)), x, add(y, y))
}

func exp32(x *value) *value {
	x = greater(x.num(-150), lesser(x.num(130), x))
	k, bits := nearest(x, x.num(log2E))
	return raise(horner(fnma(k, x.num(ln2), x), expShort...), bits)
}

func exp2of32(x *value) *value {
	x = greater(x.num(-160), lesser(x.num(130), x))
	k, bits := nearest(x, x.num(1))
	return raise(horner(sub(x, k), exp2Short...), bits)
}

// expm1Core is e^x - 1 for |x| < 700.
func expm1Core(x *value) *value {
	k, _ := nearest(x, x.num(log2E))
	r := fnma(k, x.num(ln2), x)
	s := pow2(k)
	return fma(s, fma(mul(r, r), horner(r, expm1Short...), r), sub(s, s.num(1)))
}

func expm1of32(x *value) *value {
	return or(expm1Core(greater(x.num(-30), lesser(x.num(130), x))), signOf(x))
}
