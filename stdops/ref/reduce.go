package ref

import (
	"math"
	"math/big"
	"math/cmplx"
	"slices"

	"github.com/daskgen/daskgen/ir"
)

// A fold reduces the elements of one cell, already without what it skips, to
// an element of dtype out. more is an op's further number: ddof.
type fold func(elems []any, out ir.DType, more float64) any

// folds are the reductions over axes; skipNaN those that leave NaN out.
var (
	folds = map[string]fold{
		"sum": sum, "nansum": sum, "prod": prod, "nanprod": prod, "mean": mean, "nanmean": mean,
		"var": variance, "nanvar": variance, "std": deviation, "nanstd": deviation,
		"min": extreme("minimum"), "max": extreme("maximum"), "nanmin": extreme("fmin"), "nanmax": extreme("fmax"),
		"any": func(e []any, _ ir.DType, _ float64) any { return nonzero(e) > 0 },
		"all": func(e []any, _ ir.DType, _ float64) any { return nonzero(e) == int64(len(e)) },
		"count_nonzero": func(e []any, _ ir.DType, _ float64) any {
			return nonzero(e)
		},
	}
	skipNaN = map[string]bool{"nansum": true, "nanprod": true, "nanmean": true, "nanvar": true, "nanstd": true}
)

func init() {
	for name, f := range folds {
		kernels[name] = func(c *call, want *ir.Type) (Value, error) { return reduce(c, want, f) }
	}
}

func reduce(c *call, want *ir.Type, f fold) (Value, error) {
	x := c.value(0)
	switch {
	case x.Type.Kind == ir.TypeList && want.Kind == ir.TypeBlock:
		return foldBlocks(flat(x), want.DType, f), nil
	case x.Type.Kind == ir.TypeList:
		return foldValues(c, want, f)
	}
	ddof := 0.0
	if c.Op.Name == "var" || c.Op.Name == "std" || c.Op.Name == "nanvar" || c.Op.Name == "nanstd" {
		ddof = c.float("ddof")
	}
	axes := c.axes("axis", len(x.Type.Shape))
	shape, cells := group(x, axes, c.flag("keepdims"))
	elems := make([]any, len(cells))
	for i, cell := range cells {
		xs := elemsOf(cell)
		if skipNaN[c.Op.Name] {
			xs = slices.DeleteFunc(xs, isNaN)
		}
		elems[i] = f(xs, want.DType, ddof)
	}
	return Block(want.DType, elems, shape...), nil
}

// foldBlocks reduces a list of blocks of one shape element by element.
func foldBlocks(parts []Value, d ir.DType, f fold) Value {
	return build(d, parts[0].Type.Shape, func(index []int64) any {
		var xs []any
		for _, p := range parts {
			xs = append(xs, convert(p.at(index), d))
		}
		return f(xs, d, 0)
	})
}

// foldValues reduces a list of scalars, or compares strings.
func foldValues(c *call, want *ir.Type, f fold) (Value, error) {
	items := c.value(0).Items
	if want.Kind == ir.TypeString {
		best := items[0]
		for _, v := range items {
			a, b := v.Elems[0].(string), best.Elems[0].(string)
			if c.Op.Name == "min" && a < b || c.Op.Name == "max" && a > b {
				best = v
			}
		}
		return best, nil
	}
	var xs []any
	for _, v := range items {
		xs = append(xs, v.Elems[0])
	}
	return Scalar(f(xs, want.DType, 0)), nil
}

// group sorts the elements of x by the index that reducing axes leaves.
func group(x Value, axes []int, keep bool) (shape []int64, cells [][]cell) {
	shape = without(x.Type.Shape, axes, keep)
	cells = make([][]cell, size(shape))
	for p, e := range x.Elems {
		index := unravel(x.Type.Shape, int64(p))
		at, pos := []int64{}, int64(0)
		for k, i := range index {
			switch {
			case !slices.Contains(axes, k):
				at = append(at, i)
				continue
			case keep:
				at = append(at, 0)
			}
			pos = pos*x.Type.Shape[k] + i
		}
		q := linear(shape, at)
		cells[q] = append(cells[q], cell{e, pos})
	}
	return shape, cells
}

func elemsOf(cells []cell) []any {
	xs := make([]any, len(cells))
	for i, c := range cells {
		xs[i] = c.x
	}
	return xs
}

func isNaN(x any) bool {
	z := convert(x, ir.Complex128).(complex128)
	return math.IsNaN(real(z)) || math.IsNaN(imag(z))
}

func nonzero(elems []any) int64 {
	n := int64(0)
	for _, x := range elems {
		if convert(x, ir.Bool).(bool) {
			n++
		}
	}
	return n
}

// sum converts to the result's dtype and adds: integers wrap, floats exactly,
// rounded at the end.
func sum(elems []any, out ir.DType, _ float64) any {
	if out.Kind() == 'i' || out.Kind() == 'u' {
		total := uint64(0)
		for _, x := range elems {
			total += convert(convert(x, out), ir.Uint64).(uint64)
		}
		return convert(total, out)
	}
	re, im := make([]float64, len(elems)), make([]float64, len(elems))
	for i, x := range elems {
		z := convert(convert(x, out), ir.Complex128).(complex128)
		re[i], im[i] = real(z), imag(z)
	}
	return convert(complex(sumFloats(re), sumFloats(im)), out)
}

// exact is a precision that holds any sum of float64s.
const exact = 2300

// sumFloats returns the sum of floats, rounded once.
func sumFloats(xs []float64) float64 {
	total, plain := new(big.Float).SetPrec(exact), 0.0
	for _, x := range xs {
		plain += x
	}
	if math.IsNaN(plain) || math.IsInf(plain, 0) {
		return plain
	}
	for _, x := range xs {
		total.Add(total, new(big.Float).SetPrec(exact).SetFloat64(x))
	}
	f, _ := total.Float64()
	return f
}

// prod multiplies one by one, integers wrapping, floats in double precision.
func prod(elems []any, out ir.DType, _ float64) any {
	if out.Kind() == 'i' || out.Kind() == 'u' {
		p := uint64(1)
		for _, x := range elems {
			p *= convert(convert(x, out), ir.Uint64).(uint64)
		}
		return convert(p, out)
	}
	if out.Kind() != 'c' {
		p := 1.0
		for _, x := range elems {
			p *= convert(convert(x, out), ir.Float64).(float64)
		}
		return convert(p, out)
	}
	p := complex128(1)
	for _, x := range elems {
		z := convert(convert(x, out), ir.Complex128).(complex128)
		p = complex(real(p)*real(z)-imag(p)*imag(z), real(p)*imag(z)+imag(p)*real(z))
	}
	return convert(p, out)
}

func mean(elems []any, out ir.DType, _ float64) any {
	s := sum(elems, ir.Complex128, 0).(complex128)
	n := float64(len(elems))
	if out.Kind() == 'c' { // NumPy divides by n+0i, which turns an infinity's other part into NaN
		return convert(complex((real(s)+imag(s)*0)/n, (imag(s)-real(s)*0)/n), out)
	}
	return convert(real(s)/n, out)
}

// variance forms the mean and the squared deviations from it exactly enough
// that only the result is rounded.
func variance(elems []any, out ir.DType, ddof float64) any {
	n := float64(len(elems))
	total := new(big.Float).SetPrec(exact)
	for _, part := range []func(complex128) float64{func(z complex128) float64 { return real(z) }, func(z complex128) float64 { return imag(z) }} {
		var xs []float64
		for _, x := range elems {
			z := convert(x, ir.Complex128).(complex128)
			if cmplx.IsInf(z) || cmplx.IsNaN(z) {
				return convert(math.NaN(), out)
			}
			xs = append(xs, part(z))
		}
		total.Add(total, squares(xs))
	}
	t, _ := total.Float64()
	if d := n - ddof; d > 0 {
		return convert(t/d, out)
	}
	zero := 0.0
	return convert(t/zero, out)
}

// squares returns the sum of squared deviations from the mean.
func squares(xs []float64) *big.Float {
	total := new(big.Float).SetPrec(exact)
	if len(xs) == 0 {
		return total
	}
	m := new(big.Float).SetPrec(exact)
	for _, x := range xs {
		m.Add(m, big.NewFloat(x))
	}
	m.Quo(m, big.NewFloat(float64(len(xs))))
	for _, x := range xs {
		d := new(big.Float).SetPrec(exact).Sub(big.NewFloat(x), m)
		total.Add(total, d.Mul(d, d))
	}
	return total
}

func deviation(elems []any, out ir.DType, ddof float64) any {
	v := convert(variance(elems, ir.Float64, ddof), ir.Float64).(float64)
	return convert(math.Sqrt(v), out)
}

// extreme folds with an elementwise op.
func extreme(op string) fold {
	return func(elems []any, out ir.DType, _ float64) any {
		if len(elems) == 0 {
			panic("ref: internal error: extreme of no elements")
		}
		m := elems[0]
		for _, x := range elems[1:] {
			y, err := Eval(loopOf(op, out), out, m, x)
			if err != nil {
				panic(err)
			}
			m = y
		}
		return m
	}
}
