package ref

import (
	"slices"

	"github.com/daskgen/daskgen/ir"
)

func init() {
	for name, k := range map[string]func(c *call, want *ir.Type) (Value, error){
		"transpose": transpose, "swapaxes": swapaxes, "squeeze": regroup, "expand_dims": regroup, "reshape": regroup, "ravel": regroup,
		"broadcast_to": broadcastTo, "flip": flip, "identity": same, "list": same, "tuple": same,
		"concatenate": concatenateOp, "stack": stack, "vstack": vstack, "hstack": hstack,
		"concatenate_axes": concatenateAxes, "concatenate_shaped": concatenateShaped,
	} {
		kernels[name] = k
	}
}

func same(c *call, _ *ir.Type) (Value, error) { return c.value(0), nil }

// regroup gives elements another shape, in C order.
func regroup(c *call, want *ir.Type) (Value, error) {
	x := c.value(0)
	return Block(x.Type.DType, x.Elems, want.Shape...), nil
}

func transpose(c *call, _ *ir.Type) (Value, error) {
	axes := c.axes("axes", len(c.value(0).Type.Shape))
	if c.isNone("axes") {
		slices.Reverse(axes)
	}
	return permute(c.value(0), axes), nil
}

func swapaxes(c *call, _ *ir.Type) (Value, error) {
	x := c.value(0)
	axes := make([]int, len(x.Type.Shape))
	for k := range axes {
		axes[k] = k
	}
	i, j := c.axes("axis1", len(axes))[0], c.axes("axis2", len(axes))[0]
	axes[i], axes[j] = j, i
	return permute(x, axes), nil
}

// permute returns x with axis k of the result being axis axes[k] of x.
func permute(x Value, axes []int) Value {
	shape := make([]int64, len(axes))
	for k, a := range axes {
		shape[k] = x.Type.Shape[a]
	}
	return build(x.Type.DType, shape, func(index []int64) any {
		at := make([]int64, len(index))
		for k, a := range axes {
			at[a] = index[k]
		}
		return x.at(at)
	})
}

func broadcastTo(c *call, _ *ir.Type) (Value, error) {
	x := c.value(0)
	return build(x.Type.DType, c.ints("shape"), x.broadcastAt), nil
}

func flip(c *call, _ *ir.Type) (Value, error) {
	x := c.value(0)
	axes := c.axes("axis", len(x.Type.Shape))
	return build(x.Type.DType, x.Type.Shape, func(index []int64) any {
		at := slices.Clone(index)
		for _, a := range axes {
			at[a] = x.Type.Shape[a] - 1 - at[a]
		}
		return x.at(at)
	}), nil
}

// cast returns x in another dtype.
func cast(x Value, d ir.DType) Value {
	elems := make([]any, len(x.Elems))
	for i, e := range x.Elems {
		elems[i] = convert(e, d)
	}
	return Block(d, elems, x.Type.Shape...)
}

// reshaped returns x with another shape.
func reshaped(x Value, shape ...int64) Value { return Block(x.Type.DType, x.Elems, shape...) }

// blocks returns the blocks of a list argument in one dtype.
func (c *call) blocks(d ir.DType) ([]Value, error) {
	items, err := c.items(0)
	out := make([]Value, len(items))
	for i, v := range items {
		out[i] = cast(v, d)
	}
	return out, err
}

func concatenateOp(c *call, want *ir.Type) (Value, error) {
	bs, err := c.blocks(want.DType)
	if err != nil {
		return Value{}, err
	}
	if c.isNone("axis") {
		for i, b := range bs {
			bs[i] = reshaped(b, int64(len(b.Elems)))
		}
		return concatenate(bs, 0)
	}
	return concatenate(bs, c.axes("axis", len(bs[0].Type.Shape))[0])
}

// concatenate joins blocks of one dtype along an axis.
func concatenate(blocks []Value, axis int) (Value, error) {
	shape := slices.Clone(blocks[0].Type.Shape)
	shape[axis] = 0
	for _, b := range blocks {
		shape[axis] += b.Type.Shape[axis]
	}
	return build(blocks[0].Type.DType, shape, func(index []int64) any {
		at := slices.Clone(index)
		for _, b := range blocks {
			if at[axis] < b.Type.Shape[axis] {
				return b.at(at)
			}
			at[axis] -= b.Type.Shape[axis]
		}
		panic("ref: internal error: index beyond the blocks")
	}), nil
}

func stack(c *call, want *ir.Type) (Value, error) {
	bs, err := c.blocks(want.DType)
	if err != nil {
		return Value{}, err
	}
	axis := c.axes("axis", len(want.Shape))[0]
	for i, b := range bs {
		bs[i] = reshaped(b, slices.Insert(slices.Clone(b.Type.Shape), axis, 1)...)
	}
	return concatenate(bs, axis)
}

func vstack(c *call, want *ir.Type) (Value, error) {
	bs, err := c.blocks(want.DType)
	for i, b := range bs {
		switch len(b.Type.Shape) {
		case 0:
			bs[i] = reshaped(b, 1, 1)
		case 1:
			bs[i] = reshaped(b, 1, b.Type.Shape[0])
		}
	}
	if err != nil {
		return Value{}, err
	}
	return concatenate(bs, 0)
}

func hstack(c *call, want *ir.Type) (Value, error) {
	bs, err := c.blocks(want.DType)
	if err != nil {
		return Value{}, err
	}
	for i, b := range bs {
		if len(b.Type.Shape) == 0 {
			bs[i] = reshaped(b, 1)
		}
	}
	return concatenate(bs, min(1, len(bs[0].Type.Shape)-1))
}

func concatenateAxes(c *call, want *ir.Type) (Value, error) {
	var axes []int64
	if c.isNone("axes") {
		axes = []int64{0, 1, 2, 3, 4, 5, 6, 7}
	} else {
		axes = c.ints("axes")
	}
	return nested(c.value(0), axes, want.DType)
}

// nested joins nested lists, the outermost along the first of axes.
func nested(v Value, axes []int64, d ir.DType) (Value, error) {
	if v.Type.Kind == ir.TypeBlock {
		return cast(v, d), nil
	}
	parts := make([]Value, len(v.Items))
	for i, item := range v.Items {
		var err error
		if parts[i], err = nested(item, axes[1:], d); err != nil {
			return Value{}, err
		}
	}
	return concatenate(parts, int(axes[0]))
}

func concatenateShaped(c *call, want *ir.Type) (Value, error) {
	bs, err := c.blocks(want.DType)
	if err != nil {
		return Value{}, err
	}
	return join(ir.Box(c.ints("shape")...), bs)
}
