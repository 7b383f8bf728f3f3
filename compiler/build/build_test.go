package build

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/compiler/emit"
	"github.com/daskgen/daskgen/ir"
)

// dictionary is the program of {'x': 1, 'z': (add, 'x', 11)}.
func dictionary(t *testing.T) []emit.File {
	t.Helper()
	integer := func(i int64) *ir.Expr {
		return &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{Kind: ir.ConstInt, Int: i}}
	}
	x := &ir.Layer{Name: "x", Cases: []*ir.Case{{Kernel: integer(1)}}}
	z := &ir.Layer{Name: "z", Cases: []*ir.Case{{
		Operands: []ir.Operand{{Layer: x}},
		Kernel:   &ir.Expr{Kind: ir.ExprOp, Op: "add", Args: []*ir.Expr{{Kind: ir.ExprOperand}, integer(11)}},
	}}}
	g := &ir.Graph{Name: "dictionary", Layers: []*ir.Layer{x, z}, Outputs: []*ir.Output{{Name: "z", Layer: z, Index: []int64{}}}}
	if ds := check.Check(g); ds.HasErrors() {
		t.Fatal(ds)
	}
	files, err := emit.Program(g, emit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestBinaryOffline builds twice, with an empty module cache and no network,
// and once more from the cache: the bytes are the same, and the program runs.
func TestBinaryOffline(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	t.Setenv("GOMODCACHE", t.TempDir())
	t.Setenv("GOFLAGS", "-mod=mod -race")
	t.Setenv("GOWORK", "/nowhere/go.work")
	t.Setenv("DASKGEN_CACHE", t.TempDir())
	files, dir := dictionary(t), t.TempDir()
	var first []byte
	for i, o := range []Options{{NoCache: true}, {NoCache: true}, {}} {
		o.Out = filepath.Join(dir, "prog")
		if err := Binary(context.Background(), files, o); err != nil {
			t.Fatal(err)
		}
		bin, err := os.ReadFile(o.Out)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = bin
		} else if !bytes.Equal(first, bin) {
			t.Errorf("build %d gives other bytes", i)
		}
	}
	out, err := exec.Command(filepath.Join(dir, "prog"), "-json").CombinedOutput()
	if err != nil || string(out) != "{\"z\":12}\n" {
		t.Errorf("%v: %s", err, out)
	}
}

func TestCacheKey(t *testing.T) {
	c, tool := cache{}, &goTool{version: "go1"}
	files := []emit.File{{Path: "main.go", Content: []byte("package main")}}
	base := c.key(files, tool)
	for _, tc := range []struct {
		what string
		key  func() string
	}{
		{"content", func() string { return c.key([]emit.File{{Path: "main.go", Content: []byte("package x")}}, tool) }},
		{"path", func() string { return c.key([]emit.File{{Path: "a.go", Content: []byte("package main")}}, tool) }},
		{"version", func() string { return c.key(files, &goTool{version: "go2"}) }},
		{"GOARCH", func() string { t.Setenv("GOARCH", "other"); return c.key(files, tool) }},
	} {
		if tc.key() == base {
			t.Errorf("another %s gives the same key", tc.what)
		}
	}
}

func TestDamagedCacheIsNotUsed(t *testing.T) {
	dir := t.TempDir()
	c := cache{filepath.Join(dir, "cache")}
	bin := filepath.Join(dir, "bin")
	if err := os.WriteFile(bin, []byte("program"), 0o777); err != nil {
		t.Fatal(err)
	}
	key := strings.Repeat("0", 64)
	c.save(key, bin)
	if !c.restore(key, filepath.Join(dir, "out")) {
		t.Fatal("what was saved is not found")
	}
	if err := os.WriteFile(filepath.Join(c.dir, key), []byte("prog"), 0o777); err != nil {
		t.Fatal(err)
	}
	if c.restore(key, filepath.Join(dir, "out")) {
		t.Error("a damaged binary is used")
	}
}

func TestImportsOfOthersAreRefused(t *testing.T) {
	_, err := Standalone([]emit.File{{Path: "main.go", Content: []byte("package main\n\nimport _ \"example.com/geo\"\n")}})
	var ie *ImportError
	if !errors.As(err, &ie) || ie.Package != "example.com/geo" {
		t.Errorf("got %v", err)
	}
}

// TestStandaloneHoldsWhatIsUsed checks that a program without arrays brings no
// gonum along, and that licences travel with their modules.
func TestStandaloneHoldsWhatIsUsed(t *testing.T) {
	files, err := Standalone(dictionary(t))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Path)
		if strings.Contains(f.Path, "gonum") || strings.HasSuffix(f.Path, "_test.go") {
			t.Errorf("%s is not needed", f.Path)
		}
	}
	for _, want := range []string{"main.go", "go.mod", "vendor/modules.txt", "vendor/golang.org/x/sys/LICENSE", "vendor/github.com/daskgen/daskgen/runtime/block.go"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

// TestModulesAreCurrent compares modules.zip with the modules that go.mod names
// and with what the kernels import.
func TestModulesAreCurrent(t *testing.T) {
	s, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{$.ImportPath}} {{.Path}} {{.Version}} {{.GoVersion}} {{$.Dir}}{{end}}{{end}}",
		modulePath+"/runtime", modulePath+"/stdops/kernel", modulePath+"/stdops/linalg").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		f := strings.Fields(line)
		pkg, mod, dir := f[0], module{f[1], f[2], f[3]}, f[4]
		if got, _ := s.module(pkg); got != mod {
			t.Errorf("modules.zip has %v, go.mod %v: run go generate ./compiler/build", got, mod)
		}
		if s.dirs[pkg] == nil {
			t.Errorf("%s is missing: run go generate ./compiler/build", pkg)
		}
		for _, name := range s.dirs[pkg] {
			content, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil || !bytes.Equal(content, s.files[pkg+"/"+name]) {
				t.Errorf("%s/%s differs (%v): run go generate ./compiler/build", pkg, name, err)
			}
		}
	}
}
