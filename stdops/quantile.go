package stdops

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// QuantileMethods are NumPy's ways to take a quantile that lies between two
// elements. The discrete ones, which give an element itself, come first.
var QuantileMethods = []string{
	"lower", "higher", "nearest", "inverted_cdf", "closest_observation",
	"linear", "midpoint", "hazen", "weibull", "median_unbiased", "normal_unbiased", "averaged_inverted_cdf", "interpolated_inverted_cdf",
}

const discreteMethods = 5

// DiscreteQuantile says whether a method gives elements, in their dtype.
func DiscreteQuantile(method string) bool {
	return slices.Contains(QuantileMethods[:discreteMethods], method)
}

const quantileDoc = "over axes, exactly. A list of q gives an axis of results, which comes first. " +
	"method is one of NumPy's: linear, lower, higher, midpoint, nearest, inverted_cdf, averaged_inverted_cdf, closest_observation, interpolated_inverted_cdf, hazen, weibull, median_unbiased, normal_unbiased. " +
	"Those that give an element keep the dtype; the others give float64, and float32 of float32 for a single q. Positions are computed in float64. "

const (
	nanSpreads = "NaN anywhere gives NaN."
	nanSkipped = "NaN is passed over; of nothing else the result is NaN."
)

func init() {
	register(
		quantileOp("quantile", "q-quantiles", nanSpreads), quantileOp("nanquantile", "q-quantiles", nanSkipped),
		quantileOp("percentile", "q-percentiles (q from 0 to 100)", nanSpreads), quantileOp("nanpercentile", "q-percentiles (q from 0 to 100)", nanSkipped),
		medianOp("median", nanSpreads+" Of no elements it is NaN."), medianOp("nanmedian", nanSkipped),
		&Op{
			Name: "quantile_count", Class: Reduction, Pure: true,
			Doc: "A step of exact quantiles of an array of many blocks: counts the elements of x by digit number digit of their sort keys (the most significant one is 0; " +
				"a digit has 16 bits, or 8 for dtypes of one byte). With a state, row i counts the elements whose more significant digits are those of row i of the state, " +
				"if no row before has the same. Counts of several blocks are added.",
			Params: []Param{need("x"), {Name: "state", Default: noneLit()}, opt("digit", intLit(0))},
			Infer:  inferQuantileCount, Emit: emitQuantileCount,
		},
		&Op{
			Name: "quantile_select", Class: Kernel, Pure: true,
			Doc: "The step after quantile_count: finds the next digit of the elements on either side of each quantile in the counts of all blocks. " +
				"A row of the state has the digits found, how many elements with these digits come before, and the weight of the second element of the pair as the bits of a float64. " +
				"The first step, which has no state, needs the quantiles q (from 0 to 1), their method (or median), and skipnan.",
			Params: []Param{need("counts"), {Name: "state", Default: noneLit()}, static("dtype"), opt("q", noneLit()), opt("method", strLit("linear")), opt("skipnan", boolLit(false))},
			Infer:  inferQuantileSelect, Emit: emitQuantileSelect,
		},
		&Op{
			Name: "quantile_agg", Class: Kernel, Pure: true,
			Doc: "The last step of exact quantiles: the quantiles of elements of dtype whose digits are all found. The result has an axis of quantiles, unless scalar is true, and " +
				"keepdims axes of length 1.",
			Params: []Param{need("state"), static("dtype"), opt("method", strLit("linear")), opt("scalar", boolLit(false)), opt("keepdims", intLit(0))},
			Infer:  inferQuantileAgg, Emit: emitQuantileAgg,
		},
	)
}

func strLit(s string) *ir.Expr {
	return literalExpr(&ir.Const{Kind: ir.ConstString, Str: s}, ir.TypeString, ir.NoDType)
}

func quantileOp(name, what, nan string) *Op {
	return &Op{
		Name: name, Class: Kernel, Pure: true, Aliases: numpyNames(name),
		Doc:    "The " + what + " of a " + quantileDoc + nan,
		Params: []Param{need("a"), static("q"), opt("axis", noneLit()), opt("method", strLit("linear")), opt("keepdims", boolLit(false))},
		Infer:  inferQuantile, Emit: emitQuantile,
	}
}

func medianOp(name, nan string) *Op {
	return &Op{
		Name: name, Class: Kernel, Pure: true, Aliases: numpyNames(name),
		Doc:    "The median of a over axes: the mean of the two elements in the middle, or the one. It is float32 of float32, else float64. " + nan,
		Params: []Param{need("a"), opt("axis", noneLit()), opt("keepdims", boolLit(false))},
		Infer:  inferMedian, Emit: emitMedian,
	}
}

// floatsArg returns a list of real literals; one number counts as a list of
// one, and then single is true.
func (c *Call) floatsArg(name string) (list []float64, single bool, err error) {
	e := c.arg(name)
	items := []*ir.Expr{e}
	if e.Kind == ir.ExprList || e.Kind == ir.ExprTuple {
		items = e.Args
	} else {
		single = true
	}
	for _, a := range items {
		switch {
		case isConst(a, ir.ConstInt):
			list = append(list, float64(a.Const.Int))
		case isConst(a, ir.ConstFloat):
			list = append(list, a.Const.Float)
		default:
			return nil, false, fmt.Errorf("%s must be a number literal or a list of them", name)
		}
	}
	return list, single, nil
}

// A quantileCall is the arguments of quantile and the like.
type quantileCall struct {
	q      []float64 // from 0 to 1
	single bool
	method string
}

// fractions returns q as fractions: full is what stands for 1.
func (c *Call) fractions(full float64) (*quantileCall, error) {
	q := &quantileCall{}
	var err error
	if q.q, q.single, err = c.floatsArg("q"); err != nil {
		return nil, err
	}
	for i, v := range q.q {
		if q.q[i] = v / full; !(v >= 0 && v <= full) {
			return nil, fmt.Errorf("q must be from 0 to %v, not %v", full, v)
		}
	}
	q.method, err = c.methodArg()
	return q, err
}

// methodArg returns the method of a quantile.
func (c *Call) methodArg() (string, error) {
	e := c.arg("method")
	if !isConst(e, ir.ConstString) {
		return "", errors.New("method must be a string")
	}
	if m := e.Const.Str; m == "median" && strings.HasPrefix(c.Op.Name, "quantile_") || slices.Contains(QuantileMethods, m) {
		return m, nil
	}
	return "", fmt.Errorf("there is no method %q: it is one of %s", e.Const.Str, strings.Join(QuantileMethods, ", "))
}

// quantileDType returns the dtype of a quantile of elements of d.
func quantileDType(d ir.DType, method string, single bool) (ir.DType, error) {
	switch {
	case d.Kind() == 'c':
		return ir.NoDType, errors.New("complex numbers have no order")
	case DiscreteQuantile(method), d == ir.Float32 && single:
		return d, nil
	case d == ir.Bool && method != "median":
		return ir.NoDType, fmt.Errorf("bools have no values between them: the method is one of %s", strings.Join(QuantileMethods[:discreteMethods], ", "))
	}
	return ir.Float64, nil
}

func inferQuantile(c *Call) (*ir.Type, error) {
	full := 1.0
	if strings.HasSuffix(c.Op.Name, "percentile") {
		full = 100
	}
	q, err := c.fractions(full)
	if err != nil {
		return nil, err
	}
	t, err := c.quantileType(q.method, q.single)
	if err == nil && !q.single {
		t.Shape = append([]int64{int64(len(q.q))}, t.Shape...)
	}
	return t, err
}

// quantileType returns the type of one quantile.
func (c *Call) quantileType(method string, single bool) (*ir.Type, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	axes, err := c.axesArg("axis", t.Rank())
	if err != nil {
		return nil, err
	}
	keep, err := c.boolArg("keepdims")
	if err != nil {
		return nil, err
	}
	d, err := quantileDType(t.DType, method, single)
	if err != nil {
		return nil, err
	}
	shape := []int64{}
	for k, n := range t.Shape {
		switch {
		case !slices.Contains(axes, k):
			shape = append(shape, n)
		case keep:
			shape = append(shape, 1)
		}
	}
	return ir.BlockType(d, shape...), nil
}

func inferMedian(c *Call) (*ir.Type, error) { return c.quantileType("median", true) }

// floats is a list of numbers as a Go slice.
func floats(list []float64) GoCall {
	args := make([]GoArg, len(list))
	for i, v := range list {
		args[i] = v
	}
	return GoCall{Func: "kernel.Floats", Args: args}
}

func emitQuantile(c *Call) GoCall {
	full := 1.0
	if strings.HasSuffix(c.Op.Name, "percentile") {
		full = 100
	}
	q, _ := c.fractions(full)
	return c.quantile(q.q, q.single, q.method)
}

func emitMedian(c *Call) GoCall { return c.quantile([]float64{0.5}, true, "median") }

func (c *Call) quantile(q []float64, single bool, method string) GoCall {
	d := c.Args[0].Type.DType
	out, _ := quantileDType(d, method, single)
	return GoCall{
		Func: "kernel.Quantile", TypeArgs: []ir.DType{d, out},
		Args: []GoArg{c.Args[0], floats(q), single, mustAxes(c), mustBool(c, "keepdims"), method, strings.HasPrefix(c.Op.Name, "nan")},
	}
}

// digitBits is the number of bits of a digit of the sort keys of a dtype.
func digitBits(d ir.DType) int64 { return min(16, 8*d.Size()) }

// QuantileDigits is the number of digits of the sort keys of a dtype.
func QuantileDigits(d ir.DType) int { return int(8 * d.Size() / digitBits(d)) }

// stateArg returns the number of rows of the state, 0 without one.
func (c *Call) stateArg() (int64, error) {
	e := c.arg("state")
	if isNone(e) {
		return 0, nil
	}
	if t := e.Type; t == nil || t.Kind != ir.TypeBlock || t.DType != ir.Uint64 || t.Rank() != 2 {
		return 0, fmt.Errorf("state is %s, not what quantile_select gives", e.Type)
	}
	return e.Type.Shape[0], nil
}

func inferQuantileCount(c *Call) (*ir.Type, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	rows, err := c.stateArg()
	if err != nil {
		return nil, err
	}
	digit, err := c.intArg("digit")
	if err != nil {
		return nil, err
	}
	if t.DType.Kind() == 'c' {
		return nil, errors.New("complex numbers have no order")
	}
	if digit < 0 || digit >= QuantileDigits(t.DType) || (digit == 0) != (rows == 0) {
		return nil, fmt.Errorf("there is no digit %d with %d rows of state: %s has %d digits", digit, rows, t.DType, QuantileDigits(t.DType))
	}
	if rows == 0 {
		rows = 1
	}
	return ir.BlockType(ir.Int64, rows, 1<<digitBits(t.DType)), nil
}

func emitQuantileCount(c *Call) GoCall {
	digit, _ := c.intArg("digit")
	d := []ir.DType{c.Args[0].Type.DType}
	if digit == 0 {
		return GoCall{Func: "kernel.NewDigitCount", TypeArgs: d}
	}
	return GoCall{Func: "kernel.NewDigitCountNext", TypeArgs: d, Args: []GoArg{c.arg("state"), digit}}
}

func inferQuantileSelect(c *Call) (*ir.Type, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	rows, err := c.stateArg()
	if err != nil {
		return nil, err
	}
	d, err := c.dtypeArg("dtype", ir.NoDType)
	if err != nil {
		return nil, err
	}
	if t.DType != ir.Int64 || t.Rank() != 2 || t.Shape[1] != 1<<digitBits(d) {
		return nil, fmt.Errorf("counts is %s, not what quantile_count gives of %s", t, d)
	}
	if rows == 0 {
		q, err := c.fractions(1)
		if err != nil {
			return nil, err
		}
		rows = 2 * int64(len(q.q))
	}
	return ir.BlockType(ir.Uint64, rows, 3), nil
}

func emitQuantileSelect(c *Call) GoCall {
	d, _ := c.dtypeArg("dtype", ir.NoDType)
	if !isNone(c.arg("state")) {
		return GoCall{Func: "kernel.QuantileSelectNext", Args: []GoArg{c.Args[0], c.arg("state")}}
	}
	q, _ := c.fractions(1)
	return GoCall{Func: "kernel.QuantileSelect", Args: []GoArg{c.Args[0], floats(q.q), q.method, mustBool(c, "skipnan"), d.Kind() == 'f'}}
}

func inferQuantileAgg(c *Call) (*ir.Type, error) {
	rows, err := c.stateArg()
	if err != nil {
		return nil, err
	}
	method, err := c.methodArg()
	if err != nil {
		return nil, err
	}
	single, err := c.boolArg("scalar")
	if err != nil {
		return nil, err
	}
	d, err := c.dtypeArg("dtype", ir.NoDType)
	if err != nil {
		return nil, err
	}
	keep, err := c.intArg("keepdims")
	if err != nil || rows < 2 || keep < 0 {
		return nil, errors.New("needs a state, and a number of axes that is not negative")
	}
	if d, err = quantileDType(d, method, single); err != nil {
		return nil, err
	}
	var shape []int64
	if !single {
		shape = []int64{rows / 2}
	}
	return ir.BlockType(d, append(shape, slices.Repeat([]int64{1}, keep)...)...), nil
}

func emitQuantileAgg(c *Call) GoCall {
	d, _ := c.dtypeArg("dtype", ir.NoDType)
	method, _ := c.methodArg()
	single := mustBool(c, "scalar")
	keep, _ := c.intArg("keepdims")
	out, _ := quantileDType(d, method, single)
	return GoCall{Func: "kernel.QuantileAgg", TypeArgs: []ir.DType{d, out}, Args: []GoArg{c.Args[0], method == "median", DiscreteQuantile(method), single, keep}}
}
