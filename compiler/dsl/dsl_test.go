package dsl_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/dsl"
	"github.com/daskgen/daskgen/ir"
)

var update = flag.Bool("update", false, "rewrite the wanted output in testdata")

// TestModules loads the module of each file in testdata and compares what was
// recorded, and the diagnostics, with the file's part "want". The comment of the
// file may hold the lines
//
//	patterns PATTERN...   packages to load; else ./...
//	dir DIR               folder to load from
//	tags TAG...
//	vendor                run go mod vendor first
//	timeout DURATION
func TestModules(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txtar"), func(t *testing.T) {
			t.Parallel()
			testModule(t, f)
		})
	}
}

func testModule(t *testing.T, file string) {
	ar, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	root, want := t.TempDir(), -1
	for i, f := range ar.Files {
		if f.Name == "want" {
			want = i
			continue
		}
		data := bytes.Clone(f.Data)
		if filepath.Base(f.Name) == "go.mod" {
			data = append(data, requirements(t)...)
			write(t, filepath.Join(root, filepath.Dir(f.Name), "go.sum"), read(t, "../../go.sum"))
		}
		write(t, filepath.Join(root, f.Name), data)
	}
	cfg := dsl.Config{Dir: root, Patterns: []string{"./..."}, Timeout: time.Minute}
	configure(t, string(ar.Comment), root, &cfg)
	before := listFiles(t, root)
	got := load(t, cfg)
	if d := cmp.Diff(before, listFiles(t, root)); d != "" {
		t.Errorf("the user's tree has changed:\n%s", d)
	}
	if *update {
		if want < 0 {
			ar.Files = append(ar.Files, txtar.File{Name: "want"})
			want = len(ar.Files) - 1
		}
		ar.Files[want].Data = []byte(got)
		write(t, file, txtar.Format(ar))
		return
	}
	if d := cmp.Diff(string(ar.Files[want].Data), got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func configure(t *testing.T, comment, root string, cfg *dsl.Config) {
	for _, line := range strings.Split(comment, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		switch words[0] {
		case "patterns":
			cfg.Patterns = words[1:]
		case "dir":
			cfg.Dir = filepath.Join(root, words[1])
		case "tags":
			cfg.Tags = words[1:]
		case "vendor":
			cmd := exec.Command("go", "mod", "vendor")
			cmd.Dir = root
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("go mod vendor: %v\n%s", err, out)
			}
		case "timeout":
			d, err := time.ParseDuration(words[1])
			if err != nil {
				t.Fatal(err)
			}
			cfg.Timeout = d
		}
	}
}

// requirements returns the lines of a go.mod that take daskgen from this
// repository, with all that it needs.
func requirements(t *testing.T) []byte {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "\ngo 1.26.0\n\nrequire github.com/daskgen/daskgen v0.0.0\n\nreplace github.com/daskgen/daskgen => %s\n\n", root)
	for _, block := range regexp.MustCompile(`(?ms)^require \(.*?^\)`).FindAll(read(t, "../../go.mod"), -1) {
		b.Write(block)
		b.WriteString("\n")
	}
	return b.Bytes()
}

func read(t *testing.T, path string) []byte {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, path string, data []byte) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func listFiles(t *testing.T, root string) []string {
	var files []string
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			info, _ := d.Info()
			files = append(files, fmt.Sprint(path, info.Size()))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// load returns a readable form of what Load returns, with paths below the
// module's folder.
func load(t *testing.T, cfg dsl.Config) string {
	pkgs, ds, err := dsl.Load(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, p := range pkgs {
		fmt.Fprintf(&b, "package %s %q generated %v declares %v\n", p.Name, p.Path, p.Generated, p.Declared)
		for _, g := range p.Graphs {
			writeGraph(&b, g)
		}
	}
	for _, d := range ds {
		fmt.Fprintf(&b, "%s %s\n", d.Code, d)
		if d.Hint != "" {
			fmt.Fprintf(&b, "\thint: %s\n", d.Hint)
		}
		for _, r := range d.Related {
			fmt.Fprintf(&b, "\t%s: %s\n", diag.PosString(r.Pos), r.Message)
		}
	}
	return strings.ReplaceAll(b.String(), filepath.ToSlash(cfg.Dir)+"/", "")
}

func writeGraph(b *strings.Builder, g *dsl.Recorded) {
	kind := "func"
	if g.Var {
		kind = "graph"
	}
	fmt.Fprintf(b, "%s %s %s(%s) -> %s at %s\n", kind, g.Name, g.RunName(), strings.Join(g.Params, ", "), strings.Join(g.Results, ", "), diag.PosString(g.Pos))
	if g.Doc != "" {
		fmt.Fprintf(b, "\tdoc: %s\n", g.Doc)
	}
	if err := ir.Verify(g.Graph); err != nil {
		fmt.Fprintf(b, "\tverify: %v\n", err)
	}
	for _, d := range check.Check(g.Graph) {
		fmt.Fprintf(b, "\tcheck: %s\n", d)
	}
	for _, l := range g.Graph.Layers {
		fmt.Fprintf(b, "\t%s %s: %s", diag.PosString(l.Pos), l.Name, l.Type)
		for _, c := range l.Cases {
			fmt.Fprintf(b, " = %s", c)
			if k := c.Kernel; k.Kind == ir.ExprFunc {
				fmt.Fprintf(b, " calls %s", k.Func.Pkg)
			}
		}
		b.WriteString("\n")
	}
}
