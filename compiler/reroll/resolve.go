package reroll

import (
	"sort"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/ir"
)

// A target is what a reference refers to: task n for n below len(rows), and
// values of the layers outside, one after the other, above.

// numberOutside gives the values of the layers outside their target numbers,
// and says whether all fits.
func (t *Tasks) numberOutside() bool {
	total := int64(len(t.rows))
	for _, o := range t.outside {
		o.base = uint32(total)
		total += o.layer.Grid.Size()
		if total > MaxValues {
			t.Diags.Errorf(o.layer.Pos, diag.TooLarge, "the graph has more than %d tasks and blocks", MaxValues)
			return false
		}
	}
	return true
}

// outsideOf returns the layer and the linear index of a target outside.
func (t *Tasks) outsideOf(target uint32) (*outside, int64) {
	i := sort.Search(len(t.outside), func(i int) bool { return t.outside[i].base > target }) - 1
	for t.outside[i].layer.Grid.Size() == 0 {
		i--
	}
	return t.outside[i], int64(target - t.outside[i].base)
}

// resolve replaces each reference in the holes by its target: one hole in the
// place of a family and parts. It reports references to nothing.
func (t *Tasks) resolve() {
	to := uint64(0)
	for i := range t.rows {
		r := &t.rows[i]
		from := r.off
		arity := len(t.parts(r))
		r.off = to
		to += uint64(copy(t.holes[to:], t.holes[from:from+uint64(arity)]))
		from += uint64(arity)
		s := t.skeletons[r.skel]
		for k := range s.slots {
			from, to = t.resolveSlot(uint32(i), &s.slots[k], from, to)
		}
	}
	t.holes = t.holes[:to]
}

func (t *Tasks) resolveSlot(n uint32, s *slot, from, to uint64) (uint64, uint64) {
	count := uint64(1)
	if s.list {
		count = uint64(uint32(t.holes[from]))
		t.holes[to] = t.holes[from]
		from, to = from+1, to+1
	}
	switch s.tag {
	case tagRef:
		for range count {
			t.holes[to] = t.resolvePlain(n, uint32(t.holes[from]))
			from, to = from+1, to+1
		}
	case tagRefAt:
		for range count {
			f := uint32(t.holes[from])
			t.holes[to] = t.resolveParts(n, f, t.holes[from+1:][:s.arity])
			from, to = from+1+uint64(s.arity), to+1
		}
	default:
		t.holes[to] = t.holes[from]
		from, to = from+1, to+1
	}
	return from, to
}

func (t *Tasks) resolvePlain(n uint32, name uint32) int32 {
	target, ok := t.findPlain(name)
	if !ok {
		t.undefined(n, ir.Key{Name: string(t.names.at(name))})
	}
	return int32(target)
}

func (t *Tasks) findPlain(name uint32) (uint32, bool) {
	switch at := t.plain[name]; {
	case at > 0:
		return uint32(at - 1), true
	case at < 0:
		return t.outside[-at-1].base, true
	}
	return 0, false
}

func (t *Tasks) resolveParts(n, fam uint32, parts []int32) int32 {
	target, ok := t.findParts(&t.families[fam], parts)
	if !ok {
		t.undefined(n, t.keyOf(t.families[fam].name, parts))
	}
	return int32(target)
}

func (t *Tasks) findParts(f *family, parts []int32) (uint32, bool) {
	if f.outside >= 0 {
		o := t.outside[f.outside]
		at, ok := t.gridAt(o.layer.Grid, parts)
		return o.base + uint32(at), ok
	}
	place := t.place(f, parts)
	if place == nil || *place == 0 {
		return 0, false
	}
	return *place - 1, true
}

// maxUndefined bounds the diagnostics about references to nothing: each costs a
// search for the nearest names.
const maxUndefined = 100

func (t *Tasks) undefined(n uint32, key ir.Key) {
	t.missing++
	if t.missing > maxUndefined {
		return
	}
	t.taskf(n, diag.Undefined, "refers to %s, which is not defined", key).
		WithHint("%s", t.NearKey(key))
}

// NearKey says which defined names are nearest to that of an undefined key.
func (t *Tasks) NearKey(key ir.Key) string {
	for arity := range uint32(MaxParts + 1) {
		if hint := t.sameName(key, arity); hint != "" {
			return hint
		}
	}
	near := Nearest(key.Name, func(yield func(string) bool) {
		for id := range t.names.len() {
			if t.defines(uint32(id)) && !yield(string(t.names.at(uint32(id)))) {
				return
			}
		}
	})
	if len(near) == 0 {
		return "define it as a task, a layer or an input"
	}
	return "the nearest names are " + strings.Join(near, ", ")
}

// sameName says what is defined under the key's own name, with arity parts.
func (t *Tasks) sameName(key ir.Key, arity uint32) string {
	id, ok := t.names.find([]byte(key.Name))
	if !ok {
		return ""
	}
	if arity == 0 {
		if t.plain[id] != 0 && len(key.Index) > 0 {
			return "there is a task " + ir.Key{Name: key.Name}.String()
		}
		return ""
	}
	n, ok := t.familyOf[familyKey{id, arity}]
	if !ok {
		return ""
	}
	f := &t.families[n]
	switch {
	case f.outside >= 0:
		g := t.outside[f.outside].layer.Grid
		return "its grid is " + gridString(g) + ": indices go up to " + ir.Key{Name: key.Name, Index: lastIndex(g)}.String()
	case f.rows > 0 && !f.labels:
		return "there are tasks from " + t.keyOf(id, f.lo).String() + " to " + t.keyOf(id, f.hi).String()
	case f.rows > 0:
		return "there are other tasks of that name"
	}
	return ""
}

func lastIndex(g ir.Grid) []ir.KeyPart {
	parts := make([]ir.KeyPart, len(g))
	for k := range g {
		parts[k].Int = g[k].N - 1
	}
	return parts
}

func gridString(g ir.Grid) string {
	shape := make([]int64, len(g))
	for k := range g {
		shape[k] = g[k].N
	}
	return ir.ShapeString(shape)
}

// defines says whether a task, layer or input has this name.
func (t *Tasks) defines(name uint32) bool {
	if t.plain[name] != 0 {
		return true
	}
	for arity := range uint32(MaxParts) {
		if n, ok := t.familyOf[familyKey{name, arity + 1}]; ok {
			if f := &t.families[n]; f.rows > 0 || f.outside >= 0 {
				return true
			}
		}
	}
	return false
}

// maxCompared bounds the pairs of letters that are compared in a search for near
// names: a graph may have a hundred thousand long ones.
const maxCompared = 5_000_000

// Nearest returns up to three names that differ from name in few letters, the
// nearest first, quoted.
func Nearest(name string, names func(yield func(string) bool)) []string {
	type candidate struct {
		name     string
		distance int
	}
	var found []candidate
	limit, looked, work := (len(name)+2)/3, 0, 0
	if len(name) > 200 {
		return nil
	}
	for n := range names {
		if looked++; looked > 1<<17 {
			break
		}
		if d := len(n) - len(name); d > limit || -d > limit || n == name {
			continue
		}
		if work += len(n) * len(name); work > maxCompared {
			break
		}
		d := levenshtein.ComputeDistance(n, name)
		if strings.EqualFold(n, name) {
			d = 0
		}
		if d <= limit {
			found = append(found, candidate{n, d})
		}
	}
	sort.SliceStable(found, func(i, j int) bool {
		a, b := found[i], found[j]
		return a.distance < b.distance || a.distance == b.distance && a.name < b.name
	})
	quoted := []string{}
	for _, c := range found[:min(3, len(found))] {
		quoted = append(quoted, ir.Key{Name: c.name}.String())
	}
	return quoted
}
