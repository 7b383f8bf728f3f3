package runtime

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"runtime/debug"
	"time"
)

// A FormatVersion is the version of the agreement between generated code and
// this package.
type FormatVersion int

// Format1 is the version of the generated code that this package serves.
// Generated code names the one it was made for: with a package of another
// version it does not compile.
const Format1 FormatVersion = 1

// A Program is a compiled graph: what goes in, what comes out, and the
// function that declares its layers.
type Program struct {
	Name    string
	Format  FormatVersion // 0 is Format1
	Inputs  []InputInfo
	Outputs []OutputInfo
	Build   func(b *Builder) error // called at the start of each run
}

// An InputInfo describes an array that a program reads.
type InputInfo struct {
	Name   string
	DType  string
	Shape  []int
	Chunks [][]int // block sizes along each axis
	Source string  // default .npy file of Main; may be empty
}

// An OutputInfo describes an array or a value that a program returns.
type OutputInfo struct {
	Name   string
	Array  bool    // the blocks of a layer form an array; else it is one value
	DType  string  // of an array, or of a value that is a block
	Shape  []int   // of an array; -1 where it is only known at run time
	Chunks [][]int // of an array; nil when only known at run time
	Sink   string  // default .npy or .json file of Main; may be empty
}

// An Option changes how Run runs a program.
type Option func(*options)

type options struct {
	workers int
	memory  int64
	obs     observers
	files   map[string]string // by output: where Main wants it
	sync    bool              // make files durable before they get their names
}

// WithWorkers sets the number of goroutines that run tasks. It is GOMAXPROCS
// otherwise. Results do not depend on it.
func WithWorkers(n int) Option { return func(o *options) { o.workers = n } }

// WithMemory holds tasks back that would bring the blocks in memory above so
// many bytes, as far as the others can go on. 0 is no limit, as without the
// option.
func WithMemory(bytes int64) Option { return func(o *options) { o.memory = bytes } }

// WithObserver attaches an observer to the run. It may be given several times.
func WithObserver(obs Observer) Option {
	return func(o *options) { o.obs = append(o.obs, obs) }
}

// Run runs a program. args are *Array values in the order of p.Inputs, of the
// dtypes and shapes that stand there. The results are in the order of
// p.Outputs: an *Array for an array, the value itself otherwise.
//
// The error of a task is a *TaskError. When ctx is cancelled the run stops as
// soon as the kernels at work have returned, and the error is the context's
// cause. No goroutine outlives the call.
func Run(ctx context.Context, p *Program, args []any, opts ...Option) ([]any, error) {
	o := options{workers: goruntime.GOMAXPROCS(0)}
	for _, opt := range opts {
		opt(&o)
	}
	return execute(ctx, p, args, &o)
}

// execute builds the graph, runs it, and completes the outputs.
func execute(ctx context.Context, p *Program, args []any, o *options) (results []any, err error) {
	b, err := build(p, args, o.memory)
	if err != nil {
		return nil, err
	}
	g, err := newGraph(b, b.roots())
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			b.abortOutputs()
		}
	}()
	if err := b.openOutputs(g, o); err != nil {
		return nil, err
	}
	if err := b.runGraph(ctx, g, o); err != nil {
		return nil, err
	}
	return b.finishOutputs()
}

// build calls the program's Build and collects its mistakes.
func build(p *Program, args []any, memory int64) (b *Builder, err error) {
	if p.Format != 0 && p.Format != Format1 {
		return nil, fmt.Errorf("format %d of the generated code is not known: run daskgen gen again", p.Format)
	}
	if len(args) != len(p.Inputs) {
		return nil, fmt.Errorf("%d arguments for %d inputs", len(args), len(p.Inputs))
	}
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("internal error: building the graph: %v\n%s", v, debug.Stack())
		}
	}()
	b = newBuilder(p, args, memory)
	if err := p.Build(b); err != nil {
		return nil, err
	}
	for i := range p.Outputs {
		if b.outputs[i] == nil {
			b.fail("output %q was not built", p.Outputs[i].Name)
		}
	}
	return b, b.err()
}

// runGraph runs the tasks of a graph under the eyes of the observers.
func (b *Builder) runGraph(ctx context.Context, g *graph, o *options) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	limit := b.shareLimit(g)
	mem := newMemory(limit)
	if len(o.obs) == 0 {
		return newRun(ctx, g, mem, o.workers, limit, nil).execute()
	}
	r := newRun(ctx, g, mem, o.workers, limit, o.obs)
	info := &RunInfo{Name: b.prog.Name, Workers: len(r.workers), Memory: o.memory, Tasks: g.tasks, Start: r.start, g: g, mem: mem}
	info.Layers = g.layerInfos()
	o.obs.RunStart(info)
	err := r.execute()
	o.obs.RunDone(err)
	return err
}

// layerInfos describes the layers of the graph.
func (g *graph) layerInfos() []LayerInfo {
	infos := make([]LayerInfo, len(g.layers))
	for i, l := range g.layers {
		infos[i] = LayerInfo{Info: l.info, Tasks: l.needed}
	}
	return infos
}

// elapsed is the time since the start of a run.
func (r *RunInfo) elapsed() time.Duration { return time.Since(r.Start) }

// errMissing is the error for an input that was not given.
var errMissing = errors.New("is not given")
