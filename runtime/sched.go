package runtime

import (
	"context"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"time"
)

// A run is one execution of a graph.
//
// The graph has an order, that of a depth-first walk, in which one worker keeps
// few values in memory. The workers take tasks in that order from one cursor.
// A task whose operands are there is run; one that still lacks some waits for
// the worker that computes one of them. So nothing is run much before its
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
	if n := len(g.state); workers > 1 && n <= cap(g.spare) {
		g.next = g.spare[:n]
	} else if workers > 1 {
		g.next = make([]uint32, n)
	}
	g.spare = nil
	for n := range workers {
		r.workers = append(r.workers, newWorker(r, n, workers))
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

// search looks for a task in all places, and turns to it. The worker is counted
// as spinning when it begins, and is not when it has found one. It parks after a
// while, and ends when the run is over.
func (w *worker) search() bool {
	r := w.r
	for i := 0; !r.over.Load(); i++ {
		if id, ok := w.steal(); ok {
			r.gate.enter()
			w.turnTo(id)
			w.found()
			return true
		}
		if r.cursor.Load() < int64(len(r.g.order)) {
			r.gate.enter()
			if w.inOrder() {
				w.found()
				return true
			}
			r.gate.leave()
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
	return false
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
