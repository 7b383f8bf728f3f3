package da

import (
	"slices"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

// TSQR returns the reduced QR decomposition of a matrix that has one block of
// columns: x is q.MatMul(r), the columns of q are orthonormal, and r is upper
// triangular, its diagonal not negative. Of full rank, they do not depend on the
// chunks. The blocks of q are those of x.
//
// Each block is decomposed, then their triangles are, one under the other
// (Demmel, Grigori, Hoemmen and Langou, "Communication-optimal parallel and
// sequential QR and LU factorizations", 2012). Q is not kept from the first
// pass: what is not asked for is not computed.
func TSQR[T rt.Elem](x Array[T]) (q, r Array[T]) {
	c := record.Here()
	t := newTSQR(c, "qr", x.n)
	if t == nil {
		return wrap[T](badNode()), wrap[T](badNode())
	}
	k := t.r.shape()[0]
	eye := newLayer(c, t.group, "eye", x.n.dtype, [][]int64{{k}, {k}})
	one := eye.finish(with(op("eye", intExpr(k), intExpr(k)), "dtype", dtypeExpr(x.n.dtype)))
	return wrap[T](t.apply(one)), wrap[T](t.r)
}

// QR is TSQR: the decomposition of matrices with one block of columns.
func QR[T rt.Elem](x Array[T]) (q, r Array[T]) { return TSQR(x) }

// SVD returns the reduced singular value decomposition of a matrix that has one
// block of columns: x is u.Mul(s).MatMul(vh), the columns of u and the rows of vh
// are orthonormal, and s descends. The sum of each row of vh is not negative, as
// dask has it. x: m×n, u: m×k, s: k, vh: k×n, k = min(m, n). What is not asked
// for is not computed. NaN and infinities in x are an error of the run.
func SVD[T rt.Elem](x Array[T]) (u, s, vh Array[T]) {
	c := record.Here()
	t := newTSQR(c, "svd", x.n)
	if t == nil {
		return wrap[T](badNode()), wrap[T](badNode()), wrap[T](badNode())
	}
	d, n := x.n.dtype, t.r.shape()[1]
	k := min(t.r.shape()[0], n)
	b := newGridLayer(c, t.group, "small", gridOf(t.r.chunks))
	b.next(ir.Set{}, with(op("svd", b.operand(t.r.layer, t.r.blockType(), identity(2)...)), "full_matrices", boolExpr(false)))
	chunks := [][][]int64{{{k}, {k}}, {{k}}, {{k}, {n}}}
	triple := &ir.Type{Kind: ir.TypeTuple}
	for _, c := range chunks {
		triple.Elems = append(triple.Elems, typeOfBlocks(d, c))
	}
	pick := func(name string, i int) *node {
		p := newLayer(c, t.group, name, d, chunks[i])
		return p.finish(op("getitem", p.operand(b.l, triple, fixed(0), fixed(0)), intExpr(int64(i))))
	}
	return wrap[T](t.apply(pick("left", 0))), wrap[T](pick("s", 1)), wrap[T](pick("vh", 2))
}

// SVDVals returns the singular values of a matrix that has one block of columns,
// descending.
func SVDVals[T rt.Elem](x Array[T]) Array[T] {
	c := record.Here()
	t := newTSQR(c, "svdvals", x.n)
	if t == nil {
		return wrap[T](badNode())
	}
	b := newLayer(c, t.group, "", x.n.dtype, [][]int64{{min(t.r.shape()[0], t.r.shape()[1])}})
	return wrap[T](b.finish(op("svdvals", b.operand(t.r.layer, t.r.blockType(), fixed(0), fixed(0)))))
}

// A tsqr is a decomposition of which r is recorded, and q not yet.
type tsqr struct {
	c     *record.Caller
	group string
	level string // of the names of the layers
	x     *node
	parts *node // the triangles of the blocks
	under *tsqr // of the parts, if there are several
	r     *node // of one block
}

// tsqrBlocks is how many triangles one task decomposes.
const tsqrBlocks = 64

// newTSQR starts the decomposition of a matrix; it reports what is none, and
// returns nil.
func newTSQR(c *record.Caller, name string, x *node) *tsqr {
	if !usable(c, x) {
		return nil
	}
	switch {
	case x.rank() != 2 || slices.Contains(x.shape(), 0):
		misuse(c, record.CodeWrongShape, "", "%s: an array of shape %s is no matrix with elements", name, ir.ShapeString(x.shape()))
		return nil
	case len(x.chunks[1]) > 1:
		misuse(c, record.CodeUnsupported, "rechunk the array, so that only rows are cut", "%s: the array has %d blocks of columns, not one", name, len(x.chunks[1]))
		return nil
	case x.dtype != ir.Float32 && x.dtype != ir.Float64:
		misuse(c, record.CodeTypeMismatch, "convert the array: da.AsType[float64](x)", "%s: the array is of %s, not float32 or float64", name, x.dtype)
		return nil
	case slices.Contains(x.chunks[0], 0):
		misuse(c, record.CodeUnsupported, "rechunk the array", "%s: the array has blocks without rows", name)
		return nil
	}
	return foldTSQR(c, newGroup(name), "", x)
}

// foldTSQR records r: the triangles of the blocks, and their triangle.
func foldTSQR(c *record.Caller, group, level string, x *node) *tsqr {
	t := &tsqr{c: c, group: group, level: level, x: x}
	n := sum(x.chunks[1])
	rows := make([]int64, len(x.chunks[0]))
	for i, m := range x.chunks[0] {
		rows[i] = min(m, n)
	}
	b := newLayer(c, group, level+"r", x.dtype, [][]int64{rows, {n}})
	t.parts = b.finish(op("tsqr_r", b.operand(x.layer, x.blockType(), identity(2)...)))
	if len(rows) == 1 {
		t.r = t.parts
		return t
	}
	var joined []int64
	for group := range slices.Chunk(rows, tsqrBlocks) {
		joined = append(joined, sum(group))
	}
	y := rechunk(c, group+"."+level+"stack", t.parts, [][]int64{joined, {n}})
	t.under = foldTSQR(c, group, level+"r", y)
	t.r = t.under.r
	return t
}

// apply records q·w, where w has one block.
func (t *tsqr) apply(w *node) *node {
	if t.under != nil {
		w = rechunk(t.c, t.group+"."+t.level+"part", t.under.apply(w), [][]int64{t.parts.chunks[0], w.chunks[1]})
	}
	b := newLayer(t.c, t.group, t.level+"q", t.x.dtype, [][]int64{t.x.chunks[0], w.chunks[1]})
	return b.finish(op("tsqr_q", b.operand(t.x.layer, t.x.blockType(), identity(2)...), b.operand(w.layer, w.blockType(), identity(2)...)))
}
