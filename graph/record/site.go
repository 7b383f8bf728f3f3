package record

import (
	"runtime"
	"strings"
	"sync"

	"github.com/daskgen/daskgen/ir"
)

// A Site is a call of the DSL in a user's source. Run time knows its line; the
// column comes from the syntax tree, in which daskgen looks for the call of
// Callee on that line, the Ordinal-th in the order of evaluation.
type Site struct {
	File    string
	Line    int
	Callee  string // the method or function of the DSL, without its package: Mean
	Ordinal int
}

// A Caller is a call stack whose frames are looked up only when they are
// needed: package variables of type graph.Graph are made in every program that
// imports their package.
type Caller struct {
	pcs [24]uintptr
	n   int
}

// Here returns the stack of its caller.
func Here() *Caller {
	c := &Caller{}
	c.n = runtime.Callers(2, c.pcs[:])
	return c
}

const root = "github.com/daskgen/daskgen/"

// inDSL says whether a function belongs to the DSL itself, so that the position
// of a call is further up the stack.
func inDSL(function string) bool {
	rest, ok := strings.CutPrefix(function, root)
	return ok && (strings.HasPrefix(rest, "da.") || strings.HasPrefix(rest, "graph.") || strings.HasPrefix(rest, "graph/record."))
}

// sites numbers the distinct sites of a recording. They are global because
// package variables record before anything else runs.
var sites = struct {
	sync.Mutex
	list     []Site
	byPC     map[sitePC]int
	ordinals map[Site]int
}{byPC: map[sitePC]int{}, ordinals: map[Site]int{}}

type sitePC struct {
	pc     uintptr
	callee string
}

// Pos returns the position of the user's call: file, line, and instead of a
// column the number of its Site, as -1, -2, ...
func (c *Caller) Pos() ir.Pos {
	if c == nil {
		return ir.Pos{}
	}
	frames := runtime.CallersFrames(c.pcs[:c.n])
	callee := ""
	for {
		f, more := frames.Next()
		if !inDSL(f.Function) && f.Line > 0 && f.Function != "" && !strings.HasPrefix(f.Function, "runtime.") {
			return sitePos(f, callee)
		}
		if inDSL(f.Function) {
			callee = lastName(f.Function)
		}
		if !more {
			return ir.Pos{}
		}
	}
}

// lastName is the simple name of a function: Mean of da.Array[...].Mean.
func lastName(function string) string {
	function = strings.ReplaceAll(function, "[...]", "")
	function = strings.TrimSuffix(function, "-fm")
	return function[strings.LastIndexByte(function, '.')+1:]
}

func sitePos(f runtime.Frame, callee string) ir.Pos {
	sites.Lock()
	defer sites.Unlock()
	key := sitePC{f.PC, callee}
	id, ok := sites.byPC[key]
	if !ok {
		s := Site{File: f.File, Line: f.Line, Callee: callee}
		n := sites.ordinals[s]
		sites.ordinals[s]++
		s.Ordinal = n
		id = len(sites.list)
		sites.list = append(sites.list, s)
		sites.byPC[key] = id
	}
	return ir.Pos{File: f.File, Line: f.Line, Col: -1 - id}
}
