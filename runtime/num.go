package runtime

import (
	"errors"
	"fmt"
	"math"
)

// This file and the other num files hold the scalar functions that elementwise
// expressions in generated code call, where Go's operators and package math
// differ from NumPy. Most are small enough to be inlined.

// Signed is the constraint of the signed integer dtypes.
type Signed interface{ int8 | int16 | int32 | int64 }

// Unsigned is the constraint of the unsigned integer dtypes.
type Unsigned interface {
	uint8 | uint16 | uint32 | uint64
}

// Integer is the constraint of the integer dtypes.
type Integer interface{ Signed | Unsigned }

// Float is the constraint of the real floating-point dtypes.
type Float interface{ float32 | float64 }

// ErrNegativePower is what PowInt panics with; a task whose kernel panics with
// it fails with it.
var ErrNegativePower = errors.New("integers to negative integer powers are not allowed")

// Num returns 1 for true and 0 for false.
func Num[T Integer | Float](b bool) T {
	var n T
	if b {
		n = 1
	}
	return n
}

// Where returns x if c, else y.
func Where[T any](c bool, x, y T) T {
	if c {
		return x
	}
	return y
}

// Zero returns the zero of the type of its argument.
func Zero[T any](T) T {
	var z T
	return z
}

// False returns false, whatever its argument: isnan of an integer.
func False[T any](T) bool { return false }

// True returns true, whatever its argument: isfinite of an integer.
func True[T any](T) bool { return true }

// FloorDiv returns the largest integer not above a / b, 0 when b is 0. The
// smallest integer divided by -1 is itself.
func FloorDiv[T Integer](a, b T) T {
	if b == 0 {
		return 0
	}
	q := a / b
	if q*b != a && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// Mod returns the remainder of a / b of the sign of b, 0 when b is 0.
func Mod[T Integer](a, b T) T {
	if b == 0 {
		return 0
	}
	r := a % b
	if r != 0 && (r < 0) != (b < 0) {
		r += b
	}
	return r
}

// Rem returns the remainder of a / b of the sign of a, 0 when b is 0.
func Rem[T Integer](a, b T) T {
	if b == 0 {
		return 0
	}
	return a % b
}

// PowInt returns a raised to n, wrapping. It panics with ErrNegativePower when
// n is negative.
func PowInt[T Integer](a, n T) T {
	if n < 0 {
		panic(ErrNegativePower)
	}
	p := T(1)
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			p *= a
		}
		a *= a
	}
	return p
}

// Square returns x * x, rounded.
func Square[T Integer | Float](x T) T { return T(x * x) }

// AbsInt returns |x|; that of the smallest integer is itself.
func AbsInt[T Signed](x T) T {
	if x < 0 {
		return -x
	}
	return x
}

// SignInt returns -1, 0 or 1.
func SignInt[T Signed](x T) T {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// SignUint returns 0 or 1.
func SignUint[T Unsigned](x T) T { return min(x, 1) }

// ReciprocalInt returns 1 / x truncated. That of 0 is the conversion of
// infinity, as in NumPy.
func ReciprocalInt[T Integer](x T) T {
	if x == 0 {
		return reciprocalZero[T]()
	}
	return 1 / x
}

// reciprocalZero is the smallest integer of int32 and int64, and 0 of the
// other dtypes.
func reciprocalZero[T Integer]() T {
	var z T
	switch any(z).(type) {
	case int32:
		n := int64(math.MinInt32)
		return T(n)
	case int64:
		n := int64(math.MinInt64)
		return T(n)
	}
	return z
}

// CompareMixed returns -1, 0 or 1 as a is below, equal to or above b.
func CompareMixed(a int64, b uint64) int {
	switch {
	case a < 0 || uint64(a) < b:
		return -1
	case uint64(a) > b:
		return 1
	}
	return 0
}

// GCD returns the greatest common divisor of a and b, and the other one if one
// is 0.
func GCD[T Integer](a, b T) T {
	for a != 0 {
		a, b = b%a, a
	}
	return b
}

// GCDInt is GCD of the absolute values.
func GCDInt[T Signed](a, b T) T { return AbsInt(GCD(a, b)) }

// LCM returns the least common multiple of a and b, 0 if one is 0.
func LCM[T Integer](a, b T) T {
	g := GCD(a, b)
	if g == 0 {
		return 0
	}
	return a / g * b
}

// LCMInt is LCM of the absolute values.
func LCMInt[T Signed](a, b T) T { return LCM(AbsInt(a), AbsInt(b)) }

// RoundInt rounds x to a number of decimals, halves to even. It only differs
// from x when decimals is negative; it scales in float64, as NumPy does.
func RoundInt[T Integer](x T, decimals int64) T {
	if decimals >= 0 {
		return x
	}
	p := math.Pow10(int(max(-decimals, -400)))
	return T(math.RoundToEven(float64(x)/p) * p)
}

// Conversions from float to integer: towards zero. NaN, infinities and numbers
// out of range become what NumPy's loops for x86-64 make of them, on all
// platforms: the smallest int32 or int64, wrapped for narrower and unsigned
// dtypes.

// FloatToInt64 converts x to int64; NaN and numbers out of range give the
// smallest.
func FloatToInt64(x float64) int64 {
	if x >= -(1<<63) && x < 1<<63 {
		return int64(x)
	}
	return math.MinInt64
}

// FloatToInt32 converts x to int32; NaN and numbers out of range give the
// smallest.
func FloatToInt32(x float64) int32 {
	if x > -(1<<31)-1 && x < 1<<31 {
		return int32(x)
	}
	return math.MinInt32
}

// FloatToInt16 converts x to int32 and wraps.
func FloatToInt16(x float64) int16 { return int16(FloatToInt32(x)) }

// FloatToInt8 converts x to int32 and wraps.
func FloatToInt8(x float64) int8 { return int8(FloatToInt32(x)) }

// FloatToUint8 converts x to int32 and wraps.
func FloatToUint8(x float64) uint8 { return uint8(FloatToInt32(x)) }

// FloatToUint16 converts x to int32 and wraps.
func FloatToUint16(x float64) uint16 { return uint16(FloatToInt32(x)) }

// FloatToUint32 converts x to int64 and wraps.
func FloatToUint32(x float64) uint32 { return uint32(FloatToInt64(x)) }

// FloatToUint64 converts x to uint64. Negative numbers wrap; NaN gives 1<<63,
// numbers above the range 0.
func FloatToUint64(x float64) uint64 {
	if x >= 1<<63 {
		return uint64(FloatToInt64(x-1<<63)) ^ 1<<63
	}
	return uint64(FloatToInt64(x))
}

// NarrowInt converts a Python int to a dtype, which it must fit.
func NarrowInt[T Integer](i int64) (T, error) {
	v := T(i)
	if int64(v) != i || (v < 0) != (i < 0) {
		return 0, fmt.Errorf("integer %d is out of bounds for %T", i, v)
	}
	return v, nil
}
