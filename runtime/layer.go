package runtime

import (
	"fmt"
	"math"
	"unsafe"
)

// Info describes a layer: for error messages, traces and statistics.
type Info struct {
	Name string
	Grid []int    // extents of the index space; empty for a plain task
	Pos  string   // where the layer was defined, as "graph.json:12"
	Op   string   // what its kernel does, in a word
	Keys []string // keys in linear order of the grid; nil: made from Name and the index
}

// A Layer is a grid of values of one type, each made by one task.
type Layer[V any] struct {
	layer
	vals []V
}

// layer is the part of a Layer that does not depend on the type of its values.
type layer struct {
	info     Info
	grid     []int
	strides  []int // of the linear index, in C order
	size     int
	base     int // the global number of its first task
	cases    []*taskCase
	b        *Builder
	ordinals []uint32                            // of the explicit sets of its cases: see Set
	number   int                                 // position in the graph
	needed   int                                 // tasks that outputs need
	pinned   bool                                // some of the values are outputs
	place    any                                 // an *arrayOutput that has room for the values; nil: none has
	views    bool                                // the values are views of an input: no memory of the run
	viewed   bool                                // with fetch: some tasks take views all the same
	kept     int                                 // values that are there for tasks to read: none where they are fetched, else size
	values   unsafe.Pointer                      // the first of them,
	stride   uintptr                             // and how far it is to the next
	fetch    func(t *Task, lin int) *Block[byte] // makes the value for each task that reads it; nil: it is there
	drop     func(lin int)
	holds    func(lin int, v any) bool
	bytes    func(lin int) int64
}

// A taskCase is one kernel over a subset of its layer's grid.
type taskCase struct {
	layer  *layer
	run    func(*Task) error // computes and stores the value
	first  int               // the number of the layer's first task
	reads  []access
	frees  bool // some operand has something to release
	drops  bool // the value has
	single bool // there is one operand, which is no list
	set    Set
	need   highWater // bytes that tasks of the case took
}

// NewLayer adds a layer to the graph. Its cases are added with Case; indices
// that no case covers must not be needed by any output.
func NewLayer[V any](b *Builder, info Info) *Layer[V] {
	l := &Layer[V]{layer: layer{info: info, grid: info.Grid, b: b, base: b.tasks}}
	l.size = 1
	l.strides = make([]int, len(l.grid))
	for k := len(l.grid) - 1; k >= 0; k-- {
		l.strides[k] = l.size
		n := l.grid[k]
		if n < 0 || n > 0 && l.size > math.MaxInt32/n {
			b.fail("layer %q: a grid of %v is too large", info.Name, l.grid)
			n = 0
		}
		l.size *= n
	}
	if info.Keys != nil && len(info.Keys) != l.size {
		b.fail("layer %q: %d keys for %d tasks", info.Name, len(info.Keys), l.size)
		l.info.Keys = nil
	}
	l.vals = make([]V, l.size)
	l.kept = l.size
	l.values, l.stride = unsafe.Pointer(unsafe.SliceData(l.vals)), unsafe.Sizeof(*new(V))
	l.setHooks()
	b.add(&l.layer)
	return l
}

// setHooks sets what the scheduler calls on values. Numbers and the like need
// nothing, which saves the counting of their readers.
func (l *Layer[V]) setHooks() {
	var zero V
	switch any(zero).(type) {
	case bool, int, int64, float64, complex128, None:
		return
	}
	if _, ok := any(zero).(sized); ok {
		l.setBlockHooks()
	} else {
		l.drop = func(lin int) {
			v := l.vals[lin]
			l.vals[lin] = zero
			Release(v)
		}
	}
	if _, ok := any(zero).(Releaser); ok {
		l.holds = func(lin int, v any) bool { return any(l.vals[lin]) == v }
	}
}

// setBlockHooks sets hooks for values that are blocks. As blocks of all element
// types are alike in memory, no type is asked for in each task.
func (l *Layer[V]) setBlockHooks() {
	blocks := unsafe.Slice((**Block[byte])(unsafe.Pointer(unsafe.SliceData(l.vals))), len(l.vals))
	l.drop = func(lin int) {
		b := blocks[lin]
		blocks[lin] = nil
		b.Release()
	}
	l.bytes = func(lin int) int64 { return blocks[lin].bufferBytes() }
}

// Case adds a kernel for the tasks in a subset of the grid. The sets of the
// cases of a layer are disjoint. run is called once for each task that is
// needed, on any goroutine; the value that it returns belongs to the layer,
// its operands do not belong to it.
func (l *Layer[V]) Case(where Set, run func(t *Task) (V, error), reads ...Read) {
	c := &taskCase{layer: &l.layer, first: l.base, drops: l.drop != nil}
	var err error
	if c.set, err = where.bind(&l.layer); err != nil {
		l.b.fail("layer %q: %v", l.info.Name, err)
		return
	}
	c.reads = make([]access, len(reads))
	for i, r := range reads {
		if c.reads[i], err = newAccess(r, c); err != nil {
			l.b.fail("layer %q: operand %d: %v", l.info.Name, i, err)
			return
		}
		c.frees = c.frees || r.layer.drop != nil
	}
	c.single = len(reads) == 1 && !c.reads[0].list()
	c.run = func(t *Task) error {
		v, err := run(t)
		if err != nil {
			return err
		}
		l.vals[t.lin] = v
		return nil
	}
	l.cases = append(l.cases, c)
}

// At reads the layer at an index, given along each axis of its grid.
func (l *Layer[V]) At(ix ...Ix) Read {
	r := Read{layer: &l.layer, axes: ix}
	for i := range ix {
		r.many = r.many || ix[i].count != nil
	}
	return r
}

// Table reads the value ids[n], a linear index, in the n-th task of the case.
func (l *Layer[V]) Table(ids []uint32) Read {
	return Read{layer: &l.layer, table: true, ids: ids}
}

// TableList reads the list ids[offsets[n]:offsets[n+1]] in the n-th task of
// the case.
func (l *Layer[V]) TableList(offsets, ids []uint32) Read {
	return Read{layer: &l.layer, table: true, many: true, offsets: offsets, ids: ids}
}

// Get returns operand slot of a task, a value of l. It is borrowed: valid
// until the task returns, unless retained.
func (l *Layer[V]) Get(t *Task, slot int) V {
	return *(*V)(t.operand(&l.layer, slot))
}

// List returns the list operand slot of a task, values of l. They are
// borrowed; the slice itself belongs to the caller.
func (l *Layer[V]) List(t *Task, slot int) []V {
	t.lins = t.c.reads[slot].appendTo(t.lins[:0], &t.point)
	vals := make([]V, len(t.lins))
	for i, n := range t.lins {
		if l.fetch != nil {
			vals[i] = *(*V)(l.find(t, &l.layer, n))
		} else {
			vals[i] = l.vals[n]
		}
	}
	return vals
}

// find returns the address of a value of layer of, which should be l, where it has
// to be fetched for the task.
func (l *layer) find(t *Task, of *layer, lin int) unsafe.Pointer {
	if of != l || uint(lin) >= uint(l.size) {
		panic(fmt.Sprintf("runtime: value %d of layer %q is read as one of %q", lin, of.info.Name, l.info.Name))
	}
	t.got = l.fetch(t, lin)
	return unsafe.Pointer(&t.got)
}

// unravel returns the grid index of a task, for messages.
func (l *layer) unravel(lin int) []int {
	p := point{c: &taskCase{layer: l}, lin: lin}
	return p.indices()
}

// key returns the key of a task as text: "y" or ("y", 3, 4).
func (l *layer) key(lin int) string {
	if l.info.Keys != nil {
		return l.info.Keys[lin]
	}
	if len(l.grid) == 0 {
		return fmt.Sprintf("%q", l.info.Name)
	}
	s := fmt.Sprintf("(%q", l.info.Name)
	for _, i := range l.unravel(lin) {
		s += fmt.Sprintf(", %d", i)
	}
	return s + ")"
}

// sized is implemented by blocks.
type sized interface{ bufferBytes() int64 }

// bufferBytes returns the size of the block's buffer, if it counts towards
// the memory limit.
func (b *Block[T]) bufferBytes() int64 {
	if b == nil || b.buf == nil {
		return 0
	}
	return int64(len(b.buf.bytes))
}
