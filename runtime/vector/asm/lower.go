package main

import "math"

// lower returns a program of operations that an instruction set has: what it
// has not is written with others.
func lower(p *program, s *isa) *program {
	q := newProgram()
	to := map[*value]*value{}
	for _, v := range p.values {
		var args []*value
		for _, a := range v.args {
			args = append(args, to[a])
		}
		to[v] = q.lowered(v, args, s)
	}
	q.finish(to[p.result])
	return q
}

func (q *program) lowered(v *value, args []*value, s *isa) *value {
	if !s.evex && len(args) > 0 {
		l := args[0].lane
		for _, key := range []string{v.op, kindOf(l) + "." + v.op} {
			if f := avx2Lowerings[key]; f != nil {
				if r := f(v, args...); r != nil {
					return r
				}
			}
		}
	}
	if s.evex && v.op == "exponent" {
		return evexExponent(args[0])
	}
	return q.add(v.op, v.lane, v.imm, args...)
}

// avx2Lowerings say how AVX2 does what AVX-512 has an instruction for; nil
// means that the operation is there for this lane.
var avx2Lowerings map[string]func(v *value, x ...*value) *value

func init() {
	avx2Lowerings = map[string]func(v *value, x ...*value) *value{
		"m.not":    func(v *value, x ...*value) *value { return xor(x[0], x[0].bits(ones(x[0].lane))) },
		"i.ne":     func(v *value, x ...*value) *value { return lowerNot(lowerEq(x[0], x[1])) },
		"i.le":     func(v *value, x ...*value) *value { return lowerNot(lowerLess(x[1], x[0])) },
		"i.lt":     func(v *value, x ...*value) *value { return lowerLess(x[0], x[1]) },
		"i.min":    func(v *value, x ...*value) *value { return lowerExtremum(x[0], x[1], x[0], x[1]) },
		"i.max":    func(v *value, x ...*value) *value { return lowerExtremum(x[1], x[0], x[0], x[1]) },
		"mantissa": func(v *value, x ...*value) *value { return lowerMantissa(x[0]) },
		"exponent": func(v *value, x ...*value) *value { return lowerExponent(x[0]) },
		"logof":    func(v *value, x ...*value) *value { return lowerLogOf(x[1], x[0]) },
		"scale":    func(v *value, x ...*value) *value { return lowerScale(x[0], x[1]) },
		"i.mul":    lowerMul,
		"iabs":     lowerAbs,
		"i.shr":    lowerShr,
	}
}

// ones is all bits of a lane.
func ones(l lane) uint64 { return 1<<(8*l.size()-1)<<1 - 1 }

func lowerNot(m *value) *value   { return xor(m, m.bits(ones(m.lane))) }
func lowerEq(x, y *value) *value { return compare("eq", x, y) }

// lowerLess compares unsigned integers as signed ones, with the topmost bit
// flipped.
func lowerLess(x, y *value) *value {
	if l := x.lane; l.kind() == 'u' {
		top := x.bits(x.signBit())
		x, y = cast(xor(x, top), l.signed()), cast(xor(y, top), l.signed())
	}
	return compare("lt", x, y)
}

// lowerExtremum chooses between integers of 64 bits by a < b.
func lowerExtremum(a, b, x, y *value) *value {
	if x.lane.size() != 8 {
		return nil
	}
	return choose(lowerLess(a, b), x, y)
}

// lowerMul multiplies integers of 64 bits by halves.
func lowerMul(v *value, x ...*value) *value {
	if v.lane.size() != 8 {
		return nil
	}
	a, b := cast(x[0], U64), cast(x[1], U64)
	low := func(a, b *value) *value { return a.p.add("mullow", U64, 0, a, b) }
	cross := add(low(a, shr(b, 32)), low(shr(a, 32), b))
	return cast(add(low(a, b), shl(cross, 32)), v.lane)
}

// lowerShr shifts signed integers of 64 bits.
func lowerShr(v *value, x ...*value) *value {
	if v.lane != I64 {
		return nil
	}
	n := int(v.imm)
	u := shr(cast(x[0], U64), n)
	m := u.bits(1 << (63 - n))
	return cast(sub(xor(u, m), m), I64)
}

// lowerAbs negates integers of 64 bits where they are negative.
func lowerAbs(v *value, x ...*value) *value {
	if v.lane != I64 {
		return nil
	}
	return choose(lt(x[0], x[0].num(0)), neg(x[0]), x[0])
}

// lowerScale multiplies by 2^(k/2) twice: the first product is exact, as the
// number is far from the subnormal ones then.
func lowerScale(x, k *value) *value {
	h := floor(mul(k, k.num(0.5)))
	return mul(mul(x, pow2(h)), pow2(sub(k, h)))
}

// fromThreeQuarters returns the bits of x, of a multiple where it is subnormal,
// with 1/4 less in the mantissa, so that they carry into the exponent at 1.5.
func fromThreeQuarters(x *value) (tiny, b *value) {
	tiny = lt(x, x.num(0x1p-1022))
	b = cast(choose(tiny, mul(x, x.num(0x1p54)), x), U64)
	return tiny, add(b, b.bits(0x3ff0000000000000-0x3fe8000000000000))
}

func lowerMantissa(x *value) *value {
	_, b := fromThreeQuarters(x)
	return cast(add(and(b, b.bits(1<<52-1)), b.bits(0x3fe8000000000000)), F64)
}

// lowerExponent puts the exponent behind that of 2^52.
func lowerExponent(x *value) *value {
	tiny, b := fromThreeQuarters(x)
	e := cast(or(shr(b, 52), b.bits(0x4330000000000000)), F64)
	return sub(e, choose(tiny, x.num(0x1p52+1023+54), x.num(0x1p52+1023)))
}

func lowerLogOf(x, r *value) *value {
	r = choose(lt(x, x.num(math.Inf(1))), r, x)
	r = choose(eq(x, x.num(0)), x.num(math.Inf(-1)), r)
	return choose(lt(x, x.num(0)), x.num(math.NaN()), r)
}

// evexExponent is floor(log2(x)), and one more where the mantissa is below 1.
func evexExponent(x *value) *value {
	e := floats("getexp", x)
	return choose(lt(mantissa(x), x.num(1)), add(e, e.num(1)), e)
}
