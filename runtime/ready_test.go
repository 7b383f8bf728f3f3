package runtime

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// slowFan returns a program of one task that calls slow, n tasks that read it,
// and one that reads them all.
func slowFan(n int, slow func() error) *Program {
	return &Program{Name: "fan", Outputs: []OutputInfo{{Name: "z"}}, Build: func(b *Builder) error {
		x := NewLayer[int64](b, Info{Name: "x"})
		x.Case(All(), func(*Task) (int64, error) { return 1, slow() })
		y := NewLayer[int64](b, Info{Name: "y", Grid: []int{n}})
		y.Case(All(), func(t *Task) (int64, error) { return x.Get(t, 0), nil }, x.At())
		z := NewLayer[int64](b, Info{Name: "z"})
		z.Case(All(), func(t *Task) (int64, error) {
			sum := int64(0)
			for _, v := range y.List(t, 0) {
				sum += v
			}
			return sum, nil
		}, y.At(Many(Fix(0), Fix(n), 1)))
		ValueOutput(b, "z", z)
		return nil
	}}
}

// Many tasks wait for one, and one for many of them.
func TestManyWait(t *testing.T) {
	const n = 20_000
	for _, workers := range []int{1, 2, 8, 64} {
		p := slowFan(n, func() error {
			time.Sleep(2 * time.Millisecond)
			return nil
		})
		if got, err := Run(t.Context(), p, nil, WithWorkers(workers)); err != nil || got[0] != int64(n) {
			t.Errorf("%d workers: got %v, %v", workers, got, err)
		}
	}
}

// A worker passes by any number of tasks that have to wait, and runs what is
// ready behind them: here the task that the others wait for needs it to.
func TestRunsBehindWaiting(t *testing.T) {
	const chain, free = 5 * farAhead, 100
	for _, workers := range []int{2, 3, 16} {
		var ran sync.WaitGroup
		ran.Add(free)
		p := &Program{Name: "behind", Outputs: []OutputInfo{{Name: "a"}, {Name: "b"}}, Build: func(b *Builder) error {
			x := NewLayer[int64](b, Info{Name: "x", Grid: []int{chain}})
			x.Case(Box(Range{0, 1, 1}), func(*Task) (int64, error) { return 1, within20s(&ran) })
			x.Case(Box(Range{1, chain, 1}), func(t *Task) (int64, error) { return 1 + x.Get(t, 0), nil }, x.At(Lin(-1, 1)))
			y := NewLayer[int64](b, Info{Name: "y", Grid: []int{free}})
			y.Case(All(), func(*Task) (int64, error) { ran.Done(); return 1, nil })
			z := NewLayer[int64](b, Info{Name: "z"})
			z.Case(All(), one, y.At(Many(Fix(0), Fix(free), 1)))
			ValueOutput(b, "a", x, chain-1)
			ValueOutput(b, "b", z)
			return nil
		}}
		if got, err := Run(t.Context(), p, nil, WithWorkers(workers)); err != nil || got[0] != int64(chain) {
			t.Errorf("%d workers: got %v, %v", workers, got, err)
		}
	}
}

// within20s waits for a group, and fails when that takes too long.
func within20s(g *sync.WaitGroup) error {
	done := make(chan struct{})
	go func() { g.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-time.After(20 * time.Second):
		return fmt.Errorf("ready tasks were not run")
	}
}

// Of the operands in a list that are not done, any may be the one that is
// waited for, with the same probability.
func TestMissingOfList(t *testing.T) {
	const n, rounds = 8, 8000
	b := newBuilder(&Program{Outputs: []OutputInfo{{Name: "z"}}}, nil, 0)
	p := slowFan(n, func() error { return nil })
	if err := p.Build(b); err != nil {
		t.Fatal(err)
	}
	g, err := newGraph(b, b.roots())
	if err != nil {
		t.Fatal(err)
	}
	w := newWorker(&run{g: g}, 0, 2)
	first := b.layers[1].base
	g.state[first+2], g.state[first+5] = doneFlag, doneFlag|1
	join := w.lookAt(uint32(b.layers[2].base))
	count := map[uint32]int{}
	for range rounds {
		count[w.missing(join, uint32(first+7))-uint32(first)]++
	}
	for _, i := range []uint32{0, 1, 3, 4, 6} {
		const want = rounds / 5
		if d := math.Abs(float64(count[i] - want)); d > want/5 {
			t.Errorf("operand %d was picked %d times of %d", i, count[i], rounds)
		}
	}
	if len(count) != 5 {
		t.Errorf("picked were %v", count)
	}
	for i := range n {
		g.state[first+i] = doneFlag
	}
	if op := w.missing(join, noTask); op != noTask {
		t.Errorf("task %d is missing, though all are done", op)
	}
}

// A task that frees memory is taken once, whoever comes first.
func TestGrabOnce(t *testing.T) {
	for range 1000 {
		var word uint32
		var got atomic.Int32
		var group sync.WaitGroup
		w := &worker{}
		for range 3 {
			group.Go(func() {
				if w.grab(&word) {
					got.Add(1)
				}
			})
		}
		w.leaveIn(&word)
		group.Wait()
		if got.Load() != 1 || word != takenFlag|1 {
			t.Fatalf("taken %d times, word %x", got.Load(), word)
		}
	}
}

// leaveIn has task 0 wait for a task whose word is given.
func (w *worker) leaveIn(word *uint32) {
	w.g = &graph{next: make([]uint32, 1)}
	w.leave(0, word)
}
