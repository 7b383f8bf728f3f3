package blas

import "unsafe"

// A buffer holds packed panels. It begins at a cache line.
type buffer[T Float] struct{ data []T }

// reserve makes room for n elements.
func (b *buffer[T]) reserve(n int) {
	if n <= len(b.data) {
		return
	}
	const line = 64
	raw := make([]T, n+line/size[T]())
	skip := -uintptr(unsafe.Pointer(&raw[0])) % line / uintptr(size[T]())
	b.data = raw[skip:][:n]
}

// packed is the packed matrix with panels of a width.
func (b *buffer[T]) packed(width int) matrix[T] {
	return matrix[T]{data: b.data, rs: width, packed: true}
}

// pack copies the n×k matrix x into panels: a panel has width rows of x, and
// holds them column after column. The last panel is not filled up: the tiles
// do not read what is missing.
func (b *buffer[T]) pack(e *engine[T], width int, panels copier, n, k int, x matrix[T]) matrix[T] {
	b.reserve((n + width - 1) / width * width * k)
	switch {
	case x.rs == 1:
		b.copyPanels(panels, width, n, k, x)
	case x.cs == 1:
		b.transposePanels(e, width, n, k, x)
	default:
		b.gather(width, 0, n, 0, k, x, k)
	}
	return b.packed(width)
}

// copyPanels packs columns, k of them.
func (b *buffer[T]) copyPanels(panels copier, width, n, k int, x matrix[T]) {
	whole := n / width
	if whole > 0 {
		sz := size[T]()
		panels(bytesAt(b.data), bytesAt(x.data), k, whole, width*k*sz, x.cs*sz)
	}
	from := whole * width
	if from == n {
		return
	}
	dst := b.data[from*k:]
	for l := range k {
		copy(dst[l*width:], x.data[l*x.cs+from:l*x.cs+n])
	}
}

// transposePanels packs rows, n of them.
func (b *buffer[T]) transposePanels(e *engine[T], width, n, k int, x matrix[T]) {
	sz := size[T]()
	lanes := 32 / sz
	rows, cols := n/lanes*lanes, k/lanes*lanes
	if cols > 0 {
		for i := 0; i < rows; i += lanes {
			at := i/width*width*k + i%width
			e.transpose(bytesAt(b.data[at:]), bytesAt(x.data[i*x.rs:]), k/lanes, width*sz, x.rs*sz)
		}
	}
	b.gather(width, 0, rows, cols, k, x, k)
	b.gather(width, rows, n, 0, k, x, k)
}

// gather packs elements of rows r0 to r1, columns c0 to c1 one by one; k is
// the number of columns of all.
func (b *buffer[T]) gather(width, r0, r1, c0, c1 int, x matrix[T], k int) {
	for i := r0; i < r1; i++ {
		dst := b.data[i/width*width*k+i%width:]
		src := x.data[i*x.rs:]
		for l := c0; l < c1; l++ {
			dst[l*width] = src[l*x.cs]
		}
	}
}

func bytesAt[T Float](s []T) *byte { return (*byte)(unsafe.Pointer(&s[0])) }
