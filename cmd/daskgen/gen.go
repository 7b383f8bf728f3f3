package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

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
	c.Flags().StringVarP(&f.out, "out", "o", "", "of a graph.json: the `FOLDER` of the code (Go packages are written in place)")
	c.Flags().StringVar(&f.pkg, "package", "main", "of a graph.json: the `NAME` of the package; main makes a program, another a library")
	c.Flags().BoolVar(&f.standalone, "standalone", false, "of a graph.json: add go.mod and all that the program imports, so that the folder builds anywhere")
}

// generate returns the output of gen, a set of files a folder.
func (a *app) generate(ctx context.Context, f *genFlags, args []string) ([]compiler.Output, error) {
	if a.graph != "" {
		return nil, fmt.Errorf("--graph=%s: a package's graphs are generated together, into one file", a.graph)
	}
	done := a.working("generating")
	outs, ds, err := compiler.Generate(ctx, args, a.stdin, a.opts, compiler.GenOptions{
		Standalone: f.standalone, Dir: f.out, Package: f.pkg,
	})
	done()
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
		Long: `Gen writes the Go code of graphs: for Go packages a file zz_daskgen.go in each, for
a graph.json a folder (-o). Files that would not change are not touched, and
generated files that nothing generates any more are removed.`,
		Example: `  //go:generate daskgen gen
  daskgen gen ./...
  daskgen gen graph.json -o prog -standalone
  daskgen gen graph.json -o internal/standardize -package standardize`,
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

// commit writes the outputs and says what changed. Of the copies below a
// standalone folder's vendor only the number is told.
func (a *app) commit(outs []compiler.Output) error {
	changes, err := compiler.Commit(outs...)
	if err != nil {
		return err
	}
	for i, o := range outs {
		vendored := 0
		for _, ch := range changes[i] {
			path := filepath.ToSlash(ch.Path)
			switch {
			case ch.Kind == compiler.Unchanged:
			case strings.HasPrefix(path, "vendor/"):
				vendored++
			default:
				fmt.Fprintf(a.stderr, "%s %s\n", ch.Kind, fileName(o, path))
			}
		}
		if vendored > 0 {
			fmt.Fprintf(a.stderr, "changed %d files below %s\n", vendored, fileName(o, "vendor"))
		}
	}
	return nil
}

// fileName is how a file of an output is called in messages.
func fileName(o compiler.Output, path string) string {
	return filepath.ToSlash(filepath.Join(o.Dir, path))
}

func (a *app) checkCmd() *cobra.Command {
	var f genFlags
	c := &cobra.Command{
		Use:   "check [GRAPH...]",
		Short: "Is what is committed what would be generated?",
		Long: `Check generates in memory and compares: exit 0 when every file is there and equal,
1 when one is missing, stale or orphaned (each is named). Give it the flags that
gen was given. To validate a graph itself, use vet.`,
		Example: `  daskgen check ./...
  daskgen check graph.json -o prog -standalone`,
		RunE: func(c *cobra.Command, args []string) error {
			return a.compare(c.Context(), &f, args, false)
		},
	}
	f.add(c)
	return a.jsonFlag(c)
}

func (a *app) diffCmd() *cobra.Command {
	var f genFlags
	c := &cobra.Command{
		Use:   "diff [GRAPH...]",
		Short: "Show how what is committed differs from what would be generated",
		Long: `Diff prints a unified diff from the files on disk to what gen would write. A
missing or orphaned file is compared with /dev/null. Exit 1 when anything
differs.`,
		Example: `  daskgen diff ./...
  daskgen diff graph.json -o prog | less`,
		RunE: func(c *cobra.Command, args []string) error {
			return a.compare(c.Context(), &f, args, true)
		},
	}
	f.add(c)
	return a.jsonFlag(c)
}

// A fileRow is a file that gen would change, as check and diff print it.
type fileRow struct {
	File  string `json:"file"`
	State string `json:"state"` // missing, stale, orphaned
	Diff  string `json:"diff,omitempty"`
}

// compare prints what gen would do; anything at all is a finding.
func (a *app) compare(ctx context.Context, f *genFlags, args []string, diff bool) error {
	outs, err := a.generate(ctx, f, args)
	if err != nil {
		return err
	}
	rows, err := fileRows(outs, diff)
	if err != nil {
		return err
	}
	if err := a.printFileRows(rows); err != nil || len(rows) == 0 {
		return err
	}
	fmt.Fprintln(a.stderr, "run daskgen gen")
	return errFindings
}

func (a *app) printFileRows(rows []fileRow) error {
	if a.json {
		return a.printJSON(rows)
	}
	for _, r := range rows {
		if r.Diff != "" {
			fmt.Fprint(a.stdout, r.Diff)
		} else {
			fmt.Fprintf(a.stdout, "%s: %s\n", r.File, r.State)
		}
	}
	return nil
}

func fileRows(outs []compiler.Output, diff bool) ([]fileRow, error) {
	rows := []fileRow{}
	for _, o := range outs {
		changes, err := compiler.Diff(o)
		if err != nil {
			return nil, err
		}
		for _, ch := range changes {
			if ch.Kind == compiler.Unchanged {
				continue
			}
			r := fileRow{File: fileName(o, ch.Path), State: ch.State()}
			if diff {
				r.Diff = ch.Unified(r.File)
			}
			rows = append(rows, r)
		}
	}
	return rows, nil
}
