package reroll

import (
	"math"
	"slices"

	"github.com/daskgen/daskgen/ir"
)

// typed says whether the typer accepts the cases although some of their
// literals differ from task to task: ops need some as literals.
func (b *caseBuilder) typed(cases []*ir.Case) bool {
	if b.l.types.typer == nil || b.g.ty == 0 {
		return true
	}
	for _, c := range cases {
		if len(c.Params) == 0 {
			continue
		}
		operands := make([]*ir.Type, len(c.Operands))
		for i := range c.Operands {
			operands[i] = b.l.typeOf(&c.Operands[i])
		}
		e := c.Kernel.Clone()
		setParamTypes(e, c.Params)
		if ty, err := b.l.types.typer(e, operands); err != nil || b.l.types.number(ty) != b.g.ty {
			return false
		}
	}
	return true
}

func setParamTypes(e *ir.Expr, params []ir.Param) {
	if e.Kind == ir.ExprParam {
		e.Type = params[e.N].Type
	}
	for _, a := range e.Args {
		setParamTypes(a, params)
	}
	for _, k := range e.Kwargs {
		setParamTypes(k.Value, params)
	}
}

func literal(c *ir.Const) *ir.Expr { return &ir.Expr{Kind: ir.ExprConst, Const: c} }

// literal returns the literal in a hole.
func (t *Tasks) literal(tag byte, h int32) *ir.Const {
	switch tag {
	case tagInt:
		return &ir.Const{Kind: ir.ConstInt, Int: t.integer(h)}
	case tagFloat:
		return &ir.Const{Kind: ir.ConstFloat, Float: math.Float64frombits(uint64(t.wide[h-wideBase]))}
	case tagString:
		return &ir.Const{Kind: ir.ConstString, Str: string(t.names.at(uint32(h)))}
	}
	return t.consts[h]
}

// intSlot is an integer literal, or an integer per task.
func (b *caseBuilder) intSlot() *ir.Expr {
	for i, at := range b.at {
		b.values[i] = b.t.integer(b.t.holes[at])
	}
	b.advance(1)
	if constant(b.values) {
		return literal(&ir.Const{Kind: ir.ConstInt, Int: b.values[0]})
	}
	p := ir.Param{Type: ir.ScalarType(ir.Int64)}
	if a, ok := b.p.fit(b.values); ok {
		p.Affine = &a
	} else {
		p.Ints = slices.Clone(b.values)
	}
	if p.Affine == nil && b.strict == affineAll {
		return nil
	}
	return b.param(p)
}

func (b *caseBuilder) param(p ir.Param) *ir.Expr {
	for n := range b.c.Params {
		if sameParam(&b.c.Params[n], &p) {
			return &ir.Expr{Kind: ir.ExprParam, N: n}
		}
	}
	b.c.Params = append(b.c.Params, p)
	return &ir.Expr{Kind: ir.ExprParam, N: len(b.c.Params) - 1}
}

func sameParam(p, q *ir.Param) bool {
	if p.Affine == nil || q.Affine == nil {
		return p.Affine == nil && q.Affine == nil && p.Values == nil && q.Values == nil && slices.Equal(p.Ints, q.Ints)
	}
	return p.Affine.Base == q.Affine.Base && slices.Equal(p.Affine.Coef, q.Affine.Coef)
}

// literalSlot is another literal, or a column of them.
func (b *caseBuilder) literalSlot(tag byte) *ir.Expr {
	var first, key []byte
	first = b.t.appendLiteral(nil, tag, b.t.holes[b.at[0]])
	same := true
	for _, at := range b.at[1:] {
		key = b.t.appendLiteral(key[:0], tag, b.t.holes[at])
		if same = slices.Equal(first, key); !same {
			break
		}
	}
	if same {
		defer b.advance(1)
		return literal(b.t.literal(tag, b.t.holes[b.at[0]]))
	}
	values := make([]*ir.Const, len(b.at))
	for i, at := range b.at {
		values[i] = b.t.literal(tag, b.t.holes[at])
	}
	b.advance(1)
	return b.param(ir.Param{Type: literalsType(values), Values: values})
}

func literalType(c *ir.Const) *ir.Type {
	switch c.Kind {
	case ir.ConstInt:
		return ir.ScalarType(ir.Int64)
	case ir.ConstFloat:
		return ir.ScalarType(ir.Float64)
	case ir.ConstComplex:
		return ir.ScalarType(ir.Complex128)
	case ir.ConstString:
		return &ir.Type{Kind: ir.TypeString}
	case ir.ConstBytes:
		return &ir.Type{Kind: ir.TypeBytes}
	case ir.ConstArray:
		return ir.BlockType(c.DType, slices.Clone(c.Shape)...)
	case ir.ConstGo:
		return &ir.Type{Kind: ir.TypeGo, Go: c.GoType}
	}
	return nil
}
