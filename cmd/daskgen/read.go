package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"github.com/daskgen/daskgen/compiler"
	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/draw"
	"github.com/daskgen/daskgen/compiler/graphjson"
	"github.com/daskgen/daskgen/compiler/pass"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

func (a *app) vetCmd() *cobra.Command {
	c := &cobra.Command{
		Use:     "vet [GRAPH...]",
		Short:   "Is the input sound? Check graphs without writing anything",
		Long:    "Vet reads, types and checks graphs, and prints what is wrong with them.\nTo compare generated files with what would be generated, use check.",
		Example: "  daskgen vet graph.json",
		RunE: func(c *cobra.Command, args []string) error {
			_, err := a.load(c.Context(), args)
			return err
		},
	}
	return c
}

func (a *app) showCmd() *cobra.Command {
	var before, ir_ bool
	c := &cobra.Command{
		Use:     "show [GRAPH...]",
		Short:   "Print the layers: kernel, type, shape, chunks, tasks, place",
		Example: "  daskgen show graph.json\n  daskgen show --ir --before graph.json",
		RunE: func(c *cobra.Command, args []string) error {
			units, err := a.load(c.Context(), args)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(showRows(units, before))
			}
			for _, u := range units {
				if ir_ {
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
	c.Flags().BoolVar(&ir_, "ir", false, "print the text form of the IR")
	return a.jsonFlag(c)
}

// A layerRow is a layer in show's output.
type layerRow struct {
	Graph  string   `json:"graph"`
	Layer  string   `json:"layer"`
	Kernel []string `json:"kernel"`
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
		r.Kernel = append(r.Kernel, c.String())
	}
	if l.Type != nil {
		r.Type = l.Type.String()
	}
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
	t.AppendHeader(table.Row{"layer", "kernel", "type", "grid", "tasks", "place"})
	total := int64(0)
	for _, l := range g.Layers {
		r := newLayerRow("", l)
		kernel := strings.Join(r.Kernel, "\n")
		if l.Input != nil {
			kernel = "input"
		}
		t.AppendRow(table.Row{r.Layer, text.WrapSoft(kernel, 56), r.Type, gridText(r.Grid), r.Tasks, filepath.Base(r.Place)})
		total += r.Tasks
	}
	t.AppendFooter(table.Row{fmt.Sprintf("%d layers", len(g.Layers)), "", "", "", total, ""})
	t.Render()
}

func gridText(grid []int64) string {
	s := make([]string, len(grid))
	for i, n := range grid {
		s[i] = fmt.Sprint(n)
	}
	return strings.Join(s, "×")
}

func (a *app) graphCmd() *cobra.Command {
	var format, out string
	var before, tasks bool
	c := &cobra.Command{
		Use:   "graph GRAPH",
		Short: "Draw a graph: SVG, DOT or Mermaid, of layers or tasks",
		Long: `Graph draws what the emitter gets: the layers after the passes, or before them
(--before). Graphviz need not be installed.`,
		Example: "  daskgen graph graph.json -o graph.svg\n  daskgen graph --before --tasks --format dot graph.json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			units, err := a.load(c.Context(), args)
			if err != nil {
				return err
			}
			if len(units) != 1 {
				return fmt.Errorf("%d graphs are given, one is drawn at a time: name it as package.Graph (%s)", len(units), unitNames(units))
			}
			if format == "" {
				format = formatOf(out)
			}
			return a.draw(units[0], out, draw.Options{Format: draw.Format(format), Tasks: tasks, Title: units[0].Name}, before)
		},
	}
	c.Flags().StringVarP(&format, "format", "f", "", "svg, dot or mermaid (default: by the name of -o, else svg)")
	c.Flags().StringVarP(&out, "out", "o", "", "file to write (default: standard output)")
	c.Flags().BoolVar(&before, "before", false, "the graph as it was read, before the passes")
	c.Flags().BoolVar(&tasks, "tasks", false, "draw every task instead of layers")
	return c
}

func unitNames(units []*compiler.Unit) string {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.Name
	}
	return strings.Join(names, ", ")
}

func formatOf(out string) string {
	switch filepath.Ext(out) {
	case ".dot", ".gv":
		return string(draw.DOT)
	case ".mmd", ".mermaid":
		return string(draw.Mermaid)
	}
	return string(draw.SVG)
}

// draw writes the picture to a file, complete or not at all, or to standard output.
func (a *app) draw(u *compiler.Unit, out string, o draw.Options, before bool) error {
	var b strings.Builder
	if err := draw.Write(&b, u.Stage(before), o); err != nil {
		return err
	}
	if out == "" {
		_, err := a.stdout.Write([]byte(b.String()))
		return err
	}
	return compiler.WriteFile(out, []byte(b.String()))
}

func (a *app) explainCmd() *cobra.Command {
	var passName, layer string
	var misses bool
	c := &cobra.Command{
		Use:   "explain [GRAPH...]",
		Short: "What did each pass do, and why not more?",
		Long: `Explain lists the rewrites that the passes made, with the tasks before and after,
and the rewrites that did not apply, each with its reason.`,
		Example: "  daskgen explain graph.json\n  daskgen explain --layer y --pass fuse-blockwise .",
		RunE: func(c *cobra.Command, args []string) error {
			units, err := a.load(c.Context(), args)
			if err != nil {
				return err
			}
			keep := func(f pass.Fact) bool {
				return (passName == "" || f.Pass == passName) && (layer == "" || f.Layer == layer) && (f.Applied || misses)
			}
			return a.printFacts(units, keep)
		},
	}
	c.Flags().StringVar(&passName, "pass", "", "only this pass")
	c.Flags().StringVar(&layer, "layer", "", "only this layer")
	c.Flags().BoolVar(&misses, "misses", true, "also rewrites that did not apply, with the reason")
	return a.jsonFlag(c)
}

func (a *app) printFacts(units []*compiler.Unit, keep func(pass.Fact) bool) error {
	if a.json {
		type graphFacts struct {
			Graph         string
			Before, After int64
			Facts         []pass.Fact
		}
		all := []graphFacts{}
		for _, u := range units {
			g := graphFacts{Graph: u.Name, Before: u.Before.Tasks(), After: u.After.Tasks(), Facts: []pass.Fact{}}
			for _, f := range u.Facts {
				if keep(f) {
					g.Facts = append(g.Facts, f)
				}
			}
			all = append(all, g)
		}
		return a.printJSON(all)
	}
	w := bufio.NewWriter(a.stdout)
	for _, u := range units {
		fmt.Fprintf(w, "%s: %d tasks in %d layers become %d in %d\n", u.Name,
			u.Before.Tasks(), len(u.Before.Layers), u.After.Tasks(), len(u.After.Layers))
		last := ""
		for _, f := range u.Facts {
			if !keep(f) {
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

func (a *app) opsCmd() *cobra.Command {
	c := &cobra.Command{
		Use:     "ops [NAME]",
		Short:   "List the ops, or describe one",
		Example: "  daskgen ops\n  daskgen ops getitem",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				op := stdops.Lookup(args[0])
				if op == nil {
					return fmt.Errorf("no op %q; daskgen ops lists them", args[0])
				}
				return a.describeOps([]*stdops.Op{op})
			}
			return a.describeOps(stdops.All())
		},
	}
	return a.jsonFlag(c)
}

func (a *app) describeOps(ops []*stdops.Op) error {
	if a.json {
		type row struct {
			Name    string   `json:"name"`
			Aliases []string `json:"aliases,omitempty"`
			Params  []string `json:"params"`
			Doc     string   `json:"doc"`
		}
		rows := []row{}
		for _, op := range ops {
			rows = append(rows, row{op.Name, op.Aliases, stdops.ParamNames(op), op.Doc})
		}
		return a.printJSON(rows)
	}
	for _, op := range ops {
		fmt.Fprintf(a.stdout, "%s(%s)\n    %s\n", op.Name, strings.Join(stdops.ParamNames(op), ", "), op.Doc)
		if len(ops) == 1 && len(op.Aliases) > 0 {
			al := append([]string(nil), op.Aliases...)
			sort.Strings(al)
			fmt.Fprintf(a.stdout, "    also: %s\n", strings.Join(al, ", "))
		}
	}
	return nil
}

func (a *app) schemaCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of graph.json",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, args []string) error {
			_, err := a.stdout.Write(graphjson.Schema)
			return err
		},
	}
}

func (a *app) initCmd() *cobra.Command {
	var lang string
	c := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a small example to start from; never overwrites",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			name, content, next := "graph.json", initJSON, "daskgen run graph.json"
			if lang == "go" {
				name, content, next = "graph.go", initGo, "go get github.com/daskgen/daskgen && go generate"
			}
			path := filepath.Join(dir, name)
			if _, err := os.Stat(path); err == nil {
				return fmt.Errorf("%s is there already: nothing written", path)
			}
			if err := os.MkdirAll(dir, 0o777); err != nil {
				return err
			}
			if err := compiler.WriteFile(path, []byte(content)); err != nil {
				return err
			}
			_, err := fmt.Fprintf(a.stdout, "wrote %s; next: %s\n", path, next)
			return err
		},
	}
	c.Flags().StringVar(&lang, "lang", "json", "json or go")
	return c
}

const initJSON = `{
  "daskgen": 1,
  "name": "first",
  "tasks": [
    {"key": "x", "value": 1},
    {"key": "y", "op": "inc", "args": [{"ref": "x"}]},
    {"key": "z", "op": "add", "args": [{"ref": "y"}, 10]}
  ],
  "outputs": {
    "z": {"key": "z"}
  }
}
`

const initGo = `// Package first holds a task graph.
package first

import "github.com/daskgen/daskgen/da"

//go:generate daskgen gen

// Standardize returns x minus its column means, in units of the columns'
// standard deviations. RunStandardize, in zz_daskgen.go, computes it.
//
//daskgen:graph x=(1000,3):(250,3)
func Standardize(x da.Array[float64]) da.Array[float64] {
	return x.Sub(x.Mean(0)).Div(x.Std(0))
}
`
