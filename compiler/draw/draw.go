// Package draw turns a graph into pictures: DOT text, Mermaid text, and SVG.
// A node is a layer, an edge says which blocks of the layer above are read; or,
// with Tasks, a node is a task and an edge an operand, as dask draws it.
package draw

import (
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// Format is the kind of picture.
type Format string

// The formats.
const (
	DOT     Format = "dot"
	Mermaid Format = "mermaid"
	SVG     Format = "svg"
)

// MaxTasks bounds a picture of tasks: more cannot be looked at, and would take
// minutes to lay out.
const MaxTasks = 2000

// Options says what to draw.
type Options struct {
	Format Format
	Tasks  bool   // a node per task
	Title  string // above the picture
}

// Write draws the graph.
func Write(w io.Writer, g *ir.Graph, o Options) error {
	p := layerPicture(g)
	if o.Tasks {
		var err error
		if p, err = taskPicture(g); err != nil {
			return err
		}
	}
	p.title = o.Title
	switch o.Format {
	case DOT:
		return p.writeDOT(w)
	case Mermaid:
		return p.writeMermaid(w)
	case SVG:
		return p.writeSVG(w)
	}
	return fmt.Errorf("unknown format %q (dot, mermaid or svg)", o.Format)
}

// A picture is a drawing before it has a format.
type picture struct {
	title string
	nodes []node
	edges []edge
}

type shape uint8

const (
	box shape = iota
	input
	output
)

type node struct {
	id    string
	lines []string // the first is the name
	shape shape
}

type edge struct {
	from, to, label string
}

// layerPicture has a node per layer and an edge per operand, equal edges once.
func layerPicture(g *ir.Graph) *picture {
	p := &picture{}
	ids := map[*ir.Layer]string{}
	for i, l := range g.Layers {
		ids[l] = fmt.Sprintf("n%d", i)
		p.nodes = append(p.nodes, node{id: ids[l], lines: layerLines(l), shape: layerShape(g, l)})
	}
	for _, l := range g.Layers {
		for _, e := range layerEdges(l) {
			p.edges = append(p.edges, edge{ids[e.from], ids[l], e.label})
		}
	}
	return p
}

func layerShape(g *ir.Graph, l *ir.Layer) shape {
	for _, o := range g.Outputs {
		if o.Layer == l {
			return output
		}
	}
	if l.Input != nil {
		return input
	}
	return box
}

// layerLines are the label of a layer: name, kernel, type, tasks, and what was
// merged into it.
func layerLines(l *ir.Layer) []string {
	lines := []string{l.Name}
	switch {
	case l.Input != nil:
		lines = append(lines, "input")
	case len(l.Cases) == 1:
		lines = append(lines, clip(l.Cases[0].String(), 60))
	case len(l.Cases) > 1:
		lines = append(lines, fmt.Sprintf("%d cases", len(l.Cases)))
	}
	if l.Type != nil {
		lines = append(lines, l.Type.String())
	}
	if n := l.Tasks(); n != 1 || len(l.Grid) > 0 {
		lines = append(lines, fmt.Sprintf("%s = %d %s", gridString(l.Grid), n, plural(n, "task", "tasks")))
	}
	if len(l.Origins) > 1 {
		lines = append(lines, "fused: "+clip(strings.Join(l.Origins, ", "), 60))
	}
	return lines
}

func gridString(g ir.Grid) string {
	s := make([]string, len(g))
	for i, e := range g {
		s[i] = e.Sym
		if e.Sym == "" {
			s[i] = fmt.Sprint(e.N)
		}
	}
	return "grid " + strings.Join(s, "×")
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
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
			e := layerEdge{o.Layer, strings.TrimPrefix(o.String(), o.Layer.Name)}
			if len(o.Layer.Grid) == 0 {
				e.label = ""
			}
			if !seen[e] {
				seen[e] = true
				es = append(es, e)
			}
		}
	}
	return es
}

// taskPicture has a node per task.
func taskPicture(g *ir.Graph) (*picture, error) {
	n := int64(0)
	for _, l := range g.Layers {
		n += l.Tasks()
	}
	if n > MaxTasks {
		return nil, fmt.Errorf("%d tasks are too many to draw (the limit is %d): draw the layers instead, without -tasks", n, MaxTasks)
	}
	p := &picture{}
	ids := map[*ir.Layer]int{}
	for i, l := range g.Layers {
		ids[l] = i
	}
	id := func(l *ir.Layer, k int64) string { return fmt.Sprintf("n%d_%d", ids[l], k) }
	wanted := map[string]bool{}
	for _, o := range g.Outputs {
		if !o.Array() {
			wanted[id(o.Layer, o.Layer.Grid.Linear(o.Index))] = true
		}
	}
	for _, l := range g.Layers {
		p.addTasks(l, id, wanted)
	}
	return p, nil
}

// addTasks adds the tasks of a layer, or the blocks of an input.
func (p *picture) addTasks(l *ir.Layer, id func(*ir.Layer, int64) string, wanted map[string]bool) {
	for k := range l.Grid.Size() {
		if l.Input != nil {
			p.nodes = append(p.nodes, node{id: id(l, k), lines: []string{l.KeyAt(k).String()}, shape: input})
		}
	}
	for t := range ir.Expand(l).All() {
		nd := node{id: id(l, t.Linear), lines: []string{t.Key().String(), clip(t.Case.String(), 40)}}
		if wanted[nd.id] {
			nd.shape = output
		}
		p.nodes = append(p.nodes, nd)
		p.edges = append(p.edges, taskEdges(&t, nd.id, id)...)
	}
}

func taskEdges(t *ir.Task, to string, id func(*ir.Layer, int64) string) []edge {
	var es []edge
	seen := map[string]bool{}
	for i := range t.Case.Operands {
		for _, k := range t.Operand(i, nil) {
			from := id(t.Case.Operands[i].Layer, k)
			if !seen[from] {
				seen[from] = true
				es = append(es, edge{from, to, ""})
			}
		}
	}
	sort.Slice(es, func(i, j int) bool { return es[i].from < es[j].from })
	return es
}
