package runtime

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A graph is what the scheduler runs: the needed tasks of all layers, by
// global number, with their successors as a compact array.
//
// Per task it holds 12 bytes, 4 more for several workers, and, if values are to
// be released, 4 and 4 for each operand; the numbers are 32 bits.
type graph struct {
	layers []*layer
	cases  []*taskCase
	caseOf []uint32 // by task: index in cases, or noCase
	order  []uint32 // tasks, operands before those that read them
	tasks  int      // number of needed tasks
	state  []uint32 // by task: see ready.go
	next   []uint32 // by task that waits: the next one in the same list
	spare  []uint32 // room for next, maybe

	releases bool     // some values are to be released,
	opaque   bool     // some of these are of unknown size
	succOff  []uint32 // by task: its successors are succ[succOff[id]:succOff[id+1]]
	succ     []uint32 // of each task, in reverse order
	pins     []uint32 // tasks whose values outlive the run, ascending
}

const (
	noCase   = ^uint32(0)
	postFlag = 1 << 31
)

// newGraph builds the graph of the tasks that the roots need.
func newGraph(b *Builder, roots []uint32) (*graph, error) {
	g := &graph{layers: b.layers, caseOf: make([]uint32, b.tasks), state: make([]uint32, b.tasks)}
	if err := g.setCases(); err != nil {
		return nil, err
	}
	order, err := g.depthFirst(roots)
	if err != nil {
		return nil, err
	}
	g.tasks, g.order = len(order), order
	clear(g.state)
	if g.releases {
		g.link()
	}
	return g, nil
}

// setCases numbers the cases and says for each task which is its own.
func (g *graph) setCases() error {
	fill(g.caseOf, noCase)
	for _, l := range g.layers {
		g.releases = g.releases || l.drop != nil
		g.opaque = g.opaque || l.drop != nil && l.bytes == nil
		for _, c := range l.cases {
			if err := g.setCase(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// setCase numbers a case.
func (g *graph) setCase(c *taskCase) error {
	l, n := c.layer, uint32(len(g.cases))
	g.cases = append(g.cases, c)
	own := g.caseOf[l.base : l.base+l.size]
	if c.set.all && len(l.cases) == 1 {
		fill(own, n)
		return nil
	}
	var err error
	c.set.each(l, func(lin int) {
		if own[lin] != noCase {
			err = fmt.Errorf("layer %q: two cases cover task %s", l.info.Name, l.key(lin))
		}
		own[lin] = n
	})
	return err
}

func fill(s []uint32, v uint32) {
	for i := range s {
		s[i] = v
	}
}

// layerOf returns the layer of a task.
func (g *graph) layerOf(id uint32) *layer {
	if c := g.caseOf[id]; c != noCase {
		return g.cases[c].layer
	}
	n, _ := slices.BinarySearchFunc(g.layers, int(id), func(l *layer, id int) int {
		if l.base+l.size <= id {
			return -1
		}
		return 1
	})
	return g.layers[n]
}

// key returns the key of a task as text.
func (g *graph) key(id uint32) string {
	l := g.layerOf(id)
	return l.key(int(id) - l.base)
}

// A walker goes through the operands of tasks.
type walker struct {
	g    *graph
	p    point
	lins []int
	ids  []uint32
}

// operands returns the tasks that a task reads, a task once for each time
// that it is read. The slice is valid until the next call.
func (w *walker) operands(id uint32) ([]uint32, error) {
	c := w.g.cases[w.g.caseOf[id]]
	ids, lin := w.ids[:0], int(id)-c.first
	w.p.move(c, lin)
	for i := range c.reads {
		a := &c.reads[i]
		if a.list() {
			w.lins = a.appendTo(w.lins[:0], &w.p)
			for _, n := range w.lins {
				if uint(n) >= uint(a.size) {
					return nil, w.outside(id, a)
				}
				ids = append(ids, uint32(a.first+n))
			}
			continue
		}
		n := a.at(&w.p)
		if uint(n) >= uint(a.size) {
			return nil, w.outside(id, a)
		}
		ids = append(ids, uint32(a.first+n))
	}
	w.ids = ids
	return ids, nil
}

func (w *walker) outside(id uint32, a *access) error {
	return fmt.Errorf("task %s reads outside of the grid %v of layer %q", w.g.key(id), a.layer.grid, a.layer.info.Name)
}

// What state holds of a task during depthFirst.
const (
	unseen = 0
	seen   = 1
	open   = 2 // on the path from the root
)

// depthFirst returns the tasks that the roots need, operands first: the order
// in which one worker would keep few values alive. Where values are released
// it counts the successors in succOff.
func (g *graph) depthFirst(roots []uint32) ([]uint32, error) {
	n := len(g.caseOf)
	if g.releases {
		g.succOff = make([]uint32, n+1)
	}
	d := depthFirst{walker: walker{g: g}, order: make([]uint32, 0, n)}
	defer func() { g.spare = d.stack }()
	for _, root := range roots {
		d.stack = append(d.stack, root)
		for len(d.stack) > 0 {
			top := len(d.stack) - 1
			id := d.stack[top]
			switch {
			case id&postFlag != 0:
				d.stack = d.stack[:top]
				g.state[id&^postFlag] = seen
				d.order = append(d.order, id&^postFlag)
			case g.state[id] != unseen:
				d.stack = d.stack[:top]
			default:
				if err := d.enter(id); err != nil {
					return nil, err
				}
			}
		}
	}
	return d.order, nil
}

// A depthFirst is the state of a walk. The stack holds tasks to visit and,
// flagged, those whose operands are being visited.
type depthFirst struct {
	walker
	stack []uint32
	order []uint32
}

// enter opens the task on top of the stack and puts its operands there.
func (d *depthFirst) enter(id uint32) error {
	g := d.g
	c := g.caseOf[id]
	if c == noCase {
		return g.missing(id, d.stack)
	}
	g.cases[c].layer.needed++
	ops, err := d.operands(id)
	if err != nil {
		return err
	}
	g.state[id] = open
	if len(d.stack)+len(ops) > cap(d.stack) {
		d.grow(len(ops))
	}
	top := len(d.stack) - 1
	d.stack[top] = id | postFlag
	for i := len(ops) - 1; i >= 0; i-- {
		op := ops[i]
		if g.releases {
			g.succOff[op]++
		}
		switch g.state[op] {
		case unseen:
			d.stack = append(d.stack, op)
		case open:
			return g.cycle(op, d.stack)
		}
	}
	if len(ops) > 1 && g.cases[c].frees {
		g.sourcesLast(d.stack[top+1:])
	}
	return nil
}

// grow makes room for n more on the stack. A stack that is no longer small gets
// room for all tasks at once: in a chain it will need that.
func (d *depthFirst) grow(n int) {
	size := 2*cap(d.stack) + n
	if all := cap(d.order); size > all/8 {
		size = max(size, all)
	}
	d.stack = append(make([]uint32, 0, size), d.stack...)
}

// sourcesLast moves tasks without operands to the front of a stack, to be
// visited after those with some: their blocks would wait for the others.
func (g *graph) sourcesLast(stack []uint32) {
	n := 0
	for i, id := range stack {
		if c := g.caseOf[id]; c != noCase && len(g.cases[c].reads) == 0 {
			copy(stack[n+1:i+1], stack[n:i])
			stack[n] = id
			n++
		}
	}
}

// missing reports a task that is needed but that no case covers.
func (g *graph) missing(id uint32, stack []uint32) error {
	for i := len(stack) - 2; i >= 0; i-- {
		if stack[i]&postFlag != 0 {
			return fmt.Errorf("task %s, which task %s reads, has no kernel", g.key(id), g.key(stack[i]&^postFlag))
		}
	}
	return fmt.Errorf("task %s, an output, has no kernel", g.key(id))
}

// cycle reports the tasks on the stack from id upwards, each of which needs
// the next.
func (g *graph) cycle(id uint32, stack []uint32) error {
	const most = 20
	var path []string
	in := false
	for _, s := range stack {
		if s&postFlag == 0 {
			continue
		}
		in = in || s&^postFlag == id
		if in {
			path = append(path, g.key(s&^postFlag))
		}
	}
	if len(path) > most {
		path = append(append(path[:most/2:most/2], "..."), path[len(path)-most/2:]...)
	}
	return errors.New("the graph has a cycle: " + strings.Join(path, " reads ") + " reads " + g.key(id))
}

// link fills in the successors. Going through the tasks in order, and filling
// the successors of each task from the end, leaves them in the reverse order.
func (g *graph) link() {
	sum := uint32(0)
	for i, n := range g.succOff {
		sum += n
		g.succOff[i] = sum // where the successors of task i end
	}
	g.succ = make([]uint32, sum)
	w := walker{g: g}
	for _, id := range g.order {
		ops, _ := w.operands(id) // checked by depthFirst
		for _, op := range ops {
			g.succOff[op]--
			g.succ[g.succOff[op]] = id
		}
	}
}

// successors returns the tasks that read a task's value.
func (g *graph) successors(id uint32) []uint32 {
	return g.succ[g.succOff[id]:g.succOff[id+1]]
}

// keep pins the value of a task: it is not released during the run.
func (g *graph) keep(id uint32) {
	g.layerOf(id).pinned = true
	n, found := slices.BinarySearch(g.pins, id)
	if !found {
		g.pins = slices.Insert(g.pins, n, id)
	}
}

// pinned says whether a task's value is kept.
func (g *graph) pinned(id uint32) bool {
	_, found := slices.BinarySearch(g.pins, id)
	return found
}
