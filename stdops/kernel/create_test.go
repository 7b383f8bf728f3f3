package kernel

import (
	"slices"
	"testing"

	rt "github.com/daskgen/daskgen/runtime"
)

func TestArangeTo(t *testing.T) {
	cases := []struct {
		start, stop, step int32
		offset            int
		want              []int32
	}{
		{0, 4, 1, 0, []int32{0, 1, 2, 3}},
		{0, 4, 1, 3, []int32{3, 4, 5, 6}}, // a block of many: as many numbers, from number 3
		{5, 0, -2, 1, []int32{3, 1, -1}},
		{5, 0, 1, 0, []int32{}},
	}
	for _, c := range cases {
		got := must[*rt.Block[int32]](t)(ArangeTo(nil, c.start, c.stop, c.step, c.offset))
		if !slices.Equal(got.Data, c.want) {
			t.Errorf("ArangeTo(%d, %d, %d, offset %d) = %v, want %v", c.start, c.stop, c.step, c.offset, got.Data, c.want)
		}
	}
	if _, err := ArangeTo[int32](nil, 0, 4, 0, 0); err == nil {
		t.Error("step 0 is not refused")
	}
}
