package ref

import (
	"math"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

func init() {
	kernels["frexp"], kernels["modf"], kernels["divmod"] = frexp, modf, divmod
}

// pair returns the tuple of both results of f of each element of argument 0, as
// a float64.
func pair(c *call, want *ir.Type, f func(x float64) (a, b float64)) Value {
	x := c.value(0)
	parts := [2][]any{}
	for _, e := range x.Elems {
		a, b := f(convert(e, ir.Float64).(float64))
		parts[0] = append(parts[0], convert(a, want.Elems[0].DType))
		parts[1] = append(parts[1], convert(b, want.Elems[1].DType))
	}
	items := make([]Value, 2)
	for i, t := range want.Elems {
		if t.Kind == ir.TypeScalar {
			items[i] = Scalar(parts[i][0])
		} else {
			items[i] = Block(t.DType, parts[i], x.Type.Shape...)
		}
	}
	return Tuple(items...)
}

func frexp(c *call, want *ir.Type) (Value, error) {
	return pair(c, want, func(x float64) (float64, float64) {
		m, e := math.Frexp(x)
		return m, float64(e)
	}), nil
}

func modf(c *call, want *ir.Type) (Value, error) {
	return pair(c, want, func(x float64) (float64, float64) {
		fraction := math.Mod(x, 1)
		if math.IsInf(x, 0) {
			fraction = math.Copysign(0, x)
		}
		return fraction, math.Trunc(x)
	}), nil
}

// divmod is the tuple of the two elementwise ops.
func divmod(c *call, _ *ir.Type) (Value, error) {
	var items []Value
	for _, name := range []string{"floor_divide", "remainder"} {
		v, err := elementwise(&call{&stdops.Call{Op: stdops.Lookup(name), Args: c.Args}, c.frame, c.values})
		if err != nil {
			return Value{}, err
		}
		items = append(items, v)
	}
	return Tuple(items...), nil
}
