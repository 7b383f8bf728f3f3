package draw

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/compiler/graphjson"
	"github.com/daskgen/daskgen/ir"
)

const sums = `{
  "daskgen": 1, "name": "sums",
  "inputs": {"x": {"dtype": "float64", "shape": [4, 3], "chunks": [[3, 1], 3]}},
  "layers": [
    {"name": "y", "grid": [2, 1], "op": "add", "args": [{"ref": "x", "index": ["i", "j"]}, 1], "indices": ["i", "j"]},
    {"name": "s", "grid": [1], "op": "concatenate", "args": [{"ref": "y", "index": [{"all": true}, "i"]}], "kwargs": {"axis": 0}, "indices": ["i"]}
  ],
  "outputs": {"s": {"key": ["s", 0]}}
}`

func read(t *testing.T, text string) *ir.Graph {
	t.Helper()
	g, ds := graphjson.Read(strings.NewReader(text), graphjson.Options{File: "graph.json", Typer: check.Type})
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	if err := check.Check(g).Err(); err != nil {
		t.Fatal(err)
	}
	return g
}

func drawn(t *testing.T, g *ir.Graph, o Options) string {
	t.Helper()
	var b strings.Builder
	if err := Write(&b, g, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMermaidOfLayers(t *testing.T) {
	want := `---
title: "sums: 5 tasks in 3 layers"
---
flowchart TB
  n0[("<b>x</b><br/>input of shape (4, 3)<br/>float64(1..3, 3)<br/>grid 2×1, 2 tasks")]:::input
  n1["<b>y</b><br/>add(x[i, j], 1)<br/>float64(1..3, 3)<br/>grid 2×1, 2 tasks"]:::layer
  n2(["<b>s</b><br/>concatenate(y[0:2, i], axis=0)<br/>float64(4, 3)<br/>grid 1, 1 task"]):::output
  n0 -->|"[i, j]"| n1
  n1 -->|"[0:2, i]"| n2
  classDef layer fill:#f8fafc,stroke:#94a3b8,color:#0f172a
  classDef input fill:#dbeafe,stroke:#3b82f6,color:#0f172a
  classDef output fill:#dcfce7,stroke:#16a34a,color:#0f172a
`
	got := drawn(t, read(t, sums), Options{Format: Mermaid, Title: "sums"})
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestDOTOfTasks(t *testing.T) {
	got := drawn(t, read(t, sums), Options{Format: DOT, Tasks: true, Title: "sums"})
	for _, want := range []string{
		`"x[0, 0]" -> "y[0, 0]";`, `"x[1, 0]" -> "y[1, 0]";`, `"y[0, 0]" -> "s[0]";`, `"y[1, 0]" -> "s[0]";`,
		`"s[0]" [label=<<b>s[0]</b><br/>concatenate(y, axis=0)>, style="rounded,filled", fillcolor="#dcfce7"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

// Names are a stranger's: they must not end a label, add markup, or merge two
// nodes.
func TestHostileNames(t *testing.T) {
	g := read(t, `{
  "daskgen": 1, "name": "\"]; evil",
  "tasks": [
    {"key": "a\"]; b -> c", "value": 1},
    {"key": "</b><script>alert(1)</script>", "op": "inc", "args": [{"ref": "a\"]; b -> c"}]},
    {"key": "</b><script>alert(1)</script>\u0001", "op": "inc", "args": [{"ref": "a\"]; b -> c"}]}
  ],
  "outputs": {"x": {"key": "</b><script>alert(1)</script>"}, "y": {"key": "</b><script>alert(1)</script>\u0001"}}
}`)
	for _, tasks := range []bool{false, true} {
		svg := drawn(t, g, Options{Format: SVG, Tasks: tasks, Title: "\"]; evil"})
		if n := elements(t, svg)["script"]; n != 0 {
			t.Errorf("a script got into the picture: %s", svg)
		}
		if n := strings.Count(svg, `class="node"`); n != 3 {
			t.Errorf("%d nodes, want 3", n)
		}
		if n := strings.Count(svg, `class="edge"`); n != 2 {
			t.Errorf("%d edges, want 2", n)
		}
		if m := drawn(t, g, Options{Format: Mermaid, Tasks: tasks, Title: "\"]; evil"}); strings.Contains(m, "<script") || strings.Contains(m, `a"]`) {
			t.Errorf("not escaped:\n%s", m)
		}
	}
}

// elements counts the elements of a well-formed XML text.
func elements(t *testing.T, text string) map[string]int {
	t.Helper()
	n := map[string]int{}
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return n
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, text)
		}
		if e, ok := tok.(xml.StartElement); ok {
			n[e.Name.Local]++
		}
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		text  string
		width int
		most  int
		want  []string
	}{
		{"add(x, 1)", 20, 2, []string{"add(x, 1)"}},
		{"add(x, subtract(y, z))", 20, 2, []string{"add(x, subtract(y,", "z))"}},
		{"sqrt(multiply(getitem(a, 1)))", 24, 2, []string{"sqrt(multiply(getitem(", "a, 1)))"}},
		{"abcdefghij", 4, 3, []string{"abcd", "efgh", "ij"}},
		{"abcdefghij", 4, 2, []string{"abcd", "efg…"}},
		{"äöüäöüäöü", 4, 3, []string{"äöüä", "öüäö", "ü"}},
		{"", 4, 3, nil},
	}
	for _, c := range tests {
		if d := cmp.Diff(c.want, wrap(c.text, c.width, c.most)); d != "" {
			t.Errorf("wrap(%q): %s", c.text, d)
		}
	}
}

func TestTooLargeToDraw(t *testing.T) {
	g := read(t, `{"daskgen": 1, "layers": [{"name": "x", "grid": [30, 30], "op": "ones", "args": [[2, 2]], "indices": ["i", "j"]}],
  "outputs": {"x": {"array": "x"}}}`)
	err := Write(io.Discard, g, Options{Format: DOT, Tasks: true})
	if err == nil || !strings.Contains(err.Error(), "900 tasks are too many to draw (the limit is 500): draw the layers instead") {
		t.Errorf("got %v", err)
	}
	if err := Write(io.Discard, g, Options{Format: "png"}); err == nil || !strings.Contains(err.Error(), `unknown format "png"`) {
		t.Errorf("got %v", err)
	}
}
