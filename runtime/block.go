package runtime

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
