package runtime

import (
	"context"
	"errors"
	"fmt"
	"io"
	goruntime "runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// plain returns the program of x = 1, y = x + 1, z = y + 10.
func plain() *Program {
	return &Program{
		Name:    "plain",
		Outputs: []OutputInfo{{Name: "z"}},
		Build: func(b *Builder) error {
			x := NewLayer[int64](b, Info{Name: "x"})
			x.Case(All(), func(*Task) (int64, error) { return 1, nil })
			y := NewLayer[int64](b, Info{Name: "y", Op: "inc"})
			y.Case(All(), func(t *Task) (int64, error) { return x.Get(t, 0) + 1, nil }, x.At())
			z := NewLayer[int64](b, Info{Name: "z", Op: "add"})
			z.Case(All(), func(t *Task) (int64, error) { return y.Get(t, 0) + 10, nil }, y.At())
			ValueOutput(b, "z", z)
			return nil
		},
	}
}

func TestPlain(t *testing.T) {
	for range 2 { // a program may be run again
		got, err := Run(t.Context(), plain(), nil)
		if err != nil || got[0] != int64(12) {
			t.Fatalf("got %v, %v, want 12", got, err)
		}
	}
}

// grid returns a program whose layer y has tasks that call kernel, and whose
// output z is the sum of y.
func grid(n int, kernel func(t *Task) (int64, error)) *Program {
	return &Program{
		Name:    "grid",
		Outputs: []OutputInfo{{Name: "z"}},
		Build: func(b *Builder) error {
			y := NewLayer[int64](b, Info{Name: "y", Grid: []int{n, n}, Op: "mean", Pos: "graph.json:12"})
			y.Case(All(), kernel)
			z := NewLayer[int64](b, Info{Name: "z"})
			z.Case(All(), func(t *Task) (int64, error) {
				sum := int64(0)
				for _, v := range y.List(t, 0) {
					sum += v
				}
				return sum, nil
			}, y.At(Many(Fix(0), Fix(n), 1), Many(Fix(0), Fix(n), 1)))
			ValueOutput(b, "z", z)
			return nil
		},
	}
}

func TestErrorNamesTask(t *testing.T) {
	want := errors.New("empty axis")
	for _, tc := range []struct {
		name string
		fail func() error
		text string
	}{
		{"error", func() error { return want }, `task ("y", 3, 4) in layer "y" (graph.json:12): mean: empty axis`},
		{"prefixed", func() error { return fmt.Errorf("mean: %w", want) }, `task ("y", 3, 4) in layer "y" (graph.json:12): mean: empty axis`},
		{"panic", func() error { panic(want) }, `task ("y", 3, 4) in layer "y" (graph.json:12): mean: panic: empty axis`},
	} {
		for _, workers := range []int{1, 2, 64} {
			p := grid(8, func(t *Task) (int64, error) {
				if t.Index(0) == 3 && t.Index(1) == 4 {
					return 0, tc.fail()
				}
				return 1, nil
			})
			_, err := Run(t.Context(), p, nil, WithWorkers(workers))
			var e *TaskError
			if !errors.As(err, &e) || e.Error() != tc.text || e.Key != `("y", 3, 4)` {
				t.Errorf("%s, %d workers: got %v, want %s", tc.name, workers, err, tc.text)
			}
			if !errors.Is(err, want) {
				t.Errorf("%s: the error does not wrap the kernel's", tc.name)
			}
		}
	}
}

func TestPanicKeepsStack(t *testing.T) {
	_, err := Run(t.Context(), grid(1, failingKernel), nil)
	var p *PanicError
	if !errors.As(err, &p) || !strings.Contains(string(p.Stack), "failingKernel") {
		t.Fatalf("got %v without the stack of the panic", err)
	}
}

func failingKernel(*Task) (int64, error) {
	var s []int64
	return s[1], nil
}

func TestGoexit(t *testing.T) {
	_, err := Run(t.Context(), grid(4, func(task *Task) (int64, error) {
		if task.Ordinal() == 5 {
			goruntime.Goexit()
		}
		return 1, nil
	}), nil, WithWorkers(3))
	if !errors.Is(err, errExited) {
		t.Fatalf("got %v, want %v", err, errExited)
	}
}

// A failure ends the run although other tasks are left.
func TestErrorStopsOthers(t *testing.T) {
	ran := atomic.Int32{}
	p := grid(300, func(t *Task) (int64, error) {
		ran.Add(1)
		return 0, io.ErrUnexpectedEOF
	})
	if _, err := Run(t.Context(), p, nil, WithWorkers(4)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	if n := ran.Load(); n > 4 {
		t.Errorf("%d tasks were run, want at most one for each worker", n)
	}
}

func TestCancel(t *testing.T) {
	cause := errors.New("enough")
	for _, workers := range []int{1, 2, 16} {
		ctx, cancel := context.WithCancelCause(t.Context())
		ran := atomic.Int32{}
		p := grid(100, func(t *Task) (int64, error) {
			if ran.Add(1) == 20 {
				cancel(cause)
			}
			<-time.After(10 * time.Microsecond)
			return 1, nil
		})
		if _, err := Run(ctx, p, nil, WithWorkers(workers)); !errors.Is(err, cause) {
			t.Errorf("%d workers: got %v, want %v", workers, err, cause)
		}
		if n := ran.Load(); n > 9000 {
			t.Errorf("%d workers: all tasks were run", workers)
		}
	}
}

// A kernel may watch the context of its task.
func TestCancelWithinKernel(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	_, err := Run(ctx, grid(2, func(t *Task) (int64, error) {
		<-t.Context().Done()
		return 0, t.Context().Err()
	}), nil, WithWorkers(2))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
}

// A kernel that returns the context's error is not to blame for it.
func TestCancelCause(t *testing.T) {
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	_, err := Run(ctx, grid(2, func(t *Task) (int64, error) {
		cancel(cause)
		<-t.Context().Done()
		return 0, fmt.Errorf("reading: %w", t.Context().Err())
	}), nil, WithWorkers(2))
	if err != cause {
		t.Errorf("got %v, want %v", err, cause)
	}
}

func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Run(ctx, grid(2, func(t *Task) (int64, error) {
		return 0, errors.New("a task was run")
	}), nil)
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

// Tasks that no output needs are not run.
func TestOnlyNeeded(t *testing.T) {
	var ran []int
	p := &Program{Name: "needed", Outputs: []OutputInfo{{Name: "z"}}, Build: func(b *Builder) error {
		x := NewLayer[int64](b, Info{Name: "x", Grid: []int{10}})
		x.Case(All(), func(t *Task) (int64, error) {
			ran = append(ran, t.Index(0))
			return int64(t.Index(0)), nil
		})
		z := NewLayer[int64](b, Info{Name: "z", Grid: []int{10}})
		z.Case(All(), func(t *Task) (int64, error) { return 2 * z1(t, x), nil }, x.At(Lin(9, -1)))
		ValueOutput(b, "z", z, 3)
		return nil
	}}
	got, err := Run(t.Context(), p, nil, WithWorkers(1))
	if err != nil || got[0] != int64(12) || len(ran) != 1 || ran[0] != 6 {
		t.Fatalf("got %v, %v after running x%v, want 12 after x[6]", got, err, ran)
	}
}

func z1(t *Task, l *Layer[int64]) int64 { return l.Get(t, 0) }

// A layer may read itself, and what a layer after it computes.
func TestRecurrence(t *testing.T) {
	const n = 1000
	p := &Program{Name: "fibonacci", Outputs: []OutputInfo{{Name: "f"}}, Build: func(b *Builder) error {
		f := NewLayer[int64](b, Info{Name: "f", Grid: []int{n}})
		f.Case(Box(Range{0, 2, 1}), func(t *Task) (int64, error) { return int64(t.Index(0)), nil })
		f.Case(Box(Range{2, n, 1}), func(t *Task) (int64, error) {
			return (f.Get(t, 0) + f.Get(t, 1)) % 1000007, nil
		}, f.At(Lin(-2, 1)), f.At(Lin(-1, 1)))
		ValueOutput(b, "f", f, n-1)
		return nil
	}}
	a, c := int64(0), int64(1)
	for range n - 2 {
		a, c = c, (a+c)%1000007
	}
	got, err := Run(t.Context(), p, nil)
	if err != nil || got[0] != c {
		t.Fatalf("got %v, %v, want %d", got, err, c)
	}
}

func TestBuildErrors(t *testing.T) {
	one := func(*Task) (int64, error) { return 1, nil }
	for _, tc := range []struct {
		name  string
		build func(b *Builder)
		want  string
	}{
		{"cycle", func(b *Builder) {
			x := NewLayer[int64](b, Info{Name: "x"})
			y := NewLayer[int64](b, Info{Name: "y"})
			z := NewLayer[int64](b, Info{Name: "z"})
			x.Case(All(), one, z.At())
			y.Case(All(), one, x.At())
			z.Case(All(), one, y.At())
			ValueOutput(b, "z", z)
		}, `the graph has a cycle: "z" reads "y" reads "x" reads "z"`},
		{"self", func(b *Builder) {
			z := NewLayer[int64](b, Info{Name: "z", Grid: []int{3}})
			z.Case(All(), one, z.At(Lin(2, -1)))
			ValueOutput(b, "z", z, 1)
		}, `the graph has a cycle: ("z", 1) reads ("z", 1)`},
		{"no kernel", func(b *Builder) {
			x := NewLayer[int64](b, Info{Name: "x", Grid: []int{4}})
			x.Case(IDs([]uint32{0, 2, 3}), one)
			z := NewLayer[int64](b, Info{Name: "z"})
			z.Case(All(), one, x.At(Fix(1)))
			ValueOutput(b, "z", z)
		}, `task ("x", 1), which task "z" reads, has no kernel`},
		{"overlap", func(b *Builder) {
			z := NewLayer[int64](b, Info{Name: "z", Grid: []int{4}})
			z.Case(All(), one)
			z.Case(IDs([]uint32{2}), one)
			ValueOutput(b, "z", z, 0)
		}, `two cases cover task ("z", 2)`},
		{"affine outside", func(b *Builder) {
			z := NewLayer[int64](b, Info{Name: "z", Grid: []int{4}})
			z.Case(All(), one, z.At(Lin(1, 1)))
			ValueOutput(b, "z", z, 0)
		}, `operand 0: reads indices 1 to 4 along axis 0 of layer "z", which has 4`},
		{"list outside", func(b *Builder) {
			x := NewLayer[int64](b, Info{Name: "x", Grid: []int{4}})
			x.Case(All(), one)
			z := NewLayer[int64](b, Info{Name: "z"})
			z.Case(All(), one, x.At(Many(Fix(1), Fix(4), 1)))
			ValueOutput(b, "z", z)
		}, `task "z" reads outside of the grid [4] of layer "x"`},
		{"table outside", func(b *Builder) {
			x := NewLayer[int64](b, Info{Name: "x", Grid: []int{4}})
			x.Case(All(), one)
			z := NewLayer[int64](b, Info{Name: "z"})
			z.Case(All(), one, x.Table([]uint32{4}))
			ValueOutput(b, "z", z)
		}, `task "z" reads outside`},
		{"table length", func(b *Builder) {
			z := NewLayer[int64](b, Info{Name: "z", Grid: []int{4}})
			z.Case(All(), one, z.Table([]uint32{0, 1}))
			ValueOutput(b, "z", z, 0)
		}, "a table of 2 entries for 4 tasks"},
		{"offsets", func(b *Builder) {
			z := NewLayer[int64](b, Info{Name: "z"})
			z.Case(All(), one, z.TableList([]uint32{0, 3}, []uint32{0}))
			ValueOutput(b, "z", z)
		}, "offset 1 of a table is 3"},
		{"rank", func(b *Builder) {
			z := NewLayer[int64](b, Info{Name: "z"})
			z.Case(All(), one, z.At(Fix(0)))
			ValueOutput(b, "z", z)
		}, `reads layer "z" at 1 indices, its grid has 0 axes`},
		{"output index", func(b *Builder) {
			z := NewLayer[int64](b, Info{Name: "z", Grid: []int{4}})
			z.Case(All(), one)
			ValueOutput(b, "z", z, 4)
		}, `output "z": index 4 along axis 0 of layer "z", which has 4`},
		{"no output", func(b *Builder) {}, `output "z" was not built`},
		{"unknown output", func(b *Builder) {
			z := NewLayer[int64](b, Info{Name: "z"})
			ValueOutput(b, "zz", z)
		}, `output "zz" is not declared`},
		{"huge", func(b *Builder) {
			NewLayer[int64](b, Info{Name: "z", Grid: []int{1 << 20, 1 << 20}})
		}, "is too large"},
		{"panic", func(b *Builder) { panic("boom") }, "internal error: building the graph: boom"},
	} {
		p := &Program{Name: "bad", Outputs: []OutputInfo{{Name: "z"}}, Build: func(b *Builder) error {
			tc.build(b)
			return nil
		}}
		_, err := Run(t.Context(), p, nil)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %s", tc.name, err, tc.want)
		}
	}
}
