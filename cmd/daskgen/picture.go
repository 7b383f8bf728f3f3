package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/daskgen/daskgen/compiler"
	"github.com/daskgen/daskgen/compiler/draw"
)

func (a *app) graphCmd() *cobra.Command {
	var out string
	var o draw.Options
	var before bool
	c := &cobra.Command{
		Use:   "graph [GRAPH]",
		Short: "Draw a graph: SVG, DOT or Mermaid, of layers or tasks",
		Long: `Graph draws what the emitter gets: the layers after the passes, or before them
(-before). Inputs are blue, outputs green; an edge says which blocks are read.
Graphviz need not be installed.`,
		Example: `  daskgen graph graph.json -o graph.svg
  daskgen graph -before -tasks -format dot graph.json
  daskgen graph -graph Standardize . -o standardize.mmd`,
		Args: atMostOneGraph,
		RunE: func(c *cobra.Command, args []string) error {
			units, err := a.load(c.Context(), args)
			if err != nil {
				return err
			}
			if len(units) != 1 {
				return fmt.Errorf("there are %d graphs (%s) and one is drawn at a time: choose with --graph NAME", len(units), unitNames(units))
			}
			if o.Format == "" {
				if o.Format, err = formatOf(out); err != nil {
					return err
				}
			}
			o.Title = units[0].Name
			return a.draw(units[0], out, o, before)
		},
	}
	c.Flags().StringVarP((*string)(&o.Format), "format", "f", "", "`FORMAT` svg, dot or mermaid (default: by the name of -o, else svg)")
	c.Flags().StringVarP(&out, "out", "o", "", "the `FILE` to write (default: standard output)")
	c.Flags().BoolVar(&before, "before", false, "the graph as it was read, before the passes")
	c.Flags().BoolVar(&o.Tasks, "tasks", false, "draw every task instead of layers")
	return c
}

func unitNames(units []*compiler.Unit) string {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.Name
	}
	return strings.Join(names, ", ")
}

// formatOf is the format that a file's name asks for.
func formatOf(out string) (draw.Format, error) {
	switch ext := filepath.Ext(out); ext {
	case ".dot", ".gv":
		return draw.DOT, nil
	case ".mmd", ".mermaid":
		return draw.Mermaid, nil
	case "", ".svg":
		return draw.SVG, nil
	default:
		return "", fmt.Errorf("no picture format ends in %s: choose with --format svg, dot or mermaid", ext)
	}
}

// draw writes the picture to a file, complete or not at all, or to standard output.
func (a *app) draw(u *compiler.Unit, out string, o draw.Options, before bool) error {
	var b bytes.Buffer
	if err := draw.Write(&b, u.Stage(before), o); err != nil {
		return err
	}
	if out == "" {
		_, err := b.WriteTo(a.stdout)
		return err
	}
	return compiler.WriteFile(out, b.Bytes())
}
