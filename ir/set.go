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

// At returns the value of the affine form at a grid index.
func (a *Affine) At(index []int64) int64 {
	v := a.Base
	for k, c := range a.Coef {
		v += c * index[k]
	}
	return v
}
