package emit

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
)

// manyTasks is a graph of n layers of one task each, and what they are. Tasks
// add, multiply or sum what some of those before them are.
func manyTasks(n int) (*ir.Graph, []int64) {
	r := rand.New(rand.NewPCG(1, 2))
	layers, values := make([]*ir.Layer, n), make([]int64, n)
	for i := range layers {
		name := fmt.Sprintf("task-%d", i)
		c := int64(r.IntN(1000))
		if i < 3 {
			layers[i], values[i] = layer(name, nil, num(int(c))), c
			continue
		}
		a, b := r.IntN(i), r.IntN(i)
		x, y := read(layers[a]), read(layers[b])
		switch r.IntN(4) {
		case 0:
			layers[i], values[i] = layer(name, nil, op("add", arg(0), num(int(c))), x), values[a]+c
		case 1:
			layers[i], values[i] = layer(name, nil, op("multiply", arg(0), arg(1)), x, y), values[a]*values[b]
		case 2:
			layers[i], values[i] = layer(name, nil, op("sum", list(arg(0), num(7), arg(1))), x, y), values[a]+7+values[b]
		default:
			layers[i], values[i] = layer(name, nil, op("subtract", op("add", arg(0), num(int(c))), arg(1)), x, y), values[a]+c-values[b]
		}
	}
	return graph("many", layers), values
}

func TestMergeManyLayers(t *testing.T) {
	const n = 400
	g, values := manyTasks(n)
	blocks := input("x", ir.Int64, []int64{2, 2})
	shifted := layer("shifted", ir.Box(2), op("add", arg(0), arg(1)), read(blocks, at(0, 1)), read(g.Layers[5]))
	g.Layers = append(g.Layers, blocks, shifted)
	want := map[string]int64{}
	for i := n - 20; i < n; i++ {
		g.Outputs = append(g.Outputs, value(g.Layers[i]))
		want[g.Layers[i].Name] = values[i]
	}
	g.Outputs = append(g.Outputs, array(shifted))
	merged, err := mergeSmall(checked(t, g))
	if err != nil {
		t.Fatal(err)
	}
	if len(merged.Layers) != 3 {
		t.Errorf("%d layers are left", len(merged.Layers))
	}
	if cases := len(merged.Layers[0].Cases); cases != 5 {
		t.Errorf("%d kernels", cases)
	}
	if err := ir.Verify(merged); err != nil {
		t.Error(err)
	}
	files, err := Program(g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(files[0].Content) > 6000 {
		t.Errorf("%d bytes of source:\n%s", len(files[0].Content), files[0].Content)
	}
	g.Outputs = g.Outputs[:20]
	g.Layers = g.Layers[:n]
	bin, _ := program(t, g, Options{})
	got := map[string]int64{}
	if err := json.Unmarshal([]byte(run(t, bin, "-json")), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestFewLayersStay checks that a graph which a person reads is left alone.
func TestFewLayersStay(t *testing.T) {
	g, _ := manyTasks(maxLayers)
	g.Outputs = []*ir.Output{value(g.Layers[maxLayers-1])}
	if merged, err := mergeSmall(checked(t, g)); err != nil || merged != g {
		t.Errorf("the graph was merged (%v)", err)
	}
}

func BenchmarkMerge10000(b *testing.B) {
	g, _ := manyTasks(10000)
	g.Outputs = []*ir.Output{value(g.Layers[9999])}
	if ds := check.Check(g); ds.HasErrors() {
		b.Fatal(ds)
	}
	for b.Loop() {
		if _, err := Program(g, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
