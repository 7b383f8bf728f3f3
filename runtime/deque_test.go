package runtime

import (
	"sync"
	"sync/atomic"
	"testing"
)

// Each task that is pushed is taken once, by its owner or by a thief.
func TestDeque(t *testing.T) {
	const tasks, thieves = 50000, 3
	var d deque
	d.init()
	taken := make([]atomic.Int32, tasks)
	var group sync.WaitGroup
	var over atomic.Bool
	for range thieves {
		group.Go(func() {
			for !over.Load() || !d.empty() {
				if id, ok := d.steal(); ok {
					taken[id].Add(1)
				}
			}
		})
	}
	for id := uint32(0); id < tasks; {
		for k := uint32(0); k < 300 && id < tasks; k++ { // more than the first ring
			d.push(id)
			id++
		}
		for range 200 {
			if got, ok := d.pop(); ok {
				taken[got].Add(1)
			}
		}
	}
	over.Store(true)
	group.Wait()
	for id := range taken {
		if n := taken[id].Load(); n != 1 {
			t.Fatalf("task %d was taken %d times", id, n)
		}
	}
}

// The owner takes what it pushed last, a thief what was pushed first.
func TestDequeOrder(t *testing.T) {
	var d deque
	d.init()
	for id := range uint32(200) {
		d.push(id)
	}
	for want := range uint32(50) {
		if got, ok := d.steal(); !ok || got != want {
			t.Fatalf("stole %d, %t, want %d", got, ok, want)
		}
	}
	for want := uint32(199); want >= 50; want-- {
		if got, ok := d.pop(); !ok || got != want {
			t.Fatalf("popped %d, %t, want %d", got, ok, want)
		}
	}
	if id, ok := d.pop(); ok {
		t.Errorf("popped %d of an empty deque", id)
	}
	if id, ok := d.steal(); ok {
		t.Errorf("stole %d from an empty deque", id)
	}
}
