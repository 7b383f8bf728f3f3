package check

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/ir"
)

// A layerInfo is what is known of a layer's values: one type for each
// combination of the classes of its grid's axes, in C order.
type layerInfo struct {
	layer *ir.Layer
	part  *partition
	types []typeID
}

func newLayerInfo(l *ir.Layer, p *partition) *layerInfo {
	n := 1
	for _, a := range p.axes {
		n *= len(a.rep)
	}
	return &layerInfo{layer: l, part: p, types: make([]typeID, n)}
}

// single says whether all values have the same type.
func (f *layerInfo) single() bool { return len(f.types) == 1 }

// slot returns the place in types of the value at a linear grid index.
func (f *layerInfo) slot(lin int64) int64 {
	if len(f.types) == 1 {
		return 0
	}
	slot, stride := int64(0), int64(1)
	for k := len(f.part.axes) - 1; k >= 0; k-- {
		a := f.part.axes[k]
		n := int64(len(a.of))
		slot += int64(a.of[lin%n]) * stride
		stride *= int64(len(a.rep))
		lin /= n
	}
	return slot
}

// at returns the type of the value at a linear grid index.
func (f *layerInfo) at(lin int64) typeID { return f.types[f.slot(lin)] }

// An evaluator infers the types of the tasks of one case. It remembers the
// result for each combination of operand types and literals.
type evaluator struct {
	c        *checker
	layer    *ir.Layer
	cs       *ir.Case
	nodes    []node     // the kernel in post-order, its root last
	relevant []bool     // the params whose value is needed
	params   []*ir.Type // types of the params

	bounded bool // checkExtremes has run

	memo  map[string]typeID
	last  []byte // the key looked up last, of type lastT
	lastT typeID
	key   []byte
	reads []int64
	ops   []operandTypes
}

// A node pairs a node of the kernel with the copy on which types are inferred.
type node struct{ kernel, work *ir.Expr }

// operandTypes is what a task reads through one operand: the type of the
// value, or of each value of the list.
type operandTypes struct {
	list bool
	ids  []typeID
}

func (c *checker) newEvaluator(l *ir.Layer, cs *ir.Case) *evaluator {
	e := &evaluator{c: c, layer: l, cs: cs, memo: map[string]typeID{}, relevant: relevantParams(cs), ops: make([]operandTypes, len(cs.Operands))}
	e.copyKernel(cs.Kernel, map[*ir.Expr]*ir.Expr{})
	for i := range cs.Operands {
		e.ops[i].list = cs.Operands[i].Access.List()
	}
	for i := range cs.Params {
		e.params = append(e.params, paramType(&cs.Params[i]))
	}
	return e
}

// copyKernel copies the kernel, shared nodes once.
func (e *evaluator) copyKernel(x *ir.Expr, done map[*ir.Expr]*ir.Expr) *ir.Expr {
	if y := done[x]; y != nil {
		return y
	}
	y := *x
	y.Args = make([]*ir.Expr, len(x.Args))
	for i, a := range x.Args {
		y.Args[i] = e.copyKernel(a, done)
	}
	y.Kwargs = append([]ir.Kwarg(nil), x.Kwargs...)
	for i := range y.Kwargs {
		y.Kwargs[i].Value = e.copyKernel(y.Kwargs[i].Value, done)
	}
	x.Type = nil // y keeps what the front end has declared
	done[x] = &y
	e.nodes = append(e.nodes, node{x, &y})
	return &y
}

// task returns the type of the task at a grid index and position in the
// case's set: unknown when the type of something that it reads is not known.
func (e *evaluator) task(ord int64, idx []int64) typeID {
	if t := e.gather(ord, idx); t != firstID {
		return t
	}
	e.addParams(ord, idx)
	if bytes.Equal(e.key, e.last) {
		return e.lastT
	}
	t, ok := e.memo[string(e.key)]
	if !ok && e.c.crowded(e.layer) {
		return failed
	}
	if !ok {
		t = e.infer(ord, idx)
		if t >= firstID && !e.bounded {
			e.bounded = true
			e.checkExtremes()
		}
		e.memo[string(e.key)] = t
	}
	e.last, e.lastT = append(e.last[:0], e.key...), t
	return t
}

// gather looks up the types of the operands and begins the memo's key. It
// returns firstID if all are known, else unknown or failed.
func (e *evaluator) gather(ord int64, idx []int64) typeID {
	e.key = append(e.key[:0], 0)
	for i := range e.cs.Operands {
		o := &e.cs.Operands[i]
		if !o.Access.Valid(o.Layer.Grid, idx) {
			e.c.report(e.layer, idx, e.cs.Pos, diag.OutOfBounds, "reads layer %q out of its grid", o.Layer.Name)
			return failed
		}
		e.reads = o.Access.AppendReads(e.reads[:0], o.Layer.Grid, ord, idx)
		info, ids := e.c.info[o.Layer], e.ops[i].ids[:0]
		for _, lin := range e.reads {
			t := info.at(lin)
			if t < firstID {
				return t
			}
			ids = append(ids, t)
			e.key = binary.AppendUvarint(e.key, uint64(t))
		}
		e.key = append(e.key, 0)
		e.ops[i].ids = ids
	}
	return firstID
}

// addParams appends to the key the literals that types depend on.
func (e *evaluator) addParams(ord int64, idx []int64) {
	for n, relevant := range e.relevant {
		if !relevant {
			continue
		}
		p := &e.cs.Params[n]
		if p.Values != nil {
			e.key = appendConstKey(e.key, p.Values[ord])
		} else {
			e.key = binary.AppendVarint(e.key, p.IntAt(ord, idx))
		}
	}
}

// appendConstKey appends a text that is equal for equal literals only, as far
// as types depend on them.
func appendConstKey(b []byte, c *ir.Const) []byte {
	b = append(b, byte(c.Kind), byte(c.DType))
	if c.Bool {
		b = append(b, 1)
	}
	b = binary.AppendVarint(b, c.Int)
	b = binary.AppendUvarint(b, c.Uint)
	b = binary.AppendUvarint(b, math.Float64bits(c.Float))
	b = binary.AppendUvarint(b, uint64(len(c.Str)))
	b = append(b, c.Str...)
	b = binary.AppendUvarint(b, uint64(len(c.Shape)))
	for _, n := range c.Shape {
		b = binary.AppendVarint(b, n)
	}
	if c.GoType != nil {
		b = append(b, c.GoType.Expr...)
	}
	return b
}

// infer types the copy of the kernel for one task, and merges what it finds
// into the kernel.
func (e *evaluator) infer(ord int64, idx []int64) typeID {
	for _, n := range e.nodes {
		t, err := e.inferOne(n, ord, idx)
		if err != nil {
			e.c.report(e.layer, idx, e.pos(n.kernel), codeOf(err), "%s", err)
			return failed
		}
		n.work.Type = t
	}
	for _, n := range e.nodes {
		m := merge(n.kernel.Type, n.work.Type)
		if m == nil {
			e.c.report(e.layer, idx, e.pos(n.kernel), diag.MixedTypes, "%s is %s here and %s in another task of the layer", nodeName(n.kernel), n.work.Type, n.kernel.Type)
			return failed
		}
		n.kernel.Type = m
	}
	return e.c.types.id(e.nodes[len(e.nodes)-1].work.Type)
}

// inferOne returns the type of a node of the copy.
func (e *evaluator) inferOne(n node, ord int64, idx []int64) (*ir.Type, error) {
	switch n.kernel.Kind {
	case ir.ExprOperand:
		return e.loadOperand(n.work, n.kernel.N), nil
	case ir.ExprParam:
		return e.loadParam(n.work, n.kernel.N, ord, idx)
	}
	t, err := inferNode(n.work)
	if err != nil {
		return nil, err
	}
	return t, bounded(nodeName(n.kernel), t)
}

// loadOperand returns the type of what a task reads. An operand list becomes a
// list of leaves, so that a type rule sees the type of each value.
func (e *evaluator) loadOperand(w *ir.Expr, n int) *ir.Type {
	o := &e.ops[n]
	if !o.list {
		return e.c.types.get(o.ids[0])
	}
	w.Kind, w.Args = ir.ExprList, w.Args[:0]
	for _, id := range o.ids {
		w.Args = append(w.Args, &ir.Expr{Kind: ir.ExprOperand, N: n, Type: e.c.types.get(id)})
	}
	if len(o.ids) == 0 {
		return ir.ListType(e.c.anyType(e.cs.Operands[n].Layer))
	}
	return inferList(w)
}

// loadParam gives a copied leaf the literal's value where that matters.
func (e *evaluator) loadParam(w *ir.Expr, n int, ord int64, idx []int64) (*ir.Type, error) {
	if e.params[n] == nil {
		return nil, errors.New("the literals of the layer's tasks are of different types")
	}
	p := &e.cs.Params[n]
	switch {
	case !e.relevant[n]:
	case p.Values != nil:
		w.Kind, w.Const = ir.ExprConst, p.Values[ord]
		if p.Values[ord].Kind == ir.ConstArray {
			return literalType(p.Values[ord])
		}
	default:
		w.Kind, w.Const = ir.ExprConst, &ir.Const{Kind: ir.ConstInt, Int: p.IntAt(ord, idx)}
	}
	return e.params[n], nil
}

// paramType returns the type of a per-task literal.
func paramType(p *ir.Param) *ir.Type {
	if p.Type != nil {
		return p.Type
	}
	if p.Values == nil {
		return plainTypes[ir.ConstInt]
	}
	var t *ir.Type
	for _, v := range p.Values {
		l, err := literalType(v)
		if err != nil {
			return nil
		}
		if t = merge(t, l); t == nil {
			return nil
		}
	}
	return t
}

// pos returns the best known place of a node.
func (e *evaluator) pos(x *ir.Expr) ir.Pos {
	switch {
	case x.Pos.Line != 0:
		return x.Pos
	case e.cs.Pos.Line != 0:
		return e.cs.Pos
	}
	return e.layer.Pos
}

func nodeName(x *ir.Expr) string {
	switch x.Kind {
	case ir.ExprOp:
		return x.Op
	case ir.ExprFunc:
		return x.Func.Name
	case ir.ExprOperand:
		return fmt.Sprintf("operand %d", x.N)
	default:
		return "a literal"
	}
}
