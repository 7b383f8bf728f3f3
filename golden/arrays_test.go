package golden

import (
	"bytes"
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/daskgen/daskgen/compiler/build"
	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/compiler/emit"
	"github.com/daskgen/daskgen/compiler/pass"
	"github.com/daskgen/daskgen/internal/randarray"
	"github.com/daskgen/daskgen/internal/records"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/stdops/ref"
)

var (
	programs   = flag.Int("programs", 30, "random array programs in a binary")
	arraySteps = flag.Int("steps", 12, "operations of a random array program, at most")
	long       = flag.Bool("long", false, "random array programs also without each pass")
	python     = flag.String("python", "", "a Python with NumPy, with which to compare random array programs")
)

// drawPrograms draws random array programs by the seed.
func drawPrograms(n int, funcs bool) []*randarray.Program {
	gen := rapid.Custom(func(t *rapid.T) *randarray.Program {
		return randarray.Draw(t, randarray.Options{Funcs: funcs, Steps: *arraySteps})
	})
	ps := make([]*randarray.Program, n)
	for i := range ps {
		ps[i] = gen.Example(int(*seed)*1_000_000 + i)
	}
	return ps
}

// TestRandomArrays compiles random programs over blocked arrays into one
// binary, with all passes and with none, and with -long without each one; runs
// it with several numbers of workers; and compares with direct evaluation.
func TestRandomArrays(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	ps := drawPrograms(*programs, true)
	dir := t.TempDir()
	g := mergePrograms(t, ps, dir)
	sets := [][]string{nil, pass.Names()}
	if *long {
		for _, name := range pass.Names() {
			sets = append(sets, []string{name})
		}
	}
	for _, off := range sets {
		t.Run("without "+strings.Join(off, ","), func(t *testing.T) {
			bin := buildArrays(t, g, off)
			var first string
			for _, workers := range []string{"1", "2", "7"} {
				out := runArrays(t, bin, g, dir, workers)
				if first == "" {
					first = out
					compareArrays(t, ps, out)
					continue
				}
				sameFiles(t, g, first, out)
			}
		})
	}
}

// prefix is what the names of a program have in the merged graph.
func prefix(i int) string { return fmt.Sprintf("p%d_", i) }

// mergePrograms makes one graph of the programs. Their inputs are .npy files
// in dir.
func mergePrograms(t *testing.T, ps []*randarray.Program, dir string) *ir.Graph {
	t.Helper()
	all := &ir.Graph{Name: "arrays"}
	for i, p := range ps {
		g := ir.Clone(p.Blocks)
		for _, l := range g.Layers {
			if l.Input != nil {
				writeInput(t, filepath.Join(dir, prefix(i)+l.Name+".npy"), p.Inputs[l.Name])
			}
			l.Name = prefix(i) + l.Name
			l.Origins = []string{l.Name}
		}
		for _, o := range g.Outputs {
			o.Name = prefix(i) + o.Name
		}
		all.Layers, all.Outputs = append(all.Layers, g.Layers...), append(all.Outputs, g.Outputs...)
	}
	if err := ir.Verify(all); err != nil {
		t.Fatal(err)
	}
	if ds := check.Check(all); len(ds) > 0 {
		t.Fatal(ds[0])
	}
	return all
}

func writeInput(t *testing.T, path string, v ref.Value) {
	t.Helper()
	var err error
	switch v.Type.DType {
	case ir.Bool:
		err = writeElems[bool](path, v)
	case ir.Int8:
		err = writeElems[int8](path, v)
	case ir.Uint8:
		err = writeElems[uint8](path, v)
	case ir.Int32:
		err = writeElems[int32](path, v)
	case ir.Int64:
		err = writeElems[int64](path, v)
	case ir.Float32:
		err = writeElems[float32](path, v)
	case ir.Float64:
		err = writeElems[float64](path, v)
	case ir.Complex128:
		err = writeElems[complex128](path, v)
	default:
		err = fmt.Errorf("inputs of %s are not written", v.Type.DType)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func writeElems[T rt.Elem](path string, v ref.Value) error {
	data := make([]T, len(v.Elems))
	for i, x := range v.Elems {
		data[i] = x.(T)
	}
	shape := make([]int, len(v.Type.Shape))
	for k, n := range v.Type.Shape {
		shape[k] = int(n)
	}
	return rt.WriteNpy(path, rt.FromData(data, shape...))
}

// buildArrays compiles the graph without some passes. The programs call
// functions of this module.
func buildArrays(t *testing.T, g *ir.Graph, off []string) string {
	t.Helper()
	disable := map[string]bool{}
	for _, name := range off {
		disable[name] = true
	}
	after := ir.Clone(g)
	pass.Run(after, pass.Options{Disable: disable})
	files, err := emit.Program(after, emit.Options{Source: "arrays"})
	if err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(t.TempDir(), "prog")
	if err := build.InModule(context.Background(), files, build.Module{Dir: here}, build.Options{Out: bin}); err != nil {
		t.Fatal(err)
	}
	return bin
}

// runArrays returns the folder of the outputs.
func runArrays(t *testing.T, bin string, g *ir.Graph, dir, workers string) string {
	t.Helper()
	args := []string{"-workers", workers}
	out := t.TempDir()
	for _, l := range g.Layers {
		if l.Input != nil {
			args = append(args, "-in", l.Name+"="+filepath.Join(dir, l.Name+".npy"))
		}
	}
	for _, o := range g.Outputs {
		args = append(args, "-out", o.Name+"="+filepath.Join(out, o.Name+".npy"))
	}
	if text, err := exec.Command(bin, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return out
}

// compareArrays compares outputs with direct evaluation of each program.
func compareArrays(t *testing.T, ps []*randarray.Program, out string) {
	t.Helper()
	fails := 0
	for i, p := range ps {
		ev := ref.Evaluator{Funcs: randarray.Funcs}
		want, err := ev.Graph(p.Blocks, p.Inputs)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range p.Outputs {
			err := compareArray(filepath.Join(out, prefix(i)+o.Name+".npy"), want[o.Name], o.Err, 0)
			if err == nil {
				continue
			}
			if fails++; fails <= 3 {
				t.Errorf("%s: %v\n%s", o.Name, err, strings.Join(p.Steps, "\n"))
			}
		}
	}
	if fails > 3 {
		t.Errorf("%d outputs differ", fails)
	}
}

// compareArray compares an .npy file with an array: floats may be apart by abs,
// and by rel of their magnitude.
func compareArray(path string, want ref.Value, abs, rel float64) error {
	c, err := readConst(path)
	if err != nil {
		return err
	}
	got := &ir.Const{Kind: ir.ConstArray, DType: want.Type.DType, Shape: append([]int64{}, want.Type.Shape...)}
	for _, x := range want.Elems {
		if got.Bytes, err = binary.Append(got.Bytes, binary.LittleEndian, x); err != nil {
			return err
		}
	}
	eps := 2.3e-16
	if d := want.Type.DType; d == ir.Float32 || d == ir.Complex64 {
		eps = 1.2e-7
	}
	return records.Tolerance{ULP: rel / eps, Abs: max(abs, math.SmallestNonzeroFloat64)}.Compare(c, got)
}

// sameFiles compares outputs to the bit.
func sameFiles(t *testing.T, g *ir.Graph, a, b string) {
	t.Helper()
	for _, o := range g.Outputs {
		x, err := os.ReadFile(filepath.Join(a, o.Name+".npy"))
		if err != nil {
			t.Fatal(err)
		}
		y, err := os.ReadFile(filepath.Join(b, o.Name+".npy"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(x, y) {
			t.Errorf("%s depends on the number of workers", o.Name)
		}
	}
}

// TestRandomArraysAgainstNumPy computes random programs with NumPy too, where
// -python names a Python.
func TestRandomArraysAgainstNumPy(t *testing.T) {
	if *python == "" {
		t.Skip("needs -python")
	}
	ps := drawPrograms(*programs, true)
	dir := t.TempDir()
	var script strings.Builder
	script.WriteString("import numpy as np\nnp.seterr(all='ignore')\nimport warnings; warnings.simplefilter('ignore')\n")
	for i, p := range ps {
		for name, v := range p.Inputs {
			writeInput(t, filepath.Join(dir, prefix(i)+name+".npy"), v)
			fmt.Fprintf(&script, "%s = np.load(%q)\n", name, prefix(i)+name+".npy")
		}
		script.WriteString("try:\n")
		for _, line := range p.Python {
			script.WriteString("  " + line + "\n")
		}
		for _, o := range p.Outputs {
			if !math.IsInf(o.NumPy, 1) {
				fmt.Fprintf(&script, "  np.save(%q, np.array(%s, order='C'))\n", "out_"+prefix(i)+o.Name+".npy", o.Name)
			}
		}
		script.WriteString("except Exception as e:\n  print('" + prefix(i) + "', e)\n")
	}
	file := filepath.Join(dir, "script.py")
	if err := os.WriteFile(file, []byte(script.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(*python, file)
	cmd.Dir = dir
	text, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	refused := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		name, why, _ := strings.Cut(line, " ")
		if refused[name] = true; !strings.Contains(why, "zero-size array to reduction") {
			t.Errorf("NumPy refuses a program: %s", line) // it refuses minima of nothing also where there are none of them
		}
	}
	fails, n := 0, 0
	for i, p := range ps {
		if refused[prefix(i)] {
			continue
		}
		ev := ref.Evaluator{Funcs: randarray.Funcs}
		want, err := ev.Graph(p.Blocks, p.Inputs)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range p.Outputs {
			if math.IsInf(o.NumPy, 1) {
				continue
			}
			n++
			rel := 1e-11
			if want[o.Name].Type.DType == ir.Float32 {
				rel = 1e-5
			}
			if err := compareArray(filepath.Join(dir, "out_"+prefix(i)+o.Name+".npy"), want[o.Name], o.NumPy, rel); err != nil {
				if fails++; fails <= 5 {
					t.Errorf("%s: got is NumPy's, want direct evaluation: %v\n%s", o.Name, err, strings.Join(p.Steps, "\n"))
				}
			}
		}
	}
	t.Logf("%d outputs compared, %d differ", n, fails)
}
