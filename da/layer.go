package da

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// groups numbers the calls that make layers. Until Build names them, layers are
// called base#group.suffix: the layers of one call share a group.
var groups atomic.Int64

func newGroup(base string) string { return fmt.Sprintf("%s#%d", base, groups.Add(1)) }

// splitName returns the parts of a layer's provisional name.
func splitName(name string) (base, group, suffix string) {
	base, rest, _ := strings.Cut(name, "#")
	group, suffix, dotted := strings.Cut(rest, ".")
	if dotted {
		suffix = "." + suffix
	}
	return base, group, suffix
}

// A builder makes one layer, mostly of one case.
type builder struct {
	l      *ir.Layer
	c      *ir.Case // the case being made
	n      *node
	caller *record.Caller
}

// newLayer starts a layer whose blocks form an array with these chunks. Group
// is the base of a name, or what newGroup returned.
func newLayer(c *record.Caller, group, suffix string, d ir.DType, chunks [][]int64) *builder {
	b := newGridLayer(c, group, suffix, gridOf(chunks))
	b.n = &node{layer: b.l, dtype: d, chunks: chunks}
	b.l.Type = typeOfBlocks(d, chunks)
	return b
}

// newGridLayer starts a layer that is an intermediate result.
func newGridLayer(c *record.Caller, group, suffix string, g ir.Grid) *builder {
	if !strings.Contains(group, "#") {
		group = newGroup(group)
	}
	if suffix != "" {
		group += "." + suffix
	}
	pos := c.Pos()
	b := &builder{l: &ir.Layer{Name: group, Grid: g, Pos: pos}, caller: c}
	b.c = &ir.Case{Pos: pos}
	return b
}

// operand adds an operand to the case and returns its expression.
func (b *builder) operand(l *ir.Layer, t *ir.Type, axes ...ir.AxisAccess) *ir.Expr {
	return b.access(l, t, ir.Access{Axes: axes})
}

func (b *builder) access(l *ir.Layer, t *ir.Type, a ir.Access) *ir.Expr {
	b.c.Operands = append(b.c.Operands, ir.Operand{Layer: l, Access: a})
	if a.List() && t != nil {
		t = ir.ListType(t)
	}
	return &ir.Expr{Kind: ir.ExprOperand, N: len(b.c.Operands) - 1, Type: t}
}

// param adds a per-task literal and returns its expression.
func (b *builder) param(p ir.Param) *ir.Expr {
	p.Type = ir.ScalarType(ir.Int64)
	b.c.Params = append(b.c.Params, p)
	return &ir.Expr{Kind: ir.ExprParam, N: len(b.c.Params) - 1, Type: p.Type}
}

// along returns an integer that depends on the index of one grid axis: a
// literal if it is always the same, an affine form if it is one, else a column.
func (b *builder) along(axis int, values []int64) *ir.Expr {
	if uniform(values) {
		return intExpr(values[0])
	}
	if a, ok := fitAffine(axis, len(b.l.Grid), values); ok {
		return b.param(ir.Param{Affine: &a})
	}
	column := make([]int64, b.l.Grid.Size())
	for i := range column {
		column[i] = values[b.l.Grid.Index(int64(i))[axis]]
	}
	return b.param(ir.Param{Ints: column})
}

// fitAffine returns the affine form in the index of an axis that gives values.
func fitAffine(axis, rank int, values []int64) (ir.Affine, bool) {
	a := ir.Affine{Base: values[0]}
	if len(values) == 1 {
		return a, true
	}
	step := values[1] - values[0]
	for i, v := range values {
		if v != a.Base+int64(i)*step {
			return a, false
		}
	}
	a.Coef = make([]int64, rank)
	a.Coef[axis] = step
	return a, true
}

// shape returns the lengths of the block that the task makes, as a list.
func (b *builder) shape(chunks [][]int64) *ir.Expr {
	e := list()
	for k, sizes := range chunks {
		e.Args = append(e.Args, b.along(k, sizes))
	}
	return e
}

// finish ends the layer with a kernel for its only case.
func (b *builder) finish(kernel *ir.Expr) *node {
	b.next(ir.Set{}, kernel)
	return b.n
}

// next ends a case and starts another.
func (b *builder) next(where ir.Set, kernel *ir.Expr) {
	setPos(kernel, b.c.Pos)
	b.c.Where, b.c.Kernel = where, kernel
	b.l.Cases = append(b.l.Cases, b.c)
	b.c = &ir.Case{Pos: b.c.Pos}
}

func setPos(e *ir.Expr, pos ir.Pos) {
	e.Pos = pos
	for _, a := range e.Args {
		setPos(a, pos)
	}
	for _, k := range e.Kwargs {
		setPos(k.Value, pos)
	}
}

// same is the access to the index of a grid axis of the reading layer.
func same(axis, rank int) ir.AxisAccess {
	a := ir.AxisAccess{Start: ir.Affine{Coef: make([]int64, rank)}}
	a.Start.Coef[axis] = 1
	return a
}

// fixed is the access to one index, whatever the task.
func fixed(i int64) ir.AxisAccess { return ir.AxisAccess{Start: ir.Affine{Base: i}} }

// allOf is the access to all n indices of an axis.
func allOf(n int64) ir.AxisAccess {
	return ir.AxisAccess{List: true, Count: ir.Affine{Base: n}, Step: 1}
}

// identity is the access to the same index of a layer of the same grid.
func identity(rank int) []ir.AxisAccess {
	axes := make([]ir.AxisAccess, rank)
	for k := range axes {
		axes[k] = same(k, rank)
	}
	return axes
}

// Expressions.

func op(name string, args ...*ir.Expr) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprOp, Op: name, Args: args}
}

// with adds a named argument.
func with(e *ir.Expr, name string, value *ir.Expr) *ir.Expr {
	e.Kwargs = append(e.Kwargs, ir.Kwarg{Name: name, Value: value})
	slices.SortFunc(e.Kwargs, func(a, b ir.Kwarg) int { return strings.Compare(a.Name, b.Name) })
	return e
}

func intExpr(n int64) *ir.Expr { return weak(&ir.Const{Kind: ir.ConstInt, Int: n}) }
func boolExpr(v bool) *ir.Expr { return weak(&ir.Const{Kind: ir.ConstBool, Bool: v}) }
func floatExpr(v float64) *ir.Expr {
	return weak(&ir.Const{Kind: ir.ConstFloat, Float: v})
}

func noneExpr() *ir.Expr {
	return &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{}, Type: &ir.Type{Kind: ir.TypeNone}}
}

func dtypeExpr(d ir.DType) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{Kind: ir.ConstDType, DType: d}, Type: &ir.Type{Kind: ir.TypeDType}}
}

func list(args ...*ir.Expr) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprList, Args: args, Type: ir.ListType(ir.ScalarType(ir.Int64))}
}

func intList[I int | int64](values []I) *ir.Expr {
	e := list()
	for _, v := range values {
		e.Args = append(e.Args, intExpr(int64(v)))
	}
	return e
}

// infer returns the type of an op whose arguments have theirs, by the op's own
// declaration.
func infer(e *ir.Expr) (*ir.Type, error) {
	decl := stdops.Lookup(e.Op)
	if decl == nil {
		return nil, fmt.Errorf("there is no op %q", e.Op)
	}
	call, err := stdops.Bind(decl, e)
	if err != nil {
		return nil, err
	}
	if decl.Class == stdops.Elementwise {
		t, _, err := stdops.InferElementwise(decl, call.Args)
		return t, err
	}
	return decl.Infer(call)
}
