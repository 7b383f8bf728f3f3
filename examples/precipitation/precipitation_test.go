package precipitation

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"testing"

	rt "github.com/daskgen/daskgen/runtime"
)

func TestZonalAgreesWithNumPy(t *testing.T) {
	p, err := rt.OpenNpy[float32]("precipitation.npy")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	data, err := os.ReadFile("numpy.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Means        []float64
		Row          int
		AnomaliesRow []float64 `json:"anomalies_row"`
	}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	r, err := RunZonal(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range want.Means {
		if got := r.Means.At(i); math.Abs(got-m) > 1e-12*math.Abs(m) {
			t.Errorf("mean of latitude %d = %v; NumPy has %v", i, got, m)
		}
	}
	for j, a := range want.AnomaliesRow {
		if got := r.Anomalies.At(want.Row, j); math.Abs(got-a) > 1e-12*want.Means[want.Row] {
			t.Errorf("anomaly at (%d, %d) = %v; NumPy has %v", want.Row, j, got, a)
		}
	}
}
