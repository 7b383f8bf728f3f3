package ir

import "slices"

// Count returns the number of indices of the set in a grid of constant
// extents.
func (s Set) Count(g Grid) int64 {
	switch {
	case s.IDs != nil:
		return int64(len(s.IDs))
	case s.Box == nil:
		return g.Size()
	}
	n := int64(1)
	for _, r := range s.Box {
		n *= r.Len()
	}
	return n
}

// Linear returns the linear index of the nth index of the set, in ascending
// order: the inverse of Ordinal.
func (s Set) Linear(g Grid, n int64) int64 {
	switch {
	case s.IDs != nil:
		return int64(s.IDs[n])
	case s.Box == nil:
		return n
	}
	linear, stride := int64(0), int64(1)
	for k := len(s.Box) - 1; k >= 0; k-- {
		r := s.Box[k]
		linear += (r.Lo + n%r.Len()*r.Step) * stride
		n /= r.Len()
		stride *= g[k].N
	}
	return linear
}

// Ordinal returns the position of a linear index in the set, and whether it
// is in it.
func (s Set) Ordinal(g Grid, linear int64) (int64, bool) {
	switch {
	case s.IDs != nil:
		n, ok := slices.BinarySearch(s.IDs, uint32(linear))
		return int64(n), ok
	case s.Box == nil:
		return linear, true
	}
	n, stride := int64(0), int64(1)
	for k := len(s.Box) - 1; k >= 0; k-- {
		r, i := s.Box[k], linear%g[k].N
		linear /= g[k].N
		if i < r.Lo || i >= r.Hi || (i-r.Lo)%r.Step != 0 {
			return 0, false
		}
		n += (i - r.Lo) / r.Step * stride
		stride *= r.Len()
	}
	return n, true
}

// OrdinalAt returns the position of a grid index in the set, or -1 if it is not
// in it.
func (s Set) OrdinalAt(g Grid, index []int64) int64 {
	n, ok := s.Ordinal(g, g.Linear(index))
	if !ok {
		return -1
	}
	return n
}

// Ranges returns the ranges of a set that is a box or the whole grid, and nil
// for a list of indices. A set over a grid of rank 0 has no ranges, not nil.
func (s Set) Ranges(g Grid) []Range {
	if s.IDs != nil {
		return nil
	}
	if s.Box != nil {
		return s.Box
	}
	box := make([]Range, len(g))
	for k := range g {
		box[k] = Range{Hi: g[k].N, Step: 1}
	}
	return box
}

// Each calls f for each index of the set, in ascending linear order, with the
// index's position in the set. The slice is reused between calls.
func (s Set) Each(g Grid, f func(ord int64, index []int64)) {
	s.EachUntil(g, func(ord int64, index []int64) bool {
		f(ord, index)
		return true
	})
}

// EachUntil is Each that stops when f returns false. It says whether it got to
// the end.
func (s Set) EachUntil(g Grid, f func(ord int64, index []int64) bool) bool {
	index := make([]int64, len(g))
	if s.IDs != nil {
		for n, id := range s.IDs {
			g.IndexInto(int64(id), index)
			if !f(int64(n), index) {
				return false
			}
		}
		return true
	}
	box := s.Ranges(g)
	for k := range box {
		if box[k].Len() == 0 {
			return true
		}
		index[k] = box[k].Lo
	}
	for ord := int64(0); ; ord++ {
		if !f(ord, index) {
			return false
		}
		if !advance(box, index) {
			return true
		}
	}
}

// advance moves index to the next one of the box and says whether there is one.
func advance(box []Range, index []int64) bool {
	for k := len(box) - 1; k >= 0; k-- {
		if index[k] += box[k].Step; index[k] < box[k].Hi {
			return true
		}
		index[k] = box[k].Lo
	}
	return false
}

// At returns the value of the affine form at a grid index.
func (a *Affine) At(index []int64) int64 {
	v := a.Base
	for k, c := range a.Coef {
		v += c * index[k]
	}
	return v
}
