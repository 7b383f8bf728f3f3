package golden

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/daskgen/daskgen/compiler"
	"github.com/daskgen/daskgen/compiler/pass"
	"github.com/daskgen/daskgen/internal/evaluate"
	"github.com/daskgen/daskgen/internal/randgraph"
	"github.com/daskgen/daskgen/runtime/vector"
	"github.com/daskgen/daskgen/stdops"
)

var (
	graphs = flag.Int("graphs", 40, "random graphs in a program")
	seed   = flag.Uint64("seed", 1, "seed of the random graphs")
	each   = flag.Bool("each", true, "random graphs also without each pass")
)

// TestRandomGraphs compiles many small random graphs into one program, with all
// passes and with each one off, and compares every output with direct
// evaluation. Outputs with a pass off must be equal to the bit, and so must
// those of each set of vector instructions.
func TestRandomGraphs(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs for a minute")
	}
	gen := randgraph.New(*seed)
	var gs []randgraph.Graph
	for i := range *graphs {
		gs = append(gs, gen.Graph(fmt.Sprintf("g%d", i), 12))
	}
	for _, op := range stdops.All() {
		if slices.Contains(gen.Ops, op) && gen.Used[op.Name] == 0 && *graphs >= 500 {
			t.Errorf("op %s is in none of the %d graphs", op.Name, *graphs)
		}
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "graph.json")
	if err := os.WriteFile(file, []byte(randgraph.JSON(gs)), 0o666); err != nil {
		t.Fatal(err)
	}
	keepOnFailure(t, file)
	bin := buildRandom(t, file, nil)
	want := execute(t, "", bin, "-json")
	units, ds, err := compiler.Load(context.Background(), []string{file}, nil, compiler.Options{})
	if err != nil || ds.HasErrors() {
		t.Fatalf("%v %v", err, ds.Err())
	}
	if err := evaluate.Compare(units[0].Before, dir, want); err != nil {
		t.Errorf("all passes: %v", err)
	}
	compareLevels(t, bin, want)
	if !*each {
		return
	}
	for _, name := range append(pass.Names(), "all") {
		got := execute(t, "", buildRandom(t, file, []string{"-" + name}), "-json")
		if string(got) != string(want) {
			t.Errorf("without pass %s: outputs differ: %s", name, firstDifference(string(want), string(got)))
		}
	}
}

// compareLevels runs a program with each set of vector instructions that this
// processor has: the outputs must be the same.
func compareLevels(t *testing.T, bin string, want []byte) {
	t.Helper()
	for l := vector.Portable; l <= vector.Current(); l++ {
		t.Setenv(vector.LevelVariable, l.String())
		if got := execute(t, "", bin, "-json"); string(got) != string(want) {
			t.Errorf("%s=%s: outputs differ: %s", vector.LevelVariable, l, firstDifference(string(want), string(got)))
		}
	}
}

// buildRandom builds the graph with some passes off.
func buildRandom(t *testing.T, file string, passes []string) (bin string) {
	t.Helper()
	bin = filepath.Join(t.TempDir(), "prog")
	_, ds, err := compiler.Build(context.Background(), file, nil, compiler.Options{Passes: passes}, compiler.BuildOptions{Out: bin})
	if err != nil || ds.HasErrors() {
		t.Fatalf("passes %v: %v %v", passes, err, ds.Err())
	}
	return bin
}

// keepOnFailure copies a failing graph to where it can be looked at.
func keepOnFailure(t *testing.T, file string) {
	t.Cleanup(func() {
		if !t.Failed() {
			return
		}
		if data, err := os.ReadFile(file); err == nil {
			kept := filepath.Join(os.TempDir(), fmt.Sprintf("daskgen-random-%d.json", *seed))
			if os.WriteFile(kept, data, 0o666) == nil {
				t.Logf("the graph is in %s", kept)
			}
		}
	})
}
