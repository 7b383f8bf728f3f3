// Package dsl reads graphs from Go packages: it finds the functions and
// variables that carry the comment daskgen:graph, type-checks them, and records
// their graphs by running them.
//
// A package is loaded with go/packages, its dependencies from export data (no
// NeedDeps), which gives types and positions in a fraction of a second. The
// graphs are recorded in a process of their own: a file that is laid over the
// user's package (go build -overlay; nothing is written to the user's tree)
// calls the builders and dumps the IR. Files that daskgen has generated before
// are laid over by stubs, so that a stale or broken one never blocks the next
// run.
package dsl

import (
	"cmp"
	"context"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/emit"
	"github.com/daskgen/daskgen/ir"
)

// Config says what to load.
type Config struct {
	Dir      string        // where patterns are resolved; empty: the current folder
	Patterns []string      // Go package patterns; none: the package in Dir
	Tags     []string      // build tags
	Env      []string      // environment of the go command; nil: that of the process
	Timeout  time.Duration // for a package's builders; 0: 10 seconds
}

// A Package is a Go package with annotated functions or variables.
type Package struct {
	Path      string
	Name      string
	Dir       string            // absolute
	Generated []string          // names of the files in Dir that daskgen has generated
	Names     map[string]string // names of the packages that it imports, at any depth, by import path, where they differ from its last element
	Declared  []string          // names declared at package level, outside generated files, sorted
	Graphs    []*Recorded       // in the order of their positions
	dir       string            // Dir as diagnostics name it
}

// A Recorded is the graph of one annotated function or variable.
type Recorded struct {
	Name    string   // of the function or variable
	Doc     string   // first sentence of its documentation
	Var     bool     // a variable or function of type graph.Graph, not a function over arrays
	Params  []string // names of the parameters, which are the inputs
	Results []string // names of the outputs
	Graph   *ir.Graph
	Pos     ir.Pos
}

// RunName returns the name of the function that is generated for the graph:
// RunStandardize for Standardize, runStandardize for standardize.
func (r *Recorded) RunName() string { return emit.RunName(r.Name) }

// Load finds and records the graphs of packages. Packages without annotations
// are left out, but for those that once had some: they have no Graphs, and their
// Generated files are orphans. Positions in graphs are relative to the package's folder;
// those of diagnostics are as Locate makes them. The error is for trouble, such
// as a missing go command; what is wrong in the packages is in the diagnostics.
func Load(ctx context.Context, cfg Config) ([]*Package, diag.List, error) {
	cfg.Dir = cmp.Or(cfg.Dir, ".")
	cfg.Timeout = cmp.Or(cfg.Timeout, 10*time.Second)
	if len(cfg.Patterns) == 0 {
		cfg.Patterns = []string{"."}
	}
	l := &loader{ctx: ctx, cfg: cfg, prefix: cfg.Dir}
	abs, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, nil, err
	}
	l.cfg.Dir = abs
	sources, err := l.scan()
	if err != nil {
		return nil, nil, err
	}
	if err := l.load(sources); err != nil {
		return nil, nil, err
	}
	pkgs, err := l.recordAll(sources)
	if err != nil {
		return nil, nil, err
	}
	pkgs = append(pkgs, l.orphans...)
	slices.SortFunc(pkgs, func(a, b *Package) int { return cmp.Compare(a.Path, b.Path) })
	l.diags.Sort()
	return pkgs, l.diags, nil
}

// recordAll records packages side by side: most of the time is spent in the Go
// linker.
func (l *loader) recordAll(sources []*source) ([]*Package, error) {
	type result struct {
		pkg *Package
		ds  diag.List
		err error
	}
	results := make([]result, len(sources))
	var wg sync.WaitGroup
	limit := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, s := range sources {
		if s.failed {
			continue
		}
		wg.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			one := *l
			one.diags = nil
			results[i].pkg, results[i].err = one.record(s)
			results[i].ds = one.diags
		})
	}
	wg.Wait()
	var pkgs []*Package
	for _, r := range results {
		if r.err != nil {
			return nil, r.err
		}
		l.diags = append(l.diags, r.ds...)
		if r.pkg != nil {
			pkgs = append(pkgs, r.pkg)
		}
	}
	return pkgs, nil
}

// Locate rewrites positions of the package's graphs, which are relative to its
// folder, to those that a user finds: relative to the folder in which the
// command runs.
func (p *Package) Locate(ds diag.List) {
	for _, d := range ds {
		d.Pos = p.locate(d.Pos)
		for i := range d.Related {
			d.Related[i].Pos = p.locate(d.Related[i].Pos)
		}
	}
}

func (p *Package) locate(pos ir.Pos) ir.Pos {
	if pos.File != "" && !filepath.IsAbs(pos.File) {
		pos.File = filepath.ToSlash(filepath.Join(p.dir, pos.File))
	}
	return pos
}

type loader struct {
	ctx    context.Context
	cfg    Config
	prefix string // Dir as given
	env    []string
	diags  diag.List

	orphans []*Package // without annotations, but with files that were generated from them
}

// display returns a path as diagnostics name it: relative to Dir where it is
// below it.
func (l *loader) display(path string) string {
	rel, err := filepath.Rel(l.cfg.Dir, path)
	if err != nil || rel == ".." || len(rel) > 2 && rel[:3] == ".."+string(filepath.Separator) {
		return filepath.ToSlash(path)
	}
	return filepath.ToSlash(filepath.Join(l.prefix, rel))
}
