package main

import (
	"go/token"
	"go/types"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// limited says whether a group has ops with a limit.
func (g *group) limited() bool {
	for _, o := range g.ops {
		if o.Limit != 0 {
			return true
		}
	}
	return false
}

// largest writes a function that returns the largest magnitude of n elements, a
// positive multiple of four vectors, without regard to NaN:
//
//	for n > 0 { m0 = max(|x|, m0), m1 = ... four vectors }
//
// MAX returns its last operand, the first one in Go's order, where one is NaN.
func largest(ctx *build.Context, s *isa, l lane, p *pool) {
	ctx.Function("largest" + l.String() + s.name)
	ctx.Attributes(attr.NOSPLIT)
	params := types.NewTuple(types.NewParam(token.NoPos, nil, "x", types.Typ[types.UnsafePointer]), types.NewParam(token.NoPos, nil, "n", types.Typ[types.Int]))
	result := types.NewTuple(types.NewParam(token.NoPos, nil, "", map[lane]types.Type{F64: types.Typ[types.Float64], F32: types.Typ[types.Float32]}[l]))
	ctx.Signature(gotypes.NewSignature(nil, types.NewSignatureType(nil, nil, nil, params, result, false)))
	m := &machine{isa: s}
	emit := func(opcode string, ops ...operand.Op) {
		ctx.Instruction(&ir.Instruction{Opcode: opcode, Operands: ops})
	}
	load(ctx, "x", reg.RSI)
	load(ctx, "n", regLen)
	mask := m.sized(8, s.bytes)
	emit(broadcastOf(l), p.at(newProgram().constBits(l, 1<<(8*l.size()-1)-1)), mask)
	for i := range 4 {
		emit(map[bool]string{true: "VPXORQ", false: "VPXOR"}[s.evex], m.sized(i, s.bytes), m.sized(i, s.bytes), m.sized(i, s.bytes))
	}
	ctx.Label("loop")
	for i := range 4 {
		x := m.sized(4+i, s.bytes)
		emit("VAND"+fsuffix(l), operand.Mem{Base: reg.RSI, Disp: i * s.bytes}, mask, x)
		emit("VMAX"+fsuffix(l), m.sized(i, s.bytes), x, m.sized(i, s.bytes))
	}
	ctx.ADDQ(operand.U32(4*s.bytes), reg.RSI)
	ctx.SUBQ(operand.U32(4*s.bytes/l.size()), regLen)
	ctx.JG(operand.LabelRef("loop"))
	for _, i := range []int{2, 3, 1} {
		emit("VMAX"+fsuffix(l), m.sized(i, s.bytes), m.sized(i/3, s.bytes), m.sized(i/3, s.bytes))
	}
	fold(emit, m, l)
	ret, err := ctx.ReturnIndex(0).Resolve()
	if err != nil {
		panic(err)
	}
	emit(map[lane]string{F64: "VMOVSD", F32: "VMOVSS"}[l], xs[0], ret.Addr)
	ctx.VZEROUPPER()
	ctx.RET()
}

// fold puts the maximum of register 0 into its first element.
func fold(emit func(string, ...operand.Op), m *machine, l lane) {
	max := "VMAX" + fsuffix(l)
	if m.bytes == 64 {
		emit("VEXTRACTF64X4", operand.U8(1), zs[0], ys[1])
		emit(max, ys[1], ys[0], ys[0])
	}
	emit("VEXTRACTF128", operand.U8(1), ys[0], xs[1])
	emit(max, xs[1], xs[0], xs[0])
	for size := 8; size >= l.size(); size /= 2 {
		emit("VPSRLDQ", operand.U8(uint8(size)), xs[0], xs[1])
		emit(max, xs[1], xs[0], xs[0])
	}
}
