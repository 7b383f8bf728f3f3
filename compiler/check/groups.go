package check

import "github.com/daskgen/daskgen/ir"

// Groups returns the layers of a graph in groups, each after those that it
// reads. Layers that read each other, task by task, are one group. Ties follow
// the order of the graph.
func Groups(g *ir.Graph) [][]*ir.Layer {
	t := &tarjan{number: map[*ir.Layer]int{}, low: map[*ir.Layer]int{}, onStack: map[*ir.Layer]bool{}}
	for _, l := range g.Layers {
		if t.number[l] == 0 {
			t.visit(l)
		}
	}
	return t.groups
}

// tarjan finds strongly connected components. It keeps its own stack: a chain
// of layers may be a million long.
type tarjan struct {
	number, low map[*ir.Layer]int
	onStack     map[*ir.Layer]bool
	stack       []*ir.Layer
	groups      [][]*ir.Layer
}

type frame struct {
	layer *ir.Layer
	reads []*ir.Layer
	next  int
}

func (t *tarjan) enter(l *ir.Layer) frame {
	n := len(t.number) + 1
	t.number[l], t.low[l] = n, n
	t.stack, t.onStack[l] = append(t.stack, l), true
	return frame{layer: l, reads: layersRead(l)}
}

func (t *tarjan) visit(root *ir.Layer) {
	calls := []frame{t.enter(root)}
	for len(calls) > 0 {
		f := &calls[len(calls)-1]
		if f.next < len(f.reads) {
			r := f.reads[f.next]
			f.next++
			switch {
			case t.number[r] == 0:
				calls = append(calls, t.enter(r))
			case t.onStack[r]:
				t.low[f.layer] = min(t.low[f.layer], t.number[r])
			}
			continue
		}
		l := f.layer
		calls = calls[:len(calls)-1]
		if len(calls) > 0 {
			p := calls[len(calls)-1].layer
			t.low[p] = min(t.low[p], t.low[l])
		}
		if t.low[l] == t.number[l] {
			t.pop(l)
		}
	}
}

// pop takes the group whose first layer is l off the stack.
func (t *tarjan) pop(l *ir.Layer) {
	n := len(t.stack) - 1
	for t.stack[n] != l {
		n--
	}
	group := append([]*ir.Layer(nil), t.stack[n:]...)
	for _, m := range group {
		t.onStack[m] = false
	}
	t.stack = t.stack[:n]
	t.groups = append(t.groups, group)
}

// layersRead returns the layers that a layer reads, in order of its operands.
func layersRead(l *ir.Layer) []*ir.Layer {
	var reads []*ir.Layer
	for _, c := range l.Cases {
		for i := range c.Operands {
			reads = append(reads, c.Operands[i].Layer)
		}
	}
	return reads
}

func readsItself(l *ir.Layer) bool {
	for _, r := range layersRead(l) {
		if r == l {
			return true
		}
	}
	return false
}
