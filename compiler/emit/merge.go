package emit

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// Limits on the layers that are written one by one: a graph of more than
// maxLayers is merged unless it has at least tasksPerLayer tasks a layer and no
// more than maxLargeLayers of them.
const (
	maxLayers      = 64
	maxLargeLayers = 500
	tasksPerLayer  = 8
	// maxMerged is the size of the largest layer that is merged with others.
	maxMerged = 64
)

// mergeSmall returns a graph in which the layers of few tasks, of each Go type,
// are one layer with a case for each distinct kernel; what its tasks read and
// their literals are tables. Graphs of few layers stay as they are: a person
// reads those. Thousands of layers would cost the Go compiler more than the
// program's run.
func mergeSmall(g *ir.Graph) (*ir.Graph, error) {
	if !manyLayers(g) {
		return g, nil
	}
	m := &merger{g: g, into: map[*ir.Layer]*mergedLayer{}, copies: map[*ir.Layer]*ir.Layer{}}
	m.plan()
	return m.rewrite()
}

func manyLayers(g *ir.Graph) bool {
	n, tasks := 0, int64(0)
	for _, l := range g.Layers {
		if l.Input == nil && l.Grid.Constant() {
			n++
			tasks += l.Grid.Size()
		}
	}
	return n > maxLayers && (n > maxLargeLayers || tasks < int64(n)*tasksPerLayer)
}

// A merger rewrites a graph.
type merger struct {
	g      *ir.Graph
	into   map[*ir.Layer]*mergedLayer
	merged []*mergedLayer
	copies map[*ir.Layer]*ir.Layer // of the layers that stay
}

// A mergedLayer stands for the layers of one Go type.
type mergedLayer struct {
	layer   *ir.Layer
	members []*ir.Layer
	base    map[*ir.Layer]int64 // where a member's tasks begin
	size    int64
	cases   map[string]*mergedCase
	order   []*mergedCase // by first task
}

// A mergedCase collects the tasks of one kernel.
type mergedCase struct {
	c      *ir.Case
	params []*ir.Type
	tasks  []mergedTask
}

type mergedTask struct {
	linear int64
	reads  [][]int64
	params []*ir.Const
}

// plan decides which layers are merged.
func (m *merger) plan() {
	arrays := map[*ir.Layer]bool{}
	for _, o := range m.g.Outputs {
		arrays[o.Layer] = arrays[o.Layer] || o.Array()
	}
	byType := map[string]*mergedLayer{}
	var order []*mergedLayer
	for _, l := range m.g.Layers {
		if l.Input != nil || arrays[l] || !l.Grid.Constant() || l.Grid.Size() > maxMerged {
			continue
		}
		key := reprKey(l.Type)
		if byType[key] == nil {
			byType[key] = &mergedLayer{base: map[*ir.Layer]int64{}, cases: map[string]*mergedCase{}}
			order = append(order, byType[key])
		}
		byType[key].members = append(byType[key].members, l)
	}
	for _, ml := range order {
		if len(ml.members) > 1 {
			m.merged = append(m.merged, ml)
			m.create(ml)
		}
	}
}

// create makes the merged layer, without its cases.
func (m *merger) create(ml *mergedLayer) {
	ml.layer = &ir.Layer{Name: m.mergedName(ml.members[0].Type), Type: anyShape(ml.members[0].Type), Pos: ml.members[0].Pos}
	for _, l := range ml.members {
		m.into[l] = ml
		ml.base[l] = ml.size
		for i := range l.Grid.Size() {
			ml.layer.Keys = append(ml.layer.Keys, l.KeyAt(i))
		}
		ml.size += l.Grid.Size()
	}
	ml.layer.Grid = ir.Box(ml.size)
}

// mergedName names a merged layer after the type of its values.
func (m *merger) mergedName(t *ir.Type) string {
	what := t.String()
	if t.Kind == ir.TypeBlock {
		what = t.DType.String()
	}
	name := what + " tasks"
	for i := 2; m.g.Layer(name) != nil || slices.ContainsFunc(m.merged[:len(m.merged)-1], func(o *mergedLayer) bool { return o.layer.Name == name }); i++ {
		name = fmt.Sprintf("%s tasks %d", what, i)
	}
	return name
}

// anyShape returns the type with all lengths unknown.
func anyShape(t *ir.Type) *ir.Type {
	u := *t
	if t.Shape != nil {
		u.Shape = make([]int64, len(t.Shape))
		for i := range u.Shape {
			u.Shape[i] = -1
		}
	}
	if t.Elems != nil {
		u.Elems = make([]*ir.Type, len(t.Elems))
		for i, e := range t.Elems {
			u.Elems[i] = anyShape(e)
		}
	}
	return &u
}

// rewrite builds the new graph.
func (m *merger) rewrite() (*ir.Graph, error) {
	g := &ir.Graph{Name: m.g.Name, Source: m.g.Source}
	placed := map[*mergedLayer]bool{}
	for _, l := range m.g.Layers {
		if ml := m.into[l]; ml != nil {
			if !placed[ml] {
				placed[ml] = true
				g.Layers = append(g.Layers, ml.layer)
			}
			continue
		}
		c := *l
		m.copies[l] = &c
		g.Layers = append(g.Layers, &c)
	}
	for _, l := range m.g.Layers {
		if err := m.rewriteCases(l); err != nil {
			return nil, err
		}
	}
	for _, ml := range m.merged {
		ml.finish()
	}
	for _, o := range m.g.Outputs {
		g.Outputs = append(g.Outputs, m.output(o))
	}
	return g, nil
}

func (m *merger) rewriteCases(l *ir.Layer) error {
	if m.into[l] != nil {
		for t := range ir.Expand(l).All() {
			if err := m.addTask(&t); err != nil {
				return err
			}
		}
		return nil
	}
	c := m.copies[l]
	c.Cases = make([]*ir.Case, len(l.Cases))
	for i, cs := range l.Cases {
		k := *cs
		k.Operands = slices.Clone(cs.Operands)
		for n := range k.Operands {
			m.redirect(l, cs, &k.Operands[n])
		}
		c.Cases[i] = &k
	}
	return nil
}

// target returns the layer that stands for l, and where l begins in it.
func (m *merger) target(l *ir.Layer) (*ir.Layer, int64) {
	if ml := m.into[l]; ml != nil {
		return ml.layer, ml.base[l]
	}
	return m.copies[l], 0
}

// redirect rewrites an operand of a layer that stays.
func (m *merger) redirect(l *ir.Layer, c *ir.Case, op *ir.Operand) {
	from := op.Layer
	to, base := m.target(from)
	op.Layer = to
	if m.into[from] == nil {
		return
	}
	if op.Access.Table != nil {
		t := *op.Access.Table
		t.IDs = slices.Clone(t.IDs)
		for i := range t.IDs {
			t.IDs[i] += uint32(base)
		}
		op.Access.Table = &t
		return
	}
	if a, ok := flatAccess(op.Access.Axes, from.Grid, base); ok {
		op.Access.Axes = []ir.AxisAccess{a}
		return
	}
	list := op.Access.List()
	table := &ir.Table{List: list, Offsets: []uint32{0}}
	c.Where.Each(l.Grid, func(ord int64, idx []int64) {
		for _, id := range op.Access.AppendReads(nil, from.Grid, ord, idx) {
			table.IDs = append(table.IDs, uint32(base+id))
		}
		table.Offsets = append(table.Offsets, uint32(len(table.IDs)))
	})
	if !list {
		table.Offsets = nil
	}
	op.Access = ir.Access{Table: table}
}

// flatAccess turns an access to a grid into one to its linear index, if at most
// one axis is a list.
func flatAccess(axes []ir.AxisAccess, g ir.Grid, base int64) (ir.AxisAccess, bool) {
	flat := ir.AxisAccess{Start: ir.Affine{Base: base}}
	stride := int64(1)
	for k := len(axes) - 1; k >= 0; k-- {
		a := &axes[k]
		flat.Start.Base += stride * a.Start.Base
		for i, c := range a.Start.Coef {
			for len(flat.Start.Coef) <= i {
				flat.Start.Coef = append(flat.Start.Coef, 0)
			}
			flat.Start.Coef[i] += stride * c
		}
		if a.List {
			if flat.List {
				return flat, false
			}
			flat.List, flat.Count, flat.Step = true, a.Count, stride*a.Step
		}
		stride *= g[k].N
	}
	return flat, true
}

// addTask adds a task of a member to the case of its kernel.
func (m *merger) addTask(t *ir.Task) error {
	ml := m.into[t.Layer]
	kernel, extra, types := liftLiterals(t.Case)
	task := mergedTask{linear: ml.base[t.Layer] + t.Linear}
	c := &ir.Case{Kernel: kernel, Pos: t.Case.Pos}
	for n := range t.Case.Operands {
		op := &t.Case.Operands[n]
		to, base := m.target(op.Layer)
		ids := t.Operand(n, nil)
		for i := range ids {
			ids[i] += base
		}
		task.reads = append(task.reads, ids)
		c.Operands = append(c.Operands, ir.Operand{Layer: to, Access: ir.Access{Table: &ir.Table{List: op.Access.List()}}})
	}
	var all []*ir.Type
	for n := range t.Case.Params {
		c.Params = append(c.Params, ir.Param{Type: t.Case.Params[n].Type})
		all = append(all, t.Case.Params[n].Type)
		task.params = append(task.params, t.Param(n))
	}
	for i := range extra {
		c.Params = append(c.Params, ir.Param{Type: types[i]})
	}
	task.params = append(task.params, extra...)
	key, err := m.caseKey(c)
	if err != nil {
		return err
	}
	mc := ml.cases[key]
	if mc == nil {
		mc = &mergedCase{c: c, params: append(all, types...)}
		ml.cases[key] = mc
		ml.order = append(ml.order, mc)
	}
	mc.tasks = append(mc.tasks, task)
	return nil
}

// caseKey is the text of a case: tasks of equal texts share a kernel and read
// the same layers.
func (m *merger) caseKey(c *ir.Case) (string, error) {
	low, err := lower(c)
	if err != nil {
		return "", err
	}
	key := low.key()
	for i := range c.Operands {
		key += fmt.Sprintf(" %s %v", c.Operands[i].Layer.Name, c.Operands[i].Access.List())
	}
	for i := range c.Params {
		key += " " + reprKey(c.Params[i].Type)
	}
	return key, nil
}

// finish turns the collected tasks into cases.
func (ml *mergedLayer) finish() {
	for _, mc := range ml.order {
		slices.SortFunc(mc.tasks, func(a, b mergedTask) int { return cmp.Compare(a.linear, b.linear) })
		ids := make([]uint32, len(mc.tasks))
		for i := range mc.tasks {
			ids[i] = uint32(mc.tasks[i].linear)
		}
		mc.c.Where = ir.FitSet(ml.layer.Grid, ids)
		for n := range mc.c.Operands {
			mc.fillOperand(n)
		}
		for n := range mc.c.Params {
			p := &mc.c.Params[n]
			for i := range mc.tasks {
				p.Values = append(p.Values, mc.tasks[i].params[n])
			}
		}
		ml.layer.Cases = append(ml.layer.Cases, mc.c)
	}
}

func (mc *mergedCase) fillOperand(n int) {
	t := mc.c.Operands[n].Access.Table
	if t.List {
		t.Offsets = []uint32{0}
	}
	for i := range mc.tasks {
		for _, id := range mc.tasks[i].reads[n] {
			t.IDs = append(t.IDs, uint32(id))
		}
		if t.List {
			t.Offsets = append(t.Offsets, uint32(len(t.IDs)))
		}
	}
}

func (m *merger) output(o *ir.Output) *ir.Output {
	c := *o
	to, base := m.target(o.Layer)
	c.Layer = to
	if m.into[o.Layer] != nil {
		c.Index = []int64{base + o.Layer.Grid.Linear(o.Index)}
	}
	return &c
}

// liftLiterals makes per-task literals of the numbers and strings in a kernel
// on which nothing but its result depends, so that tasks which differ in them
// share the kernel.
func liftLiterals(c *ir.Case) (kernel *ir.Expr, values []*ir.Const, types []*ir.Type) {
	l := &lifter{next: len(c.Params)}
	kernel = l.lift(c.Kernel.Clone())
	return kernel, l.values, l.types
}

type lifter struct {
	next   int
	values []*ir.Const
	types  []*ir.Type
}

// lift replaces a literal.
func (l *lifter) lift(e *ir.Expr) *ir.Expr {
	switch e.Kind {
	case ir.ExprConst:
		if liftable(e) {
			l.values, l.types = append(l.values, e.Const), append(l.types, e.Type)
			l.next++
			return &ir.Expr{Kind: ir.ExprParam, N: l.next - 1, Type: e.Type, Pos: e.Pos, Origin: e.Origin}
		}
	case ir.ExprFunc:
		for i, a := range e.Args {
			e.Args[i] = l.lift(a)
		}
	case ir.ExprOp:
		l.liftOp(e)
	}
	return e
}

func liftable(e *ir.Expr) bool {
	if e.Const == nil || e.Type == nil {
		return false
	}
	switch e.Const.Kind {
	case ir.ConstString:
		return e.Type.Kind == ir.TypeString
	case ir.ConstBool, ir.ConstInt, ir.ConstFloat:
		return e.Type.Kind == ir.TypeScalar && e.Const.Uint == 0
	}
	return false
}

// liftOp looks for literals among the arguments of an elementwise op. One on
// which the choice of the loop depends stays.
func (l *lifter) liftOp(e *ir.Expr) {
	op := stdops.Lookup(e.Op)
	if op == nil || op.Class != stdops.Elementwise || len(e.Kwargs) > 0 {
		return
	}
	before := loopOf(op, e)
	for i, a := range e.Args {
		saved := *l
		e.Args[i] = l.lift(a)
		if loopOf(op, e) != before {
			*l, e.Args[i] = saved, a
		}
	}
}

func loopOf(op *stdops.Op, e *ir.Expr) string {
	c, err := stdops.Bind(op, e)
	if err != nil {
		return ""
	}
	_, loop, err := stdops.InferElementwise(op, c.Args)
	if err != nil {
		return ""
	}
	return loopKey(loop)
}
