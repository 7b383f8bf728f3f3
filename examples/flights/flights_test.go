package flights

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"testing"

	rt "github.com/daskgen/daskgen/runtime"
)

// record is what NumPy computed from flights.npy.
type record struct {
	Mean, Std []float64
	Rows      []int
	Z         [][]float64
	SumAbsZ   []float64 `json:"sum_abs_z"`
}

func load(t *testing.T) (*rt.Array[float32], record) {
	t.Helper()
	x, err := rt.OpenNpy[float32]("flights.npy")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	data, err := os.ReadFile("numpy.json")
	if err != nil {
		t.Fatal(err)
	}
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return x, r
}

// near says whether two numbers agree to the relative tolerance.
func near(a, b, rel float64) bool {
	return math.Abs(a-b) <= rel*math.Max(math.Abs(a), math.Abs(b))
}

func TestStandardizeAgreesWithNumPy(t *testing.T) {
	x, want := load(t)
	for _, workers := range []int{1, 2, 7} {
		mean, std, z := standardize(t, x, workers)
		for j := range 3 {
			if !near(mean.At(j), want.Mean[j], 1e-12) || !near(std.At(j), want.Std[j], 1e-12) {
				t.Errorf("%d workers: column %d: mean %v, std %v; NumPy has %v, %v", workers, j, mean.At(j), std.At(j), want.Mean[j], want.Std[j])
			}
			sum := 0.0
			for i := range 200000 {
				sum += math.Abs(z.At(i, j))
			}
			if !near(sum, want.SumAbsZ[j], 1e-11) {
				t.Errorf("%d workers: column %d: sum of |z| = %v; NumPy has %v", workers, j, sum, want.SumAbsZ[j])
			}
		}
		for k, i := range want.Rows {
			for j := range 3 {
				if !near(z.At(i, j), want.Z[k][j], 1e-12) {
					t.Errorf("%d workers: z[%d, %d] = %v; NumPy has %v", workers, i, j, z.At(i, j), want.Z[k][j])
				}
			}
		}
	}
}

func standardize(t *testing.T, x *rt.Array[float32], workers int) (mean, std, z *rt.Array[float64]) {
	t.Helper()
	r, err := RunStandardize(context.Background(), x, rt.WithWorkers(workers))
	if err != nil {
		t.Fatal(err)
	}
	return r.Mean, r.Std, r.Z
}

func TestStandardize32AgreesWithNumPy(t *testing.T) {
	x, want := load(t)
	z, err := RunStandardize32(context.Background(), x)
	if err != nil {
		t.Fatal(err)
	}
	for k, i := range want.Rows {
		for j := range 3 {
			if got := float64(z.At(i, j)); math.Abs(got-want.Z[k][j]) > 1e-5*math.Max(1, math.Abs(want.Z[k][j])) {
				t.Errorf("z[%d, %d] = %v; NumPy has %v", i, j, got, want.Z[k][j])
			}
		}
	}
}

func BenchmarkStandardize(b *testing.B) {
	x, err := rt.OpenNpy[float32]("flights.npy")
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	b.SetBytes(200000 * 3 * 4)
	for b.Loop() {
		if _, err := RunStandardize(context.Background(), x); err != nil {
			b.Fatal(err)
		}
	}
}
