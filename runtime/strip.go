package runtime

import (
	"sync"
	"unsafe"
)

// StripLen is the number of elements that a fused loop works on at a time: few
// enough that its operands and temporaries stay in the first-level cache.
const StripLen = 1024

// shortRow is the length below which rows are not worth a strip of their own.
const shortRow = 128

// RowStrip returns the length of strips for a loop that reads parts of blocks:
// at most StripLen, and such that no strip has elements of two rows, if rows can
// be cut so. A strip of a part then stands in one piece in its block.
func RowStrip(shape []int) int {
	if len(shape) == 0 {
		return StripLen
	}
	row := shape[len(shape)-1]
	for parts := (row + StripLen - 1) / StripLen; parts > 0 && row/parts >= shortRow; parts++ {
		if row%parts == 0 {
			return row / parts
		}
	}
	return StripLen
}

// LongStrip returns the length of strips for a loop over n elements that makes
// one call for each strip, of readers with these runs: such that all strips
// stand in one piece, if there is a length for that, else length. Where a reader
// has no run, it is at most length.
func LongStrip(length, n int, runs ...int) int {
	long, most := n, n
	for _, run := range runs {
		switch {
		case run == 0:
			most = min(most, length)
		case long%run == 0:
			long = run
		case run%long != 0:
			return length
		}
	}
	if long <= most {
		most = long
	}
	if most < shortRow {
		return length
	}
	for parts := (long + most - 1) / most; long/parts >= shortRow; parts++ {
		if long%parts == 0 {
			return long / parts
		}
	}
	return length
}

// scratchLen is the number of elements of a pooled scratch: a Reader uses
// twice StripLen.
const scratchLen = 2 * StripLen

// scratches holds scratch memory by the size of its elements: 1, 2, 4, 8, 16.
var scratches [17]sync.Pool

// Scratch returns StripLen elements of undefined content for a kernel's
// temporaries. FreeScratch gives them back.
func Scratch[T Elem](_ *Task) []T { return newScratch[T]()[:StripLen:StripLen] }

// FreeScratch gives back what Scratch returned.
func FreeScratch[T Elem](_ *Task, s []T) { freeScratch(s) }

func newScratch[T Elem]() []T {
	size := unsafe.Sizeof(*new(T))
	p, ok := scratches[size].Get().(*uint64)
	if !ok {
		p = unsafe.SliceData(make([]uint64, scratchLen*size/8))
	}
	return unsafe.Slice((*T)(unsafe.Pointer(p)), scratchLen)
}

func freeScratch[T Elem](s []T) {
	if s != nil {
		scratches[unsafe.Sizeof(s[0])].Put((*uint64)(unsafe.Pointer(unsafe.SliceData(s))))
	}
}

// A Reader reads a block, broadcast to a shape, in C order, a strip at a time.
// It belongs to one goroutine.
type Reader[T Elem] struct {
	data    []T // the block's elements in order, when they stand so
	scratch []T // what is not
	period  int // when not 0: scratch repeats its first period elements
	src     []T // where gathering reads
	walked      // the axes of the shape
	heldPos int // when held > 0: the scratch begins with so many copies of the element there
	held    int
	next    int // the flat index that follows the last strip
	pos     int // its position in src
	tile
	tiles *Block[T] // see tile
}

// An axis is one axis of a gather: its length, its stride in the source and
// the index reached.
type axis struct{ n, stride, i int }

// walked is the axes of a walk, those that are one walk merged; the last is the
// fastest. The usual ones are part of the reader, so that it needs no memory.
type walked struct {
	rank int
	few  [4]axis
	many []axis // instead, when there are more
}

func (w *walked) axes() []axis {
	if w.many != nil {
		return w.many
	}
	return w.few[:w.rank]
}

func (w *walked) setAxes(axes []axis) {
	if len(axes) > len(w.few) {
		w.many = append([]axis(nil), axes...)
		return
	}
	w.rank = copy(w.few[:], axes)
}

// Reader returns a reader of b broadcast to shape, which must be the result of
// Broadcast of b.Shape with others. Close it when done.
func (b *Block[T]) Reader(t *Task, shape []int) Reader[T] {
	var buf [8]axis
	axes := b.walk(buf[:0], shape)
	r := Reader[T]{src: b.Data, pos: b.Offset}
	switch {
	case len(axes) == 1 && axes[0].stride == 1:
		r.data = b.Data[b.Offset : b.Offset+axes[0].n]
	case len(axes) > 0 && axes[0].stride == 0 && inner(axes[1:]) <= StripLen:
		r.repeat(axes[1:])
	default:
		r.setAxes(axes)
		r.setTile(t)
	}
	return r
}

// walk appends the axes along which b broadcast to shape is read in C order:
// none if it is empty; neighbours that are one walk are merged.
func (b *Block[T]) walk(axes []axis, shape []int) []axis {
	skip := len(shape) - len(b.Shape)
	for k, n := range shape {
		stride := 0
		if k >= skip && b.Shape[k-skip] != 1 {
			stride = b.Strides[k-skip]
		}
		switch last := len(axes) - 1; {
		case n == 0:
			return axes[:0]
		case n == 1:
		case last >= 0 && axes[last].stride == n*stride:
			axes[last] = axis{n: axes[last].n * n, stride: stride}
		default:
			axes = append(axes, axis{n: n, stride: stride})
		}
	}
	if len(axes) == 0 {
		axes = append(axes, axis{n: 1, stride: 1})
	}
	return axes
}

// inner returns the number of elements of a walk, at most StripLen+1.
func inner(axes []axis) int {
	n := 1
	for i := range axes {
		if n *= axes[i].n; n > StripLen {
			return StripLen + 1
		}
	}
	return n
}

// repeat fills the scratch with the elements of a walk, over and over.
func (r *Reader[T]) repeat(axes []axis) {
	r.period = inner(axes)
	r.scratch = newScratch[T]()
	r.setAxes(axes)
	if len(axes) == 0 {
		r.scratch[0] = r.src[r.pos]
	} else {
		r.gather(r.scratch[:r.period])
	}
	for n := r.period; n < scratchLen; n *= 2 {
		copy(r.scratch[n:], r.scratch[:n])
	}
}

// Strip returns the n elements from flat index lo, n at most StripLen unless
// they are of one run. The elements are only valid until the next call,
// and must not be written to. Reading strip after strip is the fast path.
func (r *Reader[T]) Strip(lo, n int) []T {
	if r.data != nil {
		return r.data[lo : lo+n : lo+n]
	}
	if n == 0 {
		return nil
	}
	if r.period > 0 {
		lo %= r.period
		return r.scratch[lo : lo+n : lo+n]
	}
	if lo != r.next {
		r.seek(lo)
	}
	r.next = lo + n
	if a := &r.axes()[len(r.axes())-1]; a.stride == 1 && a.i+n <= a.n {
		s := r.src[r.pos : r.pos+n : r.pos+n]
		r.advance(len(r.axes())-1, n)
		return s
	}
	if r.tileLen > 0 {
		if s := r.tileStrip(&r.axes()[len(r.axes())-1], n); len(s) == n {
			r.advanceRows(n)
			return s[:n:n]
		}
	}
	if r.scratch == nil {
		r.scratch = newScratch[T]()
	}
	s := r.scratch[:n]
	if a := &r.axes()[len(r.axes())-1]; a.stride == 0 && a.i+n <= a.n {
		r.hold(n)
		return s
	}
	r.held = 0
	r.gather(s)
	return s
}

// Run returns how many elements stand in one piece each time, from the first one
// on: all if the block does, a row if its last axis does, 0 if strips are put
// together. A strip of a run may have any length.
func (r *Reader[T]) Run() int {
	if r.data != nil {
		return len(r.data)
	}
	if r.period > 0 || r.rank == 0 && r.many == nil {
		return 0
	}
	if a := r.axes()[len(r.axes())-1]; a.stride == 1 {
		return a.n
	}
	return 0
}

// hold fills the scratch with the next n elements, which are all the same: a
// part of a row of a block of one column. Strip after strip of a long row
// finds it filled.
func (r *Reader[T]) hold(n int) {
	if r.heldPos != r.pos || r.held < n {
		spread(r.scratch[:n], r.src[r.pos])
		r.heldPos, r.held = r.pos, n
	}
	r.advance(len(r.axes())-1, n)
}

// spread sets all elements to v. Most are copied, at the speed of memory moves.
func spread[T any](out []T, v T) {
	const first = 32
	for i := range out[:min(first, len(out))] {
		out[i] = v
	}
	for n := first; n < len(out); n *= 2 {
		copy(out[n:], out[:n])
	}
}

// seek moves to a flat index.
func (r *Reader[T]) seek(lo int) {
	for k := len(r.axes()) - 1; k >= 0; k-- {
		a := &r.axes()[k]
		i := lo % a.n
		lo /= a.n
		r.pos += (i - a.i) * a.stride
		a.i = i
	}
}

// gather reads the next len(out) elements.
func (r *Reader[T]) gather(out []T) {
	k := len(r.axes()) - 1
	a := &r.axes()[k]
	for len(out) > 0 {
		if a.n <= shortRun && a.i == 0 && k > 0 && len(out) >= a.n {
			o := &r.axes()[k-1]
			rows := min(len(out)/a.n, o.n-o.i)
			copyRows(out[:rows*a.n], r.src, r.pos, o.stride, a.stride, a.n)
			r.advance(k-1, rows)
			out = out[rows*a.n:]
			continue
		}
		if r.tileLen > 0 {
			n := copy(out, r.tileStrip(a, len(out)))
			r.advanceRows(n)
			out = out[n:]
			continue
		}
		n := min(len(out), a.n-a.i)
		copyRun(out[:n], r.src, r.pos, a.stride)
		r.advance(k, n)
		out = out[n:]
	}
}

// shortRun is the length of the last axis up to which rows are copied in one
// loop, not one by one.
const shortRun = 16

// copyRows reads rows of n elements: rows stand outer apart, their elements
// inner apart.
func copyRows[T Elem](out, src []T, pos, outer, inner, n int) {
	for len(out) >= n {
		p := pos
		for i := range out[:n] {
			out[i] = src[p]
			p += inner
		}
		out = out[n:]
		pos += outer
	}
}

// copyRun reads elements that stand a stride apart.
func copyRun[T Elem](out, src []T, pos, stride int) {
	switch stride {
	case 0:
		spread(out, src[pos])
	case 1:
		copy(out, src[pos:pos+len(out)])
	default:
		for i := range out {
			out[i] = src[pos]
			pos += stride
		}
	}
}

// advance moves n steps on along axis k, which do not go beyond its end; the
// axes after it are at their start.
func (r *Reader[T]) advance(k, n int) {
	a := &r.axes()[k]
	a.i += n
	r.pos += n * a.stride
	for a.i == a.n {
		r.pos -= a.n * a.stride
		a.i = 0
		if k--; k < 0 {
			return
		}
		a = &r.axes()[k]
		a.i++
		r.pos += a.stride
	}
}

// Close gives back what the reader holds. It may be used no more.
func (r *Reader[T]) Close() {
	freeScratch(r.scratch)
	r.tiles.Release()
	*r = Reader[T]{}
}
