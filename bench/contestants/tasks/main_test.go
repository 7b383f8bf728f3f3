package main

import (
	"fmt"
	"testing"

	"github.com/daskgen/daskgen/bench/shapes"
)

// All tasks of all shapes are run, with the values that they have one after the
// other.
func TestShapes(t *testing.T) {
	for _, shape := range shapes.Names {
		for _, workers := range []int{1, 2, 8} {
			preds := shapes.Predecessors(shape, 3000)
			var run, all, bytes float64
			var sum int64
			a := answer(fmt.Sprintf("%s 3000 %d", shape, workers))
			if _, err := fmt.Sscanf(a, "ok %g %g %g %d", &run, &all, &bytes, &sum); err != nil {
				t.Fatalf("%s: %q: %v", shape, a, err)
			}
			if want := shapes.Sum(preds); sum != want {
				t.Errorf("%s with %d workers: sum %d, %d is expected", shape, workers, sum, want)
			}
			if !(run > 0 && run < all) {
				t.Errorf("%s with %d workers: %v ns a task in the run, %v with building", shape, workers, run, all)
			}
		}
	}
}

// Workers that have nothing to do take no processor: a tenth of one is allowed, for
// starting and parking 64 of them.
func TestIdle(t *testing.T) {
	var busy float64
	a := answer("idle 200 64")
	if _, err := fmt.Sscanf(a, "ok %g", &busy); err != nil {
		t.Fatalf("%q: %v", a, err)
	}
	if busy > 1.1 {
		t.Errorf("%.2f processors are busy with one task", busy)
	}
}
