package kernel

import "unsafe"

// Integer is the constraint of the integer dtypes.
type Integer interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
}

// Float is the constraint of the real floating-point dtypes.
type Float interface{ float32 | float64 }

// Real is the constraint of the dtypes that are ordered numbers.
type Real interface{ Integer | Float }

// Complex is the constraint of the complex dtypes.
type Complex interface{ complex64 | complex128 }

// Number is the constraint of all dtypes but bool.
type Number interface{ Real | Complex }

// bytesOf reads a bool strip as the zeros and ones that it is in memory.
func bytesOf(x []bool) []uint8 {
	return unsafe.Slice((*uint8)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

// size returns the number of elements of a shape.
func size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
