package stdops

import (
	"errors"
	"fmt"
	"sort"

	"github.com/daskgen/daskgen/ir"
)

func init() {
	register(
		&Op{
			Name: "transpose", Class: Kernel, View: true, Cheap: true, Pure: true,
			Aliases: []string{"numpy.transpose", "T"},
			Doc:     "A view of a with its axes in the order axes; None reverses them.",
			Params:  []Param{need("a"), opt("axes", noneLit())},
			Infer:   inferTranspose, Emit: emitTranspose,
		},
		&Op{
			Name: "swapaxes", Class: Kernel, View: true, Cheap: true, Pure: true,
			Aliases: []string{"numpy.swapaxes"},
			Doc:     "A view of a with two axes exchanged.",
			Params:  []Param{need("a"), static("axis1"), static("axis2")},
			Infer:   inferSwapaxes, Emit: emitSwapaxes,
		},
		&Op{
			Name: "squeeze", Class: Kernel, View: true, Cheap: true, Pure: true,
			Aliases: []string{"numpy.squeeze"},
			Doc:     "A view of a without the axes, which have length 1; None removes every axis that is known to have length 1.",
			Params:  []Param{need("a"), opt("axis", noneLit())},
			Infer:   inferSqueeze, Emit: emitSqueeze,
		},
		&Op{
			Name: "expand_dims", Class: Kernel, View: true, Cheap: true, Pure: true,
			Aliases: []string{"numpy.expand_dims"},
			Doc:     "A view of a with axes of length 1 at the positions axis of the result.",
			Params:  []Param{need("a"), static("axis")},
			Infer:   inferExpandDims, Emit: emitExpandDims,
		},
		&Op{
			Name: "broadcast_to", Class: Kernel, View: true, Cheap: true, Pure: true,
			Aliases: []string{"numpy.broadcast_to"},
			Doc:     "A view of array that repeats it along axes of length 1 and new leading axes, to the shape.",
			Params:  []Param{need("array"), static("shape")},
			Infer:   inferBroadcastTo, Emit: emitBroadcastTo,
		},
		&Op{
			Name: "flip", Class: Kernel, View: true, Cheap: true, Pure: true,
			Aliases: []string{"numpy.flip"},
			Doc:     "A view of m with the order of elements reversed along axes; None reverses all.",
			Params:  []Param{need("m"), opt("axis", noneLit())},
			Infer:   inferFlip, Emit: emitFlip,
		},
		&Op{
			Name: "reshape", Class: Kernel, Pure: true, View: true,
			Aliases: []string{"numpy.reshape"},
			Doc:     "The elements of a in C order with another shape, of which one length may be -1. A view where a is contiguous, else a copy.",
			Params:  []Param{need("a"), static("shape")},
			Infer:   inferReshape, Emit: emitReshape,
		},
		&Op{
			Name: "ravel", Class: Kernel, Pure: true, View: true,
			Aliases: []string{"numpy.ravel"},
			Doc:     "The elements of a in C order, as rank 1. A view where a is contiguous, else a copy.",
			Params:  []Param{need("a")},
			Infer:   inferRavel, Emit: emitRavel,
		},
	)
}

// permutation returns the axes of a transposition, counted from the front.
func permutation(c *Call) ([]int, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	axes, ok, err := c.intsArg("axes")
	if err != nil {
		return nil, err
	}
	if !ok {
		for i := t.Rank() - 1; i >= 0; i-- {
			axes = append(axes, i)
		}
		return axes, nil
	}
	if len(axes) != t.Rank() {
		return nil, fmt.Errorf("axes %v do not match an array of rank %d", axes, t.Rank())
	}
	seen := map[int]bool{}
	for i, a := range axes {
		if axes[i], err = normalAxis(a, t.Rank()); err != nil {
			return nil, err
		}
		if seen[axes[i]] {
			return nil, fmt.Errorf("axis %d is named twice", axes[i])
		}
		seen[axes[i]] = true
	}
	return axes, nil
}

func inferTranspose(c *Call) (*ir.Type, error) {
	axes, err := permutation(c)
	if err != nil {
		return nil, err
	}
	return permuted(c.Args[0].Type, axes), nil
}

// permuted returns the type of t with its axes in another order.
func permuted(t *ir.Type, axes []int) *ir.Type {
	shape := make([]int64, len(axes))
	for i, a := range axes {
		shape[i] = t.Shape[a]
	}
	return ir.BlockType(t.DType, shape...)
}

func emitTranspose(c *Call) GoCall {
	axes, _ := permutation(c)
	call := GoCall{Func: "kernel.Transpose", Args: []GoArg{c.Args[0]}}
	if !reversed(axes) {
		call.Args = append(call.Args, literals(axes))
	}
	return call
}

func reversed(axes []int) bool {
	for i, a := range axes {
		if a != len(axes)-1-i {
			return false
		}
	}
	return true
}

// literals are integers as further arguments in place.
func literals(is []int) []GoArg {
	args := make([]GoArg, len(is))
	for k, i := range is {
		args[k] = i
	}
	return args
}

func swapped(c *Call) ([]int, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	a, err := c.axisArg("axis1", t.Rank())
	if err != nil {
		return nil, err
	}
	b, err := c.axisArg("axis2", t.Rank())
	if err != nil {
		return nil, err
	}
	axes := make([]int, t.Rank())
	for i := range axes {
		axes[i] = i
	}
	axes[a], axes[b] = b, a
	return axes, nil
}

func inferSwapaxes(c *Call) (*ir.Type, error) {
	axes, err := swapped(c)
	if err != nil {
		return nil, err
	}
	return permuted(c.Args[0].Type, axes), nil
}

func emitSwapaxes(c *Call) GoCall {
	axes, _ := swapped(c)
	return GoCall{Func: "kernel.Transpose", Args: []GoArg{c.Args[0], literals(axes)}}
}

// squeezed returns the axes that a squeeze removes.
func squeezed(c *Call) ([]int, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	if isNone(c.arg("axis")) {
		axes := []int{}
		for i, n := range t.Shape {
			if n < 0 {
				return nil, fmt.Errorf("the length of axis %d is not known: name the axes to remove", i)
			}
			if n == 1 {
				axes = append(axes, i)
			}
		}
		return axes, nil
	}
	axes, err := c.axesArg("axis", t.Rank())
	for _, a := range axes {
		if n := t.Shape[a]; n >= 0 && n != 1 {
			return nil, fmt.Errorf("cannot squeeze axis %d of length %d", a, n)
		}
	}
	return axes, err
}

func inferSqueeze(c *Call) (*ir.Type, error) {
	axes, err := squeezed(c)
	if err != nil {
		return nil, err
	}
	t := c.Args[0].Type
	return ir.BlockType(t.DType, dropAxes(t.Shape, axes, false)...), nil
}

func emitSqueeze(c *Call) GoCall {
	axes, _ := squeezed(c)
	return GoCall{Func: "kernel.Squeeze", Args: []GoArg{c.Args[0], literals(axes)}}
}

// expanded returns the positions of new axes in the result.
func expanded(c *Call) ([]int, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	list, ok, err := c.intsArg("axis")
	if err != nil || !ok {
		return nil, errors.Join(err, errIf(!ok && err == nil, "axis must be an integer or a list of integers"))
	}
	rank := t.Rank() + len(list)
	for i, a := range list {
		if list[i], err = normalAxis(a, rank); err != nil {
			return nil, err
		}
	}
	sort.Ints(list)
	for i := 1; i < len(list); i++ {
		if list[i] == list[i-1] {
			return nil, fmt.Errorf("axis %d is named twice", list[i])
		}
	}
	return list, nil
}

func errIf(cond bool, text string) error {
	if cond {
		return errors.New(text)
	}
	return nil
}

func inferExpandDims(c *Call) (*ir.Type, error) {
	axes, err := expanded(c)
	if err != nil {
		return nil, err
	}
	t, shape := c.Args[0].Type, []int64{}
	rest := t.Shape
	for i := range t.Rank() + len(axes) {
		if len(axes) > 0 && axes[0] == i {
			shape, axes = append(shape, 1), axes[1:]
			continue
		}
		shape, rest = append(shape, rest[0]), rest[1:]
	}
	return ir.BlockType(t.DType, shape...), nil
}

func emitExpandDims(c *Call) GoCall {
	axes, _ := expanded(c)
	return GoCall{Func: "kernel.ExpandDims", Args: []GoArg{c.Args[0], literals(axes)}}
}

func inferBroadcastTo(c *Call) (*ir.Type, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	shape, err := shapeOf(c.arg("shape"), "shape")
	if err != nil {
		return nil, err
	}
	skip := len(shape) - t.Rank()
	for i, n := range t.Shape {
		if skip < 0 || (n >= 0 && n != 1 && shape[skip+i] >= 0 && shape[skip+i] != n) {
			return nil, fmt.Errorf("shape %s cannot be broadcast to %s", ir.ShapeString(t.Shape), ir.ShapeString(shape))
		}
	}
	return ir.BlockType(t.DType, shape...), nil
}

func emitBroadcastTo(c *Call) GoCall {
	return GoCall{Func: "kernel.BroadcastTo", Args: []GoArg{c.Args[0], goInts(c.arg("shape"))}}
}

func inferFlip(c *Call) (*ir.Type, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	if _, err := c.axesArg("axis", t.Rank()); err != nil {
		return nil, err
	}
	return t, nil
}

func emitFlip(c *Call) GoCall {
	call := GoCall{Func: "kernel.Flip", Args: []GoArg{c.Args[0]}}
	if axes := mustAxes(c); len(axes) < c.Args[0].Type.Rank() {
		call.Args = append(call.Args, literals(axes))
	}
	return call
}

func inferReshape(c *Call) (*ir.Type, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	shape, free, err := newShape(c.arg("shape"))
	if err != nil {
		return nil, err
	}
	n, have := sizeOf(shape), sizeOf(t.Shape)
	switch {
	case free >= 0 && (have < 0 || n < 0): // only known at run time
		shape[free] = -1
	case have < 0 || n < 0:
	case free >= 0 && n > 0 && have%n == 0:
		shape[free] = have / n
	case free >= 0 || n != have:
		return nil, fmt.Errorf("cannot reshape array of shape %s into shape %s", ir.ShapeString(t.Shape), shapeText(shape, free))
	}
	return ir.BlockType(t.DType, shape...), checkSize(shape)
}

func shapeText(shape []int64, free int) string {
	s := append([]int64(nil), shape...)
	text := ""
	for i, n := range s {
		if i > 0 {
			text += ", "
		}
		if i == free {
			n = -1
		}
		text += fmt.Sprint(n)
	}
	return "(" + text + ")"
}

// newShape returns the shape argument of a reshape: free is the position of a
// -1, which counts as 1, or -1. Lengths that differ from task to task are -1.
func newShape(e *ir.Expr) (shape []int64, free int, err error) {
	dims := []*ir.Expr{e}
	if e.Kind == ir.ExprList || e.Kind == ir.ExprTuple {
		dims = e.Args
	}
	free = -1
	for i, d := range dims {
		switch {
		case isConst(d, ir.ConstInt) && d.Const.Int >= 0:
			shape = append(shape, d.Const.Int)
		case isConst(d, ir.ConstInt) && d.Const.Int == -1 && free < 0:
			shape, free = append(shape, 1), i
		case d.Kind != ir.ExprConst && isInt(d.Type):
			shape = append(shape, -1)
		default:
			return nil, -1, errors.New("shape must be integers that are not negative, and one -1 at most")
		}
	}
	return shape, free, nil
}

// sizeOf returns the number of elements, -1 if it is not known.
func sizeOf(shape []int64) int64 {
	n := int64(1)
	for _, d := range shape {
		if d < 0 {
			return -1
		}
		n *= d
	}
	return n
}

func emitReshape(c *Call) GoCall {
	return GoCall{Func: "kernel.Reshape", Args: []GoArg{c.Args[0], goInts(c.arg("shape"))}}
}

func inferRavel(c *Call) (*ir.Type, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	return ir.BlockType(t.DType, sizeOf(t.Shape)), nil
}

func emitRavel(c *Call) GoCall {
	return GoCall{Func: "kernel.Reshape", Args: []GoArg{c.Args[0], []int{-1}}}
}
