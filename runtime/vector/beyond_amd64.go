package vector

import "unsafe"

//go:noescape
func largestFloat64AVX512(x unsafe.Pointer, n int) float64

//go:noescape
func largestFloat64AVX2(x unsafe.Pointer, n int) float64

//go:noescape
func largestFloat32AVX512(x unsafe.Pointer, n int) float32

//go:noescape
func largestFloat32AVX2(x unsafe.Pointer, n int) float32

// beyondFloat64 says whether the magnitude of an element is more than limit. The
// functions in assembly are called by their names: through a variable they would
// move x to the heap.
func beyondFloat64(x []float64, limit float64) bool {
	m := len(x) &^ 31
	for i := 0; i < m; i += piece {
		p, n := unsafe.Pointer(&x[i]), min(piece, m-i)
		if level == AVX512 && largestFloat64AVX512(p, n) > limit || level != AVX512 && largestFloat64AVX2(p, n) > limit {
			return true
		}
	}
	return beyond(x[m:], limit)
}

// beyondFloat32 is beyondFloat64 for float32.
func beyondFloat32(x []float32, limit float32) bool {
	m := len(x) &^ 63
	for i := 0; i < m; i += piece {
		p, n := unsafe.Pointer(&x[i]), min(piece, m-i)
		if level == AVX512 && largestFloat32AVX512(p, n) > limit || level != AVX512 && largestFloat32AVX2(p, n) > limit {
			return true
		}
	}
	return beyond(x[m:], limit)
}

func beyond[T float](x []T, limit T) bool {
	for _, v := range x {
		if v > limit || v < -limit {
			return true
		}
	}
	return false
}
