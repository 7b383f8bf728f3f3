package record

import (
	"fmt"
	"sync"

	"github.com/daskgen/daskgen/ir"
)

// A Problem is a misuse of the DSL. It is recorded, not panicked, so that one
// run reports them all.
type Problem struct {
	Code    string   // one of package diag's
	Pos     ir.Pos   // as Caller.Pos returns it
	Arg     int      // the argument of the call that is at fault, or -1
	Key     string   // the key of a graph.Graph that is at fault, for positions in its literal
	Literal string   // file:line of a function literal that is at fault
	Stack   []ir.Pos // of a panic: further candidates for the position, innermost first
	Message string
	Hint    string
}

// The codes of the diagnostics that recording makes.
const (
	CodeUndefined    = "DG008"
	CodeCycle        = "DG011"
	CodeTypeMismatch = "DG030"
	CodeWrongShape   = "DG033"
	CodeUnsupported  = "DG034"
	CodeBadSignature = "DG040"
	CodeBadDSL       = "DG041"
)

var problems struct {
	sync.Mutex
	list []Problem
}

// Report records a problem.
func Report(p Problem) {
	problems.Lock()
	defer problems.Unlock()
	problems.list = append(problems.list, p)
}

// Misuse records a problem of the call that c is the stack of.
func Misuse(c *Caller, code, hint, format string, args ...any) {
	Report(Problem{Code: code, Pos: c.Pos(), Arg: -1, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// TakeProblems returns what was reported since the last call.
func TakeProblems() []Problem {
	problems.Lock()
	defer problems.Unlock()
	list := problems.list
	problems.list = nil
	return list
}
