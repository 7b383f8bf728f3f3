package da

import (
	"fmt"
	"slices"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

// Apply returns an elementwise op of any arrays by its name in NumPy, for which
// there is no method, or whose operands differ in their types: for
// da.Apply[float64]("arctan2", y, x), say. U must be the dtype of the result.
func Apply[U rt.Elem](name string, args ...Operand) Array[U] {
	nodes := make([]*node, len(args))
	for i, a := range args {
		nodes[i] = a.operand()
	}
	return wrap[U](elementwise(record.Here(), name, dtypeOf[U](), nodes))
}

// AsType returns x with its elements converted to U, as NumPy's astype does.
func AsType[U, T rt.Elem](x Array[T]) Array[U] {
	c := record.Here()
	if x.n != nil && !x.n.bad && x.n.konst == nil && x.n.dtype == dtypeOf[U]() {
		return wrap[U](x.n)
	}
	return wrap[U](elementwise(c, "astype", dtypeOf[U](), []*node{x.n}, dtypeExpr(dtypeOf[U]())))
}

func unaryOp[T, U rt.Elem](c *record.Caller, name string, x Array[T]) Array[U] {
	return wrap[U](elementwise(c, name, dtypeOf[U](), []*node{x.n}))
}

func binaryOp[T, U rt.Elem](c *record.Caller, name string, x, y Array[T]) Array[U] {
	return wrap[U](elementwise(c, name, dtypeOf[U](), []*node{x.n, y.n}))
}

// elementwise records an elementwise op over nodes, with further arguments. The
// dtype of the result must be want.
func elementwise(c *record.Caller, name string, want ir.DType, nodes []*node, extra ...*ir.Expr) *node {
	return pointwise(c, name, want, nodes, func(args []*ir.Expr) *ir.Expr {
		return op(name, append(args, extra...)...)
	})
}

// pointwise records a layer whose blocks depend on the blocks of nodes at the
// same place, with broadcasting. Kernel makes the expression of the arguments.
func pointwise(c *record.Caller, name string, want ir.DType, nodes []*node, kernel func([]*ir.Expr) *ir.Expr) *node {
	group := newGroup(name)
	chunks, ok := aligned(c, name, group, nodes)
	if !ok {
		return badNode()
	}
	b := newLayer(c, group, "", want, chunks)
	e := kernel(b.arguments(nodes))
	if e.Kind == ir.ExprOp {
		if bad := checkDType(c, e, want); bad != nil {
			return bad
		}
	}
	return b.finish(e)
}

// aligned brings nodes to common chunks and returns those of the result. It is
// not ok if they cannot be used together, which it has reported.
func aligned(c *record.Caller, name, group string, nodes []*node) (chunks [][]int64, ok bool) {
	if !usable(c, nodes...) {
		return nil, false
	}
	if !slices.ContainsFunc(nodes, func(n *node) bool { return n.konst == nil }) {
		nodes[0] = nodes[0].settled(c)
	}
	chunks, err := align(c, group, nodes)
	if err != nil {
		misuse(c, record.CodeWrongShape, "", "%s: %v", name, err)
	}
	return chunks, err == nil
}

// arguments returns the nodes' blocks at the place of the task, and scalars.
func (b *builder) arguments(nodes []*node) []*ir.Expr {
	args := make([]*ir.Expr, len(nodes))
	for i, n := range nodes {
		if n.konst != nil {
			args[i] = weak(n.konst)
			continue
		}
		args[i] = b.operand(n.layer, n.blockType(), broadcastAccess(n, len(b.l.Grid))...)
	}
	return args
}

// checkDType reports an op whose arguments it does not take, or whose result is
// not of the wanted dtype; of a tuple, whose results are not of those.
func checkDType(c *record.Caller, e *ir.Expr, want ...ir.DType) *node {
	t, err := infer(e)
	if err != nil {
		return misuse(c, record.CodeTypeMismatch, "", "%s: %v", e.Op, err)
	}
	results := []*ir.Type{t}
	if t.Kind == ir.TypeTuple {
		results = t.Elems
	}
	for i, r := range results {
		if r.DType != want[i] {
			return misuse(c, record.CodeTypeMismatch, dtypeHint(e, r.DType),
				"%s of %s gives %s, not %s", e.Op, operandTypes(e), r.DType, want[i])
		}
	}
	return nil
}

// dtypeHint says how to get another dtype than that of the operands.
func dtypeHint(e *ir.Expr, gives ir.DType) string {
	if len(e.Args) > 0 && e.Args[0].Type != nil && gives.Kind() == 'f' && e.Args[0].Type.DType.Kind() != 'c' {
		return fmt.Sprintf("convert the operands: da.AsType[%s](x)", gives)
	}
	return fmt.Sprintf("write da.Apply[%s](%q, ...)", gives, e.Op)
}

func operandTypes(e *ir.Expr) string {
	s := ""
	for _, a := range e.Args {
		if a.Kind != ir.ExprOperand {
			continue
		}
		d := a.Type.DType.String()
		if s != "" && s != d {
			return s + " and " + d
		}
		s = d
	}
	return s
}

// align brings the nodes to common chunks, with broadcasting, and returns those
// of the result. The nodes are replaced by rechunked ones where necessary.
func align(c *record.Caller, group string, nodes []*node) ([][]int64, error) {
	rank := 0
	for _, n := range nodes {
		rank = max(rank, n.rank())
	}
	chunks := make([][]int64, rank)
	for k := range chunks {
		var err error
		if chunks[k], err = alignAxis(nodes, rank, k); err != nil {
			return nil, err
		}
	}
	if err := checkBlocks(chunks); err != nil {
		return nil, err
	}
	for i, n := range nodes {
		to := make([][]int64, n.rank())
		differs := false
		for k := range to {
			to[k] = chunks[rank-n.rank()+k]
			if sum(n.chunks[k]) == 1 {
				to[k] = []int64{1}
			}
			differs = differs || !slices.Equal(to[k], n.chunks[k])
		}
		if differs {
			nodes[i] = rechunk(c, fmt.Sprintf("%s.rechunk%d", group, i), n, to)
		}
	}
	return chunks, nil
}

// alignAxis returns the chunks of axis k of a result: those that all operands
// have which are not broadcast along it, or their common refinement.
func alignAxis(nodes []*node, rank, k int) ([]int64, error) {
	var ways [][]int64
	for _, n := range nodes {
		j := k - (rank - n.rank())
		if j < 0 || sum(n.chunks[j]) == 1 {
			continue
		}
		if ways != nil && sum(ways[0]) != sum(n.chunks[j]) {
			return nil, broadcastError(nodes)
		}
		ways = append(ways, n.chunks[j])
	}
	switch {
	case ways == nil:
		return []int64{1}, nil
	case !slices.ContainsFunc(ways, func(w []int64) bool { return !slices.Equal(w, ways[0]) }):
		return ways[0], nil
	}
	return refine(ways...), nil
}

func broadcastError(nodes []*node) error {
	s := ""
	for i, n := range nodes {
		switch {
		case n.konst != nil:
			continue
		case i > 0 && i == len(nodes)-1:
			s += " and "
		case i > 0:
			s += ", "
		}
		s += ir.ShapeString(n.shape())
	}
	return fmt.Errorf("shapes %s do not broadcast", s)
}

// broadcastAccess is the access of a task of rank axes to its block of n, whose
// axes are the last ones.
func broadcastAccess(n *node, rank int) []ir.AxisAccess {
	axes := make([]ir.AxisAccess, n.rank())
	for k := range axes {
		if len(n.chunks[k]) == 1 {
			axes[k] = fixed(0)
		} else {
			axes[k] = same(rank-n.rank()+k, rank)
		}
	}
	return axes
}
