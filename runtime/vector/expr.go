package vector

import (
	"fmt"
	"sync"
	"unsafe"
)

// Limits of expressions.
const (
	MaxOperands = 12 // slices
	MaxNumbers  = 8  // literals and numbers of With
	MaxTemps    = 8  // intermediate results that are kept for later, besides two
)

// An Expr is an expression of elementwise ops that Eval computes in one pass:
// intermediate results stay in registers. It is written as
//
//	x, y; c: sqrt(x*y + c)
//
// that is the names of the slices, those of numbers that With gives, if any, and
// the expression: with the operators + - * / (and - before an operand), number
// literals, and the ops of this package that are cheap and exactly rounded,
// written in lower case: negative, absolute, square, reciprocal, sqrt, sign,
// copysign, floor, ceil, trunc, rint, minimum, maximum, fmin, fmax. Equal
// subexpressions are computed once.
//
// The result has the same bits as that of the package's functions called one by
// one, at all levels. On amd64 an Expr is a program of the machine that
// runtime/vector/asm describes (snippets.go); at the portable level the loops of
// the ops are called one after the other on a few elements at a time.
type Expr[T ExprElem] struct {
	p       *exprProgram[T]
	numbers [MaxNumbers]T // literals, then those of With
}

// ExprElem are the types of elements of expressions.
type ExprElem interface{ float32 | float64 }

// An exprOp is an op of the machine.
type exprOp struct {
	name   string // of the functions: Sqrt
	text   string // in expressions: sqrt
	params int
}

// ExprOp returns how an op, named as the functions of this package are ("Add"), is
// written in expressions, as an operator or a function; "" if they do not have it.
func ExprOp(name string) string {
	for _, o := range exprOps[exprPlain:] {
		if o.name == name {
			return o.text
		}
	}
	return ""
}

// The ops that compute nothing.
const (
	opLoad = iota
	opStore
	opNext
	exprPlain // how many there are
)

// An exprProgram is a compiled expression.
type exprProgram[T ExprElem] struct {
	text              string
	operands, numbers int // how many slices; how many numbers of With
	literals          []T
	steps             []exprStep
	temps             int
	code              [AVX512 + 1][]exprCode // by level; none where it lacks an op
	loops             []func(dst, x, y []T)
	memory            sync.Pool // of *exprMemory[T]
}

// An exprStep is one step of a program: an op, in a form, on a slot. Its argument
// is the number of a slice (dst is 0), of a temporary, or of a number.
type exprStep struct {
	op, form, slot uint8
	arg            uint8
}

// An exprCode is a step as the machine has it: the address of the snippet, and an
// offset in bytes.
type exprCode struct{ snippet, arg uintptr }

// groupBytes is how long a group of elements is at a level, groupMax the longest.
var groupBytes = [...]int{AVX2: 4 * 32, AVX512: groupMax}

const groupMax = 8 * 64

// NewExpr compiles an expression. It panics if that is not one: expressions stand
// in source code.
func NewExpr[T ExprElem](text string) Expr[T] {
	p, err := compileExpr[T](text)
	if err != nil {
		panic(fmt.Sprintf("vector: %v in the expression %q", err, text))
	}
	e := Expr[T]{p: p}
	copy(e.numbers[:], p.literals)
	return e
}

// String returns the text of the expression.
func (e *Expr[T]) String() string { return e.p.text }

// With returns the expression with values for its numbers.
func (e Expr[T]) With(numbers ...T) Expr[T] {
	if len(numbers) != e.p.numbers {
		panic(fmt.Sprintf("vector: %d numbers for the expression %q", len(numbers), e.p.text))
	}
	copy(e.numbers[len(e.p.literals):], numbers)
	return e
}

// Eval sets dst to the expression of the operands, which must have at least its
// length. Dst may be one of them, but not overlap one in part.
func (e *Expr[T]) Eval(dst []T, operands ...[]T) {
	p := e.p
	if len(operands) != p.operands {
		panic(fmt.Sprintf("vector: %d operands for the expression %q", len(operands), p.text))
	}
	for _, x := range operands {
		_ = x[:len(dst)]
	}
	switch {
	case len(dst) == 0:
	case p.code[level] == nil:
		e.portable(dst, operands)
	case len(dst) < p.group():
		e.padded(dst, operands)
	case p.temps > 0:
		var temps [MaxTemps * groupMax / 8]uint64
		e.eval(dst, operands, unsafe.Pointer(&temps))
	default:
		e.eval(dst, operands, nil)
	}
}

// group is how many elements are computed at a time.
func (p *exprProgram[T]) group() int { return groupBytes[level] / int(unsafe.Sizeof(*new(T))) }

// eval runs the program on whole groups. What is left behind them is computed
// first, as the end of a group of the last elements, since dst may be an operand
// of which that group reads what the ones before overwrite.
func (e *Expr[T]) eval(dst []T, operands [][]T, temps unsafe.Pointer) {
	group := e.p.group()
	rest := len(dst) & (group - 1)
	if rest == 0 {
		e.groups(dst, operands, temps)
		return
	}
	var last [groupMax / 8]uint64
	end := unsafe.Slice((*T)(unsafe.Pointer(&last)), group)
	e.run(end, operands, len(dst)-group, temps)
	e.groups(dst[:len(dst)-rest], operands, temps)
	copy(dst[len(dst)-rest:], end[group-rest:])
}

// groups runs the program on as many elements at a time as may keep the scheduler
// waiting.
func (e *Expr[T]) groups(dst []T, operands [][]T, temps unsafe.Pointer) {
	for i := 0; i < len(dst); i += piece {
		e.run(dst[i:min(i+piece, len(dst))], operands, i, temps)
	}
}

// run runs the program on whole groups, the operands being those from an index on.
func (e *Expr[T]) run(dst []T, operands [][]T, from int, temps unsafe.Pointer) {
	var pointers [1 + MaxOperands]unsafe.Pointer
	pointers[0] = unsafe.Pointer(&dst[0])
	for i, x := range operands {
		pointers[1+i] = unsafe.Pointer(&x[from])
	}
	code := unsafe.Pointer(&e.p.code[level][0])
	if level == AVX512 {
		runExprAVX512(code, unsafe.Pointer(&pointers), unsafe.Pointer(&e.numbers), temps, len(dst))
	} else {
		runExprAVX2(code, unsafe.Pointer(&pointers), unsafe.Pointer(&e.numbers), temps, len(dst))
	}
}

// padded computes fewer elements than a group has: in copies.
func (e *Expr[T]) padded(dst []T, operands [][]T) {
	var memory [1 + MaxOperands][groupMax / 8]uint64
	var temps [MaxTemps * groupMax / 8]uint64
	var copies [MaxOperands][]T
	group := e.p.group()
	for i, x := range operands {
		copies[i] = unsafe.Slice((*T)(unsafe.Pointer(&memory[1+i])), group)
		copy(copies[i], x[:len(dst)])
	}
	result := unsafe.Slice((*T)(unsafe.Pointer(&memory[0])), group)
	e.run(result, copies[:len(operands)], 0, unsafe.Pointer(&temps))
	copy(dst, result)
}

// exprPiece is how many elements the portable level computes at a time.
const exprPiece = 64

// exprMemory is what the portable level has for registers: slots, temporaries,
// numbers for all elements.
type exprMemory[T ExprElem] struct {
	slots   [2][exprPiece]T
	temps   [MaxTemps][exprPiece]T
	numbers [MaxNumbers][exprPiece]T
}

// portable runs the program op by op.
func (e *Expr[T]) portable(dst []T, operands [][]T) {
	m, ok := e.p.memory.Get().(*exprMemory[T])
	if !ok {
		m = new(exprMemory[T])
	}
	defer e.p.memory.Put(m)
	for i := range len(e.p.literals) + e.p.numbers {
		for k := range m.numbers[i] {
			m.numbers[i][k] = e.numbers[i]
		}
	}
	for i := 0; i < len(dst); i += exprPiece {
		part := dst[i:min(i+exprPiece, len(dst))]
		for _, s := range e.p.steps {
			e.p.step(s, m, part, operands, i)
		}
	}
}

// step does a step on the elements from an index on.
func (p *exprProgram[T]) step(s exprStep, m *exprMemory[T], dst []T, operands [][]T, from int) {
	n := len(dst)
	slot, y := m.slots[s.slot][:n], m.slots[1][:n]
	switch s.form {
	case formMemory, formMemoryReverse:
		if y = dst; s.op != opStore {
			y = operands[s.arg-1][from : from+n]
		}
	case formTemp, formTempReverse:
		y = m.temps[s.arg][:n]
	case formNumber, formNumberReverse:
		y = m.numbers[s.arg][:n]
	}
	switch {
	case s.op == opLoad:
		copy(slot, y)
	case s.op == opStore:
		copy(y, slot)
	case s.op == opNext:
	case s.form == formSlotReverse, s.form == formMemoryReverse, s.form == formTempReverse, s.form == formNumberReverse:
		p.loops[s.op](slot, y, slot)
	default:
		p.loops[s.op](slot, slot, y)
	}
}
