package compiler

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/daskgen/daskgen/compiler/emit"
)

// goGraphs is a package with two graphs.
const goGraphs = `package mine

import (
	"github.com/daskgen/daskgen/da"
	"github.com/daskgen/daskgen/graph"
)

func inc(n int) int    { return n + 1 }
func add(a, b int) int { return a + b }

// Plain is a dictionary.
//
//daskgen:graph
var Plain = graph.Graph{
	"x": 1,
	"y": graph.Task(inc, graph.Ref("x")),
	"z": graph.Task(add, graph.Ref("y"), 10),
}

// Standardize scales columns.
//
//daskgen:graph x=(8,4):(2,2)
func Standardize(x da.Array[float64]) da.Array[float64] {
	return x.Sub(x.Mean(0)).Div(x.Std(0))
}
`

// A Go package generates the same bytes wherever it lies.
func TestSamePackage(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	repo, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	var first []emit.File
	for i := range 2 {
		dir := filepath.Join(t.TempDir(), strings.Repeat("deeper/", 3*i)+"mine")
		writeTree(t, dir, map[string]string{
			"go.mod": "module example.com/mine\n\ngo 1.26.0\n", "graphs.go": goGraphs,
			"go.work": fmt.Sprintf("go 1.26.0\n\nuse %s\nuse .\n", strconv.Quote(filepath.ToSlash(repo))),
		})
		t.Setenv("GOWORK", filepath.Join(dir, "go.work"))
		t.Chdir(dir)
		outs, ds, err := Generate(context.Background(), []string{"."}, nil, Options{}, GenOptions{})
		if err != nil || ds.HasErrors() {
			t.Fatal(err, ds)
		}
		for _, f := range outs[0].Files {
			if strings.Contains(string(f.Content), os.TempDir()) || strings.Contains(string(f.Content), repo) {
				t.Errorf("%s holds a path of this machine", f.Path)
			}
		}
		if i == 0 {
			first = outs[0].Files
			continue
		}
		sameFiles(t, first, outs[0].Files)
	}
}

func writeTree(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// Editing, adding or removing one task changes little of the output.
func TestSmallEdits(t *testing.T) {
	deep := stages(500)
	for _, test := range []struct {
		name, text, old, new string
		most                 int // changed lines of Go
	}{
		{"literal", deep, `"op": "add", "args": [{"ref": "stage250", "index": ["i"]}, 250]`, `"op": "add", "args": [{"ref": "stage250", "index": ["i"]}, 7]`, 10},
		{"op", deep, `"op": "add", "args": [{"ref": "stage250", "index": ["i"]}, 250]`, `"op": "floor_divide", "args": [{"ref": "stage250", "index": ["i"]}, 250]`, 30},
		{"new layer", deep, `], "outputs": {`, `, {"name": "stage", "grid": [10], "indices": ["i"], "op": "ravel", "args": [{"ref": "stage100", "index": ["i"]}]}], "outputs": {"extra": {"array": "stage"}, `, 60},
		{"new output", deep, `"outputs": {`, `"outputs": {"extra": {"array": "stage77"}, `, 80},
	} {
		t.Run(test.name, func(t *testing.T) {
			checkEdit(t, test.text, test.old, test.new, test.most)
		})
	}
}

// One task of an irregular graph of 100,000 stands in the table file: the Go
// source does not change, or only where the kernel is a new one or an output
// moves in its table.
func TestSmallEditsIrregular(t *testing.T) {
	if testing.Short() {
		t.Skip("a large graph")
	}
	many, few := irregular(100_000, 7), irregular(100_000, 10_000)
	last := many[:strings.LastIndex(many, `], "outputs"`)]
	last = last[strings.LastIndex(last, "\n"):]
	key := irregularKey(99_999)
	task := func(key, op string) string {
		return fmt.Sprintf("\n"+`{"key": %q, "op": %q, "args": [{"ref": %q}, 49]}`, key, op, irregularKey(17))
	}
	for _, test := range []struct {
		name, text, new string
		most            int
	}{
		{"literal", many, task(key, "add"), 10},
		{"op", many, task(key, "floor_divide"), 30},
		{"new task", few, last + "," + task("task-8000", "add"), 50},
	} {
		t.Run(test.name, func(t *testing.T) { checkEdit(t, test.text, last, test.new, test.most) })
	}
}

// checkEdit generates a graph before and after an edit.
func checkEdit(t *testing.T, text, old, new string, most int) {
	t.Helper()
	if strings.Count(text, old) != 1 {
		t.Fatalf("%d places to edit", strings.Count(text, old))
	}
	before := generated(t, text, Options{}, "main")
	after := generated(t, strings.Replace(text, old, new, 1), Options{}, "main")
	lines, changed := 0, 0
	for _, f := range before {
		if filepath.Ext(f.Path) != ".go" {
			continue
		}
		j := slices.IndexFunc(after, func(g emit.File) bool { return g.Path == f.Path })
		lines += strings.Count(string(f.Content), "\n")
		changed += changedLines(f.Content, after[j].Content)
	}
	t.Logf("%d of %d lines changed", changed, lines)
	if changed > most {
		t.Errorf("%d of %d lines changed, want at most %d", changed, lines, most)
	}
}

// changedLines counts the lines that a diff takes out or puts in.
func changedLines(old, new []byte) int {
	n := 0
	for _, line := range strings.Split(string(diff.Diff("a", old, "b", new)), "\n") {
		if (strings.HasPrefix(line, "+") || strings.HasPrefix(line, "-")) && !strings.HasPrefix(line, "+++") && !strings.HasPrefix(line, "---") {
			n++
		}
	}
	return n
}

// stages is n layers, each of which reads the one before, of kinds that do not
// all fuse.
func stages(n int) string {
	var layers []string
	outs := []string{}
	for i := 1; i <= n; i++ {
		args := fmt.Sprintf(`{"ref": "stage%d", "index": ["i"]}`, i-1)
		op, more := "add", fmt.Sprintf(", %d", i-1)
		if i%3 == 0 {
			op, more = "flip", ""
		}
		layers = append(layers, fmt.Sprintf(`{"name": "stage%d", "grid": [10], "indices": ["i"], "op": %q, "args": [%s%s]}`, i, op, args, more))
		if i%4 == 0 {
			outs = append(outs, fmt.Sprintf(`"out%d": {"array": "stage%d"}`, i, i))
		}
	}
	return `{"daskgen": 1, "name": "stages", "inputs": {"stage0": {"dtype": "int64", "shape": [40], "chunks": [4]}}, "layers": [` +
		strings.Join(layers, ",\n") + `], "outputs": {` + strings.Join(outs, ", ") + `}}`
}
