package kernel

import (
	"fmt"
	"math"
	"sync"

	rt "github.com/daskgen/daskgen/runtime"
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
	philox
	low, width float64
}

// NewUniformSource makes the source of a block.
func NewUniformSource[T Float](seed uint64, block int, low, high float64) UniformSource[T] {
	return UniformSource[T]{newPhilox(seed, block), low, high - low}
}

// Fill sets dst to the next elements.
func (s *UniformSource[T]) Fill(dst []T) {
	for len(dst) > 0 {
		bits := s.batch(len(dst))
		switch d := any(dst[:len(bits)]).(type) {
		case []float32:
			for i, b := range bits {
				d[i] = float32(s.low) + float32(unit32(b)*float32(s.width))
			}
		case []float64:
			for i, b := range bits {
				d[i] = s.low + float64(unit(b)*s.width)
			}
		}
		dst = dst[len(bits):]
	}
}

// Normal makes a block of normally distributed numbers with mean loc and
// standard deviation scale, by the ziggurat method.
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
	philox
	z          *ziggurat
	loc, scale float64
}

// NewNormalSource makes the source of a block; scale must not be negative.
func NewNormalSource[T Float](seed uint64, block int, loc, scale float64) NormalSource[T] {
	return NormalSource[T]{newPhilox(seed, block), zigguratTables(), loc, scale}
}

// Fill sets dst to the next elements.
func (s *NormalSource[T]) Fill(dst []T) {
	for i := range dst {
		dst[i] = T(s.loc + float64(s.scale*s.normal(s.z)))
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
	philox
	scale float64
}

// NewExponentialSource makes the source of a block.
func NewExponentialSource[T Float](seed uint64, block int, scale float64) ExponentialSource[T] {
	return ExponentialSource[T]{newPhilox(seed, block), scale}
}

// Fill sets dst to the next elements.
func (s *ExponentialSource[T]) Fill(dst []T) {
	for i := range dst {
		dst[i] = T(-s.scale * math.Log1p(-s.float64()))
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
	philox
	low int
	n   uint64
}

// NewIntegersSource makes the source of a block; low must be below high.
func NewIntegersSource[T Integer](seed uint64, block int, low, high int) IntegersSource[T] {
	return IntegersSource[T]{newPhilox(seed, block), low, uint64(high - low)}
}

// Fill sets dst to the next elements.
func (s *IntegersSource[T]) Fill(dst []T) {
	for i := range dst {
		dst[i] = T(s.low + int(s.below(s.n)))
	}
}

// ziggurat holds the tables of the method of Marsaglia and Tsang, "The
// ziggurat method for generating random variables" (2000), with 256 layers of
// equal area and 52-bit mantissas. Layer i reaches from height f[i] to the
// next; k[i] says below which mantissa a point lies under the curve for sure.
type ziggurat struct {
	k    [256]uint64
	w, f [256]float64
}

// The right edge of the ziggurat's base and the area of each layer, for 256
// layers.
const (
	zigguratR = 3.6541528853610088
	zigguratV = 0.00492867323399
)

var zigguratTables = sync.OnceValue(newZiggurat)

func newZiggurat() *ziggurat {
	const m = 1 << 52
	z := new(ziggurat)
	r := float64(zigguratR)
	f := math.Exp(-0.5 * r * r)
	q := zigguratV / f
	z.k[0], z.k[1] = uint64(r/q*m), 0
	z.w[0], z.w[255] = q/m, r/m
	z.f[0], z.f[255] = 1, f
	x := r
	for i := 254; i >= 1; i-- {
		next := math.Sqrt(-2 * math.Log(zigguratV/x+math.Exp(-0.5*x*x)))
		z.k[i+1] = uint64(next / x * m)
		x = next
		z.w[i], z.f[i] = x/m, math.Exp(-0.5*x*x)
	}
	return z
}

// normal returns a standard normal number.
func (p *philox) normal(z *ziggurat) float64 {
	for {
		r := p.next()
		i, m := r&255, r>>12
		x := float64(m) * z.w[i]
		if r>>8&1 != 0 {
			x = -x
		}
		if m < z.k[i] {
			return x
		}
		if y, ok := p.wedge(z, i, x); ok {
			return y
		}
	}
}

// wedge decides about a point that may lie above the curve: one of the base
// layer is replaced by one of the tail.
func (p *philox) wedge(z *ziggurat, i uint64, x float64) (float64, bool) {
	if i > 0 {
		return x, z.f[i]+float64((z.f[i-1]-z.f[i])*p.float64()) < math.Exp(-0.5*x*x)
	}
	for {
		u := -math.Log1p(-p.float64()) / zigguratR
		v := -math.Log1p(-p.float64())
		if v+v > u*u {
			return math.Copysign(zigguratR+u, x), true
		}
	}
}
