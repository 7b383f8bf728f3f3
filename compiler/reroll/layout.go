package reroll

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// A group is the tasks that become one layer: those of one family and type, a
// plain task, or many plain tasks of one type.
type group struct {
	family int32 // or -1
	ty     uint32
	rows   []uint32 // by ascending linear index
	layer  *ir.Layer
	lo     []int64 // of a box: the parts of index 0
	box    bool
}

// shared says whether the group is many single tasks.
func (g *group) shared() bool { return g.family < 0 && len(g.rows) > 1 }

// A layout is where each task went.
type layout struct {
	t      *Tasks
	types  *types
	groups []*group
	group  []uint32 // by task
	linear []uint32 // by task
	names  map[string]bool
	of     map[*ir.Layer]uint32 // type by layer
	small  []bool               // families whose tasks count as single
}

// Single tasks, with plain keys, stay layers of their own while there are few of
// a shape, and few in all: that is how a person reads them. Beyond, they are
// grouped by type. Where there are many families of few tasks, these count as
// single tasks.
const (
	maxOfShape  = 64
	maxSingle   = 512
	fewOfType   = 8
	smallFamily = 16
)

func newLayout(t *Tasks, ts *types) *layout {
	l := &layout{t: t, types: ts, group: make([]uint32, len(t.rows)), linear: make([]uint32, len(t.rows)), names: map[string]bool{}, of: map[*ir.Layer]uint32{}}
	for _, o := range t.outside {
		l.names[o.layer.Name] = true
		l.of[o.layer] = ts.number(o.ty)
	}
	l.assign()
	for _, g := range l.byName() {
		l.place(g)
		l.of[g.layer] = g.ty
	}
	return l
}

// byName returns the groups in an order that does not depend on that of the
// tasks: which of several layers gets the plain name must not either.
func (l *layout) byName() []*group {
	groups := slices.Clone(l.groups)
	slices.SortFunc(groups, func(a, b *group) int {
		switch {
		case a.shared() != b.shared():
			if a.shared() {
				return 1
			}
			return -1
		case a.shared():
			return strings.Compare(l.fullType(a), l.fullType(b))
		}
		ra, rb := &l.t.rows[a.rows[0]], &l.t.rows[b.rows[0]]
		return cmp.Or(
			bytes.Compare(l.t.names.at(l.t.nameOf(ra)), l.t.names.at(l.t.nameOf(rb))),
			cmp.Compare(len(l.t.parts(ra)), len(l.t.parts(rb))),
			strings.Compare(l.fullType(a), l.fullType(b)),
		)
	})
	return groups
}

// typeOf returns the type of an operand, or nil.
func (l *layout) typeOf(o *ir.Operand) *ir.Type {
	ty := l.types.list[l.of[o.Layer]]
	if ty != nil && o.Access.List() {
		return ir.ListType(ty)
	}
	return ty
}

// assign puts every task into a group, in the order of the tasks.
func (l *layout) assign() {
	type bucket struct {
		family int32
		ty     uint32
	}
	of := map[bucket]uint32{}
	l.small = l.smallFamilies()
	shared := l.sharedTypes()
	for n := range l.t.rows {
		r := &l.t.rows[n]
		b := bucket{-1, l.types.of[n]}
		single := l.single(r)
		if r.isIndexed() && !(single && shared[b.ty]) {
			b.family = int32(r.key &^ indexed)
		}
		g, ok := of[b]
		switch {
		case b.family < 0 && !shared[b.ty]:
			g = l.newGroup(-1, b.ty)
		case !ok:
			g = l.newGroup(b.family, b.ty)
			of[b] = g
		}
		l.group[n] = g
		l.groups[g].rows = append(l.groups[g].rows, uint32(n))
	}
}

// single says whether a task counts as one that is on its own.
func (l *layout) single(r *row) bool {
	return !r.isIndexed() || l.small != nil && l.small[r.key&^indexed]
}

// smallFamilies returns which families have few tasks, if there are many of
// them. Families that are referred to as a whole are not among them.
func (l *layout) smallFamilies() []bool {
	small, count := make([]bool, len(l.t.families)), 0
	for i := range l.t.families {
		if f := &l.t.families[i]; f.rows > 0 && f.rows <= smallFamily && !l.t.keep[f.name] {
			small[i] = true
			count++
		}
	}
	if count <= maxSingle {
		return nil
	}
	return small
}

func (l *layout) newGroup(family int32, ty uint32) uint32 {
	l.groups = append(l.groups, &group{family: family, ty: ty})
	return uint32(len(l.groups) - 1)
}

// sharedTypes returns the types whose single tasks share a layer.
func (l *layout) sharedTypes() map[uint32]bool {
	shared := map[uint32]bool{}
	if l.types.typer == nil {
		return shared
	}
	shapes, ofType, total, most := make([]int, len(l.t.skeletons)), map[uint32]int{}, 0, 0
	for n := range l.t.rows {
		if r := &l.t.rows[n]; l.single(r) {
			shapes[r.skel]++
			total++
			ofType[l.types.of[n]]++
			most = max(most, shapes[r.skel])
		}
	}
	if total <= maxSingle && most <= maxOfShape {
		return shared
	}
	for ty, n := range ofType {
		shared[ty] = n > fewOfType
	}
	return shared
}

// place gives the tasks of a group their places in a grid, and makes the layer.
func (l *layout) place(g *group) {
	g.layer = &ir.Layer{Pos: l.t.pos(g.rows[0])}
	switch {
	case g.family < 0 && len(g.rows) == 1:
		g.layer.Name = l.unique(l.t.key(g.rows[0]).Name, "/0")
		g.layer.Grid, g.box = ir.Grid{}, true
		if g.layer.Name != l.t.key(g.rows[0]).Name {
			l.label(g)
		}
	case g.family < 0:
		g.layer.Name = l.unique("tasks-"+l.typeName(g), "+")
		slices.SortFunc(g.rows, l.compareTasks)
		l.placeList(g)
	default:
		l.placeFamily(g)
	}
	g.layer.Origins = []string{g.layer.Name}
}

// fullType returns the type of a group as text: different types differ in it.
func (l *layout) fullType(g *group) string { return l.types.list[g.ty].String() }

// typeName returns a type as part of a name: int, float64-2d.
func (l *layout) typeName(g *group) string {
	ty := l.types.list[g.ty]
	switch {
	case ty == nil:
		return "any"
	case ty.Kind == ir.TypeBlock:
		return ty.DType.String() + "-" + strconv.Itoa(len(ty.Shape)) + "d"
	}
	return ty.String()
}

// unique returns name, or name with as many suffixes as make it unique.
func (l *layout) unique(name, suffix string) string {
	for l.names[name] {
		name += suffix
	}
	l.names[name] = true
	return name
}

func (l *layout) placeFamily(g *group) {
	f := &l.t.families[g.family]
	name := string(l.t.names.at(f.name))
	g.layer.Name = name
	if l.names[name] {
		name = l.unique(name+"/"+strconv.Itoa(int(f.arity)), ":"+l.typeName(g))
		g.layer.Name = name
	}
	l.names[name] = true
	if !f.taken {
		f.taken, f.group = true, int32(l.group[g.rows[0]])
	} else {
		f.group = -1
	}
	renamed := name != string(l.t.names.at(f.name))
	if f.labels || !l.placeBox(g, renamed) {
		slices.SortFunc(g.rows, l.compareKeys)
		l.placeList(g)
	}
}

// placeList lays the tasks out as a grid of rank 1, in their order, with keys.
func (l *layout) placeList(g *group) {
	for i, n := range g.rows {
		l.linear[n] = uint32(i)
	}
	g.layer.Grid = ir.Box(int64(len(g.rows)))
	l.label(g)
}

// label writes down the keys of the layer's tasks.
func (l *layout) label(g *group) {
	keys := make([]ir.Key, g.layer.Grid.Size())
	total := 0
	for _, n := range g.rows {
		total += len(l.t.parts(&l.t.rows[n]))
	}
	parts := make([]ir.KeyPart, 0, total)
	names := l.nameStrings(g)
	for i, n := range g.rows {
		r := &l.t.rows[n]
		k := ir.Key{Name: names(i, r)}
		from := len(parts)
		for _, h := range l.t.parts(r) {
			parts = append(parts, l.t.keyPart(h))
		}
		if len(parts) > from {
			k.Index = parts[from:len(parts):len(parts)]
		}
		keys[l.linear[n]] = k
	}
	g.layer.Keys = keys
}

// nameStrings returns the names of a group's keys, which share one string.
func (l *layout) nameStrings(g *group) func(i int, r *row) string {
	if g.family >= 0 {
		name := string(l.t.names.at(l.t.families[g.family].name))
		return func(int, *row) string { return name }
	}
	var b strings.Builder
	ends := make([]int, len(g.rows)+1)
	for i, n := range g.rows {
		b.Write(l.t.names.at(l.t.nameOf(&l.t.rows[n])))
		ends[i+1] = b.Len()
	}
	all := b.String()
	return func(i int, _ *row) string { return all[ends[i]:ends[i+1]] }
}

// Bounding boxes may have so many indices for each task that there is.
const (
	sparsest    = 8
	manyRows    = 4096
	sparsestFew = 2
)

// placeBox lays a family out in the bounding box of its parts, if the box is
// not too sparse. Indices that do not start at 0 are shifted, and the keys
// written down; unless there are too many, when the box starts at 0.
func (l *layout) placeBox(g *group, renamed bool) bool {
	lo, hi := l.bounds(g)
	if len(g.rows) > manyRows && !renamed {
		if zero := make([]int64, len(lo)); slices.Min(lo) >= 0 && dense(zero, hi, len(g.rows)) {
			lo = zero
		}
	}
	if !dense(lo, hi, len(g.rows)) {
		return false
	}
	g.box, g.lo = true, lo
	g.layer.Grid = make(ir.Grid, len(lo))
	for k := range lo {
		g.layer.Grid[k].N = hi[k] - lo[k] + 1
	}
	l.fill(g)
	if renamed || slices.ContainsFunc(lo, func(v int64) bool { return v != 0 }) {
		l.label(g)
	}
	return true
}

func (l *layout) bounds(g *group) (lo, hi []int64) {
	for i, n := range g.rows {
		parts := l.t.parts(&l.t.rows[n])
		if i == 0 {
			lo, hi = make([]int64, len(parts)), make([]int64, len(parts))
			for k, p := range parts {
				lo[k], hi[k] = int64(p), int64(p)
			}
			continue
		}
		for k, p := range parts {
			lo[k], hi[k] = min(lo[k], int64(p)), max(hi[k], int64(p))
		}
	}
	return lo, hi
}

func dense(lo, hi []int64, rows int) bool {
	limit := int64(rows) * sparsestFew
	if len(lo) > 1 && rows >= 16 {
		limit = int64(rows) * sparsest
	}
	n := int64(1)
	for k := range lo {
		if n *= hi[k] - lo[k] + 1; n > limit {
			return false
		}
	}
	return true
}

// fill puts the rows in the order of their places, and notes the places that
// exist when there are gaps.
func (l *layout) fill(g *group) {
	size := g.layer.Grid.Size()
	at := make([]uint32, size)
	for _, n := range g.rows {
		linear := int64(0)
		for k, p := range l.t.parts(&l.t.rows[n]) {
			linear = linear*g.layer.Grid[k].N + int64(p) - g.lo[k]
		}
		l.linear[n] = uint32(linear)
		at[linear] = n + 1
	}
	gaps := int64(len(g.rows)) < size
	g.rows = g.rows[:0]
	var live []uint32
	for linear, n := range at {
		if n == 0 {
			continue
		}
		g.rows = append(g.rows, n-1)
		if gaps {
			live = append(live, uint32(linear))
		}
	}
	if gaps {
		g.layer.Live = &ir.Set{IDs: live}
	}
}

// compareTasks orders tasks of any name.
func (l *layout) compareTasks(a, b uint32) int {
	t := l.t
	x, y := t.nameOf(&t.rows[a]), t.nameOf(&t.rows[b])
	if x != y {
		return bytes.Compare(t.names.at(x), t.names.at(y))
	}
	if c := cmp.Compare(len(t.parts(&t.rows[a])), len(t.parts(&t.rows[b]))); c != 0 {
		return c
	}
	return l.compareKeys(a, b)
}

// compareKeys orders the keys of a family: integers by value, before strings.
func (l *layout) compareKeys(a, b uint32) int {
	pa, pb := l.t.parts(&l.t.rows[a]), l.t.parts(&l.t.rows[b])
	for k := range pa {
		if pa[k] == pb[k] {
			continue
		}
		x, y := l.t.keyPart(pa[k]), l.t.keyPart(pb[k])
		switch {
		case x.IsStr && y.IsStr:
			return strings.Compare(x.Str, y.Str)
		case x.IsStr:
			return 1
		case y.IsStr:
			return -1
		}
		return cmp.Compare(x.Int, y.Int)
	}
	return 0
}
