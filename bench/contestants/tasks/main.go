// Command tasks is daskgen's runtime in the per-task rows: SHAPE N THREADS, one
// request a line. The answer is ns a task from the first task to the last, ns a
// task with building the graph, bytes a task that were allocated for it, and the
// sum of the values of all tasks. For "idle MS THREADS" it is the processors that
// one task of so many milliseconds takes, while other workers have nothing to do.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/daskgen/daskgen/bench/shapes"
	rt "github.com/daskgen/daskgen/runtime"
)

func main() {
	sc := bufio.NewScanner(os.Stdin)
	for sc.Scan() {
		fmt.Println(answer(sc.Text()))
	}
}

func answer(line string) string {
	var shape string
	var n, threads int
	if _, err := fmt.Sscan(line, &shape, &n, &threads); err != nil {
		return "error " + err.Error()
	}
	if shape == "idle" {
		return idle(time.Duration(n)*time.Millisecond, threads)
	}
	preds := shapes.Predecessors(shape, n)
	tables := newTables(shape, preds)
	counted := &graph{shape: shape, n: n, tables: tables, adds: true}
	if _, err := counted.run(threads); err != nil {
		return "error " + err.Error()
	}
	timed := &graph{shape: shape, n: n, tables: tables}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	took, err := timed.run(threads)
	if err != nil {
		return "error " + err.Error()
	}
	runtime.ReadMemStats(&after)
	per := float64(len(preds))
	bytes := float64(after.TotalAlloc-before.TotalAlloc) / per
	return fmt.Sprintf("ok %g %g %g %d", float64(timed.last.Sub(timed.first))/per, float64(took)/per, bytes, counted.sum.Load())
}

// A graph is one run of a shape. The tasks themselves note when the first of
// them began; the last task of all, which stands behind the others, when it was
// over.
type graph struct {
	shape  string
	n      int
	tables *tables
	adds   bool // add all values up, which takes longer than the tasks

	begun       atomic.Bool
	first, last time.Time
	sum         atomic.Int64
}

func (g *graph) run(threads int) (time.Duration, error) {
	p := &rt.Program{Name: g.shape, Format: rt.Format1, Outputs: []rt.OutputInfo{{Name: "end"}}, Build: g.build}
	start := time.Now()
	_, err := rt.Run(context.Background(), p, nil, rt.WithWorkers(threads))
	return time.Since(start), err
}

// value is what all kernels return.
func (g *graph) value(v int64) (int64, error) {
	if !g.begun.Load() && g.begun.CompareAndSwap(false, true) {
		g.first = time.Now()
	}
	if g.adds {
		g.sum.Add(v)
	}
	return v, nil
}

func (g *graph) source(*rt.Task) (int64, error) { return g.value(1) }

func (g *graph) build(b *rt.Builder) error {
	switch g.shape {
	case "independent":
		g.independent(b)
	case "chain":
		g.chain(b)
	case "tree":
		g.tree(b)
	case "wavefront":
		g.wavefront(b)
	case "random":
		g.random(b)
	default:
		return fmt.Errorf("no shape %q", g.shape)
	}
	return nil
}

// end adds the task behind all others.
func (g *graph) end(b *rt.Builder, reads ...rt.Read) {
	z := rt.NewLayer[int64](b, rt.Info{Name: "end"})
	z.Case(rt.All(), func(*rt.Task) (int64, error) {
		g.last = time.Now()
		return 0, nil
	}, reads...)
	rt.ValueOutput(b, "end", z)
}

// collected is how many tasks without successors one task collects.
const collected = 256

// collect adds tasks behind the tasks ids of x, and the end behind those.
func (g *graph) collect(b *rt.Builder, x *rt.Layer[int64], ids []uint32) {
	count := (len(ids) + collected - 1) / collected
	offsets := make([]uint32, count+1)
	for i := range offsets {
		offsets[i] = uint32(min(i*collected, len(ids)))
	}
	y := rt.NewLayer[int64](b, rt.Info{Name: "collect", Grid: []int{count}})
	y.Case(rt.All(), func(*rt.Task) (int64, error) { return 0, nil }, x.TableList(offsets, ids))
	g.end(b, y.At(rt.Many(rt.Fix(0), rt.Fix(count), 1)))
}

func (g *graph) independent(b *rt.Builder) {
	x := rt.NewLayer[int64](b, rt.Info{Name: "x", Grid: []int{g.n}})
	x.Case(rt.All(), g.source)
	ids := make([]uint32, g.n)
	for i := range ids {
		ids[i] = uint32(i)
	}
	g.collect(b, x, ids)
}

func (g *graph) chain(b *rt.Builder) {
	x := rt.NewLayer[int64](b, rt.Info{Name: "x", Grid: []int{g.n}})
	x.Case(rt.Box(rt.Range{Lo: 0, Hi: 1, Step: 1}), g.source)
	x.Case(rt.Box(rt.Range{Lo: 1, Hi: g.n, Step: 1}), func(t *rt.Task) (int64, error) {
		return g.value(1 + x.Get(t, 0)&0xff)
	}, x.At(rt.Lin(-1, 1)))
	g.end(b, x.At(rt.Fix(g.n-1)))
}

func (g *graph) tree(b *rt.Builder) {
	n := shapes.Leaves(g.n)
	x := rt.NewLayer[int64](b, rt.Info{Name: "x", Grid: []int{n}})
	x.Case(rt.All(), g.source)
	for n > 1 {
		n /= 2
		y, from := rt.NewLayer[int64](b, rt.Info{Name: "sum", Grid: []int{n}}), x
		y.Case(rt.All(), func(t *rt.Task) (int64, error) {
			return g.value(1 + from.Get(t, 0)&0xff + from.Get(t, 1)&0xff)
		}, from.At(rt.Lin(0, 2)), from.At(rt.Lin(1, 2)))
		x = y
	}
	g.end(b, x.At(rt.Fix(0)))
}

func (g *graph) wavefront(b *rt.Builder) {
	n := shapes.Side(g.n)
	x := rt.NewLayer[int64](b, rt.Info{Name: "x", Grid: []int{n, n}})
	head, tail := rt.Range{Lo: 0, Hi: 1, Step: 1}, rt.Range{Lo: 1, Hi: n, Step: 1}
	up, left := x.At(rt.Lin(-1, 1), rt.I(1)), x.At(rt.I(0), rt.Lin(-1, 0, 1))
	edge := func(t *rt.Task) (int64, error) { return g.value(1 + x.Get(t, 0)&0xff) }
	x.Case(rt.Box(head, head), g.source)
	x.Case(rt.Box(head, tail), edge, left)
	x.Case(rt.Box(tail, head), edge, up)
	x.Case(rt.Box(tail, tail), func(t *rt.Task) (int64, error) {
		return g.value(1 + x.Get(t, 0)&0xff + x.Get(t, 1)&0xff)
	}, up, left)
	g.end(b, x.At(rt.Fix(n-1), rt.Fix(n-1)))
}

// random has a case for each number of predecessors, and tables.
func (g *graph) random(b *rt.Builder) {
	x := rt.NewLayer[int64](b, rt.Info{Name: "x", Grid: []int{g.n}})
	for k, set := range g.tables.sets {
		reads := make([]rt.Read, k)
		for slot := range reads {
			reads[slot] = x.Table(g.tables.columns[k][slot])
		}
		x.Case(rt.IDs(set), func(t *rt.Task) (int64, error) {
			v := int64(1)
			for slot := range k {
				v += x.Get(t, slot) & 0xff
			}
			return g.value(v)
		}, reads...)
	}
	g.collect(b, x, g.tables.ends)
}

// tables are what a generated program holds of a graph that follows no rule: by
// number of predecessors, the tasks that have so many and what they read; and the
// tasks that nobody reads.
type tables struct {
	sets    [4][]uint32
	columns [4][3][]uint32
	ends    []uint32
}

func newTables(shape string, preds [][]uint32) *tables {
	t := new(tables)
	if shape != "random" {
		return t
	}
	read := make([]bool, len(preds))
	for i, ps := range preds {
		k := len(ps)
		t.sets[k] = append(t.sets[k], uint32(i))
		for slot, p := range ps {
			t.columns[k][slot] = append(t.columns[k][slot], p)
			read[p] = true
		}
	}
	for i, r := range read {
		if !r {
			t.ends = append(t.ends, uint32(i))
		}
	}
	return t
}
