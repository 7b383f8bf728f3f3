package linalg

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	rt "github.com/daskgen/daskgen/runtime"
)

// drawBlock draws a block of a shape: its axes stand in memory in some order,
// some backwards, and it begins behind an offset.
func drawBlock[T rt.Elem](t *rapid.T, shape []int, elem func(i int) T) *rt.Block[T] {
	n := len(shape)
	order := rapid.Permutation(seq(n)).Draw(t, "order")
	size, offset := 1, rapid.IntRange(0, 3).Draw(t, "offset")
	strides := make([]int, n)
	for _, k := range order {
		strides[k] = size
		size *= shape[k]
	}
	data := make([]T, size+offset)
	for i := range data {
		data[i] = elem(i)
	}
	for k := range strides {
		if shape[k] > 0 && rapid.IntRange(0, 4).Draw(t, "flip") == 0 {
			offset += (shape[k] - 1) * strides[k]
			strides[k] = -strides[k]
		}
	}
	return rt.FromSlice(data, len(data)).View(shape, strides, offset)
}

func seq(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func drawLengths(t *rapid.T, n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = rapid.SampledFrom([]int{0, 1, 2, 3, 5}).Draw(t, "length")
	}
	return s
}

// naive is tensordot by its definition.
func naive[T rt.Elem](a, b *rt.Block[T], axesA, axesB []int, fma func(s, x, y T) T) []T {
	restA, restB := others(a.Rank(), axesA), others(b.Rank(), axesB)
	var out []T
	each := func(shape []int, f func(idx []int)) {
		idx := make([]int, len(shape))
		n := 1
		for _, d := range shape {
			n *= d
		}
		for range n {
			f(idx)
			next(idx, shape)
		}
	}
	each(lengths(a.Shape, restA), func(i []int) {
		each(lengths(b.Shape, restB), func(j []int) {
			var s T
			each(lengths(a.Shape, axesA), func(k []int) {
				x, y := make([]int, a.Rank()), make([]int, b.Rank())
				scatter(x, restA, i)
				scatter(x, axesA, k)
				scatter(y, restB, j)
				scatter(y, axesB, k)
				s = fma(s, a.At(x...), b.At(y...))
			})
			out = append(out, s)
		})
	})
	return out
}

func scatter(dst, at, src []int) {
	for i, k := range at {
		dst[k] = src[i]
	}
}

// checkTensordot compares Tensordot with naive on drawn blocks. Elements are
// small integers, so that all dtypes are exact.
func checkTensordot[T rt.Elem](t *testing.T, elem func(i int) T, fma func(s, x, y T) T) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		summed := drawLengths(t, rapid.IntRange(0, 2).Draw(t, "axes"))
		shapeA := append(slices.Clone(summed), drawLengths(t, rapid.IntRange(0, 2).Draw(t, "free a"))...)
		shapeB := append(slices.Clone(summed), drawLengths(t, rapid.IntRange(0, 2).Draw(t, "free b"))...)
		axesA, axesB := make([]int, len(summed)), make([]int, len(summed))
		permA := rapid.Permutation(seq(len(shapeA))).Draw(t, "perm a")
		permB := rapid.Permutation(seq(len(shapeB))).Draw(t, "perm b")
		for i := range summed {
			axesA[i], axesB[i] = permA[i], permB[i]
		}
		pa, pb := make([]int, len(shapeA)), make([]int, len(shapeB))
		scatter(pa, permA, shapeA)
		scatter(pb, permB, shapeB)
		a, b := drawBlock(t, pa, elem), drawBlock(t, pb, elem)
		got, err := Tensordot(nil, a, b, axesA, axesB)
		if err != nil {
			t.Fatal(err)
		}
		want := naive(a, b, axesA, axesB, fma)
		if !slices.Equal(got.Elements(), want) {
			t.Fatalf("%v %v over %v %v: %v, want %v", a.Shape, b.Shape, axesA, axesB, got.Elements(), want)
		}
	})
}

func TestTensordot(t *testing.T) {
	t.Run("float64", func(t *testing.T) {
		checkTensordot(t, func(i int) float64 { return float64(i%11 - 5) }, func(s, x, y float64) float64 { return s + x*y })
	})
	t.Run("float32", func(t *testing.T) {
		checkTensordot(t, func(i int) float32 { return float32(i%7 - 3) }, func(s, x, y float32) float32 { return s + x*y })
	})
	t.Run("complex64", func(t *testing.T) {
		checkTensordot(t, func(i int) complex64 { return complex(float32(i%5), float32(i%3-1)) }, func(s, x, y complex64) complex64 { return s + x*y })
	})
	t.Run("complex128", func(t *testing.T) {
		checkTensordot(t, func(i int) complex128 { return complex(float64(i%5), float64(i%3-1)) }, func(s, x, y complex128) complex128 { return s + x*y })
	})
	t.Run("int8", func(t *testing.T) {
		checkTensordot(t, func(i int) int8 { return int8(i * 37) }, func(s, x, y int8) int8 { return s + x*y })
	})
	t.Run("uint64", func(t *testing.T) {
		checkTensordot(t, func(i int) uint64 { return uint64(i) << 61 }, func(s, x, y uint64) uint64 { return s + x*y })
	})
	t.Run("bool", func(t *testing.T) {
		checkTensordot(t, func(i int) bool { return i%3 == 0 }, func(s, x, y bool) bool { return s || x && y })
	})
}

// TestOuterComplex holds a product with an infinity against NumPy's.
func TestOuterComplex(t *testing.T) {
	out, err := Outer(nil, rt.FromSlice([]complex128{complex(math.Inf(1), -3)}, 1), rt.FromSlice([]complex128{2}, 1))
	if err != nil {
		t.Fatal(err)
	}
	if z := out.Data[0]; !math.IsInf(real(z), 1) || !math.IsNaN(imag(z)) {
		t.Errorf("(inf-3i)*2 = %v, want inf+NaNi", z)
	}
}

func TestMatMulBatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, k, n := rapid.IntRange(0, 4).Draw(t, "m"), rapid.IntRange(0, 4).Draw(t, "k"), rapid.IntRange(1, 4).Draw(t, "n")
		outer, inner := rapid.IntRange(1, 3).Draw(t, "outer"), rapid.IntRange(1, 3).Draw(t, "inner")
		elem := func(i int) float64 { return float64(i % 13) }
		a := drawBlock(t, []int{outer, 1, m, k}, elem)
		b := drawBlock(t, []int{inner, k, n}, elem)
		got, err := MatMul(nil, a, b)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Shape, []int{outer, inner, m, n}) {
			t.Fatalf("shape %v", got.Shape)
		}
		for p := range outer {
			for q := range inner {
				for i := range m {
					for j := range n {
						s := 0.0
						for l := range k {
							s += a.At(p, 0, i, l) * b.At(q, l, j)
						}
						if g := got.At(p, q, i, j); g != s {
							t.Fatalf("element (%d, %d, %d, %d) is %v, want %v", p, q, i, j, g, s)
						}
					}
				}
			}
		}
	})
}

func TestVectors(t *testing.T) {
	v := rt.FromSlice([]float64{1, 2, 3}, 3)
	m := rt.FromSlice([]float64{1, 2, 3, 4, 5, 6}, 2, 3)
	stack := rt.FromSlice([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 2, 2, 3)
	s := rt.Scalar(2.0)
	z := rt.FromSlice([]complex128{1 + 2i, 3i}, 2)
	for _, c := range []struct {
		name  string
		got   func() (*rt.Block[float64], error)
		shape []int
		want  []float64
	}{
		{"inner", func() (*rt.Block[float64], error) { return Dot(nil, v, v) }, nil, []float64{14}},
		{"matrix and vector", func() (*rt.Block[float64], error) { return MatMul(nil, m, v) }, []int{2}, []float64{14, 32}},
		{"stack and vector", func() (*rt.Block[float64], error) { return MatMul(nil, stack, v) }, []int{2, 2}, []float64{14, 32, 50, 68}},
		{"scalar", func() (*rt.Block[float64], error) { return Dot(nil, s, m) }, []int{2, 3}, []float64{2, 4, 6, 8, 10, 12}},
		{"outer", func() (*rt.Block[float64], error) { return Outer(nil, v, v) }, []int{3, 3}, []float64{1, 2, 3, 2, 4, 6, 3, 6, 9}},
		{"many", func() (*rt.Block[float64], error) {
			return DotMany(nil, []*rt.Block[float64]{m, m}, []*rt.Block[float64]{v, v})
		}, []int{2}, []float64{28, 64}},
	} {
		b, err := c.got()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !slices.Equal(b.Shape, c.shape) || !slices.Equal(b.Elements(), c.want) {
			t.Errorf("%s: %v %v, want %v %v", c.name, b.Shape, b.Elements(), c.shape, c.want)
		}
	}
	d, err := VDot(nil, z, z)
	if err != nil || d.At() != 14 {
		t.Errorf("vdot: %v, %v, want 14", d, err)
	}
}

func TestErrors(t *testing.T) {
	a, b := rt.New[float64](2, 3), rt.New[float64](2, 3)
	if _, err := MatMul(nil, a, b); err == nil || err.Error() != "axis 1 of length 3 does not fit axis 0 of length 2" {
		t.Errorf("error %v", err)
	}
	if _, err := TensordotMany(nil, []*rt.Block[float64]{a}, nil, nil, nil); err == nil {
		t.Error("no error for lists of different lengths")
	}
}

// A large product goes the way of gonum's parallel blocks.
func TestLarge(t *testing.T) {
	const n = 200
	a, b := rt.New[float64](n, n), rt.New[float64](n, n)
	for i := range a.Data {
		a.Data[i], b.Data[i] = math.Sin(float64(i)), math.Cos(float64(i))
	}
	at := a.View([]int{n, n}, []int{1, n}, 0)
	c, err := MatMul(nil, at, b)
	if err != nil {
		t.Fatal(err)
	}
	for _, ij := range [][2]int{{0, 0}, {3, 150}, {199, 199}} {
		s := 0.0
		for k := range n {
			s += at.At(ij[0], k) * b.At(k, ij[1])
		}
		if g := c.At(ij[0], ij[1]); math.Abs(g-s) > 1e-11 {
			t.Errorf("element %v is %v, want %v", ij, g, s)
		}
	}
}

func BenchmarkMatMul(b *testing.B) {
	const n = 256
	x, y := rt.New[float64](n, n), rt.New[float64](n, n)
	for i := range x.Data {
		x.Data[i], y.Data[i] = float64(i%7+1), float64(i%5+1)
	}
	b.SetBytes(2 * n * n * n)
	for b.Loop() {
		if _, err := MatMul(nil, x, y); err != nil {
			b.Fatal(err)
		}
	}
}

// TestComplexInfinities sums products as NumPy's vdot and dot do: an infinity
// makes NaN of the imaginary part alone.
func TestComplexInfinities(t *testing.T) {
	inf := math.Inf(1)
	x := rt.FromSlice([]complex128{2, complex(1, inf), 1i}, 3)
	v, err := VDot(nil, x, x)
	if err != nil {
		t.Fatal(err)
	}
	if got := v.Data[0]; real(got) != inf || imag(got) == imag(got) {
		t.Errorf("vdot is %v", got)
	}
	y := rt.FromSlice([]complex64{2, complex(1, float32(inf)), 1i}, 3)
	w, err := VDot(nil, y, y)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Data[0]; real(got) != float32(inf) || imag(got) == imag(got) {
		t.Errorf("vdot is %v", got)
	}
}
