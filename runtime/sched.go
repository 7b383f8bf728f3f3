package runtime

import (
	"context"
	goruntime "runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// A run is one execution of a graph.
//
// The graph has an order, that of a depth-first walk, in which one worker keeps
// few values in memory. The workers take tasks in that order from one cursor.
// A task whose operands are there is run; one that still lacks some is left to
// the worker that computes the last of them. So nothing is run much before its
// turn, neighbours in the order share caches, and nobody is idle while there is
// a ready task. Exceptions save memory: a task that is ready and the last one to
// read some value runs at once, and so does one whose value will not last.
//
// Each worker has a stack of tasks that were left to it. It is the worker's own,
// which makes a task of nanoseconds cheap. What others may steal is in a deque
// beside it: there the worker moves what it has below the top when somebody
// looks for work, or, where tasks are so long that the move costs nothing
// beside them, at once. Workers are started when there is work for them, and
// park when there is none.
type run struct {
	ctx     context.Context
	g       *graph
	mem     *memory
	gate    gate
	obs     Observer
	start   time.Time
	workers []*worker

	_        [64]byte
	cursor   atomic.Int64 // tasks before it in the order are taken
	_        [56]byte
	left     atomic.Int64 // tasks that are not done, as far as workers have told
	spinning atomic.Int32 // workers that look for a task
	idle     atomic.Int32 // workers that are parked or not started
	over     atomic.Bool  // done, failed or cancelled: take no more tasks

	mu      sync.Mutex
	parked  []*worker
	started int
	failure *failure
	group   sync.WaitGroup
}

// A worker runs tasks on its goroutine.
type worker struct {
	deque
	r        *run
	g        *graph
	n        int
	t        Task
	stack    []uint32  // ready tasks that only this worker sees; it goes on with the last one
	alone    bool      // there is no other worker
	eager    bool      // the tasks are long: share all at once
	clock    time.Time // when eager was decided last
	cur      uint32    // the task at hand
	active   bool      // a kernel is running: what a panic is blamed on
	at, end  int64     // the part of the order that the worker has taken and not yet gone through
	done     int64     // tasks done and not yet told
	victim   int
	shared   sharedWork
	lins     []int
	let      bool  // the gate let the task at hand in near the limit,
	reserved int64 // with so many bytes
	wake     chan struct{}
	_        [64]byte
}

// A worker is eager as long as so many tasks in a row take longer than that.
// Sharing costs some 30 ns a task.
const (
	eagerTasks = 64
	eagerTime  = eagerTasks * 250 * time.Nanosecond
)

// batch is how many tasks of the order a worker takes at most at a time.
const batch = 32

// spins is how often an idle worker looks for a task before it parks, some
// tens of microseconds.
const spins = 200

// newRun prepares the run of a graph by so many workers.
func newRun(ctx context.Context, g *graph, mem *memory, workers int, limit int64, obs Observer) *run {
	workers = max(1, min(workers, g.tasks))
	r := &run{ctx: ctx, g: g, mem: mem, obs: obs, start: time.Now()}
	r.gate.init(r, workers, limit)
	r.left.Store(int64(g.tasks))
	r.idle.Store(int32(workers))
	for n := range workers {
		w := &worker{r: r, g: g, n: n, victim: n, alone: workers == 1, eager: workers > 1, wake: make(chan struct{}, 1)}
		w.deque.init()
		w.shared.left = make(chan struct{}, 1)
		w.t.mem, w.t.run, w.t.worker = mem, r, w
		r.workers = append(r.workers, w)
	}
	return r
}

// execute runs all tasks, and returns when all workers have ended.
func (r *run) execute() error {
	if r.g.tasks == 0 {
		return r.ctx.Err()
	}
	stop := context.AfterFunc(r.ctx, r.end)
	defer stop()
	r.wakeOne()
	r.group.Wait()
	if r.failure != nil {
		return r.failure.err
	}
	if r.left.Load() > 0 {
		return context.Cause(r.ctx)
	}
	return nil
}

// end makes all workers return.
func (r *run) end() {
	r.over.Store(true)
	r.mu.Lock()
	for _, w := range r.parked {
		w.wake <- struct{}{}
	}
	r.idle.Add(-int32(len(r.parked)))
	r.parked = nil
	r.mu.Unlock()
	r.gate.open()
}

// wakeOne sets one more worker to look for tasks, unless one does already.
func (r *run) wakeOne() {
	if r.idle.Load() == 0 || r.over.Load() || !r.spinning.CompareAndSwap(0, 1) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.parked); n > 0 {
		w := r.parked[n-1]
		r.parked = r.parked[:n-1]
		r.idle.Add(-1)
		w.wake <- struct{}{}
	} else if r.started < len(r.workers) && !r.over.Load() {
		w := r.workers[r.started]
		r.started++
		r.idle.Add(-1)
		r.group.Go(w.loop)
	} else {
		r.spinning.Add(-1)
	}
}

// loop is the life of a worker.
func (w *worker) loop() {
	debug.SetPanicOnFault(true) // a mapped file that was cut short is an error of the task
	defer w.rescue()
	for id, ok := w.search(); ok; id, ok = w.next() {
		if !w.do(id) {
			break
		}
	}
	w.active = false
}

// next returns the next task, which is any but a worker's first one.
func (w *worker) next() (uint32, bool) {
	if w.done%eagerTasks == 0 && !w.alone {
		w.pace()
	}
	if top := len(w.stack) - 1; top >= 0 {
		if top > 0 && (w.eager || w.r.hungry()) {
			w.share()
		}
		top = len(w.stack) - 1
		id := w.stack[top]
		w.stack = w.stack[:top]
		return id, true
	}
	if !w.deque.empty() {
		if id, ok := w.pop(); ok {
			return id, true
		}
	}
	if id, ok := w.inOrder(); ok {
		return id, true
	}
	return w.rest()
}

// pace decides whether the worker is eager.
func (w *worker) pace() {
	now := time.Now()
	w.eager = now.Sub(w.clock) > eagerTime
	w.clock = now
}

// hungry says whether a worker looks for tasks, or would if it was woken.
func (r *run) hungry() bool { return r.spinning.Load() > 0 || r.idle.Load() > 0 }

// share moves what is stacked below the top to the deque. Where tasks are
// short it does so again only when all has been taken.
func (w *worker) share() {
	if !w.eager && !w.deque.empty() {
		return
	}
	top := len(w.stack) - 1
	for _, id := range w.stack[:top] {
		w.push(id)
	}
	w.stack[0] = w.stack[top]
	w.stack = w.stack[:1]
	if w.r.spinning.Load() == 0 {
		w.r.wakeOne()
	}
}

// rest is next of a worker that has run dry: it tells what it has done and
// looks for work elsewhere.
func (w *worker) rest() (uint32, bool) {
	if w.r.left.Add(-w.done) == 0 {
		w.r.end()
	}
	w.done = 0
	w.r.gate.leave()
	w.r.spinning.Add(1)
	return w.search()
}

// inOrder returns the next ready task of the order.
func (w *worker) inOrder() (uint32, bool) {
	order := w.g.order
	for {
		for w.at < w.end {
			id := order[w.at]
			w.at++
			if w.claim(id) {
				return id, true
			}
		}
		if !w.advance() {
			return 0, false
		}
	}
}

// claim takes a task whose turn in the order has come, and reports whether it
// is to be run: it may lack operands, or have been run before its turn.
func (w *worker) claim(id uint32) bool {
	p := &w.g.state[id]
	switch n := atomic.LoadInt32(p); {
	case n > unclaimed:
		return atomic.AddInt32(p, -unclaimed) == 0
	case n < unclaimed:
		return false
	default:
		return !w.g.cases[w.g.caseOf[id]].frees || atomic.CompareAndSwapInt32(p, unclaimed, 0)
	}
}

// advance takes the next tasks of the order: a batch, smaller towards the end
// so that all workers finish together, or one where tasks are long. It reports
// whether there are any.
func (w *worker) advance() bool {
	r := w.r
	for {
		lo, n := r.cursor.Load(), int64(len(w.g.order))
		if lo >= n {
			return false
		}
		hi := lo + 1
		if !w.eager {
			hi = lo + min(batch, (n-lo)/int64(8*len(r.workers))+1)
		}
		if r.cursor.CompareAndSwap(lo, hi) {
			w.at, w.end = lo, hi
			if hi < n && r.spinning.Load() == 0 {
				r.wakeOne()
			}
			return true
		}
	}
}

// search looks for a task in all places. The worker is counted as spinning
// when it begins, and is not when it has found one. It parks after a while,
// and ends when the run is over.
func (w *worker) search() (uint32, bool) {
	r := w.r
	for i := 0; !r.over.Load(); i++ {
		id, ok := w.steal()
		if !ok && r.cursor.Load() < int64(len(r.g.order)) {
			r.gate.enter()
			if id, ok = w.inOrder(); ok {
				w.found()
				return id, true
			}
			r.gate.leave()
		}
		if ok {
			r.gate.enter()
			w.found()
			return id, true
		}
		if w.joined() {
			i = 0
		}
		if i >= spins {
			w.park()
			i = 0
		}
		goruntime.Gosched()
	}
	r.spinning.Add(-1)
	return 0, false
}

// found ends the search. Where one task was there may be more: another worker
// takes up the search.
func (w *worker) found() {
	if w.r.spinning.Add(-1) == 0 {
		w.r.wakeOne()
	}
}

// park waits until there is work, and returns spinning. Who makes work looks
// at spinning after pushing; here the deques are looked at after spinning was
// lowered: one of the two sees the other.
func (w *worker) park() {
	r := w.r
	r.mu.Lock()
	r.parked = append(r.parked, w)
	r.idle.Add(1)
	r.mu.Unlock()
	r.spinning.Add(-1)
	if (r.work() || r.over.Load()) && r.unpark(w) {
		r.spinning.Add(1)
		return
	}
	<-w.wake
	if r.over.Load() { // end counts nobody as spinning
		r.spinning.Add(1)
	}
}

// unpark takes a worker off the list of parked ones, if it still is there.
func (r *run) unpark(w *worker) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, p := range r.parked {
		if p == w {
			r.parked = append(r.parked[:i], r.parked[i+1:]...)
			r.idle.Add(-1)
			return true
		}
	}
	return false
}

// work says whether there is a task to take, or one to join in.
func (r *run) work() bool {
	if r.cursor.Load() < int64(len(r.g.order)) {
		return true
	}
	for _, w := range r.workers {
		if !w.deque.empty() || w.shared.todo.Load() > 0 {
			return true
		}
	}
	return false
}

// steal takes a task of another worker, beginning where one was found last.
func (w *worker) steal() (uint32, bool) {
	all := w.r.workers
	for range all {
		v := all[w.victim]
		if v != w {
			if id, ok := v.deque.steal(); ok {
				return id, true
			}
		}
		w.victim++
		if w.victim == len(all) {
			w.victim = 0
		}
	}
	return 0, false
}

// do runs a task, and reports whether the run goes on.
func (w *worker) do(id uint32) bool {
	r := w.r
	if r.over.Load() {
		return false
	}
	c := w.g.cases[w.g.caseOf[id]]
	w.cur = id
	w.t.move(c, int(id)-c.first)
	if r.gate.limit > 0 && !r.gate.roomy() && !r.gate.admit(w, c) {
		return false
	}
	w.active = true
	var err error
	if r.obs == nil {
		err = c.run(&w.t)
	} else {
		err = w.observed(c)
	}
	w.active = false
	if err != nil {
		r.fail(id, err)
		return false
	}
	if c.layer.bytes != nil {
		r.gate.took(c, c.layer.bytes(w.t.lin))
	}
	w.done++
	if c.drops {
		atomic.StoreInt32(&w.g.state[id], w.g.readers(id, c.layer)) // the cursor may look at it
	}
	if c.frees {
		w.release(c)
	}
	if w.let || r.gate.queue.Load() > 0 {
		r.gate.done(w)
	}
	if succ := w.g.successors(id); len(succ) > 0 {
		w.ready(succ, c)
	}
	return true
}

// observed runs the kernel of the task at hand under the eyes of the observer.
func (w *worker) observed(c *taskCase) error {
	r := w.r
	e := TaskEvent{Worker: w.n, Task: int(w.cur), Start: time.Since(r.start)}
	r.obs.TaskStart(&e)
	err := c.run(&w.t)
	if err == nil && c.layer.bytes != nil {
		e.Bytes = c.layer.bytes(w.t.lin)
	}
	e.End, e.Err, e.InUse = time.Since(r.start), err, r.mem.inUse()
	r.obs.TaskDone(&e)
	return err
}

// release counts off the task at hand as a reader of its operands.
func (w *worker) release(c *taskCase) {
	for i := range c.reads {
		a := &c.reads[i]
		if a.layer.drop == nil {
			continue
		}
		if !a.list() {
			w.unread(a.layer, a.one(&w.t.point))
			continue
		}
		w.lins = a.appendTo(w.lins[:0], &w.t.point)
		for _, n := range w.lins {
			w.unread(a.layer, n)
		}
	}
}

// readers returns the number of readers of a task's value, with one more for
// a value that is kept.
func (g *graph) readers(id uint32, l *layer) int32 {
	n := int32(g.succOff[id+1] - g.succOff[id])
	if l.pinned && g.pinned(id) {
		n++
	}
	return n
}

// unread counts off a reader of a value, and releases the value after the last
// one. When one reader is left, and is ready, it runs next.
func (w *worker) unread(l *layer, lin int) {
	switch w.countDown(&w.g.state[l.base+lin]) {
	case 0:
		l.drop(lin)
	case 1:
		for _, s := range w.g.successors(uint32(l.base + lin)) {
			w.take(s)
		}
	}
}

// countDown takes one off a counter that others count down too, and returns
// what is left. Who finds 1 is the last: nobody else counts it down any more.
func (w *worker) countDown(p *int32) int32 {
	if w.alone {
		*p--
		return *p
	}
	if atomic.LoadInt32(p) == 1 {
		return 0
	}
	return atomic.AddInt32(p, -1)
}

// ready counts a task of case c off as an operand of its successors. It stacks
// those that lack no other operand, if their turn was before, or if they save
// memory when they run before their turn.
func (w *worker) ready(succ []uint32, c *taskCase) {
	for _, s := range succ {
		switch w.countDown(&w.g.state[s]) {
		case 0:
			w.stack = append(w.stack, s)
		case unclaimed:
			if c.drops && (len(succ) == 1 || w.transient(s, c.layer)) {
				w.take(s)
			}
		}
	}
}

// take stacks a ready task before its turn, unless its turn comes right now.
func (w *worker) take(id uint32) {
	p := &w.g.state[id]
	if atomic.LoadInt32(p) == unclaimed && atomic.CompareAndSwapInt32(p, unclaimed, 0) {
		w.stack = append(w.stack, id)
	}
}

// transient says whether a ready task's value will be gone as soon as it is
// there: those who read it lack nothing else, and make something that is no block
// or is known to take at most half the memory. A task that was made ready by a value of
// layer l, and beside that reads inputs only, is not worth it: it would free nothing
// but, perhaps, that value.
func (w *worker) transient(id uint32, l *layer) bool {
	g := w.g
	c := g.cases[g.caseOf[id]]
	if c.fromInputs(l) {
		return false
	}
	for _, s := range g.successors(id) {
		r := g.cases[g.caseOf[s]]
		small := !r.drops || r.need.known() && 2*r.need.load() <= c.need.load()
		if !small || atomic.LoadInt32(&g.state[s]) != unclaimed+1 {
			return false
		}
	}
	return c.drops
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
func (r *run) readers(id int) int { return int(atomic.LoadInt32(&r.g.state[id])) }
