package runtime

import "fmt"

// An Ix selects along one grid axis of the layer that is read, as a function
// of the grid index of the task that reads: one index, or with Many a list.
type Ix struct {
	base  int
	coefs []int // per grid axis of the reading layer; missing ones are 0
	count *Ix   // of a list
	step  int   // of a list
}

// I selects the index that the task has along this axis of its own grid.
func I(axis int) Ix {
	c := make([]int, axis+1)
	c[axis] = 1
	return Ix{coefs: c}
}

// Lin selects base + Σ coefs[k]·index[k] over the task's grid index.
func Lin(base int, coefs ...int) Ix { return Ix{base: base, coefs: coefs} }

// Fix selects the index i, whatever the task.
func Fix(i int) Ix { return Ix{base: i} }

// Many selects count indices: start, start+step, and so on. An access with
// Many along any axis reads a list, in C order of the selected indices. A
// count of 0 or below makes it empty.
func Many(start, count Ix, step int) Ix {
	start.count, start.step = &count, step
	return start
}

// at evaluates the index (the first one of a list).
func (x *Ix) at(index []int) int {
	v := x.base
	for k, c := range x.coefs {
		v += c * index[k]
	}
	return v
}

// A Read is an operand of a case: which values of which layer its tasks read.
// Layer.At, Layer.Table and Layer.TableList make them.
type Read struct {
	layer   *layer
	axes    []Ix
	ids     []uint32
	offsets []uint32
	table   bool
	many    bool // the operand is a list
}

// accessMode is the form to which a Read was reduced.
type accessMode uint8

const (
	accessStride accessMode = iota // base + mul*lin
	accessAffine                   // base + Σ coefs·index
	accessTable                    // ids[ordinal]
	accessAxes                     // a list over axes
	accessRanges                   // ids[offsets[ordinal]:offsets[ordinal+1]]
)

// An access is a Read made ready for its case: a linear form in the task's
// linear index where that is possible, else in its grid index, else a table.
// Its values are linear indices in the layer read.
type access struct {
	layer       *layer
	mode        accessMode
	base, mul   int
	first, size int // the first task of the layer, and how many it has
	coefs       []int
	axes        []Ix
	ids         []uint32
	offsets     []uint32
	ordinals    []uint32 // of the case's set, if it has an array of them and mode is accessTable
}

// newAccess checks a Read against the case whose tasks do the reading.
func newAccess(r Read, c *taskCase) (access, error) {
	a := access{layer: r.layer, ids: r.ids, offsets: r.offsets}
	if r.layer == nil {
		return a, fmt.Errorf("reads no layer")
	}
	a.first, a.size = r.layer.base, r.layer.size
	if r.table {
		return a, a.setTable(r, c)
	}
	if len(r.axes) != len(r.layer.grid) {
		return a, fmt.Errorf("reads layer %q at %d indices, its grid has %d axes", r.layer.info.Name, len(r.axes), len(r.layer.grid))
	}
	for k := range r.axes {
		if err := r.axes[k].check(c, r.layer, k); err != nil {
			return a, err
		}
	}
	if r.many {
		a.mode, a.axes = accessAxes, r.axes
		return a, nil
	}
	a.setLinear(r.axes, c.layer)
	return a, nil
}

// setTable takes over a table and checks its lengths; the entries are checked
// when the graph is built.
func (a *access) setTable(r Read, c *taskCase) error {
	n := c.set.len()
	if !r.many {
		a.mode, a.ordinals = accessTable, c.set.ordinals
		if len(r.ids) != n {
			return fmt.Errorf("a table of %d entries for %d tasks", len(r.ids), n)
		}
		return nil
	}
	a.mode = accessRanges
	if len(r.offsets) != n+1 {
		return fmt.Errorf("a table of %d offsets for %d tasks, want one more than tasks", len(r.offsets), n)
	}
	for i, o := range r.offsets {
		if int(o) > len(r.ids) || i > 0 && o < r.offsets[i-1] {
			return fmt.Errorf("offset %d of a table is %d: offsets ascend and end at %d entries", i, o, len(r.ids))
		}
	}
	return nil
}

// setLinear folds the indices along all axes into one linear form over the
// grid index, and that into one over the linear index if the coefficients
// are in proportion to the strides of the grid.
func (a *access) setLinear(axes []Ix, from *layer) {
	a.coefs = make([]int, len(from.grid))
	for k := range axes {
		stride := a.layer.strides[k]
		a.base += stride * axes[k].base
		for i, c := range axes[k].coefs {
			a.coefs[i] += stride * c
		}
	}
	a.mode = accessAffine
	if mul, ok := proportion(a.coefs, from); ok {
		a.mode, a.mul = accessStride, mul
	}
}

// proportion returns m with coefs[k] = m * strides[k] on all axes that are
// longer than 1.
func proportion(coefs []int, l *layer) (int, bool) {
	mul, have := 0, false
	for k, c := range coefs {
		if l.grid[k] <= 1 {
			continue
		}
		if c%l.strides[k] != 0 || have && c/l.strides[k] != mul {
			return 0, false
		}
		mul, have = c/l.strides[k], true
	}
	return mul, true
}

// check makes sure that the indices lie within axis k of layer read for all
// tasks of a box. Tasks of an explicit set are checked one by one when the
// graph is built.
func (x *Ix) check(c *taskCase, read *layer, k int) error {
	if len(x.coefs) > len(c.layer.grid) || x.count != nil && len(x.count.coefs) > len(c.layer.grid) {
		return fmt.Errorf("an index over more axes than the %d of the grid", len(c.layer.grid))
	}
	if x.count != nil && x.step == 0 {
		return fmt.Errorf("a list with step 0")
	}
	if c.set.ids != nil || c.set.len() == 0 || x.count != nil {
		return nil
	}
	lo, hi := x.bounds(c.set.ranges)
	if lo < 0 || hi >= read.grid[k] {
		return fmt.Errorf("reads indices %d to %d along axis %d of layer %q, which has %d", lo, hi, k, read.info.Name, read.grid[k])
	}
	return nil
}

// bounds returns the least and the greatest value over a box.
func (x *Ix) bounds(box []Range) (lo, hi int) {
	lo, hi = x.base, x.base
	for i, c := range x.coefs {
		u, v := c*box[i].Lo, c*box[i].last()
		lo += min(u, v)
		hi += max(u, v)
	}
	return lo, hi
}

// list says whether the operand is a list of values.
func (a *access) list() bool { return a.mode >= accessAxes }

// at returns the linear index of the value that an access without a list
// reads.
func (a *access) at(p *point) int {
	if a.mode == accessStride {
		return a.base + a.mul*p.lin
	}
	return a.find(p)
}

// find is at of an access that is no stride.
func (a *access) find(p *point) int {
	if a.ordinals != nil {
		return int(a.ids[a.ordinals[p.lin]])
	}
	if a.mode == accessTable {
		return int(a.ids[p.ordinal()])
	}
	v := a.base
	for k, i := range p.indices() {
		v += a.coefs[k] * i
	}
	return v
}

// appendTo appends the linear indices of the values that are read.
func (a *access) appendTo(dst []int, p *point) []int {
	switch a.mode {
	case accessAxes:
		return a.appendAxes(dst, p.indices(), 0, 0)
	case accessRanges:
		n := p.ordinal()
		for _, id := range a.ids[a.offsets[n]:a.offsets[n+1]] {
			dst = append(dst, int(id))
		}
		return dst
	default:
		return append(dst, a.at(p))
	}
}

// appendAxes appends the selection along axes k and up, to which the axes
// before add lin.
func (a *access) appendAxes(dst []int, index []int, k, lin int) []int {
	if k == len(a.axes) {
		return append(dst, lin)
	}
	x := &a.axes[k]
	n, step := 1, 0
	if x.count != nil {
		n, step = x.count.at(index), x.step
	}
	v := x.at(index)
	for range n {
		if v < 0 || v >= a.layer.grid[k] {
			return append(dst, -1) // refused by the graph's check
		}
		dst = a.appendAxes(dst, index, k+1, lin+v*a.layer.strides[k])
		v += step
	}
	return dst
}
