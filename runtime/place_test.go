package runtime

import (
	"context"
	"fmt"
	"testing"
	"unsafe"
)

// inBlocks returns a program whose output is made by kernel, in blocks of 2×c
// of an array of 4×6, and what its blocks are when others read them: the sum of
// their elements.
func inBlocks(c int, kernel func(t *Task, shape []int) *Block[float64]) *Program {
	cols := Chunks(6, c)
	return &Program{Name: "place", Outputs: []OutputInfo{
		{Name: "x", Array: true, DType: "float64", Shape: []int{4, 6}, Chunks: [][]int{{2, 2}, cols}},
		{Name: "sum"},
	}, Build: func(b *Builder) error {
		x := NewLayer[*Block[float64]](b, Info{Name: "x", Grid: []int{2, len(cols)}})
		x.Case(All(), func(t *Task) (*Block[float64], error) {
			return kernel(t, []int{2, cols[t.Index(1)]}), nil
		})
		sum := NewLayer[float64](b, Info{Name: "sum"})
		sum.Case(All(), func(t *Task) (float64, error) {
			all := 0.0
			for _, v := range x.List(t, 0) {
				for _, e := range v.Elements() {
					all += e
				}
			}
			return all, nil
		}, x.At(Many(Fix(0), Fix(2), 1), Many(Fix(0), Fix(len(cols)), 1)))
		ArrayOutput(b, "x", x)
		ValueOutput(b, "sum", sum)
		return nil
	}}
}

// number sets the elements of a block of 2 rows: those of block (i, j) are
// 100 i + 10 j and what comes after, in C order.
func number(t *Task, b *Block[float64]) *Block[float64] {
	for r := range 2 {
		for c := range b.Shape[1] {
			b.Data[b.Offset+r*b.Strides[0]+c*b.Strides[1]] = float64(100*t.Index(0) + 10*t.Index(1) + r*b.Shape[1] + c)
		}
	}
	return b
}

// mirrored is a view of b with its columns backwards.
func mirrored(b *Block[float64]) *Block[float64] {
	return b.View(b.Shape, []int{b.Strides[0], -b.Strides[1]}, b.Offset+(b.Shape[1]-1)*b.Strides[1])
}

// TestResult: wherever a kernel takes its memory from, the array and those who
// read its blocks see the value.
func TestResult(t *testing.T) {
	kernels := map[string]func(t *Task, shape []int) *Block[float64]{
		"result": func(t *Task, shape []int) *Block[float64] { return number(t, Result[float64](t, shape)) },
		"reuse":  func(t *Task, shape []int) *Block[float64] { return number(t, Reuse[float64](t, shape)) },
		"second": func(t *Task, shape []int) *Block[float64] { // the place is taken by a temporary
			first := number(t, Result[float64](t, shape))
			defer first.Release()
			second := Result[float64](t, shape)
			copy(second.Data, first.Elements())
			return second
		},
		"view": func(t *Task, shape []int) *Block[float64] { // of the place itself
			b := number(t, Result[float64](t, shape))
			defer b.Release()
			turned := mirrored(b).Contiguous(t)
			for r := range 2 {
				copy(b.Data[r*b.Strides[0]:], turned.Data[r*shape[1]:][:shape[1]])
			}
			return mirrored(b)
		},
	}
	for name, kernel := range kernels {
		for _, cols := range []int{6, 3, 4} {
			t.Run(fmt.Sprint(name, cols), func(t *testing.T) {
				out, err := Run(context.Background(), inBlocks(cols, kernel), nil, WithWorkers(2))
				if err != nil {
					t.Fatal(err)
				}
				x, sum := out[0].(*Array[float64]), 0.0
				for i := range 4 {
					for j := range 6 {
						width := min(cols, 6-j/cols*cols)
						want := float64(100*(i/2) + 10*(j/cols) + i%2*width + j%cols)
						if got := x.At(i, j); got != want {
							t.Errorf("element (%d, %d) is %v, want %v", i, j, got, want)
						}
						sum += want
					}
				}
				if out[1] != sum {
					t.Errorf("readers see the sum %v, want %v", out[1], sum)
				}
			})
		}
	}
}

// TestResultPlace: the block lies in the array, also where its rows are apart.
func TestResultPlace(t *testing.T) {
	for _, cols := range []int{6, 3} {
		var first *float64
		p := inBlocks(cols, func(t *Task, shape []int) *Block[float64] {
			b := number(t, Result[float64](t, shape))
			if t.Index(0) == 1 && t.Index(1) == 6/cols-1 {
				first = &b.Data[b.Offset]
			}
			return b
		})
		out, err := Run(context.Background(), p, nil)
		if err != nil {
			t.Fatal(err)
		}
		if data := out[0].(*Array[float64]).Data(); first != unsafe.SliceData(data[18-cols:]) {
			t.Errorf("the last block of %d columns was computed elsewhere", cols)
		}
	}
}
