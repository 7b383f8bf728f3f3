package da

import (
	"fmt"
	"slices"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
)

// Dims are the lengths of an array's axes.
type Dims []int

// Shape returns the lengths of axes, as an argument of the functions that
// create arrays.
func Shape(n ...int) Dims { return n }

// A ChunkSpec says how an array is cut into blocks.
type ChunkSpec struct {
	sizes []int
	lists [][]int
}

// Chunks returns block sizes, one for each axis or one for all; the last block
// of an axis may be smaller. -1 stands for the whole axis.
func Chunks(sizes ...int) ChunkSpec { return ChunkSpec{sizes: sizes} }

// ChunkSizes returns the sizes of all blocks along each axis.
func ChunkSizes(sizes ...[]int) ChunkSpec { return ChunkSpec{lists: sizes} }

// resolve returns the chunk sizes along each axis of a shape.
func (s ChunkSpec) resolve(shape []int64) ([][]int64, error) {
	chunks := make([][]int64, len(shape))
	if s.lists != nil {
		return s.resolveLists(shape)
	}
	sizes := s.sizes
	switch {
	case len(sizes) == 1:
		sizes = slices.Repeat(sizes, len(shape))
	case len(sizes) == 0:
		sizes = slices.Repeat([]int{-1}, len(shape))
	case len(sizes) != len(shape):
		return nil, fmt.Errorf("chunks for %d axes, but the array has %d", len(sizes), len(shape))
	}
	for k, n := range shape {
		size := int64(sizes[k])
		if size == 0 || size < -1 {
			return nil, fmt.Errorf("chunk size %d", size)
		}
		if size == -1 || size >= n {
			chunks[k] = []int64{n}
			continue
		}
		if n/size > maxBlocks {
			return nil, fmt.Errorf("more than %d blocks along axis %d", maxBlocks, k)
		}
		chunks[k] = cut(n, size)
	}
	return chunks, checkBlocks(chunks)
}

func (s ChunkSpec) resolveLists(shape []int64) ([][]int64, error) {
	if len(s.lists) != len(shape) {
		return nil, fmt.Errorf("chunks for %d axes, but the array has %d", len(s.lists), len(shape))
	}
	chunks := make([][]int64, len(shape))
	for k, n := range shape {
		chunks[k] = int64s(s.lists[k])
		empty := slices.ContainsFunc(chunks[k], func(c int64) bool { return c < 0 || c == 0 && n > 0 })
		if empty || len(chunks[k]) == 0 || sum(chunks[k]) != n {
			return nil, fmt.Errorf("chunks %v along axis %d do not add up to the length %d", s.lists[k], k, n)
		}
	}
	return chunks, checkBlocks(chunks)
}

// maxBlocks bounds the blocks of an array: linear indices have 32 bits.
const maxBlocks = 1<<31 - 1

func checkBlocks(chunks [][]int64) error {
	n := int64(1)
	for _, c := range chunks {
		if n *= int64(len(c)); n > maxBlocks {
			return fmt.Errorf("more than %d blocks", maxBlocks)
		}
	}
	return nil
}

// cut returns the sizes of n elements in pieces of a size.
func cut(n, size int64) []int64 {
	sizes := make([]int64, 0, (n+size-1)/max(size, 1))
	for left := n; left > 0; left -= size {
		sizes = append(sizes, min(left, size))
	}
	if len(sizes) == 0 {
		sizes = append(sizes, 0)
	}
	return sizes
}

// bounds returns the starts of pieces, and the end.
func bounds(sizes []int64) []int64 {
	b := make([]int64, len(sizes)+1)
	for i, s := range sizes {
		b[i+1] = b[i] + s
	}
	return b
}

// refine returns the common refinement of ways to cut the same length.
func refine(ways ...[]int64) []int64 {
	var cuts []int64
	for _, w := range ways {
		cuts = append(cuts, bounds(w)[1:]...)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	sizes := make([]int64, 0, len(cuts))
	last := int64(0)
	for _, c := range cuts {
		if c > last {
			sizes = append(sizes, c-last)
		}
		last = c
	}
	if len(sizes) == 0 {
		sizes = append(sizes, 0)
	}
	return sizes
}

// Rechunk returns the array cut into other blocks.
func (x Array[T]) Rechunk(chunks ChunkSpec) Array[T] {
	c := record.Here()
	if !usable(c, x.n) {
		return wrap[T](badNode())
	}
	to, err := chunks.resolve(x.n.shape())
	if err != nil {
		return wrap[T](misuse(c, record.CodeWrongShape, "", "Rechunk: %v", err))
	}
	return wrap[T](rechunk(c, newGroup("rechunk"), x.n.settled(c), to))
}

// rechunk returns the array with other chunks: blocks are split (which copies
// nothing) where the new chunks cut, and the pieces joined, an axis at a time.
func rechunk(c *record.Caller, group string, x *node, to [][]int64) *node {
	fine := make([][]int64, x.rank())
	last := -1
	for k := range fine {
		fine[k] = refine(x.chunks[k], to[k])
		if !slices.Equal(fine[k], to[k]) {
			last = k
		}
	}
	x = split(c, group, suffixIf(last >= 0, "split"), x, fine)
	for k := range to {
		x = merge(c, group, suffixIf(k < last, fmt.Sprintf("merge%d", k)), x, k, to[k])
	}
	return x
}

func suffixIf(cond bool, s string) string {
	if cond {
		return s
	}
	return ""
}

// split cuts the blocks of an array into those of a refinement of its chunks.
func split(c *record.Caller, group, suffix string, x *node, fine [][]int64) *node {
	if slices.EqualFunc(x.chunks, fine, slices.Equal) {
		return x
	}
	parts := make([]axisIndex, x.rank())
	for k := range parts {
		parts[k] = splitAxis(k, x.chunks[k], fine[k])
	}
	return take(c, group, suffix, x, parts)
}

// splitAxis returns the index that cuts an axis into the finer chunks.
func splitAxis(axis int, coarse, fine []int64) axisIndex {
	a := axisIndex{axis: axis, step: 1, sizes: fine}
	cb, j, at := bounds(coarse), 0, int64(0)
	for _, n := range fine {
		for j+1 < len(coarse) && at >= cb[j+1] {
			j++
		}
		a.blocks = append(a.blocks, int64(j))
		a.starts = append(a.starts, at-cb[j])
		a.stops = append(a.stops, at-cb[j]+n)
		at += n
	}
	a.full = slices.Equal(coarse, fine)
	return a
}

// merge joins the blocks of an array along an axis to chunks of which its own
// are a refinement.
func merge(c *record.Caller, group, suffix string, x *node, axis int, to []int64) *node {
	if slices.Equal(x.chunks[axis], to) {
		return x
	}
	chunks := slices.Clone(x.chunks)
	chunks[axis] = to
	b := newLayer(c, group, suffix, x.dtype, chunks)
	starts, counts := groupBlocks(x.chunks[axis], to)
	kernel := func(e *ir.Expr) *ir.Expr { return with(op("concatenate", e), "axis", intExpr(int64(axis))) }
	acc := identity(x.rank())
	start, okS := fitAffine(axis, x.rank(), starts)
	count, okC := fitAffine(axis, x.rank(), counts)
	if okS && okC {
		acc[axis] = ir.AxisAccess{Start: start, List: true, Count: count, Step: 1}
		return b.finish(kernel(b.operand(x.layer, x.blockType(), acc...)))
	}
	if okS && uniform(counts[:len(counts)-1]) { // only the last group is shorter
		n := int64(len(counts) - 1)
		for _, r := range []ir.Range{{Lo: 0, Hi: n, Step: 1}, {Lo: n, Hi: n + 1, Step: 1}} {
			acc[axis] = ir.AxisAccess{Start: start, List: true, Count: ir.Affine{Base: counts[r.Lo]}, Step: 1}
			b.next(boxAlong(b.l.Grid, axis, r), kernel(b.operand(x.layer, x.blockType(), slices.Clone(acc)...)))
		}
		return b.n
	}
	return b.finish(kernel(b.access(x.layer, x.blockType(), tableAlong(x.layer.Grid, b.l.Grid, axis, starts, counts))))
}

// groupBlocks returns the first fine chunk in each coarse one, and how many
// there are.
func groupBlocks(fine, coarse []int64) (starts, counts []int64) {
	i := int64(0)
	for _, n := range coarse {
		start := i
		for at := int64(0); at < n; i++ {
			at += fine[i]
		}
		starts, counts = append(starts, start), append(counts, i-start)
	}
	return starts, counts
}

// boxAlong is the part of a grid where the index of an axis is in a range.
func boxAlong(g ir.Grid, axis int, r ir.Range) ir.Set {
	box := make([]ir.Range, len(g))
	for k, e := range g {
		box[k] = ir.Range{Lo: 0, Hi: e.N, Step: 1}
	}
	box[axis] = r
	return ir.Set{Box: box}
}

// tableAlong is the access, from all of grid to, to counts[i] blocks from
// starts[i] along an axis, and to the same index along the others.
func tableAlong(from, to ir.Grid, axis int, starts, counts []int64) ir.Access {
	t := &ir.Table{List: true, Offsets: []uint32{0}}
	for i := range to.Size() {
		ix := to.Index(i)
		j := ix[axis]
		for n := range counts[j] {
			ix[axis] = starts[j] + n
			t.IDs = append(t.IDs, uint32(from.Linear(ix)))
		}
		t.Offsets = append(t.Offsets, uint32(len(t.IDs)))
	}
	return ir.Access{Table: t}
}
