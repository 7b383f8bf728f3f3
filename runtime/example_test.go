package runtime_test

import (
	"context"
	"fmt"

	rt "github.com/daskgen/daskgen/runtime"
)

// A program as daskgen would write it: the sums of the rows of x, whose
// blocks are 2 rows long.
func ExampleRun() {
	program := rt.Program{
		Name:    "rowsums",
		Inputs:  []rt.InputInfo{{Name: "x", DType: "float64", Shape: []int{4, 3}, Chunks: [][]int{{2, 2}, {3}}}},
		Outputs: []rt.OutputInfo{{Name: "sums", Array: true, DType: "float64", Shape: []int{4}, Chunks: [][]int{{2, 2}}}},
		Build: func(b *rt.Builder) error {
			x := rt.InputLayer[float64](b, "x")
			sums := rt.NewLayer[*rt.Block[float64]](b, rt.Info{Name: "sums", Grid: []int{2}, Op: "sum"})
			sums.Case(rt.All(), func(t *rt.Task) (*rt.Block[float64], error) {
				return rowSums(t, x.Get(t, 0)), nil
			}, x.At(rt.I(0), rt.Fix(0)))
			rt.ArrayOutput(b, "sums", sums)
			return nil
		},
	}
	x := rt.FromData([]float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 4, 3)
	results, err := rt.Run(context.Background(), &program, []any{x}, rt.WithWorkers(2))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(results[0].(*rt.Array[float64]).Data())
	// Output: [3 12 21 30]
}

func rowSums(t *rt.Task, x *rt.Block[float64]) *rt.Block[float64] {
	out := rt.AllocZero[float64](t, x.Shape[:1])
	for i := range x.Shape[0] {
		for j := range x.Shape[1] {
			out.Data[i] += x.At(i, j)
		}
	}
	return out
}
