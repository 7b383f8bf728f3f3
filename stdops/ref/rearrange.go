package ref

import (
	"slices"

	"github.com/daskgen/daskgen/ir"
)

func init() {
	for name, k := range map[string]func(c *call, want *ir.Type) (Value, error){
		"roll": roll, "repeat": repeat, "diagonal": diagonal, "diag": diag, "trace": trace,
	} {
		kernels[name] = k
	}
}

// roll looks each element up where it came from.
func roll(c *call, _ *ir.Type) (Value, error) {
	x := c.value(0)
	shifts := c.ints("shift")
	if c.isNone("axis") {
		n := int64(len(x.Elems))
		return build(x.Type.DType, x.Type.Shape, func(index []int64) any {
			p := ravel(x.Type.Shape, index) - shifts[0]
			return x.Elems[(p%n+n)%n]
		}), nil
	}
	axes := c.ints("axis")
	return build(x.Type.DType, x.Type.Shape, func(index []int64) any {
		at := slices.Clone(index)
		for i, a := range axes {
			k := (int(a) + len(at)) % len(at)
			n := x.Type.Shape[k]
			at[k] = ((at[k]-shifts[i%len(shifts)])%n + n) % n
		}
		return x.at(at)
	}), nil
}

// ravel returns the C order position of an index.
func ravel(shape, index []int64) int64 {
	p := int64(0)
	for k, i := range index {
		p = p*shape[k] + i
	}
	return p
}

func repeat(c *call, want *ir.Type) (Value, error) {
	x, n, axis := c.value(0), c.int("repeats"), 0
	if c.isNone("axis") {
		x = reshaped(x, int64(len(x.Elems)))
	} else {
		axis = c.axes("axis", len(x.Type.Shape))[0]
	}
	return build(want.DType, want.Shape, func(index []int64) any {
		at := slices.Clone(index)
		at[axis] /= n
		return x.at(at)
	}), nil
}

// onDiagonal returns element i of a diagonal, the other axes at rest.
func onDiagonal(x Value, rest []int64, i, offset int64, axis1, axis2 int) any {
	var at []int64
	for k := range x.Type.Shape {
		switch k {
		case axis1:
			at = append(at, i+max(-offset, 0))
		case axis2:
			at = append(at, i+max(offset, 0))
		default:
			at, rest = append(at, rest[0]), rest[1:]
		}
	}
	return x.at(at)
}

func diagonal(c *call, want *ir.Type) (Value, error) {
	x := c.value(0)
	rank := len(x.Type.Shape)
	offset, axis1, axis2 := c.int("offset"), c.axes("axis1", rank)[0], c.axes("axis2", rank)[0]
	return build(want.DType, want.Shape, func(index []int64) any {
		last := len(index) - 1
		return onDiagonal(x, index[:last], index[last], offset, axis1, axis2)
	}), nil
}

func diag(c *call, want *ir.Type) (Value, error) {
	x, k := c.value(0), c.int("k")
	return build(want.DType, want.Shape, func(index []int64) any {
		switch {
		case len(index) == 1:
			return onDiagonal(x, nil, index[0], k, 0, 1)
		case index[1]-index[0] != k:
			return convert(int64(0), want.DType)
		}
		return x.at([]int64{min(index[0], index[1])})
	}), nil
}

func trace(c *call, want *ir.Type) (Value, error) {
	x := c.value(0)
	rank := len(x.Type.Shape)
	offset, axis1, axis2 := c.int("offset"), c.axes("axis1", rank)[0], c.axes("axis2", rank)[0]
	rows, cols := x.Type.Shape[axis1]-max(-offset, 0), x.Type.Shape[axis2]-max(offset, 0)
	return build(want.DType, want.Shape, func(index []int64) any {
		var elems []any
		for i := int64(0); i < min(rows, cols); i++ {
			elems = append(elems, onDiagonal(x, index, i, offset, axis1, axis2))
		}
		return sum(elems, want.DType, 0)
	}), nil
}
