package stdops

import (
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// mathFuncs are the functions of one argument that are defined on floats, and
// those with a complex form on complex numbers too. Integers and bools are
// converted to the smallest float dtype that holds them: float32 for int8 and
// int16 (there is no float16 here), float64 for larger ones. The accuracy of the
// functions of package vector is in docs/accuracy.md.
var mathFuncs = []struct{ name, doc, aliases, real, complex string }{
	{"sqrt", "the square root of x; NaN for negative floats", "math.sqrt cmath.sqrt dask.array.reductions._sqrt", "math.Sqrt($0)", "rt.SqrtC($0)"},
	{"cbrt", "the cube root of x", "math.cbrt", "vector.Cbrt", ""},
	{"exp", "e raised to x", "math.exp cmath.exp", "vector.Exp", "rt.ExpC($0)"},
	{"exp2", "2 raised to x", "math.exp2", "vector.Exp2", "rt.Exp2C($0)"},
	{"expm1", "e raised to x, less 1, exact near 0", "math.expm1", "vector.Expm1", "rt.Expm1C($0)"},
	{"log", "the natural logarithm of x; -inf for 0, NaN for negative floats", "math.log cmath.log", "vector.Log", "rt.LogC($0)"},
	{"log2", "the logarithm of x to base 2", "math.log2", "vector.Log2", "rt.Log2C($0)"},
	{"log10", "the logarithm of x to base 10", "math.log10 cmath.log10", "vector.Log10", "rt.Log10C($0)"},
	{"log1p", "the natural logarithm of 1 + x, exact near 0", "math.log1p", "vector.Log1p", "rt.Log1pC($0)"},
	{"sin", "the sine of x in radians", "math.sin cmath.sin", "vector.Sin", "rt.SinC($0)"},
	{"cos", "the cosine of x in radians", "math.cos cmath.cos", "vector.Cos", "rt.CosC($0)"},
	{"tan", "the tangent of x in radians", "math.tan cmath.tan", "vector.Tan", "rt.TanC($0)"},
	{"arcsin", "the inverse sine of x; NaN outside [-1, 1]", "asin math.asin cmath.asin", "vector.Arcsin", "rt.AsinC($0)"},
	{"arccos", "the inverse cosine of x; NaN outside [-1, 1]", "acos math.acos cmath.acos", "vector.Arccos", "rt.AcosC($0)"},
	{"arctan", "the inverse tangent of x", "atan math.atan cmath.atan", "vector.Arctan", "rt.AtanC($0)"},
	{"sinh", "the hyperbolic sine of x", "math.sinh cmath.sinh", "vector.Sinh", "rt.SinhC($0)"},
	{"cosh", "the hyperbolic cosine of x", "math.cosh cmath.cosh", "vector.Cosh", "rt.CoshC($0)"},
	{"tanh", "the hyperbolic tangent of x", "math.tanh cmath.tanh", "vector.Tanh", "rt.TanhC($0)"},
	{"arcsinh", "the inverse hyperbolic sine of x", "asinh math.asinh cmath.asinh", "vector.Arcsinh", "rt.AsinhC($0)"},
	{"arccosh", "the inverse hyperbolic cosine of x; NaN below 1", "acosh math.acosh cmath.acosh", "vector.Arccosh", "rt.AcoshC($0)"},
	{"arctanh", "the inverse hyperbolic tangent of x; NaN outside [-1, 1]", "atanh math.atanh cmath.atanh", "vector.Arctanh", "rt.AtanhC($0)"},
	{"erf", "the error function of x, 2/sqrt(pi) times the integral of exp(-t*t) from 0 to x", "math.erf scipy.special.erf", "vector.Erf", ""},
	{"rint", "x rounded to the nearest integer, halves to even, as a float", "", "math.RoundToEven($0)", "rt.RintC($0)"},
}

// mathOps are the functions that mathFuncs has no place for.
var mathOps = []ufunc{
	{
		name: "arctan2", params: "y x", aliases: "atan2 math.atan2",
		doc:   "arctan2 returns the angle in (-pi, pi] of the point (x, y).",
		loops: vectorN(2, "vector.Arctan2"),
	},
	{
		name: "hypot", params: "x y", aliases: "math.hypot",
		doc:   "hypot returns the square root of x*x + y*y, without overflow in between.",
		loops: vectorN(2, "vector.Hypot"),
	},
	{
		name: "logaddexp", params: "x y",
		doc:   "logaddexp returns log(exp(x) + exp(y)), without overflow in between.",
		loops: vectorN(2, "vector.Logaddexp"),
	},
	{
		name: "logaddexp2", params: "x y",
		doc:   "logaddexp2 returns log2(2**x + 2**y), without overflow in between.",
		loops: vectorN(2, "vector.Logaddexp2"),
	},
	{
		name: "degrees", params: "x", aliases: "rad2deg math.degrees", cheap: true,
		doc:   "degrees converts x from radians.",
		loops: same(1, floatTypes, "@($0 * (180 / math.Pi))"),
	},
	{
		name: "radians", params: "x", aliases: "deg2rad math.radians", cheap: true,
		doc:   "radians converts x from degrees.",
		loops: same(1, floatTypes, "@($0 * (math.Pi / 180))"),
	},
	{
		name: "sinc", params: "x",
		doc: "sinc returns sin(pi*x) / (pi*x), and 1 at 0. Integers and bools are converted to float64.",
		loops: concat(to(1, boolTypes, ir.Float64, "vector.Sinc(rt.Num[float64]($0))"),
			to(1, intTypes, ir.Float64, "vector.Sinc(float64($0))"), vectorN(1, "vector.Sinc")),
	},
	{
		name: "heaviside", params: "x y",
		doc:   "heaviside returns 0 for negative x, 1 for positive x, y for 0 and NaN for NaN.",
		loops: same(2, floatTypes, "rt.Heaviside($0, $1)"),
	},
	{
		name: "copysign", params: "x y", aliases: "math.copysign", cheap: true,
		doc:   "copysign returns |x| with the sign of y.",
		loops: mathN(2, "math.Copysign($0, $1)"),
	},
	{
		name: "nextafter", params: "x y", aliases: "math.nextafter",
		doc: "nextafter returns the float next to x towards y.",
		loops: concat(same(2, floatTypes[:1], "math.Nextafter32($0, $1)"),
			same(2, floatTypes[1:], "math.Nextafter($0, $1)")),
	},
	{
		name: "spacing", params: "x",
		doc:   "spacing returns the distance from x to the next float away from 0, with the sign of x.",
		loops: concat(same(1, floatTypes[:1], "rt.Spacing32($0)"), same(1, floatTypes[1:], "rt.Spacing($0)")),
	},
	{
		name: "ldexp", params: "x n", aliases: "math.ldexp",
		doc:   "ldexp returns x * 2**n, rounded once; n is an integer.",
		loops: ldexpLoops(),
	},
	{
		name: "gcd", params: "x y", aliases: "math.gcd",
		doc:   "gcd returns the greatest common divisor of |x| and |y|, of integers; |y| where x is 0.",
		loops: sameInts(2, "rt.GCDInt($0, $1)", "rt.GCD($0, $1)"),
	},
	{
		name: "lcm", params: "x y", aliases: "math.lcm",
		doc:   "lcm returns the least common multiple of |x| and |y|, of integers; 0 where one is 0. It wraps.",
		loops: sameInts(2, "rt.LCMInt($0, $1)", "rt.LCM($0, $1)"),
	},
}

func init() {
	for _, f := range mathFuncs {
		loops := math1(f.real)
		if strings.HasPrefix(f.real, "vector.") {
			loops = vectorN(1, f.real)
		}
		if f.complex != "" {
			loops = concat(loops, cmath1(f.complex))
		}
		registerUfuncs(ufunc{
			name: f.name, params: "x", aliases: f.aliases,
			doc:   f.name + " returns " + f.doc + ". Integers and bools are converted to float.",
			loops: loops,
		})
	}
	registerUfuncs(mathOps...)
	registerRounding()
}

// registerRounding adds the ops that round to integers of the same dtype.
func registerRounding() {
	for _, f := range []struct{ name, doc, aliases, fn string }{
		{"floor", "the largest integer not above x", "math.floor", "math.Floor"},
		{"ceil", "the smallest integer not below x", "math.ceil", "math.Ceil"},
		{"trunc", "x without its fraction", "math.trunc fix", "math.Trunc"},
	} {
		registerUfuncs(ufunc{
			name: f.name, params: "x", aliases: f.aliases,
			doc:   f.name + " returns " + f.doc + ", in the dtype of x. Integers and bools are returned as they are.",
			loops: concat(same(1, boolTypes, "$0"), same(1, intTypes, "$0"), math1(f.fn+"($0)")),
		})
	}
}

// ldexpLoops returns ldexp's loops: a float and an integer.
func ldexpLoops() []Loop {
	i32, i64 := ir.Int32, ir.Int64
	return []Loop{
		{In: []ir.DType{ir.Float32, i32}, Out: ir.Float32, Expr: "float32(rt.Ldexp(float64($0), int64($1)))"},
		{In: []ir.DType{ir.Float32, i64}, Out: ir.Float32, Expr: "float32(rt.Ldexp(float64($0), $1))"},
		{In: []ir.DType{ir.Float64, i32}, Out: ir.Float64, Expr: "rt.Ldexp($0, int64($1))"},
		{In: []ir.DType{ir.Float64, i64}, Out: ir.Float64, Expr: "rt.Ldexp($0, $1)"},
	}
}
