package stdops

import (
	"errors"
	"fmt"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// argOps are argmin, argmax, the variants that pass over NaN, and the pieces
// of their trees.
func argOps() []*Op {
	var ops []*Op
	for _, name := range []string{"argmin", "argmax", "nanargmin", "nanargmax"} {
		which := map[bool]string{false: "least", true: "greatest"}[strings.HasSuffix(name, "max")]
		nan := "A NaN counts as it."
		if strings.HasPrefix(name, "nan") {
			nan = "NaN is passed over; a group of nothing else is an error."
		}
		ops = append(ops, &Op{
			Name: name, Class: Reduction, Pure: true, Aliases: numpyNames(name),
			Doc:    "Index of the first " + which + " element along an axis, or, with axis None, in C order. " + nan + " Over no elements it is an error.",
			Params: []Param{need("a"), opt("axis", noneLit()), opt("keepdims", boolLit(false))},
			Infer:  inferArg, Emit: emitArg,
		})
	}
	kind := static("kind")
	return append(ops,
		&Op{
			Name: "arg_chunk", Class: Reduction, Pure: true, Aliases: []string{"dask.array.reductions.arg_chunk"},
			Doc: "The extreme elements of one block of an array and their indices: the partial result of kind, which is argmin, argmax, nanargmin or nanargmax. " +
				"offset is where the block begins: an integer along the axis, alone or in a list, or a list of one for each axis. With axis None, shape is that of the whole array.",
			Params: []Param{need("a"), opt("axis", noneLit()), opt("offset", intLit(0)), kind, opt("shape", noneLit()), opt("keepdims", boolLit(true))},
			Infer:  inferArgChunk, Emit: emitArgChunk,
		},
		&Op{
			Name: "arg_combine", Class: Kernel, Pure: true, Aliases: []string{"dask.array.reductions.arg_combine"},
			Doc:    "Merges a list of partial results of arg_chunk over the same groups.",
			Params: []Param{need("parts"), kind},
			Infer:  inferArgCombine, Emit: emitArgCombine,
		},
		&Op{
			Name: "arg_agg", Class: Kernel, Pure: true, Aliases: []string{"dask.array.reductions.arg_agg"},
			Doc:    "Indices from a list of partial results of arg_chunk. Without keepdims axis (None: all), of length 1, is dropped.",
			Params: []Param{need("parts"), kind, opt("axis", noneLit()), opt("keepdims", boolLit(false))},
			Infer:  inferArgAgg, Emit: emitArgAgg,
		},
	)
}

// argAxis checks that an arg reduction is over one axis or all of them, and
// returns the shape of its result.
func argAxis(c *Call, t *ir.Type) ([]int64, error) {
	if list, ok, err := c.intsArg("axis"); err != nil || ok && len(list) != 1 {
		return nil, errors.New("axis must be one integer, or None for all axes")
	}
	shape, err := reducedShape(c, t)
	if err != nil {
		return nil, err
	}
	if hasZero(t.Shape) && !hasZero(shape) {
		return nil, errors.New("attempt to get an extreme of an empty sequence")
	}
	return shape, nil
}

func inferArg(c *Call) (*ir.Type, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	shape, err := argAxis(c, t)
	if err != nil {
		return nil, err
	}
	return ir.BlockType(ir.Int64, shape...), nil
}

func emitArg(c *Call) GoCall {
	return GoCall{
		Func: "kernel.NewArg", TypeArgs: []ir.DType{c.Args[0].Type.DType, ir.Int64},
		Args: []GoArg{mustAxes(c), mustBool(c, "keepdims"), c.Op.Name},
	}
}

// argKind returns the argument kind: a name or an op passed as a function.
func argKind(c *Call) (string, error) {
	e := c.arg("kind")
	if isConst(e, ir.ConstString) || isConst(e, ir.ConstOp) {
		name := strings.TrimPrefix(e.Const.Str, "numpy.")
		switch name {
		case "argmin", "argmax", "nanargmin", "nanargmax":
			return name, nil
		}
	}
	return "", errors.New("kind must be argmin, argmax, nanargmin or nanargmax")
}

func inferArgChunk(c *Call) (*ir.Type, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	if _, err := argKind(c); err != nil {
		return nil, err
	}
	shape, err := argAxis(c, t)
	if err != nil {
		return nil, err
	}
	if _, _, err := argPlace(c, t); err != nil {
		return nil, err
	}
	return partialType("arg", "*kernel.ArgPartial["+t.DType.String()+"]", t.DType, shape), nil
}

// argPlace returns where the block begins and the shape of the whole array, as
// Go slices: over one axis the offset along it alone.
func argPlace(c *Call, t *ir.Type) (start, whole GoArg, err error) {
	off, shape := c.arg("offset"), c.arg("shape")
	isList := off.Kind == ir.ExprList || off.Kind == ir.ExprTuple
	if isNone(c.arg("axis")) {
		if isNone(shape) {
			return []int{}, []int{}, nil
		}
		dims, err := shapeOf(shape, "shape")
		if err == nil && (!isList || len(off.Args) != t.Rank() || len(dims) != t.Rank()) {
			err = fmt.Errorf("offset and shape must be lists of %d integers", t.Rank())
		}
		return goInts(off), goInts(shape), err
	}
	switch {
	case !isList:
	case len(off.Args) == 1:
		off = off.Args[0]
	case len(off.Args) == t.Rank():
		off = off.Args[mustAxes(c)[0]]
	default:
		return nil, nil, fmt.Errorf("offset has %d elements for a block of rank %d", len(off.Args), t.Rank())
	}
	if !isInt(off.Type) {
		return nil, nil, errors.New("offset must be integers")
	}
	return goInts(off), []int{}, nil
}

func emitArgChunk(c *Call) GoCall {
	t := c.Args[0].Type
	kind, _ := argKind(c)
	start, whole, _ := argPlace(c, t)
	return GoCall{
		Func: "kernel.NewArgChunk", TypeArgs: []ir.DType{t.DType},
		Args: []GoArg{mustAxes(c), mustBool(c, "keepdims"), kind, start, whole},
	}
}

func inferArgCombine(c *Call) (*ir.Type, error) {
	if _, err := argKind(c); err != nil {
		return nil, err
	}
	return partArg(c, "arg")
}

func emitArgCombine(c *Call) GoCall {
	kind, _ := argKind(c)
	return GoCall{Func: "kernel.ArgCombine", Args: []GoArg{partList(c), kind}}
}

func inferArgAgg(c *Call) (*ir.Type, error) {
	t, err := inferArgCombine(c)
	if err != nil {
		return nil, err
	}
	shape, err := aggregated(c, t.Shape)
	if err != nil {
		return nil, err
	}
	return ir.BlockType(ir.Int64, shape...), nil
}

func emitArgAgg(c *Call) GoCall {
	t, _ := partArg(c, "arg")
	kind, _ := argKind(c)
	return GoCall{Func: "kernel.ArgAgg", Args: []GoArg{partList(c), kind, dropped(c, len(t.Shape))}}
}
