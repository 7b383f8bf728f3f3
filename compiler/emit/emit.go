package emit

import (
	"fmt"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// A File is one file of the output.
type File struct {
	Path    string // relative to the output's folder
	Content []byte
}

// Options change the output. Only what is set here and in the graph has an
// influence on it.
type Options struct {
	Source    string            // the header's source line: the graph's file relative to the output, or an import path
	Flags     []string          // the header's options line: command-line options that are not at their default and alter the output
	PkgPath   string            // Package: import path of the package written to, whose own functions need no qualifier
	Names     map[string]string // names of packages by import path, where they differ from the path's last element
	Taken     []string          // Package: names that the package declares elsewhere
	OpenBLAS  bool              // Program: load OpenBLAS at the start
	Positions bool              // layers carry the place of their definition, for error messages; an edit above it then changes the output
}

// Names of the files that Program and Package write.
const (
	ProgramFile   = "main.go"
	ProgramTables = "tables.bin"
	PackageFile   = "zz_daskgen.go"
	PackageTables = "zz_daskgen.bin"
)

// programPrefix begins the names of a program's kernels.
const programPrefix = "kernel"

// programName names the variable that holds a graph's rt.Program.
func programName(stem string) string {
	if strings.HasSuffix(stem, "program") || strings.HasSuffix(stem, "Program") {
		return stem
	}
	return stem + "Program"
}

// A Graph is a graph that becomes functions of a package.
type Graph struct {
	Name   string   // the function or variable that it was recorded from; the generated function is Run + Name
	Doc    string   // first sentence of its documentation; may be empty
	Inputs []string // the parameters, in order: names of input layers; nil: the graph's inputs in their order
	IR     *ir.Graph
}

// Program returns a main package that runs a checked graph. Large tables stand
// in a file of their own beside it.
//
// The error names the construct that has no form in Go, with its position.
func Program(g *ir.Graph, opts Options) ([]File, error) {
	g, err := mergeSmall(g)
	if err != nil {
		return nil, err
	}
	em := newEmitter("main", "main", opts, []*ir.Graph{g})
	em.embedFile = ProgramTables
	u := &unit{em: em, g: g, kernelPrefix: programPrefix, layersType: "layers", program: "program"}
	if err := em.add(u); err != nil {
		return nil, err
	}
	em.main(u, opts)
	return em.files(ProgramFile)
}

// Package returns the generated file of a library package: for each graph a
// function that takes its inputs and returns its outputs.
func Package(pkgName string, graphs []Graph, opts Options) ([]File, error) {
	irs := make([]*ir.Graph, len(graphs))
	for i, g := range graphs {
		var err error
		if irs[i], err = mergeSmall(g.IR); err != nil {
			return nil, fmt.Errorf("%s: %w", g.Name, err)
		}
	}
	em := newEmitter(pkgName, opts.PkgPath, opts, irs)
	em.embedFile = PackageTables
	for i := range graphs {
		stem := lowerFirst(camel(graphs[i].Name))
		u := &unit{
			em: em, g: irs[i], kernelPrefix: stem,
			layersType: em.top.take(stem + "Layers"), program: em.top.local(programName(stem)),
		}
		if err := em.add(u); err != nil {
			return nil, fmt.Errorf("%s: %w", graphs[i].Name, err)
		}
		if err := em.runFunc(u, &graphs[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", graphs[i].Name, err)
		}
	}
	em.decls = append(em.decls, recorded(graphs))
	return em.files(PackageFile)
}
