package reroll

import (
	"bytes"
	"hash/maphash"
)

// An interner numbers byte strings in the order in which they are first seen.
// It keeps them in one buffer: a million names cost their bytes and 12 more
// each, and nothing for the garbage collector to walk.
type interner struct {
	data  []byte
	ends  []uint64 // end of each string in data
	table []uint32 // open addressing: number+1, 0 for free
	seed  maphash.Seed
}

func newInterner() *interner {
	return &interner{table: make([]uint32, 256), seed: maphash.MakeSeed()}
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

// slot returns the place of s in the table: of its number, or a free one.
func (in *interner) slot(s []byte) uint64 {
	mask := uint64(len(in.table) - 1)
	i := maphash.Bytes(in.seed, s) & mask
	for in.table[i] != 0 && !bytes.Equal(in.at(in.table[i]-1), s) {
		i = (i + 1) & mask
	}
	return i
}

// find returns the number of s, if it has one.
func (in *interner) find(s []byte) (uint32, bool) {
	n := in.table[in.slot(s)]
	return n - 1, n != 0
}

// id returns the number of s, giving it the next one if it is new.
func (in *interner) id(s []byte) uint32 {
	i := in.slot(s)
	if n := in.table[i]; n != 0 {
		return n - 1
	}
	in.data = append(in.data, s...)
	in.ends = append(in.ends, uint64(len(in.data)))
	in.table[i] = uint32(len(in.ends))
	if len(in.ends) > len(in.table)/2 {
		in.grow()
	}
	return uint32(len(in.ends) - 1)
}

func (in *interner) grow() {
	in.table = make([]uint32, 4*len(in.table))
	for n := range in.ends {
		in.table[in.slot(in.at(uint32(n)))] = uint32(n + 1)
	}
}
