package runtime

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
)

// parts is work that calls a function for each part.
type parts func(i int)

func (p parts) Part(i int) { p(i) }

// joining returns a program of a chain of tasks, each of which has n parts done,
// beside tasks that do nothing.
func joining(tasks, n int, part func(task, i int)) *Program {
	return &Program{Name: "join", Outputs: []OutputInfo{{Name: "z"}}, Build: func(b *Builder) error {
		x := NewLayer[int64](b, Info{Name: "x", Grid: []int{tasks}})
		work := func(t *Task) (int64, error) {
			task := t.Index(0)
			t.Join(n, parts(func(i int) { part(task, i) }))
			return 1, nil
		}
		x.Case(Box(Range{0, 1, 1}), work)
		x.Case(Box(Range{1, tasks, 1}), work, x.At(Lin(-1, 1)))
		idle := NewLayer[int64](b, Info{Name: "idle", Grid: []int{20}})
		idle.Case(All(), one)
		z := NewLayer[int64](b, Info{Name: "z"})
		z.Case(All(), one, x.At(Fix(tasks-1)), idle.At(Many(Fix(0), Fix(20), 1)))
		ValueOutput(b, "z", z)
		return nil
	}}
}

// TestJoin: all parts are done once, before the task ends.
func TestJoin(t *testing.T) {
	const tasks, n = 300, 7
	for _, workers := range []int{1, 2, 8} {
		var counts [tasks][n]atomic.Int32
		p := joining(tasks, n, func(task, i int) {
			for range 200 * i {
				counts[task][i].Load()
			}
			if task > 0 {
				for j := range n {
					if counts[task-1][j].Load() != 1 {
						t.Errorf("part %d of task %d began before the task before it ended", i, task)
					}
				}
			}
			counts[task][i].Add(1)
		})
		if _, err := Run(context.Background(), p, nil, WithWorkers(workers)); err != nil {
			t.Fatal(err)
		}
		for i := range counts[tasks-1] {
			if got := counts[tasks-1][i].Load(); got != 1 {
				t.Errorf("%d workers did part %d of the last task %d times", workers, i, got)
			}
		}
	}
}

// TestJoinTogether: all workers are in the work, as each part waits for the
// others.
func TestJoinTogether(t *testing.T) {
	const workers = 4
	all := &barrier{n: workers, gate: make(chan struct{})}
	p := joining(20, workers, func(task, i int) {
		if err := all.wait(); err != nil {
			t.Error(err)
		}
	})
	if _, err := Run(context.Background(), p, nil, WithWorkers(workers)); err != nil {
		t.Fatal(err)
	}
}

// TestJoinPanics: a panic of whoever does a part is the task's.
func TestJoinPanics(t *testing.T) {
	trouble := errors.New("trouble")
	for range 50 {
		all := &barrier{n: 3, gate: make(chan struct{})}
		p := joining(1, 3, func(task, i int) {
			if err := all.wait(); err != nil {
				t.Error(err)
			}
			if i == 1 {
				panic(trouble)
			}
		})
		_, err := Run(context.Background(), p, nil, WithWorkers(3))
		if !errors.Is(err, trouble) || !strings.Contains(err.Error(), `layer "x"`) || strings.Count(err.Error(), "panic") != 1 {
			t.Fatalf("error %v", err)
		}
	}
}

// TestJoinAlone: without a run the caller does all parts.
func TestJoinAlone(t *testing.T) {
	sum := 0
	(*Task)(nil).Join(4, parts(func(i int) { sum += i + 1 }))
	if sum != 10 {
		t.Errorf("the parts add up to %d, want 10", sum)
	}
}
