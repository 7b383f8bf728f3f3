package runtime

import "sync/atomic"

// What is known of a task is in one word of graph.state. Before the task is
// done, the low bits are 0 or the last task that waits for it, plus one; the
// others that wait follow in graph.next. Afterwards they count the readers of
// its value that have yet to finish, if the value is one to release.
//
// A task whose turn in the order has come looks at the words of its operands.
// If one is not done, the task waits for that one, and looks again when it is
// done. So a task costs one atomic write for itself, and nothing but loads for
// its operands. A single worker finds all operands done.
const (
	doneFlag  = 1 << 31
	takenFlag = 1 << 30 // its turn has come, or it was taken before its turn
	lowBits   = takenFlag - 1
)

// noTask is a number that no task has.
const noTask = ^uint32(0)

// grab marks a task as taken, and reports whether it was not before. Only
// those that free memory can be taken before their turn.
func (w *worker) grab(p *uint32) bool {
	if w.alone {
		free := *p&takenFlag == 0
		*p |= takenFlag
		return free
	}
	for {
		old := atomic.LoadUint32(p)
		if old&takenFlag != 0 {
			return false
		}
		if atomic.CompareAndSwapUint32(p, old, old|takenFlag) {
			return true
		}
	}
}

// await reports whether all operands of a task, on which the point is, are
// there. Otherwise the task is left to the worker that computes one of them.
func (w *worker) await(p *point, id uint32) bool {
	for {
		op := w.missing(p, noTask)
		if op == noTask {
			return true
		}
		if w.leave(id, &w.g.state[op]) {
			return false
		}
	}
}

// leave has a task wait for another one, unless that is done.
func (w *worker) leave(id uint32, op *uint32) bool {
	for {
		old := atomic.LoadUint32(op)
		if old&doneFlag != 0 {
			return false
		}
		w.g.next[id] = old & lowBits
		if atomic.CompareAndSwapUint32(op, old, old&^lowBits|(id+1)) {
			return true
		}
	}
}

// missing returns an operand, other than but, that is not done, of the task on
// which the point is; or noTask.
func (w *worker) missing(p *point, but uint32) uint32 {
	state, reads := w.g.state, p.c.reads
	for i := range reads {
		a := &reads[i]
		if a.list() {
			if op := w.missingOf(a, p, but); op != noTask {
				return op
			}
			continue
		}
		op := uint32(a.first + a.at(p))
		if atomic.LoadUint32(&state[op])&doneFlag == 0 && op != but {
			return op
		}
	}
	return noTask
}

// missingOf is missing for a list. It picks one of those that are not done at
// random: whatever order they come in, a task that reads n of them looks some
// log n times.
func (w *worker) missingOf(a *access, p *point, but uint32) uint32 {
	w.lins = a.appendTo(w.lins[:0], p)
	op, n := noTask, uint64(0)
	for _, lin := range w.lins {
		id := uint32(a.first + lin)
		if atomic.LoadUint32(&w.g.state[id])&doneFlag == 0 && id != but {
			if n++; uint64(w.draw())*n>>32 == 0 {
				op = id
			}
		}
	}
	return op
}

// draw returns a random number (Marsaglia's xorshift).
func (w *worker) draw() uint32 {
	w.random ^= w.random << 13
	w.random ^= w.random >> 17
	w.random ^= w.random << 5
	return w.random
}

// finish says that a task is done. It stacks those that waited for it and lack
// nothing else, and those that save memory when they run before their turn.
func (w *worker) finish(id uint32, c *taskCase) {
	g := w.g
	if !c.drops {
		w.tell(&g.state[id], doneFlag|takenFlag)
		return
	}
	readers := g.successors(id)
	count := len(readers)
	if c.layer.pinned && g.pinned(id) {
		count++ // the value is kept
	}
	w.tell(&g.state[id], doneFlag|takenFlag|uint32(count))
	if !w.r.thrifty() {
		return
	}
	for _, s := range readers {
		if w.early(s) && (len(readers) == 1 || w.transient(s, c.layer)) {
			w.take(s)
		}
	}
}

// tell sets the word of a task that is done.
func (w *worker) tell(p *uint32, word uint32) {
	if w.alone {
		*p = word
	} else if list := atomic.SwapUint32(p, word) & lowBits; list != 0 {
		w.rouse(list)
	}
}

// lookAt returns a point on a task, until the next call.
func (w *worker) lookAt(id uint32) *point {
	c := w.g.cases[w.g.caseOf[id]]
	w.look.move(c, int(id)-c.first)
	return &w.look
}

// rouse goes through a list of tasks that have waited for a task.
func (w *worker) rouse(list uint32) {
	g := w.g
	for list != 0 {
		id := list - 1
		list = g.next[id]
		if g.cases[g.caseOf[id]].single || w.await(w.lookAt(id), id) {
			w.stack = append(w.stack, id)
		}
	}
}

// release counts off the task at hand as a reader of its operands.
func (w *worker) release(c *taskCase) {
	for i := range c.reads {
		a := &c.reads[i]
		if a.layer.drop == nil {
			continue
		}
		if !a.list() {
			w.unread(a.layer, a.at(&w.t.point))
			continue
		}
		lins := a.appendTo(w.t.lins[:0], &w.t.point)
		for _, n := range lins {
			w.unread(a.layer, n)
		}
		w.t.lins = lins
	}
}

// unread counts off a reader of a value, and releases the value after the last
// one. When one reader is left, and is ready, it runs next.
func (w *worker) unread(l *layer, lin int) {
	id := uint32(l.base + lin)
	switch left := w.countDown(&w.g.state[id]) & lowBits; {
	case left == 0:
		l.drop(lin)
	case left == 1 && w.r.thrifty():
		for _, s := range w.g.successors(id) {
			if w.early(s) {
				w.take(s)
			}
		}
	}
}

// countDown takes one off a counter that others count down too, and returns
// what is left. Who finds 1 is the last: nobody else counts it down any more.
func (w *worker) countDown(p *uint32) uint32 {
	if w.alone {
		*p--
		return *p
	}
	if atomic.LoadUint32(p)&lowBits == 1 {
		return 0
	}
	return atomic.AddUint32(p, ^uint32(0))
}

// thrifty says whether it is worth to run tasks before their turn: as soon as some
// value is not tiny, or of a type whose size is not known.
func (r *run) thrifty() bool { return r.g.opaque || r.gate.most.load() > tiny }

// tiny is the size of a block that takes no more than what is there of its task
// anyway.
const tiny = 512

// early says whether a task is ready before its turn. If its turn comes right
// now, it is not.
func (w *worker) early(id uint32) bool {
	return !w.isNext(id) && atomic.LoadUint32(&w.g.state[id])&takenFlag == 0 && w.missing(w.lookAt(id), noTask) == noTask
}

// take stacks a task before its turn.
func (w *worker) take(id uint32) {
	if w.grab(&w.g.state[id]) {
		w.stack = append(w.stack, id)
	}
}

// transient says whether the value of a ready task will be gone
// as soon as it is there: those who read it lack nothing else, and make
// something that is no block or is known to take at most half the memory. A task
// that reads a value of layer l, which is new, and beside that inputs only, is not
// worth it: it would free nothing but, perhaps, that value.
func (w *worker) transient(id uint32, l *layer) bool {
	g := w.g
	c := g.cases[g.caseOf[id]]
	if !c.drops || c.fromInputs(l) {
		return false
	}
	for _, s := range g.successors(id) {
		r := g.cases[g.caseOf[s]]
		small := !r.drops || r.need.known() && 2*r.need.load() <= c.need.load()
		if !small || atomic.LoadUint32(&g.state[s])&takenFlag != 0 {
			return false
		}
		if w.missing(w.lookAt(s), id) != noTask {
			return false
		}
	}
	return true
}

// fromInputs says whether tasks of the case read inputs and, beside values of l,
// nothing else that has something to release.
func (c *taskCase) fromInputs(l *layer) bool {
	inputs := false
	for i := range c.reads {
		from := c.reads[i].layer
		if from != l && from.drop != nil && !from.views {
			return false
		}
		inputs = inputs || from.views
	}
	return inputs
}

// readers returns how many readers of a task's value have yet to finish.
func (r *run) readers(id int) int { return int(atomic.LoadUint32(&r.g.state[id]) & lowBits) }
