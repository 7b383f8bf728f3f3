package runtime

import (
	"sync/atomic"
	"testing"
	"time"
)

const blockBytes = 1 << 20

// sumOfBlocks returns a program that sums n blocks of blockBytes, each of
// which has a task of its own that makes it and one that adds it up.
func sumOfBlocks(n int) *Program {
	shape := []int{blockBytes / 8}
	return &Program{Name: "blocks", Outputs: []OutputInfo{{Name: "z"}}, Build: func(b *Builder) error {
		x := NewLayer[*Block[float64]](b, Info{Name: "x", Grid: []int{n}})
		x.Case(All(), func(t *Task) (*Block[float64], error) {
			time.Sleep(50 * time.Microsecond)
			v := AllocZero[float64](t, shape)
			v.Data[0] = float64(t.Index(0))
			return v, nil
		})
		y := NewLayer[*Block[float64]](b, Info{Name: "y", Grid: []int{n}})
		y.Case(All(), func(t *Task) (*Block[float64], error) {
			v := Reuse(t, shape, x.Get(t, 0))
			copy(v.Data, x.Get(t, 0).Data)
			return v, nil
		}, x.At(Lin(n-1, -1)))
		s := NewLayer[float64](b, Info{Name: "s", Grid: []int{n}})
		s.Case(All(), func(t *Task) (float64, error) { return y.Get(t, 0).Data[0], nil }, y.At(I(0)))
		z := NewLayer[float64](b, Info{Name: "z"})
		z.Case(All(), func(t *Task) (float64, error) {
			sum := 0.0
			for _, v := range s.List(t, 0) {
				sum += v
			}
			return sum, nil
		}, s.At(Many(Fix(0), Fix(n), 1)))
		ValueOutput(b, "z", z)
		return nil
	}}
}

// A limit below what the workers would use together is kept, but for a value
// each, and the run still ends.
func TestMemoryLimit(t *testing.T) {
	const n = 64
	for _, workers := range []int{1, 2, 8} {
		for _, limit := range []int64{0, 3 * blockBytes, blockBytes + blockBytes/4} {
			peak := &peakObserver{}
			got, err := Run(t.Context(), sumOfBlocks(n), nil, WithWorkers(workers), WithMemory(limit), WithObserver(peak))
			if err != nil || got[0] != float64(n*(n-1)/2) {
				t.Fatalf("%d workers, limit %d: got %v, %v", workers, limit, got, err)
			}
			if most := limit + int64(workers)*blockBytes; limit > 0 && peak.peak > most {
				t.Errorf("%d workers, limit %d: peak %d, want at most %d", workers, limit, peak.peak, most)
			}
		}
	}
}

// What is known of a case keeps tasks that run at the same time within the
// limit: here the first task shows what the others will take.
func TestMemoryLimitIsKept(t *testing.T) {
	const n, limit = 100, 4 * blockBytes
	shape := []int{blockBytes / 8}
	p := &Program{Name: "kept", Outputs: []OutputInfo{{Name: "z"}}, Build: func(b *Builder) error {
		first := NewLayer[int64](b, Info{Name: "first"})
		x := NewLayer[*Block[float64]](b, Info{Name: "x", Grid: []int{n}})
		makeBlock := func(t *Task) (*Block[float64], error) {
			v := AllocZero[float64](t, shape)
			time.Sleep(200 * time.Microsecond)
			return v, nil
		}
		x.Case(Box(Range{0, 1, 1}), makeBlock)
		first.Case(All(), func(t *Task) (int64, error) { return int64(x.Get(t, 0).Data[0]), nil }, x.At(Fix(0)))
		y := NewLayer[*Block[float64]](b, Info{Name: "y", Grid: []int{n}})
		y.Case(All(), makeBlock, first.At())
		s := NewLayer[float64](b, Info{Name: "s", Grid: []int{n}})
		s.Case(All(), func(t *Task) (float64, error) { return y.Get(t, 0).Data[0], nil }, y.At(I(0)))
		z := NewLayer[int64](b, Info{Name: "z"})
		z.Case(All(), func(t *Task) (int64, error) { return int64(len(s.List(t, 0))), nil }, s.At(Many(Fix(0), Fix(n), 1)))
		ValueOutput(b, "z", z)
		return nil
	}}
	peak := &peakObserver{}
	got, err := Run(t.Context(), p, nil, WithWorkers(16), WithMemory(limit), WithObserver(peak))
	if err != nil || got[0] != int64(n) {
		t.Fatal(got, err)
	}
	if peak.peak > limit {
		t.Errorf("the peak is %d, above the limit of %d", peak.peak, limit)
	}
}

// Values that only an output needs stay until the end: the limit cannot be
// kept, and must not stop the run.
func TestMemoryLimitProgress(t *testing.T) {
	const n = 16
	p := &Program{Name: "all", Outputs: []OutputInfo{{Name: "z", Array: true, DType: "float64", Shape: []int{-1}}}, Build: func(b *Builder) error {
		x := NewLayer[*Block[float64]](b, Info{Name: "x", Grid: []int{n}})
		x.Case(All(), func(t *Task) (*Block[float64], error) {
			return AllocZero[float64](t, []int{blockBytes / 8}), nil
		})
		ArrayOutput(b, "z", x)
		return nil
	}}
	got, err := Run(t.Context(), p, nil, WithWorkers(4), WithMemory(2*blockBytes))
	if err != nil {
		t.Fatal(err)
	}
	if shape := got[0].(*Array[float64]).Shape(); shape[0] != n*blockBytes/8 {
		t.Errorf("the array has shape %v", shape)
	}
}

// peakObserver keeps the peak of a run.
type peakObserver struct {
	info  *RunInfo
	tasks atomic.Int64
	peak  int64
	done  error
}

func (p *peakObserver) RunStart(r *RunInfo)  { p.info = r }
func (p *peakObserver) TaskStart(*TaskEvent) {}
func (p *peakObserver) TaskDone(*TaskEvent)  { p.tasks.Add(1) }
func (p *peakObserver) RunDone(err error)    { p.peak, p.done = p.info.Peak(), err }

// Sources are taken depth first: without any limit one worker keeps a block
// or two.
func TestFewBlocksAlive(t *testing.T) {
	peak := &peakObserver{}
	if _, err := Run(t.Context(), sumOfBlocks(200), nil, WithWorkers(1), WithObserver(peak)); err != nil {
		t.Fatal(err)
	}
	if peak.peak > 2*blockBytes {
		t.Errorf("the peak is %d, want two blocks or less", peak.peak)
	}
	if int(peak.tasks.Load()) != peak.info.Tasks || peak.info.Tasks != 601 {
		t.Errorf("%d of %d tasks were seen, want 601", peak.tasks.Load(), peak.info.Tasks)
	}
}

// A task that is the last to read a block may write to it; one that is not,
// or that reads it twice, may not.
func TestReuse(t *testing.T) {
	shape := []int{1024}
	var buffers [3]*buffer
	kernel := func(l *Layer[*Block[float64]]) func(*Task) (*Block[float64], error) {
		return func(t *Task) (*Block[float64], error) {
			x := l.Get(t, 0)
			v := Reuse(t, shape, x)
			for i := range v.Data {
				v.Data[i] = x.Data[i] + 1
			}
			return v, nil
		}
	}
	p := &Program{Name: "reuse", Outputs: []OutputInfo{{Name: "a"}, {Name: "b"}}, Build: func(b *Builder) error {
		x := NewLayer[*Block[float64]](b, Info{Name: "x"})
		x.Case(All(), func(t *Task) (*Block[float64], error) {
			v := AllocZero[float64](t, shape)
			buffers[0] = v.buf
			return v, nil
		})
		y := NewLayer[*Block[float64]](b, Info{Name: "y"}) // the only one to read x: takes its buffer
		y.Case(All(), kernel(x), x.At())
		twice := NewLayer[*Block[float64]](b, Info{Name: "twice"}) // reads y twice
		twice.Case(All(), kernel(y), y.At(), y.At())
		ValueOutput(b, "a", twice)
		again := NewLayer[*Block[float64]](b, Info{Name: "again"}) // an output is not overwritten
		again.Case(All(), kernel(twice), twice.At())
		ValueOutput(b, "b", again)
		y.cases[0].run = spy(y, y.cases[0].run, &buffers[1])
		twice.cases[0].run = spy(twice, twice.cases[0].run, &buffers[2])
		return nil
	}}
	got, err := Run(t.Context(), p, nil, WithWorkers(1))
	if err != nil {
		t.Fatal(err)
	}
	if buffers[1] != buffers[0] {
		t.Error("the last reader did not take over the buffer")
	}
	if buffers[2] == buffers[1] {
		t.Error("a buffer was overwritten that the task reads twice")
	}
	if a, b := got[0].(*Block[float64]), got[1].(*Block[float64]); a.Data[7] != 2 || b.Data[7] != 3 {
		t.Errorf("outputs are %v and %v, want 2 and 3", a.Data[7], b.Data[7])
	}
}

// spy notes the buffer of the value that a case computes.
func spy(l *Layer[*Block[float64]], run func(*Task) error, buf **buffer) func(*Task) error {
	return func(t *Task) error {
		err := run(t)
		if err == nil {
			*buf = l.vals[t.lin].buf
		}
		return err
	}
}
