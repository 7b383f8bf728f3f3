package runtime

import (
	"sync"
	"sync/atomic"
)

// A gate holds back tasks that would allocate beyond the memory limit.
//
// A task is let in when what is in use and what tasks of its case took so far
// stay within the limit, when it frees at least as much as it takes, or when
// no other task is running; so there is always progress, at worst by one task
// at a time. What the first tasks of a case take is not known: the limit may
// be exceeded by up to one value for each worker.
type gate struct {
	r     *run
	limit int64        // 0: none
	busy  atomic.Int32 // workers that neither search nor wait
	queue atomic.Int32 // workers that wait
	mu    sync.Mutex
	cond  sync.Cond
}

func (g *gate) init(r *run, limit int64) {
	g.r, g.limit = r, limit
	g.cond.L = &g.mu
}

// fits says whether a task of the case stays within the limit.
func (g *gate) fits(c *taskCase) bool {
	need := c.need.load()
	return need == 0 && c.need.known() || g.r.mem.inUse()+need <= g.limit
}

// wait holds the worker back until its task is let in, and reports whether
// the run still goes on.
func (g *gate) wait(w *worker, c *taskCase) bool {
	if w.frees(c) >= c.need.load() && c.need.known() {
		return true
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.queue.Add(1)
	g.busy.Add(-1)
	for !g.r.over.Load() && g.busy.Load() > 0 && !g.fits(c) {
		g.cond.Wait()
	}
	g.queue.Add(-1)
	g.busy.Add(1)
	return !g.r.over.Load()
}

// enter and leave say that a worker has a task to run, or none.
func (g *gate) enter() {
	if g.limit > 0 {
		g.busy.Add(1)
	}
}

func (g *gate) leave() {
	if g.limit > 0 && g.busy.Add(-1) == 0 {
		g.freed()
	}
}

// freed tells those who wait that there is more memory, or nothing running.
func (g *gate) freed() {
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
