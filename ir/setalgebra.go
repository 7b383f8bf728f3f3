package ir

// FitSet returns the set of these ascending linear indices: as a box if they form
// one, else as they are.
func FitSet(g Grid, ids []uint32) Set {
	if len(ids) == 0 {
		return Set{IDs: []uint32{}}
	}
	if box := hull(g, ids); box != nil {
		return Set{Box: box}
	}
	return Set{IDs: ids}
}

// hull returns the box of ranges that holds exactly the ids, or nil.
func hull(g Grid, ids []uint32) []Range {
	box := make([]Range, len(g))
	n := int64(1)
	for k := range g {
		r, ok := progression(g, ids, k)
		if !ok {
			return nil
		}
		box[k] = r
		n *= r.Len()
	}
	if n != int64(len(ids)) {
		return nil
	}
	return box
}

// progression returns the indices along axis k of the ids as a range.
func progression(g Grid, ids []uint32, k int) (Range, bool) {
	seen := make([]bool, g[k].N)
	stride := int64(1)
	for _, e := range g[k+1:] {
		stride *= e.N
	}
	for _, id := range ids {
		seen[int64(id)/stride%g[k].N] = true
	}
	var at []int64
	for i, s := range seen {
		if s {
			at = append(at, int64(i))
		}
	}
	return fitRange(at)
}

// fitRange returns ascending integers as a range.
func fitRange(at []int64) (Range, bool) {
	step := int64(1)
	if len(at) > 1 {
		step = at[1] - at[0]
	}
	for i := 1; i < len(at); i++ {
		if at[i]-at[i-1] != step {
			return Range{}, false
		}
	}
	return Range{Lo: at[0], Hi: at[len(at)-1] + 1, Step: step}, true
}

// Intersect returns the indices that are in both sets. It is an empty list
// when there are none.
func (a Set) Intersect(g Grid, b Set) Set {
	switch {
	case a.All():
		return b
	case b.All():
		return a
	case a.IDs == nil && b.IDs == nil:
		return intersectBoxes(a.Box, b.Box)
	case a.IDs == nil:
		a, b = b, a
	}
	var ids []uint32
	for _, id := range a.IDs {
		if _, ok := b.Ordinal(g, int64(id)); ok {
			ids = append(ids, id)
		}
	}
	return FitSet(g, ids)
}

func intersectBoxes(a, b []Range) Set {
	box := make([]Range, len(a))
	for k := range a {
		r, ok := intersectRanges(a[k], b[k])
		if !ok {
			return Set{IDs: []uint32{}}
		}
		box[k] = r
	}
	return Set{Box: box}
}

// intersectRanges returns the common indices, which form a range: two
// arithmetic progressions meet in one.
func intersectRanges(a, b Range) (Range, bool) {
	if a.Len() > b.Len() {
		a, b = b, a
	}
	var at []int64
	for i := a.Lo; i < a.Hi; i += a.Step {
		if i >= b.Lo && i < b.Hi && (i-b.Lo)%b.Step == 0 {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return Range{}, false
	}
	return fitRange(at)
}
