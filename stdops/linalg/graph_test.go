package linalg

import (
	"math"
	"slices"
	"testing"

	rt "github.com/daskgen/daskgen/runtime"
)

// blocked returns a program that multiplies a, of m×k, by b, of k×n, in blocks of
// half the rows and half the columns of the result; a result of rank 3 has its rows
// in pairs.
func blocked(m, k, n int, paired bool) *rt.Program {
	half := func(d int) []int { return []int{d / 2, d - d/2} }
	info := func(name string, chunks ...[]int) rt.InputInfo {
		in := rt.InputInfo{Name: name, DType: "float64", Chunks: chunks}
		for _, c := range chunks {
			in.Shape = append(in.Shape, c[0])
			if len(c) > 1 {
				in.Shape[len(in.Shape)-1] += c[1]
			}
		}
		return in
	}
	a, b := info("a", half(m), []int{k}), info("b", []int{k}, half(n))
	out := rt.OutputInfo{Name: "c", Array: true, DType: "float64", Shape: []int{m, n}, Chunks: [][]int{half(m), half(n)}}
	if paired {
		a = info("a", half(m/2), []int{2}, []int{k})
		out.Shape, out.Chunks = []int{m / 2, 2, n}, [][]int{half(m / 2), {2}, half(n)}
	}
	return &rt.Program{Name: "blocked", Inputs: []rt.InputInfo{a, b}, Outputs: []rt.OutputInfo{out}, Build: func(g *rt.Builder) error {
		x, y := rt.InputLayer[float64](g, "a"), rt.InputLayer[float64](g, "b")
		grid, from := []int{2, 2}, []rt.Ix{rt.I(0), rt.Fix(0)}
		column := rt.I(1)
		if paired {
			grid, from, column = []int{2, 1, 2}, []rt.Ix{rt.I(0), rt.Fix(0), rt.Fix(0)}, rt.I(2)
		}
		c := rt.NewLayer[*rt.Block[float64]](g, rt.Info{Name: "c", Grid: grid})
		c.Case(rt.All(), func(t *rt.Task) (*rt.Block[float64], error) {
			return Dot(t, x.Get(t, 0), y.Get(t, 1))
		}, x.At(from...), y.At(rt.Fix(0), column))
		rt.ArrayOutput(g, "c", c)
		return nil
	}}
}

// TestBlockedProducts: blocks that are multiplied right into an array make the
// product of the whole, and its bits do not depend on the workers, though
// idle ones join in.
func TestBlockedProducts(t *testing.T) {
	const m, k, n = 402, 301, 250
	a, b := make([]float64, m*k), make([]float64, k*n)
	for i := range a {
		a[i] = math.Sin(float64(i))
	}
	for i := range b {
		b[i] = math.Cos(float64(i))
	}
	for _, paired := range []bool{false, true} {
		shape := []int{m, k}
		if paired {
			shape = []int{m / 2, 2, k}
		}
		var first []float64
		for _, workers := range []int{1, 2, 7} {
			out, err := rt.Run(t.Context(), blocked(m, k, n, paired), []any{rt.FromData(a, shape...), rt.FromData(b, k, n)}, rt.WithWorkers(workers))
			if err != nil {
				t.Fatal(err)
			}
			c := out[0].(*rt.Array[float64]).Data()
			if first == nil {
				first = c
			}
			if !slices.Equal(c, first) {
				t.Errorf("the product by %d workers has other bits", workers)
			}
		}
		for _, ij := range [][2]int{{0, 0}, {0, n - 1}, {m - 1, 0}, {200, 125}, {201, 124}, {m - 1, n - 1}} {
			sum := 0.0
			for l := range k {
				sum += a[ij[0]*k+l] * b[l*n+ij[1]]
			}
			if got := first[ij[0]*n+ij[1]]; math.Abs(got-sum) > 1e-11 {
				t.Errorf("element %v is %v, want %v", ij, got, sum)
			}
		}
	}
}
