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

// A RechunkOption sets how an array is rechunked.
type RechunkOption func(*rechunking)

// Threshold makes an array be rechunked in several stages when its old and new
// blocks overlap in more than n pieces for each old and each new block. The
// default is 4096: dask's is 4, but its tasks cost thousands of times more.
func Threshold(n int) RechunkOption { return func(r *rechunking) { r.threshold = int64(n) } }

// BlockSizeLimit bounds the bytes of the blocks between two stages, which are
// 128 MiB otherwise; they are never below the blocks of the array and the result.
func BlockSizeLimit(bytes int) RechunkOption { return func(r *rechunking) { r.limit = int64(bytes) } }

// rechunking is the options of Rechunk.
type rechunking struct{ threshold, limit int64 }

// Rechunk returns the array cut into other blocks. Each block of the result is
// assembled from parts of the old ones, which copies each element once. Where
// these would be too many parts, the array goes through other chunks in between,
// as in dask, each element once for each stage.
func (x Array[T]) Rechunk(chunks ChunkSpec, options ...RechunkOption) Array[T] {
	c := record.Here()
	if !usable(c, x.n) {
		return wrap[T](badNode())
	}
	to, err := chunks.resolve(x.n.shape())
	r := rechunking{defaultThreshold, defaultBlockLimit}
	for _, o := range options {
		o(&r)
	}
	if err == nil && (r.threshold < 1 || r.limit < 1) {
		err = fmt.Errorf("the threshold and the limit of the block size must be positive")
	}
	if err != nil {
		return wrap[T](misuse(c, record.CodeWrongShape, "", "Rechunk: %v", err))
	}
	return wrap[T](r.apply(c, newGroup("rechunk"), x.n.settled(c), to))
}

// rechunk returns the array with other chunks, by the default plan.
func rechunk(c *record.Caller, group string, x *node, to [][]int64) *node {
	return (&rechunking{defaultThreshold, defaultBlockLimit}).apply(c, group, x, to)
}

// apply records the stages of the plan.
func (r *rechunking) apply(c *record.Caller, group string, x *node, to [][]int64) *node {
	stages := planRechunk(x.chunks, to, r.threshold, r.limit/x.dtype.Size())
	for i, chunks := range stages {
		g := group
		if i+1 < len(stages) {
			g = fmt.Sprintf("%s.stage%d", group, i)
		}
		x = restage(c, g, x, chunks)
	}
	return x
}

// restage makes one stage: blocks are split (which copies nothing) where the new
// chunks cut, and the pieces joined.
func restage(c *record.Caller, group string, x *node, to [][]int64) *node {
	fine := make([][]int64, x.rank())
	for k := range fine {
		fine[k] = refine(x.chunks[k], to[k])
	}
	whole := slices.EqualFunc(fine, to, slices.Equal)
	return merge(c, group, split(c, group, suffixIf(!whole, "split"), x, fine), to)
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

// merge joins the blocks of an array to chunks of which its own are a
// refinement.
func merge(c *record.Caller, group string, x *node, to [][]int64) *node {
	var axes []int
	for k := range to {
		if !slices.Equal(x.chunks[k], to[k]) {
			axes = append(axes, k)
		}
	}
	if len(axes) == 0 {
		return x
	}
	b := newLayer(c, group, "", x.dtype, to)
	b.n.pieces, b.n.joined = x, axes
	lists := make([][]run, x.rank())
	regular := true
	for k := range lists {
		lists[k] = runs(k, x.rank(), x.chunks[k], to[k])
		regular = regular && lists[k] != nil
	}
	if !regular {
		starts, counts := make([][]int64, x.rank()), make([][]int64, x.rank())
		shape := list()
		for k := range starts {
			starts[k], counts[k] = groupBlocks(x.chunks[k], to[k])
			shape.Args = append(shape.Args, b.along(k, counts[k]))
		}
		return b.finish(joinBlocks(b.access(x.layer, x.blockType(), groupTable(x.layer.Grid, b.l.Grid, starts, counts)), axes, shape))
	}
	products(lists, func(rs []run) {
		access, shape := make([]ir.AxisAccess, len(rs)), list()
		where := ir.Set{}
		for k, r := range rs {
			access[k] = r.access
			where.Box = append(where.Box, r.Range)
			shape.Args = append(shape.Args, intExpr(r.count))
		}
		if len(rs) == 0 || slices.IndexFunc(lists, func(l []run) bool { return len(l) > 1 }) < 0 {
			where = ir.Set{}
		}
		b.next(where, joinBlocks(b.operand(x.layer, x.blockType(), access...), axes, shape))
	})
	return b.n
}

// joinBlocks joins a list of blocks, of which there are shape along the axes.
func joinBlocks(e *ir.Expr, axes []int, shape *ir.Expr) *ir.Expr {
	if len(axes) == 1 {
		return with(op("concatenate", e), "axis", intExpr(int64(axes[0])))
	}
	return with(op("concatenate_shaped", e), "shape", shape)
}

// A run is a range of blocks along an axis of which each is joined from as many
// others.
type run struct {
	ir.Range
	count  int64
	access ir.AxisAccess
}

// runs divides the blocks of an axis into runs: all, or all but the last one; nil
// if there are more.
func runs(axis, rank int, fine, coarse []int64) []run {
	starts, counts := groupBlocks(fine, coarse)
	n := int64(len(coarse))
	start, ok := fitAffine(axis, rank, starts)
	if slices.Equal(fine, coarse) {
		return []run{{ir.Range{Lo: 0, Hi: n, Step: 1}, 1, same(axis, rank)}}
	}
	if !ok || !uniform(counts[:n-1]) {
		return nil
	}
	var all []run
	for lo := int64(0); lo < n; {
		hi := n
		if lo == 0 && n > 1 && counts[n-1] != counts[0] {
			hi = n - 1
		}
		access := ir.AxisAccess{Start: start, List: true, Count: ir.Affine{Base: counts[lo]}, Step: 1}
		all = append(all, run{ir.Range{Lo: lo, Hi: hi, Step: 1}, counts[lo], access})
		lo = hi
	}
	return all
}

// groupBlocks returns the first fine chunk in each coarse one, and how many
// there are.
func groupBlocks(fine, coarse []int64) (starts, counts []int64) {
	i := int64(0)
	for _, n := range coarse {
		start := i
		if n == 0 { // all of an empty axis
			i++
		}
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

// groupTable is the access, from all of grid to, to counts[k][i] blocks from
// starts[k][i] along each axis k, where i is the index along the axis.
func groupTable(from, to ir.Grid, starts, counts [][]int64) ir.Access {
	t := &ir.Table{List: true, Offsets: []uint32{0}}
	src := make([]int64, len(from))
	group := make([][]int64, len(from))
	for i := range to.Size() {
		for k, j := range to.Index(i) {
			group[k] = group[k][:0]
			for n := range counts[k][j] {
				group[k] = append(group[k], starts[k][j]+n)
			}
		}
		products(group, func(at []int64) {
			copy(src, at)
			t.IDs = append(t.IDs, uint32(from.Linear(src)))
		})
		t.Offsets = append(t.Offsets, uint32(len(t.IDs)))
	}
	return ir.Access{Table: t}
}
