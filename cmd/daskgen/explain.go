package main

import (
	"bufio"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/daskgen/daskgen/compiler"
	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/pass"
	"github.com/daskgen/daskgen/ir"
)

// A factFilter says which facts explain prints.
type factFilter struct {
	pass, layer string
	misses      bool
}

func (f *factFilter) keeps(x pass.Fact) bool {
	return (f.pass == "" || x.Pass == f.pass) && (f.layer == "" || x.Layer == f.layer) && (x.Applied || f.misses)
}

func (f *factFilter) check() error {
	if f.pass == "" || slices.Contains(pass.Names(), f.pass) {
		return nil
	}
	return fmt.Errorf("--pass=%s: no such pass (passes: %s)", f.pass, strings.Join(pass.Names(), ", "))
}

// checkLayer makes sure that there is a layer of that name, before the passes or
// made by them.
func (f *factFilter) checkLayer(units []*compiler.Unit) error {
	if f.layer == "" {
		return nil
	}
	for _, u := range units {
		named := func(l *ir.Layer) bool { return l.Name == f.layer }
		if slices.ContainsFunc(u.Before.Layers, named) || slices.ContainsFunc(u.After.Layers, named) ||
			slices.ContainsFunc(u.Facts, func(x pass.Fact) bool { return x.Layer == f.layer }) {
			return nil
		}
	}
	return fmt.Errorf("--layer=%s: no such layer; daskgen show -before lists them", f.layer)
}

func (a *app) explainCmd() *cobra.Command {
	var f factFilter
	c := &cobra.Command{
		Use:   "explain [GRAPH...]",
		Short: "What did each pass do, and why not more?",
		Long: `Explain lists the rewrites that the passes made, with the tasks before and after,
and the rewrites that did not apply, each with its reason.

` + passList(),
		Example: `  daskgen explain graph.json
  daskgen explain -layer y -pass fuse-blockwise .
  daskgen explain -passes=-all,+cull graph.json`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return err
			}
			units, err := a.load(c.Context(), args)
			if err != nil {
				return err
			}
			if err := f.checkLayer(units); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(explainRows(units, &f))
			}
			return a.printFacts(units, &f)
		},
	}
	c.Flags().StringVar(&f.pass, "pass", "", "only the pass of this `NAME`")
	c.Flags().StringVar(&f.layer, "layer", "", "only the layer of this `NAME`")
	c.Flags().BoolVar(&f.misses, "misses", true, "also rewrites that did not apply, with the reason")
	return a.jsonFlag(c)
}

// passList is the table of passes for the help text.
func passList() string {
	var b strings.Builder
	b.WriteString("The passes, in order (--passes=-NAME switches one off):\n")
	for _, p := range pass.Table {
		fmt.Fprintf(&b, "  %-15s %s\n", p.Name, p.Doc)
	}
	return strings.TrimRight(b.String(), "\n")
}

// A graphRow is a graph in the output of explain --json.
type graphRow struct {
	Graph  string    `json:"graph"`
	Before sizeRow   `json:"before"`
	After  sizeRow   `json:"after"`
	Facts  []factRow `json:"facts"`
}

type sizeRow struct {
	Tasks  int64 `json:"tasks"`
	Layers int   `json:"layers"`
}

type factRow struct {
	Pass    string `json:"pass"`
	Rule    string `json:"rule"`
	Layer   string `json:"layer"`
	Place   string `json:"place,omitempty"`
	Applied bool   `json:"applied"`
	Detail  string `json:"detail"`
	Before  int64  `json:"before"` // tasks concerned
	After   int64  `json:"after"`
}

func explainRows(units []*compiler.Unit, filter *factFilter) []graphRow {
	rows := []graphRow{}
	for _, u := range units {
		r := graphRow{
			Graph:  u.Name,
			Before: sizeRow{u.Before.Tasks(), len(u.Before.Layers)},
			After:  sizeRow{u.After.Tasks(), len(u.After.Layers)},
			Facts:  []factRow{},
		}
		for _, f := range u.Facts {
			if filter.keeps(f) {
				r.Facts = append(r.Facts, factRow{f.Pass, f.Rule, f.Layer, diag.PosString(f.Pos), f.Applied, f.Detail, f.Before, f.After})
			}
		}
		rows = append(rows, r)
	}
	return rows
}

func (a *app) printFacts(units []*compiler.Unit, filter *factFilter) error {
	w := bufio.NewWriter(a.stdout)
	for _, u := range units {
		fmt.Fprintf(w, "%s: %d tasks in %d layers become %d in %d\n", u.Name,
			u.Before.Tasks(), len(u.Before.Layers), u.After.Tasks(), len(u.After.Layers))
		last := ""
		for _, f := range u.Facts {
			if !filter.keeps(f) {
				continue
			}
			if f.Pass != last {
				fmt.Fprintf(w, "  %s\n", f.Pass)
				last = f.Pass
			}
			fmt.Fprintf(w, "    %s\n", f)
		}
	}
	return w.Flush()
}
