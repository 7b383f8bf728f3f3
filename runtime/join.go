package runtime

import (
	goruntime "runtime"
	"runtime/debug"
	"sync/atomic"
)

// A Splitter is work in parts that do not depend on one another.
type Splitter = interface{ Part(i int) }

// Join does the parts 0 to n-1 of some work of the task, in any order. Workers
// that have nothing else to do join in; where there are none, and with a nil
// task, the caller does all of them. What the parts write must not depend on who
// does them. A panic in a part is one of Join, when the others have ended.
func (t *Task) Join(n int, work Splitter) {
	if t == nil || t.worker == nil || t.worker.alone || n < 2 {
		for i := range n {
			work.Part(i)
		}
		return
	}
	t.worker.shared.do(t.run, n, work)
}

// A sharedWork is work of a worker's task that others may join in. Parts are
// taken by counting todo down. Who joins is counted in inside before, so that
// the owner, who waits for inside to become 0, never has the work of a later task
// done by those who came for an earlier one without noticing.
type sharedWork struct {
	todo    atomic.Int64 // parts that nobody has taken; 0 or less: there is nothing to join
	work    Splitter
	inside  atomic.Int32 // workers that do parts, and ownerWaits
	left    chan struct{}
	trouble atomic.Pointer[PanicError]
	_       [64]byte
}

// ownerWaits is added to inside by an owner who is blocked until the others
// have left. Whoever takes it away tells.
const ownerWaits = 1 << 30

// do has the parts done.
func (s *sharedWork) do(r *run, n int, work Splitter) {
	s.work = work
	s.trouble.Store(nil)
	s.todo.Store(int64(n))
	if r.spinning.Load() == 0 {
		r.wakeOne()
	}
	defer s.wait()
	s.parts()
}

// parts does parts as long as there are some.
func (s *sharedWork) parts() {
	for i := s.todo.Add(-1); i >= 0; i = s.todo.Add(-1) {
		s.work.Part(int(i))
	}
}

// wait returns, or panics, when all that joined in have left.
func (s *sharedWork) wait() {
	s.todo.Store(0) // after a panic of the owner's
	for i := 0; s.inside.Load() != 0; i++ {
		if i >= spins {
			if s.inside.Add(ownerWaits) != ownerWaits || !s.inside.CompareAndSwap(ownerWaits, 0) {
				<-s.left
			}
			break
		}
		goruntime.Gosched()
	}
	s.work = nil
	if p := s.trouble.Load(); p != nil {
		panic(p)
	}
}

// join does parts for the owner. It reports whether there were any.
func (s *sharedWork) join() bool {
	if s.todo.Load() <= 0 {
		return false
	}
	s.inside.Add(1)
	finished := false
	defer s.leave(&finished)
	i := s.todo.Add(-1)
	if i >= 0 {
		s.work.Part(int(i))
		s.parts()
	}
	finished = true
	return i >= 0
}

// leave is deferred by those who joined in: it keeps for the owner why they did
// not finish.
func (s *sharedWork) leave(finished *bool) {
	if v := recover(); v != nil {
		s.trouble.Store(&PanicError{Value: v, Stack: debug.Stack()})
	} else if !*finished {
		s.trouble.Store(&PanicError{Value: errExited, Stack: debug.Stack()})
	}
	if s.inside.Add(-1) == ownerWaits && s.inside.CompareAndSwap(ownerWaits, 0) {
		s.left <- struct{}{}
	}
}

// joined does parts of the work that another worker shares, if one does.
func (w *worker) joined() bool {
	for _, v := range w.r.workers {
		if v.shared.todo.Load() > 0 {
			w.found()
			did := v.shared.join()
			w.r.spinning.Add(1)
			return did
		}
	}
	return false
}
