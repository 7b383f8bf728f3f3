package reroll

import (
	"strings"

	"github.com/daskgen/daskgen/compiler/diag"
)

// A walk goes through the references of a task, one target at a time.
type walk struct {
	row  uint32
	slot uint32
	left uint32 // of the list that the walk stands in
	at   uint64 // next hole
}

func (t *Tasks) walk(n uint32) walk {
	r := &t.rows[n]
	return walk{row: n, at: r.off + uint64(len(t.parts(r)))}
}

// next returns the next target, and false at the end.
func (w *walk) next(t *Tasks) (uint32, bool) {
	if w.left > 0 {
		w.left--
		w.at++
		return uint32(t.holes[w.at-1]), true
	}
	slots := t.skeletons[t.rows[w.row].skel].slots
	for int(w.slot) < len(slots) {
		s := &slots[w.slot]
		w.slot++
		w.at++
		switch {
		case s.list:
			w.left = uint32(t.holes[w.at-1])
			return w.next(t)
		case s.tag == tagRef || s.tag == tagRefAt:
			return uint32(t.holes[w.at-1]), true
		}
	}
	return 0, false
}

// Marks of tasks during the search for cycles.
const (
	unseen = iota
	open   // on the path
	done
)

// order returns the tasks in an order in which each stands behind those that it
// reads, and reports cycles.
func (t *Tasks) order() []uint32 {
	s := search{t: t, mark: make([]uint8, len(t.rows)), post: make([]uint32, 0, len(t.rows))}
	for n := range t.rows {
		s.visit(uint32(n))
	}
	return s.post
}

// maxCycles bounds how many cycles are reported.
const maxCycles = 10

// A search is a depth-first search with a stack of its own: chains of a million
// tasks are common.
type search struct {
	t      *Tasks
	mark   []uint8
	post   []uint32
	path   []walk
	cycles int
}

func (s *search) visit(n uint32) {
	if s.mark[n] != unseen {
		return
	}
	s.enter(n)
	for len(s.path) > 0 {
		w := &s.path[len(s.path)-1]
		target, ok := w.next(s.t)
		switch {
		case !ok:
			s.mark[w.row] = done
			s.post = append(s.post, w.row)
			s.path = s.path[:len(s.path)-1]
		case int(target) >= len(s.mark) || s.mark[target] == done:
		case s.mark[target] == open:
			s.cycle(target)
		default:
			s.enter(target)
		}
	}
}

func (s *search) enter(n uint32) {
	s.mark[n] = open
	s.path = append(s.path, s.t.walk(n))
}

// maxPath bounds the keys of a path that are written out.
const maxPath = 1000

// cycle reports the cycle from the task on the path to its end and back.
func (s *search) cycle(target uint32) {
	if s.cycles++; s.cycles > maxCycles {
		return
	}
	from := len(s.path) - 1
	for s.path[from].row != target {
		from--
	}
	keys := make([]string, 0, len(s.path)-from+1)
	for _, w := range s.path[from:] {
		keys = append(keys, s.t.key(w.row).String())
		if len(keys) == maxPath {
			keys = append(keys, "...")
			break
		}
	}
	keys = append(keys, s.t.key(target).String())
	s.t.Diags.Errorf(s.t.pos(target), diag.Cycle, "cycle: %s", strings.Join(keys, " reads ")).
		WithHint("none of these tasks can run before the others; break the cycle")
}
