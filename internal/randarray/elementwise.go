package randarray

import (
	"fmt"
	"math"

	"github.com/daskgen/daskgen/da"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

// steps are the operations that are drawn from.
func (g *generator) steps() []func() {
	var all []func()
	all = append(all, forType[float64](g)...)
	all = append(all, forFloat[float64](g)...)
	all = append(all, forType[float64](g)...)
	all = append(all, forFloat[float64](g)...)
	all = append(all, forType[float32](g)...)
	all = append(all, forFloat[float32](g)...)
	all = append(all, forType[int64](g)...)
	all = append(all, forInt[int64](g)...)
	all = append(all, forInt[int32](g)...)
	all = append(all, forType[int8](g)...)
	all = append(all, forType[uint8](g)...)
	all = append(all, forType[bool](g)...)
	all = append(all, forType[complex128](g)...)
	all = append(all, g.casts, g.casts, g.logic, g.logic, g.mixed, g.complexes, g.floats, g.randoms)
	if g.funcs {
		all = append(all, g.calls, g.calls)
	}
	return all
}

// partner returns an operand that broadcasts with x: a value, a new input, or x
// itself.
func partner[T rt.Elem](g *generator, x val[T]) val[T] {
	var fit []val[T]
	for _, v := range pool[T](g) {
		if broadcasts(x.shape(), v.shape()) {
			fit = append(fit, v)
		}
	}
	if len(fit) > 0 && !g.one(3, "new operand") {
		return fit[len(fit)-1-g.n(len(fit), "operand")]
	}
	shape := append([]int{}, x.shape()...)
	for k := range shape {
		if g.one(3, "broadcast") {
			shape[k] = 1
		}
	}
	return input[T](g, shape[g.n(len(shape)+1, "drop"):])
}

func broadcasts(a, b []int) bool {
	for k := 1; k <= min(len(a), len(b)); k++ {
		if m, n := a[len(a)-k], b[len(b)-k]; m != n && m != 1 && n != 1 {
			return false
		}
	}
	return true
}

// A function is an op on elements and its facts.
type function[T rt.Elem] struct {
	name  string // in NumPy
	apply func(x da.Array[T]) da.Array[T]
	facts func(f facts) facts
}

func sameMag(f facts) facts { return f.lipschitz(1, f.mag, f.integral) }

// jumps is a function that is not continuous and whose results are integers.
func jumps(f facts) facts { return f.jump(f.mag+1, true) }

// smooth is a function that the two forms compute alike from equal operands
// alone; its results are not larger than mag.
func smooth[T rt.Elem](mag float64) func(f facts) facts {
	return func(f facts) facts {
		h := f.jump(mag, false)
		h.special = true
		if f.err[1] == 0 {
			h = rough[T](h)
		}
		return h
	}
}

// bounded is a function of slope at most 1.
func bounded[T rt.Elem](mag float64) func(f facts) facts {
	return func(f facts) facts { return rough[T](f.lipschitz(1, mag, false)) }
}

func floatFunctions[T rt.Float]() []function[T] {
	inf := math.Inf(1)
	type A = da.Array[T]
	return []function[T]{
		{"negative", A.Neg, sameMag}, {"absolute", A.Abs, sameMag}, {"positive", func(x A) A { return da.Apply[T]("positive", x) }, sameMag},
		{"sign", A.Sign, jumps}, {"floor", A.Floor, jumps}, {"ceil", A.Ceil, jumps}, {"trunc", A.Trunc, jumps}, {"rint", A.Rint, jumps},
		{"square", A.Square, func(f facts) facts { return times[T](f, f) }},
		{"sqrt", A.Sqrt, smooth[T](inf)}, {"cbrt", A.Cbrt, smooth[T](inf)}, {"reciprocal", A.Reciprocal, smooth[T](inf)},
		{"exp", A.Exp, smooth[T](inf)}, {"exp2", A.Exp2, smooth[T](inf)}, {"expm1", A.Expm1, smooth[T](inf)},
		{"log", A.Log, smooth[T](800)}, {"log2", A.Log2, smooth[T](1100)}, {"log10", A.Log10, smooth[T](400)}, {"log1p", A.Log1p, smooth[T](800)},
		{"sin", A.Sin, bounded[T](1)}, {"cos", A.Cos, bounded[T](1)}, {"tan", A.Tan, smooth[T](inf)},
		{"arcsin", A.Arcsin, smooth[T](2)}, {"arccos", A.Arccos, smooth[T](4)}, {"arctan", A.Arctan, bounded[T](2)},
		{"sinh", A.Sinh, smooth[T](inf)}, {"cosh", A.Cosh, smooth[T](inf)}, {"tanh", A.Tanh, bounded[T](1)},
		{"arcsinh", A.Arcsinh, smooth[T](800)}, {"arccosh", A.Arccosh, smooth[T](800)}, {"arctanh", A.Arctanh, smooth[T](800)},
		{"degrees", A.Degrees, smooth[T](inf)}, {"radians", A.Radians, smooth[T](inf)},
		{"conjugate", A.Conj, sameMag},
	}
}

// A function2 is an op on pairs of elements.
type function2[T rt.Elem] struct {
	name  string
	apply func(x, y da.Array[T]) da.Array[T]
	facts func(f, h facts) facts
}

func pairJump(mag float64, integral bool) func(f, h facts) facts {
	return func(f, h facts) facts {
		b := both(f, h)
		out := b.jump(mag, integral && b.integral)
		out.special = true
		return out
	}
}

func pairSmooth[T rt.Elem](mag float64) func(f, h facts) facts {
	return func(f, h facts) facts { return smooth[T](mag)(both(f, h)) }
}

func floatFunctions2[T rt.Float]() []function2[T] {
	inf := math.Inf(1)
	type A = da.Array[T]
	return []function2[T]{
		{"add", A.Add, added[T]}, {"subtract", A.Sub, added[T]}, {"multiply", A.Mul, times[T]},
		{"add", A.Add, added[T]}, {"subtract", A.Sub, added[T]}, {"multiply", A.Mul, times[T]},
		{"minimum", A.Minimum, both}, {"maximum", A.Maximum, both}, {"minimum", da.Minimum[T], both}, {"maximum", da.Maximum[T], both},
		{"fmin", A.Fmin, both}, {"fmax", A.Fmax, both},
		{"divide", A.Div, pairSmooth[T](inf)}, {"floor_divide", A.FloorDiv, pairJump(inf, true)}, {"remainder", A.Mod, pairJump(inf, true)},
		{"fmod", A.Fmod, pairJump(inf, true)}, {"power", A.Pow, pairSmooth[T](inf)}, {"arctan2", A.Arctan2, pairSmooth[T](4)},
		{"hypot", A.Hypot, pairSmooth[T](inf)}, {"copysign", A.CopySign, pairJump(inf, true)}, {"logaddexp", A.LogAddExp, pairSmooth[T](inf)},
	}
}

// A comparison gives bool.
type comparison[T rt.Elem] struct {
	name  string
	apply func(x, y da.Array[T]) da.Array[bool]
}

func comparisons[T rt.Elem]() []comparison[T] {
	type A = da.Array[T]
	return []comparison[T]{
		{"less", A.Less}, {"less_equal", A.LessEqual}, {"greater", A.Greater}, {"greater_equal", A.GreaterEqual}, {"equal", A.Equal},
		{"not_equal", A.NotEqual}, {"logical_and", A.LogicalAnd}, {"logical_or", A.LogicalOr}, {"logical_xor", A.LogicalXor},
	}
}

// forFloat are the operations on floats.
func forFloat[T rt.Float](g *generator) []func() {
	return []func(){func() { floatUnary[T](g) }, func() { pairOf(g, floatFunctions2[T]()) }, func() { pairOf(g, floatFunctions2[T]()) },
		func() { floatScalar[T](g) }, func() { floatReduce[T](g) }, func() { floatReduce[T](g) }, func() { product2[T](g) }, func() { floatTests[T](g) }}
}

func floatUnary[T rt.Float](g *generator) {
	x := pick[T](g)
	f := choose(g, floatFunctions[T](), "function")
	put(g, f.facts(x.facts), fmt.Sprintf("np.%s(%s)", f.name, x.name), func(s side) da.Array[T] { return f.apply(x.of[s]) })
}

func pairOf[T rt.Elem](g *generator, fs []function2[T]) {
	x := pick[T](g)
	y := partner(g, x)
	if g.one(2, "swap") {
		x, y = y, x
	}
	f := choose(g, fs, "function")
	put(g, f.facts(x.facts, y.facts), fmt.Sprintf("np.%s(%s, %s)", f.name, x.name, y.name), func(s side) da.Array[T] { return f.apply(x.of[s], y.of[s]) })
}

// floatScalar is an operation with a scalar.
func floatScalar[T rt.Float](g *generator) {
	x := pick[T](g)
	type A = da.Array[T]
	v := choose(g, []float64{2, -1, 0.5, 3, 0}, "scalar")
	c := facts{mag: math.Abs(v), integral: v == math.Trunc(v)}
	type form struct {
		python string
		apply  func(A) A
		facts  facts
	}
	w := T(v)
	f := choose(g, []form{
		{"%s + %v", func(x A) A { return x.AddScalar(w) }, added[T](x.facts, c)}, {"%s - %v", func(x A) A { return x.SubScalar(w) }, added[T](x.facts, c)},
		{"%s * %v", func(x A) A { return x.MulScalar(w) }, times[T](x.facts, c)}, {"%s / %v", func(x A) A { return x.DivScalar(w) }, smooth[T](math.Inf(1))(x.facts)},
		{"%s // %v", func(x A) A { return x.FloorDivScalar(w) }, jumps(x.facts).jump(math.Inf(1), true)},
		{"%s %% %v", func(x A) A { return x.ModScalar(w) }, pairJump(math.Abs(v), true)(x.facts, c)},
		{"%s ** %v", func(x A) A { return x.PowScalar(w) }, smooth[T](math.Inf(1))(x.facts)},
		{"%[2]v - %[1]s", func(x A) A { return da.Const(w).Sub(x) }, added[T](x.facts, c)},
		{"np.clip(%s, -2, 3 + 0*%v)", func(x A) A { return x.Clip(-2, 3) }, x.lipschitz(1, 3, x.integral)},
		{"np.round(%s, 1) + 0*%v", func(x A) A { return x.Round(1) }, x.jump(x.mag+1, false)},
	}, "form")
	put(g, f.facts, fmt.Sprintf(f.python, x.name, v), func(s side) A { return f.apply(x.of[s]) })
}

// floatTests are functions to bool, and where.
func floatTests[T rt.Float](g *generator) {
	x := pick[T](g)
	type A = da.Array[T]
	type test struct {
		name  string
		apply func(A) da.Array[bool]
	}
	f := choose(g, []test{{"isnan", A.IsNaN}, {"isinf", A.IsInf}, {"isfinite", A.IsFinite}, {"signbit", A.SignBit}}, "test")
	put(g, x.jump(1, true), fmt.Sprintf("np.%s(%s)", f.name, x.name), func(s side) da.Array[bool] { return f.apply(x.of[s]) })
}

// forInt are the operations on integers.
func forInt[T rt.Integer](g *generator) []func() {
	inf := math.Inf(1)
	exact := func(f, h facts) facts { return pairJump(inf, true)(f, h) }
	type A = da.Array[T]
	two := []function2[T]{
		{"add", A.Add, exact}, {"subtract", A.Sub, exact}, {"multiply", A.Mul, exact}, {"floor_divide", A.FloorDiv, exact},
		{"remainder", A.Mod, exact}, {"minimum", A.Minimum, exact}, {"maximum", A.Maximum, exact}, {"bitwise_and", A.BitwiseAnd, exact},
		{"bitwise_or", A.BitwiseOr, exact}, {"bitwise_xor", A.BitwiseXor, exact}, {"gcd", A.Gcd, exact}, {"lcm", A.Lcm, exact},
		{"left_shift", A.LeftShift, exact}, {"right_shift", A.RightShift, exact}, {"fmod", A.Fmod, exact},
	}
	one := []function[T]{{"negative", A.Neg, sameMag}, {"absolute", A.Abs, sameMag}, {"sign", A.Sign, sameMag}, {"invert", A.Invert, sameMag}, {"square", A.Square, sameMag}, {"conjugate", A.Conj, sameMag}}
	return []func(){func() { pairOf(g, two) }, func() { pairOf(g, two) }, func() { product2[T](g) }, func() {
		x := pick[T](g)
		f := choose(g, one, "function")
		put(g, x.jump(inf, true), fmt.Sprintf("np.%s(%s)", f.name, x.name), func(s side) A { return f.apply(x.of[s]) })
	}, func() {
		x := pick[T](g)
		v := choose(g, []int{2, 1, 3, 0, 7}, "scalar")
		f := choose(g, []function[T]{
			{"%s + %d", func(x A) A { return x.AddScalar(T(v)) }, nil}, {"%s * %d", func(x A) A { return x.MulScalar(T(v)) }, nil},
			{"%s - %d", func(x A) A { return x.SubScalar(T(v)) }, nil},
			{"%s // %d", func(x A) A { return x.FloorDivScalar(T(v)) }, nil}, {"%s %% %d", func(x A) A { return x.ModScalar(T(v)) }, nil},
			{"%s ** %d", func(x A) A { return x.PowScalar(T(v)) }, nil}, {"np.clip(%s, 1, %d)", func(x A) A { return x.Clip(1, T(v)) }, nil},
		}, "form")
		put(g, x.jump(inf, true), fmt.Sprintf(f.name, x.name, v), func(s side) A { return f.apply(x.of[s]) })
	}, func() {
		x := pick[T](g)
		a, py := g.axes(len(x.shape()), false)
		f := choose(g, []function[T]{
			{"min", func(x A) A { return x.Min(a...) }, nil}, {"max", func(x A) A { return x.Max(a...) }, nil},
		}, "reduction")
		put(g, x.jump(inf, true), fmt.Sprintf("np.%s(%s%s)", f.name, x.name, py), func(s side) A { return f.apply(x.of[s]) })
	}}
}

// casts convert between element types.
func (g *generator) casts() {
	switch g.n(9, "cast") {
	case 0:
		cast[float64, int64](g)
	case 1:
		cast[float32, float64](g)
	case 2:
		cast[int64, float64](g)
	case 3:
		cast[bool, float64](g)
	case 4:
		cast[float64, bool](g)
	case 5:
		cast[int64, int8](g)
	case 6:
		cast[int8, uint8](g)
	case 7:
		cast[float64, float32](g)
	case 8:
		cast[float64, complex128](g)
	}
}

func cast[T, U rt.Elem](g *generator) {
	x := pick[T](g)
	f := x.facts
	from, to := dtype[T](), dtype[U]()
	switch {
	case to.Kind() == 'f' || to.Kind() == 'c':
		if from.Kind() != 'f' && math.IsInf(f.mag, 0) {
			f.mag = 1e19
		}
		if e := epsilon[U](); f.err[0] > 0 || f.err[1] > 0 {
			f.err[0] += e * f.mag
			f.err[1] += e * f.mag
		}
		f = f.settle(epsilon[U]())
	default:
		if f = f.jump(f.mag, true); from.Kind() == 'f' && to != ir.Bool && (f.special || f.mag > 100 || to.Kind() == 'u') {
			f.err[1] = math.Inf(1) // what does not fit is undefined
		}
		f.special = false
	}
	put(g, f, fmt.Sprintf("%s.astype('%s')", x.name, to), func(s side) da.Array[U] { return da.AsType[U](x.of[s]) })
}

// logic are the operations that give bool, and where.
func (g *generator) logic() {
	switch g.n(6, "logic") {
	case 0:
		compare[float64](g)
	case 1:
		compare[int64](g)
	case 2:
		where[float64](g)
	case 3:
		where[int64](g)
	case 4:
		x := pick[bool](g)
		put(g, x.facts, fmt.Sprintf("np.logical_not(%s)", x.name), func(s side) da.Array[bool] { return x.of[s].LogicalNot() })
	case 5:
		compare[bool](g)
	}
}

func compare[T rt.Elem](g *generator) {
	x := pick[T](g)
	y := partner(g, x)
	if g.one(3, "scalar") && dtype[T]() != dtype[bool]() {
		y = literal(unit[T]())
		y.name = "1"
	}
	f := choose(g, comparisons[T](), "comparison")
	put(g, both(x.facts, y.facts).jump(1, true), fmt.Sprintf("np.%s(%s, %s)", f.name, x.name, y.name), func(s side) da.Array[bool] { return f.apply(x.of[s], y.of[s]) })
}

func where[T rt.Elem](g *generator) {
	x := pick[T](g)
	y := partner(g, x)
	var fit []val[bool]
	for _, c := range pool[bool](g) {
		if broadcasts(c.shape(), x.shape()) && broadcasts(c.shape(), y.shape()) {
			fit = append(fit, c)
		}
	}
	var c val[bool]
	if len(fit) == 0 {
		c = input[bool](g, x.shape())
	} else {
		c = fit[g.n(len(fit), "condition")]
	}
	f := both(x.facts, y.facts)
	f.err[1] = max(f.err[1], c.err[1])
	put(g, f, fmt.Sprintf("np.where(%s, %s, %s)", c.name, x.name, y.name), func(s side) da.Array[T] { return da.Where(c.of[s], x.of[s], y.of[s]) })
}

// mixed are operations by name, on different types.
func (g *generator) mixed() {
	x := pick[int64](g)
	switch g.n(4, "mixed") {
	case 0:
		put(g, smooth[float64](math.Inf(1))(x.facts), fmt.Sprintf("np.sqrt(%s)", x.name), func(s side) da.Array[float64] { return da.Apply[float64]("sqrt", x.of[s]) })
	case 1:
		y := partner(g, x)
		put(g, pairSmooth[float64](math.Inf(1))(x.facts, y.facts), fmt.Sprintf("%s / %s", x.name, y.name), func(s side) da.Array[float64] { return da.Apply[float64]("divide", x.of[s], y.of[s]) })
	case 2:
		y := pick[float64](g)
		if broadcasts(x.shape(), y.shape()) {
			f := x.facts
			f.mag = min(f.mag, 1e19)
			put(g, added[float64](f, y.facts), fmt.Sprintf("%s + %s", x.name, y.name), func(s side) da.Array[float64] { return da.Apply[float64]("add", x.of[s], y.of[s]) })
		}
	case 3:
		y := pick[int8](g)
		if broadcasts(x.shape(), y.shape()) {
			put(g, pairJump(math.Inf(1), true)(x.facts, y.facts), fmt.Sprintf("%s * %s", x.name, y.name), func(s side) da.Array[int64] { return da.Apply[int64]("multiply", x.of[s], y.of[s]) })
		}
	}
}

// complexes are operations on complex numbers.
func (g *generator) complexes() {
	x := pick[complex128](g)
	type A = da.Array[complex128]
	switch g.n(4, "complex") {
	case 0:
		put(g, x.facts, fmt.Sprintf("np.real(%s)", x.name), func(s side) da.Array[float64] { return da.Real[float64](x.of[s]) })
	case 1:
		put(g, x.facts, fmt.Sprintf("np.imag(%s)", x.name), func(s side) da.Array[float64] { return da.Imag[float64](x.of[s]) })
	case 2:
		put(g, x.facts, fmt.Sprintf("np.conjugate(%s)", x.name), func(s side) A { return x.of[s].Conj() })
	case 3:
		y := partner(g, x)
		if x.special || y.special {
			return
		}
		fs := []function2[complex128]{{"add", A.Add, added[complex128]}, {"subtract", A.Sub, added[complex128]}, {"multiply", A.Mul, complexTimes}}
		f := choose(g, fs, "function")
		put(g, f.facts(x.facts, y.facts), fmt.Sprintf("np.%s(%s, %s)", f.name, x.name, y.name), func(s side) A { return f.apply(x.of[s], y.of[s]) })
	}
}

func complexTimes(f, h facts) facts {
	out := times[complex128](f, h)
	out.mag *= 2
	out.err[0], out.err[1] = 2*out.err[0], 2*out.err[1]
	return out
}

// floats convert so that there are values of all kinds.
func (g *generator) floats() { input[float64](g, g.shape(3)) }
