package kernel

import (
	"errors"
	"math"
	"slices"
	"unsafe"

	rt "github.com/daskgen/daskgen/runtime"
)

// Floats is a list of numbers.
func Floats(v ...float64) []float64 { return v }

// A position says where a quantile stands among sorted elements: between
// element lo and element hi, at the part t of the way. Discrete ones have lo and
// hi equal.
type position struct {
	lo, hi int
	t      float64
}

// hyndmanFan are alpha and beta of the methods of Hyndman and Fan, "Sample
// Quantiles in Statistical Packages" (1996), that have them.
var hyndmanFan = map[string][2]float64{
	"interpolated_inverted_cdf": {0, 1}, "hazen": {0.5, 0.5}, "weibull": {0, 0},
	"median_unbiased": {1 / 3.0, 1 / 3.0}, "normal_unbiased": {3 / 8.0, 3 / 8.0},
}

// positionOf returns the position of quantile q among n elements, n > 0, by
// NumPy's method of that name.
func positionOf(method string, n int, q float64) position {
	last := float64(float64(n-1) * q) // the position by which lower, higher, ... round
	whole := func(h float64) position {
		i := min(max(int(h), 0), n-1)
		return position{lo: i, hi: i}
	}
	switch method {
	case "lower":
		return whole(math.Floor(last))
	case "higher":
		return whole(math.Ceil(last))
	case "nearest":
		return whole(math.RoundToEven(last))
	case "inverted_cdf":
		return whole(math.Ceil(float64(float64(n)*q) - 1))
	case "closest_observation":
		h := float64(float64(n)*q) - 1.5
		if f := math.Floor(h); f == h && math.Mod(f, 2) != 0 {
			return whole(f)
		}
		return whole(math.Floor(h) + 1)
	case "median":
		return position{lo: (n - 1) / 2, hi: n / 2, t: 0.5}
	case "midpoint":
		if math.Floor(last) == last {
			return between(last, n, func(t float64) float64 { return 0 })
		}
		return between(last, n, func(t float64) float64 { return 0.5 })
	case "averaged_inverted_cdf":
		return between(float64(float64(n)*q)-1, n, func(t float64) float64 {
			if t == 0 {
				return 0.5
			}
			return 1
		})
	case "linear":
		return between(last, n, func(t float64) float64 { return t })
	}
	ab := hyndmanFan[method]
	h := float64(float64(n)*q) + (ab[0] + float64(q*(1-ab[0]-ab[1]))) - 1
	return between(h, n, func(t float64) float64 { return t })
}

// between returns the position h among n elements; weight may change how much
// of the second one counts.
func between(h float64, n int, weight func(t float64) float64) position {
	f := math.Floor(h)
	switch {
	case h >= float64(n-1):
		return position{lo: n - 1, hi: n - 1}
	case h < 0:
		return position{}
	}
	return position{int(f), int(f) + 1, weight(h - f)}
}

// A quantiler computes quantiles of lanes.
type quantiler struct {
	q        []float64
	method   string
	discrete bool
	skip     bool
	n        int        // for how many elements at is right
	at       []position // of the quantiles
	ranks    []int      // the elements that they need, ascending
}

func newQuantiler(q []float64, method string, skip bool) *quantiler {
	return &quantiler{q: q, method: method, discrete: isDiscrete(method), skip: skip, n: -1}
}

// isDiscrete says whether a method gives elements, and not what lies between
// them.
func isDiscrete(method string) bool {
	switch method {
	case "lower", "higher", "nearest", "inverted_cdf", "closest_observation":
		return true
	}
	return false
}

// place finds the positions among n elements.
func (s *quantiler) place(n int) {
	if s.n == n {
		return
	}
	s.n, s.at, s.ranks = n, s.at[:0], s.ranks[:0]
	for _, q := range s.q {
		p := positionOf(s.method, n, q)
		s.at = append(s.at, p)
		s.ranks = append(s.ranks, p.lo, p.hi)
	}
	slices.Sort(s.ranks)
	s.ranks = slices.Compact(s.ranks)
}

// Quantile computes the quantiles q, fractions of 1, of x over axes, with
// NumPy's method of that name, or the median. The result has an axis of
// quantiles in front unless single is true. NaN is passed over when skipnan is
// true, else a NaN gives NaN.
//
// Elements that are apart are copied to where they stand together, a lane at a
// time; the order statistics are found by partitioning (see selectRanks), in
// time proportional to the number of elements.
func Quantile[T, Out rt.Elem](t *rt.Task, x *rt.Block[T], q []float64, single bool, axes []int, keepdims bool, method string, skipnan bool) (*rt.Block[Out], error) {
	var lead, kept, shape, strides, n = []int{len(q)}, []int(nil), []int(nil), []int(nil), 1
	if single {
		lead = nil
	}
	for k, d := range x.Shape {
		switch {
		case !slices.Contains(axes, k):
			shape, strides, kept = append(shape, d), append(strides, x.Strides[k]), append(kept, d)
		case keepdims:
			kept = append(kept, 1)
		}
	}
	lanes := size(shape)
	for _, k := range axes {
		shape, strides, n = append(shape, x.Shape[k]), append(strides, x.Strides[k]), n*x.Shape[k]
	}
	if n == 0 && lanes > 0 && !skipnan && method != "median" {
		return nil, errors.New("there is no quantile of no elements")
	}
	v := x.View(shape, strides, x.Offset)
	defer v.Release()
	out := rt.Alloc[Out](t, append(lead, kept...))
	laneQuantiles(t, v, lanes, n, newQuantiler(q, method, skipnan), any(out.Data))
	return out, nil
}

// laneQuantiles computes the quantiles of lanes of n elements, which stand one
// after the other in v. Quantile i of lane j is element i*lanes+j of out.
func laneQuantiles[T rt.Elem](t *rt.Task, v *rt.Block[T], lanes, n int, s *quantiler, out any) {
	switch v := any(v).(type) {
	case *rt.Block[bool]:
		realLanes[bool, uint8](t, v, lanes, n, s, out)
	case *rt.Block[int8]:
		realLanes[int8, int8](t, v, lanes, n, s, out)
	case *rt.Block[int16]:
		realLanes[int16, int16](t, v, lanes, n, s, out)
	case *rt.Block[int32]:
		realLanes[int32, int32](t, v, lanes, n, s, out)
	case *rt.Block[int64]:
		realLanes[int64, int64](t, v, lanes, n, s, out)
	case *rt.Block[uint8]:
		realLanes[uint8, uint8](t, v, lanes, n, s, out)
	case *rt.Block[uint16]:
		realLanes[uint16, uint16](t, v, lanes, n, s, out)
	case *rt.Block[uint32]:
		realLanes[uint32, uint32](t, v, lanes, n, s, out)
	case *rt.Block[uint64]:
		realLanes[uint64, uint64](t, v, lanes, n, s, out)
	case *rt.Block[float32]:
		realLanes[float32, float32](t, v, lanes, n, s, out)
	case *rt.Block[float64]:
		realLanes[float64, float64](t, v, lanes, n, s, out)
	}
}

// realLanes is laneQuantiles for elements that R, of the same size, orders.
func realLanes[T rt.Elem, R Real](t *rt.Task, v *rt.Block[T], lanes, n int, s *quantiler, out any) {
	r := v.Reader(t, v.Shape)
	defer r.Close()
	block := rt.Alloc[R](t, []int{n})
	defer block.Release()
	for j := range lanes {
		lane := block.Data[:0]
		for at := 0; at < n; at += rt.StripLen {
			strip := r.Strip(j*n+at, min(rt.StripLen, n-at))
			lane = append(lane, unsafe.Slice((*R)(unsafe.Pointer(unsafe.SliceData(strip))), len(strip))...)
		}
		numbers := lane[:dropNaN(lane)]
		if len(numbers) == 0 || !s.skip && len(numbers) < n {
			for i := range s.q {
				putNaN(out, i*lanes+j)
			}
			continue
		}
		s.place(len(numbers))
		selectRanks(numbers, s.ranks)
		for i, p := range s.at {
			put(out, i*lanes+j, numbers[p.lo], numbers[p.hi], p.t, s)
		}
	}
}

// dropNaN moves the numbers of x to its front and returns how many there
// are.
func dropNaN[R Real](x []R) int {
	n := 0
	for _, v := range x {
		x[n] = v
		n += int(one(v == v))
	}
	return n
}

// put writes the quantile at part t of the way from a to b.
func put[R Real](out any, at int, a, b R, t float64, s *quantiler) {
	switch o := out.(type) {
	case []float64:
		o[at] = blend(a, b, t, s)
	case []float32:
		o[at] = blend32(float32(a), float32(b), t, s)
	case []bool:
		o[at] = a != 0
	case []R:
		o[at] = a
	}
}

func putNaN(out any, at int) {
	switch o := out.(type) {
	case []float64:
		o[at] = math.NaN()
	case []float32:
		o[at] = float32(math.NaN())
	}
}

// blend interpolates as NumPy does: from the nearer end.
func blend[R Real](a, b R, t float64, s *quantiler) float64 {
	x, y := float64(a), float64(b)
	switch {
	case s.discrete:
		return x
	case s.method == "median" && a == b:
		return x
	case s.method == "median":
		return (x + y) / 2
	case t >= 0.5:
		return y - float64(difference(a, b)*(1-t))
	}
	return x + float64(difference(a, b)*t)
}

// difference returns b-a, where a is not greater than b: exactly in integers,
// rounded in floats.
func difference[R Real](a, b R) float64 {
	switch any(a).(type) {
	case int64, uint64:
		return float64(uint64(b) - uint64(a))
	case float32, float64:
		return float64(b - a)
	}
	return float64(b) - float64(a)
}

// blend32 is blend in single precision.
func blend32(a, b float32, t64 float64, s *quantiler) float32 {
	t := float32(t64)
	switch {
	case s.discrete, s.method == "median" && a == b:
		return a
	case s.method == "median":
		return (a + b) / 2
	case t >= 0.5:
		return b - float32((b-a)*(1-t))
	}
	return a + float32((b-a)*t)
}
