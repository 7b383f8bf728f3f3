package distance

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	rt "github.com/daskgen/daskgen/runtime"
)

func points(n int) *rt.Array[float64] {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	data := make([]float64, n*3)
	for i := range data {
		data[i] = r.NormFloat64()
	}
	return rt.FromData(data, n, 3)
}

// naive is the loop that one would write by hand.
func naive(a, b *rt.Array[float64]) []float64 {
	out := make([]float64, 0, 1000*800)
	for i := range 1000 {
		for j := range 800 {
			s := 0.0
			for k := range 3 {
				d := a.At(i, k) - b.At(j, k)
				s += d * d
			}
			out = append(out, math.Sqrt(s))
		}
	}
	return out
}

func TestPairwise(t *testing.T) {
	a, b := points(1000), points(800)
	d, err := RunPairwise(context.Background(), a, b)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range naive(a, b) {
		if got := d.At(i/800, i%800); math.Abs(got-want) > 1e-14*want {
			t.Fatalf("distance %d, %d = %v, want %v", i/800, i%800, got, want)
		}
	}
}

func BenchmarkPairwise(b *testing.B) {
	x, y := points(1000), points(800)
	for b.Loop() {
		if _, err := RunPairwise(context.Background(), x, y); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNaive(b *testing.B) {
	x, y := points(1000), points(800)
	for b.Loop() {
		naive(x, y)
	}
}
