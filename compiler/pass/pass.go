// Package pass rewrites a checked graph so that it computes the same values
// with fewer tasks, fewer passes over memory and less of it alive. The passes
// stand in Table; each leaves facts about what it did, and why it did not.
package pass

import (
	"fmt"

	"github.com/daskgen/daskgen/ir"
)

// A Pass is one rewrite of a graph.
type Pass struct {
	Name string // as in -passes=-fuse-chain
	Doc  string // what it does
	Why  string // why it stands where it stands
	Run  func(*Context)
}

// Table lists the passes in the order in which they run. A pass that stands
// there twice runs twice.
var Table = []Pass{
	{"cull", "keeps the layers, and the parts of their grids, that the outputs need",
		"first: what is not needed should not be looked at", cull},
	{"cse", "computes layers once that are equal in kernel, operands and literals",
		"before anything is fused: a layer with one dependent is fused, equal copies in two kernels stay two", cse},
	{"getitem", "moves getitem towards the source: through transpose, elementwise ops, broadcasts, concatenate, stack and other getitems",
		"before fusing: afterwards fewer elements, and often fewer blocks, are needed", getitem},
	{"cull", "keeps what is needed after getitem has moved",
		"before fusing: a layer with fewer dependents is fused more easily", cull},
	{"inline", "moves constants, aliases, ops that cost nothing and sources of random numbers into their users",
		"before fusing: it removes layers that would part what can be fused", inline},
	{"fuse-chain", "makes one task of two that run one after the other and of which nothing else depends on the first",
		"the tasks lose no parallelism, so that this needs no weighing", fuseChain},
	{"fuse-blockwise", "makes one kernel of elementwise layers over aligned grids",
		"after chains, which leave it what is elementwise over a grid, or has several operands or dependents", fuseBlockwise},
	{"fuse-reduction", "lets the chunk step of a reduction absorb the elementwise layers that feed it",
		"after elementwise layers are whole", fuseReduction},
	{"order", "puts the layers in the order in which depth-first evaluation meets them",
		"last: it sees the final layers", order},
}

// Names returns the names of the passes, each once.
func Names() []string {
	var names []string
	seen := map[string]bool{}
	for _, p := range Table {
		if !seen[p.Name] {
			seen[p.Name] = true
			names = append(names, p.Name)
		}
	}
	return names
}

// Options says which passes run.
type Options struct {
	Disable map[string]bool                // by name
	After   func(pass string, g *ir.Graph) // called after each pass; may be nil
}

// Run runs the passes on a graph that check.Check has accepted, and returns
// what they did, in order. It changes the graph.
func Run(g *ir.Graph, o Options) []Fact {
	c := newContext(g)
	c.normalize()
	for _, p := range Table {
		if o.Disable[p.Name] {
			continue
		}
		c.pass, c.misses = p.Name, map[string]bool{}
		c.index()
		p.Run(c)
		c.sweep()
		if o.After != nil {
			o.After(p.Name, g)
		}
	}
	return c.settled()
}

// A Fact is one rewrite, or one that was considered and did not apply.
type Fact struct {
	Pass    string
	Rule    string // name of the rewrite, stable between versions
	Layer   string // the layer that it is about; empty: the graph
	Key     string // its key, for a layer of one task
	Pos     ir.Pos
	Before  int64 // tasks concerned, before and after
	After   int64
	Detail  string // what was done; for one that did not apply, the reason
	Applied bool
}

// String returns the fact on one line.
func (f Fact) String() string {
	if f.Layer == "" {
		return f.Rule + ": " + f.Detail
	}
	if !f.Applied {
		return fmt.Sprintf("%s: %q: %s", f.Rule, f.Layer, f.Detail)
	}
	return fmt.Sprintf("%s: %q: %s: %s -> %d", f.Rule, f.Layer, f.Detail, tasks(f.Before), f.After)
}

func tasks(n int64) string {
	if n == 1 {
		return "1 task"
	}
	return fmt.Sprintf("%d tasks", n)
}
