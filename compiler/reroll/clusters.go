package reroll

import (
	"encoding/binary"
	"slices"

	"github.com/daskgen/daskgen/ir"
)

// maxLiterals bounds the cases that a part is split into for its literals.
const maxLiterals = 256

// byLiterals separates the tasks of a part by all their literals. It returns
// nil if that makes too many parts.
func (b *caseBuilder) byLiterals(p *part) []*part {
	keys := newInterner()
	var parts []*part
	var key []byte
	for i, n := range p.rows {
		key = b.literalKey(key[:0], n)
		k := keys.id(key)
		if int(k) == len(parts) {
			parts = append(parts, &part{rank: p.rank})
		}
		if len(parts) > maxLiterals {
			return nil
		}
		parts[k].rows = append(parts[k].rows, n)
		parts[k].coords = append(parts[k].coords, p.at(i)...)
	}
	return parts
}

// literalKey is what the literals of a task are.
func (b *caseBuilder) literalKey(key []byte, n uint32) []byte {
	t := b.t
	r := &t.rows[n]
	at := r.off + uint64(len(t.parts(r)))
	slots := t.skeletons[r.skel].slots
	for i := range slots {
		switch s := &slots[i]; {
		case s.list:
			at += uint64(uint32(t.holes[at]))
		case s.tag != tagRef && s.tag != tagRefAt:
			key = t.appendLiteral(key, s.tag, t.holes[at])
		}
		at++
	}
	return key
}

// clusters groups the tasks by skeleton, the layers that they read, and the
// literals that must not differ.
func (b *caseBuilder) clusters(g *group) []*part {
	keys := newInterner()
	var parts []*part
	var key []byte
	for _, n := range g.rows {
		key = b.clusterKey(key[:0], n)
		k := keys.id(key)
		if int(k) == len(parts) {
			parts = append(parts, &part{rank: len(g.layer.Grid)})
		}
		parts[k].rows = append(parts[k].rows, n)
	}
	for _, p := range parts {
		p.coords = b.coords(p.rows)
	}
	return parts
}

func (b *caseBuilder) clusterKey(key []byte, n uint32) []byte {
	t := b.t
	r := &t.rows[n]
	key = binary.AppendUvarint(key, uint64(r.skel))
	key = t.appendLiteralTypes(key, n)
	s := t.skeletons[r.skel]
	if !s.refs && len(s.same) == 0 {
		return key
	}
	at := r.off + uint64(len(t.parts(r)))
	for i := range s.slots {
		switch sl := &s.slots[i]; {
		case sl.list:
			count := uint64(uint32(t.holes[at]))
			key = b.listKey(key, t.holes[at+1:at+1+count])
			at += count
		case sl.tag == tagRef || sl.tag == tagRefAt:
			key = binary.AppendUvarint(key, uint64(b.targetGroup(t.holes[at])))
		case slices.Contains(s.same, i):
			key = t.appendLiteral(key, sl.tag, t.holes[at])
		}
		at++
	}
	return key
}

// listKey is the layer of all entries, or the layers of each.
func (b *caseBuilder) listKey(key []byte, targets []int32) []byte {
	if b.oneLayer(targets) {
		return binary.AppendUvarint(append(key, 1), uint64(b.targetGroup(targets[0])))
	}
	key = binary.AppendUvarint(append(key, 0), uint64(len(targets)))
	for _, h := range targets {
		key = binary.AppendUvarint(key, uint64(b.targetGroup(h)))
	}
	return key
}

func (b *caseBuilder) oneLayer(targets []int32) bool {
	first := b.targetGroup(targets[0])
	for _, h := range targets[1:] {
		if b.targetGroup(h) != first {
			return false
		}
	}
	return true
}

// targetGroup numbers the layers that targets are in: the groups, then those
// outside.
func (b *caseBuilder) targetGroup(h int32) uint32 {
	target := uint32(h)
	if int(target) < len(b.t.rows) {
		return b.l.group[target]
	}
	o, _ := b.t.outsideOf(target)
	return uint32(len(b.l.groups) + slices.Index(b.t.outside, o))
}

// target returns the layer and the linear index of a target.
func (b *caseBuilder) target(h int32) (*ir.Layer, int64) {
	target := uint32(h)
	if int(target) < len(b.t.rows) {
		return b.l.groups[b.l.group[target]].layer, int64(b.l.linear[target])
	}
	o, at := b.t.outsideOf(target)
	return o.layer, at
}

// appendLiteral appends what a literal's value is, for comparison.
func (t *Tasks) appendLiteral(key []byte, tag byte, h int32) []byte {
	switch tag {
	case tagInt:
		return binary.AppendVarint(key, t.integer(h))
	case tagFloat:
		return binary.AppendUvarint(key, uint64(t.wide[h-wideBase]))
	case tagConst:
		return t.consts[h].AppendKey(key)
	}
	return binary.AppendUvarint(key, uint64(uint32(h)))
}

// coords returns the grid indices of tasks.
func (b *caseBuilder) coords(rows []uint32) []int32 {
	grid := b.g.layer.Grid
	coords := make([]int32, len(rows)*len(grid))
	for i, n := range rows {
		linear := int64(b.l.linear[n])
		for k := len(grid) - 1; k >= 0; k-- {
			coords[i*len(grid)+k] = int32(linear % grid[k].N)
			linear /= grid[k].N
		}
	}
	return coords
}
