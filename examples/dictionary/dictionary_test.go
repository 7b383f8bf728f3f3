package dictionary

import (
	"context"
	"testing"
)

func TestRunProgram(t *testing.T) {
	z, err := RunProgram(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	x := 1
	y := inc(x)
	if want := add(y, 10); z != want {
		t.Errorf("RunProgram() = %d, want %d", z, want)
	}
}
