package reroll

import (
	"math/bits"

	"github.com/daskgen/daskgen/ir"
)

// index finds each task by its key, and reports keys that are defined twice.
func (t *Tasks) index() {
	for i := range t.rows {
		t.bound(&t.rows[i])
	}
	for i := range t.families {
		t.families[i].allocate()
	}
	for i := range t.rows {
		t.insert(uint32(i))
	}
}

// bound widens the bounding box of the task's family.
func (t *Tasks) bound(r *row) {
	if !r.isIndexed() {
		return
	}
	f := &t.families[r.key&^indexed]
	parts := t.parts(r)
	if f.lo == nil {
		f.lo = append([]int32(nil), parts...)
		f.hi = append([]int32(nil), parts...)
	}
	for k, p := range parts {
		f.lo[k], f.hi[k] = min(f.lo[k], p), max(f.hi[k], p)
		f.labels = f.labels || isLabel(p)
	}
}

// volume returns the number of indices of the bounding box, or -1 when it is
// beyond all use.
func (f *family) volume() int64 {
	n := uint64(1)
	for k := range f.lo {
		hi, lo := bits.Mul64(n, uint64(int64(f.hi[k])-int64(f.lo[k])+1))
		if hi != 0 || lo > 1<<40 {
			return -1
		}
		n = lo
	}
	return int64(n)
}

func (f *family) allocate() {
	if f.rows == 0 {
		return
	}
	if v := f.volume(); !f.labels && v >= 0 && v <= 4*int64(f.rows)+64 {
		f.dense = make([]uint32, v)
		return
	}
	f.sparse = make([]uint32, 1<<bits.Len(uint(2*f.rows)))
}

func (t *Tasks) insert(n uint32) {
	r := &t.rows[n]
	if !r.isIndexed() {
		t.insertPlain(n)
		return
	}
	f := &t.families[r.key&^indexed]
	place := t.place(f, t.parts(r))
	if *place != 0 {
		t.duplicate(t.pos(n), t.key(n), t.pos(*place-1))
		return
	}
	if f.outside >= 0 {
		l := t.outside[f.outside].layer
		t.duplicate(t.pos(n), t.key(n), l.Pos)
	}
	*place = n + 1
}

func (t *Tasks) insertPlain(n uint32) {
	at := &t.plain[t.rows[n].key]
	switch {
	case *at > 0:
		t.duplicate(t.pos(n), t.key(n), t.pos(uint32(*at-1)))
	case *at < 0:
		t.duplicate(t.pos(n), t.key(n), t.outside[-*at-1].layer.Pos)
	default:
		*at = int32(n + 1)
	}
}

// place returns where the row number of these parts is kept; nil when they are
// outside the bounding box.
func (t *Tasks) place(f *family, parts []int32) *uint32 {
	if f.dense != nil {
		at := int64(0)
		for k, p := range parts {
			if p < f.lo[k] || p > f.hi[k] {
				return nil
			}
			at = at*(int64(f.hi[k])-int64(f.lo[k])+1) + int64(p) - int64(f.lo[k])
		}
		return &f.dense[at]
	}
	if f.sparse == nil {
		return nil
	}
	mask := uint64(len(f.sparse) - 1)
	i := hashParts(parts) & mask
	for f.sparse[i] != 0 && !t.sameParts(f.sparse[i]-1, parts) {
		i = (i + 1) & mask
	}
	return &f.sparse[i]
}

func hashParts(parts []int32) uint64 {
	h := uint64(14695981039346656037)
	for _, p := range parts {
		h = mix(h ^ uint64(uint32(p)))
	}
	return h
}

// mix spreads the bits of a number (the finaliser of MurmurHash3).
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

func (t *Tasks) sameParts(n uint32, parts []int32) bool {
	for k, p := range t.parts(&t.rows[n]) {
		if p != parts[k] {
			return false
		}
	}
	return true
}

// gridAt returns the linear index of a key's parts in the grid of a layer.
func (t *Tasks) gridAt(g ir.Grid, parts []int32) (int64, bool) {
	at := int64(0)
	for k, p := range parts {
		if p < -wideBase {
			return 0, false
		}
		v := t.integer(p)
		if v < 0 || v >= g[k].N {
			return 0, false
		}
		at = at*g[k].N + v
	}
	return at, true
}
