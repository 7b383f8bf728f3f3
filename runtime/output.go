package runtime

import (
	"fmt"
	"path/filepath"
	"slices"
	"unsafe"
)

// An output takes what the run computes for one output of the program.
//
// The calls are open; then, while tasks run, whatever the output's own tasks
// do; then finish and commit of a run that succeeded, or abort.
type output interface {
	roots() []uint32 // tasks that the output needs
	open(g *graph, to sink) error
	finish() error // all tasks ran; everything but the file's name is done here
	commit() error // gives the file its name
	abort()        // removes what was written; may follow anything but commit
	value() any    // after finish; nil when a file was written block by block
}

// A sink says where an output goes.
type sink struct {
	path  string // the file to write, or empty
	sync  bool   // make the file durable before it gets its name
	limit int64  // of the run's memory; 0: none
}

// declare finds an output in the program and takes its place.
func (b *Builder) declare(name string, array bool) (*OutputInfo, int) {
	n := b.outputIndex(name)
	switch {
	case n < 0:
		b.fail("output %q is not declared in the program", name)
	case b.outputs[n] != nil:
		b.fail("output %q is built twice", name)
	case b.prog.Outputs[n].Array != array:
		b.fail("output %q: one of value and array was declared, the other built", name)
	default:
		return &b.prog.Outputs[n], n
	}
	return nil, -1
}

// roots returns the tasks that the outputs need.
func (b *Builder) roots() []uint32 {
	var ids []uint32
	for _, o := range b.outputs {
		ids = append(ids, o.roots()...)
	}
	return ids
}

// openOutputs prepares all outputs for the run.
func (b *Builder) openOutputs(g *graph, opts *options) error {
	for i, o := range b.outputs {
		name := b.prog.Outputs[i].Name
		if err := o.open(g, sink{opts.files[name], opts.sync, opts.memory}); err != nil {
			return fmt.Errorf("output %q: %w", name, err)
		}
	}
	return nil
}

// finishOutputs completes all outputs and returns their values. No file gets
// its name before all are complete.
func (b *Builder) finishOutputs() ([]any, error) {
	for i, o := range b.outputs {
		if err := o.finish(); err != nil {
			return nil, fmt.Errorf("output %q: %w", b.prog.Outputs[i].Name, err)
		}
	}
	values := make([]any, len(b.outputs))
	for i, o := range b.outputs {
		if err := o.commit(); err != nil {
			return nil, fmt.Errorf("output %q: %w", b.prog.Outputs[i].Name, err)
		}
		values[i] = o.value()
	}
	return values, nil
}

// abortOutputs removes what outputs have written.
func (b *Builder) abortOutputs() {
	for _, o := range b.outputs {
		o.abort()
	}
}

// ValueOutput makes the value of l at a grid index the output of that name.
func ValueOutput[V any](b *Builder, name string, l *Layer[V], index ...int) {
	info, n := b.declare(name, false)
	if info == nil {
		return
	}
	lin := 0
	if len(index) != len(l.grid) {
		b.fail("output %q: %d indices for layer %q, whose grid has %d axes", name, len(index), l.info.Name, len(l.grid))
		return
	}
	for k, i := range index {
		if i < 0 || i >= l.grid[k] {
			b.fail("output %q: index %d along axis %d of layer %q, which has %d", name, i, k, l.info.Name, l.grid[k])
			return
		}
		lin += i * l.strides[k]
	}
	b.outputs[n] = &valueOutput[V]{layer: l, lin: lin}
}

// A valueOutput is one value of a layer, which the graph keeps.
type valueOutput[V any] struct {
	layer *Layer[V]
	lin   int
	file  fileWriter
}

func (o *valueOutput[V]) roots() []uint32 { return []uint32{uint32(o.layer.base + o.lin)} }

func (o *valueOutput[V]) open(g *graph, to sink) error {
	g.keep(o.roots()[0])
	return o.file.open(to)
}

func (o *valueOutput[V]) finish() error { return o.file.write(o.value()) }
func (o *valueOutput[V]) commit() error { return o.file.commit() }
func (o *valueOutput[V]) abort()        { o.file.abort() }
func (o *valueOutput[V]) value() any    { return o.layer.vals[o.lin] }

// ArrayOutput makes the array that the blocks of l form the output of that
// name. Blocks are computed in the result where kernels do so (Result, Reuse),
// else copied into it or written to its file as soon as they are computed, and
// released; if the program does not know the chunks, all of them are kept until
// the end.
func ArrayOutput[T Elem](b *Builder, name string, l *Layer[*Block[T]]) {
	info, n := b.declare(name, true)
	if info == nil {
		return
	}
	o := &arrayOutput[T]{info: info, grid: l.grid, from: l}
	if info.Chunks != nil && !slices.Contains(info.Shape, -1) {
		if err := checkOutput(info, l.grid); err != nil {
			b.fail("output %q: %v", name, err)
			return
		}
		o.setChunks(info.Shape, info.Chunks)
	}
	o.layer = NewLayer[None](b, Info{Name: "output " + name, Grid: l.grid, Op: "write"})
	same := make([]Ix, len(l.grid))
	for k := range same {
		same[k] = I(k)
	}
	o.layer.Case(All(), func(t *Task) (None, error) {
		return None{}, o.put(t, l.Get(t, 0))
	}, l.At(same...))
	b.outputs[n] = o
}

// checkOutput makes sure that declared chunks fit the shape and the grid.
func checkOutput(info *OutputInfo, grid []int) error {
	if err := checkChunks(info.Shape, info.Chunks); err != nil {
		return err
	}
	for k, c := range info.Chunks {
		if k >= len(grid) || len(grid) != len(info.Chunks) || len(c) != grid[k] {
			return fmt.Errorf("the chunks do not fit the grid %v", grid)
		}
	}
	return nil
}

// An arrayOutput puts blocks together.
type arrayOutput[T Elem] struct {
	info   *OutputInfo
	grid   []int
	from   *Layer[*Block[T]]
	layer  *Layer[None] // its tasks put one block each
	shape  []int
	chunks [][]int // nil: not known yet
	starts [][]int
	data   []T           // the array in memory
	npy    *NpyWriter[T] // the array in a file
	bands  *bandWriter   // what writes its blocks; nil: the tasks
	to     sink
	file   fileWriter  // for other files than .npy
	kept   []*Block[T] // all blocks, while chunks are not known
}

func (o *arrayOutput[T]) setChunks(shape []int, chunks [][]int) {
	o.shape, o.chunks, o.starts = shape, chunks, chunkStarts(chunks)
}

func (o *arrayOutput[T]) roots() []uint32 {
	ids := make([]uint32, o.layer.size)
	for i := range ids {
		ids[i] = uint32(o.layer.base + i)
	}
	return ids
}

func (o *arrayOutput[T]) open(_ *graph, to sink) error {
	if filepath.Ext(to.path) == ".npy" {
		o.to = to
	} else if err := o.file.open(to); err != nil {
		return err
	}
	if o.chunks == nil {
		o.kept = make([]*Block[T], o.layer.size)
		return nil
	}
	err := o.create()
	if o.data != nil && o.from.place == nil {
		o.offer(o.from)
	}
	return err
}

// create makes the target, whose shape is known by now.
func (o *arrayOutput[T]) create() (err error) {
	if o.to.path != "" {
		return o.createFile()
	}
	bytes := unsafe.Sizeof(*new(T))
	n, err := sizeOf(o.shape, bytes)
	if err != nil {
		return err
	}
	if n*int(bytes) < 8*hugePage { // clearing what alignment wastes would take long
		o.data = make([]T, n)
		return nil
	}
	raw := alignedBytes(n * int(bytes))
	o.data = unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(raw))), n)
	return nil
}

// createFile makes the file, and a writer of bands if they are of some size but
// small beside the memory limit.
func (o *arrayOutput[T]) createFile() (err error) {
	if o.npy, err = createNpy[T](o.to.path, o.shape, o.to.limit); err != nil {
		return err
	}
	o.npy.file.sync = o.to.sync
	if len(o.shape) == 0 || o.kept != nil || slices.Contains(o.shape, 0) {
		return nil
	}
	t := newTiling(o.shape, o.chunks, o.starts, int(unsafe.Sizeof(*new(T))))
	if n := t.largest(); n >= minBand && n <= bandBudget(o.to.limit) {
		o.bands = newBandWriter(t, &batchFile{o.npy.file.File, o.npy.direct}, o.npy.offset, o.to.limit)
	}
	return nil
}

// minBand is the size from which bands are written by a bandWriter: what is
// smaller is written by the tasks at once.
const minBand = 256 << 10

// put takes the block at the grid index of a task.
func (o *arrayOutput[T]) put(t *Task, b *Block[T]) error {
	if o.chunks == nil {
		b.Retain()
		o.kept[t.lin] = b
		return nil
	}
	return o.place(t, t.indices(), b)
}

// place copies a block to where it belongs. t is nil when all tasks have run.
func (o *arrayOutput[T]) place(t *Task, index []int, b *Block[T]) error {
	if len(b.Shape) != len(index) {
		return fmt.Errorf("the block at %s has shape %s, the array has %d axes", shapeString(index), shapeString(b.Shape), len(index))
	}
	start := make([]int, len(index))
	for k, i := range index {
		start[k] = o.starts[k][i]
		if b.Shape[k] != o.chunks[k][i] {
			return fmt.Errorf("the block at %s has shape %s, the chunk along axis %d is %d", shapeString(index), shapeString(b.Shape), k, o.chunks[k][i])
		}
	}
	if o.bands != nil {
		return o.gather(t, start, b)
	}
	if o.npy != nil {
		return o.npy.WriteBlock(start, b)
	}
	if !o.holds(b) { // else it is in its place
		copyInto(o.data, o.shape, start, b)
	}
	return nil
}

// gather leaves a block to the writer of bands.
func (o *arrayOutput[T]) gather(t *Task, start []int, b *Block[T]) error {
	c := b.Contiguous(t)
	n := c.Size()
	kept, err := o.bands.keep(t.run, t.lin, rawBytes(c.Data[c.Offset:c.Offset+n]), c)
	if kept {
		o.npy.written.Add(int64(n))
		return err
	}
	defer c.Release()
	if err != nil {
		return err
	}
	return o.npy.WriteBlock(start, c)
}

// copyInto copies a block into a C-order array, with its first element at
// start.
func copyInto[T Elem](data []T, shape, start []int, b *Block[T]) {
	strides := make([]int, len(shape))
	rowMajor(strides, shape)
	offset := 0
	for k, i := range start {
		offset += i * strides[k]
	}
	src := b.Elements()
	if len(src) == 0 {
		return
	}
	row, outer := 1, len(b.Shape)
	for outer > 0 && row == strides[outer-1] { // axes that are contiguous in both
		outer--
		row *= b.Shape[outer]
	}
	index := make([]int, outer)
	for len(src) > 0 {
		at := offset
		for k, i := range index {
			at += i * strides[k]
		}
		copy(data[at:at+row], src[:row])
		src = src[row:]
		for k := outer - 1; k >= 0; k-- {
			if index[k]++; index[k] < b.Shape[k] {
				break
			}
			index[k] = 0
		}
	}
}

func (o *arrayOutput[T]) finish() error {
	if o.chunks == nil {
		if err := o.assemble(); err != nil {
			return err
		}
	}
	if o.bands != nil {
		if err := o.bands.finish(); err != nil {
			return err
		}
	}
	if o.npy != nil {
		return o.npy.Finish()
	}
	return o.file.write(o.value())
}

// assemble places the blocks that were kept until their shapes were known.
func (o *arrayOutput[T]) assemble() error {
	l := &o.layer.layer
	if l.size == 0 {
		return fmt.Errorf("an array without blocks has no known shape")
	}
	chunks := make([][]int, len(l.grid))
	shape := make([]int, len(l.grid))
	for k, n := range l.grid {
		chunks[k] = make([]int, n)
		for i := range n {
			b := o.kept[i*l.strides[k]]
			if len(b.Shape) != len(l.grid) {
				return fmt.Errorf("a block has shape %s, the grid has %d axes", shapeString(b.Shape), len(l.grid))
			}
			chunks[k][i] = b.Shape[k]
			shape[k] += b.Shape[k]
		}
	}
	o.setChunks(shape, chunks)
	if err := o.create(); err != nil {
		return err
	}
	for lin, b := range o.kept {
		if err := o.place(nil, l.unravel(lin), b); err != nil {
			return err
		}
		b.Release()
	}
	o.kept = nil
	return nil
}

func (o *arrayOutput[T]) commit() error {
	if o.npy != nil {
		return o.npy.Commit()
	}
	return o.file.commit()
}

func (o *arrayOutput[T]) abort() {
	if o.bands != nil {
		o.bands.abort()
	}
	if o.npy != nil {
		o.npy.Abort()
	}
	o.file.abort()
}

func (o *arrayOutput[T]) value() any {
	if o.npy != nil {
		return nil
	}
	return FromData(o.data, o.shape...)
}
