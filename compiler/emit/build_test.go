package emit

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/runtime"
)

// program emits a graph, builds it inside this module and returns the binary.
func program(t *testing.T, g *ir.Graph, opts Options) (bin, src string) {
	t.Helper()
	files, err := Program(checked(t, g), opts)
	if err != nil {
		t.Fatal(err)
	}
	dir := tempPackage(t)
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Path), f.Content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	bin = filepath.Join(dir, "prog")
	goCommand(t, dir, "build", "-o", bin, ".")
	return bin, string(files[0].Content)
}

// tempPackage makes a folder inside the module for the time of the test.
func tempPackage(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds Go programs")
	}
	if err := os.MkdirAll("testdata", 0o777); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("testdata", "tmp")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	dir, err = filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func goCommand(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// run runs a program and returns what it prints.
func run(t *testing.T, bin string, args ...string) string {
	t.Helper()
	cmd := exec.Command(bin, args...)
	cmd.Dir = filepath.Dir(bin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestDictionaryProgram(t *testing.T) {
	bin, _ := program(t, dictionary(), Options{Source: "graph.json"})
	if got := run(t, bin, "-json"); got != "{\"z\":12}\n" {
		t.Errorf("prints %q", got)
	}
}

// TestSymmetricProgram runs sqrt(x * x.T + 1) on a file, with ragged blocks.
func TestSymmetricProgram(t *testing.T) {
	bin, _ := program(t, symmetric(), Options{})
	const n = 5
	x := make([]float64, n*n)
	for i := range x {
		x[i] = float64(i)
	}
	file := filepath.Join(filepath.Dir(bin), "x.npy")
	if err := runtime.WriteNpy(file, runtime.FromData(x, n, n)); err != nil {
		t.Fatal(err)
	}
	var got struct{ Y [][]float64 }
	if err := json.Unmarshal([]byte(run(t, bin, "-in", "x="+file, "-json")), &got); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		for j := range n {
			if want := math.Sqrt(x[i*n+j]*x[j*n+i] + 1); got.Y[i][j] != want {
				t.Errorf("y[%d, %d] is %v, want %v", i, j, got.Y[i][j], want)
			}
		}
	}
}

// TestNoBoundsChecks compiles all constructs, and kernels of loops over elements
// of blocks, strips that other steps leave and sources, with the compiler's
// report of bounds checks: there is none in an inner loop.
func TestNoBoundsChecks(t *testing.T) {
	dir := tempPackage(t)
	graphs := []Graph{{Name: "Elements", IR: checked(t, elements())}, {Name: "Symmetric", IR: checked(t, symmetric())}}
	for _, c := range constructs() {
		graphs = append(graphs, Graph{Name: upperFirst(camel(c.graph.Name)), IR: checked(t, c.graph)})
	}
	files, err := Package("library", graphs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Path), f.Content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	report := goCommand(t, dir, "build", "-gcflags=-d=ssa/check_bce", "-o", os.DevNull, ".")
	lines := strings.Split(string(files[0].Content), "\n")
	for _, r := range strings.Split(report, "\n") {
		if f := strings.Split(r, ":"); f[0] == "./"+PackageFile {
			n, err := strconv.Atoi(f[1])
			if err != nil {
				t.Fatal(err)
			}
			if inLoop(lines, n-1) {
				t.Errorf("bounds check in line %d: %s", n, lines[n-1])
			}
		}
	}
	if n := strings.Count(string(files[0].Content), "for k := range"); n < 2 {
		t.Errorf("only %d inner loops", n)
	}
}

// inLoop says whether a line stands in a loop over elements.
func inLoop(lines []string, n int) bool {
	indent := func(s string) int { return len(s) - len(strings.TrimLeft(s, "\t")) }
	for i, depth := n-1, indent(lines[n]); i >= 0 && depth > 0; i-- {
		if d := indent(lines[i]); d < depth && lines[i] != "" {
			depth = d
			if strings.HasPrefix(strings.TrimSpace(lines[i]), "for k := range") {
				return true
			}
		}
	}
	return false
}

// TestStaticcheck runs vet and staticcheck on a library of all constructs.
func TestStaticcheck(t *testing.T) {
	dir := tempPackage(t)
	var graphs []Graph
	for _, c := range constructs() {
		graphs = append(graphs, Graph{Name: upperFirst(camel(c.graph.Name)), IR: checked(t, c.graph)})
	}
	files, err := Package("library", graphs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Path), f.Content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	goCommand(t, dir, "vet", ".")
	goCommand(t, dir, "tool", "-modfile=../../../../tools.mod", "staticcheck", "-checks=all,-ST1000,-SA9003", ".")
}
