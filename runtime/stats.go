package runtime

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// Stats is an observer that adds up what a run took, layer by layer.
type Stats struct {
	info    *RunInfo
	workers []workerStats
	elapsed time.Duration
	peak    int64
}

// workerStats are the sums of one worker, by layer.
type workerStats struct {
	layers []layerStats
	_      [40]byte
}

// layerStats are sums over tasks.
type layerStats struct {
	tasks   int
	busy    time.Duration
	longest time.Duration
	bytes   int64
}

func (s *layerStats) add(t layerStats) {
	s.tasks += t.tasks
	s.busy += t.busy
	s.longest = max(s.longest, t.longest)
	s.bytes += t.bytes
}

// NewStats returns an observer to be given to one run.
func NewStats() *Stats { return new(Stats) }

// RunStart implements Observer.
func (s *Stats) RunStart(r *RunInfo) {
	s.info = r
	s.workers = make([]workerStats, r.Workers)
	for i := range s.workers {
		s.workers[i].layers = make([]layerStats, len(r.Layers))
	}
}

// TaskStart implements Observer.
func (s *Stats) TaskStart(*TaskEvent) {}

// TaskDone implements Observer.
func (s *Stats) TaskDone(e *TaskEvent) {
	d := e.End - e.Start
	s.workers[e.Worker].layers[s.info.Layer(e.Task)].add(layerStats{1, d, d, e.Bytes})
}

// RunDone implements Observer.
func (s *Stats) RunDone(error) {
	s.elapsed, s.peak = s.info.elapsed(), s.info.Peak()
}

// WriteTo writes a table of the layers, and the sums, as text.
func (s *Stats) WriteTo(out io.Writer) (int64, error) {
	if s.info == nil {
		return 0, nil
	}
	count := &countingWriter{w: out}
	w := tabwriter.NewWriter(count, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "tasks\ttime\tmean\tlongest\tblocks\t  layer\n")
	var all layerStats
	for i, l := range s.info.Layers {
		var sum layerStats
		for k := range s.workers {
			sum.add(s.workers[k].layers[i])
		}
		if sum.tasks == 0 {
			continue
		}
		all.add(sum)
		writeStats(w, sum, layerTitle(&l.Info))
	}
	writeStats(w, all, "all")
	w.Flush()
	busy := 0.0
	if s.elapsed > 0 {
		busy = 100 * float64(all.busy) / float64(s.elapsed) / float64(s.info.Workers)
	}
	fmt.Fprintf(count, "%d tasks in %v, %d workers %.0f%% busy, peak memory %s\n",
		all.tasks, round(s.elapsed), s.info.Workers, busy, FormatBytes(s.peak))
	return count.n, count.err
}

func writeStats(w io.Writer, s layerStats, name string) {
	fmt.Fprintf(w, "%d\t%v\t%v\t%v\t%s\t  %s\n", s.tasks, round(s.busy), round(s.busy/time.Duration(max(1, s.tasks))), round(s.longest), FormatBytes(s.bytes), name)
}

// layerTitle names a layer and what it does.
func layerTitle(l *Info) string {
	if l.Op == "" || l.Op == l.Name {
		return l.Name
	}
	return l.Name + " (" + l.Op + ")"
}

// round keeps about three digits of a duration.
func round(d time.Duration) time.Duration {
	for unit := time.Nanosecond; ; unit *= 10 {
		if d < 1000*unit {
			return d.Round(unit)
		}
	}
}

// A countingWriter counts what is written and keeps the first error.
type countingWriter struct {
	w   io.Writer
	n   int64
	err error
}

func (c *countingWriter) Write(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.w.Write(p)
	c.n += int64(n)
	c.err = err
	return n, err
}
