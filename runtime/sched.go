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
// Each worker has a deque of ready tasks. A worker that has finished a task
// goes on with the successor of the highest priority that became ready, and
// pushes the others; with nothing ready it takes the next sources, then
// steals, then parks. Priorities are those of a depth-first walk, so that the
// values in memory at a time are few. Workers are started when there is work
// for them, so that a chain of tasks costs one goroutine.
type run struct {
	ctx     context.Context
	g       *graph
	mem     *memory
	gate    gate
	obs     Observer
	start   time.Time
	workers []*worker

	_        [64]byte
	cursor   atomic.Int64 // sources before it are taken
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
	n        int
	t        Task
	cur      uint32 // the task at hand
	active   bool   // a kernel is running: what a panic is blamed on
	src      int64  // sources that the worker has taken and not yet run
	srcEnd   int64
	done     int64 // tasks done and not yet told
	victim   int
	lins     []int
	let      bool  // the gate let the task at hand in near the limit,
	reserved int64 // with so many bytes
	wake     chan struct{}
	_        [64]byte
}

// sourceBatch is how many sources a worker takes at most at a time.
const sourceBatch = 32

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
		w := &worker{r: r, n: n, victim: n, wake: make(chan struct{}, 1)}
		w.deque.init()
		w.t.mem, w.t.run = mem, r
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
	id, ok := w.search()
	for ok {
		for ok {
			id, ok = w.do(id)
		}
		id, ok = w.next()
	}
	w.active = false
}

// next returns a task to go on with when no successor is at hand.
func (w *worker) next() (uint32, bool) {
	if w.r.over.Load() {
		return 0, false
	}
	if id, ok := w.pop(); ok {
		return id, true
	}
	if id, ok := w.source(); ok {
		return id, true
	}
	if left := w.r.left.Add(-w.done); left == 0 {
		w.r.end()
	}
	w.done = 0
	w.r.gate.leave()
	w.r.spinning.Add(1)
	return w.search()
}

// source returns the next source. Workers take sources by the batch, fewer
// towards the end so that all finish together.
func (w *worker) source() (uint32, bool) {
	r := w.r
	for w.src == w.srcEnd {
		lo, n := r.cursor.Load(), int64(len(r.g.sources))
		if lo >= n {
			return 0, false
		}
		hi := lo + min(sourceBatch, (n-lo)/int64(8*len(r.workers))+1)
		if r.cursor.CompareAndSwap(lo, hi) {
			w.src, w.srcEnd = lo, hi
			if hi < n && r.spinning.Load() == 0 {
				r.wakeOne()
			}
		}
	}
	w.src++
	return r.g.sources[w.src-1], true
}

// search looks for a task in all places. The worker is counted as spinning
// when it begins, and is not when it has found one. It parks after a while,
// and ends when the run is over.
func (w *worker) search() (uint32, bool) {
	r := w.r
	for i := 0; !r.over.Load(); i++ {
		id, ok := w.steal()
		if !ok && r.cursor.Load() < int64(len(r.g.sources)) {
			r.gate.enter()
			if id, ok = w.source(); ok {
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

// work says whether there is a task to take.
func (r *run) work() bool {
	if r.cursor.Load() < int64(len(r.g.sources)) {
		return true
	}
	for _, w := range r.workers {
		if !w.deque.empty() {
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

// do runs a task and returns the successor to go on with, if one is ready.
func (w *worker) do(id uint32) (uint32, bool) {
	r := w.r
	if r.over.Load() {
		return 0, false
	}
	c := r.g.cases[r.g.caseOf[id]]
	w.cur = id
	w.t.move(c, int(id)-c.layer.base)
	if r.gate.limit > 0 && !r.gate.admit(w, c) {
		return 0, false
	}
	if err := w.call(c); err != nil {
		r.fail(id, err)
		return 0, false
	}
	w.done++
	if c.layer.drop != nil {
		r.g.state[id] = r.g.readers(id, c.layer)
	}
	if c.frees {
		w.release(c)
	}
	r.gate.done(w)
	return w.ready(id)
}

// call runs the kernel of the task at hand.
func (w *worker) call(c *taskCase) error {
	if w.r.obs != nil {
		return w.observed(c)
	}
	w.active = true
	err := c.run(&w.t)
	w.active = false
	if err == nil && c.layer.bytes != nil {
		w.r.gate.took(c, c.layer.bytes(w.t.lin))
	}
	return err
}

// observed is call with an observer.
func (w *worker) observed(c *taskCase) error {
	r := w.r
	e := TaskEvent{Worker: w.n, Task: int(w.cur), Start: time.Since(r.start)}
	r.obs.TaskStart(&e)
	w.active = true
	err := c.run(&w.t)
	w.active = false
	if err == nil && c.layer.bytes != nil {
		e.Bytes = c.layer.bytes(w.t.lin)
		r.gate.took(c, e.Bytes)
	}
	e.End, e.Err, e.InUse = time.Since(r.start), err, r.mem.inUse()
	r.obs.TaskDone(&e)
	return err
}

// release counts off the task at hand as a reader of its operands.
func (w *worker) release(c *taskCase) {
	g := w.r.g
	for i := range c.reads {
		a := &c.reads[i]
		if a.layer.drop == nil {
			continue
		}
		if !a.list() {
			g.unread(a.layer, a.one(&w.t.point))
			continue
		}
		w.lins = a.appendTo(w.lins[:0], &w.t.point)
		for _, n := range w.lins {
			g.unread(a.layer, n)
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

// unread counts off a reader of a value and releases it after the last one.
// Who finds 1 is the last: nobody else counts it down any more.
func (g *graph) unread(l *layer, lin int) {
	p := &g.state[l.base+lin]
	if atomic.LoadInt32(p) == 1 || atomic.AddInt32(p, -1) == 0 {
		l.drop(lin)
	}
}

// ready counts the task off as an operand of its successors. It returns the
// one of the highest priority that became ready and pushes the others, so that
// they are popped in order of priority.
func (w *worker) ready(id uint32) (next uint32, ok bool) {
	g := w.r.g
	succ := g.successors(id)
	pushed := false
	for i := len(succ) - 1; i >= 0; i-- {
		p := &g.state[succ[i]]
		if atomic.LoadInt32(p) != 1 && atomic.AddInt32(p, -1) != 0 {
			continue
		}
		if ok {
			w.push(next)
			pushed = true
		}
		next, ok = succ[i], true
	}
	if pushed && w.r.spinning.Load() == 0 {
		w.r.wakeOne()
	}
	return next, ok
}

// readers returns how many readers of a task's value have yet to finish.
func (r *run) readers(id int) int { return int(atomic.LoadInt32(&r.g.state[id])) }
