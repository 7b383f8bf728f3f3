package linalg

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	rt "github.com/daskgen/daskgen/runtime"
)

// Float is the constraint of the dtypes of decompositions. They are computed in
// float64.
type Float interface{ float32 | float64 }

// rows are the rows of blocks under one another.
type rows[T Float] struct {
	blocks  []*rt.Block[T] // contiguous
	m, n    int
	release func()
}

// stacked returns the rows of matrices of equally many columns.
func stacked[T Float](t *rt.Task, blocks []*rt.Block[T]) (*rows[T], error) {
	r := &rows[T]{}
	r.release = func() {
		for _, b := range r.blocks {
			b.Release()
		}
	}
	for _, b := range blocks {
		if b.Rank() != 2 || b.Size() == 0 {
			r.release()
			return nil, fmt.Errorf("a block of shape %v is no matrix with elements", b.Shape)
		}
		if r.n = b.Shape[1]; r.n != blocks[0].Shape[1] {
			r.release()
			return nil, fmt.Errorf("blocks of %d and %d columns", blocks[0].Shape[1], r.n)
		}
		r.blocks = append(r.blocks, b.Contiguous(t))
		r.m += b.Shape[0]
	}
	if r.m == 0 {
		return nil, errors.New("there are no blocks")
	}
	return r, nil
}

// read copies rows from at on.
func (r *rows[T]) read(dst blas64.General, at int) {
	next := 0
	for _, b := range r.blocks {
		for from := max(at, 0); from < b.Shape[0] && next < dst.Rows; from++ {
			convert(dst.Data[next*dst.Stride:][:r.n], flat(b)[from*r.n:])
			next++
		}
		at -= b.Shape[0]
	}
}

// convert sets dst to the first elements of src.
func convert[T Float](dst []float64, src []T) {
	if same, ok := any(src).([]float64); ok {
		copy(dst, same)
		return
	}
	for j, v := range src[:len(dst)] {
		dst[j] = float64(v)
	}
}

// A factored holds the factorisation A = Q·R of a matrix of m×n: that of its
// first n rows, or all if there are fewer, and the reflectors of the pieces
// below.
type factored struct {
	s      *scratch
	k      int            // min(m, n): the rows of R
	first  *reflectors    // of the first k rows
	v      blas64.General // the rows below, if they are kept
	t      []float64      // of the pieces, one after the other
	folder *folder
	signs  []float64 // what makes the diagonal of R positive
}

// factor factors the m×n matrix that read copies the rows of. Its reflectors are
// kept in the memory v, of (m-n)×n, if that is not nil.
func factor(s *scratch, m, n int, read func(dst blas64.General, at int), v []float64) *factored {
	f := &factored{s: s, k: min(m, n)}
	first := s.matrix(f.k, n)
	read(first, 0)
	f.first = geqrf(s, first)
	size := min(pieceRows(n), max(1, m-n))
	f.folder = newFolder(s, n, size)
	for i := range f.k {
		copy(f.folder.r.Data[i*n+i:(i+1)*n], first.Data[i*n+i:])
	}
	if m > n {
		f.fold(m-n, size, read, v)
	}
	for i := range f.k {
		f.signs = append(f.signs, math.Copysign(1, f.folder.r.Data[i*n+i]))
	}
	return f
}

// fold folds the rows below the first ones, piece by piece.
func (f *factored) fold(m, size int, read func(dst blas64.General, at int), v []float64) {
	n, each := f.k, f.folder.tLen()
	keep := v != nil
	pieces := 1
	if keep {
		pieces = (m + size - 1) / size
		f.v = general(v, m, n)
	} else {
		v = f.s.floats(size * n)
	}
	f.t = f.s.zeros(pieces * each)
	for p, at := 0, 0; at < m; p, at = p+1, at+size {
		count := min(size, m-at)
		piece, t := general(v, count, n), f.t
		if keep {
			piece, t = part(f.v, at, at+count, 0, n), f.t[p*each:][:each]
		}
		read(piece, n+at)
		f.folder.fold(piece, t)
	}
}

// apply writes Q·w to out, of m×w.Cols; w has k rows, and is overwritten.
func (f *factored) apply(w, out blas64.General) {
	for i, s := range f.signs {
		blas64.Scal(s, blas64.Vector{N: w.Cols, Inc: 1, Data: w.Data[i*w.Stride:]})
	}
	f.folder.widen(w.Cols)
	if f.v.Rows > 0 {
		f.unfold(w, part(out, f.k, out.Rows, 0, w.Cols))
	}
	f.first.apply(w)
	for i := range f.k {
		copy(out.Data[i*out.Stride:][:w.Cols], w.Data[i*w.Stride:])
	}
}

// unfold applies the reflectors of the pieces, the last first, to w above
// zeros, which take the place of out.
func (f *factored) unfold(w, out blas64.General) {
	n, size, each := f.k, pieceRows(f.k), f.folder.tLen()
	for p := len(f.t)/each - 1; p >= 0; p-- {
		end := min((p+1)*size, f.v.Rows)
		v, c := part(f.v, p*size, end, 0, n), part(out, p*size, end, 0, w.Cols)
		for i := range c.Rows {
			clear(c.Data[i*c.Stride:][:c.Cols])
		}
		for j := (n - 1) / panelCols * panelCols; j >= 0; j -= panelCols {
			f.folder.reflect(v, j, min(j+panelCols, n), f.folder.panelT(f.t[p*each:], j), blas.NoTrans, w, c, 0, w.Cols)
		}
	}
}

// triangle returns R, of k×n.
func (f *factored) triangle() []float64 {
	n := f.folder.n
	r := f.s.zeros(f.k * n)
	for i, s := range f.signs {
		for j := i; j < n; j++ {
			r[i*n+j] = s*f.folder.r.Data[i*n+j] + 0 // no -0
		}
	}
	return r
}

// TSQRR returns R of the QR decomposition of blocks under one another, with a
// diagonal that is not negative. Blocks: m×n, R: min(Σm, n)×n.
func TSQRR[T Float](t *rt.Task, blocks []*rt.Block[T]) (*rt.Block[T], error) {
	a, err := stacked(t, blocks)
	if err != nil {
		return nil, err
	}
	defer a.release()
	s := newScratch(t)
	defer s.release()
	f := factor(s, a.m, a.n, a.read, nil)
	return alloc[T](t, f.triangle(), f.k, a.n), nil
}

// TSQRQ returns Q·w, where a = Q·R as of TSQRR. a: m×n, w: min(m, n)×k, result:
// m×k.
func TSQRQ[T Float](t *rt.Task, a, w *rt.Block[T]) (*rt.Block[T], error) {
	x, err := stacked(t, []*rt.Block[T]{a})
	if err != nil {
		return nil, err
	}
	defer x.release()
	k := min(x.m, x.n)
	if w.Rank() != 2 || w.Shape[0] != k {
		return nil, fmt.Errorf("w has shape %v, not %d rows", w.Shape, k)
	}
	y, err := stacked(t, []*rt.Block[T]{w})
	if err != nil {
		return nil, err
	}
	defer y.release()
	v := rt.Alloc[float64](t, []int{max(0, x.m-x.n), x.n})
	defer v.Release()
	s := newScratch(t)
	defer s.release()
	f := factor(s, x.m, x.n, x.read, v.Data)
	wide := s.matrix(k, y.n)
	y.read(wide, 0)
	q := rt.Alloc[float64](t, []int{x.m, y.n})
	f.apply(wide, general(q.Data, x.m, y.n))
	if same, ok := any(q).(*rt.Block[T]); ok {
		return same, nil
	}
	defer q.Release()
	return alloc[T](t, q.Data, x.m, y.n), nil
}
