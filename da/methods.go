package da

import (
	"github.com/daskgen/daskgen/graph/record"
)

// The methods of this file are NumPy's elementwise functions of the same name,
// with broadcasting. The dtype of the result must be T: Sqrt of Array[int64] is
// misuse, because it is float64.

// Add returns x + y.
func (x Array[T]) Add(y Array[T]) Array[T] { return binaryOp[T, T](record.Here(), "add", x, y) }

// Sub returns x - y.
func (x Array[T]) Sub(y Array[T]) Array[T] { return binaryOp[T, T](record.Here(), "subtract", x, y) }

// Mul returns x * y.
func (x Array[T]) Mul(y Array[T]) Array[T] { return binaryOp[T, T](record.Here(), "multiply", x, y) }

// Div returns x / y. Of integers it would be float64: convert them, or use FloorDiv.
func (x Array[T]) Div(y Array[T]) Array[T] { return binaryOp[T, T](record.Here(), "divide", x, y) }

// FloorDiv returns the largest integer not above x / y.
func (x Array[T]) FloorDiv(y Array[T]) Array[T] {
	return binaryOp[T, T](record.Here(), "floor_divide", x, y)
}

// Mod returns the remainder of FloorDiv, which has the sign of y.
func (x Array[T]) Mod(y Array[T]) Array[T] { return binaryOp[T, T](record.Here(), "remainder", x, y) }

// Fmod returns the remainder of the division that truncates, which has the sign of x.
func (x Array[T]) Fmod(y Array[T]) Array[T] { return binaryOp[T, T](record.Here(), "fmod", x, y) }

// Pow returns x to the power y.
func (x Array[T]) Pow(y Array[T]) Array[T] { return binaryOp[T, T](record.Here(), "power", x, y) }

// Hypot returns the length of the vector (x, y).
func (x Array[T]) Hypot(y Array[T]) Array[T] { return binaryOp[T, T](record.Here(), "hypot", x, y) }

// Arctan2 returns the angle of the vector (y, x), where x is the receiver's argument: y.Arctan2(x).
func (x Array[T]) Arctan2(y Array[T]) Array[T] { return binaryOp[T, T](record.Here(), "arctan2", x, y) }

// CopySign returns x with the sign of y.
func (x Array[T]) CopySign(y Array[T]) Array[T] {
	return binaryOp[T, T](record.Here(), "copysign", x, y)
}

// LogAddExp returns log(exp(x) + exp(y)).
func (x Array[T]) LogAddExp(y Array[T]) Array[T] {
	return binaryOp[T, T](record.Here(), "logaddexp", x, y)
}

// Minimum returns the smaller of x and y. NaN propagates.
func (x Array[T]) Minimum(y Array[T]) Array[T] { return binaryOp[T, T](record.Here(), "minimum", x, y) }

// Maximum returns the larger of x and y. NaN propagates.
func (x Array[T]) Maximum(y Array[T]) Array[T] { return binaryOp[T, T](record.Here(), "maximum", x, y) }

// Fmin returns the smaller of x and y, or the one that is not NaN.
func (x Array[T]) Fmin(y Array[T]) Array[T] { return binaryOp[T, T](record.Here(), "fmin", x, y) }

// Fmax returns the larger of x and y, or the one that is not NaN.
func (x Array[T]) Fmax(y Array[T]) Array[T] { return binaryOp[T, T](record.Here(), "fmax", x, y) }

// BitwiseAnd returns the bits that both have.
func (x Array[T]) BitwiseAnd(y Array[T]) Array[T] {
	return binaryOp[T, T](record.Here(), "bitwise_and", x, y)
}

// BitwiseOr returns the bits that one of them has.
func (x Array[T]) BitwiseOr(y Array[T]) Array[T] {
	return binaryOp[T, T](record.Here(), "bitwise_or", x, y)
}

// BitwiseXor returns the bits that one of them has, but not both.
func (x Array[T]) BitwiseXor(y Array[T]) Array[T] {
	return binaryOp[T, T](record.Here(), "bitwise_xor", x, y)
}

// LeftShift returns x with its bits moved up by y places.
func (x Array[T]) LeftShift(y Array[T]) Array[T] {
	return binaryOp[T, T](record.Here(), "left_shift", x, y)
}

// RightShift returns x with its bits moved down by y places.
func (x Array[T]) RightShift(y Array[T]) Array[T] {
	return binaryOp[T, T](record.Here(), "right_shift", x, y)
}

// Gcd returns the greatest common divisor.
func (x Array[T]) Gcd(y Array[T]) Array[T] { return binaryOp[T, T](record.Here(), "gcd", x, y) }

// Lcm returns the least common multiple.
func (x Array[T]) Lcm(y Array[T]) Array[T] { return binaryOp[T, T](record.Here(), "lcm", x, y) }

// Equal returns x == y.
func (x Array[T]) Equal(y Array[T]) Array[bool] {
	return binaryOp[T, bool](record.Here(), "equal", x, y)
}

// NotEqual returns x != y.
func (x Array[T]) NotEqual(y Array[T]) Array[bool] {
	return binaryOp[T, bool](record.Here(), "not_equal", x, y)
}

// Less returns x < y.
func (x Array[T]) Less(y Array[T]) Array[bool] { return binaryOp[T, bool](record.Here(), "less", x, y) }

// LessEqual returns x <= y.
func (x Array[T]) LessEqual(y Array[T]) Array[bool] {
	return binaryOp[T, bool](record.Here(), "less_equal", x, y)
}

// Greater returns x > y.
func (x Array[T]) Greater(y Array[T]) Array[bool] {
	return binaryOp[T, bool](record.Here(), "greater", x, y)
}

// GreaterEqual returns x >= y.
func (x Array[T]) GreaterEqual(y Array[T]) Array[bool] {
	return binaryOp[T, bool](record.Here(), "greater_equal", x, y)
}

// LogicalAnd returns x and y, of which 0 is false.
func (x Array[T]) LogicalAnd(y Array[T]) Array[bool] {
	return binaryOp[T, bool](record.Here(), "logical_and", x, y)
}

// LogicalOr returns x or y, of which 0 is false.
func (x Array[T]) LogicalOr(y Array[T]) Array[bool] {
	return binaryOp[T, bool](record.Here(), "logical_or", x, y)
}

// LogicalXor returns whether one of x and y is true, but not both.
func (x Array[T]) LogicalXor(y Array[T]) Array[bool] {
	return binaryOp[T, bool](record.Here(), "logical_xor", x, y)
}

// Neg returns -x.
func (x Array[T]) Neg() Array[T] { return unaryOp[T, T](record.Here(), "negative", x) }

// Abs returns the absolute value. Of complex numbers it is real: write da.Apply[float64]("absolute", x).
func (x Array[T]) Abs() Array[T] { return unaryOp[T, T](record.Here(), "absolute", x) }

// Sign returns -1, 0 or 1.
func (x Array[T]) Sign() Array[T] { return unaryOp[T, T](record.Here(), "sign", x) }

// Square returns x * x.
func (x Array[T]) Square() Array[T] { return unaryOp[T, T](record.Here(), "square", x) }

// Sqrt returns the square root.
func (x Array[T]) Sqrt() Array[T] { return unaryOp[T, T](record.Here(), "sqrt", x) }

// Cbrt returns the cube root.
func (x Array[T]) Cbrt() Array[T] { return unaryOp[T, T](record.Here(), "cbrt", x) }

// Erf returns the error function.
func (x Array[T]) Erf() Array[T] { return unaryOp[T, T](record.Here(), "erf", x) }

// Reciprocal returns 1 / x.
func (x Array[T]) Reciprocal() Array[T] { return unaryOp[T, T](record.Here(), "reciprocal", x) }

// Exp returns e raised to x.
func (x Array[T]) Exp() Array[T] { return unaryOp[T, T](record.Here(), "exp", x) }

// Exp2 returns 2 raised to x.
func (x Array[T]) Exp2() Array[T] { return unaryOp[T, T](record.Here(), "exp2", x) }

// Expm1 returns exp(x) - 1, exact near 0.
func (x Array[T]) Expm1() Array[T] { return unaryOp[T, T](record.Here(), "expm1", x) }

// Log returns the natural logarithm.
func (x Array[T]) Log() Array[T] { return unaryOp[T, T](record.Here(), "log", x) }

// Log2 returns the logarithm to base 2.
func (x Array[T]) Log2() Array[T] { return unaryOp[T, T](record.Here(), "log2", x) }

// Log10 returns the logarithm to base 10.
func (x Array[T]) Log10() Array[T] { return unaryOp[T, T](record.Here(), "log10", x) }

// Log1p returns log(1 + x), exact near 0.
func (x Array[T]) Log1p() Array[T] { return unaryOp[T, T](record.Here(), "log1p", x) }

// Sin returns the sine of x in radians.
func (x Array[T]) Sin() Array[T] { return unaryOp[T, T](record.Here(), "sin", x) }

// Cos returns the cosine of x in radians.
func (x Array[T]) Cos() Array[T] { return unaryOp[T, T](record.Here(), "cos", x) }

// Tan returns the tangent of x in radians.
func (x Array[T]) Tan() Array[T] { return unaryOp[T, T](record.Here(), "tan", x) }

// Arcsin returns the inverse sine.
func (x Array[T]) Arcsin() Array[T] { return unaryOp[T, T](record.Here(), "arcsin", x) }

// Arccos returns the inverse cosine.
func (x Array[T]) Arccos() Array[T] { return unaryOp[T, T](record.Here(), "arccos", x) }

// Arctan returns the inverse tangent.
func (x Array[T]) Arctan() Array[T] { return unaryOp[T, T](record.Here(), "arctan", x) }

// Sinh returns the hyperbolic sine.
func (x Array[T]) Sinh() Array[T] { return unaryOp[T, T](record.Here(), "sinh", x) }

// Cosh returns the hyperbolic cosine.
func (x Array[T]) Cosh() Array[T] { return unaryOp[T, T](record.Here(), "cosh", x) }

// Tanh returns the hyperbolic tangent.
func (x Array[T]) Tanh() Array[T] { return unaryOp[T, T](record.Here(), "tanh", x) }

// Arcsinh returns the inverse hyperbolic sine.
func (x Array[T]) Arcsinh() Array[T] { return unaryOp[T, T](record.Here(), "arcsinh", x) }

// Arccosh returns the inverse hyperbolic cosine.
func (x Array[T]) Arccosh() Array[T] { return unaryOp[T, T](record.Here(), "arccosh", x) }

// Arctanh returns the inverse hyperbolic tangent.
func (x Array[T]) Arctanh() Array[T] { return unaryOp[T, T](record.Here(), "arctanh", x) }

// Degrees returns radians as degrees.
func (x Array[T]) Degrees() Array[T] { return unaryOp[T, T](record.Here(), "degrees", x) }

// Radians returns degrees as radians.
func (x Array[T]) Radians() Array[T] { return unaryOp[T, T](record.Here(), "radians", x) }

// Floor returns the largest integer not above x.
func (x Array[T]) Floor() Array[T] { return unaryOp[T, T](record.Here(), "floor", x) }

// Ceil returns the smallest integer not below x.
func (x Array[T]) Ceil() Array[T] { return unaryOp[T, T](record.Here(), "ceil", x) }

// Trunc returns x without its fraction.
func (x Array[T]) Trunc() Array[T] { return unaryOp[T, T](record.Here(), "trunc", x) }

// Rint returns the nearest integer, the even one in the middle.
func (x Array[T]) Rint() Array[T] { return unaryOp[T, T](record.Here(), "rint", x) }

// Conj returns the complex conjugate.
func (x Array[T]) Conj() Array[T] { return unaryOp[T, T](record.Here(), "conjugate", x) }

// Invert returns x with all bits inverted; of bool, not x.
func (x Array[T]) Invert() Array[T] { return unaryOp[T, T](record.Here(), "invert", x) }

// IsNaN returns whether x is NaN.
func (x Array[T]) IsNaN() Array[bool] { return unaryOp[T, bool](record.Here(), "isnan", x) }

// IsInf returns whether x is an infinity.
func (x Array[T]) IsInf() Array[bool] { return unaryOp[T, bool](record.Here(), "isinf", x) }

// IsFinite returns whether x is neither NaN nor an infinity.
func (x Array[T]) IsFinite() Array[bool] { return unaryOp[T, bool](record.Here(), "isfinite", x) }

// SignBit returns whether the sign of x is set, as it is for -0.
func (x Array[T]) SignBit() Array[bool] { return unaryOp[T, bool](record.Here(), "signbit", x) }

// LogicalNot returns whether x is 0 or false.
func (x Array[T]) LogicalNot() Array[bool] { return unaryOp[T, bool](record.Here(), "logical_not", x) }
