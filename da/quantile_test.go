package da_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/daskgen/daskgen/da"
	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops/ref"
)

// quantileCases are quantiles of an array; that of one block, which records of
// NumPy hold, is what all chunkings must give.
var quantileCases = []opCase{
	{"median 0", s(m67), func(x []f64) da.Operand { return x[0].Median(0) }},
	{"median 1 keepdims", s(m67), func(x []f64) da.Operand { return x[0].Median(1, da.KeepDims) }},
	{"nanmedian", s(m67), func(x []f64) da.Operand { return gaps(x[0]).NanMedian(1) }},
	{"median of gaps", s(m67), func(x []f64) da.Operand { return gaps(x[0]).Median(0) }},
	{"quantile of axes 0 2", s([]int64{4, 5, 6}), func(x []f64) da.Operand { return da.Quantile[float64](x[0], []float64{0.2, 0.9}, da.Weibull, 2, 0) }},
	{"quantile keepdims", s(m67), func(x []f64) da.Operand {
		return da.Quantile[float64](x[0], []float64{0, 0.3, 1}, da.Linear, 0, da.KeepDims)
	}},
	{"nanpercentile", s(m67), func(x []f64) da.Operand {
		return da.NanPercentile[float64](gaps(x[0]), []float64{30, 80}, da.Midpoint, -1)
	}},
	{"all, int8", s(m67), func(x []f64) da.Operand {
		return da.Quantile[int8](da.AsType[int8](x[0]), []float64{0.31, 0.5, 0.97}, da.Higher)
	}},
	{"all, int8, median", s(m67), func(x []f64) da.Operand { return da.MedianAs[float64](da.AsType[int8](x[0])) }},
	{"all, bool", s(m67), func(x []f64) da.Operand {
		return da.Percentile[bool](x[0].GreaterScalar(0), []float64{40, 60}, da.NearestElement, da.KeepDims)
	}},
	{"all, uint8, keepdims", s(m67), func(x []f64) da.Operand { return da.NanMedianAs[float64](da.AsType[uint8](x[0]), da.KeepDims) }},
}

// floatCases go over several digits of 16 bits, which takes a while here.
var floatCases = []opCase{
	{"all", s(m67), func(x []f64) da.Operand {
		return da.Quantile[float64](da.AsType[float32](x[0].MulScalar(0.7)), []float64{0.3, 0.999}, da.Hazen)
	}},
	{"all, NaN", s(m67), func(x []f64) da.Operand { return da.AsType[float64](da.AsType[float32](gaps(x[0])).Median()) }},
	{"all, skipping NaN", s(m67), func(x []f64) da.Operand {
		return da.NanQuantile[float64](da.AsType[float32](gaps(x[0])), []float64{0.4}, da.Linear)
	}},
	{"all, nothing but NaN", s(m67), func(x []f64) da.Operand {
		return da.AsType[float64](da.AsType[float32](x[0].MulScalar(math.NaN())).NanMedian())
	}},
}

func TestQuantiles(t *testing.T) {
	for _, c := range quantileCases {
		t.Run(c.name, func(t *testing.T) { sameForChunkings(t, c, 6) })
	}
	for _, c := range floatCases {
		t.Run(c.name, func(t *testing.T) { sameForChunkings(t, c, 0) })
	}
}

// sameForChunkings compares the result of several blocks, cut in some ways or
// just in two, with that of one.
func sameForChunkings(t *testing.T, c opCase, ways int) {
	shape := c.shapes[0]
	x := values(shape...)
	want := compute(t, [][][]int64{wholeChunks(shape)}, []ref.Value{x}, c.f)
	cuts := [][][]int64{}
	for i := range ways {
		chunks := make([][]int64, len(shape))
		for k, n := range shape {
			w := chunkings(n)
			chunks[k] = w[(i*(k+1)+1)%len(w)]
		}
		cuts = append(cuts, chunks)
	}
	if ways == 0 {
		cuts = append(cuts, [][]int64{{6}, {4, 3}})
	}
	for _, chunks := range cuts {
		got := compute(t, [][][]int64{chunks}, []ref.Value{x}, c.f)
		if d := sameValue(want, got); d != "" {
			t.Fatalf("chunks %v: %s", chunks, d)
		}
	}
}

// Quantiles of one block against their definition.
func TestMedianDefinition(t *testing.T) {
	x := values(9)
	got := compute(t, [][][]int64{{{9}}}, []ref.Value{x}, func(x []f64) da.Operand { return x[0].Median() })
	var sorted []float64
	for _, e := range x.Elems {
		sorted = append(sorted, e.(float64))
	}
	slices.Sort(sorted)
	if d := sameValue(ref.Block(ir.Float64, []any{sorted[4]}), got); d != "" {
		t.Error(d)
	}
}

// The blocks of a quantile along an axis do not become larger than those of the
// array, as far as the other axes can be cut.
func TestQuantileChunks(t *testing.T) {
	x := da.Param[float64]("x", [][]int64{slices.Repeat([]int64{100}, 8), {800}})
	if got := fmt.Sprint(x.Median(0).Chunks()); got != "[[100 100 100 100 100 100 100 100]]" {
		t.Errorf("chunks %s", got)
	}
}

func TestQuantileMisuse(t *testing.T) {
	x := da.Param[float64]("x", [][]int64{{2, 2}, {3}})
	for want, f := range map[string]func(){
		"Quantile: quantile: q must be from 0 to 1, not 2":    func() { da.Quantile[float64](x, []float64{2}, da.Linear) },
		"there is no method \"\"":                             func() { da.Quantile[float64](x, []float64{0.2}, "") },
		"Median: of int64 it is float64, not int64":           func() { da.AsType[int64](x).Median() },
		"complex numbers have no order":                       func() { da.AsType[complex128](x).Median() },
		"axis 2 is out of bounds":                             func() { x.Median(2) },
		"of float64 it is float64, not float32":               func() { da.Percentile[float32](x, []float64{3}, da.Linear) },
		"bools have no values between them":                   func() { da.Quantile[float64](x.GreaterScalar(1), []float64{0.2}, da.Linear) },
		"no elements along the reduced axes":                  func() { da.Quantile[float64](da.Zeros[float64](da.Shape(0), da.Chunks(1)), []float64{0.2}, da.Linear) },
		"array 1 has not been set: it is the zero value of d": func() { da.Array[float64]{}.Median() },
	} {
		record.TakeProblems()
		f()
		ps := record.TakeProblems()
		if len(ps) != 1 || !strings.Contains(ps[0].Message, strings.TrimPrefix(want, "Quantile: quantile: ")) {
			t.Errorf("problems %+v, want one with %q", ps, want)
		}
	}
}
