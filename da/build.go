package da

import (
	"fmt"
	"slices"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

// Param returns the array of a parameter. It is for daskgen, not for users.
func Param[T rt.Elem](name string, chunks [][]int64) Array[T] {
	n := &node{dtype: dtypeOf[T](), chunks: chunks}
	in := &ir.Input{DType: n.dtype, Shape: make([]ir.Extent, len(chunks)), Chunks: chunks}
	for k, s := range n.shape() {
		in.Shape[k].N = s
	}
	n.layer = &ir.Layer{Name: name, Grid: gridOf(chunks), Type: n.blockType(), Input: in, Origins: []string{name}}
	return wrap[T](n)
}

// Build returns the graph of results over params, and nil if there was misuse.
// Names are those of the results. It is for daskgen, not for users.
func Build(name string, params []Operand, names []string, results ...Operand) *ir.Graph {
	c := record.Here()
	g := &ir.Graph{Name: name}
	w := &walker{g: g, seen: map[*ir.Layer]bool{}}
	for _, p := range params {
		w.visit(p.operand().layer)
	}
	for i, r := range results {
		n := r.operand()
		if n == nil {
			record.Report(record.Problem{Code: record.CodeBadDSL, Arg: -1, Message: fmt.Sprintf("result %q has not been set: it is the zero value of da.Array", names[i])})
		}
		if n == nil || n.bad {
			return nil
		}
		if n = n.settled(c); n.layer.Input != nil {
			n = alias(c, n)
		}
		w.visit(n.layer)
		g.Outputs = append(g.Outputs, &ir.Output{Name: names[i], Layer: n.layer, Pos: n.layer.Pos})
	}
	shareMoments(g)
	shareSingle(g)
	nameLayers(g)
	return g
}

// A momentSource is what moments are formed of.
type momentSource struct {
	layer *ir.Layer
	axes  string
}

// sourceOf returns what a layer of one case reduces over which axes.
func sourceOf(l *ir.Layer) momentSource {
	axes := ""
	for _, a := range l.Cases[0].Kernel.Kwarg("axis").Args {
		axes += fmt.Sprint(a.Const.Int, ",")
	}
	return momentSource{l.Cases[0].Operands[0].Layer, axes}
}

// shareMoments lets the chunks of a mean be those of a var or std of the same
// array over the same axes, where there is one: equal layers are computed once.
func shareMoments(g *ir.Graph) {
	of := func(l *ir.Layer, op string) (momentSource, bool) {
		if len(l.Cases) != 1 || l.Cases[0].Kernel.Op != op || l.Cases[0].Kernel.Kwarg("skipnan") != nil {
			return momentSource{}, false
		}
		return sourceOf(l), true
	}
	full := map[momentSource]bool{}
	for _, l := range g.Layers {
		if s, ok := of(l, "moment_chunk"); ok {
			full[s] = true
		}
	}
	for _, l := range g.Layers {
		if s, ok := of(l, "mean_chunk"); ok && full[s] {
			l.Cases[0].Kernel.Op = "moment_chunk"
		}
	}
}

// shareSingle parts a mean, var or std that is formed in one task, where there is
// another one of the same blocks over the same axes, and one of them is a var or
// std: their moments are then formed in one pass by a layer that they share.
func shareSingle(g *ir.Graph) {
	by := map[momentSource][]*ir.Layer{}
	for _, l := range g.Layers {
		if singleMoments(l) {
			by[sourceOf(l)] = append(by[sourceOf(l)], l)
		}
	}
	spread := func(l *ir.Layer) bool { return l.Cases[0].Kernel.Op != "mean" }
	var layers []*ir.Layer
	for _, l := range g.Layers {
		if singleMoments(l) {
			if same := by[sourceOf(l)]; len(same) > 1 && slices.ContainsFunc(same, spread) {
				chunk := momentLayer(l)
				layers = append(layers, chunk)
				for _, s := range same {
					readMoments(s, chunk)
				}
			}
		}
		layers = append(layers, l)
	}
	g.Layers = layers
}

// singleMoments says whether a layer forms a statistic of moments in one task.
func singleMoments(l *ir.Layer) bool {
	if len(l.Cases) != 1 || l.Cases[0].Kernel == nil {
		return false
	}
	k := l.Cases[0].Kernel
	return k.Kind == ir.ExprOp && slices.Contains([]string{"mean", "var", "std"}, k.Op)
}

// momentLayer returns the layer of the moments that a statistic is formed of.
func momentLayer(l *ir.Layer) *ir.Layer {
	c := l.Cases[0]
	source := c.Operands[0].Layer
	chunk := &ir.Layer{Name: l.Name + ".chunk", Grid: source.Grid, Pos: l.Pos}
	b := &builder{l: chunk, c: &ir.Case{Pos: l.Pos}}
	x := b.operand(source, c.Kernel.Args[0].Type, identity(len(source.Grid))...)
	b.next(ir.Set{}, with(op("moment_chunk", x), "axis", c.Kernel.Kwarg("axis")))
	return chunk
}

// readMoments makes a statistic of moments of one that reads the array. Along
// the reduced axes there is one block.
func readMoments(l, chunk *ir.Layer) {
	c := l.Cases[0]
	k, o := c.Kernel, &c.Operands[0]
	axes := slices.Clone(o.Access.Axes)
	for _, a := range k.Kwarg("axis").Args {
		axes[a.Const.Int] = allOf(1)
	}
	*o = ir.Operand{Layer: chunk, Access: ir.Access{Axes: axes}}
	k.Op += "_agg"
	k.Args[0].Type = nil
}

// alias returns a layer with the blocks of another: an output that is an input
// needs a layer of its own.
func alias(c *record.Caller, n *node) *node {
	b := newLayer(c, "identity", "", n.dtype, n.chunks)
	return b.finish(b.operand(n.layer, n.blockType(), identity(n.rank())...))
}

// A walker collects the layers that are needed, what is read before what reads.
type walker struct {
	g    *ir.Graph
	seen map[*ir.Layer]bool
}

func (w *walker) visit(l *ir.Layer) {
	if w.seen[l] {
		return
	}
	w.seen[l] = true
	for _, c := range l.Cases {
		for _, o := range c.Operands {
			w.visit(o.Layer)
		}
	}
	w.g.Layers = append(w.g.Layers, l)
}

// nameLayers gives the layers their names: those of outputs are called as the
// outputs, the others after their op, with a number if there are several.
func nameLayers(g *ir.Graph) {
	var taken []string
	byGroup := map[string]string{}
	for _, l := range g.Layers {
		if l.Input != nil {
			taken = append(taken, l.Name)
		}
	}
	for _, o := range g.Outputs {
		_, group, _ := splitName(o.Layer.Name)
		if byGroup[group] == "" && !slices.Contains(taken, o.Name) {
			byGroup[group] = o.Name
			taken = append(taken, o.Name)
		}
	}
	for _, l := range g.Layers {
		if l.Input != nil {
			continue
		}
		base, group, suffix := splitName(l.Name)
		if byGroup[group] == "" {
			byGroup[group] = unique(base, taken)
			taken = append(taken, byGroup[group])
		}
		l.Name = byGroup[group] + suffix
		l.Origins = []string{l.Name}
	}
}

func unique(base string, taken []string) string {
	name := base
	for n := 2; slices.Contains(taken, name); n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	return name
}
