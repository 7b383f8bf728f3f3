package transpose

import (
	"context"
	"testing"
)

// TestElement checks that the element is one of a uniform random array, and the
// same one for the same seed: generated code has no other state.
func TestElement(t *testing.T) {
	first, err := RunElement(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if v := first.At(); v < 0 || v >= 1 {
		t.Errorf("x.T[0, 3] = %v, want a number in [0, 1)", v)
	}
	again, err := RunElement(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if first.At() != again.At() {
		t.Errorf("x.T[0, 3] = %v, then %v, of the same seed", first.At(), again.At())
	}
}
