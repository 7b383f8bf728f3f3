package runtime

import (
	"slices"
	"sync/atomic"
	"unsafe"
)

// alignment of buffers: a cache line, and the widest vector.
const alignment = 64

// A buffer is the memory of one or more blocks. It is handed out with one
// reference, and goes back to the pool of its run with the last. A buffer
// without bytes only counts the views of memory that is not the run's.
//
// It comes with the headers of its first blocks, so that a buffer from the pool
// is a block without another allocation.
type buffer struct {
	refs  atomic.Int32
	used  atomic.Int32 // headers in use
	class int32        // noClass: without bytes
	mem   *memory
	bytes []byte // all of the class's size, aligned
	heads [3]header
	pages *resident // when not nil: what is viewed lies there,
	span  int64     // so many bytes
}

// A header is a block, of any element type, with room for its shape and strides.
type header struct {
	block Block[byte]
	dims  [2 * inlineRank]int
}

// headBlock returns the block of a header as one of elements T. Blocks of all
// element types are alike in memory.
func headBlock[T Elem](h *header) *Block[T] { return (*Block[T])(unsafe.Pointer(&h.block)) }

// blockIn returns a block of that rank in the buffer, for which the caller has
// a reference.
func blockIn[T Elem](b *buffer, rank int) *Block[T] {
	n := int(b.used.Add(1)) - 1
	if rank > inlineRank || n >= len(b.heads) {
		v := newBlock[T](rank)
		v.buf = b
		return v
	}
	h := &b.heads[n]
	v := headBlock[T](h)
	v.Offset, v.buf = 0, b
	v.Shape, v.Strides = h.dims[:rank:rank], h.dims[inlineRank:inlineRank+rank:inlineRank+rank]
	return v
}

// takeOver returns a block over the buffer of another one, its only user. That
// one keeps its header until it is released.
func takeOver[T Elem](c *Block[T], shape []int) *Block[T] {
	buf, next := c.buf, int32(0)
	buf.retain()
	buf.used.Store(0)
	for i := range buf.heads {
		if headBlock[T](&buf.heads[i]) == c {
			next = int32(i) + 1
		}
	}
	if next == 1 {
		buf.used.Store(1)
	}
	b := blockIn[T](buf, len(shape))
	buf.used.Store(max(next, buf.used.Load()))
	b.setDense(c.Data[c.Offset:c.Offset+c.Size()], shape)
	return b
}

// newBuffer takes a buffer of at least n bytes from the pool, or makes one.
// Its content is undefined.
func (m *memory) newBuffer(n int) *buffer {
	class, size := classOf(n)
	m.allocs.Add(1)
	b := m.pool[class].pop()
	if b != nil {
		m.reused.Add(1)
		m.idle.Add(-int64(size))
	} else {
		m.makeRoom(int64(size))
		b = &buffer{class: int32(class), mem: m, bytes: alignedBytes(size)}
	}
	b.refs.Store(1)
	b.used.Store(0)
	m.grow(int64(size))
	return b
}

// newViews takes a buffer without bytes from the pool, or makes one.
func (m *memory) newViews() *buffer {
	b := m.views.pop()
	if b == nil {
		b = &buffer{class: noClass, mem: m}
	}
	b.refs.Store(1)
	b.used.Store(0)
	b.pages = nil
	return b
}

// makeRoom trims the pool before it grows by n bytes, if the run would exceed
// its limit by it, or if more lies idle than the run is likely to want again.
func (m *memory) makeRoom(n int64) {
	used, idle := m.current.Load()+n, m.idle.Load()
	most := max(m.high.Load(), used)
	if idle > 0 && (m.limit > 0 && used+idle > m.limit || used+idle > most+most/2+minIdle) {
		m.trim()
	}
}

// minIdle is what may always lie idle.
const minIdle = 64 << 20

// hugePage is the size of a huge page of most machines.
const hugePage = 2 << 20

// alignedBytes returns n bytes that start on a cache line or, when they fill
// huge pages, on such a page.
func alignedBytes(n int) []byte {
	if n < hugePage {
		return alignedTo(alignment, n)
	}
	b := alignedTo(hugePage, n)
	adviseHuge(b[:n/hugePage*hugePage])
	return b
}

// alignedTo returns n bytes whose address is a multiple of align, a power of 2.
func alignedTo(align, n int) []byte {
	raw := make([]byte, n+align-1)
	skip := int(-uintptr(unsafe.Pointer(unsafe.SliceData(raw))) & uintptr(align-1))
	return raw[skip : skip+n : skip+n]
}

func (b *buffer) retain() { b.refs.Add(1) }

func (b *buffer) release() {
	switch n := b.refs.Add(-1); {
	case n > 0:
		return
	case n < 0:
		panic("runtime: internal error: a block was released more often than it was retained")
	}
	m := b.mem
	if m.poison {
		b.spoil()
	}
	if b.class == noClass {
		if b.pages != nil {
			b.pages.touch(b.span)
		}
		m.views.push(b)
		return
	}
	size := int64(len(b.bytes))
	m.current.Add(-size)
	m.idle.Add(size)
	m.pool[b.class].push(b)
}

// spoil makes a use of the buffer after its release show: its elements are
// overwritten, and its blocks have none.
func (b *buffer) spoil() {
	for i := range b.bytes {
		b.bytes[i] = 0xdb
	}
	for i := range b.heads {
		b.heads[i].block = Block[byte]{}
	}
}

// Alloc returns a C-contiguous block whose elements are undefined: the caller
// writes all of them. Its memory is the run's, comes from a pool and counts
// towards the run's limit; the caller owns the block and releases it. With a
// nil task the memory is the garbage collector's.
//
// It panics with an error if an extent is negative, or the block is larger
// than any memory.
func Alloc[T Elem](t *Task, shape []int) *Block[T] {
	n := mustSize[T](shape)
	size := n * int(unsafe.Sizeof(*new(T)))
	if t == nil || t.mem == nil || size == 0 {
		return newDense(make([]T, n), shape)
	}
	buf := t.mem.newBuffer(size)
	b := blockIn[T](buf, len(shape))
	b.setDense(unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(buf.bytes))), n), shape)
	return b
}

// AllocZero is Alloc with all elements zero.
func AllocZero[T Elem](t *Task, shape []int) *Block[T] {
	b := Alloc[T](t, shape)
	if b.buf != nil {
		clear(b.Data)
	}
	return b
}

// Reuse returns a C-contiguous block for the result of an elementwise kernel:
// one that writes element i after it has read the elements i of its operands,
// and no others of them any more. If a candidate has the result's shape, is
// C-contiguous, shares its buffer with no other block, and the task is the
// last to use it, then the result takes over its buffer. Otherwise the block
// is a new one, as from Alloc. Before all that comes the place that Result would
// give it, if that is C-contiguous.
func Reuse[T Elem](t *Task, shape []int, candidates ...*Block[T]) *Block[T] {
	if b := placed[T](t, shape, true); b != nil {
		return b
	}
	for _, c := range candidates {
		if c.reusable(t, shape) {
			return takeOver(c, shape)
		}
	}
	return Alloc[T](t, shape)
}

// Retain counts one more user of the block's buffer.
func (b *Block[T]) Retain() {
	if b.buf != nil {
		b.buf.retain()
	}
}

// Release counts one user of the block's buffer less; the last one gives the
// buffer back to the run. The caller must not touch the block afterwards.
// Releasing a nil block does nothing.
func (b *Block[T]) Release() {
	if b != nil && b.buf != nil {
		b.buf.release()
	}
}

// reusable says whether a kernel may write its result over the block.
func (b *Block[T]) reusable(t *Task, shape []int) bool {
	return b.takeable(shape) && (t != nil && t.owns((*Block[byte])(unsafe.Pointer(b))) || t.last(b))
}

// takeable says whether nobody but the holder of the block uses its buffer, and
// a result of that shape fits there.
func (b *Block[T]) takeable(shape []int) bool {
	return b != nil && b.buf != nil && b.buf.class != noClass && slices.Equal(b.Shape, shape) && b.IsContiguous() &&
		b.buf.refs.Load() == 1
}
