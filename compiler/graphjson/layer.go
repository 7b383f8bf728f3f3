package graphjson

import (
	"math"
	"slices"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/reroll"
	"github.com/daskgen/daskgen/ir"
)

// A layer is an entry of "layers", while its references wait for what they
// refer to.
type layer struct {
	ir      *ir.Layer
	indices []string
	tree    *reroll.Tree
	params  []ir.Param
	refs    []layerRef
	forms   []form
}

// A layerRef is a reference in a layer: to one value by its key, or, with an
// index, to values of the layer of that name.
type layerRef struct {
	key   ir.Key
	index *indexList
	pos   ir.Pos
}

var layerMembers = memberNames[layerJSON]()

// layer reads an entry of "layers".
func (p *parser) layer() bool {
	off := p.next()
	if is, ok := p.expect('{', "a layer"); !is {
		return ok
	}
	l := &layer{ir: &ir.Layer{Pos: p.posAt(off)}}
	l.tree = p.tasks.Tree(l.ir.Pos)
	p.within = l
	defer func() { p.within = nil }()
	c := p.newCall(l.tree, off)
	var seen members
	ok := p.object(func(name []byte, at int64) bool {
		if !p.member(&seen, layerMembers, name, at, "a layer") {
			return p.skip()
		}
		return p.layerMember(l, &c, name)
	})
	if !ok {
		return false
	}
	p.finish(&c, l.tree, "a layer")
	p.finishLayer(l, off)
	return true
}

func (p *parser) layerMember(l *layer, c *call, name []byte) bool {
	var ok bool
	switch string(name) {
	case "name":
		var off int64
		if l.ir.Name, off, ok = p.str(`"name"`); ok && l.ir.Name == "" {
			p.errorf(off, diag.BadKey, "the name of a layer is empty or missing")
		}
		return ok
	case "grid":
		l.ir.Grid, ok = p.grid()
		return ok
	case "indices":
		l.indices, ok = p.readIndices(l)
		return ok
	}
	return p.callMember(c, l.tree, name)
}

func (p *parser) grid() (ir.Grid, bool) {
	off := p.next()
	sizes, ok := p.lengths(`"grid"`)
	g := ir.Grid{}
	size := int64(1)
	for _, n := range sizes {
		g = append(g, ir.Extent{N: n})
		if n == 0 {
			p.errorf(off, diag.BadLiteral, `an entry of "grid" is 0`)
			return ir.Grid{}, ok
		}
		if n > maxBlocks {
			p.errorf(off, diag.TooLarge, "the grid has more than %d tasks along an axis", maxBlocks)
			return ir.Grid{}, ok
		}
		if size *= n; size > reroll.MaxValues {
			p.errorf(off, diag.TooLarge, "the grid has more than %d tasks", reroll.MaxValues)
			return ir.Grid{}, ok
		}
	}
	return g, ok
}

func (p *parser) readIndices(l *layer) ([]string, bool) {
	var names []string
	if is, ok := p.expect('[', `"indices"`); !is {
		return nil, ok
	}
	ok := p.array(func(int) bool {
		name, off, ok := p.str("an index name")
		switch {
		case !ok:
		case !identifier(name):
			p.errorf(off, diag.BadIndex, "%s is no index name: letters, digits and underscores", quote(name))
		case slices.Contains(names, name):
			p.errorf(off, diag.BadIndex, "the index name %s stands twice", quote(name))
		}
		names = append(names, name)
		return ok
	})
	return names, ok
}

func (p *parser) finishLayer(l *layer, off int64) {
	x := l.ir
	switch {
	case x.Name == "":
		p.diags.Errorf(x.Pos, diag.WrongMember, `a layer has no "name"`)
		return
	case x.Grid == nil:
		p.diags.Errorf(x.Pos, diag.WrongMember, `layer %s has no "grid"`, quote(x.Name))
		return
	case len(l.indices) > 0 && len(l.indices) != len(x.Grid):
		p.diags.Errorf(x.Pos, diag.BadIndex, "layer %s has %d indices for a grid of rank %d", quote(x.Name), len(l.indices), len(x.Grid))
		return
	}
	p.parseForms(l)
	x.Origins = []string{x.Name}
	x.Cases = []*ir.Case{{Kernel: l.tree.Expr(), Params: l.params, Pos: x.Pos}}
	p.layers = append(p.layers, l)
}

// writeRef writes the reference that was read.
func (p *parser) writeRef(sink reroll.Sink, index *indexList, off int64) {
	switch {
	case !p.refGood:
		sink.Const(none)
	case p.within == nil:
		sink.Ref(&p.ref)
	default:
		l := p.within
		l.refs = append(l.refs, layerRef{key: p.tasks.KeyOf(&p.ref), index: index, pos: p.posAt(off)})
		l.tree.Push(&ir.Expr{Kind: ir.ExprOperand, N: len(l.refs) - 1})
	}
}

// connect replaces the references of a layer by operands.
func (p *parser) connect(l *layer, res *reroll.Result) {
	c := l.ir.Cases[0]
	operand := make([]int, len(l.refs))
	for i := range operand {
		operand[i] = -1
	}
	renumber(c.Kernel, func(n int) int {
		if operand[n] < 0 {
			operand[n] = p.addOperand(c, p.operand(l, &l.refs[n], res))
		}
		return operand[n]
	})
}

// renumber gives the operands of an expression new numbers.
func renumber(e *ir.Expr, f func(int) int) {
	if e.Kind == ir.ExprOperand {
		e.N = f(e.N)
	}
	for _, a := range e.Args {
		renumber(a, f)
	}
	for _, k := range e.Kwargs {
		renumber(k.Value, f)
	}
}

func (p *parser) addOperand(c *ir.Case, o ir.Operand) int {
	for n := range c.Operands {
		if reroll.SameOperand(&c.Operands[n], &o) {
			return n
		}
	}
	c.Operands = append(c.Operands, o)
	return len(c.Operands) - 1
}

// operand finds what a reference refers to. It reports what is wrong.
func (p *parser) operand(l *layer, r *layerRef, res *reroll.Result) ir.Operand {
	if r.index == nil {
		to, at, ok := res.Find(r.key)
		if !ok {
			d := p.layerf(l, r.pos, diag.Undefined, "refers to "+r.key.String()+", which is not defined")
			d.Hint = res.Near(r.key)
			if len(r.key.Index) == 0 && res.Rank(r.key.Name) > 0 {
				d.Hint = `write "index" beside "ref", to say which of its blocks are meant`
			}
			return ir.Operand{}
		}
		a := ir.Access{Axes: make([]ir.AxisAccess, len(to.Grid))}
		for k, i := range to.Grid.Index(at) {
			a.Axes[k].Start.Base = i
		}
		return ir.Operand{Layer: to, Access: a}
	}
	if len(r.key.Index) > 0 {
		p.layerf(l, r.pos, diag.WrongMember, `"index" stands beside the name of a layer, not beside a key`)
		return ir.Operand{}
	}
	return p.family(l, r, res)
}

// family is an operand among the values (name, i, j, ...).
func (p *parser) family(l *layer, r *layerRef, res *reroll.Result) ir.Operand {
	name, rank := r.key.Name, len(r.index.entries)
	to, origin, whole := res.Family(name, rank)
	if to == nil {
		d := p.layerf(l, r.pos, diag.Undefined, "refers to "+quote(name)+" with "+plural(rank, "index", "indices")+", which is not defined")
		d.Hint = res.Near(r.key)
		if has := res.Rank(name); has >= 0 && has != rank {
			d.Hint = quote(name) + " has " + plural(has, "index", "indices")
		}
		return ir.Operand{}
	}
	if !whole {
		p.layerf(l, r.pos, diag.MixedTypes, "reads "+quote(name)+", whose tasks form no grid of one type").
			WithHint("refer to its tasks one by one from a task, or give tasks of different types different names")
		return ir.Operand{}
	}
	a := ir.Access{Axes: r.index.axes()}
	for k := range a.Axes {
		x := &a.Axes[k]
		if r.index.entries[k].all {
			x.Start, x.Count = ir.Affine{}, ir.Affine{Base: to.Grid[k].N}
			continue
		}
		x.Start.Base -= origin[k]
		p.bounds(l, r, to, origin, k, x)
	}
	return ir.Operand{Layer: to, Access: a}
}

// axes returns the accesses of the entries.
func (x *indexList) axes() []ir.AxisAccess {
	axes := make([]ir.AxisAccess, len(x.entries))
	for k, e := range x.entries {
		axes[k] = e.AxisAccess
	}
	return axes
}

func plural(n int, one, many string) string {
	s := ir.KeyPart{Int: int64(n)}.String() + " "
	if n == 1 {
		return s + one
	}
	return s + many
}

func (p *parser) layerf(l *layer, pos ir.Pos, code, message string) *diag.Diagnostic {
	return p.diags.Errorf(pos, code, "layer %s: %s", quote(l.ir.Name), message)
}

// bounds checks that an access along one axis stays in the grid.
func (p *parser) bounds(l *layer, r *layerRef, to *ir.Layer, origin []int64, k int, x *ir.AxisAccess) {
	lo, hi := interval(x.Start, l.ir.Grid)
	if x.List {
		last := ir.Affine{Base: x.Start.Base + x.Step*(x.Count.Base-1), Coef: make([]int64, len(l.ir.Grid))}
		overflow := math.Abs(float64(x.Step))*math.Abs(float64(x.Count.Base)) > 1<<60
		for i := range last.Coef {
			s, c := coef(x.Start, i), coef(x.Count, i)
			last.Coef[i] = s + x.Step*c
			overflow = overflow || math.Abs(float64(x.Step))*math.Abs(float64(c)) > 1<<60
		}
		least, most := interval(x.Count, l.ir.Grid)
		if least < 1 || most > reroll.MaxValues || overflow {
			p.layerf(l, r.pos, diag.OutOfBounds, "the list of "+quote(r.key.Name)+" along axis "+ir.KeyPart{Int: int64(k)}.String()+" has between "+
				ir.KeyPart{Int: least}.String()+" and "+ir.KeyPart{Int: most}.String()+" entries")
			return
		}
		a, b := interval(last, l.ir.Grid)
		lo, hi = min(lo, a), max(hi, b)
	}
	if n := to.Grid[k].N; lo < 0 || hi >= n {
		p.diags.Errorf(r.pos, diag.OutOfBounds, "layer %s reads %s at indices from %d to %d along axis %d, where it has those from %d to %d",
			quote(l.ir.Name), quote(r.key.Name), lo+origin[k], hi+origin[k], k, origin[k], origin[k]+n-1)
	}
}

func coef(a ir.Affine, k int) int64 {
	if a.Coef == nil {
		return 0
	}
	return a.Coef[k]
}

// interval returns the least and the greatest value of an affine form on a
// grid; far out of bounds, where it would overflow.
func interval(a ir.Affine, g ir.Grid) (lo, hi int64) {
	lo, hi = a.Base, a.Base
	far := math.Abs(float64(a.Base))
	for k, c := range a.Coef {
		far += math.Abs(float64(c)) * float64(g[k].N)
		if far > 1<<61 {
			return math.MinInt64 / 4, math.MaxInt64 / 4
		}
		if d := c * (g[k].N - 1); d < 0 {
			lo += d
		} else {
			hi += d
		}
	}
	return lo, hi
}
