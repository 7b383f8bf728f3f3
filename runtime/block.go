package runtime

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"unsafe"

	"github.com/daskgen/daskgen/runtime/vector"
)

// Elem is the constraint of block elements: the dtypes.
type Elem interface {
	bool | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64 | complex64 | complex128
}

// A Block is an n-dimensional strided view over a buffer. Element (i, j, ...)
// is Data[Offset + i*Strides[0] + j*Strides[1] + ...]. Strides count elements;
// they may be 0 (a broadcast axis) or negative (a reversed one).
//
// A block is read-only once a task has returned it. Several views may share a
// buffer; Retain and Release count them, and the buffer goes back to its pool
// when the last one is released. A block without a pooled buffer (from
// FromSlice, or a mapped file) belongs to the garbage collector, and both are
// no-ops.
type Block[T Elem] struct {
	Data    []T
	Offset  int
	Shape   []int
	Strides []int
	buf     *buffer
}

// inlineRank is the rank up to which a block's shape and strides are part of
// the same allocation as the block.
const inlineRank = 3

// newBlock returns a block with room for its shape and strides, both unset.
func newBlock[T Elem](rank int) *Block[T] {
	if rank > inlineRank {
		dims := make([]int, 2*rank)
		return &Block[T]{Shape: dims[:rank:rank], Strides: dims[rank:]}
	}
	b := new(struct {
		block Block[T]
		dims  [2 * inlineRank]int
	})
	b.block.Shape = b.dims[:rank:rank]
	b.block.Strides = b.dims[inlineRank : inlineRank+rank : inlineRank+rank]
	return &b.block
}

// newDense returns a C-contiguous block over data.
func newDense[T Elem](data []T, shape []int) *Block[T] {
	b := newBlock[T](len(shape))
	b.setDense(data, shape)
	return b
}

// setDense makes b, of the rank of shape, C-contiguous over data.
func (b *Block[T]) setDense(data []T, shape []int) {
	b.Data = data
	copy(b.Shape, shape)
	rowMajor(b.Strides, shape)
}

// New returns a block of zeros in memory of the garbage collector. It panics
// if an extent is negative or the block has more elements than memory could
// hold.
func New[T Elem](shape ...int) *Block[T] {
	return newDense(make([]T, mustSize[T](shape)), shape)
}

// FromSlice returns a block over data, in C order. The block shares data: it
// must not be written any more. It panics if the shape has not len(data)
// elements.
func FromSlice[T Elem](data []T, shape ...int) *Block[T] {
	if n := mustSize[T](shape); n != len(data) {
		panic(fmt.Sprintf("runtime: a block of shape %s has %d elements, the slice has %d", shapeString(shape), n, len(data)))
	}
	return newDense(data, shape)
}

// Scalar returns a block of rank 0 that holds v.
func Scalar[T Elem](v T) *Block[T] {
	return newDense([]T{v}, nil)
}

// Rank returns the number of axes.
func (b *Block[T]) Rank() int { return len(b.Shape) }

// Size returns the number of elements.
func (b *Block[T]) Size() int {
	n := 1
	for _, d := range b.Shape {
		n *= d
	}
	return n
}

// At returns one element. It takes an index per axis and panics when an index
// is out of range, as an access to a slice does.
func (b *Block[T]) At(idx ...int) T {
	if len(idx) != len(b.Shape) {
		panic(fmt.Sprintf("runtime: %d indices for a block of rank %d", len(idx), len(b.Shape)))
	}
	p := b.Offset
	for k, i := range idx {
		if uint(i) >= uint(b.Shape[k]) {
			panic(fmt.Sprintf("runtime: index %d is out of range for axis %d of length %d", i, k, b.Shape[k]))
		}
		p += i * b.Strides[k]
	}
	return b.Data[p]
}

// IsContiguous says whether the elements stand in Data in C order without
// gaps. Strides of axes of length 1 do not matter.
func (b *Block[T]) IsContiguous() bool {
	want := 1
	for k := len(b.Shape) - 1; k >= 0; k-- {
		d := b.Shape[k]
		if d != 1 && b.Strides[k] != want {
			return b.Size() == 0
		}
		want *= d
	}
	return true
}

// View returns a block of another shape over the same buffer, which it
// retains. The offset is the position of the view's first element in Data, so
// a view that starts where b starts passes b.Offset. View panics if an element
// would lie outside Data.
func (b *Block[T]) View(shape, strides []int, offset int) *Block[T] {
	if len(shape) != len(strides) {
		panic(fmt.Sprintf("runtime: view with %d extents and %d strides", len(shape), len(strides)))
	}
	var v *Block[T]
	if b.buf != nil {
		b.buf.retain()
		v = blockIn[T](b.buf, len(shape))
	} else {
		v = newBlock[T](len(shape))
	}
	copy(v.Shape, shape)
	copy(v.Strides, strides)
	v.Data, v.Offset = b.Data, offset
	v.checkBounds()
	return v
}

// checkBounds panics if an element of the block lies outside its data.
func (b *Block[T]) checkBounds() {
	if mustSize[T](b.Shape) == 0 {
		return
	}
	lo, hi := b.Offset, b.Offset
	for k, d := range b.Shape {
		if span := (d - 1) * b.Strides[k]; span < 0 {
			lo += span
		} else {
			hi += span
		}
	}
	if lo < 0 || hi >= len(b.Data) {
		panic(fmt.Sprintf("runtime: view of shape %s covers elements %d to %d of %d", shapeString(b.Shape), lo, hi, len(b.Data)))
	}
}

// Contiguous returns the block itself, retained, if its elements stand in C
// order, and a copy otherwise. Either is released by the caller.
func (b *Block[T]) Contiguous(t *Task) *Block[T] {
	if b.IsContiguous() {
		b.Retain()
		return b
	}
	out := Alloc[T](t, b.Shape)
	b.copyTo(t, out.Data)
	return out
}

// Elements returns the elements in C order: a part of Data if they stand
// there in that order, and a copy otherwise. The caller must not write to it.
func (b *Block[T]) Elements() []T {
	n := b.Size()
	if n == 0 {
		return nil
	}
	if b.IsContiguous() {
		return b.Data[b.Offset : b.Offset+n : b.Offset+n]
	}
	out := make([]T, n)
	b.copyTo(nil, out)
	return out
}

// copyTo writes the elements to out in C order.
func (b *Block[T]) copyTo(t *Task, out []T) {
	var buf [8]axis
	if a := b.walk(buf[:0], b.Shape); len(a) == 2 && a[0].stride == 1 {
		vector.Transpose(out, a[1].n, b.Data, b.Offset, a[1].stride, a[1].n, a[0].n)
		return
	}
	r := b.Reader(t, b.Shape)
	defer r.Close()
	for lo := 0; lo < len(out); lo += StripLen {
		o := out[lo:min(lo+StripLen, len(out))]
		copy(o, r.Strip(lo, len(o)))
	}
}

// rowMajor writes the strides of a C-contiguous block of that shape.
func rowMajor(strides, shape []int) {
	s := 1
	for k := len(shape) - 1; k >= 0; k-- {
		strides[k] = s
		s *= shape[k]
	}
}

const (
	maxRank  = 64                                // axes, as in NumPy
	maxBytes = 1 << (min(48, bits.UintSize) - 1) // of a block: what a process can address
)

// sizeOf returns the number of elements of a shape, or an error if a block of
// it cannot exist. As in NumPy, the extents that are not 0 must not overflow
// either when others are.
func sizeOf(shape []int, elemSize uintptr) (int, error) {
	if len(shape) > maxRank {
		return 0, fmt.Errorf("%d axes, more than %d", len(shape), maxRank)
	}
	n, zero := uint64(elemSize), false
	for k, d := range shape {
		switch {
		case d < 0:
			return 0, fmt.Errorf("axis %d of shape %s has a negative length", k, shapeString(shape))
		case d == 0:
			zero = true
			continue
		}
		hi, lo := bits.Mul64(n, uint64(d))
		if hi != 0 || lo >= maxBytes {
			return 0, fmt.Errorf("shape %s has too many elements", shapeString(shape))
		}
		n = lo
	}
	if zero {
		return 0, nil
	}
	return int(n / uint64(elemSize)), nil
}

// mustSize is sizeOf for shapes that the program computed itself.
func mustSize[T Elem](shape []int) int {
	n, err := sizeOf(shape, unsafe.Sizeof(*new(T)))
	if err != nil {
		panic(fmt.Errorf("block: %w", err))
	}
	return n
}

// shapeString writes a shape as NumPy does: (), (3,), (2, 2).
func shapeString(shape []int) string {
	var s strings.Builder
	s.WriteByte('(')
	for i, n := range shape {
		if i > 0 {
			s.WriteString(", ")
		}
		s.WriteString(strconv.Itoa(n))
	}
	if len(shape) == 1 {
		s.WriteByte(',')
	}
	s.WriteByte(')')
	return s.String()
}

// DTypeName returns NumPy's name of an element type, which is Go's too.
func DTypeName[T Elem]() string {
	return fmt.Sprintf("%T", *new(T))
}
