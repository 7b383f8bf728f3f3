// Package index evaluates the sets, accesses and per-task literals of the IR
// at grid indices. The grids that it takes have constant extents.
package index

import (
	"sort"

	"github.com/daskgen/daskgen/ir"
)

// Ravel returns the linear index, in C order, of a grid index.
func Ravel(g ir.Grid, idx []int64) int64 {
	lin := int64(0)
	for k := range g {
		lin = lin*g[k].N + idx[k]
	}
	return lin
}

// Unravel writes the grid index of a linear index to idx, which has the grid's rank.
func Unravel(g ir.Grid, lin int64, idx []int64) {
	for k := len(g) - 1; k >= 0; k-- {
		idx[k] = lin % g[k].N
		lin /= g[k].N
	}
}

// Inside says whether idx is an index of the grid.
func Inside(g ir.Grid, idx []int64) bool {
	for k := range g {
		if idx[k] < 0 || idx[k] >= g[k].N {
			return false
		}
	}
	return true
}

// Ranges returns the ranges of a set that is a box or the whole grid, and nil
// for a list of indices. A set over a grid of rank 0 has no ranges, not nil.
func Ranges(g ir.Grid, s ir.Set) []ir.Range {
	if s.IDs != nil {
		return nil
	}
	if s.Box != nil {
		return s.Box
	}
	box := make([]ir.Range, len(g))
	for k := range g {
		box[k] = ir.Range{Hi: g[k].N, Step: 1}
	}
	return box
}

// Count returns the number of indices in the set.
func Count(g ir.Grid, s ir.Set) int64 {
	if s.IDs != nil {
		return int64(len(s.IDs))
	}
	n := int64(1)
	for _, r := range Ranges(g, s) {
		n *= r.Len()
	}
	return n
}

// Each calls f for each index of the set, in ascending linear order, with the
// index's position in the set. The slice is reused between calls.
func Each(g ir.Grid, s ir.Set, f func(ord int64, idx []int64)) {
	EachUntil(g, s, func(ord int64, idx []int64) bool {
		f(ord, idx)
		return true
	})
}

// EachUntil is Each that stops when f returns false. It says whether it got to
// the end.
func EachUntil(g ir.Grid, s ir.Set, f func(ord int64, idx []int64) bool) bool {
	idx := make([]int64, len(g))
	if s.IDs != nil {
		for n, id := range s.IDs {
			Unravel(g, int64(id), idx)
			if !f(int64(n), idx) {
				return false
			}
		}
		return true
	}
	box := Ranges(g, s)
	for k := range box {
		if box[k].Len() == 0 {
			return true
		}
		idx[k] = box[k].Lo
	}
	for ord := int64(0); ; ord++ {
		if !f(ord, idx) {
			return false
		}
		if !advance(box, idx) {
			return true
		}
	}
}

// advance moves idx to the next index of the box and says whether there is one.
func advance(box []ir.Range, idx []int64) bool {
	for k := len(box) - 1; k >= 0; k-- {
		if idx[k] += box[k].Step; idx[k] < box[k].Hi {
			return true
		}
		idx[k] = box[k].Lo
	}
	return false
}

// Ordinal returns the position of a grid index in the set, or -1 if it is not
// in it.
func Ordinal(g ir.Grid, s ir.Set, idx []int64) int64 {
	if s.IDs != nil {
		lin := uint32(Ravel(g, idx))
		n := sort.Search(len(s.IDs), func(i int) bool { return s.IDs[i] >= lin })
		if n < len(s.IDs) && s.IDs[n] == lin {
			return int64(n)
		}
		return -1
	}
	if s.Box == nil {
		return Ravel(g, idx)
	}
	ord := int64(0)
	for k, r := range s.Box {
		if idx[k] < r.Lo || idx[k] >= r.Hi || (idx[k]-r.Lo)%r.Step != 0 {
			return -1
		}
		ord = ord*r.Len() + (idx[k]-r.Lo)/r.Step
	}
	return ord
}

// At returns the value of an affine form at a grid index.
func At(a *ir.Affine, idx []int64) int64 {
	v := a.Base
	for k, c := range a.Coef {
		if c != 0 {
			v += c * idx[k]
		}
	}
	return v
}

// AppendReads appends to dst the linear indices, in the grid read, that a task
// reads through the access: the task at grid index idx, at position ord of its
// case's set.
func AppendReads(dst []int64, a *ir.Access, of ir.Grid, ord int64, idx []int64) []int64 {
	if t := a.Table; t != nil {
		lo, hi := ord, ord+1
		if t.Offsets != nil {
			lo, hi = int64(t.Offsets[ord]), int64(t.Offsets[ord+1])
		}
		for _, id := range t.IDs[lo:hi] {
			dst = append(dst, int64(id))
		}
		return dst
	}
	return appendAxes(dst, a.Axes, of, 0, idx)
}

func appendAxes(dst []int64, axes []ir.AxisAccess, of ir.Grid, lin int64, idx []int64) []int64 {
	for k := range axes {
		x := &axes[k]
		v := At(&x.Start, idx)
		if !x.List {
			lin = lin*of[k].N + v
			continue
		}
		for n := At(&x.Count, idx); n > 0; n-- {
			dst = appendAxes(dst, axes[k+1:], of[k+1:], lin*of[k].N+v, idx)
			v += x.Step
		}
		return dst
	}
	return append(dst, lin)
}

// Valid says whether every value that the task at idx reads through an access
// of axes exists. Tables are checked by ir.Verify.
func Valid(a *ir.Access, of ir.Grid, idx []int64) bool {
	for k := range a.Axes {
		x := &a.Axes[k]
		lo := At(&x.Start, idx)
		hi := lo
		if x.List {
			n := At(&x.Count, idx)
			if n <= 0 {
				continue
			}
			hi = lo + (n-1)*x.Step
		}
		if min(lo, hi) < 0 || max(lo, hi) >= of[k].N {
			return false
		}
	}
	return true
}

// ParamInt returns the value of an integer param for the task at idx, at
// position ord of its case's set.
func ParamInt(p *ir.Param, ord int64, idx []int64) int64 {
	if p.Affine != nil {
		return At(p.Affine, idx)
	}
	return p.Ints[ord]
}

// KeyOf returns the key of the task at a grid index.
func KeyOf(l *ir.Layer, idx []int64) ir.Key {
	if l.Keys != nil {
		return l.Keys[Ravel(l.Grid, idx)]
	}
	k := ir.Key{Name: l.Name}
	for _, v := range idx {
		k.Index = append(k.Index, ir.KeyPart{Int: v})
	}
	return k
}
