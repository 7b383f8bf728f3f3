// Package check infers the type of every value of a graph: dtypes, ranks and
// the shapes of blocks, task by task, without visiting every task where the
// grid is regular.
package check

import (
	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/ir"
)

// maxTasks bounds the tasks of a layer: linear indices are 32 bits wide.
const maxTasks = 1 << 32

// checker is the state of one run.
type checker struct {
	g     *ir.Graph
	info  map[*ir.Layer]*layerInfo
	types *typeTable
	full  bool // of types
	ds    diag.List
}

func newChecker(g *ir.Graph) *checker {
	return &checker{g: g, info: map[*ir.Layer]*layerInfo{}, types: newTypeTable()}
}

// run types all layers, what is read before what reads it.
func (c *checker) run() {
	if !c.bounded() {
		return
	}
	for _, group := range Groups(c.g) {
		if len(group) == 1 && !readsItself(group[0]) {
			c.layer(group[0])
		} else {
			c.recurrence(group)
		}
	}
	for _, l := range c.g.Layers {
		c.finish(c.info[l])
	}
	c.outputs()
}

// bounded refuses grids that no array of indices can hold.
func (c *checker) bounded() bool {
	ok := true
	for _, l := range c.g.Layers {
		n := int64(1)
		for _, e := range l.Grid {
			if e.Sym != "" {
				c.reportLayer(l, diag.Unsupported, "its grid has the symbolic extent %q, which is only supported as a constant", e.Sym)
				ok = false
				break
			}
			if e.N < 0 || e.N > 0 && n > maxTasks/e.N {
				c.reportLayer(l, diag.TooLarge, "its grid has more than %d tasks", int64(maxTasks))
				ok = false
				break
			}
			n *= e.N
		}
	}
	return ok
}

// layer types a layer that does not read itself.
func (c *checker) layer(l *ir.Layer) {
	if l.Input != nil {
		c.input(l)
		return
	}
	info := newLayerInfo(l, c.partitionOf(l))
	c.info[l] = info
	for _, cs := range l.Cases {
		ev := c.newEvaluator(l, cs)
		if cs.Where.IDs != nil {
			cs.Where.Each(l.Grid, func(ord int64, idx []int64) {
				info.types[info.slot(l.Grid.Linear(idx))] = ev.task(ord, idx)
			})
			continue
		}
		info.eachClass(cs.Where.Ranges(l.Grid), func(slot int64, idx []int64) {
			info.types[slot] = ev.task(cs.Where.OrdinalAt(l.Grid, idx), idx)
		})
	}
	info.coarsen()
}

// eachClass calls f for one task of each class that lies in the box.
func (f *layerInfo) eachClass(box []ir.Range, visit func(slot int64, idx []int64)) {
	idx := make([]int64, len(box))
	var walk func(k int, slot int64)
	walk = func(k int, slot int64) {
		if k == len(box) {
			visit(slot, idx)
			return
		}
		a, r := f.part.axes[k], box[k]
		for n, rep := range a.rep {
			if rep >= r.Lo && rep < r.Hi && (rep-r.Lo)%r.Step == 0 {
				idx[k] = rep
				walk(k+1, slot*int64(len(a.rep))+int64(n))
			}
		}
	}
	walk(0, 0)
}

// input types the blocks of an input layer by its chunks.
func (c *checker) input(l *ir.Layer) {
	in := l.Input
	p := newPartition(l.Grid)
	for k, a := range p.axes {
		if in.Chunks[k] != nil {
			a.split(func(i int64) int64 { return in.Chunks[k][i] })
		}
	}
	info := newLayerInfo(l, p)
	c.info[l] = info
	info.eachClass(ir.Set{}.Ranges(l.Grid), func(slot int64, idx []int64) {
		shape := make([]int64, len(idx))
		for k, i := range idx {
			shape[k] = -1 // only known at run time
			if in.Chunks[k] != nil {
				shape[k] = in.Chunks[k][i]
			}
		}
		info.types[slot] = c.types.id(ir.BlockType(in.DType, shape...))
	})
}

// anyType returns the type of some value of a layer, None if none is known.
func (c *checker) anyType(l *ir.Layer) *ir.Type {
	for _, id := range c.info[l].types {
		if id >= firstID {
			return c.types.get(id)
		}
	}
	return &ir.Type{Kind: ir.TypeNone}
}

// finish sets the layer's Type and Dims.
func (c *checker) finish(f *layerInfo) {
	if f == nil {
		return
	}
	l := f.layer
	l.Type, l.Dims = nil, nil
	var first typeID
	seen := map[typeID]bool{}
	for slot, id := range f.types {
		if id < firstID || seen[id] {
			continue
		}
		seen[id] = true
		t := c.types.get(id)
		m := merge(l.Type, t)
		if m == nil {
			at := f.indexOf(int64(slot))
			c.report(l, at, l.Pos, diag.MixedTypes, "is %s, but %s of the same layer is %s", t, keyText(l.KeyAt(l.Grid.Linear(f.indexOf(f.slotOf(first))))), l.Type)
			return
		}
		if first == unknown {
			first = id
		}
		l.Type = m
	}
	if l.Type != nil && l.Type.Kind == ir.TypeBlock {
		l.Dims = c.dims(f, l.Type.Rank())
	}
}

// slotOf returns the first slot of that type.
func (f *layerInfo) slotOf(id typeID) int64 {
	for slot, t := range f.types {
		if t == id {
			return int64(slot)
		}
	}
	return 0
}

// indexOf returns the grid index of the first task of a slot.
func (f *layerInfo) indexOf(slot int64) []int64 {
	idx := make([]int64, len(f.part.axes))
	for k := len(idx) - 1; k >= 0; k-- {
		rep := f.part.axes[k].rep
		idx[k] = rep[slot%int64(len(rep))]
		slot /= int64(len(rep))
	}
	return idx
}
