package reroll

import (
	"github.com/daskgen/daskgen/ir"
)

// A Result says where the tasks went.
type Result struct {
	Layers []*ir.Layer // made of tasks, in the order of their first task
	t      *Tasks
	l      *layout
}

// Layers turns the tasks into layers. It reports duplicate keys, references to
// nothing and cycles; then the result is nil. The typer may be nil: then no
// types are told apart, and every plain task is a layer of its own. The tasks
// are used up.
func (t *Tasks) Layers(typer Typer) *Result {
	before := len(*t.Diags)
	if !t.numberOutside() {
		return nil
	}
	t.index()
	t.resolve()
	if len(*t.Diags) > before {
		return nil
	}
	order := t.order()
	if len(*t.Diags) > before {
		return nil
	}
	ts := newTypes(t, typer)
	ts.run(order)
	l := newLayout(t, ts)
	r := &Result{t: t, l: l}
	b := caseBuilder{t: t, l: l}
	for _, g := range l.groups {
		b.cases(g)
		r.Layers = append(r.Layers, g.layer)
	}
	return r
}

// Find returns the layer and the linear index of the value with this key.
func (r *Result) Find(key ir.Key) (*ir.Layer, int64, bool) {
	t := r.t
	var ref Ref
	name, ok := t.names.find([]byte(key.Name))
	if !ok {
		return nil, 0, false
	}
	var target uint32
	if len(key.Index) == 0 {
		target, ok = t.findPlain(name)
	} else {
		f, known := t.familyOf[familyKey{name, uint32(len(key.Index))}]
		if !known {
			return nil, 0, false
		}
		t.KeyRef(&ref, key)
		target, ok = t.findParts(&t.families[f], ref.parts)
	}
	if !ok {
		return nil, 0, false
	}
	b := caseBuilder{t: t, l: r.l}
	layer, at := b.target(int32(target))
	return layer, at, true
}

// Family returns the layer that holds all values (name, i, j, ...) with rank
// indices, and the indices of its first value. The layer is nil when there are
// no such values; whole is false when they are in several layers, or are no box.
func (r *Result) Family(name string, rank int) (layer *ir.Layer, origin []int64, whole bool) {
	t := r.t
	id, ok := t.names.find([]byte(name))
	if !ok {
		return nil, nil, false
	}
	if rank == 0 {
		target, ok := t.findPlain(id)
		if !ok {
			return nil, nil, false
		}
		b := caseBuilder{t: t, l: r.l}
		layer, _ = b.target(int32(target))
		return layer, nil, len(layer.Grid) == 0
	}
	n, ok := t.familyOf[familyKey{id, uint32(rank)}]
	if !ok {
		return nil, nil, false
	}
	f := &t.families[n]
	switch {
	case f.outside >= 0:
		return t.outside[f.outside].layer, make([]int64, rank), true
	case f.rows == 0:
		return nil, nil, false
	case f.group < 0:
		return r.Layers[r.l.group[r.anyRow(n)]], nil, false
	}
	g := r.l.groups[f.group]
	return g.layer, g.lo, g.box
}

func (r *Result) anyRow(family uint32) uint32 {
	for n := range r.t.rows {
		if r.t.rows[n].key == family|indexed {
			return uint32(n)
		}
	}
	return 0
}

// Near says which defined names are nearest to that of an undefined key; of many
// undefined ones it does so for the first.
func (r *Result) Near(key ir.Key) string {
	if r.t.missing++; r.t.missing > maxUndefined {
		return ""
	}
	return r.t.NearKey(key)
}

// Rank returns the number of indices of the values of this name, or -1 when
// there are none, or values with different numbers of them.
func (r *Result) Rank(name string) int {
	t := r.t
	id, ok := t.names.find([]byte(name))
	if !ok {
		return -1
	}
	rank := -1
	if t.plain[id] != 0 {
		rank = 0
	}
	for arity := 1; arity <= MaxParts; arity++ {
		n, ok := t.familyOf[familyKey{id, uint32(arity)}]
		if !ok || t.families[n].rows == 0 && t.families[n].outside < 0 {
			continue
		}
		if rank >= 0 {
			return -1
		}
		rank = arity
	}
	return rank
}

// SetType sets the type of the values of a layer outside, for the typer.
func (t *Tasks) SetType(name string, ty *ir.Type) {
	for _, o := range t.outside {
		if o.layer.Name == name {
			o.ty = ty
		}
	}
}

// IsList says whether an access along these axes selects a list.
func IsList(axes []ir.AxisAccess) bool {
	a := ir.Access{Axes: axes}
	return a.List()
}
