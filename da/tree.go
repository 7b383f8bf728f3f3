package da

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

// A tree is a reduction over many blocks: chunk makes a partial result of each
// block, combine joins the partial results of some, and aggregate makes the
// result of the last ones. Combine and aggregate take a list.
type tree struct {
	reduction
	c         *record.Caller
	group     string
	x         *node
	dtype     ir.DType // of the result
	chunk     func(b *builder, block *ir.Expr) *ir.Expr
	combine   func(list *ir.Expr) *ir.Expr
	aggregate func(list *ir.Expr) *ir.Expr
}

// single records a reduction that needs no other block.
func (t *tree) single(name string) *node {
	b := t.resultLayer()
	rank := len(b.l.Grid)
	axes, out := make([]ir.AxisAccess, t.x.rank()), 0
	for k := range axes {
		reduced := slices.Contains(t.axes, k)
		if reduced {
			axes[k] = fixed(0)
		} else {
			axes[k] = same(out, rank)
		}
		if !reduced || t.keep {
			out++
		}
	}
	return b.finish(t.options(op(name, b.operand(t.x.layer, t.x.blockType(), axes...)), true))
}

// options adds axis and keepdims, and the ddof if there is one.
func (t *tree) options(e *ir.Expr, ddof bool) *ir.Expr {
	with(e, "axis", intList(t.axes))
	if t.keep {
		with(e, "keepdims", boolExpr(true))
	}
	if ddof && t.ddof != 0 {
		with(e, "ddof", intExpr(int64(t.ddof)))
	}
	return e
}

// combiner is the op whose _combine joins partial results of a reduction, where
// it is not its own.
var combiner = map[string]string{"nansum": "sum", "nanprod": "prod", "count_nonzero": "sum"}

// sameOp sets the steps of a reduction whose partial results are of the kind of
// the result: they have its shape, and are combined element by element.
func (t *tree) sameOp(name string) {
	join := cmp.Or(combiner[name], name) + "_combine"
	t.chunk = func(_ *builder, e *ir.Expr) *ir.Expr { return t.options(op(name, e), false) }
	t.combine = func(l *ir.Expr) *ir.Expr { return op(join, l) }
	t.aggregate = t.combine
}

// moments sets the steps of mean, var and std, and of those that skip NaN. Build
// lets a mean share the chunks of a var or std of the same array.
func (t *tree) moments(name string) {
	stat, skip := strings.CutPrefix(name, "nan")
	chunk := "moment_chunk"
	if stat == "mean" {
		chunk = "mean_chunk"
	}
	t.chunk = func(_ *builder, e *ir.Expr) *ir.Expr {
		e = with(op(chunk, e), "axis", intList(t.axes))
		if skip {
			with(e, "skipnan", boolExpr(true))
		}
		return e
	}
	t.combine = func(l *ir.Expr) *ir.Expr { return op("moment_combine", l) }
	t.aggregate = func(l *ir.Expr) *ir.Expr { return t.options(op(stat+"_agg", l), true) }
}

// resultLayer starts the layer of the result.
func (t *tree) resultLayer() *builder {
	var chunks [][]int64
	for k, c := range t.x.chunks {
		switch {
		case !slices.Contains(t.axes, k):
			chunks = append(chunks, c)
		case t.keep:
			chunks = append(chunks, []int64{1})
		}
	}
	return newLayer(t.c, t.group, "", t.dtype, chunks)
}

// build records the layers of the tree.
func (t *tree) build() *node {
	b := newGridLayer(t.c, t.group, "chunk", gridOf(t.x.chunks))
	b.next(ir.Set{}, t.chunk(b, b.operand(t.x.layer, t.x.blockType(), identity(t.x.rank())...)))
	return t.from(b.l)
}

// from records the levels above the layer of partial results.
func (t *tree) from(l *ir.Layer) *node {
	every := t.splitEvery()
	for level := 1; t.wide(l.Grid, every); level++ {
		l = t.combineLayer(l, level, every)
	}
	return t.last(l)
}

// wide says whether an axis has more blocks left than one task combines.
func (t *tree) wide(g ir.Grid, every int64) bool {
	return slices.ContainsFunc(t.axes, func(a int) bool { return g[a].N > every })
}

// combineLayer records a level of the tree. Where the number of blocks is not a
// multiple, the last task of an axis combines fewer: that is a case of its own.
func (t *tree) combineLayer(l *ir.Layer, level int, every int64) *ir.Layer {
	grid := slices.Clone(l.Grid)
	for _, a := range t.axes {
		grid[a].N = (l.Grid[a].N + every - 1) / every
	}
	suffix := "combine"
	if level > 1 {
		suffix = fmt.Sprintf("combine%d", level)
	}
	b := newGridLayer(t.c, t.group, suffix, grid)
	for _, part := range ragged(l.Grid, grid, t.axes, every) {
		axes := identity(len(grid))
		for i, a := range t.axes {
			axes[a].Start.Coef[a] = every
			axes[a].List, axes[a].Step = true, 1
			axes[a].Count = ir.Affine{Base: part.counts[i]}
		}
		b.next(part.where, t.combine(b.operand(l, nil, axes...)))
	}
	return b.l
}

// A part is the tasks of a level that combine equally many blocks.
type part struct {
	where  ir.Set
	counts []int64 // along each reduced axis
}

// ragged divides a grid into the tasks that combine every blocks of from along
// each axis, and those at the ends that combine the rest.
func ragged(from, grid ir.Grid, axes []int, every int64) []part {
	box := make([]ir.Range, len(grid))
	for k, e := range grid {
		box[k] = ir.Range{Lo: 0, Hi: e.N, Step: 1}
	}
	parts := []part{{where: ir.Set{Box: box}}}
	split := false
	for _, a := range axes {
		rest := from[a].N % every
		var next []part
		for _, p := range parts {
			full, end := grid[a].N, grid[a].N
			if rest != 0 {
				full--
			}
			if full > 0 {
				next = append(next, p.along(a, 0, full, min(every, from[a].N)))
			}
			if full < end {
				next = append(next, p.along(a, full, end, rest))
			}
			split = split || full > 0 && full < end
		}
		parts = next
	}
	if !split {
		parts[0].where = ir.Set{}
	}
	return parts
}

// along narrows a part along an axis.
func (p part) along(axis int, lo, hi, count int64) part {
	box := slices.Clone(p.where.Box)
	box[axis] = ir.Range{Lo: lo, Hi: hi, Step: 1}
	return part{where: ir.Set{Box: box}, counts: append(slices.Clone(p.counts), count)}
}

// last records the layer of the result, which aggregates all that is left.
func (t *tree) last(l *ir.Layer) *node {
	b := t.resultLayer()
	rank, out := len(b.l.Grid), 0
	axes := make([]ir.AxisAccess, len(l.Grid))
	for k := range axes {
		reduced := slices.Contains(t.axes, k)
		if reduced {
			axes[k] = allOf(l.Grid[k].N)
		} else {
			axes[k] = same(out, rank)
		}
		if !reduced || t.keep {
			out++
		}
	}
	return b.finish(t.aggregate(b.operand(l, nil, axes...)))
}

// ArgMin returns the position of the least element along an axis; without an
// axis, in the array flattened. Of equal elements it is the first; NaN is the
// least.
func (x Array[T]) ArgMin(axis ...int) Array[int64] {
	return argReduce(record.Here(), "argmin", x, axis)
}

// ArgMax returns the position of the greatest element along an axis; without an
// axis, in the array flattened. Of equal elements it is the first; NaN is the
// greatest.
func (x Array[T]) ArgMax(axis ...int) Array[int64] {
	return argReduce(record.Here(), "argmax", x, axis)
}

func argReduce[T rt.Elem](c *record.Caller, name string, x Array[T], args []int) Array[int64] {
	if !usable(c, x.n) {
		return wrap[int64](badNode())
	}
	n, group := x.n.settled(c), newGroup(name)
	r, err := parseReduction(args, n.rank())
	if err == nil && len(r.axes) != 1 {
		if n = n.flat(c, group+".flat"); len(r.axes) == x.n.rank() && !r.keep {
			r.axes = []int{0}
		} else {
			err = fmt.Errorf("takes one axis, or none and no KeepDims")
		}
	}
	if err != nil {
		return wrap[int64](misuse(c, record.CodeBadDSL, "", "%s: %v", name, err))
	}
	if r.emptyOver(n) {
		return wrap[int64](misuse(c, record.CodeWrongShape, "", "%s: no elements along the reduced axis", name))
	}
	t := &tree{c: c, group: group, x: n, reduction: r, dtype: ir.Int64}
	t.positions(name)
	return wrap[int64](t.build())
}

// positions sets the steps of argmin and argmax: a chunk knows at which
// position of the whole array it starts.
func (t *tree) positions(name string) {
	axis := t.axes[0]
	starts := bounds(t.x.chunks[axis])
	kind := &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{Kind: ir.ConstString, Str: name}, Type: &ir.Type{Kind: ir.TypeString}}
	t.chunk = func(b *builder, e *ir.Expr) *ir.Expr {
		offset := b.along(axis, starts[:len(starts)-1])
		e = with(op("arg_chunk", e), "axis", intList(t.axes))
		return with(with(e, "offset", list(offset)), "kind", kind)
	}
	t.combine = func(l *ir.Expr) *ir.Expr { return with(op("arg_combine", l), "kind", kind) }
	t.aggregate = func(l *ir.Expr) *ir.Expr { return with(t.options(op("arg_agg", l), false), "kind", kind) }
}
