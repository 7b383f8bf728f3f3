package emit

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// findSources returns the operands of a group that need not be blocks: a
// source makes their elements as the loop reads them. These are blocks that
// only this loop reads, in order and each element once: what is broadcast to
// the shape of the others is not.
func findSources(group *node, tops []*node) map[*node]bool {
	sources := map[*node]bool{}
	operands := groupOperands(group, tops)
	for _, n := range operands {
		if n.source != nil && readIn(group, n) && coversAll(n, operands) {
			sources[n] = true
		}
	}
	return sources
}

// groupOperands returns the blocks that a group reads, in order of first use.
func groupOperands(group *node, tops []*node) []*node {
	var operands []*node
	seen := map[*node]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		if n == nil || seen[n] || !n.block() {
			return
		}
		seen[n] = true
		if n.kind != elementNode || n.group != group {
			operands = append(operands, n)
			return
		}
		for _, a := range n.args {
			visit(a)
		}
	}
	for _, n := range tops {
		visit(n)
	}
	return operands
}

// readIn says whether all that reads a block is the loop of a group.
func readIn(group, n *node) bool {
	return !slices.ContainsFunc(n.users, func(u *node) bool { return feeds(n, u) != group })
}

// coversAll says whether a block has, for sure, the shape to which all operands
// of a group broadcast.
func coversAll(n *node, operands []*node) bool {
	for _, o := range operands {
		if o == n || o.source != nil && shapeText(o.source.Shape) == shapeText(n.source.Shape) {
			continue
		}
		shape, err := stdops.BroadcastShapes(n.typ.Shape, o.typ.Shape)
		if err != nil || slices.Contains(n.typ.Shape, -1) || slices.Contains(o.typ.Shape, -1) || !slices.Equal(shape, n.typ.Shape) {
			return false
		}
	}
	return true
}

// shapeText is a text of a shape by which equal ones are found.
func shapeText(a stdops.GoArg) string {
	switch a := a.(type) {
	case stdops.GoCall:
		s := a.Func
		for _, x := range a.Args {
			s += "," + shapeText(x)
		}
		return s
	case stdops.Int:
		if a.Expr.Kind == ir.ExprParam {
			return fmt.Sprint("%", a.Expr.N)
		}
	}
	return fmt.Sprint(a)
}

// newSource makes a source before the loop.
func (s *strips) newSource(st *strip) {
	e := s.w.callWith(st.n, st.n.source.New)
	s.names[st] = s.w.bind(&s.w.body, s.w.em.variable(st.n), e).code
}

// fill writes a step in which a source makes the next elements.
func (s *strips) fill(st *strip) jen.Code {
	return jen.Add(s.names[st]).Dot("Fill").Call(jen.Id(st.buf.name))
}
