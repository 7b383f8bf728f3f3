package graphjson

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
)

// TestDocs reads every example of the documentation, and validates it against
// the schema. Examples of a construct stand one a line, and are put into a graph
// that defines what they refer to.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/graph-json.md")
	if err != nil {
		t.Fatal(err)
	}
	schema := compiled(t)
	counts := map[string]int{}
	for _, e := range fenced.FindAllStringSubmatch(string(text), -1) {
		lines := exampleLines(e)
		for _, line := range lines {
			counts[e[1]]++
			graph := wrap(e[1], line)
			if err := validate(t, schema, []byte(graph)); err != nil {
				t.Errorf("%s\nis not valid: %v", line, err)
			}
			g, diags := Read(strings.NewReader(graph), Options{File: "graph.json", Allow: []string{"example.com/me/..."}, Typer: check.Type})
			if len(diags) > 0 {
				t.Errorf("%s\n%v", line, diags[0])
				continue
			}
			if err := ir.Verify(g); err != nil {
				t.Errorf("%s\n%v", line, err)
			}
		}
	}
	for kind, n := range map[string]int{"graph": 1, "keys": 3, "inputs": 5, "tasks": 6, "arguments": 25, "layers": 8, "outputs": 5} {
		if counts[kind] != n {
			t.Errorf("%d examples of %s, want %d", counts[kind], kind, n)
		}
	}
}

var fenced = regexp.MustCompile("(?s)```json ([a-z]+)\n(.*?)```")

func exampleLines(e []string) []string {
	if e[1] == "graph" {
		return []string{e[2]}
	}
	return strings.Split(strings.TrimSpace(e[2]), "\n")
}

// documented returns the examples of the documentation as graphs.
func documented(text string) []string {
	var graphs []string
	for _, e := range fenced.FindAllStringSubmatch(text, -1) {
		for _, line := range exampleLines(e) {
			graphs = append(graphs, wrap(e[1], line))
		}
	}
	return graphs
}

func wrap(kind, line string) string {
	inputs := `"x": {"dtype": "float64", "shape": [1000, 600], "chunks": [100, 300]}`
	tasks := `{"key": "one", "value": 1}`
	layers := ""
	outputs := `"one": {"key": "one"}`
	switch kind {
	case "graph":
		return line
	case "keys":
		tasks += fmt.Sprintf(`, {"key": %s, "value": 1}`, strings.Replace(line, `"x"`, `"u"`, 1))
		outputs += fmt.Sprintf(`, "k": {"key": %s}`, line)
	case "inputs":
		inputs = line
	case "tasks":
		tasks = strings.TrimPrefix(tasks+", "+line, line+", ")
		if strings.Contains(line, `"one", "value"`) {
			tasks = line
		}
	case "arguments":
		tasks += `, {"key": "k", "value": ` + line + `}`
	case "layers":
		layers = line
	case "outputs":
		tasks += `, {"key": "alias", "value": 2}`
		layers = `{"name": "t", "grid": [1], "value": 1, "indices": ["i"]}, {"name": "next", "grid": [9, 2], "indices": ["i", "j"], "value": {"ref": "x", "index": ["i", "j"]}}`
		outputs = line
	}
	return fmt.Sprintf(`{"daskgen": 1, "inputs": {%s}, "tasks": [%s], "layers": [%s], "outputs": {%s}}`, inputs, tasks, layers, outputs)
}
