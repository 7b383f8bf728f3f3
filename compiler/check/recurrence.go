package check

import (
	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/ir"
)

// recurrence types layers whose tasks read tasks of the same layers: each task
// after those that it reads.
func (c *checker) recurrence(group []*ir.Layer) {
	r := &recurrence{c: c, layers: map[*ir.Layer]*recLayer{}}
	for _, l := range group {
		r.add(l)
	}
	for _, l := range group {
		for lin := range c.info[l].types {
			r.resolve(task{r.layers[l], int64(lin)})
		}
	}
	for _, l := range group {
		c.info[l].coarsen()
	}
}

// recurrence is the state of one group.
type recurrence struct {
	c      *checker
	layers map[*ir.Layer]*recLayer
	stack  []task
	reads  []int64
	idx    []int64
}

// A recLayer is a layer of the group, with the case and position of each task.
type recLayer struct {
	info   *layerInfo
	caseOf []int32 // -1: culled
	evs    []*evaluator
}

// A task is one of a layer, by its linear index.
type task struct {
	layer *recLayer
	lin   int64
}

func (r *recurrence) add(l *ir.Layer) {
	p := newPartition(l.Grid)
	p.each()
	x := &recLayer{info: newLayerInfo(l, p)}
	x.caseOf = make([]int32, len(x.info.types))
	for i := range x.caseOf {
		x.caseOf[i] = -1
	}
	r.c.info[l] = x.info
	r.layers[l] = x
	for n, cs := range l.Cases {
		x.evs = append(x.evs, r.c.newEvaluator(l, cs))
		cs.Where.Each(l.Grid, func(_ int64, idx []int64) {
			x.caseOf[l.Grid.Linear(idx)] = int32(n)
		})
	}
}

// resolve types a task, and before it whatever it reads of the group.
func (r *recurrence) resolve(t task) {
	r.stack = append(r.stack[:0], t)
	for len(r.stack) > 0 {
		t := r.stack[len(r.stack)-1]
		state := &t.layer.info.types[t.lin]
		if *state != unknown && *state != busy || t.layer.caseOf[t.lin] < 0 {
			r.stack = r.stack[:len(r.stack)-1]
			continue
		}
		cs := t.layer.evs[t.layer.caseOf[t.lin]].cs
		l := t.layer.info.layer
		r.idx = append(r.idx[:0], make([]int64, len(l.Grid))...)
		l.Grid.IndexInto(t.lin, r.idx)
		ord := cs.Where.OrdinalAt(l.Grid, r.idx)
		if *state == unknown {
			*state = busy
			if r.push(cs, ord, r.idx) {
				continue
			}
		}
		r.finish(t, ord)
		r.stack = r.stack[:len(r.stack)-1]
	}
}

// push pushes what a task reads of the group and is not known. It says
// whether there was anything.
func (r *recurrence) push(cs *ir.Case, ord int64, idx []int64) bool {
	n := len(r.stack)
	for i := range cs.Operands {
		o := &cs.Operands[i]
		x := r.layers[o.Layer]
		if x == nil || !o.Access.Valid(o.Layer.Grid, idx) {
			continue
		}
		r.reads = o.Access.AppendReads(r.reads[:0], o.Layer.Grid, ord, idx)
		for _, lin := range r.reads {
			if x.info.types[lin] == unknown {
				r.stack = append(r.stack, task{x, lin})
			}
		}
	}
	return len(r.stack) > n
}

// finish types a task after what it reads. Where that is still being typed,
// the task depends on itself.
func (r *recurrence) finish(t task, ord int64) {
	state := &t.layer.info.types[t.lin]
	got := t.layer.evs[t.layer.caseOf[t.lin]].task(ord, r.idx)
	if got == busy {
		r.c.report(t.layer.info.layer, r.idx, t.layer.info.layer.Pos, diag.Cycle, "depends on itself")
		got = failed
	}
	*state = got
}
