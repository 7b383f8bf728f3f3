package stdops

import (
	"strings"

	"github.com/daskgen/daskgen/ir"
)

func init() {
	registerExtrema()
	registerTests()
	registerParts()
	registerClip()
	register(&Op{
		Name: "where", Aliases: []string{"numpy.where", "dask.array.core._elemwise_handle_where"}, Class: Elementwise,
		Doc:    "where returns x where condition is nonzero and y elsewhere, in the dtype that x and y have together.",
		Params: []Param{{Name: "condition"}, {Name: "x"}, {Name: "y"}}, Loops: whereLoops(), Cheap: true, Pure: true,
	})
	resolvers["where"] = whereLoop
}

func registerExtrema() {
	for _, f := range []struct{ name, doc, bools, nan, fn, floats string }{
		{"minimum", "the smaller of x and y", "$0 && $1", "NaN where one is NaN", "min", "min($0, $1)"},
		{"maximum", "the larger of x and y", "$0 || $1", "NaN where one is NaN", "max", "max($0, $1)"},
		{"fmin", "the smaller of x and y", "$0 && $1", "the other one where one is NaN", "min", "rt.FMin($0, $1)"},
		{"fmax", "the larger of x and y", "$0 || $1", "the other one where one is NaN", "max", "rt.FMax($0, $1)"},
	} {
		complexFunc := map[string]string{"minimum": "rt.MinC", "maximum": "rt.MaxC", "fmin": "rt.FMinC", "fmax": "rt.FMaxC"}[f.name]
		registerUfuncs(ufunc{
			name: f.name, params: "x y", cheap: true,
			doc: f.name + " returns " + f.doc + ", " + f.nan + ". Complex numbers are compared by real part, then imaginary part.",
			loops: concat(same(2, boolTypes, f.bools), same(2, intTypes, f.fn+"($0, $1)"), same(2, floatTypes, f.floats),
				same(2, complexTypes, "@("+complexFunc+"(complex128($0), complex128($1)))")),
		})
	}
}

// registerTests adds the ops that classify numbers.
func registerTests() {
	exact := concat(boolTypes, intTypes)
	for _, f := range []struct{ name, doc, aliases, exact, f64, complex string }{
		{"isnan", "is NaN; a complex number, whether a part is", "math.isnan", "rt.False($0)", "math.IsNaN($0)", "rt.IsNaNC($0)"},
		{"isinf", "is infinite; a complex number, whether a part is", "math.isinf", "rt.False($0)", "math.IsInf($0, 0)", "cmplx.IsInf($0)"},
		{"isfinite", "is neither infinite nor NaN; a complex number, whether both parts are", "math.isfinite", "rt.True($0)", "rt.IsFinite($0)", "rt.IsFiniteC($0)"},
		{"iscomplex", "has an imaginary part other than 0", "", "rt.False($0)", "rt.False($0)", "imag($0) != 0"},
		{"isreal", "has no imaginary part, or 0", "", "rt.True($0)", "rt.True($0)", "imag($0) == 0"},
	} {
		loops := concat(to(1, exact, ir.Bool, f.exact), tests(floatTypes, f.f64, "float64"), tests(complexTypes, f.complex, "complex128"))
		registerUfuncs(ufunc{
			name: f.name, params: "x", aliases: f.aliases, cheap: true,
			doc: f.name + " says whether x " + f.doc + ".", loops: loops,
		})
	}
	registerUfuncs(ufunc{
		name: "signbit", params: "x", cheap: true,
		doc:   "signbit says whether the sign of x is set, also of -0 and NaN.",
		loops: tests(floatTypes, "math.Signbit($0)", "float64"),
	})
}

// tests returns loops to bool for two dtypes: expr with $0 of the wider one.
func tests(ds []ir.DType, expr, wide string) []Loop {
	return concat(to(1, ds[:1], ir.Bool, widen(expr, wide)), to(1, ds[1:], ir.Bool, expr))
}

// registerParts adds the ops on the parts of complex numbers.
func registerParts() {
	exact := concat(boolTypes, intTypes)
	registerUfuncs(
		ufunc{
			name: "real", params: "x", cheap: true,
			doc:   "real returns the real part of x, and x itself if it is not complex.",
			loops: concat(same(1, exact, "$0"), same(1, floatTypes, "$0"), parts("real($0)")),
		},
		ufunc{
			name: "imag", params: "x", cheap: true,
			doc:   "imag returns the imaginary part of x, zero if it is not complex.",
			loops: concat(same(1, exact, "rt.Zero($0)"), same(1, floatTypes, "rt.Zero($0)"), parts("imag($0)")),
		},
		ufunc{
			name: "conjugate", params: "x", aliases: "conj", cheap: true,
			doc:   "conjugate returns x with the sign of the imaginary part changed, and x itself if it is not complex (a bool as int8).",
			loops: concat(same(1, intTypes, "$0"), same(1, floatTypes, "$0"), cmath1("cmplx.Conj($0)")),
		},
		ufunc{
			name: "angle", params: "x",
			doc: "angle returns the argument of a complex number in (-pi, pi]; 0 or pi for others.",
			loops: concat(to(1, boolTypes, ir.Float64, "math.Atan2(0, rt.Num[float64]($0))"),
				math1("math.Atan2(0, $0)"), []Loop{
					{In: []ir.DType{ir.Complex64}, Out: ir.Float32, Expr: "float32(cmplx.Phase(complex128($0)))"},
					{In: []ir.DType{ir.Complex128}, Out: ir.Float64, Expr: "cmplx.Phase($0)"},
				}),
		},
		ufunc{
			name: "nan_to_num", params: "x", cheap: true,
			doc: "nan_to_num replaces NaN by 0 and infinities by the largest finite numbers of the dtype.",
			loops: concat(same(1, exact, "$0"),
				same(1, floatTypes[:1], "rt.NanToNum32($0)"), same(1, floatTypes[1:], "rt.NanToNum($0)"),
				same(1, complexTypes, "rt.NanToNumC#($0)")),
		},
	)
}

// parts returns the loops from complex dtypes to those of their parts.
func parts(expr string) []Loop {
	return concat(to(1, complexTypes[:1], ir.Float32, expr), to(1, complexTypes[1:], ir.Float64, expr))
}

func whereLoops() []Loop {
	var ls []Loop
	for _, d := range allTypes {
		ls = append(ls, Loop{In: []ir.DType{ir.Bool, d, d}, Out: d, Expr: "rt.Where($0, $1, $2)"})
	}
	return ls
}

// whereLoop chooses by x and y alone: the condition is converted to bool from
// any dtype.
func whereLoop(op *Op, args []*ir.Expr) (*Loop, error) {
	if _, _, err := splitWeak(op, args); err != nil {
		return nil, err
	}
	d := ResultType(args[1].Type, args[2].Type)
	if err := checkLiterals(args[1:], d); err != nil {
		return nil, err
	}
	for i := range op.Loops {
		if op.Loops[i].Out == d {
			return &op.Loops[i], nil
		}
	}
	return nil, noLoop(op, args)
}

func registerClip() {
	register(&Op{
		Name: "clip", Aliases: []string{"numpy.clip"}, Class: Elementwise,
		Doc:    "clip returns x limited to [min, max], each of which may be None: min(max(x, min), max). NaN stays, and a bound that is NaN gives NaN.",
		Params: []Param{{Name: "x"}, {Name: "min", Default: noneLit()}, {Name: "max", Default: noneLit()}},
		Loops: concat(same(3, boolTypes, "($0 || $1) && $2"), same(3, intTypes, "min(max($0, $1), $2)"),
			same(3, floatTypes, "min(max($0, $1), $2)"),
			same(3, complexTypes, "@(rt.MinC(rt.MaxC(complex128($0), complex128($1)), complex128($2)))")),
		Cheap: true, Pure: true,
	})
	resolvers["clip"] = clipLoop
}

// clipLoop resolves clip by the bounds that there are: both, or one, as for
// maximum and minimum. An integer literal that bounds nothing, because it is
// beyond the range of x's dtype, counts as None.
func clipLoop(op *Op, args []*ir.Expr) (*Loop, error) {
	x, lo, hi := args[0], args[1], args[2]
	noLo := lo.Type.Kind == ir.TypeNone || boundless(x, lo, false)
	noHi := hi.Type.Kind == ir.TypeNone || boundless(x, hi, true)
	switch {
	case x.Type.DType == ir.NoDType:
		return nil, noLoop(op, args)
	case noLo && noHi:
		return &Loop{In: []ir.DType{x.Type.DType}, Out: x.Type.DType, Expr: "$0"}, nil
	case noLo:
		l, err := searchLoop(Lookup("minimum"), []*ir.Expr{x, hi})
		if err != nil {
			return nil, err
		}
		return &Loop{In: []ir.DType{l.In[0], ir.NoDType, l.In[1]}, Out: l.Out, Expr: strings.ReplaceAll(l.Expr, "$1", "$2"), Vector: l.Vector}, nil
	case noHi:
		return searchLoop(Lookup("maximum"), []*ir.Expr{x, lo})
	}
	return searchLoop(op, args)
}

// boundless says whether bound is an integer literal beyond the dtype of x, on
// the side where it has no effect.
func boundless(x, bound *ir.Expr, upper bool) bool {
	d := x.Type.DType
	if x.Type.Kind != ir.TypeBlock || bound.Type.Kind != ir.TypeScalar || d.Kind() == 'b' || holds(d, bound) {
		return false
	}
	return upper == (bound.Const.Uint != 0 || bound.Const.Int > 0)
}
