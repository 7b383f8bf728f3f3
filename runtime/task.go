package runtime

// A Task is what a kernel is given of the task that it computes: its grid
// index, its operands, and the memory of the run. A nil *Task is allowed in
// calls of kernels outside a graph: memory then comes from the garbage
// collector.
type Task struct {
	mem *memory
}
