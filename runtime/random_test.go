package runtime

import (
	"fmt"
	"hash/fnv"
	"slices"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"
)

// A tracked value fails the test when it is read after its release, or
// released twice.
type tracked struct {
	v    uint64
	gone atomic.Bool
	live *atomic.Int64
}

func (x *tracked) Release() {
	if x.gone.Swap(true) {
		panic("a value was released twice")
	}
	x.live.Add(-1)
}

func (x *tracked) read() uint64 {
	if x.gone.Load() {
		panic("a value was read after its release")
	}
	return x.v
}

// A testLayer describes a layer of a random graph, for the runtime and for
// direct evaluation alike.
type testLayer struct {
	name  string
	grid  []int
	cases []testCase
}

// A testCase is a set with the operands of its tasks.
type testCase struct {
	set   Set
	lins  []int // the tasks of the set
	reads []testRead
}

// A testRead reads layer n, by indices or by a table.
type testRead struct {
	layer int
	ix    []Ix
	ids   [][]uint32 // by ordinal, if ix is nil
	many  bool
}

func size(grid []int) int {
	n := 1
	for _, d := range grid {
		n *= d
	}
	return n
}

func unravel(grid []int, lin int) []int {
	index := make([]int, len(grid))
	for k := len(grid) - 1; k >= 0; k-- {
		index[k] = lin % grid[k]
		lin /= grid[k]
	}
	return index
}

func ravel(grid, index []int) int {
	lin := 0
	for k, i := range index {
		lin = lin*grid[k] + i
	}
	return lin
}

// genGraph draws a random acyclic graph.
func genGraph(t *rapid.T) []testLayer {
	n := rapid.IntRange(1, 6).Draw(t, "layers")
	layers := make([]testLayer, n)
	for i := range layers {
		l := &layers[i]
		l.name = fmt.Sprintf("l%d", i)
		l.grid = rapid.SliceOfN(rapid.IntRange(1, 5), 0, 3).Draw(t, "grid")
		l.cases = genCases(t, l.grid)
		for c := range l.cases {
			genReads(t, layers, i, &l.cases[c])
		}
	}
	return layers
}

// genCases draws sets that cover a grid: all of it, boxes that interleave
// along an axis, or explicit sets.
func genCases(t *rapid.T, grid []int) []testCase {
	n := rapid.IntRange(1, 3).Draw(t, "cases")
	cases := make([]testCase, n)
	if len(grid) > 0 && n > 1 && rapid.Bool().Draw(t, "boxes") {
		axis := rapid.IntRange(0, len(grid)-1).Draw(t, "axis")
		for c := range cases {
			box := make([]Range, len(grid))
			for k, d := range grid {
				box[k] = Range{0, d, 1}
			}
			box[axis] = Range{c, grid[axis], n}
			cases[c].set = Box(box...)
			for lin := range size(grid) {
				if unravel(grid, lin)[axis]%n == c {
					cases[c].lins = append(cases[c].lins, lin)
				}
			}
		}
		return cases
	}
	for lin := range size(grid) {
		c := rapid.IntRange(0, n-1).Draw(t, "case")
		cases[c].lins = append(cases[c].lins, lin)
	}
	for c := range cases {
		ids := make([]uint32, len(cases[c].lins))
		for i, lin := range cases[c].lins {
			ids[i] = uint32(lin)
		}
		cases[c].set = IDs(ids)
		if n == 1 {
			cases[c].set = All()
		}
	}
	return cases
}

// genReads draws the operands of a case of layer i: of layers before it, and
// of earlier tasks of its own.
func genReads(t *rapid.T, layers []testLayer, i int, c *testCase) {
	for range rapid.IntRange(0, 3).Draw(t, "operands") {
		r := testRead{layer: rapid.IntRange(0, i).Draw(t, "layer")}
		r.many = rapid.Bool().Draw(t, "many")
		read := &layers[r.layer]
		if r.layer < i && rapid.Bool().Draw(t, "affine") {
			r.ix = genIxs(t, layers[i].grid, read.grid, r.many)
			r.many = r.many && len(read.grid) > 0
		} else if !genTable(t, read, &r, c, r.layer == i) {
			continue
		}
		c.reads = append(c.reads, r)
	}
}

// genIxs draws indices along all axes that stay within the grid that is read.
func genIxs(t *rapid.T, from, read []int, many bool) []Ix {
	ixs := make([]Ix, len(read))
	for k := range ixs {
		ixs[k] = genIx(t, from, read[k])
		if many && (k == 0 || rapid.Bool().Draw(t, "list")) {
			step := rapid.SampledFrom([]int{1, 2, -1}).Draw(t, "step")
			most := 1
			for within(from, Many(ixs[k], Fix(1), step), read[k], most, step) {
				most++
			}
			ixs[k] = Many(ixs[k], Fix(rapid.IntRange(0, most-1).Draw(t, "count")), step)
		}
	}
	return ixs
}

// within says whether most more steps stay below n for all tasks of a grid.
func within(from []int, x Ix, n, most, step int) bool {
	for lin := range size(from) {
		if v := x.at(unravel(from, lin)) + (most-1)*step; v < 0 || v >= n {
			return false
		}
	}
	return true
}

func genIx(t *rapid.T, from []int, n int) Ix {
	coefs := rapid.SliceOfN(rapid.IntRange(-1, 2), len(from), len(from)).Draw(t, "coefs")
	x := Lin(rapid.IntRange(0, n-1).Draw(t, "base"), coefs...)
	for lin := range size(from) {
		if v := x.at(unravel(from, lin)); v < 0 || v >= n {
			return Fix(rapid.IntRange(0, n-1).Draw(t, "index"))
		}
	}
	return x
}

// genTable draws the operands task by task. Of its own layer a task reads
// tasks before it.
func genTable(t *rapid.T, read *testLayer, r *testRead, c *testCase, own bool) bool {
	for _, lin := range c.lins {
		most := size(read.grid)
		if own {
			most = lin
		}
		n := 1
		if r.many {
			n = rapid.IntRange(0, 3).Draw(t, "length")
		}
		if most == 0 && n > 0 {
			if !r.many {
				return false
			}
			n = 0
		}
		row := []uint32{}
		for range n {
			row = append(row, uint32(rapid.IntRange(0, most-1).Draw(t, "id")))
		}
		r.ids = append(r.ids, row)
	}
	return true
}

// operands returns the linear indices that the task at ordinal n reads.
func (r *testRead) operands(layers []testLayer, grid []int, lin, n int) []int {
	if r.ix == nil {
		var lins []int
		for _, id := range r.ids[n] {
			lins = append(lins, int(id))
		}
		return lins
	}
	read := layers[r.layer].grid
	lins := []int{0}
	for k, x := range r.ix {
		count, step := 1, 0
		if x.count != nil {
			count, step = x.count.at(unravel(grid, lin)), x.step
		}
		var more []int
		for _, l := range lins {
			for i := range count {
				more = append(more, l*read[k]+x.at(unravel(grid, lin))+i*step)
			}
		}
		lins = more
	}
	return lins
}

// mix is what all tasks compute.
func mix(layer, lin int, operands [][]uint64) uint64 {
	h := fnv.New64a()
	fmt.Fprint(h, layer, lin, operands)
	return h.Sum64()
}

// evaluate computes all tasks by recursion.
func evaluate(layers []testLayer) [][]uint64 {
	vals := make([][]uint64, len(layers))
	for i := range layers {
		l := &layers[i]
		vals[i] = make([]uint64, size(l.grid))
		where := map[int][2]int{} // case and ordinal
		for c := range l.cases {
			for n, lin := range l.cases[c].lins {
				where[lin] = [2]int{c, n}
			}
		}
		for lin := range vals[i] {
			c := &l.cases[where[lin][0]]
			var ops [][]uint64
			for _, r := range c.reads {
				var op []uint64
				for _, o := range r.operands(layers, l.grid, lin, where[lin][1]) {
					op = append(op, vals[r.layer][o])
				}
				ops = append(ops, op)
			}
			vals[i][lin] = mix(i, lin, ops)
		}
	}
	return vals
}

// program makes the runtime's program of the graph; its outputs are the tasks
// of the last layer that are in want.
func program(t testing.TB, layers []testLayer, want []int, live *atomic.Int64) *Program {
	p := &Program{Name: "random"}
	for _, lin := range want {
		p.Outputs = append(p.Outputs, OutputInfo{Name: fmt.Sprint(lin)})
	}
	p.Build = func(b *Builder) error {
		ls := make([]*Layer[*tracked], len(layers))
		for i := range layers {
			ls[i] = NewLayer[*tracked](b, Info{Name: layers[i].name, Grid: layers[i].grid})
			for _, c := range layers[i].cases {
				ls[i].Case(c.set, kernelOf(ls, layers, i, c, live), readsOf(ls, c)...)
			}
		}
		last := len(layers) - 1
		for _, lin := range want {
			ValueOutput(b, fmt.Sprint(lin), ls[last], unravel(layers[last].grid, lin)...)
		}
		return nil
	}
	return p
}

func readsOf(ls []*Layer[*tracked], c testCase) []Read {
	var reads []Read
	for _, r := range c.reads {
		switch {
		case r.ix != nil:
			reads = append(reads, ls[r.layer].At(r.ix...))
		case r.many:
			offsets := []uint32{0}
			for _, row := range r.ids {
				offsets = append(offsets, offsets[len(offsets)-1]+uint32(len(row)))
			}
			reads = append(reads, ls[r.layer].TableList(offsets, slices.Concat(r.ids...)))
		default:
			reads = append(reads, ls[r.layer].Table(slices.Concat(r.ids...)))
		}
	}
	return reads
}

func kernelOf(ls []*Layer[*tracked], layers []testLayer, i int, c testCase, live *atomic.Int64) func(*Task) (*tracked, error) {
	return func(t *Task) (*tracked, error) {
		lin := t.lin
		if rank := len(layers[i].grid); rank > 0 {
			index := make([]int, rank)
			for k := range index {
				index[k] = t.Index(k)
			}
			lin = ravel(layers[i].grid, index)
		}
		if c.lins[t.Ordinal()] != lin {
			return nil, fmt.Errorf("ordinal %d of task %d", t.Ordinal(), lin)
		}
		var ops [][]uint64
		for slot, r := range c.reads {
			var op []uint64
			if r.many {
				for _, x := range ls[r.layer].List(t, slot) {
					op = append(op, x.read())
				}
			} else {
				op = append(op, ls[r.layer].Get(t, slot).read())
			}
			ops = append(ops, op)
		}
		live.Add(1)
		return &tracked{v: mix(i, lin, ops), live: live}, nil
	}
}

// Any graph, any number of workers: the values of direct evaluation, and at
// the end only outputs are left.
func TestRandomGraphs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		layers := genGraph(rt)
		last := len(layers) - 1
		all := size(layers[last].grid)
		want := rapid.SliceOfNDistinct(rapid.IntRange(0, all-1), 1, all, rapid.ID[int]).Draw(rt, "outputs")
		workers := rapid.SampledFrom([]int{1, 2, 3, 8, 64}).Draw(rt, "workers")
		direct := evaluate(layers)
		var live atomic.Int64
		got, err := Run(t.Context(), program(t, layers, want, &live), nil, WithWorkers(workers))
		if err != nil {
			rt.Fatal(err)
		}
		for i, lin := range want {
			if v := got[i].(*tracked).read(); v != direct[last][lin] {
				rt.Errorf("task %d is %x, want %x", lin, v, direct[last][lin])
			}
		}
		if n := live.Load(); n != int64(len(want)) {
			rt.Errorf("%d values are left, want the %d outputs", n, len(want))
		}
	})
}
