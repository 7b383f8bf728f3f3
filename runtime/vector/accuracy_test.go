package vector

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
)

var points = flag.Int("points", 50, "how many points of each kind the accuracy tests take")

// An accuracy is what docs/accuracy.md says of a function: the largest error in
// units in the last place, for float64 and float32. For operands of sums that
// may cancel (scale), the unit is that of the largest of operands and result.
type accuracy struct {
	name   string
	f      func(x float64) float64
	f32    func(x float32) float32
	want   func(x bf) bf
	ulps   [2]float64
	lo, hi float64 // finite results come of these
	hard   []float64
}

var accuracies = []accuracy{
	{"Exp", Exp, Exp32, bigExp, [2]float64{1, 1}, -745, 709.7, nil},
	{"Exp2", Exp2, Exp232, func(x bf) bf { return bigExp(x.mul(bigLn2)) }, [2]float64{1, 1}, -1074, 1023.9, nil},
	{"Expm1", Expm1, Expm132, bigExpm1, [2]float64{2, 1}, -60, 709.7, nil},
	{"Log", Log, Log32, bigLog, [2]float64{1, 1}, 5e-324, math.MaxFloat64, []float64{1, math.Sqrt2, math.Sqrt2 / 2}},
	{"Log2", Log2, Log232, func(x bf) bf { return bigLog(x).div(bigLn2) }, [2]float64{1, 1}, 5e-324, math.MaxFloat64, []float64{1, math.Sqrt2}},
	{"Log10", Log10, Log1032, func(x bf) bf { return bigLog(x).div(bigLog(bigOf(10))) }, [2]float64{1, 1}, 5e-324, math.MaxFloat64, []float64{1, math.Sqrt2}},
	{"Log1p", Log1p, Log1p32, bigLog1pAny, [2]float64{1, 1}, -1 + 0x1p-53, math.MaxFloat64, []float64{0.4142, -0.2929}},
	{"Sin", Sin, Sin32, func(x bf) bf { s, _ := bigSinCos(x.float()); return s }, [2]float64{1, 1}, -math.MaxFloat64, math.MaxFloat64, multiples()},
	{"Cos", Cos, Cos32, func(x bf) bf { _, c := bigSinCos(x.float()); return c }, [2]float64{1, 1}, -math.MaxFloat64, math.MaxFloat64, multiples()},
	{"Tan", Tan, Tan32, func(x bf) bf { s, c := bigSinCos(x.float()); return s.div(c) }, [2]float64{2, 1}, -math.MaxFloat64, math.MaxFloat64, multiples()},
	{"Arcsin", Arcsin, Arcsin32, bigArcsin, [2]float64{2, 1}, -1, 1, []float64{0.5, 1, -1}},
	{"Arccos", Arccos, Arccos32, bigArccos, [2]float64{2, 1}, -1, 1, []float64{0.5, 1, -1}},
	{"Arctan", Arctan, Arctan32, bigArctan, [2]float64{2, 1}, -math.MaxFloat64, math.MaxFloat64, []float64{1, 0.4142, 2.4142}},
	{"Sinh", Sinh, Sinh32, bigSinh, [2]float64{2, 1}, -710, 710, []float64{0.3466}},
	{"Cosh", Cosh, Cosh32, bigCosh, [2]float64{2, 1}, -710, 710, []float64{0.3466}},
	{"Tanh", Tanh, Tanh32, bigTanh, [2]float64{2, 1}, -30, 30, []float64{0.1733, 0.5}},
	{"Arcsinh", Arcsinh, Arcsinh32, bigArcsinh, [2]float64{2, 1}, -math.MaxFloat64, math.MaxFloat64, []float64{0.5, 1}},
	{"Arccosh", Arccosh, Arccosh32, bigArccosh, [2]float64{2, 1}, 1, math.MaxFloat64, []float64{1, 1.05, 2}},
	{"Arctanh", Arctanh, Arctanh32, bigArctanh, [2]float64{2, 1}, -1 + 0x1p-53, 1 - 0x1p-53, []float64{0.17, 0.5, 1}},
	{"Cbrt", Cbrt, Cbrt32, bigCbrt, [2]float64{1, 1}, -math.MaxFloat64, math.MaxFloat64, []float64{1, 8}},
	{"Erf", Erf, Erf32, bigErf, [2]float64{2, 1}, -7, 7, []float64{0.5, 1}},
}

// multiples are numbers near multiples of pi/2, among them 6381956970095103 *
// 2^797, the float64 that is nearest to one.
func multiples() []float64 {
	xs := []float64{0x1.6ac5b262ca1ffp+849, 0x1.6ac5b262ca1ffp+849, 0x1.921fb54442d18p+1, 0.5e6, 1.64e6, 1e9}
	for n := 1.0; n < 3e5; n *= 1.7 {
		xs = append(xs, math.Floor(n)*(math.Pi/2))
	}
	return xs
}

// arguments returns points from lo to hi: of all magnitudes, of ordinary ones,
// and near hard ones.
func (a *accuracy) arguments(lo, hi float64, r *rand.Rand) []float64 {
	xs := []float64{lo, hi}
	for range *points {
		x := math.Float64frombits(r.Uint64N(math.Float64bits(math.Inf(1))))
		if r.IntN(2) == 0 {
			x = -x
		}
		xs = append(xs, x, r.NormFloat64()*3, max(lo, -1e3)+r.Float64()*(min(hi, 1e3)-max(lo, -1e3)))
		near := math.Ldexp(r.Float64()-0.5, -r.IntN(50))
		if len(a.hard) > 0 {
			h := a.hard[r.IntN(len(a.hard))]
			xs = append(xs, h*(1+near), math.Nextafter(h, float64(r.IntN(2)*4-2)*h))
		}
		xs = append(xs, near)
	}
	kept := xs[:0]
	for _, x := range xs {
		if x >= lo && x <= hi && x != 0 {
			kept = append(kept, x)
		}
	}
	return kept
}

// errorIn returns how far got is from want in units in the last place of a
// float of so many bits of significand and smallest exponent.
func errorIn(got float64, want bf, bits, lowest int) float64 {
	if math.IsInf(got, 0) || math.IsNaN(got) {
		return math.Inf(1)
	}
	e := max(want.MantExp(nil)-bits, lowest)
	return math.Abs(bigOf(got).sub(want).scale(-e).float())
}

func rounded32(x bf) float64 { f, _ := x.Float32(); return float64(f) }

// TestAccuracy compares the functions of one number with references in 256 bits.
// Run it with -v for the largest errors.
func TestAccuracy(t *testing.T) {
	for _, a := range accuracies {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(7, 8))
			var worst, at [2]float64
			for _, x := range a.arguments(a.lo, a.hi, r) {
				if want := a.want(bigOf(x)); !math.IsInf(want.float(), 0) {
					note(&worst[0], &at[0], errorIn(a.f(x), want, 53, -1074), x)
				}
				y := float64(float32(x))
				if y < a.lo || y > a.hi || y == 0 || math.IsInf(y, 0) {
					continue
				}
				if want := a.want(bigOf(y)); want.Sign() != 0 && !math.IsInf(rounded32(want), 0) {
					note(&worst[1], &at[1], errorIn(float64(a.f32(float32(y))), want, 24, -149), y)
				}
			}
			report(t, a.name, worst, a.ulps, fmt.Sprintf("%x %x", at[0], at[1]))
		})
	}
}

func note(worst, at *float64, e, x float64) {
	if e > *worst {
		*worst, *at = e, x
	}
}

func report(t *testing.T, name string, worst, most [2]float64, at string) {
	t.Helper()
	t.Logf("%s: %.3f ulp in float64, %.3f in float32, at %s", name, worst[0], worst[1], at)
	if worst[0] > most[0] || worst[1] > most[1] {
		t.Errorf("%s: %.3f and %.3f ulp, want at most %v and %v, at %s", name, worst[0], worst[1], most[0], most[1], at)
	}
}

// accuracies2 are those of two numbers.
var accuracies2 = []struct {
	name  string
	f     func(x, y float64) float64
	f32   func(x, y float32) float32
	want  func(x, y bf) bf
	ulps  [2]float64
	scale bool // in units of the largest of operands and result
	draw  func(r *rand.Rand) (x, y float64)
}{
	{"Power", Power, Power32, bigPow, [2]float64{1, 1}, false, drawPower},
	{"Arctan2", Arctan2, Arctan232, bigArctan2, [2]float64{2, 1}, false, drawPair},
	{"Hypot", Hypot, Hypot32, func(x, y bf) bf { return x.mul(x).add(y.mul(y)).sqrt() }, [2]float64{2, 1}, false, drawPair},
	{"Logaddexp", Logaddexp, Logaddexp32, func(x, y bf) bf { return bigLog(bigExp(x).add(bigExp(y))) }, [2]float64{3, 1}, true, drawLogs},
	{"Logaddexp2", Logaddexp2, Logaddexp232, func(x, y bf) bf {
		return bigLog(bigExp(x.mul(bigLn2)).add(bigExp(y.mul(bigLn2)))).div(bigLn2)
	}, [2]float64{3, 1}, true, drawLogs},
}

// drawPower draws a base, and an exponent for which the power is finite.
func drawPower(r *rand.Rand) (x, y float64) {
	switch r.IntN(4) {
	case 0:
		x = math.Float64frombits(r.Uint64N(math.Float64bits(math.Inf(1))))
	case 1:
		x = 1 + math.Ldexp(r.Float64()-0.5, -r.IntN(40))
	case 2:
		return 1 + 20*r.Float64(), float64(r.IntN(200) - 100)
	default:
		x = 4 * r.Float64()
	}
	return x, (2*r.Float64() - 1) * 750 / math.Log(x)
}

// drawPair draws numbers of all magnitudes, and such that are near each other.
func drawPair(r *rand.Rand) (x, y float64) {
	x = math.Ldexp(r.NormFloat64(), r.IntN(2000)-1000)
	if r.IntN(3) == 0 {
		return x, math.Ldexp(r.NormFloat64(), r.IntN(2000)-1000)
	}
	return x, x * math.Ldexp(r.NormFloat64(), r.IntN(8)-4)
}

func drawLogs(r *rand.Rand) (x, y float64) {
	x = r.NormFloat64() * math.Ldexp(1, r.IntN(9)-4)
	return x, x + r.NormFloat64()*math.Ldexp(1, r.IntN(9)-4)
}

// TestAccuracy2 is TestAccuracy for functions of two numbers.
func TestAccuracy2(t *testing.T) {
	for _, a := range accuracies2 {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(9, 10))
			var worst [2]float64
			var at [4]float64
			unit := func(x, y float64, want bf, e float64) float64 {
				m := max(math.Abs(x), math.Abs(y))
				if w := math.Abs(want.float()); a.scale && w < m {
					e *= math.Exp2(math.Floor(math.Log2(w)) - math.Floor(math.Log2(m)))
				}
				return e
			}
			for range 4 * *points {
				x, y := a.draw(r)
				if want := a.want(bigOf(x), bigOf(y)); usable(x, y, want.float()) {
					if e := unit(x, y, want, errorIn(a.f(x, y), want, 53, -1074)); e > worst[0] {
						worst[0], at[0], at[1] = e, x, y
					}
				}
				x, y = float64(float32(x)), float64(float32(y))
				if !usable(x, y, 1) {
					continue
				}
				if want := a.want(bigOf(x), bigOf(y)); usable(x, y, rounded32(want)) {
					if e := unit(x, y, want, errorIn(float64(a.f32(float32(x), float32(y))), want, 24, -149)); e > worst[1] {
						worst[1], at[2], at[3] = e, x, y
					}
				}
			}
			report(t, a.name, worst, a.ulps, fmt.Sprintf("%x", at))
		})
	}
}

// usable says whether numbers are finite and not 0.
func usable(xs ...float64) bool {
	for _, x := range xs {
		if x == 0 || math.IsInf(x, 0) || math.IsNaN(x) {
			return false
		}
	}
	return true
}

// TestSpecialValues compares with package math where that has C99's values: for
// zeros, infinities, NaN and what is out of domain.
func TestSpecialValues(t *testing.T) {
	inputs := []float64{0, math.Copysign(0, -1), 1, -1, 0.5, -2, 2, 3, -3, math.Inf(1), math.Inf(-1), math.NaN()}
	for _, c := range []struct {
		name    string
		f, want func(x float64) float64
		f32     func(x float32) float32
	}{
		{"Exp", Exp, math.Exp, Exp32}, {"Exp2", Exp2, math.Exp2, Exp232}, {"Expm1", Expm1, math.Expm1, Expm132},
		{"Log", Log, math.Log, Log32}, {"Log2", Log2, math.Log2, Log232}, {"Log10", Log10, math.Log10, Log1032}, {"Log1p", Log1p, math.Log1p, Log1p32},
		{"Sin", Sin, math.Sin, Sin32}, {"Cos", Cos, math.Cos, Cos32}, {"Tan", Tan, math.Tan, Tan32},
		{"Arcsin", Arcsin, math.Asin, Arcsin32}, {"Arccos", Arccos, math.Acos, Arccos32}, {"Arctan", Arctan, math.Atan, Arctan32},
		{"Sinh", Sinh, math.Sinh, Sinh32}, {"Cosh", Cosh, math.Cosh, Cosh32}, {"Tanh", Tanh, math.Tanh, Tanh32},
		{"Arcsinh", Arcsinh, math.Asinh, Arcsinh32}, {"Arccosh", Arccosh, math.Acosh, Arccosh32}, {"Arctanh", Arctanh, math.Atanh, Arctanh32},
		{"Cbrt", Cbrt, math.Cbrt, Cbrt32}, {"Erf", Erf, math.Erf, Erf32},
	} {
		for _, x := range inputs {
			want := c.want(x)
			if got := c.f(x); !alike(got, want, 1e-15) {
				t.Errorf("%s(%v) = %v, want %v", c.name, x, got, want)
			}
			if got := float64(c.f32(float32(x))); !alike(got, want, 1e-7) {
				t.Errorf("%s(float32(%v)) = %v, want %v", c.name, x, got, want)
			}
		}
	}
}

// TestSpecialPairs does so for functions of two numbers.
func TestSpecialPairs(t *testing.T) {
	inputs := []float64{0, math.Copysign(0, -1), 1, -1, 0.5, -0.5, -2, 2, 3, -3, 0x1p53 + 2, math.Inf(1), math.Inf(-1), math.NaN()}
	pow := func(x, y float64) float64 {
		if math.IsInf(x, -1) && math.Abs(y) == 0.5 { // math.Pow takes the square root
			return math.Pow(math.Inf(1), y)
		}
		return math.Pow(x, y)
	}
	for _, c := range []struct {
		name    string
		f, want func(x, y float64) float64
		f32     func(x, y float32) float32
	}{
		{"Power", Power, pow, Power32}, {"Arctan2", Arctan2, math.Atan2, Arctan232}, {"Hypot", Hypot, math.Hypot, Hypot32},
	} {
		for _, x := range inputs {
			for _, y := range inputs {
				want := c.want(x, y)
				if got := c.f(x, y); !alike(got, want, 1e-15) {
					t.Errorf("%s(%v, %v) = %v, want %v", c.name, x, y, got, want)
				}
				want = c.want(float64(float32(x)), float64(float32(y)))
				if got := float64(c.f32(float32(x), float32(y))); !alike(got, float64(float32(want)), 1e-7) {
					t.Errorf("%s(float32(%v), float32(%v)) = %v, want %v", c.name, x, y, got, want)
				}
			}
		}
	}
}

// alike says whether numbers are near each other, NaN, or the same zero or
// infinity.
func alike(got, want, relative float64) bool {
	if want == 0 || math.IsInf(want, 0) {
		return math.Float64bits(got) == math.Float64bits(want)
	}
	return math.IsNaN(got) && math.IsNaN(want) || math.Abs(got-want) <= relative*math.Abs(want)
}

// TestThresholds checks where results begin to overflow and to vanish.
func TestThresholds(t *testing.T) {
	inf, next := math.Inf(1), math.Nextafter
	for _, c := range []struct {
		name string
		f    func(x float64) float64
		x    float64 // the last number of a finite result other than 0
		to   float64 // beyond it
		want float64
	}{
		{"Exp", Exp, 0x1.62e42fefa39efp+9, inf, inf}, {"Exp", Exp, -0x1.74910d52d3051p+9, -inf, 0},
		{"Exp2", Exp2, 0x1.fffffffffffffp+9, inf, inf}, {"Exp2", Exp2, -0x1.0cbffffffffffp+10, -inf, 0},
		{"Expm1", Expm1, 0x1.62e42fefa39efp+9, inf, inf},
		{"Sinh", Sinh, 0x1.633ce8fb9f87dp+9, inf, inf}, {"Cosh", Cosh, 0x1.633ce8fb9f87dp+9, inf, inf},
	} {
		if got := c.f(c.x); got == c.want || math.IsNaN(got) {
			t.Errorf("%s(%x) = %v", c.name, c.x, got)
		}
		if got := c.f(next(c.x, c.to)); got != c.want {
			t.Errorf("%s(%x) = %v, want %v", c.name, next(c.x, c.to), got, c.want)
		}
	}
}

// TestExactResults checks results that are numbers themselves.
func TestExactResults(t *testing.T) {
	equal := func(name string, got, want float64) {
		t.Helper()
		if got != want {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
	for n := -1074; n < 1024; n++ {
		equal("Log2", Log2(math.Ldexp(1, n)), float64(n))
		equal("Exp2", Exp2(float64(n)), math.Ldexp(1, n))
		equal("Power", Power(2, float64(n)), math.Ldexp(1, n))
	}
	p := 1.0
	for n := range 23 {
		equal("Log10", Log10(p), float64(n))
		equal("Power", Power(10, float64(n)), p)
		p *= 10
	}
	for n := range 1500 { // the powers are below 2^53
		x := float64(n)
		equal("Cbrt", Cbrt(x*x*x), x)
		equal("Power", Power(x, 3), x*x*x)
		equal("Power", Power(-x, 5), -x*x*x*x*x)
		equal("Hypot", Hypot(3*x, 4*x), 5*x)
	}
}

// TestAccuracyIsDocumented compares docs/accuracy.md with the figures that are
// enforced here.
func TestAccuracyIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/accuracy.md")
	if err != nil {
		t.Fatal(err)
	}
	check := func(name string, ulps [2]float64) {
		row := regexp.MustCompile(`(?m)^\| ` + strings.ToLower(name) + ` \| (\d) \| [\d.]+ \| (\d) \|`).FindStringSubmatch(string(text))
		if want := fmt.Sprint(ulps); row == nil || "["+row[1]+" "+row[2]+"]" != want {
			t.Errorf("%s: documented %q, enforced %s", name, row, want)
		}
	}
	for _, a := range accuracies {
		check(a.name, a.ulps)
	}
	for _, a := range accuracies2 {
		check(a.name, a.ulps)
	}
}
