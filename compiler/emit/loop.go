package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
)

// A strips is the loop of a group of elementwise nodes: it runs over strips of
// the output, reads the same strip of each block, and computes element by
// element, all nodes of the group at once.
type strips struct {
	w      *funcWriter
	group  *node
	leaves []*node          // blocks that are read, in order of first use
	inner  []jen.Code       // statements for one element
	elems  map[*node]goExpr // of the group's nodes and leaves
	uses   map[*node]int    // uses of nodes inside the group
}

// newStrips collects the leaves of the group that computes what top needs.
func (w *funcWriter) newStrips(group *node, top ...*node) *strips {
	s := &strips{w: w, group: group, elems: map[*node]goExpr{}, uses: map[*node]int{}}
	seen := map[*node]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		s.uses[n]++
		if seen[n] {
			return
		}
		seen[n] = true
		if n.kind == elementNode && n.group == group {
			for _, a := range n.args {
				if a != nil {
					visit(a)
				}
			}
		} else if n.block() {
			s.leaves = append(s.leaves, n)
		}
	}
	for _, n := range top {
		visit(n)
	}
	return s
}

// prepare computes what is read by the loop, so that it stands before it, and
// names the strips after the blocks.
func (s *strips) prepare() (values []goExpr) {
	for _, n := range s.leaves {
		v := s.w.value(n)
		if v.ident == "" {
			v = s.w.bind(&s.w.body, s.w.em.variable(n), v)
		}
		values = append(values, v)
		s.elems[n] = atom(jen.Add(v.code).Index(jen.Id(s.w.em.index)))
	}
	return values
}

// shape returns the shape to which the blocks broadcast.
func (s *strips) shape(values []goExpr) goExpr {
	if len(values) == 1 {
		return atom(jen.Add(values[0].code).Dot("Shape"))
	}
	shapes := make([]goExpr, len(values))
	for i, v := range values {
		shapes[i] = goExpr{code: jen.Add(v.code).Dot("Shape")}
	}
	return s.w.checked(&s.w.body, "shape", call(jen.Qual(runtimePath, "Broadcast"), shapes...))
}

// readers opens a reader on each block.
func (s *strips) readers(values []goExpr, shape goExpr) []string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = s.w.names.local("r" + upperFirst(v.ident))
		s.w.add(jen.Id(names[i]).Op(":=").Add(v.code).Dot("Reader").Call(s.w.task().code, shape.code))
		s.w.add(jen.Defer().Id(names[i]).Dot("Close").Call())
	}
	return names
}

// load reads the current strip of each block; their length is that of out.
func (s *strips) load(values []goExpr, readers []string) []jen.Code {
	var stmts []jen.Code
	for i, v := range values {
		out := jen.Len(jen.Id(s.w.em.strip))
		stmts = append(stmts, jen.Add(v.code).Op(":=").Id(readers[i]).Dot("Strip").
			Call(jen.Id(s.w.em.pos), out).Index(jen.Op(":").Add(jen.Len(jen.Id(s.w.em.strip)))))
	}
	return stmts
}

// element returns one element of a node in dtype d.
func (s *strips) element(n *node, d ir.DType) goExpr {
	w := s.w
	if !n.block() {
		return s.hoisted(n, d)
	}
	e, ok := s.elems[n]
	if !ok {
		e = w.apply(n, &s.inner, s.element)
		if s.uses[n] > 1 && !e.atom {
			e = w.bind(&s.inner, w.em.variable(n), e)
		}
		s.elems[n] = e
	}
	if n.typ.DType == d {
		return e
	}
	return w.convertAt(&s.inner, e, n.typ.DType, d)
}

// hoisted returns a number that is the same for all elements.
func (s *strips) hoisted(n *node, d ir.DType) goExpr {
	key := elemKey{n, d}
	e := s.w.elem(n, d)
	if e.konst || e.atom && !e.special {
		return e
	}
	e = s.w.bind(&s.w.body, s.w.em.variable(n), e)
	s.w.elems[key] = e
	return e
}

// loop writes the loop of a group and returns the block that it fills.
func (w *funcWriter) loop(n *node) goExpr {
	s := w.newStrips(n, n)
	values := s.prepare()
	e := s.element(n, n.typ.DType)
	shape := s.shape(values)
	result := "out"
	if n != w.low.root {
		result = w.em.variable(n)
	}
	out := w.bind(&w.body, result, s.output(n, values, shape))
	readers := s.readers(values, shape)
	data := jen.Add(out.code).Dot("Data")
	body := []jen.Code{jen.Id(w.em.strip).Op(":=").Add(data).Index(
		jen.Id(w.em.pos).Op(":").Min(jen.Id(w.em.pos).Op("+").Qual(runtimePath, "StripLen"), jen.Len(data)))}
	body = append(body, s.load(values, readers)...)
	body = append(body, s.each(e))
	w.add(w.overStrips(jen.Len(data), body))
	return out
}

// each writes the loop over the elements of a strip.
func (s *strips) each(e goExpr) jen.Code {
	w := s.w
	inner := append(s.inner, jen.Id(w.em.strip).Index(jen.Id(w.em.index)).Op("=").Add(e.code))
	return jen.For(jen.Id(w.em.index).Op(":=").Range().Id(w.em.strip)).Block(inner...)
}

// overStrips writes the loop over the strips of n elements.
func (w *funcWriter) overStrips(n jen.Code, body []jen.Code) jen.Code {
	pos := w.em.pos
	return jen.For(
		jen.Id(pos).Op(":=").Lit(0), jen.Id(pos).Op("<").Add(n), jen.Id(pos).Op("+=").Qual(runtimePath, "StripLen"),
	).Block(body...)
}

// output allocates the block that a loop fills. It may take over the buffer of
// a block that is not needed behind the loop: one that the kernel has made, or
// an operand of which this task is the last reader.
func (s *strips) output(n *node, values []goExpr, shape goExpr) goExpr {
	own, operands := []goExpr{s.w.task(), shape}, []goExpr{s.w.task(), shape}
	for i, leaf := range s.leaves {
		if leaf.typ.DType != n.typ.DType || !s.only(leaf) || smaller(leaf.typ.Shape, n.typ.Shape) {
			continue
		}
		switch leaf.kind {
		case operandNode:
			operands = append(operands, values[i])
		case reduceNode, callNode, elementNode:
			own = append(own, values[i])
		}
	}
	switch {
	case len(own) > 2:
		return call(jen.Qual(runtimePath, "TakeOver"), own...)
	case len(operands) > 2:
		return call(jen.Qual(runtimePath, "Reuse"), operands...)
	}
	return call(jen.Qual(runtimePath, "Alloc").Index(jen.Id(n.typ.DType.String())), s.w.task(), shape)
}

// only says whether a leaf is used in this loop alone, element by element.
func (s *strips) only(leaf *node) bool {
	for _, u := range leaf.users {
		if u.group != s.group || u.kind != elementNode {
			return false
		}
	}
	return true
}

// reduce writes the loop that feeds an accumulator, and returns the call of its
// result.
func (w *funcWriter) reduce(n *node) goExpr {
	fed := n.args[0]
	if fed.kind != elementNode || fed.group != n || !fed.block() {
		return w.reduceBlock(n, fed)
	}
	s := w.newStrips(n, fed)
	values := s.prepare()
	e := s.element(fed, fed.typ.DType)
	shape := s.shape(values)
	acc := w.bind(&w.body, "acc", w.callWith(n, n.call, w.task(), shape))
	size := w.bind(&w.body, "n", call(jen.Qual(runtimePath, "Size"), shape))
	scratch := w.bind(&w.body, "scratch", call(jen.Qual(runtimePath, "Scratch").Index(jen.Id(fed.typ.DType.String())), w.task()))
	w.add(jen.Defer().Qual(runtimePath, "FreeScratch").Call(w.task().code, scratch.code))
	readers := s.readers(values, shape)
	body := []jen.Code{jen.Id(w.em.strip).Op(":=").Add(scratch.code).Index(
		jen.Op(":").Min(jen.Qual(runtimePath, "StripLen"), jen.Add(size.code).Op("-").Id(w.em.pos)))}
	body = append(body, s.load(values, readers)...)
	body = append(body, s.each(e), jen.Add(acc.code).Dot("Add").Call(jen.Id(w.em.strip)))
	w.add(w.overStrips(size.code, body))
	return call(jen.Add(acc.code).Dot("Result"))
}

// reduceBlock feeds an accumulator with a block as it is.
func (w *funcWriter) reduceBlock(n, fed *node) goExpr {
	x := w.value(fed)
	if fed.typ.Kind != ir.TypeBlock {
		x = call(jen.Qual(runtimePath, "Scalar"), w.typedElem(fed))
	}
	if !x.atom {
		x = w.bind(&w.body, w.em.variable(fed), x)
	}
	acc := w.callWith(n, n.call, w.task(), goExpr{code: jen.Add(x.code).Dot("Shape")})
	return call(jen.Qual(templatePackages["kernel"], "Feed"), w.task(), x, acc)
}
