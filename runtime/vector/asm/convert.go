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

// convert emits a conversion of numbers. Those of floats to something narrower
// have the suffix Y for 32 bytes.
func (m *machine) convert(v *value) {
	from, to := v.args[0].lane, v.lane
	name := m.conversion(from, to)
	if name == "" && from.kind() != 'f' && to.kind() != 'f' && to.size() < from.size() {
		m.narrow(v)
		return
	}
	if name == "" {
		panic(unsupported("convert"))
	}
	if name[:4] == "VCVT" && to.size() < from.size() && m.width(from) == 32 {
		name += "Y"
	}
	r := m.reg(v.args[0])
	m.done(v.args...)
	m.emit(name, r, m.view(m.define(v), to))
}

// conversion is the instruction of a conversion, if there is one.
func (m *machine) conversion(from, to lane) string {
	name := conversions[[2]lane{from, to}]
	switch {
	case name != "":
	case from.kind() == 'f' || to.kind() == 'f':
		if m.evex {
			name = conversions512[[2]lane{from, to}]
		}
	case from.size() < to.size():
		name = map[byte]string{'i': "VPMOVSX", 'u': "VPMOVZX"}[from.kind()] + suffix(from) + suffix(to)
	case m.evex:
		name = "VPMOV" + suffix(from) + suffix(to)
	}
	return name
}

// narrow drops the upper bits of integers on AVX2, half of them at a time.
func (m *machine) narrow(v *value) {
	r := m.in(v.args[0])
	size := v.args[0].lane.size()
	m.done(v.args...)
	dst := m.define(v)
	for ; size > v.lane.size(); size /= 2 {
		m.pack(r, dst, size)
		r = dst
	}
}

// pack drops the upper half of integers of a size. Packing saturates: the upper
// half is cleared before.
func (m *machine) pack(r, dst, size int) {
	bytes := m.n * size
	from := m.temp()
	if size == 8 {
		m.emit("VMOVDQU", m.sized(r, bytes), m.sized(from, bytes))
	} else {
		low := &value{lane: map[int]lane{4: U32, 2: U16}[size], imm: 1<<(4*size) - 1}
		m.emit("VPAND", m.pool.at(low), m.sized(r, bytes), m.sized(from, bytes))
	}
	high := from
	if bytes == 32 {
		high = m.temp()
		m.emit("VEXTRACTI128", operand.U8(1), ys[from], xs[high])
	}
	if size == 8 {
		m.emit("VSHUFPS", operand.U8(0x88), xs[high], xs[from], xs[dst])
		return
	}
	m.emit(map[int]string{4: "VPACKUSDW", 2: "VPACKUSWB"}[size], xs[high], xs[from], xs[dst])
}

// conversions are the instructions that both sets have, conversions512 those of
// AVX-512, where a float is one of the lanes.
var (
	conversions = map[[2]lane]string{
		{F32, F64}: "VCVTPS2PD",
		{F64, F32}: "VCVTPD2PS",
		{I32, F64}: "VCVTDQ2PD",
		{I32, F32}: "VCVTDQ2PS",
		{F32, I32}: "VCVTTPS2DQ",
		{F64, I32}: "VCVTTPD2DQ",
	}
	conversions512 = map[[2]lane]string{
		{I64, F64}: "VCVTQQ2PD",
		{U64, F64}: "VCVTUQQ2PD",
		{U32, F64}: "VCVTUDQ2PD",
		{I64, F32}: "VCVTQQ2PS",
		{U64, F32}: "VCVTUQQ2PS",
		{U32, F32}: "VCVTUDQ2PS",
		{F64, I64}: "VCVTTPD2QQ",
		{F32, I64}: "VCVTTPS2QQ",
	}
)
