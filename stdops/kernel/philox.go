package kernel

import "math/bits"

// philox is the counter-based generator Philox4x64-10 of Salmon, Moraes, Dror
// and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), the one
// that numpy.random.Philox is. Its output is a function of a key and a
// counter, so each block has a stream of its own that depends on nothing but
// (seed, block): the key.
type philox struct {
	key0, key1 uint64
	counter    uint64
	used       int
	buf        [philoxBatch]uint64
}

// philoxBatch is how many numbers are made at a time, a multiple of 4.
const philoxBatch = 256

const (
	philoxM0 = 0xD2E7470EE14C6C93
	philoxM1 = 0xCA5A826395121157
	philoxW0 = 0x9E3779B97F4A7C15 // golden ratio
	philoxW1 = 0xBB67AE8584CAA73B // sqrt(3) - 1
)

// newPhilox returns the stream of a block.
func newPhilox(seed uint64, block int) philox {
	return philox{key0: seed, key1: uint64(block), used: philoxBatch}
}

// next returns 64 random bits.
func (p *philox) next() uint64 {
	if p.used >= len(p.buf) {
		p.refill()
	}
	v := p.buf[p.used]
	p.used++
	return v
}

// batch returns all numbers that are ready, at least one and at most n, and
// takes them.
func (p *philox) batch(n int) []uint64 {
	if p.used >= len(p.buf) {
		p.refill()
	}
	b := p.buf[p.used:min(p.used+n, len(p.buf))]
	p.used += len(b)
	return b
}

// refill makes the next numbers, four of each counter.
func (p *philox) refill() {
	for i := 0; i < len(p.buf); i += 4 {
		p.counter++
		k0, k1 := p.key0, p.key1
		c0, c1, c2, c3 := p.counter, uint64(0), uint64(0), uint64(0)
		for range 10 {
			h0, l0 := bits.Mul64(philoxM0, c0)
			h1, l1 := bits.Mul64(philoxM1, c2)
			c0, c1, c2, c3 = h1^c1^k0, l1, h0^c3^k1, l0
			k0 += philoxW0
			k1 += philoxW1
		}
		out := p.buf[i : i+4 : i+4]
		out[0], out[1], out[2], out[3] = c0, c1, c2, c3
	}
	p.used = 0
}

// unit returns a multiple of 2^-53 in [0, 1).
func unit(bits uint64) float64 { return float64(int64(bits>>11)) * 0x1p-53 }

// unit32 returns a multiple of 2^-24 in [0, 1).
func unit32(bits uint64) float32 { return float32(int32(bits>>40)) * 0x1p-24 }

// float64 returns a number in [0, 1).
func (p *philox) float64() float64 { return unit(p.next()) }

// below returns a uniform integer in [0, n), n > 0, by Lemire's method of
// "Fast random integer generation in an interval" (2019), without bias.
func (p *philox) below(n uint64) uint64 {
	hi, lo := bits.Mul64(p.next(), n)
	if lo < n {
		for t := -n % n; lo < t; {
			hi, lo = bits.Mul64(p.next(), n)
		}
	}
	return hi
}
