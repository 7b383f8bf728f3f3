//go:build unix

package runtime

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func TestOpenNpyOfPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	for _, c := range []struct {
		data string
		ok   bool
	}{{"\x01\x00\x02\x00", true}, {"\x01\x00", false}} {
		done := make(chan error)
		go func() { done <- os.WriteFile(path, npyFile(npyDict("<u2", "(2,)"), c.data), 0o600) }()
		a, err := OpenNpy[uint16](path)
		if e := <-done; e != nil {
			t.Fatal(e)
		}
		if (err == nil) != c.ok || c.ok && a.At(1) != 2 {
			t.Errorf("%q: %v", c.data, err)
		}
	}
	if _, err := CreateNpy[uint16](path, nil); err == nil {
		t.Error("a pipe was replaced")
	}
}

// TestInputCutShort: reading a mapped file that another program has truncated
// is an error of the task, not the end of the process.
func TestInputCutShort(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npy")
	const n = 1 << 16
	if err := WriteNpy(path, FromData(make([]float64, n), n)); err != nil {
		t.Fatal(err)
	}
	a, err := OpenNpy[float64](path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := os.Truncate(path, 128); err != nil {
		t.Fatal(err)
	}
	prog := &Program{
		Inputs:  []InputInfo{{Name: "x", DType: "float64", Shape: []int{n}, Chunks: [][]int{{n}}}},
		Outputs: []OutputInfo{{Name: "y"}},
		Build: func(b *Builder) error {
			x := InputLayer[float64](b, "x")
			y := NewLayer[float64](b, Info{Name: "y"})
			y.Case(All(), func(t *Task) (float64, error) { return x.Get(t, 0).At(n - 1), nil }, x.At(Fix(0)))
			ValueOutput(b, "y", y)
			return nil
		},
	}
	_, err = Run(t.Context(), prog, []any{a})
	if te := (*TaskError)(nil); !errors.As(err, &te) || te.Layer != "y" {
		t.Errorf("%v", err)
	}
}
