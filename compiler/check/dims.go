package check

import (
	"fmt"

	"github.com/daskgen/daskgen/ir"
)

// coarsen merges the classes of an axis which select the same types, whatever
// the other axes' classes.
func (f *layerInfo) coarsen() {
	for k := range f.part.axes {
		f.coarsenAxis(k)
	}
}

func (f *layerInfo) coarsenAxis(k int) {
	a := f.part.axes[k]
	n := len(a.rep)
	if n < 2 {
		return
	}
	inner := 1
	for _, b := range f.part.axes[k+1:] {
		inner *= len(b.rep)
	}
	to := f.equalSlabs(n, inner)
	kept := make([]int32, n) // old class to new
	var rep []int64
	for old := range n {
		if to[old] == old {
			kept[old] = int32(len(rep))
			rep = append(rep, a.rep[old])
		} else {
			kept[old] = kept[to[old]]
		}
	}
	if len(rep) == n {
		return
	}
	var types []typeID
	for lo := 0; lo < len(f.types); lo += inner {
		if c := lo / inner % n; to[c] == c {
			types = append(types, f.types[lo:lo+inner]...)
		}
	}
	for i, c := range a.of {
		a.of[i] = kept[c]
	}
	a.rep, f.types = rep, types
}

// equalSlabs returns for each of the n classes of an axis the first class with
// equal types; inner is the number of slots below the axis.
func (f *layerInfo) equalSlabs(n, inner int) []int {
	to := make([]int, n)
	first := map[uint64][]int{}
next:
	for c := range n {
		h := f.slabHash(c, n, inner)
		for _, d := range first[h] {
			if f.slabsEqual(c, d, n, inner) {
				to[c] = d
				continue next
			}
		}
		to[c] = c
		first[h] = append(first[h], c)
	}
	return to
}

// slabHash is FNV-1a over the types of class c.
func (f *layerInfo) slabHash(c, n, inner int) uint64 {
	h := uint64(14695981039346656037)
	for lo := c * inner; lo < len(f.types); lo += n * inner {
		for _, t := range f.types[lo : lo+inner] {
			h = (h ^ uint64(t)) * 1099511628211
		}
	}
	return h
}

func (f *layerInfo) slabsEqual(c, d, n, inner int) bool {
	for lo := 0; lo < len(f.types); lo += n * inner {
		for i := range inner {
			if f.types[lo+c*inner+i] != f.types[lo+d*inner+i] {
				return false
			}
		}
	}
	return true
}

// dims says how the lengths of a layer's blocks depend on the grid index.
func (c *checker) dims(f *layerInfo, rank int) []ir.Dim {
	dims := make([]ir.Dim, rank)
	for d := range dims {
		dims[d] = c.dim(f, d)
	}
	return dims
}

// dim looks for one grid axis which alone selects the length of block axis d;
// the axis of the same number first, as that is how blocks form an array.
func (c *checker) dim(f *layerInfo, d int) ir.Dim {
	order := make([]int, 0, len(f.part.axes)+1)
	order = append(order, -1)
	if d < len(f.part.axes) {
		order = append(order, d)
	}
	for k := range f.part.axes {
		if k != d {
			order = append(order, k)
		}
	}
	for _, k := range order {
		if sizes := c.sizesAlong(f, d, k); sizes != nil {
			return ir.Dim{Axis: k, Sizes: sizes}
		}
	}
	return ir.Dim{Axis: -1}
}

// sizesAlong returns the length of block axis d for each index of grid axis k
// (the one length for k = -1), or nil if it depends on something else or is
// not known.
func (c *checker) sizesAlong(f *layerInfo, d, k int) []int64 {
	classes, inner := 1, len(f.types)
	if k >= 0 {
		classes, inner = len(f.part.axes[k].rep), 1
		for _, a := range f.part.axes[k+1:] {
			inner *= len(a.rep)
		}
	}
	size := make([]int64, classes)
	for i := range size {
		size[i] = -1
	}
	for slot, id := range f.types {
		if id < firstID {
			continue
		}
		n, s := c.types.get(id).Shape[d], &size[slot/inner%classes]
		if n < 0 || *s >= 0 && *s != n {
			return nil
		}
		*s = n
	}
	if k < 0 {
		return size
	}
	of := f.part.axes[k].of
	sizes := make([]int64, len(of))
	for i, cl := range of {
		sizes[i] = size[cl]
	}
	return sizes
}

// Chunks returns the sizes of a layer's blocks along each axis of the array
// that they form; an axis is nil when its sizes are only known at run time.
// The error says why the blocks form no array. It reads what Check has set.
func Chunks(l *ir.Layer) ([][]int64, error) {
	if l.Type == nil || l.Type.Kind != ir.TypeBlock {
		return nil, fmt.Errorf("the values of layer %q are no blocks, but of type %s", l.Name, l.Type)
	}
	if l.Type.Rank() != len(l.Grid) {
		return nil, fmt.Errorf("layer %q has a grid of rank %d and blocks of rank %d", l.Name, len(l.Grid), l.Type.Rank())
	}
	chunks := make([][]int64, len(l.Grid))
	for d, dim := range l.Dims {
		switch {
		case dim.Sizes == nil:
		case dim.Axis == d:
			chunks[d] = dim.Sizes
		case dim.Axis < 0:
			chunks[d] = make([]int64, l.Grid[d].N)
			for i := range chunks[d] {
				chunks[d][i] = dim.Sizes[0]
			}
		default:
			return nil, fmt.Errorf("the length of axis %d of the blocks of layer %q changes along grid axis %d", d, l.Name, dim.Axis)
		}
	}
	return chunks, nil
}
