package numpyrandom

import (
	"math"
	"sync"
)

// stateLen is how many words the state of the Mersenne Twister has.
const stateLen = 624

// A Twister is the Mersenne Twister MT19937 of Matsumoto and Nishimura (1998),
// with what numpy.random.RandomState makes of it.
type Twister struct {
	key   [stateLen]uint32
	pos   int
	spare float64 // the second of two normal numbers
	kept  bool    // spare is there
}

// MT19937 returns the stream of a block of an array that
// dask.array.random.RandomState(seed) makes. Blocks are numbered in C order
// from 0, on from one array to the next. seed is below 2³².
//
// Each block has a generator of its own, whose seed is 624 words of the one
// that seed begins.
func MT19937(seed uint64, block int) *Twister {
	words := blockWords.words(uint32(seed), block)
	t := new(Twister)
	t.seedByArray(words[:])
	return t
}

// seed begins the stream of numpy.random.RandomState(seed).
func (t *Twister) seed(seed uint32) {
	for i := range t.key {
		t.key[i] = seed
		seed = 1812433253*(seed^seed>>30) + uint32(i) + 1
	}
	t.pos = stateLen
}

// seedByArray begins the stream of numpy.random.RandomState(words).
func (t *Twister) seedByArray(words []uint32) {
	t.seed(19650218)
	k := &t.key
	i, j := 1, 0
	for range max(stateLen, len(words)) {
		k[i] = (k[i] ^ (k[i-1]^k[i-1]>>30)*1664525) + words[j] + uint32(j)
		if i++; i == stateLen {
			k[0], i = k[stateLen-1], 1
		}
		if j++; j == len(words) {
			j = 0
		}
	}
	for range stateLen - 1 {
		k[i] = (k[i] ^ (k[i-1]^k[i-1]>>30)*1566083941) - uint32(i)
		if i++; i == stateLen {
			k[0], i = k[stateLen-1], 1
		}
	}
	k[0] = 1 << 31
}

// twist makes the next 624 words of the state.
func (t *Twister) twist() {
	const m = 397
	k := &t.key
	for i := range stateLen - m {
		k[i] = k[i+m] ^ twisted(k[i], k[i+1])
	}
	for i := stateLen - m; i < stateLen-1; i++ {
		k[i] = k[i+m-stateLen] ^ twisted(k[i], k[i+1])
	}
	k[stateLen-1] = k[m-1] ^ twisted(k[stateLen-1], k[0])
	t.pos = 0
}

// twisted is the recurrence of the upper bit of a and the lower ones of b.
func twisted(a, b uint32) uint32 {
	y := a&(1<<31) | b&(1<<31-1)
	return y>>1 ^ -(y&1)&0x9908b0df
}

func (t *Twister) uint32() uint32 {
	if t.pos == stateLen {
		t.twist()
	}
	y := t.key[t.pos]
	t.pos++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

func (t *Twister) uint64() uint64 {
	high := uint64(t.uint32())
	return high<<32 | uint64(t.uint32())
}

func (t *Twister) float64() float64 {
	a, b := t.uint32()>>5, t.uint32()>>6
	return (float64(a)*(1<<26) + float64(b)) / (1 << 53)
}

// Uniform implements Stream.
func (t *Twister) Uniform(dst []float64) {
	for i := range dst {
		dst[i] = t.float64()
	}
}

// Normal implements Stream, by the polar method of Marsaglia and Bray (1964).
func (t *Twister) Normal(dst []float64) {
	for i := range dst {
		if t.kept {
			dst[i], t.kept = t.spare, false
			continue
		}
		x, y, r := t.inCircle()
		f := math.Sqrt(-2 * log(r) / r)
		t.spare, t.kept = f*x, true
		dst[i] = f * y
	}
}

// inCircle returns a point of the unit circle, not its centre, and the square of
// its distance from there.
func (t *Twister) inCircle() (x, y, r float64) {
	for {
		x, y = 2*t.float64()-1, 2*t.float64()-1
		if r = float64(x*x) + float64(y*y); r < 1 && r != 0 {
			return x, y, r
		}
	}
}

// Exponential implements Stream, by inversion.
func (t *Twister) Exponential(dst []float64) {
	for i := range dst {
		dst[i] = -log(1 - t.float64())
	}
}

// Integers implements Stream: numbers under a mask, of which those above width
// are thrown away.
func (t *Twister) Integers(dst []int64, low int64, width uint64) {
	mask := maskOf(width)
	for i := range dst {
		dst[i] = low + int64(t.masked(width, mask))
	}
}

func (t *Twister) masked(width, mask uint64) uint64 {
	for width > 0 {
		v := uint64(0)
		if width <= math.MaxUint32 {
			v = uint64(t.uint32()) & mask
		} else {
			v = t.uint64() & mask
		}
		if v <= width {
			return v
		}
	}
	return 0
}

// maskOf returns ones from the highest bit of width down.
func maskOf(width uint64) uint64 {
	mask := width
	for shift := 1; shift < 64; shift *= 2 {
		mask |= mask >> shift
	}
	return mask
}

// seeds are the seeds of blocks. They are a stream of words, which knows no
// jumps: its state at every 64th block is kept, for the seed asked for last.
type seeds struct {
	mu     sync.Mutex
	seed   uint32
	states []Twister // state k stands before block k*seedStep
}

const seedStep = 64

var blockWords seeds

// words returns the seed of a block.
func (s *seeds) words(seed uint32, block int) (words [stateLen]uint32) {
	t := s.before(seed, block/seedStep)
	for range block % seedStep {
		t.twist()
	}
	t.pos = stateLen
	for i := range words {
		words[i] = t.uint32()
	}
	return words
}

// before returns a copy of the state before block k*seedStep. All words of a
// block come from one twist, so that a twist skips a block.
func (s *seeds) before(seed uint32, k int) Twister {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seed != seed || s.states == nil {
		s.seed, s.states = seed, make([]Twister, 1)
		s.states[0].seed(seed)
	}
	for len(s.states) <= k {
		t := s.states[len(s.states)-1]
		for range seedStep {
			t.twist()
		}
		t.pos = stateLen
		s.states = append(s.states, t)
	}
	return s.states[k]
}
