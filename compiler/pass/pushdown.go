package pass

import (
	"slices"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// A pusher moves the getitems of one case's kernel towards its operands.
type pusher struct {
	columns
	fired []string // rules, in the order in which they were used
	done  map[*ir.Expr]*ir.Expr
}

// pushDown rewrites the kernel of a case, and returns the case with the rules
// that were used. The case given stays as it is.
func pushDown(g ir.Grid, cs *ir.Case) (*ir.Case, []string) {
	own := *cs
	own.Operands, own.Params = slices.Clone(cs.Operands), slices.Clone(cs.Params)
	p := &pusher{columns: columns{grid: g, cs: &own}, done: map[*ir.Expr]*ir.Expr{}}
	own.Kernel = p.rewrite(cs.Kernel)
	if len(p.fired) == 0 {
		return cs, nil
	}
	return prune(g, &own), p.fired
}

// rewrite returns an expression with its getitems moved down.
func (p *pusher) rewrite(e *ir.Expr) *ir.Expr {
	if d := p.done[e]; d != nil {
		return d
	}
	out := e
	for isGetItem(out) {
		next := p.step(out)
		if next == nil {
			break
		}
		out = next
	}
	out = p.rewriteArgs(out)
	p.done[e] = out
	return out
}

// rewriteArgs rewrites below a node; the node is copied if something changes.
func (p *pusher) rewriteArgs(e *ir.Expr) *ir.Expr {
	d := *e
	d.Args, d.Kwargs = slices.Clone(e.Args), slices.Clone(e.Kwargs)
	changed := false
	for i, a := range e.Args {
		d.Args[i] = p.rewrite(a)
		changed = changed || d.Args[i] != a
	}
	for i := range e.Kwargs {
		d.Kwargs[i].Value = p.rewrite(e.Kwargs[i].Value)
		changed = changed || d.Kwargs[i].Value != e.Kwargs[i].Value
	}
	if !changed {
		return e
	}
	return &d
}

// A pushRule moves a getitem on a node of one kind below it. It returns nil
// where it does not apply.
type pushRule struct {
	name    string
	applies func(arg *ir.Expr) bool
	push    func(p *pusher, e, arg *ir.Expr, subs []subscript) *ir.Expr
}

var pushRules = []pushRule{
	{"getitem-transpose", isTranspose, (*pusher).throughTranspose},
	{"getitem-getitem", isGetItem, (*pusher).throughGetItem},
	{"getitem-elementwise", isElementwise, (*pusher).throughElementwise},
	{"getitem-broadcast", isOp("broadcast_to"), (*pusher).throughBroadcast},
	{"getitem-concatenate", isOp("concatenate"), (*pusher).throughConcatenate},
	{"getitem-stack", isOp("stack"), (*pusher).throughStack},
}

// wholeScalar says whether e is a block of rank 0 indexed by () or an ellipsis.
func wholeScalar(e *ir.Expr) bool {
	t := e.Args[0].Type
	if t == nil || t.Kind != ir.TypeBlock || len(t.Shape) > 0 {
		return false
	}
	parts := []*ir.Expr{e.Args[1]}
	if e.Args[1].Kind == ir.ExprTuple {
		parts = e.Args[1].Args
	}
	return !slices.ContainsFunc(parts, func(p *ir.Expr) bool {
		return p.Kind != ir.ExprConst || p.Const.Kind != ir.ConstEllipsis
	})
}

// step moves a getitem one node down, or returns nil.
func (p *pusher) step(e *ir.Expr) *ir.Expr {
	subs := basicIndex(e)
	if subs == nil && !wholeScalar(e) {
		return nil
	}
	if !slices.ContainsFunc(subs, func(s subscript) bool { return s.kind != selectAll }) {
		p.fired = append(p.fired, "getitem-all")
		return e.Args[0]
	}
	for _, r := range pushRules {
		if !r.applies(e.Args[0]) {
			continue
		}
		if out := r.push(p, e, e.Args[0], subs); out != nil {
			p.fired = append(p.fired, r.name)
			return out
		}
	}
	return nil
}

func isGetItem(e *ir.Expr) bool { return isOp("getitem")(e) && len(e.Args) > 0 }

func isOp(name string) func(*ir.Expr) bool {
	return func(e *ir.Expr) bool {
		op := opOf(e)
		return op != nil && op.Name == name
	}
}

func isTranspose(e *ir.Expr) bool {
	return (isOp("transpose")(e) || isOp("swapaxes")(e)) && len(e.Args) > 0 && permutationOf(e) != nil
}

// permutationOf returns which axis of its argument each axis of a transposition
// is, or nil if that is not known.
func permutationOf(e *ir.Expr) []int {
	t := e.Args[0].Type
	c, err := stdops.Bind(opOf(e), e)
	if err != nil || t == nil || t.Kind != ir.TypeBlock {
		return nil
	}
	perm := make([]int, len(t.Shape))
	for i := range perm {
		perm[i] = i
	}
	if opOf(e).Name == "swapaxes" {
		a, ok1 := literalAxis(c.Args[1], len(perm))
		b, ok2 := literalAxis(c.Args[2], len(perm))
		if !ok1 || !ok2 {
			return nil
		}
		perm[a], perm[b] = b, a
		return perm
	}
	if isNone(c.Args[1]) {
		slices.Reverse(perm)
		return perm
	}
	if len(c.Args[1].Args) != len(perm) {
		return nil
	}
	for i, a := range c.Args[1].Args {
		k, ok := literalAxis(a, len(perm))
		if !ok {
			return nil
		}
		perm[i] = k
	}
	return perm
}

func literalAxis(e *ir.Expr, rank int) (int, bool) {
	if e.Kind != ir.ExprConst || e.Const.Kind != ir.ConstInt {
		return 0, false
	}
	a := wrap(e.Const.Int, int64(rank))
	return int(a), a >= 0 && a < int64(rank)
}

// node makes a typed op node; it takes position and origin from the node that
// it replaces. It returns nil if the arguments have no meaning.
func node(like *ir.Expr, op string, args ...*ir.Expr) *ir.Expr {
	e := &ir.Expr{Kind: ir.ExprOp, Op: op, Args: args, Pos: like.Pos, Origin: like.Origin}
	if !typed(e) {
		return nil
	}
	return e
}

// typed infers the type of a node and says whether it has one.
func typed(e *ir.Expr) bool {
	t, err := check.Node(e)
	e.Type = t
	return err == nil && t != nil
}

// take makes the getitem of an expression by subscripts.
func (p *pusher) take(like, e *ir.Expr, subs []subscript) *ir.Expr {
	if !slices.ContainsFunc(subs, func(s subscript) bool { return s.kind != selectAll }) {
		return e
	}
	idx, ok := p.indexExpr(subs)
	if !ok {
		return nil
	}
	return node(like, "getitem", e, idx)
}

// throughTranspose: transpose(x)[i, j] is x[j, i], transposed if axes are left
// in another order.
func (p *pusher) throughTranspose(e, arg *ir.Expr, subs []subscript) *ir.Expr {
	perm := permutationOf(arg)
	src := make([]subscript, len(perm))
	var left []int // axes of x that are left, in the order of the result
	for i, s := range subs {
		src[perm[i]] = s
		if s.kind != selectAt {
			left = append(left, perm[i])
		}
	}
	out := p.take(e, arg.Args[0], src)
	if out == nil || slices.IsSorted(left) {
		return out
	}
	sorted := slices.Sorted(slices.Values(left))
	axes := &ir.Expr{Kind: ir.ExprList}
	for _, a := range left {
		axes.Args = append(axes.Args, p.write(constant(int64(slices.Index(sorted, a)))))
	}
	if !typed(axes) {
		return nil
	}
	like := *arg
	return node(&like, "transpose", out, axes)
}

// throughGetItem: x[i][j] is x[k], where k selects of what i selects.
func (p *pusher) throughGetItem(e, arg *ir.Expr, subs []subscript) *ir.Expr {
	inner := basicIndex(arg)
	if inner == nil {
		return nil
	}
	out := slices.Clone(inner)
	for i, s := range inner {
		if s.kind == selectAt {
			continue
		}
		outer := subs[0]
		subs = subs[1:]
		if s.kind == selectAll || outer.kind == selectAll {
			if outer.kind != selectAll {
				out[i] = outer
			}
			continue
		}
		n, ok := p.lengths(arg.Args[0], i)
		if !ok {
			return nil
		}
		if out[i], ok = p.within(s, outer, n); !ok {
			return nil
		}
	}
	return p.take(e, arg.Args[0], out)
}

// throughElementwise: f(x, y)[i] is f(x[i], y[i]), where an operand that is
// broadcast is indexed at 0.
func (p *pusher) throughElementwise(e, arg *ir.Expr, subs []subscript) *ir.Expr {
	out := *arg
	out.Args = slices.Clone(arg.Args)
	for i, a := range arg.Args {
		if a.Type == nil || a.Type.Kind != ir.TypeBlock {
			continue
		}
		own, ok := p.aligned(a, arg, subs)
		if !ok {
			return nil
		}
		if out.Args[i] = p.take(e, a, own); out.Args[i] == nil {
			return nil
		}
	}
	for i := range arg.Kwargs {
		if t := arg.Kwargs[i].Value.Type; t == nil || t.Kind == ir.TypeBlock {
			return nil
		}
	}
	if !typed(&out) {
		return nil
	}
	return &out
}

// aligned returns the subscripts of an operand of a broadcast result: the last
// axes are common, and an axis of length 1 that is repeated is taken whole.
func (p *pusher) aligned(a, result *ir.Expr, subs []subscript) ([]subscript, bool) {
	skip := len(subs) - len(a.Type.Shape)
	own := slices.Clone(subs[skip:])
	for d := range own {
		switch same, once := p.sameLength(a, d, result, skip+d); {
		case same:
		case !once:
			return nil, false
		case own[d].kind == selectAt:
			own[d] = subscript{kind: selectAt}
		default:
			own[d] = subscript{}
		}
	}
	return own, true
}

// sameLength says whether two axes are of equal length in all tasks, and
// whether the first is of length 1 in all tasks.
func (p *pusher) sameLength(a *ir.Expr, d int, b *ir.Expr, k int) (same, once bool) {
	if a.Type.Shape[d] >= 0 && a.Type.Shape[d] == b.Type.Shape[k] {
		return true, a.Type.Shape[d] == 1
	}
	n, ok1 := p.lengths(a, d)
	m, ok2 := p.lengths(b, k)
	if !ok1 {
		return false, false
	}
	once = all(func(v ...int64) bool { return v[0] == 1 }, n)
	same = ok2 && all(func(v ...int64) bool { return v[0] == v[1] }, n, m)
	return same, once
}

// throughBroadcast: broadcast_to(x, shape)[i] is x[i] where every repeated axis
// is indexed by an integer.
func (p *pusher) throughBroadcast(e, arg *ir.Expr, subs []subscript) *ir.Expr {
	x := arg.Args[0]
	if x.Type == nil || x.Type.Kind != ir.TypeBlock {
		return nil
	}
	skip := len(subs) - len(x.Type.Shape)
	for k, s := range subs {
		repeated := k < skip
		if !repeated {
			same, _ := p.sameLength(x, k-skip, arg, k)
			repeated = !same
		}
		if !repeated {
			continue
		}
		n, ok := p.lengths(arg, k)
		if s.kind != selectAt || !ok {
			return nil
		}
		if _, ok = p.normal(s, n); !ok {
			return nil
		}
	}
	own, ok := p.aligned(x, arg, subs)
	if !ok {
		return nil
	}
	return p.take(e, x, own)
}

// throughConcatenate: concatenate(xs, axis)[i] is x[i - start] for the one x in
// which all of i lies.
func (p *pusher) throughConcatenate(e, arg *ir.Expr, subs []subscript) *ir.Expr {
	pieces, axis, ok := p.pieces(arg, len(subs))
	if !ok {
		return nil
	}
	total, ok := p.lengths(arg, axis)
	if !ok {
		return nil
	}
	s, ok := p.normal(subs[axis], total)
	if !ok {
		return nil
	}
	lo, hi := extremes(s)
	start := constant(0)
	for k := range pieces.count {
		piece := pieces.get(k)
		n, ok := p.lengths(piece, axis)
		if !ok {
			return nil
		}
		end := apply(func(v ...int64) int64 { return v[0] + v[1] }, start, n)
		if all(func(v ...int64) bool { return v[0] >= v[2] && v[1] < v[3] }, lo, hi, start, end) {
			own := slices.Clone(subs)
			s.start = apply(func(v ...int64) int64 { return v[0] - v[1] }, s.start, start)
			own[axis] = s
			return p.take(e, piece, own)
		}
		start = end
	}
	return nil
}

// extremes returns the lowest and the highest index that a normal subscript
// selects; nothing lies anywhere when it selects none.
func extremes(s subscript) (lo, hi column) {
	if s.kind == selectAt {
		return s.start, s.start
	}
	last := apply(func(v ...int64) int64 { return v[0] + max(v[2]-1, 0)*v[1] }, s.start, s.step, s.count)
	lo = apply(func(v ...int64) int64 { return min(v[0], v[1]) }, s.start, last)
	hi = apply(func(v ...int64) int64 { return max(v[0], v[1]) }, s.start, last)
	return lo, hi
}

// throughStack: stack(xs, axis)[.., k, ..] is xs[k][.., ..].
func (p *pusher) throughStack(e, arg *ir.Expr, subs []subscript) *ir.Expr {
	pieces, axis, ok := p.pieces(arg, len(subs))
	if !ok || subs[axis].kind != selectAt {
		return nil
	}
	s, ok := p.normal(subs[axis], constant(int64(pieces.count)))
	if !ok || s.start.vals != nil {
		return nil
	}
	return p.take(e, pieces.get(int(s.start.k)), slices.Delete(slices.Clone(subs), axis, axis+1))
}

// A pieceList is what is concatenated or stacked: expressions, or the values of
// a list operand.
type pieceList struct {
	count int
	get   func(k int) *ir.Expr
}

// pieces returns what a concatenate or stack joins, and the axis.
func (p *pusher) pieces(e *ir.Expr, rank int) (pieceList, int, bool) {
	c, err := stdops.Bind(opOf(e), e)
	if err != nil {
		return pieceList{}, 0, false
	}
	axis := 0
	for i, q := range c.Op.Params {
		if q.Name == "axis" {
			var ok bool
			if axis, ok = literalAxis(c.Args[i], rank); !ok {
				return pieceList{}, 0, false
			}
		}
	}
	list := e.Args[0]
	if list.Kind == ir.ExprList || list.Kind == ir.ExprTuple {
		return pieceList{len(list.Args), func(k int) *ir.Expr { return list.Args[k] }}, axis, true
	}
	if list.Kind == ir.ExprOperand {
		pieces, ok := p.operandPieces(list)
		return pieces, axis, ok
	}
	return pieceList{}, 0, false
}

// operandPieces returns the values of a list operand along one axis of the
// layer read, as operands of their own.
func (p *pusher) operandPieces(leaf *ir.Expr) (pieceList, bool) {
	o := p.cs.Operands[leaf.N]
	at := -1
	for k := range o.Access.Axes {
		if o.Access.Axes[k].List {
			if at >= 0 {
				return pieceList{}, false
			}
			at = k
		}
	}
	if at < 0 || leaf.Type == nil || len(leaf.Type.Elems) == 0 || p.cs.Where.Count(p.grid) == 0 {
		return pieceList{}, false
	}
	x := o.Access.Axes[at]
	if trim(x.Count).Coef != nil {
		return pieceList{}, false
	}
	get := func(k int) *ir.Expr {
		axes := slices.Clone(o.Access.Axes)
		axes[at] = ir.AxisAccess{Start: ir.Affine{Base: x.Start.Base + int64(k)*x.Step, Coef: x.Start.Coef}}
		piece := operandLeaf(p.cs, ir.Operand{Layer: o.Layer, Access: ir.Access{Axes: axes}})
		piece.Type, piece.Pos = leaf.Type.Elems[0], leaf.Pos
		return piece
	}
	return pieceList{int(x.Count.Base), get}, true
}
