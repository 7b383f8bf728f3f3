package ir

import (
	"strconv"
	"strings"
)

// String writes a key as graph.json does: "x", or ["x", 0, 1]. Strings are
// quoted as in Go, so that a hostile key cannot steer a terminal.
func (k Key) String() string {
	if k.Index == nil {
		return strconv.Quote(k.Name)
	}
	var b strings.Builder
	b.WriteByte('[')
	b.WriteString(strconv.Quote(k.Name))
	for _, p := range k.Index {
		b.WriteString(", ")
		b.WriteString(p.String())
	}
	b.WriteByte(']')
	return b.String()
}

// String writes a part of a key: an integer, or a quoted string.
func (p KeyPart) String() string {
	if p.IsStr {
		return strconv.Quote(p.Str)
	}
	return strconv.FormatInt(p.Int, 10)
}

// KeyAt returns the key of the task at a linear index of the layer's grid.
func (l *Layer) KeyAt(linear int64) Key {
	if l.Keys != nil {
		return l.Keys[linear]
	}
	k := Key{Name: l.Name}
	if len(l.Grid) == 0 {
		return k
	}
	k.Index = make([]KeyPart, len(l.Grid))
	for i, n := range l.Grid.Index(linear) {
		k.Index[i].Int = n
	}
	return k
}

// Index returns the grid index of a linear index.
func (g Grid) Index(linear int64) []int64 {
	ix := make([]int64, len(g))
	g.indexInto(linear, ix)
	return ix
}

func (g Grid) indexInto(linear int64, ix []int64) {
	for k := len(g) - 1; k >= 0; k-- {
		n := g[k].N
		ix[k] = linear % n
		linear /= n
	}
}

// Linear returns the linear (C order) index of a grid index.
func (g Grid) Linear(index []int64) int64 {
	n := int64(0)
	for k, i := range index {
		n = n*g[k].N + i
	}
	return n
}

// Constant says whether all extents are constants.
func (g Grid) Constant() bool {
	for _, e := range g {
		if e.Sym != "" {
			return false
		}
	}
	return true
}
