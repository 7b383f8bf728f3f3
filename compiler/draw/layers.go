package draw

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// layerPicture has a node per layer and an edge per operand, equal edges once.
func layerPicture(g *ir.Graph) *picture {
	p := &picture{}
	ids := map[*ir.Layer]string{}
	for _, l := range g.Layers {
		ids[l] = p.newID(l.Name)
		n := node{id: ids[l], name: printable(l.Name), shape: layerShape(g, l), notes: layerNotes(l)}
		for _, c := range firstCases(l) {
			n.kernel = append(n.kernel, wrap(c, 48, 3)...)
		}
		p.nodes = append(p.nodes, n)
	}
	for _, l := range g.Layers {
		for _, e := range layerEdges(l) {
			p.edges = append(p.edges, edge{ids[e.from], ids[l], e.label})
		}
	}
	return p
}

func layerShape(g *ir.Graph, l *ir.Layer) shape {
	isOutput := slices.ContainsFunc(g.Outputs, func(o *ir.Output) bool { return o.Layer == l })
	switch {
	case l.Input != nil:
		return input
	case isOutput:
		return output
	}
	return box
}

// firstCases are the kernels of a layer: a line of many cases would not help.
func firstCases(l *ir.Layer) []string {
	const most = 3
	var kernels []string
	for i, c := range l.Cases {
		if i == most {
			return append(kernels, fmt.Sprintf("… %d more cases", len(l.Cases)-most))
		}
		kernels = append(kernels, Kernel(c))
	}
	return kernels
}

// layerNotes are the small print of a layer: its type and grid, and what was
// merged into it.
func layerNotes(l *ir.Layer) []string {
	var notes []string
	if in := l.Input; in != nil {
		notes = append(notes, fmt.Sprintf("input of shape (%s)", gridString(in.Shape, ", ")))
	}
	if l.Type != nil {
		notes = append(notes, clip(Type(l), 60))
	}
	if len(l.Grid) > 0 {
		notes = append(notes, fmt.Sprintf("grid %s, %s", gridString(l.Grid, "×"), count(l.Tasks(), "task")))
	}
	var fused []string
	for _, o := range l.Origins {
		if o != l.Name {
			fused = append(fused, o)
		}
	}
	if len(fused) > 0 {
		notes = append(notes, wrap("fused: "+strings.Join(fused, ", "), 56, 2)...)
	}
	return notes
}

func gridString(g ir.Grid, by string) string {
	s := make([]string, len(g))
	for i, e := range g {
		s[i] = e.Sym
		if e.Sym == "" {
			s[i] = fmt.Sprint(e.N)
		}
	}
	return strings.Join(s, by)
}

// count writes a number of things: "1 task", "4 tasks".
func count(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

type layerEdge struct {
	from  *ir.Layer
	label string
}

// layerEdges are the distinct (layer, access) pairs that a layer reads.
func layerEdges(l *ir.Layer) []layerEdge {
	var es []layerEdge
	seen := map[layerEdge]bool{}
	for _, c := range l.Cases {
		for i := range c.Operands {
			o := &c.Operands[i]
			e := layerEdge{o.Layer, accessLabel(o)}
			if !seen[e] {
				seen[e] = true
				es = append(es, e)
			}
		}
	}
	return es
}

// accessLabel says which blocks are read: "[2*i+1, j]", "table" for what has no
// form, nothing where there is one block only.
func accessLabel(o *ir.Operand) string {
	switch {
	case len(o.Layer.Grid) == 0:
		return ""
	case o.Access.Table != nil:
		return "table"
	}
	s := o.String()
	return clip(s[strings.LastIndexByte(s, '['):], 40)
}

// Type writes the type of a layer's values. Lengths of blocks that differ along
// the grid are given as ranges: float64(18..50, 3).
func Type(l *ir.Layer) string {
	t := l.Type
	switch {
	case t == nil:
		return ""
	case t.Kind != ir.TypeBlock || len(l.Dims) != t.Rank():
		return t.String()
	}
	lengths := make([]string, t.Rank())
	for k, n := range t.Shape {
		lengths[k] = lengthText(n, l.Dims[k].Sizes)
	}
	if len(lengths) == 1 {
		lengths[0] += ","
	}
	return t.DType.String() + "(" + strings.Join(lengths, ", ") + ")"
}

// lengthText writes the length of a block along an axis, n where it is known
// and the same everywhere, else sizes.
func lengthText(n int64, sizes []int64) string {
	switch {
	case n >= 0:
		return fmt.Sprint(n)
	case len(sizes) == 0:
		return "?"
	}
	return fmt.Sprintf("%d..%d", slices.Min(sizes), slices.Max(sizes))
}

// Kernel writes the kernel of a case for people: as the IR's text does, with the
// names of Go packages in place of their import paths.
func Kernel(c *ir.Case) string {
	s := c.String()
	eachFunc(c.Kernel, func(f *ir.Func) {
		s = strings.ReplaceAll(s, f.Pkg+"."+f.Title()+"(", path.Base(f.Pkg)+"."+f.Title()+"(")
	})
	return s
}

func eachFunc(e *ir.Expr, do func(*ir.Func)) {
	if e.Kind == ir.ExprFunc {
		do(e.Func)
	}
	for _, a := range e.Args {
		eachFunc(a, do)
	}
	for _, k := range e.Kwargs {
		eachFunc(k.Value, do)
	}
}
