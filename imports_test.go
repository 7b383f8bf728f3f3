package daskgen

import (
	"go/build"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// allowed says what each package may import of this module and of others; the
// longest entry that a path begins with counts. Imports go one way: the command,
// the compiler, the ops, the IR; and what programs link, runtime and kernels,
// reaches nothing of the compiler.
var allowed = map[string][]string{
	"":                   {},
	"ir":                 {},
	"runtime":            {"runtime/vector", "golang.org/x/sys"},
	"runtime/vector/asm": {"github.com/mmcloughlin/avo"}, // a module of its own
	"stdops":             {"ir"},
	"stdops/kernel":      {"runtime"},
	"stdops/blas":        {"runtime/vector", "gonum.org/v1/gonum"},
	"stdops/blas/asm":    {"github.com/mmcloughlin/avo"}, // a module of its own
	"stdops/linalg":      {"runtime", "stdops/blas", "stdops/kernel", "gonum.org/v1/gonum"},
	"stdops/numpyrandom": {"runtime"},
	"stdops/openblas":    {"stdops/blas", "github.com/ebitengine/purego", "gonum.org/v1/gonum"},
	"stdops/ref":         {"ir", "runtime", "stdops"}, // the reference in the tests
	"graph":              {"graph/record", "ir", "runtime"},
	"da":                 {"graph/record", "ir", "runtime", "stdops"},
	"compiler":           {"", "compiler", "graph/record", "ir", "runtime", "stdops", "external"},
	"compiler/emit":      {"ir", "runtime", "stdops", "github.com/dave/jennifer"},
	"compiler/pass":      {"compiler/check", "ir", "stdops"},
	"cmd":                {"compiler", "ir", "stdops", "external"},
	"internal":           {"compiler/check", "da", "internal", "graph/record", "ir", "runtime", "stdops", "external"},
	"examples":           {"da", "graph", "runtime", "stdops/kernel", "stdops/linalg", "examples"},
	"golden":             {"external"},
	// A module of its own, which measures from outside.
	"bench": {"bench", "compiler", "da", "ir", "runtime", "stdops", "external"},
}

const module = "github.com/daskgen/daskgen"

func TestImportsGoOneWay(t *testing.T) {
	err := filepath.WalkDir(".", func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name := d.Name(); dir != "." && (strings.HasPrefix(name, ".") || name == "testdata") {
			return fs.SkipDir
		}
		p, err := build.ImportDir(dir, 0)
		if err != nil {
			return nil // no Go files for this platform
		}
		own := strings.TrimPrefix(filepath.ToSlash(dir), ".")
		for _, path := range p.Imports {
			if strings.HasPrefix(path, "github.com/dave/jennifer") && own != "compiler/emit" {
				t.Errorf("%s imports jennifer, which compiler/emit wraps", own)
			}
			if !permitted(rule(own), path) {
				t.Errorf("%s imports %s", own, path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// rule returns the entry of the longest prefix.
func rule(dir string) []string {
	for dir != "" {
		if r, ok := allowed[dir]; ok {
			return r
		}
		dir = dir[:max(0, strings.LastIndex(dir, "/"))]
	}
	return allowed[""]
}

func permitted(rule []string, path string) bool {
	own, inside := strings.CutPrefix(path, module)
	own = strings.TrimPrefix(own, "/")
	if !inside {
		first, _, _ := strings.Cut(path, "/")
		if !strings.Contains(first, ".") {
			return true // the standard library
		}
		return slices.Contains(rule, "external") || slices.ContainsFunc(rule, func(r string) bool { return r != "" && strings.HasPrefix(path, r) })
	}
	return slices.ContainsFunc(rule, func(r string) bool { return own == r || r != "" && strings.HasPrefix(own, r+"/") })
}
