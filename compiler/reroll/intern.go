package reroll

import (
	"bytes"
	"hash/maphash"
)

// An interner numbers byte strings in the order in which they are first seen.
// It keeps them in one buffer: a million names cost their bytes and 24 to 40
// more each, and nothing for the garbage collector to walk.
type interner struct {
	data  []byte
	ends  []uint64 // end of each string in data
	table []uint64 // open addressing: upper half of the hash and number+1, 0 for free
	seed  maphash.Seed
}

func newInterner() *interner {
	return &interner{table: make([]uint64, 64), seed: maphash.MakeSeed()}
}

func (in *interner) len() int { return len(in.ends) }

// at returns string n. It is valid as long as the interner.
func (in *interner) at(n uint32) []byte {
	start := uint64(0)
	if n > 0 {
		start = in.ends[n-1]
	}
	return in.data[start:in.ends[n]]
}

const (
	numberBits = 1<<32 - 1
	hashBits   = ^uint64(numberBits)
)

// slot returns the place of s in the table: of its number, or a free one.
func (in *interner) slot(s []byte, hash uint64) uint64 {
	mask := uint64(len(in.table) - 1)
	i := hash >> 32 & mask
	for {
		e := in.table[i]
		if e == 0 || e&hashBits == hash&hashBits && bytes.Equal(in.at(uint32(e&numberBits)-1), s) {
			return i
		}
		i = (i + 1) & mask
	}
}

// find returns the number of s, if it has one.
func (in *interner) find(s []byte) (uint32, bool) {
	n := uint32(in.table[in.slot(s, maphash.Bytes(in.seed, s))] & numberBits)
	return n - 1, n != 0
}

// id returns the number of s, giving it the next one if it is new.
func (in *interner) id(s []byte) uint32 {
	hash := maphash.Bytes(in.seed, s)
	i := in.slot(s, hash)
	if n := uint32(in.table[i] & numberBits); n != 0 {
		return n - 1
	}
	in.data = append(in.data, s...)
	in.ends = append(in.ends, uint64(len(in.data)))
	in.table[i] = hash&hashBits | uint64(len(in.ends))
	if len(in.ends) > len(in.table)/2 {
		in.grow()
	}
	return uint32(len(in.ends) - 1)
}

// grow doubles the table. The strings are all different: they need not be
// looked at.
func (in *interner) grow() {
	old := in.table
	in.table = make([]uint64, 2*len(old))
	mask := uint64(len(in.table) - 1)
	for _, e := range old {
		if e == 0 {
			continue
		}
		i := e >> 32 & mask
		for in.table[i] != 0 {
			i = (i + 1) & mask
		}
		in.table[i] = e
	}
}
