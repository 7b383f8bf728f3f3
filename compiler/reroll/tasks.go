// Package reroll turns an explicit list of tasks into layers: it groups the
// tasks by key name and by the shape of their expression, and finds how the
// blocks and the integers of each group follow from the grid index. What
// follows no rule becomes a table, so that nothing is refused and nothing lost.
//
// A million tasks must fit in little memory and take about a second, so tasks
// are held as rows of integers: the shape of an expression (its skeleton) is
// interned, and only what differs from task to task is kept, in one flat slice.
package reroll

import (
	"fmt"
	"math"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// Tasks collects explicit tasks, and the layers and inputs that stand beside
// them and may be referred to.
type Tasks struct {
	File  string     // for positions
	Diags *diag.List // what is found wrong; must be set

	rows      []row
	holes     []int32 // of all rows, see row
	names     *interner
	families  []family
	familyOf  map[familyKey]uint32
	lastKey   familyKey
	lastFam   uint32
	wide      []int64          // integers and floats (their bits) that do not fit a hole
	wideParts map[int64]int32  // numbers of wide integers in keys, each of which has one
	consts    []*ir.Const      // other literals
	skeletons []*skeleton      // by number
	shapes    *interner        // their code
	ops       []*stdops.Op     // by number in skeletons
	opNumbers map[string]int32 // by any of their names
	funcs     []*ir.Func       // by number in skeletons
	funcOf    map[string]int32 // import path and name
	outside   []*outside       // layers and inputs
	plain     []int32          // what a plain key names: 0 nothing, n a row n-1, -n outside layer n-1
	keyNames  *interner        // spelling of keywords
	missing   int              // references to nothing
	keep      map[uint32]bool  // names whose tasks must be layers
}

// row is a task in compact form.
type row struct {
	off       uint64 // into holes: the key's parts, then those of the expression
	skel      uint32
	key       uint32 // the number of a plain key's name; or a family, with indexed set
	line, col uint32
}

const indexed = 1 << 31

// A family is the tasks (name, part, part ...) of one name and number of parts.
type family struct {
	familyKey
	outside int32    // layer or input of this name, or -1
	rows    int      // tasks
	labels  bool     // a part of some key is a string or a wide integer
	lo, hi  []int32  // bounding box of the parts, when there are no labels
	dense   []uint32 // row+1 by place in the bounding box
	sparse  []uint32 // open addressing: row+1
	taken   bool     // laid out: group is its layer
	group   int32    // its layer when all its tasks are in one, else -1
}

type familyKey struct {
	name  uint32
	arity uint32
}

// outside is a layer that is not made of tasks: an input, or one that was
// written as a layer.
type outside struct {
	layer *ir.Layer
	base  uint32 // number of its first value among all targets
	ty    *ir.Type
}

// Limits of a graph. What is beyond them could not run on any machine, and
// would take the compiler down.
const (
	MaxValues = 1 << 30 // tasks and blocks
	MaxParts  = 32      // integers and strings in a key
	maxHoles  = 1 << 32
)

// New returns an empty collection.
func New(file string, diags *diag.List) *Tasks {
	return &Tasks{File: file, Diags: diags,
		names: newInterner(), shapes: newInterner(), keyNames: newInterner(),
		familyOf: map[familyKey]uint32{}, lastKey: familyKey{math.MaxUint32, 0},
		wideParts: map[int64]int32{}, keep: map[uint32]bool{}, opNumbers: map[string]int32{}, funcOf: map[string]int32{}}
}

// Len returns the number of tasks.
func (t *Tasks) Len() int { return len(t.rows) }

// Ref is a key in compact form: of a task that is added, or of one referred to.
type Ref struct {
	name  uint32
	parts []int32
}

// Name starts a key. The reference may be reused: its memory is kept.
func (t *Tasks) Name(r *Ref, name []byte) {
	r.name, r.parts = t.nameID(name), r.parts[:0]
}

func (t *Tasks) nameID(name []byte) uint32 {
	id := t.names.id(name)
	if int(id) == len(t.plain) {
		t.plain = append(t.plain, 0)
	}
	return id
}

// Holes hold 31 bits of an integer: from -2^30 to 2^30. A value from 2^30 on is
// a place in the table of wide integers, and one below -2^30, in a key, the
// number of a string.
const (
	wideBase  = 1 << 30
	labelBase = -1 << 31
)

func narrow(v int64) bool { return v >= -wideBase && v < wideBase }

// IntPart adds an integer to a key.
func (t *Tasks) IntPart(r *Ref, v int64) {
	h := int32(v)
	if !narrow(v) {
		var ok bool
		if h, ok = t.wideParts[v]; !ok {
			h = t.addWide(v)
			t.wideParts[v] = h
		}
	}
	r.parts = append(r.parts, h)
}

// StringPart adds a string to a key.
func (t *Tasks) StringPart(r *Ref, s []byte) {
	r.parts = append(r.parts, int32(labelBase+int64(t.nameID(s))))
}

func isLabel(h int32) bool { return h < -wideBase || h >= wideBase }

func (t *Tasks) addWide(v int64) int32 {
	t.wide = append(t.wide, v)
	return int32(wideBase + len(t.wide) - 1)
}

// integer returns the integer in a hole.
func (t *Tasks) integer(h int32) int64 {
	if h >= wideBase {
		return t.wide[h-wideBase]
	}
	return int64(h)
}

// family returns the number of a family, making it if it is new.
func (t *Tasks) family(name uint32, arity int) uint32 {
	k := familyKey{name, uint32(arity)}
	if k == t.lastKey {
		return t.lastFam
	}
	id, ok := t.familyOf[k]
	if !ok {
		id = uint32(len(t.families))
		t.families = append(t.families, family{familyKey: k, outside: -1, group: -1})
		t.familyOf[k] = id
	}
	t.lastKey, t.lastFam = k, id
	return id
}

// Add adds a task. The position is that of the task in the file.
func (t *Tasks) Add(key *Ref, e *Encoder, line, col int) {
	r := row{off: uint64(len(t.holes)), key: key.name, line: uint32(line), col: uint32(col)}
	if len(key.parts) > 0 {
		r.key = indexed | t.family(key.name, len(key.parts))
		t.families[r.key&^indexed].rows++
		t.holes = append(t.holes, key.parts...)
	}
	t.holes = append(t.holes, e.holes...)
	pos := ir.Pos{File: t.File, Line: line, Col: col}
	r.skel = t.skeleton(e.code, pos, key)
	t.rows = append(t.rows, r)
}

// Declare makes a layer or an input known, so that tasks can refer to its
// values. Its grid must be of constant extents.
func (t *Tasks) Declare(l *ir.Layer) {
	t.outside = append(t.outside, &outside{layer: l, ty: l.Type})
	id, n := t.nameID([]byte(l.Name)), int32(len(t.outside))
	if len(l.Grid) == 0 {
		if prev := t.plain[id]; prev != 0 {
			t.duplicate(l.Pos, ir.Key{Name: l.Name}, t.outside[-prev-1].layer.Pos)
			return
		}
		t.plain[id] = -n
		return
	}
	f := &t.families[t.family(id, len(l.Grid))]
	if f.outside >= 0 {
		t.duplicate(l.Pos, ir.Key{Name: l.Name}, t.outside[f.outside].layer.Pos)
		return
	}
	f.outside = n - 1
}

func (t *Tasks) duplicate(pos ir.Pos, key ir.Key, first ir.Pos) {
	t.Diags.Errorf(pos, diag.DuplicateKey, "key %s is defined twice", key).
		WithRelated(first, "first defined here")
}

func (r *row) isIndexed() bool { return r.key&indexed != 0 }

// parts returns the parts of a task's key.
func (t *Tasks) parts(r *row) []int32 {
	if !r.isIndexed() {
		return nil
	}
	return t.holes[r.off:][:t.families[r.key&^indexed].arity]
}

// nameOf returns the name of a task's key.
func (t *Tasks) nameOf(r *row) uint32 {
	if r.isIndexed() {
		return t.families[r.key&^indexed].name
	}
	return r.key
}

// key returns the key of a task.
func (t *Tasks) key(n uint32) ir.Key {
	r := &t.rows[n]
	return t.keyOf(t.nameOf(r), t.parts(r))
}

// Keep says that something refers to all tasks of this name together, so that
// they must be a layer.
func (t *Tasks) Keep(name string) { t.keep[t.nameID([]byte(name))] = true }

func (t *Tasks) keyOf(name uint32, parts []int32) ir.Key {
	k := ir.Key{Name: string(t.names.at(name))}
	if len(parts) > 0 {
		k.Index = make([]ir.KeyPart, len(parts))
	}
	for i, h := range parts {
		k.Index[i] = t.keyPart(h)
	}
	return k
}

func (t *Tasks) keyPart(h int32) ir.KeyPart {
	if h < -wideBase {
		return ir.KeyPart{Str: string(t.names.at(uint32(int64(h) - labelBase))), IsStr: true}
	}
	return ir.KeyPart{Int: t.integer(h)}
}

func (t *Tasks) pos(n uint32) ir.Pos {
	return ir.Pos{File: t.File, Line: int(t.rows[n].line), Col: int(t.rows[n].col)}
}

// taskf reports an error about a task.
func (t *Tasks) taskf(n uint32, code, format string, args ...any) *diag.Diagnostic {
	return t.Diags.Errorf(t.pos(n), code, "task %s: %s", t.key(n), fmt.Sprintf(format, args...))
}
