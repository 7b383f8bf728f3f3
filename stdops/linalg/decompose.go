package linalg

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/lapack64"

	rt "github.com/daskgen/daskgen/runtime"
)

// alloc returns a new block with these numbers.
func alloc[T Float](t *rt.Task, data []float64, shape ...int) *rt.Block[T] {
	out := rt.Alloc[T](t, shape)
	for i, v := range data {
		out.Data[i] = T(v)
	}
	return out
}

// read returns the elements of a matrix as float64, to be overwritten.
func read[T Float](s *scratch, x *rt.Block[T]) (blas64.General, error) {
	a, err := stacked(s.t, []*rt.Block[T]{x})
	if err != nil {
		return blas64.General{}, err
	}
	defer a.release()
	m := s.matrix(a.m, a.n)
	a.read(m, 0)
	return m, nil
}

// square is read for square matrices.
func square[T Float](s *scratch, x *rt.Block[T]) (blas64.General, error) {
	m, err := read(s, x)
	if err == nil && m.Rows != m.Cols {
		err = fmt.Errorf("a matrix of shape %v is not square", x.Shape)
	}
	return m, err
}

// QR is NumPy's reduced QR decomposition, with the signs that LAPACK gives the
// diagonal of R. a: m×n, q: m×k, r: k×n, k = min(m, n).
func QR[T Float](t *rt.Task, a *rt.Block[T]) (rt.Tuple2[*rt.Block[T], *rt.Block[T]], error) {
	x, err := stacked(t, []*rt.Block[T]{a})
	if err != nil {
		return rt.Tuple2[*rt.Block[T], *rt.Block[T]]{}, err
	}
	defer x.release()
	s := newScratch(t)
	defer s.release()
	f := factor(s, x.m, x.n, x.read, s.floats(max(0, x.m-x.n)*x.n))
	q := s.matrix(x.m, f.k)
	f.apply(s.identity(f.k), q)
	r := f.triangle()
	signs := f.signs // those of LAPACK's R
	if x.m > x.n {
		signs = lapackSigns(q)
	}
	for j, s := range signs {
		blas64.Scal(s, blas64.Vector{N: x.m, Inc: f.k, Data: q.Data[j:]})
		blas64.Scal(s, blas64.Vector{N: x.n, Inc: 1, Data: r[j*x.n:]})
	}
	return rt.Tuple2[*rt.Block[T], *rt.Block[T]]{V0: alloc[T](t, q.Data, x.m, f.k), V1: alloc[T](t, r, f.k, x.n)}, nil
}

func identity(n int) blas64.General {
	m := general(make([]float64, n*n), n, n)
	for i := range n {
		m.Data[i*n+i] = 1
	}
	return m
}

// lapackSigns returns the factors of the columns of q, which has orthogonal
// columns, that make it the Q of LAPACK: there q less an identity is
// I - Y·T·Yᵀ less an identity, whose factors Y and T·Yᵀ elimination without
// pivots finds, and each sign is such that its pivot is at least 1 (Ballard,
// Demmel, Grigori, Jacquelin, Nguyen and Solomonik, "Reconstructing Householder
// vectors from tall-skinny QR", 2014).
func lapackSigns(q blas64.General) []float64 {
	n := q.Cols
	m := general(append([]float64(nil), q.Data[:n*n]...), n, n)
	signs := make([]float64, n)
	for j := range signs {
		signs[j] = -math.Copysign(1, m.Data[j*n+j])
		if j == q.Rows-1 || zeroBelow(q, j) {
			signs[j] = -signs[j] // there is nothing to reflect
			continue
		}
		pivot := m.Data[j*n+j] - signs[j]
		for i := j + 1; i < n; i++ {
			f := m.Data[i*n+j] / pivot
			for l := j + 1; l < n; l++ {
				m.Data[i*n+l] -= f * m.Data[j*n+l]
			}
		}
	}
	return signs
}

// zeroBelow says whether column j is 0 below the diagonal.
func zeroBelow(q blas64.General, j int) bool {
	for i := j + 1; i < q.Rows; i++ {
		if q.Data[i*q.Stride+j] != 0 {
			return false
		}
	}
	return true
}

// SVD is the reduced singular value decomposition a = u·diag(s)·vh; the sum of
// each row of vh is not negative. a: m×n, u: m×k, s: k, vh: k×n, k = min(m, n).
func SVD[T Float](t *rt.Task, a *rt.Block[T]) (rt.Tuple3[*rt.Block[T], *rt.Block[T], *rt.Block[T]], error) {
	var out rt.Tuple3[*rt.Block[T], *rt.Block[T], *rt.Block[T]]
	w := newScratch(t)
	defer w.release()
	x, err := read(w, a)
	if err != nil {
		return out, err
	}
	m, n, k := x.Rows, x.Cols, min(x.Rows, x.Cols)
	u, s, vh, err := svd(w, x, true)
	if err != nil {
		return out, err
	}
	for i := range k {
		row := vh.Data[i*n:][:n]
		sum := 0.0
		for _, v := range row {
			sum += v
		}
		if sum < 0 {
			blas64.Scal(-1, blas64.Vector{N: n, Inc: 1, Data: row})
			blas64.Scal(-1, blas64.Vector{N: m, Inc: k, Data: u.Data[i:]})
		}
	}
	out.V0, out.V1, out.V2 = alloc[T](t, u.Data, m, k), alloc[T](t, s, k), alloc[T](t, vh.Data, k, n)
	return out, nil
}

// SVDVals returns the singular values, the largest first. a: m×n, result:
// min(m, n).
func SVDVals[T Float](t *rt.Task, a *rt.Block[T]) (*rt.Block[T], error) {
	w := newScratch(t)
	defer w.release()
	x, err := read(w, a)
	if err != nil {
		return nil, err
	}
	_, s, _, err := svd(w, x, false)
	if err != nil {
		return nil, err
	}
	return alloc[T](t, s, len(s)), nil
}

// svd decomposes a, which it overwrites. Of a tall matrix it takes the QR
// decomposition first, and wide ones it turns.
func svd(w *scratch, a blas64.General, vectors bool) (u blas64.General, s []float64, vh blas64.General, err error) {
	for _, v := range a.Data {
		if v-v != 0 {
			return u, nil, vh, errors.New("the singular values of a matrix with NaN or infinities are undefined")
		}
	}
	if a.Rows < a.Cols {
		v, s, uh, err := svd(w, turned(a), vectors)
		return turned(uh), s, turned(v), err
	}
	if a.Rows == a.Cols {
		return gesvd(w, a, vectors)
	}
	f := factor(w, a.Rows, a.Cols, func(dst blas64.General, at int) {
		copy(dst.Data, a.Data[at*a.Stride:][:dst.Rows*dst.Cols])
	}, w.floats((a.Rows-a.Cols)*a.Cols))
	x, s, vh, err := gesvd(w, general(f.triangle(), a.Cols, a.Cols), vectors)
	if err != nil || !vectors {
		return u, s, vh, err
	}
	f.apply(x, a)
	return a, s, vh, nil
}

// turned is the transpose.
func turned(a blas64.General) blas64.General {
	out := general(make([]float64, a.Rows*a.Cols), a.Cols, a.Rows)
	for i := range a.Rows {
		for j, v := range a.Data[i*a.Stride:][:a.Cols] {
			out.Data[j*a.Rows+i] = v
		}
	}
	return out
}

// gesvd is LAPACK's of a square matrix.
func gesvd(w *scratch, a blas64.General, vectors bool) (u blas64.General, s []float64, vh blas64.General, err error) {
	n, job := a.Rows, lapack.SVDNone
	one := general(make([]float64, 1), 1, 1)
	u, vh = one, one
	if vectors {
		job = lapack.SVDAll
		u, vh = w.zeroMatrix(n, n), w.zeroMatrix(n, n)
	}
	s = w.zeros(n)
	size := []float64{0}
	lapack64.Gesvd(job, job, a, u, vh, s, size, -1)
	work := w.floats(int(size[0]))
	if !lapack64.Gesvd(job, job, a, u, vh, s, work, len(work)) {
		return u, nil, vh, errors.New("the singular values do not converge")
	}
	if vectors && !(orthogonal(u) && orthogonal(vh)) { // see lib
		return u, nil, vh, errors.New("the singular vectors are not orthogonal: the matrix has columns that depend on each other")
	}
	return u, s, vh, nil
}

// orthogonal says whether a square matrix is orthogonal, but for rounding.
func orthogonal(q blas64.General) bool {
	e := identity(q.Cols)
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, q, q, -1, e)
	return !slices.ContainsFunc(e.Data, func(v float64) bool { return !(math.Abs(v) < 1e-9) })
}
