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

// beyondFloat64 says whether the magnitude of an element is more than limit.
func beyondFloat64(x []float64, limit float64) bool {
	largest, width := largestFloat64AVX2, 16
	if level == AVX512 {
		largest, width = largestFloat64AVX512, 32
	}
	return beyond(x, limit, largest, width)
}

// beyondFloat32 is beyondFloat64 for float32.
func beyondFloat32(x []float32, limit float32) bool {
	largest, width := largestFloat32AVX2, 32
	if level == AVX512 {
		largest, width = largestFloat32AVX512, 64
	}
	return beyond(x, limit, largest, width)
}

func beyond[T float](x []T, limit T, largest func(x unsafe.Pointer, n int) T, width int) bool {
	m := len(x) / width * width
	for i := 0; i < m; i += piece {
		if largest(unsafe.Pointer(&x[i]), min(piece, m-i)) > limit {
			return true
		}
	}
	for _, v := range x[m:] {
		if v > limit || v < -limit {
			return true
		}
	}
	return false
}
