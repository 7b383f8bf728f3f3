package suite

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/daskgen/daskgen/bench/measure"
)

const endGroup = "end to end"

// A workload is a row of whole programs.
type workload struct {
	letter, name, title string
	peers               []string  // folders of the peers that have it
	tol                 []float64 // how far values may be from dask's: a part of them, or of 1
	faster              float64   // goal: times dask
	memory              bool      // goal: half of dask's memory
	slow                bool
}

var workloads = []workload{
	{letter: "a", name: "transposemean", title: "(x + x.T).mean(0), 20000² random in 1000² blocks", peers: []string{"dask", "numpy"}, tol: []float64{1e-3}, faster: 6, memory: true},
	{letter: "b", name: "element", title: "x.T[0, 3] of the same", peers: []string{"dask"}, tol: []float64{1}, faster: 10},
	{letter: "c", name: "standardise", title: "((x - x.mean(0)) / x.std(0)).sum() of the same", peers: []string{"dask", "numpy"}, tol: []float64{1e-3}, faster: 6, memory: true},
	{letter: "d", name: "product", title: "(x @ x).sum(), 8000² in 1000² blocks", peers: []string{"dask", "numpy", "jax"}, tol: []float64{1e-3}, slow: true},
	{letter: "e", name: "rechunk", title: "rows of 20000² to columns, sum", peers: []string{"dask"}, tol: []float64{1e-3}, memory: true},
	{letter: "f", name: "svd", title: "singular values of 2,000,000×100", peers: []string{"dask", "numpy"}, tol: repeat(1e-2, 16), slow: true},
	{letter: "g", name: "stencil", title: "5-point stencil, ten steps, 8000² in 1000² blocks, sum", peers: []string{"dask", "numba", "jax"}, tol: []float64{1e-3}, faster: 10, memory: true},
	{letter: "h", name: "chain", title: "sqrt(x*y + 1), ten operations, 20000² in 1000² blocks, sum", peers: []string{"dask", "numba", "jax"}, tol: []float64{1e-3}, faster: 10},
	{letter: "i", name: "quantiles", title: "quantiles of 10⁸ random numbers", peers: []string{"dask", "numpy"}, tol: []float64{2e-2, 2e-2, 2e-2}},
}

// EndRows are the rows of whole programs, a process for each run.
func EndRows(t *Tools) []*Row {
	var rows []*Row
	for i := range workloads {
		rows = append(rows, workloads[i].row(t))
	}
	return append(rows, anomaliesRow(t))
}

func (w *workload) row(t *Tools) *Row {
	want := new(reference)
	ours := Contestant{Name: Ours, Sample: func(ctx context.Context) (Sample, error) {
		return want.agree(w.tol)(process(ctx, t, t.Path("workload"), w.name, "-workers", strconv.Itoa(t.Workers)))
	}}
	r := &Row{Group: endGroup, Name: w.letter + "-" + w.name, Title: "(" + w.letter + ") " + w.title, Unit: "s", Slow: w.slow, Contestants: []Contestant{ours}}
	for _, peer := range w.peers {
		r.Contestants = append(r.Contestants, Contestant{Name: peer, Sample: func(ctx context.Context) (Sample, error) {
			return want.agree(w.tol)(process(ctx, t, t.python(peer, w.name)...))
		}})
	}
	r.Goals = w.goals()
	return r
}

func (w *workload) goals() []Goal {
	goals := []Goal{{Kind: Ahead}}
	if w.faster > 0 {
		goals = []Goal{{Kind: Times, Peer: "dask", Bound: w.faster}}
	}
	if w.memory {
		goals = append(goals, Goal{Kind: Memory, Peer: "dask", Bound: 0.5})
	}
	return goals
}

// python is the command that runs a workload of a peer.
func (t *Tools) python(folder, name string, args ...string) []string {
	return append([]string{t.Python, t.Peer("run.py"), t.Peer(folder), name, "--workers", strconv.Itoa(t.Workers)}, args...)
}

// process runs a command as one sample.
func process(ctx context.Context, t *Tools, args ...string) (Sample, error) {
	r, err := measure.Process(ctx, t.Root, nil, args...)
	if err != nil {
		return Sample{}, err
	}
	return Sample{Value: r.Wall, CPU: r.CPU, Peak: r.Peak, Process: r.Process, Values: r.Values}, nil
}

// A reference is the result that the others are compared with: that of the
// contestant that came first.
type reference struct{ values []float64 }

// agree turns a sample whose values are wrong into an error.
func (r *reference) agree(tol []float64) func(Sample, error) (Sample, error) {
	return func(s Sample, err error) (Sample, error) {
		if err == nil {
			err = r.compare(s.Values, tol)
		}
		return s, err
	}
}

func (r *reference) compare(values, tol []float64) error {
	if r.values == nil {
		r.values = values
	}
	if len(values) != len(r.values) {
		return fmt.Errorf("wrong result: %d values, %d are expected", len(values), len(r.values))
	}
	for i, v := range values {
		if d := math.Abs(v - r.values[i]); !(d <= tol[min(i, len(tol)-1)]*max(1, math.Abs(r.values[i]))) {
			return fmt.Errorf("wrong result: %v, %v is expected", v, r.values[i])
		}
	}
	return nil
}

func repeat(v float64, n int) []float64 {
	s := make([]float64, n)
	for i := range s {
		s[i] = v
	}
	return s
}

// The file of workload (j), and the memory that our program may use.
const (
	anomaliesSide   = 16384
	anomaliesMemory = "512MiB"
)

// anomaliesRow is workload (j), from a file to a file. Ours is the program that
// daskgen build makes; its time is that of the process.
func anomaliesRow(t *Tools) *Row {
	in := filepath.Join(t.Data, "x.npy")
	out := func(name string) string { return filepath.Join(t.Data, name+".npy") }
	prepare := func(context.Context) error {
		if err := writeInput(in); err != nil {
			return err
		}
		// Into the page cache, for whoever comes first.
		return eachRow(in, func(int, []byte) error { return nil })
	}
	program := t.Path("anomalies")
	ours := Contestant{Name: Ours, Check: func(ctx context.Context) error {
		if err := prepare(ctx); err != nil {
			return err
		}
		return t.command(ctx, t.Path("daskgen"), "build", "./workloads/anomalies", "-o", program)
	}, Sample: func(ctx context.Context) (Sample, error) {
		s, err := process(ctx, t, program, "-in", "x="+in, "-out", "anomalies="+out(Ours), "-memory", anomaliesMemory, "-workers", strconv.Itoa(t.Workers))
		return checkAnomalies(s, err, in, out(Ours))
	}}
	r := &Row{Group: endGroup, Name: "j-anomalies", Title: "(j) .npy of 2 GiB in, x - x.mean(0), .npy out, -memory " + anomaliesMemory, Unit: "s",
		Goals: []Goal{{Kind: Times, Peer: "dask", Bound: 10}, {Kind: Memory, Peer: "dask", Bound: 0.5}}, Contestants: []Contestant{ours}}
	for _, peer := range []string{"dask", "numpy"} {
		r.Contestants = append(r.Contestants, Contestant{Name: peer, Check: prepare, Sample: func(ctx context.Context) (Sample, error) {
			s, err := process(ctx, t, t.python(peer, "anomalies", "--input", in, "--output", out(peer))...)
			return checkAnomalies(s, err, in, out(peer))
		}})
	}
	return r
}

// checkAnomalies compares some columns of an output with those of the input,
// and removes the file, so that each run writes a new one.
func checkAnomalies(s Sample, err error, in, out string) (Sample, error) {
	if err != nil {
		return s, err
	}
	defer os.Remove(out)
	return s, sameAnomalies(in, out)
}
