package runtime

import "time"

// An Observer is told what happens in a run. The progress bar, the trace and
// the statistics are observers. TaskStart and TaskDone are called by the
// worker that runs the task, so that calls for different workers come at the
// same time; events are only valid during the call.
type Observer interface {
	RunStart(r *RunInfo)
	TaskStart(e *TaskEvent) // Start is set
	TaskDone(e *TaskEvent)  // all is set
	RunDone(err error)
}

// A RunInfo describes a run to its observers.
type RunInfo struct {
	Name    string // of the program
	Workers int
	Memory  int64 // limit in bytes; 0: none
	Tasks   int   // that will be run
	Layers  []LayerInfo
	Start   time.Time
	g       *graph
	mem     *memory
}

// A LayerInfo describes a layer to observers.
type LayerInfo struct {
	Info
	Tasks int // that will be run
}

// Layer returns the position in Layers of a task's layer.
func (r *RunInfo) Layer(task int) int { return r.g.layerOf(uint32(task)).number }

// Key returns the key of a task: "y" or ("y", 3, 4).
func (r *RunInfo) Key(task int) string { return r.g.key(uint32(task)) }

// InUse returns the bytes in buffers at this moment, and Peak the most there
// were.
func (r *RunInfo) InUse() int64 { return r.mem.inUse() }

// Peak returns the largest number of bytes in buffers so far.
func (r *RunInfo) Peak() int64 { return r.mem.peak() }

// A TaskEvent is the start or the end of a task. Times count from the start
// of the run.
type TaskEvent struct {
	Worker int
	Task   int // number of the task in the graph
	Start  time.Duration
	End    time.Duration
	Bytes  int64 // in the buffer of the value
	InUse  int64 // bytes in all buffers at the end
	Err    error
}

// observers passes on to several observers.
type observers []Observer

func (o observers) RunStart(r *RunInfo) {
	for _, x := range o {
		x.RunStart(r)
	}
}

func (o observers) TaskStart(e *TaskEvent) {
	for _, x := range o {
		x.TaskStart(e)
	}
}

func (o observers) TaskDone(e *TaskEvent) {
	for _, x := range o {
		x.TaskDone(e)
	}
}

func (o observers) RunDone(err error) {
	for _, x := range o {
		x.RunDone(err)
	}
}
