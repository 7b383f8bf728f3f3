package main

var numberLanes = append(append([]lane{}, floatLanes...), intLanes...)

func init() {
	declare("arithmetic",
		&Op{Name: "Add", Expr: "+", Commutes: true, Doc: "x + y", Params: 2, Lanes: numberLanes, Body: binary(add)},
		&Op{Name: "Subtract", Expr: "-", Doc: "x - y", Params: 2, Lanes: numberLanes, Body: binary(sub)},
		&Op{Name: "Multiply", Expr: "*", Commutes: true, Doc: "x * y", Params: 2, Lanes: numberLanes, Body: binary(mul)},
		&Op{Name: "Divide", Expr: "/", Doc: "x / y", Params: 2, Lanes: floatLanes, Body: binary(div)},
		&Op{Name: "Negative", Expr: "negative", Doc: "-x", Params: 1, Lanes: numberLanes, Body: unary(neg)},
		&Op{Name: "Absolute", Expr: "absolute", Doc: "|x|; of the smallest integer itself", Params: 1, Lanes: numberLanes, Body: unary(magnitude)},
		&Op{Name: "Square", Expr: "square", Doc: "x * x", Params: 1, Lanes: numberLanes, Body: func(x ...*value) *value { return mul(x[0], x[0]) }},
		&Op{Name: "Reciprocal", Expr: "reciprocal", Doc: "1 / x", Params: 1, Lanes: floatLanes, Body: func(x ...*value) *value { return div(x[0].num(1), x[0]) }},
		&Op{Name: "Sqrt", Expr: "sqrt", Doc: "the square root of x", Params: 1, Lanes: floatLanes, Body: unary(sqrt)},
		&Op{Name: "Sign", Expr: "sign", Doc: "-1, 0 or 1 by the sign of x, NaN for NaN", Params: 1, Lanes: numberLanes, Body: unary(sign)},
		&Op{Name: "Copysign", Expr: "copysign", Doc: "|x| with the sign of y", Params: 2, Lanes: floatLanes, Body: binary(copysign),
			Go: func(lane) string { return "@(math.Copysign(float64($0), float64($1)))" }},
	)
	declare("rounding",
		&Op{Name: "Floor", Expr: "floor", Doc: "the largest integer not above x", Params: 1, Lanes: floatLanes, Body: unary(floor)},
		&Op{Name: "Ceil", Expr: "ceil", Doc: "the smallest integer not below x", Params: 1, Lanes: floatLanes, Body: unary(ceil)},
		&Op{Name: "Trunc", Expr: "trunc", Doc: "x without its fraction", Params: 1, Lanes: floatLanes, Body: unary(trunc)},
		&Op{Name: "Rint", Expr: "rint", Doc: "the integer nearest to x, halves to even", Params: 1, Lanes: floatLanes, Body: unary(rint)},
	)
}

// unary and binary make bodies of one operation.
func unary(f func(x *value) *value) func(x ...*value) *value {
	return func(x ...*value) *value { return f(x[0]) }
}

func binary(f func(x, y *value) *value) func(x ...*value) *value {
	return func(x ...*value) *value { return f(x[0], x[1]) }
}

// magnitude is |x| of any lane.
func magnitude(x *value) *value {
	switch x.lane.kind() {
	case 'f':
		return abs(x)
	case 'u':
		return x
	}
	return x.p.add("iabs", x.lane, 0, x)
}

// sign keeps NaN, and gives 0 for -0.
func sign(x *value) *value {
	zero, one := x.num(0), x.num(1)
	switch x.lane.kind() {
	case 'u':
		return lesser(x, one)
	case 'i':
		return choose(lt(x, zero), x.num(-1), lesser(x, one))
	}
	r := choose(eq(x, zero), zero, or(and(x, x.bits(x.signBit())), one))
	return choose(isNaN(x), x, r)
}

func copysign(x, y *value) *value {
	top := x.bits(x.signBit())
	return or(abs(x), and(y, top))
}
