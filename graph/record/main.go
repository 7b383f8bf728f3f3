package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// Env names the environment variable that holds the path of the file to which
// a dump is written.
const Env = "DASKGEN_RECORD"

// A Dump is what a run of a package's builders has recorded.
type Dump struct {
	Entries []DumpEntry
	Sites   []Site // what the negative columns of positions refer to
}

// A DumpEntry is what one annotated function or variable has recorded.
type DumpEntry struct {
	Name     string
	Problems []Problem
	Graph    []byte // by ir.Encode; nil if it could not be built
}

// An Entry is an annotated function or variable: Build records its graph.
type Entry struct {
	Name  string
	Build func() *ir.Graph
}

// Package says which package is recorded; program says that it is a package
// main, whose symbols do not hold its path.
func Package(path string, program bool) {
	recordedPath = path
	if program {
		mainPath = path
	}
}

// Main records all entries, writes the dump and exits. The generated file that
// daskgen lays over a user's package calls it.
func Main(path string, program bool, entries ...Entry) {
	file := os.Getenv(Env)
	if file == "" {
		return
	}
	Package(path, program)
	d := Dump{}
	for _, e := range entries {
		d.Entries = append(d.Entries, e.dump())
	}
	d.Sites = sites.list
	data, err := json.Marshal(d)
	if err == nil {
		err = os.WriteFile(file, data, 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "daskgen:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func (e *Entry) dump() DumpEntry {
	out := DumpEntry{Name: e.Name}
	g := e.build()
	out.Problems = TakeProblems()
	if g == nil || len(out.Problems) > 0 {
		return out
	}
	var buf bytes.Buffer
	if err := ir.Encode(&buf, g); err != nil {
		out.Problems = append(out.Problems, Problem{Code: "DG090", Arg: -1, Message: err.Error()})
		return out
	}
	out.Graph = buf.Bytes()
	return out
}

// build runs the builder; a panic becomes a problem at the place in the user's
// code where it happened.
func (e *Entry) build() (g *ir.Graph) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		g = nil
		p := Problem{Code: CodeBadDSL, Stack: panicStack(), Arg: -1, Message: fmt.Sprintf("panic: %v", r)}
		if len(p.Stack) > 0 {
			p.Pos = p.Stack[0]
		}
		Report(p)
	}()
	return e.Build()
}

// panicStack returns the places below a panic that are not in the Go runtime or
// in the DSL, innermost first. The first ones may be in the standard library.
func panicStack() []ir.Pos {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var stack []ir.Pos
	panicked := false
	for {
		f, more := frames.Next()
		panicked = panicked || f.Function == "runtime.gopanic"
		if panicked && !strings.HasPrefix(f.Function, "runtime.") && !inDSL(f.Function) && f.Line > 0 {
			stack = append(stack, ir.Pos{File: f.File, Line: f.Line})
		}
		if !more {
			return stack
		}
	}
}
