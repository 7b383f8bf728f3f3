package vector

import "math/bits"

// A Generator makes uniform random numbers by xoshiro256++ of Blackman and Vigna
// ("Scrambled linear pseudorandom number generators", 2021): by eight generators
// that work side by side, which take turns. The numbers depend on the seed and
// the stream alone, not on how many are made at a time.
type Generator struct {
	state [4][randomLanes]uint64
	buf   [randomLanes]uint64 // the last step, of which some is to be used yet
	used  int                 // 32-bit halves of buf that have been used
}

// randomLanes is how many generators work side by side; a step is one number
// of each.
const randomLanes = 8

// NewGenerator returns the generator of a stream. The states of the eight
// generators are outputs of Philox4x64-10 (Salmon, Moraes, Dror and Shaw,
// "Parallel random numbers: as easy as 1, 2, 3", 2011) with seed and stream as
// the key, so that all streams begin at unrelated places of the sequence, whose
// period is 2**256 - 1.
func NewGenerator(seed, stream uint64) Generator {
	g := Generator{used: 2 * randomLanes}
	for lane := range randomLanes {
		words := philox(seed, stream, uint64(lane))
		if words == [4]uint64{} { // this state would stay
			words[0] = 1
		}
		for i, w := range words {
			g.state[i][lane] = w
		}
	}
	return g
}

// philox returns the output of Philox4x64-10 for a key and a counter.
func philox(k0, k1, counter uint64) [4]uint64 {
	const (
		m0, m1 = 0xD2E7470EE14C6C93, 0xCA5A826395121157
		w0, w1 = 0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B // golden ratio, sqrt(3) - 1
	)
	c := [4]uint64{counter}
	for range 10 {
		h0, l0 := bits.Mul64(m0, c[0])
		h1, l1 := bits.Mul64(m1, c[2])
		c = [4]uint64{h1 ^ c[1] ^ k0, l1, h0 ^ c[3] ^ k1, l0}
		k0, k1 = k0+w0, k1+w1
	}
	return c
}

// Uint64s fills dst with random bits.
func (g *Generator) Uint64s(dst []uint64) {
	dst = dst[g.takeUint64s(dst):]
	whole := len(dst) &^ (randomLanes - 1)
	g.uint64s(dst[:whole])
	if rest := dst[whole:]; len(rest) > 0 {
		g.refill()
		g.takeUint64s(rest)
	}
}

// takeUint64s takes numbers from the buffer, and says how many there were.
func (g *Generator) takeUint64s(dst []uint64) int {
	g.used += g.used & 1
	n := copy(dst, g.buf[g.used/2:])
	g.used += 2 * n
	return n
}

// Float64s fills dst with numbers uniform in [0, 1), multiples of 2**-53.
func (g *Generator) Float64s(dst []float64) {
	dst = dst[g.takeFloat64s(dst):]
	whole := len(dst) &^ (randomLanes - 1)
	g.float64s(dst[:whole])
	if rest := dst[whole:]; len(rest) > 0 {
		g.refill()
		g.takeFloat64s(rest)
	}
}

func (g *Generator) takeFloat64s(dst []float64) int {
	g.used += g.used & 1
	b := g.buf[g.used/2:]
	n := min(len(dst), len(b))
	for i := range n {
		dst[i] = Unit(b[i])
	}
	g.used += 2 * n
	return n
}

// Float32s fills dst with numbers uniform in [0, 1), multiples of 2**-24. Each
// random word gives two.
func (g *Generator) Float32s(dst []float32) {
	dst = dst[g.takeFloat32s(dst):]
	whole := len(dst) &^ (2*randomLanes - 1)
	g.float32s(dst[:whole])
	if rest := dst[whole:]; len(rest) > 0 {
		g.refill()
		g.takeFloat32s(rest)
	}
}

func (g *Generator) takeFloat32s(dst []float32) int {
	n := min(len(dst), 2*randomLanes-g.used)
	for i := range n {
		dst[i] = unit32(uint32(g.buf[g.used/2] >> (g.used & 1 * 32)))
		g.used++
	}
	return n
}

func (g *Generator) refill() {
	g.uint64s(g.buf[:])
	g.used = 0
}

// Unit makes random bits a multiple of 2**-53 in [0, 1).
func Unit(bits uint64) float64 { return float64(int64(bits>>11)) * 0x1p-53 }

// unit32 makes random bits a multiple of 2**-24 in [0, 1).
func unit32(bits uint32) float32 { return float32(int32(bits>>8)) * 0x1p-24 }

// A xoshiro is the state of one of the eight generators.
type xoshiro struct{ s0, s1, s2, s3 uint64 }

// next returns the next number.
func (x *xoshiro) next() uint64 {
	r := bits.RotateLeft64(x.s0+x.s3, 23) + x.s0
	t := x.s1 << 17
	x.s2 ^= x.s0
	x.s3 ^= x.s1
	x.s1 ^= x.s2
	x.s0 ^= x.s3
	x.s2 ^= t
	x.s3 = bits.RotateLeft64(x.s3, 45)
	return r
}

func (g *Generator) lane(i int) xoshiro {
	return xoshiro{g.state[0][i], g.state[1][i], g.state[2][i], g.state[3][i]}
}

func (g *Generator) setLane(i int, x xoshiro) {
	g.state[0][i], g.state[1][i], g.state[2][i], g.state[3][i] = x.s0, x.s1, x.s2, x.s3
}

func (g *Generator) uint64sGo(dst []uint64) {
	for lane := range randomLanes {
		x := g.lane(lane)
		for i := lane; i < len(dst); i += randomLanes {
			dst[i] = x.next()
		}
		g.setLane(lane, x)
	}
}

func (g *Generator) float64sGo(dst []float64) {
	for lane := range randomLanes {
		x := g.lane(lane)
		for i := lane; i < len(dst); i += randomLanes {
			dst[i] = Unit(x.next())
		}
		g.setLane(lane, x)
	}
}

func (g *Generator) float32sGo(dst []float32) {
	for lane := range randomLanes {
		x := g.lane(lane)
		for i := 2 * lane; i < len(dst)-1; i += 2 * randomLanes {
			b := x.next()
			dst[i], dst[i+1] = unit32(uint32(b)), unit32(uint32(b>>32))
		}
		g.setLane(lane, x)
	}
}
