package stdops

import (
	"errors"
	"fmt"

	"github.com/daskgen/daskgen/ir"
)

// kernelPath is the import path of package kernel.
const kernelPath = "github.com/daskgen/daskgen/stdops/kernel"

// partialType is the type of a partial result. Its DType and Shape are those
// of the elements and of the groups; they are no part of the Go type.
func partialType(family, expr string, d ir.DType, shape []int64) *ir.Type {
	return &ir.Type{
		Kind: ir.TypeGo, DType: d, Shape: append([]int64{}, shape...),
		Go: &ir.GoType{Expr: expr, Imports: []string{kernelPath}, Partial: family},
	}
}

func init() {
	for _, f := range []struct{ name, fn, doc string }{
		{"sum", "SumCombine", "Adds"}, {"prod", "ProdCombine", "Multiplies"},
		{"min", "MinCombine", "Takes the least of"}, {"max", "MaxCombine", "Takes the greatest of"},
		{"nanmin", "NanMinCombine", "Takes the least that is not NaN of"}, {"nanmax", "NanMaxCombine", "Takes the greatest that is not NaN of"},
		{"any", "AnyCombine", "Says where one is true of"}, {"all", "AllCombine", "Says where all are true of"},
	} {
		register(&Op{
			Name: f.name + "_combine", Class: Kernel, Pure: true,
			Doc: f.doc + " a list of blocks of one shape, element by element: partial results of " + f.name +
				" that were formed with keepdims. Without keepdims, axis (None: all), of length 1, is dropped.",
			Params: []Param{need("parts"), opt("axis", noneLit()), opt("keepdims", boolLit(true))},
			Infer:  func(c *Call) (*ir.Type, error) { return inferCombine(c, f.name) },
			Emit:   func(c *Call) GoCall { return emitCombine(c, f.name, "kernel."+f.fn) },
		})
	}
	register(momentOps()...)
	register(argOps()...)
	register(&Op{
		Name: "numel", Class: Kernel, Pure: true, Aliases: []string{"dask.array.numpy_compat.numel", "dask.array.reductions.numel"},
		Doc:    "How many elements of a meet in each result over axes, as int64 unless another dtype is given.",
		Params: []Param{need("a"), opt("axis", noneLit()), opt("dtype", noneLit()), opt("keepdims", boolLit(false))},
		Infer:  inferNumel, Emit: emitNumel,
	})
}

// blockList returns the list of blocks that an argument is: a block counts as
// a list of one, and nested lists are flattened.
func blockList(e *ir.Expr) (*joined, error) {
	if e.Type != nil && e.Type.Kind == ir.TypeBlock {
		return &joined{arg: &ir.Expr{Kind: ir.ExprTuple, Args: []*ir.Expr{e}}, each: []*ir.Type{e.Type}, dtype: e.Type.DType, same: true}, nil
	}
	return joinArg(flattened(e))
}

// flattened returns a nested list literal without its inner lists.
func flattened(e *ir.Expr) *ir.Expr {
	if e.Kind != ir.ExprList {
		return e
	}
	flat, nested := &ir.Expr{Kind: ir.ExprTuple}, false
	for _, a := range e.Args {
		if a.Kind == ir.ExprList {
			nested = true
			flat.Args = append(flat.Args, flattened(a).Args...)
		} else {
			flat.Args = append(flat.Args, a)
		}
	}
	if !nested {
		return e
	}
	return flat
}

// combined returns the blocks to combine, in the dtype in which that is done.
func combined(c *Call, op string) (*joined, error) {
	j, err := blockList(c.Args[0])
	if err != nil {
		return nil, err
	}
	switch {
	case (op == "sum" || op == "prod") && j.dtype == ir.Bool:
		return nil, fmt.Errorf("partial results of %s are numbers, not bools", op)
	case (op == "any" || op == "all") && j.dtype != ir.Bool:
		return nil, fmt.Errorf("partial results are bool, not %s", j.dtype)
	}
	if !j.same && !j.complete() {
		return nil, fmt.Errorf("is not defined for %s", c.Args[0].Type)
	}
	for _, t := range j.each[1:] {
		if t.Rank() != j.each[0].Rank() || sameShape(j.each[0].Shape, t.Shape) != nil {
			return nil, fmt.Errorf("partial results have shapes %s and %s", ir.ShapeString(j.each[0].Shape), ir.ShapeString(t.Shape))
		}
	}
	return j, nil
}

// aggregated returns the shape of partial results after the arguments axis and
// keepdims.
func aggregated(c *Call, shape []int64) ([]int64, error) {
	keep, err := c.boolArg("keepdims")
	if err != nil || keep {
		return shape, err
	}
	axes, err := c.axesArg("axis", len(shape))
	if err != nil {
		return nil, err
	}
	for _, a := range axes {
		if shape[a] > 1 || shape[a] == 0 {
			return nil, fmt.Errorf("partial results have length %d on axis %d, not 1", shape[a], a)
		}
	}
	return dropAxes(shape, axes, false), nil
}

// dropped are the arguments axis and keepdims for the kernels.
func dropped(c *Call, rank int) []GoArg {
	axes, _ := c.axesArg("axis", rank)
	return []GoArg{axes, mustBool(c, "keepdims")}
}

func inferCombine(c *Call, op string) (*ir.Type, error) {
	j, err := combined(c, op)
	if err != nil {
		return nil, err
	}
	shape, err := aggregated(c, j.each[0].Shape)
	if err != nil {
		return nil, err
	}
	return ir.BlockType(j.dtype, shape...), nil
}

func emitCombine(c *Call, op, fn string) GoCall {
	j, _ := combined(c, op)
	return GoCall{Func: fn, Args: []GoArg{j.list(), dropped(c, j.each[0].Rank())}}
}

// momentOps are the pieces of mean, var and std.
func momentOps() []*Op {
	chunk := []Param{need("a"), opt("axis", noneLit()), opt("keepdims", boolLit(true)), opt("skipnan", boolLit(false))}
	agg := []Param{need("parts"), opt("axis", noneLit()), opt("dtype", noneLit()), opt("keepdims", boolLit(false))}
	withDDof := append(append([]Param{}, agg...), opt("ddof", intLit(0)))
	return []*Op{
		{
			Name: "mean_chunk", Class: Reduction, Pure: true, Params: chunk, Aliases: []string{"dask.array.reductions.mean_chunk"},
			Doc:   "Counts and sums over axes: the partial result of mean.",
			Infer: inferMomentChunk, Emit: func(c *Call) GoCall { return emitMomentChunk(c, 1) },
		},
		{
			Name: "moment_chunk", Class: Reduction, Pure: true, Params: chunk, Aliases: []string{"dask.array.reductions.moment_chunk"},
			Doc:   "Counts, sums and squared deviations over axes: the partial result of mean, var and std.",
			Infer: inferMomentChunk, Emit: func(c *Call) GoCall { return emitMomentChunk(c, 2) },
		},
		{
			Name: "moment_combine", Class: Kernel, Pure: true,
			Aliases: []string{"mean_combine", "dask.array.reductions.moment_combine", "dask.array.reductions.mean_combine"},
			Doc:     "Merges a list of partial results of moment_chunk or mean_chunk over the same groups.",
			Params:  []Param{need("parts"), opt("axis", noneLit()), opt("keepdims", boolLit(true))},
			Infer:   inferMomentCombine, Emit: emitMomentCombine,
		},
		{
			Name: "mean_agg", Class: Kernel, Pure: true, Params: agg, Aliases: []string{"dask.array.reductions.mean_agg"},
			Doc:   "Means from a list of partial results. Without keepdims axis (None: all), of length 1, is dropped.",
			Infer: inferMomentAgg, Emit: func(c *Call) GoCall { return emitMomentAgg(c, "kernel.MeanAgg") },
		},
		{
			Name: "var_agg", Class: Kernel, Pure: true, Params: withDDof, Aliases: []string{"moment_agg", "dask.array.reductions.moment_agg"},
			Doc:   "Variances, with the divisor n - ddof, from a list of partial results of moment_chunk.",
			Infer: inferMomentAgg, Emit: func(c *Call) GoCall { return emitMomentAgg(c, "kernel.VarAgg") },
		},
		{
			Name: "std_agg", Class: Kernel, Pure: true, Params: withDDof,
			Doc:   "Standard deviations from a list of partial results of moment_chunk.",
			Infer: inferMomentAgg, Emit: func(c *Call) GoCall { return emitMomentAgg(c, "kernel.StdAgg") },
		},
	}
}

// momentAcc is the dtype in which sums are formed.
func momentAcc(d ir.DType) ir.DType {
	if d.Kind() == 'c' {
		return ir.Complex128
	}
	return ir.Float64
}

func inferMomentChunk(c *Call) (*ir.Type, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	shape, err := reducedShape(c, t)
	if err != nil {
		return nil, err
	}
	if _, err := c.boolArg("skipnan"); err != nil {
		return nil, err
	}
	return partialType("moments", "*kernel.Moments["+momentAcc(t.DType).String()+"]", t.DType, shape), nil
}

func emitMomentChunk(c *Call, order int) GoCall {
	d := c.Args[0].Type.DType
	return GoCall{
		Func: "kernel.NewMomentChunk", TypeArgs: []ir.DType{d, momentAcc(d)},
		Args: []GoArg{mustAxes(c), mustBool(c, "keepdims"), order, mustBool(c, "skipnan")},
	}
}

// partArg returns the type of the partial results of a family that argument 0
// lists, or is.
func partArg(c *Call, family string) (*ir.Type, error) {
	e := flattened(c.Args[0])
	types := []*ir.Type{e.Type}
	switch {
	case e.Kind == ir.ExprList || e.Kind == ir.ExprTuple:
		types = nil
		for _, a := range e.Args {
			types = append(types, a.Type)
		}
		if len(types) == 0 {
			return nil, errors.New("needs at least one partial result")
		}
	case e.Type != nil && e.Type.Kind == ir.TypeList:
		types = e.Type.Elems
	}
	for _, t := range types {
		if t == nil || t.Kind != ir.TypeGo || t.Go.Partial != family {
			return nil, fmt.Errorf("%s is no list of partial results of %s", c.Args[0].Type, map[string]string{"moments": "moment_chunk", "arg": "arg_chunk"}[family])
		}
		if t.Go.Expr != types[0].Go.Expr || len(t.Shape) != len(types[0].Shape) || sameShape(types[0].Shape, t.Shape) != nil {
			return nil, fmt.Errorf("partial results of different groups: %s%s and %s%s", types[0], ir.ShapeString(types[0].Shape), t, ir.ShapeString(t.Shape))
		}
	}
	return types[0], nil
}

// partList is argument 0 as a Go slice of partial results.
func partList(c *Call) GoArg {
	e := flattened(c.Args[0])
	switch {
	case e.Kind == ir.ExprTuple:
		args := make([]GoArg, len(e.Args))
		for i, a := range e.Args {
			args[i] = a
		}
		return GoCall{Func: "kernel.Partials", Args: args}
	case e.Type.Kind == ir.TypeGo:
		return GoCall{Func: "kernel.Partials", Args: []GoArg{e}}
	}
	return e
}

func inferMomentCombine(c *Call) (*ir.Type, error) {
	t, err := partArg(c, "moments")
	if err != nil {
		return nil, err
	}
	if keep, err := c.boolArg("keepdims"); err != nil || !keep {
		return nil, errors.Join(err, errIf(err == nil, "keepdims must be true: partial results keep their axes"))
	}
	return t, nil
}

func emitMomentCombine(c *Call) GoCall {
	return GoCall{Func: "kernel.MomentCombine", Args: []GoArg{partList(c)}}
}

// momentResult returns the dtype of a statistic.
func momentResult(c *Call, t *ir.Type) (ir.DType, error) {
	if c.Op.Name == "mean_agg" {
		d, err := c.dtypeArg("dtype", meanDType(t.DType))
		if err != nil {
			return d, err
		}
		return d, meanResult(t.DType, d)
	}
	d, err := c.dtypeArg("dtype", varDType(t.DType))
	if err != nil {
		return d, err
	}
	if _, err := c.floatArg("ddof"); err != nil {
		return d, err
	}
	return d, inexactResult(t.DType, d)
}

func inferMomentAgg(c *Call) (*ir.Type, error) {
	t, err := partArg(c, "moments")
	if err != nil {
		return nil, err
	}
	d, err := momentResult(c, t)
	if err != nil {
		return nil, err
	}
	shape, err := aggregated(c, t.Shape)
	if err != nil {
		return nil, err
	}
	return ir.BlockType(d, shape...), nil
}

func emitMomentAgg(c *Call, fn string) GoCall {
	t, _ := partArg(c, "moments")
	d, _ := momentResult(c, t)
	call := GoCall{Func: fn, TypeArgs: []ir.DType{momentAcc(t.DType), d}, Args: []GoArg{partList(c), dropped(c, len(t.Shape))}}
	if c.Op.param("ddof") >= 0 {
		ddof, _ := c.floatArg("ddof")
		call.Args = append(call.Args, ddof)
	}
	return call
}

// numelDType returns the dtype of a count.
func numelDType(c *Call) (ir.DType, error) {
	d, err := c.dtypeArg("dtype", ir.Int64)
	if err == nil && (d == ir.Bool || d.Kind() == 'c') {
		err = fmt.Errorf("a count cannot be %s", d)
	}
	return d, err
}

func inferNumel(c *Call) (*ir.Type, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	d, err := numelDType(c)
	if err != nil {
		return nil, err
	}
	shape, err := reducedShape(c, t)
	if err != nil {
		return nil, err
	}
	return ir.BlockType(d, shape...), nil
}

func emitNumel(c *Call) GoCall {
	d, _ := numelDType(c)
	return GoCall{
		Func: "kernel.Numel", TypeArgs: []ir.DType{c.Args[0].Type.DType, d},
		Args: []GoArg{c.Args[0], mustAxes(c), mustBool(c, "keepdims")},
	}
}
