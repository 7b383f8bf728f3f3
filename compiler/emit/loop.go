package emit

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
)

// A strips writes the loop of a group of elementwise nodes: it runs over strips
// of the output, reads the same strip of each block, and computes all nodes of
// the group, a strip at a time, in the steps of its plan.
type strips struct {
	w       *funcWriter
	group   *node
	plan    *stripPlan
	leaves  []*strip            // what is read from blocks, in order of first use
	sources []*strip            // what sources make
	values  []goExpr            // the blocks
	length  jen.Code            // the number of elements of a strip
	body    []jen.Code          // the steps
	inner   []jen.Code          // statements for one element
	elems   map[*strip]goExpr   // one element of what is computed so
	cut     map[*strip]bool     // leaves that are read element by element
	names   map[*strip]jen.Code // of the leaves
	idents  map[*strip]string   // the same as text
}

// newStrips plans the loop of the group that computes what tops need, and
// writes what is read by the loop, so that it stands before it.
func (w *funcWriter) newStrips(group *node, tops ...*node) *strips {
	s := &strips{w: w, group: group, plan: newStripPlan(group, tops...), cut: map[*strip]bool{}, names: map[*strip]jen.Code{}, idents: map[*strip]string{}}
	for _, l := range s.plan.all {
		if l.source {
			s.newSource(l)
			s.sources = append(s.sources, l)
		}
		if !l.leaf {
			continue
		}
		v := w.value(l.n)
		if v.ident == "" {
			v = w.bind(&w.body, w.em.variable(l.n), v)
		}
		s.leaves = append(s.leaves, l)
		s.values = append(s.values, v)
		s.names[l], s.idents[l] = v.code, v.ident
	}
	return s
}

// shape returns the shape to which the blocks broadcast.
func (s *strips) shape() goExpr {
	var shapes []goExpr
	for _, v := range s.values {
		shapes = append(shapes, atom(jen.Add(v.code).Dot("Shape")))
	}
	for _, st := range s.sources {
		shapes = append(shapes, s.w.goArg(st.n, st.n.source.Shape)...)
	}
	switch {
	case len(shapes) == 1 && shapes[0].atom:
		return shapes[0]
	case len(s.values) == 0: // sources are of one shape
		return s.w.bind(&s.w.body, "shape", shapes[0])
	}
	return s.w.checked(&s.w.body, "shape", call(jen.Qual(runtimePath, "Broadcast"), shapes...))
}

// readers opens a reader on each block.
func (s *strips) readers(shape goExpr) []string {
	names := make([]string, len(s.values))
	for i, v := range s.values {
		names[i] = s.w.names.local("r" + upperFirst(v.ident))
		s.w.add(jen.Id(names[i]).Op(":=").Add(v.code).Dot("Reader").Call(s.w.task().code, shape.code))
		s.w.add(jen.Defer().Id(names[i]).Dot("Close").Call())
	}
	return names
}

// load reads the current strip of each block.
func (s *strips) load(readers []string) []jen.Code {
	var stmts []jen.Code
	for i, v := range s.values {
		c := jen.Add(v.code).Op(":=").Id(readers[i]).Dot("Strip").Call(jen.Id(s.w.em.pos), s.length)
		if s.cut[s.leaves[i]] {
			c.Index(jen.Op(":").Add(s.length)) // lets the compiler drop the bounds checks
		}
		stmts = append(stmts, c)
	}
	return stmts
}

// scratch takes scratch memory for the buffers of the plan. It returns the
// statements that cut it to the length of the current strip.
func (s *strips) scratch() []jen.Code {
	w := s.w
	var stmts []jen.Code
	for _, b := range s.plan.buffers {
		m := w.bind(&w.body, "scratch", call(jen.Qual(runtimePath, "Scratch").Index(jen.Id(b.d.String())), w.task()))
		w.add(jen.Defer().Qual(runtimePath, "FreeScratch").Call(w.task().code, m.code))
		stmts = append(stmts, jen.Id(b.name).Op(":=").Add(m.code).Index(jen.Op(":").Add(s.length)))
	}
	return stmts
}

// compute writes the steps of the plan: for each strip where it goes, and what
// is done with it then.
func (s *strips) compute(then func(*strip)) {
	for _, b := range s.plan.buffers {
		b.name = s.w.names.local("s")
	}
	for _, st := range s.plan.steps {
		switch {
		case st.source:
			s.body = append(s.body, s.fill(st))
		case st.joined():
			s.body = append(s.body, s.expression(st))
		case st.vector():
			s.body = append(s.body, s.vector(st))
		default:
			s.body = append(s.body, s.each(st))
		}
		then(st)
	}
}

// named returns the name of the strip that holds st.
func (s *strips) named(st *strip) jen.Code {
	if st.leaf {
		return s.names[st]
	}
	return jen.Id(st.buf.name)
}

// vector writes a step that is a call of package vector.
func (s *strips) vector(st *strip) jen.Code {
	args := []jen.Code{jen.Id(st.buf.name)}
	for _, i := range st.call.args {
		if a := st.args[i]; a != nil {
			args = append(args, s.named(a))
		} else {
			args = append(args, s.hoisted(st.n.args[i], st.n.in[i]).code)
		}
	}
	return jen.Qual(vectorPath, st.call.fun).Call(args...)
}

// each writes a step that is a loop over the elements of a strip.
func (s *strips) each(st *strip) jen.Code {
	w := s.w
	s.inner, s.elems = nil, map[*strip]goExpr{}
	e := s.computed(st, st)
	inner := append(s.inner, jen.Id(st.buf.name).Index(jen.Id(w.em.index)).Op("=").Add(e.code))
	return jen.For(jen.Id(w.em.index).Op(":=").Range().Id(st.buf.name)).Block(inner...)
}

// element returns one element of a strip that a step reads or computes.
func (s *strips) element(st, step *strip) goExpr {
	if st.leaf || st.step != step {
		s.cut[st] = true
		return atom(jen.Add(s.named(st)).Index(jen.Id(s.w.em.index)))
	}
	e, ok := s.elems[st]
	if !ok {
		e = s.computed(st, step)
		if len(st.users) > 1 && !e.atom {
			e = s.w.bind(&s.inner, s.w.em.variable(st.n), e)
		}
		s.elems[st] = e
	}
	return e
}

// computed returns one element of a strip by its expression.
func (s *strips) computed(st, step *strip) goExpr {
	if st.cast() {
		return s.w.convertAt(&s.inner, s.element(st.args[0], step), st.n.typ.DType, st.d)
	}
	return s.w.apply(st.n, &s.inner, func(n *node, d ir.DType) goExpr {
		if !n.block() {
			return s.hoisted(n, d)
		}
		return s.element(s.plan.strips[elemKey{n, d}], step)
	})
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
	s.length = jen.Len(jen.Id(w.em.strip))
	own, operands := s.takeover(n)
	s.plan.place(&stripBuffer{d: n.typ.DType, name: w.em.strip}, s.plan.lastRead(append(own, operands...)))
	s.compute(func(*strip) {})
	if top := s.plan.tops[0]; top.leaf {
		s.body = append(s.body, jen.Copy(jen.Id(w.em.strip), s.named(top)))
	}
	shape := s.shape()
	result := "out"
	if n != w.low.root {
		result = w.em.variable(n)
	}
	out := w.bind(&w.body, result, s.output(n, own, operands, shape))
	cuts := s.scratch()
	data := jen.Add(out.code).Dot("Data")
	length := s.stripLen(shape)
	readers := s.readers(shape)
	if s.oneCall() {
		length = s.longStrips(length, data, readers)
	}
	body := []jen.Code{jen.Id(w.em.strip).Op(":=").Add(data).Index(
		jen.Id(w.em.pos).Op(":").Min(jen.Id(w.em.pos).Op("+").Add(length), jen.Len(data)))}
	body = append(body, cuts...)
	body = append(body, s.load(readers)...)
	w.add(w.overStrips(jen.Len(data), length, append(body, s.body...)))
	return out
}

// oneCall says whether the loop makes one call, or copy, of what stands in
// blocks: then there is nothing that strips would keep in the cache.
func (s *strips) oneCall() bool {
	for _, st := range s.plan.steps {
		if st.source || !st.vector() {
			return false
		}
	}
	return len(s.plan.steps) <= 1 && len(s.values) > 0
}

// longStrips binds the length of strips that are the whole block, or its rows,
// where the operands stand there in one piece.
func (s *strips) longStrips(length, data jen.Code, readers []string) jen.Code {
	args := []goExpr{{code: length}, {code: jen.Len(data)}}
	for _, r := range readers {
		args = append(args, goExpr{code: jen.Id(r).Dot("Run").Call()})
	}
	return s.w.bind(&s.w.body, "long", call(jen.Qual(runtimePath, "LongStrip"), args...)).code
}

// stripLen returns the length of the strips of a loop: where it reads parts of
// blocks, strips end with the rows, so that these are read where they stand.
func (s *strips) stripLen(shape goExpr) jen.Code {
	part := func(l *strip) bool { return l.n.kind == callNode && l.n.name == "getitem" && len(l.n.typ.Shape) > 1 }
	if !slices.ContainsFunc(s.leaves, part) {
		return jen.Qual(runtimePath, "StripLen")
	}
	return s.w.bind(&s.w.body, "row", call(jen.Qual(runtimePath, "RowStrip"), shape)).code
}

// overStrips writes the loop over the strips of n elements.
func (w *funcWriter) overStrips(n, length jen.Code, body []jen.Code) jen.Code {
	pos := w.em.pos
	return jen.For(
		jen.Id(pos).Op(":=").Lit(0), jen.Id(pos).Op("<").Add(n), jen.Id(pos).Op("+=").Add(length),
	).Block(body...)
}

// takeover returns the leaves whose buffer the block that a loop fills may take
// over, as they are not needed behind the loop: those that the kernel has made,
// and operands of which this task may be the last reader.
func (s *strips) takeover(n *node) (own, operands []*strip) {
	for _, l := range s.leaves {
		if l.n.typ.DType != n.typ.DType || !s.only(l.n) || smaller(l.n.typ.Shape, n.typ.Shape) {
			continue
		}
		switch l.n.kind {
		case operandNode:
			operands = append(operands, l)
		case reduceNode, callNode, elementNode:
			own = append(own, l)
		}
	}
	return own, operands
}

// output allocates the block that a loop fills, or takes one over.
func (s *strips) output(n *node, own, operands []*strip, shape goExpr) goExpr {
	fun, from := jen.Qual(runtimePath, "Alloc").Index(jen.Id(n.typ.DType.String())), own
	switch {
	case len(own) > 0:
		fun = jen.Qual(runtimePath, "TakeOver")
	case len(operands) > 0:
		fun, from = jen.Qual(runtimePath, "Reuse"), operands
	}
	args := []goExpr{s.w.task(), shape}
	for _, l := range from {
		args = append(args, goExpr{code: s.names[l]})
	}
	return call(fun, args...)
}

// only says whether a leaf is used in this loop alone, element by element.
func (s *strips) only(leaf *node) bool {
	return !slices.ContainsFunc(leaf.users, func(u *node) bool { return u.group != s.group || u.kind != elementNode })
}

// reduce writes the loop that feeds an accumulator, and returns the call of its
// result.
func (w *funcWriter) reduce(n *node) goExpr {
	fed := n.args[0]
	if (fed.kind != elementNode || fed.group != n || !fed.block()) && (fed.source == nil || !readIn(n, fed)) {
		return w.reduceBlock(n, fed)
	}
	s := w.newStrips(n, fed)
	length := w.names.local("m")
	s.length = jen.Id(length)
	s.plan.place(nil, 0)
	var acc goExpr
	s.compute(func(*strip) {})
	shape := s.shape()
	acc = w.bind(&w.body, "acc", w.callWith(n, n.call, w.task(), shape))
	size := w.bind(&w.body, "n", call(jen.Qual(runtimePath, "Size"), shape))
	cuts := s.scratch()
	body := []jen.Code{jen.Id(length).Op(":=").Min(jen.Qual(runtimePath, "StripLen"), jen.Add(size.code).Op("-").Id(w.em.pos))}
	body = append(body, cuts...)
	body = append(body, s.load(s.readers(shape))...)
	body = append(body, s.body...)
	body = append(body, jen.Add(acc.code).Dot("Add").Call(s.named(s.plan.tops[0])))
	w.add(w.overStrips(size.code, jen.Qual(runtimePath, "StripLen"), body))
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
