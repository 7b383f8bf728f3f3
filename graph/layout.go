package graph

import (
	"math"
	"reflect"
	"slices"

	"github.com/daskgen/daskgen/ir"
)

// layout gives each key its place: the keys of one name form a layer when
// their values have one type, else each has a layer of its own.
func (b *builder) layout() {
	for i := 0; i < len(b.keys); {
		name := parseKey(b.keys[i]).Name
		j := i
		for j < len(b.keys) && parseKey(b.keys[j]).Name == name {
			j++
		}
		b.family(name, b.keys[i:j])
		i = j
	}
}

func (b *builder) family(name string, keys []string) {
	t := b.typeOf(keys[0])
	for _, k := range keys {
		if b.typeOf(k) != t {
			b.separate(keys)
			return
		}
	}
	parsed := make([]ir.Key, len(keys))
	for i, k := range keys {
		parsed[i] = parseKey(k)
	}
	l := b.newLayer(name, t)
	switch grid := boxOf(parsed); {
	case len(keys) == 1 && parsed[0].Index == nil:
		l.Grid = ir.Grid{}
	case grid != nil:
		l.Grid = grid
	default:
		l.Grid, l.Keys = ir.Box(int64(len(keys))), parsed
	}
	for i, k := range keys {
		b.places[k] = place{l, l.Grid.Index(int64(i))}
	}
}

// separate gives each key a layer of its own. The key of a layer that stands
// for one of many is set.
func (b *builder) separate(keys []string) {
	for _, k := range keys {
		l := b.newLayer(k, b.typeOf(k))
		l.Grid = ir.Grid{}
		if key := parseKey(k); key.Index != nil {
			l.Keys = []ir.Key{key}
		}
		b.places[k] = place{l, []int64{}}
	}
}

func (b *builder) newLayer(name string, t reflect.Type) *ir.Layer {
	l := &ir.Layer{Name: name, Type: typeOf(t), Origins: []string{name}}
	b.layers = append(b.layers, l)
	return l
}

// boxOf returns the grid of keys that are exactly the indices of a box from 0,
// in their order, or nil.
func boxOf(keys []ir.Key) ir.Grid {
	rank := len(keys[0].Index)
	last := keys[len(keys)-1].Index
	if rank == 0 || len(last) != rank {
		return nil
	}
	g := make(ir.Grid, rank)
	size := int64(1)
	for k, p := range last {
		if p.IsStr || p.Int < 0 || p.Int >= math.MaxInt32 {
			return nil
		}
		g[k].N = p.Int + 1
		if size *= g[k].N; size > int64(len(keys)) {
			return nil
		}
	}
	if size != int64(len(keys)) {
		return nil
	}
	for i, key := range keys {
		ix := g.Index(int64(i))
		if !slices.EqualFunc(ix, key.Index, func(n int64, p ir.KeyPart) bool { return !p.IsStr && p.Int == n }) {
			return nil
		}
	}
	return g
}
