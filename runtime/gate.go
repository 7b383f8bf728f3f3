package runtime

import (
	"sync"
	"sync/atomic"
)

// A gate holds back tasks that would allocate beyond the memory limit.
//
// What a task will take is judged by what the tasks of its case took so far.
// While there is room for the largest value on every worker, nothing is held
// back, and that is all that is looked at. Near the limit a task is let in
// when what is in use, what the tasks at work may still take, and what it
// takes itself stay within the limit; or when it frees at least as much as it
// takes; or when no other task is running. So there is always progress, at
// worst one task at a time. The limit can be exceeded by what cannot be
// released yet, and, since the first tasks of a case are not known, by one
// value for each worker. Blocks are not moved to disk.
type gate struct {
	mem     *memory
	limit   int64 // 0: none
	workers int64
	over    *atomic.Bool
	most    highWater    // over all cases
	busy    atomic.Int32 // workers that neither search nor wait
	queue   atomic.Int32 // workers that wait

	mu       sync.Mutex
	cond     sync.Cond
	reserved int64 // by tasks that were let in near the limit
	let      int32 // number of these tasks
}

func (g *gate) init(r *run, workers int, limit int64) {
	g.mem, g.over, g.limit, g.workers = r.mem, &r.over, limit, int64(workers)
	g.cond.L = &g.mu
}

// roomy says whether there is room for the largest value on every worker.
func (g *gate) roomy() bool { return g.mem.inUse()+g.workers*g.most.load() <= g.limit }

// admit holds the worker back until its task may run, and reports whether
// the run still goes on. It is for when the gate is not roomy.
func (g *gate) admit(w *worker, c *taskCase) bool {
	need := c.need.load()
	if c.layer.bytes == nil && need == 0 {
		return true // its values are no blocks, and it reads none from a file
	}
	if !c.need.known() {
		need = g.most.load()
	} else if need == 0 || w.frees(c) >= need {
		return true
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.queue.Add(1)
	g.busy.Add(-1)
	for !g.over.Load() && g.busy.Load() > 0 && !g.room(need) {
		g.cond.Wait()
	}
	g.queue.Add(-1)
	g.busy.Add(1)
	w.let, w.reserved = true, need
	g.let++
	g.reserved += need
	return !g.over.Load()
}

// room says whether need bytes stay within the limit when all others that
// are at work take what they may.
func (g *gate) room(need int64) bool {
	others := max(0, int64(g.busy.Load()-g.let))
	return g.mem.inUse()+g.reserved+others*g.most.load()+need <= g.limit
}

// done is called when a task has run and its operands are released.
func (g *gate) done(w *worker) {
	if w.let {
		g.mu.Lock()
		g.let--
		g.reserved -= w.reserved
		w.let = false
		g.mu.Unlock()
	}
	if g.queue.Load() > 0 {
		g.open()
	}
}

// took notes what a task of a case took.
func (g *gate) took(c *taskCase, bytes int64) {
	c.need.raise(bytes)
	g.most.raise(bytes)
}

// enter and leave say that a worker has a task to run, or none.
func (g *gate) enter() { g.busy.Add(1) }

func (g *gate) leave() {
	g.busy.Add(-1)
	if g.queue.Load() > 0 {
		g.open()
	}
}

// open has all who wait look again.
func (g *gate) open() {
	g.mu.Lock()
	g.cond.Broadcast()
	g.mu.Unlock()
}

// frees returns the bytes of the operands of which the task at hand is the
// last reader.
func (w *worker) frees(c *taskCase) int64 {
	sum := int64(0)
	for i := range c.reads {
		a := &c.reads[i]
		if a.layer.bytes == nil {
			continue
		}
		w.lins = a.appendTo(w.lins[:0], &w.t.point)
		for _, n := range w.lins {
			if w.r.readers(a.layer.base+n) == 1 {
				sum += a.layer.bytes(n)
			}
		}
	}
	return sum
}

// A highWater is the largest number seen so far.
type highWater struct{ v atomic.Int64 } // 1 above it; 0: none seen

func (h *highWater) known() bool { return h.v.Load() > 0 }

func (h *highWater) load() int64 { return max(0, h.v.Load()-1) }

func (h *highWater) raise(n int64) {
	for {
		old := h.v.Load()
		if n < old || h.v.CompareAndSwap(old, n+1) {
			return
		}
	}
}
