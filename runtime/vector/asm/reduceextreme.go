package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// extremeCores are minima and maxima by lane.
func extremeCores() []core {
	var all []core
	for _, e := range append([]elem{float64s, float32s}, integers...) {
		for _, op := range []string{"min", "max"} {
			c := core{name: op + e.name, params: []param{{"x", "[]" + e.typ}}, results: "(m " + e.typ + ")"}
			isMax := op == "max"
			if e.float {
				c.results = "(m " + e.typ + ", nan uint64)"
				c.body = func(k *kern) { extremeFloats(k, e, isMax) }
			} else {
				c.body = func(k *kern) { extremeInts(k, e, isMax) }
			}
			all = append(all, c)
		}
	}
	return all
}

// extremeFloats starts from an infinity and passes over NaN; the result says
// whether there was one.
func extremeFloats(k *kern, e elem, isMax bool) {
	x := k.pointer("x")
	k.count()
	acc := k.vecs(4)
	start := math.Inf(1)
	if isMax {
		start = math.Inf(-1)
	}
	bits := math.Float64bits(start)
	if e.size == 4 {
		bits = uint64(math.Float32bits(float32(start)))
		bits |= bits << 32
	}
	inf := k.constant64(bits)
	for _, v := range acc {
		for _, r := range v {
			k.VMOVAPD(inf, r)
		}
	}
	seen := k.newUnordered(e)
	tmp := k.vecs(2)
	lanes := 64 / e.size
	k.loop(4, lanes, []step{{x, e.size}}, func(vectors int) {
		for u := range vectors {
			t := tmp[u%2]
			for i, r := range acc[u] {
				k.move(at(x, 64*u+i*k.width()), t[i])
				k.pick(e, isMax, r, t[i], r)
			}
			switch {
			case u%2 == 1:
				seen.check(tmp[0], tmp[1])
			case vectors == 1:
				seen.check(tmp[0], tmp[0])
			}
		}
	})
	k.tree(acc, func(b, a reg.VecVirtual) { k.pick(e, isMax, a, b, a) })
	x1 := k.fold(acc[0], e.size, func(b, a reg.Register) { k.pick(e, isMax, a, b, a) })
	k.Store(x1, k.Return("m"))
	seen.result()
}

// pick sets dst to the extreme of a and b, or to b if one is NaN or they are
// equal.
func (k *kern) pick(e elem, isMax bool, b, a, dst operand.Op) {
	switch {
	case e.size == 8 && isMax:
		k.VMAXPD(b, a, dst)
	case e.size == 8:
		k.VMINPD(b, a, dst)
	case isMax:
		k.VMAXPS(b, a, dst)
	default:
		k.VMINPS(b, a, dst)
	}
}

// A nanFlag notes whether there was a NaN.
type nanFlag struct {
	k    *kern
	e    elem
	mask reg.OpmaskVirtual
	ymm  reg.VecVirtual
}

func (k *kern) newUnordered(e elem) *nanFlag {
	s := &nanFlag{k: k, e: e}
	if k.zmm {
		s.mask = k.K()
		k.KXORW(s.mask, s.mask, s.mask)
	} else {
		s.ymm = k.YMM()
		k.VPXOR(s.ymm, s.ymm, s.ymm)
	}
	return s
}

const (
	compareEqual     = 0
	compareUnordered = 3
)

// check takes note of two vectors.
func (s *nanFlag) check(a, b vec) {
	for i := range a {
		if s.k.zmm {
			m := s.k.K()
			s.k.compareMask(s.e, compareUnordered, a[i], b[i], m)
			s.k.KORW(m, s.mask, s.mask)
			continue
		}
		t := s.k.YMM()
		s.k.compare(s.e, compareUnordered, a[i], b[i], t)
		s.k.VORPD(t, s.ymm, s.ymm)
	}
}

// compare is a comparison of floats to lanes of ones and zeros.
func (k *kern) compare(e elem, predicate int, a, b operand.Op, dst operand.Op) {
	if e.size == 8 {
		k.VCMPPD(operand.U8(uint8(predicate)), a, b, dst)
	} else {
		k.VCMPPS(operand.U8(uint8(predicate)), a, b, dst)
	}
}

// compareMask is compare to a mask.
func (k *kern) compareMask(e elem, predicate int, a, b operand.Op, dst operand.Op) {
	k.compare(e, predicate, a, b, dst)
}

// result returns what was noted.
func (s *nanFlag) result() {
	g := s.k.GP64()
	if s.k.zmm {
		w := s.k.GP32()
		s.k.KMOVW(s.mask, w)
		s.k.MOVL(w, g.As32())
	} else {
		s.k.VMOVMSKPS(s.ymm, g.As32())
	}
	s.k.Store(g, s.k.Return("nan"))
}

// extremeInts starts from the first vector.
func extremeInts(k *kern, e elem, isMax bool) {
	x := k.pointer("x")
	k.count()
	acc := k.vecs(4)
	for _, v := range acc {
		for i, r := range v {
			k.move(at(x, i*k.width()), r)
		}
	}
	var flip reg.VecVirtual
	if !k.zmm && e.size == 8 && e.unsigned {
		flip = k.constant64(negativeZero)
	}
	tmp := k.vec()
	k.loop(4, 64/e.size, []step{{x, e.size}}, func(vectors int) {
		for u := range vectors {
			for i, r := range acc[u] {
				k.move(at(x, 64*u+i*k.width()), tmp[i])
				k.pickInt(e, isMax, tmp[i], r, flip)
			}
		}
	})
	k.tree(acc, func(b, a reg.VecVirtual) { k.pickInt(e, isMax, b, a, flip) })
	low := k.fold(acc[0], e.size, func(b, a reg.Register) { k.pickInt(e, isMax, b, a, flip) })
	g := k.GP64()
	k.VMOVQ(low, g)
	k.Store(map[int]reg.Register{1: g.As8(), 2: g.As16(), 4: g.As32(), 8: g}[e.size], k.Return("m"))
}

// pickInt sets dst to the extreme of x and dst.
func (k *kern) pickInt(e elem, isMax bool, x, dst reg.Register, flip reg.VecVirtual) {
	if e.size == 8 && !k.zmm {
		k.pick64(isMax, x, dst, flip)
		return
	}
	ops := map[string][2]func(...operand.Op){
		"Int8": {k.VPMINSB, k.VPMAXSB}, "Int16": {k.VPMINSW, k.VPMAXSW}, "Int32": {k.VPMINSD, k.VPMAXSD}, "Int64": {k.VPMINSQ, k.VPMAXSQ},
		"Uint8": {k.VPMINUB, k.VPMAXUB}, "Uint16": {k.VPMINUW, k.VPMAXUW}, "Uint32": {k.VPMINUD, k.VPMAXUD}, "Uint64": {k.VPMINUQ, k.VPMAXUQ},
	}[e.name]
	if isMax {
		ops[1](x, dst, dst)
	} else {
		ops[0](x, dst, dst)
	}
}

// pick64 is pickInt of 64-bit integers without AVX-512; flip, if any, turns
// unsigned order into signed.
func (k *kern) pick64(isMax bool, x, dst reg.Register, flip reg.VecVirtual) {
	like := func(r reg.VecVirtual) reg.Register {
		if dst.Size() == 16 {
			return r.AsX()
		}
		return r
	}
	a, b, m := dst, x, like(k.YMM())
	if flip != nil {
		fa, fb := like(k.YMM()), like(k.YMM())
		k.VPXOR(like(flip), dst, fa)
		k.VPXOR(like(flip), x, fb)
		a, b = fa, fb
	}
	if isMax {
		a, b = b, a
	}
	k.VPCMPGTQ(b, a, m) // for minima: dst > x
	k.VBLENDVPD(m, x, dst, dst)
}

// findCores return how many elements, in whole groups of vectors, stand before
// the group in which an element is found; all of them if there is none.
func findCores() []core {
	var all []core
	for _, e := range []elem{float64s, float32s} {
		all = append(all,
			core{"find" + e.name, []param{{"x", "[]" + e.typ}, {"v", e.typ}}, "(at int)", func(k *kern) { findFloat(k, e, compareEqual) }},
			core{"findNaN" + e.name, []param{{"x", "[]" + e.typ}}, "(at int)", func(k *kern) { findFloat(k, e, compareUnordered) }})
	}
	for _, e := range integers[4:] {
		all = append(all, core{"find" + e.name, []param{{"x", "[]" + e.typ}, {"v", e.typ}}, "(at int)", func(k *kern) { findInt(k, e) }})
	}
	return all
}

// findFloat compares with v, or each element with itself.
func findFloat(k *kern, e elem, predicate int) {
	x := k.pointer("x")
	k.count()
	var v reg.VecVirtual
	if predicate == compareEqual {
		v = k.one()
		if e.size == 8 {
			k.VBROADCASTSD(k.Load(k.Param("v"), k.XMM()), v)
		} else {
			k.VBROADCASTSS(k.Load(k.Param("v"), k.XMM()), v)
		}
	}
	k.find(e, x, func(r reg.VecVirtual, m operand.Op) {
		other := v
		if other == nil {
			other = r
		}
		k.compare(e, predicate, r, other, m)
	})
}

// findInt compares integers with v.
func findInt(k *kern, e elem) {
	x := k.pointer("x")
	k.count()
	g, t, v := k.GP64(), k.XMM(), k.one()
	p := k.Param("v")
	switch e.size {
	case 8:
		k.Load(p, g)
		k.VMOVQ(g, t)
		k.VPBROADCASTQ(t, v)
	case 4:
		k.Load(p, g.As32())
		k.VMOVD(g.As32(), t)
		k.VPBROADCASTD(t, v)
	case 2:
		k.Load(p, g)
		k.VMOVD(g.As32(), t)
		k.VPBROADCASTW(t, v)
	default:
		k.Load(p, g)
		k.VMOVD(g.As32(), t)
		k.VPBROADCASTB(t, v)
	}
	zmm := map[int]func(...operand.Op){1: k.VPCMPEQB, 2: k.VPCMPEQW, 4: k.VPCMPEQD, 8: k.VPCMPEQQ}[e.size]
	k.find(e, x, func(r reg.VecVirtual, m operand.Op) { zmm(r, v, m) })
}

// find writes the search; equal compares a register.
func (k *kern) find(e elem, x reg.GPVirtual, equal func(r reg.VecVirtual, m operand.Op)) {
	start := k.GP64()
	k.MOVQ(x, start)
	tmp := k.vec()
	k.loop(2, 64/e.size, []step{{x, e.size}}, func(vectors int) {
		if k.zmm {
			k.findMask(x, vectors, tmp[0], equal)
		} else {
			k.findLanes(x, vectors, tmp, equal)
		}
		k.JNE(operand.LabelRef("found"))
	})
	k.Label("found")
	k.SUBQ(start, x)
	if s := map[int]uint8{1: 0, 2: 1, 4: 2, 8: 3}[e.size]; s > 0 {
		k.SHRQ(operand.U8(s), x)
	}
	k.Store(x, k.Return("at"))
}

// findMask sets the flags by whether vectors hold what is looked for.
func (k *kern) findMask(x reg.GPVirtual, vectors int, t reg.VecVirtual, equal func(r reg.VecVirtual, m operand.Op)) {
	var all reg.OpmaskVirtual
	for u := range vectors {
		m := k.K()
		k.VMOVDQU64(at(x, 64*u), t)
		equal(t, m)
		if u > 0 {
			k.KORQ(all, m, m)
		}
		all = m
	}
	k.KORTESTQ(all, all)
}

func (k *kern) findLanes(x reg.GPVirtual, vectors int, t vec, equal func(r reg.VecVirtual, m operand.Op)) {
	var all reg.VecVirtual
	for j := range 2 * vectors {
		m := k.YMM()
		k.VMOVDQU(at(x, 32*j), t[j%2])
		equal(t[j%2], m)
		if all != nil {
			k.VPOR(all, m, m)
		}
		all = m
	}
	k.VPTEST(all, all)
}
