package vector

import (
	"math"
	"math/bits"
)

// The trigonometric functions of numbers beyond the limit of their bodies in
// package asm.

func sinRare(x float64) float64 {
	r, low, n := reduceRare(x)
	return rareSine(r, low, n)
}

func cosRare(x float64) float64 {
	r, low, n := reduceRare(x)
	return rareSine(r, low, n+1)
}

func tanRare(x float64) float64 {
	r, low, n := reduceRare(x)
	return rareSine(r, low, n) / rareSine(r, low, n+1)
}

func sincRare(x float64) float64 {
	y := x * math.Pi
	return Sin(y) / y
}

// rareSine returns the sine of r + low + n*pi/2 by the polynomials that the
// bodies have.
func rareSine(r, low float64, n uint64) float64 {
	z := r * r
	var s float64
	if n&1 == 0 {
		s = r + math.FMA(float64(r*z), rarePolynomial(z, 0x1.5d92467316953p-33, -0x1.ae5e63cc3f495p-26, 0x1.71de3574b8ab9p-19,
			-0x1.a01a019c0e4a2p-13, 0x1.111111110f861p-7, -0x1.5555555555549p-3), low)
	} else {
		h := float64(-0.5 * z)
		w := 1 + h
		p := rarePolynomial(z, -0x1.8fa39703863dep-37, 0x1.1ee9d5cc03fa2p-29, -0x1.27e4f7e806d09p-22,
			0x1.a01a019c809c8p-16, -0x1.6c16c16c14f6cp-10, 0x1.555555555554bp-5)
		s = w + math.FMA(float64(z*z), p, math.FMA(-r, low, (1-w)+h))
	}
	if n&2 != 0 {
		return -s
	}
	return s
}

func rarePolynomial(z float64, coefficients ...float64) float64 {
	p := 0.0
	for _, c := range coefficients {
		p = math.FMA(p, z, c)
	}
	return p
}

// twoOverPi holds 2/pi in 1,280 bits.
var twoOverPi = [...]uint64{
	0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561,
	0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484,
	0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b, 0x1ff897ffde05980f,
	0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d, 0x7527bac7ebe5f17b,
	0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d,
}

// twoOverPiAt returns 64 bits of 2/pi from the one of weight 2^(-first-1) on.
func twoOverPiAt(first int) uint64 {
	i, skip := first>>6, uint(first&63)
	word := func(i int) uint64 {
		if i < 0 {
			return 0
		}
		return twoOverPi[i]
	}
	return word(i)<<skip | word(i+1)>>(64-skip)
}

// reduceRare returns r + low = x - n*pi/2, |r| <= pi/4, for |x| >= 2^18, n modulo
// 4, as Payne and Hanek do: of the bits of 2/pi, those that make multiples of 4
// with x are left out, and the 256 that follow are taken. x is 2^-61 or more from
// a multiple of pi/2, so that at least 100 bits of r + low are right.
func reduceRare(x float64) (r, low float64, n uint64) {
	if math.IsInf(x, 0) {
		return math.NaN(), 0, 0
	}
	b := math.Float64bits(x)
	e := int(b>>52&0x7ff) - 1075
	m := b&(1<<52-1) | 1<<52 // |x| = m * 2^e
	var p [5]uint64          // |x|*2/pi * 2^254, the highest word first
	for i := 3; i >= 0; i-- {
		hi, lo := bits.Mul64(m, twoOverPiAt(e-2+64*i))
		var carry uint64
		p[i+1], carry = bits.Add64(p[i+1], lo, 0)
		p[i] = hi + carry
	}
	n = p[0]<<2 | p[1]>>62
	f := [3]uint64{p[1]<<2 | p[2]>>62, p[2]<<2 | p[3]>>62, p[3]<<2 | p[4]>>62}
	sign := 1.0
	if f[0]>>63 != 0 { // more than 1/2: what lacks to 1, up to 2^-192
		n++
		f = [3]uint64{^f[0], ^f[1], ^f[2]}
		sign = -1
	}
	if b>>63 != 0 {
		n, sign = -n, -sign
	}
	r, low = timesHalfPi(f, sign)
	return r, low, n
}

// timesHalfPi returns sign * pi/2 * f, of a fraction f.
func timesHalfPi(f [3]uint64, sign float64) (r, low float64) {
	const halfPi, halfPiRest = 0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54
	a := float64(f[0]>>11) * 0x1p-53
	b := float64(f[0]&(1<<11-1)<<42|f[1]>>22) * 0x1p-106
	c := float64(f[1]&(1<<22-1)<<31|f[2]>>33) * 0x1p-159
	s := a + b
	c += (a - s) + b
	h := s + c
	l := (s - h) + c
	r = float64(h * halfPi)
	low = math.FMA(h, halfPi, -r) + math.FMA(h, halfPiRest, float64(l*halfPi))
	return sign * r, sign * low
}
