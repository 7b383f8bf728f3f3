package runtime

import (
	"context"
	"unsafe"
)

// A Task is what a kernel is given of the task that it computes: its grid
// index, its operands, and the memory of the run. A nil *Task is allowed in
// calls of kernels outside a graph: memory then comes from the garbage
// collector.
//
// A Task is only valid during the call, and only on the goroutine of the call
// may its methods be used.
type Task struct {
	point
	mem    *memory
	run    *run
	worker *worker
	lins   []int        // scratch of List
	reads  []fetched    // blocks that were read for it,
	got    *Block[byte] // of them, the one that was asked for last

	placed int // the number of the last task whose value has its place in an output, and 1
}

// Context returns the context of the run. A kernel that works long watches it;
// the scheduler itself looks at it between tasks.
func (t *Task) Context() context.Context {
	if t == nil || t.run == nil {
		return context.Background()
	}
	return t.run.ctx
}

// Index returns the task's grid index along an axis of its layer's grid.
func (t *Task) Index(axis int) int { return t.indices()[axis] }

// Ordinal returns the task's position in the set of its case, counted in C
// order: the row of a table or of a column of literals.
func (t *Task) Ordinal() int { return t.ordinal() }

// operand returns the address of the value, of layer l, that operand slot, which
// is no list, reads.
func (t *Task) operand(l *layer, slot int) unsafe.Pointer {
	a := &t.c.reads[slot]
	n := 0
	if a.ordinals != nil {
		n = int(a.ids[a.ordinals[t.lin]])
	} else {
		n = a.at(&t.point)
	}
	if uint(n) < uint(l.kept) && a.layer == l {
		return unsafe.Add(l.values, uintptr(n)*l.stride)
	}
	return l.find(t, a.layer, n)
}

// last says whether this task is the last one to read the operand that holds
// v, a *Block. Other readers have then finished and v itself is released when
// this task returns, so that its buffer may be written to. A value that is
// asked of the graph as an output, or that this task reads twice, is never
// last.
func (t *Task) last(v any) bool {
	if t == nil || t.run == nil {
		return false
	}
	for i := range t.c.reads {
		a := &t.c.reads[i]
		if a.list() || a.layer.holds == nil {
			continue
		}
		n := a.at(&t.point)
		if a.layer.holds(n, v) {
			return t.run.readers(a.layer.base+n) == 1
		}
	}
	return false
}

// A fetched block was read from an input for a task, which has it alone.
type fetched struct {
	id    int // the global number of the input's task
	block *Block[byte]
	twice bool // the task reads it in several places
}

// fetched returns what was read for the task already of an input's block.
func (t *Task) fetched(id int) *fetched {
	for i := range t.reads {
		if t.reads[i].id == id {
			return &t.reads[i]
		}
	}
	return nil
}

// owns says whether a block was read for the task, in one place.
func (t *Task) owns(b *Block[byte]) bool {
	for i := range t.reads {
		if t.reads[i].block == b {
			return !t.reads[i].twice
		}
	}
	return false
}

// dropReads releases what was read for the task, and returns how many bytes that
// made free.
func (t *Task) dropReads() int64 {
	free := int64(0)
	for i := range t.reads {
		b := t.reads[i].block
		if b.buf.refs.Load() == 1 {
			free += b.bufferBytes()
		}
		b.Release()
		t.reads[i].block = nil
	}
	t.reads = t.reads[:0]
	return free
}

// viewsInputs says whether tasks of the case take a part of a block: they get a
// view of a mapped input, of which no more is loaded than they use.
func (c *taskCase) viewsInputs() bool { return c.layer.info.Op == "getitem" }
