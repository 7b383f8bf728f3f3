package vector

import (
	"math"
	"unsafe"
)

// piece is how many elements are given to a function in assembly at a time.
// The scheduler cannot interrupt it.
const piece = 1 << 16

type signed interface{ int8 | int16 | int32 | int64 }

type unsigned interface {
	uint8 | uint16 | uint32 | uint64
}

type float interface{ float32 | float64 }

type number interface{ signed | unsigned | float }

// lesser is what the instruction MIN does: y if one is NaN or both are zeros.
func lesser[T number](x, y T) T {
	if x < y {
		return x
	}
	return y
}

// greater is what the instruction MAX does: y if one is NaN or both are zeros.
func greater[T number](x, y T) T {
	if x > y {
		return x
	}
	return y
}

// magnitude returns |x|, the smallest integer for itself.
func magnitude[T signed](x T) T {
	if x < 0 {
		return -x
	}
	return x
}

// unordered says whether x or y is NaN.
func unordered[T float](x, y T) bool { return x != x || y != y }

func choose[T any](c bool, x, y T) T {
	if c {
		return x
	}
	return y
}

// bitwise does an operation on the bits of floats.
func and[T float](x, y T) T { return bitwise(x, y, func(a, b uint64) uint64 { return a & b }) }
func or[T float](x, y T) T  { return bitwise(x, y, func(a, b uint64) uint64 { return a | b }) }
func xor[T float](x, y T) T { return bitwise(x, y, func(a, b uint64) uint64 { return a ^ b }) }

func bitwise[T float](x, y T, f func(a, b uint64) uint64) T {
	if unsafe.Sizeof(x) == 4 {
		return T(math.Float32frombits(uint32(f(uint64(math.Float32bits(float32(x))), uint64(math.Float32bits(float32(y)))))))
	}
	return T(math.Float64frombits(f(math.Float64bits(float64(x)), math.Float64bits(float64(y)))))
}

// truncToInt64 drops the fraction. NaN and numbers out of range give the smallest
// integer.
func truncToInt64(x float64) int64 {
	if x >= -(1<<63) && x < 1<<63 {
		return int64(x)
	}
	return math.MinInt64
}

// truncToInt32 is truncToInt64 for int32.
func truncToInt32(x float64) int32 {
	if x > -(1<<31)-1 && x < 1<<31 {
		return int32(x)
	}
	return math.MinInt32
}

// scale returns x * 2^k, rounded once, for an integer k from -2100 to 2100.
func scale(x, k float64) float64 {
	h := math.Floor(k * 0.5)
	return x * pow2(h) * pow2(k-h)
}

// pow2 returns 2^k for an integer k from -1022 to 1023.
func pow2(k float64) float64 {
	return math.Float64frombits(math.Float64bits(k+(0x1p52+1023)) << 52)
}

// mantissa returns m in [0.75, 1.5) with x = m * 2^e, of finite x > 0.
func mantissa(x float64) float64 {
	m, _ := math.Frexp(x)
	if m < 0.75 {
		m *= 2
	}
	return m
}

// exponent returns the e that goes with mantissa.
func exponent(x float64) float64 {
	m, e := math.Frexp(x)
	if m < 0.75 {
		e--
	}
	return float64(e)
}

// logOf returns r, but the logarithm of x where that is a special one.
func logOf(r, x float64) float64 {
	switch {
	case x > 0 && x <= math.MaxFloat64:
		return r
	case x == 0:
		return math.Inf(-1)
	case x < 0:
		return math.NaN()
	}
	return x
}
