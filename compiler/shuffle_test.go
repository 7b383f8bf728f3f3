package compiler

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/daskgen/daskgen/compiler/emit"
	"github.com/daskgen/daskgen/internal/randgraph"
)

// A document is a graph.json whose entries can be reordered.
type document struct {
	Daskgen int               `json:"daskgen"`
	Name    string            `json:"name,omitempty"`
	Inputs  []member          `json:"-"`
	Tasks   []json.RawMessage `json:"tasks,omitempty"`
	Layers  []json.RawMessage `json:"layers,omitempty"`
	Outputs []member          `json:"-"`
}

type member struct {
	name  string
	value json.RawMessage
}

// parse takes a graph.json apart.
func parse(t *testing.T, text string) *document {
	t.Helper()
	var all struct {
		document
		Inputs  json.RawMessage `json:"inputs"`
		Outputs json.RawMessage `json:"outputs"`
	}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	all.document.Inputs, all.document.Outputs = members(t, all.Inputs), members(t, all.Outputs)
	return &all.document
}

// members reads an object with its members in order.
func members(t *testing.T, text json.RawMessage) []member {
	t.Helper()
	if text == nil {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	_, _ = d.Token()
	var ms []member
	for d.More() {
		name, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		m := member{name: name.(string)}
		if err := d.Decode(&m.value); err != nil {
			t.Fatal(err)
		}
		ms = append(ms, m)
	}
	return ms
}

func object(ms []member) string {
	parts := make([]string, len(ms))
	for i, m := range ms {
		parts[i] = fmt.Sprintf("%q: %s", m.name, m.value)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func list(items []json.RawMessage) string {
	parts := make([]string, len(items))
	for i, m := range items {
		parts[i] = string(m)
	}
	return "[" + strings.Join(parts, ",\n") + "]"
}

// shuffled writes the document with everything that has no order in a random
// one; nil leaves it as it is.
func (d *document) shuffled(r *rand.Rand) string {
	tops := []string{`"daskgen": 1`, fmt.Sprintf(`"name": %q`, d.Name)}
	inputs, outputs := append([]member(nil), d.Inputs...), append([]member(nil), d.Outputs...)
	tasks, layers := append([]json.RawMessage(nil), d.Tasks...), append([]json.RawMessage(nil), d.Layers...)
	if r != nil {
		r.Shuffle(len(inputs), func(i, j int) { inputs[i], inputs[j] = inputs[j], inputs[i] })
		r.Shuffle(len(outputs), func(i, j int) { outputs[i], outputs[j] = outputs[j], outputs[i] })
		r.Shuffle(len(tasks), func(i, j int) { tasks[i], tasks[j] = tasks[j], tasks[i] })
		r.Shuffle(len(layers), func(i, j int) { layers[i], layers[j] = layers[j], layers[i] })
		for i := range tasks {
			tasks[i] = swapped(tasks[i], r)
		}
		for i := range layers {
			layers[i] = swapped(layers[i], r)
		}
	}
	tops = append(tops, `"inputs": `+object(inputs), `"tasks": `+list(tasks), `"layers": `+list(layers), `"outputs": `+object(outputs))
	if r != nil {
		r.Shuffle(len(tops), func(i, j int) { tops[i], tops[j] = tops[j], tops[i] })
	}
	return "{" + strings.Join(tops, ",\n") + "}\n"
}

// swapped puts the members of a task or layer into a random order.
func swapped(text json.RawMessage, r *rand.Rand) json.RawMessage {
	ms := members(&testing.T{}, text)
	r.Shuffle(len(ms), func(i, j int) { ms[i], ms[j] = ms[j], ms[i] })
	return json.RawMessage(object(ms))
}

// generated returns what gen would write for a graph.json that stands in a
// folder of its own.
func generated(t *testing.T, text string, o Options, pkg string) []emit.File {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "graph.json")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	outs, ds, err := Generate(context.Background(), []string{file}, nil, o, GenOptions{Dir: filepath.Join(dir, "out"), Package: pkg})
	if err != nil {
		t.Fatal(err)
	}
	if ds.HasErrors() {
		t.Fatalf("%v\n%.1000s", ds[:min(len(ds), 3)], text)
	}
	return outs[0].Files
}

// sameFiles compares two outputs byte by byte.
func sameFiles(t *testing.T, want, got []emit.File) {
	t.Helper()
	if len(want) != len(got) {
		t.Fatalf("%d files, then %d", len(want), len(got))
	}
	for i := range want {
		if want[i].Path != got[i].Path || !bytes.Equal(want[i].Content, got[i].Content) {
			t.Fatalf("%s differs:\n%s", want[i].Path, Change{Old: want[i].Content, New: got[i].Content}.Unified(want[i].Path))
		}
	}
}

// arrays is a graph of inputs, layers and tasks, with names that collide.
const arrays = `{"daskgen": 1, "name": "arrays",
"inputs": {
 "y": {"dtype": "float64", "shape": [6, 4], "chunks": [2, 2]},
 "x": {"dtype": "float64", "shape": [6, 4], "chunks": [2, 2]}
},
"tasks": [
 {"key": ["p", 0], "op": "sum", "args": [{"ref": ["s", 0, 0]}]},
 {"key": ["p", 1], "op": "sum", "args": [{"ref": ["s", 1, 0]}]},
 {"key": ["p", 2], "op": "mean", "args": [{"ref": ["s", 2, 1]}]},
 {"key": "p", "op": "add", "args": [{"ref": ["p", 0]}, {"ref": ["p", 2]}]},
 {"key": ["q", 0], "value": 1},
 {"key": ["q", 1], "value": "one"},
 {"key": ["q", 0, 0], "value": 2.5},
 {"key": "copy", "op": "add", "args": [{"ref": ["p", 0]}, {"ref": ["p", 2]}]},
 {"key": "end", "op": "multiply", "args": [{"ref": "p"}, {"ref": "copy"}]}
],
"layers": [
 {"name": "s", "grid": [3, 2], "indices": ["i", "j"], "op": "add", "args": [{"ref": "x", "index": ["i", "j"]}, {"ref": "y", "index": ["2-i", "j"]}]},
 {"name": "r", "grid": [3, 2], "indices": ["i", "j"], "op": "sqrt", "args": [{"ref": "s", "index": ["i", "j"]}]},
 {"name": "a", "grid": [3, 2], "indices": ["i", "j"], "op": "multiply", "args": [{"ref": "r", "index": ["i", "j"]}, {"int": "i+1"}]}
],
"outputs": {
 "z": {"array": "r"}, "b": {"key": "end"}, "m": {"array": "a"}, "q0": {"key": ["q", 0]}, "q1": {"key": ["q", 1]}, "q00": {"key": ["q", 0, 0]}, "p1": {"key": ["p", 1]}
}}`

// Shuffled input gives the same bytes, with and without the passes.
func TestShuffled(t *testing.T) {
	graphs := []string{arrays, irregular(700, 7), chains(100)}
	g := randgraph.New(7)
	for range 6 {
		graphs = append(graphs, randgraph.JSON([]randgraph.Graph{g.Graph("a", 12), g.Graph("b", 6)}))
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i, text := range graphs {
		d := parse(t, text)
		for _, o := range []Options{{}, {Passes: []string{"-all"}}} {
			for _, pkg := range []string{"main", "lib"} {
				want := generated(t, d.shuffled(nil), o, pkg)
				for range 3 {
					sameFiles(t, want, generated(t, d.shuffled(r), o, pkg))
				}
			}
		}
		if t.Failed() {
			t.Fatalf("graph %d:\n%.2000s", i, text)
		}
	}
}

// irregular is a graph of n tasks whose keys and references follow no rule; each
// of so many is an output.
func irregular(n, each int) string {
	r := rand.New(rand.NewPCG(3, 4))
	var tasks []string
	for i := range n {
		op, arg := []string{"add", "multiply", "subtract"}[r.IntN(3)], fmt.Sprint(r.IntN(100))
		if i > 3 {
			arg = fmt.Sprintf(`{"ref": %q}`, irregularKey(r.IntN(i)))
		}
		tasks = append(tasks, fmt.Sprintf(`{"key": %q, "op": %q, "args": [%s, %d]}`, irregularKey(i), op, arg, r.IntN(50)))
	}
	outs := []string{}
	for i := range n {
		if i%each == 0 || i == n-1 {
			outs = append(outs, fmt.Sprintf(`"o%d": {"key": %q}`, i, irregularKey(i)))
		}
	}
	return `{"daskgen": 1, "name": "irregular", "tasks": [` + strings.Join(tasks, ",\n") + `], "outputs": {` + strings.Join(outs, ", ") + `}}`
}

func irregularKey(i int) string { return fmt.Sprintf("task-%x", uint32(i)*2654435761) }

// chains is n layers over small grids, each of which reads one or two others.
func chains(n int) string {
	var layers, outs []string
	for i := range n {
		args := `{"ref": "x", "index": ["i"]}`
		if i > 0 {
			args = fmt.Sprintf(`{"ref": "layer%d", "index": ["i"]}`, i/2)
		}
		layers = append(layers, fmt.Sprintf(`{"name": "layer%d", "grid": [10], "indices": ["i"], "op": "sum", "args": [%s], "kwargs": {"keepdims": true, "axis": %d}}`, i, args, 0))
		if i%5 == 0 {
			outs = append(outs, fmt.Sprintf(`"out%d": {"array": "layer%d"}`, i, i))
		}
	}
	return `{"daskgen": 1, "name": "chains", "inputs": {"x": {"dtype": "float64", "shape": [40], "chunks": [4]}}, "layers": [` +
		strings.Join(layers, ",\n") + `], "outputs": {` + strings.Join(outs, ", ") + `}}`
}
