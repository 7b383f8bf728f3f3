package da

import (
	"slices"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

// Operands that are scalars: x.AddScalar(1) is short for x.Add(da.Const(1.0)),
// as x + 1 in NumPy.

// AddScalar returns x + v.
func (x Array[T]) AddScalar(v T) Array[T] { return binaryOp[T, T](record.Here(), "add", x, Const(v)) }

// SubScalar returns x - v.
func (x Array[T]) SubScalar(v T) Array[T] {
	return binaryOp[T, T](record.Here(), "subtract", x, Const(v))
}

// MulScalar returns x * v.
func (x Array[T]) MulScalar(v T) Array[T] {
	return binaryOp[T, T](record.Here(), "multiply", x, Const(v))
}

// DivScalar returns x / v.
func (x Array[T]) DivScalar(v T) Array[T] {
	return binaryOp[T, T](record.Here(), "divide", x, Const(v))
}

// FloorDivScalar returns the largest integer not above x / v.
func (x Array[T]) FloorDivScalar(v T) Array[T] {
	return binaryOp[T, T](record.Here(), "floor_divide", x, Const(v))
}

// ModScalar returns the remainder of FloorDivScalar, which has the sign of v.
func (x Array[T]) ModScalar(v T) Array[T] {
	return binaryOp[T, T](record.Here(), "remainder", x, Const(v))
}

// PowScalar returns x to the power v.
func (x Array[T]) PowScalar(v T) Array[T] { return binaryOp[T, T](record.Here(), "power", x, Const(v)) }

// EqualScalar returns x == v.
func (x Array[T]) EqualScalar(v T) Array[bool] {
	return binaryOp[T, bool](record.Here(), "equal", x, Const(v))
}

// NotEqualScalar returns x != v.
func (x Array[T]) NotEqualScalar(v T) Array[bool] {
	return binaryOp[T, bool](record.Here(), "not_equal", x, Const(v))
}

// LessScalar returns x < v.
func (x Array[T]) LessScalar(v T) Array[bool] {
	return binaryOp[T, bool](record.Here(), "less", x, Const(v))
}

// LessEqualScalar returns x <= v.
func (x Array[T]) LessEqualScalar(v T) Array[bool] {
	return binaryOp[T, bool](record.Here(), "less_equal", x, Const(v))
}

// GreaterScalar returns x > v.
func (x Array[T]) GreaterScalar(v T) Array[bool] {
	return binaryOp[T, bool](record.Here(), "greater", x, Const(v))
}

// GreaterEqualScalar returns x >= v.
func (x Array[T]) GreaterEqualScalar(v T) Array[bool] {
	return binaryOp[T, bool](record.Here(), "greater_equal", x, Const(v))
}

// Clip returns x limited to [lo, hi]: min(max(x, lo), hi).
func (x Array[T]) Clip(lo, hi T) Array[T] {
	return wrap[T](elementwise(record.Here(), "clip", dtypeOf[T](), []*node{x.n, Const(lo).n, Const(hi).n}))
}

// Round returns x rounded to a number of decimal places, which may be negative;
// the even one in the middle.
func (x Array[T]) Round(decimals int) Array[T] {
	return wrap[T](elementwise(record.Here(), "round", dtypeOf[T](), []*node{x.n}, intExpr(int64(decimals))))
}

// Where returns x where cond is true and y elsewhere, with broadcasting.
func Where[T rt.Elem](cond Array[bool], x, y Array[T]) Array[T] {
	return wrap[T](elementwise(record.Here(), "where", dtypeOf[T](), []*node{cond.n, x.n, y.n}))
}

// Minimum returns the smaller of x and y. NaN propagates.
func Minimum[T rt.Elem](x, y Array[T]) Array[T] {
	return binaryOp[T, T](record.Here(), "minimum", x, y)
}

// Maximum returns the larger of x and y. NaN propagates.
func Maximum[T rt.Elem](x, y Array[T]) Array[T] {
	return binaryOp[T, T](record.Here(), "maximum", x, y)
}

// Real returns the real part of complex numbers; U is their part's type.
func Real[U, T rt.Elem](x Array[T]) Array[U] {
	return wrap[U](elementwise(record.Here(), "real", dtypeOf[U](), []*node{x.n}))
}

// Imag returns the imaginary part of complex numbers; U is their part's type.
func Imag[U, T rt.Elem](x Array[T]) Array[U] {
	return wrap[U](elementwise(record.Here(), "imag", dtypeOf[U](), []*node{x.n}))
}

// BroadcastTo returns the array repeated along axes of length 1, and along new
// leading axes, to a shape. Its blocks along these axes are whole.
func (x Array[T]) BroadcastTo(shape ...int) Array[T] {
	c := record.Here()
	if !usable(c, x.n) {
		return wrap[T](badNode())
	}
	n := x.n.settled(c)
	lead := len(shape) - n.rank()
	chunks := make([][]int64, len(shape))
	for k, want := range shape {
		chunks[k] = []int64{int64(want)}
		if k < lead || sum(n.chunks[k-lead]) == 1 {
			continue
		}
		if sum(n.chunks[k-lead]) != int64(want) {
			lead = -1
			break
		}
		chunks[k] = n.chunks[k-lead]
	}
	if lead < 0 || slices.Min(append(slices.Clone(shape), 0)) < 0 {
		return wrap[T](misuse(c, record.CodeWrongShape, "", "BroadcastTo: shape %s does not broadcast to %s", ir.ShapeString(n.shape()), ir.ShapeString(int64s(shape))))
	}
	b := newLayer(c, "broadcast_to", "", n.dtype, chunks)
	e := op("broadcast_to", b.operand(n.layer, n.blockType(), broadcastAccess(n, len(chunks))...))
	e.Args = append(e.Args, b.shape(chunks))
	return wrap[T](b.finish(e))
}
