package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// An isa is one of the two instruction sets.
type isa struct {
	name  string // as it is appended to function names
	bytes int    // in a vector
	regs  int    // vector registers
	evex  bool   // masks in K registers, embedded broadcasts
}

var (
	avx512 = &isa{name: "AVX512", bytes: 64, regs: 32, evex: true}
	avx2   = &isa{name: "AVX2", bytes: 32, regs: 16}
)

// unsupported is what emission panics with where an instruction set has no
// instruction for an operation: the kernel uses the portable loop there.
type unsupported string

// A machine emits one program for an instruction set: it chooses instructions
// and registers in one pass over the operations.
type machine struct {
	*isa
	k    *kernel
	prog *program // lowered for the instruction set
	n    int      // elements of a vector
	pool *pool
	emit func(opcode string, ops ...operand.Op)

	pinned map[*value]int // registers that hold a constant or a scalar operand all along

	// The state within a body.
	unroll   int              // number of the copy
	masked   bool             // loads and stores are of the elements in K1
	held     map[*value]int   // vector registers of values
	kheld    map[*value]int   // K registers of masks
	spilled  map[*value]int   // stack slots
	free     []bool           // vector registers
	kfree    [8]bool          // K registers
	left     map[*value]int   // uses to come
	next     map[*value][]int // the positions of all uses
	at       int              // position in the program
	locked   map[*value]bool  // operands of the operation at hand, not to be spilled
	inMemory map[*value]bool  // loads that were not put into a register
	slots    int              // stack slots that have been used
	peak     int              // registers in use at most
	temps    []int            // registers to be freed after the operation

	temporary bool // memory operands are temporaries of the expression machine
}

// Registers of the generated functions.
var (
	pointers  = []reg.Register{reg.RDI, reg.RSI, reg.RDX, reg.RCX} // dst, x, y, z
	regLen    = reg.RAX
	regIndex  = reg.RBX
	regScrap  = reg.R9
	kRegs     = []reg.Register{reg.K0, reg.K1, reg.K2, reg.K3, reg.K4, reg.K5, reg.K6, reg.K7}
	tailMask  = 1
	firstMask = 2
)

var (
	xs = []reg.Register{
		reg.X0, reg.X1, reg.X2, reg.X3, reg.X4, reg.X5, reg.X6, reg.X7, reg.X8, reg.X9, reg.X10, reg.X11, reg.X12, reg.X13, reg.X14, reg.X15,
		reg.X16, reg.X17, reg.X18, reg.X19, reg.X20, reg.X21, reg.X22, reg.X23, reg.X24, reg.X25, reg.X26, reg.X27, reg.X28, reg.X29, reg.X30, reg.X31,
	}
	ys = []reg.Register{
		reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7, reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15,
		reg.Y16, reg.Y17, reg.Y18, reg.Y19, reg.Y20, reg.Y21, reg.Y22, reg.Y23, reg.Y24, reg.Y25, reg.Y26, reg.Y27, reg.Y28, reg.Y29, reg.Y30, reg.Y31,
	}
	zs = []reg.Register{
		reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7, reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
		reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23, reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31,
	}
)

// width returns the bytes of a vector of values of a lane.
func (m *machine) width(l lane) int { return m.n * l.size() }

// view is a vector register as wide as n elements of a lane.
func (m *machine) view(r int, l lane) operand.Op { return m.sized(r, m.width(l)) }

// sized is a vector register of a width in bytes.
func (m *machine) sized(r, bytes int) operand.Op {
	switch {
	case bytes > 32:
		return zs[r]
	case bytes > 16:
		return ys[r]
	}
	return xs[r]
}

// inK says whether a value is a mask in a K register.
func (m *machine) inK(v *value) bool { return m.evex && v.lane.kind() == 'm' }

// body emits one copy of the program.
func (m *machine) body(unroll int, masked bool) {
	m.begin(unroll, masked)
	m.operations()
	m.store(m.prog.result)
	for _, r := range m.temps {
		m.free[r] = true
	}
	m.temps = nil
}

// begin sets the state for a copy of the program.
func (m *machine) begin(unroll int, masked bool) {
	m.unroll, m.masked = unroll, masked
	m.held, m.kheld, m.spilled = map[*value]int{}, map[*value]int{}, map[*value]int{}
	m.left, m.next = map[*value]int{}, map[*value][]int{}
	m.inMemory = map[*value]bool{}
	m.free = make([]bool, m.regs)
	for i := range m.free {
		m.free[i] = true
	}
	for _, r := range m.pinned {
		m.free[r] = false
	}
	for i := range m.kfree {
		m.kfree[i] = i >= firstMask
	}
	for i, v := range m.prog.values {
		m.left[v] = v.uses
		for _, a := range v.args {
			m.next[a] = append(m.next[a], i)
		}
	}
}

// operations emits the operations of a copy.
func (m *machine) operations() {
	for i, v := range m.prog.values {
		m.at, m.locked = i, map[*value]bool{}
		m.operation(v)
		for _, r := range m.temps {
			m.free[r] = true
		}
		m.temps = nil
	}
	m.locked = map[*value]bool{}
}

// done counts a use of operands; those without further ones give up their
// registers.
func (m *machine) done(args ...*value) {
	for _, a := range args {
		if m.left[a]--; m.left[a] > 0 {
			continue
		}
		if r, ok := m.held[a]; ok {
			m.free[r] = true
			delete(m.held, a)
		}
		if r, ok := m.kheld[a]; ok {
			m.kfree[r] = true
			delete(m.kheld, a)
		}
	}
}

// take returns a free register, if need be by spilling the value whose next use
// is farthest away.
func (m *machine) take() int {
	used := 0
	for _, f := range m.free {
		if !f {
			used++
		}
	}
	m.peak = max(m.peak, min(used+1, m.regs)-len(m.pinned))
	for i, f := range m.free {
		if f {
			m.free[i] = false
			return i
		}
	}
	var victim *value
	far := -1
	for _, v := range m.prog.values {
		if _, ok := m.held[v]; !ok || m.locked[v] {
			continue
		}
		if n := m.nextUse(v); n > far {
			victim, far = v, n
		}
	}
	if victim == nil {
		panic("asm: " + m.k.name + " needs too many registers")
	}
	r := m.held[victim]
	delete(m.held, victim)
	if _, ok := m.spilled[victim]; !ok && victim.op != "load" && !victim.isConst() {
		slot := len(m.spilled)
		m.spilled[victim] = slot
		m.slots = max(m.slots, slot+1)
		m.emit(m.move(victim.lane), m.view(r, victim.lane), m.slot(slot))
	}
	return r
}

func (m *machine) nextUse(v *value) int {
	for _, n := range m.next[v] {
		if n >= m.at {
			return n
		}
	}
	return math.MaxInt
}

func (m *machine) slot(i int) operand.Mem {
	return operand.Mem{Base: reg.StackPointer, Disp: i * m.bytes}
}

// temp is a register for the duration of the operation.
func (m *machine) temp() int {
	r := m.take()
	m.temps = append(m.temps, r)
	return r
}

// define gives a value a register.
func (m *machine) define(v *value) int {
	r := m.take()
	m.held[v] = r
	m.locked[v] = true
	return r
}

// defineK gives a mask a K register.
func (m *machine) defineK(v *value) operand.Op {
	for i, f := range m.kfree {
		if f {
			m.kfree[i] = false
			m.kheld[v] = i
			return kRegs[i]
		}
	}
	panic("asm: " + m.k.name + " needs too many mask registers")
}

// mask is the K register of a mask.
func (m *machine) mask(v *value) operand.Op { return kRegs[m.kheld[v]] }

// in returns the register that holds a value, loading it if need be.
func (m *machine) in(v *value) int {
	if r, ok := m.pinned[v]; ok {
		return r
	}
	if r, ok := m.held[v]; ok {
		m.locked[v] = true
		return r
	}
	slot, spilled := m.spilled[v]
	switch {
	case v.isConst():
		r := m.temp()
		m.loadConst(v, r)
		return r
	case spilled:
		r := m.define(v)
		m.emit(m.move(v.lane), m.slot(slot), m.view(r, v.lane))
		return r
	case v.op == "load":
		r := m.define(v)
		m.loadVector(v, r)
		return r
	}
	panic("asm: " + m.k.name + ": " + v.op + " is not held")
}

// reg is in as an operand.
func (m *machine) reg(v *value) operand.Op { return m.view(m.in(v), v.lane) }

// A source is the operand of an instruction that may be in memory.
type source struct {
	op     operand.Op
	suffix string // .BCST if the memory operand is one element
}

// any returns an operand in a register or in memory; broadcast says whether
// the instruction can take a single element from memory.
func (m *machine) any(v *value, broadcast bool) source {
	_, pinned := m.pinned[v]
	_, held := m.held[v]
	if pinned || held {
		return source{op: m.reg(v)}
	}
	slot, spilled := m.spilled[v]
	switch {
	case v.isConst() && m.width(v.lane) >= 16 && m.evex && broadcast && v.lane.size() >= 4:
		return source{m.pool.at(v), ".BCST"}
	case v.isConst() && !m.evex:
		return source{op: m.pool.at(v)}
	case v.op == "load" && m.left[v] == 1 && !m.masked && m.width(v.lane) == m.bytes:
		return source{op: m.address(int(v.imm), v.lane)}
	case spilled && m.width(v.lane) == m.bytes:
		return source{op: m.slot(slot)}
	}
	return source{op: m.reg(v)}
}

// inRegister says whether a value is in a register now.
func (m *machine) inRegister(v *value) bool {
	_, pinned := m.pinned[v]
	_, held := m.held[v]
	return pinned || held
}

// address is the memory operand of a vector of an operand (-1: dst).
func (m *machine) address(k int, l lane) operand.Mem {
	if m.temporary {
		return operand.Mem{Base: exprTemps, Index: pointers[k+1], Scale: 1, Disp: m.unroll * m.n * l.size()}
	}
	return operand.Mem{Base: pointers[k+1], Index: regIndex, Scale: uint8(l.size()), Disp: m.unroll * m.n * l.size()}
}

// move is the instruction that moves a vector, from and to memory too.
func (m *machine) move(l lane) string {
	if !m.evex {
		return "VMOVDQU"
	}
	switch l {
	case F64:
		return "VMOVUPD"
	case F32:
		return "VMOVUPS"
	}
	return fmt.Sprintf("VMOVDQU%d", 8*l.size())
}

// loadConst puts a constant into all elements of a register.
func (m *machine) loadConst(v *value, r int) {
	switch {
	case v.imm == 0 && m.evex:
		m.emit("VPXORQ", m.sized(r, m.bytes), m.sized(r, m.bytes), m.sized(r, m.bytes))
	case v.imm == 0:
		m.emit("VPXOR", m.sized(r, m.bytes), m.sized(r, m.bytes), m.sized(r, m.bytes))
	case m.evex:
		m.emit(broadcastOf(v.lane), m.pool.at(v), m.view(r, v.lane))
	default:
		m.emit("VMOVDQU", m.pool.at(v), m.sized(r, m.bytes))
	}
}

// broadcastOf is the instruction that copies an element into a whole vector.
func broadcastOf(l lane) string {
	return "VPBROADCAST" + suffix(l)
}

// suffix is the letter of instructions for integers of a lane's size.
func suffix(l lane) string { return map[int]string{8: "Q", 4: "D", 2: "W", 1: "B"}[l.size()] }

// fsuffix is that of instructions for floats.
func fsuffix(l lane) string { return map[lane]string{F64: "PD", F32: "PS"}[l] }

// loadVector loads a vector of an operand.
func (m *machine) loadVector(v *value, r int) {
	l := v.lane
	at := m.address(int(v.imm), l)
	switch bytes := m.width(l); {
	case m.masked && l.kind() == 'f':
		m.emit(m.move(l)+".Z", at, kRegs[tailMask], m.view(r, l))
	case m.masked:
		m.emit(fmt.Sprintf("VMOVDQU%d.Z", 8*l.size()), at, kRegs[tailMask], m.view(r, l))
	case bytes == 8:
		m.emit("VMOVQ", at, xs[r])
	case bytes == 4:
		m.emit("VMOVD", at, xs[r])
	default:
		m.emit(m.move(l), at, m.view(r, l))
	}
}

// storeVector stores a register to dst.
func (m *machine) storeVector(r int, l lane) {
	at := m.address(-1, l)
	switch bytes := m.width(l); {
	case m.masked:
		op := m.move(l)
		m.emit(op, m.view(r, l), kRegs[tailMask], at)
	case bytes == 8:
		m.emit("VMOVQ", xs[r], at)
	case bytes == 4:
		m.emit("VMOVD", xs[r], at)
	default:
		m.emit(m.move(l), m.view(r, l), at)
	}
}

// store stores the result: masks as bytes 0 and 1.
func (m *machine) store(v *value) {
	switch {
	case m.inK(v):
		r := m.temp()
		m.emit("VPMOVM2B", m.mask(v), m.view(r, I8))
		m.emit("VPABSB", m.view(r, I8), m.view(r, I8))
		m.storeVector(r, U8)
	case v.lane == M1:
		r := m.temp()
		m.emit("VPABSB", m.reg(v), m.view(r, I8))
		m.storeVector(r, U8)
	default:
		m.storeVector(m.in(v), v.lane)
	}
	m.done(v)
}
