package runtime

import (
	"sync/atomic"
	"unsafe"
)

// A resident looks after the memory of a mapped input. Blocks are read ahead of
// the tasks that use them. The pages of an input that is large beside the memory
// limit are given back from time to time: they count as the program's memory,
// though the system could take them.
type resident struct {
	m    *mapping
	used atomic.Int64 // bytes used since pages were given back last
	most int64        // when to do so; 0: never
}

// mappedPart is the part of a memory limit that is for mapped inputs.
const mappedPart = 8

// shareLimit takes what mapped inputs need from the limit of the run, and returns
// the rest: all the bytes of small ones, and a part of the limit where tasks take
// views of large ones.
func (b *Builder) shareLimit(g *graph) int64 {
	if b.memory <= 0 {
		return 0
	}
	for _, c := range g.cases {
		for i := range c.reads {
			from := c.reads[i].layer
			from.viewed = from.viewed || from.views && c.viewsInputs()
		}
	}
	viewed := false
	for _, l := range b.layers {
		l.viewed = l.viewed || l.pinned
		viewed = viewed || l.viewed && l.views
	}
	limit := b.memory - b.mapped
	if viewed && len(b.residents) > 0 {
		part := b.memory / mappedPart
		for _, r := range b.residents {
			r.most = part / int64(len(b.residents))
		}
		limit -= part
	}
	return limit
}

// touch notes that a task uses about n bytes.
func (r *resident) touch(n int64) {
	if r.most > 0 && r.used.Add(n) > r.most {
		r.used.Store(0)
		r.m.drop()
	}
}

// prepare is called when a block of n bytes comes into use, which lies between
// bytes lo and hi. What follows the block in the file is likely to be next: it
// is read while the block is worked on.
func (r *resident) prepare(lo, hi int, n int64) {
	r.touch(n)
	if int64(hi-lo) == n {
		r.m.readAhead(hi, hi+int(n))
	}
}

// byteSize returns the bytes of the elements.
func (b *Block[T]) byteSize() int64 { return int64(b.Size()) * int64(unsafe.Sizeof(*new(T))) }

// byteRange returns the range of the bytes of an array between which a block
// of it lies.
func byteRange[T Elem](b *Block[T]) (lo, hi int) {
	size := int(unsafe.Sizeof(*new(T)))
	lo, hi = b.Offset, b.Offset+1
	for k, n := range b.Shape {
		hi += (n - 1) * b.Strides[k]
	}
	return lo * size, hi * size
}
