package runtime

import "sync/atomic"

// A deque holds the ready tasks of a worker: the owner pushes and pops at the
// bottom, last in first out; other workers steal at the top.
//
// Chase and Lev, "Dynamic circular work-stealing deque" (SPAA 2005). All words
// are atomic, so the order of their accesses is that of the paper without
// further fences.
type deque struct {
	top    atomic.Int64
	_      [56]byte
	bottom atomic.Int64
	ring   atomic.Pointer[ring]
	_      [48]byte
}

// A ring is the circular array of a deque. Its length is a power of two.
type ring struct{ ids []atomic.Uint32 }

func (r *ring) at(i int64) *atomic.Uint32 { return &r.ids[i&int64(len(r.ids)-1)] }

const firstRing = 64

func (d *deque) init() { d.ring.Store(&ring{make([]atomic.Uint32, firstRing)}) }

// push adds a task at the bottom. Only the owner calls it.
func (d *deque) push(id uint32) {
	b := d.bottom.Load()
	r := d.ring.Load()
	if b-d.top.Load() >= int64(len(r.ids)) {
		r = d.grow(r, b)
	}
	r.at(b).Store(id)
	d.bottom.Store(b + 1)
}

// grow doubles the ring. Thieves may still read the old one, whose entries
// stay as they are.
func (d *deque) grow(old *ring, bottom int64) *ring {
	r := &ring{make([]atomic.Uint32, 2*len(old.ids))}
	for i := d.top.Load(); i < bottom; i++ {
		r.at(i).Store(old.at(i).Load())
	}
	d.ring.Store(r)
	return r
}

// pop takes the task that was pushed last. Only the owner calls it.
func (d *deque) pop() (uint32, bool) {
	b := d.bottom.Load() - 1
	if b < d.top.Load() {
		return 0, false // the owner sees all of its pushes: the deque is empty
	}
	r := d.ring.Load()
	d.bottom.Store(b)
	t := d.top.Load()
	if t < b {
		return r.at(b).Load(), true
	}
	id, ok := uint32(0), false
	if t == b { // the last one: race the thieves for it
		id = r.at(b).Load()
		ok = d.top.CompareAndSwap(t, t+1)
	}
	d.bottom.Store(b + 1)
	return id, ok
}

// steal takes the task that was pushed first. It may fail although there is
// one, when another worker was faster.
func (d *deque) steal() (uint32, bool) {
	t := d.top.Load()
	if t >= d.bottom.Load() {
		return 0, false
	}
	id := d.ring.Load().at(t).Load()
	return id, d.top.CompareAndSwap(t, t+1)
}

// empty says whether there was nothing to take.
func (d *deque) empty() bool { return d.top.Load() >= d.bottom.Load() }
