package main

func init() {
	declare("logarithm",
		elementary("Log", "the natural logarithm of x", log64, log32),
		elementary("Log2", "the logarithm of x to base 2", log2of64, log2of32),
		elementary("Log10", "the logarithm of x to base 10", log10of64, log10of32),
		elementary("Log1p", "the natural logarithm of 1 + x", log1p64, log1pCore),
		elementary2("Logaddexp", "log(exp(x) + exp(y))", logaddexp64, logaddexp32),
		elementary2("Logaddexp2", "log2(2**x + 2**y)", logaddexp2of64, logaddexp2of32),
	)
}

// logPoly is (2 artanh(s)/s - 2)/s^2 in s^2, |s| <= 0.2, minimax, error of
// artanh 2^-62.7. logShort and logMedium are 2 artanh(s)/s, relative errors
// 2^-37.8 and 2^-45.
var (
	logPoly = []float64{
		0x1.1b6fee081b569p-3, 0x1.0dce2f1890974p-3, 0x1.3b3599647dff0p-3, 0x1.745c4c0e60a0ep-3, 0x1.c71c748aae4bfp-3,
		0x1.24924921e9f28p-2, 0x1.999999999c11bp-2, 0x1.555555555554fp-1,
	}
	logShort = []float64{
		0x1.e3b71f03e8ecep-3, 0x1.24328b54af5ccp-2, 0x1.999a9d78e2b80p-2, 0x1.555554da2dca1p-1, 0x1.0000000004aa8p+1,
	}
	logMedium = []float64{
		0x1.919f3c4d22560p-3, 0x1.c6200d4cb57c2p-3, 0x1.24943aeca4808p-2, 0x1.99999624bc94bp-2, 0x1.555555567497ap-1,
		0x1.fffffffffff0ep+0,
	}
)

// split returns m in [sqrt(1/2), sqrt(2)) and e with x = m * 2^e, for what is
// positive, finite and not subnormal.
func split(x *value) (m, e *value) {
	b := cast(x, U64)
	b = add(b, b.bits(0x3ff0000000000000-0x3fe6a09e667f3bcd))
	e = sub(cast(or(shr(b, 52), b.bits(0x4330000000000000)), F64), x.num(0x1p52+1023))
	b = and(b, b.bits(0x000fffffffffffff))
	return cast(add(b, b.bits(0x3fe6a09e667f3bcd)), F64), e
}

// log64 is e*ln(2) + log(1+f), with log(1+f) = f - (f^2/2 - s*(f^2/2 + s^2 p(s^2)))
// and s = f/(2+f), so that f, which is exact, is added last but for the exponent.
func log64(x *value) *value {
	m, e := mantissa(x), exponent(x)
	f := sub(m, m.num(1))
	s := div(f, add(m, m.num(1)))
	z := mul(s, s)
	h := mul(mul(f, f.num(0.5)), f)
	t := fma(s, fma(horner(z, logPoly...), z, h), mul(e, e.num(ln2Low)))
	return logOf(x, fma(e, e.num(ln2High), sub(f, sub(h, t))))
}

// logParts returns log(m) as a sum, m in [0.75, 1.5).
func logParts(m *value) (hi, low *value) {
	f := sub(m, m.num(1))
	s := div(f, add(m, m.num(1)))
	z := mul(s, s)
	g := mul(f, f.num(0.5))
	h := mul(g, f)
	t := fma(s, fma(horner(z, logPoly...), z, h), fnma(g, f, h))
	hi = sub(f, h)
	return hi, add(sub(sub(f, hi), h), t)
}

// logBase is log(m)*inv + e*unit, inv and unit in two parts each.
func logBase(x *value, invHigh, invLow, unitHigh, unitLow float64) *value {
	m, e := mantissa(x), exponent(x)
	hi, low := logParts(m)
	p := mul(hi, hi.num(invHigh))
	pl := fma(low, hi.num(invHigh), fma(hi, hi.num(invLow), fms(hi, hi.num(invHigh), p)))
	u := e
	if unitHigh != 1 {
		u = mul(e, e.num(unitHigh))
		pl = fma(e, e.num(unitLow), pl)
	}
	s := add(u, p)
	return logOf(x, add(s, add(pl, sub(p, sub(s, u)))))
}

func log2of64(x *value) *value { return logBase(x, 0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56, 1, 0) }

func log10of64(x *value) *value {
	return logBase(x, 0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57, 0x1.34413509f7800p-2, 0x1.fef311f12b358p-46)
}

// log1pSum is log(1 + x + low), low much smaller than x.
func log1pSum(x, low *value) *value {
	one := x.num(1)
	u := add(one, x)
	b := sub(u, one)
	c := add(sub(one, sub(u, b)), sub(x, b))
	if low != nil {
		c = add(c, low)
	}
	m, e := mantissa(u), exponent(u)
	f := sub(m, one)
	s := div(f, add(m, one))
	z := mul(s, s)
	h := mul(mul(f, f.num(0.5)), f)
	t := fma(s, fma(horner(z, logPoly...), z, h), fma(e, e.num(ln2Low), div(c, u)))
	return logOf(u, fma(e, e.num(ln2High), sub(f, sub(h, t))))
}

func log1p64(x *value) *value { return choose(eq(x, x.num(0)), x, log1pSum(x, nil)) }

func logaddexp64(x, y *value) *value {
	m := choose(gt(x, y), x, y)
	d := abs(sub(x, y))
	k, r, t := expParts(greater(d.num(-750), neg(d)), nil)
	w := scale(add(add(r.num(1), r), t), k)
	v := add(m, log1pSum(w, nil))
	return choose(eq(x, y), add(x, x.num(0x1.62e42fefa39efp-1)), v)
}

// logCore is e*unit + log(m)*inv.
func logCore(x *value, unit, inv float64, poly []float64) *value {
	m, e := split(x)
	s := div(sub(m, m.num(1)), add(m, m.num(1)))
	scaled := make([]float64, len(poly))
	for i := range poly {
		scaled[i] = poly[i] * inv
	}
	p := horner(mul(s, s), scaled...)
	if unit != 1 {
		e = mul(e, e.num(unit))
	}
	return fma(s, p, e)
}

func log32(x *value) *value { return logOf(x, logCore(x, ln2, 1, logShort)) }

func log2of32(x *value) *value { return logOf(x, logCore(x, 1, log2E, logShort)) }

func log10of32(x *value) *value {
	return logOf(x, logCore(x, 0x1.34413509f79ffp-2, 0x1.bcb7b1526e50ep-2, logShort))
}

func log1pCore(x *value) *value {
	u := add(x, x.num(1))
	return choose(lt(abs(x), x.num(0x1p-20)), fma(mul(x, x.num(-0.5)), x, x), logOf(u, logCore(u, ln2, 1, logShort)))
}

func logaddexp32(x, y *value) *value {
	m := choose(gt(x, y), x, y)
	d := abs(sub(x, y))
	w := exp32(neg(d))
	v := add(m, logOf(w, logCore(add(w, w.num(1)), ln2, 1, logShort)))
	v = choose(lt(w, w.num(0x1p-20)), add(m, w), v)
	return choose(eq(x, y), add(x, x.num(ln2)), v)
}

func logaddexp2of64(x, y *value) *value {
	m := choose(gt(x, y), x, y)
	d := abs(sub(x, y))
	v := fma(log1pSum(exp2of64(neg(d)), nil), d.num(log2E), m)
	return choose(eq(x, y), add(x, x.num(1)), v)
}

func logaddexp2of32(x, y *value) *value {
	m := choose(gt(x, y), x, y)
	d := abs(sub(x, y))
	w := exp2of32(neg(d))
	v := add(m, logOf(w, logCore(add(w, w.num(1)), 1, log2E, logShort)))
	v = choose(lt(w, w.num(0x1p-20)), fma(w, w.num(log2E), m), v)
	return choose(eq(x, y), add(x, x.num(1)), v)
}
