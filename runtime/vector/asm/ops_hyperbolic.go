package main

func init() {
	declare("hyperbolic",
		elementary("Sinh", "the hyperbolic sine of x", sinh64, sinh32),
		elementary("Cosh", "the hyperbolic cosine of x", cosh64, cosh32),
		elementary("Tanh", "the hyperbolic tangent of x", tanh64, tanh32),
		elementary("Arcsinh", "the inverse hyperbolic sine of x", arcsinh64, arcsinh32),
		elementary("Arccosh", "the inverse hyperbolic cosine of x", arccosh64, arccosh32),
		elementary("Arctanh", "the inverse hyperbolic tangent of x", arctanh64, arctanh32),
	)
}

// Minimax polynomials in r^2 for |r| <= ln(2)/2: sinhPoly is (sinh(r)/r - 1)/r^2,
// relative error of the hyperbolic sine 2^-61.7; coshPoly (cosh(r) - 1)/r^2, 2^-58.
var (
	sinhPoly = []float64{
		0x1.af5ef36b4709ep-26, 0x1.71ddf837efe01p-19, 0x1.a01a01afef1d4p-13, 0x1.111111110f698p-7, 0x1.5555555555559p-3,
	}
	coshPoly = []float64{
		0x1.28b0a3a812fb9p-22, 0x1.a019962a0771ap-16, 0x1.6c16c185d2babp-10, 0x1.555555554ff47p-5, 0x1.000000000000cp-1,
	}
)

// hyperbolic returns the parts a, b, r, s, c of e^a: with x = k*ln2 + r,
// sum = (2^k + 2^-k)/8, dif = (2^k - 2^-k)/8, s = sinh(r) - r, c = cosh(r) - 1.
func hyperbolic(x *value) (sum, dif, r, low, s, c *value) {
	k, _ := nearest(x, x.num(log2E))
	r1 := fnma(k, x.num(ln2High), x)
	r = fnma(k, x.num(ln2Low), r1)
	low = fnma(k, x.num(ln2Low), sub(r1, r))
	a := pow2(sub(k, k.num(3)))
	b := pow2(sub(k.num(-3), lesser(k, k.num(60))))
	z := mul(r, r)
	return add(a, b), sub(a, b), r, low, mul(mul(r, z), horner(z, sinhPoly...)), mul(z, horner(z, coshPoly...))
}

func sinh64(x *value) *value {
	sum, dif, r, low, s, c := hyperbolic(lesser(x.num(711), abs(x)))
	y := fma(dif, c, mul(sum, add(s, low)))
	y = mul(add(dif, fma(sum, r, y)), x.num(4))
	return choose(lt(abs(x), x.num(0x1p-28)), x, or(y, signOf(x)))
}

func cosh64(x *value) *value {
	sum, dif, r, low, s, c := hyperbolic(lesser(x.num(711), abs(x)))
	y := fma(sum, c, mul(dif, add(s, low)))
	return mul(add(sum, fma(dif, r, y)), x.num(4))
}

func tanh64(x *value) *value {
	a := lesser(x.num(22), abs(x))
	k, r, t := expParts(add(a, a), nil)
	s := pow2(k)
	h := fma(s, r, sub(s, s.num(1)))
	e := fma(s, t, h)
	el := fma(s, t, sub(h, e))
	d := add(e, e.num(2))
	dl := add(add(sub(e.num(2), d), e), el)
	i := div(e.num(1), d)
	q := mul(e, i)
	return or(fma(fnma(q, dl, add(fnma(q, d, e), el)), i, q), signOf(x))
}

func arcsinh64(x *value) *value {
	a := abs(x)
	huge := gt(a, x.num(0x1p500))
	w := mul(a, a)
	q := sqrt(add(w, x.num(1)))
	y := choose(huge, a, add(a, div(w, add(q, x.num(1)))))
	r := log1pSum(y, nil)
	r = add(r, choose(huge, x.num(0x1.62e42fefa39efp-1), x.num(0)))
	return or(choose(lt(a, x.num(0x1p-28)), a, r), signOf(x))
}

func arccosh64(x *value) *value {
	huge := gt(x, x.num(0x1p500))
	t := sub(x, x.num(1))
	v := fma(t, t, add(t, t))
	vl := fma(t, t, sub(add(t, t), v))
	q := sqrt(v)
	y := add(t, q)
	yl := add(add(sub(q, y), t), div(add(fnma(q, q, v), vl), add(q, q)))
	plain := or(huge, eq(t, t.num(0)))
	r := log1pSum(choose(huge, t, y), choose(plain, t.num(0), yl))
	return choose(lt(x, x.num(1)), x.num(nan), add(r, choose(huge, x.num(0x1.62e42fefa39efp-1), x.num(0))))
}

func arctanh64(x *value) *value {
	a := abs(x)
	d := sub(x.num(1), a)
	dl := sub(sub(x.num(1), d), a)
	b := add(a, a)
	i := div(x.num(1), d)
	y := mul(b, i)
	yl := mul(fnma(y, dl, fnma(y, d, b)), i)
	r := log1pSum(y, choose(lt(y, x.num(inf)), yl, x.num(0)))
	return or(choose(lt(a, x.num(0x1p-28)), a, mul(r, x.num(0.5))), signOf(x))
}

func sinh32(x *value) *value {
	e := expm1Core(lesser(x.num(100), abs(x)))
	return or(mul(add(e, div(e, add(e, e.num(1)))), e.num(0.5)), signOf(x))
}

func cosh32(x *value) *value {
	x = lesser(x.num(100), abs(x))
	k, bits := nearest(x, x.num(log2E))
	e := raise(horner(fnma(k, x.num(ln2), x), expShort...), bits)
	return mul(add(e, div(e.num(1), e)), e.num(0.5))
}

func tanh32(x *value) *value {
	a := lesser(x.num(12), abs(x))
	e := expm1Core(add(a, a))
	return or(div(e, add(e, e.num(2))), signOf(x))
}

func arcsinh32(x *value) *value {
	a := abs(x)
	w := mul(a, a)
	y := add(a, div(w, add(sqrt(add(w, x.num(1))), x.num(1))))
	y = choose(lt(a, x.num(inf)), y, a)
	return or(log1pCore(y), signOf(x))
}

func arccosh32(x *value) *value {
	t := sub(x, x.num(1))
	y := add(t, sqrt(mul(t, add(t, t.num(2)))))
	return choose(lt(x, x.num(1)), x.num(nan), log1pCore(y))
}

func arctanh32(x *value) *value {
	a := abs(x)
	return or(mul(log1pCore(div(add(a, a), sub(x.num(1), a))), x.num(0.5)), signOf(x))
}
