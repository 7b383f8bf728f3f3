package da

import (
	"fmt"
	"slices"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

// Dot returns the product of two arrays as NumPy's dot: over the last axis of x
// and the last but one of y, or its only one.
func (x Array[T]) Dot(y Array[T]) Array[T] {
	c := record.Here()
	if !usable(c, x.n, y.n) {
		return wrap[T](badNode())
	}
	a, b := x.n.settled(c), y.n.settled(c)
	if a.rank() == 0 || b.rank() == 0 {
		return wrap[T](elementwise(c, "multiply", dtypeOf[T](), []*node{a, b}))
	}
	return wrap[T](contract(c, "dot", a, b, []int{a.rank() - 1}, []int{max(0, b.rank()-2)}))
}

// MatMul returns the matrix product, as @ in NumPy: of the last two axes, with
// broadcasting along the others. An array of one axis is a row on the left and a
// column on the right.
func (x Array[T]) MatMul(y Array[T]) Array[T] {
	c := record.Here()
	if !usable(c, x.n, y.n) {
		return wrap[T](badNode())
	}
	a, b := x.n.settled(c), y.n.settled(c)
	switch {
	case a.rank() == 0 || b.rank() == 0:
		return wrap[T](misuse(c, record.CodeWrongShape, "write MulScalar", "MatMul: an operand is a scalar"))
	case a.rank() <= 2 && b.rank() <= 2:
		return wrap[T](contract(c, "matmul", a, b, []int{a.rank() - 1}, []int{0}))
	}
	n := batched(c, a, b)
	if n.bad || a.rank() > 1 && b.rank() > 1 {
		return wrap[T](n)
	}
	index := slices.Repeat([]any{All}, n.rank())
	if a.rank() == 1 {
		index[n.rank()-2] = 0
	} else {
		index[n.rank()-1] = 0
	}
	parsed, _ := parseIndex(index, n.shape())
	_, group, _ := splitName(n.layer.Name)
	return wrap[T](getitem(c, "matmul#"+group+".vector", n, parsed))
}

// TensorDot returns the sum of products over axes of x and as many of y.
func TensorDot[T rt.Elem](x, y Array[T], axesX, axesY []int) Array[T] {
	c := record.Here()
	if !usable(c, x.n, y.n) {
		return wrap[T](badNode())
	}
	a, b := x.n.settled(c), y.n.settled(c)
	ax, errX := axesInOrder(axesX, a.rank())
	ay, errY := axesInOrder(axesY, b.rank())
	switch {
	case errX != nil:
		return wrap[T](misuse(c, record.CodeBadDSL, "", "TensorDot: x: %v", errX))
	case errY != nil:
		return wrap[T](misuse(c, record.CodeBadDSL, "", "TensorDot: y: %v", errY))
	case len(ax) != len(ay):
		return wrap[T](misuse(c, record.CodeBadDSL, "", "TensorDot: %d axes of x and %d of y", len(ax), len(ay)))
	}
	return wrap[T](contract(c, "tensordot", a, b, ax, ay))
}

// axesInOrder counts axes from the front, and keeps their order.
func axesInOrder(axes []int, rank int) ([]int, error) {
	if len(axes) == 0 {
		return nil, nil
	}
	if _, err := normalAxes(axes, rank); err != nil {
		return nil, err
	}
	out := make([]int, len(axes))
	for i, a := range axes {
		out[i] = (a + rank) % rank
	}
	return out, nil
}

// contract records the sum of products over axes ax of a and ay of b: a layer
// of the products of blocks, and their sum over the blocks of the axes, as a
// tree. The axes of the result are the others of a, then those of b.
func contract(c *record.Caller, name string, a, b *node, ax, ay []int) *node {
	group := newGroup(name)
	wantA, wantB := slices.Clone(a.chunks), slices.Clone(b.chunks)
	for i := range ax {
		if la, lb := sum(a.chunks[ax[i]]), sum(b.chunks[ay[i]]); la != lb {
			return misuse(c, record.CodeWrongShape, "", "%s: shapes %s and %s: axis %d has length %d, axis %d has %d",
				name, ir.ShapeString(a.shape()), ir.ShapeString(b.shape()), ax[i], la, ay[i], lb)
		}
		both := refine(a.chunks[ax[i]], b.chunks[ay[i]])
		wantA[ax[i]], wantB[ay[i]] = both, both
	}
	a, b = rechunk(c, group+".rechunk0", a, wantA), rechunk(c, group+".rechunk1", b, wantB)
	p := &contraction{c: c, group: group, dtype: a.dtype}
	p.left, p.right = make([]int, a.rank()), make([]int, b.rank())
	for k, s := range a.chunks {
		p.left[k] = p.axis(s, slices.Index(ax, k))
	}
	for k, s := range b.chunks {
		if i := slices.Index(ay, k); i >= 0 {
			p.right[k] = p.left[ax[i]]
		} else {
			p.right[k] = p.axis(s, -1)
		}
	}
	axes := &ir.Expr{Kind: ir.ExprTuple, Args: []*ir.Expr{intList(ax), intList(ay)}}
	p.kernel = func(x, y *ir.Expr) *ir.Expr { return with(op("tensordot", x, y), "axes", axes) }
	p.many = func(x, y *ir.Expr) *ir.Expr { return with(op("tensordotmany", x, y), "axes", axes) }
	if name != "tensordot" && a.rank() <= 2 && b.rank() <= 2 {
		p.kernel = func(x, y *ir.Expr) *ir.Expr { return op(name, x, y) }
		p.many = func(x, y *ir.Expr) *ir.Expr { return op("dotmany", x, y) }
	}
	if len(ax) != 1 {
		p.many = nil
	}
	return p.record(a, b)
}

// A contraction is a sum of products of blocks of two arrays. Its grid has an
// axis for each axis of the operands, an axis in common being one; those that
// are summed over are the contracted ones.
type contraction struct {
	c           *record.Caller
	group       string
	dtype       ir.DType
	chunks      [][]int64                      // of the grid's axes
	contracted  []int                          // axes of the grid
	left, right []int                          // the grid's axis for each axis of an operand, -1: block 0
	kernel      func(x, y *ir.Expr) *ir.Expr   // of two blocks
	many        func(xs, ys *ir.Expr) *ir.Expr // the sum over pairs of two lists of blocks; nil: there is no such op
}

// axis adds an axis to the grid; contracted ones have a number that is not
// negative.
func (p *contraction) axis(chunks []int64, contracted int) int {
	k := len(p.chunks)
	p.chunks = append(p.chunks, chunks)
	if contracted >= 0 {
		p.contracted = append(p.contracted, k)
	}
	return k
}

// record records the layers: of one task per block of the result where the
// contracted axes have one block or few, else of partial sums and a tree.
func (p *contraction) record(a, b *node) *node {
	if err := checkBlocks(p.chunks); err != nil {
		return misuse(p.c, record.CodeUnsupported, "use larger blocks", "product: %v", err)
	}
	e := p.kernel(&ir.Expr{Kind: ir.ExprOperand, Type: a.blockType()}, &ir.Expr{Kind: ir.ExprOperand, Type: b.blockType()})
	if bad := checkDType(p.c, e, p.dtype); bad != nil {
		return bad
	}
	blocks := 1
	for _, k := range p.contracted {
		blocks *= len(p.chunks[k])
	}
	switch {
	case blocks == 1:
		return p.whole(a, b, false)
	case p.many != nil && blocks <= maxPairs:
		return p.whole(a, b, true)
	}
	l := p.partial(a, b)
	t := &tree{c: p.c, group: p.group, dtype: p.dtype, reduction: reduction{axes: p.contracted}}
	t.x = &node{layer: l, dtype: p.dtype, chunks: p.chunks}
	t.sameOp("sum")
	if p.dtype == ir.Bool { // numpy's product of bools is whether some pair is true
		t.sameOp("any")
	}
	return t.from(l)
}

// maxPairs is how many products of blocks one task sums.
const maxPairs = 16

// whole records the layer of the result: a task makes a block of it from all
// blocks along the contracted axis.
func (p *contraction) whole(a, b *node, many bool) *node {
	l := newLayer(p.c, p.group, "", p.dtype, p.outer())
	on := make([]ir.AxisAccess, len(p.chunks))
	next := 0
	for k := range on {
		switch {
		case !slices.Contains(p.contracted, k):
			on[k] = same(next, len(l.l.Grid))
			next++
		case many:
			on[k] = allOf(int64(len(p.chunks[k])))
		default:
			on[k] = fixed(0)
		}
	}
	return l.finish(p.product(l, a, b, on, many))
}

// partial records a layer of partial sums: of maxPairs products each where one
// op can do that, else of single products.
func (p *contraction) partial(a, b *node) *ir.Layer {
	grid, every := gridOf(p.chunks), int64(1)
	if p.many != nil {
		every = maxPairs
	}
	from := slices.Clone(grid)
	for _, k := range p.contracted {
		grid[k].N = (from[k].N + every - 1) / every
	}
	l := newGridLayer(p.c, p.group, "product", grid)
	for _, part := range ragged(from, grid, p.contracted, every) {
		on := identity(len(grid))
		for i, k := range p.contracted {
			if p.many != nil {
				on[k].Start.Coef[k] = every
				on[k].List, on[k].Step, on[k].Count = true, 1, ir.Affine{Base: part.counts[i]}
			}
		}
		l.next(part.where, p.product(l, a, b, on, p.many != nil))
	}
	return l.l
}

// product returns the kernel over the blocks of a and b that a task reads: on
// has the access for each axis of the grid.
func (p *contraction) product(l *builder, a, b *node, on []ir.AxisAccess, many bool) *ir.Expr {
	pick := func(axes []int) []ir.AxisAccess {
		out := make([]ir.AxisAccess, len(axes))
		for k, g := range axes {
			if out[k] = fixed(0); g >= 0 {
				out[k] = on[g]
			}
		}
		return out
	}
	x := l.operand(a.layer, a.blockType(), pick(p.left)...)
	y := l.operand(b.layer, b.blockType(), pick(p.right)...)
	if many {
		return p.many(x, y)
	}
	return p.kernel(x, y)
}

// outer returns the chunks of the axes that are not summed over.
func (p *contraction) outer() [][]int64 {
	var out [][]int64
	for k, c := range p.chunks {
		if !slices.Contains(p.contracted, k) {
			out = append(out, c)
		}
	}
	return out
}

// batched records a matrix product of arrays of more than two axes: the leading
// axes broadcast.
func batched(c *record.Caller, a, b *node) *node {
	group := newGroup("matmul")
	a, b = atLeast2(c, group, a, 0), atLeast2(c, group, b, 1)
	la, lb := a.rank()-2, b.rank()-2
	if sum(a.chunks[la+1]) != sum(b.chunks[lb]) {
		return misuse(c, record.CodeWrongShape, "", "matmul: shapes %s and %s: axis %d has length %d, axis %d has %d",
			ir.ShapeString(a.shape()), ir.ShapeString(b.shape()), la+1, sum(a.chunks[la+1]), lb, sum(b.chunks[lb]))
	}
	lead, err := leading(a, b)
	if err != nil {
		return misuse(c, record.CodeWrongShape, "", "matmul: %v", err)
	}
	inner := refine(a.chunks[la+1], b.chunks[lb])
	a = rechunk(c, group+".rechunk0", a, append(fitLead(a, lead), a.chunks[la], inner))
	b = rechunk(c, group+".rechunk1", b, append(fitLead(b, lead), inner, b.chunks[lb+1]))
	p := &contraction{c: c, group: group, dtype: a.dtype}
	for _, s := range lead {
		p.axis(s, -1)
	}
	i, k, j := p.axis(a.chunks[la], -1), p.axis(inner, 0), p.axis(b.chunks[lb+1], -1)
	p.left = append(leadAxes(a, len(lead)), i, k)
	p.right = append(leadAxes(b, len(lead)), k, j)
	p.kernel = func(x, y *ir.Expr) *ir.Expr { return op("matmul", x, y) }
	return p.record(a, b)
}

// atLeast2 is the row or column that an array of one axis stands for.
func atLeast2(c *record.Caller, group string, n *node, at int) *node {
	if n.rank() >= 2 {
		return n
	}
	index := []any{All}
	index = slices.Insert(index, at, any(NewAxis))
	parsed, _ := parseIndex(index, n.shape())
	return getitem(c, fmt.Sprintf("%s.as2d%d", group, at), n, parsed)
}

// leading returns the common chunks of the leading axes of two arrays.
func leading(a, b *node) ([][]int64, error) {
	nodes := []*node{{chunks: a.chunks[:a.rank()-2]}, {chunks: b.chunks[:b.rank()-2]}}
	rank := max(nodes[0].rank(), nodes[1].rank())
	lead := make([][]int64, rank)
	for k := range lead {
		var err error
		if lead[k], err = alignAxis(nodes, rank, k); err != nil {
			return nil, err
		}
	}
	return lead, nil
}

// fitLead returns the chunks that the leading axes of n must have.
func fitLead(n *node, lead [][]int64) [][]int64 {
	own := n.rank() - 2
	out := make([][]int64, own, own+2)
	for k := range out {
		out[k] = lead[len(lead)-own+k]
		if sum(n.chunks[k]) == 1 {
			out[k] = []int64{1}
		}
	}
	return out
}

// leadAxes returns the grid's axes for the leading axes of n.
func leadAxes(n *node, lead int) []int {
	own := n.rank() - 2
	axes := make([]int, own)
	for k := range axes {
		axes[k] = lead - own + k
		if len(n.chunks[k]) == 1 {
			axes[k] = -1
		}
	}
	return axes
}
