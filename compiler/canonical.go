package compiler

import (
	"slices"
	"strings"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
)

// canonical puts a graph into an order that does not depend on that of the file
// it was read from: the members of JSON's objects have none, nor have tasks.
// Inputs, outputs and layers are ordered by name, and a layer stands behind
// those that it reads.
func canonical(g *ir.Graph) {
	slices.SortFunc(g.Outputs, func(a, b *ir.Output) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(g.Layers, func(a, b *ir.Layer) int { return strings.Compare(a.Name, b.Name) })
	var inputs, others []*ir.Layer
	for _, group := range check.Groups(g) {
		for _, l := range group {
			if l.Input != nil {
				inputs = append(inputs, l)
			} else {
				others = append(others, l)
			}
		}
	}
	slices.SortFunc(inputs, func(a, b *ir.Layer) int { return strings.Compare(a.Name, b.Name) })
	g.Layers = append(inputs, others...)
}
