package blas

import (
	"gonum.org/v1/gonum/blas"
)

// This file turns the other functions of level 3 that gonum's LAPACK calls, on
// triangular and symmetric matrices, into products of rectangles, by halving the
// triangle. What is left, triangles of a few rows, is done by gonum.

const (
	smallTriangle  = 8  // of Dtrsm and Dtrmm: what is left to gonum
	smallSymmetric = 48 // of Dsyrk: what is made whole, to keep a half of it
)

// half is about n/2, a multiple of smallTriangle.
func half(n int) int { return (n/2 + smallTriangle - 1) / smallTriangle * smallTriangle }

// A triangle is the arguments of Dtrsm and Dtrmm that their halves share, and
// what they call.
type triangle[T Float] struct {
	side  blas.Side
	uplo  blas.Uplo
	trans blas.Transpose
	diag  blas.Diag
	a     []T
	lda   int
	b     []T
	ldb   int

	small func(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int)
	gemm  func(tA, tB blas.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)
}

// lower says whether op(A) is a lower triangle.
func (t *triangle[T]) lower() bool { return (t.uplo == blas.Lower) == (t.trans == blas.NoTrans) }

// ok says whether the arguments are right and the triangle is worth halving. If
// not, gonum does the work, or panics.
func (t *triangle[T]) ok(m, n int, alpha T) bool {
	size := m
	if t.side == blas.Right {
		size = n
	}
	return engineOf[T]() != nil && alpha != 0 && size > smallTriangle && min(m, n) > 0 &&
		(t.side == blas.Left || t.side == blas.Right) && (t.uplo == blas.Lower || t.uplo == blas.Upper) &&
		(t.trans == blas.NoTrans || t.trans == blas.Trans || t.trans == blas.ConjTrans) && (t.diag == blas.Unit || t.diag == blas.NonUnit) &&
		t.lda >= size && len(t.a) >= (size-1)*t.lda+size && t.ldb >= n && len(t.b) >= (m-1)*t.ldb+n
}

// off is the stored rectangle of the triangle whose first half has h rows.
func (t *triangle[T]) off(at, h int) []T {
	if t.uplo == blas.Lower {
		return t.a[(at+h)*t.lda+at:]
	}
	return t.a[at*t.lda+at+h:]
}

// update adds alpha·op(A)·X, or alpha·X·op(A), to the half of B whose rows, or
// columns, begin at to, where X is the half of B from from on: op(A) is the
// rectangle of the size rows and columns of the triangle from at on.
func (t *triangle[T]) update(m, n, at, h, size int, first bool, alpha T) {
	from, to, rows, cols := at, at+h, size-h, h // X is the first half
	if !first {
		from, to, rows, cols = at+h, at, h, size-h
	}
	a := t.off(at, h)
	if t.side == blas.Left {
		t.gemm(t.trans, blas.NoTrans, rows, n, cols, alpha, a, t.lda, t.b[from*t.ldb:], t.ldb, 1, t.b[to*t.ldb:], t.ldb)
	} else {
		t.gemm(blas.NoTrans, t.trans, m, rows, cols, alpha, t.b[from:], t.ldb, a, t.lda, 1, t.b[to:], t.ldb)
	}
}

// leaf has gonum work with rows and columns at to at+size of the triangle.
func (t *triangle[T]) leaf(m, n, at, size int, alpha T) {
	a := t.a[at*t.lda+at:]
	if t.side == blas.Left {
		t.small(t.side, t.uplo, t.trans, t.diag, size, n, alpha, a, t.lda, t.b[at*t.ldb:], t.ldb)
	} else {
		t.small(t.side, t.uplo, t.trans, t.diag, m, size, alpha, a, t.lda, t.b[at:], t.ldb)
	}
}

// solve replaces the rows of B from at on by X with op(A)·X = B, or the columns by X with
// X·op(A) = B. The half of X that the other one needs is first.
func (t *triangle[T]) solve(m, n, at, size int) {
	if size <= smallTriangle {
		t.leaf(m, n, at, size, 1)
		return
	}
	h := half(size)
	if t.lower() == (t.side == blas.Left) {
		t.solve(m, n, at, h)
		t.update(m, n, at, h, size, true, -1)
		t.solve(m, n, at+h, size-h)
	} else {
		t.solve(m, n, at+h, size-h)
		t.update(m, n, at, h, size, false, -1)
		t.solve(m, n, at, h)
	}
}

// multiply replaces the rows of B by alpha·op(A)·B, or the columns by
// alpha·B·op(A). The half of B that the other one needs is last.
func (t *triangle[T]) multiply(m, n, at, size int, alpha T) {
	if size <= smallTriangle {
		t.leaf(m, n, at, size, alpha)
		return
	}
	h := half(size)
	if t.lower() == (t.side == blas.Left) {
		t.multiply(m, n, at+h, size-h, alpha)
		t.update(m, n, at, h, size, true, alpha)
		t.multiply(m, n, at, h, alpha)
	} else {
		t.multiply(m, n, at, h, alpha)
		t.update(m, n, at, h, size, false, alpha)
		t.multiply(m, n, at+h, size-h, alpha)
	}
}

// size is that of the triangle beside a B of m×n.
func (t *triangle[T]) size(m, n int) int {
	if t.side == blas.Left {
		return m
	}
	return n
}

// trsm is Dtrsm; it reports false, and has done nothing, if gonum's is to be called.
func (t *triangle[T]) trsm(m, n int, alpha T) bool {
	if !t.ok(m, n, alpha) {
		return false
	}
	if alpha != 1 {
		matrix[T]{data: t.b, rs: t.ldb, cs: 1}.scale(m, n, alpha)
	}
	t.solve(m, n, 0, t.size(m, n))
	return true
}

// trmm is Dtrmm; it reports false, and has done nothing, if gonum's is to be called.
func (t *triangle[T]) trmm(m, n int, alpha T) bool {
	if !t.ok(m, n, alpha) {
		return false
	}
	t.multiply(m, n, 0, t.size(m, n), alpha)
	return true
}

// Dtrsm solves op(A)·X = alpha·B, or X·op(A) = alpha·B, for X, which takes the
// place of B. A is a triangle.
func (i Implementation) Dtrsm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	t := triangle[float64]{s, ul, tA, d, a, lda, b, ldb, i.Implementation.Dtrsm, i.Dgemm}
	if !t.trsm(m, n, alpha) {
		i.Implementation.Dtrsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
	}
}

// Strsm is Dtrsm for float32.
func (i Implementation) Strsm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float32, a []float32, lda int, b []float32, ldb int) {
	t := triangle[float32]{s, ul, tA, d, a, lda, b, ldb, i.Implementation.Strsm, i.Sgemm}
	if !t.trsm(m, n, alpha) {
		i.Implementation.Strsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
	}
}

// Dtrmm replaces B by alpha·op(A)·B, or alpha·B·op(A). A is a triangle.
func (i Implementation) Dtrmm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	t := triangle[float64]{s, ul, tA, d, a, lda, b, ldb, i.Implementation.Dtrmm, i.Dgemm}
	if !t.trmm(m, n, alpha) {
		i.Implementation.Dtrmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
	}
}

// Strmm is Dtrmm for float32.
func (i Implementation) Strmm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float32, a []float32, lda int, b []float32, ldb int) {
	t := triangle[float32]{s, ul, tA, d, a, lda, b, ldb, i.Implementation.Strmm, i.Sgemm}
	if !t.trmm(m, n, alpha) {
		i.Implementation.Strmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
	}
}

// Dsyrk computes a triangle of C = alpha·A·Aᵀ + beta·C, or of alpha·Aᵀ·A + beta·C.
func (i Implementation) Dsyrk(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float64, a []float64, lda int, beta float64, c []float64, ldc int) {
	if !engine64.syrk(ul, tA, n, k, alpha, a, lda, beta, c, ldc) {
		i.Implementation.Dsyrk(ul, tA, n, k, alpha, a, lda, beta, c, ldc)
	}
}

// Ssyrk is Dsyrk for float32.
func (i Implementation) Ssyrk(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float32, a []float32, lda int, beta float32, c []float32, ldc int) {
	if !engine32.syrk(ul, tA, n, k, alpha, a, lda, beta, c, ldc) {
		i.Implementation.Ssyrk(ul, tA, n, k, alpha, a, lda, beta, c, ldc)
	}
}

// syrk is Dsyrk; it reports false, and has done nothing, if gonum's is to be called.
func (e *engine[T]) syrk(ul blas.Uplo, tA blas.Transpose, n, k int, alpha T, a []T, lda int, beta T, c []T, ldc int) bool {
	if e == nil || n < 8 || k <= 0 || alpha == 0 || ul != blas.Lower && ul != blas.Upper {
		return false
	}
	var x, z matrix[T]
	if !x.set(tA, n, k, a, lda) || !z.set(blas.NoTrans, n, n, c, ldc) {
		return false
	}
	whole := e.buffer()
	defer e.buffers.Put(whole)
	whole.reserve(min(n, smallSymmetric) * min(n, smallSymmetric))
	e.symmetric(ul, n, k, alpha, x, beta, z, whole)
	return true
}

// symmetric computes a triangle of z = alpha·x·xᵀ + beta·z.
func (e *engine[T]) symmetric(ul blas.Uplo, n, k int, alpha T, x matrix[T], beta T, z matrix[T], whole *buffer[T]) {
	if n <= smallSymmetric {
		t, y := matrix[T]{data: whole.data, rs: n, cs: 1}, x.turned()
		e.gemm(n, n, k, alpha, &x, &y, false, &t, nil)
		for i := range n {
			from, to := 0, i+1
			if ul == blas.Upper {
				from, to = i, n
			}
			row, sums := z.data[i*z.rs+from:i*z.rs+to], t.data[i*n+from:]
			for j := range row {
				if beta == 0 {
					row[j] = sums[j]
				} else {
					row[j] = beta*row[j] + sums[j]
				}
			}
		}
		return
	}
	h := half(n)
	low := x.from(h, 0)
	rows, cols, left, y, off := n-h, h, low, x.turned(), z.from(h, 0)
	if ul == blas.Upper {
		rows, cols, left, y, off = h, n-h, x, low.turned(), z.from(0, h)
	}
	if beta != 0 && beta != 1 {
		off.scale(rows, cols, beta)
	}
	e.gemm(rows, cols, k, alpha, &left, &y, beta != 0, &off, nil)
	e.symmetric(ul, h, k, alpha, x, beta, z, whole)
	e.symmetric(ul, n-h, k, alpha, low, beta, z.from(h, h), whole)
}
