package dsl

import (
	"slices"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/reroll"
	"github.com/daskgen/daskgen/ir"
)

// roll turns the tasks of a plain graph into layers where keys of one name have
// been recorded task by task, as a graph.json's tasks are: a loop that made a
// thousand tasks becomes one layer again.
func roll(g *ir.Graph, ds *diag.List) {
	if !slices.ContainsFunc(g.Layers, func(l *ir.Layer) bool { return len(l.Cases) > 1 }) || mixedLists(g) {
		return
	}
	var found diag.List
	ts := reroll.New(g.Source, &found)
	places, types := addTasks(ts, g), goTypes(g)
	r := ts.Layers(check.Type)
	if r == nil {
		*ds = append(*ds, found...)
		return
	}
	for _, o := range g.Outputs {
		key := o.Layer.KeyAt(o.Layer.Grid.Linear(o.Index))
		if l, at, ok := r.Find(key); ok {
			o.Layer, o.Index = l, l.Grid.Index(at)
		}
	}
	g.Layers = r.Layers
	for _, l := range g.Layers {
		placeCases(l, places)
		typeLiterals(l, types)
	}
}

// typeLiterals gives literals in Go source their types.
func typeLiterals(l *ir.Layer, types map[string]*ir.Type) {
	for _, c := range l.Cases {
		walk(c.Kernel, func(e *ir.Expr) {
			if e.Kind == ir.ExprConst && e.Const.Kind == ir.ConstGo {
				e.Type = types[e.Const.GoType.Expr]
			}
		})
		for i := range c.Params {
			p := &c.Params[i]
			if len(p.Values) > 0 && p.Values[0].Kind == ir.ConstGo {
				p.Type = types[p.Values[0].GoType.Expr]
			}
		}
	}
}

// mixedLists says whether the graph has lists whose type does not follow from
// their elements: empty ones, and those of an interface type.
func mixedLists(g *ir.Graph) bool {
	mixed := false
	for _, l := range g.Layers {
		for _, c := range l.Cases {
			walk(c.Kernel, func(e *ir.Expr) {
				if e.Kind != ir.ExprList {
					return
				}
				mixed = mixed || len(e.Args) == 0
				for _, a := range e.Args {
					mixed = mixed || !a.Type.SameRepr(e.Type.Elems[0])
				}
			})
		}
	}
	return mixed
}

// goTypes returns the types of the graph's literals in Go source by their text:
// a literal map, say, is a dict.
func goTypes(g *ir.Graph) map[string]*ir.Type {
	types := map[string]*ir.Type{}
	for _, l := range g.Layers {
		for _, c := range l.Cases {
			walk(c.Kernel, func(e *ir.Expr) {
				if e.Kind == ir.ExprConst && e.Const.Kind == ir.ConstGo {
					types[e.Const.GoType.Expr] = e.Type
				}
			})
		}
	}
	return types
}

// addTasks adds all tasks of a graph, and returns their positions by key.
func addTasks(ts *reroll.Tasks, g *ir.Graph) map[string]ir.Pos {
	places := map[string]ir.Pos{}
	e := ts.Encoder()
	var ref reroll.Ref
	for _, l := range g.Layers {
		for _, c := range l.Cases {
			key := l.KeyAt(c.Where.Linear(l.Grid, 0))
			operands := make([]ir.Key, len(c.Operands))
			for i, o := range c.Operands {
				index := make([]int64, len(o.Access.Axes))
				for k, a := range o.Access.Axes {
					index[k] = a.Start.Base
				}
				operands[i] = o.Layer.KeyAt(o.Layer.Grid.Linear(index))
			}
			e.Reset()
			e.Expr(c.Kernel, operands)
			ts.KeyRef(&ref, key)
			ts.Add(&ref, e, c.Pos.Line, c.Pos.Col)
			places[key.String()] = c.Pos
		}
	}
	return places
}

// placeCases gives the cases of a layer the positions of their first tasks,
// which may stand in different files.
func placeCases(l *ir.Layer, places map[string]ir.Pos) {
	for i, c := range l.Cases {
		c.Pos = places[l.KeyAt(c.Where.Linear(l.Grid, 0)).String()]
		if i == 0 {
			l.Pos = c.Pos
		}
		walk(c.Kernel, func(e *ir.Expr) { e.Pos = c.Pos })
	}
}
