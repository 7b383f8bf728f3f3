package stdops

import (
	"fmt"

	"github.com/daskgen/daskgen/ir"
)

// A reduction is the short form in which the reductions over axes are
// declared.
type reduction struct {
	name    string
	aliases []string
	doc     string
	fn      string                          // of package kernel
	dtype   func(in ir.DType) ir.DType      // of the result, when none is asked for
	accept  func(in, out ir.DType) error    // nil: all
	feed    func(in, out ir.DType) ir.DType // dtype in which elements are fed; nil: their own
	ddof    bool                            // has a parameter ddof
	free    bool                            // has a parameter dtype
	values  bool                            // also folds lists of Python values
	nonzero string                          // the ufunc of which an empty one is an error
}

func init() {
	for _, r := range reductions {
		register(r.op())
	}
}

var reductions = []reduction{
	{
		name: "sum", values: true, fn: "NewSum", dtype: sumDType, accept: realResult, feed: feedAs, free: true,
		aliases: []string{"dask.array.routines._chunk_sum"},
		doc:     "Sum of elements over axes, pairwise. Integers give int64 or uint64 and wrap; float32 is summed in float64. An empty sum is 0. NaN propagates. Of a list of blocks of one shape it is their sum, element by element; of a list of numbers a number.",
	},
	{
		name: "prod", values: true, fn: "NewProd", dtype: sumDType, accept: realResult, feed: feedAs, free: true,
		doc: "Product of elements over axes, with the dtypes of sum. An empty product is 1.",
	},
	{
		name: "mean", fn: "NewMean", dtype: meanDType, accept: meanResult, feed: feedAs, free: true,
		doc: "Mean over axes: a pairwise sum divided by the count. The mean of integers is float64. Over no elements it is NaN.",
	},
	{
		name: "var", fn: "NewVar", dtype: varDType, accept: inexactResult, ddof: true, free: true,
		doc: "Variance over axes, from merged moments (Chan, Golub, LeVeque), with the divisor n - ddof. Real for complex elements. Over no elements it is NaN.",
	},
	{
		name: "std", fn: "NewStd", dtype: varDType, accept: inexactResult, ddof: true, free: true,
		doc: "Standard deviation over axes: the square root of var.",
	},
	{
		name: "min", values: true, fn: "NewMin", dtype: sameDType, nonzero: "minimum",
		aliases: []string{"amin", "numpy.amin", "dask.array.reductions.chunk_min"},
		doc:     "Least element over axes. NaN propagates. Complex numbers are ordered by real, then imaginary part. Over no elements it is an error.",
	},
	{
		name: "max", values: true, fn: "NewMax", dtype: sameDType, nonzero: "maximum",
		aliases: []string{"amax", "numpy.amax", "dask.array.reductions.chunk_max"},
		doc:     "Greatest element over axes, with the rules of min.",
	},
	{
		name: "any", values: true, fn: "NewAny", dtype: alwaysBool,
		doc: "Whether some element over axes is not zero. NaN is not zero. Over no elements it is false.",
	},
	{
		name: "all", values: true, fn: "NewAll", dtype: alwaysBool,
		doc: "Whether all elements over axes are not zero. Over no elements it is true.",
	},
	{
		name: "count_nonzero", fn: "NewCountNonzero", dtype: alwaysInt,
		doc: "Number of elements over axes that are not zero.",
	},
	{
		name: "nansum", fn: "NewNanSum", dtype: sumDType, accept: realResult, feed: feedComplex, free: true,
		doc: "Sum over axes in which NaN counts as 0.",
	},
	{
		name: "nanprod", fn: "NewNanProd", dtype: sumDType, accept: realResult, feed: feedComplex, free: true,
		doc: "Product over axes in which NaN counts as 1.",
	},
	{
		name: "nanmin", fn: "NewNanMin", dtype: sameDType, nonzero: "fmin",
		aliases: []string{"dask.array.reductions._nanmin_skip"},
		doc:     "Least element over axes that is not NaN; NaN where there is none.",
	},
	{
		name: "nanmax", fn: "NewNanMax", dtype: sameDType, nonzero: "fmax",
		aliases: []string{"dask.array.reductions._nanmax_skip"},
		doc:     "Greatest element over axes that is not NaN; NaN where there is none.",
	},
	{
		name: "nanmean", fn: "NewNanMean", dtype: meanDType, accept: meanResult, feed: feedComplex, free: true,
		doc: "Mean over axes of the elements that are not NaN; NaN where there is none.",
	},
	{
		name: "nanvar", fn: "NewNanVar", dtype: varDType, accept: inexactResult, ddof: true, free: true,
		doc: "Variance over axes of the elements that are not NaN.",
	},
	{
		name: "nanstd", fn: "NewNanStd", dtype: varDType, accept: inexactResult, ddof: true, free: true,
		doc: "Standard deviation over axes of the elements that are not NaN.",
	},
}

// op returns the declaration.
func (r reduction) op() *Op {
	if r.values {
		r.aliases = append([]string{"builtins." + r.name}, r.aliases...)
	}
	op := &Op{
		Name: r.name, Aliases: numpyNames(r.name, r.aliases...), Class: Reduction, Doc: r.doc, Pure: true,
		Params: []Param{need("a"), opt("axis", noneLit())},
		Infer:  r.infer,
		Emit:   r.emit,
	}
	if r.free {
		op.Params = append(op.Params, opt("dtype", noneLit()))
	}
	if r.ddof {
		op.Params = append(op.Params, opt("ddof", intLit(0)))
	}
	op.Params = append(op.Params, opt("keepdims", boolLit(false)))
	return op
}

// result returns the dtype of the result.
func (r *reduction) result(c *Call) (ir.DType, error) {
	in := c.Args[0].Type.DType
	out := r.dtype(in)
	if r.free {
		var err error
		if out, err = c.dtypeArg("dtype", out); err != nil {
			return out, err
		}
	}
	if r.accept != nil {
		return out, r.accept(in, out)
	}
	return out, nil
}

func (r reduction) infer(c *Call) (*ir.Type, error) {
	if r.foldsValues(c) {
		return inferFoldValues(c)
	}
	if r.addsBlocks(c) {
		j, err := combined(c, "sum")
		if err != nil {
			return nil, err
		}
		return ir.BlockType(j.dtype, j.each[0].Shape...), nil
	}
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	out, err := r.result(c)
	if err != nil {
		return nil, err
	}
	if r.ddof {
		if _, err := c.floatArg("ddof"); err != nil {
			return nil, err
		}
	}
	shape, err := reducedShape(c, t)
	if err != nil {
		return nil, err
	}
	return ir.BlockType(out, shape...), r.notEmpty(t, shape)
}

// notEmpty refuses a reduction without identity over no elements.
func (r *reduction) notEmpty(t *ir.Type, out []int64) error {
	if r.nonzero == "" || !hasZero(t.Shape) || hasZero(out) {
		return nil
	}
	return fmt.Errorf("zero-size array to reduction operation %s which has no identity", r.nonzero)
}

func hasZero(shape []int64) bool {
	for _, n := range shape {
		if n == 0 {
			return true
		}
	}
	return false
}

// reducedShape returns the shape of t reduced over the arguments axis and
// keepdims.
func reducedShape(c *Call, t *ir.Type) ([]int64, error) {
	axes, err := c.axesArg("axis", t.Rank())
	if err != nil {
		return nil, err
	}
	keep, err := c.boolArg("keepdims")
	if err != nil {
		return nil, err
	}
	return dropAxes(t.Shape, axes, keep), nil
}

// dropAxes returns a shape without axes, or with length 1 in their place.
func dropAxes(shape []int64, axes []int, keep bool) []int64 {
	drop := make([]bool, len(shape))
	for _, a := range axes {
		drop[a] = true
	}
	out := []int64{}
	for i, n := range shape {
		switch {
		case !drop[i]:
			out = append(out, n)
		case keep:
			out = append(out, 1)
		}
	}
	return out
}

// foldsValues says whether the call folds a list of Python scalars or strings.
func (r *reduction) foldsValues(c *Call) bool {
	t := c.Args[0].Type
	return r.values && t != nil && t.Kind == ir.TypeList && isValue(t)
}

// addsBlocks says whether the call is Python's sum of a list of blocks.
func (r *reduction) addsBlocks(c *Call) bool {
	t := c.Args[0].Type
	return r.name == "sum" && t != nil && t.Kind == ir.TypeList && !isValue(t) && isNone(c.arg("axis"))
}

func (r reduction) emit(c *Call) GoCall {
	if r.foldsValues(c) {
		return emitFoldValues(c)
	}
	if r.addsBlocks(c) {
		j, _ := combined(c, "sum")
		return GoCall{Func: "kernel.SumCombine", Args: []GoArg{j.list(), []int{}, true}}
	}
	in := c.Args[0].Type.DType
	out, _ := r.result(c)
	if r.feed != nil {
		in = r.feed(in, out)
	}
	call := GoCall{
		Func: "kernel." + r.fn, TypeArgs: []ir.DType{in, out},
		Args: []GoArg{mustAxes(c), mustBool(c, "keepdims")},
	}
	if r.ddof {
		ddof, _ := c.floatArg("ddof")
		call.Args = append(call.Args, ddof)
	}
	return call
}

func sameDType(d ir.DType) ir.DType { return d }
func alwaysBool(ir.DType) ir.DType  { return ir.Bool }
func alwaysInt(ir.DType) ir.DType   { return ir.Int64 }

// sumDType is numpy's: small integers become int64 or uint64.
func sumDType(d ir.DType) ir.DType {
	switch d.Kind() {
	case 'b', 'i':
		return ir.Int64
	case 'u':
		return ir.Uint64
	}
	return d
}

// meanDType is float64 for integers.
func meanDType(d ir.DType) ir.DType {
	if d.Kind() == 'f' || d.Kind() == 'c' {
		return d
	}
	return ir.Float64
}

// varDType is that of the mean's real part.
func varDType(d ir.DType) ir.DType { return realType(meanDType(d)) }

// realResult refuses sums of complex numbers as real ones, and sums as bools.
func realResult(in, out ir.DType) error {
	switch {
	case out == ir.Bool:
		return fmt.Errorf("cannot be formed in bool; use any or all")
	case in.Kind() == 'c' && out.Kind() != 'c':
		return fmt.Errorf("complex elements cannot be reduced to %s; take real or imag first", out)
	}
	return nil
}

// meanResult refuses means of complex numbers as real ones, and as integers.
func meanResult(in, out ir.DType) error {
	if err := inexactResult(in, out); err != nil {
		return err
	}
	return realResult(in, out)
}

// inexactResult refuses results that are integers.
func inexactResult(_, out ir.DType) error {
	if out.Kind() != 'f' && out.Kind() != 'c' {
		return fmt.Errorf("cannot be formed in %s", out)
	}
	return nil
}

// feedComplex feeds real elements as complex ones if the result is complex. The
// reductions that leave NaN out must see it.
func feedComplex(in, out ir.DType) ir.DType {
	if out.Kind() == 'c' && in.Kind() != 'c' {
		return out
	}
	return in
}

// feedAs feeds elements in the dtype of the result where it matters: real ones
// of a complex result, floats of an integer result (each is cut off).
func feedAs(in, out ir.DType) ir.DType {
	integer := out.Kind() == 'i' || out.Kind() == 'u'
	if out.Kind() == 'c' && in.Kind() != 'c' || integer && in.Kind() == 'f' {
		return out
	}
	return in
}
