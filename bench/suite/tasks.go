package suite

import (
	"context"
	"fmt"
	"sync"

	"github.com/daskgen/daskgen/bench/measure"
	"github.com/daskgen/daskgen/bench/shapes"
)

// A taskPeer is a contestant of the per-task rows.
type taskPeer struct {
	name, program string
	server        *measure.Server
	most          int  // no rows of more tasks
	slow          bool // runs once, two workers only
}

func taskPeers(t *Tools) []*taskPeer {
	return []*taskPeer{
		{Ours, "tasks", t.server(nil, t.Path("tasks")), 1e6, false},
		{"taskflow", "taskflow", t.server(nil, t.Path("taskflow")), 1e6, false},
		{"tbb", "tbb", t.server(nil, t.Path("tbb")), 1e6, false},
		{"dask", "", t.server(nil, t.Python, t.Peer("tasks.py")), 1e5, true},
	}
}

// The goals of the per-task rows.
const (
	taskNanos   = 25
	taskVsDask  = 1000
	manyWorkers = 64
)

// TaskRows are runs of trivial tasks. Each is two rows: the run alone, and with
// building the graph.
func TaskRows(t *Tools) []*Row {
	peers := taskPeers(t)
	var rows []*Row
	for _, n := range []int{1e5, 1e6} {
		for _, shape := range shapes.Names {
			for _, workers := range []int{1, 2} {
				rows = append(rows, taskRows(t, peers, shape, n, workers)...)
			}
		}
	}
	for _, shape := range shapes.Names {
		for _, workers := range []int{4, 16, manyWorkers} {
			rows = append(rows, taskRows(t, peers, shape, 1e5, workers)...)
		}
	}
	return append(rows, idleRow(t, peers))
}

// idleTime is how long the task of the idle row takes, in milliseconds, and
// idleBusy how many processors may be busy meanwhile.
const (
	idleTime = 300
	idleBusy = 1.05
)

// idleRow is a task that all workers but one have to wait for.
func idleRow(t *Tools, peers []*taskPeer) *Row {
	row := &Row{Group: "tasks", Name: fmt.Sprintf("idle-%d", manyWorkers), Unit: "processors",
		Title: fmt.Sprintf("one task of %d ms, %d workers, processors busy", idleTime, manyWorkers),
		Goals: []Goal{{Kind: Within, Bound: idleBusy}}}
	for _, p := range peers {
		if p.slow {
			continue
		}
		row.Contestants = append(row.Contestants, Contestant{Name: p.name, Check: t.compiled(p.program), Sample: func(ctx context.Context) (Sample, error) {
			v, err := p.server.Ask(ctx, fmt.Sprintf("idle %d %d", idleTime, manyWorkers))
			return first(v, err)
		}})
	}
	return row
}

func taskRows(t *Tools, peers []*taskPeer, shape string, n, workers int) []*Row {
	name := fmt.Sprintf("%s-%.0e-%d", shape, float64(n), workers)
	title := fmt.Sprintf("%s, %d tasks, %d workers", shape, n, workers)
	run := &Row{Group: "tasks", Name: name, Title: title, Unit: "ns/task", Slow: n > 1e5 || workers > 2}
	all := &Row{Group: "tasks with building", Name: name, Title: title, Unit: "ns/task", Slow: run.Slow, Goals: []Goal{{Kind: Ahead}}}
	run.Goals = []Goal{{Kind: Ahead}}
	if workers <= 2 {
		run.Goals = append(run.Goals, Goal{Kind: Within, Bound: taskNanos})
	}
	if n == 1e5 && workers == 2 {
		run.Goals = append(run.Goals, Goal{Kind: Times, Peer: "dask", Bound: taskVsDask})
	}
	for _, p := range peers {
		if n > p.most || p.slow && workers != 2 {
			continue
		}
		n := n
		if p.slow && t.Quick {
			n = 2e4
		}
		want := sync.OnceValue(func() int64 { return shapes.Sum(shapes.Predecessors(shape, n)) })
		taken := new(taskAnswers)
		ask := func(ctx context.Context) ([]float64, error) {
			v, err := p.server.Ask(ctx, fmt.Sprintf("%s %d %d", shape, n, workers))
			if err == nil && (len(v) != 4 || int64(v[3]) != want()) {
				err = fmt.Errorf("wrong result: %v, %d is expected", v, want())
			}
			return v, err
		}
		check := t.compiled(p.program)
		run.Contestants = append(run.Contestants, Contestant{Name: p.name, Check: check, Once: p.slow, Sample: func(ctx context.Context) (Sample, error) {
			v, err := ask(ctx)
			if err != nil {
				return Sample{}, err
			}
			taken.keep(v[1])
			return Sample{Value: v[0], Bytes: v[2]}, nil
		}})
		all.Contestants = append(all.Contestants, Contestant{Name: p.name, Check: check, Once: p.slow, Sample: func(ctx context.Context) (Sample, error) {
			return first(taken.next(ctx, ask))
		}})
	}
	return []*Row{run, all}
}

// taskAnswers are the second figures of runs that were made for the row of the
// first.
type taskAnswers struct{ values []float64 }

func (a *taskAnswers) keep(v float64) { a.values = append(a.values, v) }

// next returns a kept figure, or that of another run.
func (a *taskAnswers) next(ctx context.Context, ask func(context.Context) ([]float64, error)) ([]float64, error) {
	if len(a.values) > 0 {
		v := a.values[0]
		a.values = a.values[1:]
		return []float64{v}, nil
	}
	v, err := ask(ctx)
	if err != nil {
		return nil, err
	}
	return v[1:2], nil
}
