package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const negativeZero = 1 << 63

// sumCores are sums in eight lanes: of element i in lane i%8.
func sumCores() []core {
	var all []core
	for _, e := range []elem{float64s, float32s} {
		all = append(all, core{"sum" + e.name, []param{{"x", "[]" + e.typ}, {"lanes", "*[8]float64"}}, "", func(k *kern) { sumFloats(k, e) }})
	}
	for _, e := range []elem{float64s, float32s} {
		all = append(all, core{"sums" + e.name, []param{{"dst", "[]float64"}, {"x", "[]" + e.typ}, {"each", "int"}}, "", func(k *kern) { sumsOfFloats(k, e) }})
	}
	for _, e := range integers {
		if e.name == "Uint8" {
			continue // sumBytes
		}
		all = append(all, core{"sum" + e.name, []param{{"x", "[]" + e.typ}}, "(sum int64)", func(k *kern) { sumInts(k, e) }})
	}
	return append(all, core{"sumBytes", []param{{"x", "[]uint8"}}, "(sum int64)", sumBytes})
}

// sumFloats adds on four vectors, then (v0+v1)+(v2+v3).
func sumFloats(k *kern, e elem) {
	x := k.pointer("x")
	out := k.pointer("lanes")
	k.count()
	acc := k.vecs(4)
	k.addFloats(e, x, k.constant64(negativeZero), acc)
	k.store(out, acc[0])
}

// addFloats adds what k.n says on four vectors, which begin with zero, and
// leaves the sum in the first.
func (k *kern) addFloats(e elem, x reg.GPVirtual, zero reg.VecVirtual, acc []vec) {
	for _, v := range acc {
		for _, r := range v {
			k.VMOVAPD(zero, r)
		}
	}
	tmp := k.one()
	k.loop(4, 8, []step{{x, e.size}}, func(vectors int) {
		for u := range vectors {
			for i, r := range acc[u] {
				if e.size == 8 {
					k.VADDPD(at(x, 64*u+i*k.width()), r, r)
					continue
				}
				k.load64(e, x, u, i, tmp)
				k.VADDPD(tmp, r, r)
			}
		}
	})
	k.tree(acc, func(b, a reg.VecVirtual) { k.VADDPD(b, a, a) })
}

// sumsOfFloats adds each segment as sumFloats does, and its lanes in the order
// of foldLanes.
func sumsOfFloats(k *kern, e elem) {
	dst, x, each := k.pointer("dst"), k.pointer("x"), k.pointer("each")
	rows := k.pointer("n")
	acc := k.vecs(4)
	zero := k.constant64(negativeZero)
	k.n = k.GP64()
	k.TESTQ(rows, rows)
	k.JLE(operand.LabelRef("done"))
	k.Label("segment")
	k.MOVQ(each, k.n)
	k.addFloats(e, x, zero, acc)
	sum := k.fold(acc[0], 8, func(b, a reg.Register) { k.VADDPD(b, a, a) })
	k.VMOVSD(sum, at(dst, 0))
	k.ADDQ(operand.U32(8), dst)
	k.DECQ(rows)
	k.JNE(operand.LabelRef("segment"))
	k.Label("done")
}

// tree folds vectors into the first: neighbours, then pairs of them.
func (k *kern) tree(v []vec, fold func(b, a reg.VecVirtual)) {
	for d := 1; d < len(v); d *= 2 {
		for j := 0; j+d < len(v); j += 2 * d {
			for i := range v[j] {
				fold(v[j+d][i], v[j][i])
			}
		}
	}
}

// sumInts adds integers, which wrap.
func sumInts(k *kern, e elem) {
	x := k.pointer("x")
	k.count()
	acc := k.vecs(4)
	k.zero(acc)
	tmp := k.one()
	k.loop(4, 8, []step{{x, e.size}}, func(vectors int) {
		for u := range vectors {
			for i, r := range acc[u] {
				if e.size == 8 {
					k.VPADDQ(at(x, 64*u+i*k.width()), r, r)
					continue
				}
				k.load64(e, x, u, i, tmp)
				k.VPADDQ(tmp, r, r)
			}
		}
	})
	k.addLanes(acc)
}

// addLanes returns the sum of all lanes.
func (k *kern) addLanes(v []vec) {
	k.tree(v, func(b, a reg.VecVirtual) { k.VPADDQ(b, a, a) })
	x := k.fold(v[0], 8, func(b, a reg.Register) { k.VPADDQ(b, a, a) })
	g := k.GP64()
	k.VMOVQ(x, g)
	k.Store(g, k.Return("sum"))
}

// fold folds the lanes, of size bytes, of a vector into the lowest of the
// register that it returns.
func (k *kern) fold(v vec, size int, op func(b, a reg.Register)) reg.VecVirtual {
	half, x := k.YMM(), k.XMM()
	if k.zmm {
		k.VEXTRACTI64X4(operand.U8(1), v[0], half)
	} else {
		half = v[1]
	}
	op(v[0].AsY(), half)
	k.VEXTRACTI128(operand.U8(1), half, x)
	op(half.AsX(), x)
	for d := 8; d >= size; d /= 2 {
		t := k.XMM()
		k.VPSRLDQ(operand.U8(uint8(d)), x, t)
		op(t, x)
	}
	return x
}

// zero clears vectors.
func (k *kern) zero(vs []vec) {
	for _, v := range vs {
		for _, r := range v {
			if k.zmm {
				k.VPXORQ(r, r, r)
			} else {
				k.VPXOR(r, r, r)
			}
		}
	}
}

// sumBytes adds unsigned bytes, 64 at a time, by their distance from 0.
func sumBytes(k *kern) {
	x := k.pointer("x")
	k.count()
	acc := k.vecs(2)
	none := k.vecs(1)
	k.zero(acc)
	k.zero(none)
	tmp := k.one()
	k.loop(2, 64, []step{{x, 1}}, func(vectors int) {
		for u := range vectors {
			for i, r := range acc[u] {
				k.VPSADBW(at(x, 64*u+i*k.width()), none[0][0], tmp)
				k.VPADDQ(tmp, r, r)
			}
		}
	})
	k.addLanes(acc)
}

// deviationCores are sums of distances from a mean, and of their squares.
func deviationCores() []core {
	var all []core
	for _, e := range []elem{float64s, float32s} {
		all = append(all, core{"deviations" + e.name,
			[]param{{"x", "[]" + e.typ}, {"mean", "float64"}, {"lanes", "*[16]float64"}}, "", func(k *kern) { deviations(k, e) }})
	}
	return all
}

func deviations(k *kern, e elem) {
	x := k.pointer("x")
	out := k.pointer("lanes")
	mean := k.broadcast("mean")
	k.count()
	rest, squares := k.vecs(2), k.vecs(2)
	k.zero(rest)
	k.zero(squares)
	d := k.vec()
	k.loop(2, 8, []step{{x, e.size}}, func(vectors int) {
		for u := range vectors {
			for i := range d {
				k.load64(e, x, u, i, d[i])
				k.VSUBPD(mean, d[i], d[i])
				k.VADDPD(d[i], rest[u][i], rest[u][i])
				k.VFMADD231PD(d[i], d[i], squares[u][i])
			}
		}
	})
	add := func(b, a reg.VecVirtual) { k.VADDPD(b, a, a) }
	k.tree(rest, add)
	k.tree(squares, add)
	k.store(out, rest[0], squares[0])
}
