package reroll

import "github.com/daskgen/daskgen/ir"

// listSlot makes what stands for a list of references: one operand that is a
// list, or a list of operands when they are in several layers.
func (b *caseBuilder) listSlot() *ir.Expr {
	t := b.t
	count := uint64(uint32(t.holes[b.at[0]]))
	targets := t.holes[b.at[0]+1:][:count]
	if !b.oneLayer(targets) {
		return b.mixedList(count)
	}
	layer, _ := b.target(targets[0])
	access, ok := b.listAxes(layer.Grid)
	if !ok {
		if b.strict != takeAll {
			return nil
		}
		access = ir.Access{Table: b.listTable()}
	}
	for i, at := range b.at {
		b.at[i] = at + 1 + uint64(uint32(t.holes[at]))
	}
	return b.addOperand(ir.Operand{Layer: layer, Access: access})
}

func (b *caseBuilder) mixedList(count uint64) *ir.Expr {
	e := &ir.Expr{Kind: ir.ExprList}
	for k := range count {
		arg := b.operand(1 + k)
		if arg == nil {
			return nil
		}
		e.Args = append(e.Args, arg)
	}
	b.advance(1 + count)
	return e
}

func (b *caseBuilder) listTable() *ir.Table {
	t := &ir.Table{List: true, Offsets: make([]uint32, 1, len(b.at)+1)}
	for _, at := range b.at {
		for _, h := range b.entries(at) {
			_, v := b.target(h)
			t.IDs = append(t.IDs, uint32(v))
		}
		t.Offsets = append(t.Offsets, uint32(len(t.IDs)))
	}
	return t
}

// entries returns the targets of the list whose count is in this hole.
func (b *caseBuilder) entries(at uint64) []int32 {
	return b.t.holes[at+1:][:uint32(b.t.holes[at])]
}

// A run is the indices along one axis that a list goes through.
type run struct{ start, count, step int64 }

// listAxes describes the lists of all tasks as boxes of indices in C order,
// whose corners and sizes are affine.
func (b *caseBuilder) listAxes(g ir.Grid) (ir.Access, bool) {
	n, rank := len(b.at), len(g)
	if rank == 0 {
		return ir.Access{}, false
	}
	starts, counts := make([]int64, n*rank), make([]int64, n*rank)
	steps := make([]int64, rank)
	runs := make([]run, rank)
	for i, at := range b.at {
		if !b.runs(b.entries(at), g, runs) || !mergeSteps(steps, runs) {
			return ir.Access{}, false
		}
		for k, r := range runs {
			starts[k*n+i], counts[k*n+i] = r.start, r.count
		}
	}
	return b.fitRuns(starts, counts, steps, n)
}

// mergeSteps takes over the steps of one list, and says whether they agree with
// those of the lists before.
func mergeSteps(steps []int64, runs []run) bool {
	for k, r := range runs {
		if r.count > 1 && steps[k] == 0 {
			steps[k] = r.step
		}
		if r.count > 1 && steps[k] != r.step {
			return false
		}
	}
	return true
}

func (b *caseBuilder) fitRuns(starts, counts, steps []int64, n int) (ir.Access, bool) {
	a := ir.Access{Axes: make([]ir.AxisAccess, len(steps))}
	for k, step := range steps {
		x := &a.Axes[k]
		var ok bool
		if x.Start, ok = b.p.fit(starts[k*n:][:n]); !ok {
			return a, false
		}
		if step == 0 {
			continue
		}
		x.List, x.Step = true, step
		if x.Count, ok = b.p.fit(counts[k*n:][:n]); !ok {
			return a, false
		}
	}
	if !a.List() {
		x := &a.Axes[listAxis(a.Axes)]
		x.List, x.Step, x.Count = true, 1, ir.Affine{Base: 1}
	}
	return a, true
}

// listAxis returns the first axis along which the index is the same for all
// tasks, or the last axis: it is where a list of one entry is.
func listAxis(axes []ir.AxisAccess) int {
	for k := range axes {
		if axes[k].Start.Coef == nil {
			return k
		}
	}
	return len(axes) - 1
}

// runs describes one list as a box of indices in C order, if it is one.
func (b *caseBuilder) runs(entries []int32, g ir.Grid, runs []run) bool {
	first, last := make([]int64, len(g)), make([]int64, len(g))
	index := make([]int64, len(g))
	b.index(entries[0], g, first)
	b.index(entries[len(entries)-1], g, last)
	for k := range runs {
		runs[k] = run{start: first[k], count: 1}
	}
	for _, h := range entries[1:] {
		b.index(h, g, index)
		for k := range runs {
			if r := &runs[k]; r.step == 0 && index[k] != first[k] {
				r.step = index[k] - first[k]
			}
		}
	}
	size := int64(1)
	for k := range runs {
		if r := &runs[k]; r.step != 0 {
			if (last[k]-first[k])%r.step != 0 || (last[k]-first[k])/r.step < 1 {
				return false
			}
			r.count = (last[k]-first[k])/r.step + 1
			size *= r.count
		}
	}
	return size == int64(len(entries)) && b.inOrder(entries, g, runs)
}

// inOrder says whether the entries are the indices of the box, in C order.
func (b *caseBuilder) inOrder(entries []int32, g ir.Grid, runs []run) bool {
	for i, h := range entries {
		_, at := b.target(h)
		rest := int64(i)
		want, stride := int64(0), int64(1)
		for k := len(runs) - 1; k >= 0; k-- {
			want += (runs[k].start + rest%runs[k].count*runs[k].step) * stride
			rest /= runs[k].count
			stride *= g[k].N
		}
		if want != at {
			return false
		}
	}
	return true
}

func (b *caseBuilder) index(h int32, g ir.Grid, index []int64) {
	_, at := b.target(h)
	for k := len(g) - 1; k >= 0; k-- {
		index[k] = at % g[k].N
		at /= g[k].N
	}
}
