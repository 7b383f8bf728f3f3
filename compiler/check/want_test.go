package check

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daskgen/daskgen/ir"
)

// What a graph states of an output is compared with what is inferred, at the
// output's place.
func TestWant(t *testing.T) {
	x := func() *ir.Layer { return input("x", ir.Float64, []int64{2, 2, 1}, []int64{4}) }
	state := func(d ir.DType, shape []int64, chunks ...[]int64) *ir.Input {
		in := &ir.Input{DType: d, Chunks: chunks}
		if shape != nil {
			in.Shape = ir.Box(shape...)
		}
		return in
	}
	for _, test := range []struct {
		name  string
		value bool // the output is one block, and not the array
		want  *ir.Input
		codes []string
		text  string
	}{
		{"nothing", false, nil, nil, ""},
		{"all", false, state(ir.Float64, []int64{5, 4}, []int64{2, 2, 1}, []int64{4}), nil, ""},
		{"dtype alone", false, state(ir.Float64, nil), nil, ""},
		{"dtype", false, state(ir.Float32, nil), []string{"DG032"}, `output "out": its dtype is float64, the graph states float32`},
		{"shape", false, state(ir.NoDType, []int64{5, 5}), []string{"DG033"}, `output "out": its shape is (5, 4), the graph states (5, 5)`},
		{"rank", false, state(ir.NoDType, []int64{5}), []string{"DG033"}, `output "out": its shape is (5, 4), the graph states (5,)`},
		{"chunks", false, state(ir.NoDType, []int64{5, 4}, []int64{3, 2}, []int64{4}), []string{"DG033"}, `output "out": its chunks along axis 0 are (2, 2, 1), the graph states (3, 2)`},
		{"dtype and shape", false, state(ir.Int8, []int64{4, 5}), []string{"DG032", "DG033"}, `output "out": its dtype is float64, the graph states int8`},
		{"block", true, state(ir.Float64, []int64{2, 4}), nil, ""},
		{"shape of a block", true, state(ir.Float64, []int64{5, 4}), []string{"DG033"}, `output "out": its shape is (2, 4), the graph states (5, 4)`},
	} {
		in := x()
		y := layer("y", ir.Box(3, 1), op("negative", operand(0)), read(in, index1(0, 1, 0), index1(0, 0, 1)))
		g := graph(in, y)
		o := g.Outputs[0]
		o.Want, o.Pos = test.want, ir.Pos{File: "graph.json", Line: 7, Col: 3}
		if !test.value {
			o.Index = nil
		}
		var codes []string
		text := ""
		for i, d := range Check(g) {
			codes = append(codes, d.Code)
			if i == 0 {
				text = d.Message
			}
			if d.Pos != o.Pos {
				t.Errorf("%s: reported at %v", test.name, d.Pos)
			}
		}
		if d := cmp.Diff(test.codes, codes); d != "" || text != test.text {
			t.Errorf("%s: %s%s", test.name, d, text)
		}
	}
}

// A scalar is no array, whatever the graph states of it.
func TestWantOfScalar(t *testing.T) {
	g := graph(layer("y", nil, integer(1)))
	g.Outputs[0].Want = &ir.Input{DType: ir.Int64}
	ds := Check(g)
	if len(ds) != 1 || ds[0].Code != "DG032" {
		t.Errorf("got %v", ds)
	}
}
