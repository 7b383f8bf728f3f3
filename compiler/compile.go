// Package compiler turns graphs into Go source: it loads graph.json files and
// Go packages, checks types and shapes, runs the passes and emits code. The
// core is pure, from bytes to files and diagnostics; write.go alone touches
// what is on disk.
package compiler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/dsl"
	"github.com/daskgen/daskgen/compiler/gofunc"
	"github.com/daskgen/daskgen/compiler/graphjson"
	"github.com/daskgen/daskgen/compiler/pass"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/runtime"
)

// Options are the options that all commands share.
type Options struct {
	Passes []string // "-fuse-chain" switches a pass off, "+fuse-chain" on again; "-all" and "+all" all of them
	Allow  []string // import paths whose functions a graph.json may call; "..." at the end matches what follows
	Dirs   []string // folders, beside the graph's own, from which a graph.json may read files
	Tags   []string // build tags for Go packages
	BLAS   string   // library by which programs multiply matrices: BLASOpenBLAS, or BLASOwn (or empty)
	Graph  string   // Build: of several graphs in a Go package, this one
}

// Values of Options.BLAS.
const (
	BLASOwn      = "own"
	BLASOpenBLAS = "openblas"
)

// A Unit is one graph on its way through the compiler.
type Unit struct {
	Name   string // the graph's name, or the Go function or variable
	Source string // file or import path
	Before *ir.Graph
	After  *ir.Graph
	Facts  []pass.Fact
	DSL    *dsl.Recorded  // nil for graph.json
	Go     *gofunc.Result // what a graph.json calls; nil if it calls no Go functions
}

// Stage returns the graph before or after the passes.
func (u *Unit) Stage(before bool) *ir.Graph {
	if before {
		return u.Before
	}
	return u.After
}

// Load reads, checks and optimises the graphs that the arguments name: files
// that end in .json, .json.gz or .json.zst, - for standard input, or Go package
// patterns. No argument means the package in the current folder. The error is
// for trouble; what is wrong with a graph is in the diagnostics.
func Load(ctx context.Context, args []string, stdin io.Reader, o Options) ([]*Unit, diag.List, error) {
	disable, err := o.disabled()
	if err != nil {
		return nil, nil, err
	}
	var units []*Unit
	var ds diag.List
	files, patterns := splitArgs(args)
	for _, f := range files {
		u, d, err := readJSON(ctx, f, stdin, o)
		if err != nil {
			return nil, nil, err
		}
		ds = append(ds, d...)
		if u != nil {
			units = append(units, u)
		}
	}
	var pkgs []*goPackage
	if len(patterns) > 0 {
		var d diag.List
		if pkgs, d, err = loadPackages(ctx, patterns, o); err != nil {
			return nil, nil, err
		}
		ds = append(ds, d...)
	}
	if !ds.HasErrors() {
		ds = append(ds, optimise(units, disable)...)
	}
	for _, p := range pkgs {
		units = append(units, p.graphs...)
		if !ds.HasErrors() {
			d := optimise(p.graphs, disable)
			p.Locate(d)
			ds = append(ds, d...)
		}
	}
	if len(units) == 0 && !ds.HasErrors() {
		return nil, nil, errNoGraph
	}
	ds.Sort()
	return units, ds, nil
}

// optimise checks each unit's graph and runs the passes on a copy.
func optimise(units []*Unit, disable map[string]bool) diag.List {
	var ds diag.List
	for _, u := range units {
		d := check.Check(u.Before)
		ds = append(ds, d...)
		if d.HasErrors() {
			continue
		}
		u.After = ir.Clone(u.Before)
		if u.DSL == nil {
			canonical(u.After)
		}
		u.Facts = pass.Run(u.After, pass.Options{Disable: disable})
	}
	return ds
}

// splitArgs tells graph files from package patterns.
func splitArgs(args []string) (files, patterns []string) {
	if len(args) == 0 {
		return nil, []string{"."}
	}
	for _, a := range args {
		if IsGraphFile(a) {
			files = append(files, a)
		} else {
			patterns = append(patterns, a)
		}
	}
	return files, patterns
}

var graphSuffixes = []string{".json", ".json.gz", ".json.zst"}

// IsGraphFile tells a graph file, or - for standard input, from a pattern of Go
// packages.
func IsGraphFile(arg string) bool {
	for _, s := range graphSuffixes {
		if strings.HasSuffix(arg, s) {
			return true
		}
	}
	return arg == "-"
}

// DefaultProgramName is the binary's name for a graph: its file name without
// the ending, or the folder's for a Go package.
func DefaultProgramName(arg string) string {
	if arg == "-" {
		return "prog"
	}
	base := filepath.Base(arg)
	for _, s := range graphSuffixes {
		base = strings.TrimSuffix(base, s)
	}
	if base == "." || base == "/" || base == ".." {
		if abs, err := filepath.Abs(arg); err == nil {
			return filepath.Base(abs)
		}
	}
	return base
}

func graphName(g *ir.Graph, file string) string {
	if g.Name == "" {
		g.Name = DefaultProgramName(file)
	}
	return g.Name
}

// readJSON reads one graph file. It may read .npy files of its own folder and
// of the folders that the options name. The unit is nil when there are errors.
func readJSON(ctx context.Context, file string, stdin io.Reader, o Options) (*Unit, diag.List, error) {
	u := &Unit{Source: file}
	var trouble error
	opts := graphjson.Options{File: filepath.ToSlash(file), Allow: o.Allow, Dirs: o.Dirs, Typer: check.Type}
	opts.Stat = statNpy(filepath.Dir(file))
	opts.Funcs = func(uses []graphjson.FuncUse) (ds diag.List) {
		u.Go, ds, trouble = gofunc.Resolve(ctx, uses, gofunc.Config{Dirs: []string{filepath.Dir(file), "."}, Tags: o.Tags})
		return ds
	}
	if file == "-" {
		opts.File = "stdin"
	} else {
		opts.Dirs = append([]string{filepath.Dir(file)}, o.Dirs...)
		f, err := os.Open(file)
		if err != nil {
			return nil, nil, err
		}
		defer f.Close()
		stdin = f
	}
	var ds diag.List
	u.Before, ds = graphjson.Read(stdin, opts)
	if u.Before == nil || trouble != nil {
		return nil, ds, trouble
	}
	u.Name = graphName(u.Before, file)
	return u, ds, nil
}

// statNpy returns a function that finds out what .npy files hold, whose names are
// relative to a folder. It reads no more than their headers, once each.
func statNpy(dir string) func(string) (ir.DType, []int64, error) {
	seen := map[string]*runtime.NpyHeader{}
	return func(npy string) (ir.DType, []int64, error) {
		file := filepath.FromSlash(npy)
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, file)
		}
		h := seen[file]
		if h == nil {
			info, err := os.Stat(file)
			if err == nil && !info.Mode().IsRegular() {
				err = fmt.Errorf("%s is not a regular file", file)
			}
			if err == nil {
				h, err = runtime.StatNpy(file)
			}
			if err != nil {
				return ir.NoDType, nil, err
			}
			seen[file] = h
		}
		shape := make([]int64, len(h.Shape))
		for i, n := range h.Shape {
			shape[i] = int64(n)
		}
		return ir.ParseDType(h.DType), shape, nil
	}
}

// disabled reads Passes. It knows the passes by name.
func (o Options) disabled() (map[string]bool, error) {
	off := map[string]bool{}
	names := pass.Names()
	for _, p := range o.Passes {
		if len(p) < 2 || p[0] != '-' && p[0] != '+' {
			return nil, fmt.Errorf("--passes=%s: write -NAME to switch a pass off or +NAME to switch it on (passes: %s)", p, strings.Join(names, ", "))
		}
		on, name, known := p[0] == '+', p[1:], false
		for _, n := range names {
			if n == name || name == "all" {
				known = true
				off[n] = !on
			}
		}
		if !known {
			return nil, fmt.Errorf("--passes=%s: no pass %q (passes: %s)", p, name, strings.Join(names, ", "))
		}
	}
	return off, nil
}

// errNoGraph is for packages without an annotated graph.
var errNoGraph = errors.New("no graph found: mark a function or a variable with //daskgen:graph, or name a .json file")
