package runtime

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	goruntime "runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
)

// Exit codes of programs.
const (
	exitOK    = 0
	exitError = 1 // the run failed
	exitUsage = 2 // wrong flags, or an input that cannot be read
)

// besideBlocks is what a program may take beside its blocks before the garbage
// collector is pressed.
const besideBlocks = 64 << 20

// Main is the main function of a generated program. It reads the flags, opens
// the inputs, runs the program, and writes or prints the outputs. It exits
// with 0 on success, 1 if the run failed and 2 if the flags or inputs were
// wrong; output files then are as they were before.
func Main(p *Program) {
	os.Exit(runMain(p, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// A command is a program with the flags it was given.
type command struct {
	p        *Program
	out, err io.Writer
	in       pathFlag
	files    pathFlag
	workers  int
	memory   sizeFlag
	sync     bool
	progress bool
	stats    bool
	json     bool
	verbose  bool
	trace    string
}

// runMain is Main with its surroundings passed in. It returns the exit code.
func runMain(p *Program, args []string, _ io.Reader, stdout, stderr io.Writer) int {
	c := &command{p: p, out: stdout, err: stderr}
	switch err := c.parse(args); {
	case errors.Is(err, flag.ErrHelp):
		c.usage(stdout)
		return exitOK
	case err != nil:
		fmt.Fprintf(stderr, "%s: %v\nrun %s -help for the flags\n", p.Name, err, p.Name)
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	return c.run(ctx)
}

// parse reads the flags.
func (c *command) parse(args []string) error {
	c.memory = sizeFlag(defaultMemory())
	f := c.flags()
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("%q is not a flag", f.Arg(0))
	}
	if c.workers < 1 {
		return fmt.Errorf("-workers %d: at least one worker is needed", c.workers)
	}
	for _, in := range c.in {
		if !hasName(c.p.Inputs, in.name, func(i InputInfo) string { return i.Name }) {
			return fmt.Errorf("-in %s: there is no such input, only %s", in.name, names(c.p.Inputs, func(i InputInfo) string { return i.Name }))
		}
	}
	for i, out := range c.files {
		if slices.ContainsFunc(c.files[:i], func(o namedPath) bool { return o.path == out.path }) {
			return fmt.Errorf("-out %s: two outputs cannot be written to %s", out.name, out.path)
		}
		if err := checkExt(out.path); err != nil {
			return fmt.Errorf("-out %w", err)
		}
		if !hasName(c.p.Outputs, out.name, func(o OutputInfo) string { return o.Name }) {
			return fmt.Errorf("-out %s: there is no such output, only %s", out.name, names(c.p.Outputs, func(o OutputInfo) string { return o.Name }))
		}
	}
	return nil
}

func (c *command) flags() *flag.FlagSet {
	f := flag.NewFlagSet(c.p.Name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Var(&c.in, "in", "read input `NAME=PATH` from an .npy file; may be repeated")
	f.Var(&c.files, "out", "write output `NAME=PATH` to an .npy or .json file instead of printing it; may be repeated")
	f.IntVar(&c.workers, "workers", goruntime.GOMAXPROCS(0), "number of `N` tasks to run at a time")
	f.Var(&c.memory, "memory", "hold tasks back above `SIZE` of block memory, such as 4GiB; 0 is no limit")
	f.BoolVar(&c.sync, "sync", false, "wait until output files are on the disk, so that they survive a crash of the machine")
	f.BoolVar(&c.progress, "progress", false, "show progress on standard error")
	f.StringVar(&c.trace, "trace", "", "write a trace to `FILE`, for Perfetto or chrome://tracing")
	f.BoolVar(&c.stats, "stats", false, "print time and memory of each layer to standard error")
	f.BoolVar(&c.json, "json", false, "print outputs as one JSON object")
	f.BoolVar(&c.verbose, "v", false, "say what is done, and print the stack of a panic")
	return f
}

// run runs the program with the flags set.
func (c *command) run(ctx context.Context) int {
	args, closeAll, err := c.openInputs()
	defer closeAll()
	if err != nil {
		fmt.Fprintf(c.err, "%s: %v\n", c.p.Name, err)
		return exitUsage
	}
	if c.memory > 0 { // what buffers leave that were given back is collected before it exceeds the limit
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(int64(c.memory) + besideBlocks))
	}
	o := &options{workers: c.workers, memory: int64(c.memory), files: c.sinks(), sync: c.sync}
	report := c.observe(o)
	results, err := execute(ctx, c.p, args, o)
	if e := report(); err == nil {
		err = e
	}
	if err == nil {
		err = c.print(results, o.files)
	}
	if err != nil {
		c.complain(err)
		return exitError
	}
	return exitOK
}

// openInputs opens the files of all inputs.
func (c *command) openInputs() (args []any, closeAll func(), err error) {
	var open []io.Closer
	closeAll = func() {
		for _, f := range open {
			f.Close()
		}
	}
	for i := range c.p.Inputs {
		in := &c.p.Inputs[i]
		path, ok := c.in.path(in.Name)
		if !ok {
			path = in.Source
		}
		if path == "" {
			return nil, closeAll, fmt.Errorf("input %q %w: use -in %s=FILE.npy", in.Name, errMissing, in.Name)
		}
		a, err := openArray(in.DType, path)
		if err == nil {
			args, open = append(args, a), append(open, a)
			err = in.checkShape(a)
		}
		if err != nil {
			return nil, closeAll, fmt.Errorf("input %q: %w", in.Name, err)
		}
	}
	return args, closeAll, nil
}

// sinks returns the files of outputs: those of the flags, else of the program.
func (c *command) sinks() map[string]string {
	files := map[string]string{}
	for i := range c.p.Outputs {
		o := &c.p.Outputs[i]
		if path, ok := c.files.path(o.Name); ok {
			files[o.Name] = path
		} else if o.Sink != "" {
			files[o.Name] = o.Sink
		}
	}
	return files
}

// observe attaches what the flags ask for. The function that it returns is to
// be called after the run.
func (c *command) observe(o *options) (report func() error) {
	var stats *Stats
	var trace *Trace
	if c.progress {
		o.obs = append(o.obs, NewProgress(c.err, isTerminal(c.err)))
	}
	if c.stats {
		stats = NewStats()
		o.obs = append(o.obs, stats)
	}
	if c.trace != "" {
		trace = NewTrace()
		o.obs = append(o.obs, trace)
	}
	if c.verbose {
		o.obs = append(o.obs, &narrator{out: c.err})
	}
	return func() error {
		if stats != nil {
			stats.WriteTo(c.err)
		}
		if trace != nil {
			return writeTrace(c.trace, trace)
		}
		return nil
	}
}

// writeTrace writes a trace file, also of a run that failed.
func writeTrace(path string, t *Trace) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	_, err = t.WriteTo(f)
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// complain prints the error of a run.
func (c *command) complain(err error) {
	if errors.Is(err, context.Canceled) {
		fmt.Fprintf(c.err, "%s: interrupted\n", c.p.Name)
		return
	}
	fmt.Fprintf(c.err, "%s: %v\n", c.p.Name, err)
	var p *PanicError
	if errors.As(err, &p) && c.verbose {
		fmt.Fprintf(c.err, "%s", p.Stack)
	}
}

// print writes the outputs that have no file to standard output.
func (c *command) print(results []any, files map[string]string) error {
	if c.json {
		return c.printJSON(results, files)
	}
	for i, v := range results {
		name := c.p.Outputs[i].Name
		if files[name] != "" {
			continue
		}
		var b strings.Builder
		if err := FormatValue(&b, v); err != nil {
			return err
		}
		text := b.String()
		if len(c.p.Outputs) > 1 {
			text = name + assign(text) + text
		}
		if _, err := fmt.Fprintln(c.out, text); err != nil {
			return err
		}
	}
	return nil
}

// assign stands between a name and its value; the rows of an array stay aligned
// on lines of their own.
func assign(value string) string {
	if strings.Contains(value, "\n") {
		return " =\n"
	}
	return " = "
}

// printJSON writes one object with a member for each output without a file.
func (c *command) printJSON(results []any, files map[string]string) error {
	var b strings.Builder
	b.WriteByte('{')
	for i, v := range results {
		name := c.p.Outputs[i].Name
		if files[name] != "" {
			continue
		}
		data, err := JSONValue(v)
		if err != nil {
			return fmt.Errorf("output %q: %w", name, err)
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%s:%s", quote(name), data)
	}
	b.WriteString("}\n")
	_, err := io.WriteString(c.out, b.String())
	return err
}
