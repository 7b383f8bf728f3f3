package check

import (
	"strconv"

	"github.com/daskgen/daskgen/ir"
)

// A typeID names a type in a table of types; equal types have equal ids.
type typeID int32

// Ids that stand for no type.
const (
	unknown typeID = iota // not evaluated
	failed                // an error was reported, here or in what is read
	busy                  // being evaluated
	firstID
)

// A typeTable numbers the distinct types of a graph.
type typeTable struct {
	ids map[string]typeID
	all []*ir.Type
	buf []byte
}

func newTypeTable() *typeTable {
	return &typeTable{ids: map[string]typeID{}, all: make([]*ir.Type, firstID)}
}

// id returns the number of a type.
func (t *typeTable) id(typ *ir.Type) typeID {
	t.buf = appendTypeKey(t.buf[:0], typ)
	if id, ok := t.ids[string(t.buf)]; ok {
		return id
	}
	id := typeID(len(t.all))
	t.ids[string(t.buf)] = id
	t.all = append(t.all, typ)
	return id
}

// get returns the type of a number, nil if it stands for none.
func (t *typeTable) get(id typeID) *ir.Type { return t.all[id] }

// appendTypeKey appends a text that is equal for equal types only: unlike
// Type.String it holds everything.
func appendTypeKey(b []byte, t *ir.Type) []byte {
	if t == nil {
		return append(b, '?')
	}
	b = append(b, byte('A'+t.Kind), byte('a'+t.DType))
	for _, n := range t.Shape {
		b = strconv.AppendInt(append(b, ' '), n, 10)
	}
	if t.Go != nil {
		b = strconv.AppendQuote(b, t.Go.Expr)
		for _, p := range t.Go.Imports {
			b = strconv.AppendQuote(b, p)
		}
	}
	if len(t.Elems) > 0 {
		b = append(b, '(')
		for _, e := range t.Elems {
			b = append(appendTypeKey(b, e), ',')
		}
		b = append(b, ')')
	}
	return b
}

// merge returns the type of values that are of type a or of type b: lengths
// that differ become -1. It returns nil when no Go type holds both.
func merge(a, b *ir.Type) *ir.Type {
	if a == b || a == nil {
		return b
	}
	if b == nil {
		return a
	}
	if !a.SameRepr(b) {
		return nil
	}
	if sameShapes(a, b) {
		return a
	}
	m := *a
	m.Shape = mergeShape(a.Shape, b.Shape)
	if a.Elems != nil {
		m.Elems = make([]*ir.Type, len(a.Elems))
		for i := range a.Elems {
			m.Elems[i] = merge(a.Elems[i], b.Elems[i])
		}
	}
	return &m
}

func mergeShape(a, b []int64) []int64 {
	if a == nil {
		return nil
	}
	s := make([]int64, len(a))
	for i, n := range a {
		if s[i] = n; n != b[i] {
			s[i] = -1
		}
	}
	return s
}

// sameShapes says whether two types that have the same Go type have the same
// lengths everywhere.
func sameShapes(a, b *ir.Type) bool {
	if a == b {
		return true
	}
	for i := range a.Shape {
		if a.Shape[i] != b.Shape[i] {
			return false
		}
	}
	for i := range a.Elems {
		if !sameShapes(a.Elems[i], b.Elems[i]) {
			return false
		}
	}
	return true
}

// unify returns the type of the elements of a list that holds both types:
// merge, and for scalars the wider of the two, as Python's arithmetic has it.
// It returns nil if there is none.
func unify(a, b *ir.Type) *ir.Type {
	if m := merge(a, b); m != nil {
		return m
	}
	if a.Kind == ir.TypeScalar && b.Kind == ir.TypeScalar && a.DType != ir.Bool && b.DType != ir.Bool {
		return ir.ScalarType(max(a.DType, b.DType))
	}
	return nil
}

// elemType returns the type of the elements of a list of these types, or nil.
// The elements of an empty list are of type None.
func elemType(ts []*ir.Type) *ir.Type {
	if len(ts) == 0 {
		return &ir.Type{Kind: ir.TypeNone}
	}
	m := ts[0]
	for _, t := range ts[1:] {
		if m = unify(m, t); m == nil {
			return nil
		}
	}
	return m
}
