package main

import "slices"

func init() {
	var ops []*Op
	for _, to := range allLanes {
		from := slices.DeleteFunc(slices.Clone(allLanes), func(l lane) bool { return l == to })
		ops = append(ops, &Op{
			Name: "Convert", Suffix: to.String(), Doc: "x as " + to.goType(), Params: 1, Lanes: from,
			Result: func(lane) lane { return to },
			Body:   unary(func(x *value) *value { return convertTo(x, to) }),
		})
	}
	declare("conversions", ops...)
}

// convertTo converts numbers and truth values. Floats become integers as NumPy's
// loops for x86-64 make them: by way of int32 or int64, which give the smallest
// integer for what they cannot hold; the upper bits are dropped.
func convertTo(x *value, to lane) *value {
	from := x.lane
	switch {
	case to == Bool:
		return truth(x)
	case from.kind() == 'm':
		return choose(x, x.p.num(to, 1), x.p.num(to, 0))
	case from.kind() == 'f' && to == U64:
		return floatToUint64(x)
	case from.kind() == 'f' && to == U32:
		return convert(convert(x, I64), to)
	case from.kind() == 'f' && to.size() < 4:
		return convert(convert(x, I32), to)
	case to.kind() == 'f' && from.size() < 4:
		return convert(convert(x, I32), to)
	}
	return convert(x, to)
}

// floatToUint64 converts what is at least 2^63 without this bit, and sets it
// then.
func floatToUint64(x *value) *value {
	half := x.num(0x1p63)
	low := convert(x, I64)
	high := convert(sub(x, half), I64)
	return cast(choose(ge(x, half), xor(high, high.bits(high.signBit())), low), U64)
}
