package runtime

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"
	"time"
)

// benchGraphs are graphs of about n trivial tasks: what a run of them costs is
// the scheduler's.
var benchGraphs = []struct {
	name  string
	build func(b *Builder, n int)
}{
	{"independent", buildIndependent},
	{"chain", buildChain},
	{"tree", buildTree},
	{"wavefront", func(b *Builder, n int) { buildWavefront(b, int(math.Sqrt(float64(n)))) }},
	{"random", func(b *Builder, n int) { outputAll(b, buildRandom(b, n, 1, plus)) }},
	{"blocks", buildBlocks},
	{"random-blocks", func(b *Builder, n int) { outputAll(b, buildRandom(b, n, oneBlock, plusBlock)) }},
}

// one is a task without operands.
func one(*Task) (int64, error) { return 1, nil }

func buildIndependent(b *Builder, n int) {
	x := NewLayer[int64](b, Info{Name: "x", Grid: []int{n}})
	x.Case(All(), one)
	outputAll(b, x)
}

func buildChain(b *Builder, n int) {
	x := NewLayer[int64](b, Info{Name: "x", Grid: []int{n}})
	x.Case(Box(Range{0, 1, 1}), one)
	x.Case(Box(Range{1, n, 1}), func(t *Task) (int64, error) {
		return 1 + x.Get(t, 0), nil
	}, x.At(Lin(-1, 1)))
	ValueOutput(b, "z", x, n-1)
}

// buildTree sums pairs, level by level.
func buildTree(b *Builder, n int) {
	n = 1 << (bits.Len(uint(n)) - 2)
	x := NewLayer[int64](b, Info{Name: "x", Grid: []int{n}})
	x.Case(All(), one)
	for n > 1 {
		n /= 2
		y := NewLayer[int64](b, Info{Name: "sum", Grid: []int{n}})
		from := x
		y.Case(All(), func(t *Task) (int64, error) {
			return from.Get(t, 0) + from.Get(t, 1), nil
		}, from.At(Lin(0, 2)), from.At(Lin(1, 2)))
		x = y
	}
	ValueOutput(b, "z", x, 0)
}

func buildWavefront(b *Builder, n int) {
	x := NewLayer[int64](b, Info{Name: "x", Grid: []int{n, n}})
	head, tail := Range{0, 1, 1}, Range{1, n, 1}
	up, left := x.At(Lin(-1, 1), I(1)), x.At(I(0), Lin(-1, 0, 1))
	x.Case(Box(head, head), one)
	x.Case(Box(head, tail), func(t *Task) (int64, error) { return 1 + x.Get(t, 0)&0xff, nil }, left)
	x.Case(Box(tail, head), func(t *Task) (int64, error) { return 1 + x.Get(t, 0)&0xff, nil }, up)
	x.Case(Box(tail, tail), func(t *Task) (int64, error) {
		return 1 + x.Get(t, 0)&0xff + x.Get(t, 1)&0xff, nil
	}, up, left)
	ValueOutput(b, "z", x, n-1, n-1)
}

// buildRandom reads zero to three of the thousand tasks before, by tables over
// explicit sets. A value is first, plus what it reads.
func buildRandom[V any](b *Builder, n int, first V, plus func(V, V) V) *Layer[V] {
	r := rand.New(rand.NewPCG(1, 2))
	var sets [4][]uint32
	var columns [4][3][]uint32
	for i := range n {
		k := 0
		if i > 0 {
			k = r.IntN(4)
		}
		sets[k] = append(sets[k], uint32(i))
		for slot := range k {
			columns[k][slot] = append(columns[k][slot], uint32(i-1-r.IntN(min(i, 1000))))
		}
	}
	x := NewLayer[V](b, Info{Name: "x", Grid: []int{n}})
	for k := range sets {
		reads := make([]Read, k)
		for slot := range reads {
			reads[slot] = x.Table(columns[k][slot])
		}
		x.Case(IDs(sets[k]), func(t *Task) (V, error) {
			sum := first
			for slot := range k {
				sum = plus(sum, x.Get(t, slot))
			}
			return sum, nil
		}, reads...)
	}
	return x
}

// plus keeps sums small.
func plus(x, y int64) int64 { return x + y&0xff }

// oneBlock is a value that must be released.
var oneBlock = FromSlice([]float64{1}, 1)

// plusBlock has a value for sum.
func plusBlock(x, y *Block[float64]) *Block[float64] { return y }

// buildBlocks is y = x + 1, z = sum of y over values that must be released.
func buildBlocks(b *Builder, n int) {
	n /= 3
	x := NewLayer[*Block[float64]](b, Info{Name: "x", Grid: []int{n}})
	x.Case(All(), func(*Task) (*Block[float64], error) { return oneBlock, nil })
	y := NewLayer[*Block[float64]](b, Info{Name: "y", Grid: []int{n}})
	y.Case(All(), func(t *Task) (*Block[float64], error) { return x.Get(t, 0), nil }, x.At(I(0)))
	z := NewLayer[int64](b, Info{Name: "z", Grid: []int{n}})
	z.Case(All(), func(t *Task) (int64, error) { return int64(y.Get(t, 0).Data[0]), nil }, y.At(I(0)))
	outputAll(b, z)
}

// outputAll asks for all values of a layer.
func outputAll[V any](b *Builder, l *Layer[V]) {
	ids := make([]uint32, l.size)
	for i := range ids {
		ids[i] = uint32(l.base + i)
	}
	b.outputs[0] = &allOutput{ids}
}

// An allOutput is an output of many tasks that keeps no values.
type allOutput struct{ ids []uint32 }

func (o *allOutput) roots() []uint32         { return o.ids }
func (o *allOutput) open(*graph, sink) error { return nil }
func (o *allOutput) finish() error           { return nil }
func (o *allOutput) commit() error           { return nil }
func (o *allOutput) abort()                  {}
func (o *allOutput) value() any              { return nil }

// BenchmarkSchedule measures runs of trivial tasks: best-ns/task is of the
// fastest run alone, setup-ns/task of the fastest building of the graph, B/task
// what the graph holds (without the values).
func BenchmarkSchedule(b *testing.B) {
	for _, tc := range benchGraphs {
		for _, n := range []int{100_000, 1_000_000} {
			for _, workers := range []int{1, 2} {
				b.Run(fmt.Sprintf("%s/tasks=%d/workers=%d", tc.name, n, workers), func(b *testing.B) {
					benchmarkSchedule(b, func(b *Builder) { tc.build(b, n) }, workers)
				})
			}
		}
	}
}

// BenchmarkWorkers measures many more workers than cores.
func BenchmarkWorkers(b *testing.B) {
	for _, tc := range benchGraphs {
		for _, workers := range []int{1, 2, 4, 8, 16, 32, 64} {
			b.Run(fmt.Sprintf("%s/workers=%d", tc.name, workers), func(b *testing.B) {
				benchmarkSchedule(b, func(b *Builder) { tc.build(b, 100_000) }, workers)
			})
		}
	}
}

func benchmarkSchedule(b *testing.B, build func(b *Builder), workers int) {
	p := &Program{Name: "bench", Outputs: []OutputInfo{{Name: "z"}}}
	bu := newBuilder(p, nil, 0)
	build(bu)
	var all, setup, best time.Duration = 0, math.MaxInt64, math.MaxInt64
	bytes, tasks := 0, 0
	for range b.N {
		start := time.Now()
		g, err := newGraph(bu, bu.roots())
		if err != nil || bu.err() != nil {
			b.Fatal(err, bu.err())
		}
		setup = min(setup, time.Since(start))
		if o, ok := bu.outputs[0].(*valueOutput[int64]); ok {
			g.keep(o.roots()[0])
		}
		start = time.Now()
		if err := newRun(b.Context(), g, newMemory(1<<40), workers, 1<<40, nil).execute(); err != nil {
			b.Fatal(err)
		}
		d := time.Since(start)
		all += d
		best = min(best, d)
		tasks, bytes = g.tasks, g.bytes()
	}
	n := float64(tasks)
	b.ReportMetric(float64(all)/n/float64(b.N), "ns/task")
	b.ReportMetric(float64(best)/n, "best-ns/task")
	b.ReportMetric(float64(setup)/n, "setup-ns/task")
	b.ReportMetric(float64(bytes)/n, "B/task")
	b.ReportMetric(0, "ns/op")
}

// bytes returns the memory of the graph's arrays.
func (g *graph) bytes() int {
	n := 0
	for _, l := range g.layers {
		n += cap(l.ordinals)
	}
	return 4 * (n + cap(g.caseOf) + cap(g.succOff) + cap(g.succ) + cap(g.order) + cap(g.state) + cap(g.next))
}

// BenchmarkRunPlain measures a whole run of a graph of three tasks: what a
// call of a small library function costs beside its kernels.
func BenchmarkRunPlain(b *testing.B) {
	p := plain()
	for b.Loop() {
		if _, err := Run(b.Context(), p, nil); err != nil {
			b.Fatal(err)
		}
	}
}
