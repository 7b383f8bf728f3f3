package draw

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/goccy/go-graphviz"
)

// style is how each shape of node looks: DOT attributes and Mermaid brackets.
var style = [...]struct{ dot, open, close string }{
	box:    {`shape=box, style="rounded,filled", fillcolor="#f2f2f2"`, "[", "]"},
	input:  {`shape=box, style="filled", fillcolor="#dbeafe"`, "[(", ")]"},
	output: {`shape=box, style="rounded,filled,bold", fillcolor="#dcfce7"`, "([", "])"},
}

func (p *picture) writeDOT(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "digraph graph_ {")
	fmt.Fprintln(b, `  rankdir=TB; node [fontname="Helvetica", fontsize=11]; edge [fontname="Helvetica", fontsize=9, color="#555555"];`)
	if p.title != "" {
		fmt.Fprintf(b, "  label=%s; labelloc=t; fontname=\"Helvetica\";\n", dotQuote(p.title))
	}
	for _, n := range p.nodes {
		fmt.Fprintf(b, "  %s [label=%s, %s];\n", n.id, dotQuote(strings.Join(n.lines, "\n")), style[n.shape].dot)
	}
	for _, e := range p.edges {
		if e.label == "" {
			fmt.Fprintf(b, "  %s -> %s;\n", e.from, e.to)
		} else {
			fmt.Fprintf(b, "  %s -> %s [label=%s];\n", e.from, e.to, dotQuote(e.label))
		}
	}
	fmt.Fprintln(b, "}")
	return b.Flush()
}

// dotQuote quotes a label. A graph's keys are a stranger's data: everything but
// the quote, the backslash and line ends is passed through, and control
// characters are dropped.
func dotQuote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r >= ' ' && r != 0x7f:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func (p *picture) writeMermaid(w io.Writer) error {
	b := bufio.NewWriter(w)
	if p.title != "" {
		fmt.Fprintf(b, "---\ntitle: %q\n---\n", p.title)
	}
	fmt.Fprintln(b, "flowchart TB")
	for _, n := range p.nodes {
		s := style[n.shape]
		fmt.Fprintf(b, "  %s%s\"%s\"%s\n", n.id, s.open, mermaidEscape(n.lines), s.close)
	}
	for _, e := range p.edges {
		if e.label == "" {
			fmt.Fprintf(b, "  %s --> %s\n", e.from, e.to)
		} else {
			fmt.Fprintf(b, "  %s -->|\"%s\"| %s\n", e.from, mermaidEscape([]string{e.label}), e.to)
		}
	}
	return b.Flush()
}

// mermaidEscape writes label lines with Mermaid's entity codes for what could
// end the label or be taken for markup.
func mermaidEscape(lines []string) string {
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteString("<br/>")
		}
		for _, r := range l {
			switch {
			case strings.ContainsRune("\"<>&#`|[](){}\\;", r):
				fmt.Fprintf(&b, "#%d;", r)
			case r >= ' ' && r != 0x7f:
				b.WriteRune(r)
			}
		}
	}
	return b.String()
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
