package check

import (
	"encoding/binary"

	"github.com/daskgen/daskgen/ir"
)

// An axisClasses sorts the indices of a grid axis into classes: two indices of
// a class select operands of equal types, whatever the other axes' indices.
type axisClasses struct {
	of  []int32 // class of each index
	rep []int64 // first index of each class
}

func newAxisClasses(n int64) *axisClasses {
	a := &axisClasses{of: make([]int32, n)}
	if n > 0 {
		a.rep = []int64{0}
	}
	return a
}

// single says whether all indices are of one class.
func (a *axisClasses) single() bool { return len(a.rep) <= 1 }

// each makes every index a class of its own.
func (a *axisClasses) each() {
	if len(a.rep) == len(a.of) {
		return
	}
	a.rep = make([]int64, len(a.of))
	for i := range a.of {
		a.of[i], a.rep[i] = int32(i), int64(i)
	}
}

// split divides the classes by the values of f.
func (a *axisClasses) split(f func(i int64) int64) {
	if len(a.rep) == len(a.of) {
		return
	}
	type pair struct{ class, value int64 }
	ids := map[pair]int32{}
	a.rep = a.rep[:0]
	for i := range a.of {
		p := pair{int64(a.of[i]), f(int64(i))}
		id, ok := ids[p]
		if !ok {
			id = int32(len(a.rep))
			ids[p] = id
			a.rep = append(a.rep, int64(i))
		}
		a.of[i] = id
	}
}

// A partition is the classes of all axes of a layer's grid.
type partition struct {
	grid ir.Grid
	axes []*axisClasses
}

func newPartition(g ir.Grid) *partition {
	p := &partition{grid: g}
	for _, e := range g {
		p.axes = append(p.axes, newAxisClasses(e.N))
	}
	return p
}

// each makes every task a class of its own.
func (p *partition) each() {
	for _, a := range p.axes {
		a.each()
	}
}

// partitionOf sorts the tasks of a layer by what they read. Whatever does not
// separate by axes makes each index its own class.
func (c *checker) partitionOf(l *ir.Layer) *partition {
	p := newPartition(l.Grid)
	for _, cs := range l.Cases {
		p.splitBySet(cs.Where)
		for i := range cs.Operands {
			o := &cs.Operands[i]
			p.splitByAccess(&o.Access, c.info[o.Layer])
		}
		for n, relevant := range relevantParams(cs) {
			if relevant {
				p.splitByParam(&cs.Params[n])
			}
		}
	}
	return p
}

func (p *partition) splitBySet(s ir.Set) {
	if s.IDs != nil {
		p.each()
		return
	}
	for k, r := range s.Box {
		p.axes[k].split(func(i int64) int64 {
			if i < r.Lo || i >= r.Hi || (i-r.Lo)%r.Step != 0 {
				return 0
			}
			return 1
		})
	}
}

func (p *partition) splitByAccess(a *ir.Access, read *layerInfo) {
	if a.Table != nil {
		if a.Table.List || !read.single() {
			p.each()
		}
		return
	}
	for k := range a.Axes {
		p.splitByAxis(&a.Axes[k], read.part.axes[k])
	}
}

// splitByAxis divides by what an access selects along one axis of the layer
// read, whose classes are given.
func (p *partition) splitByAxis(x *ir.AxisAccess, read *axisClasses) {
	if read.single() && (!x.List || len(dependsOn(p.grid, &x.Count)) == 0) {
		return
	}
	axes := dependsOn(p.grid, &x.Start)
	if x.List {
		axes = union(axes, dependsOn(p.grid, &x.Count))
	}
	if len(axes) > 1 {
		for _, k := range axes {
			p.axes[k].each()
		}
		return
	}
	for _, k := range axes {
		p.splitBySelection(k, x, read)
	}
}

// splitBySelection divides grid axis k, the only one on which the access
// depends, by the classes of the indices selected.
func (p *partition) splitBySelection(k int, x *ir.AxisAccess, read *axisClasses) {
	idx := make([]int64, len(p.grid))
	seen := map[string]int64{}
	var buf []byte
	p.axes[k].split(func(i int64) int64 {
		idx[k] = i
		v := x.Start.At(idx)
		if !x.List {
			return classAt(read, v)
		}
		buf = buf[:0]
		for n := x.Count.At(idx); n > 0; n-- {
			buf = binary.AppendVarint(buf, classAt(read, v))
			v += x.Step
		}
		id, ok := seen[string(buf)]
		if !ok {
			id = int64(len(seen))
			seen[string(buf)] = id
		}
		return id
	})
}

// classAt is the class of an index, -1 when there is no such index: a case
// that does not hold for it may be asked.
func classAt(a *axisClasses, i int64) int64 {
	if i < 0 || i >= int64(len(a.of)) {
		return -1
	}
	return int64(a.of[i])
}

func (p *partition) splitByParam(q *ir.Param) {
	if q.Affine == nil {
		p.each()
		return
	}
	for _, k := range dependsOn(p.grid, q.Affine) {
		p.axes[k].each()
	}
}

// dependsOn returns the grid axes, of more than one index, on which an affine
// form depends.
func dependsOn(g ir.Grid, a *ir.Affine) []int {
	var axes []int
	for k, c := range a.Coef {
		if c != 0 && g[k].N > 1 {
			axes = append(axes, k)
		}
	}
	return axes
}

func union(a, b []int) []int {
	for _, k := range b {
		found := false
		for _, j := range a {
			found = found || j == k
		}
		if !found {
			a = append(a, k)
		}
	}
	return a
}
