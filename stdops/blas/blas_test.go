package blas

import (
	"math"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
	"pgregory.net/rapid"
)

// A level is the engines of a level, named for the tests.
type level struct {
	name string
	d    *engine[float64]
	s    *engine[float32]
}

// multiply is gemm of copies.
func (e *engine[T]) multiply(m, n, k int, alpha T, a, b matrix[T], add bool, c matrix[T], share Sharer) {
	e.gemm(m, n, k, alpha, &a, &b, add, &c, share)
}

// drawLength returns lengths about the edges of tiles and blocks more often
// than others.
func drawLength(t *rapid.T, name string) int {
	return rapid.OneOf(rapid.IntRange(1, 9), rapid.IntRange(1, 70), rapid.IntRange(90, 150), rapid.SampledFrom([]int{255, 256, 257, 300})).Draw(t, name)
}

// drawMatrix returns a matrix of small integers in rows, in columns, with gaps,
// or with other strides.
func drawMatrix[T Float](t *rapid.T, name string, rows, cols int) matrix[T] {
	rs, cs := cols+rapid.IntRange(0, 3).Draw(t, name+" gap"), 1
	switch rapid.IntRange(0, 4).Draw(t, name+" layout") {
	case 0, 1:
		rs, cs = 1, rows+rapid.IntRange(0, 3).Draw(t, name+" gap")
	case 2:
		rs, cs = 2*cols+1, 2
	}
	m := matrix[T]{data: make([]T, (rows-1)*rs+(cols-1)*cs+1), rs: rs, cs: cs}
	fill(m.data, rapid.IntRange(1, 1000).Draw(t, name+" seed"))
	return m
}

// fill writes integers from -10 to 10.
func fill[T Float](data []T, seed int) {
	x := uint32(seed)
	for i := range data {
		x = x*1664525 + 1013904223
		data[i] = T(int(x>>16)%21 - 10)
	}
}

func (m matrix[T]) at(i, j int) T { return m.data[i*m.rs+j*m.cs] }

// naive returns alpha·a·b, or c plus that.
func naive[T Float](m, n, k int, alpha T, a, b matrix[T], add bool, c matrix[T]) []T {
	out := append([]T(nil), c.data...)
	for i := range m {
		for j := range n {
			var sum T
			for l := range k {
				sum += a.at(i, l) * b.at(l, j)
			}
			if !add {
				out[i*c.rs+j] = 0
			}
			out[i*c.rs+j] += alpha * sum
		}
	}
	return out
}

// same compares elements; all NaN are equal.
func same[T Float](x, y []T) int {
	for i, v := range x {
		if v != y[i] && (v == v || y[i] == y[i]) {
			return i
		}
	}
	return -1
}

// checkProducts compares with a naive loop: integers are multiplied exactly.
func checkProducts[T Float](t *testing.T, e *engine[T]) {
	rapid.Check(t, func(t *rapid.T) {
		m, n, k := drawLength(t, "m"), drawLength(t, "n"), drawLength(t, "k")
		a, b := drawMatrix[T](t, "a", m, k), drawMatrix[T](t, "b", k, n)
		c := matrix[T]{rs: n + rapid.IntRange(0, 2).Draw(t, "gap"), cs: 1}
		c.data = make([]T, m*c.rs)
		fill(c.data, 7)
		alpha, add := T(rapid.IntRange(-1, 2).Draw(t, "alpha")), rapid.Bool().Draw(t, "add")
		want := naive(m, n, k, alpha, a, b, add, c)
		e.multiply(m, n, k, alpha, a, b, add, c, nil)
		if i := same(c.data, want); i >= 0 {
			t.Fatalf("%d×%d×%d: element (%d, %d) is %v, want %v", m, k, n, i/c.rs, i%c.rs, c.data[i], want[i])
		}
	})
}

func TestProducts(t *testing.T) {
	for _, l := range levels(t) {
		t.Run(l.name+"/float64", func(t *testing.T) { checkProducts(t, l.d) })
		t.Run(l.name+"/float32", func(t *testing.T) { checkProducts(t, l.s) })
	}
}

// TestBlocks multiplies matrices of more than one block of each kind.
func TestBlocks(t *testing.T) {
	for _, l := range levels(t) {
		t.Run(l.name, func(t *testing.T) {
			checkBlocks(t, l.d, 4200, 300, 80)
			checkBlocks(t, l.d, 60, 2*blockK+1, 700)
			checkBlocks(t, l.s, 60, 300, 1500)
			checkBlocks(t, l.d, fewRows, 300, 301)
			checkBlocks(t, l.d, 3, 16*blockK+1, 5)
		})
	}
}

func checkBlocks[T Float](t *testing.T, e *engine[T], m, k, n int) {
	a, b := matrix[T]{data: make([]T, m*k), rs: k, cs: 1}, matrix[T]{data: make([]T, k*n), rs: n, cs: 1}
	c := matrix[T]{data: make([]T, m*n), rs: n, cs: 1}
	fill(a.data, 1)
	fill(b.data, 2)
	want := naive(m, n, k, 1, a, b, false, c)
	e.multiply(m, n, k, 1, a, b, false, c, nil)
	if i := same(c.data, want); i >= 0 {
		t.Errorf("%d×%d×%d: element (%d, %d) is %v, want %v", m, k, n, i/n, i%n, c.data[i], want[i])
	}
}

// TestNonfinite: what is set is not read, and zeros leave nothing out.
func TestNonfinite(t *testing.T) {
	for _, l := range levels(t) {
		nan, inf := math.NaN(), math.Inf(1)
		a := matrix[float64]{data: []float64{0, 1, 2, 0}, rs: 2, cs: 1}
		b := matrix[float64]{data: []float64{nan, inf, 1, 1, 3, 4}, rs: 3, cs: 1}
		c := matrix[float64]{data: []float64{nan, nan, nan, nan, nan, nan}, rs: 3, cs: 1}
		l.d.multiply(2, 3, 2, 1, a, b, false, c, nil)
		if want := []float64{nan, nan, 4, nan, inf, 2}; same(c.data, want) >= 0 {
			t.Errorf("%s: %v, want %v", l.name, c.data, want)
		}
	}
}

// TestLevelsAgree: AVX-512 and AVX2 give the same bits, and these are near
// gonum's.
func TestLevelsAgree(t *testing.T) {
	const m, k, n = 45, 700, 131
	a, b := matrix[float64]{data: make([]float64, m*k), rs: k, cs: 1}, matrix[float64]{data: make([]float64, k*n), rs: n, cs: 1}
	for i := range a.data {
		a.data[i] = math.Sin(float64(i))
	}
	for i := range b.data {
		b.data[i] = math.Cos(float64(i))
	}
	near := make([]float64, m*n)
	gonum.Implementation{}.Dgemm(blas.NoTrans, blas.NoTrans, m, n, k, 3, a.data, k, b.data, n, 0, near, n)
	var first []float64
	for _, l := range levels(t) {
		c := matrix[float64]{data: make([]float64, m*n), rs: n, cs: 1}
		l.d.multiply(m, n, k, 3, a, b, false, c, nil)
		if first == nil {
			first = c.data
		}
		if i := same(c.data, first); i >= 0 {
			t.Errorf("%s: element %d is %v, not %v as at another level", l.name, i, c.data[i], first[i])
		}
		for i, v := range c.data {
			if d := math.Abs(v - near[i]); d > 1e-11 {
				t.Fatalf("%s: element %d is off by %g", l.name, i, d)
			}
		}
	}
}

// TestImplementation compares with gonum through its interface.
func TestImplementation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n, k := rapid.IntRange(0, 40).Draw(t, "m"), rapid.IntRange(0, 40).Draw(t, "n"), rapid.IntRange(0, 40).Draw(t, "k")
		trans := rapid.SampledFrom([]blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans})
		tA, tB := trans.Draw(t, "tA"), trans.Draw(t, "tB")
		lda, ldb, ldc := max(m, k, 1), max(n, k, 1)+1, n+1
		factor := rapid.SampledFrom([]float64{0, 1, -1, 3})
		alpha, beta := factor.Draw(t, "alpha"), factor.Draw(t, "beta")
		a, b, c := make([]float64, lda*lda), make([]float64, ldb*ldb), make([]float64, m*ldc)
		fill(a, 1)
		fill(b, 2)
		fill(c, 3)
		fa, fb, fc := narrow(a), narrow(b), narrow(c)
		want := append([]float64(nil), c...)
		gonum.Implementation{}.Dgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, want, ldc)
		Implementation{}.Dgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		Implementation{}.Sgemm(tA, tB, m, n, k, float32(alpha), fa, lda, fb, ldb, float32(beta), fc, ldc)
		if i := same(c, want); i >= 0 {
			t.Errorf("float64 element %d is %v, want %v", i, c[i], want[i])
		}
		if i := same(fc, narrow(want)); i >= 0 {
			t.Errorf("float32 element %d is %v, want %v", i, fc[i], want[i])
		}
	})
}

func narrow(x []float64) []float32 {
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = float32(v)
	}
	return out
}

// TestImplementationPanics: wrong arguments are gonum's to refuse.
func TestImplementationPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic for a short C")
		}
	}()
	Implementation{}.Dgemm(blas.NoTrans, blas.NoTrans, 2, 2, 2, 1, make([]float64, 4), 2, make([]float64, 4), 2, 0, make([]float64, 3), 2)
}

// poolsForget says that what is put into a sync.Pool may be gone.
var poolsForget bool

func TestAllocations(t *testing.T) {
	if poolsForget {
		t.Skip("under the race detector")
	}
	for _, l := range levels(t) {
		for _, n := range []int{10, 300} {
			a := matrix[float64]{data: make([]float64, n*n), rs: 1, cs: n}
			c := matrix[float64]{data: make([]float64, n*n), rs: n, cs: 1}
			if got := testing.AllocsPerRun(20, func() { l.d.multiply(n, n, n, 1, a, a.turned(), false, c, nil) }); got >= 1 {
				t.Errorf("%s: %v allocations for products of %d×%d", l.name, got, n, n)
			}
		}
	}
}

// TestMultiply: the level in use multiplies, or reports that it does not.
func TestMultiply(t *testing.T) {
	a := Matrix[float32]{[]float32{1, 2, 3, 4}, 1, 2}
	c := Matrix[float32]{[]float32{1, 1, 1, 1}, 2, 1}
	want := []float32{1, 1, 1, 1}
	if Multiply(2, 2, 2, a, a, true, c, nil) {
		want = []float32{8, 16, 11, 23}
	} else if engine32 != nil {
		t.Error("there are kernels, but they were not used")
	}
	if same(c.Data, want) >= 0 {
		t.Errorf("%v, want %v", c.Data, want)
	}
}

// TestDot multiplies rows by columns, one strided.
func TestDot(t *testing.T) {
	a := Matrix[float64]{[]float64{1, 2, 3, 4, 5}, 5, 2}
	b := Matrix[float64]{[]float64{2, 3, 4}, 1, 1}
	c := Matrix[float64]{[]float64{100}, 1, 1}
	for i, want := range []float64{31, 62} {
		if engine64 != nil && Multiply(1, 1, 3, a, b, i > 0, c, nil) && c.Data[0] != want {
			t.Errorf("%v, want %v", c.Data[0], want)
		}
	}
}

func BenchmarkMultiply(b *testing.B) {
	for _, n := range []int{16, 64, 256, 1024} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			a := matrix[float64]{data: make([]float64, n*n), rs: n, cs: 1}
			c := matrix[float64]{data: make([]float64, n*n), rs: n, cs: 1}
			fill(a.data, 1)
			b.SetBytes(int64(2 * n * n * n)) // so that MB/s are MFLOP/s
			if engine64 == nil {
				b.Skip("no kernels")
			}
			for b.Loop() {
				engine64.multiply(n, n, n, 1, a, a, false, c, nil)
			}
		})
	}
}
