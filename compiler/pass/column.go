package pass

import (
	"slices"

	"github.com/daskgen/daskgen/ir"
)

// A column is an integer for each task of a case: the same for all when vals
// is nil.
type column struct {
	k    int64
	vals []int64
}

func constant(k int64) column { return column{k: k} }

// at returns the integer of task n.
func (c column) at(n int) int64 {
	if c.vals == nil {
		return c.k
	}
	return c.vals[n]
}

// columns makes integers of literals and literals of integers for one case.
type columns struct {
	grid ir.Grid
	cs   *ir.Case
}

// apply returns f of columns, task by task.
func apply(f func(v ...int64) int64, cols ...column) column {
	n := 0
	for _, c := range cols {
		n = max(n, len(c.vals))
	}
	args := make([]int64, len(cols))
	eval := func(i int) int64 {
		for j, c := range cols {
			args[j] = c.at(i)
		}
		return f(args...)
	}
	if n == 0 {
		return constant(eval(0))
	}
	out := make([]int64, n)
	for i := range out {
		out[i] = eval(i)
	}
	return fold(out)
}

// fold returns a column, as a constant if it is one.
func fold(vals []int64) column {
	for _, v := range vals {
		if v != vals[0] {
			return column{vals: vals}
		}
	}
	return constant(vals[0])
}

// all says whether f holds for every task.
func all(f func(v ...int64) bool, cols ...column) bool {
	r := apply(func(v ...int64) int64 {
		if f(v...) {
			return 1
		}
		return 0
	}, cols...)
	return r.vals == nil && r.k == 1
}

// read returns the integers that an expression stands for, if it is an integer
// literal.
func (w *columns) read(e *ir.Expr) (column, bool) {
	switch {
	case e.Kind == ir.ExprConst && e.Const.Kind == ir.ConstInt && e.Const.Uint == 0:
		return constant(e.Const.Int), true
	case e.Kind != ir.ExprParam || w.cs.Params[e.N].Values != nil:
		return column{}, false
	}
	p := &w.cs.Params[e.N]
	if p.Affine == nil {
		return fold(p.Ints), len(p.Ints) > 0
	}
	vals := make([]int64, 0, w.cs.Where.Count(w.grid))
	w.cs.Where.Each(w.grid, func(_ int64, idx []int64) { vals = append(vals, p.Affine.At(idx)) })
	return fold(vals), len(vals) > 0
}

// write returns a literal for integers, adding to the case's literals.
func (w *columns) write(c column) *ir.Expr {
	t := ir.ScalarType(ir.Int64)
	if c.vals == nil {
		return &ir.Expr{Kind: ir.ExprConst, Type: t, Const: &ir.Const{Kind: ir.ConstInt, Int: c.k}}
	}
	p := ir.Param{Type: t, Ints: c.vals}
	if a := w.fit(c.vals); a != nil {
		p = ir.Param{Type: t, Affine: a}
	}
	leaf := paramLeaf(w.cs, p)
	leaf.Type = t
	return leaf
}

// fit returns the affine form that has these values, or nil.
func (w *columns) fit(vals []int64) *ir.Affine {
	where := w.cs.Where
	if where.IDs != nil {
		return nil
	}
	box := where.Ranges(w.grid)
	a := &ir.Affine{Base: vals[0], Coef: make([]int64, len(box))}
	stride := int64(1)
	for k := len(box) - 1; k >= 0; k-- {
		if n := box[k].Len(); n > 1 {
			d := vals[stride] - vals[0]
			if d%box[k].Step != 0 {
				return nil
			}
			a.Coef[k] = d / box[k].Step
			a.Base -= a.Coef[k] * box[k].Lo
			stride *= n
		}
	}
	fits := where.EachUntil(w.grid, func(ord int64, idx []int64) bool { return a.At(idx) == vals[ord] })
	if !fits {
		return nil
	}
	return a
}

// lengths returns how long an axis of an expression's block is, task by task.
func (w *columns) lengths(e *ir.Expr, axis int) (column, bool) {
	if e.Type == nil || e.Type.Kind != ir.TypeBlock || axis >= len(e.Type.Shape) {
		return column{}, false
	}
	if n := e.Type.Shape[axis]; n >= 0 {
		return constant(n), true
	}
	switch {
	case e.Kind == ir.ExprOperand:
		return w.blockLengths(&w.cs.Operands[e.N], axis)
	case isElementwise(e):
		return w.broadcastLengths(e, axis)
	case isTranspose(e):
		if perm := permutationOf(e); perm != nil {
			return w.lengths(e.Args[0], perm[axis])
		}
	}
	return column{}, false
}

// blockLengths returns the length of an axis of the block read.
func (w *columns) blockLengths(o *ir.Operand, axis int) (column, bool) {
	p := o.Layer
	if o.Access.List() || axis >= len(p.Dims) || p.Dims[axis].Sizes == nil {
		return column{}, false
	}
	d := p.Dims[axis]
	if d.Axis < 0 {
		return constant(d.Sizes[0]), true
	}
	var vals, reads []int64
	at := make([]int64, len(p.Grid))
	w.cs.Where.Each(w.grid, func(ord int64, idx []int64) {
		reads = o.Access.AppendReads(reads[:0], p.Grid, ord, idx)
		p.Grid.IndexInto(reads[0], at)
		vals = append(vals, d.Sizes[at[d.Axis]])
	})
	return fold(vals), len(vals) > 0 && !slices.Contains(vals, -1)
}

// broadcastLengths returns the length of an axis of an elementwise result.
func (w *columns) broadcastLengths(e *ir.Expr, axis int) (column, bool) {
	out := constant(1)
	rank := len(e.Type.Shape)
	for _, a := range e.Args {
		if a.Type == nil || a.Type.Kind != ir.TypeBlock {
			continue
		}
		d := axis - rank + len(a.Type.Shape)
		if d < 0 {
			continue
		}
		n, ok := w.lengths(a, d)
		if !ok {
			return column{}, false
		}
		out = apply(func(v ...int64) int64 {
			if v[0] == 1 {
				return v[1]
			}
			return v[0]
		}, out, n)
	}
	return out, true
}
