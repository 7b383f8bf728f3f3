package compiler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/daskgen/daskgen/compiler/build"
	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/dsl"
	"github.com/daskgen/daskgen/compiler/emit"
)

// GenOptions says what Generate writes.
type GenOptions struct {
	Dir        string // folder for a graph.json; Go packages are written in place
	Package    string // graph.json: main for a program, or the name of a library package
	Standalone bool   // graph.json: a folder that builds on its own
}

// An Output is the wanted content of one folder.
type Output struct {
	Dir   string
	Files []emit.File
	Ours  []string // files in Dir that daskgen has generated: those that are no longer wanted are orphans
}

// loadPackages records the graphs of Go packages.
func loadPackages(ctx context.Context, patterns []string, o Options) ([]*goPackage, diag.List, error) {
	pkgs, ds, err := dsl.Load(ctx, dsl.Config{Patterns: patterns, Tags: o.Tags})
	if err != nil {
		return nil, nil, err
	}
	if len(pkgs) == 0 && !ds.HasErrors() {
		return nil, nil, errNoGraph
	}
	out := make([]*goPackage, len(pkgs))
	for i, p := range pkgs {
		out[i] = &goPackage{Package: p}
		for _, r := range p.Graphs {
			out[i].graphs = append(out[i].graphs, &Unit{Name: r.Name, Source: p.Path, Before: r.Graph, DSL: r})
		}
	}
	return out, ds, nil
}

// A goPackage is a Go package with the units of its graphs.
type goPackage struct {
	*dsl.Package
	graphs []*Unit
}

// Generate returns what the graphs become: for a Go package a file in its
// folder, for a graph.json a folder. It writes nothing.
func Generate(ctx context.Context, args []string, stdin io.Reader, o Options, gen GenOptions) ([]Output, diag.List, error) {
	files, patterns := splitArgs(args)
	if len(files) > 1 {
		return nil, nil, fmt.Errorf("%s and %s would be written to the same folder: generate one graph.json at a time", files[0], files[1])
	}
	var outs []Output
	var ds diag.List
	for _, f := range files {
		out, d, err := generateJSON(ctx, f, stdin, o, gen)
		if err != nil {
			return nil, nil, err
		}
		ds = append(ds, d...)
		outs = append(outs, out)
	}
	if len(patterns) > 0 {
		more, d, err := generatePackages(ctx, patterns, o)
		if err != nil {
			return nil, nil, err
		}
		ds = append(ds, d...)
		outs = append(outs, more...)
	}
	ds.Sort()
	if ds.HasErrors() {
		return nil, ds, nil
	}
	return outs, ds, nil
}

func generatePackages(ctx context.Context, patterns []string, o Options) ([]Output, diag.List, error) {
	if err := o.checkBLAS(false); err != nil {
		return nil, nil, err
	}
	disable, err := o.disabled()
	if err != nil {
		return nil, nil, err
	}
	pkgs, ds, err := loadPackages(ctx, patterns, o)
	if err != nil {
		return nil, nil, err
	}
	if ds.HasErrors() {
		return nil, ds, nil
	}
	var outs []Output
	for _, p := range pkgs {
		d := optimise(p.graphs, disable)
		p.Locate(d)
		ds = append(ds, d...)
		if ds.HasErrors() {
			continue
		}
		out, d, err := p.emit(o)
		if err != nil {
			return nil, nil, err
		}
		p.Locate(d)
		ds = append(ds, d...)
		outs = append(outs, out)
	}
	return outs, ds, nil
}

// emit writes the Go file of a package, or none if it has no graph any more.
func (p *goPackage) emit(o Options) (Output, diag.List, error) {
	if len(p.graphs) == 0 {
		return Output{Dir: relative(p.Dir), Ours: p.Generated}, nil, nil
	}
	graphs := make([]emit.Graph, len(p.graphs))
	for i, u := range p.graphs {
		graphs[i] = emit.Graph{Name: u.Name, Doc: u.DSL.Doc, Inputs: u.DSL.Params, IR: u.After}
	}
	files, err := emit.Package(p.Name, graphs, emit.Options{
		Source: p.Path, Flags: o.flags(), PkgPath: p.Path, Names: p.Names, Taken: p.Declared,
	})
	ds, err := emitDiagnostics(err)
	return Output{Dir: relative(p.Dir), Files: files, Ours: p.Generated}, ds, err
}

// generateJSON emits one graph.json.
func generateJSON(ctx context.Context, file string, stdin io.Reader, o Options, gen GenOptions) (Output, diag.List, error) {
	if gen.Dir == "" {
		return Output{}, nil, errors.New("gen of a graph.json needs a folder to write to: -o DIR (build makes a binary of it, vet looks for mistakes)")
	}
	if err := o.checkBLAS(gen.Package == "" || gen.Package == "main"); err != nil {
		return Output{}, nil, err
	}
	units, ds, err := Load(ctx, []string{file}, stdin, o)
	if err != nil || ds.HasErrors() {
		return Output{}, ds, err
	}
	u := units[0]
	out := Output{Dir: gen.Dir}
	opts := emit.Options{Source: sourceName(file, gen.Dir), Flags: o.flags(), OpenBLAS: o.BLAS == BLASOpenBLAS}
	u.goNames(&opts, gen.Dir)
	if gen.Package != "" && gen.Package != "main" {
		if gen.Standalone {
			return Output{}, nil, errors.New("--standalone writes a program: leave --package out")
		}
		out.Files, err = emit.Package(gen.Package, []emit.Graph{{Name: exported(u.Name), IR: u.After}}, opts)
	} else {
		out.Files, err = emit.Program(u.After, opts)
	}
	if err == nil && gen.Standalone {
		out.Files, err = build.Standalone(out.Files)
	}
	d, err := emitDiagnostics(err)
	if err != nil {
		return Output{}, nil, err
	}
	out.Ours, err = ownFiles(gen.Dir)
	return out, append(ds, d...), err
}

// exported makes a Go name of a graph's name: standardize-flights becomes
// StandardizeFlights.
func exported(name string) string {
	var b strings.Builder
	up := true
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z' && up:
			b.WriteRune(r - 'a' + 'A')
			up = false
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' && b.Len() > 0:
			b.WriteRune(r)
			up = false
		default:
			up = true
		}
	}
	if b.Len() == 0 {
		return "Graph"
	}
	return b.String()
}

// sourceName is how the generated header names the graph: relative to the
// output, so that no machine's path is in it.
func sourceName(file, dir string) string {
	if file == "-" {
		return "standard input"
	}
	absFile, err1 := filepath.Abs(file)
	absDir, err2 := filepath.Abs(dir)
	if err1 == nil && err2 == nil {
		if rel, err := filepath.Rel(absDir, absFile); err == nil && strings.Count(rel, "..") <= 2 {
			return filepath.ToSlash(rel)
		}
	}
	return filepath.Base(file)
}

// relative makes an absolute folder one that a user recognises.
func relative(dir string) string {
	cwd, err := filepath.Abs(".")
	if err != nil {
		return dir
	}
	rel, err := filepath.Rel(cwd, dir)
	if err != nil || strings.HasPrefix(rel, "../../..") {
		return dir
	}
	return rel
}

// flags are the options that alter the output, in a fixed order.
func (o Options) flags() []string {
	var f []string
	if len(o.Passes) > 0 {
		f = append(f, "--passes="+strings.Join(o.Passes, ","))
	}
	if len(o.Tags) > 0 {
		f = append(f, "--tags="+strings.Join(o.Tags, ","))
	}
	if o.BLAS == BLASOpenBLAS {
		f = append(f, "--blas="+o.BLAS)
	}
	return f
}

// checkBLAS refuses a library for code that has no main function.
func (o Options) checkBLAS(program bool) error {
	switch o.BLAS {
	case "", BLASOwn:
		return nil
	case BLASOpenBLAS:
		if program {
			return nil
		}
		return fmt.Errorf("--blas=%s is for programs; a package of yours gets it by openblas.MustLoad() (github.com/daskgen/daskgen/stdops/openblas) in your main function", o.BLAS)
	}
	return fmt.Errorf("--blas=%s: the libraries are %s and %s", o.BLAS, BLASOwn, BLASOpenBLAS)
}

// emitDiagnostics turns what the emitter cannot express into a diagnostic;
// any other error is passed on.
func emitDiagnostics(err error) (diag.List, error) {
	var e *emit.Error
	if !errors.As(err, &e) {
		return nil, err
	}
	var ds diag.List
	ds.Errorf(e.Pos, diag.Unsupported, "%s", e.Err)
	return ds, nil
}

// Build compiles one graph to a binary. It returns the generated files.
func Build(ctx context.Context, arg string, stdin io.Reader, o Options, b BuildOptions) ([]emit.File, diag.List, error) {
	if err := o.checkBLAS(true); err != nil {
		return nil, nil, err
	}
	units, ds, err := Load(ctx, []string{arg}, stdin, o)
	if err != nil || ds.HasErrors() {
		return nil, ds, err
	}
	u, err := o.one(arg, units)
	if err != nil {
		return nil, nil, err
	}
	opts := emit.Options{Source: sourceName(arg, filepath.Dir(b.Out)), Flags: o.flags(), OpenBLAS: o.BLAS == BLASOpenBLAS, Positions: true}
	u.goNames(&opts, "")
	files, err := emit.Program(u.After, opts)
	d, err := emitDiagnostics(err)
	ds = append(ds, d...)
	if err != nil || ds.HasErrors() {
		return nil, ds, err
	}
	if u.Go != nil {
		return files, ds, build.InModule(ctx, files, build.Module{Dir: u.Go.Dir, Env: u.Go.Env, Tags: o.Tags}, build.Options(b))
	}
	return files, ds, build.Binary(ctx, files, build.Options(b))
}

// goNames tells the emitter about the packages whose functions a graph.json
// calls: their names and, if the code goes to the folder of one of them, that
// it is part of that package.
func (u *Unit) goNames(o *emit.Options, dir string) {
	if u.Go == nil {
		return
	}
	o.Names = u.Go.Names
	abs, err := filepath.Abs(dir)
	if err != nil || dir == "" {
		return
	}
	for _, p := range u.Go.Packages {
		if p.Dir == abs {
			o.PkgPath, o.Taken = p.Path, p.Declared
		}
	}
}

// one is the graph that a program is made of.
func (o Options) one(arg string, units []*Unit) (*Unit, error) {
	if o.Graph != "" {
		for _, u := range units {
			if u.Name == o.Graph {
				return u, nil
			}
		}
		return nil, fmt.Errorf("%s holds no graph %s, only %s", arg, o.Graph, unitList(units))
	}
	if len(units) != 1 {
		return nil, fmt.Errorf("%s holds %d graphs (%s), and a program is made of one: choose with --graph NAME", arg, len(units), unitList(units))
	}
	return units[0], nil
}

// BuildOptions says how Build builds.
type BuildOptions build.Options

func unitList(units []*Unit) string {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.Name
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
