package kernel

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	rt "github.com/daskgen/daskgen/runtime"
)

// Joining the pieces of an array gives the array.
func TestConcatenateIsInverseOfSlicing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := make([]int, rapid.IntRange(1, 3).Draw(t, "rank"))
		for i := range shape {
			shape[i] = rapid.IntRange(0, 6).Draw(t, "length")
		}
		x := drawBlock(t, shape)
		axis := rapid.IntRange(0, len(shape)-1).Draw(t, "axis")
		var parts []*rt.Block[int32]
		for lo := 0; ; {
			hi := min(shape[axis], lo+rapid.IntRange(0, 3).Draw(t, "piece"))
			index := make([]Index, len(shape))
			for k := range index {
				index[k] = All()
			}
			index[axis] = Range(lo, hi)
			parts = append(parts, must[*rt.Block[int32]](t)(GetItem(nil, x, index...)))
			if lo = hi; lo == shape[axis] {
				break
			}
		}
		got := must[*rt.Block[int32]](t)(Concatenate(nil, parts, axis))
		if !slices.Equal(got.Shape, shape) || !slices.Equal(elements(got), elements(x)) {
			t.Fatalf("%v %v", got.Shape, elements(got))
		}
	})
}

func TestStack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := []int{rapid.IntRange(0, 3).Draw(t, "rows"), rapid.IntRange(1, 3).Draw(t, "cols")}
		n := rapid.IntRange(1, 4).Draw(t, "n")
		parts := make([]*rt.Block[int32], n)
		for i := range parts {
			parts[i] = drawBlock(t, shape)
		}
		axis := rapid.IntRange(0, 2).Draw(t, "axis")
		got := must[*rt.Block[int32]](t)(Stack(nil, parts, axis))
		for i := range parts {
			index := []Index{All(), All(), All()}
			index[axis] = At(i)
			piece := must[*rt.Block[int32]](t)(GetItem(nil, got, index...))
			if !slices.Equal(piece.Shape, shape) || !slices.Equal(elements(piece), elements(parts[i])) {
				t.Fatalf("piece %d along axis %d: %v", i, axis, elements(piece))
			}
		}
	})
}

func TestGrids(t *testing.T) {
	block := func(v int64) *rt.Block[int64] { return rt.FromSlice([]int64{v, v + 1}, 1, 2) }
	row := func(vs ...int64) Nest[int64] {
		var bs []*rt.Block[int64]
		for _, v := range vs {
			bs = append(bs, block(v))
		}
		return Row(bs)
	}
	want := "[2 4] [0 1 10 11 20 21 30 31]"
	b := must[*rt.Block[int64]](t)(ConcatenateNest(nil, Rows(row(0, 10), row(20, 30)), []int{0, 1}))
	if got := fmt.Sprint(b.Shape, elements(b)); got != want {
		t.Errorf("nest: %s", got)
	}
	b = must[*rt.Block[int64]](t)(ConcatenateGrid(nil, []*rt.Block[int64]{block(0), block(10), block(20), block(30)}, []int{2, 2}))
	if got := fmt.Sprint(b.Shape, elements(b)); got != want {
		t.Errorf("grid: %s", got)
	}
	v := rt.FromSlice([]int64{7, 8}, 2)
	b = must[*rt.Block[int64]](t)(VStack(nil, []*rt.Block[int64]{v, block(0)}))
	if got := fmt.Sprint(b.Shape, elements(b)); got != "[2 2] [7 8 0 1]" {
		t.Errorf("vstack: %s", got)
	}
	b = must[*rt.Block[int64]](t)(HStack(nil, []*rt.Block[int64]{v, v}))
	if got := fmt.Sprint(b.Shape, elements(b)); got != "[4] [7 8 7 8]" {
		t.Errorf("hstack: %s", got)
	}
	b = must[*rt.Block[int64]](t)(ConcatenateFlat(nil, []*rt.Block[int64]{v, block(0)}))
	if got := fmt.Sprint(b.Shape, elements(b)); got != "[4] [7 8 0 1]" {
		t.Errorf("flat: %s", got)
	}
}

func TestJoinErrors(t *testing.T) {
	a, b := rt.New[int8](2, 3), rt.New[int8](2, 4)
	_, err := Concatenate(nil, []*rt.Block[int8]{a, b}, 0)
	wantError(t, err, "array 0 has length 3 on axis 1, but array 1 has length 4: all axes but axis 0 must agree")
	_, err = Concatenate(nil, []*rt.Block[int8]{a, rt.New[int8](2)}, 0)
	wantError(t, err, "array 0 has rank 2, but array 1 has rank 1")
	_, err = Stack(nil, []*rt.Block[int8]{a, b}, 0)
	wantError(t, err, "all arrays must have the same shape, not [2 3] and [2 4]")
	_, err = Concatenate[int8](nil, nil, 0)
	wantError(t, err, "need at least one array to concatenate")
}
