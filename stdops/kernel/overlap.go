package kernel

import (
	"fmt"
	"strings"

	rt "github.com/daskgen/daskgen/runtime"
)

// Overlap extends a block by the cells of its neighbours. Blocks are the block
// and those around it, in C order: grid[k] along axis k, of which number at[k]
// is the block itself. Along axis k it grows by before[k] cells in front and
// after[k] behind. Where there is no neighbour, the k-th word of boundary says
// what stands there: none (it does not grow), reflect, nearest, periodic (the
// block is its own neighbour) or constant (value[k], 0 without values).
//
// Every cell is copied once. Ends without a neighbour are filled axis by axis
// from what is there, as in dask, so that a corner has what the last axis says.
func Overlap[T rt.Elem](t *rt.Task, blocks []*rt.Block[T], grid, at, before, after []int, boundary string, value ...T) (*rt.Block[T], error) {
	if len(blocks) != size(grid) {
		return nil, fmt.Errorf("%d blocks do not form a grid of %v", len(blocks), grid)
	}
	h := &halo[T]{blocks: blocks, grid: grid, before: before, after: after, kinds: strings.Fields(boundary), value: value}
	h.centre = blocks[ravel(grid, at)]
	rank := h.centre.Rank()
	shape := make([]int, rank)
	h.lo, h.hi, h.at = make([]int, rank), make([]int, rank), at
	for k, n := range h.centre.Shape {
		if at[k] > 0 || h.kinds[k] != "none" {
			h.lo[k] = before[k]
		}
		if at[k]+1 < grid[k] || h.kinds[k] != "none" {
			h.hi[k] = after[k]
		}
		shape[k] = h.lo[k] + n + h.hi[k]
	}
	h.out = rt.Alloc[T](t, shape)
	if err := h.assemble(); err != nil {
		h.out.Release()
		return nil, err
	}
	return h.out, nil
}

// A halo is the extension of a block.
type halo[T rt.Elem] struct {
	blocks        []*rt.Block[T]
	centre, out   *rt.Block[T]
	grid, at      []int
	before, after []int
	lo, hi        []int // cells in front and behind, as far as there are any
	kinds         []string
	value         []T
}

// ravel returns the position of an index in C order.
func ravel(shape, index []int) int {
	n := 0
	for k, d := range shape {
		n = n*d + index[k]
	}
	return n
}

// assemble copies the blocks and fills the ends without neighbours.
func (h *halo[T]) assemble() error {
	index := make([]int, len(h.grid))
	for n, b := range h.blocks {
		for k, rest := len(h.grid)-1, n; k >= 0; k-- {
			index[k] = rest % h.grid[k]
			rest /= h.grid[k]
		}
		if err := h.place(b, index); err != nil {
			return err
		}
	}
	for k := range h.grid {
		n := h.centre.Shape[k]
		if h.at[k] == 0 && h.lo[k] > 0 {
			if err := h.fill(k, 0, h.lo[k], n); err != nil {
				return err
			}
		}
		if h.at[k]+1 == h.grid[k] && h.hi[k] > 0 {
			if err := h.fill(k, h.lo[k]+n, h.hi[k], n); err != nil {
				return err
			}
		}
	}
	return nil
}

// place copies what is needed of the block at an index of the grid.
func (h *halo[T]) place(b *rt.Block[T], index []int) error {
	if b.Rank() != len(index) {
		return fmt.Errorf("a block of rank %d beside one of rank %d", b.Rank(), len(index))
	}
	part := *h.out
	part.Shape = make([]int, len(index))
	src := b.Offset
	for k, n := range b.Shape {
		first, count, to := 0, n, h.lo[k]
		switch {
		case index[k] < h.at[k]:
			first, count, to = n-h.lo[k], h.lo[k], 0
		case index[k] > h.at[k]:
			count, to = h.hi[k], h.lo[k]+h.centre.Shape[k]
		case n != h.centre.Shape[k]:
			return fmt.Errorf("a block has length %d on axis %d, its neighbour %d", h.centre.Shape[k], k, n)
		}
		if first < 0 || count > n {
			return fmt.Errorf("a depth of %d along axis %d, but the neighbour has length %d: rechunk to longer blocks", count, k, n)
		}
		part.Shape[k] = count
		src += first * b.Strides[k]
		part.Offset += to * h.out.Strides[k]
	}
	if size(part.Shape) > 0 {
		copyInto(b, part.Shape, b.Strides, src, &part)
	}
	return nil
}

// fill fills count cells from position at of axis k, at an end of the n cells
// that stand there.
func (h *halo[T]) fill(k, at, count, n int) error {
	out, kind := h.out, h.kinds[k]
	if count > n && (kind == "reflect" || kind == "periodic" || kind == "nearest" && n == 0) {
		return fmt.Errorf("a depth of %d along axis %d with boundary %s, but the block has length %d", count, k, kind, n)
	}
	dst := *out
	dst.Shape = append([]int(nil), out.Shape...)
	dst.Shape[k] = count
	dst.Offset += at * out.Strides[k]
	strides := append([]int(nil), out.Strides...)
	from := h.lo[k] // the cell next to the end
	if at > 0 {
		from += n - 1
	}
	switch kind {
	case "constant":
		var v T
		if len(h.value) > 0 {
			v = h.value[min(k, len(h.value)-1)]
		}
		fillAxes(dst.Data, dst.Strides, dst.Offset, dst.Shape, v)
		return nil
	case "nearest":
		strides[k] = 0
	case "reflect":
		if strides[k] = -strides[k]; at == 0 {
			from += count - 1
		}
	case "periodic":
		if from = h.lo[k]; at == 0 {
			from += n - count
		}
	}
	if size(dst.Shape) > 0 {
		copyInto(out, dst.Shape, strides, out.Offset+from*out.Strides[k], &dst)
	}
	return nil
}

// fillAxes sets strided memory to v.
func fillAxes[T rt.Elem](dst []T, strides []int, at int, shape []int, v T) {
	switch {
	case len(shape) == 0:
		dst[at] = v
	case len(shape) == 1 && strides[0] == 1:
		fillWith(dst[at:at+shape[0]], v)
	default:
		for range shape[0] {
			fillAxes(dst, strides[1:], at, shape[1:], v)
			at += strides[0]
		}
	}
}
