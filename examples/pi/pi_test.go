package main

import (
	"context"
	"math"
	"testing"

	rt "github.com/daskgen/daskgen/runtime"
)

func TestMonteCarlo(t *testing.T) {
	var first float64
	for _, workers := range []int{1, 2, 5} {
		pi, err := runMonteCarlo(context.Background(), rt.WithWorkers(workers))
		if err != nil {
			t.Fatal(err)
		}
		// Five standard errors of the estimate.
		if tol := 5 * math.Sqrt(math.Pi*(4-math.Pi)/Points); math.Abs(pi.At()-math.Pi) > tol {
			t.Errorf("%d workers: π ≈ %v, more than %v off", workers, pi.At(), tol)
		}
		if workers == 1 {
			first = pi.At()
		}
		if pi.At() != first {
			t.Errorf("%d workers give %v, one gives %v", workers, pi.At(), first)
		}
	}
}
