package runtime

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"
)

// forkJoin returns a program of levels: width tasks that call kernel, between
// tasks that read all of them.
func forkJoin(levels, width int, kernel func(level int) error) *Program {
	return &Program{Name: "fork", Outputs: []OutputInfo{{Name: "z"}}, Build: func(b *Builder) error {
		join := NewLayer[int64](b, Info{Name: "join", Grid: []int{levels + 1}})
		fork := NewLayer[int64](b, Info{Name: "fork", Grid: []int{levels, width}})
		join.Case(Box(Range{0, 1, 1}), one)
		join.Case(Box(Range{1, levels + 1, 1}), func(t *Task) (int64, error) {
			sum := int64(0)
			for _, v := range fork.List(t, 0) {
				sum += v
			}
			return sum / int64(width), nil
		}, fork.At(Lin(-1, 1), Many(Fix(0), Fix(width), 1)))
		fork.Case(All(), func(t *Task) (int64, error) {
			return join.Get(t, 0) + 1, kernel(t.Index(0))
		}, join.At(I(0)))
		ValueOutput(b, "z", join, levels)
		return nil
	}}
}

// A barrier lets n callers go on at a time.
type barrier struct {
	mu   sync.Mutex
	n    int
	here int
	gate chan struct{}
}

func (b *barrier) wait() error {
	b.mu.Lock()
	gate := b.gate
	if b.here++; b.here == b.n {
		b.here, b.gate = 0, make(chan struct{})
		close(gate)
	}
	b.mu.Unlock()
	select {
	case <-gate:
		return nil
	case <-time.After(20 * time.Second):
		return fmt.Errorf("fewer than %d tasks run at the same time", b.n)
	}
}

// Ready tasks are never left waiting while workers are idle: here each task
// waits for as many as there are workers.
func TestAllWorkersWork(t *testing.T) {
	const levels = 100
	for _, workers := range []int{2, 3, 8} {
		bar := &barrier{n: workers, gate: make(chan struct{})}
		p := forkJoin(levels, workers, func(level int) error {
			if level%10 == 3 {
				time.Sleep(time.Millisecond) // others park meanwhile
			}
			return bar.wait()
		})
		got, err := Run(t.Context(), p, nil, WithWorkers(workers), WithMemory(1<<20))
		if err != nil || got[0] != int64(levels+1) {
			t.Errorf("%d workers: got %v, %v", workers, got, err)
		}
	}
}

// Workers that park and are woken again lose nothing.
func TestParking(t *testing.T) {
	const levels = 300
	for _, workers := range []int{2, 5, 64} {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		p := forkJoin(levels, 7, func(level int) error {
			if level%3 == 0 {
				time.Sleep(100 * time.Microsecond)
			}
			return nil
		})
		got, err := Run(ctx, p, nil, WithWorkers(workers))
		if err != nil || got[0] != int64(levels+1) {
			t.Errorf("%d workers: got %v, %v", workers, got, err)
		}
		cancel()
	}
}

// A large graph on many workers gives the values of one worker.
func TestWavefront(t *testing.T) {
	want, err := Run(t.Context(), wavefront(120), nil, WithWorkers(1))
	if err != nil {
		t.Fatal(err)
	}
	for _, workers := range []int{2, 7, 64} {
		got, err := Run(t.Context(), wavefront(120), nil, WithWorkers(workers))
		if err != nil || got[0] != want[0] {
			t.Errorf("%d workers: got %v, %v, want %v", workers, got, err, want)
		}
	}
}

// wavefront returns a program in which each task reads those above and to
// the left of it.
func wavefront(n int) *Program {
	return &Program{Name: "wavefront", Outputs: []OutputInfo{{Name: "z"}}, Build: func(b *Builder) error {
		buildWavefront(b, n)
		return nil
	}}
}

// Runs may overlap: nothing is shared between them.
func TestRunsOverlap(t *testing.T) {
	var group sync.WaitGroup
	p := wavefront(30)
	want, err := Run(t.Context(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 8 {
		group.Go(func() {
			if got, err := Run(t.Context(), p, nil, WithWorkers(3)); err != nil || got[0] != want[0] {
				t.Errorf("got %v, %v, want %v", got, err, want)
			}
		})
	}
	group.Wait()
}

// The empty grid of an output needs no task.
func TestNoTasks(t *testing.T) {
	got, err := Run(t.Context(), identity([]int{0}, [][]int{{}}, true), []any{count(0)})
	if err != nil || len(got[0].(*Array[float64]).Data()) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
}
