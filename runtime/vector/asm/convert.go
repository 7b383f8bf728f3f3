package main

import "github.com/mmcloughlin/avo/operand"

// resize makes a mask one over lanes of another size. K registers do not care.
func (m *machine) resize(v *value) {
	if m.evex {
		m.rename(v)
		return
	}
	r := m.in(v.args[0])
	from, to := v.args[0].lane.size(), v.lane.size()
	m.done(v.args...)
	dst := m.define(v)
	if from < to {
		m.emit("VPMOVSX"+sizeLetters[from]+sizeLetters[to], m.sized(r, m.n*from), m.sized(dst, m.n*to))
		return
	}
	for ; from > to; from /= 2 {
		m.halve(r, dst, from)
		r = dst
	}
}

var sizeLetters = map[int]string{1: "B", 2: "W", 4: "D", 8: "Q"}

// halve packs masks over lanes of a size to those of half of it.
func (m *machine) halve(r, dst, size int) {
	high, low := xs[r], xs[r]
	if m.n*size == 32 {
		h := m.temp()
		m.emit("VEXTRACTI128", operand.U8(1), ys[r], xs[h])
		high = xs[h]
	}
	if size == 8 {
		m.emit("VSHUFPS", operand.U8(0x88), high, low, xs[dst])
		return
	}
	m.emit(map[int]string{4: "VPACKSSDW", 2: "VPACKSSWB"}[size], high, low, xs[dst])
}

func (m *machine) convert(v *value) {
	from, to := v.args[0].lane, v.lane
	if f := conversions[[2]lane{from, to}]; f != "" {
		r := m.reg(v.args[0])
		m.done(v.args...)
		m.emit(f, r, m.view(m.define(v), to))
		return
	}
	if from == F64 && to == F32 {
		m.toFloat32(v)
		return
	}
	panic(unsupported("convert"))
}

// toFloat32 rounds to float32. The instruction for 4 elements has the suffix Y.
func (m *machine) toFloat32(v *value) {
	name := "VCVTPD2PS"
	if m.width(F64) == 32 {
		name += "Y"
	}
	r := m.reg(v.args[0])
	m.done(v.args...)
	m.emit(name, r, m.view(m.define(v), F32))
}

// conversions are the instructions that both sets have.
var conversions = map[[2]lane]string{
	{F32, F64}: "VCVTPS2PD",
	{I32, F64}: "VCVTDQ2PD",
	{I32, F32}: "VCVTDQ2PS",
	{F32, I32}: "VCVTTPS2DQ",
	{I32, I64}: "VPMOVSXDQ",
	{U32, U64}: "VPMOVZXDQ",
	{U32, I64}: "VPMOVZXDQ",
}
