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

// filled is n, with the last panel of a width filled up.
func filled(n, width int) int { return (n + width - 1) / width * width }

// A packing is where panels of a width are written to.
type packing[T Float] struct {
	*engine[T]
	data  []T
	width int
	copy  copier
}

func (e *engine[T]) packingA(data []T) packing[T] { return packing[T]{e, data, aRows, e.copyA} }

func (e *engine[T]) packingB(data []T) packing[T] {
	return packing[T]{e, data, 3 * e.vector, e.copyB}
}

// packed is what was packed.
func (p packing[T]) packed() matrix[T] { return matrix[T]{data: p.data, rs: p.width, packed: true} }

// pack copies the n×k matrix x into panels: a panel has width rows of x, and
// holds them column after column. The last panel is not filled up: the tiles
// do not read what is missing.
func (p packing[T]) pack(n, k int, x matrix[T]) {
	switch {
	case x.rs == 1:
		p.copyPanels(n, k, x)
	case x.cs == 1:
		p.transposePanels(n, k, x)
	default:
		p.gather(0, n, 0, k, x, k)
	}
}

// copyPanels packs columns, k of them.
func (p packing[T]) copyPanels(n, k int, x matrix[T]) {
	width := p.width
	whole := n / width
	if whole > 0 {
		sz := size[T]()
		p.copy(bytesAt(p.data), bytesAt(x.data), k, whole, width*k*sz, x.cs*sz)
	}
	from := whole * width
	if from == n {
		return
	}
	dst := p.data[from*k:]
	for l := range k {
		copy(dst[l*width:], x.data[l*x.cs+from:l*x.cs+n])
	}
}

// transposePanels packs rows, n of them.
func (p packing[T]) transposePanels(n, k int, x matrix[T]) {
	width := p.width
	sz := size[T]()
	lanes := 32 / sz
	rows, cols := n/lanes*lanes, k/lanes*lanes
	if cols > 0 {
		for i := 0; i < rows; i += lanes {
			at := i/width*width*k + i%width
			p.transpose(bytesAt(p.data[at:]), bytesAt(x.data[i*x.rs:]), k/lanes, width*sz, x.rs*sz)
		}
	}
	p.gather(0, rows, cols, k, x, k)
	p.gather(rows, n, 0, k, x, k)
}

// gather packs elements of rows r0 to r1, columns c0 to c1 one by one; k is
// the number of columns of all.
func (p packing[T]) gather(r0, r1, c0, c1 int, x matrix[T], k int) {
	width := p.width
	for i := r0; i < r1; i++ {
		dst := p.data[i/width*width*k+i%width:]
		src := x.data[i*x.rs:]
		for l := c0; l < c1; l++ {
			dst[l*width] = src[l*x.cs]
		}
	}
}

func bytesAt[T Float](s []T) *byte { return (*byte)(unsafe.Pointer(&s[0])) }
