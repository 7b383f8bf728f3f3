package linalg

import (
	"math"

	gb "gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/daskgen/daskgen/runtime/vector"
	"github.com/daskgen/daskgen/stdops/blas"
)

// This file factors a tall matrix piece by piece (the sequential TSQR of
// Demmel, Grigori, Hoemmen and Langou, "Communication-optimal parallel and
// sequential QR and LU factorizations", 2012): a piece of rows at a time is
// folded into the triangle R of those above it, while it is in the cache.
//
// The reflectors that do so have a 1 in one row of R and else are 0 there, so
// that those of a panel of columns are the rows of an identity and a dense V,
// which takes the place of the piece: I - [I V]ᵀ T [I V] is their product in the
// compact WY form of Schreiber and Van Loan, 1989. Panels are halved down to a
// few columns (Elmroth and Gustavson, "Applying recursion to serial and
// parallel QR factorization", 2000), which makes most of the work products of
// matrices. It is Householder's method, and has its stability.

const (
	panelCols = 32       // of a panel, which has one T
	leafCols  = 8        // of what is factored column by column
	pieceLen  = 50 << 10 // elements of a piece: it stays in the L2 cache
)

// pieceRows is how many rows a piece of n columns has.
func pieceRows(n int) int { return max(64, pieceLen/n/8*8) }

// part is rows i0 to i1 and columns j0 to j1.
func part(a blas64.General, i0, i1, j0, j1 int) blas64.General {
	return blas64.General{Rows: i1 - i0, Cols: j1 - j0, Stride: a.Stride, Data: a.Data[i0*a.Stride+j0 : (i1-1)*a.Stride+j1]}
}

func general(data []float64, rows, cols int) blas64.General {
	return blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: data[:rows*cols]}
}

// A folder folds pieces of n columns into a triangle.
type folder struct {
	s    *scratch
	n    int
	r    blas64.General // n×n, of which the upper triangle is R
	x, y []float64      // for the rows of a panel
	leaf []float64      // columns of a leaf, one after the other
}

// newFolder returns a folder of pieces of up to so many rows.
func newFolder(s *scratch, n, rows int) *folder {
	return &folder{s: s, n: n, r: s.zeroMatrix(n, n), x: s.floats(panelCols * n), y: s.floats(panelCols * n), leaf: s.floats((leafCols + 3) * rows)}
}

// tLen is the length of the T of the reflectors of a piece, one panel after the
// other.
func (f *folder) tLen() int { return panelCols * f.n }

// panelT is the T of panel j.
func (f *folder) panelT(t []float64, j int) blas64.General {
	k := min(panelCols, f.n-j)
	return general(t[panelCols*j:], k, k)
}

// widen makes room for products with matrices of that many columns.
func (f *folder) widen(cols int) {
	if need := panelCols * cols; need > len(f.x) {
		f.x, f.y = f.s.floats(need), f.s.floats(need)
	}
}

// fold takes a piece into the triangle. V replaces the piece, and t is set; what
// is below its diagonals was 0 before, and remains so.
func (f *folder) fold(w blas64.General, t []float64) {
	for j := 0; j < f.n; j += panelCols {
		end := min(j+panelCols, f.n)
		pt := f.panelT(t, j)
		f.panel(w, j, end, pt)
		f.reflect(w, j, end, pt, gb.Trans, f.r, w, end, f.n)
	}
}

// panel factors columns j to end. tt is their T.
func (f *folder) panel(w blas64.General, j, end int, tt blas64.General) {
	n := end - j
	if n <= leafCols {
		f.factorLeaf(w, j, end, tt)
		return
	}
	half := (n/2 + leafCols - 1) / leafCols * leafCols
	mid := j + half
	t1, t2 := part(tt, 0, half, 0, half), part(tt, half, n, half, n)
	f.panel(w, j, mid, t1)
	f.reflect(w, j, mid, t1, gb.Trans, f.r, w, mid, end)
	f.panel(w, mid, end, t2)
	// T is [T1 -T1·(V1ᵀ·V2)·T2; 0 T2].
	x := general(f.x, half, n-half)
	blas64.Gemm(gb.Trans, gb.NoTrans, 1, part(w, 0, w.Rows, j, mid), part(w, 0, w.Rows, mid, end), 0, x)
	y := general(f.y, half, n-half)
	blas64.Gemm(gb.NoTrans, gb.NoTrans, -1, t1, x, 0, y)
	blas64.Gemm(gb.NoTrans, gb.NoTrans, 1, y, t2, 0, part(tt, 0, half, half, n))
}

// reflect applies the reflectors of columns j to end of v, or their transpose,
// to columns c0 to c1 of a matrix whose rows j to end are in top and whose
// others are in w.
func (f *folder) reflect(v blas64.General, j, end int, t blas64.General, trans gb.Transpose, top, w blas64.General, c0, c1 int) {
	if c0 == c1 {
		return
	}
	k := end - j
	v = part(v, 0, v.Rows, j, end)
	top, w = part(top, j, end, c0, c1), part(w, 0, w.Rows, c0, c1)
	x := general(f.x, k, c1-c0)
	for i := range k {
		copy(x.Data[i*x.Stride:][:x.Cols], top.Data[i*top.Stride:])
	}
	blas64.Gemm(gb.Trans, gb.NoTrans, 1, v, w, 1, x)
	y := general(f.y, k, c1-c0)
	blas64.Gemm(trans, gb.NoTrans, 1, t, x, 0, y)
	for i := range k {
		row := top.Data[i*top.Stride:][:y.Cols]
		for l, d := range y.Data[i*y.Stride:][:len(row)] {
			row[l] -= d
		}
	}
	blas64.Gemm(gb.NoTrans, gb.NoTrans, -1, v, y, 1, w)
}

// factorLeaf is panel for few columns, one after the other. They lie in rows
// while it works, with rows of zeros behind, as vectors are taken by fours.
func (f *folder) factorLeaf(w blas64.General, j, end int, tt blas64.General) {
	m, n := w.Rows, end-j
	vector.Transpose(f.leaf, m, w.Data, j, w.Stride, m, n)
	clear(f.leaf[n*m:])
	for c := range n {
		f.reflector(c, n, m, j, tt)
	}
	vector.Transpose(w.Data[j:], w.Stride, f.leaf, 0, m, n, m)
}

// reflector makes column c of a leaf into the vector of a reflector, applies it
// to the columns behind, and sets column c of T.
func (f *folder) reflector(c, n, m, j int, tt blas64.General) {
	r := f.r.Data[(j+c)*f.r.Stride+j:][:n]
	x := f.leaf[c*m:][:m]
	beta, tau, scale := householder(r[c], x)
	r[c] = beta
	if tau == 0 {
		clear(x)
	} else {
		gonum.Implementation{}.Dscal(m, scale, x, 1)
	}
	for l := c + 1; l < n; l += 4 {
		y := f.leaf[l*m:]
		d := blas.Dots(x, y, m)
		for i := range d {
			d[i] *= -tau
			if l+i < n {
				d[i] -= tau * r[l+i]
				r[l+i] += d[i]
			}
		}
		blas.AddMultiples(d, x, y, m)
	}
	var dots [leafCols]float64
	for l := 0; l < c; l += 4 {
		d := blas.Dots(x, f.leaf[l*m:], m)
		copy(dots[l:], d[:])
	}
	for i := range c {
		sum := 0.0
		for l := i; l < c; l++ {
			sum += tt.Data[i*tt.Stride+l] * dots[l]
		}
		tt.Data[i*tt.Stride+c] = -tau * sum
	}
	tt.Data[c*tt.Stride+c] = tau
}

// householder returns the reflector I - tau·[1 v]·[1 v]ᵀ that takes [alpha x]
// to [beta 0], where v is scale·x.
func householder(alpha float64, x []float64) (beta, tau, scale float64) {
	var lib gonum.Implementation
	norm := lib.Ddot(len(x), x, 1, x, 1)
	if norm > 1e-280 && norm < 1e280 {
		norm = math.Sqrt(norm)
	} else if norm = lib.Dnrm2(len(x), x, 1); norm == 0 {
		return alpha, 0, 1
	}
	beta = -math.Copysign(math.Hypot(alpha, norm), alpha)
	return beta, (beta - alpha) / beta, 1 / (alpha - beta)
}
