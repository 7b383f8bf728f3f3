package runtime

import "sync/atomic"

// memory is the block memory of a run: it counts the bytes in use, and keeps
// the buffers that were released for the next blocks of about their size.
// Its methods may be called from any goroutine.
type memory struct {
	limit   int64        // bytes above which idle buffers are given back; 0: none
	current atomic.Int64 // bytes of the buffers in use
	high    atomic.Int64 // largest current
	idle    atomic.Int64 // bytes of the buffers in the pool
	allocs  atomic.Int64 // buffers handed out
	reused  atomic.Int64 // those of them that came from the pool
	poison  bool         // overwrite released buffers, so that a use after release shows; for tests
	pool    [classes]shelf
	views   shelf // buffers without bytes
}

// newMemory returns the memory of a run that is to stay below limit bytes, or
// has no limit if that is 0. A limit is kept by the scheduler, which holds
// tasks back; here it only has the pool emptied rather than exceed it.
func newMemory(limit int64) *memory { return &memory{limit: limit} }

// inUse returns the bytes of the blocks in use.
func (m *memory) inUse() int64 { return m.current.Load() }

// peak returns the most bytes that were in use at a time.
func (m *memory) peak() int64 { return m.high.Load() }

// grow counts n more bytes in use.
func (m *memory) grow(n int64) {
	now := m.current.Add(n)
	for {
		p := m.high.Load()
		if now <= p || m.high.CompareAndSwap(p, now) {
			return
		}
	}
}

// trim gives the idle buffers to the garbage collector.
func (m *memory) trim() {
	for i := range m.pool {
		m.idle.Add(-m.pool[i].clear())
	}
}
