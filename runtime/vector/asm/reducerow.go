package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// rowCores fold a row into as many cells.
func rowCores() []core {
	var all []core
	for _, e := range append([]elem{float64s, float32s}, integers...) {
		acc := "[]int64"
		if e.float {
			acc = "[]float64"
		}
		all = append(all, core{"accumulate" + e.name, []param{{"x", "[]" + e.typ}, {"dst", acc}}, "", func(k *kern) { accumulate(k, e) }},
			core{"accumulateFour" + e.name, []param{{"dst", acc}, {"x", "[]" + e.typ}, {"width", "int"}}, "", func(k *kern) { accumulateFour(k, e) }})
		for _, op := range []string{"Min", "Max"} {
			params := []param{{"x", "[]" + e.typ}, {"dst", "[]" + e.typ}}
			all = append(all, core{lowerFirst(op) + "Row" + e.name, params, "", func(k *kern) { extremeRow(k, e, op == "Max", false) }})
			if e.float {
				all = append(all, core{"nan" + op + "Row" + e.name, params, "", func(k *kern) { extremeRow(k, e, op == "Max", true) }})
			}
		}
	}
	for _, e := range []elem{float64s, float32s} {
		all = append(all, core{"momentsRow" + e.name, []param{{"x", "[]" + e.typ}, {"shift", "[]float64"}, {"sum", "[]float64"},
			{"squares", "[]float64"}, {"reps", "float64"}, {"c", "float64"}}, "", func(k *kern) { momentsRow(k, e) }})
		for _, op := range []string{"Min", "Max"} {
			all = append(all, core{"arg" + op + "Row" + e.name, []param{{"x", "[]" + e.typ}, {"v", "[]" + e.typ}, {"index", "[]int64"}, {"row", "int64"}}, "",
				func(k *kern) { argRow(k, e, op == "Max") }})
		}
	}
	return all
}

// accumulate adds a row, widened, to dst.
func accumulate(k *kern, e elem) {
	x, dst := k.pointer("x"), k.pointer("dst")
	k.count()
	tmp := k.vecs(2)
	k.loop(2, 8, []step{{x, e.size}, {dst, 8}}, func(vectors int) {
		for u := range vectors {
			for i, r := range tmp[u] {
				m := at(dst, 64*u+i*k.width())
				k.load64(e, x, u, i, r)
				if e.float {
					k.VADDPD(m, r, r)
				} else {
					k.VPADDQ(m, r, r)
				}
				k.move(r, m)
			}
		}
	})
}

// accumulateFour adds four rows of x, which are width elements apart, to dst,
// one after the other.
func accumulateFour(k *kern, e elem) {
	dst, width := k.pointer("dst"), k.pointer("width")
	rows := []step{{k.pointer("x"), e.size}}
	for i := 1; i < 4; i++ {
		p := k.GP64()
		k.LEAQ(operand.Mem{Base: rows[i-1].p, Index: width, Scale: uint8(e.size)}, p)
		rows = append(rows, step{p, e.size})
	}
	k.count()
	acc, tmp := k.vecs(2), k.vec()
	k.loop(2, 8, append(rows, step{dst, 8}), func(vectors int) {
		for u := range vectors {
			for i, r := range acc[u] {
				m := at(dst, 64*u+i*k.width())
				k.move(m, r)
				for _, row := range rows {
					k.addWide(e, row.p, u, i, r, tmp[i])
				}
				k.move(r, m)
			}
		}
	})
}

// addWide adds a part of a vector of x, widened, to r.
func (k *kern) addWide(e elem, x reg.GPVirtual, u, i int, r, tmp reg.VecVirtual) {
	switch {
	case e.size == 8 && e.float:
		k.VADDPD(at(x, 64*u+i*k.width()), r, r)
	case e.size == 8:
		k.VPADDQ(at(x, 64*u+i*k.width()), r, r)
	case e.float:
		k.load64(e, x, u, i, tmp)
		k.VADDPD(tmp, r, r)
	default:
		k.load64(e, x, u, i, tmp)
		k.VPADDQ(tmp, r, r)
	}
}

// extremeRow takes the extremes of a row and dst.
func extremeRow(k *kern, e elem, isMax, skip bool) {
	x, dst := k.pointer("x"), k.pointer("dst")
	k.count()
	var flip reg.VecVirtual
	if !k.zmm && e.size == 8 && e.unsigned {
		flip = k.constant64(negativeZero)
	}
	as, bs := k.vecs(2), k.vecs(2)
	k.loop(2, 64/e.size, []step{{x, e.size}, {dst, e.size}}, func(vectors int) {
		for u := range vectors {
			for i := range as[u] {
				a, b, disp := as[u][i], bs[u][i], 64*u+i*k.width()
				k.move(at(x, disp), a)
				k.move(at(dst, disp), b)
				switch {
				case !e.float:
					k.pickInt(e, isMax, a, b, flip)
				case skip:
					k.pickNumber(e, isMax, a, b)
				default:
					k.pickEither(e, isMax, a, b)
				}
				k.move(b, at(dst, disp))
			}
		}
	})
}

// pickNumber sets b to the extreme of a and b that is not NaN, b if they are
// equal.
func (k *kern) pickNumber(e elem, isMax bool, a, b reg.VecVirtual) {
	m := k.one()
	k.pick(e, isMax, b, a, m)
	if k.zmm {
		nan := k.K()
		k.compare(e, compareUnordered, b, b, nan)
		k.move(m, b)
		if e.size == 8 {
			k.VMOVAPD(a, nan, b)
		} else {
			k.VMOVAPS(a, nan, b)
		}
		return
	}
	k.compare(e, compareUnordered, b, b, b)
	if e.size == 8 {
		k.VBLENDVPD(b, a, m, b)
	} else {
		k.VBLENDVPS(b, a, m, b)
	}
}

// pickEither sets b to the extreme of a and b, NaN if one is; -0 is less than
// +0. The extremes in both orders differ for zeros and NaN only: or makes -0, and
// NaN, of them, and makes +0.
func (k *kern) pickEither(e elem, isMax bool, a, b reg.VecVirtual) {
	m, n := k.one(), k.one()
	k.pick(e, isMax, b, a, m)
	k.pick(e, isMax, a, b, n)
	switch {
	case !isMax:
		k.VORPD(m, n, b)
	case k.zmm:
		nan := k.K()
		k.compare(e, compareUnordered, a, b, nan)
		k.VANDPD(m, n, b)
		if e.size == 8 {
			k.VPTERNLOGQ(operand.U8(0xff), b, b, nan, b)
		} else {
			k.VPTERNLOGD(operand.U8(0xff), b, b, nan, b)
		}
	default:
		t := k.one()
		k.compare(e, compareUnordered, a, b, t)
		k.VANDPD(m, n, b)
		k.VORPD(t, b, b)
	}
}

// momentsRow updates sums and sums of squared deviations by a row.
func momentsRow(k *kern, e elem) {
	x, shift, sum, squares := k.pointer("x"), k.pointer("shift"), k.pointer("sum"), k.pointer("squares")
	reps, c := k.broadcast("reps"), k.broadcast("c")
	k.count()
	ds, ts := k.vecs(2), k.vecs(2)
	k.loop(2, 8, []step{{x, e.size}, {shift, 8}, {sum, 8}, {squares, 8}}, func(vectors int) {
		for u := range vectors {
			for i := range ds[u] {
				d, t, disp := ds[u][i], ts[u][i], 64*u+i*k.width()
				k.load64(e, x, u, i, d)
				k.VSUBPD(at(shift, disp), d, d)
				k.VADDPD(at(sum, disp), d, t)
				k.move(t, at(sum, disp))
				k.VFMSUB132PD(reps, t, d) // reps*d - t
				k.VMULPD(d, d, d)
				k.VFMADD213PD(at(squares, disp), c, d)
				k.move(d, at(squares, disp))
			}
		}
	})
}

const (
	notGreaterEqual = 0x19
	notLessEqual    = 0x16
	ordered         = 7
)

// argRow replaces what x beats in v, and notes the row's number.
func argRow(k *kern, e elem, isMax bool) {
	x, v, index := k.pointer("x"), k.pointer("v"), k.pointer("index")
	g, t, row := k.pointer("row"), k.XMM(), k.one()
	k.VMOVQ(g, t)
	k.VPBROADCASTQ(t, row)
	k.count()
	predicate := notGreaterEqual
	if isMax {
		predicate = notLessEqual
	}
	k.loop(1, 8, []step{{x, e.size}, {v, e.size}, {index, 8}}, func(int) {
		for i := range k.parts() {
			disp := i * 8 / k.parts()
			if k.zmm {
				k.argRowMask(e, predicate, x, v, index, row)
			} else {
				k.argRowBlend(e, predicate, at(x, disp*e.size), at(v, disp*e.size), at(index, disp*8), row)
			}
		}
	})
}

// valueReg makes a register of 8 (or, without AVX-512, 4) elements.
func (k *kern) valueReg(e elem) reg.VecVirtual {
	switch {
	case k.zmm && e.size == 8:
		return k.ZMM()
	case k.zmm || e.size == 8:
		return k.YMM()
	}
	return k.XMM()
}

func (k *kern) argRowMask(e elem, predicate int, x, v, index reg.GPVirtual, row reg.VecVirtual) {
	a, b, ok, m := k.valueReg(e), k.valueReg(e), k.K(), k.K()
	if e.size == 8 {
		k.VMOVUPD(at(x, 0), a)
		k.VMOVUPD(at(v, 0), b)
		k.VCMPPD(operand.U8(ordered), b, b, ok)
		k.VCMPPD(operand.U8(uint8(predicate)), b, a, ok, m)
		k.VMOVUPD(a, m, at(v, 0))
	} else {
		k.VMOVUPS(at(x, 0), a)
		k.VMOVUPS(at(v, 0), b)
		k.VCMPPS(operand.U8(ordered), b, b, ok)
		k.VCMPPS(operand.U8(uint8(predicate)), b, a, ok, m)
		k.VMOVUPS(a, m, at(v, 0))
	}
	k.VMOVDQU64(row, m, at(index, 0))
}

func (k *kern) argRowBlend(e elem, predicate int, x, v, index operand.Mem, row reg.VecVirtual) {
	a, b, ok, m, ix := k.valueReg(e), k.valueReg(e), k.valueReg(e), k.valueReg(e), k.YMM()
	if e.size == 8 {
		k.VMOVUPD(x, a)
		k.VMOVUPD(v, b)
	} else {
		k.VMOVUPS(x, a)
		k.VMOVUPS(v, b)
	}
	k.compare(e, ordered, b, b, ok)
	k.compare(e, predicate, b, a, m)
	k.VANDPD(ok, m, m)
	wide := m
	if e.size == 8 {
		k.VBLENDVPD(m, a, b, b)
		k.VMOVUPD(b, v)
	} else {
		k.VBLENDVPS(m, a, b, b)
		k.VMOVUPS(b, v)
		wide = k.YMM()
		k.VPMOVSXDQ(m, wide)
	}
	k.VMOVDQU(index, ix)
	k.VBLENDVPD(wide, row, ix, ix)
	k.VMOVDQU(ix, index)
}
