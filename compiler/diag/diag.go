// Package diag holds the compiler's diagnostics: what is wrong, where, and what
// to do about it. Phases collect them in a List; the command line prints the
// list as text with an excerpt of the source, as JSON, or for GitHub.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// Severity says how bad a diagnostic is.
type Severity uint8

// The severities.
const (
	Error   Severity = iota // no program can be made
	Warning                 // a program can be made, but something looks wrong
)

// String returns the severity in lower case.
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// A Diagnostic is one finding.
type Diagnostic struct {
	Pos      ir.Pos
	Code     string // DG001 ...; see Codes
	Severity Severity
	Message  string // lower case, no full stop, names quoted
	Related  []Related
	Hint     string // what to do; may be empty
}

// Related is a further place that a diagnostic is about, such as the first
// definition of a key that is defined twice.
type Related struct {
	Pos     ir.Pos
	Message string
}

// WithHint sets the hint.
func (d *Diagnostic) WithHint(format string, args ...any) *Diagnostic {
	d.Hint = fmt.Sprintf(format, args...)
	return d
}

// WithRelated adds a further place.
func (d *Diagnostic) WithRelated(pos ir.Pos, format string, args ...any) *Diagnostic {
	d.Related = append(d.Related, Related{pos, fmt.Sprintf(format, args...)})
	return d
}

// String returns the diagnostic on one line, as compilers print theirs:
// "graph.json:12:18: message".
func (d *Diagnostic) String() string {
	if p := PosString(d.Pos); p != "" {
		return p + ": " + d.Message
	}
	return d.Message
}

// PosString writes a position as file:line:col, without what is unknown.
func PosString(p ir.Pos) string {
	s := p.File
	if p.Line > 0 {
		s += fmt.Sprintf(":%d", p.Line)
		if p.Col > 0 {
			s += fmt.Sprintf(":%d", p.Col)
		}
	}
	return strings.TrimPrefix(s, ":")
}

// A List collects diagnostics.
type List []*Diagnostic

// Errorf adds an error and returns it, for a hint or related places.
func (l *List) Errorf(pos ir.Pos, code, format string, args ...any) *Diagnostic {
	d := &Diagnostic{Pos: pos, Code: code, Message: fmt.Sprintf(format, args...)}
	*l = append(*l, d)
	return d
}

// Warnf adds a warning and returns it.
func (l *List) Warnf(pos ir.Pos, code, format string, args ...any) *Diagnostic {
	d := l.Errorf(pos, code, format, args...)
	d.Severity = Warning
	return d
}

// HasErrors says whether the list holds an error, not only warnings.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d *Diagnostic) bool { return d.Severity == Error })
}

// Sort orders the list by position, code and message, and drops repetitions.
func (l *List) Sort() {
	slices.SortStableFunc(*l, compare)
	*l = slices.CompactFunc(*l, func(a, b *Diagnostic) bool { return compare(a, b) == 0 })
}

func compare(a, b *Diagnostic) int {
	return cmp.Or(
		strings.Compare(a.Pos.File, b.Pos.File),
		cmp.Compare(a.Pos.Line, b.Pos.Line),
		cmp.Compare(a.Pos.Col, b.Pos.Col),
		cmp.Compare(a.Severity, b.Severity),
		strings.Compare(a.Code, b.Code),
		strings.Compare(a.Message, b.Message),
	)
}

// Err returns the list as an error, or nil when it holds no error.
func (l List) Err() error {
	if !l.HasErrors() {
		return nil
	}
	return &ListError{List: l}
}

// ListError is a List as an error. Its text is that of the first error and the
// number of the others.
type ListError struct{ List List }

func (e *ListError) Error() string {
	first, n := "", 0
	for _, d := range e.List {
		if d.Severity != Error {
			continue
		}
		if n == 0 {
			first = d.String()
		}
		n++
	}
	if n > 1 {
		return fmt.Sprintf("%s (and %d more errors)", first, n-1)
	}
	return first
}
