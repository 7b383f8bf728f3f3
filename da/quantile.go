package da

import (
	"fmt"
	"slices"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/stdops"
)

// A QuantileMethod says what a quantile is that lies between two elements, as
// in NumPy.
type QuantileMethod string

// The methods. The first five give an element itself, the others a number
// between two.
const (
	Lower                   QuantileMethod = "lower"
	Higher                  QuantileMethod = "higher"
	NearestElement          QuantileMethod = "nearest"
	InvertedCDF             QuantileMethod = "inverted_cdf"
	ClosestObservation      QuantileMethod = "closest_observation"
	Linear                  QuantileMethod = "linear"
	Midpoint                QuantileMethod = "midpoint"
	Hazen                   QuantileMethod = "hazen"
	Weibull                 QuantileMethod = "weibull"
	MedianUnbiased          QuantileMethod = "median_unbiased"
	NormalUnbiased          QuantileMethod = "normal_unbiased"
	AveragedInvertedCDF     QuantileMethod = "averaged_inverted_cdf"
	InterpolatedInvertedCDF QuantileMethod = "interpolated_inverted_cdf"
)

// Quantile returns the quantiles q, from 0 to 1, of the elements over axes, or of
// all: an array with an axis of quantiles in front. They are exact, whatever the
// chunks. U is the element type of x for the methods that give elements, and
// float64 for the others. NaN propagates.
//
// Over all elements of an array of many blocks, the digits of the elements that
// are looked for are found one after the other: in one pass over the blocks for
// each 16 bits of the element type, and memory that does not depend on the size.
// Over some axes, the array is rechunked so that these are whole in each block.
func Quantile[U, T rt.Elem](x Array[T], q []float64, method QuantileMethod, axes ...int) Array[U] {
	s := &quantiles{c: record.Here(), what: "Quantile", name: "quantile", q: q, method: string(method)}
	return wrap[U](s.of(x.n, dtypeOf[U](), axes))
}

// Percentile is Quantile with q from 0 to 100.
func Percentile[U, T rt.Elem](x Array[T], q []float64, method QuantileMethod, axes ...int) Array[U] {
	s := &quantiles{c: record.Here(), what: "Percentile", name: "quantile", q: percents(q), method: string(method)}
	return wrap[U](s.of(x.n, dtypeOf[U](), axes))
}

// NanQuantile is Quantile of the elements that are not NaN; NaN where there is
// none.
func NanQuantile[U, T rt.Elem](x Array[T], q []float64, method QuantileMethod, axes ...int) Array[U] {
	s := &quantiles{c: record.Here(), what: "NanQuantile", name: "nanquantile", q: q, method: string(method)}
	return wrap[U](s.of(x.n, dtypeOf[U](), axes))
}

// NanPercentile is Percentile of the elements that are not NaN; NaN where there
// is none.
func NanPercentile[U, T rt.Elem](x Array[T], q []float64, method QuantileMethod, axes ...int) Array[U] {
	s := &quantiles{c: record.Here(), what: "NanPercentile", name: "nanquantile", q: percents(q), method: string(method)}
	return wrap[U](s.of(x.n, dtypeOf[U](), axes))
}

// Median returns the median over axes, or of all elements: exactly, as Quantile.
// The median of integers is float64: write da.MedianAs[float64](x) for it. NaN
// propagates.
func (x Array[T]) Median(axes ...int) Array[T] { return median[T](record.Here(), "Median", x.n, axes) }

// NanMedian is Median of the elements that are not NaN; NaN where there is none.
func (x Array[T]) NanMedian(axes ...int) Array[T] {
	return median[T](record.Here(), "NanMedian", x.n, axes)
}

// MedianAs is Median in the type U: float32 for float32, else float64.
func MedianAs[U, T rt.Elem](x Array[T], axes ...int) Array[U] {
	return median[U](record.Here(), "MedianAs", x.n, axes)
}

// NanMedianAs is NanMedian in the type U: float32 for float32, else float64.
func NanMedianAs[U, T rt.Elem](x Array[T], axes ...int) Array[U] {
	return median[U](record.Here(), "NanMedianAs", x.n, axes)
}

func median[U rt.Elem](c *record.Caller, what string, x *node, axes []int) Array[U] {
	s := &quantiles{c: c, what: what, name: "median", q: []float64{0.5}, method: "median", single: true}
	if what[0] == 'N' {
		s.name = "nanmedian"
	}
	return wrap[U](s.of(x, dtypeOf[U](), axes))
}

func percents(q []float64) []float64 {
	out := slices.Clone(q)
	for i := range out {
		out[i] /= 100
	}
	return out
}

// quantiles is what a call of Quantile or Median asks for.
type quantiles struct {
	reduction
	c      *record.Caller
	what   string // for messages
	name   string // of the op
	q      []float64
	method string
	single bool // the result has no axis of quantiles
	group  string
}

// of records the quantiles of an array.
func (s *quantiles) of(x *node, d ir.DType, args []int) *node {
	if !usable(s.c, x) {
		return badNode()
	}
	x = x.settled(s.c)
	s.group = newGroup(s.name)
	var err error
	if s.reduction, err = parseReduction(args, x.rank()); err != nil {
		return misuse(s.c, record.CodeBadDSL, "", "%s: %v", s.what, err)
	}
	if err := s.check(x, d); err != nil {
		return misuse(s.c, record.CodeTypeMismatch, "", "%s: %v", s.what, err)
	}
	if s.emptyOver(x) && s.name == "quantile" {
		return misuse(s.c, record.CodeWrongShape, "", "%s: no elements along the reduced axes", s.what)
	}
	if len(s.axes) == x.rank() && s.blocks(x) > 1 {
		return s.byDigits(x, d)
	}
	return s.whole(x, d)
}

// check infers the type of the result by the op's own declaration.
func (s *quantiles) check(x *node, d ir.DType) error {
	t, err := infer(s.kernel(&ir.Expr{Kind: ir.ExprOperand, Type: ir.BlockType(x.dtype, slices.Repeat([]int64{1}, x.rank())...)}))
	if err != nil {
		return err
	}
	if t.DType != d {
		return fmt.Errorf("of %s it is %s, not %s", x.dtype, t.DType, d)
	}
	return nil
}

// kernel applies the op to a block.
func (s *quantiles) kernel(e *ir.Expr) *ir.Expr {
	if s.single {
		e = op(s.name, e)
	} else {
		e = with(op(s.name, e, s.fractions()), "method", stringExpr(s.method))
	}
	with(e, "axis", intList(s.axes))
	if s.keep {
		with(e, "keepdims", boolExpr(true))
	}
	return e
}

// fractions are the quantiles as a list of literals.
func (s *quantiles) fractions() *ir.Expr {
	l := list()
	for _, q := range s.q {
		l.Args = append(l.Args, floatExpr(q))
	}
	l.Type = ir.ListType(ir.ScalarType(ir.Float64))
	return l
}

// whole records quantiles of blocks that hold the reduced axes whole. The other
// axes are cut finer, so that blocks do not become larger.
func (s *quantiles) whole(x *node, d ir.DType) *node {
	to := slices.Clone(x.chunks)
	factor := int64(1)
	for _, a := range s.axes {
		n := sum(x.chunks[a])
		factor *= max(1, n/max(1, slices.Max(x.chunks[a])))
		to[a] = []int64{n}
	}
	for k := range to {
		if !slices.Contains(s.axes, k) && factor > 1 {
			var fine int64
			to[k], fine = thinner(x.chunks[k], factor)
			factor = (factor + fine - 1) / fine
		}
	}
	x = rechunk(s.c, s.group+".rechunk", x, to)
	var chunks [][]int64
	if !s.single {
		chunks = [][]int64{{int64(len(s.q))}}
	}
	access := make([]ir.AxisAccess, x.rank())
	for k := range access {
		if !slices.Contains(s.axes, k) {
			chunks = append(chunks, x.chunks[k])
		} else if s.keep {
			chunks = append(chunks, []int64{1})
		}
	}
	b := newLayer(s.c, s.group, "", d, chunks)
	out := 0
	if !s.single {
		out = 1
	}
	for k := range access {
		reduced := slices.Contains(s.axes, k)
		access[k] = fixed(0)
		if !reduced {
			access[k] = same(out, len(chunks))
		}
		if !reduced || s.keep {
			out++
		}
	}
	return b.finish(s.kernel(b.operand(x.layer, x.blockType(), access...)))
}

// thinner cuts chunks up to so many times finer, and returns how many.
func thinner(chunks []int64, factor int64) (out []int64, fine int64) {
	fine = min(factor, max(1, slices.Max(chunks)))
	size := max(1, slices.Max(chunks)/fine)
	for _, c := range chunks {
		out = append(out, cut(c, size)...)
	}
	return out, fine
}

// byDigits records quantiles of all elements of many blocks: for each digit of
// the elements' sort keys a tree that counts, and a task that selects.
func (s *quantiles) byDigits(x *node, d ir.DType) *node {
	var state *ir.Layer
	for digit := range stdops.QuantileDigits(x.dtype) {
		state = s.digit(x, digit, state)
	}
	shape := [][]int64{}
	if !s.single {
		shape = append(shape, []int64{int64(len(s.q))})
	}
	keep := 0
	if s.keep {
		keep = x.rank()
	}
	shape = append(shape, slices.Repeat([][]int64{{1}}, keep)...)
	b := newLayer(s.c, s.group, "", d, shape)
	e := with(op("quantile_agg", b.operand(state, nil, origin(len(state.Grid))...), dtypeExpr(x.dtype)), "method", stringExpr(s.method))
	if s.single {
		with(e, "scalar", boolExpr(true))
	}
	if keep > 0 {
		with(e, "keepdims", intExpr(int64(keep)))
	}
	return b.finish(e)
}

// origin is the access to the first index of all axes.
func origin(rank int) []ir.AxisAccess { return make([]ir.AxisAccess, rank) }

// countsAtOnce is how many counts are added at a time. They may be larger than the
// blocks that they are of: 3 MiB for three quantiles.
const countsAtOnce = 4

// digit records the layers that find a digit, and returns that of the state.
func (s *quantiles) digit(x *node, digit int, state *ir.Layer) *ir.Layer {
	group := fmt.Sprintf("%s.%d", s.group, digit)
	t := &tree{c: s.c, group: group, x: x, reduction: reduction{axes: s.axes}}
	t.combine = func(l *ir.Expr) *ir.Expr { return op("sum_combine", l) }
	b := newGridLayer(s.c, group, "count", gridOf(x.chunks))
	count := op("quantile_count", b.operand(x.layer, x.blockType(), identity(x.rank())...))
	if state != nil {
		with(with(count, "state", b.operand(state, nil, origin(len(state.Grid))...)), "digit", intExpr(int64(digit)))
	}
	b.next(ir.Set{}, count)
	l := b.l
	for level := 1; t.wide(l.Grid, countsAtOnce); level++ {
		l = t.combineLayer(l, level, countsAtOnce)
	}
	sel := newGridLayer(s.c, group, "select", ir.Grid{})
	all := make([]ir.AxisAccess, len(l.Grid))
	for k := range all {
		all[k] = allOf(l.Grid[k].N)
	}
	e := with(op("quantile_select", t.combine(sel.operand(l, nil, all...))), "dtype", dtypeExpr(x.dtype))
	if state != nil {
		with(e, "state", sel.operand(state, nil))
	} else {
		with(with(e, "q", s.fractions()), "method", stringExpr(s.method))
		if s.name[0] == 'n' {
			with(e, "skipnan", boolExpr(true))
		}
	}
	sel.next(ir.Set{}, e)
	return sel.l
}
