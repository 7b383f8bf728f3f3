package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"github.com/daskgen/daskgen/compiler"
	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/draw"
	"github.com/daskgen/daskgen/ir"
)

func (a *app) vetCmd() *cobra.Command {
	c := &cobra.Command{
		Use:   "vet [GRAPH...]",
		Short: "Is the input sound? Check graphs without writing anything",
		Long: `Vet reads, types and checks graphs, and prints what is wrong with them; nothing
when all is well. To compare generated files with what would be generated, use
check.`,
		Example: `  daskgen vet graph.json
  daskgen vet -diagnostics=github ./...`,
		RunE: func(c *cobra.Command, args []string) error {
			if a.json {
				a.format = "json"
			}
			_, ds, err := compiler.Load(c.Context(), args, a.stdin, a.opts)
			if err != nil {
				return err
			}
			if len(ds) == 0 && a.format == "json" {
				return a.printDiagnostics(ds)
			}
			return a.report(ds)
		},
	}
	return a.jsonFlag(c)
}

func (a *app) showCmd() *cobra.Command {
	var before, text bool
	c := &cobra.Command{
		Use:   "show [GRAPH...]",
		Short: "Print the layers: kernel, type, grid, tasks, place",
		Long: `Show prints a table of the layers that the emitter gets, after the passes, or of
those that were read (-before).`,
		Example: `  daskgen show graph.json
  daskgen show -ir -before graph.json`,
		RunE: func(c *cobra.Command, args []string) error {
			units, err := a.load(c.Context(), args)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(showRows(units, before))
			}
			for _, u := range units {
				if text {
					fmt.Fprint(a.stdout, ir.Text(u.Stage(before)))
					continue
				}
				fmt.Fprintf(a.stdout, "%s (%s)\n", u.Name, u.Source)
				a.layerTable(u.Stage(before))
			}
			return nil
		},
	}
	c.Flags().BoolVar(&before, "before", false, "the graph as it was read, before the passes")
	c.Flags().BoolVar(&text, "ir", false, "print the text form of the IR, a layer a line")
	return a.jsonFlag(c)
}

// A layerRow is a layer in show's output.
type layerRow struct {
	Graph  string   `json:"graph"`
	Layer  string   `json:"layer"`
	Kernel []string `json:"kernel"` // one a case; none for an input
	Type   string   `json:"type"`
	Grid   []int64  `json:"grid"`
	Tasks  int64    `json:"tasks"`
	Fused  []string `json:"fused,omitempty"`
	Place  string   `json:"place,omitempty"`
}

func showRows(units []*compiler.Unit, before bool) []layerRow {
	rows := []layerRow{}
	for _, u := range units {
		for _, l := range u.Stage(before).Layers {
			rows = append(rows, newLayerRow(u.Name, l))
		}
	}
	return rows
}

func newLayerRow(graph string, l *ir.Layer) layerRow {
	r := layerRow{Graph: graph, Layer: l.Name, Grid: []int64{}, Tasks: l.Tasks(), Kernel: []string{}}
	for _, e := range l.Grid {
		r.Grid = append(r.Grid, e.N)
	}
	for _, c := range l.Cases {
		r.Kernel = append(r.Kernel, draw.Kernel(c))
	}
	r.Type = draw.Type(l)
	if len(l.Origins) > 1 {
		r.Fused = l.Origins
	}
	if l.Pos.Line > 0 {
		r.Place = diag.PosString(l.Pos)
	}
	return r
}

func (a *app) layerTable(g *ir.Graph) {
	t := table.NewWriter()
	t.SetOutputMirror(a.stdout)
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	t.Style().Format.Footer = text.FormatDefault
	t.SuppressTrailingSpaces()
	t.AppendHeader(table.Row{"layer", "kernel", "type", "grid", "tasks", "place"})
	total := int64(0)
	for _, l := range g.Layers {
		r := newLayerRow("", l)
		t.AppendRow(table.Row{r.Layer, kernelCell(l, r.Kernel), r.Type, gridText(r.Grid), r.Tasks, filepath.Base(r.Place)})
		total += r.Tasks
	}
	layers := fmt.Sprintf("%d layers", len(g.Layers))
	t.AppendFooter(table.Row{strings.TrimSuffix(layers, plural(len(g.Layers))), "", "", "", total, ""})
	t.Render()
}

// plural is what must go from a plural of n.
func plural(n int) string {
	if n == 1 {
		return "s"
	}
	return ""
}

// kernelCell shows the first kernels of a layer; a graph of many irregular
// tasks has thousands.
func kernelCell(l *ir.Layer, kernels []string) string {
	const most = 8
	if l.Input != nil {
		return "input"
	}
	if n := len(kernels); n > most {
		kernels = append(kernels[:most:most], fmt.Sprintf("… %d more cases", n-most))
	}
	return text.WrapSoft(strings.Join(kernels, "\n"), 56)
}

func gridText(grid []int64) string {
	s := make([]string, len(grid))
	for i, n := range grid {
		s[i] = fmt.Sprint(n)
	}
	return strings.Join(s, "×")
}
