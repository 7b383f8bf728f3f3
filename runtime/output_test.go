package runtime

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// identity returns a program whose output y is input x. Chunks may be hidden
// from the output.
func identity(shape []int, chunks [][]int, known bool) *Program {
	out := OutputInfo{Name: "y", Array: true, DType: "float64", Shape: shape, Chunks: chunks}
	if !known {
		out.Chunks = nil
	}
	return &Program{
		Name:    "identity",
		Inputs:  []InputInfo{{Name: "x", DType: "float64", Shape: shape, Chunks: chunks}},
		Outputs: []OutputInfo{out},
		Build: func(b *Builder) error {
			ArrayOutput(b, "y", InputLayer[float64](b, "x"))
			return nil
		},
	}
}

func genChunks(t *rapid.T, shape []int) [][]int {
	chunks := make([][]int, len(shape))
	for k, n := range shape {
		for n > 0 {
			c := rapid.IntRange(1, n).Draw(t, "chunk")
			chunks[k] = append(chunks[k], c)
			n -= c
		}
		if shape[k] == 0 {
			chunks[k] = []int{0}
		}
	}
	return chunks
}

// Blocks of an input put together again are the input, in memory and in a
// file, whether the chunks are known or not.
func TestArrayRoundTrip(t *testing.T) {
	t.Chdir(t.TempDir())
	rapid.Check(t, func(rt *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 7), 0, 3).Draw(rt, "shape")
		x := count(shape...)
		p := identity(shape, genChunks(rt, shape), rapid.Bool().Draw(rt, "known"))
		got, err := Run(t.Context(), p, []any{x}, WithWorkers(2))
		if err != nil {
			rt.Fatal(err)
		}
		y := got[0].(*Array[float64])
		if d := cmp.Diff(shape, y.Shape()) + cmp.Diff(x.Data(), y.Data()); d != "" {
			rt.Errorf("in memory: %s", d)
		}
		files := map[string]string{"y": "y.npy"}
		got, err = execute(t.Context(), p, []any{x}, &options{workers: 2, files: files})
		if err != nil || got[0] != nil {
			rt.Fatal(got, err)
		}
		f, err := OpenNpy[float64]("y.npy")
		if err != nil {
			rt.Fatal(err)
		}
		defer f.Close()
		if d := cmp.Diff(shape, f.Shape()) + cmp.Diff(x.Data(), f.Data()); d != "" {
			rt.Errorf("in a file: %s", d)
		}
	})
}

func TestArrayOutputErrors(t *testing.T) {
	makes := func(shape ...int) func(*Task) (*Block[float64], error) {
		return func(*Task) (*Block[float64], error) { return New[float64](shape...), nil }
	}
	for _, tc := range []struct {
		name   string
		out    OutputInfo
		grid   []int
		kernel func(*Task) (*Block[float64], error)
		want   string
	}{
		{"shape", OutputInfo{Shape: []int{4}, Chunks: [][]int{{2, 2}}}, []int{2}, makes(3), `task ("output y", 0) in layer "output y": write: the block at (0,) has shape (3,), the chunk along axis 0 is 2`},
		{"rank", OutputInfo{Shape: []int{4}, Chunks: [][]int{{2, 2}}}, []int{2}, makes(2, 1), "has shape (2, 1), the array has 1 axes"},
		{"unknown rank", OutputInfo{Shape: []int{-1}}, []int{2}, makes(2, 1), "the grid has 1 axes"},
		{"sum", OutputInfo{Shape: []int{5}, Chunks: [][]int{{2, 2}}}, []int{2}, makes(2), "add up to 4, its length is 5"},
		{"grid", OutputInfo{Shape: []int{4}, Chunks: [][]int{{2, 2}}}, []int{4}, makes(1), "the chunks do not fit the grid [4]"},
	} {
		tc.out.Name, tc.out.Array = "y", true
		p := &Program{Name: "bad", Outputs: []OutputInfo{tc.out}, Build: func(b *Builder) error {
			y := NewLayer[*Block[float64]](b, Info{Name: "y", Grid: tc.grid})
			y.Case(All(), tc.kernel)
			ArrayOutput(b, "y", y)
			return nil
		}}
		_, err := Run(t.Context(), p, nil, WithWorkers(1))
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %s", tc.name, err, tc.want)
		}
	}
}

func TestInputErrors(t *testing.T) {
	ok := [][]int{{2, 1}, {2}}
	for _, tc := range []struct {
		name   string
		chunks [][]int
		args   []any
		want   string
	}{
		{"missing", ok, []any{nil}, `input "x": is not given`},
		{"missing array", ok, []any{(*Array[float64])(nil)}, `input "x": is not given`},
		{"too few", ok, nil, "0 arguments for 1 inputs"},
		{"dtype", ok, []any{FromData([]int64{1, 2}, 2)}, "a *runtime.Array[int64] was given, want *Array[float64]"},
		{"shape", ok, []any{count(2, 3)}, "the array has shape (2, 3), the program was compiled for (3, 2)"},
		{"chunks", [][]int{{2}, {2}}, []any{count(3, 2)}, "the chunks along axis 0 add up to 2, its length is 3"},
		{"rank", [][]int{{3}}, []any{count(3, 2)}, "chunks along 1 axes for an array of 2"},
	} {
		_, err := Run(t.Context(), identity([]int{3, 2}, tc.chunks, false), tc.args)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %s", tc.name, err, tc.want)
		}
	}
}

// All files are complete before the first gets its name.
func TestFilesTogether(t *testing.T) {
	inDir(t, count(3, 2))
	p := doubled()
	build := p.Build
	p.Build = func(b *Builder) error {
		err := build(b)
		n := b.outputs[1]
		b.outputs[1] = failingOutput{n}
		return err
	}
	code, _, stderr := invoke(p, "-out", "y=y.npy")
	if code != 1 || !strings.Contains(stderr, `output "n": disk full`) {
		t.Errorf("exit %d, %q", code, stderr)
	}
	if _, err := OpenNpy[float64]("y.npy"); err == nil {
		t.Error("y.npy was written although n could not be")
	}
}

// A failingOutput cannot be finished.
type failingOutput struct{ output }

func (failingOutput) finish() error { return errDiskFull }

var errDiskFull = errors.New("disk full")
