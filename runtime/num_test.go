package runtime

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestIntegerDivision checks the defining identity on all pairs of int8.
func TestIntegerDivision(t *testing.T) {
	for a := math.MinInt8; a <= math.MaxInt8; a++ {
		for b := math.MinInt8; b <= math.MaxInt8; b++ {
			q, r := FloorDiv(int8(a), int8(b)), Mod(int8(a), int8(b))
			if b == 0 {
				if q != 0 || r != 0 || Rem(int8(a), 0) != 0 {
					t.Fatalf("%d divided by 0: %d remainder %d", a, q, r)
				}
				continue
			}
			if int8(q*int8(b)+r) != int8(a) {
				t.Fatalf("%d // %d = %d, %% %d", a, b, q, r)
			}
			if r != 0 && (r < 0) != (b < 0) || AbsInt(int64(r)) >= AbsInt(int64(b)) {
				t.Fatalf("%d %% %d = %d", a, b, r)
			}
		}
	}
}

func TestPowIntWraps(t *testing.T) {
	for a := math.MinInt8; a <= math.MaxInt8; a++ {
		want := int8(1)
		for n := range 20 {
			if got := PowInt(int8(a), int8(n)); got != want {
				t.Fatalf("%d ** %d = %d, want %d", a, n, got, want)
			}
			want *= int8(a)
		}
	}
}

func TestPowIntNegative(t *testing.T) {
	defer func() {
		if r := recover(); r != ErrNegativePower {
			t.Errorf("recovered %v, want ErrNegativePower", r)
		}
	}()
	PowInt(2, int64(-1))
}

func TestFloatToInt(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		x   float64
		i64 int64
		i32 int32
		i8  int8
		u8  uint8
		u64 uint64
	}{
		{2.9, 2, 2, 2, 2, 2},
		{-2.9, -2, -2, -2, 254, math.MaxUint64 - 1},
		{300, 300, 300, 44, 44, 300},
		{nan, math.MinInt64, math.MinInt32, 0, 0, 1 << 63},
		{inf, math.MinInt64, math.MinInt32, 0, 0, 0},
		{-inf, math.MinInt64, math.MinInt32, 0, 0, 1 << 63},
		{1 << 63, math.MinInt64, math.MinInt32, 0, 0, 1 << 63},
		{-(1 << 63), math.MinInt64, math.MinInt32, 0, 0, 1 << 63},
		{2147483647.5, 2147483647, 2147483647, -1, 255, 2147483647},
		{-2147483648.5, -2147483648, -2147483648, 0, 0, math.MaxUint64 - 2147483647},
	} {
		if i64, i32, i8, u8, u64 := FloatToInt64(c.x), FloatToInt32(c.x), FloatToInt8(c.x), FloatToUint8(c.x), FloatToUint64(c.x); i64 != c.i64 || i32 != c.i32 || i8 != c.i8 || u8 != c.u8 || u64 != c.u64 {
			t.Errorf("%v: %d %d %d %d %d, want %v", c.x, i64, i32, i8, u8, u64, c)
		}
	}
}

// TestComplexInverses checks that functions undo each other, over many orders
// of magnitude.
func TestComplexInverses(t *testing.T) {
	for _, c := range []struct {
		name   string
		f, inv func(complex128) complex128
		limit  float64
	}{
		{"sin", SinC, AsinC, 1}, {"sinh", SinhC, AsinhC, 1}, {"tan", TanC, AtanC, 0.5}, {"tanh", TanhC, AtanhC, 0.5}, {"exp", ExpC, LogC, 3},
	} {
		for _, r := range []float64{1e-200, 1e-9, 1e-3, 0.3, 1} {
			for _, z := range []complex128{complex(r, 0), complex(r, r/3), complex(-r, r), complex(r/5, -r)} {
				z *= complex(c.limit, 0)
				if c.name == "exp" && r < 0.3 {
					continue // 1 + z drops digits of z
				}
				if got := c.inv(c.f(z)); math.Hypot(real(got-z), imag(got-z)) > 1e-14*math.Hypot(real(z), imag(z)) {
					t.Errorf("inverse of %s(%v) is %v", c.name, z, got)
				}
			}
		}
	}
}

// TestModulo compares with math.Mod, above all where the quotient is near an
// integer.
func TestModulo(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	check := func(a, b float64) {
		if got, want := modulo(a, b), math.Mod(a, b); got != want && (got == got || want == want) {
			t.Errorf("modulo(%v, %v) = %v, want %v", a, b, got, want)
		}
	}
	special := []float64{0, 1, 3, 0.1, 5e-324, 3e-310, 0x1p-1022, math.MaxFloat64, math.Inf(1), math.NaN(), 0x1p52, 0x1p53 + 2}
	for _, a := range special {
		for _, b := range special[1:] {
			check(a, b)
			check(-a, b)
			check(a, -b)
		}
	}
	for range 100_000 {
		b := math.Ldexp(r.Float64()-0.5, r.IntN(60)-30)
		near := float64(r.Int64N(1<<r.IntN(54))) * b
		for _, a := range []float64{near, math.Nextafter(near, 0), math.Nextafter(near, math.Inf(1)), math.Ldexp(r.Float64(), r.IntN(100)-50)} {
			check(a, b)
			check(-a, b)
			check(float64(float32(a)), float64(float32(b)))
		}
	}
}
