package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/daskgen/daskgen/compiler"
	"github.com/daskgen/daskgen/compiler/build"
)

func (a *app) buildCmd() *cobra.Command {
	var b compiler.BuildOptions
	c := &cobra.Command{
		Use:   "build [GRAPH] -o PROG",
		Short: "Compile a graph into one static binary",
		Long: `Build compiles a graph.json, or a graph of a Go package, into a static binary. It
needs a Go toolchain, and neither a network nor a checkout of daskgen: the
runtime travels inside daskgen. Results are cached ($DASKGEN_CACHE, else the
user's cache folder). A graph.json that calls Go functions (-allow) is built in
the module of its folder, or of this one, and nothing is written there. A graph of
a Go package that calls functions of it cannot be built alone; call the function
that gen writes beside it.`,
		Example: `  daskgen build graph.json -o prog && ./prog -help
  GOOS=windows daskgen build graph.json -o prog.exe`,
		Args: atMostOneGraph,
		RunE: func(c *cobra.Command, args []string) error {
			if b.Out == "" {
				b.Out = compiler.DefaultProgramName(firstArg(args))
			}
			if info, err := os.Stat(b.Out); err == nil && info.IsDir() {
				return fmt.Errorf("%s is a folder: name the binary with -o", b.Out)
			}
			return a.build(c.Context(), firstArg(args), b)
		},
	}
	c.Flags().StringVarP(&b.Out, "out", "o", "", "the `BINARY` (default: the graph's file name without .json)")
	c.Flags().BoolVar(&b.Keep, "keep", false, "keep the generated module and print its folder")
	c.Flags().BoolVar(&b.NoCache, "no-cache", false, "build even if the same graph was built before")
	return c
}

// build compiles a graph to a binary and prints diagnostics.
func (a *app) build(ctx context.Context, graph string, b compiler.BuildOptions) error {
	b.Log = a.stderr
	opts := a.opts
	opts.Graph = a.graph
	done := a.working("building %s", filepath.Base(b.Out))
	_, ds, err := compiler.Build(ctx, graph, a.stdin, opts, b)
	done()
	var imports *build.ImportError
	if errors.As(err, &imports) && !compiler.IsGraphFile(graph) {
		return fmt.Errorf("the graph calls Go functions of package %s, which a program that stands alone cannot import: "+
			"call the function that daskgen gen writes, from a main package of yours", imports.Package)
	}
	if err != nil {
		return err
	}
	return a.report(ds)
}

func (a *app) runCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "run [GRAPH] [-- PROGRAM FLAGS...]",
		Short: "Compile a graph and run it",
		Long: `Run builds the graph into a temporary binary and runs it in this folder. What
follows -- goes to the program: -in, -out, -workers, -json, -help and so on.`,
		Example: `  daskgen run graph.json
  daskgen run graph.json -- -in x=x.npy -out z=z.npy -workers 4
  daskgen run graph.json -- -help`,
		Args: func(c *cobra.Command, args []string) error { return atMostOneGraph(c, beforeDash(c, args)) },
		RunE: func(c *cobra.Command, args []string) error {
			dir, err := os.MkdirTemp("", "daskgen-run-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			graphs := beforeDash(c, args)
			bin := filepath.Join(dir, compiler.DefaultProgramName(firstArg(graphs)))
			if err := a.build(c.Context(), firstArg(graphs), compiler.BuildOptions{Out: bin}); err != nil {
				return err
			}
			return a.exec(exec.CommandContext(c.Context(), bin, args[len(graphs):]...))
		},
	}
}

// beforeDash are the arguments before --.
func beforeDash(c *cobra.Command, args []string) []string {
	if n := c.ArgsLenAtDash(); n >= 0 {
		return args[:n]
	}
	return args
}

// exec runs a program on the command's streams; its failure is a finding, as it
// has said itself what was wrong.
func (a *app) exec(cmd *exec.Cmd) error {
	cmd.Stdin, cmd.Stdout, cmd.Stderr = a.stdin, a.stdout, a.stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if exit.ExitCode() == exitTrouble {
			return fmt.Errorf("the program ended with status %d", exit.ExitCode())
		}
		return errFindings
	}
	return err
}
