package linalg

import (
	gonum "gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/cblas128"
	"gonum.org/v1/gonum/blas/cblas64"

	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/stdops/blas"
)

// A matrix is a strided m×n view: element (i, j) is data[i*rs+j*cs].
type matrix[T rt.Elem] struct {
	data       []T
	rows, cols int
	rs, cs     int
}

// dense is the matrix of C-contiguous elements.
func dense[T rt.Elem](data []T, rows, cols int) matrix[T] {
	return matrix[T]{data, rows, cols, cols, 1}
}

// blasForm says how BLAS reads a matrix: as rows one after the other, or, when
// transposed, as columns; ok is false if it is neither. gonum wants a stride
// of at least the length of a row.
func (m matrix[T]) blasForm() (trans gonum.Transpose, rows, cols, stride int, ok bool) {
	switch {
	case m.cs == 1 && m.rs >= max(1, m.cols) || m.rows == 1 && m.cs == 1:
		return gonum.NoTrans, m.rows, m.cols, max(m.rs, m.cols, 1), true
	case m.rs == 1 && m.cs >= max(1, m.rows) || m.cols == 1 && m.rs == 1:
		return gonum.Trans, m.cols, m.rows, max(m.cs, m.rows, 1), true
	}
	return 0, 0, 0, 0, false
}

// packed returns the matrix in a form that BLAS reads, copied if need be.
func (m matrix[T]) packed(t *rt.Task) (p matrix[T], free func()) {
	if _, _, _, _, ok := m.blasForm(); ok {
		return m, func() {}
	}
	b := rt.Alloc[T](t, []int{m.rows, m.cols})
	for i := range m.rows {
		row := b.Data[i*m.cols : (i+1)*m.cols]
		for j := range row {
			row[j] = m.data[i*m.rs+j*m.cs]
		}
	}
	return dense(b.Data, m.rows, m.cols), b.Release
}

// row is row i of a matrix whose columns have stride 1.
func (m matrix[T]) row(i int) []T { return m.data[i*m.rs:][:m.cols] }

// gemm sets c to a·b, or adds that to it. The columns of c have stride 1.
func gemm[T rt.Elem](t *rt.Task, a, b, c matrix[T], add bool) {
	empty := a.rows == 0 || b.cols == 0 || a.cols == 0
	if !empty && multiply(t, any(a), any(b), any(c), add) {
		return
	}
	if !add {
		for i := range c.rows {
			clear(c.row(i))
		}
	}
	if empty {
		return
	}
	switch c := any(c).(type) {
	case matrix[float32], matrix[float64], matrix[complex64], matrix[complex128]:
		a, freeA := a.packed(t)
		defer freeA()
		b, freeB := b.packed(t)
		defer freeB()
		gemmBLAS(any(a), any(b), c)
	default:
		gemmLoops(any(a), any(b), c)
	}
}

// multiply is gemm for the dtypes that package blas has kernels for; it reports
// false if there are none for this machine.
func multiply(t *rt.Task, a, b, c any, add bool) bool {
	switch c := c.(type) {
	case matrix[float32]:
		return strided(t, a.(matrix[float32]), b.(matrix[float32]), c, add)
	case matrix[float64]:
		return strided(t, a.(matrix[float64]), b.(matrix[float64]), c, add)
	}
	return false
}

func strided[T blas.Float](t *rt.Task, a, b, c matrix[T], add bool) bool {
	return blas.Multiply(a.rows, b.cols, a.cols, view(a), view(b), add, view(c), t)
}

func view[T blas.Float](m matrix[T]) blas.Matrix[T] {
	return blas.Matrix[T]{Data: m.data, RowStride: m.rs, ColStride: m.cs}
}

// gemmBLAS adds a·b to c.
func gemmBLAS(a, b, c any) {
	switch c := c.(type) {
	case matrix[float32]:
		a, b := a.(matrix[float32]), b.(matrix[float32])
		ta, am, an, as, _ := a.blasForm()
		tb, bm, bn, bs, _ := b.blasForm()
		blas32.Gemm(ta, tb, 1, blas32.General{Rows: am, Cols: an, Stride: as, Data: a.data},
			blas32.General{Rows: bm, Cols: bn, Stride: bs, Data: b.data}, 1,
			blas32.General{Rows: a.rows, Cols: b.cols, Stride: c.rs, Data: c.data})
		markNaN(a, b, c)
	case matrix[float64]:
		a, b := a.(matrix[float64]), b.(matrix[float64])
		ta, am, an, as, _ := a.blasForm()
		tb, bm, bn, bs, _ := b.blasForm()
		blas64.Gemm(ta, tb, 1, blas64.General{Rows: am, Cols: an, Stride: as, Data: a.data},
			blas64.General{Rows: bm, Cols: bn, Stride: bs, Data: b.data}, 1,
			blas64.General{Rows: a.rows, Cols: b.cols, Stride: c.rs, Data: c.data})
		markNaN(a, b, c)
	case matrix[complex64]:
		a, b := a.(matrix[complex64]), b.(matrix[complex64])
		if x, y, ok := vectors(a, b); ok {
			c.data[0] += cblas64.Dotu(cblas64.Vector{N: a.cols, Inc: x, Data: a.data}, cblas64.Vector{N: a.cols, Inc: y, Data: b.data})
			return
		}
		ta, am, an, as, _ := a.blasForm()
		tb, bm, bn, bs, _ := b.blasForm()
		cblas64.Gemm(ta, tb, 1, cblas64.General{Rows: am, Cols: an, Stride: as, Data: a.data},
			cblas64.General{Rows: bm, Cols: bn, Stride: bs, Data: b.data}, 1,
			cblas64.General{Rows: a.rows, Cols: b.cols, Stride: c.rs, Data: c.data})
		markNaN(a, b, c)
	case matrix[complex128]:
		a, b := a.(matrix[complex128]), b.(matrix[complex128])
		if x, y, ok := vectors(a, b); ok {
			c.data[0] += cblas128.Dotu(cblas128.Vector{N: a.cols, Inc: x, Data: a.data}, cblas128.Vector{N: a.cols, Inc: y, Data: b.data})
			return
		}
		ta, am, an, as, _ := a.blasForm()
		tb, bm, bn, bs, _ := b.blasForm()
		cblas128.Gemm(ta, tb, 1, cblas128.General{Rows: am, Cols: an, Stride: as, Data: a.data},
			cblas128.General{Rows: bm, Cols: bn, Stride: bs, Data: b.data}, 1,
			cblas128.General{Rows: a.rows, Cols: b.cols, Stride: c.rs, Data: c.data})
		markNaN(a, b, c)
	}
}

// vectors returns the increments of a row and a column whose product is one sum.
// Of complex numbers that is no matrix product, which is multiplied by alpha: 1
// times an infinity is NaN.
func vectors[T number](a, b matrix[T]) (incA, incB int, ok bool) {
	if a.cols == 1 {
		return 1, 1, a.rows == 1 && b.cols == 1
	}
	return a.cs, b.rs, a.rows == 1 && b.cols == 1 && a.cs > 0 && b.rs > 0
}

// gemmLoops adds a·b to c.
func gemmLoops(a, b, c any) {
	switch c := c.(type) {
	case matrix[bool]:
		orLoop(a.(matrix[bool]), b.(matrix[bool]), c)
	case matrix[int8]:
		addLoop(a.(matrix[int8]), b.(matrix[int8]), c)
	case matrix[int16]:
		addLoop(a.(matrix[int16]), b.(matrix[int16]), c)
	case matrix[int32]:
		addLoop(a.(matrix[int32]), b.(matrix[int32]), c)
	case matrix[int64]:
		addLoop(a.(matrix[int64]), b.(matrix[int64]), c)
	case matrix[uint8]:
		addLoop(a.(matrix[uint8]), b.(matrix[uint8]), c)
	case matrix[uint16]:
		addLoop(a.(matrix[uint16]), b.(matrix[uint16]), c)
	case matrix[uint32]:
		addLoop(a.(matrix[uint32]), b.(matrix[uint32]), c)
	case matrix[uint64]:
		addLoop(a.(matrix[uint64]), b.(matrix[uint64]), c)
	}
}

// integer is the constraint of the integer dtypes.
type integer interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
}

// addLoop adds a·b to c row by row, so that the inner loop runs along rows of b
// and c.
func addLoop[T integer](a, b, c matrix[T]) {
	for i := range a.rows {
		row := c.row(i)
		for k := range a.cols {
			v := a.data[i*a.rs+k*a.cs]
			if v == 0 {
				continue
			}
			p := k * b.rs
			if b.cs == 1 {
				for j, w := range b.data[p : p+len(row)] {
					row[j] += v * w
				}
				continue
			}
			for j := range row {
				row[j] += v * b.data[p]
				p += b.cs
			}
		}
	}
}

// orLoop is addLoop for bools.
func orLoop(a, b, c matrix[bool]) {
	for i := range a.rows {
		row := c.row(i)
		for k := range a.cols {
			if !a.data[i*a.rs+k*a.cs] {
				continue
			}
			for j := range row {
				row[j] = row[j] || b.data[k*b.rs+j*b.cs]
			}
		}
	}
}
