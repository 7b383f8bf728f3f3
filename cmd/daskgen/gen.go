package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/daskgen/daskgen/compiler"
)

// genFlags are the flags of gen, check and diff, which must agree on what would
// be generated.
type genFlags struct {
	standalone bool
	out        string
	pkg        string
}

func (f *genFlags) add(c *cobra.Command) {
	c.Flags().BoolVar(&f.standalone, "standalone", false, "write a folder that builds on its own: program, runtime and kernels")
	c.Flags().StringVarP(&f.out, "out", "o", "", "folder to write to (graph.json: default the folder's name in -package form; needed with -standalone)")
	c.Flags().StringVar(&f.pkg, "package", "main", "graph.json: the package to write, main for a program or a name for a library")
}

// generate returns the output of gen, a set of files a folder.
func (a *app) generate(ctx context.Context, f *genFlags, args []string) ([]compiler.Output, error) {
	outs, ds, err := compiler.Generate(ctx, args, a.stdin, a.opts, compiler.GenOptions{
		Standalone: f.standalone, Dir: f.out, Package: f.pkg,
	})
	if err != nil {
		return nil, err
	}
	return outs, a.report(ds)
}

func (a *app) genCmd() *cobra.Command {
	var f genFlags
	c := &cobra.Command{
		Use:   "gen [GRAPH...]",
		Short: "Write the Go code of graphs, all files or none",
		Long: `Gen writes the Go code of the graphs: for Go packages a file zz_daskgen.go in each,
for graph.json a folder (-o). Files that would not change are not touched, and
generated files that are no longer wanted are removed.`,
		Example: "  //go:generate daskgen gen\n  daskgen gen ./...\n  daskgen gen graph.json -o prog -standalone",
		RunE: func(c *cobra.Command, args []string) error {
			outs, err := a.generate(c.Context(), &f, args)
			if err != nil {
				return err
			}
			return a.commit(outs)
		},
	}
	f.add(c)
	return c
}

// commit writes the outputs and says what changed.
func (a *app) commit(outs []compiler.Output) error {
	for _, o := range outs {
		changes, err := compiler.Commit(o)
		if err != nil {
			return err
		}
		for _, ch := range changes {
			if ch.Kind != compiler.Unchanged {
				fmt.Fprintf(a.stderr, "%s %s\n", ch.Kind, filepath.ToSlash(filepath.Join(o.Dir, ch.Path)))
			}
		}
	}
	return nil
}

func (a *app) checkCmd() *cobra.Command {
	var f genFlags
	c := &cobra.Command{
		Use:   "check [GRAPH...]",
		Short: "Is what is committed what would be generated?",
		Long: `Check generates in memory and compares: exit 0 when every file is there and equal,
1 when one is missing, stale or orphaned (each is named). To validate a graph
itself, use vet.`,
		Example: "  daskgen check ./...",
		RunE: func(c *cobra.Command, args []string) error {
			outs, err := a.generate(c.Context(), &f, args)
			if err != nil {
				return err
			}
			return a.printChanges(outs)
		},
	}
	f.add(c)
	return a.jsonFlag(c)
}

// printChanges lists what gen would do; anything at all is a finding.
func (a *app) printChanges(outs []compiler.Output) error {
	type row struct{ File, State string }
	rows := []row{}
	for _, o := range outs {
		changes, err := compiler.Diff(o)
		if err != nil {
			return err
		}
		for _, ch := range changes {
			if ch.Kind != compiler.Unchanged {
				rows = append(rows, row{filepath.ToSlash(filepath.Join(o.Dir, ch.Path)), ch.State()})
			}
		}
	}
	if a.json {
		if err := a.printJSON(rows); err != nil {
			return err
		}
	} else {
		for _, r := range rows {
			fmt.Fprintf(a.stdout, "%s: %s\n", r.File, r.State)
		}
	}
	if len(rows) > 0 {
		fmt.Fprintln(a.stderr, "run daskgen gen")
		return errFindings
	}
	return nil
}

func (a *app) diffCmd() *cobra.Command {
	var f genFlags
	c := &cobra.Command{
		Use:     "diff [GRAPH...]",
		Short:   "Show how what is committed differs from what would be generated",
		Long:    "Diff prints a unified diff from the files on disk to what gen would write.\nA missing or orphaned file is compared with /dev/null. Exit 1 when anything differs.",
		Example: "  daskgen diff ./...",
		RunE: func(c *cobra.Command, args []string) error {
			outs, err := a.generate(c.Context(), &f, args)
			if err != nil {
				return err
			}
			return a.printDiff(outs)
		},
	}
	f.add(c)
	return a.jsonFlag(c)
}

func (a *app) printDiff(outs []compiler.Output) error {
	type row struct{ File, State, Diff string }
	rows := []row{}
	for _, o := range outs {
		changes, err := compiler.Diff(o)
		if err != nil {
			return err
		}
		for _, ch := range changes {
			if ch.Kind != compiler.Unchanged {
				name := filepath.ToSlash(filepath.Join(o.Dir, ch.Path))
				rows = append(rows, row{name, ch.State(), ch.Unified(name)})
			}
		}
	}
	if a.json {
		if err := a.printJSON(rows); err != nil {
			return err
		}
	} else {
		for _, r := range rows {
			fmt.Fprint(a.stdout, r.Diff)
		}
	}
	if len(rows) > 0 {
		return errFindings
	}
	return nil
}
