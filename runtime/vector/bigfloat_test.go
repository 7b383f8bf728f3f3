package vector

import (
	"math"
	"math/big"
)

// The elementary functions in 256 bits, as references. Each takes and returns
// finite numbers; most digits of a result are right, relative to it, also where
// it is small.

const bigPrec = 256

// A bf is an immutable big.Float.
type bf struct{ *big.Float }

func newBF() *big.Float { return new(big.Float).SetPrec(bigPrec) }

func bigOf(x float64) bf     { return bf{newBF().SetFloat64(x)} }
func (x bf) add(y bf) bf     { return bf{newBF().Add(x.Float, y.Float)} }
func (x bf) sub(y bf) bf     { return bf{newBF().Sub(x.Float, y.Float)} }
func (x bf) mul(y bf) bf     { return bf{newBF().Mul(x.Float, y.Float)} }
func (x bf) div(y bf) bf     { return bf{newBF().Quo(x.Float, y.Float)} }
func (x bf) scale(n int) bf  { return bf{newBF().SetMantExp(x.Float, n)} }
func (x bf) neg() bf         { return bf{newBF().Neg(x.Float)} }
func (x bf) sqrt() bf        { return bf{newBF().Sqrt(x.Float)} }
func (x bf) float() float64  { f, _ := x.Float64(); return f }
func (x bf) less(y bf) bool  { return x.Cmp(y.Float) < 0 }
func (x bf) tiny(y bf) bool  { return x.Sign() == 0 || x.MantExp(nil) < y.MantExp(nil)-bigPrec }
func (x bf) over(n int64) bf { return bf{newBF().Quo(x.Float, newBF().SetInt64(n))} }

var (
	bigOne = bigOf(1)
	bigPi  = bigOf(16).mul(bigArctanSeries(bigOne.over(5))).sub(bigOf(4).mul(bigArctanSeries(bigOne.over(239))))
	bigLn2 = bigLog(bigOf(2))
	// widePi is pi for the reduction of numbers up to 2^1024.
	widePi = func() *big.Float {
		x, _, err := big.ParseFloat(piDigits, 10, 1400, big.ToNearestEven)
		if err != nil {
			panic(err)
		}
		return x
	}()
)

// bigSeries sums terms until they do not matter; next makes a term of the one
// before it.
func bigSeries(first bf, next func(term bf, n int64) bf) bf {
	sum, term := first, first
	for n := int64(1); ; n++ {
		term = next(term, n)
		if term.tiny(sum) {
			return sum
		}
		sum = sum.add(term)
	}
}

// bigArctanSeries is for |x| well below 1.
func bigArctanSeries(x bf) bf {
	z, power := x.mul(x).neg(), x
	return bigSeries(x, func(_ bf, n int64) bf {
		power = power.mul(z)
		return power.over(2*n + 1)
	})
}

// bigExpm1 is e^x - 1: by its series for x/2^32, and (1+e)^2 - 1 = 2e + e^2 32
// times.
func bigExpm1(x bf) bf {
	const halvings = 32
	y := x.scale(-halvings)
	e := bigSeries(y, func(t bf, n int64) bf { return t.mul(y).over(n + 1) })
	for range halvings {
		e = e.scale(1).add(e.mul(e))
	}
	return e
}

func bigExp(x bf) bf {
	if x.Sign() < 0 {
		return bigOne.div(bigExp(x.neg()))
	}
	return bigExpm1(x).add(bigOne)
}

// bigLog1p improves an estimate y by Halley's formula:
// y + 2(1+x-e^y)/(1+x+e^y).
func bigLog1p(x bf) bf {
	y := bigOf(math.Log1p(x.float()))
	for range 2 {
		e := bigExpm1(y)
		y = y.add(x.sub(e).scale(1).div(x.add(e).add(bigOf(2))))
	}
	return y
}

// bigLog is for x > 0.
func bigLog(x bf) bf {
	n := x.MantExp(nil) - 1
	m := x.scale(-n)
	if m.float() > math.Sqrt2 {
		m, n = m.scale(-1), n+1
	}
	l := bigLog1p(m.sub(bigOne))
	if n == 0 {
		return l
	}
	return l.add(bigOf(float64(n)).mul(bigLog1p(bigOne)))
}

// bigSinCos returns the sine and the cosine of a number of at most 53 bits.
func bigSinCos(x float64) (sin, cos bf) {
	q := new(big.Float).SetPrec(1400)
	n, _ := q.Quo(q.SetFloat64(x), widePi).Float64()
	var k *big.Int
	if math.Abs(n) < 1e15 {
		k = big.NewInt(int64(math.Round(2 * n)))
	} else {
		k, _ = q.Mul(q, big.NewFloat(2)).Int(nil)
	}
	r := new(big.Float).SetPrec(1400)
	r.Mul(r.SetInt(k), widePi)
	r.Quo(r, big.NewFloat(2))
	r.Sub(new(big.Float).SetPrec(1400).SetFloat64(x), r)
	y := bf{newBF().Set(r)}
	s, c := bigSinSeries(y), bigCosSeries(y)
	switch new(big.Int).And(k, big.NewInt(3)).Int64() {
	case 1:
		return c, s.neg()
	case 2:
		return s.neg(), c.neg()
	case 3:
		return c.neg(), s
	}
	return s, c
}

func bigSinSeries(x bf) bf {
	z := x.mul(x).neg()
	return bigSeries(x, func(t bf, n int64) bf { return t.mul(z).over(2 * n * (2*n + 1)) })
}

func bigCosSeries(x bf) bf {
	z := x.mul(x).neg()
	return bigSeries(bigOne, func(t bf, n int64) bf { return t.mul(z).over(2 * n * (2*n - 1)) })
}

// bigArctan takes away an estimate y: atan(x) = y + atan((x-t)/(1+xt)), t = tan(y).
func bigArctan(x bf) bf {
	if bigOne.less(x) {
		return bigPi.scale(-1).sub(bigArctan(bigOne.div(x)))
	}
	if x.less(bigOne.neg()) {
		return bigArctan(x.neg()).neg()
	}
	if x.Sign() == 0 {
		return x
	}
	y := bigOf(math.Atan(x.float()))
	t := bigSinSeries(y).div(bigCosSeries(y))
	return y.add(bigArctanSeries(x.sub(t).div(bigOne.add(x.mul(t)))))
}

// bigArctan2 is the angle of (y, x), which are not both 0.
func bigArctan2(y, x bf) bf {
	if x.Sign() == 0 {
		return bigPi.scale(-1).mul(bigOf(float64(y.Sign())))
	}
	a := bigArctan(y.div(x))
	if x.Sign() > 0 {
		return a
	}
	if y.Signbit() {
		return a.sub(bigPi)
	}
	return a.add(bigPi)
}

// bigArcsin is the angle of (x, sqrt(1-x^2)).
func bigArcsin(x bf) bf { return bigArctan2(x, bigOne.sub(x).mul(bigOne.add(x)).sqrt()) }
func bigArccos(x bf) bf { return bigArctan2(bigOne.sub(x).mul(bigOne.add(x)).sqrt(), x) }

func bigSinh(x bf) bf {
	if x.Sign() < 0 {
		return bigSinh(x.neg()).neg()
	}
	e := bigExpm1(x)
	return e.add(e.div(e.add(bigOne))).scale(-1)
}

func bigCosh(x bf) bf {
	e := bigExp(x)
	return e.add(bigOne.div(e)).scale(-1)
}

func bigTanh(x bf) bf {
	e := bigExpm1(x.scale(1))
	return e.div(e.add(bigOf(2)))
}

// bigArcsinh is log1p(x + x^2/(1 + sqrt(1+x^2))), of |x|.
func bigArcsinh(x bf) bf {
	if x.Sign() < 0 {
		return bigArcsinh(x.neg()).neg()
	}
	z := x.mul(x)
	return bigLog1pAny(x.add(z.div(bigOne.add(z.add(bigOne).sqrt()))))
}

func bigArccosh(x bf) bf {
	t := x.sub(bigOne)
	return bigLog1pAny(t.add(t.mul(t.add(bigOf(2))).sqrt()))
}

func bigArctanh(x bf) bf { return bigLog1pAny(x.scale(1).div(bigOne.sub(x))).scale(-1) }

// bigLog1pAny is bigLog1p for all numbers above -1, large ones too.
func bigLog1pAny(x bf) bf {
	if x.Sign() == 0 {
		return x
	}
	if x.MantExp(nil) < 0 {
		return bigLog1p(x)
	}
	return bigLog(x.add(bigOne))
}

// bigErf is 2/sqrt(pi) e^(-x^2) (x + 2x^3/3 + 4x^5/15 + ...).
func bigErf(x bf) bf {
	z := x.mul(x)
	s := bigSeries(x, func(t bf, n int64) bf { return t.mul(z).scale(1).over(2*n + 1) })
	return s.mul(bigExp(z.neg())).scale(1).div(bigPi.sqrt())
}

// bigCbrt improves an estimate by Newton's formula.
func bigCbrt(x bf) bf {
	n := x.MantExp(nil) / 3 * 3
	m := x.scale(-n)
	y := bigOf(math.Cbrt(m.float()))
	for range 4 {
		y = y.sub(y.mul(y).mul(y).sub(m).div(y.mul(y).mul(bigOf(3))))
	}
	return y.scale(n / 3)
}

// bigPow is for x > 0.
func bigPow(x, y bf) bf { return bigExp(y.mul(bigLog(x))) }

// piDigits are more than 1,400 bits of pi.
const piDigits = "3.141592653589793238462643383279502884197169399375105820974944592307816406286208998628034825342117067982148086" +
	"51328230664709384460955058223172535940812848111745028410270193852110555964462294895493038196442881097566593344" +
	"61284756482337867831652712019091456485669234603486104543266482133936072602491412737245870066063155881748815209" +
	"209628292540917153643678925903600113305305488204665213841469519415116094330572703657595919530922"
