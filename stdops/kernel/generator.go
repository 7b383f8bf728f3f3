package kernel

import (
	"math"
	"math/bits"

	"github.com/daskgen/daskgen/runtime/vector"
)

// A generator gives the random bits of a block one by one.
type generator struct {
	vector.Generator
	used int
	buf  [256]uint64
}

// newGenerator returns the stream of a block, which depends on nothing but
// (seed, block).
func newGenerator(seed uint64, block int) generator {
	g := generator{Generator: vector.NewGenerator(seed, uint64(block))}
	g.used = len(g.buf)
	return g
}

// next returns 64 random bits.
func (g *generator) next() uint64 {
	if g.used >= len(g.buf) {
		g.Uint64s(g.buf[:])
		g.used = 0
	}
	v := g.buf[g.used]
	g.used++
	return v
}

// below returns a uniform integer in [0, n), n > 0, by Lemire's method of
// "Fast random integer generation in an interval" (2019), without bias.
func (g *generator) below(n uint64) uint64 {
	hi, lo := bits.Mul64(g.next(), n)
	if lo < n {
		for t := -n % n; lo < t; {
			hi, lo = bits.Mul64(g.next(), n)
		}
	}
	return hi
}

// normals is a batch of standard normal numbers by the method of Box and Muller,
// "A note on the generation of random normal deviates" (1958): a radius and an
// angle make two. A batch is made at once, so that logarithm, root, sine and
// cosine are those of package vector.
type normals [1024]float64

// fill makes the numbers, of as many uniform ones: the first half becomes radii,
// from 1 - u, which is not 0, and the second half angles. They are within 2 units
// in the last place of the exact values, and at most 8.57.
func (x *normals) fill(g *vector.Generator) {
	var cosine [len(x) / 2]float64
	g.Float64s(x[:])
	radius, angle := x[:len(x)/2], x[len(x)/2:]
	vector.SubtractFloat64SV(radius, 1, radius)
	vector.LogFloat64(radius, radius)
	vector.MultiplyFloat64VS(radius, radius, -2)
	vector.SqrtFloat64(radius, radius)
	vector.MultiplyFloat64VS(angle, angle, 2*math.Pi)
	vector.CosFloat64(cosine[:], angle)
	vector.SinFloat64(angle, angle)
	vector.MultiplyFloat64(angle, angle, radius)
	vector.MultiplyFloat64(radius, radius, cosine[:])
}

// exponentials fills dst with -log(1 - u), u uniform.
func exponentials(g *vector.Generator, dst []float64) {
	g.Float64s(dst)
	vector.SubtractFloat64SV(dst, 1, dst)
	vector.LogFloat64(dst, dst)
	vector.SubtractFloat64SV(dst, 0, dst)
}

// affine sets x to low + x*width.
func affine(x []float64, low, width float64) {
	if width != 1 {
		vector.MultiplyFloat64VS(x, x, width)
	}
	if low != 0 {
		vector.AddFloat64VS(x, x, low)
	}
}

// affine32 is affine in float32.
func affine32(x []float32, low, width float32) {
	if width != 1 {
		vector.MultiplyFloat32VS(x, x, width)
	}
	if low != 0 {
		vector.AddFloat32VS(x, x, low)
	}
}
