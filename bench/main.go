// Command bench runs daskgen and its peers side by side and writes a table
// and plots of what each of them reached. See README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"time"

	"github.com/daskgen/daskgen/bench/report"
	"github.com/daskgen/daskgen/bench/suite"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	run    *regexp.Regexp
	rounds int
	quick  bool
	list   bool
	render bool
	out    string
	work   string
	venv   string
}

func parse(args []string) (*options, error) {
	o := new(options)
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	pattern := f.String("run", "", "run the rows that match the `REGEXP` only")
	f.IntVar(&o.rounds, "rounds", 0, "rounds of each row (default: 5, of whole programs 3; with -quick 1)")
	f.BoolVar(&o.quick, "quick", false, "one round, short samples, and without the slowest rows")
	f.BoolVar(&o.list, "list", false, "list the rows")
	f.BoolVar(&o.render, "render", false, "write table and plots of results.json again, without running anything")
	f.StringVar(&o.out, "out", ".", "`FOLDER` for RESULTS.md, results.json and plots")
	f.StringVar(&o.work, "work", filepath.Join(os.TempDir(), "daskgen-bench"), "`FOLDER` for programs and data (5 GiB)")
	f.StringVar(&o.venv, "venv", filepath.Join("peers", ".venv"), "`FOLDER` of the peers' Python environment")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	if f.NArg() > 0 {
		return nil, fmt.Errorf("%q is not a flag", f.Arg(0))
	}
	var err error
	o.run, err = regexp.Compile(*pattern)
	return o, err
}

func run(ctx context.Context, args []string) error {
	o, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	if o.render {
		r, err := report.Load(o.out)
		if err != nil {
			return err
		}
		return r.Write(o.out)
	}
	t, err := tools(o)
	if err != nil {
		return err
	}
	if o.list {
		for _, row := range rows(t, o) {
			fmt.Printf("%s/%s\t%s\n", row.Group, row.Name, row.Title)
		}
		return nil
	}
	return measureAll(ctx, t, o)
}

// tools finds the module, and makes the folders.
func tools(o *options) (*suite.Tools, error) {
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	if !filepath.IsAbs(o.venv) {
		o.venv = filepath.Join(root, o.venv)
	}
	t := &suite.Tools{
		Root: root, Bin: filepath.Join(o.work, "bin"), Data: filepath.Join(o.work, "data"),
		Python: filepath.Join(o.venv, "bin", "python"), Workers: min(2, runtime.NumCPU()), Quick: o.quick,
	}
	for _, dir := range []string{t.Bin, t.Data, o.out} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// moduleRoot is the folder of this module, of which this folder is a part.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(dir, "peers", "run.py")); err != nil {
		return "", fmt.Errorf("run it in the folder bench: cd bench && go run .")
	}
	return dir, nil
}

// rows returns the rows to run.
func rows(t *suite.Tools, o *options) []*suite.Row {
	var out []*suite.Row
	for _, r := range suite.Rows(t) {
		if o.run.MatchString(r.Group+"/"+r.Name) && !(o.quick && r.Slow) {
			out = append(out, r)
		}
	}
	return out
}

// measureAll compiles the contestants and runs all rows. Results are written
// after each row, so that a run that is broken off keeps what it has.
func measureAll(ctx context.Context, t *suite.Tools, o *options) error {
	start := time.Now()
	fmt.Println("compiling the contestants")
	if err := t.Build(ctx); err != nil {
		return err
	}
	for name, gap := range t.Gaps {
		fmt.Printf("  %s is left out: %s\n", name, gap)
	}
	r := report.New(ctx, t, o.quick)
	runner := &suite.Runner{Quick: o.quick, Rounds: o.rounds, Log: os.Stdout}
	defer t.Close()
	for _, row := range rows(t, o) {
		if ctx.Err() != nil {
			break
		}
		r.Add(runner.Run(ctx, row), time.Since(start))
		if err := r.Save(o.out); err != nil {
			return err
		}
	}
	if err := r.Write(o.out); err != nil {
		return err
	}
	fmt.Printf("%s after %v\n", filepath.Join(o.out, report.TableFile), time.Since(start).Round(time.Second))
	return context.Cause(ctx)
}
