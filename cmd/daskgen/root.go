package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/daskgen/daskgen/compiler"
	"github.com/daskgen/daskgen/compiler/diag"
)

// Exit codes of the command.
const (
	exitOK       = 0
	exitFindings = 1 // diagnostics, stale output, a difference
	exitTrouble  = 2 // usage errors, files that cannot be read or written
)

// errFindings ends a command whose findings are already printed.
var errFindings = errors.New("findings")

// An app is one run of the command: its streams and its global flags.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer

	opts   compiler.Options
	json   bool
	all    bool
	format string
}

// run is the whole command: it returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFindings):
		return exitFindings
	}
	fmt.Fprintln(stderr, "daskgen:", err)
	return exitTrouble
}

const long = `daskgen compiles task graphs into Go programs.

A graph comes from graph.json or from Go: a package with functions or variables
marked //daskgen:graph. Where a command takes GRAPH, give a .json file (.gz and
.zst too, - for standard input) or Go package patterns; the default is the
package in this folder.

Exit status: 0 fine, 1 findings (diagnostics, stale output, a difference),
2 usage or trouble.`

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "daskgen",
		Short:         "Compile task graphs into Go programs",
		Long:          long,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	f := root.PersistentFlags()
	f.StringSliceVar(&a.opts.Passes, "passes", nil, "switch passes off (-fuse-chain) or back on (+fuse-chain); -all and +all for all of them")
	f.StringSliceVar(&a.opts.Allow, "allow", nil, "import paths whose Go functions a graph.json may call (example.com/me/...)")
	f.StringSliceVar(&a.opts.Dirs, "dir", nil, "folders, beside the graph's own, from which a graph.json may read files")
	f.StringSliceVar(&a.opts.Tags, "tags", nil, "build tags for loading Go packages")
	f.BoolVarP(&a.all, "all-errors", "e", false, "print all diagnostics, not the first ten")
	f.StringVar(&a.format, "diagnostics", "text", "how diagnostics are printed: text, json or github")
	root.AddCommand(
		a.genCmd(), a.buildCmd(), a.runCmd(), a.checkCmd(), a.diffCmd(), a.vetCmd(),
		a.showCmd(), a.graphCmd(), a.explainCmd(), a.opsCmd(), a.initCmd(), a.schemaCmd(), a.versionCmd(),
	)
	return root
}

// jsonFlag adds --json to a command that reads.
func (a *app) jsonFlag(c *cobra.Command) *cobra.Command {
	c.Flags().BoolVar(&a.json, "json", false, "print JSON")
	return c
}

// load compiles the graphs that the arguments name, and prints diagnostics.
func (a *app) load(ctx context.Context, args []string) ([]*compiler.Unit, error) {
	units, ds, err := compiler.Load(ctx, args, a.stdin, a.opts)
	if err != nil {
		return nil, err
	}
	if err := a.report(ds); err != nil {
		return nil, err
	}
	return units, nil
}

// report prints diagnostics; errors among them end the command.
func (a *app) report(ds diag.List) error {
	if len(ds) == 0 {
		return nil
	}
	if err := a.printDiagnostics(ds); err != nil {
		return err
	}
	if ds.HasErrors() {
		return errFindings
	}
	return nil
}

func (a *app) printDiagnostics(ds diag.List) error {
	o := diag.Options{All: a.all}
	switch a.format {
	case "text":
		return diag.Text(a.stderr, ds, o)
	case "json":
		return diag.JSON(a.stdout, ds)
	case "github":
		return diag.GitHub(a.stdout, ds, o)
	}
	return fmt.Errorf("--diagnostics=%s: text, json or github", a.format)
}
