package da

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

// KeepDims stands among the axes of a reduction for the option to keep the axes
// that are reduced, with length 1: x.Mean(1, da.KeepDims).
const KeepDims = math.MinInt32

// noDDof is below all values that DDof returns.
const noDDof = math.MinInt32 + 1<<16

// DDof stands among the axes of a Std or Var for the option to divide by n-d
// instead of n: x.Std(0, da.DDof(1)).
func DDof(d int) int { return noDDof + 1<<15 + d }

// A reduction is what a call of a reduction asks for.
type reduction struct {
	axes []int
	keep bool
	ddof int
}

// parseReduction tells options from axes.
func parseReduction(args []int, rank int) (reduction, error) {
	r := reduction{}
	var axes []int
	for _, a := range args {
		switch {
		case a == KeepDims:
			r.keep = true
		case a >= noDDof && a < noDDof+1<<16:
			r.ddof = a - noDDof - 1<<15
		default:
			axes = append(axes, a)
		}
	}
	var err error
	r.axes, err = normalAxes(axes, rank)
	return r, err
}

// splitEvery is how many blocks a task of a reduction combines, as in dask: 16
// in all, 4 along each of two axes.
func (r *reduction) splitEvery() int64 {
	n := math.Floor(math.Pow(16, 1/float64(max(1, len(r.axes)))) + 1e-9)
	return max(2, int64(n))
}

// Sum returns the sum of the elements over axes, or over all. The sum of small
// integers is int64 or uint64: write da.SumAs[int64](x) for it.
func (x Array[T]) Sum(axes ...int) Array[T] {
	return reduceTo[T](record.Here(), "sum", "SumAs", x.n, axes)
}

// Prod returns the product of the elements over axes, or over all, with the
// types of Sum.
func (x Array[T]) Prod(axes ...int) Array[T] {
	return reduceTo[T](record.Here(), "prod", "ProdAs", x.n, axes)
}

// Mean returns the mean over axes, or over all elements. The mean of integers
// is float64: write da.MeanAs[float64](x) for it.
func (x Array[T]) Mean(axes ...int) Array[T] {
	return reduceTo[T](record.Here(), "mean", "MeanAs", x.n, axes)
}

// Var returns the variance over axes, or over all elements. It is merged from
// the moments of the blocks, which is stable.
func (x Array[T]) Var(axes ...int) Array[T] {
	return reduceTo[T](record.Here(), "var", "VarAs", x.n, axes)
}

// Std returns the standard deviation over axes, or over all elements.
func (x Array[T]) Std(axes ...int) Array[T] {
	return reduceTo[T](record.Here(), "std", "StdAs", x.n, axes)
}

// Min returns the least element over axes, or of all. NaN propagates.
func (x Array[T]) Min(axes ...int) Array[T] {
	return reduceTo[T](record.Here(), "min", "", x.n, axes)
}

// Max returns the greatest element over axes, or of all. NaN propagates.
func (x Array[T]) Max(axes ...int) Array[T] {
	return reduceTo[T](record.Here(), "max", "", x.n, axes)
}

// Any returns whether some element over axes, or of all, is not 0.
func (x Array[T]) Any(axes ...int) Array[bool] {
	return reduceTo[bool](record.Here(), "any", "", x.n, axes)
}

// All returns whether no element over axes, or of all, is 0.
func (x Array[T]) All(axes ...int) Array[bool] {
	return reduceTo[bool](record.Here(), "all", "", x.n, axes)
}

// CountNonzero returns how many elements over axes, or of all, are not 0.
func (x Array[T]) CountNonzero(axes ...int) Array[int64] {
	return reduceTo[int64](record.Here(), "count_nonzero", "", x.n, axes)
}

// NanSum is Sum with NaN counting as 0.
func (x Array[T]) NanSum(axes ...int) Array[T] {
	return reduceTo[T](record.Here(), "nansum", "", x.n, axes)
}

// NanProd is Prod with NaN counting as 1.
func (x Array[T]) NanProd(axes ...int) Array[T] {
	return reduceTo[T](record.Here(), "nanprod", "", x.n, axes)
}

// NanMean is Mean of the elements that are not NaN; NaN where there is none.
func (x Array[T]) NanMean(axes ...int) Array[T] {
	return reduceTo[T](record.Here(), "nanmean", "", x.n, axes)
}

// NanVar is Var of the elements that are not NaN.
func (x Array[T]) NanVar(axes ...int) Array[T] {
	return reduceTo[T](record.Here(), "nanvar", "", x.n, axes)
}

// NanStd is Std of the elements that are not NaN.
func (x Array[T]) NanStd(axes ...int) Array[T] {
	return reduceTo[T](record.Here(), "nanstd", "", x.n, axes)
}

// NanMin is Min of the elements that are not NaN; NaN where there is none.
func (x Array[T]) NanMin(axes ...int) Array[T] {
	return reduceTo[T](record.Here(), "nanmin", "", x.n, axes)
}

// NanMax is Max of the elements that are not NaN; NaN where there is none.
func (x Array[T]) NanMax(axes ...int) Array[T] {
	return reduceTo[T](record.Here(), "nanmax", "", x.n, axes)
}

// SumAs returns the sum in the type U, to which the elements are converted
// unless U is the sum's own type.
func SumAs[U, T rt.Elem](x Array[T], axes ...int) Array[U] {
	return reduceAs[U](record.Here(), "sum", x.n, axes)
}

// ProdAs returns the product in the type U, as SumAs the sum.
func ProdAs[U, T rt.Elem](x Array[T], axes ...int) Array[U] {
	return reduceAs[U](record.Here(), "prod", x.n, axes)
}

// MeanAs returns the mean in the type U, as SumAs the sum.
func MeanAs[U, T rt.Elem](x Array[T], axes ...int) Array[U] {
	return reduceAs[U](record.Here(), "mean", x.n, axes)
}

// VarAs returns the variance in the type U, as SumAs the sum.
func VarAs[U, T rt.Elem](x Array[T], axes ...int) Array[U] {
	return reduceAs[U](record.Here(), "var", x.n, axes)
}

// StdAs returns the standard deviation in the type U, as SumAs the sum.
func StdAs[U, T rt.Elem](x Array[T], axes ...int) Array[U] {
	return reduceAs[U](record.Here(), "std", x.n, axes)
}

// reduceTo records a reduction whose result must have U's dtype. As is the name
// of the function that gives other dtypes.
func reduceTo[U rt.Elem](c *record.Caller, name, as string, x *node, args []int) Array[U] {
	if !usable(c, x) {
		return wrap[U](badNode())
	}
	gives, err := reducedType(name, x)
	if err != nil {
		return wrap[U](misuse(c, record.CodeTypeMismatch, "", "%s: %v", name, err))
	}
	if want := dtypeOf[U](); gives != want {
		hint := ""
		if as != "" {
			hint = fmt.Sprintf("write da.%s[%s](x, ...)", as, gives)
		}
		return wrap[U](misuse(c, record.CodeTypeMismatch, hint, "%s of %s gives %s, not %s", name, x.dtype, gives, want))
	}
	return wrap[U](reduce(c, newGroup(name), name, x.settled(c), args, gives))
}

// reduceAs records a reduction in U's dtype, for which the elements are
// converted first if need be.
func reduceAs[U rt.Elem](c *record.Caller, name string, x *node, args []int) Array[U] {
	if !usable(c, x) {
		return wrap[U](badNode())
	}
	group, want := newGroup(name), dtypeOf[U]()
	x = x.settled(c)
	if gives, err := reducedType(name, x); err != nil || gives != want {
		b := newLayer(c, group, "astype", want, x.chunks)
		x = b.finish(op("astype", b.operand(x.layer, x.blockType(), identity(x.rank())...), dtypeExpr(want)))
		if gives, err = reducedType(name, x); err == nil && gives != want {
			err = fmt.Errorf("cannot be formed in %s", want)
		}
		if err != nil {
			return wrap[U](misuse(c, record.CodeTypeMismatch, "", "%s: %v", name, err))
		}
	}
	return wrap[U](reduce(c, group, name, x, args, want))
}

// reducedType is the dtype that a reduction of x gives.
func reducedType(name string, x *node) (ir.DType, error) {
	t, err := infer(op(name, &ir.Expr{Kind: ir.ExprOperand, Type: ir.BlockType(x.dtype, -1)}))
	if err != nil {
		return ir.NoDType, err
	}
	return t.DType, nil
}

// reduce records a reduction: of one block by the op itself, of many by a tree.
func reduce(c *record.Caller, group, name string, x *node, args []int, d ir.DType) *node {
	r, err := parseReduction(args, x.rank())
	if err != nil {
		return misuse(c, record.CodeBadDSL, "", "%s: %v", name, err)
	}
	if (strings.HasSuffix(name, "min") || strings.HasSuffix(name, "max")) && r.emptyOver(x) {
		return misuse(c, record.CodeWrongShape, "", "%s: no elements along the reduced axes", name)
	}
	if x.pieces != nil && !slices.ContainsFunc(x.joined, func(k int) bool { return slices.Contains(r.axes, k) }) {
		return reducePieces(c, group, name, x, args, r, d)
	}
	t := &tree{c: c, group: group, x: x, reduction: r, dtype: d}
	if r.blocks(x) == 1 {
		return t.single(name)
	}
	if slices.Contains([]string{"mean", "var", "std"}, strings.TrimPrefix(name, "nan")) {
		t.moments(name)
	} else {
		t.sameOp(name)
	}
	return t.build()
}

// reducePieces reduces a rechunked array whose blocks are joined along axes that
// stay: each piece is reduced, and the results are joined. They are the same, as
// elements of the result do not depend on each other, but a block need only be
// there as long as its own pieces are reduced, and nothing is joined that is
// large.
func reducePieces(c *record.Caller, group, name string, x *node, args []int, r reduction, d ir.DType) *node {
	y := reduce(c, group+".pieces", name, x.pieces, args, d)
	var to [][]int64
	for k, sizes := range x.chunks {
		switch {
		case !slices.Contains(r.axes, k):
			to = append(to, sizes)
		case r.keep:
			to = append(to, []int64{1})
		}
	}
	return merge(c, group, y, to)
}

// emptyOver says whether there is nothing to reduce, for a result that has
// elements.
func (r *reduction) emptyOver(x *node) bool {
	empty := false
	for k, n := range x.shape() {
		if n == 0 {
			if !slices.Contains(r.axes, k) {
				return false
			}
			empty = true
		}
	}
	return empty
}

// blocks is the number of blocks that one block of the result comes from.
func (r *reduction) blocks(x *node) int {
	n := 1
	for _, a := range r.axes {
		n *= len(x.chunks[a])
	}
	return n
}
