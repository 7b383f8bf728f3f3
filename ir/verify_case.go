package ir

import (
	"fmt"
	"slices"
)

func (v *verifier) checkCase(l *Layer, c *Case) {
	if !v.set("its set", c.Where, l.Grid) {
		return
	}
	n := int64(-1) // number of tasks, when known
	if l.Grid.Constant() {
		n = c.Where.Count(l.Grid)
	}
	where := v.where
	for i := range c.Operands {
		v.where = where + fmt.Sprintf("operand %d: ", i)
		v.operand(l, c, &c.Operands[i], n)
	}
	for i := range c.Params {
		v.where = where + fmt.Sprintf("param %d: ", i)
		v.param(l, &c.Params[i], n)
	}
	v.where = where
	v.expr(c, c.Kernel)
}

func (v *verifier) operand(l *Layer, c *Case, o *Operand, n int64) {
	switch {
	case !v.layers[o.Layer]:
		v.errorf("its layer is not in the graph")
	case o.Access.Table != nil:
		v.table(o, n)
	case len(o.Access.Axes) != len(o.Layer.Grid):
		v.errorf("%d axes for a grid of rank %d", len(o.Access.Axes), len(o.Layer.Grid))
	default:
		for k := range o.Access.Axes {
			v.axis(l, c, o, k)
		}
	}
}

func (v *verifier) table(o *Operand, n int64) {
	t := o.Access.Table
	if len(o.Access.Axes) > 0 {
		v.errorf("it has both axes and a table")
	}
	switch {
	case t.Offsets == nil && (t.List || n >= 0 && int64(len(t.IDs)) != n):
		v.errorf("a table of %d entries without offsets for %d tasks (list: %t)", len(t.IDs), n, t.List)
		return
	case t.Offsets != nil && (n >= 0 && int64(len(t.Offsets)) != n+1 || t.Offsets[0] != 0 || int(t.Offsets[len(t.Offsets)-1]) != len(t.IDs)):
		v.errorf("%d offsets for %d tasks and %d entries", len(t.Offsets), n, len(t.IDs))
		return
	}
	for i := 1; i < len(t.Offsets); i++ {
		if t.Offsets[i] < t.Offsets[i-1] || !t.List && t.Offsets[i] != t.Offsets[i-1]+1 {
			v.errorf("offset %d is %d after %d", i, t.Offsets[i], t.Offsets[i-1])
			return
		}
	}
	if !o.Layer.Grid.Constant() {
		return
	}
	size := o.Layer.Grid.Size()
	for i, id := range t.IDs {
		if int64(id) >= size {
			v.errorf("entry %d is %d, outside a grid of %d", i, id, size)
			return
		}
	}
}

func (v *verifier) rank(a *Affine, g Grid) bool {
	if a.Coef != nil && len(a.Coef) != len(g) {
		v.errorf("%d coefficients for a grid of rank %d", len(a.Coef), len(g))
		return false
	}
	return true
}

// axis checks that what an access selects along an axis lies in the grid.
func (v *verifier) axis(l *Layer, c *Case, o *Operand, k int) {
	x := &o.Access.Axes[k]
	if !v.rank(&x.Start, l.Grid) || x.List && !v.rank(&x.Count, l.Grid) {
		return
	}
	if x.List && x.Step == 0 {
		v.errorf("axis %d has step 0", k)
	}
	if e := o.Layer.Grid[k]; e.Sym != "" || !l.Grid.Constant() {
		return
	}
	n := o.Layer.Grid[k].N
	first, last := x.Start, x.Start
	if x.List {
		last = x.last(len(l.Grid))
		if lo, at := v.least(l, c, &x.Count); lo < 0 {
			v.errorf("axis %d: at index %v the list has %d entries", k, at, lo)
			return
		}
	}
	for _, a := range []Affine{first, last} {
		lo, at := v.least(l, c, &a)
		minus := a.minus()
		hi, to := v.least(l, c, &minus)
		if lo < 0 || -hi >= n {
			if lo >= 0 {
				lo, at = -hi, to
			}
			if count := x.countAt(at); count == 0 {
				continue
			}
			v.errorf("axis %d: at index %v it reads index %d of %d in layer %q", k, at, lo, n, o.Layer.Name)
			return
		}
	}
}

func (x *AxisAccess) countAt(index []int64) int64 {
	if !x.List || index == nil {
		return 1
	}
	return x.Count.At(index)
}

// last returns the last index of a list.
func (x *AxisAccess) last(rank int) Affine {
	a := Affine{Base: x.Start.Base + x.Step*(x.Count.Base-1), Coef: make([]int64, rank)}
	for k, c := range x.Start.Coef {
		a.Coef[k] += c
	}
	for k, c := range x.Count.Coef {
		a.Coef[k] += x.Step * c
	}
	return a
}

func (a *Affine) minus() Affine {
	m := Affine{Base: -a.Base, Coef: slices.Clone(a.Coef)}
	for k := range m.Coef {
		m.Coef[k] = -m.Coef[k]
	}
	return m
}

// least returns the least value of an affine form over the tasks of a case, and
// an index where it has it.
func (v *verifier) least(l *Layer, c *Case, a *Affine) (int64, []int64) {
	if c.Where.IDs == nil {
		return a.leastInBox(l.Grid, c.Where.Box)
	}
	least, at := int64(0), []int64(nil)
	index := make([]int64, len(l.Grid))
	for _, id := range c.Where.IDs {
		l.Grid.IndexInto(int64(id), index)
		if n := a.At(index); at == nil || n < least {
			least, at = n, append(at[:0], index...)
			if len(index) == 0 {
				at = []int64{}
			}
		}
	}
	return least, at
}

func (a *Affine) leastInBox(g Grid, box []Range) (int64, []int64) {
	least, at := a.Base, make([]int64, len(g))
	for k, e := range g {
		r := Range{0, e.N, 1}
		if box != nil {
			r = box[k]
		}
		at[k] = r.Lo
		if len(a.Coef) == 0 {
			continue
		}
		if a.Coef[k] < 0 {
			at[k] = r.Lo + (r.Len()-1)*r.Step
		}
		least += a.Coef[k] * at[k]
	}
	return least, at
}

func (v *verifier) param(l *Layer, p *Param, n int64) {
	forms := 0
	if p.Affine != nil {
		forms++
		v.rank(p.Affine, l.Grid)
	}
	for _, column := range []struct {
		set bool
		n   int
	}{{p.Ints != nil, len(p.Ints)}, {p.Values != nil, len(p.Values)}} {
		if !column.set {
			continue
		}
		forms++
		if n >= 0 && int64(column.n) != n {
			v.errorf("a column of %d literals for %d tasks", column.n, n)
		}
	}
	if forms != 1 {
		v.errorf("it needs one of an affine form, integers and values, and has %d", forms)
	}
}

func (v *verifier) expr(c *Case, e *Expr) {
	if e == nil {
		v.errorf("a node of the kernel is nil")
		return
	}
	switch e.Kind {
	case ExprOp:
		v.node(e.Op != "", "an op has no name")
	case ExprFunc:
		v.node(e.Func != nil, "a function is nil")
	case ExprOperand:
		v.node(e.N >= 0 && e.N < len(c.Operands), "operand %d of %d", e.N, len(c.Operands))
	case ExprParam:
		v.node(e.N >= 0 && e.N < len(c.Params), "param %d of %d", e.N, len(c.Params))
	case ExprConst:
		v.node(e.Const != nil, "a literal is nil")
	case ExprDict:
		v.node(len(e.Args)%2 == 0, "a dict of %d keys and values", len(e.Args))
	case ExprSlice:
		v.node(len(e.Args) == 3, "a slice of %d parts", len(e.Args))
	}
	v.node(len(e.Args) == 0 || e.Kind != ExprOperand && e.Kind != ExprParam && e.Kind != ExprConst, "a leaf has arguments")
	for _, a := range e.Args {
		v.expr(c, a)
	}
	for i, k := range e.Kwargs {
		v.node(i == 0 || e.Kwargs[i-1].Name < k.Name, "keyword %q is not in order", k.Name)
		v.expr(c, k.Value)
	}
}

func (v *verifier) node(ok bool, format string, args ...any) {
	if !ok {
		v.errorf("kernel: "+format, args...)
	}
}
