package main

import (
	"bytes"
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The expression machine (../expr.go) computes an expression of several ops in
// registers. A program of it is a list of pairs of words: the address of a
// snippet and its argument. A snippet does one op on a group of vectors and
// jumps to the next one of the program; the last one goes back to the first for
// the next group, or returns. A group has as many elements as fill slotVectors
// registers; two groups are in registers at a time, in slots A and B, and there
// are temporaries in memory beside.

// Registers of the machine. The pointers of memory operands are in those of a
// function (pointers); the index of the group's first element is in regIndex.
var (
	exprCode     = reg.R8  // the current pair of the program
	exprOperands = reg.R10 // pointers to dst and the operands
	exprNumbers  = reg.R11 // what is the same for all elements
	exprStart    = reg.R12 // the first pair
	exprLen      = reg.R13 // the number of elements
	exprTemps    = reg.RAX // temporaries, a group each
)

// slotVectors is how many registers a slot has. Together with a broadcast number
// two slots leave as many as the largest op needs.
func (s *isa) slotVectors() int { return s.regs / 4 }

// A place is where an operand of a snippet is.
type place byte

const (
	inSlot   place = iota // in the slot that the result goes to
	inOther               // in slot B, the result being in A
	inMemory              // in a slice
	inTemp                // in a temporary
	inNumber              // a number for all elements
)

// snippetForms are the forms of snippets: where the operands are. Load and store,
// and ops of one operand, use the first of the two. The names are part of the
// snippets' names.
var snippetForms = []struct {
	name string
	x, y place
}{
	{"Slot", inSlot, inOther}, {"SlotReverse", inOther, inSlot},
	{"Memory", inSlot, inMemory}, {"MemoryReverse", inMemory, inSlot},
	{"Temp", inSlot, inTemp}, {"TempReverse", inTemp, inSlot},
	{"Number", inSlot, inNumber}, {"NumberReverse", inNumber, inSlot},
}

// exprLanes are the dtypes that the machine knows.
var exprLanes = []lane{F64, F32}

// exprOps returns the ops that the machine knows.
func exprOps() []*Op {
	var ops []*Op
	for _, g := range groups {
		for _, o := range g.ops {
			if o.Expr != "" {
				ops = append(ops, o)
			}
		}
	}
	return ops
}

// plainSnippets are those that compute nothing, before the ops in the tables.
var plainSnippets = []string{"load", "store", "next"}

// A snippetWriter writes the snippets for an instruction set.
type snippetWriter struct {
	*isa
	ctx  *build.Context
	pool *pool
}

// expressions writes the files of the machine.
func expressions(files map[string][]byte) (err error) {
	ctx := build.NewContext()
	ctx.ConstraintExpr("amd64")
	p := &pool{symbol: operand.NewStaticSymbol("exprConstants"), offsets: map[poolKey]int{}}
	for _, s := range []*isa{avx512, avx2} {
		w := &snippetWriter{s, ctx, p}
		w.run()
		for _, l := range exprLanes {
			w.table(l)
		}
	}
	if files["zz_expr_amd64.s"], err = compile(ctx, p); err != nil {
		return err
	}
	if files["zz_expr_amd64.go"], err = exprStubs(); err != nil {
		return err
	}
	files["zz_expr.go"], err = exprTables()
	return err
}

// run writes the function that runs a program: it loads the registers of the
// machine and jumps to the first snippet. The last one returns.
func (w *snippetWriter) run() {
	w.ctx.Function("runExpr" + w.name)
	w.ctx.Attributes(attr.NOSPLIT)
	pointer := types.Typ[types.UnsafePointer]
	var vars []*types.Var
	params := []struct {
		name string
		reg  reg.Register
	}{{"code", exprCode}, {"operands", exprOperands}, {"numbers", exprNumbers}, {"temps", exprTemps}}
	for _, v := range params {
		vars = append(vars, types.NewParam(token.NoPos, nil, v.name, pointer))
	}
	vars = append(vars, types.NewParam(token.NoPos, nil, "n", types.Typ[types.Int]))
	w.ctx.Signature(gotypes.NewSignature(nil, types.NewSignatureType(nil, nil, nil, types.NewTuple(vars...), nil, false)))
	for _, v := range params {
		load(w.ctx, v.name, v.reg)
	}
	load(w.ctx, "n", exprLen)
	w.ctx.XORQ(regIndex, regIndex)
	w.ctx.MOVQ(exprCode, exprStart)
	w.jump()
}

// jump goes to the snippet of the current pair.
func (w *snippetWriter) jump() {
	w.ctx.Instruction(&ir.Instruction{Opcode: "JMP", Operands: []operand.Op{operand.Mem{Base: exprCode}}, IsTerminal: true})
}

// begin begins a snippet: a function without a frame that is only jumped to.
func (w *snippetWriter) begin(name string) string {
	name = "expr" + name + w.name
	w.ctx.Function(name)
	w.ctx.Attributes(attr.NOSPLIT | attr.NOFRAME)
	w.ctx.SignatureExpr("func()")
	return name
}

// end goes to the next pair of the program.
func (w *snippetWriter) end() {
	w.ctx.ADDQ(operand.U8(16), exprCode)
	w.jump()
}

// group is how many elements of a lane are computed at a time.
func (w *snippetWriter) group(l lane) int { return w.slotVectors() * w.bytes / l.size() }

// next writes the snippet at the end of a program.
func (w *snippetWriter) next(l lane) string {
	name := w.begin("Next" + l.String())
	w.ctx.ADDQ(operand.U32(w.group(l)), regIndex)
	w.ctx.CMPQ(regIndex, exprLen)
	w.ctx.JGE(operand.LabelRef("done"))
	w.ctx.MOVQ(exprStart, exprCode)
	w.jump()
	w.ctx.Label("done")
	w.ctx.VZEROUPPER()
	w.ctx.RET()
	return name
}

// A symbolAddress is the address of a function as a datum.
type symbolAddress struct {
	operand.U64
	name string
}

// Asm is the address as the assembler wants it.
func (a symbolAddress) Asm() string { return "$·" + a.name + "(SB)" }

// table writes the snippets of a lane, and the function that returns their
// addresses, by op, form and slot.
func (w *snippetWriter) table(l lane) {
	var names []string
	add := func(f func(form int, slot int) string) {
		for form := range snippetForms {
			for slot := range 2 {
				names = append(names, f(form, slot))
			}
		}
	}
	m := &machine{isa: w.isa, n: w.bytes / l.size(), pool: w.pool}
	add(func(form, slot int) string { return w.move(m, l, form, slot, true) })
	add(func(form, slot int) string { return w.move(m, l, form, slot, false) })
	add(func(form, slot int) string {
		if form+slot > 0 {
			return ""
		}
		return w.next(l)
	})
	for _, o := range exprOps() {
		k := o.kernel(l, strings.Repeat("V", o.Params))
		add(func(form, slot int) string { return w.op(k, l, form, slot) })
	}
	symbol := operand.NewStaticSymbol("expr" + l.String() + w.name + "Table")
	w.ctx.StaticGlobal(symbol.Name)
	w.ctx.DataAttributes(attr.NOPTR)
	for i, name := range names {
		if name != "" {
			w.ctx.AddDatum(8*i, symbolAddress{name: name})
		} else {
			w.ctx.AddDatum(8*i, operand.U64(0))
		}
	}
	w.accessor(l, symbol)
}

// accessor writes the function that returns the address of a table.
func (w *snippetWriter) accessor(l lane, symbol operand.Symbol) {
	w.ctx.Function("expr" + l.String() + w.name)
	w.ctx.Attributes(attr.NOSPLIT)
	result := types.NewTuple(types.NewParam(token.NoPos, nil, "", types.Typ[types.UnsafePointer]))
	w.ctx.Signature(gotypes.NewSignature(nil, types.NewSignatureType(nil, nil, nil, nil, result, false)))
	w.ctx.LEAQ(operand.NewDataAddr(symbol, 0), regIndex)
	ret, err := w.ctx.ReturnIndex(0).Resolve()
	if err != nil {
		panic(err)
	}
	w.ctx.MOVQ(regIndex, ret.Addr)
	w.ctx.RET()
}

// address loads the pointer of operand k of a snippet, and sets how the machine
// addresses it.
func (w *snippetWriter) address(m *machine, k int, at place) {
	to := pointers[k+1]
	switch at {
	case inMemory:
		w.ctx.MOVQ(operand.Mem{Base: exprCode, Disp: 8}, to)
		w.ctx.MOVQ(operand.Mem{Base: exprOperands, Index: to, Scale: 1}, to)
	case inTemp:
		w.ctx.MOVQ(operand.Mem{Base: exprCode, Disp: 8}, to)
		m.temporary = true
	case inNumber:
		w.ctx.MOVQ(operand.Mem{Base: exprCode, Disp: 8}, to)
	}
}

// move writes the snippet that loads a slot, or stores it to dst or a temporary.
func (w *snippetWriter) move(m *machine, l lane, form, slot int, load bool) string {
	f := snippetForms[form]
	if f.x != inSlot || f.y == inOther || f.y == inNumber && !load {
		return ""
	}
	name := w.begin(map[bool]string{true: "Load", false: "Store"}[load] + l.String() + f.name + slotName(slot))
	m.temporary = false
	k := map[bool]int{true: 0, false: -1}[load]
	w.address(m, k, f.y)
	first := slot * w.slotVectors()
	for u := range w.slotVectors() {
		m.unroll = u
		r, at := m.view(first+u, l), m.address(k, l)
		switch {
		case f.y == inNumber:
			w.instruction(broadcastOf(l), operand.Mem{Base: exprNumbers, Index: pointers[1], Scale: 1}, r)
		case load:
			w.instruction(m.move(l), at, r)
		default:
			w.instruction(m.move(l), r, at)
		}
	}
	w.end()
	return name
}

func slotName(slot int) string { return string(rune('A' + slot)) }

func (w *snippetWriter) instruction(opcode string, ops ...operand.Op) {
	w.ctx.Instruction(&ir.Instruction{Opcode: opcode, Operands: ops})
}

// op writes the snippet of an op; "" if it has no such form. Where the order of
// the operands does not matter, the reverse form is the same snippet.
func (w *snippetWriter) op(k *kernel, l lane, form, slot int) string {
	f := snippetForms[form]
	if k.op.Params == 1 && form > 0 || k.op.Params == 2 && f.x != inSlot && f.y != inSlot {
		return ""
	}
	if k.op.Params == 2 && slot == 1 && (f.x == inOther || f.y == inOther) {
		return ""
	}
	code := w.code(k, form, slot)
	if code == nil {
		return ""
	}
	suffix := f.name
	if k.op.Commutes {
		suffix = strings.TrimSuffix(suffix, "Reverse")
	}
	if k.op.Params == 1 {
		suffix = ""
	}
	if k.op.Commutes && f.y == inSlot {
		return "expr" + k.name + suffix + slotName(slot) + w.name
	}
	name := w.begin(k.name + suffix + slotName(slot))
	w.loadOperands(k, form)
	for _, i := range code {
		w.ctx.Instruction(i)
	}
	w.end()
	return name
}

// operandPlaces is where the operands of an op are in a form.
func operandPlaces(k *kernel, form int) []place {
	return []place{snippetForms[form].x, snippetForms[form].y}[:k.op.Params]
}

// loadOperands writes what loads the pointers, or the number, of a snippet.
func (w *snippetWriter) loadOperands(k *kernel, form int) {
	for i, at := range operandPlaces(k, form) {
		w.address(&machine{isa: w.isa}, i, at)
		if at == inNumber {
			number := operand.Mem{Base: exprNumbers, Index: pointers[i+1], Scale: 1}
			w.instruction(broadcastOf(k.lane), number, zsOf(w.isa, w.regs-1))
		}
	}
}

// zsOf is the whole of a vector register.
func zsOf(s *isa, r int) operand.Op {
	if s.evex {
		return zs[r]
	}
	return ys[r]
}

// code returns the instructions of an op for all vectors of a group, nil if the
// instruction set lacks one.
func (w *snippetWriter) code(k *kernel, form, slot int) (code []*ir.Instruction) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case unsupported:
			code = nil
		default:
			panic(e)
		}
	}()
	m := &machine{isa: w.isa, k: k, prog: lower(k.prog, w.isa), pool: w.pool, n: k.elements(w.bytes), pinned: map[*value]int{}}
	m.emit = func(opcode string, ops ...operand.Op) {
		code = append(code, &ir.Instruction{Opcode: opcode, Operands: ops})
	}
	places := operandPlaces(k, form)
	for _, at := range places {
		m.temporary = m.temporary || at == inTemp
	}
	for _, v := range m.prog.values {
		if v.op == "load" && places[v.imm] == inNumber {
			m.pin(v)
		}
	}
	for u := range w.slotVectors() {
		m.inSlots(places, slot, u)
	}
	return code
}

// inSlots emits the program of one vector whose operands are in slots.
func (m *machine) inSlots(places []place, slot, u int) {
	m.begin(u, false)
	for r := range 2 * m.slotVectors() {
		m.free[r] = false
	}
	target := slot*m.slotVectors() + u
	for _, v := range m.prog.values {
		if v.op != "load" {
			continue
		}
		switch places[v.imm] {
		case inSlot:
			m.held[v] = target
		case inOther:
			m.held[v] = m.slotVectors() + u
		}
	}
	m.operations()
	if r := m.in(m.prog.result); r != target {
		l := m.prog.result.lane
		m.emit(m.move(l), m.view(r, l), m.view(target, l))
	}
}

// exprStubs declares the functions in assembly.
func exprStubs() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(header + "package vector\n\nimport \"unsafe\"\n")
	for _, s := range []*isa{avx512, avx2} {
		fmt.Fprintf(&b, "\n//go:noescape\nfunc runExpr%s(code, operands, numbers, temps unsafe.Pointer, n int)\n", s.name)
		for _, l := range exprLanes {
			fmt.Fprintf(&b, "\nfunc expr%s%s() unsafe.Pointer\n", l, s.name)
		}
	}
	return goFile(&b)
}

// exprTables is the Go file with the forms and ops that the machine knows, and
// the portable loops of the ops.
func exprTables() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(header + "package vector\n\n// The forms of snippets.\nconst (\n")
	for i, f := range snippetForms {
		fmt.Fprintf(&b, "form%s%s\n", f.name, map[bool]string{true: " = iota"}[i == 0])
	}
	b.WriteString("exprForms\n)\n\n// exprOps are the ops of the machine, in the order of the tables of snippets.\nvar exprOps = [...]exprOp{\n")
	for _, name := range plainSnippets {
		fmt.Fprintf(&b, "{text: %q},\n", name+"!")
	}
	for _, o := range exprOps() {
		fmt.Fprintf(&b, "{name: %q, text: %q, params: %d},\n", o.Name, o.Expr, o.Params)
	}
	b.WriteString("}\n")
	for _, l := range exprLanes {
		fmt.Fprintf(&b, "\n// exprLoops%[1]s are their portable loops.\nvar exprLoops%[1]s = [...]func(dst, x, y []%[2]s){\n%[3]s", l, l.goType(), strings.Repeat("nil,\n", len(plainSnippets)))
		for _, o := range exprOps() {
			name := lowerFirst(o.Name) + l.String() + "Go"
			if o.Params == 1 {
				name = fmt.Sprintf("func(dst, x, _ []%s) { %s(dst, x) }", l.goType(), name)
			}
			b.WriteString(name + ",\n")
		}
		b.WriteString("}\n")
	}
	return goFile(&b)
}
