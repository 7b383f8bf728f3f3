package stdops

import "github.com/daskgen/daskgen/ir"

// comparisons: of complex numbers, all but equality are lexicographic. The
// loops for int64 with uint64 compare exactly, without a detour through float.
var comparisons = []struct {
	name, operator, doc        string
	bools, numbers, complexes  string
	signedFirst, unsignedFirst string // int64 with uint64, and the reverse
}{
	{"equal", "eq", "x == y", "$0 == $1", "$0 == $1", "$0 == $1", "rt.CompareMixed($0, $1) == 0", "rt.CompareMixed($1, $0) == 0"},
	{"not_equal", "ne", "x != y", "$0 != $1", "$0 != $1", "$0 != $1", "rt.CompareMixed($0, $1) != 0", "rt.CompareMixed($1, $0) != 0"},
	{"less", "lt", "x < y", "!$0 && $1", "$0 < $1", "rt.LessC(complex128($0), complex128($1))", "rt.CompareMixed($0, $1) < 0", "rt.CompareMixed($1, $0) > 0"},
	{"less_equal", "le", "x <= y", "!$0 || $1", "$0 <= $1", "rt.LessEqualC(complex128($0), complex128($1))", "rt.CompareMixed($0, $1) <= 0", "rt.CompareMixed($1, $0) >= 0"},
	{"greater", "gt", "x > y", "$0 && !$1", "$0 > $1", "rt.LessC(complex128($1), complex128($0))", "rt.CompareMixed($0, $1) > 0", "rt.CompareMixed($1, $0) < 0"},
	{"greater_equal", "ge", "x >= y", "$0 || !$1", "$0 >= $1", "rt.LessEqualC(complex128($1), complex128($0))", "rt.CompareMixed($0, $1) >= 0", "rt.CompareMixed($1, $0) <= 0"},
}

func init() {
	for _, c := range comparisons {
		registerUfuncs(ufunc{
			name: c.name, params: "x y", operator: c.operator, cheap: true,
			doc: c.name + " returns " + c.doc + " as bool. With NaN it is false, but for not_equal. Integers of any dtypes are compared exactly, also with literals out of their range; complex numbers by real part, then imaginary part.",
			loops: concat(to(2, boolTypes, ir.Bool, c.bools), to(2, intTypes, ir.Bool, c.numbers),
				[]Loop{
					{In: []ir.DType{ir.Int64, ir.Uint64}, Out: ir.Bool, Expr: c.signedFirst},
					{In: []ir.DType{ir.Uint64, ir.Int64}, Out: ir.Bool, Expr: c.unsignedFirst},
				},
				to(2, floatTypes, ir.Bool, c.numbers), to(2, complexTypes, ir.Bool, c.complexes)),
		})
		resolvers[c.name] = compareLoop
	}
	registerLogic()
	registerBits()
}

// compareLoop is searchLoop for comparisons, which accept integer literals
// that the other argument's dtype cannot hold: such a literal counts as int64
// or uint64.
func compareLoop(op *Op, args []*ir.Expr) (*Loop, error) {
	strong, weak, err := splitWeak(op, args)
	if err != nil || strong == ir.NoDType {
		return searchLoop(op, args)
	}
	w := Weak(weak, strong)
	wide := append([]*ir.Expr(nil), args...)
	for i, a := range args {
		if a.Type.Kind == ir.TypeScalar && !holds(w, a) {
			d := ir.Int64
			if a.Const.Uint != 0 {
				d = ir.Uint64
			}
			wide[i] = &ir.Expr{Kind: a.Kind, Type: ir.BlockType(d)}
		}
	}
	return searchLoop(op, wide)
}

// truth returns the Go expression for an operand's truth value.
func truth(x string, d ir.DType) string {
	if d == ir.Bool {
		return x
	}
	return x + " != 0"
}

// truthLoops returns a loop to bool for each dtype: expr makes its expression
// of the operands' truth values.
func truthLoops(n int, expr func(x, y string) string) []Loop {
	var ls []Loop
	for _, d := range allTypes {
		x, y := truth("$0", d), truth("$1", d)
		if d != ir.Bool {
			x, y = "("+x+")", "("+y+")"
		}
		ls = append(ls, to(n, []ir.DType{d}, ir.Bool, expr(x, y))...)
	}
	return ls
}

func registerLogic() {
	registerUfuncs(
		ufunc{
			name: "logical_and", params: "x y", cheap: true,
			doc:   "logical_and says whether x and y are both nonzero. NaN is nonzero.",
			loops: truthLoops(2, func(x, y string) string { return x + " && " + y }),
		},
		ufunc{
			name: "logical_or", params: "x y", cheap: true,
			doc:   "logical_or says whether x or y is nonzero. NaN is nonzero.",
			loops: truthLoops(2, func(x, y string) string { return x + " || " + y }),
		},
		ufunc{
			name: "logical_xor", params: "x y", cheap: true,
			doc:   "logical_xor says whether exactly one of x and y is nonzero. NaN is nonzero.",
			loops: truthLoops(2, func(x, y string) string { return x + " != " + y }),
		},
		ufunc{
			name: "logical_not", params: "x", operator: "not_", cheap: true,
			doc:   "logical_not says whether x is zero. NaN is nonzero.",
			loops: concat(to(1, boolTypes, ir.Bool, "!$0"), to(1, allTypes[1:], ir.Bool, "$0 == 0")),
		},
	)
}

func registerBits() {
	registerUfuncs(
		ufunc{
			name: "bitwise_and", params: "x y", operator: "and_ iand", cheap: true,
			doc:   "bitwise_and returns the bits that are set in x and in y, of integers and bools.",
			loops: concat(same(2, boolTypes, "$0 && $1"), same(2, intTypes, "$0 & $1")),
		},
		ufunc{
			name: "bitwise_or", params: "x y", operator: "or_ ior", cheap: true,
			doc:   "bitwise_or returns the bits that are set in x or in y, of integers and bools.",
			loops: concat(same(2, boolTypes, "$0 || $1"), same(2, intTypes, "$0 | $1")),
		},
		ufunc{
			name: "bitwise_xor", params: "x y", operator: "xor ixor", cheap: true,
			doc:   "bitwise_xor returns the bits that differ in x and y, of integers and bools.",
			loops: concat(same(2, boolTypes, "$0 != $1"), same(2, intTypes, "$0 ^ $1")),
		},
		ufunc{
			name: "invert", params: "x", aliases: "bitwise_not", operator: "inv invert", cheap: true,
			doc:   "invert flips all bits of an integer, and negates a bool.",
			loops: concat(same(1, boolTypes, "!$0"), same(1, intTypes, "^$0")),
		},
		ufunc{
			name: "left_shift", params: "x n", aliases: "bitwise_left_shift", operator: "lshift", cheap: true,
			doc:   "left_shift returns x * 2**n, of integers: 0 when n is negative or not below the number of bits.",
			loops: same(2, intTypes, "$0 << uint64($1)"),
		},
		ufunc{
			name: "right_shift", params: "x n", aliases: "bitwise_right_shift", operator: "rshift", cheap: true,
			doc:   "right_shift returns floor(x / 2**n), of integers: 0 or -1 by the sign of x when n is negative or not below the number of bits.",
			loops: same(2, intTypes, "$0 >> uint64($1)"),
		},
	)
}
