package kernel

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	rt "github.com/daskgen/daskgen/runtime"
)

// drawBlock draws a block whose elements are 0, 1, ... in C order, while its
// axes stand in memory in some order, some of them backwards.
func drawBlock(t *rapid.T, shape []int) *rt.Block[int32] {
	n := len(shape)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	order = rapid.Permutation(order).Draw(t, "order")
	strides, offset, count := make([]int, n), 2, 1
	for _, k := range order {
		strides[k] = count
		count *= shape[k]
	}
	for k := range strides {
		if shape[k] > 0 && rapid.IntRange(0, 3).Draw(t, "flip") == 0 {
			offset += (shape[k] - 1) * strides[k]
			strides[k] = -strides[k]
		}
	}
	data := make([]int32, count+2)
	idx := make([]int, n)
	for v := range count {
		p := offset
		for k, i := range idx {
			p += i * strides[k]
		}
		data[p] = int32(v)
		for k := n - 1; k >= 0; k-- {
			if idx[k]++; idx[k] < shape[k] {
				break
			}
			idx[k] = 0
		}
	}
	return rt.FromSlice(data, len(data)).View(shape, strides, offset)
}

// selection is one index element and what it selects of an axis, by
// definition.
type selection struct {
	index Index
	at    []int // positions
	keep  bool  // keeps the axis
	axis  bool  // takes an axis of the array
}

// pythonSlice is the definition of a slice: the walk from start by step, as
// long as it lies within.
func pythonSlice(lo, hi, step, n int, noLo, noHi bool) []int {
	at := []int{}
	if lo < 0 {
		lo += n
	}
	if hi < 0 {
		hi += n
	}
	if step > 0 {
		if noLo {
			lo = 0
		}
		if noHi {
			hi = n
		}
		for i := max(lo, 0); i < min(hi, n); i += step {
			at = append(at, i)
		}
		return at
	}
	if noLo {
		lo = n - 1
	}
	if noHi {
		hi = -1
	} else {
		hi = max(hi, -1)
	}
	for i := min(lo, n-1); i > hi; i += step {
		at = append(at, i)
	}
	return at
}

func drawSelection(t *rapid.T, n int, lists *int) selection {
	kind := rapid.IntRange(0, 5).Draw(t, "kind")
	switch {
	case kind == 0:
		return selection{index: Newaxis(), at: []int{0}, keep: true}
	case kind == 1 && n > 0:
		i := rapid.IntRange(-n, n-1).Draw(t, "at")
		return selection{index: At(i), at: []int{(i + n) % n}, axis: true}
	case kind == 2 && n > 0 && *lists == 0:
		*lists++
		is := rapid.SliceOfN(rapid.IntRange(-n, n-1), 0, 5).Draw(t, "list")
		at := make([]int, len(is))
		for k, i := range is {
			at[k] = (i + n) % n
		}
		return selection{index: Take(is...), at: at, keep: true, axis: true}
	case kind == 3 && *lists == 0:
		*lists++
		mask := rt.New[bool](n)
		at := []int{}
		for i := range n {
			if rapid.Bool().Draw(t, "mask") {
				mask.Data[i] = true
				at = append(at, i)
			}
		}
		return selection{index: Mask(mask), at: at, keep: true, axis: true}
	}
	lo, hi := rapid.IntRange(-n-2, n+2).Draw(t, "lo"), rapid.IntRange(-n-2, n+2).Draw(t, "hi")
	step := rapid.SampledFrom([]int{1, 1, 2, 3, -1, -2, 100, -100}).Draw(t, "step")
	noLo, noHi := rapid.Bool().Draw(t, "no lo"), rapid.Bool().Draw(t, "no hi")
	ix := By(step, Range(lo, hi))
	switch {
	case noLo && noHi:
		ix = By(step, All())
	case noLo:
		ix = By(step, To(hi))
	case noHi:
		ix = By(step, From(lo))
	}
	return selection{index: ix, at: pythonSlice(lo, hi, step, n, noLo, noHi), keep: true, axis: true}
}

func TestGetItem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := make([]int, rapid.IntRange(0, 3).Draw(t, "rank"))
		for i := range shape {
			shape[i] = rapid.IntRange(0, 5).Draw(t, "length")
		}
		x := drawBlock(t, shape)
		var index []Index
		var sels []selection
		wantShape, lists := []int{}, 0
		for axis := 0; axis < len(shape); {
			s := drawSelection(t, shape[axis], &lists)
			index, sels = append(index, s.index), append(sels, s)
			if s.keep {
				wantShape = append(wantShape, len(s.at))
			}
			if s.axis {
				axis++
			}
		}
		got := must[*rt.Block[int32]](t)(GetItem(nil, x, index...))
		want := []int32{}
		var walk func(k int, at []int)
		walk = func(k int, at []int) {
			if k == len(sels) {
				want = append(want, x.At(at...))
				return
			}
			for _, i := range sels[k].at {
				if sels[k].axis {
					walk(k+1, append(slices.Clone(at), i))
				} else {
					walk(k+1, at)
				}
			}
		}
		walk(0, nil)
		if !slices.Equal(got.Shape, wantShape) || !slices.Equal(elements(got), want) {
			t.Fatalf("%v %v, want %v %v", got.Shape, elements(got), wantShape, want)
		}
		source := sliceSource{elements(x)}
		got = must[*rt.Block[int32]](t)(GetItemOf[int32](nil, source, shape, index...))
		if !slices.Equal(got.Shape, wantShape) || !slices.Equal(elements(got), want) {
			t.Fatalf("of a source: %v %v, want %v %v", got.Shape, elements(got), wantShape, want)
		}
	})
}

// sliceSource makes given elements.
type sliceSource struct{ next []int32 }

func (s *sliceSource) Fill(dst []int32) { s.next = s.next[copy(dst, s.next):] }

// TestGetItemOfMakesLittle checks that what lies behind the last element that
// is needed is not made.
func TestGetItemOfMakesLittle(t *testing.T) {
	source := sliceSource{make([]int32, 31)} // one more would be a 0, as here all are
	source.next[30] = 7
	got := must[*rt.Block[int32]](t)(GetItemOf[int32](nil, source, []int{1 << 20, 1 << 20, 10}, At(0), At(3), At(0)))
	if got.At() != 7 {
		t.Errorf("got %d, want 7", got.At())
	}
}

func TestGetItemErrors(t *testing.T) {
	x := rt.New[float64](2, 3)
	for _, c := range []struct {
		index []Index
		want  string
	}{
		{[]Index{At(2)}, "index 2 is out of bounds for axis 0 with size 2"},
		{[]Index{All(), At(-4)}, "index -4 is out of bounds for axis 1 with size 3"},
		{[]Index{Take(0, 5)}, "index 5 is out of bounds for axis 0 with size 2"},
		{[]Index{All(), All(), All()}, "too many indices: the array has rank 2"},
		{[]Index{Mask(rt.New[bool](3))}, "boolean index of length 3 does not match axis 0 of length 2"},
	} {
		_, err := GetItem(nil, x, c.index...)
		wantError(t, err, c.want)
	}
	_, err := Compress(nil, x, rt.New[bool](3, 2))
	wantError(t, err, "boolean index of shape [3 2] does not match [2 3]")
}

func TestTakeAtAndCompress(t *testing.T) {
	x := rt.FromSlice([]float64{0, 1, 2, 3, 4, 5}, 2, 3)
	at := rt.FromSlice([]int8{-1, 0}, 2)
	b := must[*rt.Block[float64]](t)(GetItem(nil, x, All(), TakeAt(at)))
	if got := fmt.Sprint(b.Shape, elements(b)); got != "[2 2] [2 0 5 3]" {
		t.Errorf("take by block: %s", got)
	}
	m := rt.FromSlice([]bool{true, false, true, false, false, true}, 2, 3)
	b = must[*rt.Block[float64]](t)(Compress(nil, x, m))
	if got := fmt.Sprint(b.Shape, elements(b)); got != "[3] [0 2 5]" {
		t.Errorf("compress: %s", got)
	}
	b = must[*rt.Block[float64]](t)(TakeFlat(nil, x, Take(4, -1)))
	if got := fmt.Sprint(elements(b)); got != "[4 5]" {
		t.Errorf("take of the flat array: %s", got)
	}
}

func TestTransposeAndFlip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := drawShape(t, 1, 3)
		for i := range shape {
			shape[i] = min(shape[i], 5)
		}
		x := drawBlock(t, shape)
		axes := make([]int, len(shape))
		for i := range axes {
			axes[i] = i
		}
		axes = rapid.Permutation(axes).Draw(t, "axes")
		y := must[*rt.Block[int32]](t)(Transpose(nil, x, axes...))
		flip := drawAxes(t, len(shape))
		z := must[*rt.Block[int32]](t)(Flip(nil, x, flip...))
		if len(flip) == 0 {
			z = x
		}
		idx := make([]int, len(shape))
		for range x.Size() {
			yi, zi := make([]int, len(idx)), slices.Clone(idx)
			for k, a := range axes {
				yi[k] = idx[a]
			}
			for _, a := range flip {
				zi[a] = shape[a] - 1 - idx[a]
			}
			if y.At(yi...) != x.At(idx...) || z.At(zi...) != x.At(idx...) {
				t.Fatalf("element %v", idx)
			}
			for k := len(idx) - 1; k >= 0; k-- {
				if idx[k]++; idx[k] < shape[k] {
					break
				}
				idx[k] = 0
			}
		}
	})
}

func TestReshape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := drawBlock(t, []int{2, 3, 4})
		y := must[*rt.Block[int32]](t)(Reshape(nil, x, rapid.SampledFrom([][]int{{24}, {-1}, {4, 6}, {3, -1, 2}, {1, 24, 1}}).Draw(t, "shape")))
		if !slices.Equal(elements(x), elements(y)) {
			t.Fatalf("%v", elements(y))
		}
	})
	for _, shape := range [][]int{{5}, {-1, 7}, {-1, 0}} {
		if _, err := Reshape(nil, rt.New[int8](2, 3), shape); err == nil {
			t.Errorf("no error for shape %v", shape)
		}
	}
	if b, err := Reshape(nil, rt.New[int8](0, 3), []int{-1, 3}); err != nil || b.Shape[0] != 0 {
		t.Errorf("empty: %v, %v", b, err)
	}
}

func TestViewsOfShapes(t *testing.T) {
	x := rt.FromSlice([]int16{1, 2, 3}, 1, 3, 1)
	for _, c := range []struct {
		name  string
		got   func() (*rt.Block[int16], error)
		shape []int
	}{
		{"squeeze", func() (*rt.Block[int16], error) { return Squeeze(nil, x, 0, 2) }, []int{3}},
		{"expand", func() (*rt.Block[int16], error) { return ExpandDims(nil, x, 0, 4) }, []int{1, 1, 3, 1, 1}},
		{"broadcast", func() (*rt.Block[int16], error) { return BroadcastTo(nil, x, []int{2, 4, 3, 2}) }, []int{2, 4, 3, 2}},
	} {
		b := must[*rt.Block[int16]](t)(c.got())
		if !slices.Equal(b.Shape, c.shape) || b.At(make([]int, b.Rank())...) != 1 {
			t.Errorf("%s: shape %v, want %v", c.name, b.Shape, c.shape)
		}
	}
	if _, err := BroadcastTo(nil, x, []int{2, 2, 1}); err == nil {
		t.Error("no error for a shape that does not broadcast")
	}
	if _, err := Squeeze(nil, x, 1); err == nil {
		t.Error("no error for an axis that is not of length 1")
	}
}
