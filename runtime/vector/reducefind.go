package vector

import (
	"math"
	"unsafe"
)

// This file holds searches, and the places of extremes. Where equal elements
// are extreme, the first of them counts.

// lanesOf is the number of elements in a group.
func lanesOf[E any]() int { return vectorBytes / int(unsafe.Sizeof(*new(E))) }

// index returns the first place of v from place at, or len(x).
func index[E comparable](x []E, v E, at int) int {
	for i := at; i < len(x); i++ {
		if x[i] == v {
			return i
		}
	}
	return len(x)
}

// indexNaN returns the first place of a NaN from place at, or len(x).
func indexNaN[E float](x []E, at int) int {
	for i := at; i < len(x); i++ {
		if x[i] != x[i] {
			return i
		}
	}
	return len(x)
}

// locate returns the first place of v in x, which core says the group of.
func locate[E comparable](x []E, v E, core func([]E, E) int) int {
	whole := groupOf(x)
	for lo := 0; lo < whole; lo += piece {
		piece := x[lo:min(lo+piece, whole)]
		if at := core(piece, v); at < len(piece) {
			return lo + index(piece, v, at)
		}
	}
	return index(x, v, whole)
}

// locateNaN is locate for NaN.
func locateNaN[E float](x []E, core func([]E) int) int {
	whole := groupOf(x)
	for lo := 0; lo < whole; lo += piece {
		piece := x[lo:min(lo+piece, whole)]
		if at := core(piece); at < len(piece) {
			return lo + indexNaN(piece, at)
		}
	}
	return indexNaN(x, whole)
}

// searched is how many bytes are searched for their extreme, then, if it is the
// most extreme so far, for its place: they are in the first-level cache then.
const searched = 16 << 10

// argMin returns the place of the first of the least elements, 0 if all are NaN.
// With findNaN, the first NaN is the least.
func argMin[E float](x []E, least func([]E) (E, uint64), find func([]E, E) int, findNaN func([]E) int) int {
	best, at, step := E(math.Inf(1)), -1, searched/int(unsafe.Sizeof(x[0]))
	for lo := 0; lo < len(x); lo += step {
		part := x[lo:min(lo+step, len(x))]
		m, nan := leastFloat(part, least)
		if nan && findNaN != nil {
			return lo + locateNaN(part, findNaN)
		}
		if m < best || at < 0 {
			if i := locate(part, m, find); i < len(part) {
				best, at = m, lo+i
			}
		}
	}
	return max(at, 0)
}

// argMax is argMin for the greatest elements.
func argMax[E float](x []E, greatest func([]E) (E, uint64), find func([]E, E) int, findNaN func([]E) int) int {
	best, at, step := E(math.Inf(-1)), -1, searched/int(unsafe.Sizeof(x[0]))
	for lo := 0; lo < len(x); lo += step {
		part := x[lo:min(lo+step, len(x))]
		m, nan := greatestFloat(part, greatest)
		if nan && findNaN != nil {
			return lo + locateNaN(part, findNaN)
		}
		if m > best || at < 0 {
			if i := locate(part, m, find); i < len(part) {
				best, at = m, lo+i
			}
		}
	}
	return max(at, 0)
}

// ArgMinFloat64 returns the place of the first NaN, or else of the least
// element.
func ArgMinFloat64(x []float64) int {
	return argMin(x, minFloat64, findFloat64, findNaNFloat64)
}

// NanArgMinFloat64 returns the place of the least element that is not NaN, or 0.
func NanArgMinFloat64(x []float64) int {
	return argMin(x, minFloat64, findFloat64, nil)
}

// ArgMaxFloat64 returns the place of the first NaN, or else of the greatest
// element.
func ArgMaxFloat64(x []float64) int {
	return argMax(x, maxFloat64, findFloat64, findNaNFloat64)
}

// NanArgMaxFloat64 returns the place of the greatest element that is not NaN, or 0.
func NanArgMaxFloat64(x []float64) int {
	return argMax(x, maxFloat64, findFloat64, nil)
}

// ArgMinFloat32 returns the place of the first NaN, or else of the least
// element.
func ArgMinFloat32(x []float32) int {
	return argMin(x, minFloat32, findFloat32, findNaNFloat32)
}

// NanArgMinFloat32 returns the place of the least element that is not NaN, or 0.
func NanArgMinFloat32(x []float32) int {
	return argMin(x, minFloat32, findFloat32, nil)
}

// ArgMaxFloat32 returns the place of the first NaN, or else of the greatest
// element.
func ArgMaxFloat32(x []float32) int {
	return argMax(x, maxFloat32, findFloat32, findNaNFloat32)
}

// NanArgMaxFloat32 returns the place of the greatest element that is not NaN, or 0.
func NanArgMaxFloat32(x []float32) int {
	return argMax(x, maxFloat32, findFloat32, nil)
}

// ArgMinInt8 returns the place of the least element.
func ArgMinInt8(x []int8) int { return locate(unsignedOf[uint8](x), uint8(MinInt8(x)), findUint8) }

// ArgMaxInt8 returns the place of the greatest element.
func ArgMaxInt8(x []int8) int { return locate(unsignedOf[uint8](x), uint8(MaxInt8(x)), findUint8) }

// ArgMinInt16 returns the place of the least element.
func ArgMinInt16(x []int16) int {
	return locate(unsignedOf[uint16](x), uint16(MinInt16(x)), findUint16)
}

// ArgMaxInt16 returns the place of the greatest element.
func ArgMaxInt16(x []int16) int {
	return locate(unsignedOf[uint16](x), uint16(MaxInt16(x)), findUint16)
}

// ArgMinInt32 returns the place of the least element.
func ArgMinInt32(x []int32) int {
	return locate(unsignedOf[uint32](x), uint32(MinInt32(x)), findUint32)
}

// ArgMaxInt32 returns the place of the greatest element.
func ArgMaxInt32(x []int32) int {
	return locate(unsignedOf[uint32](x), uint32(MaxInt32(x)), findUint32)
}

// ArgMinInt64 returns the place of the least element.
func ArgMinInt64(x []int64) int {
	return locate(unsignedOf[uint64](x), uint64(MinInt64(x)), findUint64)
}

// ArgMaxInt64 returns the place of the greatest element.
func ArgMaxInt64(x []int64) int {
	return locate(unsignedOf[uint64](x), uint64(MaxInt64(x)), findUint64)
}

// ArgMinUint8 returns the place of the least element.
func ArgMinUint8(x []uint8) int { return locate(x, MinUint8(x), findUint8) }

// ArgMaxUint8 returns the place of the greatest element.
func ArgMaxUint8(x []uint8) int { return locate(x, MaxUint8(x), findUint8) }

// ArgMinUint16 returns the place of the least element.
func ArgMinUint16(x []uint16) int { return locate(x, MinUint16(x), findUint16) }

// ArgMaxUint16 returns the place of the greatest element.
func ArgMaxUint16(x []uint16) int { return locate(x, MaxUint16(x), findUint16) }

// ArgMinUint32 returns the place of the least element.
func ArgMinUint32(x []uint32) int { return locate(x, MinUint32(x), findUint32) }

// ArgMaxUint32 returns the place of the greatest element.
func ArgMaxUint32(x []uint32) int { return locate(x, MaxUint32(x), findUint32) }

// ArgMinUint64 returns the place of the least element.
func ArgMinUint64(x []uint64) int { return locate(x, MinUint64(x), findUint64) }

// ArgMaxUint64 returns the place of the greatest element.
func ArgMaxUint64(x []uint64) int { return locate(x, MaxUint64(x), findUint64) }

// unsignedOf returns the same memory as unsigned integers.
func unsignedOf[U, E any](x []E) []U {
	return unsafe.Slice((*U)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

func findFloat64Go(x []float64, v float64) int { return index(x, v, 0) }
func findNaNFloat64Go(x []float64) int         { return indexNaN(x, 0) }
func findFloat32Go(x []float32, v float32) int { return index(x, v, 0) }
func findNaNFloat32Go(x []float32) int         { return indexNaN(x, 0) }
func findUint8Go(x []uint8, v uint8) int       { return index(x, v, 0) }
func findUint16Go(x []uint16, v uint16) int    { return index(x, v, 0) }
func findUint32Go(x []uint32, v uint32) int    { return index(x, v, 0) }
func findUint64Go(x []uint64, v uint64) int    { return index(x, v, 0) }
