package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// rowCores fold a row into as many cells.
func rowCores() []core {
	var all []core
	for _, e := range append([]elem{float32s}, integers...) {
		acc := "[]int64"
		if e.float {
			acc = "[]float64"
		}
		if e.size < 8 {
			all = append(all, core{"accumulate" + e.name, []param{{"x", "[]" + e.typ}, {"dst", acc}}, "", func(k *kern) { accumulate(k, e) }})
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
				k.VMOVDQU64or(r, m)
			}
		}
	})
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
				k.VMOVDQU64or(t, at(sum, disp))
				k.VFMSUB132PD(reps, t, d) // reps*d - t
				k.VMULPD(d, d, d)
				k.VFMADD213PD(at(squares, disp), c, d)
				k.VMOVDQU64or(d, at(squares, disp))
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
