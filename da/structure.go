package da

import (
	"fmt"
	"slices"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

// normalAxes counts axes from the front; none means all of them. They come back
// in ascending order.
func normalAxes(axes []int, rank int) ([]int, error) {
	if len(axes) == 0 {
		axes = make([]int, rank)
		for k := range axes {
			axes[k] = k
		}
		return axes, nil
	}
	out := make([]int, len(axes))
	for i, a := range axes {
		if a < -rank || a >= rank {
			return nil, fmt.Errorf("axis %d is out of bounds for an array of %d axes", a, rank)
		}
		out[i] = (a + rank) % rank
	}
	slices.Sort(out)
	for i := 1; i < len(out); i++ {
		if out[i] == out[i-1] {
			return nil, fmt.Errorf("axis %d is named twice", out[i])
		}
	}
	return out, nil
}

// T returns the array with its axes in reverse order.
func (x Array[T]) T() Array[T] { return x.Transpose() }

// Transpose returns the array with its axes in another order: axis i of the
// result is axis axes[i] of x. Without arguments they are reversed.
func (x Array[T]) Transpose(axes ...int) Array[T] {
	c := record.Here()
	if !usable(c, x.n) {
		return wrap[T](badNode())
	}
	rank := x.n.rank()
	perm := make([]int, rank)
	for k := range perm {
		perm[k] = rank - 1 - k
	}
	if len(axes) > 0 {
		if _, err := normalAxes(axes, rank); err != nil || len(axes) != rank {
			return wrap[T](misuse(c, record.CodeBadDSL, "", "Transpose: axes %v are not an order of %d axes", axes, rank))
		}
		for k, a := range axes {
			perm[k] = (a + rank) % rank
		}
	}
	if slices.IsSorted(perm) {
		return x
	}
	return wrap[T](transpose(c, newGroup("transpose"), x.n, perm))
}

// SwapAxes returns the array with two axes exchanged.
func (x Array[T]) SwapAxes(a, b int) Array[T] {
	c := record.Here()
	if !usable(c, x.n) {
		return wrap[T](badNode())
	}
	rank := x.n.rank()
	for _, k := range []int{a, b} {
		if k < -rank || k >= rank {
			return wrap[T](misuse(c, record.CodeBadDSL, "", "SwapAxes: axis %d is out of bounds for an array of %d axes", k, rank))
		}
	}
	perm := make([]int, rank)
	for k := range perm {
		perm[k] = k
	}
	a, b = (a+rank)%rank, (b+rank)%rank
	perm[a], perm[b] = b, a
	if a == b {
		return x
	}
	return wrap[T](transpose(c, newGroup("swapaxes"), x.n, perm))
}

func transpose(c *record.Caller, group string, x *node, perm []int) *node {
	chunks := make([][]int64, len(perm))
	access := make([]ir.AxisAccess, len(perm))
	reversed := true
	for k, a := range perm {
		chunks[k] = x.chunks[a]
		access[a] = same(k, len(perm))
		reversed = reversed && a == len(perm)-1-k
	}
	b := newLayer(c, group, "", x.dtype, chunks)
	e := op("transpose", b.operand(x.layer, x.blockType(), access...))
	if !reversed {
		with(e, "axes", intList(perm))
	}
	return b.finish(e)
}

// settledAll returns the nodes of arrays, with scalars as arrays, or false
// after misuse.
func settledAll[T rt.Elem](c *record.Caller, what string, xs []Array[T]) ([]*node, bool) {
	if len(xs) == 0 {
		misuse(c, record.CodeBadDSL, "", "%s: needs at least one array", what)
		return nil, false
	}
	nodes := make([]*node, len(xs))
	for i, x := range xs {
		nodes[i] = x.n
	}
	if !usable(c, nodes...) {
		return nil, false
	}
	for i, n := range nodes {
		nodes[i] = n.settled(c)
	}
	return nodes, true
}

// Concatenate joins arrays along an axis. The other axes have equal lengths.
func Concatenate[T rt.Elem](axis int, xs ...Array[T]) Array[T] {
	c := record.Here()
	nodes, ok := settledAll(c, "Concatenate", xs)
	if !ok {
		return wrap[T](badNode())
	}
	rank := nodes[0].rank()
	if axis < -rank || axis >= rank {
		return wrap[T](misuse(c, record.CodeBadDSL, "", "Concatenate: axis %d is out of bounds for arrays of %d axes", axis, rank))
	}
	axis = (axis + rank) % rank
	group := newGroup("concatenate")
	if err := alignOthers(c, group, nodes, axis); err != nil {
		return wrap[T](misuse(c, record.CodeWrongShape, "", "Concatenate: %v", err))
	}
	return wrap[T](concatenate(c, group, nodes, axis))
}

// concatenate records a layer with a case for each of the nodes, whose block it
// passes on. Nodes of length 0 are left out: an axis has no blocks without
// elements unless it has no elements at all, on which reductions rely.
func concatenate(c *record.Caller, group string, nodes []*node, axis int) *node {
	full := slices.DeleteFunc(slices.Clone(nodes), func(n *node) bool { return sum(n.chunks[axis]) == 0 })
	switch len(full) {
	case 0:
		return nodes[0]
	case 1:
		return full[0]
	}
	nodes = full
	chunks := slices.Clone(nodes[0].chunks)
	chunks[axis] = nil
	for _, n := range nodes {
		chunks[axis] = append(chunks[axis], n.chunks[axis]...)
	}
	b := newLayer(c, group, "", nodes[0].dtype, chunks)
	at := int64(0)
	for _, n := range nodes {
		count := int64(len(n.chunks[axis]))
		access := identity(n.rank())
		access[axis].Start.Base = -at
		where := boxAlong(b.l.Grid, axis, ir.Range{Lo: at, Hi: at + count, Step: 1})
		b.next(where, b.operand(n.layer, n.blockType(), access...))
		at += count
	}
	return b.n
}

// alignOthers brings nodes to common chunks along all axes but one (-1: none is
// left out), whose lengths must agree.
func alignOthers(c *record.Caller, group string, nodes []*node, axis int) error {
	rank := nodes[0].rank()
	to := make([][]int64, rank)
	for k := range to {
		var ways [][]int64
		for _, n := range nodes {
			if n.rank() != rank {
				return fmt.Errorf("arrays have %d and %d axes", rank, n.rank())
			}
			if k != axis && sum(n.chunks[k]) != sum(nodes[0].chunks[k]) {
				return fmt.Errorf("shapes %s and %s differ along axis %d", ir.ShapeString(nodes[0].shape()), ir.ShapeString(n.shape()), k)
			}
			ways = append(ways, n.chunks[k])
		}
		if k != axis {
			to[k] = refine(ways...)
		}
	}
	for i, n := range nodes {
		want := slices.Clone(to)
		if axis >= 0 {
			want[axis] = n.chunks[axis]
		}
		if !slices.EqualFunc(want, n.chunks, slices.Equal) {
			nodes[i] = rechunk(c, fmt.Sprintf("%s.rechunk%d", group, i), n, want)
		}
	}
	return nil
}

// Stack joins arrays of one shape along a new axis.
func Stack[T rt.Elem](axis int, xs ...Array[T]) Array[T] {
	c := record.Here()
	nodes, ok := settledAll(c, "Stack", xs)
	if !ok {
		return wrap[T](badNode())
	}
	rank := nodes[0].rank() + 1
	if axis < -rank || axis >= rank {
		return wrap[T](misuse(c, record.CodeBadDSL, "", "Stack: axis %d is out of bounds for a result of %d axes", axis, rank))
	}
	axis = (axis + rank) % rank
	group := newGroup("stack")
	if err := alignOthers(c, group, nodes, -1); err != nil {
		return wrap[T](misuse(c, record.CodeWrongShape, "", "Stack: %v", err))
	}
	ones := make([]int64, len(nodes))
	for i := range ones {
		ones[i] = 1
	}
	b := newLayer(c, group, "", nodes[0].dtype, slices.Insert(slices.Clone(nodes[0].chunks), axis, ones))
	for i, n := range nodes {
		access := make([]ir.AxisAccess, 0, rank-1)
		for k := range rank {
			if k != axis {
				access = append(access, same(k, rank))
			}
		}
		where := boxAlong(b.l.Grid, axis, ir.Range{Lo: int64(i), Hi: int64(i) + 1, Step: 1})
		b.next(where, op("expand_dims", b.operand(n.layer, n.blockType(), access...), intExpr(int64(axis))))
	}
	return wrap[T](b.n)
}
