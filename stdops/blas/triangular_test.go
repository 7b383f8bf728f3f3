package blas

import (
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
	"pgregory.net/rapid"
)

// drawTriangle returns elements of a triangle of n rows whose diagonal is of
// powers of 2 and whose others are small integers, few of which are not 0, so that
// solutions are exact.
func drawTriangle(t *rapid.T, n, lda int) []float64 {
	a := make([]float64, n*lda)
	fill(a, rapid.IntRange(1, 1000).Draw(t, "seed"))
	for i := range a {
		if int(a[i])%7 != 0 {
			a[i] = 0
		} else {
			a[i] /= 7
		}
	}
	for i := range n {
		a[i*lda+i] = float64(int(1) << (i % 2))
	}
	return a
}

// TestTriangular compares with gonum's functions: all numbers are exact, and
// what is not of the triangle is not read.
func TestTriangular(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.SampledFrom([]blas.Side{blas.Left, blas.Right}).Draw(t, "side")
		uplo := rapid.SampledFrom([]blas.Uplo{blas.Lower, blas.Upper}).Draw(t, "uplo")
		trans := rapid.SampledFrom([]blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans}).Draw(t, "trans")
		diag := rapid.SampledFrom([]blas.Diag{blas.NonUnit, blas.Unit}).Draw(t, "diag")
		m, n := rapid.IntRange(0, 40).Draw(t, "m"), rapid.IntRange(0, 40).Draw(t, "n")
		alpha := rapid.SampledFrom([]float64{0, 1, -1, 2}).Draw(t, "alpha")
		size := m
		if side == blas.Right {
			size = n
		}
		lda, ldb := max(1, size)+rapid.IntRange(0, 2).Draw(t, "gap"), max(1, n)+1
		a, b := drawTriangle(t, size, lda), make([]float64, m*ldb)
		fill(b, 3)
		for _, f := range []struct {
			name string
			ours func(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int)
			ref  func(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int)
		}{
			{"trsm", Implementation{}.Dtrsm, gonum.Implementation{}.Dtrsm},
			{"trmm", Implementation{}.Dtrmm, gonum.Implementation{}.Dtrmm},
		} {
			got, want := append([]float64(nil), b...), append([]float64(nil), b...)
			f.ours(side, uplo, trans, diag, m, n, alpha, a, lda, got, ldb)
			f.ref(side, uplo, trans, diag, m, n, alpha, a, lda, want, ldb)
			near(t, f.name, got, want, 1e-9)
		}
		got, want := narrow(b), narrow(b)
		Implementation{}.Strmm(side, uplo, trans, diag, m, n, float32(alpha), narrow(a), lda, got, ldb)
		gonum.Implementation{}.Strmm(side, uplo, trans, diag, m, n, float32(alpha), narrow(a), lda, want, ldb)
		near(t, "strmm", got, want, 1e-3)
		got, want = narrow(b), narrow(b)
		Implementation{}.Strsm(side, uplo, trans, diag, m, n, float32(alpha), narrow(a), lda, got, ldb)
		gonum.Implementation{}.Strsm(side, uplo, trans, diag, m, n, float32(alpha), narrow(a), lda, want, ldb)
		near(t, "strsm", got, want, 1e-3)
	})
}

// near compares sums of products that may be rounded.
func near[T Float](t *rapid.T, what string, got, want []T, tol T) {
	largest := T(1)
	for _, v := range want {
		largest = max(largest, v, -v)
	}
	for i, v := range got {
		if d := v - want[i]; !(d <= tol*largest && -d <= tol*largest) {
			t.Fatalf("%s: element %d is %v, want %v", what, i, v, want[i])
		}
	}
}

// TestSyrk compares with gonum's: integers are multiplied exactly. The other
// triangle stays as it is.
func TestSyrk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		uplo := rapid.SampledFrom([]blas.Uplo{blas.Lower, blas.Upper}).Draw(t, "uplo")
		trans := rapid.SampledFrom([]blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans}).Draw(t, "trans")
		n, k := rapid.IntRange(0, 130).Draw(t, "n"), rapid.IntRange(0, 70).Draw(t, "k")
		factor := rapid.SampledFrom([]float64{0, 1, -1, 3})
		alpha, beta := factor.Draw(t, "alpha"), factor.Draw(t, "beta")
		lda, ldc := max(n, k, 1)+1, max(n, 1)+2
		a, c := make([]float64, lda*lda), make([]float64, n*ldc)
		fill(a, 1)
		fill(c, 2)
		fc, want := narrow(c), append([]float64(nil), c...)
		gonum.Implementation{}.Dsyrk(uplo, trans, n, k, alpha, a, lda, beta, want, ldc)
		Implementation{}.Dsyrk(uplo, trans, n, k, alpha, a, lda, beta, c, ldc)
		Implementation{}.Ssyrk(uplo, trans, n, k, float32(alpha), narrow(a), lda, float32(beta), fc, ldc)
		if i := same(c, want); i >= 0 {
			t.Errorf("float64 element %d is %v, want %v", i, c[i], want[i])
		}
		if i := same(fc, narrow(want)); i >= 0 {
			t.Errorf("float32 element %d is %v, want %v", i, fc[i], want[i])
		}
	})
}
