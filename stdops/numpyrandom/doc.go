// Package numpyrandom makes the random numbers of NumPy, as dask divides them
// among the blocks of an array, so that a graph made by dask can be computed
// again with the same numbers. daskgen's own generator (package vector) is many
// times faster.
//
// Two generators are there: [MT19937], of numpy.random.RandomState, and
// [PCG64], of numpy.random.default_rng. Uniform numbers and integers are
// NumPy's bit for bit. Normal and exponential ones go through a logarithm,
// always (MT19937) or seldom (PCG64), which C libraries do not all round alike:
// of the former some in a thousand, of the latter some in a million are one or
// two units in the last place beside NumPy's.
package numpyrandom

import (
	"fmt"

	rt "github.com/daskgen/daskgen/runtime"
)

// A Stream makes the random numbers of one block. Each method sets dst to the
// next numbers of a distribution.
type Stream interface {
	// Uniform makes numbers uniform in [0, 1).
	Uniform(dst []float64)
	// Normal makes normally distributed numbers of mean 0 and deviation 1.
	Normal(dst []float64)
	// Exponential makes exponentially distributed numbers of mean 1.
	Exponential(dst []float64)
	// Integers makes integers uniform in [low, low+width].
	Integers(dst []int64, low int64, width uint64)
}

// Uniform makes a block of numbers uniform in [low, high).
func Uniform(t *rt.Task, s Stream, shape []int, low, high float64) (*rt.Block[float64], error) {
	out := rt.Alloc[float64](t, shape)
	s.Uniform(out.Data)
	affine(out.Data, low, high-low)
	return out, nil
}

// Normal makes a block of normally distributed numbers with mean loc and
// standard deviation scale.
func Normal(t *rt.Task, s Stream, shape []int, loc, scale float64) (*rt.Block[float64], error) {
	if scale < 0 {
		return nil, fmt.Errorf("the standard deviation is %v: it must not be negative", scale)
	}
	out := rt.Alloc[float64](t, shape)
	s.Normal(out.Data)
	affine(out.Data, loc, scale)
	return out, nil
}

// Exponential makes a block of exponentially distributed numbers with mean
// scale.
func Exponential(t *rt.Task, s Stream, shape []int, scale float64) (*rt.Block[float64], error) {
	if scale < 0 {
		return nil, fmt.Errorf("the scale is %v: it must not be negative", scale)
	}
	out := rt.Alloc[float64](t, shape)
	s.Exponential(out.Data)
	for i := range out.Data {
		out.Data[i] *= scale
	}
	return out, nil
}

// Integers makes a block of integers uniform in [low, high).
func Integers(t *rt.Task, s Stream, shape []int, low, high int) (*rt.Block[int64], error) {
	if low >= high {
		return nil, fmt.Errorf("low %d is not below high %d", low, high)
	}
	out := rt.Alloc[int64](t, shape)
	s.Integers(out.Data, int64(low), uint64(high)-uint64(low)-1)
	return out, nil
}

// affine sets x to low + width*x.
func affine(x []float64, low, width float64) {
	for i, v := range x {
		x[i] = low + float64(width*v)
	}
}
