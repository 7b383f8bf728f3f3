package draw

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// brackets are Mermaid's marks of each shape.
var brackets = [...]struct{ name, open, close string }{
	box:    {"layer", "[", "]"},
	input:  {"input", "[(", ")]"},
	output: {"output", "([", "])"},
}

func (p *picture) writeMermaid(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "---\ntitle: %q\n---\nflowchart TB\n", p.title)
	ids := map[string]string{}
	for i, n := range p.nodes {
		s := brackets[n.shape]
		ids[n.id] = fmt.Sprintf("n%d", i)
		fmt.Fprintf(b, "  %s%s\"%s\"%s:::%s\n", ids[n.id], s.open, n.mermaidLabel(), s.close, s.name)
	}
	for _, e := range p.edges {
		arrow := "-->"
		if e.label != "" {
			arrow += `|"` + mermaidEscape(e.label) + `"|`
		}
		fmt.Fprintf(b, "  %s %s %s\n", ids[e.from], arrow, ids[e.to])
	}
	for shape, s := range brackets {
		fmt.Fprintf(b, "  classDef %s fill:%s,stroke:%s,color:#0f172a\n", s.name, colours[shape].fill, colours[shape].border)
	}
	return b.Flush()
}

func (n *node) mermaidLabel() string {
	lines := []string{"<b>" + mermaidEscape(n.name) + "</b>"}
	for _, s := range append(append([]string(nil), n.kernel...), n.notes...) {
		lines = append(lines, mermaidEscape(s))
	}
	return strings.Join(lines, "<br/>")
}

// mermaidEscape writes a text with Mermaid's entity codes for what could end the
// label, which is quoted, or be taken for markup.
func mermaidEscape(s string) string {
	var b strings.Builder
	for _, r := range dropControls(s) {
		if strings.ContainsRune("\"<>&#`|;\\", r) {
			fmt.Fprintf(&b, "#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
