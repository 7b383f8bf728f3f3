package runtime

import (
	"fmt"
	"slices"
	"unsafe"
)

// InputLayer adds the layer of the blocks of an input, which it takes from the
// array that was given to the run. The blocks are views: nothing is read of an
// input but what tasks need.
func InputLayer[T Elem](b *Builder, name string) *Layer[*Block[T]] {
	n := b.inputIndex(name)
	if n < 0 {
		b.fail("input %q is not declared in the program", name)
		return NewLayer[*Block[T]](b, Info{Name: name})
	}
	in := &b.prog.Inputs[n]
	grid := make([]int, len(in.Chunks))
	for k, c := range in.Chunks {
		grid[k] = len(c)
	}
	l := NewLayer[*Block[T]](b, Info{Name: name, Grid: grid, Op: "input"})
	l.views = true
	a, err := inputArray[T](in, b.inputs[n])
	if err != nil {
		b.fail("input %q: %v", name, err)
		return l
	}
	blocks := &inputBlocks[T]{array: a, layer: l, chunks: in.Chunks, starts: chunkStarts(in.Chunks)}
	switch {
	case a.source != nil && b.readsBlocks(a.source.header.Bytes()):
		l.fetch, l.kept = blocks.fetch, 0
		blocks.resident = &resident{m: a.mapped}
		b.residents = append(b.residents, blocks.resident)
	case a.mapped != nil:
		blocks.resident = &resident{m: a.mapped}
	}
	l.Case(All(), blocks.view)
	return l
}

// readsBlocks says whether a file with so many bytes of elements is read block by
// block. Otherwise it is mapped, and counts as memory of the run.
func (b *Builder) readsBlocks(n int64) bool {
	if b.memory > 0 && b.mapped+n > b.memory/mappedPart {
		return true
	}
	b.mapped += n
	return false
}

// inputArray checks an argument against its description.
func inputArray[T Elem](in *InputInfo, arg any) (*Array[T], error) {
	if arg == nil {
		return nil, errMissing
	}
	a, ok := arg.(*Array[T])
	if !ok {
		return nil, fmt.Errorf("a %T was given, want *Array[%s]", arg, DTypeName[T]())
	}
	if a == nil {
		return nil, errMissing
	}
	if err := in.checkShape(a); err != nil {
		return nil, err
	}
	return a, checkChunks(in.Shape, in.Chunks)
}

// checkShape compares the shape of an array with the description.
func (in *InputInfo) checkShape(a interface{ Shape() []int }) error {
	if !slices.Equal(a.Shape(), in.Shape) {
		return fmt.Errorf("the array has shape %s, the program was compiled for %s", shapeString(a.Shape()), shapeString(in.Shape))
	}
	return nil
}

// checkChunks makes sure that chunks add up to a shape.
func checkChunks(shape []int, chunks [][]int) error {
	if len(shape) != len(chunks) {
		return fmt.Errorf("chunks along %d axes for an array of %d", len(chunks), len(shape))
	}
	for k, sizes := range chunks {
		sum := 0
		for _, n := range sizes {
			sum += n
		}
		if sum != shape[k] {
			return fmt.Errorf("the chunks along axis %d add up to %d, its length is %d", k, sum, shape[k])
		}
	}
	return nil
}

// chunkStarts returns where each chunk begins.
func chunkStarts(chunks [][]int) [][]int {
	starts := make([][]int, len(chunks))
	for k, sizes := range chunks {
		starts[k] = make([]int, len(sizes))
		at := 0
		for i, n := range sizes {
			starts[k][i] = at
			at += n
		}
	}
	return starts
}

// inputBlocks are the blocks of an input.
type inputBlocks[T Elem] struct {
	array  *Array[T]
	layer  *Layer[*Block[T]]
	chunks [][]int
	starts [][]int
	*resident
}

// view returns the block at the grid index of a task, as a view of the array. Where
// blocks are read it only stands for one: its tasks call fetch.
func (x *inputBlocks[T]) view(t *Task) (*Block[T], error) {
	if x.layer.fetch != nil && !x.layer.viewed {
		return nil, nil
	}
	whole := x.array.Block()
	buf := t.mem.newViews()
	v := blockIn[T](buf, len(x.chunks))
	v.Data, v.Offset = whole.Data, whole.Offset
	copy(v.Strides, whole.Strides)
	for k, i := range t.indices() {
		v.Shape[k] = x.chunks[k][i]
		v.Offset += x.starts[k][i] * v.Strides[k]
	}
	if x.resident != nil && v.Size() > 0 {
		buf.pages, buf.span = x.resident, v.byteSize()
		lo, hi := byteRange(v)
		x.prepare(lo, hi, buf.span)
	}
	return v, nil
}

// fetch reads a block for a task. It belongs to the task alone, unless the task
// reads it in several places.
func (x *inputBlocks[T]) fetch(t *Task, lin int) *Block[byte] {
	if v := x.layer.vals[lin]; v != nil && t.c.viewsInputs() {
		return anyBlock(v)
	}
	id := x.layer.base + lin
	if f := t.fetched(id); f != nil {
		f.twice = true
		return f.block
	}
	rank := len(x.chunks)
	var room [2 * inlineRank]int
	dims := room[:]
	if 2*rank > len(dims) {
		dims = make([]int, 2*rank)
	}
	shape, origin, rest := dims[:rank], dims[rank:2*rank], lin
	for k := range rank {
		i := rest / x.layer.strides[k]
		rest %= x.layer.strides[k]
		shape[k], origin[k] = x.chunks[k][i], x.starts[k][i]
	}
	if Size(shape) == 0 {
		return anyBlock(New[T](shape...))
	}
	b, err := readBlock[T](t, x.array.source, shape, origin)
	if err != nil {
		panic(inputError{err})
	}
	t.reads = append(t.reads, fetched{id, anyBlock(b), false})
	return anyBlock(b)
}

// anyBlock returns a block without its element type: blocks of all element types are
// alike in memory.
func anyBlock[T Elem](b *Block[T]) *Block[byte] { return (*Block[byte])(unsafe.Pointer(b)) }

// An openedArray is an *Array of any dtype.
type openedArray interface {
	Shape() []int
	Close() error
}

// openArray opens an .npy file as an array of a dtype.
func openArray(dtype, path string) (openedArray, error) {
	switch dtype {
	case "bool":
		return opened(OpenNpy[bool](path))
	case "int8":
		return opened(OpenNpy[int8](path))
	case "int16":
		return opened(OpenNpy[int16](path))
	case "int32":
		return opened(OpenNpy[int32](path))
	case "int64":
		return opened(OpenNpy[int64](path))
	case "uint8":
		return opened(OpenNpy[uint8](path))
	case "uint16":
		return opened(OpenNpy[uint16](path))
	case "uint32":
		return opened(OpenNpy[uint32](path))
	case "uint64":
		return opened(OpenNpy[uint64](path))
	case "float32":
		return opened(OpenNpy[float32](path))
	case "float64":
		return opened(OpenNpy[float64](path))
	case "complex64":
		return opened(OpenNpy[complex64](path))
	case "complex128":
		return opened(OpenNpy[complex128](path))
	}
	return nil, fmt.Errorf("dtype %q is not known", dtype)
}

// opened is the result of openArray.
func opened[T Elem](a *Array[T], err error) (openedArray, error) {
	if err != nil {
		return nil, err
	}
	return a, nil
}
