package kernel

import (
	"fmt"
	"testing"

	rt "github.com/daskgen/daskgen/runtime"
)

func TestRearrange(t *testing.T) {
	x := rt.FromSlice([]int16{0, 1, 2, 3, 4, 5}, 2, 3)
	v := rt.FromSlice([]int16{7, 8}, 2)
	type result = func() (*rt.Block[int16], error)
	for _, c := range []struct {
		name string
		got  result
		want string
	}{
		{"roll", func() (*rt.Block[int16], error) { return Roll(nil, x, []int{1}, []int{1}) }, "[2 3] [2 0 1 5 3 4]"},
		{"roll back", func() (*rt.Block[int16], error) { return Roll(nil, x, []int{-4, 1}, []int{1, 0}) }, "[2 3] [4 5 3 1 2 0]"},
		{"roll flat", func() (*rt.Block[int16], error) { return RollFlat(nil, x, 2) }, "[2 3] [4 5 0 1 2 3]"},
		{"roll of nothing", func() (*rt.Block[int16], error) { return RollFlat(nil, rt.New[int16](0, 3), 2) }, "[0 3] []"},
		{"repeat", func() (*rt.Block[int16], error) { return Repeat(nil, x, 2, 1) }, "[2 6] [0 0 1 1 2 2 3 3 4 4 5 5]"},
		{"repeat rows", func() (*rt.Block[int16], error) { return Repeat(nil, v, 0, 0) }, "[0] []"},
		{"repeat flat", func() (*rt.Block[int16], error) { return RepeatFlat(nil, x, 2) }, "[12] [0 0 1 1 2 2 3 3 4 4 5 5]"},
		{"diagonal", func() (*rt.Block[int16], error) { return Diagonal(nil, x, 1, 0, 1) }, "[2] [1 5]"},
		{"diagonal below", func() (*rt.Block[int16], error) { return Diagonal(nil, x, -1, 0, 1) }, "[1] [3]"},
		{"diagonal beyond", func() (*rt.Block[int16], error) { return Diagonal(nil, x, 5, 0, 1) }, "[0] []"},
		{"diag", func() (*rt.Block[int16], error) { return Diag(nil, v, -1) }, "[3 3] [0 0 0 7 0 0 0 8 0]"},
		{"trace", func() (*rt.Block[int16], error) { return Trace[int16, int16](nil, x, 0, 0, 1) }, "[] [4]"},
	} {
		b := must[*rt.Block[int16]](t)(c.got())
		if got := fmt.Sprint(b.Shape, elements(b)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A partial result of each piece, combined, is the result of the whole.
func TestTreesOfPartials(t *testing.T) {
	x := testFloats(10_000)
	x[7777] = 1e9
	var moments []*Moments[float64]
	var args []*ArgPartial[float64]
	var sums []*rt.Block[float64]
	for lo := 0; lo < len(x); lo += 3000 {
		piece := x[lo:min(lo+3000, len(x))]
		m := NewMomentChunk[float64, float64](nil, []int{len(piece)}, []int{0}, true, 2, false)
		a := NewArgChunk[float64](nil, []int{len(piece)}, []int{0}, true, "argmax", []int{lo}, nil)
		s := NewSum[float64, float64](nil, []int{len(piece)}, []int{0}, true)
		feed(m.Add, piece)
		feed(a.Add, piece)
		feed(s.Add, piece)
		moments = append(moments, must[*Moments[float64]](t)(m.Result()))
		args = append(args, must[*ArgPartial[float64]](t)(a.Result()))
		sums = append(sums, must[*rt.Block[float64]](t)(s.Result()))
	}
	if v := must[*rt.Block[float64]](t)(VarAgg[float64, float64](nil, moments, []int{0}, false, 1)); v.Rank() != 0 || !near(v.At(), variance(x, 1), 1e-13) {
		t.Errorf("variance %v, want %v", v.Data, variance(x, 1))
	}
	if i := must[*rt.Block[int64]](t)(ArgAgg(nil, args, "argmax", []int{0}, true)); i.At(0) != 7777 {
		t.Errorf("argmax %v, want 7777", i.Data)
	}
	if s := must[*rt.Block[float64]](t)(SumCombine(nil, sums, nil, true)); !near(s.At(0), exactSum(x), 1e-15) {
		t.Errorf("sum %v, want %v", s.Data, exactSum(x))
	}
}

// Indices of blocks of a matrix, over all axes, count in the whole matrix.
func TestArgOverAllAxes(t *testing.T) {
	whole := []int{4, 6}
	var parts []*ArgPartial[int8]
	for _, at := range [][]int{{0, 0}, {0, 3}, {2, 0}, {2, 3}} {
		x := make([]int8, 6)
		if at[0] == 2 {
			x[4] = -3 // row 3, columns 1 and 4
		}
		a := NewArgChunk[int8](nil, []int{2, 3}, []int{0, 1}, true, "argmin", at, whole)
		a.Add(x)
		parts = append(parts, must[*ArgPartial[int8]](t)(a.Result()))
	}
	if i := must[*rt.Block[int64]](t)(ArgAgg(nil, parts, "argmin", []int{0, 1}, false)); i.Rank() != 0 || i.At() != 3*6+1 {
		t.Errorf("argmin %v, want %d", i.Data, 3*6+1)
	}
}
