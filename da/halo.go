package da

import (
	"fmt"
	"slices"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

// A Boundary says what stands beyond the two ends of an axis.
type Boundary struct {
	kind  string
	value *ir.Const
}

// The boundaries, beside Filled.
var (
	NoBoundary = Boundary{kind: "none"}     // nothing: blocks at an end are not extended there
	Reflect    = Boundary{kind: "reflect"}  // the array's own elements, the last one first: c b a | a b c
	Nearest    = Boundary{kind: "nearest"}  // the last element: a a a | a b c
	Periodic   = Boundary{kind: "periodic"} // the elements at the other end: x y z | a b c
)

// Filled is the boundary of one value.
func Filled[T rt.Elem](v T) Boundary { return Boundary{"constant", Const(v).n.konst} }

// A Halo says how far blocks reach into their neighbours. Depth and Depths make
// it.
type Halo struct {
	depths    [][2]int
	bounds    []Boundary
	untrimmed bool
}

// Depth returns a halo of so many elements, one number for all axes or one for
// each, before and behind a block. Without Boundary, the ends of the array have
// none.
func Depth(n ...int) Halo {
	h := Halo{}
	for _, d := range n {
		h.depths = append(h.depths, [2]int{d, d})
	}
	return h
}

// Depths is Depth with a number for the elements before a block and one for
// those behind it.
func Depths(beforeAfter ...[2]int) Halo { return Halo{depths: beforeAfter} }

// Boundary returns the halo with boundaries, one for all axes or one for each.
func (h Halo) Boundary(b ...Boundary) Halo {
	h.bounds = b
	return h
}

// Untrimmed returns the halo for functions whose extended result is not to be
// cut back: the blocks of MapOverlap's result then are as large as what the
// function returns.
func (h Halo) Untrimmed() Halo {
	h.untrimmed = true
	return h
}

// A margin is a halo along one axis.
type margin struct {
	before, after int64
	Boundary
}

// margins returns the halo along each axis of an array.
func (h Halo) margins(shape []int64) ([]margin, error) {
	m := make([]margin, len(shape))
	depths, bounds := h.depths, h.bounds
	if len(bounds) == 0 {
		bounds = []Boundary{NoBoundary}
	}
	if len(depths) != 1 && len(depths) != len(shape) {
		return nil, fmt.Errorf("%d depths for an array of %d axes", len(depths), len(shape))
	}
	if len(bounds) != 1 && len(bounds) != len(shape) {
		return nil, fmt.Errorf("%d boundaries for an array of %d axes", len(bounds), len(shape))
	}
	for k, n := range shape {
		d, b := depths[min(k, len(depths)-1)], bounds[min(k, len(bounds)-1)]
		switch {
		case d[0] < 0 || d[1] < 0:
			return nil, fmt.Errorf("the depth %d is negative", min(d[0], d[1]))
		case b.kind == "":
			return nil, fmt.Errorf("the boundary of axis %d has not been set", k)
		case int64(max(d[0], d[1])) > n:
			return nil, fmt.Errorf("the depth %d is more than the length %d of axis %d", max(d[0], d[1]), n, k)
		}
		m[k] = margin{int64(d[0]), int64(d[1]), b}
	}
	return m, nil
}

// reach returns how much block i of n grows at either end.
func (m *margin) reach(i, n int) (lo, hi int64) {
	if i > 0 || m.kind != "none" {
		lo = m.before
	}
	if i+1 < n || m.kind != "none" {
		hi = m.after
	}
	return lo, hi
}

// wide returns the lengths of blocks with the margin.
func (m *margin) wide(sizes []int64) []int64 {
	out := slices.Clone(sizes)
	for i := range out {
		lo, hi := m.reach(i, len(sizes))
		out[i] += lo + hi
	}
	return out
}

// atLeast returns chunks of an axis of which none is shorter than size, as
// dask: short ones are joined with those before them, or take from them what
// they lack.
func atLeast(size int64, chunks []int64) []int64 {
	if size <= slices.Min(chunks) {
		return chunks
	}
	var out []int64
	open := int64(0)
	for _, c := range chunks {
		switch lack := size - c; {
		case lack > 0 && open > size+lack:
			out, open = append(out, open-lack), size
		case lack > 0:
			open += c
		}
		if open >= size {
			out, open = append(out, open), 0
		}
		if c >= size {
			open += c
		}
	}
	if open >= size || len(out) == 0 {
		return append(out, open)
	}
	out[len(out)-1] += open
	return out
}

// roomy rechunks an array so that no block is shorter than its neighbours'
// margins.
func roomy(c *record.Caller, group string, x *node, ms []margin) *node {
	to := make([][]int64, x.rank())
	for k := range to {
		to[k] = atLeast(max(ms[k].before, ms[k].after), x.chunks[k])
	}
	if slices.EqualFunc(to, x.chunks, slices.Equal) {
		return x
	}
	return rechunk(c, group+".rechunk", x, to)
}

// A reachOf is a range of blocks along an axis which reach into their
// neighbours in the same way.
type reachOf struct {
	lo, hi        int64 // the blocks
	first, last   bool  // these are at the ends of the array
	before, after int64 // blocks that are read beside the own one: 0 or 1
	wraps         bool  // one of those is at the other end of the array
}

// reaches divides the n blocks of an axis. Where nothing is read from beyond
// the ends, and nothing happens there, all blocks are alike.
func (m *margin) reaches(n int64, reads bool) []reachOf {
	if m.before == 0 && m.after == 0 {
		return []reachOf{{hi: n}}
	}
	around := reachOf{hi: n, before: min(1, m.before), after: min(1, m.after)}
	if !reads {
		around.before, around.after = 0, 0
	}
	all := []reachOf{{0, 1, true, n == 1, 0, around.after, false}}
	if n > 2 {
		all = append(all, reachOf{1, n - 1, false, false, around.before, around.after, false})
	}
	if n > 1 {
		all = append(all, reachOf{n - 1, n, false, true, around.before, 0, false})
	}
	if n == 1 {
		all[0].after = 0
	} else if m.kind == "periodic" && reads {
		all[0].before, all[len(all)-1].after = around.before, around.after
		all[0].wraps, all[len(all)-1].wraps = around.before > 0, around.after > 0
	}
	return all
}

// products calls f for each combination of the entries of lists.
func products[E any](lists [][]E, f func(combination []E)) {
	at := make([]E, len(lists))
	var choose func(k int)
	choose = func(k int) {
		if k == len(lists) {
			f(at)
			return
		}
		for _, e := range lists[k] {
			at[k] = e
			choose(k + 1)
		}
	}
	choose(0)
}

// boxOf is the part of the grid in which reaches hold.
func boxOf(rs []reachOf) ir.Set {
	box := make([]ir.Range, len(rs))
	for k, r := range rs {
		box[k] = ir.Range{Lo: r.lo, Hi: r.hi, Step: 1}
	}
	return ir.Set{Box: box}
}

// extend records the array whose blocks are extended by margins. Inner says
// whether they reach into their neighbours; otherwise only the ends of the array
// are extended.
func extend(c *record.Caller, group, suffix string, x *node, ms []margin, inner bool) *node {
	lists := make([][]reachOf, x.rank())
	chunks := make([][]int64, x.rank())
	changed := false
	for k := range lists {
		n := len(x.chunks[k])
		lists[k] = ms[k].reaches(int64(n), inner)
		if chunks[k] = ms[k].wide(x.chunks[k]); !inner {
			chunks[k] = ms[k].padded(x.chunks[k])
		}
		changed = changed || !slices.Equal(chunks[k], x.chunks[k])
	}
	if !changed {
		return x
	}
	b := newLayer(c, group, suffix, x.dtype, chunks)
	products(lists, func(rs []reachOf) { b.extendCase(x, ms, rs, inner) })
	return b.n
}

// padded returns the lengths of blocks when the ends of the array are extended.
func (m *margin) padded(sizes []int64) []int64 {
	out := slices.Clone(sizes)
	if m.kind != "none" && m.kind != "periodic" {
		out[0] += m.before
		out[len(out)-1] += m.after
	}
	return out
}

// extendCase adds the case of the blocks that reach into their neighbours as rs
// says.
func (b *builder) extendCase(x *node, ms []margin, rs []reachOf, inner bool) {
	args := make([]*ir.Expr, 4)
	for i := range args {
		args[i] = list()
	}
	kinds, values := list(), list()
	idle := true
	for k, r := range rs {
		m := ms[k]
		if !inner { // only ends are extended
			if m.kind == "periodic" || !r.first {
				m.before = 0
			}
			if m.kind == "periodic" || !r.last {
				m.after = 0
			}
		}
		for i, n := range []int64{r.before + 1 + r.after, r.before, m.before, m.after} {
			args[i].Args = append(args[i].Args, intExpr(n))
		}
		idle = idle && m.before == 0 && m.after == 0
		kinds.Args = append(kinds.Args, stringExpr(m.kind))
		values.Args = append(values.Args, m.fill())
	}
	kinds.Type = ir.ListType(&ir.Type{Kind: ir.TypeString})
	if idle {
		b.next(boxOf(rs), b.operand(x.layer, x.blockType(), identity(x.rank())...))
		return
	}
	blocks := b.neighbours(x, rs)
	e := with(op("overlap", append([]*ir.Expr{blocks}, args...)...), "boundary", kinds)
	if slices.ContainsFunc(ms, func(m margin) bool { return m.kind == "constant" }) {
		with(e, "value", values)
	}
	b.next(boxOf(rs), e)
}

func stringExpr(s string) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{Kind: ir.ConstString, Str: s}, Type: &ir.Type{Kind: ir.TypeString}}
}

// fill is the constant of the boundary, 0 where it is another.
func (m *margin) fill() *ir.Expr {
	if m.value == nil {
		return intExpr(0)
	}
	return weak(m.value)
}

// neighbours returns the list of a block and those into which it reaches.
func (b *builder) neighbours(x *node, rs []reachOf) *ir.Expr {
	axes := make([]ir.AxisAccess, len(rs))
	wraps, lists := false, false
	for k, r := range rs {
		axes[k] = same(k, len(rs))
		if count := r.before + 1 + r.after; count > 1 {
			axes[k].Start.Base = -r.before
			axes[k].List, axes[k].Count, axes[k].Step = true, ir.Affine{Base: count}, 1
		}
		wraps, lists = wraps || r.wraps, lists || axes[k].List
	}
	switch {
	case wraps:
		return b.access(x.layer, x.blockType(), ir.Access{Table: b.wrapped(x.layer.Grid, rs)})
	case lists:
		return b.operand(x.layer, x.blockType(), axes...)
	}
	one := list(b.operand(x.layer, x.blockType(), axes...))
	one.Type = ir.ListType(x.blockType())
	return one
}

// wrapped lists the neighbours where some of them are at the other end.
func (b *builder) wrapped(g ir.Grid, rs []reachOf) *ir.Table {
	t := &ir.Table{List: true, Offsets: []uint32{0}}
	where := boxOf(rs)
	src := make([]int64, len(g))
	for n := range where.Count(b.l.Grid) {
		ix := b.l.Grid.Index(where.Linear(b.l.Grid, n))
		around := make([][]int64, len(g))
		for k, r := range rs {
			for d := -r.before; d <= r.after; d++ {
				around[k] = append(around[k], (ix[k]+d+g[k].N)%g[k].N)
			}
		}
		products(around, func(at []int64) {
			copy(src, at)
			t.IDs = append(t.IDs, uint32(g.Linear(src)))
		})
		t.Offsets = append(t.Offsets, uint32(len(t.IDs)))
	}
	return t
}

// trim records the array whose blocks lack the margins that extend has added.
func trim(c *record.Caller, group, suffix string, x *node, ms []margin) *node {
	lists := make([][]reachOf, x.rank())
	chunks := make([][]int64, x.rank())
	for k, m := range ms {
		n := len(x.chunks[k])
		lists[k] = []reachOf{{hi: int64(n)}}
		if m.kind == "none" {
			lists[k] = m.reaches(int64(n), false)
		}
		chunks[k] = slices.Clone(x.chunks[k])
		for i := range chunks[k] {
			lo, hi := m.reach(i, n)
			chunks[k][i] -= lo + hi
		}
	}
	if slices.EqualFunc(chunks, x.chunks, slices.Equal) {
		return x
	}
	b := newLayer(c, group, suffix, x.dtype, chunks)
	products(lists, func(rs []reachOf) {
		cut := make([][2]int64, len(rs))
		for k, r := range rs {
			n := len(x.chunks[k])
			cut[k][0], _ = ms[k].reach(int(r.lo), n)
			_, cut[k][1] = ms[k].reach(int(r.hi)-1, n)
		}
		block := b.operand(x.layer, x.blockType(), identity(x.rank())...)
		b.next(boxOf(rs), cutBlock(block, cut))
	})
	return b.n
}

// cutBlock returns a block without some cells at both ends of its axes.
func cutBlock(block *ir.Expr, cut [][2]int64) *ir.Expr {
	index := make([]*ir.Expr, len(cut))
	for k, n := range cut {
		start, stop := noneExpr(), noneExpr()
		if n[0] > 0 {
			start = intExpr(n[0])
		}
		if n[1] > 0 {
			stop = intExpr(-n[1])
		}
		index[k] = sliceExpr(start, stop, noneExpr())
	}
	return op("getitem", block, indexExpr(index))
}
