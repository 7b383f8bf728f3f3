package ir

import "iter"

// An Expansion answers, for single tasks of a layer, which case computes them,
// what they read, and what their literals are. It is how tests, Verify and the
// reference evaluator look at a graph; generated code never goes task by task.
//
// The layer's grid and those of the layers that it reads must be of constant
// extents.
type Expansion struct {
	layer  *Layer
	caseOf []int32  // by linear index: the case, or -1; nil when there is one that covers all
	nth    []uint32 // by linear index: the position in the case's set
}

// Expand prepares the expansion of a layer. It takes 8 bytes for each index of
// a grid that several cases share.
func Expand(l *Layer) *Expansion {
	x := &Expansion{layer: l}
	if len(l.Cases) == 1 && l.Cases[0].Where.All() {
		return x
	}
	size := l.Grid.Size()
	x.caseOf, x.nth = make([]int32, size), make([]uint32, size)
	for i := range x.caseOf {
		x.caseOf[i] = -1
	}
	for c, cs := range l.Cases {
		for n := range cs.Where.Count(l.Grid) {
			at := cs.Where.Linear(l.Grid, n)
			x.caseOf[at], x.nth[at] = int32(c), uint32(n)
		}
	}
	return x
}

// A Task is one task of a layer.
type Task struct {
	Layer   *Layer
	Case    *Case
	Linear  int64   // linear index in the layer's grid
	Ordinal int64   // position in the case's set
	Index   []int64 // grid index
}

// At returns the task at a linear index, and false when no case makes that
// value: in an input layer, or where indices were culled.
func (x *Expansion) At(linear int64) (Task, bool) {
	t := Task{Layer: x.layer, Linear: linear, Ordinal: linear}
	switch {
	case x.caseOf == nil:
		t.Case = x.layer.Cases[0]
	case x.caseOf[linear] < 0:
		return t, false
	default:
		t.Case, t.Ordinal = x.layer.Cases[x.caseOf[linear]], int64(x.nth[linear])
	}
	t.Index = x.layer.Grid.Index(linear)
	return t, true
}

// All returns the tasks of the layer by ascending linear index.
func (x *Expansion) All() iter.Seq[Task] {
	return func(yield func(Task) bool) {
		for linear := range x.layer.Grid.Size() {
			if t, ok := x.At(linear); ok && !yield(t) {
				return
			}
		}
	}
}

// Key returns the task's key.
func (t *Task) Key() Key { return t.Layer.KeyAt(t.Linear) }

// Operand appends the linear indices that operand n of the task reads, in the
// layer of that operand, to ids. Operands that are no list read one.
func (t *Task) Operand(n int, ids []int64) []int64 {
	o := &t.Case.Operands[n]
	return o.Access.AppendReads(ids, o.Layer.Grid, t.Ordinal, t.Index)
}

// Param returns literal n of the task.
func (t *Task) Param(n int) *Const {
	p := &t.Case.Params[n]
	if p.Values != nil {
		return p.Values[t.Ordinal]
	}
	return &Const{Kind: ConstInt, Int: p.IntAt(t.Ordinal, t.Index)}
}
