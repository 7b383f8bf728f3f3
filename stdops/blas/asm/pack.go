package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// writeCopy writes the function that copies rows into panels of a width in
// bytes. It needs AVX, not AVX-512: it is bound by memory.
func writeCopy(width int) {
	TEXT(fmt.Sprintf("copyPanels%d", width), NOSPLIT, "func(dst, src *byte, rows, panels, panelStride, ld int)")
	Pragma("noescape")
	Doc(fmt.Sprintf("copyPanels%d copies rows of panels·%d bytes, ld bytes apart: each into one row of each panel.", width, width))
	dst, src := Load(Param("dst"), GP64()), Load(Param("src"), GP64())
	rows, panels := Load(Param("rows"), GP64()), Load(Param("panels"), GP64())
	stride, ld := Load(Param("panelStride"), GP64()), Load(Param("ld"), GP64())
	d, s, n := GP64(), GP64(), GP64()
	var v []reg.VecVirtual
	for range width / 32 {
		v = append(v, YMM())
	}
	Label("row")
	MOVQ(dst, d)
	MOVQ(src, s)
	MOVQ(panels, n)
	PREFETCHT0(Mem{Base: src.(reg.GPVirtual), Index: ld.(reg.GPVirtual), Scale: 4})
	Label("panel")
	for i, r := range v {
		VMOVUPD(Mem{Base: s, Disp: 32 * i}, r)
	}
	for i, r := range v {
		VMOVUPD(r, Mem{Base: d, Disp: 32 * i})
	}
	ADDQ(Imm(uint64(width)), s)
	ADDQ(stride, d)
	DECQ(n)
	JNZ(LabelRef("panel"))
	ADDQ(Imm(uint64(width)), dst)
	ADDQ(ld, src)
	DECQ(rows)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// A transposition holds the registers of a function that turns rows of a
// matrix into columns.
type transposition struct {
	dst, src, n, dstStride, ld, ld3, high reg.GPVirtual
}

func beginTranspose(name string, rows int) *transposition {
	TEXT(name, NOSPLIT, "func(dst, src *byte, n, dstStride, ld int)")
	Pragma("noescape")
	Doc(fmt.Sprintf("%s writes %d rows of 32·n bytes, ld bytes apart, as columns, whose rows are dstStride bytes apart.", name, rows))
	t := &transposition{
		dst: Load(Param("dst"), GP64()).(reg.GPVirtual), src: Load(Param("src"), GP64()).(reg.GPVirtual),
		n: Load(Param("n"), GP64()).(reg.GPVirtual), dstStride: Load(Param("dstStride"), GP64()).(reg.GPVirtual),
		ld: Load(Param("ld"), GP64()).(reg.GPVirtual), ld3: GP64(), high: GP64(),
	}
	LEAQ(Mem{Base: t.ld, Index: t.ld, Scale: 2}, t.ld3)
	LEAQ(Mem{Base: t.src, Index: t.ld, Scale: 4}, t.high)
	return t
}

// row is where row i is.
func (t *transposition) row(i int) Mem {
	base := t.src
	if i >= 4 {
		base = t.high
	}
	return [4]Mem{{Base: base}, {Base: base, Index: t.ld, Scale: 1}, {Base: base, Index: t.ld, Scale: 2}, {Base: base, Index: t.ld3, Scale: 1}}[i%4]
}

// put writes the next row of the result.
func (t *transposition) put(v reg.VecVirtual) {
	VMOVUPD(v, Mem{Base: t.dst})
	ADDQ(t.dstStride, t.dst)
}

func (t *transposition) end() {
	ADDQ(Imm(32), t.src)
	ADDQ(Imm(32), t.high)
	DECQ(t.n)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}

// writeTranspose64 writes the transposition of four rows of float64.
func writeTranspose64() {
	t := beginTranspose("dtranspose4", 4)
	Label("loop")
	a, b := t.halves64(0)
	c, d := t.halves64(2)
	for _, half := range []uint64{0x20, 0x31} {
		for _, pair := range [][2]reg.VecVirtual{{a, c}, {b, d}} {
			r := YMM()
			VPERM2F128(Imm(half), pair[1], pair[0], r)
			t.put(r)
		}
	}
	t.end()
}

// halves64 interleaves rows i and i+1: their even columns, and their odd ones.
func (t *transposition) halves64(i int) (even, odd reg.VecVirtual) {
	r, even, odd := YMM(), YMM(), YMM()
	VMOVUPD(t.row(i), r)
	VUNPCKLPD(t.row(i+1), r, even)
	VUNPCKHPD(t.row(i+1), r, odd)
	return even, odd
}

// writeTranspose32 writes the transposition of eight rows of float32.
func writeTranspose32() {
	t := beginTranspose("stranspose8", 8)
	Label("loop")
	top, bottom := t.quarters32(0), t.quarters32(4)
	for _, half := range []uint64{0x20, 0x31} {
		for i := range top {
			r := YMM()
			VPERM2F128(Imm(half), bottom[i], top[i], r)
			t.put(r)
		}
	}
	t.end()
}

// quarters32 returns columns 0 and 4, 1 and 5, 2 and 6, 3 and 7 of rows i to
// i+3.
func (t *transposition) quarters32(i int) [4]reg.VecVirtual {
	var lo, hi [2]reg.VecVirtual
	for p := range 2 {
		r := YMM()
		lo[p], hi[p] = YMM(), YMM()
		VMOVUPS(t.row(i+2*p), r)
		VUNPCKLPS(t.row(i+2*p+1), r, lo[p])
		VUNPCKHPS(t.row(i+2*p+1), r, hi[p])
	}
	var out [4]reg.VecVirtual
	for q, pair := range [][2]reg.VecVirtual{lo, hi} {
		out[2*q], out[2*q+1] = YMM(), YMM()
		VUNPCKLPD(pair[1], pair[0], out[2*q])
		VUNPCKHPD(pair[1], pair[0], out[2*q+1])
	}
	return out
}
