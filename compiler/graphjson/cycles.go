package graphjson

import (
	"strings"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/ir"
)

// cycles reports cycles among tasks through written layers. (Those among
// explicit tasks alone were found before they became layers.) Only layers that
// read each other in a circle are looked at task by task.
func (p *parser) cycles(g *ir.Graph) {
	s := &taskSearch{number: map[*ir.Layer]int{}}
	for _, circle := range circles(g) {
		total := int64(0)
		for _, l := range circle {
			total += l.Grid.Size()
		}
		if total > maxCircle {
			p.diags.Errorf(circle[0].Pos, diag.TooLarge, "layer %s and others read each other in a circle, with more than %d tasks", quote(circle[0].Name), maxCircle)
			return
		}
		s.add(circle)
	}
	for i, l := range s.layers {
		for at := range l.Grid.Size() {
			if path := s.visit(node{i, at}); path != nil {
				p.reportCycle(path)
				return
			}
		}
	}
}

// maxCircle bounds the tasks among which cycles are looked for.
const maxCircle = 1 << 26

// maxCyclePath bounds the keys of a path that are written out.
const maxCyclePath = 1000

func (p *parser) reportCycle(path []ir.Key) {
	names := []string{}
	for i, k := range path {
		if i == maxCyclePath {
			names = append(names, "...")
			break
		}
		names = append(names, k.String())
	}
	names = append(names, path[0].String())
	pos := ir.Pos{File: p.opts.File}
	for _, l := range p.layers {
		if l.ir.Name == path[0].Name {
			pos = l.ir.Pos
		}
	}
	p.diags.Errorf(pos, diag.Cycle, "cycle: %s", strings.Join(names, " reads ")).
		WithHint("none of these tasks can run before the others; break the cycle")
}

// circles returns the layers that can reach themselves, each set of mutually
// reachable ones together (Tarjan's algorithm).
func circles(g *ir.Graph) [][]*ir.Layer {
	t := tarjan{low: map[*ir.Layer]int{}, num: map[*ir.Layer]int{}, on: map[*ir.Layer]bool{}}
	for _, l := range g.Layers {
		if t.num[l] == 0 {
			t.visit(l)
		}
	}
	return t.found
}

type tarjan struct {
	low, num map[*ir.Layer]int
	on       map[*ir.Layer]bool
	stack    []*ir.Layer
	frames   []frame
	found    [][]*ir.Layer
}

// A frame is a layer on the path, and how many of its operands were followed.
type frame struct {
	layer *ir.Layer
	reads []*ir.Layer
	self  bool
}

func (t *tarjan) enter(l *ir.Layer) {
	t.num[l] = len(t.num) + 1
	t.low[l] = t.num[l]
	t.on[l] = true
	t.stack = append(t.stack, l)
	f := frame{layer: l}
	for _, c := range l.Cases {
		for i := range c.Operands {
			f.reads = append(f.reads, c.Operands[i].Layer)
			f.self = f.self || c.Operands[i].Layer == l
		}
	}
	t.frames = append(t.frames, f)
}

func (t *tarjan) visit(l *ir.Layer) {
	t.enter(l)
	for len(t.frames) > 0 {
		f := &t.frames[len(t.frames)-1]
		if len(f.reads) > 0 {
			next := f.reads[0]
			f.reads = f.reads[1:]
			if t.num[next] == 0 {
				t.enter(next)
			} else if t.on[next] {
				t.low[f.layer] = min(t.low[f.layer], t.num[next])
			}
			continue
		}
		t.leave(*f)
	}
}

func (t *tarjan) leave(f frame) {
	t.frames = t.frames[:len(t.frames)-1]
	if n := len(t.frames); n > 0 {
		up := t.frames[n-1].layer
		t.low[up] = min(t.low[up], t.low[f.layer])
	}
	if t.low[f.layer] != t.num[f.layer] {
		return
	}
	at := len(t.stack) - 1
	for t.stack[at] != f.layer {
		at--
	}
	circle := append([]*ir.Layer(nil), t.stack[at:]...)
	t.stack = t.stack[:at]
	for _, l := range circle {
		t.on[l] = false
	}
	if len(circle) > 1 || f.self {
		t.found = append(t.found, circle)
	}
}

// A node is a task: a layer of the search, and a linear index.
type node struct {
	layer int
	at    int64
}

// A taskSearch is a depth-first search over tasks.
type taskSearch struct {
	layers []*ir.Layer
	number map[*ir.Layer]int
	tasks  []*ir.Expansion
	mark   [][]uint8 // unseen, on the path, done
}

func (s *taskSearch) add(circle []*ir.Layer) {
	for _, l := range circle {
		s.number[l] = len(s.layers)
		s.layers = append(s.layers, l)
		s.tasks = append(s.tasks, ir.Expand(l))
		s.mark = append(s.mark, make([]uint8, l.Grid.Size()))
	}
}

// A step is a task on the path, and what it reads that was not followed yet.
type step struct {
	node
	reads []node
}

// visit searches from a task, and returns the keys of a cycle.
func (s *taskSearch) visit(n node) []ir.Key {
	const onPath, done = 1, 2
	if s.mark[n.layer][n.at] != 0 {
		return nil
	}
	path := []step{{n, s.reads(n)}}
	s.mark[n.layer][n.at] = onPath
	for len(path) > 0 {
		top := &path[len(path)-1]
		if len(top.reads) == 0 {
			s.mark[top.layer][top.at] = done
			path = path[:len(path)-1]
			continue
		}
		next := top.reads[0]
		top.reads = top.reads[1:]
		switch s.mark[next.layer][next.at] {
		case onPath:
			return s.cycle(path, next)
		case 0:
			s.mark[next.layer][next.at] = onPath
			path = append(path, step{next, s.reads(next)})
		}
	}
	return nil
}

func (s *taskSearch) cycle(path []step, to node) []ir.Key {
	from := len(path) - 1
	for path[from].node != to {
		from--
	}
	var keys []ir.Key
	for _, st := range path[from:] {
		keys = append(keys, s.layers[st.layer].KeyAt(st.at))
	}
	return keys
}

// reads returns the tasks of the search that a task reads.
func (s *taskSearch) reads(n node) []node {
	t, ok := s.tasks[n.layer].At(n.at)
	if !ok {
		return nil
	}
	var reads []node
	var ids []int64
	for i := range t.Case.Operands {
		to, ok := s.number[t.Case.Operands[i].Layer]
		if !ok {
			continue
		}
		ids = t.Operand(i, ids[:0])
		for _, id := range ids {
			reads = append(reads, node{to, id})
		}
	}
	return reads
}
