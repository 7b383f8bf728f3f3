package ref

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

func init() {
	for _, name := range []string{"quantile", "nanquantile", "percentile", "nanpercentile", "median", "nanmedian"} {
		kernels[name] = quantile
	}
	kernels["quantile_count"], kernels["quantile_select"], kernels["quantile_agg"] = quantileCount, quantileSelect, quantileAgg
}

// quantile sorts what each element of the result comes from.
func quantile(c *call, want *ir.Type) (Value, error) {
	x := c.value(0)
	shape, cells := group(x, c.axes("axis", len(x.Type.Shape)), c.flag("keepdims"))
	qs, method := []float64{0.5}, "median"
	if strings.HasSuffix(c.Op.Name, "ile") {
		qs, method = c.floats("q"), c.get("method").Elems[0].(string)
	}
	var elems []any
	for _, q := range qs {
		if strings.HasSuffix(c.Op.Name, "percentile") {
			q /= 100
		}
		for _, cell := range cells {
			v, err := quantileOf(elemsOf(cell), q, method, strings.HasPrefix(c.Op.Name, "nan"), want.DType)
			if err != nil {
				return Value{}, err
			}
			elems = append(elems, v)
		}
	}
	if len(want.Shape) > len(shape) {
		shape = append([]int64{int64(len(qs))}, shape...)
	}
	return Block(want.DType, elems, shape...), nil
}

// floats returns an argument that is a number or a list of them.
func (c *call) floats(name string) []float64 {
	v := c.get(name)
	if v.Type.Kind != ir.TypeList && v.Type.Kind != ir.TypeTuple {
		return []float64{c.float(name)}
	}
	var list []float64
	for _, item := range v.Items {
		list = append(list, convert(item.Elems[0], ir.Float64).(float64))
	}
	return list
}

func quantileOf(x []any, q float64, method string, skip bool, d ir.DType) (any, error) {
	numbers := slices.DeleteFunc(slices.Clone(x), isNaN)
	switch {
	case len(x) == 0 && !skip && method != "median":
		return nil, fmt.Errorf("there is no quantile of no elements")
	case len(numbers) == 0, len(numbers) < len(x) && !skip:
		return convert(math.NaN(), d), nil
	}
	slices.SortFunc(numbers, compareReal)
	lo, hi, t := quantilePosition(float64(len(numbers)), q, method)
	return weigh(numbers[int(lo)], numbers[int(hi)], t, method, d), nil
}

// compareReal orders elements of one real dtype.
func compareReal(a, b any) int {
	switch a := a.(type) {
	case int64:
		return cmp.Compare(a, b.(int64))
	case uint64:
		return cmp.Compare(a, b.(uint64))
	}
	return cmp.Compare(convert(a, ir.Float64).(float64), convert(b, ir.Float64).(float64))
}

// quantilePosition returns the elements of n beside quantile q, and the weight of
// the second one, as numpy.quantile describes its methods.
func quantilePosition(n, q float64, method string) (lo, hi, t float64) {
	clip := func(i float64) float64 { return max(0, min(n-1, i)) }
	h, parameters := (n-1)*q, map[string][2]float64{
		"interpolated_inverted_cdf": {0, 1}, "hazen": {.5, .5}, "weibull": {}, "median_unbiased": {1 / 3., 1 / 3.}, "normal_unbiased": {3 / 8., 3 / 8.},
		"averaged_inverted_cdf": {0, 1}, "inverted_cdf": {0, 1},
	}
	if ab, ok := parameters[method]; ok {
		h = n*q + (ab[0] + q*(1-ab[0]-ab[1])) - 1
	}
	switch method {
	case "inverted_cdf", "higher":
		h = math.Ceil(h)
	case "lower":
		h = math.Floor(h)
	case "nearest":
		h = math.RoundToEven(h)
	case "closest_observation":
		if h = n*q - 1.5; h != math.Floor(h) || math.Mod(h, 2) == 0 {
			h = math.Floor(h) + 1
		}
	case "midpoint":
		h = (math.Floor(h) + math.Ceil(h)) / 2
	case "median":
		h = (n - 1) / 2
	}
	lo, hi, t = clip(math.Floor(h)), clip(math.Floor(h)+1), h-math.Floor(h)
	if h < 0 {
		hi = 0
	}
	if method == "averaged_inverted_cdf" {
		t = map[bool]float64{true: 0.5, false: 1}[t == 0]
	}
	if stdops.DiscreteQuantile(method) || method == "median" && t == 0 {
		hi = lo
	}
	return lo, hi, t
}

// weigh returns the value between two elements, in dtype d.
func weigh(a, b any, t float64, method string, d ir.DType) any {
	if stdops.DiscreteQuantile(method) {
		return a
	}
	x, y := convert(a, ir.Float64).(float64), convert(b, ir.Float64).(float64)
	gap := y - x
	switch b := b.(type) {
	case int64:
		gap = float64(uint64(b) - uint64(a.(int64)))
	case uint64:
		gap = float64(b - a.(uint64))
	case float32:
		gap = float64(b - a.(float32))
	}
	switch {
	case method == "median" && x == y:
	case method == "median" && d == ir.Float32:
		return (float32(x) + float32(y)) / 2
	case method == "median":
		x = (x + y) / 2
	case d == ir.Float32 && t >= 0.5:
		return float32(y) - float32(float32(gap)*(1-float32(t)))
	case d == ir.Float32:
		return float32(x) + float32(float32(gap)*float32(t))
	case t >= 0.5:
		x = y - float64(gap*(1-t))
	default:
		x += float64(gap * t)
	}
	return convert(x, d)
}

// keyOf returns the sort key of an element: its place in the order of all
// elements of its dtype.
func keyOf(x any) uint64 {
	sign := func(bits, top uint64) uint64 {
		if bits&top != 0 {
			return ^bits & (top<<1 - 1)
		}
		return bits | top
	}
	switch v := x.(type) {
	case bool:
		return convert(v, ir.Uint64).(uint64)
	case float32:
		if v != v {
			return math.MaxUint32
		}
		return sign(uint64(math.Float32bits(v)), 1<<31)
	case float64:
		if v != v {
			return math.MaxUint64
		}
		return sign(math.Float64bits(v), 1<<63)
	}
	d := dtypeOf(x)
	if d.Kind() == 'u' {
		return convert(x, ir.Uint64).(uint64)
	}
	half := uint64(1) << (8*d.Size() - 1)
	return (uint64(convert(x, ir.Int64).(int64)) + half) & (half<<1 - 1)
}

// elementWith returns the element of a dtype that has a key.
func elementWith(key uint64, d ir.DType) any {
	top := uint64(1) << (8*d.Size() - 1)
	switch d.Kind() {
	case 'f':
		bits := key ^ top
		if key&top == 0 {
			bits = ^key & (top<<1 - 1)
		}
		if d == ir.Float32 {
			return math.Float32frombits(uint32(bits))
		}
		return math.Float64frombits(bits)
	case 'i':
		return convert(int64(key-top), d)
	case 'b':
		return key != 0
	}
	return convert(key, d)
}

// stateRows returns the rows of the state of quantile_select.
func (c *call) stateRows() [][3]uint64 {
	if c.isNone("state") {
		return nil
	}
	v := c.get("state")
	rows := make([][3]uint64, v.Type.Shape[0])
	for i := range rows {
		for j := range 3 {
			rows[i][j] = v.at([]int64{int64(i), int64(j)}).(uint64)
		}
	}
	return rows
}

func quantileCount(c *call, want *ir.Type) (Value, error) {
	x, rows, bins := c.value(0), c.stateRows(), uint64(want.Shape[1])
	above := uint64(1) // the number of keys with the same digits so far, in units of the last digit
	for range stdops.QuantileDigits(x.Type.DType) - 1 - int(c.int("digit")) {
		above *= bins
	}
	counts := make([]int64, size(want.Shape))
	for _, e := range x.Elems {
		place := keyOf(e) / above
		for i := range want.Shape[0] {
			if rows == nil || rows[i][0] == place/bins {
				counts[uint64(i)*bins+place%bins]++
				break
			}
		}
	}
	elems := make([]any, len(counts))
	for i, n := range counts {
		elems[i] = n
	}
	return Block(ir.Int64, elems, want.Shape...), nil
}

func quantileSelect(c *call, want *ir.Type) (Value, error) {
	counts, rows := c.value(0), c.stateRows()
	bins := counts.Type.Shape[1]
	if rows == nil {
		rows = c.firstRows(counts)
		for i := range rows {
			rows[i] = next(rows[i], counts.Elems)
		}
		return rowsValue(rows), nil
	}
	out := slices.Clone(rows)
	for i, r := range rows {
		first := int64(slices.IndexFunc(rows, func(o [3]uint64) bool { return o[0] == r[0] }))
		out[i] = next(r, counts.Elems[first*bins:(first+1)*bins])
	}
	return rowsValue(out), nil
}

// firstRows returns the rows of which no digit is known.
func (c *call) firstRows(counts Value) [][3]uint64 {
	n, nans := int64(0), int64(0)
	for _, e := range counts.Elems {
		n += e.(int64)
	}
	if c.dtype("dtype").Kind() == 'f' {
		nans = counts.Elems[len(counts.Elems)-1].(int64)
	}
	var rows [][3]uint64
	for _, q := range c.floats("q") {
		lo, hi, t := 0.0, 0.0, math.NaN()
		if n > nans && (nans == 0 || c.flag("skipnan")) {
			lo, hi, t = quantilePosition(float64(n-nans), q, c.get("method").Elems[0].(string))
		}
		rows = append(rows, [3]uint64{0, uint64(lo), math.Float64bits(t)}, [3]uint64{0, uint64(hi), math.Float64bits(t)})
	}
	return rows
}

// next adds the digit of the element of a row's rank.
func next(row [3]uint64, counts []any) [3]uint64 {
	d := 0
	for ; d < len(counts)-1 && int64(row[1]) >= counts[d].(int64); d++ {
		row[1] -= uint64(counts[d].(int64))
	}
	row[0] = row[0]*uint64(len(counts)) + uint64(d)
	return row
}

func rowsValue(rows [][3]uint64) Value {
	var elems []any
	for _, r := range rows {
		elems = append(elems, r[0], r[1], r[2])
	}
	return Block(ir.Uint64, elems, int64(len(rows)), 3)
}

func quantileAgg(c *call, want *ir.Type) (Value, error) {
	rows, method := c.stateRows(), c.get("method").Elems[0].(string)
	var elems []any
	for i := 0; i < len(rows); i += 2 {
		if t := math.Float64frombits(rows[i][2]); t != t {
			elems = append(elems, convert(t, want.DType))
		} else {
			d := c.dtype("dtype")
			elems = append(elems, weigh(elementWith(rows[i][0], d), elementWith(rows[i+1][0], d), t, method, want.DType))
		}
	}
	return Block(want.DType, elems, want.Shape...), nil
}

// dtype returns a dtype argument.
func (c *call) dtype(name string) ir.DType {
	k := c.Args[c.named(name)].Const
	if k.Kind == ir.ConstString {
		return ir.ParseDType(k.Str)
	}
	return k.DType
}
