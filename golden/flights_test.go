package golden

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/daskgen/daskgen/compiler"
	"github.com/daskgen/daskgen/compiler/pass"
	"github.com/daskgen/daskgen/examples/flights"
	rt "github.com/daskgen/daskgen/runtime"
)

const flightsDir = "../examples/flights"

// TestFlights standardises the flights with chunks that do and do not divide the
// shape, any number of workers, in both precisions, and with each pass off. All
// must agree with a naive loop, and the program from JSON with the one from Go.
func TestFlights(t *testing.T) {
	if testing.Short() {
		t.Skip("builds many programs")
	}
	x, err := rt.OpenNpy[float32](filepath.Join(flightsDir, "flights.npy"))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	want := naiveStandardize(x)
	off := append([]string{"", "all"}, pass.Names()...)
	for _, c := range []struct {
		rows, cols int
		passes     []string
	}{{50000, 3, off}, {30011, 2, off[:2]}, {200000, 1, off[:1]}, {777, 3, off[:1]}} {
		for _, p := range c.passes {
			name := fmt.Sprintf("chunks=%dx%d,off=%s", c.rows, c.cols, p)
			t.Run(name, func(t *testing.T) {
				z := runFlights[float64](t, flightsGraph(t, c.rows, c.cols, "float64"), p)
				closeTo(t, z.Data(), want, 1e-12)
			})
		}
	}
	t.Run("float32", func(t *testing.T) {
		z := runFlights[float32](t, flightsGraph(t, 30011, 3, "float32"), "")
		for i, v := range z.Data() {
			if math.Abs(float64(v)-want[i]) > 1e-5*max(1, math.Abs(want[i])) {
				t.Fatalf("element %d: got %v, want %v", i, v, want[i])
			}
		}
	})
	t.Run("equal to Go", func(t *testing.T) {
		fromJSON := runFlights[float64](t, flightsGraph(t, 50000, 3, "float64"), "")
		fromGo, err := flights.RunStandardize(context.Background(), x)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range fromGo.Z.Data() {
			if v != fromJSON.Data()[i] {
				t.Fatalf("element %d: %v from Go, %v from JSON", i, v, fromJSON.Data()[i])
			}
		}
	})
}

// flightsGraph is the example's graph.json with other chunks and precision.
func flightsGraph(t *testing.T, rows, cols int, dtype string) string {
	data, err := os.ReadFile(filepath.Join(flightsDir, "graph.json"))
	if err != nil {
		t.Fatal(err)
	}
	nr, nc := (200000+rows-1)/rows, (3+cols-1)/cols
	s := strings.NewReplacer(
		"[50000, 3]", fmt.Sprintf("[%d, %d]", rows, cols),
		`"grid": [4, 1]`, fmt.Sprintf(`"grid": [%d, %d]`, nr, nc),
		`"grid": [1]`, fmt.Sprintf(`"grid": [%d]`, nc),
		`"dtype": "float64"`, fmt.Sprintf(`"dtype": %q`, dtype),
	).Replace(string(data))
	file := filepath.Join(t.TempDir(), "flights.json")
	if err := os.WriteFile(file, []byte(s), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

// runFlights builds the graph with a pass off and runs it with several numbers
// of workers, which must not matter. It returns z.
func runFlights[T rt.Elem](t *testing.T, file, off string) *rt.Array[T] {
	t.Helper()
	var o compiler.Options
	if off != "" {
		o.Passes = []string{"-" + off}
	}
	dir := t.TempDir()
	bin := filepath.Join(dir, "prog")
	_, ds, err := compiler.Build(context.Background(), file, nil, o, compiler.BuildOptions{Out: bin})
	if err != nil || ds.HasErrors() {
		t.Fatal(err, ds.Err())
	}
	var first []byte
	for _, workers := range []string{"1", "2", "7"} {
		out := filepath.Join(dir, "z"+workers+".npy")
		execute(t, "", bin, "-in", "x="+filepath.Join(flightsDir, "flights.npy"), "-out", "z="+out, "-workers", workers)
		z, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = z
		}
		if string(z) != string(first) {
			t.Errorf("%s workers give other bits than 1", workers)
		}
	}
	z, err := rt.OpenNpy[T](filepath.Join(dir, "z1.npy"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { z.Close() })
	return z
}

// naiveStandardize is the loop that one would write by hand, with compensated
// sums.
func naiveStandardize(x *rt.Array[float32]) []float64 {
	z := make([]float64, 200000*3)
	for j := range 3 {
		mean := columnSum(x, j, func(v float64) float64 { return v }) / 200000
		std := math.Sqrt(columnSum(x, j, func(v float64) float64 { return (v - mean) * (v - mean) }) / 200000)
		for i := range 200000 {
			z[3*i+j] = (float64(x.At(i, j)) - mean) / std
		}
	}
	return z
}

// columnSum is Kahan's sum of f over a column.
func columnSum(x *rt.Array[float32], j int, f func(float64) float64) float64 {
	sum, c := 0.0, 0.0
	for i := range 200000 {
		y := f(float64(x.At(i, j))) - c
		s := sum + y
		c = (s - sum) - y
		sum = s
	}
	return sum
}

func closeTo(t *testing.T, got, want []float64, rel float64) {
	t.Helper()
	for i, v := range got {
		// An element near the mean is a difference of nearly equal numbers:
		// its error is relative to the column's spread, which is 1.
		if math.Abs(v-want[i]) > rel*max(1, math.Abs(want[i])) {
			t.Fatalf("element %d: got %v, want %v", i, v, want[i])
		}
	}
}
