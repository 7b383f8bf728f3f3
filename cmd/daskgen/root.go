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
	graph  string
	json   bool
	all    bool
	format string
}

// run is the whole command: it returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr}
	root := a.root()
	root.SetArgs(normalize(root, args))
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.Is(err, context.Canceled):
		err = errors.New("interrupted")
	}
	fmt.Fprintln(stderr, "daskgen:", err)
	return exitTrouble
}

const long = `daskgen compiles task graphs into Go programs.

A graph comes from graph.json or from Go: a package with functions or variables
marked //daskgen:graph. Where a command takes GRAPH, give a .json file (.json.gz
and .json.zst too, - for standard input) or Go package patterns; the default is
the package in this folder.`

const usageExamples = `  daskgen init && daskgen run graph.json      start from an example
  daskgen build graph.json -o prog            a binary from a graph
  daskgen gen ./...                           Go code beside the graphs of Go packages
  daskgen explain graph.json                  what the passes did, and why not more
  daskgen help DG012                          explain a diagnostic`

// usageTail ends every help text.
const usageTail = `
Exit status: 0 fine, 1 findings (diagnostics, stale output, a difference),
2 usage or trouble.
`

// The groups of commands in the help text.
const (
	groupMake = "make"
	groupRead = "read"
	groupRef  = "reference"
)

func (a *app) root() *cobra.Command {
	cobra.EnableCommandSorting = false // in order of need
	root := &cobra.Command{
		Use:           "daskgen",
		Version:       version(),
		Short:         "Compile task graphs into Go programs",
		Long:          long,
		Example:       usageExamples,
		Args:          cobra.ArbitraryArgs,
		RunE:          a.noCommand,
		SilenceUsage:  true,
		SilenceErrors: true,

		DisableFlagsInUseLine: true,
	}
	a.globalFlags(root)
	root.AddGroup(
		&cobra.Group{ID: groupMake, Title: "Make programs and packages:"},
		&cobra.Group{ID: groupRead, Title: "Look at graphs and at what is generated:"},
		&cobra.Group{ID: groupRef, Title: "Reference:"},
	)
	inGroup(root, groupMake, a.genCmd(), a.buildCmd(), a.runCmd(), a.initCmd())
	inGroup(root, groupRead, a.checkCmd(), a.diffCmd(), a.vetCmd(), a.showCmd(), a.graphCmd(), a.explainCmd())
	inGroup(root, groupRef, a.opsCmd(), a.codesCmd(), a.schemaCmd(), a.versionCmd())
	root.SetHelpCommand(a.helpCmd(root))
	root.SetHelpCommandGroupID(groupRef)
	root.SetCompletionCommandGroupID(groupRef)
	root.SetUsageTemplate(root.UsageTemplate() + usageTail)
	root.SetVersionTemplate("daskgen {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	return root
}

func inGroup(root *cobra.Command, id string, cs ...*cobra.Command) {
	for _, c := range cs {
		c.GroupID = id
		c.DisableFlagsInUseLine = true
		root.AddCommand(c)
	}
}

func (a *app) globalFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.SortFlags = false
	f.StringSliceVar(&a.opts.Passes, "passes", nil, "switch `PASSES` off (-fuse-chain) or on again (+fuse-chain); -all and +all are all of them")
	f.StringVar(&a.graph, "graph", "", "of several graphs in a Go package, only that of this `NAME`")
	f.StringSliceVar(&a.opts.Allow, "allow", nil, "let a graph.json call Go functions of these import `PATHS` (example.com/me/...)")
	f.StringSliceVar(&a.opts.Dirs, "dir", nil, "let a graph.json read files of these `FOLDERS`, beside its own")
	f.StringSliceVar(&a.opts.Tags, "tags", nil, "build `TAGS` for Go packages")
	f.StringVar(&a.opts.BLAS, "blas", compiler.BLASOwn, "let programs multiply matrices by this `LIBRARY`: own, or openblas, which is loaded when they run")
	f.BoolVarP(&a.all, "all-errors", "e", false, "print all diagnostics, not the first ten")
	f.StringVar(&a.format, "diagnostics", "text", "print diagnostics as `FORMAT` text, json or github")
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		switch a.format {
		case "text", "json", "github":
			return nil
		}
		return fmt.Errorf("--diagnostics=%s: the formats are text, json and github", a.format)
	}
}

// noCommand is daskgen without a command, or with one that does not exist.
func (a *app) noCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return root.Help()
	}
	return fmt.Errorf("unknown command %q%s; daskgen help lists the commands", args[0], didYouMean(args[0], commandNames(root)))
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
	return a.chosen(units)
}

// chosen are the units that --graph names, or all.
func (a *app) chosen(units []*compiler.Unit) ([]*compiler.Unit, error) {
	if a.graph == "" {
		return units, nil
	}
	for _, u := range units {
		if u.Name == a.graph {
			return []*compiler.Unit{u}, nil
		}
	}
	return nil, fmt.Errorf("--graph=%s: no such graph, only %s", a.graph, unitNames(units))
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
	case "json":
		return diag.JSON(a.stdout, ds)
	case "github":
		return diag.GitHub(a.stdout, ds, o)
	}
	return diag.Text(a.stderr, ds, o)
}
