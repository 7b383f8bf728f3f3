package runtime

import (
	"encoding/binary"
	"unsafe"
)

// This file holds what only generated code calls.

// Size returns the number of elements of a shape.
func Size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// Chunks returns the sizes of the chunks of an axis of length n: all of size,
// but for the last one, which holds the rest.
func Chunks(n, size int) []int {
	chunks := make([]int, 0, (n+size-1)/size)
	for ; n > size; n -= size {
		chunks = append(chunks, size)
	}
	return append(chunks, n)
}

// FromWords returns a block of the elements whose bytes, in C order and
// little-endian, are given as 64-bit words. It is how large array literals are
// kept in a table file.
func FromWords[T Elem](words []int64, shape ...int) *Block[T] {
	var zero T
	size, part := int(unsafe.Sizeof(zero)), partSize(zero)
	raw := make([]byte, 8*len(words))
	for i, w := range words {
		binary.LittleEndian.PutUint64(raw[8*i:], uint64(w))
	}
	data := make([]T, Size(shape))
	dst := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(data))), len(data)*size)
	for at, n := 0, copy(dst, raw); at < n; at += part {
		swapToNative(dst[at : at+part])
	}
	return FromSlice(data, shape...)
}

// partSize returns the bytes of an element, or of one part of a complex one.
func partSize[T Elem](v T) int {
	switch any(v).(type) {
	case complex64, complex128:
		return int(unsafe.Sizeof(v)) / 2
	}
	return int(unsafe.Sizeof(v))
}

// nativeLittle says whether this machine is little-endian.
var nativeLittle = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// swapToNative turns a little-endian number into this machine's order.
func swapToNative(b []byte) {
	if nativeLittle {
		return
	}
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
}

// Strings returns a list of strings: the column of that name holds their
// number, their lengths, and their bytes as little-endian words.
func (t *Tables) Strings(name string) []string {
	words := t.Int64(name)
	n := int(words[0])
	lengths, text := words[1:1+n], words[1+n:]
	raw := make([]byte, 0, 8*len(text))
	for _, w := range text {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(w))
	}
	all := string(raw)
	list := make([]string, n)
	for i, k := range lengths {
		list[i], all = all[:k], all[k:]
	}
	return list
}

// TakeOver is Reuse for blocks that the calling kernel has made itself, and of
// which it does not need the elements behind the loop that fills the result.
func TakeOver[T Elem](t *Task, shape []int, own ...*Block[T]) *Block[T] {
	for _, c := range own {
		if c.takeable(shape) {
			return takeOver(c, shape)
		}
	}
	return Alloc[T](t, shape)
}
