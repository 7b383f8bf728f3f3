package kernel

import (
	rt "github.com/daskgen/daskgen/runtime"
)

// A valuer gives its cells, as the address of a slice of their type.
type valuer interface{ values() any }

// finishNumbers converts the result cells of f to a block. A result over no
// elements is filled with identity.
func finishNumbers[In, Out rt.Elem](f *fold[In], identity int64) *rt.Block[Out] {
	out := rt.Alloc[Out](f.t, f.shape)
	v := f.cells.(valuer).values()
	if f.reduced == 0 {
		fill(v, identity)
	}
	switch v := v.(type) {
	case *[]int64:
		convertReal(any(out.Data), (*v)[f.final:f.stage])
	case *[]float64:
		convertReal(any(out.Data), (*v)[f.final:f.stage])
	case *[]complex128:
		convertComplex(any(out.Data), (*v)[f.final:f.stage])
	}
	return out
}

// fill sets all cells, as a valuer gives them, to v.
func fill(dst any, v int64) {
	switch d := dst.(type) {
	case *[]int64:
		fillWith(*d, v)
	case *[]float64:
		fillWith(*d, float64(v))
	case *[]complex128:
		fillWith(*d, complex(float64(v), 0))
	}
}

func fillWith[T any](d []T, v T) {
	for i := range d {
		d[i] = v
	}
}

// convertReal converts accumulators to the elements of dst.
func convertReal[A int64 | float64](dst any, src []A) {
	switch d := dst.(type) {
	case []int8:
		convert(d, src)
	case []int16:
		convert(d, src)
	case []int32:
		convert(d, src)
	case []int64:
		convert(d, src)
	case []uint8:
		convert(d, src)
	case []uint16:
		convert(d, src)
	case []uint32:
		convert(d, src)
	case []uint64:
		convert(d, src)
	case []float32:
		convert(d, src)
	case []float64:
		convert(d, src)
	case []complex64:
		for i, v := range src {
			d[i] = complex(float32(v), 0)
		}
	case []complex128:
		for i, v := range src {
			d[i] = complex(float64(v), 0)
		}
	case []bool:
		for i, v := range src {
			d[i] = v != 0
		}
	}
}

func convert[T, A Real](dst []T, src []A) {
	for i, v := range src {
		dst[i] = T(v)
	}
}

// convertComplex converts complex accumulators to the elements of dst; of real
// ones it takes the real part.
func convertComplex(dst any, src []complex128) {
	switch d := dst.(type) {
	case []complex64:
		for i, v := range src {
			d[i] = complex64(v)
		}
	case []complex128:
		copy(d, src)
	case []float32:
		for i, v := range src {
			d[i] = float32(real(v))
		}
	case []float64:
		for i, v := range src {
			d[i] = real(v)
		}
	}
}
