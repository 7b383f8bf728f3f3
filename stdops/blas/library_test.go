package blas

import (
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
	"pgregory.net/rapid"
)

// counting is gonum's BLAS as a library. It panics on wrong arguments.
type counting struct {
	gonum.Implementation
	calls *int
}

func (l counting) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	*l.calls++
	l.Implementation.Dgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

func (l counting) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	*l.calls++
	l.Implementation.Sgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// TestLibrary hands products of all layouts to a library. Where neither rows
// nor columns of an operand are contiguous it is left out.
func TestLibrary(t *testing.T) {
	calls := 0
	Use(counting{calls: &calls})
	defer Use(nil)
	rapid.Check(t, func(t *rapid.T) {
		checkLibrary[float64](t, &calls)
		checkLibrary[float32](t, &calls)
	})
}

func checkLibrary[T Float](t *rapid.T, calls *int) {
	m, n, k := drawLength(t, "m"), drawLength(t, "n"), drawLength(t, "k")
	a, b := drawMatrix[T](t, "a", m, k), drawMatrix[T](t, "b", k, n)
	add := rapid.Bool().Draw(t, "add")
	c := matrix[T]{data: make([]T, m*n), rs: n, cs: 1}
	fill(c.data, 7)
	want := naive(m, n, k, 1, a, b, add, c)
	before := *calls
	done := Multiply(m, n, k, Matrix[T]{a.data, a.rs, a.cs}, Matrix[T]{b.data, b.rs, b.cs}, add, Matrix[T]{c.data, n, 1}, nil)
	if possible := a.contiguous(m, k) && b.contiguous(k, n); possible != (*calls > before) {
		t.Fatalf("%d calls of the library for strides %d, %d and %d, %d", *calls-before, a.rs, a.cs, b.rs, b.cs)
	}
	if !done {
		return // no kernels for this machine
	}
	if i := same(c.data, want); i >= 0 {
		t.Fatalf("%d×%d×%d: element %d is %v, want %v", m, k, n, i, c.data[i], want[i])
	}
}

// contiguous says whether a row or a column has no gaps.
func (m matrix[T]) contiguous(rows, cols int) bool {
	return m.cs == 1 || m.rs == 1 || rows == 1 || cols == 1
}
