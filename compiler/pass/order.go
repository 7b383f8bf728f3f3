package pass

import (
	"fmt"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
)

// order puts the layers in the order in which depth-first evaluation from the
// outputs meets them: a layer stands right after what it alone reads. Inputs
// come first, in their own order; they are the program's parameters.
func order(c *Context) {
	g := c.Graph
	sorted := &ir.Graph{}
	for _, l := range g.Layers {
		if l.Input != nil {
			sorted.Layers = append(sorted.Layers, l)
		}
	}
	placed := map[*ir.Layer]bool{}
	for _, l := range sorted.Layers {
		placed[l] = true
	}
	roots := &ir.Graph{}
	for _, o := range g.Outputs {
		roots.Layers = append(roots.Layers, o.Layer)
	}
	roots.Layers = append(roots.Layers, g.Layers...)
	for _, group := range check.Groups(roots) {
		for _, l := range group {
			if !placed[l] {
				placed[l] = true
				sorted.Layers = append(sorted.Layers, l)
			}
		}
	}
	moved := 0
	for i, l := range sorted.Layers {
		if g.Layers[i] != l {
			moved++
		}
	}
	if moved > 0 {
		n := c.Graph.Tasks()
		c.facts = append(c.facts, Fact{Pass: c.pass, Rule: "order", Before: n, After: n, Applied: true, Detail: fmt.Sprintf("%d layers moved", moved)})
	}
	g.Layers = sorted.Layers
}
