package stdops

import (
	"errors"
	"fmt"

	"github.com/daskgen/daskgen/ir"
)

func init() {
	register(
		&Op{
			Name: "roll", Class: Kernel, Pure: true, Aliases: numpyNames("roll"),
			Doc:    "The elements of a moved along axis by shift places; those that leave at one end come in at the other. Both may be lists of the same length; with axis None elements are moved in C order.",
			Params: []Param{need("a"), static("shift"), opt("axis", noneLit())},
			Infer:  inferRoll, Emit: emitRoll,
		},
		&Op{
			Name: "repeat", Class: Kernel, Pure: true, Aliases: numpyNames("repeat"),
			Doc:    "Each element of a repeated along axis as often as the integer repeats says; with axis None, of a in C order.",
			Params: []Param{need("a"), static("repeats"), opt("axis", noneLit())},
			Infer:  inferRepeat, Emit: emitRepeat,
		},
		&Op{
			Name: "diagonal", Class: Kernel, Pure: true, View: true, Cheap: true, Aliases: numpyNames("diagonal"),
			Doc:    "A view of the elements of a whose index along axis2 minus that along axis1 is offset: the other axes, then the diagonal.",
			Params: diagonalParams(),
			Infer:  inferDiagonal, Emit: func(c *Call) GoCall { return emitDiagonal(c, "kernel.Diagonal") },
		},
		&Op{
			Name: "diag", Class: Kernel, Pure: true, Aliases: numpyNames("diag"),
			Doc:    "Of a vector v the square matrix with v on its diagonal k and zeros elsewhere; of a matrix the diagonal k.",
			Params: []Param{need("v"), opt("k", intLit(0))},
			Infer:  inferDiag, Emit: emitDiag,
		},
		&Op{
			Name: "trace", Class: Kernel, Pure: true, Aliases: numpyNames("trace"),
			Doc:    "The sum of a diagonal of a, with the dtypes of sum.",
			Params: append(diagonalParams(), opt("dtype", noneLit())),
			Infer:  inferTrace, Emit: emitTrace,
		},
	)
}

func diagonalParams() []Param {
	return []Param{need("a"), opt("offset", intLit(0)), opt("axis1", intLit(0)), opt("axis2", intLit(1))}
}

// rollArgs returns shifts and axes; axes is nil when elements are moved in C
// order.
func rollArgs(c *Call) (shifts, axes []int, err error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, nil, err
	}
	shifts, ok, err := c.intsArg("shift")
	if err != nil || !ok {
		return nil, nil, errors.New("shift must be an integer or a list of integers")
	}
	axes, ok, err = c.intsArg("axis")
	switch {
	case err != nil:
		return nil, nil, err
	case !ok && len(shifts) != 1:
		return nil, nil, errors.New("a list of shifts needs a list of axes")
	case !ok:
		return shifts, nil, nil
	}
	for one := len(shifts) == 1; one && len(shifts) < len(axes); {
		shifts = append(shifts, shifts[0])
	}
	if len(shifts) != len(axes) {
		return nil, nil, fmt.Errorf("%d shifts for %d axes", len(shifts), len(axes))
	}
	for i, a := range axes {
		if axes[i], err = normalAxis(a, t.Rank()); err != nil {
			return nil, nil, err
		}
	}
	return shifts, axes, nil
}

func inferRoll(c *Call) (*ir.Type, error) {
	_, _, err := rollArgs(c)
	return c.Args[0].Type, err
}

func emitRoll(c *Call) GoCall {
	shifts, axes, _ := rollArgs(c)
	if axes == nil {
		return GoCall{Func: "kernel.RollFlat", Args: []GoArg{c.Args[0], shifts[0]}}
	}
	return GoCall{Func: "kernel.Roll", Args: []GoArg{c.Args[0], shifts, axes}}
}

func inferRepeat(c *Call) (*ir.Type, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	n, err := c.intArg("repeats")
	if err != nil || n < 0 {
		return nil, errors.New("repeats must be an integer literal that is not negative")
	}
	shape, axis := []int64{sizeOf(t.Shape)}, 0
	if !isNone(c.arg("axis")) {
		if axis, err = c.axisArg("axis", t.Rank()); err != nil {
			return nil, err
		}
		shape = append([]int64{}, t.Shape...)
	}
	if shape[axis] > 0 && int64(n) > maxElems/shape[axis] {
		return nil, errors.New("the result is too large")
	}
	if shape[axis] >= 0 {
		shape[axis] *= int64(n)
	}
	return ir.BlockType(t.DType, shape...), checkSize(shape)
}

func emitRepeat(c *Call) GoCall {
	n, _ := c.intArg("repeats")
	if isNone(c.arg("axis")) {
		return GoCall{Func: "kernel.RepeatFlat", Args: []GoArg{c.Args[0], n}}
	}
	axis, _ := c.axisArg("axis", c.Args[0].Type.Rank())
	return GoCall{Func: "kernel.Repeat", Args: []GoArg{c.Args[0], n, axis}}
}

// diagonalArgs returns the offset and both axes of a diagonal.
func diagonalArgs(c *Call) (offset, axis1, axis2 int, err error) {
	t, err := c.blockArg()
	if err != nil {
		return 0, 0, 0, err
	}
	if t.Rank() < 2 {
		return 0, 0, 0, errors.New("a diagonal needs an array of at least two axes")
	}
	if offset, err = c.intArg("offset"); err != nil {
		return 0, 0, 0, err
	}
	if axis1, err = c.axisArg("axis1", t.Rank()); err != nil {
		return 0, 0, 0, err
	}
	if axis2, err = c.axisArg("axis2", t.Rank()); err != nil {
		return 0, 0, 0, err
	}
	if axis1 == axis2 {
		return 0, 0, 0, errors.New("axis1 and axis2 cannot be the same")
	}
	return offset, axis1, axis2, nil
}

// diagonalLength returns the length of a diagonal, -1 if it is not known.
func diagonalLength(rows, cols, offset int64) int64 {
	if rows < 0 || cols < 0 {
		return -1
	}
	if offset >= 0 {
		return max(0, min(rows, cols-offset))
	}
	return max(0, min(rows+offset, cols))
}

func inferDiagonal(c *Call) (*ir.Type, error) {
	offset, axis1, axis2, err := diagonalArgs(c)
	if err != nil {
		return nil, err
	}
	t := c.Args[0].Type
	n := diagonalLength(t.Shape[axis1], t.Shape[axis2], int64(offset))
	return ir.BlockType(t.DType, append(dropAxes(t.Shape, []int{axis1, axis2}, false), n)...), nil
}

func emitDiagonal(c *Call, fn string) GoCall {
	offset, axis1, axis2, _ := diagonalArgs(c)
	return GoCall{Func: fn, Args: []GoArg{c.Args[0], offset, axis1, axis2}}
}

func inferDiag(c *Call) (*ir.Type, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	k, err := c.intArg("k")
	if err != nil {
		return nil, err
	}
	switch t.Rank() {
	case 1:
		n := t.Shape[0]
		if n >= 0 {
			n += int64(max(k, -k))
		}
		return ir.BlockType(t.DType, n, n), checkSize([]int64{n, n})
	case 2:
		return ir.BlockType(t.DType, diagonalLength(t.Shape[0], t.Shape[1], int64(k))), nil
	}
	return nil, fmt.Errorf("is defined for one or two axes, not %d", t.Rank())
}

func emitDiag(c *Call) GoCall {
	k, _ := c.intArg("k")
	if c.Args[0].Type.Rank() == 2 {
		return GoCall{Func: "kernel.Diagonal", Args: []GoArg{c.Args[0], k, 0, 1}}
	}
	return GoCall{Func: "kernel.Diag", Args: []GoArg{c.Args[0], k}}
}

// traceDType returns the dtype of the sum of a diagonal.
func traceDType(c *Call) (ir.DType, error) {
	in := c.Args[0].Type.DType
	out, err := c.dtypeArg("dtype", sumDType(in))
	if err != nil {
		return out, err
	}
	return out, realResult(in, out)
}

func inferTrace(c *Call) (*ir.Type, error) {
	d, err := inferDiagonal(c)
	if err != nil {
		return nil, err
	}
	out, err := traceDType(c)
	if err != nil {
		return nil, err
	}
	return ir.BlockType(out, d.Shape[:len(d.Shape)-1]...), nil
}

func emitTrace(c *Call) GoCall {
	call := emitDiagonal(c, "kernel.Trace")
	in := c.Args[0].Type.DType
	out, _ := traceDType(c)
	in = feedAs(in, out)
	call.TypeArgs, call.Args[0] = []ir.DType{in, out}, Cast{c.Args[0], in}
	return call
}
