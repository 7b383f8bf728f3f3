package runtime

import (
	"slices"
	"sync/atomic"
	"unsafe"
)

// alignment of buffers: a cache line, and the widest vector.
const alignment = 64

// A buffer is the memory of one or more blocks. It is handed out with one
// reference, and goes back to the pool of its run with the last.
type buffer struct {
	refs  atomic.Int32
	class int32
	mem   *memory
	bytes []byte // all of the class's size, aligned
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
	m.grow(int64(size))
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

// alignedBytes returns n bytes that start on a cache line.
func alignedBytes(n int) []byte {
	raw := make([]byte, n+alignment-1)
	skip := int(-uintptr(unsafe.Pointer(unsafe.SliceData(raw))) & (alignment - 1))
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
		for i := range b.bytes {
			b.bytes[i] = 0xdb
		}
	}
	size := int64(len(b.bytes))
	m.current.Add(-size)
	m.idle.Add(size)
	m.pool[b.class].push(b)
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
	if t == nil || t.mem == nil || size < minPooled {
		return newDense(make([]T, n), shape)
	}
	buf := t.mem.newBuffer(size)
	b := newDense(unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(buf.bytes))), n), shape)
	b.buf = buf
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
// is a new one, as from Alloc.
func Reuse[T Elem](t *Task, shape []int, candidates ...*Block[T]) *Block[T] {
	for _, c := range candidates {
		if c.reusable(t, shape) {
			c.buf.retain()
			b := newDense(c.Data[c.Offset:c.Offset+c.Size()], shape)
			b.buf = c.buf
			return b
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
	return b != nil && b.buf != nil && slices.Equal(b.Shape, shape) && b.IsContiguous() &&
		b.buf.refs.Load() == 1 && t.last(b)
}
