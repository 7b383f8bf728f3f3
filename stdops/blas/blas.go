package blas

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// Float is the constraint of the element types.
type Float interface{ float32 | float64 }

// A Matrix is a strided view: element (i, j) is Data[i*RowStride+j*ColStride].
// No stride is negative.
type Matrix[T Float] struct {
	Data                 []T
	RowStride, ColStride int
}

func (m Matrix[T]) view() matrix[T] {
	return matrix[T]{data: m.Data, rs: m.RowStride, cs: m.ColStride}
}

// Multiply sets c to a·b, or adds that to c. a: m×k, b: k×n, c: m×n, none of
// which is 0. c has a ColStride of 1 and shares no memory with a and b. NaN and
// infinities are as in the sums of products. A sum alone (m and n are 1) is
// gonum's dot. Parts of a large product are done through share, if it is not nil;
// the bits are the same. Multiply reports false, and has done nothing, if there
// are no kernels for the machine.
func Multiply[T Float](m, n, k int, a, b Matrix[T], add bool, c Matrix[T], share Sharer) bool {
	beta := T(0)
	if add {
		beta = 1
	}
	x, y, z := a.view(), b.view(), c.view()
	if library != nil && byLibrary(m, n, k, 1, x, y, beta, z) {
		return true
	}
	e := engineOf[T]()
	if e == nil {
		return false
	}
	if m == 1 && n == 1 && a.ColStride > 0 && b.RowStride > 0 {
		dot(k, a, b, add, c)
		return true
	}
	e.gemm(m, n, k, 1, &x, &y, add, &z, share)
	return true
}

// dot is Multiply of a row by a column: one sum, whose terms a tile would have
// to add one after the other.
func dot[T Float](k int, a, b Matrix[T], add bool, c Matrix[T]) {
	if !add {
		c.Data[0] = 0
	}
	switch x := any(a.Data).(type) {
	case []float64:
		c.Data[0] += T(gonum.Implementation{}.Ddot(k, x, a.ColStride, any(b.Data).([]float64), b.RowStride))
	case []float32:
		c.Data[0] += T(gonum.Implementation{}.Sdot(k, x, a.ColStride, any(b.Data).([]float32), b.RowStride))
	}
}

// The engines of the level in use; nil without kernels.
var engine64, engine32 = engines()

func engineOf[T Float]() *engine[T] {
	var e any = engine64
	if size[T]() == 4 {
		e = engine32
	}
	return e.(*engine[T])
}

// Implementation is gonum's BLAS with the products of this package.
type Implementation struct{ gonum.Implementation }

// Dgemm computes C = alpha·op(A)·op(B) + beta·C. Unlike gonum's it leaves no
// zeros of A out: 0·NaN is NaN.
func (i Implementation) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	if !engine64.gemmBLAS(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
		i.Implementation.Dgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// Sgemm is Dgemm for float32.
func (i Implementation) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	if !engine32.gemmBLAS(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
		i.Implementation.Sgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// gemmBLAS is gemm with the arguments of BLAS. It reports false, and has done
// nothing, if there is no engine, if there are no products to add, or if the
// arguments are wrong: gonum does the rest, or panics.
func (e *engine[T]) gemmBLAS(tA, tB blas.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) bool {
	if e == nil && library == nil || m <= 0 || n <= 0 || k <= 0 || alpha == 0 {
		return false
	}
	var x, y, z matrix[T]
	if !x.set(tA, m, k, a, lda) || !y.set(tB, k, n, b, ldb) || !z.set(blas.NoTrans, m, n, c, ldc) {
		return false
	}
	if library != nil && byLibrary(m, n, k, alpha, x, y, beta, z) {
		return true
	}
	if e == nil {
		return false
	}
	if beta != 0 && beta != 1 {
		z.scale(m, n, beta)
	}
	e.gemm(m, n, k, alpha, &x, &y, beta != 0, &z, nil)
	return true
}

// set makes m op(x), of rows×cols; ok says whether the arguments are right.
func (m *matrix[T]) set(t blas.Transpose, rows, cols int, x []T, ld int) (ok bool) {
	m.data = x
	switch t {
	case blas.NoTrans:
		m.rs, m.cs = ld, 1
		return ld >= cols && len(x) >= (rows-1)*ld+cols
	case blas.Trans, blas.ConjTrans:
		m.rs, m.cs = 1, ld
		return ld >= rows && len(x) >= (cols-1)*ld+rows
	}
	return false
}

// scale multiplies the elements by f.
func (m matrix[T]) scale(rows, cols int, f T) {
	for i := range rows {
		row := m.data[i*m.rs:][:cols]
		for j := range row {
			row[j] *= f
		}
	}
}
