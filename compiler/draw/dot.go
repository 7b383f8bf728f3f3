package draw

import (
	"bufio"
	"context"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/goccy/go-graphviz"
)

// colours of each shape of node: fill and border.
var colours = [...]struct{ fill, border string }{
	box:    {"#f8fafc", "#94a3b8"},
	input:  {"#dbeafe", "#3b82f6"},
	output: {"#dcfce7", "#16a34a"},
}

// Labels are set in Courier: all typewriter faces are equally wide, so that a
// label fits its node whatever face the viewer has.
const dotHead = `digraph {
  graph [fontname="Courier", fontsize=12, labelloc=t, ranksep=0.45, nodesep=0.3];
  node [shape=box, fontname="Courier", fontsize=10, margin="0.14,0.08", penwidth=1.2];
  edge [fontname="Courier", fontsize=9, fontcolor="#475569", color="#64748b", arrowsize=0.7];
`

func (p *picture) writeDOT(w io.Writer) error {
	b := bufio.NewWriter(w)
	b.WriteString(dotHead)
	fmt.Fprintf(b, "  label=%s;\n", dotQuote(p.title))
	for _, n := range p.nodes {
		style, width := `"rounded,filled"`, ""
		if n.shape == input {
			style = "filled"
		}
		if n.shape == output {
			width = ", penwidth=2"
		}
		c := colours[n.shape]
		fmt.Fprintf(b, "  %s [label=%s, style=%s, fillcolor=%q, color=%q%s];\n", dotQuote(n.id), n.htmlLabel(), style, c.fill, c.border, width)
	}
	for _, e := range p.edges {
		fmt.Fprintf(b, "  %s -> %s", dotQuote(e.from), dotQuote(e.to))
		if e.label != "" {
			fmt.Fprintf(b, " [label=%s]", dotQuote(" "+e.label+" "))
		}
		b.WriteString(";\n")
	}
	b.WriteString("}\n")
	return b.Flush()
}

// htmlLabel writes a label in Graphviz' markup: the name in bold, the notes
// small and grey.
func (n *node) htmlLabel() string {
	lines := []string{"<b>" + html.EscapeString(n.name) + "</b>"}
	for _, k := range n.kernel {
		lines = append(lines, html.EscapeString(k))
	}
	for _, s := range n.notes {
		lines = append(lines, `<font point-size="9" color="#475569">`+html.EscapeString(s)+`</font>`)
	}
	return "<" + strings.Join(lines, "<br/>") + ">"
}

// dotQuote quotes a string. Keys are a stranger's data: the quote and the
// backslash are escaped, control characters dropped.
func dotQuote(s string) string {
	return `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(dropControls(s)) + `"`
}

// writeSVG lays the DOT text out with Graphviz, which is linked in (as
// WebAssembly): none needs to be installed.
func (p *picture) writeSVG(w io.Writer) error {
	var dot strings.Builder
	if err := p.writeDOT(&dot); err != nil {
		return err
	}
	ctx := context.Background()
	gv, err := graphviz.New(ctx)
	if err != nil {
		return fmt.Errorf("start graphviz: %w", err)
	}
	defer gv.Close()
	graph, err := graphviz.ParseBytes([]byte(dot.String()))
	if err != nil {
		return fmt.Errorf("lay out the graph: %w", err)
	}
	defer graph.Close()
	return gv.Render(ctx, graph, graphviz.SVG, w)
}
