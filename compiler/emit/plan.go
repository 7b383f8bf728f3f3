package emit

import (
	"cmp"
	"slices"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// A strip is what the loop of a group holds of a node at a time: some
// neighbouring elements, in a dtype.
type strip struct {
	n      *node
	d      ir.DType
	leaf   bool         // read from a block
	source bool         // made by a source
	loop   *stdops.Loop // of what is computed; nil for a user's function
	args   []*strip     // of what is computed; nil where an argument is a number for all elements
	users  []*strip     // with repetitions
	call   *vectorCall  // how it is computed; nil: element by element
	step   *strip       // the strip that is written by the loop or expression that computes this one, too
	need   int          // how many strips computing it takes
	last   int          // the place of the last step that reads it
	buf    *stripBuffer // where a computed strip stands
}

// cast says whether the strip is another one's elements in another dtype.
func (s *strip) cast() bool { return s.d != s.n.typ.DType }

// scalar says whether the strip is computed element by element.
func (s *strip) scalar() bool { return !s.leaf && !s.source && s.call == nil }

// A stripBuffer is memory for a strip, which serves several, one after the
// other.
type stripBuffer struct {
	d    ir.DType
	name string // of the strip that lies in it
	busy bool
}

// A stripPlan says in which steps the strips of a group are computed: a call of
// package vector for each node that has one there, or one for an expression of
// such nodes, and a loop over elements for each largest expression of nodes that
// have none.
type stripPlan struct {
	group   *node
	sources map[*node]bool // what is made strip by strip
	strips  map[elemKey]*strip
	all     []*strip // arguments before their users
	tops    []*strip
	steps   []*strip
	buffers []*stripBuffer // besides the output
}

// newStripPlan plans how a group computes the values of tops.
func newStripPlan(group *node, tops ...*node) *stripPlan {
	p := &stripPlan{group: group, sources: findSources(group, tops), strips: map[elemKey]*strip{}}
	for _, n := range tops {
		p.tops = append(p.tops, p.strip(n, n.typ.DType))
	}
	p.joinCasts()
	p.joinScalars()
	p.joinExprs()
	p.order()
	return p
}

// strip returns the strip of a node in a dtype.
func (p *stripPlan) strip(n *node, d ir.DType) *strip {
	key := elemKey{n, d}
	if s := p.strips[key]; s != nil {
		return s
	}
	s := &strip{n: n, d: d}
	switch {
	case d != n.typ.DType:
		from := n.typ.DType
		s.loop = castLoop(from, d)
		s.args = []*strip{p.strip(n, from)}
	case n.kind == elementNode && n.group == p.group:
		s.loop = n.loop
		for i, a := range n.args {
			var arg *strip
			if a != nil && a.block() {
				arg = p.strip(a, n.in[i])
			}
			s.args = append(s.args, arg)
		}
		if isIdentity(s) {
			p.strips[key] = s.args[0]
			return s.args[0]
		}
	case p.sources[n]:
		s.source = true
	default:
		s.leaf = true
	}
	s.call = newVectorCall(s)
	for _, a := range s.args {
		if a != nil {
			a.users = append(a.users, s)
		}
	}
	p.strips[key] = s
	p.all = append(p.all, s)
	return s
}

// isIdentity says whether a strip is just its argument.
func isIdentity(s *strip) bool {
	return s.loop != nil && s.loop.Expr == "$0" && len(s.args) == 1 && s.args[0] != nil && s.args[0].d == s.d
}

// joinCasts computes casts element by element where that is how what they
// convert is computed, or all that reads them: this saves a strip.
func (p *stripPlan) joinCasts() {
	for i := len(p.all) - 1; i >= 0; i-- {
		if s := p.all[i]; s.cast() && len(s.users) > 0 && !slices.ContainsFunc(s.users, (*strip).vector) && !slices.Contains(p.tops, s) {
			s.call = nil
		}
	}
	for _, s := range p.all {
		if s.cast() && s.args[0].scalar() && len(s.args[0].users) == 1 && !slices.Contains(p.tops, s.args[0]) {
			s.call = nil
		}
	}
}

// vector says whether the strip is computed by a call of package vector.
func (s *strip) vector() bool { return s.call != nil }

// joinScalars puts what is computed element by element into the loop of what
// reads it, where that is one loop.
func (p *stripPlan) joinScalars() {
	for i := len(p.all) - 1; i >= 0; i-- {
		s := p.all[i]
		s.step = s
		if !s.scalar() || len(s.users) == 0 || slices.Contains(p.tops, s) {
			continue
		}
		into := s.users[0].step
		if into.scalar() && !slices.ContainsFunc(s.users, func(u *strip) bool { return u.step != into }) {
			s.step = into
		}
	}
}

// inputs returns the strips that a step reads, each once, those first that take
// the most strips to compute.
func (p *stripPlan) inputs(step *strip) []*strip {
	var in []*strip
	seen := map[*strip]bool{}
	var visit func(s *strip)
	visit = func(s *strip) {
		for _, a := range s.args {
			if a == nil || seen[a] {
				continue
			}
			seen[a] = true
			if a.step == step && !a.leaf {
				visit(a)
				continue
			}
			in = append(in, a)
		}
	}
	visit(step)
	slices.SortStableFunc(in, func(a, b *strip) int { return cmp.Compare(b.need, a.need) })
	return in
}

// order puts the steps in an order that needs few strips, as Sethi and Ullman
// number the registers of an expression: the argument that needs most comes
// first, since while the others are computed its result takes one strip only.
func (p *stripPlan) order() {
	for _, s := range p.all {
		if s.leaf || s.step != s {
			continue
		}
		held := 0
		for _, a := range p.inputs(s) {
			if !a.leaf {
				s.need = max(s.need, a.need+held)
				held++
			}
		}
		s.need = max(s.need, 1)
	}
	done := map[*strip]bool{}
	var visit func(s *strip)
	visit = func(s *strip) {
		if done[s] || s.leaf {
			return
		}
		done[s] = true
		for _, a := range p.inputs(s) {
			visit(a)
		}
		p.steps = append(p.steps, s)
	}
	for _, s := range p.tops {
		visit(s)
	}
	p.lastReads()
}

// lastRead returns the last step that reads one of some strips.
func (p *stripPlan) lastRead(strips []*strip) int {
	n := 0
	for _, s := range strips {
		n = max(n, s.last)
	}
	return n
}

// lastReads notes which step reads each strip last.
func (p *stripPlan) lastReads() {
	for i, s := range p.steps {
		s.last = i
		for _, a := range p.inputs(s) {
			a.last = i
		}
	}
}

// place gives each computed strip a buffer. The strip of the output serves for
// those of its dtype while it holds nothing and overwrites nothing that is read
// later: keep is the last step that reads a block which may be the output.
func (p *stripPlan) place(out *stripBuffer, keep int) {
	ends := map[int][]*strip{}
	for i, s := range p.steps {
		for _, a := range ends[i] {
			a.buf.busy = false
		}
		switch {
		case out != nil && s == p.tops[0]:
			s.buf = out
		case out != nil && out.d == s.d && !out.busy && i >= keep:
			s.buf = out
		default:
			s.buf = p.freeBuffer(s.d)
		}
		s.buf.busy = true
		ends[s.last] = append(ends[s.last], s)
	}
}

// freeBuffer returns a buffer for strips of a dtype that holds nothing.
func (p *stripPlan) freeBuffer(d ir.DType) *stripBuffer {
	for _, b := range p.buffers {
		if b.d == d && !b.busy {
			return b
		}
	}
	b := &stripBuffer{d: d}
	p.buffers = append(p.buffers, b)
	return b
}
