package ir

import (
	"errors"
	"fmt"
)

// Verify checks the invariants of a graph: what front ends must build, and what
// every pass must keep. An error is a mistake of daskgen, not of a user. It
// names all that is wrong, up to ten findings. It takes time in proportion to
// the sets, tables and columns, and to the grids that several cases share.
func Verify(g *Graph) error {
	v := verifier{graph: g, layers: map[*Layer]bool{}}
	names := map[string]bool{}
	for i, l := range g.Layers {
		switch {
		case l == nil:
			return fmt.Errorf("layer %d is nil", i)
		case l.Name == "":
			v.errorf("layer %d has no name", i)
		case names[l.Name]:
			v.errorf("two layers are named %q", l.Name)
		}
		names[l.Name], v.layers[l] = true, true
	}
	for _, l := range g.Layers {
		v.where = fmt.Sprintf("layer %q: ", l.Name)
		v.layer(l)
	}
	v.outputs()
	return errors.Join(v.errs...)
}

type verifier struct {
	graph  *Graph
	layers map[*Layer]bool
	where  string
	errs   []error
}

const maxFindings = 10

func (v *verifier) errorf(format string, args ...any) {
	if len(v.errs) < maxFindings {
		v.errs = append(v.errs, errors.New(v.where+fmt.Sprintf(format, args...)))
	}
}

func (v *verifier) outputs() {
	names := map[string]bool{}
	for _, o := range v.graph.Outputs {
		v.where = fmt.Sprintf("output %q: ", o.Name)
		switch {
		case !v.layers[o.Layer]:
			v.errorf("its layer is not in the graph")
			continue
		case names[o.Name]:
			v.errorf("two outputs have this name")
		case o.Array():
		case len(o.Index) != len(o.Layer.Grid):
			v.errorf("its index has %d entries for a grid of rank %d", len(o.Index), len(o.Layer.Grid))
		case !o.Layer.Grid.Contains(o.Index):
			v.errorf("index %v is outside the grid", o.Index)
		}
		names[o.Name] = true
	}
}

// Contains says whether a grid index lies inside the grid, as far as its extents
// are constants.
func (g Grid) Contains(index []int64) bool {
	for k, i := range index {
		if i < 0 || g[k].Sym == "" && i >= g[k].N {
			return false
		}
	}
	return true
}

func (v *verifier) layer(l *Layer) {
	for k, e := range l.Grid {
		if e.Sym == "" && e.N < 0 {
			v.errorf("axis %d of the grid has extent %d", k, e.N)
			return
		}
	}
	if l.Grid.Constant() && l.Keys != nil && int64(len(l.Keys)) != l.Grid.Size() {
		v.errorf("it has %d keys for %d indices", len(l.Keys), l.Grid.Size())
	}
	if l.Dims != nil && l.Type != nil && (l.Type.Kind != TypeBlock || len(l.Dims) != l.Type.Rank()) {
		v.errorf("it has dims of rank %d, but type %s", len(l.Dims), l.Type)
	}
	v.dims(l)
	if l.Input != nil {
		v.input(l)
		return
	}
	for i, c := range l.Cases {
		where := v.where
		v.where += fmt.Sprintf("case %d: ", i)
		v.checkCase(l, c)
		v.where = where
	}
	if l.Grid.Constant() {
		v.cover(l)
	}
}

func (v *verifier) dims(l *Layer) {
	for k, d := range l.Dims {
		switch {
		case d.Axis < -1 || d.Axis >= len(l.Grid):
			v.errorf("dim %d depends on axis %d of a grid of rank %d", k, d.Axis, len(l.Grid))
		case d.Sizes == nil || d.Axis >= 0 && l.Grid[d.Axis].Sym != "":
		case d.Axis < 0 && len(d.Sizes) != 1, d.Axis >= 0 && int64(len(d.Sizes)) != l.Grid[d.Axis].N:
			v.errorf("dim %d has %d sizes", k, len(d.Sizes))
		}
	}
}

func (v *verifier) input(l *Layer) {
	in := l.Input
	if len(l.Cases) > 0 {
		v.errorf("an input has no cases")
	}
	if len(in.Shape) != len(l.Grid) || len(in.Chunks) != len(l.Grid) {
		v.errorf("an input of rank %d, chunks of %d axes, and a grid of rank %d", len(in.Shape), len(in.Chunks), len(l.Grid))
		return
	}
	for k, sizes := range in.Chunks {
		if sizes == nil || in.Shape[k].Sym != "" || l.Grid[k].Sym != "" {
			continue
		}
		sum := int64(0)
		for _, n := range sizes {
			sum += n
		}
		if sum != in.Shape[k].N || int64(len(sizes)) != l.Grid[k].N {
			v.errorf("axis %d of length %d and %d blocks has chunks %v", k, in.Shape[k].N, l.Grid[k].N, sizes)
		}
	}
}

// cover checks that the sets of the cases are disjoint and cover what is live.
func (v *verifier) cover(l *Layer) {
	size, total := l.Grid.Size(), int64(0)
	for _, c := range l.Cases {
		total += c.Where.Count(l.Grid)
	}
	live := size
	if l.Live != nil {
		if !v.set("live", *l.Live, l.Grid) {
			return
		}
		live = l.Live.Count(l.Grid)
	}
	if l.Live == nil && (len(l.Cases) == 1 && l.Cases[0].Where.All() || len(v.errs) > 0) {
		return
	}
	if l.Live == nil && total != size {
		v.errorf("its cases have %d indices, its grid %d", total, size)
		return
	}
	if total > size {
		v.errorf("its cases overlap: they have %d indices, its grid %d", total, size)
		return
	}
	seen := make([]uint64, (size+63)/64)
	for i, c := range l.Cases {
		for n := range c.Where.Count(l.Grid) {
			at := c.Where.Linear(l.Grid, n)
			if seen[at/64]&(1<<(at%64)) != 0 {
				v.errorf("index %v is in two cases, the second is %d", l.Grid.Index(at), i)
				return
			}
			seen[at/64] |= 1 << (at % 64)
		}
	}
	for n := range live {
		at := n
		if l.Live != nil {
			at = l.Live.Linear(l.Grid, n)
		}
		if seen[at/64]&(1<<(at%64)) == 0 {
			v.errorf("no case has index %v", l.Grid.Index(at))
			return
		}
	}
}

// set checks a set of indices of a grid.
func (v *verifier) set(what string, s Set, g Grid) bool {
	if s.Box != nil && s.IDs != nil {
		v.errorf("%s is both a box and a list", what)
		return false
	}
	if s.Box != nil && len(s.Box) != len(g) {
		v.errorf("%s is a box of rank %d in a grid of rank %d", what, len(s.Box), len(g))
		return false
	}
	for k, r := range s.Box {
		if r.Lo < 0 || r.Step < 1 || r.Hi < r.Lo || g[k].Sym == "" && r.Hi > g[k].N {
			v.errorf("%s has the range %d:%d:%d along axis %d of extent %d", what, r.Lo, r.Hi, r.Step, k, g[k].N)
			return false
		}
	}
	for i, id := range s.IDs {
		if i > 0 && id <= s.IDs[i-1] || g.Constant() && int64(id) >= g.Size() {
			v.errorf("%s lists %d at place %d: not ascending, or outside the grid", what, id, i)
			return false
		}
	}
	return true
}
