package runtime

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
)

// A TaskError is the error of a run that failed in a task.
type TaskError struct {
	Key   string // of the task: "y" or ("y", 3, 4)
	Layer string
	Op    string // what the layer's kernel does; may be empty
	Pos   string // where the layer was defined; may be empty
	Err   error  // of the kernel, or a *PanicError
}

// Error returns a line such as
//
//	task ("y", 3, 4) in layer "y" (graph.json:12): mean: empty axis
func (e *TaskError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "task %s in layer %q", e.Key, e.Layer)
	if e.Pos != "" {
		fmt.Fprintf(&b, " (%s)", e.Pos)
	}
	text := e.Err.Error()
	if e.Op != "" && !strings.HasPrefix(text, e.Op+":") {
		b.WriteString(": " + e.Op)
	}
	b.WriteString(": " + text)
	return b.String()
}

// Unwrap returns the kernel's error.
func (e *TaskError) Unwrap() error { return e.Err }

// A PanicError is a panic of a kernel, caught.
type PanicError struct {
	Value any
	Stack []byte // of the goroutine that panicked
}

// Error returns the panic's value as text, without the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap returns the panic's value if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// errExited is the error of a kernel that ended its goroutine.
var errExited = errors.New("the kernel called runtime.Goexit")

// A failure is the error that ended a run.
type failure struct {
	task uint32
	err  error
}

// fail ends the run with the error of a task. Of several that fail at the
// same time the one with the lowest number is reported.
func (r *run) fail(id uint32, err error) {
	r.mu.Lock()
	cancelled := r.ctx.Err() != nil && errors.Is(err, r.ctx.Err()) // then the error is the context's cause
	if (r.failure == nil || id < r.failure.task) && !cancelled {
		r.failure = &failure{id, r.g.taskError(id, err)}
	}
	r.mu.Unlock()
	r.end()
}

// taskError says in which task an error occurred.
func (g *graph) taskError(id uint32, err error) error {
	l := g.layerOf(id)
	return &TaskError{Key: l.key(int(id) - l.base), Layer: l.info.Name, Op: l.info.Op, Pos: l.info.Pos, Err: err}
}

// rescue is deferred by a worker: it turns a panic of the task at hand, or the
// end of the goroutine within it, into an error of the run.
func (w *worker) rescue() {
	v := recover()
	if e, ok := v.(inputError); ok {
		w.r.fail(w.current(), e.err)
	} else if v == any(ErrNegativePower) {
		w.r.fail(w.current(), ErrNegativePower)
	} else if p, ok := v.(*PanicError); ok { // of another worker, in Join
		w.r.fail(w.current(), p)
	} else if v != nil {
		w.r.fail(w.current(), &PanicError{Value: v, Stack: debug.Stack()})
	} else if w.active {
		w.r.fail(w.current(), errExited)
	}
}
