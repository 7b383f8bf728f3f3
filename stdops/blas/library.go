package blas

import "gonum.org/v1/gonum/blas"

// A Library multiplies matrices in the place of this package. Its arguments are
// those of gonum's blas.Float64Level3 and Float32Level3, and right: no dimension
// is 0.
type Library interface {
	Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int)
	Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int)
}

// Use makes l multiply from now on: Multiply and the products of
// Implementation, where an operand's rows or columns are contiguous. It must be
// called before there are products. Package openblas calls it.
func Use(l Library) { library = l }

// library is what Use has set.
var library Library

// byLibrary sets c to alpha·a·b + beta·c and reports true if there is a library
// that can.
func byLibrary[T Float](m, n, k int, alpha T, a, b matrix[T], beta T, c matrix[T]) bool {
	if library == nil {
		return false
	}
	tA, lda, okA := a.transposition(m, k)
	tB, ldb, okB := b.transposition(k, n)
	if !okA || !okB || c.cs != 1 && n > 1 {
		return false
	}
	ldc := max(c.rs, n)
	switch x := any(a.data).(type) {
	case []float64:
		library.Dgemm(tA, tB, m, n, k, float64(alpha), x, lda, any(b.data).([]float64), ldb, float64(beta), any(c.data).([]float64), ldc)
	case []float32:
		library.Sgemm(tA, tB, m, n, k, float32(alpha), x, lda, any(b.data).([]float32), ldb, float32(beta), any(c.data).([]float32), ldc)
	}
	return true
}

// transposition says how BLAS sees m, of rows×cols: as a matrix with contiguous
// rows that is transposed or not, with a leading dimension.
func (m matrix[T]) transposition(rows, cols int) (t blas.Transpose, ld int, ok bool) {
	switch {
	case (m.cs == 1 || cols == 1) && (m.rs >= cols || rows == 1):
		return blas.NoTrans, max(m.rs, cols), true
	case (m.rs == 1 || rows == 1) && (m.cs >= rows || cols == 1):
		return blas.Trans, max(m.cs, rows), true
	}
	return 0, 0, false
}
