package linalg

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"

	rt "github.com/daskgen/daskgen/runtime"
)

var errSingular = errors.New("the matrix is singular")

// Cholesky returns the lower triangle L of a = L·Lᵀ, reading the lower triangle
// of a. a, result: n×n.
func Cholesky[T Float](t *rt.Task, a *rt.Block[T]) (*rt.Block[T], error) {
	s := newScratch(t)
	defer s.release()
	x, err := square(s, a)
	if err != nil {
		return nil, err
	}
	n := x.Rows
	if !cholesky(x) {
		return nil, errors.New("the matrix is not positive definite")
	}
	for i := range n {
		clear(x.Data[i*n+i+1 : (i+1)*n])
	}
	return alloc[T](t, x.Data, n, n), nil
}

// smallCholesky is how many rows are left to the unblocked algorithm.
const smallCholesky = 24

// cholesky replaces the lower triangle of a by L. It reports false if there is
// none. It halves the matrix: the first half of the rows of L comes of the first
// half of a; below it is what solves X·Lᵀ = a; and its products leave the second
// half to be done.
func cholesky(a blas64.General) bool {
	n := a.Rows
	if n <= smallCholesky {
		_, ok := lapack64.Potrf(blas64.Symmetric{N: n, Stride: a.Stride, Data: a.Data, Uplo: blas.Lower})
		return ok
	}
	h := (n/2 + 7) / 8 * 8
	first, below, rest := part(a, 0, h, 0, h), part(a, h, n, 0, h), part(a, h, n, h, n)
	if !cholesky(first) {
		return false
	}
	blas64.Trsm(blas.Right, blas.Trans, 1, blas64.Triangular{N: h, Stride: a.Stride, Data: first.Data, Uplo: blas.Lower, Diag: blas.NonUnit}, below)
	blas64.Syrk(blas.NoTrans, -1, below, 1, blas64.Symmetric{N: n - h, Stride: a.Stride, Data: rest.Data, Uplo: blas.Lower})
	return cholesky(rest)
}

// Solve returns x with a·x = b. a: n×n, b and x: n or n×k.
func Solve[T Float](t *rt.Task, a, b *rt.Block[T]) (*rt.Block[T], error) {
	s := newScratch(t)
	defer s.release()
	x, err := square(s, a)
	if err != nil {
		return nil, err
	}
	if b.Rank() < 1 || b.Rank() > 2 || b.Shape[0] != x.Rows {
		return nil, fmt.Errorf("b has shape %v, not %d rows", b.Shape, x.Rows)
	}
	c := b.Contiguous(t)
	defer c.Release()
	cols := b.Size() / x.Rows
	y := s.matrix(x.Rows, cols)
	for i, v := range flat(c) {
		y.Data[i] = float64(v)
	}
	pivots := make([]int, x.Rows)
	if !lapack64.Getrf(x, pivots) {
		return nil, errSingular
	}
	if cols > 0 {
		lapack64.Getrs(blas.NoTrans, x, y, pivots)
	}
	return alloc[T](t, y.Data, b.Shape...), nil
}

// Inv returns the inverse. a, result: n×n.
func Inv[T Float](t *rt.Task, a *rt.Block[T]) (*rt.Block[T], error) {
	s := newScratch(t)
	defer s.release()
	x, err := square(s, a)
	if err != nil {
		return nil, err
	}
	n := x.Rows
	pivots := make([]int, n)
	if !lapack64.Getrf(x, pivots) {
		return nil, errSingular
	}
	size := []float64{0}
	lapack64.Getri(x, pivots, size, -1)
	work := s.floats(int(size[0]))
	if !lapack64.Getri(x, pivots, work, len(work)) {
		return nil, errSingular
	}
	return alloc[T](t, x.Data, n, n), nil
}
