package runtime

import (
	"fmt"
	"slices"
)

// A Set is a subset of a layer's grid. Its tasks are counted in C order.
type Set struct {
	ranges   []Range // nil in All until the layer is known
	ids      []uint32
	ordinals []uint32 // by task of the layer, its position in ids, when there are many
	all      bool
	n        int
}

// A Range is Lo, Lo+Step, ... below Hi.
type Range struct{ Lo, Hi, Step int }

// Len returns the number of indices of the range.
func (r Range) Len() int {
	if r.Hi <= r.Lo {
		return 0
	}
	return (r.Hi - r.Lo + r.Step - 1) / r.Step
}

// last returns the last index of a range that is not empty.
func (r Range) last() int { return r.Lo + (r.Len()-1)*r.Step }

// All is the whole grid.
func All() Set { return Set{all: true} }

// Box is the indices that lie in one range along each axis of the grid.
func Box(ranges ...Range) Set { return Set{ranges: ranges} }

// IDs is an explicit set of linear (C order) indices, which ascend.
func IDs(ids []uint32) Set {
	if ids == nil {
		ids = []uint32{}
	}
	return Set{ids: ids}
}

// bind checks the set against a grid and fills in what follows from it.
func (s Set) bind(l *layer) (Set, error) {
	if s.ids != nil {
		return s.bindIDs(l)
	}
	if s.all {
		s.ranges = make([]Range, len(l.grid))
		for k, n := range l.grid {
			s.ranges[k] = Range{0, n, 1}
		}
	}
	if len(s.ranges) != len(l.grid) {
		return s, fmt.Errorf("a box of %d ranges in a grid of %d axes", len(s.ranges), len(l.grid))
	}
	s.n = 1
	for k, r := range s.ranges {
		if r.Step < 1 || r.Lo < 0 || r.Hi > l.grid[k] {
			return s, fmt.Errorf("range %d:%d:%d along axis %d of length %d", r.Lo, r.Hi, r.Step, k, l.grid[k])
		}
		s.n *= r.Len()
	}
	s.all = s.n == l.size
	return s, nil
}

func (s Set) bindIDs(l *layer) (Set, error) {
	s.n = len(s.ids)
	for i, id := range s.ids {
		if int(id) >= l.size || i > 0 && id <= s.ids[i-1] {
			return s, fmt.Errorf("index %d at position %d of a set: indices ascend and stay below %d", id, i, l.size)
		}
	}
	if s.n > manyIDs {
		s.ordinals = l.enumerate(s.ids)
	}
	return s, nil
}

// manyIDs is the length from which on positions are looked up, not searched.
const manyIDs = 16

// enumerate notes the positions of tasks that form a set. All sets of a layer, which
// are disjoint, share an array.
func (l *layer) enumerate(ids []uint32) []uint32 {
	if l.ordinals == nil {
		l.ordinals = make([]uint32, l.size)
	}
	for i, id := range ids {
		l.ordinals[id] = uint32(i)
	}
	return l.ordinals
}

// len returns the number of tasks.
func (s *Set) len() int { return s.n }

// ordinal returns the position in the set of a task that is in it.
func (s *Set) ordinal(p *point) int {
	if s.ordinals != nil {
		return int(s.ordinals[p.lin])
	}
	if s.all {
		return p.lin
	}
	if s.ids != nil {
		n, _ := slices.BinarySearch(s.ids, uint32(p.lin))
		return n
	}
	n := 0
	for k, i := range p.indices() {
		r := s.ranges[k]
		n = n*r.Len() + (i-r.Lo)/r.Step
	}
	return n
}

// each calls f with the linear index of every task of the set, in order.
func (s *Set) each(l *layer, f func(lin int)) {
	if s.ids != nil {
		for _, id := range s.ids {
			f(int(id))
		}
		return
	}
	s.eachIn(l, 0, 0, f)
}

func (s *Set) eachIn(l *layer, k, lin int, f func(lin int)) {
	if k == len(s.ranges) {
		f(lin)
		return
	}
	r := s.ranges[k]
	for i := r.Lo; i < r.Hi; i += r.Step {
		s.eachIn(l, k+1, lin+i*l.strides[k], f)
	}
}

// A point is a place in a case: a task's linear index in its layer, from
// which its grid index and its ordinal in the case follow.
type point struct {
	c     *taskCase
	lin   int
	index []int
	ord   int
	know  uint8 // which of index and ord are valid
}

const (
	knowIndex uint8 = 1 << iota
	knowOrdinal
)

// move puts the point on a task.
func (p *point) move(c *taskCase, lin int) {
	if p.lin != lin || p.c != c {
		p.c, p.lin, p.know = c, lin, 0
	}
}

// indices returns the grid index.
func (p *point) indices() []int {
	if p.know&knowIndex == 0 {
		p.unravel()
	}
	return p.index
}

func (p *point) unravel() {
	grid := p.c.layer.grid
	if cap(p.index) < len(grid) {
		p.index = make([]int, len(grid))
	}
	p.index = p.index[:len(grid)]
	rest := uint32(p.lin)
	for k := len(grid) - 1; k > 0; k-- {
		n := uint32(grid[k])
		p.index[k] = int(rest % n)
		rest /= n
	}
	if len(grid) > 0 {
		p.index[0] = int(rest)
	}
	p.know |= knowIndex
}

// ordinal returns the position in the case's set.
func (p *point) ordinal() int {
	if p.know&knowOrdinal == 0 {
		p.ord = p.c.set.ordinal(p)
		p.know |= knowOrdinal
	}
	return p.ord
}
