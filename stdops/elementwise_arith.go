package stdops

import (
	"errors"

	"github.com/daskgen/daskgen/ir"
)

// arithmetic are the ops of arithmetic.
var arithmetic = []ufunc{
	{
		name: "add", params: "x y", operator: "add iadd", cheap: true,
		doc: "add returns x + y. Integers wrap; on bools it is logical or (on Python's bools, a sum of ints).",
		loops: concat(same(2, boolTypes, "$0 || $1"), same(2, intTypes, "$0 + $1"),
			same(2, floatTypes, "$0 + $1"), same(2, complexTypes, "$0 + $1")),
	},
	{
		name: "subtract", params: "x y", operator: "sub isub", cheap: true,
		doc:   "subtract returns x - y. Integers wrap. It is not defined for bools.",
		loops: concat(same(2, intTypes, "$0 - $1"), same(2, floatTypes, "$0 - $1"), same(2, complexTypes, "$0 - $1")),
	},
	{
		name: "multiply", params: "x y", operator: "mul imul", cheap: true,
		doc: "multiply returns x * y. Integers wrap; on bools it is logical and.",
		loops: concat(same(2, boolTypes, "$0 && $1"), same(2, intTypes, "$0 * $1"),
			same(2, floatTypes, "@($0 * $1)"), same(2, complexTypes, "rt.MulC#($0, $1)")),
	},
	{
		name: "divide", params: "x y", aliases: "true_divide div", operator: "truediv itruediv", cheap: true,
		doc: "divide returns x / y. Integers and bools are divided in float64. Division by zero gives an infinity or NaN.",
		loops: concat(to(2, boolTypes, ir.Float64, "rt.Num[float64]($0) / rt.Num[float64]($1)"),
			to(2, intTypes, ir.Float64, "float64($0) / float64($1)"),
			same(2, floatTypes, "$0 / $1"), same(2, complexTypes, "rt.DivC#($0, $1)")),
	},
	{
		name: "floor_divide", params: "x y", operator: "floordiv ifloordiv",
		doc:   "floor_divide returns the largest integer not above x / y. An integer divided by zero gives 0, a float an infinity or NaN.",
		loops: concat(same(2, intTypes, "rt.FloorDiv($0, $1)"), same(2, floatTypes, "rt.FloorDivFloat($0, $1)")),
	},
	{
		name: "remainder", params: "x y", aliases: "", operator: "mod imod",
		doc:   "remainder returns x - floor(x / y) * y, of the sign of y. An integer modulo zero is 0, a float NaN.",
		loops: concat(same(2, intTypes, "rt.Mod($0, $1)"), same(2, floatTypes, "rt.ModFloat($0, $1)")),
	},
	{
		name: "fmod", params: "x y", aliases: "math.fmod",
		doc:   "fmod returns the remainder of x / y truncated, of the sign of x, as C's fmod does. An integer modulo zero is 0, a float NaN.",
		loops: concat(same(2, intTypes, "rt.Rem($0, $1)"), mathN(2, "math.Mod($0, $1)")),
	},
	{
		name: "power", params: "x y", operator: "pow ipow", aliases: "builtins.pow",
		doc: "power returns x raised to y. Integers wrap; an integer to a negative power is an error (of two Python ints with a negative literal as exponent, a float).",
		loops: concat(same(2, intTypes, "rt.PowInt($0, $1)"), vectorN(2, "vector.Power"),
			same(2, complexTypes, "rt.PowC#($0, $1)")),
	},
	{
		name: "float_power", params: "x y",
		doc:   "float_power returns x raised to y in float64, or in complex128 for complex arguments.",
		loops: concat(same(2, []ir.DType{ir.Float64}, "vector.Power($0, $1)"), same(2, []ir.DType{ir.Complex128}, "rt.PowC128($0, $1)")),
	},
	{
		name: "negative", params: "x", operator: "neg", cheap: true,
		doc:   "negative returns -x. Integers wrap. It is not defined for bools.",
		loops: concat(same(1, intTypes, "-$0"), same(1, floatTypes, "-$0"), same(1, complexTypes, "-$0")),
	},
	{
		name: "positive", params: "x", operator: "pos", cheap: true,
		doc:   "positive returns x. It is not defined for bools.",
		loops: concat(same(1, intTypes, "$0"), same(1, floatTypes, "$0"), same(1, complexTypes, "$0")),
	},
	{
		name: "absolute", params: "x", operator: "abs", aliases: "builtins.abs", cheap: true,
		doc: "absolute returns |x|. The smallest integer is its own absolute value; a complex number's is a real number.",
		loops: concat(same(1, boolTypes, "$0"), sameInts(1, "rt.AbsInt($0)", "$0"),
			mathN(1, "math.Abs($0)"), absComplex),
	},
	{
		name: "fabs", params: "x", aliases: "math.fabs", cheap: true,
		doc:   "fabs returns |x| as a float.",
		loops: math1("math.Abs($0)"),
	},
	{
		name: "sign", params: "x", cheap: true,
		doc: "sign returns -1, 0 or 1 by the sign of x; NaN for NaN; x / |x| for complex numbers. It is not defined for bools.",
		loops: concat(sameInts(1, "rt.SignInt($0)", "rt.SignUint($0)"),
			same(1, floatTypes, "rt.SignFloat($0)"), same(1, complexTypes, "rt.SignC#($0)")),
	},
	{
		name: "square", params: "x", cheap: true,
		doc: "square returns x * x. Integers wrap.",
		loops: concat(same(1, intTypes, "rt.Square($0)"), same(1, floatTypes, "rt.Square($0)"),
			same(1, complexTypes, "rt.SquareC#($0)")),
	},
	{
		name: "reciprocal", params: "x", cheap: true,
		doc: "reciprocal returns 1 / x, of integers too: their result is truncated, and the smallest integer of int32 and int64 for 0 (0 for the other dtypes).",
		loops: concat(same(1, intTypes, "rt.ReciprocalInt($0)"), same(1, floatTypes, "1 / $0"),
			same(1, complexTypes, "rt.ReciprocalC#($0)")),
	},
	{
		name: "inc", params: "x", aliases: "dask.utils_test.inc", cheap: true,
		doc:   "inc returns x + 1: dask's example of a function.",
		loops: concat(to(1, boolTypes, ir.Int64, "rt.Num[int64]($0) + 1"), same(1, intTypes, "$0 + 1"), same(1, floatTypes, "$0 + 1"), same(1, complexTypes, "$0 + 1")),
	},
}

// absComplex is |z|, without overflow in between.
var absComplex = []Loop{
	{In: []ir.DType{ir.Complex64}, Out: ir.Float32, Expr: "float32(cmplx.Abs(complex128($0)))"},
	{In: []ir.DType{ir.Complex128}, Out: ir.Float64, Expr: "cmplx.Abs($0)"},
}

func init() {
	registerUfuncs(arithmetic...)
	resolvers["power"] = powerLoop
}

// powerLoop builds the literal exponents 2, 1, 0.5 and -1 into the loop, as
// NumPy does: the square root of -inf is NaN, although its power 0.5 is inf.
// It refuses negative literals as exponents of integers, for which Python and
// NumPy differ: of a Python int it is a float.
func powerLoop(op *Op, args []*ir.Expr) (*Loop, error) {
	l, err := searchLoop(op, args)
	n, ok := realLit(args[1])
	if err != nil || !ok {
		return l, err
	}
	integer := kindRank(l.In[0]) == 1
	switch {
	case integer && n < 0 && args[0].Type.Kind == ir.TypeScalar:
		f := &ir.Expr{Type: ir.ScalarType(ir.Float64)}
		return searchLoop(op, []*ir.Expr{args[0], f})
	case integer && n < 0:
		return nil, errors.New("integers to negative integer powers are not allowed; convert to float first")
	}
	special := map[float64]string{2: "square", 1: "positive"}[n]
	if !integer && special == "" {
		special = map[float64]string{0.5: "sqrt", -1: "reciprocal"}[n]
	}
	if special == "" {
		return l, nil
	}
	return loopOf(special, l.In[0]), nil
}

// loopOf returns the loop of an op of one argument for a dtype.
func loopOf(name string, d ir.DType) *Loop {
	loops := Lookup(name).Loops
	for i := range loops {
		if loops[i].In[0] == d {
			return &loops[i]
		}
	}
	return nil
}

// realLit returns the value of an integer or float literal that stands for a
// Python scalar.
func realLit(e *ir.Expr) (x float64, ok bool) {
	if e.Kind != ir.ExprConst {
		return 0, false
	}
	switch e.Const.Kind {
	case ir.ConstInt:
		return float64(e.Const.Int), e.Const.Uint == 0
	case ir.ConstFloat:
		return e.Const.Float, true
	}
	return 0, false
}
