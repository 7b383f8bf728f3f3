package graphjson

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/daskgen/daskgen/ir"
)

// TestRoundTrip writes random graphs and reads them again.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := randomGraph(t)
		g, diags := read(text)
		if len(diags) > 0 {
			t.Fatalf("%v\n%s", diags, text)
		}
		if err := ir.Verify(g); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		roundTrip(t, g)
	})
}

// A family is a name with the extents of its grid, which may be referred to.
type family struct {
	name string
	grid []int
}

// randomGraph draws a graph of an input, layers and tasks.
func randomGraph(t *rapid.T) string {
	families := []family{{"x", []int{3, 4}}}
	var layers, tasks []string
	for n := range rapid.IntRange(1, 6).Draw(t, "families") {
		f := family{name: fmt.Sprint("f", n)}
		for range rapid.IntRange(0, 2).Draw(t, "rank") {
			f.grid = append(f.grid, rapid.IntRange(1, 4).Draw(t, "extent"))
		}
		if rapid.Bool().Draw(t, "layer") {
			layers = append(layers, randomLayer(t, f, families))
		} else {
			tasks = append(tasks, randomFamily(t, f, families)...)
		}
		families = append(families, f)
	}
	last := families[len(families)-1]
	return fmt.Sprintf(`{"daskgen": 1, "inputs": {"x": {"dtype": "float64", "shape": [6, 7], "chunks": [2, 2]}}, "tasks": [%s], "layers": [%s], "outputs": {"o": {"key": %s}}}`,
		strings.Join(tasks, ",\n"), strings.Join(layers, ",\n"), keyText(last.name, make([]int, len(last.grid))))
}

func keyText(name string, index []int) string {
	if len(index) == 0 {
		return fmt.Sprintf("%q", name)
	}
	return fmt.Sprintf("[%q, %s]", name, strings.Trim(strings.ReplaceAll(fmt.Sprint(index), " ", ", "), "[]"))
}

func randomLayer(t *rapid.T, f family, before []family) string {
	names := []string{"i", "j"}[:len(f.grid)]
	var args []string
	for range rapid.IntRange(1, 3).Draw(t, "args") {
		to := rapid.SampledFrom(before).Draw(t, "read")
		index := make([]string, len(to.grid))
		for k, extent := range to.grid {
			index[k] = randomIndex(t, names, f.grid, extent)
		}
		arg := fmt.Sprintf(`{"ref": %q, "index": [%s]}`, to.name, strings.Join(index, ", "))
		if len(to.grid) == 0 {
			arg = fmt.Sprintf(`{"ref": %q}`, to.name)
		}
		args = append(args, arg)
	}
	if len(names) > 0 {
		args = append(args, fmt.Sprintf(`{"int": "%d*%s-1"}`, rapid.IntRange(-2, 2).Draw(t, "coefficient"), names[0]))
	}
	quoted := strings.ReplaceAll(fmt.Sprintf("%q", names), " ", ", ")
	grid := strings.ReplaceAll(fmt.Sprint(f.grid), " ", ", ")
	return fmt.Sprintf(`{"name": %q, "grid": %s, "value": {"tuple": [%s]}, "indices": %s}`, f.name, grid, strings.Join(args, ", "), quoted)
}

// randomIndex draws an entry of an index that stays below the extent.
func randomIndex(t *rapid.T, names []string, grid []int, extent int) string {
	switch rapid.IntRange(0, 4).Draw(t, "form") {
	case 0:
		return `{"all": true}`
	case 1:
		count := rapid.IntRange(1, extent).Draw(t, "count")
		return fmt.Sprintf(`{"start": %d, "count": %d}`, extent-count, count)
	case 2:
		return fmt.Sprintf(`{"start": %d, "count": %d, "step": -1}`, extent-1, extent)
	case 3:
		for k, n := range grid {
			if n <= extent {
				return fmt.Sprintf(`"%d-%s"`, extent-1, names[k])
			}
		}
	}
	return fmt.Sprint(rapid.IntRange(0, extent-1).Draw(t, "fixed"))
}

// randomFamily draws a task for each index of the family.
func randomFamily(t *rapid.T, f family, before []family) []string {
	var tasks []string
	total := 1
	for _, n := range f.grid {
		total *= n
	}
	to := rapid.SampledFrom(before).Draw(t, "read")
	for n := range total {
		index, from := make([]int, len(f.grid)), make([]int, len(to.grid))
		for k, rest := len(f.grid)-1, n; k >= 0; k-- {
			index[k] = rest % f.grid[k]
			rest /= f.grid[k]
		}
		for k, extent := range to.grid {
			from[k] = rapid.IntRange(0, extent-1).Draw(t, "at")
		}
		tasks = append(tasks, fmt.Sprintf(`{"key": %s, "value": {"tuple": [{"ref": %s}, %d, [{"ref": %s}]]}}`,
			keyText(f.name, index), keyText(to.name, from), rapid.IntRange(0, 3).Draw(t, "int"), keyText(to.name, from)))
	}
	return tasks
}

// TestWrite checks the canonical form.
func TestWrite(t *testing.T) {
	const text = `{
  "daskgen": 1,
  "name": "n",
  "inputs": {
    "x": {"dtype": "float32", "shape": [10, 3], "chunks": [[5, 5], [1, 2]], "source": {"npy": "x.npy"}},
    "y": {"dtype": "int8", "shape": [], "chunks": []}
  },
  "tasks": [
    {"value": {"ref": "y"}, "key": "a"},
    {"key": ["b", 0], "kwargs": {"keepdims": true, "axis": [0]}, "args": [{"ref": ["x", 0, 0]}], "op": "numpy.sum"},
    {"key": ["b", 1], "value": [1, 2.0, 1e300, "s\u0001", null, {"float": "-0.0"}, {"slice": [null, 1, -1]}, {"dict": [["k", {"complex": [1, -0.5]}]]}, {"bytes": "AAE="}, 18446744073709551615]}
  ],
  "layers": [
    {"indices": ["r", "c"], "grid": [2, 2], "op": "concatenate", "args": [{"ref": "x", "index": [{"all": true}, "1-c"]}, {"int": "2*r"}], "name": "l"}
  ],
  "outputs": {
    "o": {"array": "l", "sink": {"npy": "o.npy"}, "dtype": "float32"},
    "k": {"key": ["b", 1], "sink": {"json": "k.json"}}
  }
}`
	const want = `{
  "daskgen": 1,
  "name": "n",
  "inputs": {
    "x": {"dtype": "float32", "shape": [10, 3], "chunks": [5, [1, 2]], "source": {"npy": "x.npy"}},
    "y": {"dtype": "int8", "shape": []}
  },
  "tasks": [
    {"key": ["b", 0], "op": "sum", "args": [{"ref": ["x", 0, 0]}], "kwargs": {"axis": [0], "keepdims": true}},
    {"key": ["b", 1], "value": [1, 2.0, 1e+300, "s\u0001", null, {"float": "-0.0"}, {"slice": [null, 1, -1]}, {"dict": [["k", {"complex": [1.0, -0.5]}]]}, {"bytes": "AAE="}, 18446744073709551615]}
  ],
  "layers": [
    {"name": "a", "grid": [], "value": {"ref": "y"}},
    {"name": "l", "grid": [2, 2], "indices": ["i", "j"], "op": "concatenate", "args": [{"ref": "x", "index": [{"all": true}, "-j+1"]}, {"int": "2*i"}]}
  ],
  "outputs": {
    "o": {"array": "l", "sink": {"npy": "o.npy"}, "dtype": "float32"},
    "k": {"key": ["b", 1], "sink": {"json": "k.json"}}
  }
}
`
	for _, in := range []string{text, want} {
		g, diags := Read(strings.NewReader(in), Options{File: "graph.json"})
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		var b bytes.Buffer
		if err := Write(&b, g); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	layer := func(c *ir.Const) *ir.Graph {
		return &ir.Graph{Layers: []*ir.Layer{{Name: "a", Grid: ir.Grid{}, Cases: []*ir.Case{{Kernel: &ir.Expr{Kind: ir.ExprConst, Const: c}}}}}}
	}
	for name, g := range map[string]*ir.Graph{
		"Go":     layer(&ir.Const{Kind: ir.ConstGo, Str: "f()"}),
		"UTF-8":  layer(&ir.Const{Kind: ir.ConstString, Str: "\xff"}),
		"symbol": {Layers: []*ir.Layer{{Name: "a", Grid: ir.Grid{{Sym: "n"}}}}},
	} {
		if err := Write(&bytes.Buffer{}, g); err == nil {
			t.Errorf("%s: written", name)
		}
	}
}
