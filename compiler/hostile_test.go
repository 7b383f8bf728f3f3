package compiler

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/daskgen/daskgen/compiler/diag"
)

// Bounds of one hostile graph: generous, as machines are slow and shared, but far below what
// an expansion of the graph would take.
const (
	hostileTime   = 60 * time.Second
	hostileMemory = 1 << 30
)

// tasksOf is a graph of these tasks, the first of which is the output.
func tasksOf(tasks ...string) string {
	return `{"daskgen": 1, "tasks": [` + strings.Join(tasks, ",\n") + `], "outputs": {"o": {"key": "a"}}}`
}

// layersOf is a graph of an input x of 4 blocks and these layers, of which a is
// the output.
func layersOf(layers ...string) string {
	return `{"daskgen": 1, "inputs": {"x": {"dtype": "float64", "shape": [8], "chunks": [2]}}, "layers": [` +
		strings.Join(layers, ",\n") + `], "outputs": {"o": {"array": "a"}}}`
}

// inputOf is a graph of one input.
func inputOf(input string) string {
	return `{"daskgen": 1, "inputs": {"x": ` + input + `}, "outputs": {"o": {"array": "x"}}}`
}

func repeat(n int, f func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(f(i))
	}
	return b.String()
}

// hostile are graphs that no program comes of. The text is made when it is
// needed: some are large.
var hostile = []struct {
	name string
	text func() string
	code string // of a diagnostic that is wanted; empty: any error
}{
	{"sink above", text(`{"daskgen": 1, "tasks": [{"key": "a", "op": "ones", "args": [[2]]}], "outputs": {"o": {"key": "a", "sink": {"npy": "../../evil.npy"}}}}`), diag.ForbiddenPath},
	{"absolute sink", text(`{"daskgen": 1, "tasks": [{"key": "a", "op": "ones", "args": [[2]]}], "outputs": {"o": {"key": "a", "sink": {"npy": "/tmp/evil.npy"}}}}`), diag.ForbiddenPath},
	{"windows sink", text(`{"daskgen": 1, "tasks": [{"key": "a", "op": "ones", "args": [[2]]}], "outputs": {"o": {"key": "a", "sink": {"npy": "C:\\evil.npy"}}}}`), diag.ForbiddenPath},
	{"backslash sink", text(`{"daskgen": 1, "tasks": [{"key": "a", "op": "ones", "args": [[2]]}], "outputs": {"o": {"key": "a", "sink": {"npy": "..\\..\\evil.npy"}}}}`), diag.ForbiddenPath},
	{"sink with NUL", text(`{"daskgen": 1, "tasks": [{"key": "a", "op": "ones", "args": [[2]]}], "outputs": {"o": {"key": "a", "sink": {"npy": "a\u0000.npy"}}}}`), ""},
	{"source above", text(inputOf(`{"dtype": "float64", "shape": [2], "source": {"npy": "../../../etc/passwd"}}`)), diag.ForbiddenPath},
	{"absolute source", text(inputOf(`{"dtype": "float64", "shape": [2], "source": {"npy": "/etc/passwd"}}`)), diag.ForbiddenPath},
	{"source of the host", text(inputOf(`{"dtype": "float64", "shape": [2], "source": {"npy": "\\\\host\\share\\x.npy"}}`)), diag.ForbiddenPath},
	{"npy literal above", text(tasksOf(`{"key": "a", "op": "sum", "args": [{"array": {"npy": "../secret.npy"}}]}`)), diag.ForbiddenPath},
	{"device as literal", text(tasksOf(`{"key": "a", "op": "sum", "args": [{"array": {"npy": "/dev/zero"}}]}`)), diag.ForbiddenPath},

	{"os", text(tasksOf(`{"key": "a", "op": "os.RemoveAll", "args": ["/"]}`)), diag.UnknownOp},
	{"os/exec", text(tasksOf(`{"key": "a", "op": "os/exec.Command", "args": ["sh"]}`)), diag.NotAllowed},
	{"another package", text(tasksOf(`{"key": "a", "op": "example.com/evil.Run", "args": []}`)), diag.NotAllowed},
	{"escape of an allowed path", text(tasksOf(`{"key": "a", "op": "example.com/ok/../evil.Run", "args": []}`)), diag.UnknownOp},
	{"source in an import path", text(tasksOf(`{"key": "a", "op": "example.com/ok/x\"; import \"os.Run", "args": []}`)), diag.UnknownOp},
	{"source in a function name", text(tasksOf(`{"key": "a", "op": "example.com/ok/p.Run(); os.Exit", "args": []}`)), diag.UnknownOp},
	{"flag as an import path", text(tasksOf(`{"key": "a", "op": "-toolexec=/tmp/x/p.Run", "args": []}`)), diag.UnknownOp},
	{"func argument", text(tasksOf(`{"key": "a", "op": "apply", "args": [{"func": "os/exec.Command"}]}`)), ""},

	{"huge input", text(inputOf(`{"dtype": "float64", "shape": [1000000000000000000, 1000], "chunks": [1, 1]}`)), diag.TooLarge},
	{"overflowing input", text(inputOf(`{"dtype": "float64", "shape": [9223372036854775807, 9223372036854775807]}`)), diag.TooLarge},
	{"many blocks", text(inputOf(`{"dtype": "int8", "shape": [1000000000000], "chunks": [1]}`)), ""},
	{"many chunk sizes", func() string {
		return inputOf(`{"dtype": "int8", "shape": [3000000], "chunks": [[` + strings.Repeat("1,", 2999998) + `1]]}`)
	}, ""},
	{"negative shape", text(inputOf(`{"dtype": "float64", "shape": [-5]}`)), ""},
	{"huge block", text(tasksOf(`{"key": "a", "op": "ones", "args": [[1000000000, 1000000000]]}`)), ""},
	{"overflowing block", text(tasksOf(`{"key": "a", "op": "ones", "args": [[4294967296, 4294967296, 4294967296]]}`)), ""},
	{"huge eye", text(tasksOf(`{"key": "a", "op": "eye", "args": [1000000000]}`)), ""},
	{"huge range", text(tasksOf(`{"key": "a", "op": "arange", "args": [1000000000000000000]}`)), ""},
	{"huge repeat", text(tasksOf(`{"key": "a", "op": "repeat", "args": [{"task": {"op": "ones", "args": [[1000]]}}, 1000000000000000]}`)), ""},
	{"huge tile", text(tasksOf(`{"key": "a", "op": "tile", "args": [{"task": {"op": "ones", "args": [[1000]]}}, 1000000000000000]}`)), ""},
	{"huge broadcast", text(tasksOf(`{"key": "a", "op": "add", "args": [{"task": {"op": "ones", "args": [[1, 2000000000]]}}, {"task": {"op": "ones", "args": [[2000000000, 1]]}}]}`)), diag.TooLarge},
	{"huge outer product", text(tasksOf(`{"key": "a", "op": "matmul", "args": [{"task": {"op": "ones", "args": [[2000000000, 1]]}}, {"task": {"op": "ones", "args": [[1, 2000000000]]}}]}`)), ""},
	{"rank 1000", func() string {
		return tasksOf(`{"key": "a", "op": "ones", "args": [[` + strings.Repeat("1,", 999) + `1]]}`)
	}, ""},

	{"deep lists", func() string {
		return tasksOf(`{"key": "a", "value": ` + strings.Repeat("[", 1_000_000) + strings.Repeat("]", 1_000_000) + `}`)
	}, diag.TooLarge},
	{"unfinished deep lists", func() string {
		return `{"daskgen": 1, "tasks": [{"key": "a", "value": ` + strings.Repeat("[", 10_000_000)
	}, ""},
	{"deep tasks", func() string {
		return tasksOf(`{"key": "a", "value": ` + strings.Repeat(`{"task": {"op": "negative", "args": [`, 500_000) + "1" + strings.Repeat("]}}", 500_000) + `}`)
	}, diag.TooLarge},
	{"deep skipped", func() string {
		return `{"daskgen": 1, "nothing": ` + strings.Repeat("[", 1_000_000) + strings.Repeat("]", 1_000_000) + `}`
	}, ""},
	{"long chain into nothing", func() string {
		return tasksOf(`{"key": "a", "op": "negative", "args": [{"ref": "k0"}]}`, strings.TrimSuffix(repeat(200_000, func(i int) string {
			return fmt.Sprintf(`{"key": "k%d", "op": "negative", "args": [{"ref": "k%d"}]},`, i, i+1)
		}), ","))
	}, diag.Undefined},
	{"cycle of tasks", func() string {
		return tasksOf(`{"key": "a", "op": "negative", "args": [{"ref": "k0"}]}`, strings.TrimSuffix(repeat(200_000, func(i int) string {
			return fmt.Sprintf(`{"key": "k%d", "op": "negative", "args": [{"ref": "k%d"}]},`, i, (i+1)%200_000)
		}), ","))
	}, diag.Cycle},
	{"self", text(tasksOf(`{"key": "a", "op": "negative", "args": [{"ref": "a"}]}`)), diag.Cycle},
	{"cycle of layers", text(layersOf(
		`{"name": "a", "grid": [4], "indices": ["i"], "op": "negative", "args": [{"ref": "b", "index": ["i"]}]}`,
		`{"name": "b", "grid": [4], "indices": ["i"], "op": "negative", "args": [{"ref": "a", "index": ["3-i"]}]}`)), diag.Cycle},
	{"cycle over a huge layer", text(layersOf(
		`{"name": "a", "grid": [100000000], "indices": ["i"], "op": "negative", "args": [{"ref": "a", "index": ["i"]}]}`)), ""},

	{"huge grid", text(layersOf(`{"name": "a", "grid": [1000000000000000000], "indices": ["i"], "op": "ones", "args": [[1]]}`)), diag.TooLarge},
	{"a billion tasks", text(layersOf(`{"name": "a", "grid": [1000000000], "indices": ["i"], "op": "ones", "args": [[1]]}`)), diag.TooLarge},
	{"blocks of ten million shapes", text(layersOf(`{"name": "a", "grid": [10000000], "indices": ["i"], "op": "ones", "args": [[{"int": "i"}]]}`)), diag.TooLarge},
	{"huge grids", text(layersOf(`{"name": "a", "grid": [100000, 100000, 100000], "indices": ["i", "j", "k"], "op": "ones", "args": [[1, 1, 1]]}`)), diag.TooLarge},
	{"overflowing grid", text(layersOf(`{"name": "a", "grid": [4294967296, 4294967296], "indices": ["i", "j"], "op": "ones", "args": [[1, 1]]}`)), diag.TooLarge},
	{"negative grid", text(layersOf(`{"name": "a", "grid": [-1], "op": "ones", "args": [[1]]}`)), ""},
	{"long list", text(layersOf(`{"name": "a", "grid": [4], "indices": ["i"], "op": "concatenate", "args": [{"ref": "x", "index": [{"start": 0, "count": 1000000000}]}]}`)), diag.OutOfBounds},
	{"list without steps", text(layersOf(`{"name": "a", "grid": [4], "indices": ["i"], "op": "concatenate", "args": [{"ref": "x", "index": [{"start": 0, "count": 1000000000, "step": 0}]}]}`)), ""},
	{"overflowing list", text(layersOf(`{"name": "a", "grid": [4], "indices": ["i"], "op": "concatenate", "args": [{"ref": "x", "index": [{"start": 0, "count": 4, "step": 9223372036854775807}]}]}`)), ""},
	{"overflowing index", text(layersOf(`{"name": "a", "grid": [4], "indices": ["i"], "op": "negative", "args": [{"ref": "x", "index": ["9223372036854775807*i"]}]}`)), diag.BadIndex},
	{"negative index", text(layersOf(`{"name": "a", "grid": [4], "indices": ["i"], "op": "negative", "args": [{"ref": "x", "index": ["i-1"]}]}`)), diag.OutOfBounds},
	{"source in an index", text(layersOf(`{"name": "a", "grid": [4], "indices": ["i); os.Exit(1"], "op": "negative", "args": [{"ref": "x", "index": ["i); os.Exit(1"]}]}`)), diag.BadIndex},

	{"many errors", func() string {
		return tasksOf(`{"key": "a", "value": 1}`, strings.TrimSuffix(repeat(100_000, func(i int) string {
			return fmt.Sprintf(`{"key": "k%d", "op": "nosuchop%d", "args": []},`, i, i)
		}), ","))
	}, diag.UnknownOp},
	{"many undefined outputs", func() string {
		return `{"daskgen": 1, "tasks": [` + strings.TrimSuffix(repeat(50_000, func(i int) string { return fmt.Sprintf(`{"key": "k%d", "value": %d},`, i, i) }), ",") + `], "outputs": {` +
			strings.TrimSuffix(repeat(50_000, func(i int) string { return fmt.Sprintf(`"o%d": {"key": "m%d"},`, i, i) }), ",") + `}}`
	}, diag.Undefined},
	{"many undefined references", func() string {
		long := strings.Repeat("n", 190)
		return tasksOf(`{"key": "a", "value": 1}`, strings.TrimSuffix(repeat(50_000, func(i int) string {
			return fmt.Sprintf(`{"key": "%s%d", "op": "negative", "args": [{"ref": "%s!%d"}]},`, long, i, long, i)
		}), ","))
	}, diag.Undefined},
	{"many undefined references of a layer", func() string {
		return layersOf(`{"name": "a", "grid": [4], "indices": ["i"], "op": "sum", "args": [[` + strings.TrimSuffix(repeat(20_000, func(i int) string {
			return fmt.Sprintf(`{"ref": "m%d"},`, i)
		}), ",") + `]]}`)
	}, diag.Undefined},
	{"many type errors", func() string {
		return tasksOf(`{"key": "a", "value": 1}`, strings.TrimSuffix(repeat(50_000, func(i int) string {
			return fmt.Sprintf(`{"key": "k%d", "op": "add", "args": ["text", %d]},`, i, i)
		}), ","))
	}, diag.TypeMismatch},
	{"many unknown members", func() string {
		return tasksOf(`{"key": "a", "value": 1, ` + strings.TrimSuffix(repeat(100_000, func(i int) string { return fmt.Sprintf(`"m%d": 1,`, i) }), ",") + `}`)
	}, diag.UnknownMember},
	{"many keywords", func() string {
		return tasksOf(`{"key": "a", "op": "add", "args": [1, 2], "kwargs": {` + strings.TrimSuffix(repeat(20_000, func(i int) string { return fmt.Sprintf(`"m%d": 1,`, i) }), ",") + `}}`)
	}, ""},
	{"many duplicates", func() string {
		return tasksOf(strings.TrimSuffix(strings.Repeat(`{"key": "a", "value": 1},`, 100_000), ","))
	}, diag.DuplicateKey},
	{"sparse keys", func() string {
		return tasksOf(`{"key": "a", "op": "nosuchop"}`, strings.TrimSuffix(repeat(50_000, func(i int) string { return fmt.Sprintf(`{"key": ["k", %d, %d], "value": %d},`, i*7919, -i*104729, i) }), ","))
	}, diag.UnknownOp},
	{"hidden sink", text(`{"daskgen": 1, "tasks": [{"key": "a", "value": 1}], "outputs": {"o": {"key": "a", "sink": {"json": ".vscode/tasks.json"}}}}`), diag.ForbiddenPath},
	{"long key", func() string { return tasksOf(`{"key": "` + strings.Repeat("a", 10<<20) + `", "value": 1}`) }, diag.Undefined},
	{"not JSON", text("\x00\xff\xfe{"), ""},
	{"bad UTF-8", text("{\"daskgen\": 1, \"tasks\": [{\"key\": \"\xff\", \"value\": 1}], \"outputs\": {}}"), ""},
	{"long integer", func() string { return tasksOf(`{"key": "a", "value": ` + strings.Repeat("9", 1<<20) + `}`) }, diag.BadLiteral},
	{"long exponent", text(tasksOf(`{"key": "a", "value": 1e999999999}`)), diag.BadLiteral},
}

func text(s string) func() string { return func() string { return s } }

// A hostile graph gives diagnostics: no panic, no file, in bounded time and
// memory.
func TestHostile(t *testing.T) {
	for _, test := range hostile {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			before := tree(t, root)
			ds := buildHostile(t, root, test.text())
			if !ds.HasErrors() {
				t.Fatal("accepted")
			}
			codes := map[string]bool{}
			for _, d := range ds {
				codes[d.Code] = true
				if d.Code == diag.Internal {
					t.Error(d)
				}
			}
			if test.code != "" && !codes[test.code] {
				t.Errorf("no %s in %.500s", test.code, fmt.Sprint(ds[:min(len(ds), 5)]))
			}
			var out bytes.Buffer
			if err := diag.Text(&out, ds, diag.Options{}); err != nil || out.Len() > 1<<20 {
				t.Errorf("%d bytes of diagnostics, %v", out.Len(), err)
			}
			if after := tree(t, root); after != before {
				t.Errorf("files were written:\n%s", after)
			}
		})
	}
}

// tree lists the files below a folder but for the graph.
func tree(t *testing.T, root string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Base(path) != "graph.json" {
			b.WriteString(path + "\n")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// buildHostile compiles a graph within bounds.
func buildHostile(t *testing.T, root, text string) diag.List {
	t.Helper()
	dir := filepath.Join(root, "a", "b")
	writeTree(t, dir, map[string]string{"graph.json": text})
	t.Chdir(dir)
	stop, peak := watchMemory()
	start := time.Now()
	_, ds, err := Build(context.Background(), "graph.json", nil, Options{Allow: []string{"example.com/ok/..."}}, BuildOptions{Out: filepath.Join(dir, "prog"), NoCache: true})
	took := time.Since(start)
	close(stop)
	if err != nil {
		t.Fatal(err)
	}
	if took > hostileTime {
		t.Errorf("took %s", took)
	}
	if p := <-peak; p > hostileMemory {
		t.Errorf("took %d MB", p>>20)
	}
	return ds
}

// watchMemory samples the heap until stop is closed; then it sends how much it
// has grown at most.
func watchMemory() (stop chan struct{}, peak chan uint64) {
	stop, peak = make(chan struct{}), make(chan uint64, 1)
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	base := m.HeapInuse
	go func() {
		most := base
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-stop:
				tick.Stop()
				peak <- most - base
				return
			case <-tick.C:
			}
		}
	}()
	return stop, peak
}

// heavy are graphs that are sound but larger than they look: they compile, or
// are refused, within the same bounds.
var heavy = []struct {
	name string
	text func() string
}{
	{"a long axis", text(layersOf(`{"name": "a", "grid": [16777216], "indices": ["i"], "op": "ones", "args": [[1]]}`))},
	{"a long axis that reads", text(layersOf(
		`{"name": "b", "grid": [16777216], "indices": ["i"], "op": "negative", "args": [{"ref": "x", "index": [0]}]}`,
		`{"name": "c", "grid": [16777216], "indices": ["i"], "op": "flip", "args": [{"ref": "b", "index": ["16777215-i"]}]}`,
		`{"name": "a", "grid": [16777216], "indices": ["i"], "op": "add", "args": [{"ref": "c", "index": ["i"]}, {"ref": "b", "index": ["i"]}]}`))},
	{"square", text(layersOf(
		`{"name": "b", "grid": [32768, 32768], "indices": ["i", "j"], "op": "sum", "args": [{"ref": "x", "index": [1]}]}`,
		`{"name": "a", "grid": [32768, 32768], "indices": ["i", "j"], "op": "add", "args": [{"ref": "b", "index": ["j", "i"]}, {"int": "i-j"}]}`))},
	{"all of many, many times", text(`{"daskgen": 1, "inputs": {"x": {"dtype": "int8", "shape": [1000000], "chunks": [1]}}, "layers": [
		{"name": "a", "grid": [1000000], "indices": ["i"], "op": "concatenate", "args": [{"ref": "x", "index": [{"all": true}]}]}], "outputs": {"o": {"key": ["a", 5]}}}`)},
	{"window over ragged blocks", func() string {
		return `{"daskgen": 1, "inputs": {"x": {"dtype": "int8", "shape": [` + fmt.Sprint(3*100_000+2*100_000) + `], "chunks": [[` + strings.TrimSuffix(strings.Repeat("3,2,", 100_000), ",") + `]]}}, "layers": [
		{"name": "a", "grid": [190000], "indices": ["i"], "op": "concatenate", "args": [{"ref": "x", "index": [{"start": "i", "count": 10000}]}]}], "outputs": {"o": {"array": "a"}}}`
	}},
	{"doubling", func() string {
		return tasksOf(`{"key": "a", "op": "add", "args": [{"ref": "k63"}, {"ref": "k63"}]}`, `{"key": "k0", "op": "ones", "args": [[2]]}`, strings.TrimSuffix(repeat(63, func(i int) string {
			return fmt.Sprintf(`{"key": "k%d", "op": "add", "args": [{"ref": "k%d"}, {"ref": "k%d"}]},`, i+1, i, i)
		}), ","))
	}},
	{"doubling lists", func() string {
		return tasksOf(`{"key": "a", "value": [{"ref": "k63"}, {"ref": "k63"}]}`, `{"key": "k0", "value": 1}`, strings.TrimSuffix(repeat(63, func(i int) string {
			return fmt.Sprintf(`{"key": "k%d", "value": [{"ref": "k%d"}, {"ref": "k%d"}]},`, i+1, i, i)
		}), ","))
	}},
	{"doubling blocks", func() string {
		return tasksOf(`{"key": "a", "op": "concatenate", "args": [[{"ref": "k30"}, {"ref": "k30"}]]}`, `{"key": "k0", "op": "ones", "args": [[2]]}`, strings.TrimSuffix(repeat(30, func(i int) string {
			return fmt.Sprintf(`{"key": "k%d", "op": "concatenate", "args": [[{"ref": "k%d"}, {"ref": "k%d"}]]},`, i+1, i, i)
		}), ","))
	}},
	{"wide sum", func() string {
		return tasksOf(`{"key": "a", "op": "sum", "args": [[` + strings.TrimSuffix(strings.Repeat("1,", 300_000), ",") + `]]}`)
	}},
	{"long chain", func() string {
		return tasksOf(`{"key": "a", "op": "negative", "args": [{"ref": "k0"}]}`, repeat(100_000, func(i int) string {
			return fmt.Sprintf(`{"key": "k%d", "op": "negative", "args": [{"ref": "k%d"}]},`, i, i+1)
		})+`{"key": "k100000", "value": 1}`)
	}},
	{"nested to the limit", func() string {
		return tasksOf(`{"key": "a", "value": ` + strings.Repeat(`{"task": {"op": "negative", "args": [`, 480) + "1.5" + strings.Repeat("]}}", 480) + `}`)
	}},
	{"long string", func() string { return tasksOf(`{"key": "a", "value": "` + strings.Repeat("x", 20<<20) + `"}`) }},
}

// TestHeavy loads, optimises and generates graphs that are larger than they look.
func TestHeavy(t *testing.T) {
	if testing.Short() {
		t.Skip("large graphs")
	}
	for _, test := range heavy {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			writeTree(t, dir, map[string]string{"graph.json": test.text()})
			stop, peak := watchMemory()
			start := time.Now()
			_, ds, err := Generate(context.Background(), []string{filepath.Join(dir, "graph.json")}, nil, Options{}, GenOptions{Dir: filepath.Join(dir, "out")})
			took := time.Since(start)
			close(stop)
			if err != nil {
				t.Fatal(err)
			}
			p := <-peak
			t.Logf("%s, %d MB, %.200s", took.Round(time.Millisecond), p>>20, fmt.Sprint(ds[:min(len(ds), 2)]))
			if took > hostileTime || p > hostileMemory {
				t.Errorf("took %s and %d MB", took, p>>20)
			}
		})
	}
}
