package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
)

// operation emits the instructions of one operation.
func (m *machine) operation(v *value) {
	if f := emitters[v.op]; f != nil {
		f(m, v)
		return
	}
	if i, ok := m.simple(v); ok {
		m.binary(i, v)
		return
	}
	panic(unsupported(fmt.Sprintf("%s: %s of %s", m.name, v.op, v.args[0].lane)))
}

// emitters are the operations that are more than one instruction of one or two
// operands.
var emitters map[string]func(m *machine, v *value)

func init() {
	emitters = map[string]func(m *machine, v *value){
		"load":  (*machine).load,
		"const": func(*machine, *value) {},
		"fma":   (*machine).fused, "fnma": (*machine).fused, "fms": (*machine).fused,
		"sqrt":     (*machine).sqrt,
		"mantissa": func(m *machine, v *value) { m.unary("VGETMANT"+fsuffix(v.lane), v, operand.U8(3)) },
		"getexp":   func(m *machine, v *value) { m.unary("VGETEXP"+fsuffix(v.lane), v) },
		"logof":    (*machine).fixup, "iabs": (*machine).iabs,
		"rint": (*machine).round, "floor": (*machine).round, "ceil": (*machine).round, "trunc": (*machine).round,
		"eq": (*machine).compare, "ne": (*machine).compare, "lt": (*machine).compare, "le": (*machine).compare, "unordered": (*machine).compare,
		"choose": (*machine).choose,
		"shl":    (*machine).shift, "shr": (*machine).shift,
		"cast": (*machine).cast, "resize": (*machine).resize, "convert": (*machine).convert,
	}
}

// An instruction is one of two operands.
type instruction struct {
	opcode      string
	commutative bool
	broadcast   bool // takes one element from memory
}

// floatInstructions are named by operation, without the suffix.
var floatInstructions = map[string]instruction{
	"add": {"VADD", true, true}, "sub": {"VSUB", false, true}, "mul": {"VMUL", true, true}, "div": {"VDIV", false, true},
	"min": {"VMIN", false, true}, "max": {"VMAX", false, true},
	"and": {"VAND", true, true}, "or": {"VOR", true, true}, "xor": {"VXOR", true, true}, "andnot": {"VANDN", false, true},
	"scale": {"VSCALEF", false, true},
	"abs":   {"VAND", true, true}, "neg": {"VXOR", true, true},
}

// maskInstructions are those on K registers.
var maskInstructions = map[string]string{"and": "KANDQ", "or": "KORQ", "xor": "KXORQ", "andnot": "KANDNQ", "not": "KNOTQ"}

// bitInstructions are those on integers of any size.
var bitInstructions = map[string]instruction{
	"and": {"VPAND", true, true}, "or": {"VPOR", true, true}, "xor": {"VPXOR", true, true}, "andnot": {"VPANDN", false, true},
}

// simple returns the instruction of an operation that is one.
func (m *machine) simple(v *value) (instruction, bool) {
	l := v.lane
	switch {
	case m.inK(v):
		op, ok := maskInstructions[v.op]
		return instruction{opcode: op}, ok
	case l.kind() == 'f':
		i, ok := floatInstructions[v.op]
		i.opcode += fsuffix(l)
		return i, ok
	}
	if i, ok := bitInstructions[v.op]; ok {
		if m.evex {
			i.opcode += map[bool]string{true: "Q", false: "D"}[l.size() == 8]
		}
		i.broadcast = l.size() >= 4
		return i, true
	}
	return m.integer(v)
}

// integer returns the instruction of an operation on integers.
func (m *machine) integer(v *value) (instruction, bool) {
	l := v.lane
	s, wide := suffix(l), l.size() >= 4
	signs := map[byte]string{'i': "S", 'u': "U"}[l.kind()]
	switch v.op {
	case "add":
		return instruction{"VPADD" + s, true, wide}, true
	case "sub", "neg":
		return instruction{"VPSUB" + s, false, wide}, true
	case "mul":
		return instruction{"VPMULL" + s, true, wide}, l.size() == 2 || l.size() == 4 || l.size() == 8 && m.evex
	case "mullow":
		return instruction{"VPMULUDQ", true, true}, true
	case "min":
		return instruction{"VPMIN" + signs + s, true, wide}, l.size() < 8 || m.evex
	case "max":
		return instruction{"VPMAX" + signs + s, true, wide}, l.size() < 8 || m.evex
	case "shlby":
		return instruction{"VPSLLV" + s, false, wide}, wide || l.size() == 2 && m.evex
	case "shrby":
		name := map[byte]string{'i': "VPSRAV", 'u': "VPSRLV"}[l.kind()]
		return instruction{name + s, false, wide}, l == U64 || l.size() == 4 || m.evex && l.size() >= 2
	}
	return instruction{}, false
}

// binary emits an instruction of two operands (or one, on K registers).
func (m *machine) binary(i instruction, v *value) {
	if m.inK(v) {
		m.binaryK(i.opcode, v)
		return
	}
	a, b := v.args[0], v.args[1]
	if v.op == "andnot" { // the instruction negates its first operand
		a, b = b, a
	}
	if i.commutative && m.inRegister(b) && !m.inRegister(a) {
		a, b = b, a
	}
	ra := m.reg(a)
	src := m.any(b, i.broadcast)
	m.done(a, b)
	m.emit(i.opcode+src.suffix, src.op, ra, m.view(m.define(v), v.lane))
}

func (m *machine) binaryK(opcode string, v *value) {
	var ops []operand.Op
	for _, a := range v.args {
		ops = append([]operand.Op{m.mask(a)}, ops...)
	}
	if v.op == "andnot" {
		ops[0], ops[1] = ops[1], ops[0]
	}
	m.done(v.args...)
	m.emit(opcode, append(ops, m.defineK(v))...)
}

// load loads masks; other operands are loaded where they are used.
func (m *machine) load(v *value) {
	if v.lane.kind() != 'm' {
		return
	}
	r, pinned := m.pinned[v]
	switch {
	case pinned && !m.evex:
		return
	case !pinned && m.evex:
		r = m.temp()
		m.loadVector(&value{op: "load", lane: U8, imm: v.imm}, r)
	case !pinned:
		r = m.define(v)
		m.loadVector(&value{op: "load", lane: U8, imm: v.imm}, r)
		zero := m.view(m.temp(), U8)
		m.emit("VPXOR", zero, zero, zero)
		m.emit("VPSUBB", m.view(r, U8), zero, m.view(r, U8))
	}
	if m.evex {
		m.emit("VPTESTMB", m.view(r, U8), m.view(r, U8), m.defineK(v))
	}
}

// dies says whether a value is in a register that v, which uses it, may take
// over.
func (m *machine) dies(a, v *value) bool {
	n := 0
	for _, b := range v.args {
		if a == b {
			n++
		}
	}
	_, held := m.held[a]
	return held && m.left[a] == n
}

// fused emits a fused multiply-add. The number in the opcode says how the
// operands are used: 213 is second * first + third, and the result replaces
// the first, which is Go's last.
func (m *machine) fused(v *value) {
	name := map[string]string{"fma": "VFMADD", "fnma": "VFNMADD", "fms": "VFMSUB"}[v.op]
	suffix := fsuffix(v.lane)
	a, b, c := v.args[0], v.args[1], v.args[2]
	if !m.dies(a, v) && m.dies(b, v) {
		a, b = b, a
	}
	if !m.dies(a, v) || m.dies(c, v) {
		if !m.inRegister(a) {
			a, b = b, a
		}
		ra, src := m.reg(a), m.any(b, true)
		dst := m.replace(c, v)
		m.emit(name+"231"+suffix+src.suffix, src.op, ra, m.view(dst, v.lane))
		return
	}
	order, second, third := "213", b, c
	if !m.inRegister(b) && m.inRegister(c) {
		order, second, third = "132", c, b
	}
	r, src := m.reg(second), m.any(third, true)
	dst := m.replace(a, v)
	m.emit(name+order+suffix+src.suffix, src.op, r, m.view(dst, v.lane))
}

// replace gives v the register of its operand a, or a copy of it if a is still
// needed, and counts v's operands as used.
func (m *machine) replace(a, v *value) int {
	if m.dies(a, v) {
		r := m.held[a]
		m.done(v.args...)
		m.free[r] = false
		m.held[v] = r
		return r
	}
	r := m.take()
	if a.isConst() && !m.inRegister(a) {
		m.loadConst(a, r)
	} else {
		m.emit(m.move(a.lane), m.any(a, false).op, m.view(r, a.lane))
	}
	m.done(v.args...)
	m.held[v] = r
	m.free[r] = false
	return r
}

// fixup emits the choice of special values by a table: r, x, table.
func (m *machine) fixup(v *value) {
	r, x, table := v.args[0], v.args[1], v.args[2]
	rx, src := m.reg(x), m.any(table, true)
	dst := m.replace(r, v)
	m.emit("VFIXUPIMM"+fsuffix(v.lane)+src.suffix, operand.U8(0), src.op, rx, m.view(dst, v.lane))
}

func (m *machine) sqrt(v *value) { m.unary("VSQRT"+fsuffix(v.lane), v) }

func (m *machine) iabs(v *value) { m.unary("VPABS"+suffix(v.lane), v) }

// unary emits an instruction of one operand, after immediate ones.
func (m *machine) unary(opcode string, v *value, imm ...operand.Op) {
	src := m.any(v.args[0], v.lane.size() >= 4)
	m.done(v.args...)
	m.emit(opcode+src.suffix, append(imm, src.op, m.view(m.define(v), v.lane))...)
}

func (m *machine) round(v *value) {
	mode := map[string]uint8{"rint": 0, "floor": 1, "ceil": 2, "trunc": 3}[v.op]
	name := "VROUND"
	if m.evex {
		name = "VRNDSCALE"
	}
	m.unary(name+fsuffix(v.lane), v, operand.U8(8|mode))
}

func (m *machine) compare(v *value) {
	a, b := v.args[0], v.args[1]
	float := a.lane.kind() == 'f'
	imm := map[string]uint8{"eq": 0, "lt": 1, "unordered": 3, "le": 2, "ne": 4}[v.op]
	if float && (imm == 1 || imm == 2) {
		imm |= 0x10 // quiet
	}
	ra := m.reg(a)
	if !m.evex && !float {
		m.compareInts(v, ra)
		return
	}
	src := m.any(b, a.lane.size() >= 4)
	m.done(a, b)
	switch {
	case m.evex && float:
		m.emit("VCMP"+fsuffix(a.lane)+src.suffix, operand.U8(imm), src.op, ra, m.defineK(v))
	case m.evex && a.lane.kind() == 'u':
		m.emit("VPCMPU"+suffix(a.lane)+src.suffix, operand.U8(imm), src.op, ra, m.defineK(v))
	case m.evex:
		m.emit("VPCMP"+suffix(a.lane)+src.suffix, operand.U8(imm), src.op, ra, m.defineK(v))
	default:
		m.emit("VCMP"+fsuffix(a.lane), operand.U8(imm), src.op, ra, m.view(m.define(v), v.lane))
	}
}

// compareInts emits eq or lt of signed integers on AVX2.
func (m *machine) compareInts(v *value, ra operand.Op) {
	a, b := v.args[0], v.args[1]
	if v.op == "eq" {
		src := m.any(b, false)
		m.done(a, b)
		m.emit("VPCMPEQ"+suffix(a.lane), src.op, ra, m.view(m.define(v), v.lane))
		return
	}
	rb := m.reg(b)
	m.done(a, b)
	m.emit("VPCMPGT"+suffix(a.lane), ra, rb, m.view(m.define(v), v.lane))
}

func (m *machine) choose(v *value) {
	mask, x, y := v.args[0], v.args[1], v.args[2]
	ry, src := m.reg(y), m.any(x, v.lane.size() >= 4)
	if !m.evex {
		rm := m.reg(mask)
		m.done(v.args...)
		op := "VPBLENDVB"
		if v.lane.kind() == 'f' {
			op = "VBLENDV" + fsuffix(v.lane)
		}
		m.emit(op, rm, src.op, ry, m.view(m.define(v), v.lane))
		return
	}
	k := m.mask(mask)
	m.done(v.args...)
	op := "VPBLENDM" + suffix(v.lane)
	if v.lane.kind() == 'f' {
		op = "VBLENDM" + fsuffix(v.lane)
	}
	m.emit(op+src.suffix, src.op, ry, k, m.view(m.define(v), v.lane))
}

func (m *machine) shift(v *value) {
	l := v.lane
	name := "VPSLL"
	if v.op == "shr" {
		name = map[byte]string{'i': "VPSRA", 'u': "VPSRL"}[l.kind()]
	}
	if l.size() == 1 || l == I64 && v.op == "shr" && !m.evex {
		panic(unsupported(v.op + " of " + l.String()))
	}
	r := m.reg(v.args[0])
	m.done(v.args...)
	m.emit(name+suffix(l), operand.U8(uint8(v.imm)), r, m.view(m.define(v), l))
}

// rename gives v the value of its operand.
func (m *machine) rename(v *value) {
	a := v.args[0]
	if m.inK(v) {
		if m.left[a] == 1 {
			k := m.kheld[a]
			m.done(a)
			m.kfree[k] = false
			m.kheld[v] = k
			return
		}
		k := m.mask(a)
		m.done(a)
		m.emit("KMOVQ", k, m.defineK(v))
		return
	}
	if !m.dies(a, v) && m.inRegister(a) {
		r := m.reg(a)
		m.done(a)
		m.emit(m.move(v.lane), r, m.view(m.define(v), v.lane))
		return
	}
	m.in(a)
	m.replace(a, v)
}

func (m *machine) cast(v *value) { m.rename(v) }
