package ir

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
)

// String writes a key as graph.json does: "x", or ["x",0,1]. Strings are
// quoted as in Go, so that a hostile key cannot steer a terminal.
func (k Key) String() string {
	if k.Index == nil {
		return strconv.Quote(k.Name)
	}
	var b strings.Builder
	b.WriteByte('[')
	b.WriteString(strconv.Quote(k.Name))
	for _, p := range k.Index {
		b.WriteByte(',')
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
	g.IndexInto(linear, ix)
	return ix
}

// IndexInto is Index into a slice of the grid's rank.
func (g Grid) IndexInto(linear int64, ix []int64) {
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

// AppendKey appends bytes that two literals have in common if they are the same
// literal, and only then.
func (c *Const) AppendKey(b []byte) []byte {
	b = append(b, byte(c.Kind), byte(c.DType))
	if c.Bool {
		b = append(b, 1)
	}
	for _, v := range [...]uint64{uint64(c.Int), c.Uint, math.Float64bits(c.Float), math.Float64bits(real(c.Cmplx)), math.Float64bits(imag(c.Cmplx)), uint64(len(c.Str)), uint64(len(c.Bytes)), uint64(len(c.Shape))} {
		b = binary.AppendUvarint(b, v)
	}
	b = append(append(b, c.Str...), c.Bytes...)
	for _, n := range c.Shape {
		b = binary.AppendVarint(b, n)
	}
	if c.GoType != nil {
		b = append(b, c.GoType.Expr...)
	}
	return b
}
