package ir

// AppendReads appends to ids the linear indices, in the grid read, that a task
// reads through the access: the task at a grid index, at position ord of its
// case's set. An access that is no list gives one.
func (a *Access) AppendReads(ids []int64, of Grid, ord int64, index []int64) []int64 {
	t := a.Table
	if t == nil {
		return appendAxes(ids, a.Axes, of, 0, index)
	}
	lo, hi := ord, ord+1
	if t.Offsets != nil {
		lo, hi = int64(t.Offsets[ord]), int64(t.Offsets[ord+1])
	}
	for _, id := range t.IDs[lo:hi] {
		ids = append(ids, int64(id))
	}
	return ids
}

// appendAxes appends what axes select, in C order; prefix is the linear index
// along the axes before them.
func appendAxes(ids []int64, axes []AxisAccess, of Grid, prefix int64, index []int64) []int64 {
	for k := range axes {
		x := &axes[k]
		at := x.Start.At(index)
		if !x.List {
			prefix = prefix*of[k].N + at
			continue
		}
		for n := x.Count.At(index); n > 0; n-- {
			ids = appendAxes(ids, axes[k+1:], of[k+1:], prefix*of[k].N+at, index)
			at += x.Step
		}
		return ids
	}
	return append(ids, prefix)
}

// Valid says whether every value that the task at a grid index reads through
// an access of axes exists. Verify has checked the tables.
func (a *Access) Valid(of Grid, index []int64) bool {
	for k := range a.Axes {
		x := &a.Axes[k]
		lo := x.Start.At(index)
		hi := lo
		if x.List {
			n := x.Count.At(index)
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

// IntAt returns the value of an integer param for the task at a grid index, at
// position ord of its case's set.
func (p *Param) IntAt(ord int64, index []int64) int64 {
	if p.Affine != nil {
		return p.Affine.At(index)
	}
	return p.Ints[ord]
}
