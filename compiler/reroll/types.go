package reroll

import (
	"encoding/binary"

	"github.com/daskgen/daskgen/ir"
)

// A Typer returns the type of an expression whose operand N has operands[N].
// The dimensions of the blocks among them are not known (-1), and those of the
// result are of no account.
type Typer func(e *ir.Expr, operands []*ir.Type) (*ir.Type, error)

// types finds the type of every task, so that tasks of different types never
// share a layer. Tasks of the same skeleton, whose operands have the same types,
// have the same type: the typer is called once for each such kind of task.
type types struct {
	t     *Tasks
	typer Typer
	list  []*ir.Type // by number; 0 is the unknown type
	of    []uint32   // by task
	kinds *interner  // skeleton and operand types
	kind  []uint32   // type by kind
	key   []byte
	numbs map[string]uint32
}

func newTypes(t *Tasks, typer Typer) *types {
	return &types{t: t, typer: typer, list: []*ir.Type{nil}, of: make([]uint32, len(t.rows)),
		kinds: newInterner(), numbs: map[string]uint32{}}
}

// run types the tasks in this order, operands first. Without a typer all types
// are unknown.
func (ts *types) run(order []uint32) {
	if ts.typer == nil {
		return
	}
	for _, n := range order {
		ts.of[n] = ts.task(n)
	}
}

// task returns the number of the type of task n.
func (ts *types) task(n uint32) uint32 {
	ts.key = binary.AppendUvarint(ts.key[:0], uint64(ts.t.rows[n].skel))
	ts.key = ts.t.appendLiteralTypes(ts.key, n)
	tuple := false
	ts.operandTypes(n, func(_ int, list bool, types []uint32) {
		ts.key = appendTypes(ts.key, list, types)
		tuple = tuple || ts.list[types[0]] != nil && ts.list[types[0]].Kind == ir.TypeTuple
	})
	if tuple { // the type of an entry depends on which one it is
		b := caseBuilder{t: ts.t}
		ts.key = b.literalKey(ts.key, n)
	}
	k := ts.kinds.id(ts.key)
	if int(k) == len(ts.kind) {
		ts.kind = append(ts.kind, ts.infer(n))
	}
	return ts.kind[k]
}

// appendLiteralTypes appends the kinds, dtypes and ranks of a task's array
// literals and the like: tasks in which they differ are of different kernels.
func (t *Tasks) appendLiteralTypes(key []byte, n uint32) []byte {
	if len(t.consts) == 0 {
		return key
	}
	r := &t.rows[n]
	at := r.off + uint64(len(t.parts(r)))
	slots := t.skeletons[r.skel].slots
	for i := range slots {
		switch s := &slots[i]; {
		case s.list:
			at += uint64(uint32(t.holes[at]))
		case s.tag == tagConst:
			c := t.consts[t.holes[at]]
			key = append(key, byte(c.Kind), byte(c.DType), byte(len(c.Shape)))
			if c.GoType != nil {
				key = append(key, c.GoType.Expr...)
			}
		}
		at++
	}
	return key
}

func appendTypes(key []byte, list bool, types []uint32) []byte {
	if list && sameTypes(types) {
		return binary.AppendUvarint(append(key, 1), uint64(types[0]))
	}
	key = binary.AppendUvarint(append(key, 0), uint64(len(types)))
	for _, n := range types {
		key = binary.AppendUvarint(key, uint64(n))
	}
	return key
}

func sameTypes(types []uint32) bool {
	for _, n := range types {
		if n != types[0] {
			return false
		}
	}
	return true
}

// operandTypes calls f for each reference slot of a task.
func (ts *types) operandTypes(n uint32, f func(slot int, list bool, types []uint32)) {
	t := ts.t
	r := &t.rows[n]
	at := r.off + uint64(len(t.parts(r)))
	var one [1]uint32
	slots := t.skeletons[r.skel].slots
	for i := range slots {
		s := &slots[i]
		switch {
		case s.list:
			count := uint64(uint32(t.holes[at]))
			types := make([]uint32, count)
			for k := range types {
				types[k] = ts.target(uint32(t.holes[at+1+uint64(k)]))
			}
			f(i, true, types)
			at += count
		case s.tag == tagRef || s.tag == tagRefAt:
			one[0] = ts.target(uint32(t.holes[at]))
			f(i, false, one[:])
		}
		at++
	}
}

func (ts *types) target(target uint32) uint32 {
	if int(target) < len(ts.of) {
		return ts.of[target]
	}
	o, _ := ts.t.outsideOf(target)
	return ts.number(o.ty)
}

// number returns the number of a type, by what it is in Go: dimensions are
// forgotten.
func (ts *types) number(ty *ir.Type) uint32 {
	if ty == nil {
		return 0
	}
	ty = withoutDims(ty)
	name := ty.String()
	n, ok := ts.numbs[name]
	if !ok {
		n = uint32(len(ts.list))
		ts.list = append(ts.list, ty)
		ts.numbs[name] = n
	}
	return n
}

func withoutDims(t *ir.Type) *ir.Type {
	u := *t
	u.Shape = nil
	if t.Kind == ir.TypeBlock {
		u.Shape = make([]int64, len(t.Shape))
	}
	for i := range u.Shape {
		u.Shape[i] = -1
	}
	u.Elems = make([]*ir.Type, len(t.Elems))
	for i, e := range t.Elems {
		u.Elems[i] = withoutDims(e)
	}
	return &u
}

// infer asks the typer for the type of a task. What it cannot type is unknown;
// the checker will say why.
func (ts *types) infer(n uint32) uint32 {
	c := caseBuilder{t: ts.t}
	var operands []*ir.Type
	known := true
	refs := map[int]*ir.Expr{}
	ts.operandTypes(n, func(slot int, list bool, types []uint32) {
		for _, k := range types {
			known = known && k != 0
		}
		if known {
			refs[slot], operands = ts.operand(list, types, operands)
		}
	})
	if !known {
		return 0
	}
	e := c.first(n, refs)
	ty, err := ts.typer(e, operands)
	if err != nil || ty == nil {
		return 0
	}
	return ts.number(ty)
}

// operand makes the expression that stands for a reference slot, and appends
// the types of its operands.
func (ts *types) operand(list bool, types []uint32, operands []*ir.Type) (*ir.Expr, []*ir.Type) {
	arg := func(ty *ir.Type) *ir.Expr {
		operands = append(operands, ty)
		return &ir.Expr{Kind: ir.ExprOperand, N: len(operands) - 1}
	}
	switch {
	case !list:
		return arg(ts.list[types[0]]), operands
	case sameTypes(types):
		return arg(ir.ListType(ts.list[types[0]])), operands
	}
	e := &ir.Expr{Kind: ir.ExprList}
	for _, k := range types {
		e.Args = append(e.Args, arg(ts.list[k]))
	}
	return e, operands
}
