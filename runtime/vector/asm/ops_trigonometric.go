package main

func init() {
	declare("trigonometric",
		limited(elementary("Sin", "the sine of x", sin64, sin32)),
		limited(elementary("Cos", "the cosine of x", cos64, cos32)),
		limited(elementary("Tan", "the tangent of x", tan64, tan32)),
		limited(elementary("Sinc", "sin(pi*x)/(pi*x), 1 for 0", sinc64, sinc32)),
		elementary("Arcsin", "the inverse sine of x", arcsin64, arcsin32),
		elementary("Arccos", "the inverse cosine of x", arccos64, arccos32),
		elementary("Arctan", "the inverse tangent of x", arctan64, arctan32),
		elementary2("Arctan2", "the angle of the point (y, x)", arctan2of64, arctan2of32),
	)
}

// limited leaves numbers beyond trigLimit to functions in Go, sinRare and so on.
func limited(o *Op) *Op {
	o.Limit = trigLimit
	return o
}

const (
	// trigLimit is for Sinc too, whose argument is multiplied by pi.
	trigLimit    = 0.5e6
	twoOverPi    = 0x1.45f306dc9c883p-1
	halfPi       = 0x1.921fb54442d18p+0
	halfPiRest   = 0x1.1a62633145c07p-54
	halfPiMid    = 0x1.1a62633100000p-54 // halfPiRest in 33 bits and what is left of it
	halfPiLow    = 0x1.1701b839a2520p-88
	quarterPi    = 0x1.921fb54442d18p-1
	quarterPiLow = 0x1.1a62633145c07p-55
	tanEighthPi  = 0x1.a827999fcef32p-2
)

// Minimax polynomials in r^2: sinPoly is (sin(r)/r - 1)/r^2 for |r| <= pi/4,
// relative error of the sine 2^-58; cosPoly ((cos(r) - 1)/r^2 + 1/2)/r^2, 2^-63.9;
// atanPoly (atan(r)/r - 1)/r^2 for |r| <= tan(pi/8), 2^-59.5; asinPoly
// (asin(r)/r - 1)/r^2 for |r| <= 1/2, 2^-59.8. The short ones are sin(r)/r,
// 2^-37.6; cos(r), 2^-33.9; atan(r)/r, 2^-35.5; asin(r)/r, 2^-31.8.
var (
	sinPoly = []float64{
		0x1.5d92467316953p-33, -0x1.ae5e63cc3f495p-26, 0x1.71de3574b8ab9p-19, -0x1.a01a019c0e4a2p-13, 0x1.111111110f861p-7,
		-0x1.5555555555549p-3,
	}
	cosPoly = []float64{
		-0x1.8fa39703863dep-37, 0x1.1ee9d5cc03fa2p-29, -0x1.27e4f7e806d09p-22, 0x1.a01a019c809c8p-16, -0x1.6c16c16c14f6cp-10,
		0x1.555555555554bp-5,
	}
	atanPoly = []float64{
		-0x1.258423089147ap-6, 0x1.37e1ffc52f84bp-5, -0x1.9cd7d1b9af9f7p-5, 0x1.df10772690d9fp-5, -0x1.10ebcd879dc33p-4,
		0x1.3b111b048d946p-4, -0x1.745cf8f7f2c67p-4, 0x1.c71c70e6fdecap-4, -0x1.24924922af8d6p-3, 0x1.99999999958aep-3,
		-0x1.555555555553dp-2,
	}
	asinPoly = []float64{
		0x1.0bf330c2dab28p-5, -0x1.5a25250727ae2p-6, 0x1.65227fa8f481dp-6, 0x1.e0f1dbe82d086p-9, 0x1.61919d7a2c620p-7,
		0x1.75765662091dfp-7, 0x1.ca2169ddc5914p-7, 0x1.1c49dc73e2510p-6, 0x1.6e8bdffc9c7bap-6, 0x1.f1c71a8ad47bep-6,
		0x1.6db6db722d818p-5, 0x1.333333332dee7p-4, 0x1.5555555555578p-3,
	}
	sinShort = []float64{
		0x1.6c9d3846f5be0p-19, -0x1.a00e766087c58p-13, 0x1.111106b3ed397p-7, -0x1.555555484d685p-3, 0x1.fffffffff5836p-1,
	}
	cosShort = []float64{
		0x1.98c2696dcd2bap-16, -0x1.6c06440a2f83dp-10, 0x1.555536d7de4aap-5, -0x1.ffffffb02034cp-2, 0x1.ffffffff775c0p-1,
	}
	atanShort = []float64{
		0x1.8276707e0b93ep-5, -0x1.5a9553f2a3b25p-4, 0x1.c442cb41d5f17p-4, -0x1.247d253764650p-3, 0x1.999902d00417ap-3,
		-0x1.5555548ac31cdp-2, 0x1.ffffffffd3833p-1,
	}
	asinShort = []float64{
		0x1.36e141e2d04a0p-5, 0x1.cdc84ef98a202p-7, 0x1.057027454b1ecp-5, 0x1.6c8e3f4be8747p-5, 0x1.3339a29e77200p-4,
		0x1.5555480322eb9p-3, 0x1.000000011f969p+0,
	}
)

// reducePi returns x - n*pi/2 as r + low, and n as an integer (in its low bits).
func reducePi(x *value) (r, low, n *value) {
	k, bits := nearest(x, x.num(twoOverPi))
	r0 := fnma(k, x.num(halfPi), x)
	r = fnma(k, x.num(halfPiMid), r0)
	rest := fnma(k, x.num(halfPiMid), sub(r0, r))
	return r, fnma(k, x.num(halfPiLow), rest), cast(bits, U64)
}

func sinCos64(x *value, quarter uint64) *value {
	r, low, n := reducePi(x)
	if quarter > 0 {
		n = add(n, n.bits(quarter))
	}
	odd := ne(and(n, n.bits(1)), n.bits(0))
	z := mul(r, r)
	pick := func(i int) *value { return choose(odd, x.num(cosPoly[i]), x.num(sinPoly[i])) }
	q := pick(0)
	for i := 1; i < len(sinPoly); i++ {
		q = fma(q, z, pick(i))
	}
	a := choose(odd, x.num(1), r)
	b := choose(odd, mul(z, x.num(-0.5)), x.num(0))
	w := add(a, b)
	low = fma(choose(odd, neg(r), x.num(1)), low, add(sub(a, w), b))
	m := mul(choose(odd, z, r), z)
	s := add(w, fma(m, q, low))
	return xor(s, cast(shl(and(n, n.bits(2)), 62), F64))
}

func sin64(x *value) *value { return choose(eq(x, x.num(0)), x, sinCos64(x, 0)) }

func cos64(x *value) *value { return sinCos64(x, 1) }

func tan64(x *value) *value {
	r, low, n := reducePi(x)
	odd := ne(and(n, n.bits(1)), n.bits(0))
	z := mul(r, r)
	t := fma(mul(r, z), horner(z, sinPoly...), low)
	s := add(r, t)
	sl := add(sub(r, s), t)
	b := mul(z, z.num(-0.5))
	w := add(z.num(1), b)
	t = fma(mul(z, z), horner(z, cosPoly...), fnma(r, low, add(sub(z.num(1), w), b)))
	c := add(w, t)
	cl := add(sub(w, c), t)
	num, den := choose(odd, c, s), choose(odd, s, c)
	numLow, denLow := choose(odd, cl, sl), choose(odd, sl, cl)
	i := div(x.num(1), den)
	q := mul(num, i)
	q = fma(add(fnma(q, den, num), fnma(q, denLow, numLow)), i, q)
	q = xor(q, cast(shl(n, 63), F64))
	return choose(eq(x, x.num(0)), x, q)
}

func arctan64(x *value) *value {
	a, one := abs(x), x.num(1)
	mid, far := gt(a, x.num(tanEighthPi)), gt(a, x.num(1/tanEighthPi))
	num := choose(far, x.num(-1), choose(mid, sub(a, one), a))
	den := choose(far, a, choose(mid, add(a, one), one))
	k := choose(far, x.num(2), choose(mid, one, x.num(0)))
	t := div(num, den)
	z := mul(t, t)
	w := add(t, fma(mul(t, z), horner(z, atanPoly...), mul(k, x.num(quarterPiLow))))
	return or(fma(k, x.num(quarterPi), w), signOf(x))
}

func arctan2of64(y, x *value) *value {
	ax, ay, one, zero := abs(x), abs(y), x.num(1), x.num(0)
	steep := gt(ay, ax)
	a, b := choose(steep, ax, ay), choose(steep, ay, ax)
	both := eq(a, x.num(inf))
	a, b = choose(both, one, a), choose(or(both, eq(b, zero)), one, b)
	s := choose(gt(b, x.num(0x1p1000)), x.num(0x1p-100), one)
	a, b = mul(a, s), mul(b, s)
	mid := gt(a, mul(b, x.num(tanEighthPi)))
	t := div(choose(mid, sub(a, b), a), choose(mid, add(a, b), b))
	behind := lt(cast(x, I64), cast(x, I64).num(0))
	// the angle is k*pi/4 + t, or k*pi/4 - t
	k := choose(mid, one, zero)
	k = choose(steep, sub(x.num(2), k), k)
	k = choose(behind, sub(x.num(4), k), k)
	minus := xor(steep, behind)
	t = choose(minus, neg(t), t)
	z := mul(t, t)
	w := add(t, fma(mul(t, z), horner(z, atanPoly...), mul(k, x.num(quarterPiLow))))
	r := or(fma(k, x.num(quarterPi), w), signOf(y))
	return choose(unordered(x, y), x.num(nan), r)
}

// asinParts returns s and w with asin of |x|, or where big of
// sqrt((1-|x|)/2), as s + w.
func asinParts(x *value) (big, s, w *value) {
	a := abs(x)
	big = gt(a, x.num(0.5))
	z := choose(big, mul(sub(x.num(1), a), x.num(0.5)), mul(a, a))
	s = choose(big, sqrt(z), a)
	return big, s, mul(mul(s, z), horner(z, asinPoly...))
}

func arcsin64(x *value) *value {
	big, s, w := asinParts(x)
	two := x.num(2)
	h := fnma(two, s, x.num(halfPi))
	far := add(h, sub(fnma(two, s, sub(x.num(halfPi), h)), fms(two, w, x.num(halfPiRest))))
	return or(choose(big, far, add(s, w)), signOf(x))
}

func arccos64(x *value) *value {
	big, s, w := asinParts(x)
	sg := signOf(x)
	negative := lt(x, x.num(0))
	// with signs: small: pi/2 - (s + w); big: 2(s+w) or pi - 2(s+w)
	s, w = choose(big, mul(s, x.num(-2)), s), choose(big, mul(w, x.num(-2)), w)
	s, w = xor(s, sg), xor(w, sg)
	base := choose(big, choose(negative, x.num(2*halfPi), x.num(0)), x.num(halfPi))
	low := choose(big, choose(negative, x.num(2*halfPiRest), x.num(0)), x.num(halfPiRest))
	h := sub(base, s)
	e := sub(sub(base, h), s)
	return add(h, add(sub(low, w), e))
}

// turn returns x - n*pi/2, and whether n is odd, and its bit 1 as a sign.
func turn(x *value, quarter uint64) (r, odd, sign *value) {
	k, bits := nearest(x, x.num(twoOverPi))
	r = fnma(k, x.num(halfPiRest), fnma(k, x.num(halfPi), x))
	n := cast(bits, U64)
	if quarter > 0 {
		n = add(n, n.bits(quarter))
	}
	return r, ne(and(n, n.bits(1)), n.bits(0)), shl(and(n, n.bits(2)), 62)
}

func sinCos32(x *value, quarter uint64) *value {
	r, odd, sign := turn(x, quarter)
	z := mul(r, r)
	pick := func(i int) *value { return choose(odd, x.num(cosShort[i]), x.num(sinShort[i])) }
	q := pick(0)
	for i := 1; i < len(sinShort); i++ {
		q = fma(q, z, pick(i))
	}
	return xor(mul(choose(odd, x.num(1), r), q), cast(sign, F64))
}

func sin32(x *value) *value { return sinCos32(x, 0) }

func cos32(x *value) *value { return sinCos32(x, 1) }

func tan32(x *value) *value {
	k, bits := nearest(x, x.num(twoOverPi))
	r := fnma(k, x.num(halfPiRest), fnma(k, x.num(halfPi), x))
	n := cast(bits, U64)
	odd := ne(and(n, n.bits(1)), n.bits(0))
	z := mul(r, r)
	s, c := mul(r, horner(z, sinShort...)), horner(z, cosShort...)
	return xor(div(choose(odd, c, s), choose(odd, s, c)), cast(shl(n, 63), F64))
}

func arctan32(x *value) *value {
	a, one := abs(x), x.num(1)
	mid, far := gt(a, x.num(tanEighthPi)), gt(a, x.num(1/tanEighthPi))
	num := choose(far, x.num(-1), choose(mid, sub(a, one), a))
	den := choose(far, a, choose(mid, add(a, one), one))
	base := choose(far, x.num(halfPi), choose(mid, x.num(quarterPi), x.num(0)))
	t := div(num, den)
	return or(fma(t, horner(mul(t, t), atanShort...), base), signOf(x))
}

func arctan2of32(y, x *value) *value {
	ax, ay, one, zero := abs(x), abs(y), x.num(1), x.num(0)
	steep := gt(ay, ax)
	a, b := choose(steep, ax, ay), choose(steep, ay, ax)
	both := eq(a, x.num(inf))
	a, b = choose(both, one, a), choose(or(both, eq(b, zero)), one, b)
	mid := gt(a, mul(b, x.num(tanEighthPi)))
	t := div(choose(mid, sub(a, b), a), choose(mid, add(a, b), b))
	behind := lt(cast(x, I64), cast(x, I64).num(0))
	k := choose(mid, one, zero)
	k = choose(steep, sub(x.num(2), k), k)
	k = choose(behind, sub(x.num(4), k), k)
	p := horner(mul(t, t), atanShort...)
	t = choose(xor(steep, behind), neg(t), t)
	r := or(fma(t, p, mul(k, x.num(quarterPi))), signOf(y))
	return choose(unordered(x, y), x.num(nan), r)
}

// asin32Parts is asinParts with the whole arc sine.
func asin32Parts(x *value) (big, s *value) {
	a := abs(x)
	big = gt(a, x.num(0.5))
	z := choose(big, mul(sub(x.num(1), a), x.num(0.5)), mul(a, a))
	s = choose(big, sqrt(z), a)
	return big, mul(s, horner(z, asinShort...))
}

func arcsin32(x *value) *value {
	big, s := asin32Parts(x)
	return or(choose(big, fnma(x.num(2), s, x.num(halfPi)), s), signOf(x))
}

func arccos32(x *value) *value {
	big, s := asin32Parts(x)
	negative := lt(x, x.num(0))
	s = xor(choose(big, mul(s, x.num(-2)), s), signOf(x))
	return sub(choose(big, choose(negative, x.num(2*halfPi), x.num(0)), x.num(halfPi)), s)
}

// sinc64 has the error of pi*x too, as NumPy's has.
func sinc64(x *value) *value {
	y := mul(x, x.num(2*halfPi))
	return choose(eq(x, x.num(0)), x.num(1), div(sin64(y), y))
}

func sinc32(x *value) *value {
	y := mul(x, x.num(2*halfPi))
	return choose(eq(x, x.num(0)), x.num(1), div(sin32(y), y))
}
