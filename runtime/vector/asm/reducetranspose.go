package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// transposeCores copy rows, a multiple of 4 (of 8-byte elements) or 8 (of
// 4-byte elements), of at most as many columns, which become rows. Rows are
// read in whole registers: what follows the columns must be readable. Those of
// lines take twice as many columns, a cache line, which they so read once. Both
// levels use 256-bit registers, for which processors have twice the shuffles.
func transposeCores() []core {
	var all []core
	for _, c := range []struct {
		bits, typ string
		side      int
		square    square
	}{{"64", "[]uint64", 4, transposed4}, {"32", "[]uint32", 8, transposed8}} {
		params := []param{{"dst", c.typ}, {"src", c.typ}, {"dstStride", "int"}, {"srcStride", "int"}, {"rows", "int"}}
		all = append(all,
			core{"transpose" + c.bits, append(params, param{"cols", "int"}), "", func(k *kern) { transpose(k, c.side, c.square, false) }},
			core{"transposeLines" + c.bits, params, "", func(k *kern) { transpose(k, c.side, c.square, true) }})
	}
	return all
}

// A square transposes as many registers as each has elements.
type square func(k *kern, r []reg.VecVirtual) []reg.VecVirtual

// transpose loops over squares of side elements, or over lines of two.
func transpose(k *kern, side int, square square, lines bool) {
	dst, src := k.pointer("dst"), k.pointer("src")
	dstStride, srcStride, rows := k.pointer("dstStride"), k.pointer("srcStride"), k.pointer("rows")
	cols := rows // not used
	if !lines {
		cols = k.pointer("cols")
	}
	shift := operand.U8(map[int]uint8{4: 3, 8: 2}[side])
	k.SHLQ(shift, dstStride)
	k.SHLQ(shift, srcStride)
	src3, p := k.GP64(), k.GP64()
	k.LEAQ(operand.Mem{Base: srcStride, Index: srcStride, Scale: 2}, src3)
	k.Label("square")
	k.MOVQ(dst, p)
	if lines {
		next := k.GP64()
		k.MOVQ(src, next)
		k.storeRows(square(k, k.loadRows(side, next, srcStride, src3, 0)), p, dstStride, nil)
		k.ADDQ(dstStride, p)
		k.storeRows(square(k, k.loadRows(side, src, srcStride, src3, 32)), p, dstStride, nil)
	} else {
		k.storeRows(square(k, k.loadRows(side, src, srcStride, src3, 0)), p, dstStride, cols)
	}
	k.Label("next")
	k.ADDQ(operand.U8(32), dst)
	k.SUBQ(operand.U8(uint8(side)), rows)
	k.JNE(operand.LabelRef("square"))
}

// loadRows loads a register of each row from disp, and moves src behind them.
func (k *kern) loadRows(side int, src, stride, stride3 reg.GPVirtual, disp int) []reg.VecVirtual {
	r := make([]reg.VecVirtual, side)
	for i := range r {
		r[i] = k.YMM()
		m := operand.Mem{Base: src, Disp: disp}
		switch i % 4 {
		case 1, 2:
			m.Index, m.Scale = stride, uint8(i%4)
		case 3:
			m.Index, m.Scale = stride3, 1
		}
		k.VMOVUPD(m, r[i])
		if i%4 == 3 {
			k.LEAQ(operand.Mem{Base: src, Index: stride, Scale: 4}, src)
		}
	}
	return r
}

// storeRows stores registers stride apart; if cols is given, so many of them.
func (k *kern) storeRows(r []reg.VecVirtual, p, stride reg.GPVirtual, cols reg.Register) {
	for i, v := range r {
		k.VMOVUPD(v, at(p, 0))
		if i+1 == len(r) {
			return
		}
		if cols != nil {
			k.CMPQ(cols, operand.U8(uint8(i+1)))
			k.JEQ(operand.LabelRef("next"))
		}
		k.ADDQ(stride, p)
	}
}

// transposed4 transposes 4 rows of 4 elements of 8 bytes.
func transposed4(k *kern, r []reg.VecVirtual) []reg.VecVirtual {
	t := make([]reg.VecVirtual, 4)
	for i := range t {
		t[i] = k.YMM()
	}
	k.VUNPCKLPD(r[1], r[0], t[0])
	k.VUNPCKHPD(r[1], r[0], t[1])
	k.VUNPCKLPD(r[3], r[2], t[2])
	k.VUNPCKHPD(r[3], r[2], t[3])
	for i := range 2 {
		k.VPERM2F128(operand.U8(0x20), t[2+i], t[i], r[i])
		k.VPERM2F128(operand.U8(0x31), t[2+i], t[i], r[2+i])
	}
	return r
}

// transposed8 transposes 8 rows of 8 elements of 4 bytes.
func transposed8(k *kern, r []reg.VecVirtual) []reg.VecVirtual {
	t := make([]reg.VecVirtual, 8)
	for i := range t {
		t[i] = k.YMM()
	}
	for i := 0; i < 8; i += 2 { // columns 0, 1 (and 4, 5) of two rows; 2, 3 (and 6, 7)
		k.VUNPCKLPS(r[i+1], r[i], t[i])
		k.VUNPCKHPS(r[i+1], r[i], t[i+1])
	}
	for i := 0; i < 8; i += 4 { // column j of four rows, and column j+4
		k.VUNPCKLPD(t[i+2], t[i], r[i])
		k.VUNPCKHPD(t[i+2], t[i], r[i+1])
		k.VUNPCKLPD(t[i+3], t[i+1], r[i+2])
		k.VUNPCKHPD(t[i+3], t[i+1], r[i+3])
	}
	for i := range 4 {
		k.VPERM2F128(operand.U8(0x20), r[4+i], r[i], t[i])
		k.VPERM2F128(operand.U8(0x31), r[4+i], r[i], t[4+i])
	}
	return t
}
