package pass

import (
	"sort"

	"github.com/daskgen/daskgen/ir"
)

// maxMisses bounds the facts that one pass leaves about rewrites that did not
// apply: a graph may have a million layers.
const maxMisses = 1000

// A Context is what a pass works on: the graph, who reads whom, and the facts.
type Context struct {
	Graph *ir.Graph

	pass      string
	facts     []Fact
	misses    map[string]bool                      // rule and layer of what did not apply
	number    map[*ir.Layer]int                    // place in the graph when the pass began
	readers   map[*ir.Layer]map[*ir.Layer]struct{} // the layers that read a layer
	requested map[*ir.Layer]bool                   // outputs
	dropped   map[*ir.Layer]bool                   // to be swept out of the graph
}

func newContext(g *ir.Graph) *Context { return &Context{Graph: g} }

// index looks up who reads whom.
func (c *Context) index() {
	c.number = make(map[*ir.Layer]int, len(c.Graph.Layers))
	c.readers = make(map[*ir.Layer]map[*ir.Layer]struct{}, len(c.Graph.Layers))
	c.requested, c.dropped = map[*ir.Layer]bool{}, map[*ir.Layer]bool{}
	for i, l := range c.Graph.Layers {
		c.number[l] = i
		c.addReads(l)
	}
	for _, o := range c.Graph.Outputs {
		c.requested[o.Layer] = true
	}
}

func (c *Context) addReads(l *ir.Layer) {
	for _, cs := range l.Cases {
		for i := range cs.Operands {
			p := cs.Operands[i].Layer
			if c.readers[p] == nil {
				c.readers[p] = map[*ir.Layer]struct{}{}
			}
			c.readers[p][l] = struct{}{}
		}
	}
}

// readersOf returns the layers that read a layer, in the graph's order.
func (c *Context) readersOf(l *ir.Layer) []*ir.Layer {
	ls := make([]*ir.Layer, 0, len(c.readers[l]))
	for r := range c.readers[l] {
		ls = append(ls, r)
	}
	sort.Slice(ls, func(i, j int) bool { return c.number[ls[i]] < c.number[ls[j]] })
	return ls
}

// setCases gives a layer new cases, and drops what nothing reads any more.
func (c *Context) setCases(l *ir.Layer, cases []*ir.Case) {
	old := readsOf(l)
	l.Cases = cases
	for _, p := range old {
		delete(c.readers[p], l)
	}
	c.addReads(l)
	for _, p := range old {
		c.dropUnread(p)
	}
}

// dropUnread drops a layer that is neither read nor requested, and then what
// only it has read. Inputs stay: they are part of the program's interface.
func (c *Context) dropUnread(l *ir.Layer) {
	work := []*ir.Layer{l}
	for len(work) > 0 {
		l := work[len(work)-1]
		work = work[:len(work)-1]
		if c.dropped[l] || c.requested[l] || l.Input != nil || len(c.readers[l]) > 0 {
			continue
		}
		c.dropped[l] = true
		for _, p := range readsOf(l) {
			delete(c.readers[p], l)
			work = append(work, p)
		}
	}
}

// sweep takes dropped layers out of the graph.
func (c *Context) sweep() {
	if len(c.dropped) == 0 {
		return
	}
	kept := c.Graph.Layers[:0]
	for _, l := range c.Graph.Layers {
		if !c.dropped[l] {
			kept = append(kept, l)
		}
	}
	clear(c.Graph.Layers[len(kept):])
	c.Graph.Layers = kept
}

// readsOf returns the layers that a layer reads, each once, in order of its
// operands.
func readsOf(l *ir.Layer) []*ir.Layer {
	var reads []*ir.Layer
	seen := map[*ir.Layer]bool{}
	for _, cs := range l.Cases {
		for i := range cs.Operands {
			if p := cs.Operands[i].Layer; !seen[p] {
				seen[p] = true
				reads = append(reads, p)
			}
		}
	}
	return reads
}

func readsItself(l *ir.Layer) bool {
	for _, p := range readsOf(l) {
		if p == l {
			return true
		}
	}
	return false
}

// taskCount returns the number of tasks of a layer that are still needed; an
// input has none.
func taskCount(l *ir.Layer) int64 {
	n := int64(0)
	for _, cs := range l.Cases {
		n += cs.Where.Count(l.Grid)
	}
	return n
}

// applied leaves the fact that a rewrite was made.
func (c *Context) applied(rule string, l *ir.Layer, before, after int64, detail string) {
	f := c.fact(rule, l, detail)
	f.Before, f.After, f.Applied = before, after, true
	c.facts = append(c.facts, f)
}

// missed leaves the fact that a rewrite was not made, and why: once for
// each rule, layer and reason.
func (c *Context) missed(rule string, l *ir.Layer, reason string) {
	id := rule + " " + l.Name + " " + reason
	if c.misses[id] || len(c.misses) >= maxMisses {
		return
	}
	c.misses[id] = true
	f := c.fact(rule, l, reason)
	f.Before = taskCount(l)
	f.After = f.Before
	c.facts = append(c.facts, f)
}

func (c *Context) fact(rule string, l *ir.Layer, detail string) Fact {
	f := Fact{Pass: c.pass, Rule: rule, Layer: l.Name, Pos: l.Pos, Detail: detail}
	if len(l.Grid) == 0 {
		f.Key = l.KeyAt(0).String()
	}
	return f
}

// settled returns the facts without those about rewrites that did not apply at
// first, to layers that a later pass has fused after all.
func (c *Context) settled() []Fact {
	left := make(map[string]bool, len(c.Graph.Layers))
	for _, l := range c.Graph.Layers {
		left[l.Name] = true
	}
	var facts []Fact
	for _, f := range c.facts {
		if f.Applied || left[f.Layer] {
			facts = append(facts, f)
		}
	}
	return facts
}
