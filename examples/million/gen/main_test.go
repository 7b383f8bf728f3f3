package main

import (
	"bytes"
	"testing"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/compiler/graphjson"
	"github.com/daskgen/daskgen/ir"
)

// TestForms checks that both forms are graphs, that the tasks become few
// layers without tables, and that the steps have as many tasks in both forms.
func TestForms(t *testing.T) {
	for _, n := range []int{1, 3, 16, 17, 37} {
		var steps [2]map[string]int64
		for form := range steps {
			g := graph{n: n, size: 2, fan: 4, layers: form == 1, tokens: n == 3}
			var b bytes.Buffer
			if err := g.write(&b); err != nil {
				t.Fatal(err)
			}
			got, diags := graphjson.Read(&b, graphjson.Options{File: "graph.json", Typer: check.Type})
			if len(diags) > 0 {
				t.Fatalf("%d blocks, layers %t: %v", n, g.layers, diags)
			}
			if err := ir.Verify(got); err != nil {
				t.Fatal(err)
			}
			steps[form] = map[string]int64{}
			for _, l := range got.Layers {
				if name := l.Name; name == g.name("x") || name == g.name("y") || name == g.name("mean") || name == g.combine(0) {
					steps[form][name] = l.Tasks()
				}
				for _, c := range l.Cases {
					for _, o := range c.Operands {
						if o.Access.Table != nil {
							t.Errorf("%d blocks: layer %s reads %s by a table", n, l.Name, o.Layer.Name)
						}
					}
				}
			}
			if len(got.Layers) > 16 {
				t.Errorf("%d blocks: %d layers", n, len(got.Layers))
			}
		}
		for name, tasks := range steps[0] {
			if steps[1][name] != tasks || tasks == 0 {
				t.Errorf("%d blocks: step %s has %d tasks, as layers %d", n, name, tasks, steps[1][name])
			}
		}
	}
}
