package main

import (
	"fmt"
	"go/token"
	"go/types"
	"math"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// random returns the text of the random generator: eight times xoshiro256++,
// on vectors of the four words of their states.
func random() ([]byte, error) {
	ctx := build.NewContext()
	ctx.ConstraintExpr("amd64")
	r := &randomWriter{ctx: ctx, pool: &pool{symbol: operand.NewStaticSymbol("randomConstants"), offsets: map[poolKey]int{}}}
	for _, l := range []lane{U64, F64, F32} {
		for _, s := range []*isa{avx512, avx2} {
			r.isa, r.to = s, l
			r.function()
		}
	}
	return compile(ctx, r.pool)
}

// A randomWriter writes a function that does n steps, from the state to dst.
type randomWriter struct {
	*isa
	ctx  *build.Context
	pool *pool
	to   lane
}

func (r *randomWriter) emit(opcode string, ops ...operand.Op) {
	r.ctx.Instruction(&ir.Instruction{Opcode: opcode, Operands: ops})
}

// vector is a whole vector register.
func (r *randomWriter) vector(i int) operand.Op {
	if r.evex {
		return zs[i]
	}
	return ys[i]
}

// parts is how many vectors have a word of all states; the words of part p
// are in registers 4p to 4p+3.
func (r *randomWriter) parts() int { return 64 / r.bytes }

func (r *randomWriter) function() {
	ctx := r.ctx
	ctx.Function(fmt.Sprintf("random%s%s", r.to, r.name))
	ctx.Attributes(attr.NOSPLIT)
	pointer := types.Typ[types.UnsafePointer]
	param := func(name string, t types.Type) *types.Var { return types.NewParam(token.NoPos, nil, name, t) }
	ctx.Signature(gotypes.NewSignature(nil, types.NewSignatureType(nil, nil, nil,
		types.NewTuple(param("state", pointer), param("dst", pointer), param("n", types.Typ[types.Int])), nil, false)))
	load(ctx, "state", reg.RSI)
	load(ctx, "dst", reg.RDI)
	load(ctx, "n", regLen)
	r.state(func(mem operand.Mem, v operand.Op) { r.emit("VMOVDQU"+map[bool]string{true: "64"}[r.evex], mem, v) })
	ctx.Label("loop")
	for p := range r.parts() {
		r.step(4*p, 8)
		r.store(8, p)
	}
	ctx.ADDQ(operand.U8(64), reg.RDI)
	ctx.DECQ(regLen)
	ctx.JNZ(operand.LabelRef("loop"))
	r.state(func(mem operand.Mem, v operand.Op) { r.emit("VMOVDQU"+map[bool]string{true: "64"}[r.evex], v, mem) })
	ctx.VZEROUPPER()
	ctx.RET()
}

// state calls f with the memory and the register of each vector of the state.
func (r *randomWriter) state(f func(mem operand.Mem, v operand.Op)) {
	for p := range r.parts() {
		for word := range 4 {
			f(operand.Mem{Base: reg.RSI, Disp: 64*word + p*r.bytes}, r.vector(4*p+word))
		}
	}
}

// step makes the next numbers of the state in the registers from s, in register
// out. It uses the one behind it.
func (r *randomWriter) step(s, out int) {
	s0, s1, s2, s3 := r.vector(s), r.vector(s+1), r.vector(s+2), r.vector(s+3)
	v, t := r.vector(out), r.vector(out+1)
	r.emit("VPADDQ", s3, s0, v)
	r.rotate(v, t, 23)
	r.emit("VPADDQ", s0, v, v)
	r.emit("VPSLLQ", operand.U8(17), s1, t)
	if r.evex {
		const xor = 0x96 // of three operands
		r.emit("VPXORQ", s1, s3, s3)
		r.emit("VPTERNLOGQ", operand.U8(xor), s0, s2, s1)
		r.emit("VPTERNLOGQ", operand.U8(xor), t, s0, s2)
		r.emit("VPXORQ", s3, s0, s0)
	} else {
		r.emit("VPXOR", s0, s2, s2)
		r.emit("VPXOR", s1, s3, s3)
		r.emit("VPXOR", s2, s1, s1)
		r.emit("VPXOR", s3, s0, s0)
		r.emit("VPXOR", t, s2, s2)
	}
	r.rotate(s3, t, 45)
}

// rotate rotates words to the left.
func (r *randomWriter) rotate(v, scrap operand.Op, n uint8) {
	if r.evex {
		r.emit("VPROLQ", operand.U8(n), v, v)
		return
	}
	r.emit("VPSLLQ", operand.U8(n), v, scrap)
	r.emit("VPSRLQ", operand.U8(64-n), v, v)
	r.emit("VPOR", scrap, v, v)
}

// store converts a vector of random words, and stores it as part p of a step.
func (r *randomWriter) store(out, p int) {
	v, t := r.vector(out), r.vector(out+1)
	switch {
	case r.to == F32:
		r.emit("VPSRLD", operand.U8(8), v, v)
		r.emit("VCVTDQ2PS", v, v)
		r.emit("VMULPS"+r.broadcast(), r.pool.at(&value{lane: F32, imm: uint64(math.Float32bits(0x1p-24))}), v, v)
	case r.to == F64 && r.evex:
		r.emit("VPSRLQ", operand.U8(11), v, v)
		r.emit("VCVTQQ2PD", v, v)
		r.emit("VMULPD"+r.broadcast(), r.pool.at(&value{lane: F64, imm: math.Float64bits(0x1p-53)}), v, v)
	case r.to == F64:
		// 52 bits are the mantissa of a number in [1, 2). Less 1 it is a
		// multiple of 2**-52; less the number before 1 it is 2**-53 more: that
		// is for the 53rd bit.
		one := r.pool.at(&value{lane: F64, imm: math.Float64bits(1)})
		r.emit("VPSRLQ", operand.U8(11), v, t)
		r.emit("VPAND", r.pool.at(&value{lane: U64, imm: 1}), t, t)
		r.emit("VMOVDQU", one, r.vector(out+2))
		r.emit("VPSUBQ", t, r.vector(out+2), t)
		r.emit("VPSRLQ", operand.U8(12), v, v)
		r.emit("VPOR", r.vector(out+2), v, v)
		r.emit("VSUBPD", t, v, v)
	}
	r.emit("VMOVDQU"+map[bool]string{true: "64"}[r.evex], v, operand.Mem{Base: reg.RDI, Disp: p * r.bytes})
}

// broadcast is the suffix of instructions with a constant from memory.
func (r *randomWriter) broadcast() string { return map[bool]string{true: ".BCST"}[r.evex] }
