package main

var (
	allLanes  = append(append([]lane{}, numberLanes...), Bool)
	wholeLane = append(append([]lane{}, intLanes...), Bool)
)

func toBool(lane) lane { return Bool }

func init() {
	compare := func(name, doc string, f, bools func(x, y *value) *value) *Op {
		return &Op{Name: name, Doc: doc, Params: 2, Lanes: allLanes, Result: toBool, Body: binary(func(x, y *value) *value {
			if x.lane.kind() == 'm' {
				return bools(x, y)
			}
			return f(x, y)
		})}
	}
	less := func(x, y *value) *value { return andNot(y, x) }
	lessEqual := func(x, y *value) *value { return or(not(x), y) }
	declare("comparisons",
		compare("Equal", "x == y", eq, func(x, y *value) *value { return not(xor(x, y)) }),
		compare("NotEqual", "x != y", ne, xor),
		compare("Less", "x < y", lt, less),
		compare("LessEqual", "x <= y", le, lessEqual),
		compare("Greater", "x > y", gt, func(x, y *value) *value { return less(y, x) }),
		compare("GreaterEqual", "x >= y", ge, func(x, y *value) *value { return lessEqual(y, x) }),
	)
	declareTests()
	declareLogic()
	declareSelect()
}

func declareTests() {
	test := func(name, doc string, f func(x *value) *value) *Op {
		return &Op{Name: name, Doc: "whether x " + doc, Params: 1, Lanes: floatLanes, Result: toBool, Body: unary(f)}
	}
	infinity := func(x *value) *value { return x.bits(map[lane]uint64{F64: 0x7ff << 52, F32: 0xff << 23}[x.lane]) }
	declare("tests",
		test("IsNaN", "is NaN", isNaN),
		test("IsInf", "is infinite", func(x *value) *value { return eq(abs(x), infinity(x)) }),
		test("IsFinite", "is neither infinite nor NaN", func(x *value) *value { return lt(abs(x), infinity(x)) }),
		test("Signbit", "has its sign set", func(x *value) *value {
			i := cast(x, x.lane.signed())
			return lt(i, i.num(0))
		}),
	)
}

// truth is where x is nonzero.
func truth(x *value) *value {
	if x.lane.kind() == 'm' {
		return x
	}
	return ne(x, x.num(0))
}

func declareLogic() {
	logic := func(name, doc string, f func(x, y *value) *value) *Op {
		return &Op{Name: name, Doc: doc, Params: 2, Lanes: allLanes, Result: toBool, Body: binary(func(x, y *value) *value {
			return f(truth(x), truth(y))
		})}
	}
	declare("logic",
		logic("LogicalAnd", "whether x and y are both nonzero", and),
		logic("LogicalOr", "whether x or y is nonzero", or),
		logic("LogicalXor", "whether one of x and y is nonzero", xor),
		&Op{Name: "LogicalNot", Doc: "whether x is zero", Params: 1, Lanes: allLanes, Result: toBool, Body: unary(func(x *value) *value { return not(truth(x)) })},
	)
	bits := func(name, doc string, f func(x, y *value) *value) *Op {
		return &Op{Name: name, Doc: doc, Params: 2, Lanes: wholeLane, Body: binary(f)}
	}
	declare("bits",
		bits("BitwiseAnd", "x & y", and), bits("BitwiseOr", "x | y", or), bits("BitwiseXor", "x ^ y", xor),
		&Op{Name: "Invert", Doc: "x with all bits flipped", Params: 1, Lanes: wholeLane, Body: unary(func(x *value) *value {
			if x.lane.kind() == 'm' {
				return not(x)
			}
			return xor(x, x.bits(ones(x.lane)))
		})},
		&Op{Name: "LeftShift", Doc: "x << y, 0 where y is not below the number of bits", Params: 2, Lanes: intLanes, Body: binary(shlBy)},
		&Op{Name: "RightShift", Doc: "x >> y, 0 or -1 by the sign of x where y is not below the number of bits", Params: 2, Lanes: intLanes, Body: binary(shrBy)},
	)
}

func declareSelect() {
	declare("select",
		&Op{Name: "Where", Doc: "y where x, else z", Params: 3, First: Bool, Lanes: allLanes, Body: func(x ...*value) *value {
			if x[1].lane.kind() == 'm' {
				return or(and(x[0], x[1]), andNot(x[2], x[0]))
			}
			return choose(x[0], x[1], x[2])
		}},
		&Op{Name: "Minimum", Expr: "minimum", Commutes: true, Doc: "the smaller of x and y, NaN where one is NaN", Params: 2, Lanes: allLanes, Body: binary(minimum), Go: goExtremum("min($0, $1)")},
		&Op{Name: "Maximum", Expr: "maximum", Commutes: true, Doc: "the larger of x and y, NaN where one is NaN", Params: 2, Lanes: allLanes, Body: binary(maximum), Go: goExtremum("max($0, $1)")},
		&Op{Name: "Fmin", Expr: "fmin", Doc: "the smaller of x and y, the other one where one is NaN", Params: 2, Lanes: allLanes, Body: binary(fmin)},
		&Op{Name: "Fmax", Expr: "fmax", Doc: "the larger of x and y, the other one where one is NaN", Params: 2, Lanes: allLanes, Body: binary(fmax)},
		&Op{Name: "Clip", Doc: "x limited to [y, z]: Minimum(Maximum(x, y), z)", Params: 3, Lanes: allLanes, Go: goExtremum("min(max($0, $1), $2)"), Body: func(x ...*value) *value {
			return minimum(maximum(x[0], x[1]), x[2])
		}},
	)
}

// goExtremum is a Go expression for numbers.
func goExtremum(e string) func(l lane) string {
	return func(l lane) string {
		if l == Bool {
			return ""
		}
		return e
	}
}

// minimum is Go's min: -0 is below 0. The instruction returns its second operand
// if both are zeros or one is NaN; the bits that are set in either order's result
// are those of -0, or of a NaN.
func minimum(x, y *value) *value {
	switch x.lane.kind() {
	case 'm':
		return and(x, y)
	case 'f':
		return or(lesser(x, y), lesser(y, x))
	}
	return lesser(x, y)
}

// maximum is Go's max: 0 is above -0.
func maximum(x, y *value) *value {
	switch x.lane.kind() {
	case 'm':
		return or(x, y)
	case 'f':
		nan := x.bits(map[lane]uint64{F64: 0x7ff8 << 48, F32: 0x7fc << 20}[x.lane])
		return choose(unordered(x, y), nan, and(greater(x, y), greater(y, x)))
	}
	return greater(x, y)
}

// fmin is x if x <= y or y is NaN, else y.
func fmin(x, y *value) *value {
	if x.lane.kind() == 'f' {
		return choose(isNaN(x), y, lesser(y, x))
	}
	return minimum(x, y)
}

// fmax is x if x >= y or y is NaN, else y.
func fmax(x, y *value) *value {
	if x.lane.kind() == 'f' {
		return choose(isNaN(x), y, greater(y, x))
	}
	return maximum(x, y)
}
