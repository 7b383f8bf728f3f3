package kernel

import (
	"fmt"
	"slices"

	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/runtime/vector"
)

// An Index is one element of an indexing expression. Make it with At, All,
// From, To, Range, By, Newaxis, Take, TakeAt or Mask.
type Index struct {
	kind         indexKind
	lo, hi, step int
	noLo, noHi   bool
	first        bool
	list         []int
}

type indexKind uint8

const (
	indexSlice indexKind = iota
	indexAt
	indexNewaxis
	indexList
	indexMask
)

// At is the integer index i, which removes its axis.
func At(i int) Index { return Index{kind: indexAt, lo: i} }

// All is the slice ":".
func All() Index { return Index{step: 1, noLo: true, noHi: true} }

// From is the slice "lo:".
func From(lo int) Index { return Index{lo: lo, step: 1, noHi: true} }

// To is the slice ":hi".
func To(hi int) Index { return Index{hi: hi, step: 1, noLo: true} }

// Range is the slice "lo:hi".
func Range(lo, hi int) Index { return Index{lo: lo, hi: hi, step: 1} }

// By is slice x with a step, which may be negative but not 0.
func By(step int, x Index) Index {
	x.step = step
	return x
}

// Newaxis inserts an axis of length 1.
func Newaxis() Index { return Index{kind: indexNewaxis} }

// Take selects the elements is along its axis.
func Take(is ...int) Index { return Index{kind: indexList, list: is} }

// TakeInts selects the elements at integers that tasks computed.
func TakeInts(list []int64) Index {
	is := make([]int, len(list))
	for i, v := range list {
		is[i] = Int(v)
	}
	return Take(is...)
}

// TakeBlocks selects the elements at the integers that blocks of rank 0 hold.
func TakeBlocks[I Integer](list []*rt.Block[I]) Index {
	is := make([]int, len(list))
	for i, b := range list {
		is[i] = IntOf(b)
	}
	return Take(is...)
}

// TakeAt selects along its axis by a block of rank 1 or 0.
func TakeAt[I Integer](x *rt.Block[I]) Index {
	if x.Rank() == 0 {
		return At(int(x.At()))
	}
	r := x.Reader(nil, x.Shape)
	defer r.Close()
	is := make([]int, 0, x.Size())
	for lo := 0; lo < x.Size(); lo += rt.StripLen {
		for _, v := range r.Strip(lo, min(rt.StripLen, x.Size()-lo)) {
			is = append(is, int(v))
		}
	}
	return Take(is...)
}

// Mask selects the elements along its axis at which x, of rank 1, is true.
func Mask(x *rt.Block[bool]) Index {
	var is []int
	for i := range x.Size() {
		if x.At(i) {
			is = append(is, i)
		}
	}
	return Index{kind: indexMask, list: is, hi: x.Size()}
}

// First makes the axis of a list the first of the result, where NumPy puts it
// when an integer and the list are apart.
func First(x Index) Index {
	x.first = true
	return x
}

// GetItem indexes x as NumPy does, with one Index per axis of x (Newaxis stands
// for none). Without lists the result is a view; with one list, which may
// stand anywhere, it is a copy. Indices and list elements out of bounds are
// errors; negative ones count from the end. The list's axis stays in its place
// unless First says otherwise.
func GetItem[T rt.Elem](t *rt.Task, x *rt.Block[T], index ...Index) (*rt.Block[T], error) {
	v, err := newView(x.Shape, x.Strides, x.Offset, index)
	if err != nil {
		return nil, err
	}
	return selected(t, x, v)
}

// A Filler makes the elements of a block in order; see the sources.
type Filler[T rt.Elem, S any] interface {
	*S
	Fill(dst []T)
}

// GetItemOf is GetItem of the block of a shape that a source makes. No element
// behind the last one that is needed is made.
func GetItemOf[T rt.Elem, S any, P Filler[T, S]](t *rt.Task, source S, shape []int, index ...Index) (*rt.Block[T], error) {
	v, err := newView(shape, denseStrides(shape), 0, index)
	if err != nil {
		return nil, err
	}
	x := rt.Alloc[T](t, []int{v.end()})
	defer x.Release()
	for d := x.Data; len(d) > 0; {
		n := min(len(d), rt.StripLen)
		P(&source).Fill(d[:n])
		d = d[n:]
	}
	return selected(t, x, v)
}

func denseStrides(shape []int) []int {
	strides := make([]int, len(shape))
	n := 1
	for k := len(shape) - 1; k >= 0; k-- {
		strides[k] = n
		n *= shape[k]
	}
	return strides
}

// newView applies an index to strided elements.
func newView(shape, strides []int, offset int, index []Index) (*view, error) {
	v := &view{offset: offset, shape: make([]int, 0, len(index)), strides: make([]int, 0, len(index)), list: -1}
	axis := 0
	for i := range index {
		if index[i].kind == indexNewaxis {
			v.add(1, 0)
			continue
		}
		if axis == len(shape) {
			return nil, fmt.Errorf("too many indices: the array has rank %d", len(shape))
		}
		if err := v.index(&index[i], axis, shape[axis], strides[axis]); err != nil {
			return nil, err
		}
		axis++
	}
	for ; axis < len(shape); axis++ {
		v.add(shape[axis], strides[axis])
	}
	if v.first {
		v.moveList()
	}
	return v, nil
}

// selected returns what a view selects of x: a view, or with a list a copy.
func selected[T rt.Elem](t *rt.Task, x *rt.Block[T], v *view) (*rt.Block[T], error) {
	if v.list < 0 {
		return x.View(v.shape, v.strides, v.offset), nil
	}
	return gather(t, x, v)
}

// end returns the position behind the last element that the view selects.
func (v *view) end() int {
	last := v.offset
	for k, n := range v.shape {
		switch {
		case n == 0:
			return 0
		case k == v.list:
			last += slices.Max(v.at) * v.strides[k]
		default:
			last += max(0, (n-1)*v.strides[k])
		}
	}
	return last + 1
}

// view is the part of a block that an index selects.
type view struct {
	offset         int
	shape, strides []int
	list           int   // position in shape of the axis that is selected by a list, or -1
	at             []int // that list, without negative elements
	first          bool  // its axis becomes the first
}

// moveList makes the list's axis the first.
func (v *view) moveList() {
	for _, s := range []*[]int{&v.shape, &v.strides} {
		n := (*s)[v.list]
		*s = slices.Insert(slices.Delete(*s, v.list, v.list+1), 0, n)
	}
	v.list = 0
}

func (v *view) add(n, stride int) {
	v.shape, v.strides = append(v.shape, n), append(v.strides, stride)
}

// index applies one index to an axis of length n.
func (v *view) index(ix *Index, axis, n, stride int) error {
	switch ix.kind {
	case indexAt:
		i, err := inBounds(ix.lo, axis, n)
		v.offset += i * stride
		return err
	case indexSlice:
		lo, count := ix.bounds(n)
		if count > 0 {
			v.offset += lo * stride
		}
		v.add(count, stride*ix.step)
		return nil
	}
	if ix.kind == indexMask && ix.hi != n {
		return fmt.Errorf("boolean index of length %d does not match axis %d of length %d", ix.hi, axis, n)
	}
	v.list, v.at, v.first = len(v.shape), make([]int, len(ix.list)), ix.first
	for k, i := range ix.list {
		var err error
		if v.at[k], err = inBounds(i, axis, n); err != nil {
			return err
		}
	}
	v.add(len(ix.list), stride)
	return nil
}

// inBounds returns i counted from the start of an axis of length n.
func inBounds(i, axis, n int) (int, error) {
	if i < -n || i >= n {
		return 0, fmt.Errorf("index %d is out of bounds for axis %d with size %d", i, axis, n)
	}
	if i < 0 {
		i += n
	}
	return i, nil
}

// bounds returns the first element and the number of elements that a slice
// selects of n, by Python's rules.
func (ix *Index) bounds(n int) (lo, count int) {
	lo, hi := clip(ix.lo, n, ix.step), clip(ix.hi, n, ix.step)
	if ix.step > 0 {
		if ix.noLo {
			lo = 0
		}
		if ix.noHi {
			hi = n
		}
		return lo, max(0, (hi-lo+ix.step-1)/ix.step)
	}
	if ix.noLo {
		lo = n - 1
	}
	if ix.noHi {
		hi = -1
	}
	return lo, max(0, (lo-hi-ix.step-1)/-ix.step)
}

// clip returns the bound i of a slice of n elements counted from the start,
// and within it.
func clip(i, n, step int) int {
	if i < 0 {
		i += n
	}
	if step > 0 {
		return min(max(i, 0), n)
	}
	return min(max(i, -1), n-1)
}

// gather copies what v selects.
func gather[T rt.Elem](t *rt.Task, x *rt.Block[T], v *view) (*rt.Block[T], error) {
	out := rt.Alloc[T](t, v.shape)
	shape := append([]int(nil), v.shape...)
	shape[v.list] = 1
	part := *out
	part.Shape = shape
	for k, i := range v.at {
		part.Offset = out.Offset + k*out.Strides[v.list]
		copyInto(x, shape, v.strides, v.offset+i*v.strides[v.list], &part)
	}
	return out, nil
}

// copyInto copies the elements of x at a shape, strides and offset to dst,
// which has that shape.
func copyInto[T rt.Elem](x *rt.Block[T], shape, strides []int, offset int, dst *rt.Block[T]) {
	if len(shape) == 0 {
		dst.Data[dst.Offset] = x.Data[offset]
		return
	}
	copyAxes(dst.Data, dst.Strides, dst.Offset, x.Data, strides, offset, shape)
}

// copyAxes copies between strided memory; the last axis is the inner loop. If
// two axes are left, one of which is contiguous in the source and the other in
// the destination, this is a transpose.
func copyAxes[T rt.Elem](dst []T, ds []int, d int, src []T, ss []int, s int, shape []int) {
	n := shape[0]
	switch {
	case len(shape) == 2 && ds[1] == 1 && ss[0] == 1 && ss[1] != 1 && n > 1 && ds[0] > 0:
		vector.Transpose(dst[d:], ds[0], src, s, ss[1], shape[1], n)
		return
	case len(shape) == 2 && ds[0] == 1 && ss[1] == 1 && ds[1] != 1 && shape[1] > 1 && ds[1] > 0:
		vector.Transpose(dst[d:], ds[1], src, s, ss[0], n, shape[1])
		return
	}
	if len(shape) > 1 {
		for range n {
			copyAxes(dst, ds[1:], d, src, ss[1:], s, shape[1:])
			d, s = d+ds[0], s+ss[0]
		}
		return
	}
	if n == 0 {
		return
	}
	if ds[0] == 1 && ss[0] == 1 {
		copy(dst[d:d+n], src[s:s+n])
		return
	}
	for range n {
		dst[d] = src[s]
		d, s = d+ds[0], s+ss[0]
	}
}

// TakeFlat indexes the elements of x in C order.
func TakeFlat[T rt.Elem](t *rt.Task, x *rt.Block[T], index Index) (*rt.Block[T], error) {
	flat, err := Reshape(t, x, []int{-1})
	if err != nil {
		return nil, err
	}
	defer flat.Release()
	return GetItem(t, flat, index)
}

// Compress returns the elements of x, in C order, at which mask, of the same
// shape, is true.
func Compress[T rt.Elem](t *rt.Task, x *rt.Block[T], mask *rt.Block[bool]) (*rt.Block[T], error) {
	if !slices.Equal(x.Shape, mask.Shape) {
		return nil, fmt.Errorf("boolean index of shape %v does not match %v", mask.Shape, x.Shape)
	}
	n := 0
	each(t, mask, func(_ int, m []bool) {
		for _, b := range m {
			n += int(one(b))
		}
	})
	out := rt.Alloc[T](t, []int{n})
	r := x.Reader(t, x.Shape)
	defer r.Close()
	d := out.Data[:0]
	each(t, mask, func(lo int, m []bool) {
		for i, v := range r.Strip(lo, len(m)) {
			if m[i] {
				d = append(d, v)
			}
		}
	})
	return out, nil
}

// each calls f with the strips of x, in C order.
func each[T rt.Elem](t *rt.Task, x *rt.Block[T], f func(lo int, strip []T)) {
	r := x.Reader(t, x.Shape)
	defer r.Close()
	n := x.Size()
	for lo := 0; lo < n; lo += rt.StripLen {
		f(lo, r.Strip(lo, min(rt.StripLen, n-lo)))
	}
}
