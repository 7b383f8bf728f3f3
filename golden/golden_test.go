// Package golden holds one case a file: a graph, the IR after each pass that
// changed it, the generated source, and what the program printed; or a graph
// that is refused, and the diagnostics.
//
//	go test ./golden            compares
//	go test ./golden -update    rewrites the cases, each only after its program
//	                            was built and printed what direct evaluation gives
package golden

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/daskgen/daskgen/compiler"
	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/pass"
	"github.com/daskgen/daskgen/internal/evaluate"
	"github.com/daskgen/daskgen/ir"
)

var update = flag.Bool("update", false, "rewrite the cases")

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(file, ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c := newCase(t, a)
			c.run()
			if *update {
				c.rewrite(file)
			} else {
				c.compare()
			}
		})
	}
}

// A goldenCase is a case file: its input sections, and the output sections that
// this run made.
type goldenCase struct {
	*testing.T
	archive *txtar.Archive
	dir     string
	opts    compiler.Options
	expect  []string // "expect=RULE" and "expect-not=RULE" of the comment
	out     []txtar.File
}

// inputs are the sections that are given, not made.
var inputs = []string{"graph.json"}

func isInput(name string) bool {
	return slices.Contains(inputs, name) || strings.HasPrefix(name, "data/")
}

func newCase(t *testing.T, a *txtar.Archive) *goldenCase {
	c := &goldenCase{T: t, archive: a, dir: t.TempDir()}
	for _, word := range strings.Fields(string(a.Comment)) {
		switch {
		case strings.HasPrefix(word, "passes="):
			c.opts.Passes = strings.Split(strings.TrimPrefix(word, "passes="), ",")
		case strings.HasPrefix(word, "expect=") || strings.HasPrefix(word, "expect-not="):
			c.expect = append(c.expect, word)
		}
	}
	for _, f := range a.Files {
		if isInput(f.Name) {
			path := filepath.Join(c.dir, f.Name)
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, f.Data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	return c
}

func (c *goldenCase) add(name, content string) {
	if !strings.HasSuffix(content, "\n") && content != "" {
		content += "\n"
	}
	c.out = append(c.out, txtar.File{Name: name, Data: []byte(content)})
}

// run makes all output sections.
func (c *goldenCase) run() {
	ctx := context.Background()
	file := filepath.Join(c.dir, "graph.json")
	units, ds, err := compiler.Load(ctx, []string{file}, nil, c.opts)
	if err != nil {
		c.Fatal(err)
	}
	if ds.HasErrors() {
		c.add("stderr", c.diagnostics(ds))
		return
	}
	u := units[0]
	c.checkFacts(u.Facts)
	c.add("ir/read.txt", ir.Text(u.Before))
	c.passes(u.Before)
	bin := filepath.Join(c.dir, "prog")
	files, ds, err := compiler.Build(ctx, file, nil, c.opts, compiler.BuildOptions{Out: bin})
	if err != nil || ds.HasErrors() {
		c.Fatalf("build: %v %s", err, c.diagnostics(ds))
	}
	for _, f := range files {
		if strings.HasSuffix(f.Path, ".go") {
			c.add(f.Path, string(f.Content))
		}
	}
	stdout := execute(c.T, c.dir, bin, "-json")
	c.add("stdout", string(stdout))
	if err := evaluate.Compare(u.Before, c.dir, stdout); err != nil {
		c.Errorf("the program and direct evaluation differ: %v", err)
	}
}

// passes adds the IR after each pass that changed it.
func (c *goldenCase) passes(before *ir.Graph) {
	g := ir.Clone(before)
	if ds := check.Check(g); ds.HasErrors() {
		c.Fatal(c.diagnostics(ds))
	}
	last, n := ir.Text(g), 0
	disable := map[string]bool{}
	for _, p := range c.opts.Passes {
		disable[p[1:]] = true
	}
	pass.Run(g, pass.Options{Disable: disable, After: func(name string, g *ir.Graph) {
		n++
		if text := ir.Text(g); text != last {
			c.add(fmt.Sprintf("ir/%d-%s.txt", n, name), text)
			last = text
		}
		if err := ir.Verify(g); err != nil {
			c.Errorf("after %s: %v", name, err)
		}
	}})
}

// checkFacts holds the rules that fired against those that the case expects.
func (c *goldenCase) checkFacts(facts []pass.Fact) {
	fired := map[string]bool{}
	for _, f := range facts {
		if f.Applied {
			fired[f.Rule] = true
		}
	}
	for _, e := range c.expect {
		kind, rule, _ := strings.Cut(e, "=")
		if fired[rule] != (kind == "expect") {
			c.Errorf("%s: fired: %v", e, fired[rule])
		}
	}
}

// diagnostics prints a list with the case's folder left out.
func (c *goldenCase) diagnostics(ds diag.List) string {
	var b strings.Builder
	if err := diag.Text(&b, ds, diag.Options{}); err != nil {
		c.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), filepath.ToSlash(c.dir)+"/", "")
}

func (c *goldenCase) compare() {
	var want []txtar.File
	for _, f := range c.archive.Files {
		if !isInput(f.Name) {
			want = append(want, f)
		}
	}
	got, wanted := string(txtar.Format(&txtar.Archive{Files: c.out})), string(txtar.Format(&txtar.Archive{Files: want}))
	if got != wanted {
		c.Errorf("output differs (go test ./golden -update rewrites it):\n%s", firstDifference(wanted, got))
	}
}

// rewrite replaces the output sections of the case file.
func (c *goldenCase) rewrite(file string) {
	if c.Failed() {
		c.Fatal("not updated")
	}
	a := &txtar.Archive{Comment: c.archive.Comment}
	for _, f := range c.archive.Files {
		if isInput(f.Name) {
			a.Files = append(a.Files, f)
		}
	}
	a.Files = append(a.Files, c.out...)
	if err := os.WriteFile(file, txtar.Format(a), 0o666); err != nil {
		c.Fatal(err)
	}
}

// firstDifference shows the lines around the first line that differs.
func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	i := 0
	for i < len(w) && i < len(g) && w[i] == g[i] {
		i++
	}
	window := func(l []string) string { return strings.Join(l[max(0, i-3):min(len(l), i+5)], "\n") }
	return fmt.Sprintf("line %d:\n--- want\n%s\n--- got\n%s", i+1, window(w), window(g))
}
