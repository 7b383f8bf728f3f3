package runtime

import (
	"slices"
	"unsafe"
)

// This file has tasks compute blocks of an output where the array that the run
// returns is to have them, so that they need no memory of their own and are not
// copied.

// Result returns a block for the result of a kernel, whose elements are
// undefined: the caller writes all of them. It is as from Alloc, but where the
// values of the task's layer become an array in memory, it may lie in that array. Then it is
// contiguous along its last axis, and its rows may lie apart.
func Result[T Elem](t *Task, shape []int) *Block[T] {
	if b := placed[T](t, shape, false); b != nil {
		return b
	}
	return Alloc[T](t, shape)
}

// placed returns the place of a task's value in an output, if it has one of
// that shape that is not taken yet. dense asks for one that is C-contiguous.
func placed[T Elem](t *Task, shape []int, dense bool) *Block[T] {
	if t == nil || t.c == nil || t.c.layer.place == nil {
		return nil
	}
	o, ok := t.c.layer.place.(*arrayOutput[T])
	number := t.c.layer.base + t.lin + 1
	if !ok || t.placed == number || !o.fits(t, shape) {
		return nil
	}
	b := o.part(t, shape)
	if dense && !b.IsContiguous() {
		b.Release()
		return nil
	}
	t.placed = number
	return b
}

// offer lets the tasks of l compute their values in o.data. What a kernel
// returns may be a view of its place, or one of a temporary that took it; such a
// block is moved away before the place is written to.
func (o *arrayOutput[T]) offer(l *Layer[*Block[T]]) {
	l.place = o
	for _, c := range l.cases {
		run := c.run
		c.run = func(t *Task) error {
			if err := run(t); err != nil {
				return err
			}
			if b := l.vals[t.lin]; o.holds(b) && !o.inPlace(t.indices(), b) {
				l.vals[t.lin] = FromSlice(slices.Clone(b.Elements()), b.Shape...)
				b.Release()
			}
			return nil
		}
	}
}

// fits says whether the task's block has that shape, and elements.
func (o *arrayOutput[T]) fits(t *Task, shape []int) bool {
	if len(shape) != len(o.chunks) || len(shape) == 0 {
		return false
	}
	for k, i := range t.indices() {
		if n := o.chunks[k][i]; n != shape[k] || n == 0 {
			return false
		}
	}
	return true
}

// part returns the block of a task in o.data.
func (o *arrayOutput[T]) part(t *Task, shape []int) *Block[T] {
	b := blockIn[T](t.mem.newViews(), len(shape))
	copy(b.Shape, shape)
	rowMajor(b.Strides, o.shape)
	at, length := o.offset(t.indices(), b.Strides), 1
	for k, n := range shape {
		length += (n - 1) * b.Strides[k]
	}
	b.Data = o.data[at : at+length]
	return b
}

// offset is where the block at an index begins.
func (o *arrayOutput[T]) offset(index, strides []int) int {
	at := 0
	for k, i := range index {
		at += o.starts[k][i] * strides[k]
	}
	return at
}

// holds says whether a block lies in o.data.
func (o *arrayOutput[T]) holds(b *Block[T]) bool {
	if b == nil || len(b.Data) == 0 || len(o.data) == 0 {
		return false
	}
	at, from := uintptr(unsafe.Pointer(&b.Data[0])), uintptr(unsafe.Pointer(&o.data[0]))
	return at >= from && at < from+uintptr(len(o.data))*unsafe.Sizeof(o.data[0])
}

// inPlace says whether a block that lies in o.data is the one at an index.
func (o *arrayOutput[T]) inPlace(index []int, b *Block[T]) bool {
	if len(b.Shape) != len(index) || b.Size() == 0 {
		return false
	}
	strides := make([]int, len(o.shape))
	rowMajor(strides, o.shape)
	for k, i := range index {
		if n := o.chunks[k][i]; b.Shape[k] != n || n > 1 && b.Strides[k] != strides[k] {
			return false
		}
	}
	return &b.Data[b.Offset] == &o.data[o.offset(index, strides)]
}
