package main

func init() {
	declare("power",
		elementary2("Power", "x raised to y", power64, power32),
		elementary("Cbrt", "the cube root of x", cbrt64, cbrt32),
		elementary2("Hypot", "the square root of x*x + y*y", hypot64, hypot32),
		elementary("Erf", "the error function of x", erf64, erf32),
	)
}

// powPoly is (2 artanh(s)/s - 2 - 2/3 s^2)/s^4 in s^2, |s| <= 0.2,
// minimax, relative error of artanh 2^-69. cbrtPoly is the cube root on [1, 2],
// 2^-22.5. erfPoly is log(erfc(a))/a on [0, 5.95], the relative error of erf(a)
// 2^-57.5; erfShort the same on [0, 4], 2^-33.3.
var (
	powPoly = []float64{
		0x1.017b164dba846p-3, 0x1.dad13b242d6d1p-4, 0x1.113a113245eebp-3, 0x1.3b1298a62abd2p-3, 0x1.745d1bc504cc4p-3,
		0x1.c71c71bc71caap-3, 0x1.2492492498d86p-2, 0x1.9999999999968p-2,
	}
	cbrtPoly = []float64{
		-0x1.76d33b8d3e9fap-9, 0x1.fa577eb65ebc9p-6, -0x1.27e13d8109c4ap-3, 0x1.8a9d96c0a07acp-2, -0x1.5515ab803fe40p-1,
		0x1.e673a49fdd058p-1, 0x1.c9df4fc97e640p-2,
	}
	erfPoly = []float64{
		-0x1.c381739abf986p-51, 0x1.5abf59b0868cep-45, -0x1.f1db1544bdb4fp-41, 0x1.bb9ee180bfc5ep-37, -0x1.1279d8afa4993p-33,
		0x1.f336080654fa9p-31, -0x1.57618de8405cfp-28, 0x1.681372d7446b3p-26, -0x1.1a46679399750p-24, 0x1.305e805dc5cd5p-23,
		-0x1.26775be006959p-23, -0x1.694757869a668p-22, 0x1.d387d74f16dabp-20, -0x1.7c8bf6df41206p-19, -0x1.c94c19ca4b289p-19,
		0x1.f2af66fb9f89bp-16, -0x1.0e7f8dbec7891p-14, -0x1.b22bd96a2393ap-16, 0x1.35654fd2e08a9p-11, -0x1.bca67bd73a837p-10,
		0x1.b6b68bf5fbd58p-13, 0x1.39668593d6518p-6, -0x1.a4f4e2a1b2027p-4, -0x1.45f306dc9c897p-1, -0x1.20dd750429b6dp+0,
	}
	erfShort = []float64{
		0x1.c62b9671f98aep-24, -0x1.95386c5ac13aep-20, 0x1.07c426c4e7260p-17, -0x1.1d31d68974b6cp-17, -0x1.c52d1d8f1927cp-14,
		0x1.5d9bb1e2b7874p-11, -0x1.c8b04d4e661cfp-10, 0x1.da81bb55ce8d7p-13, 0x1.39572689f822ap-6, -0x1.a4f477f1f8321p-4,
		-0x1.45f3076a1f3c8p-1, -0x1.20dd7503aff64p+0,
	}
)

// logTwice is log(x) of finite x > 0 in two parts, exact to about 2^-66.
func logTwice(x *value) (hi, low *value) {
	m, e := mantissa(x), exponent(x)
	one := x.num(1)
	f, g := sub(m, one), add(m, one)
	gl := sub(m, sub(g, one))
	r := div(one, g)
	s := mul(f, r)
	sl := mul(fnma(s, gl, fnma(s, g, f)), r)
	z := mul(s, s)
	zl := fma(add(s, s), sl, fms(s, s, z))
	// log(m) = 2s + s*w, w = z*2/3 + z^2*q
	q := mul(mul(z, z), pairs(z, powPoly...))
	t := mul(z, z.num(0x1.5555555555555p-1))
	tl := fma(zl, z.num(0x1.5555555555555p-1), fma(z, z.num(0x1.5555555555555p-55), fms(z, z.num(0x1.5555555555555p-1), t)))
	w := add(t, q)
	wl := add(add(sub(t, w), q), tl)
	p := mul(s, w)
	pl := fma(sl, w, fma(s, wl, fms(s, w, p)))
	a := add(s, s)
	b := add(a, p)
	bl := add(fma(sl, sl.num(2), pl), add(sub(a, b), p))
	u := mul(e, e.num(ln2High))
	hi = add(u, b)
	low = add(fma(e, e.num(ln2Low), bl), add(sub(u, hi), b))
	h := add(hi, low)
	return h, add(sub(hi, h), low)
}

// power64 is e^(y*log|x|), with the logarithm and the product in two parts each.
func power64(x, y *value) *value {
	a, b := powerOperands(x, y)
	hi, low := logTwice(a)
	hi = logOf(a, hi)
	p := mul(b, hi)
	pl := fma(b, low, fms(b, hi, p))
	pl = choose(lt(abs(p), x.num(800)), pl, x.num(0)) // else NaN where p is infinite
	p = greater(x.num(-800), lesser(x.num(800), p))
	k, _ := nearest(p, x.num(log2E))
	r1 := fnma(k, x.num(ln2High), p)
	r2 := fnma(k, x.num(ln2Low), r1)
	pl = add(pl, fnma(k, x.num(ln2Low), sub(r1, r2)))
	r := add(r2, pl)
	pl = add(sub(r2, r), pl)
	return powerSign(x, y, expSum(k, r, pl))
}

// powerOperands returns |x| and y, but 0 for y where |x| is 1, and 1 for |x| where
// y is 0: those powers are 1, also of infinities and NaN.
func powerOperands(x, y *value) (a, b *value) {
	a = abs(x)
	b = choose(eq(a, x.num(1)), x.num(0), y)
	return choose(eq(y, x.num(0)), x.num(1), a), b
}

// powerSign makes x^y of v = |x|^y: odd powers have x's sign, and fractional ones
// of negative numbers are NaN, but for those of -inf.
func powerSign(x, y, v *value) *value {
	whole := eq(rint(y), y)
	half := mul(y, x.num(0.5))
	odd := and(whole, ne(rint(half), half))
	v = choose(odd, or(v, signOf(x)), v)
	negative := and(lt(x, x.num(0)), lt(x.num(-inf), x))
	return choose(andNot(negative, whole), x.num(nan), v)
}

func power32(x, y *value) *value {
	a, b := powerOperands(x, y)
	l := logOf(a, logCore(a, 1, log2E, logMedium))
	return powerSign(x, y, exp2of32(mul(b, l)))
}

func cbrt64(x *value) *value {
	a := abs(x)
	tiny := lt(a, x.num(0x1p-1022))
	b := cast(choose(tiny, mul(a, x.num(0x1p54)), a), U64)
	e := sub(sub(cast(or(shr(b, 52), b.bits(0x4330000000000000)), F64), x.num(0x1p52)), x.num(1023))
	m := cast(or(and(b, b.bits(0x000fffffffffffff)), b.bits(0x3ff0000000000000)), F64)
	q := floor(mul(add(e, x.num(0.5)), x.num(1.0/3)))
	rest := fnma(q, x.num(3), e)
	one, two := eq(rest, x.num(1)), eq(rest, x.num(2))
	c := choose(two, x.num(0x1.965fea53d6e3dp+0), choose(one, x.num(0x1.428a2f98d728bp+0), x.num(1)))
	m = mul(m, choose(two, x.num(4), choose(one, x.num(2), x.num(1))))
	t := mul(horner(cast(or(and(b, b.bits(0x000fffffffffffff)), b.bits(0x3ff0000000000000)), F64), cbrtPoly...), c)
	t2 := mul(t, t)
	res := fnma(fms(t, t, t2), t, fnma(t2, t, m))
	r := fma(div(res, fma(add(t2, t2), t, m)), t, t)
	r = mul(r, pow2(choose(tiny, sub(q, x.num(18)), q)))
	r = or(r, signOf(x))
	return choose(and(lt(a, x.num(inf)), ne(a, x.num(0))), r, x)
}

func cbrt32(x *value) *value {
	a := abs(x)
	b := cast(a, U64)
	e := sub(cast(or(shr(b, 52), b.bits(0x4330000000000000)), F64), x.num(0x1p52+1023))
	m := cast(or(and(b, b.bits(0x000fffffffffffff)), b.bits(0x3ff0000000000000)), F64)
	q := floor(mul(add(e, x.num(0.5)), x.num(1.0/3)))
	rest := fnma(q, x.num(3), e)
	one, two := eq(rest, x.num(1)), eq(rest, x.num(2))
	t := mul(horner(m, cbrtPoly...), choose(two, x.num(0x1.965fea53d6e3dp+0), choose(one, x.num(0x1.428a2f98d728bp+0), x.num(1))))
	m = mul(m, choose(two, x.num(4), choose(one, x.num(2), x.num(1))))
	t2 := mul(t, t)
	r := fma(div(fnma(t2, t, m), fma(add(t2, t2), t, m)), t, t)
	r = or(mul(r, pow2(q)), signOf(x))
	return choose(and(lt(a, x.num(inf)), ne(a, x.num(0))), r, x)
}

func hypot64(x, y *value) *value {
	ax, ay := abs(x), abs(y)
	a, b := greater(ax, ay), lesser(ax, ay)
	large, small := gt(a, x.num(0x1p510)), lt(a, x.num(0x1p-400))
	s := choose(large, x.num(0x1p-600), choose(small, x.num(0x1p600), x.num(1)))
	i := choose(large, x.num(0x1p600), choose(small, x.num(0x1p-600), x.num(1)))
	a, b = mul(a, s), mul(b, s)
	r := mul(sqrt(fma(a, a, mul(b, b))), i)
	r = choose(unordered(x, y), x.num(nan), r)
	return choose(or(eq(ax, x.num(inf)), eq(ay, x.num(inf))), x.num(inf), r)
}

func hypot32(x, y *value) *value {
	r := sqrt(fma(x, x, mul(y, y)))
	return choose(or(eq(abs(x), x.num(inf)), eq(abs(y), x.num(inf))), x.num(inf), r)
}

func erf64(x *value) *value {
	a := lesser(x.num(6), abs(x))
	n := len(erfPoly)
	first := x.num(erfPoly[n-1])
	h := mul(a, first)
	g := fma(mul(a, a), pairs(a, erfPoly[:n-1]...), fms(a, first, h))
	l := add(h, g)
	k, r, t := expParts(l, add(sub(h, l), g))
	s := pow2(k)
	return or(fnma(s, t, fnma(s, r, sub(s.num(1), s))), signOf(x))
}

func erf32(x *value) *value {
	a := lesser(x.num(4), abs(x))
	return or(abs(expm1Core(mul(a, horner(a, erfShort...)))), signOf(x))
}
