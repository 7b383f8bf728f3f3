package linalg

import (
	"errors"
	"fmt"

	rt "github.com/daskgen/daskgen/runtime"
)

// Tensordot sums products over pairs of axes: axis axesA[i] of a against
// axesB[i] of b, equally long. The result has the other axes of a, then those
// of b.
func Tensordot[T rt.Elem](t *rt.Task, a, b *rt.Block[T], axesA, axesB []int) (*rt.Block[T], error) {
	return TensordotMany(t, []*rt.Block[T]{a}, []*rt.Block[T]{b}, axesA, axesB)
}

// TensordotMany adds the Tensordot of the pairs of two lists of blocks, at
// least one: a contraction over blocks.
func TensordotMany[T rt.Elem](t *rt.Task, as, bs []*rt.Block[T], axesA, axesB []int) (*rt.Block[T], error) {
	if len(as) == 0 || len(as) != len(bs) {
		return nil, fmt.Errorf("cannot pair %d blocks with %d", len(as), len(bs))
	}
	var out *rt.Block[T]
	var dst matrix[T]
	for i, a := range as {
		c, err := contract(a, bs[i], axesA, axesB)
		if err == nil && out != nil && !equal(out.Shape, c.shape) {
			err = fmt.Errorf("products have shapes %v and %v", out.Shape, c.shape)
		}
		if err != nil {
			out.Release()
			return nil, err
		}
		if out == nil {
			out, dst = c.result(t)
		}
		c.run(t, dst, i > 0)
	}
	return out, nil
}

func equal(a, b []int) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}

// A contraction is a tensordot as a product of two matrices.
type contraction[T rt.Elem] struct {
	shape []int
	a, b  operand[T]
}

// An operand is a block whose axes fall into two groups, those of rows and
// those of columns of a matrix.
type operand[T rt.Elem] struct {
	block      *rt.Block[T]
	rows, cols []int // axes
}

// contract plans a tensordot.
func contract[T rt.Elem](a, b *rt.Block[T], axesA, axesB []int) (*contraction[T], error) {
	for i, k := range axesA {
		if a.Shape[k] != b.Shape[axesB[i]] {
			return nil, fmt.Errorf("axis %d of length %d does not fit axis %d of length %d", k, a.Shape[k], axesB[i], b.Shape[axesB[i]])
		}
	}
	c := &contraction[T]{
		a: operand[T]{a, others(a.Rank(), axesA), axesA},
		b: operand[T]{b, axesB, others(b.Rank(), axesB)},
	}
	c.shape = append(lengths(a.Shape, c.a.rows), lengths(b.Shape, c.b.cols)...)
	return c, nil
}

// result returns a block for the product, and the matrix that it is.
func (c *contraction[T]) result(t *rt.Task) (*rt.Block[T], matrix[T]) {
	out := rt.Result[T](t, c.shape)
	left, axes := len(c.a.rows), make([]int, len(c.shape))
	for i := range axes {
		axes[i] = i
	}
	rows, rs, okR := walk(out, axes[:left])
	cols, cs, okC := walk(out, axes[left:])
	switch {
	case out.IsContiguous():
		return out, dense(out.Data, rows, cols)
	case okR && okC && cs == 1:
		return out, matrix[T]{out.Data, rows, cols, max(rs, cols), 1}
	}
	out.Release()
	out = rt.Alloc[T](t, c.shape)
	return out, dense(out.Data, rows, cols)
}

// run computes or adds the product.
func (c *contraction[T]) run(t *rt.Task, out matrix[T], add bool) {
	a, freeA := c.a.matrix(t)
	defer freeA()
	b, freeB := c.b.matrix(t)
	defer freeB()
	gemm(t, a, b, out, add)
}

// others returns the axes that are not in axes.
func others(rank int, axes []int) []int {
	in := make([]bool, rank)
	for _, a := range axes {
		in[a] = true
	}
	out := make([]int, 0, rank)
	for i := range rank {
		if !in[i] {
			out = append(out, i)
		}
	}
	return out
}

// lengths returns the lengths of axes.
func lengths(shape, axes []int) []int {
	out := make([]int, len(axes), len(shape)+len(axes))
	for i, a := range axes {
		out[i] = shape[a]
	}
	return out
}

// matrix returns the operand as a matrix: a view where each group of axes is
// one walk, else a copy.
func (o *operand[T]) matrix(t *rt.Task) (matrix[T], func()) {
	b := o.block
	rows, rs, okR := walk(b, o.rows)
	cols, cs, okC := walk(b, o.cols)
	if rows*cols == 0 {
		return matrix[T]{rows: rows, cols: cols}, func() {}
	}
	if okR && okC {
		return matrix[T]{b.Data[b.Offset:], rows, cols, rs, cs}, func() {}
	}
	order := append(append([]int(nil), o.rows...), o.cols...)
	v := b.View(lengths(b.Shape, order), lengths(b.Strides, order), b.Offset)
	defer v.Release()
	c := v.Contiguous(t)
	return dense(flat(c), rows, cols), c.Release
}

// flat returns the elements of a contiguous block.
func flat[T rt.Elem](x *rt.Block[T]) []T {
	if x.Size() == 0 {
		return nil
	}
	return x.Data[x.Offset : x.Offset+x.Size()]
}

// walk joins axes of a block: their length together and stride; ok is false if
// no one stride leads along them, or if it is negative.
func walk[T rt.Elem](b *rt.Block[T], axes []int) (n, stride int, ok bool) {
	n, stride, ok = 1, 0, true
	for i := len(axes) - 1; i >= 0; i-- {
		d, s := b.Shape[axes[i]], b.Strides[axes[i]]
		switch {
		case d == 1:
		case n == 1:
			stride = s
		default:
			ok = ok && s == n*stride
		}
		n *= d
	}
	if n == 1 {
		stride = 1
	}
	return n, stride, ok && stride >= 0
}

// Dot is NumPy's dot: the inner product of vectors, the product of matrices,
// the product with a scalar of rank 0, else a sum over the last axis of a and
// the one before the last of b.
func Dot[T rt.Elem](t *rt.Task, a, b *rt.Block[T]) (*rt.Block[T], error) {
	axesA, axesB := dotAxes(a.Rank(), b.Rank())
	return Tensordot(t, a, b, axesA, axesB)
}

// DotMany adds the Dot of the pairs of two lists of blocks.
func DotMany[T rt.Elem](t *rt.Task, as, bs []*rt.Block[T]) (*rt.Block[T], error) {
	if len(as) == 0 || len(bs) == 0 {
		return nil, errors.New("no blocks to multiply")
	}
	axesA, axesB := dotAxes(as[0].Rank(), bs[0].Rank())
	return TensordotMany(t, as, bs, axesA, axesB)
}

// dotAxes returns the axes over which Dot sums.
func dotAxes(a, b int) (axesA, axesB []int) {
	if a == 0 || b == 0 {
		return []int{}, []int{}
	}
	return []int{a - 1}, []int{max(0, b-2)}
}

// Outer is the product of each element of a with each of b, both in C order.
func Outer[T rt.Elem](t *rt.Task, a, b *rt.Block[T]) (*rt.Block[T], error) {
	out := rt.Alloc[T](t, []int{a.Size(), b.Size()})
	x, y := a.Contiguous(t), b.Contiguous(t)
	defer x.Release()
	defer y.Release()
	switch o := any(out.Data).(type) { // BLAS would multiply twice, first by 1+0i
	case []complex64:
		eachPair(o, any(flat(x)).([]complex64), any(flat(y)).([]complex64), rt.MulC64)
	case []complex128:
		eachPair(o, any(flat(x)).([]complex128), any(flat(y)).([]complex128), rt.MulC128)
	default:
		gemm(t, dense(flat(x), a.Size(), 1), dense(flat(y), 1, b.Size()), dense(out.Data, a.Size(), b.Size()), false)
	}
	return out, nil
}

// eachPair sets the rows of out to the products of an element of x with each
// of y.
func eachPair[T any](out, x, y []T, multiply func(a, b T) T) {
	for _, v := range x {
		for j, w := range y {
			out[j] = multiply(v, w)
		}
		out = out[len(y):]
	}
}

// MatMul is NumPy's matmul. a: ...×m×k, b: ...×k×n, result: ...×m×n; leading
// axes broadcast. A vector stands for a row on the left and a column on the
// right, and its axis is missing in the result.
func MatMul[T rt.Elem](t *rt.Task, a, b *rt.Block[T]) (*rt.Block[T], error) {
	if a.Rank() == 0 || b.Rank() == 0 {
		return nil, errors.New("a scalar is no operand of matmul; use multiply")
	}
	if a.Rank() <= 2 && b.Rank() <= 2 {
		return Dot(t, a, b)
	}
	x, y := widen(a, 0), widen(b, 1)
	defer x.Release()
	defer y.Release()
	return matmul(t, x, y, a.Rank() == 1, b.Rank() == 1)
}

// widen returns a vector as a matrix whose new axis is at, and others as they
// are.
func widen[T rt.Elem](x *rt.Block[T], at int) *rt.Block[T] {
	if x.Rank() > 1 {
		x.Retain()
		return x
	}
	if at == 0 {
		return x.View([]int{1, x.Shape[0]}, []int{0, x.Strides[0]}, x.Offset)
	}
	return x.View([]int{x.Shape[0], 1}, []int{x.Strides[0], 0}, x.Offset)
}

// matmul multiplies stacks of matrices; dropRow and dropCol leave out the axis
// of a vector.
func matmul[T rt.Elem](t *rt.Task, a, b *rt.Block[T], dropRow, dropCol bool) (*rt.Block[T], error) {
	ra, rb := a.Rank()-2, b.Rank()-2
	m, k, n := a.Shape[ra], a.Shape[ra+1], b.Shape[rb+1]
	if b.Shape[rb] != k {
		return nil, fmt.Errorf("axis %d of length %d does not fit axis %d of length %d", ra+1, k, rb, b.Shape[rb])
	}
	batch, err := rt.Broadcast(a.Shape[:ra], b.Shape[:rb])
	if err != nil {
		return nil, err
	}
	shape := append([]int(nil), batch...)
	if !dropRow {
		shape = append(shape, m)
	}
	if !dropCol {
		shape = append(shape, n)
	}
	out := rt.Alloc[T](t, shape)
	idx := make([]int, len(batch))
	for p := 0; p < out.Size(); p += m * n {
		x, freeX := plane(t, a, idx)
		y, freeY := plane(t, b, idx)
		gemm(t, x, y, dense(out.Data[p:p+m*n], m, n), false)
		freeX()
		freeY()
		next(idx, batch)
	}
	return out, nil
}

// plane returns the matrix of x at the index of a batch that the leading axes
// of x broadcast to.
func plane[T rt.Elem](t *rt.Task, x *rt.Block[T], idx []int) (matrix[T], func()) {
	r := x.Rank() - 2
	at := x.Offset
	for i, k := range idx[len(idx)-r:] {
		if x.Shape[i] != 1 {
			at += k * x.Strides[i]
		}
	}
	v := x.View(x.Shape[r:], x.Strides[r:], at)
	o := operand[T]{v, []int{0}, []int{1}}
	m, free := o.matrix(t)
	return m, func() {
		free()
		v.Release()
	}
}

// next moves an index on in C order.
func next(idx, shape []int) {
	for i := len(idx) - 1; i >= 0; i-- {
		if idx[i]++; idx[i] < shape[i] {
			return
		}
		idx[i] = 0
	}
}

// VDot is the inner product of the elements of a, conjugated, and of b, in C
// order, as a block of rank 0.
func VDot[T rt.Elem](t *rt.Task, a, b *rt.Block[T]) (*rt.Block[T], error) {
	if a.Size() != b.Size() {
		return nil, fmt.Errorf("arrays of %d and %d elements", a.Size(), b.Size())
	}
	x, y := conjugate(t, a), b.Contiguous(t)
	defer x.Release()
	defer y.Release()
	out := rt.Alloc[T](t, nil)
	gemm(t, dense(flat(x), 1, a.Size()), dense(flat(y), a.Size(), 1), dense(out.Data, 1, 1), false)
	return out, nil
}

// conjugate returns x, contiguous, with complex elements conjugated.
func conjugate[T rt.Elem](t *rt.Task, x *rt.Block[T]) *rt.Block[T] {
	c := x.Contiguous(t)
	switch any(c.Data).(type) {
	case []complex64, []complex128:
	default:
		return c
	}
	defer c.Release()
	out := rt.Alloc[T](t, x.Shape)
	switch d := any(out.Data).(type) {
	case []complex64:
		for i, v := range any(flat(c)).([]complex64) {
			d[i] = complex(real(v), -imag(v))
		}
	case []complex128:
		for i, v := range any(flat(c)).([]complex128) {
			d[i] = complex(real(v), -imag(v))
		}
	}
	return out
}
