package pass

import (
	"bytes"
	"math"
	"slices"

	"github.com/daskgen/daskgen/ir"
)

// A substitution copies expressions, with other expressions in the place of
// their operands and per-task literals. A node that occurs twice, by pointer,
// is copied once and occurs twice in the copy: a value that is used twice is
// computed once.
type substitution struct {
	operands, params []*ir.Expr // nil: kept
	origin           string     // set on copied nodes that have none
	done             map[*ir.Expr]*ir.Expr
}

func (s *substitution) of(e *ir.Expr) *ir.Expr {
	if d := s.done[e]; d != nil {
		return d
	}
	if s.done == nil {
		s.done = map[*ir.Expr]*ir.Expr{}
	}
	d := s.copy(e)
	s.done[e] = d
	return d
}

func (s *substitution) copy(e *ir.Expr) *ir.Expr {
	switch {
	case e.Kind == ir.ExprOperand && s.operands != nil:
		return s.place(e, s.operands[e.N])
	case e.Kind == ir.ExprParam && s.params != nil:
		return s.place(e, s.params[e.N])
	}
	d := *e
	s.mark(&d)
	d.Args = make([]*ir.Expr, len(e.Args))
	for i, a := range e.Args {
		d.Args[i] = s.of(a)
	}
	d.Kwargs = slices.Clone(e.Kwargs)
	for i := range d.Kwargs {
		d.Kwargs[i].Value = s.of(d.Kwargs[i].Value)
	}
	return &d
}

// place returns what stands for a leaf. A leaf that stands for a leaf keeps
// the type and position of the latter.
func (s *substitution) place(leaf, by *ir.Expr) *ir.Expr {
	if by.Kind != ir.ExprOperand && by.Kind != ir.ExprParam || by.Type != nil {
		return by
	}
	d := *leaf
	d.Kind, d.N = by.Kind, by.N
	s.mark(&d)
	return &d
}

func (s *substitution) mark(e *ir.Expr) {
	if e.Origin == "" {
		e.Origin = s.origin
	}
}

// children calls f for each argument of a node.
func children(e *ir.Expr, f func(*ir.Expr)) {
	for _, a := range e.Args {
		f(a)
	}
	for i := range e.Kwargs {
		f(e.Kwargs[i].Value)
	}
}

// visit calls f once for each node of an expression, the root first.
func visit(e *ir.Expr, f func(*ir.Expr)) {
	seen := map[*ir.Expr]bool{}
	var walk func(*ir.Expr)
	walk = func(e *ir.Expr) {
		if seen[e] {
			return
		}
		seen[e] = true
		f(e)
		children(e, walk)
	}
	walk(e)
}

// size returns the number of nodes of the expression as a tree, without its
// leaves: one that occurs twice counts twice. It stops at maxNodes and a bit.
func size(e *ir.Expr) int {
	n, _ := sizeAndUses(e, -1)
	return n
}

// sizeAndUses is size that also counts how often an operand occurs.
func sizeAndUses(e *ir.Expr, operand int) (nodes, uses int) {
	var count func(*ir.Expr)
	count = func(e *ir.Expr) {
		if nodes > maxNodes {
			return
		}
		if len(e.Args)+len(e.Kwargs) > 0 {
			nodes++
		}
		if e.Kind == ir.ExprOperand && e.N == operand {
			uses++
		}
		children(e, count)
	}
	count(e)
	return nodes, uses
}

// prune drops operands and literals of a case that its kernel does not use,
// merges equal ones, and writes literals that are the same for all tasks into
// the kernel.
func prune(g ir.Grid, c *ir.Case) *ir.Case {
	out := &ir.Case{Where: c.Where, Pos: c.Pos}
	usedO, usedP := make([]bool, len(c.Operands)), make([]bool, len(c.Params))
	visit(c.Kernel, func(e *ir.Expr) {
		switch e.Kind {
		case ir.ExprOperand:
			usedO[e.N] = true
		case ir.ExprParam:
			usedP[e.N] = true
		}
	})
	s := &substitution{operands: make([]*ir.Expr, len(c.Operands)), params: make([]*ir.Expr, len(c.Params))}
	for i, o := range c.Operands {
		if usedO[i] {
			o.Access = simplify(g, c.Where, o.Access, o.Layer.Grid)
			s.operands[i] = operandLeaf(out, o)
		}
	}
	for i, p := range c.Params {
		if !usedP[i] {
			continue
		}
		if k := constantParam(g, c.Where, &p); k != nil {
			s.params[i] = &ir.Expr{Kind: ir.ExprConst, Const: k, Type: p.Type}
			continue
		}
		s.params[i] = paramLeaf(out, p)
	}
	out.Kernel = s.of(c.Kernel)
	return out
}

// simplify writes an access in its simplest form: coefficients of axes along
// which the set has one index go into the base, a table of one task becomes a
// constant index.
func simplify(g ir.Grid, where ir.Set, a ir.Access, of ir.Grid) ir.Access {
	one := where.Count(g) == 1
	if t := a.Table; t != nil {
		if !one || t.List {
			return a
		}
		out := ir.Access{Axes: make([]ir.AxisAccess, len(of))}
		for k, i := range of.Index(int64(t.IDs[0])) {
			out.Axes[k].Start.Base = i
		}
		return out
	}
	box := fixedAxes(g, where)
	out := ir.Access{Axes: make([]ir.AxisAccess, len(a.Axes))}
	for k, x := range a.Axes {
		x.Start = fix(box, x.Start)
		if x.List {
			x.Count = fix(box, x.Count)
		}
		out.Axes[k] = x
	}
	return out
}

// fixedAxes returns the ranges of a set; those of one index are the ones that
// fix looks at.
func fixedAxes(g ir.Grid, where ir.Set) []ir.Range {
	if where.IDs == nil {
		return where.Ranges(g)
	}
	if len(where.IDs) != 1 {
		return nil
	}
	box := make([]ir.Range, len(g))
	for k, i := range g.Index(int64(where.IDs[0])) {
		box[k] = ir.Range{Lo: i, Hi: i + 1, Step: 1}
	}
	return box
}

// fix writes the axes of one index into the base of an affine form.
func fix(box []ir.Range, a ir.Affine) ir.Affine {
	if a.Coef == nil || box == nil {
		return trim(a)
	}
	out := ir.Affine{Base: a.Base, Coef: slices.Clone(a.Coef)}
	for k, c := range a.Coef {
		if c != 0 && box[k].Len() == 1 {
			out.Base += c * box[k].Lo
			out.Coef[k] = 0
		}
	}
	return trim(out)
}

// constantParam returns the value of a literal that is the same for all tasks,
// else nil.
func constantParam(g ir.Grid, where ir.Set, p *ir.Param) *ir.Const {
	switch {
	case p.Affine != nil:
		if a := fix(fixedAxes(g, where), *p.Affine); a.Coef == nil {
			return &ir.Const{Kind: ir.ConstInt, Int: a.Base}
		}
	case len(p.Values)+len(p.Ints) == 0:
		return nil
	case p.Values != nil:
		for _, v := range p.Values[1:] {
			if !sameConst(v, p.Values[0]) {
				return nil
			}
		}
		return p.Values[0]
	default:
		for _, v := range p.Ints[1:] {
			if v != p.Ints[0] {
				return nil
			}
		}
		return &ir.Const{Kind: ir.ConstInt, Int: p.Ints[0]}
	}
	return nil
}

// sameConst says whether two literals are the same: NaN is itself, and 0.0 is
// not -0.0.
func sameConst(a, b *ir.Const) bool {
	if a == b {
		return true
	}
	if a.Kind != b.Kind || a.Bool != b.Bool || a.Int != b.Int || a.Uint != b.Uint || a.Str != b.Str || a.DType != b.DType {
		return false
	}
	sameFloat := func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) }
	return sameFloat(a.Float, b.Float) && sameFloat(real(a.Cmplx), real(b.Cmplx)) && sameFloat(imag(a.Cmplx), imag(b.Cmplx)) &&
		bytes.Equal(a.Bytes, b.Bytes) && slices.Equal(a.Shape, b.Shape) && sameGoType(a.GoType, b.GoType)
}

func sameGoType(a, b *ir.GoType) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Expr == b.Expr && slices.Equal(a.Imports, b.Imports)
}
