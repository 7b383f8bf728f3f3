package kernel

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	rt "github.com/daskgen/daskgen/runtime"
)

// sameBits says whether two floats have the same bits, or both are NaN.
func sameBits(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || math.IsNaN(a) && math.IsNaN(b)
}

func TestFrexpAndModf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64().Draw(t, "x")
		m, e := frexp(x)
		if wm, we := math.Frexp(x); !sameBits(m, wm) || int(e) != we {
			t.Fatalf("frexp(%v) = %v, %d; want %v, %d", x, m, e, wm, we)
		}
		f, w := modf(x)
		if !sameBits(w, math.Trunc(x)) || math.Signbit(f) != math.Signbit(x) && x == x || math.Abs(f) >= 1 || !math.IsInf(x, 0) && x == x && f+w != x {
			t.Fatalf("modf(%v) = %v, %v", x, f, w)
		}
	})
	for _, x := range []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 5e-324, math.MaxFloat64} {
		m, e := frexp(x)
		if wm, we := math.Frexp(x); !sameBits(m, wm) || int(e) != we {
			t.Errorf("frexp(%v) = %v, %d; want %v, %d", x, m, e, wm, we)
		}
	}
}

// TestPairsOfViews reads transposed and broadcast blocks of more than a strip.
func TestPairsOfViews(t *testing.T) {
	const n = 70
	data := make([]float64, n*n)
	for i := range data {
		data[i] = float64(i)/8 - 100
	}
	x := rt.FromSlice(data, n, n)
	xt := must[*rt.Block[float64]](t)(Transpose(nil, x, 1, 0))
	row := must[*rt.Block[float64]](t)(GetItem(nil, x, At(3)))
	f := must[Pair[float64, int32]](t)(Frexp(nil, xt))
	w := must[Pair[float64, float64]](t)(Modf(nil, xt))
	d := must[Pair[float64, float64]](t)(DivModFloat(nil, xt, row))
	for i := range n {
		for j := range n {
			v, by := x.At(j, i), row.At(j)
			m, e := math.Frexp(v)
			if f.V0.At(i, j) != m || int(f.V1.At(i, j)) != e {
				t.Fatalf("frexp at %d, %d: %v, %d", i, j, f.V0.At(i, j), f.V1.At(i, j))
			}
			if w.V0.At(i, j) != math.Mod(v, 1) || w.V1.At(i, j) != math.Trunc(v) {
				t.Fatalf("modf at %d, %d: %v, %v", i, j, w.V0.At(i, j), w.V1.At(i, j))
			}
			if d.V0.At(i, j) != rt.FloorDivFloat(v, by) || d.V1.At(i, j) != rt.ModFloat(v, by) {
				t.Fatalf("divmod at %d, %d: %v, %v", i, j, d.V0.At(i, j), d.V1.At(i, j))
			}
		}
	}
	_, err := DivMod(nil, rt.New[int8](2), rt.New[int8](3))
	wantError(t, err, "shapes (2,) and (3,) do not broadcast")
}

func BenchmarkPairs(b *testing.B) {
	x := rt.New[float64](1 << 16)
	n := rt.New[int64](1 << 16)
	for i := range x.Data {
		x.Data[i], n.Data[i] = float64(i)*0.37-9000, int64(i)-9000
	}
	run := func(name string, f func() error) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(8 << 16)
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("frexp", func() error { _, err := Frexp(nil, x); return err })
	run("modf", func() error { _, err := Modf(nil, x); return err })
	run("divmod int64", func() error { _, err := DivMod(nil, n, rt.Scalar[int64](7)); return err })
	run("divmod float64", func() error { _, err := DivModFloat(nil, x, rt.Scalar(7.5)); return err })
}
