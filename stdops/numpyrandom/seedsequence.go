package numpyrandom

// poolLen is how many words of entropy a seedSequence keeps.
const poolLen = 4

// A seedSequence is numpy.random.SeedSequence: O'Neill's seed_seq_fe of 128 bits
// ("Developing a seed_seq alternative", 2015).
type seedSequence [poolLen]uint32

// newSeedSequence mixes the words of a seed and of a spawn key, which is not
// empty.
func newSeedSequence(seed, key []uint32) seedSequence {
	entropy := make([]uint32, max(len(seed), poolLen), poolLen+len(key))
	copy(entropy, seed)
	entropy = append(entropy, key...)
	m := hashing{0x43b0d7e5, 0x931e8875}
	var s seedSequence
	for i := range s {
		s[i] = m.hash(entropy[i])
	}
	for from := range s {
		for to := range s {
			if to != from {
				s[to] = mixed(s[to], m.hash(s[from]))
			}
		}
	}
	for _, w := range entropy[poolLen:] {
		for to := range s {
			s[to] = mixed(s[to], m.hash(w))
		}
	}
	return s
}

// uint64s returns the first words of the state of a generator.
func (s seedSequence) uint64s() (out [4]uint64) {
	m := hashing{0x8b51f9dd, 0x58f38ded}
	for i := range out {
		low := m.hash(s[2*i%poolLen])
		out[i] = uint64(m.hash(s[(2*i+1)%poolLen]))<<32 | uint64(low)
	}
	return out
}

// A hashing is a hash function of words that differs from one word to the next.
type hashing struct{ factor, step uint32 }

func (h *hashing) hash(v uint32) uint32 {
	v ^= h.factor
	h.factor *= h.step
	v *= h.factor
	return v ^ v>>16
}

func mixed(x, y uint32) uint32 {
	v := 0xca01f9dd*x - 0x4973f715*y
	return v ^ v>>16
}

// words returns the words of an integer, the lowest first, at least one.
func words(v uint64) []uint32 {
	if v>>32 == 0 {
		return []uint32{uint32(v)}
	}
	return []uint32{uint32(v), uint32(v >> 32)}
}
