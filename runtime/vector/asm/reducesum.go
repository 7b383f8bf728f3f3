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

// squareCores are sums of squared distances from a mean.
func squareCores() []core {
	var all []core
	for _, e := range []elem{float64s, float32s} {
		all = append(all,
			core{"moments" + e.name, []param{{"sums", "[]float64"}, {"squares", "[]float64"}, {"x", "[]" + e.typ}, {"each", "int"}}, "",
				func(k *kern) { momentsOfSegments(k, e) }},
			core{"distances" + e.name, []param{{"x", "[]" + e.typ}, {"from", "float64"}, {"lanes", "*[8]float64"}}, "",
				func(k *kern) { distances(k, e, false) }},
			core{"squares" + e.name, []param{{"x", "[]" + e.typ}, {"from", "float64"}, {"lanes", "*[8]float64"}}, "",
				func(k *kern) { distances(k, e, true) }})
	}
	return all
}

func distances(k *kern, e elem, squared bool) {
	x := k.pointer("x")
	out := k.pointer("lanes")
	from := k.broadcast("from")
	k.count()
	acc := k.vecs(4)
	k.addDistances(e, x, from, acc, squared)
	k.store(out, acc[0])
}

// addDistances adds the distances from a number, or their squares, of what k.n
// says on four vectors, and leaves the sum in the first.
func (k *kern) addDistances(e elem, x reg.GPVirtual, from reg.VecVirtual, acc []vec, squared bool) {
	k.zero(acc)
	d := k.vec()
	k.loop(4, 8, []step{{x, e.size}}, func(vectors int) {
		for u := range vectors {
			for i := range d {
				k.load64(e, x, u, i, d[i])
				k.VSUBPD(from, d[i], d[i])
				if squared {
					k.VFMADD231PD(d[i], d[i], acc[u][i])
				} else {
					k.VADDPD(d[i], acc[u][i], acc[u][i])
				}
			}
		}
	})
	k.tree(acc, func(b, a reg.VecVirtual) { k.VADDPD(b, a, a) })
}

// momentsOfSegments forms the sum of the distances from the first element of each
// segment of each elements, one or two blocks, and that of the squared distances
// from its mean.
func momentsOfSegments(k *kern, e elem) {
	sums, squares, x := k.pointer("sums"), k.pointer("squares"), k.pointer("x")
	each, rows := k.pointer("each"), k.pointer("n")
	count := k.XMM()
	k.VXORPD(count, count, count)
	k.VCVTSI2SDQ(each, count, count)
	k.n = k.GP64()
	acc, from, mean := k.vecs(4), k.one(), k.one()
	start, sum, square := k.GP64(), k.XMM(), k.XMM()
	add := func(b, a reg.Register) { k.VADDPD(b, a, a) }
	k.Label("segment")
	k.MOVQ(x, start)
	if e.size == 8 {
		k.VBROADCASTSD(at(x, 0), from)
	} else {
		first := k.XMM()
		k.VMOVSS(at(x, 0), first)
		k.VCVTSS2SD(first, first, first)
		k.VBROADCASTSD(first, from)
	}
	k.blocks(each, "sum", func(second bool) {
		k.addDistances(e, x, from, acc, false)
		k.gather(second, k.fold(acc[0], 8, add), sum)
	})
	k.VMOVSD(sum, at(sums, 0))
	k.VDIVSD(count, sum, sum)
	k.VADDSD(from.AsX(), sum, sum)
	k.VBROADCASTSD(sum, mean)
	k.blocks(each, "square", func(second bool) {
		k.addDistances(e, start, mean, acc, true)
		k.gather(second, k.fold(acc[0], 8, add), square)
	})
	k.VMOVSD(square, at(squares, 0))
	k.ADDQ(operand.U32(8), sums)
	k.ADDQ(operand.U32(8), squares)
	k.DECQ(rows)
	k.JNE(operand.LabelRef("segment"))
}

// blocks writes body for the first 512 of each elements and for those that are
// left, if any. k.n is their number.
func (k *kern) blocks(each reg.GPVirtual, label string, body func(second bool)) {
	half := k.GP64()
	k.MOVQ(operand.U32(512), half)
	k.CMPQ(each, half)
	k.MOVQ(each, k.n)
	k.CMOVQGT(half, k.n)
	k.labels = label + "first"
	body(false)
	k.MOVQ(each, k.n)
	k.SUBQ(operand.U32(512), k.n)
	k.JLE(operand.LabelRef(label + "done"))
	k.labels = label + "second"
	body(true)
	k.Label(label + "done")
	k.labels = ""
}

// gather sets sum to v, or adds it.
func (k *kern) gather(add bool, v, sum reg.VecVirtual) {
	if add {
		k.VADDSD(v, sum, sum)
	} else {
		k.VMOVAPD(v, sum)
	}
}
