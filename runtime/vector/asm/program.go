package main

import (
	"fmt"
	"math"
)

// A lane is the type of one element of a value.
type lane uint8

// The lanes. A mask holds a truth value per element; its number is the size in
// bytes of the lanes that it was made of, which AVX2 keeps it in. Bools (a byte
// 0 or 1) are in memory alone: they are loaded to and stored from masks.
const (
	F64 lane = iota
	F32
	I64
	I32
	I16
	I8
	U64
	U32
	U16
	U8
	Bool
	M8
	M4
	M2
	M1
)

var lanes = [...]struct {
	name, goType string
	size         int
	kind         byte // f, i, u, b (bool) or m (mask)
}{
	F64: {"Float64", "float64", 8, 'f'}, F32: {"Float32", "float32", 4, 'f'},
	I64: {"Int64", "int64", 8, 'i'}, I32: {"Int32", "int32", 4, 'i'}, I16: {"Int16", "int16", 2, 'i'}, I8: {"Int8", "int8", 1, 'i'},
	U64: {"Uint64", "uint64", 8, 'u'}, U32: {"Uint32", "uint32", 4, 'u'}, U16: {"Uint16", "uint16", 2, 'u'}, U8: {"Uint8", "uint8", 1, 'u'},
	Bool: {"Bool", "bool", 1, 'b'},
	M8:   {"Mask8", "bool", 8, 'm'}, M4: {"Mask4", "bool", 4, 'm'}, M2: {"Mask2", "bool", 2, 'm'}, M1: {"Mask1", "bool", 1, 'm'},
}

func (l lane) String() string { return lanes[l].name }
func (l lane) size() int      { return lanes[l].size }
func (l lane) kind() byte     { return lanes[l].kind }
func (l lane) goType() string { return lanes[l].goType }

// maskOf returns the mask over lanes of a size.
func maskOf(size int) lane { return map[int]lane{8: M8, 4: M4, 2: M2, 1: M1}[size] }

// signed returns the signed integer lane of l's size; unsigned the other one.
func (l lane) signed() lane   { return map[int]lane{8: I64, 4: I32, 2: I16, 1: I8}[l.size()] }
func (l lane) unsigned() lane { return map[int]lane{8: U64, 4: U32, 2: U16, 1: U8}[l.size()] }

// A program is a kernel as a list of operations on whole vectors, each of which
// is assigned once. Elements do not depend on each other.
type program struct {
	values []*value
	byKey  map[string]*value
	result *value
}

// A value is the result of one operation.
type value struct {
	p    *program
	id   int
	op   string
	lane lane
	args []*value
	imm  uint64 // bits of a constant, number of an operand, shift count
	uses int
}

func newProgram() *program { return &program{byKey: map[string]*value{}} }

// add returns the value of an operation, an earlier one if it is the same.
func (p *program) add(op string, l lane, imm uint64, args ...*value) *value {
	key := fmt.Sprint(op, l, imm)
	for _, a := range args {
		key += fmt.Sprint(" ", a.id)
	}
	if v := p.byKey[key]; v != nil {
		return v
	}
	v := &value{p: p, id: len(p.values), op: op, lane: l, args: args, imm: imm}
	p.values = append(p.values, v)
	p.byKey[key] = v
	return v
}

// finish sets the result, and drops what it does not need.
func (p *program) finish(result *value) {
	p.result = result
	for _, v := range p.values {
		v.uses = 0
	}
	result.uses = 1
	var kept []*value
	for i := len(p.values) - 1; i >= 0; i-- {
		v := p.values[i]
		if v.uses == 0 {
			continue
		}
		kept = append([]*value{v}, kept...)
		for _, a := range v.args {
			a.uses++
		}
	}
	p.values = kept
}

// operand is the k-th operand of the kernel.
func (p *program) operand(k int, l lane) *value {
	if l == Bool {
		return p.add("load", M1, uint64(k))
	}
	return p.add("load", l, uint64(k))
}

// constBits returns a constant by its bits.
func (p *program) constBits(l lane, bits uint64) *value { return p.add("const", l, bits) }

func (v *value) isConst() bool { return v.op == "const" }

// num returns a constant of v's lane: of a float lane the nearest number to x,
// of an integer lane x itself.
func (v *value) num(x float64) *value { return v.p.num(v.lane, x) }

func (p *program) num(l lane, x float64) *value {
	switch l.kind() {
	case 'f':
		if l == F32 {
			return p.constBits(l, uint64(math.Float32bits(float32(x))))
		}
		return p.constBits(l, math.Float64bits(x))
	case 'i':
		return p.constBits(l, uint64(int64(x))&(1<<(8*l.size()-1)<<1-1))
	}
	return p.constBits(l, uint64(x))
}

// bits returns a constant of v's lane by its bits: of a float lane those of
// IEEE 754.
func (v *value) bits(b uint64) *value { return v.p.constBits(v.lane, b) }

// must panics unless a condition on the operands of an operation holds.
func must(ok bool, op string, args ...*value) {
	if ok {
		return
	}
	s := "asm: " + op + " of"
	for _, a := range args {
		s += " " + a.lane.String()
	}
	panic(s)
}

// same makes an operation on operands of one lane.
func same(op string, args ...*value) *value {
	for _, a := range args {
		must(a.lane == args[0].lane, op, args...)
	}
	return args[0].p.add(op, args[0].lane, 0, args...)
}

func floats(op string, args ...*value) *value {
	must(args[0].lane.kind() == 'f', op, args...)
	return same(op, args...)
}

// Arithmetic, of floats and of integers, which wrap. Products are rounded: fma
// is an operation of its own.
func add(x, y *value) *value { return same("add", x, y) }
func sub(x, y *value) *value { return same("sub", x, y) }
func mul(x, y *value) *value { return same("mul", x, y) }

// Arithmetic of floats. fma is x*y + z, fnma is z - x*y, fms is x*y - z, each
// rounded once.
func div(x, y *value) *value     { return floats("div", x, y) }
func sqrt(x *value) *value       { return floats("sqrt", x) }
func fma(x, y, z *value) *value  { return fused("fma", x, y, z) }
func fnma(x, y, z *value) *value { return fused("fnma", x, y, z) }
func fms(x, y, z *value) *value  { return fused("fms", x, y, z) }

// fused is for float64 alone: for float32 Go has no such operation.
func fused(op string, args ...*value) *value {
	must(args[0].lane == F64, op, args...)
	return same(op, args...)
}

// scale is x * 2^k, rounded once, of float64; k is an integer from -2100 to 2100.
func scale(x, k *value) *value { return floats("scale", x, k) }

// mantissa is m in [0.75, 1.5) with x = m * 2^e, exponent is e, of float64 that
// are positive and finite; of others they are anything.
func mantissa(x *value) *value { return floats("mantissa", x) }
func exponent(x *value) *value { return floats("exponent", x) }

// logOf is the logarithm of what is not positive and finite, and r of what is.
func logOf(x, r *value) *value {
	return x.p.add("logof", x.lane, 0, r, x, x.bits(logTable))
}

// logTable says what VFIXUPIMM makes of the classes of numbers, four bits each
// from the lowest on: NaN, NaN (both 2, a quiet NaN), 0 (4, -inf), 1 (0, r), -inf
// (3, NaN), inf (5, inf), negative (3), positive (0).
const logTable = 0x03530422

// Rounding to integers as floats.
func rint(x *value) *value  { return floats("rint", x) }
func floor(x *value) *value { return floats("floor", x) }
func ceil(x *value) *value  { return floats("ceil", x) }
func trunc(x *value) *value { return floats("trunc", x) }

// lesser is x if x < y, else y; greater is x if x > y, else y. So the result is
// y if one is NaN, or both are zeros.
func lesser(x, y *value) *value  { return same("min", x, y) }
func greater(x, y *value) *value { return same("max", x, y) }

// abs clears the sign of a float, neg changes it. neg of an integer wraps.
func abs(x *value) *value { return x.p.add("abs", x.lane, 0, x, x.bits(x.signBit()-1)) }
func neg(x *value) *value {
	if x.lane.kind() == 'f' {
		return x.p.add("neg", x.lane, 0, x, x.bits(x.signBit()))
	}
	return x.p.add("neg", x.lane, 0, x.bits(0), x)
}

// signBit is the bits of a lane with the topmost bit set alone.
func (v *value) signBit() uint64 { return 1 << (8*v.lane.size() - 1) }

// Bits, of integers, floats and masks. andNot is x &^ y.
func and(x, y *value) *value    { return same("and", x, y) }
func or(x, y *value) *value     { return same("or", x, y) }
func xor(x, y *value) *value    { return same("xor", x, y) }
func andNot(x, y *value) *value { return same("andnot", x, y) }

// not is the opposite of a mask.
func not(m *value) *value {
	must(m.lane.kind() == 'm', "not", m)
	return same("not", m)
}

// shl and shr shift by a constant; of signed integers shr keeps the sign.
func shl(x *value, n int) *value { return x.p.add("shl", x.lane, uint64(n), x) }
func shr(x *value, n int) *value { return x.p.add("shr", x.lane, uint64(n), x) }

// shlBy and shrBy shift by the elements of n, read as unsigned: from the number
// of bits on all bits are shifted out.
func shlBy(x, n *value) *value { return same("shlby", x, n) }
func shrBy(x, n *value) *value { return same("shrby", x, n) }

// Comparisons make masks. With NaN all but ne are false.
func eq(x, y *value) *value { return compare("eq", x, y) }
func ne(x, y *value) *value { return compare("ne", x, y) }
func lt(x, y *value) *value { return compare("lt", x, y) }
func le(x, y *value) *value { return compare("le", x, y) }
func gt(x, y *value) *value { return compare("lt", y, x) }
func ge(x, y *value) *value { return compare("le", y, x) }

// isNaN is where x is NaN; unordered is where x or y is.
func isNaN(x *value) *value        { return unordered(x, x) }
func unordered(x, y *value) *value { return compare("unordered", x, y) }

func compare(op string, x, y *value) *value {
	must(x.lane == y.lane, op, x, y)
	return x.p.add(op, maskOf(x.lane.size()), 0, x, y)
}

// choose is x where the mask is true, else y.
func choose(m, x, y *value) *value {
	must(m.lane.kind() == 'm' && x.lane == y.lane, "choose", m, x, y)
	return x.p.add("choose", x.lane, 0, resize(m, x.lane.size()), x, y)
}

// resize makes a mask one over lanes of another size.
func resize(m *value, size int) *value {
	if m.lane.size() == size {
		return m
	}
	return m.p.add("resize", maskOf(size), 0, m)
}

// cast reads the bits of x as those of another lane of the same size.
func cast(x *value, to lane) *value {
	if x.lane == to {
		return x
	}
	must(x.lane.size() == to.size(), "cast to "+to.String(), x)
	return x.p.add("cast", to, 0, x)
}

// convert converts numbers: floats to floats and integers to floats by
// rounding, integers to integers by dropping bits or extending the sign, floats
// to int32 and int64 towards zero with the smallest integer for NaN and what is
// out of range.
func convert(x *value, to lane) *value {
	if x.lane == to {
		return x
	}
	if x.lane.kind() != 'f' && to.kind() != 'f' && x.lane.size() == to.size() {
		return cast(x, to)
	}
	return x.p.add("convert", to, 0, x)
}

// horner evaluates a polynomial with its highest coefficient first.
func horner(x *value, coefficients ...float64) *value {
	r := x.num(coefficients[0])
	for _, c := range coefficients[1:] {
		r = fma(r, x, x.num(c))
	}
	return r
}
