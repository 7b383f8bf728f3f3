package suite

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// The budgets of the compile path.
const (
	readMBs      = 150 // explicit tasks, MB/s
	smallSeconds = 1   // build of a small graph
	manySeconds  = 1   // gen of a million tasks in layers
)

// CompileRows are reading, generating and building. They have no peers, but budgets.
func CompileRows(t *Tools) []*Row {
	small := filepath.Join(t.Root, "..", "examples", "dictionary", "graph.json")
	many, explicit := filepath.Join(t.Data, "layers.json"), filepath.Join(t.Data, "tasks.json")
	reader := t.server(nil, t.Path("reader"))
	row := func(name, title, unit string, bound float64, prepare func() error, sample func(context.Context) (Sample, error)) *Row {
		return &Row{Group: "compile", Name: name, Title: title, Unit: unit, Higher: unit == "MB/s", Goals: []Goal{{Kind: Within, Bound: bound}},
			Contestants: []Contestant{{Name: Ours, Check: func(context.Context) error { return prepare() }, Sample: sample}}}
	}
	command := func(args ...string) func(context.Context) (Sample, error) {
		return func(ctx context.Context) (Sample, error) {
			return process(ctx, t, append([]string{t.Path("daskgen")}, args...)...)
		}
	}
	ready := func() error { return nil }
	return []*Row{
		row("read", "reading 120,001 explicit tasks", "MB/s", readMBs, func() error { return writeGraph(explicit, explicitTasks) },
			func(ctx context.Context) (Sample, error) { return first(reader.Ask(ctx, explicit)) }),
		row("build-small", "daskgen build of three tasks, nothing cached of it", "s", smallSeconds, ready, command("build", "--no-cache", small, "-o", t.Path("small"))),
		row("gen-million", "daskgen gen of a million tasks in layers", "s", manySeconds, func() error { return writeGraph(many, millionTasks) },
			command("gen", many, "-o", filepath.Join(t.Data, "million"))),
		row("build-million", "daskgen build of the same", "s", manySeconds+smallSeconds, func() error { return writeGraph(many, millionTasks) },
			command("build", "--no-cache", many, "-o", t.Path("million"))),
	}
}

func writeGraph(path string, write func(*bufio.Writer)) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	write(w)
	if err := w.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// millionTasks writes x + x.T over 600×600 blocks.
func millionTasks(w *bufio.Writer) {
	w.WriteString(`{"daskgen": 1, "layers": [
{"name": "x", "grid": [600, 600], "indices": ["i", "j"], "op": "random", "kwargs": {"seed": 7, "block": {"int": "600*i+j"}, "size": [10, 10]}},
{"name": "t", "grid": [600, 600], "indices": ["i", "j"], "op": "transpose", "args": [{"ref": "x", "index": ["j", "i"]}]},
{"name": "y", "grid": [600, 600], "indices": ["i", "j"], "op": "add", "args": [{"ref": "x", "index": ["i", "j"]}, {"ref": "t", "index": ["i", "j"]}]}],
"outputs": {"y": {"array": "y"}}}
`)
}

// explicitTasks writes the same over 200×200 blocks, a task for each.
func explicitTasks(w *bufio.Writer) {
	w.WriteString(`{"daskgen": 1, "tasks": [` + "\n")
	for i := range 200 {
		for j := range 200 {
			fmt.Fprintf(w, `{"key": ["ones-0123456789abcdef", %d, %d], "op": "ones", "args": [[4, 4]]},`+"\n", i, j)
			fmt.Fprintf(w, `{"key": ["transpose-0123456789abcdef", %d, %d], "op": "transpose", "args": [{"ref": ["ones-0123456789abcdef", %d, %d]}]},`+"\n", i, j, j, i)
			fmt.Fprintf(w, `{"key": ["add-0123456789abcdef", %d, %d], "op": "add", "args": [{"ref": ["ones-0123456789abcdef", %d, %d]}, {"ref": ["transpose-0123456789abcdef", %d, %d]}]},`+"\n", i, j, i, j, i, j)
		}
	}
	w.WriteString(`{"key": "n", "value": 1}], "outputs": {"x": {"key": ["add-0123456789abcdef", 0, 0]}}}`)
}
