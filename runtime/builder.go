package runtime

import (
	"errors"
	"fmt"
)

// A Builder collects the layers and outputs of a graph. The Build function of
// a Program fills it at the start of every run. Mistakes are kept and reported
// by the run, so that generated code need not check each call.
type Builder struct {
	prog    *Program
	inputs  []any    // arrays by position in prog.Inputs; nil: not given
	layers  []*layer // in order of their base
	tasks   int      // number of tasks of all layers
	outputs []output // by position in prog.Outputs
	errs    []error

	memory    int64       // the limit of the run; 0: none
	mapped    int64       // bytes of inputs that are mapped
	residents []*resident // of inputs that are read block by block
}

// maxTasks is the number of tasks that a graph may have.
const maxTasks = lowBits - 1

// maxBuildErrors limits how many mistakes are kept.
const maxBuildErrors = 10

func newBuilder(p *Program, inputs []any, memory int64) *Builder {
	return &Builder{prog: p, inputs: inputs, outputs: make([]output, len(p.Outputs)), memory: memory}
}

// fail records a mistake.
func (b *Builder) fail(format string, args ...any) {
	if len(b.errs) < maxBuildErrors {
		b.errs = append(b.errs, fmt.Errorf(format, args...))
	}
}

// err returns the mistakes so far.
func (b *Builder) err() error { return errors.Join(b.errs...) }

// add numbers the tasks of a new layer.
func (b *Builder) add(l *layer) {
	if l.size > maxTasks-b.tasks {
		b.fail("layer %q: the graph has more than %d tasks", l.info.Name, maxTasks)
		return
	}
	l.number = len(b.layers)
	b.tasks += l.size
	b.layers = append(b.layers, l)
}

// inputIndex returns the position of an input in the program.
func (b *Builder) inputIndex(name string) int {
	for i := range b.prog.Inputs {
		if b.prog.Inputs[i].Name == name {
			return i
		}
	}
	return -1
}

// outputIndex returns the position of an output in the program.
func (b *Builder) outputIndex(name string) int {
	for i := range b.prog.Outputs {
		if b.prog.Outputs[i].Name == name {
			return i
		}
	}
	return -1
}
