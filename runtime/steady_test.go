package runtime

import (
	goruntime "runtime"
	"testing"
)

// steady returns a program over n blocks of an input: y = x + 1 and z = -y in
// place, w a transposed view, its sums, and their sum.
func steady(n int) (*Program, []any) {
	in := InputInfo{Name: "x", DType: "float64", Shape: []int{16 * n, 16}, Chunks: [][]int{Chunks(16*n, 16), {16}}}
	shape := []int{16, 16}
	p := &Program{Name: "steady", Inputs: []InputInfo{in}, Outputs: []OutputInfo{{Name: "z"}}, Build: func(b *Builder) error {
		x := InputLayer[float64](b, "x")
		y := NewLayer[*Block[float64]](b, Info{Name: "y", Grid: []int{n, 1}})
		y.Case(All(), func(t *Task) (*Block[float64], error) {
			v, from := Alloc[float64](t, shape), x.Get(t, 0)
			for i := range v.Data {
				v.Data[i] = from.Data[from.Offset+i] + 1
			}
			return v, nil
		}, x.At(I(0), I(1)))
		z := NewLayer[*Block[float64]](b, Info{Name: "z", Grid: []int{n, 1}})
		z.Case(All(), func(t *Task) (*Block[float64], error) {
			v, from := Reuse(t, shape, y.Get(t, 0)), y.Get(t, 0)
			for i := range v.Data {
				v.Data[i] = -from.Data[i]
			}
			return v, nil
		}, y.At(I(0), I(1)))
		w := NewLayer[*Block[float64]](b, Info{Name: "w", Grid: []int{n, 1}})
		w.Case(All(), func(t *Task) (*Block[float64], error) {
			return z.Get(t, 0).View(shape, []int{1, 16}, 0), nil
		}, z.At(I(0), I(1)))
		s := NewLayer[*Block[float64]](b, Info{Name: "s", Grid: []int{n}})
		s.Case(All(), func(t *Task) (*Block[float64], error) {
			v := AllocZero[float64](t, []int{1})
			for i, e := range w.Get(t, 0).Data {
				v.Data[0] += e * float64(i%3)
			}
			return v, nil
		}, w.At(I(0), Fix(0)))
		f := NewLayer[float64](b, Info{Name: "f", Grid: []int{n}})
		f.Case(All(), func(t *Task) (float64, error) { return s.Get(t, 0).Data[0], nil }, s.At(I(0)))
		sum := NewLayer[float64](b, Info{Name: "sum"})
		sum.Case(All(), func(t *Task) (float64, error) {
			all := 0.0
			for _, v := range f.List(t, 0) {
				all += v
			}
			return all, nil
		}, f.At(Many(Fix(0), Fix(n), 1)))
		ValueOutput(b, "z", sum)
		return nil
	}}
	data := make([]float64, 256*n)
	for i := range data {
		data[i] = float64(i % 7)
	}
	return p, []any{FromData(data, 16*n, 16)}
}

// allocsOf returns how often the run of a program allocates, without the
// building of the graph.
func allocsOf(t *testing.T, p *Program, args []any, workers int) uint64 {
	b, err := build(p, args, 0)
	if err != nil {
		t.Fatal(err)
	}
	g, err := newGraph(b, b.roots())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.openOutputs(g, new(options)); err != nil {
		t.Fatal(err)
	}
	r := newRun(t.Context(), g, newMemory(0), workers, 0, nil)
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	err = r.execute()
	goruntime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	return after.Mallocs - before.Mallocs
}

// Twice the blocks take no more allocations: buffers and headers of blocks and
// views are those of blocks that were released.
func TestSteadyState(t *testing.T) {
	const n = 1000
	for _, workers := range []int{1, 4} {
		least := func(n int) uint64 {
			p, args := steady(n)
			best := allocsOf(t, p, args, workers)
			for range 4 { // others of the test binary allocate too
				best = min(best, allocsOf(t, p, args, workers))
			}
			return best
		}
		one, two := least(n), least(2*n)
		if two > one+n/20 {
			t.Errorf("%d workers: %d allocations for %d blocks, %d for %d", workers, one, n, two, 2*n)
		}
	}
}

// The values are right when what was released is overwritten.
func TestSteadyPoison(t *testing.T) {
	p, args := steady(50)
	want, err := Run(t.Context(), p, args, WithWorkers(1))
	if err != nil {
		t.Fatal(err)
	}
	b, err := build(p, args, 0)
	if err != nil {
		t.Fatal(err)
	}
	g, err := newGraph(b, b.roots())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.openOutputs(g, new(options)); err != nil {
		t.Fatal(err)
	}
	m := newMemory(0)
	m.poison = true
	if err := newRun(t.Context(), g, m, 3, 0, nil).execute(); err != nil {
		t.Fatal(err)
	}
	if got := b.outputs[0].value(); got != want[0] {
		t.Errorf("got %v, want %v", got, want[0])
	}
	if m.inUse() != 0 {
		t.Errorf("%d bytes in use at the end", m.inUse())
	}
}
