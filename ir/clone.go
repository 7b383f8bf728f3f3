package ir

import "slices"

// Clone returns a deep copy of a graph: passes rewrite the copy, and the
// original stays as it was read. Types, literals and tables are shared, as
// nothing changes them in place.
func Clone(g *Graph) *Graph {
	c := *g
	layers := make(map[*Layer]*Layer, len(g.Layers))
	c.Layers = make([]*Layer, len(g.Layers))
	for i, l := range g.Layers {
		n := *l
		c.Layers[i] = &n
		layers[l] = &n
	}
	for _, l := range c.Layers {
		l.Origins = slices.Clone(l.Origins)
		l.Cases = slices.Clone(l.Cases)
		for i, cs := range l.Cases {
			l.Cases[i] = cs.clone(layers)
		}
	}
	c.Outputs = make([]*Output, len(g.Outputs))
	for i, o := range g.Outputs {
		n := *o
		n.Layer = layers[o.Layer]
		c.Outputs[i] = &n
	}
	return &c
}

func (c *Case) clone(layers map[*Layer]*Layer) *Case {
	n := *c
	n.Operands = slices.Clone(c.Operands)
	for i := range n.Operands {
		n.Operands[i].Layer = layers[n.Operands[i].Layer]
		n.Operands[i].Access.Axes = slices.Clone(n.Operands[i].Access.Axes)
	}
	n.Params = slices.Clone(c.Params)
	n.Kernel = c.Kernel.Clone()
	return &n
}

// Clone returns a copy of an expression tree; types and literals are shared.
func (e *Expr) Clone() *Expr {
	if e == nil {
		return nil
	}
	n := *e
	n.Args = make([]*Expr, len(e.Args))
	for i, a := range e.Args {
		n.Args[i] = a.Clone()
	}
	n.Kwargs = slices.Clone(e.Kwargs)
	for i := range n.Kwargs {
		n.Kwargs[i].Value = n.Kwargs[i].Value.Clone()
	}
	return &n
}
