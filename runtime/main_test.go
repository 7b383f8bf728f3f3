package runtime

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// double returns a program with y = 2x over blocks of x, and n, the number of
// elements of x.
func double(shape []int, chunks [][]int) *Program {
	in := InputInfo{Name: "x", DType: "float64", Shape: shape, Chunks: chunks, Source: "x.npy"}
	return &Program{
		Name:   "double",
		Inputs: []InputInfo{in},
		Outputs: []OutputInfo{
			{Name: "y", Array: true, DType: "float64", Shape: shape, Chunks: chunks},
			{Name: "n"},
		},
		Build: func(b *Builder) error {
			x := InputLayer[float64](b, "x")
			y := NewLayer[*Block[float64]](b, Info{Name: "y", Grid: x.grid, Op: "mul"})
			same := make([]Ix, len(x.grid))
			all := make([]Ix, len(x.grid))
			for k := range same {
				same[k], all[k] = I(k), Many(Fix(0), Fix(x.grid[k]), 1)
			}
			y.Case(All(), func(t *Task) (*Block[float64], error) {
				v := x.Get(t, 0)
				out := Reuse(t, v.Shape, v)
				for i, e := range v.Elements() {
					out.Data[i] = 2 * e
				}
				return out, nil
			}, x.At(same...))
			n := NewLayer[int64](b, Info{Name: "n", Op: "size"})
			n.Case(All(), func(t *Task) (int64, error) {
				sum := 0
				if len(all) == 0 {
					return 1, nil
				}
				for _, v := range x.List(t, 0) {
					sum += v.Size()
				}
				return int64(sum), nil
			}, x.At(all...))
			ArrayOutput(b, "y", y)
			ValueOutput(b, "n", n)
			return nil
		},
	}
}

// count returns 0, 1, 2, ... in a shape.
func count(shape ...int) *Array[float64] {
	data := make([]float64, size(shape))
	for i := range data {
		data[i] = float64(i)
	}
	return FromData(data, shape...)
}

// inDir writes an array as x.npy into a new folder and works there.
func inDir(t *testing.T, x *Array[float64]) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := WriteNpy("x.npy", x); err != nil {
		t.Fatal(err)
	}
}

// invoke runs a program as from the command line.
func invoke(p *Program, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = runMain(p, args, strings.NewReader(""), &out, &err)
	return code, out.String(), err.String()
}

func doubled() *Program { return double([]int{3, 2}, [][]int{{2, 1}, {2}}) }

func TestMainPrints(t *testing.T) {
	inDir(t, count(3, 2))
	for _, tc := range []struct {
		args []string
		want string
	}{
		{nil, "y =\n[[ 0.  2.]\n [ 4.  6.]\n [ 8. 10.]]\nn = 6\n"},
		{[]string{"-json"}, `{"y":[[0.0,2.0],[4.0,6.0],[8.0,10.0]],"n":6}` + "\n"},
		{[]string{"-in", "x=x.npy", "-workers", "3", "-memory", "1GiB", "-json", "-out", "y=y.json"}, `{"n":6}` + "\n"},
	} {
		code, stdout, stderr := invoke(doubled(), tc.args...)
		if code != 0 || stderr != "" {
			t.Errorf("%v: exit %d, %s", tc.args, code, stderr)
		}
		if d := cmp.Diff(tc.want, stdout); d != "" {
			t.Errorf("%v: (-want +got)\n%s", tc.args, d)
		}
	}
}

func TestMainWritesFiles(t *testing.T) {
	inDir(t, count(3, 2))
	code, stdout, stderr := invoke(doubled(), "-out", "y=y.npy", "-out", "n=n.json")
	if code != 0 || stdout != "" || stderr != "" {
		t.Fatalf("exit %d, %q, %q", code, stdout, stderr)
	}
	y, err := OpenNpy[float64]("y.npy")
	if err != nil {
		t.Fatal(err)
	}
	defer y.Close()
	if d := cmp.Diff([]float64{0, 2, 4, 6, 8, 10}, y.Data()); d != "" {
		t.Error(d)
	}
	if n, err := os.ReadFile("n.json"); err != nil || string(n) != "6\n" {
		t.Errorf("n.json has %q, %v", n, err)
	}
	code, _, stderr = invoke(doubled(), "-out", "n=n.npy") // a number is an array of rank 0
	if code != 0 {
		t.Fatal(stderr)
	}
	n, err := OpenNpy[int64]("n.npy")
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if len(n.Shape()) != 0 || n.At() != 6 {
		t.Errorf("n.npy has shape %v and %v", n.Shape(), n.At())
	}
}

func TestMainUsageErrors(t *testing.T) {
	inDir(t, count(3, 2))
	if err := WriteNpy("wide.npy", count(3, 3)); err != nil {
		t.Fatal(err)
	}
	if err := WriteNpy("ints.npy", FromData([]int64{1, 2, 3, 4, 5, 6}, 3, 2)); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-in", "z=x.npy"}, 2, "-in z: there is no such input, only x"},
		{[]string{"-out", "z=z.npy"}, 2, "-out z: there is no such output, only y, n"},
		{[]string{"-in", "x"}, 2, "want NAME=PATH"},
		{[]string{"-in", "x=a", "-in", "x=b"}, 2, "x is given twice"},
		{[]string{"-workers", "0"}, 2, "at least one worker"},
		{[]string{"-memory", "lots"}, 2, `"lots" is not a size`},
		{[]string{"-fast"}, 2, "flag provided but not defined: -fast"},
		{[]string{"y"}, 2, `"y" is not a flag`},
		{[]string{"-in", "x=none.npy"}, 2, "none.npy"},
		{[]string{"-in", "x=wide.npy"}, 2, `input "x": the array has shape (3, 3), the program was compiled for (3, 2)`},
		{[]string{"-in", "x=ints.npy"}, 2, "int64"},
		{[]string{"-out", "y=a.json", "-out", "n=a.json"}, 2, "two outputs cannot be written to a.json"},
		{[]string{"-out", "y=y.csv"}, 2, "only .npy and .json"},
		{[]string{"-out", "y=none/y.npy"}, 1, "none"},
	} {
		code, stdout, stderr := invoke(doubled(), tc.args...)
		if code != tc.code || stdout != "" || !strings.Contains(stderr, tc.want) {
			t.Errorf("%v: exit %d, %q, want %d, %q", tc.args, code, stderr, tc.code, tc.want)
		}
	}
}

func TestMainHelp(t *testing.T) {
	code, stdout, _ := invoke(double([]int{5, 7}, [][]int{{2, 2, 1}, {3, 4}}), "-help")
	if code != 0 {
		t.Errorf("exit %d", code)
	}
	for _, want := range []string{
		"x\tfloat64 (5, 7) in chunks of (2, (3, 4)), from x.npy\n",
		"y\tfloat64 (5, 7) in chunks of (2, (3, 4))\n",
		"-in NAME=PATH", "-out NAME=PATH", "-workers", "-memory SIZE", "-progress", "-trace FILE", "-stats", "-json", "-v\t",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing in\n%s", want, stdout)
		}
	}
}

// An output that exists stays as it is when the run fails, and nothing else
// is left behind.
func TestMainFailureLeavesOutputs(t *testing.T) {
	inDir(t, count(3, 2))
	if err := os.WriteFile("y.npy", []byte("before"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := doubled()
	build := p.Build
	p.Build = func(b *Builder) error {
		err := build(b)
		for _, l := range b.layers {
			if l.info.Name == "n" {
				l.cases[0].run = func(*Task) error { panic("no numbers today") }
			}
		}
		return err
	}
	code, stdout, stderr := invoke(p, "-out", "y=y.npy", "-out", "n=n.json", "-v", "-progress", "-stats")
	if code != 1 || stdout != "" || !strings.Contains(stderr, `double: task "n" in layer "n": size: panic: no numbers today`) {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	if !strings.Contains(stderr, "goroutine ") {
		t.Errorf("-v does not print the stack of the panic: %s", stderr)
	}
	if got, _ := os.ReadFile("y.npy"); string(got) != "before" {
		t.Errorf("y.npy was changed to %q", got)
	}
	files, _ := filepath.Glob(".*")
	more, _ := filepath.Glob("*")
	if d := cmp.Diff([]string{"x.npy", "y.npy"}, append(files, more...)); d != "" {
		t.Errorf("files (-want +got)\n%s", d)
	}
}

// SIGINT and SIGTERM stop a run.
func TestMainSignals(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		p := grid(200, func(t *Task) (int64, error) {
			if t.Ordinal() == 0 {
				if err := syscall.Kill(syscall.Getpid(), sig); err != nil {
					return 0, err
				}
			}
			time.Sleep(time.Millisecond)
			return 1, nil
		})
		start := time.Now()
		code, _, stderr := invoke(p, "-workers", "2")
		if code != 1 || stderr != "grid: interrupted\n" {
			t.Errorf("%v: exit %d, %q", sig, code, stderr)
		}
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%v: stopped after %v", sig, d)
		}
	}
}

// A trace is JSON with an event for each task; statistics count them.
func TestMainObservers(t *testing.T) {
	inDir(t, count(3, 2))
	code, _, stderr := invoke(doubled(), "-trace", "t.json", "-stats", "-v", "-progress", "-workers", "2", "-json")
	if code != 0 {
		t.Fatal(stderr)
	}
	for _, want := range []string{"double: 7 tasks, 2 workers, memory limit", "y (mul)", "7 tasks in", "100% 7/7", "done in"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("%q is missing in\n%s", want, stderr)
		}
	}
	data, err := os.ReadFile("t.json")
	if err != nil {
		t.Fatal(err)
	}
	var trace struct {
		TraceEvents []struct {
			Ph, Name string
			Ts, Dur  *float64
			Pid, Tid int
			Args     map[string]any
		}
	}
	if err := json.Unmarshal(data, &trace); err != nil {
		t.Fatal(err)
	}
	keys := map[any]int{}
	for _, e := range trace.TraceEvents {
		if e.Ph == "X" {
			keys[e.Args["key"]]++
			if e.Ts == nil || e.Dur == nil || *e.Dur < 0 || e.Tid < 0 || e.Tid > 1 {
				t.Errorf("an event is wrong: %+v", e)
			}
		}
	}
	want := map[any]int{
		`("x", 0, 0)`: 1, `("x", 1, 0)`: 1, `("y", 0, 0)`: 1, `("y", 1, 0)`: 1, `"n"`: 1,
		`("output y", 0, 0)`: 1, `("output y", 1, 0)`: 1,
	}
	if d := cmp.Diff(want, keys); d != "" {
		t.Errorf("tasks (-want +got)\n%s", d)
	}
}
