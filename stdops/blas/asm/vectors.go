package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// quad is how many vectors the functions of this file take at a time, beside
// the one that they share.
const quad = 4

// A fourVectors holds the registers of a function over x and four vectors at y.
type fourVectors struct {
	n, x, y, ld, ld3 reg.GPVirtual
}

func beginVectors(name, sig, doc string) *fourVectors {
	TEXT(name, NOSPLIT, sig)
	Pragma("noescape")
	Doc(doc)
	f := &fourVectors{
		n: Load(Param("n"), GP64()).(reg.GPVirtual), x: Load(Param("x"), GP64()).(reg.GPVirtual),
		y: Load(Param("y"), GP64()).(reg.GPVirtual), ld: Load(Param("ld"), GP64()).(reg.GPVirtual), ld3: GP64(),
	}
	LEAQ(Mem{Base: f.ld, Index: f.ld, Scale: 2}, f.ld3)
	return f
}

// at is where vector i is.
func (f *fourVectors) at(i, disp int) Mem {
	return [quad]Mem{{Base: f.y, Disp: disp}, {Base: f.y, Index: f.ld, Scale: 1, Disp: disp}, {Base: f.y, Index: f.ld, Scale: 2, Disp: disp}, {Base: f.y, Index: f.ld3, Scale: 1, Disp: disp}}[i]
}

// next goes on by eight elements.
func (f *fourVectors) next() {
	ADDQ(Imm(64), f.x)
	ADDQ(Imm(64), f.y)
	SUBQ(Imm(8), f.n)
	JG(LabelRef("loop"))
}

// writeDots writes the function that multiplies x by four vectors.
func writeDots() {
	f := beginVectors("ddots4", "func(n int, x, y *float64, ld int, out *float64)",
		"ddots4 sets four elements of out to the inner products of x with vectors ld bytes apart. n is a multiple of 8.")
	out := Load(Param("out"), GP64()).(reg.GPVirtual)
	var acc [2][quad]reg.VecVirtual
	for h := range acc {
		for i := range acc[h] {
			acc[h][i] = YMM()
			VXORPD(acc[h][i], acc[h][i], acc[h][i])
		}
	}
	Label("loop")
	for h := range acc {
		x := YMM()
		VMOVUPD(Mem{Base: f.x, Disp: 32 * h}, x)
		for i, a := range acc[h] {
			VFMADD231PD(f.at(i, 32*h), x, a)
		}
	}
	f.next()
	for i := range quad {
		VADDPD(acc[1][i], acc[0][i], acc[0][i])
	}
	lo, hi, swapped, sum := YMM(), YMM(), YMM(), YMM()
	VHADDPD(acc[0][1], acc[0][0], lo)
	VHADDPD(acc[0][3], acc[0][2], hi)
	VPERM2F128(Imm(0x21), hi, lo, swapped)
	VBLENDPD(Imm(0xc), hi, lo, sum)
	VADDPD(swapped, sum, sum)
	VMOVUPD(sum, Mem{Base: out})
	VZEROUPPER()
	RET()
}

// writeAxpys writes the function that adds multiples of x to four vectors.
func writeAxpys() {
	f := beginVectors("daxpys4", "func(n int, x, y *float64, ld int, factors *float64)",
		"daxpys4 adds multiples of x to vectors ld bytes apart. n is a multiple of 8.")
	factors := Load(Param("factors"), GP64()).(reg.GPVirtual)
	var by [quad]reg.VecVirtual
	for i := range by {
		by[i] = YMM()
		VBROADCASTSD(Mem{Base: factors, Disp: 8 * i}, by[i])
	}
	Label("loop")
	for h := range 2 {
		x := YMM()
		VMOVUPD(Mem{Base: f.x, Disp: 32 * h}, x)
		for i, b := range by {
			y := YMM()
			VMOVUPD(f.at(i, 32*h), y)
			VFMADD231PD(x, b, y)
			VMOVUPD(y, f.at(i, 32*h))
		}
	}
	f.next()
	VZEROUPPER()
	RET()
}
