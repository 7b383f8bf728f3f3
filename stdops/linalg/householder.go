package linalg

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	lapackgonum "gonum.org/v1/gonum/lapack/gonum"
)

// lib is gonum's LAPACK. Its Dlarft, with which Dgeqrf and Dormqr form the T of
// a panel, leaves out products where the second vector of a panel ends in zeros
// (as of a column that depends on others), so that only functions that do
// without are called here.
var lib lapackgonum.Implementation

// reflectors are the orthogonal factor Q of a QR decomposition: a product of
// panels I - V·T·Vᵀ (the compact WY form of Schreiber and Van Loan, 1989). The
// rows of V begin with those of the panel's columns; there V is the lower
// triangle of ones and what is below.
type reflectors struct {
	panels []reflection
	s      *scratch
}

// A reflection is a panel: V of rows×cols and T of cols×cols, a triangle.
type reflection struct{ v, t blas64.General }

// geqrf factors a panel by panel. R takes the place of the upper triangle of a;
// what is below is overwritten.
func geqrf(s *scratch, a blas64.General) *reflectors {
	k := min(a.Rows, a.Cols)
	r := &reflectors{s: s}
	w := newWorkspace(s, min(panelCols, k), a.Cols)
	for j := 0; j < k; j += panelCols {
		end := min(j+panelCols, k)
		p := reflection{s.zeroMatrix(a.Rows-j, end-j), s.zeroMatrix(end-j, end-j)}
		w.factor(part(a, j, a.Rows, j, end), p)
		if end < a.Cols {
			w.apply(p, blas.Trans, part(a, j, a.Rows, end, a.Cols))
		}
		r.panels = append(r.panels, p)
	}
	return r
}

// apply replaces c by Q·c.
func (r *reflectors) apply(c blas64.General) {
	w := newWorkspace(r.s, panelCols, c.Cols)
	for i := len(r.panels) - 1; i >= 0; i-- {
		p := r.panels[i]
		w.apply(p, blas.NoTrans, part(c, c.Rows-p.v.Rows, c.Rows, 0, c.Cols))
	}
}

// A workspace has room for the products of a panel with a matrix.
type workspace struct{ x, y, tau, work []float64 }

func newWorkspace(s *scratch, rows, cols int) *workspace {
	n := rows * max(rows, cols)
	return &workspace{s.floats(n), s.floats(n), s.floats(leafCols), s.floats(leafCols)}
}

// apply replaces c by (I - V·T·Vᵀ)·c, or, with Trans, by its transpose times c.
func (w *workspace) apply(p reflection, trans blas.Transpose, c blas64.General) {
	x, y := general(w.x, p.v.Cols, c.Cols), general(w.y, p.v.Cols, c.Cols)
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, p.v, c, 0, x)
	blas64.Gemm(trans, blas.NoTrans, 1, p.t, x, 0, y)
	blas64.Gemm(blas.NoTrans, blas.NoTrans, -1, p.v, y, 1, c)
}

// factor factors a, of no more columns than rows, and sets p, which is zero. It
// halves the columns (Elmroth and Gustavson, 2000): T is then
// [T1 -T1·(V1ᵀ·V2)·T2; 0 T2].
func (w *workspace) factor(a blas64.General, p reflection) {
	m, n := a.Rows, a.Cols
	if n <= leafCols {
		w.factorLeaf(a, p)
		return
	}
	h := (n/2 + leafCols - 1) / leafCols * leafCols
	p1 := reflection{part(p.v, 0, m, 0, h), part(p.t, 0, h, 0, h)}
	p2 := reflection{part(p.v, h, m, h, n), part(p.t, h, n, h, n)}
	w.factor(part(a, 0, m, 0, h), p1)
	w.apply(p1, blas.Trans, part(a, 0, m, h, n))
	w.factor(part(a, h, m, h, n), p2)
	x, y := general(w.x, h, n-h), general(w.y, h, n-h)
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, part(p.v, h, m, 0, h), p2.v, 0, x)
	blas64.Gemm(blas.NoTrans, blas.NoTrans, -1, p1.t, x, 0, y)
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, y, p2.t, 0, part(p.t, 0, h, h, n))
}

// factorLeaf is factor for few columns, one after the other.
func (w *workspace) factorLeaf(a blas64.General, p reflection) {
	n := a.Cols
	lib.Dgeqr2(a.Rows, n, a.Data, a.Stride, w.tau[:n], w.work[:n])
	for i := range a.Rows {
		copy(p.v.Data[i*p.v.Stride:][:min(i, n)], a.Data[i*a.Stride:])
		if i < n {
			p.v.Data[i*p.v.Stride+i] = 1
		}
	}
	dots := general(w.x, n, n)
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, p.v, p.v, 0, dots)
	for c, tau := range w.tau[:n] { // column c of T is -tau·T·(Vᵀ·v) above tau
		for i := range c {
			sum := 0.0
			for l := i; l < c; l++ {
				sum += p.t.Data[i*p.t.Stride+l] * dots.Data[l*n+c]
			}
			p.t.Data[i*p.t.Stride+c] = -tau * sum
		}
		p.t.Data[c*p.t.Stride+c] = tau
	}
}
