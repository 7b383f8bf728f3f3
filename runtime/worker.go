package runtime

import (
	"runtime/debug"
	"time"
)

// A worker runs tasks on its goroutine.
type worker struct {
	deque
	r        *run
	g        *graph
	n        int
	t        Task
	look     point     // at tasks other than the one at hand
	stack    []uint32  // ready tasks that only this worker sees; it goes on with the last one
	alone    bool      // there is no other worker
	eager    bool      // the tasks are long: share all at once
	clock    time.Time // when eager was decided last
	active   bool      // a kernel is running, of the task that t is: what a panic is blamed on
	at, end  int64     // the part of the order that the worker has taken and not yet gone through
	ahead    int       // tasks in a row that have to wait
	done     int64     // tasks done and not yet told
	victim   int
	shared   sharedWork
	random   uint32 // state of pick
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
const batch = 128

// A worker that has gone through so many tasks that have to wait pauses, for
// the others to come after: what they find in the order costs them less than what
// has waited.
const (
	farAhead = 1024
	pause    = 50 * time.Microsecond
)

func newWorker(r *run, n, workers int) *worker {
	w := &worker{r: r, g: r.g, n: n, victim: n, alone: workers == 1, eager: workers > 1, wake: make(chan struct{}, 1)}
	w.random = uint32(n + 1)
	w.deque.init()
	w.shared.left = make(chan struct{}, 1)
	w.t.mem, w.t.run, w.t.worker = r.mem, r, w
	return w
}

// loop is the life of a worker.
func (w *worker) loop() {
	debug.SetPanicOnFault(true) // a mapped file that was cut short is an error of the task
	defer w.rescue()
	for ok := w.search(); ok; ok = w.next() {
		if !w.do() {
			break
		}
	}
	w.active = false
}

// next turns to the next task, which is any but a worker's first one.
func (w *worker) next() bool {
	if w.done%eagerTasks == 0 && !w.alone {
		w.pace()
	}
	if len(w.stack) > 0 {
		w.turnTo(w.unstack())
		return true
	}
	if !w.deque.empty() {
		if id, ok := w.pop(); ok {
			w.turnTo(id)
			return true
		}
	}
	return w.inOrder() || w.rest()
}

// turnTo makes a task the one at hand.
func (w *worker) turnTo(id uint32) *taskCase {
	c := w.g.cases[w.g.caseOf[id]]
	w.t.move(c, int(id)-c.first)
	return c
}

// current returns the task at hand.
func (w *worker) current() uint32 { return uint32(w.t.c.first + w.t.lin) }

// isNext says whether a task is the next one in the order, and nothing is
// stacked before it.
func (w *worker) isNext(id uint32) bool {
	return w.at < w.end && w.g.order[w.at] == id && len(w.stack) == 0
}

// unstack takes the last task of the stack. It shares the others where somebody
// looks for tasks, or always if the worker is eager.
func (w *worker) unstack() uint32 {
	if len(w.stack) > 1 && (w.eager || w.r.hungry()) {
		w.share()
	}
	top := len(w.stack) - 1
	id := w.stack[top]
	w.stack = w.stack[:top]
	return id
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
func (w *worker) rest() bool {
	if w.r.left.Add(-w.done) == 0 {
		w.r.end()
	}
	w.done = 0
	w.r.gate.leave()
	w.r.spinning.Add(1)
	return w.search()
}

// inOrder turns to the next ready task of the order. Others were taken before
// their turn, or have to wait.
func (w *worker) inOrder() bool {
	g := w.g
	for {
		for w.at < w.end {
			id := g.order[w.at]
			w.at++
			c := w.turnTo(id)
			if c.frees && !w.grab(&g.state[id]) {
				continue
			}
			if w.alone || w.missing(&w.t.point, noTask) == noTask || w.await(&w.t.point, id) {
				w.ahead = 0
				return true
			}
			w.ahead++
		}
		if w.ahead > farAhead {
			w.ahead = 0
			time.Sleep(pause)
		}
		if !w.advance() {
			return false
		}
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

// do runs the task at hand, and reports whether the run goes on.
func (w *worker) do() bool {
	r, c := w.r, w.t.c
	if r.over.Load() {
		return false
	}
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
		r.fail(w.current(), err)
		return false
	}
	w.done++
	bytes := int64(0)
	if c.layer.bytes != nil {
		bytes = c.layer.bytes(w.t.lin)
		r.gate.took(c, bytes)
	}
	if len(w.t.reads) > 0 {
		r.gate.took(c, bytes+w.t.dropReads())
	}
	if c.frees {
		w.release(c)
	}
	if r.gate.limit > 0 && (w.let || r.gate.queue.Load() > 0) {
		r.gate.done(w)
	}
	if !w.alone || w.g.releases {
		w.finish(w.current(), c)
	}
	return true
}

// observed runs the kernel of the task at hand under the eyes of the observer.
func (w *worker) observed(c *taskCase) error {
	r := w.r
	e := TaskEvent{Worker: w.n, Task: int(w.current()), Start: time.Since(r.start)}
	r.obs.TaskStart(&e)
	err := c.run(&w.t)
	if err == nil && c.layer.bytes != nil {
		e.Bytes = c.layer.bytes(w.t.lin)
	}
	e.End, e.Err, e.InUse = time.Since(r.start), err, r.mem.inUse()
	r.obs.TaskDone(&e)
	return err
}
