package da

import (
	"encoding/binary"
	"slices"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
)

// An axisIndex is a slice, an integer or a new axis, block by block: block i of
// the result along the axis is starts[i]:stops[i]:step of block blocks[i].
type axisIndex struct {
	newAxis bool
	isInt   bool
	axis    int     // of the array that is indexed
	full    bool    // takes everything
	step    int64   // of a slice
	sizes   []int64 // the chunks of the result; nil for an integer
	blocks  []int64
	starts  []int64 // an integer: its position in the block
	stops   []int64
}

func intAxis(e indexEntry, chunks []int64) axisIndex {
	b := bounds(chunks)
	j := 0
	for e.at >= b[j+1] {
		j++
	}
	return axisIndex{isInt: true, axis: e.axis, blocks: []int64{int64(j)}, starts: []int64{e.at - b[j]}}
}

func wholeAxis(axis int, chunks []int64) axisIndex {
	return splitAxis(axis, chunks, chunks)
}

// sliceAxis cuts a slice at the borders of the blocks. Blocks without selected
// elements are left out.
func sliceAxis(e indexEntry, chunks []int64) axisIndex {
	b := bounds(chunks)
	if e.step == 1 && e.n == b[len(chunks)] {
		return wholeAxis(e.axis, chunks)
	}
	a := axisIndex{axis: e.axis, step: e.step}
	for k := int64(0); k < e.n; {
		at := e.start + k*e.step
		j, _ := slices.BinarySearch(b, at+1)
		j--
		left := b[j+1] - 1 - at // to the end of the block, in the direction of the step
		if e.step < 0 {
			left = at - b[j]
		}
		n := min(e.n-k, left/abs(e.step)+1)
		a.add(int64(j), at-b[j], n, chunks[j])
		k += n
	}
	if e.n == 0 {
		a.blocks, a.starts, a.stops, a.sizes = []int64{0}, []int64{0}, []int64{0}, []int64{0}
		a.step = 1
	}
	return a
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

// add appends n elements from start of a block with size elements. A stop
// before the first element is written as -size-1, which means that in Python.
func (a *axisIndex) add(block, start, n, size int64) {
	stop := start + (n-1)*a.step + 1
	if a.step < 0 {
		if stop = start + (n-1)*a.step - 1; stop < 0 {
			stop = -size - 1
		}
	}
	a.blocks, a.starts, a.stops, a.sizes = append(a.blocks, block), append(a.starts, start), append(a.stops, stop), append(a.sizes, n)
}

// take records the elements that the parts select, one part for each axis of x
// and each new axis. It returns x itself if that is everything.
func take(c *record.Caller, group, suffix string, x *node, parts []axisIndex) *node {
	if !slices.ContainsFunc(parts, func(p axisIndex) bool { return !p.full }) {
		return x
	}
	var chunks [][]int64
	for _, p := range parts {
		if !p.isInt {
			chunks = append(chunks, p.sizes)
		}
	}
	b := newLayer(c, group, suffix, x.dtype, chunks)
	index := make([]*ir.Expr, len(parts))
	out := 0
	for i, p := range parts {
		index[i] = b.indexPart(p, out)
		if !p.isInt {
			out++
		}
	}
	e := op("getitem", b.access(x.layer, x.blockType(), b.takeAccess(x.layer.Grid, parts)), indexExpr(index))
	return b.finish(e)
}

// indexPart returns the element of the kernel's index for a part, which makes
// the axis out of the result.
func (b *builder) indexPart(p axisIndex, out int) *ir.Expr {
	switch {
	case p.newAxis:
		return &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{Kind: ir.ConstNewaxis}, Type: &ir.Type{Kind: ir.TypeNone}}
	case p.isInt:
		return intExpr(p.starts[0])
	case p.full:
		return sliceExpr(noneExpr(), noneExpr(), noneExpr())
	}
	step := noneExpr()
	if p.step != 1 {
		step = intExpr(p.step)
	}
	return sliceExpr(b.along(out, p.starts), b.along(out, p.stops), step)
}

func sliceExpr(start, stop, step *ir.Expr) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprSlice, Args: []*ir.Expr{start, stop, step}, Type: &ir.Type{Kind: ir.TypeSlice}}
}

// takeAccess is the access to the block of x that each task cuts.
func (b *builder) takeAccess(from ir.Grid, parts []axisIndex) ir.Access {
	rank, out := len(b.l.Grid), 0
	axes := make([]ir.AxisAccess, len(from))
	affine := true
	for _, p := range parts {
		if p.newAxis {
			out++
			continue
		}
		if p.isInt {
			axes[p.axis] = fixed(p.blocks[0])
			continue
		}
		start, ok := fitAffine(out, rank, p.blocks)
		axes[p.axis] = ir.AxisAccess{Start: start}
		affine = affine && ok
		out++
	}
	if affine {
		return ir.Access{Axes: axes}
	}
	return ir.Access{Table: takeTable(from, b.l.Grid, parts)}
}

func takeTable(from, to ir.Grid, parts []axisIndex) *ir.Table {
	t := &ir.Table{IDs: make([]uint32, to.Size())}
	src := make([]int64, len(from))
	for i := range t.IDs {
		ix, out := to.Index(int64(i)), 0
		for _, p := range parts {
			if p.isInt {
				src[p.axis] = p.blocks[0]
				continue
			}
			if !p.newAxis {
				src[p.axis] = p.blocks[ix[out]]
			}
			out++
		}
		t.IDs[i] = uint32(from.Linear(src))
	}
	return t
}

// takeList records the elements at positions along an axis. Its blocks are as
// large as the largest of x.
func takeList(c *record.Caller, group string, x *node, axis int, positions []int64) *node {
	chunks := slices.Clone(x.chunks)
	chunks[axis] = cut(int64(len(positions)), max(1, slices.Max(x.chunks[axis])))
	b := newLayer(c, group, "", x.dtype, chunks)
	for j, at := range bounds(chunks[axis])[:len(chunks[axis])] {
		b.listCase(x, axis, int64(j), positions[at:at+chunks[axis][j]])
	}
	return b.n
}

// listCase adds the case of the blocks j along an axis, which take positions:
// the blocks that hold them are joined, and the elements picked from that.
func (b *builder) listCase(x *node, axis int, j int64, positions []int64) {
	border := bounds(x.chunks[axis])
	var blocks []int64
	for _, p := range positions {
		i, _ := slices.BinarySearch(border, p+1)
		blocks = append(blocks, int64(i-1))
	}
	used := slices.Clone(blocks)
	slices.Sort(used)
	if used = slices.Compact(used); len(used) == 0 {
		used = []int64{0}
	}
	offset := map[int64]int64{}
	at := int64(0)
	for _, u := range used {
		offset[u] = at - border[u]
		at += x.chunks[axis][u]
	}
	local := make([]int64, len(positions))
	for i, p := range positions {
		local[i] = p + offset[blocks[i]]
	}
	where := boxAlong(b.l.Grid, axis, ir.Range{Lo: j, Hi: j + 1, Step: 1})
	src := b.someBlocks(x, axis, where, used)
	index := make([]*ir.Expr, x.rank())
	for k := range index {
		index[k] = sliceExpr(noneExpr(), noneExpr(), noneExpr())
	}
	index[axis] = arrayExpr(local)
	b.next(where, op("getitem", src, indexExpr(index)))
}

// someBlocks returns the blocks of x numbered used along an axis, joined.
func (b *builder) someBlocks(x *node, axis int, where ir.Set, used []int64) *ir.Expr {
	axes := identity(x.rank())
	if len(used) == 1 {
		axes[axis] = fixed(used[0])
		return b.operand(x.layer, x.blockType(), axes...)
	}
	join := func(e *ir.Expr) *ir.Expr { return with(op("concatenate", e), "axis", intExpr(int64(axis))) }
	if a, ok := fitAffine(0, 1, used); ok {
		axes[axis] = ir.AxisAccess{Start: ir.Affine{Base: used[0]}, List: true, Count: ir.Affine{Base: int64(len(used))}, Step: a.Coef[0]}
		return join(b.operand(x.layer, x.blockType(), axes...))
	}
	t := &ir.Table{List: true, Offsets: []uint32{0}}
	for n := range where.Count(b.l.Grid) {
		ix := b.l.Grid.Index(where.Linear(b.l.Grid, n))
		for _, u := range used {
			ix[axis] = u
			t.IDs = append(t.IDs, uint32(x.layer.Grid.Linear(ix)))
		}
		t.Offsets = append(t.Offsets, uint32(len(t.IDs)))
	}
	return join(b.access(x.layer, x.blockType(), ir.Access{Table: t}))
}

// arrayExpr returns a literal array of integers.
func arrayExpr(values []int64) *ir.Expr {
	k := &ir.Const{Kind: ir.ConstArray, DType: ir.Int64, Shape: []int64{int64(len(values))}, Bytes: []byte{}}
	for _, v := range values {
		k.Bytes = binary.LittleEndian.AppendUint64(k.Bytes, uint64(v))
	}
	return &ir.Expr{Kind: ir.ExprConst, Const: k, Type: ir.BlockType(ir.Int64, int64(len(values)))}
}
