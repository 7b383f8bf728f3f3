// Package draw turns a graph into pictures: DOT text, Mermaid text, and SVG.
// A node is a layer, an edge says which blocks of the layer above are read; or,
// with Tasks, a node is a task and an edge an operand, as dask draws it.
package draw

import (
	"fmt"
	"io"
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
const MaxTasks = 500

// MaxLayers bounds a picture of layers.
const MaxLayers = 500

// Options says what to draw.
type Options struct {
	Format Format
	Tasks  bool   // a node per task
	Title  string // above the picture
}

// Write draws the graph.
func Write(w io.Writer, g *ir.Graph, o Options) error {
	if len(g.Layers) > MaxLayers {
		return fmt.Errorf("%d layers are too many to draw (the limit is %d); daskgen show lists them", len(g.Layers), MaxLayers)
	}
	p := layerPicture(g)
	if o.Tasks {
		var err error
		if p, err = taskPicture(g); err != nil {
			return err
		}
	}
	p.title = fmt.Sprintf("%s: %s in %s", printable(o.Title), count(g.Tasks(), "task"), count(int64(len(g.Layers)), "layer"))
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
	ids   map[string]bool // of the nodes
}

type shape uint8

const (
	box shape = iota
	input
	output
)

// A node is a layer or a task. Its label is the name, the kernel, and notes in
// small letters below.
type node struct {
	id            string
	name          string
	kernel, notes []string
	shape         shape
}

type edge struct {
	from, to, label string
}

// newID returns an id for a node of that name: the name, so that DOT text can
// be read, made unique where names differ only in what cannot be printed.
func (p *picture) newID(name string) string {
	if p.ids == nil {
		p.ids = map[string]bool{}
	}
	id := printable(name)
	for n := 2; p.ids[id]; n++ {
		id = fmt.Sprintf("%s (%d)", printable(name), n)
	}
	p.ids[id] = true
	return id
}

// printable drops control characters, and cuts what is too long to be looked
// at. Names come from strangers.
func printable(s string) string { return clip(dropControls(s), 80) }

func dropControls(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// wrap breaks a kernel into lines after commas and opening brackets, and cuts it
// after the last.
func wrap(s string, width, most int) []string {
	var lines []string
	s = dropControls(s)
	for r := []rune(s); len(r) > 0; r = []rune(s) {
		if len(r) <= width || len(lines) == most-1 {
			return append(lines, clip(s, width))
		}
		line := string(r[:width])
		at := max(strings.LastIndex(line, ", "), strings.LastIndexAny(line, "([")) + 1
		if at < width/3 {
			at = len(line)
		}
		lines = append(lines, s[:at])
		s = strings.TrimSpace(s[at:])
	}
	return lines
}
