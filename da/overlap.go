package da

import (
	"fmt"
	"slices"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

// Overlapped returns the array whose blocks are those of x, extended by a halo:
// each holds its own elements and those of its neighbours around them. Blocks
// that are too short for the depth are joined with their neighbours first, as in
// dask. TrimOverlap undoes it.
func Overlapped[T rt.Elem](x Array[T], h Halo) Array[T] {
	c := record.Here()
	n, _, _ := overlapped(c, "Overlapped", newGroup("overlap"), h, x.n)
	return wrap[T](n[0])
}

// overlapped returns arrays of one shape with a halo, how far it reaches, and
// their chunks without it. After misuse the arrays are bad.
func overlapped(c *record.Caller, what, group string, h Halo, xs ...*node) ([]*node, []margin, [][]int64) {
	bad := slices.Repeat([]*node{badNode()}, len(xs))
	if !usable(c, xs...) {
		return bad, nil, nil
	}
	nodes := make([]*node, len(xs))
	for i, x := range xs {
		nodes[i] = x.settled(c)
	}
	ms, err := h.margins(nodes[0].shape())
	if err == nil {
		nodes[0] = roomy(c, group, nodes[0], ms)
		err = alignTo(c, group, nodes)
	}
	if err != nil {
		misuse(c, record.CodeWrongShape, "", "%s: %v", what, err)
		return bad, nil, nil
	}
	chunks := nodes[0].chunks
	for i, n := range nodes {
		nodes[i] = extend(c, group, halved("overlap", i, len(nodes)), n, ms, true)
	}
	return nodes, ms, chunks
}

// halved is a suffix with a number if there are several.
func halved(s string, i, n int) string {
	if n == 1 {
		return s
	}
	return fmt.Sprintf("%s%d", s, i)
}

// alignTo gives arrays the chunks of the first one.
func alignTo(c *record.Caller, group string, nodes []*node) error {
	for i, n := range nodes[1:] {
		if !slices.Equal(n.shape(), nodes[0].shape()) {
			return fmt.Errorf("arrays of shapes %s and %s", ir.ShapeString(nodes[0].shape()), ir.ShapeString(n.shape()))
		}
		if !slices.EqualFunc(n.chunks, nodes[0].chunks, slices.Equal) {
			nodes[i+1] = rechunk(c, fmt.Sprintf("%s.rechunk%d", group, i+1), n, nodes[0].chunks)
		}
	}
	return nil
}

// TrimOverlap returns the array whose blocks lack the halo that Overlapped has
// added.
func TrimOverlap[T rt.Elem](x Array[T], h Halo) Array[T] {
	c := record.Here()
	if !usable(c, x.n) {
		return wrap[T](badNode())
	}
	n := x.n.settled(c)
	ms, err := h.margins(n.shape())
	for k := 0; err == nil && k < len(ms); k++ {
		for i, size := range n.chunks[k] {
			if lo, hi := ms[k].reach(i, len(n.chunks[k])); lo+hi > size {
				err = fmt.Errorf("block %d along axis %d has length %d, less than its halo of %d", i, k, size, lo+hi)
			}
		}
	}
	if err != nil {
		return wrap[T](misuse(c, record.CodeWrongShape, "", "TrimOverlap: %v", err))
	}
	return wrap[T](trim(c, newGroup("trim"), "", n, ms))
}

// MapOverlap returns f of the blocks of x extended by a halo, cut back to the
// blocks of x. F leaves its argument as it is, and returns a block of the same
// shape; it must have a name. With an Untrimmed halo the result is not cut back.
func MapOverlap[T, U rt.Elem](x Array[T], f func(*Block[T]) *Block[U], h Halo) Array[U] {
	return mapOverlap[U](record.Here(), "MapOverlap", f, h, true, x.n)
}

// TryMapOverlap is MapOverlap for a function that may fail.
func TryMapOverlap[T, U rt.Elem](x Array[T], f func(*Block[T]) (*Block[U], error), h Halo) Array[U] {
	return mapOverlap[U](record.Here(), "TryMapOverlap", f, h, true, x.n)
}

// MapOverlapTo is TryMapOverlap for a function that returns blocks of the shapes
// of x's own, without the halo.
func MapOverlapTo[T, U rt.Elem](x Array[T], f func(*Block[T]) (*Block[U], error), h Halo) Array[U] {
	return mapOverlap[U](record.Here(), "MapOverlapTo", f, h, false, x.n)
}

// MapOverlap2 is TryMapOverlap for a function of the blocks of two arrays of one
// shape. Y is given the chunks of x.
func MapOverlap2[T, V, U rt.Elem](x Array[T], y Array[V], f func(*Block[T], *Block[V]) (*Block[U], error), h Halo) Array[U] {
	return mapOverlap[U](record.Here(), "MapOverlap2", f, h, true, x.n, y.n)
}

// mapOverlap records f of extended blocks. Wide says whether f returns extended
// blocks.
func mapOverlap[U rt.Elem](c *record.Caller, what string, f any, h Halo, wide bool, xs ...*node) Array[U] {
	fn := function(c, what, f)
	if fn == nil {
		return wrap[U](badNode())
	}
	group := newGroup(baseName(fn))
	nodes, ms, chunks := overlapped(c, what, group, h, xs...)
	if nodes[0].bad {
		return wrap[U](nodes[0])
	}
	if wide {
		chunks, fn.SameShape = nodes[0].chunks, true
	}
	b := newLayer(c, group, suffixIf(wide && !h.untrimmed, "wide"), dtypeOf[U](), chunks)
	call := &ir.Expr{Kind: ir.ExprFunc, Func: fn}
	for i, n := range nodes {
		fn.Params[i] = n.blockType()
		call.Args = append(call.Args, b.operand(n.layer, n.blockType(), identity(n.rank())...))
	}
	fn.Result = typeOfBlocks(dtypeOf[U](), chunks)
	y := b.finish(call)
	if wide && !h.untrimmed {
		y = trim(c, group, "", y, ms)
	}
	return wrap[U](y)
}

// A Window is an array together with its neighbourhood: what a stencil is
// written with.
type Window[T rt.Elem] struct {
	n  *node // of extended blocks
	ms []margin
}

// At returns the array of the elements that stand an offset, of one number for
// each axis, away: w.At(-1, 0) is, at each element, the one above it. It is cut
// as the array of the window, without a copy.
func (w Window[T]) At(offset ...int) Array[T] {
	c := record.Here()
	if !usable(c, w.n) {
		return wrap[T](badNode())
	}
	if len(offset) != len(w.ms) {
		return wrap[T](misuse(c, record.CodeBadDSL, "", "At: %d offsets in an array of %d axes", len(offset), len(w.ms)))
	}
	cut := make([][2]int64, len(offset))
	chunks := make([][]int64, len(offset))
	for k, o := range offset {
		m := w.ms[k]
		cut[k] = [2]int64{m.before + int64(o), m.after - int64(o)}
		if cut[k][0] < 0 || cut[k][1] < 0 {
			return wrap[T](misuse(c, record.CodeBadDSL, "", "At: offset %d along axis %d is beyond the depth of the halo", o, k))
		}
		chunks[k] = slices.Clone(w.n.chunks[k])
		for i := range chunks[k] {
			chunks[k][i] -= m.before + m.after
		}
	}
	b := newLayer(c, "at", "", w.n.dtype, chunks)
	return wrap[T](b.finish(cutBlock(b.operand(w.n.layer, w.n.blockType(), identity(w.n.rank())...), cut)))
}

// Stencil returns f of x and its neighbourhood: an expression of elements at
// fixed offsets, as
//
//	da.Stencil(x, da.Depth(1).Boundary(da.Nearest), func(w da.Window[float64]) da.Array[float64] {
//		return w.At(-1, 0).Add(w.At(1, 0)).Add(w.At(0, -1)).Add(w.At(0, 1)).Sub(w.At(0, 0).MulScalar(4))
//	})
//
// F is called once, when the graph is made. The halo needs a boundary on each
// axis where it has a depth.
func Stencil[T, U rt.Elem](x Array[T], h Halo, f func(w Window[T]) Array[U]) Array[U] {
	c := record.Here()
	group := newGroup("stencil")
	if !stencilBounded(c, "Stencil", x.n, h) {
		return wrap[U](badNode())
	}
	n, ms, _ := overlapped(c, "Stencil", group, h, x.n)
	if n[0].bad {
		return wrap[U](n[0])
	}
	return f(Window[T]{n[0], ms})
}

// stencilBounded says whether a window has elements at all offsets, or reports
// that it has not.
func stencilBounded(c *record.Caller, what string, x *node, h Halo) bool {
	if !usable(c, x) {
		return false
	}
	ms, err := h.margins(x.shape())
	for k := 0; err == nil && k < len(ms); k++ {
		if ms[k].kind == "none" && ms[k].before+ms[k].after > 0 {
			err = fmt.Errorf("axis %d has no boundary: say with Halo.Boundary what stands beyond the ends", k)
		}
	}
	if err != nil {
		misuse(c, record.CodeWrongShape, "", "%s: %v", what, err)
		return false
	}
	return true
}

// maxRedundant bounds the part of a block that is computed twice when blocks
// are exchanged only every few steps: 1/maxRedundant along an axis.
const maxRedundant = 8

// tileBytes is how large the tiles are, as far as possible, in which steps are
// made: two of them are in a second-level cache.
const tileBytes = 512 << 10

// IterateStencil applies a stencil n times, as n calls of Stencil would. Blocks
// are not exchanged at each step: with a halo of several depths a block makes
// several steps on its own before it looks at its neighbours again. The cells of
// the halo are then computed by two blocks; how many steps are made at once
// follows from the chunks, so that this is at most an eighth of the work along an
// axis. Blocks that are too large for the cache make their steps in tiles, of
// which at most a quarter is computed twice. The values are the same.
func IterateStencil[T rt.Elem](x Array[T], n int, h Halo, f func(w Window[T]) Array[T]) Array[T] {
	c := record.Here()
	if !stencilBounded(c, "IterateStencil", x.n, h) {
		return wrap[T](badNode())
	}
	if n < 0 {
		return wrap[T](misuse(c, record.CodeBadDSL, "", "IterateStencil: %d steps", n))
	}
	y := x.n.settled(c)
	ms, _ := h.margins(y.shape())
	group := newGroup("stencil")
	y = roomy(c, group, y, ms)
	if n == 0 {
		return wrap[T](y)
	}
	chunks, atOnce := y.chunks, min(n, stepsAtOnce(ms, y.chunks))
	tiles := cacheTiles(ms, atOnce, y)
	y = rechunk(c, group+".tiles", y, tiles)
	for done, round := 0, 0; done < n; round++ {
		steps := min(n-done, atOnce)
		if y = tiledSteps(c, fmt.Sprintf("%s.%d", group, round), y, ms, steps, f); y.bad {
			return wrap[T](y)
		}
		if !slices.EqualFunc(y.chunks, tiles, slices.Equal) {
			return wrap[T](misuse(c, record.CodeWrongShape, "", "IterateStencil: a step has another shape than x"))
		}
		done += steps
	}
	return wrap[T](rechunk(c, group, y, chunks))
}

// cacheTiles returns chunks of an array in which some steps at once stay in the
// cache: its blocks are cut along one axis after the other, the last one last, as
// far as they are too large, and the tiles remain twice as long as the halo.
func cacheTiles(ms []margin, steps int, x *node) [][]int64 {
	tiles := slices.Clone(x.chunks)
	for k, m := range ms {
		halo := (m.before + m.after) * int64(steps)
		length := slices.Max(tiles[k])
		row := x.dtype.Size() // the bytes of one cell along the axis
		for j := range tiles {
			if j != k {
				row *= slices.Max(tiles[j]) + (ms[j].before+ms[j].after)*int64(steps)
			}
		}
		if fits := max(tileBytes/row-halo, 2*halo, 1); length > fits {
			tiles[k] = cutChunks(tiles[k], evenParts(length, (length+fits-1)/fits))
		}
	}
	return tiles
}

// evenParts returns into how many parts a length is cut: some more than asked
// for, if they are equal then.
func evenParts(length, parts int64) int64 {
	for p := parts; p <= parts+parts/4; p++ {
		if length%p == 0 {
			return p
		}
	}
	return parts
}

// cutChunks cuts each chunk into parts, none of which is longer than those of the
// longest chunk.
func cutChunks(chunks []int64, parts int64) []int64 {
	part := (slices.Max(chunks) + parts - 1) / parts
	var list []int64
	for _, n := range chunks {
		p := max(1, (n+part-1)/part)
		for i := range p {
			list = append(list, n*(i+1)/p-n*i/p)
		}
	}
	return list
}

// stepsAtOnce returns how many steps blocks make between two exchanges.
func stepsAtOnce(ms []margin, chunks [][]int64) int {
	steps := int64(1) << 16
	for k, m := range ms {
		if m.before+m.after == 0 {
			continue
		}
		least := slices.Min(chunks[k])
		steps = min(steps, least/(maxRedundant*(m.before+m.after)), least/max(m.before, m.after))
	}
	return int(max(1, steps))
}

// tiledSteps makes steps with one exchange. The halo has the depth of all
// steps; each of them consumes a part. Where blocks end with the array, the
// boundary is put on anew at each step.
func tiledSteps[T rt.Elem](c *record.Caller, group string, x *node, ms []margin, steps int, f func(w Window[T]) Array[T]) *node {
	deep := slices.Clone(ms)
	for k := range deep {
		deep[k].before *= int64(steps)
		deep[k].after *= int64(steps)
		if deep[k].kind != "periodic" {
			deep[k].Boundary = NoBoundary
		}
	}
	y := extend(c, group, "overlap", x, deep, true)
	for i := range steps {
		y = extend(c, group, fmt.Sprintf("ends%d", i), y, ms, false)
		a := f(Window[T]{y, ms})
		if y = a.n; !usable(c, y) {
			return badNode()
		}
	}
	return y
}
