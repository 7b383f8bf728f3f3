package kernel

import (
	"fmt"

	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/runtime/vector"
)

// Uniform makes a block of numbers uniform in [low, high). The numbers depend
// on seed and block alone.
func Uniform[T Float](t *rt.Task, seed uint64, block int, shape []int, low, high float64) (*rt.Block[T], error) {
	out := rt.Alloc[T](t, shape)
	s := NewUniformSource[T](seed, block, low, high)
	s.Fill(out.Data)
	return out, nil
}

// A UniformSource makes the elements of Uniform in order.
type UniformSource[T Float] struct {
	vector.Generator
	low, width float64
}

// NewUniformSource makes the source of a block.
func NewUniformSource[T Float](seed uint64, block int, low, high float64) UniformSource[T] {
	return UniformSource[T]{vector.NewGenerator(seed, uint64(block)), low, high - low}
}

// Fill sets dst to the next elements.
func (s *UniformSource[T]) Fill(dst []T) {
	for len(dst) > 0 {
		n := min(len(dst), rt.StripLen)
		switch d := any(dst[:n]).(type) {
		case []float32:
			s.Float32s(d)
			affine32(d, float32(s.low), float32(s.width))
		case []float64:
			s.Float64s(d)
			affine(d, s.low, s.width)
		}
		dst = dst[n:]
	}
}

// Normal makes a block of normally distributed numbers with mean loc and
// standard deviation scale, by the method of Box and Muller.
func Normal[T Float](t *rt.Task, seed uint64, block int, shape []int, loc, scale float64) (*rt.Block[T], error) {
	if scale < 0 {
		return nil, fmt.Errorf("the standard deviation is %v: it must not be negative", scale)
	}
	out := rt.Alloc[T](t, shape)
	s := NewNormalSource[T](seed, block, loc, scale)
	s.Fill(out.Data)
	return out, nil
}

// A NormalSource makes the elements of Normal in order.
type NormalSource[T Float] struct {
	vector.Generator
	loc, scale float64
	used       int
	buf        normals
}

// NewNormalSource makes the source of a block; scale must not be negative.
func NewNormalSource[T Float](seed uint64, block int, loc, scale float64) NormalSource[T] {
	return NormalSource[T]{Generator: vector.NewGenerator(seed, uint64(block)), loc: loc, scale: scale, used: len(normals{})}
}

// Fill sets dst to the next elements.
func (s *NormalSource[T]) Fill(dst []T) {
	for len(dst) > 0 {
		if s.used == len(s.buf) {
			s.buf.fill(&s.Generator)
			affine(s.buf[:], s.loc, s.scale)
			s.used = 0
		}
		n := min(len(dst), len(s.buf)-s.used)
		rounded(dst[:n], s.buf[s.used:])
		s.used += n
		dst = dst[n:]
	}
}

// rounded sets dst to the first numbers of x, in its dtype.
func rounded[T Float](dst []T, x []float64) {
	switch d := any(dst).(type) {
	case []float64:
		copy(d, x)
	case []float32:
		x = x[:len(d)]
		for i := range d {
			d[i] = float32(x[i])
		}
	}
}

// Exponential makes a block of exponentially distributed numbers with mean
// scale, by inversion.
func Exponential[T Float](t *rt.Task, seed uint64, block int, shape []int, scale float64) (*rt.Block[T], error) {
	out := rt.Alloc[T](t, shape)
	s := NewExponentialSource[T](seed, block, scale)
	s.Fill(out.Data)
	return out, nil
}

// An ExponentialSource makes the elements of Exponential in order.
type ExponentialSource[T Float] struct {
	vector.Generator
	scale float64
}

// NewExponentialSource makes the source of a block.
func NewExponentialSource[T Float](seed uint64, block int, scale float64) ExponentialSource[T] {
	return ExponentialSource[T]{vector.NewGenerator(seed, uint64(block)), scale}
}

// Fill sets dst to the next elements.
func (s *ExponentialSource[T]) Fill(dst []T) {
	var buf [rt.StripLen]float64
	for len(dst) > 0 {
		n := min(len(dst), len(buf))
		exponentials(&s.Generator, buf[:n])
		affine(buf[:n], 0, s.scale)
		rounded(dst[:n], buf[:])
		dst = dst[n:]
	}
}

// Integers makes a block of integers uniform in [low, high).
func Integers[T Integer](t *rt.Task, seed uint64, block int, shape []int, low, high int) (*rt.Block[T], error) {
	if low >= high {
		return nil, fmt.Errorf("low %d is not below high %d", low, high)
	}
	out := rt.Alloc[T](t, shape)
	s := NewIntegersSource[T](seed, block, low, high)
	s.Fill(out.Data)
	return out, nil
}

// An IntegersSource makes the elements of Integers in order.
type IntegersSource[T Integer] struct {
	generator
	low int
	n   uint64
}

// NewIntegersSource makes the source of a block; low must be below high.
func NewIntegersSource[T Integer](seed uint64, block int, low, high int) IntegersSource[T] {
	return IntegersSource[T]{newGenerator(seed, block), low, uint64(high - low)}
}

// Fill sets dst to the next elements.
func (s *IntegersSource[T]) Fill(dst []T) {
	for i := range dst {
		dst[i] = T(s.low + int(s.below(s.n)))
	}
}
