package ref

import (
	"fmt"

	"github.com/daskgen/daskgen/ir"
)

// Graph evaluates the outputs of a graph task by task, each task once. The
// inputs are whole arrays by the name of their layer. An array output is
// joined from its blocks.
func (ev *Evaluator) Graph(g *ir.Graph, inputs map[string]Value) (map[string]Value, error) {
	r := &run{ev: ev, inputs: inputs, done: map[task]Value{}, busy: map[task]bool{}}
	out := map[string]Value{}
	for _, o := range g.Outputs {
		v, err := r.output(o)
		if err != nil {
			return nil, fmt.Errorf("output %q: %w", o.Name, err)
		}
		out[o.Name] = v
	}
	return out, nil
}

// Graph evaluates a graph without user functions.
func Graph(g *ir.Graph, inputs map[string]Value) (map[string]Value, error) {
	return new(Evaluator).Graph(g, inputs)
}

// A task is an index of a layer, in linear order.
type task struct {
	layer  *ir.Layer
	linear int64
}

type run struct {
	ev     *Evaluator
	inputs map[string]Value
	done   map[task]Value
	busy   map[task]bool
}

func (r *run) output(o *ir.Output) (Value, error) {
	if !o.Array() {
		return r.task(task{o.Layer, o.Layer.Grid.Linear(o.Index)})
	}
	blocks := make([]Value, o.Layer.Grid.Size())
	for i := range blocks {
		var err error
		if blocks[i], err = r.task(task{o.Layer, int64(i)}); err != nil {
			return Value{}, err
		}
	}
	return join(o.Layer.Grid, blocks)
}

// task returns the value of a task.
func (r *run) task(t task) (Value, error) {
	if v, ok := r.done[t]; ok {
		return v, nil
	}
	if r.busy[t] {
		return Value{}, fmt.Errorf("task %s depends on itself", t.layer.KeyAt(t.linear))
	}
	r.busy[t] = true
	v, err := r.compute(t)
	if err != nil {
		return Value{}, fmt.Errorf("task %s: %w", t.layer.KeyAt(t.linear), err)
	}
	r.done[t] = v
	return v, nil
}

func (r *run) compute(t task) (Value, error) {
	if t.layer.Input != nil {
		return r.input(t)
	}
	for _, c := range t.layer.Cases {
		if ord, ok := c.Where.Ordinal(t.layer.Grid, t.linear); ok {
			return r.kernel(t, c, ord)
		}
	}
	return Value{}, fmt.Errorf("no case of the layer makes it")
}

func (r *run) kernel(t task, c *ir.Case, ord int64) (Value, error) {
	index := t.layer.Grid.Index(t.linear)
	operands := make([]Value, len(c.Operands))
	for i := range c.Operands {
		var err error
		if operands[i], err = r.operand(&c.Operands[i], index, ord); err != nil {
			return Value{}, err
		}
	}
	params := make([]*ir.Const, len(c.Params))
	for i := range c.Params {
		params[i] = paramAt(&c.Params[i], index, ord)
	}
	return r.ev.Expr(c.Kernel, operands, params)
}

// paramAt returns a per-task literal.
func paramAt(p *ir.Param, index []int64, ord int64) *ir.Const {
	switch {
	case p.Affine != nil:
		return &ir.Const{Kind: ir.ConstInt, Int: p.Affine.At(index)}
	case p.Ints != nil:
		return &ir.Const{Kind: ir.ConstInt, Int: p.Ints[ord]}
	}
	return p.Values[ord]
}

// operand returns what a task reads through an operand.
func (r *run) operand(o *ir.Operand, index []int64, ord int64) (Value, error) {
	ids := reads(o, index, ord)
	items := make([]Value, len(ids))
	for i, id := range ids {
		if id < 0 || id >= o.Layer.Grid.Size() {
			return Value{}, fmt.Errorf("reads beyond the grid of layer %q", o.Layer.Name)
		}
		var err error
		if items[i], err = r.task(task{o.Layer, id}); err != nil {
			return Value{}, err
		}
	}
	if o.Access.List() {
		return compound(ir.ExprList, items), nil
	}
	return items[0], nil
}

// reads returns the linear indices that an operand selects.
func reads(o *ir.Operand, index []int64, ord int64) []int64 {
	if t := o.Access.Table; t != nil {
		lo, hi := ord, ord+1
		if t.Offsets != nil {
			lo, hi = int64(t.Offsets[ord]), int64(t.Offsets[ord+1])
		}
		var ids []int64
		for _, id := range t.IDs[lo:hi] {
			ids = append(ids, int64(id))
		}
		return ids
	}
	ids := []int64{0}
	for k := range o.Access.Axes {
		ids = extend(ids, &o.Access.Axes[k], o.Layer.Grid[k].N, index)
	}
	return ids
}

// extend appends to each of the linear indices the selections along one more
// axis, of length n. One that is out of the grid makes the index -1 for good.
func extend(ids []int64, a *ir.AxisAccess, n int64, index []int64) []int64 {
	start, count := a.Start.At(index), int64(1)
	if a.List {
		count = a.Count.At(index)
	}
	var out []int64
	for _, id := range ids {
		for k := range count {
			i := start
			if a.List {
				i += k * a.Step
			}
			if id < 0 || i < 0 || i >= n {
				out = append(out, -1)
				continue
			}
			out = append(out, id*n+i)
		}
	}
	return out
}

// input cuts a block out of an input array.
func (r *run) input(t task) (Value, error) {
	in := t.layer.Input
	x, ok := r.inputs[t.layer.Name]
	if !ok {
		return Value{}, fmt.Errorf("input %q is not given", t.layer.Name)
	}
	index := t.layer.Grid.Index(t.linear)
	start, shape := make([]int64, len(index)), make([]int64, len(index))
	for k, i := range index {
		shape[k] = in.Chunks[k][i]
		for _, n := range in.Chunks[k][:i] {
			start[k] += n
		}
	}
	return build(in.DType, shape, func(ix []int64) any {
		at := make([]int64, len(ix))
		for k := range ix {
			at[k] = start[k] + ix[k]
		}
		return x.at(at)
	}), nil
}

// join puts the blocks of a grid together to an array, axis by axis.
func join(g ir.Grid, blocks []Value) (Value, error) {
	for axis := len(g) - 1; axis >= 0; axis-- {
		n := int(g[axis].N)
		var next []Value
		for lo := 0; lo < len(blocks); lo += n {
			v, err := concatenate(blocks[lo:lo+n], axis)
			if err != nil {
				return Value{}, err
			}
			next = append(next, v)
		}
		blocks = next
	}
	return blocks[0], nil
}
