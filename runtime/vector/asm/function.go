package main

import (
	"fmt"
	"go/token"
	"go/types"
	"sort"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
	"github.com/mmcloughlin/avo/reg"
)

// pool is the data section of a file: each constant repeated to 32 bytes, as
// AVX2 wants it as a memory operand.
type pool struct {
	symbol  operand.Symbol
	offsets map[poolKey]int
	words   []uint64
}

type poolKey struct {
	size int
	bits uint64
}

// at is a constant's memory operand.
func (p *pool) at(v *value) operand.Op {
	k := poolKey{v.lane.size(), v.imm}
	if _, ok := p.offsets[k]; !ok {
		p.offsets[k] = 8 * len(p.words)
		w := k.bits
		for s := 8 * k.size; s < 64; s *= 2 {
			w |= w << s
		}
		p.words = append(p.words, w, w, w, w)
	}
	return operand.NewDataAddr(p.symbol, p.offsets[k])
}

// assembly returns the text of a group's functions, and for each name the
// function that does it, for those that there are.
func assembly(g *group) (text []byte, have map[string]string, err error) {
	ctx := build.NewContext()
	ctx.ConstraintExpr("amd64")
	p := &pool{symbol: operand.NewStaticSymbol(g.name + "Constants"), offsets: map[poolKey]int{}}
	have = map[string]string{}
	same := map[string]string{}
	for _, k := range g.kernels() {
		for _, s := range []*isa{avx512, avx2} {
			if m, code := newMachine(k, s, p); m != nil {
				if same[code] == "" {
					same[code] = k.asmName(s)
					m.function(ctx)
				}
				have[k.asmName(s)] = same[code]
			}
		}
	}
	if g.limited() {
		for _, s := range []*isa{avx512, avx2} {
			largest(ctx, s, F64, p)
			largest(ctx, s, F32, p)
		}
	}
	text, err = compile(ctx, p)
	return text, have, err
}

// compile returns the text of a file.
func compile(ctx *build.Context, p *pool) ([]byte, error) {
	if len(p.words) > 0 {
		ctx.StaticGlobal(p.symbol.Name)
		ctx.DataAttributes(attr.RODATA | attr.NOPTR)
		for i, w := range p.words {
			ctx.AddDatum(8*i, operand.U64(w))
		}
	}
	f, err := ctx.Result()
	if err != nil {
		return nil, err
	}
	if err := pass.Compile.Execute(f); err != nil {
		return nil, err
	}
	return printer.NewGoAsm(printer.Config{Argv: []string{"runtime/vector/asm"}, Pkg: "vector"}).Print(f)
}

// newMachine plans a kernel for an instruction set. It returns nil if that has
// no instructions for it, else also the kernel's code, which is the same for
// kernels that can share a function.
func newMachine(k *kernel, s *isa, p *pool) (m *machine, code string) {
	m = &machine{isa: s, k: k, prog: lower(k.prog, s), pool: p, pinned: map[*value]int{}}
	m.n = k.elements(s.bytes)
	if !m.plan() {
		return nil, ""
	}
	var b strings.Builder
	fmt.Fprintln(&b, len(k.in), m.name, m.n, m.copies())
	m.emit = func(opcode string, ops ...operand.Op) {
		b.WriteString(opcode)
		for _, o := range ops {
			b.WriteString(" " + o.Asm())
		}
		b.WriteByte('\n')
	}
	m.prologue()
	m.body(0, false)
	return m, b.String()
}

// function writes the function.
func (m *machine) function(ctx *build.Context) {
	ctx.Function(m.k.asmName(m.isa))
	ctx.Attributes(attr.NOSPLIT)
	ctx.Signature(m.k.signature())
	m.write(ctx)
}

// plan emits a body for nothing, to see whether it can be done and how many
// registers remain for scalar operands and constants.
func (m *machine) plan() (ok bool) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case unsupported:
			ok = false
		default:
			panic(e)
		}
	}()
	m.emit = func(string, ...operand.Op) {}
	for _, v := range m.prog.values {
		if v.op == "load" && m.k.scalar[v.imm] {
			m.pin(v)
		}
	}
	m.body(0, false)
	m.body(0, true)
	for _, v := range m.constants() {
		if m.peak+len(m.pinned) < m.regs {
			m.pin(v)
		}
	}
	m.body(0, true)
	return true
}

// pin gives a value a register for the whole function.
func (m *machine) pin(v *value) { m.pinned[v] = m.regs - 1 - len(m.pinned) }

// constants returns the constants, those first that are used most.
func (m *machine) constants() []*value {
	var cs []*value
	for _, v := range m.prog.values {
		if v.isConst() {
			cs = append(cs, v)
		}
	}
	sort.SliceStable(cs, func(i, j int) bool { return cs[i].uses > cs[j].uses })
	return cs
}

// copies is how often the body is written in the main loop: short ones more
// often, so that the loop's own instructions weigh less.
func (m *machine) copies() int {
	switch n := len(m.prog.values); {
	case n <= 8:
		return 4
	case n <= 16:
		return 2
	}
	return 1
}

// write writes the function:
//
//	for i = 0; i <= n-copies*elements; i += copies*elements { copies bodies }
//	for ; i < n; i += elements { one body, on AVX-512 with the elements below n }
//
// On AVX2 n is a multiple of the elements of a vector.
func (m *machine) write(ctx *build.Context) {
	var code []*ir.Instruction
	m.emit = func(opcode string, ops ...operand.Op) {
		code = append(code, &ir.Instruction{Opcode: opcode, Operands: ops})
	}
	flush := func() {
		for _, i := range code {
			ctx.Instruction(i)
		}
		code = nil
	}
	if m.slots > 0 {
		ctx.AllocLocal(m.slots * m.bytes)
	}
	for i, name := range append([]string{"dst"}, paramNames[:len(m.k.in)]...) {
		load(ctx, name, pointers[i])
	}
	load(ctx, "n", regLen)
	m.prologue()
	flush()
	ctx.XORQ(regIndex, regIndex)
	step := m.n * m.copies()
	ctx.SUBQ(operand.U32(step), regLen)
	ctx.JL(operand.LabelRef("rest"))
	ctx.Label("loop")
	for u := range m.copies() {
		m.body(u, false)
	}
	flush()
	ctx.ADDQ(operand.U32(step), regIndex)
	ctx.CMPQ(regIndex, regLen)
	ctx.JLE(operand.LabelRef("loop"))
	ctx.Label("rest")
	ctx.ADDQ(operand.U32(step), regLen)
	if m.evex || step > m.n {
		m.rest(ctx, flush)
	}
	ctx.VZEROUPPER()
	ctx.RET()
}

// load loads a parameter of eight bytes.
func load(ctx *build.Context, name string, to reg.Register) {
	param, err := ctx.Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	ctx.MOVQ(param.Addr, to)
}

// rest writes the loop over what the main loop has left.
func (m *machine) rest(ctx *build.Context, flush func()) {
	ctx.SUBQ(regIndex, regLen)
	ctx.JLE(operand.LabelRef("done"))
	ctx.Label("vector")
	if m.evex {
		ctx.MOVQ(operand.I32(-1), regScrap)
		ctx.Instruction(&ir.Instruction{Opcode: "BZHIQ", Operands: []operand.Op{regLen, regScrap, regScrap}})
		ctx.KMOVQ(regScrap, kRegs[tailMask])
	}
	m.body(0, m.evex)
	flush()
	ctx.ADDQ(operand.U32(m.n), regIndex)
	ctx.SUBQ(operand.U32(m.n), regLen)
	ctx.JG(operand.LabelRef("vector"))
	ctx.Label("done")
}

// prologue loads the pinned registers.
func (m *machine) prologue() {
	for _, v := range m.prog.values {
		r, ok := m.pinned[v]
		switch {
		case !ok:
		case v.isConst():
			m.loadConst(v, r)
		case v.lane.kind() == 'm':
			m.pinBool(v, r)
		default:
			m.emit(m.broadcast(v.lane), operand.Mem{Base: pointers[v.imm+1]}, m.view(r, v.lane))
		}
	}
}

func (m *machine) broadcast(l lane) string { return "VPBROADCAST" + suffix(l) }

// pinBool loads a bool into all bytes; on AVX2 as a mask.
func (m *machine) pinBool(v *value, r int) {
	m.emit("VPBROADCASTB", operand.Mem{Base: pointers[v.imm+1]}, m.view(r, U8))
	if !m.evex {
		zero := m.sized(0, m.bytes)
		m.emit("VPXOR", zero, zero, zero)
		m.emit("VPSUBB", m.view(r, U8), zero, m.view(r, U8))
	}
}

// signature is that of a function on pointers and a number of elements.
func (k *kernel) signature() *gotypes.Signature {
	pointer := types.Typ[types.UnsafePointer]
	var vars []*types.Var
	for _, name := range append([]string{"dst"}, paramNames[:len(k.in)]...) {
		vars = append(vars, types.NewParam(token.NoPos, nil, name, pointer))
	}
	vars = append(vars, types.NewParam(token.NoPos, nil, "n", types.Typ[types.Int]))
	return gotypes.NewSignature(nil, types.NewSignatureType(nil, nil, nil, types.NewTuple(vars...), nil, false))
}

// asmName is the name of the function in assembly.
func (k *kernel) asmName(s *isa) string { return lowerFirst(k.name) + s.name }
