package vector

import (
	"math"
	"unsafe"
)

// This file holds minima and maxima, and the search for them. Of floats, a NaN
// wins, or is passed over by the Nan functions; -0 is less than +0. The slices
// have at least one element.

// vectorBytes is the length of the groups of elements that inner loops take.
const vectorBytes = 64

// groupOf returns the number of elements of x that fill whole groups.
func groupOf[E any](x []E) int { return len(x) / lanesOf[E]() * lanesOf[E]() }

// minInts returns the least element, found by core in what fills groups.
func minInts[E integer](x []E, core func([]E) E) E {
	m, whole := x[0], groupOf(x)
	for lo := 0; lo < whole; lo += piece {
		m = min(m, core(x[lo:min(lo+piece, whole)]))
	}
	for _, v := range x[whole:] {
		m = min(m, v)
	}
	return m
}

// maxInts is minInts for the greatest element.
func maxInts[E integer](x []E, core func([]E) E) E {
	m, whole := x[0], groupOf(x)
	for lo := 0; lo < whole; lo += piece {
		m = max(m, core(x[lo:min(lo+piece, whole)]))
	}
	for _, v := range x[whole:] {
		m = max(m, v)
	}
	return m
}

// minFloats returns the least element that is not NaN, +Inf if there is none,
// and whether there is a NaN.
func minFloats[E float](x []E, core func([]E) (E, uint64)) (m E, nan bool) {
	m, nan = leastFloat(x, core)
	if m == 0 && hasZero(x, true) {
		m = E(math.Copysign(0, -1))
	}
	return m, nan
}

// leastFloat is minFloats but for the sign of zero.
func leastFloat[E float](x []E, core func([]E) (E, uint64)) (m E, nan bool) {
	m, whole := E(math.Inf(1)), groupOf(x)
	for lo := 0; lo < whole; lo += piece {
		p, n := core(x[lo:min(lo+piece, whole)])
		m, nan = min(m, p), nan || n != 0
	}
	if whole == len(x) {
		return m, nan
	}
	p, n := minFloatsGo(x[whole:])
	return min(m, p), nan || n != 0
}

// maxFloats is minFloats for the greatest element, and -Inf.
func maxFloats[E float](x []E, core func([]E) (E, uint64)) (m E, nan bool) {
	m, nan = greatestFloat(x, core)
	if m == 0 {
		m = 0
		if !hasZero(x, false) {
			m = E(math.Copysign(0, -1))
		}
	}
	return m, nan
}

// greatestFloat is maxFloats but for the sign of zero.
func greatestFloat[E float](x []E, core func([]E) (E, uint64)) (m E, nan bool) {
	m, whole := E(math.Inf(-1)), groupOf(x)
	for lo := 0; lo < whole; lo += piece {
		p, n := core(x[lo:min(lo+piece, whole)])
		m, nan = max(m, p), nan || n != 0
	}
	if whole == len(x) {
		return m, nan
	}
	p, n := maxFloatsGo(x[whole:])
	return max(m, p), nan || n != 0
}

// hasZero says whether there is a zero of a sign: -0 has the bits of the least
// signed integer, +0 those of the least unsigned one.
func hasZero[E float](x []E, negative bool) bool {
	if len(x) == 0 {
		return false
	}
	p := unsafe.Pointer(unsafe.SliceData(x))
	switch wide := unsafe.Sizeof(x[0]) == 8; {
	case wide && negative:
		return MinInt64(unsafe.Slice((*int64)(p), len(x))) == math.MinInt64
	case wide:
		return MinUint64(unsafe.Slice((*uint64)(p), len(x))) == 0
	case negative:
		return MinInt32(unsafe.Slice((*int32)(p), len(x))) == math.MinInt32
	}
	return MinUint32(unsafe.Slice((*uint32)(p), len(x))) == 0
}

func minFloatsGo[E float](x []E) (m E, nan uint64) {
	m0, m1, found := E(math.Inf(1)), E(math.Inf(1)), false
	for len(x) >= 2 {
		a, b := x[0], x[1]
		if a < m0 {
			m0 = a
		}
		if b < m1 {
			m1 = b
		}
		found = found || a != a || b != b
		x = x[2:]
	}
	for _, v := range x {
		if v < m0 {
			m0 = v
		}
		found = found || v != v
	}
	return min(m0, m1), nanFlag(found)
}

func maxFloatsGo[E float](x []E) (m E, nan uint64) {
	m0, m1, found := E(math.Inf(-1)), E(math.Inf(-1)), false
	for len(x) >= 2 {
		a, b := x[0], x[1]
		if a > m0 {
			m0 = a
		}
		if b > m1 {
			m1 = b
		}
		found = found || a != a || b != b
		x = x[2:]
	}
	for _, v := range x {
		if v > m0 {
			m0 = v
		}
		found = found || v != v
	}
	return max(m0, m1), nanFlag(found)
}

// nanFlag is 1 where there was a NaN.
func nanFlag(found bool) uint64 {
	if found {
		return 1
	}
	return 0
}

// nanWins returns NaN if there was one.
func nanWins[E float](m E, nan bool) E {
	if nan {
		return E(math.NaN())
	}
	return m
}

// nanLoses returns m, or NaN if x holds nothing else. m is then the infinity
// that the search began with.
func nanLoses[E float](x []E, m E, nan bool) E {
	if nan && math.IsInf(float64(m), 0) && index(x, m, 0) == len(x) {
		return E(math.NaN())
	}
	return m
}

// MinFloat64 returns the least element.
func MinFloat64(x []float64) float64 { return nanWins(minFloats(x, minFloat64)) }

// MaxFloat64 returns the greatest element.
func MaxFloat64(x []float64) float64 { return nanWins(maxFloats(x, maxFloat64)) }

// MinFloat32 returns the least element.
func MinFloat32(x []float32) float32 { return nanWins(minFloats(x, minFloat32)) }

// MaxFloat32 returns the greatest element.
func MaxFloat32(x []float32) float32 { return nanWins(maxFloats(x, maxFloat32)) }

// NanMinFloat64 returns the least element that is not NaN, if there is one.
func NanMinFloat64(x []float64) float64 {
	m, nan := minFloats(x, minFloat64)
	return nanLoses(x, m, nan)
}

// NanMaxFloat64 returns the greatest element that is not NaN, if there is one.
func NanMaxFloat64(x []float64) float64 {
	m, nan := maxFloats(x, maxFloat64)
	return nanLoses(x, m, nan)
}

// NanMinFloat32 returns the least element that is not NaN, if there is one.
func NanMinFloat32(x []float32) float32 {
	m, nan := minFloats(x, minFloat32)
	return nanLoses(x, m, nan)
}

// NanMaxFloat32 returns the greatest element that is not NaN, if there is one.
func NanMaxFloat32(x []float32) float32 {
	m, nan := maxFloats(x, maxFloat32)
	return nanLoses(x, m, nan)
}

// MinInt8 returns the least element.
func MinInt8(x []int8) int8 { return minInts(x, minInt8) }

// MaxInt8 returns the greatest element.
func MaxInt8(x []int8) int8 { return maxInts(x, maxInt8) }

// MinInt16 returns the least element.
func MinInt16(x []int16) int16 { return minInts(x, minInt16) }

// MaxInt16 returns the greatest element.
func MaxInt16(x []int16) int16 { return maxInts(x, maxInt16) }

// MinInt32 returns the least element.
func MinInt32(x []int32) int32 { return minInts(x, minInt32) }

// MaxInt32 returns the greatest element.
func MaxInt32(x []int32) int32 { return maxInts(x, maxInt32) }

// MinInt64 returns the least element.
func MinInt64(x []int64) int64 { return minInts(x, minInt64) }

// MaxInt64 returns the greatest element.
func MaxInt64(x []int64) int64 { return maxInts(x, maxInt64) }

// MinUint8 returns the least element.
func MinUint8(x []uint8) uint8 { return minInts(x, minUint8) }

// MaxUint8 returns the greatest element.
func MaxUint8(x []uint8) uint8 { return maxInts(x, maxUint8) }

// MinUint16 returns the least element.
func MinUint16(x []uint16) uint16 { return minInts(x, minUint16) }

// MaxUint16 returns the greatest element.
func MaxUint16(x []uint16) uint16 { return maxInts(x, maxUint16) }

// MinUint32 returns the least element.
func MinUint32(x []uint32) uint32 { return minInts(x, minUint32) }

// MaxUint32 returns the greatest element.
func MaxUint32(x []uint32) uint32 { return maxInts(x, maxUint32) }

// MinUint64 returns the least element.
func MinUint64(x []uint64) uint64 { return minInts(x, minUint64) }

// MaxUint64 returns the greatest element.
func MaxUint64(x []uint64) uint64 { return maxInts(x, maxUint64) }

func minFloat64Go(x []float64) (float64, uint64) { return minFloatsGo(x) }
func maxFloat64Go(x []float64) (float64, uint64) { return maxFloatsGo(x) }

func minFloat32Go(x []float32) (float32, uint64) { return minFloatsGo(x) }
func maxFloat32Go(x []float32) (float32, uint64) { return maxFloatsGo(x) }

func minInt8Go(x []int8) int8       { return minIntsGo(x) }
func maxInt8Go(x []int8) int8       { return maxIntsGo(x) }
func minInt16Go(x []int16) int16    { return minIntsGo(x) }
func maxInt16Go(x []int16) int16    { return maxIntsGo(x) }
func minInt32Go(x []int32) int32    { return minIntsGo(x) }
func maxInt32Go(x []int32) int32    { return maxIntsGo(x) }
func minInt64Go(x []int64) int64    { return minIntsGo(x) }
func maxInt64Go(x []int64) int64    { return maxIntsGo(x) }
func minUint8Go(x []uint8) uint8    { return minIntsGo(x) }
func maxUint8Go(x []uint8) uint8    { return maxIntsGo(x) }
func minUint16Go(x []uint16) uint16 { return minIntsGo(x) }
func maxUint16Go(x []uint16) uint16 { return maxIntsGo(x) }
func minUint32Go(x []uint32) uint32 { return minIntsGo(x) }
func maxUint32Go(x []uint32) uint32 { return maxIntsGo(x) }
func minUint64Go(x []uint64) uint64 { return minIntsGo(x) }
func maxUint64Go(x []uint64) uint64 { return maxIntsGo(x) }

func minIntsGo[E integer](x []E) E {
	m0, m1, m2, m3 := x[0], x[0], x[0], x[0]
	for len(x) >= 4 {
		m0, m1, m2, m3 = min(m0, x[0]), min(m1, x[1]), min(m2, x[2]), min(m3, x[3])
		x = x[4:]
	}
	for _, v := range x {
		m0 = min(m0, v)
	}
	return min(m0, m1, m2, m3)
}

func maxIntsGo[E integer](x []E) E {
	m0, m1, m2, m3 := x[0], x[0], x[0], x[0]
	for len(x) >= 4 {
		m0, m1, m2, m3 = max(m0, x[0]), max(m1, x[1]), max(m2, x[2]), max(m3, x[3])
		x = x[4:]
	}
	for _, v := range x {
		m0 = max(m0, v)
	}
	return max(m0, m1, m2, m3)
}
