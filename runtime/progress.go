package runtime

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Progress is an observer that shows how far a run is: a bar that is redrawn
// in place on a terminal, a line every ten seconds elsewhere.
type Progress struct {
	out      io.Writer
	terminal bool
	every    time.Duration
	info     *RunInfo
	done     []progressCount
	stop     chan struct{}
	group    sync.WaitGroup
}

// A progressCount is the number of tasks that a worker has done.
type progressCount struct {
	n atomic.Int64
	_ [56]byte
}

// NewProgress returns an observer to be given to one run. terminal says
// whether out is one.
func NewProgress(out io.Writer, terminal bool) *Progress {
	p := &Progress{out: out, terminal: terminal, every: 10 * time.Second, stop: make(chan struct{})}
	if terminal {
		p.every = 100 * time.Millisecond
	}
	return p
}

// RunStart implements Observer.
func (p *Progress) RunStart(r *RunInfo) {
	p.info = r
	p.done = make([]progressCount, r.Workers)
	p.group.Go(p.loop)
}

// TaskStart implements Observer.
func (p *Progress) TaskStart(*TaskEvent) {}

// TaskDone implements Observer.
func (p *Progress) TaskDone(e *TaskEvent) {
	if e.Err == nil {
		p.done[e.Worker].n.Add(1)
	}
}

// RunDone implements Observer.
func (p *Progress) RunDone(error) {
	close(p.stop)
	p.group.Wait()
	p.draw()
	if p.terminal {
		fmt.Fprintln(p.out)
	}
}

// loop redraws until the run is done.
func (p *Progress) loop() {
	tick := time.NewTicker(p.every)
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-tick.C:
			p.draw()
		}
	}
}

// draw writes the state at this moment.
func (p *Progress) draw() {
	done := int64(0)
	for i := range p.done {
		done += p.done[i].n.Load()
	}
	line := progressLine(int(done), p.info.Tasks, p.info.elapsed(), p.info.InUse())
	if p.terminal {
		fmt.Fprintf(p.out, "\r\x1b[K%s", line)
	} else {
		fmt.Fprintln(p.out, line)
	}
}

// progressLine returns a line of less than 80 characters.
func progressLine(done, tasks int, elapsed time.Duration, inUse int64) string {
	const width = 30
	part := 1.0
	if tasks > 0 {
		part = float64(done) / float64(tasks)
	}
	full := int(part * width)
	bar := strings.Repeat("#", full) + strings.Repeat(".", width-full)
	return fmt.Sprintf("[%s] %3.0f%% %d/%d %s %s", bar, 100*part, done, tasks, elapsed.Round(100*time.Millisecond), FormatBytes(inUse))
}
