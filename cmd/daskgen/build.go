package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/daskgen/daskgen/compiler"
)

func (a *app) buildCmd() *cobra.Command {
	var out string
	var keep, noCache bool
	c := &cobra.Command{
		Use:   "build GRAPH -o PROG",
		Short: "Compile a graph into one static binary",
		Long: `Build compiles a graph.json (or the one graph of a Go package that has no inputs
of Go types) into a static binary. It needs a Go toolchain, and neither a
network nor a checkout of daskgen: the runtime travels inside daskgen. Results
are cached.`,
		Example: "  daskgen build graph.json -o prog && ./prog -help",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if out == "" {
				out = compiler.DefaultProgramName(args[0])
			}
			_, ds, err := compiler.Build(c.Context(), args[0], a.stdin, a.opts, compiler.BuildOptions{Out: out, Keep: keep, NoCache: noCache, Log: a.stderr})
			if err != nil {
				return err
			}
			return a.report(ds)
		},
	}
	c.Flags().StringVarP(&out, "out", "o", "", "the binary (default: the graph's file name without .json)")
	c.Flags().BoolVar(&keep, "keep", false, "keep the generated module and print its folder")
	c.Flags().BoolVar(&noCache, "no-cache", false, "build even if the same graph was built before")
	return c
}

func (a *app) runCmd() *cobra.Command {
	c := &cobra.Command{
		Use:   "run GRAPH [-- PROGRAM FLAGS...]",
		Short: "Compile a graph and run it",
		Long: `Run builds the graph into a temporary binary and runs it in this folder. What
follows -- goes to the program: -in, -out, -workers, -json, -help and so on.`,
		Example: "  daskgen run graph.json -- -json",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			dir, err := os.MkdirTemp("", "daskgen-run-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			bin := filepath.Join(dir, compiler.DefaultProgramName(args[0]))
			_, ds, err := compiler.Build(c.Context(), args[0], a.stdin, a.opts, compiler.BuildOptions{Out: bin, Log: a.stderr})
			if err != nil {
				return err
			}
			if err := a.report(ds); err != nil {
				return err
			}
			return a.exec(exec.CommandContext(c.Context(), bin, args[1:]...))
		},
	}
	return c
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
