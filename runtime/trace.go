package runtime

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Trace is an observer that records when each task ran, for a trace viewer.
type Trace struct {
	info  *RunInfo
	rings []traceRing
}

// traceCapacity is the number of tasks that a trace keeps for each worker. Of
// longer runs the last ones are kept.
const traceCapacity = 1 << 20

// A traceRing holds the last events of one worker.
type traceRing struct {
	events []traceEvent
	n      int // of events that were added
	_      [32]byte
}

// A traceEvent is a task that was done.
type traceEvent struct {
	task       uint32
	failed     bool
	start, end time.Duration
	bytes      int64
	inUse      int64
}

func (r *traceRing) add(e traceEvent) {
	if len(r.events) < traceCapacity {
		r.events = append(r.events, e)
	} else {
		r.events[r.n%traceCapacity] = e
	}
	r.n++
}

// ordered returns the events in order of time.
func (r *traceRing) ordered() []traceEvent {
	if r.n <= len(r.events) {
		return r.events
	}
	k := r.n % traceCapacity
	return append(r.events[k:len(r.events):len(r.events)], r.events[:k]...)
}

// NewTrace returns an observer to be given to one run.
func NewTrace() *Trace { return new(Trace) }

// RunStart implements Observer.
func (t *Trace) RunStart(r *RunInfo) {
	t.info = r
	t.rings = make([]traceRing, r.Workers)
}

// TaskStart implements Observer.
func (t *Trace) TaskStart(*TaskEvent) {}

// TaskDone implements Observer.
func (t *Trace) TaskDone(e *TaskEvent) {
	t.rings[e.Worker].add(traceEvent{uint32(e.Task), e.Err != nil, e.Start, e.End, e.Bytes, e.InUse})
}

// RunDone implements Observer.
func (t *Trace) RunDone(error) {}

// WriteTo writes the trace in the JSON format that Perfetto and
// chrome://tracing open: a row for each worker with its tasks, and the memory
// in use.
func (t *Trace) WriteTo(out io.Writer) (int64, error) {
	count := &countingWriter{w: out}
	w := bufio.NewWriter(count)
	fmt.Fprint(w, "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[")
	if t.info != nil {
		t.writeNames(w)
		for n := range t.rings {
			inUse := int64(-1)
			for _, e := range t.rings[n].ordered() {
				t.writeTask(w, n, &e)
				if e.inUse != inUse {
					inUse = e.inUse
					fmt.Fprintf(w, ",\n{\"ph\":\"C\",\"pid\":1,\"ts\":%s,\"name\":\"memory\",\"args\":{\"bytes\":%d}}", micros(e.end), inUse)
				}
			}
		}
	}
	fmt.Fprint(w, "\n]}\n")
	w.Flush()
	return count.n, count.err
}

// writeNames writes the names of the program and of the workers.
func (t *Trace) writeNames(w io.Writer) {
	fmt.Fprintf(w, "\n{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\",\"args\":{\"name\":%s}}", quote(t.info.Name))
	for n := range t.rings {
		fmt.Fprintf(w, ",\n{\"ph\":\"M\",\"pid\":1,\"tid\":%d,\"name\":\"thread_name\",\"args\":{\"name\":\"worker %d\"}}", n, n)
		if lost := t.rings[n].n - len(t.rings[n].events); lost > 0 {
			fmt.Fprintf(w, ",\n{\"ph\":\"M\",\"pid\":1,\"tid\":%d,\"name\":\"thread_labels\",\"args\":{\"labels\":\"the first %d tasks were not kept\"}}", n, lost)
		}
	}
}

// writeTask writes the event of a task.
func (t *Trace) writeTask(w io.Writer, worker int, e *traceEvent) {
	l := &t.info.Layers[t.info.Layer(int(e.task))]
	fmt.Fprintf(w, ",\n{\"ph\":\"X\",\"pid\":1,\"tid\":%d,\"ts\":%s,\"dur\":%s,\"name\":%s,\"cat\":%s,\"args\":{\"key\":%s,\"bytes\":%d,\"failed\":%t}}",
		worker, micros(e.start), micros(e.end-e.start), quote(l.Name), quote(l.Op), quote(t.info.Key(int(e.task))), e.bytes, e.failed)
}

// micros writes a duration in microseconds, with the nanoseconds behind the
// point.
func micros(d time.Duration) string {
	return fmt.Sprintf("%d.%03d", d/time.Microsecond, d%time.Microsecond)
}

// quote writes a JSON string.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""` // cannot happen: any string can be written
	}
	return string(b)
}
