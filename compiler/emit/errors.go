package emit

import (
	"fmt"

	"github.com/daskgen/daskgen/ir"
)

// An Error says which construct of a graph has no form in Go.
type Error struct {
	Pos ir.Pos
	Err error
}

func (e *Error) Error() string {
	if e.Pos.File == "" {
		return e.Err.Error()
	}
	return fmt.Sprintf("%s:%d:%d: %v", e.Pos.File, e.Pos.Line, e.Pos.Col, e.Err)
}

// Unwrap returns the error without the position.
func (e *Error) Unwrap() error { return e.Err }

func errorf(pos ir.Pos, format string, args ...any) error {
	return &Error{Pos: pos, Err: fmt.Errorf(format, args...)}
}
