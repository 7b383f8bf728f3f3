package numpyrandom

import (
	"math"
	"math/bits"
)

// A PCG is the permuted congruential generator PCG64 (XSL RR 128/64) of O'Neill
// (2014), with what numpy.random.Generator makes of it.
type PCG struct {
	state, inc uint128
	half       uint32 // the upper half of a number of which the lower one is used
	kept       bool   // half is there
}

// A uint128 is an integer of 128 bits.
type uint128 struct{ high, low uint64 }

func (a uint128) add(b uint128) uint128 {
	low, carry := bits.Add64(a.low, b.low, 0)
	high, _ := bits.Add64(a.high, b.high, carry)
	return uint128{high, low}
}

func (a uint128) mul(b uint128) uint128 {
	high, low := bits.Mul64(a.low, b.low)
	return uint128{high + a.high*b.low + a.low*b.high, low}
}

var multiplier = uint128{2549297995355413924, 4865540595714422341}

// PCG64 returns the stream of a block of an array that
// dask.array.random.default_rng(seed) makes. Blocks are numbered in C order from
// 0, on from one array to the next. Each has a generator of its own, seeded by
// numpy.random.SeedSequence(seed, spawn_key=(block,)).
func PCG64(seed uint64, block int) *PCG {
	w := newSeedSequence(words(seed), words(uint64(block))).uint64s()
	p := &PCG{inc: uint128{w[2]<<1 | w[3]>>63, w[3]<<1 | 1}}
	p.step()
	p.state = p.state.add(uint128{w[0], w[1]})
	p.step()
	return p
}

func (p *PCG) step() { p.state = p.state.mul(multiplier).add(p.inc) }

func (p *PCG) uint64() uint64 {
	p.step()
	return bits.RotateLeft64(p.state.high^p.state.low, -int(p.state.high>>58))
}

func (p *PCG) uint32() uint32 {
	if p.kept {
		p.kept = false
		return p.half
	}
	v := p.uint64()
	p.half, p.kept = uint32(v>>32), true
	return uint32(v)
}

func (p *PCG) float64() float64 { return float64(p.uint64()>>11) / (1 << 53) }

// Uniform implements Stream.
func (p *PCG) Uniform(dst []float64) {
	for i := range dst {
		dst[i] = p.float64()
	}
}

// Normal implements Stream, by the ziggurat method of Marsaglia and Tsang
// (2000), with 256 layers.
func (p *PCG) Normal(dst []float64) {
	for i := range dst {
		dst[i] = p.normal()
	}
}

func (p *PCG) normal() float64 {
	for {
		r := p.uint64()
		layer, negative, r := r&0xff, r>>8&1 == 1, r>>9&(1<<52-1)
		x := float64(r) * normalWidth[layer]
		if r >= normalInside[layer] {
			var ok bool
			if x, ok = p.normalEdge(layer, x); !ok {
				continue
			}
			if layer == 0 { // the tail has a sign of its own
				negative = r>>8&1 == 1
			}
		}
		if negative {
			return -x
		}
		return x
	}
}

// normalEdge is for points that need not be under the curve: of the tail, in
// layer 0, and of the edges of others.
func (p *PCG) normalEdge(layer uint64, x float64) (float64, bool) {
	for layer == 0 {
		a := -math.Log1p(-p.float64()) / normalTail
		b := -math.Log1p(-p.float64())
		if b+b > float64(a*a) {
			return normalTail + a, true
		}
	}
	y := float64((normalHeight[layer-1]-normalHeight[layer])*p.float64()) + normalHeight[layer]
	return x, y < math.Exp(-0.5*x*x)
}

// Exponential implements Stream, by the ziggurat method.
func (p *PCG) Exponential(dst []float64) {
	for i := range dst {
		dst[i] = p.exponential()
	}
}

func (p *PCG) exponential() float64 {
	for {
		r := p.uint64() >> 3
		layer, r := r&0xff, r>>8
		x := float64(r) * expWidth[layer]
		if r < expInside[layer] {
			return x
		}
		if layer == 0 {
			return expTail - math.Log1p(-p.float64())
		}
		y := float64((expHeight[layer-1]-expHeight[layer])*p.float64()) + expHeight[layer]
		if y < math.Exp(-x) {
			return x
		}
	}
}

// Integers implements Stream, by the method of Lemire (2019).
func (p *PCG) Integers(dst []int64, low int64, width uint64) {
	for i := range dst {
		dst[i] = low + int64(p.below(width))
	}
}

// below returns an integer uniform in [0, width].
func (p *PCG) below(width uint64) uint64 {
	switch {
	case width == 0:
		return 0
	case width < math.MaxUint32:
		return uint64(p.below32(uint32(width) + 1))
	case width == math.MaxUint32:
		return uint64(p.uint32())
	case width == math.MaxUint64:
		return p.uint64()
	}
	n := width + 1
	high, low := bits.Mul64(p.uint64(), n)
	if low < n {
		for least := -n % n; low < least; {
			high, low = bits.Mul64(p.uint64(), n)
		}
	}
	return high
}

// below32 returns an integer uniform in [0, n).
func (p *PCG) below32(n uint32) uint32 {
	m := uint64(p.uint32()) * uint64(n)
	if uint32(m) < n {
		for least := -n % n; uint32(m) < least; {
			m = uint64(p.uint32()) * uint64(n)
		}
	}
	return uint32(m >> 32)
}
