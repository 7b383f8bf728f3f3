package emit

import (
	"fmt"
	"path"
	"sort"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
)

// addLayer writes the method that declares a layer, and its kernels.
func (u *unit) addLayer(l *ir.Layer, created bool) error {
	var body, kernels []jen.Code
	if !created {
		body = append(body, u.newLayer(l))
	}
	scope := newNamer(u.em.inner)
	for _, c := range l.Cases {
		cw := &caseWriter{u: u, l: l, c: c, scope: scope}
		stmt, kernel, err := cw.write()
		if err != nil {
			return err
		}
		body = append(append(body, cw.prelude...), stmt)
		if kernel != nil {
			kernels = append(kernels, kernel)
		}
	}
	name := "add" + upperFirst(u.ids[l])
	u.decls = append(u.decls, comments(u.layerComment(name, l)), u.method(name).Block(body...).Line())
	u.decls = append(u.decls, kernels...)
	return nil
}

// newLayer creates the layer.
func (u *unit) newLayer(l *ir.Layer) jen.Code {
	info := []jen.Code{jen.Id("Name").Op(":").Lit(l.Name)}
	if len(l.Grid) > 0 {
		grid := make([]jen.Code, len(l.Grid))
		for i, e := range l.Grid {
			grid[i] = jen.Lit(int(e.N))
		}
		info = append(info, jen.Id("Grid").Op(":").Index().Int().Values(grid...))
	}
	if u.em.opts.Positions && l.Pos.File != "" {
		info = append(info, jen.Id("Pos").Op(":").Lit(fmt.Sprintf("%s:%d", path.Base(l.Pos.File), l.Pos.Line))) // no folder: equal graphs give equal bytes
	}
	if op := opName(l); op != "" {
		info = append(info, jen.Id("Op").Op(":").Lit(op))
	}
	if l.Keys != nil {
		info = append(info, jen.Id("Keys").Op(":").Add(u.keys(l)))
	}
	return u.field(l).Op("=").Qual(runtimePath, "NewLayer").Index(goType(l.Type)).
		Call(jen.Id(u.em.builder), jen.Qual(runtimePath, "Info").Values(info...))
}

// opName says in a word what a layer computes.
func opName(l *ir.Layer) string {
	if len(l.Cases) == 0 {
		return ""
	}
	e := l.Cases[0].Kernel
	if e.Kind == ir.ExprOp || e.Kind == ir.ExprFunc {
		return describe(e)
	}
	return ""
}

// keyText writes a key as messages show it: "y" or ("y", 3, 4).
func keyText(k ir.Key) string {
	if k.Index == nil {
		return fmt.Sprintf("%q", k.Name)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "(%q", k.Name)
	for _, p := range k.Index {
		if p.IsStr {
			fmt.Fprintf(&b, ", %q", p.Str)
		} else {
			fmt.Fprintf(&b, ", %d", p.Int)
		}
	}
	return b.String() + ")"
}

// A caseWriter writes one case of a layer.
type caseWriter struct {
	u       *unit
	l       *ir.Layer
	c       *ir.Case
	low     *lowering
	slots   []int       // operands that the kernel uses, in the order of their use
	slot    map[int]int // the reverse
	params  []int       // per-task literals that the kernel uses, ascending
	scope   *namer      // of the method that declares the layer
	prelude []jen.Code  // statements before the case: columns of literals
	columns map[int]goExpr
}

// write returns the statement that declares the case, and the kernel function
// if it needs one that is not written yet.
func (cw *caseWriter) write() (stmt, kernel jen.Code, err error) {
	if cw.low, err = lower(cw.c); err != nil {
		return nil, nil, fmt.Errorf("layer %q: %w", cw.l.Name, err)
	}
	cw.findUsed()
	em := cw.u.em
	body, taskless, err := cw.inline()
	if err != nil {
		return nil, nil, fmt.Errorf("layer %q: %w", cw.l.Name, err)
	}
	if body == nil {
		var fn string
		if fn, taskless, kernel, err = cw.kernel(); err != nil {
			return nil, nil, fmt.Errorf("layer %q: %w", cw.l.Name, err)
		}
		args := append(cw.operandValues(), cw.paramValues()...)
		if !taskless {
			args = append([]goExpr{name(em.task)}, args...)
		}
		taskless = taskless && len(args) == 0
		body = []jen.Code{jen.Return(call(jen.Id(fn), args...).code)}
	}
	param := jen.Id(em.task).Op("*").Qual(runtimePath, "Task")
	if taskless {
		param = jen.Op("*").Qual(runtimePath, "Task")
	}
	run := jen.Func().Params(param).Params(goType(cw.l.Type), jen.Error()).Block(body...)
	args := append([]jen.Code{cw.where(), run}, cw.reads()...)
	return cw.u.field(cw.l).Dot("Case").Call(args...), kernel, nil
}

// findUsed lists the operands and per-task literals that the kernel uses.
func (cw *caseWriter) findUsed() {
	cw.slot = map[int]int{}
	seen := map[int]bool{}
	for _, n := range cw.low.nodes {
		switch n.kind {
		case operandNode:
			cw.slots = append(cw.slots, n.expr.N)
		case paramNode:
			seen[n.expr.N] = true
		}
	}
	for i, n := range cw.slots {
		cw.slot[n] = i
	}
	for n := range cw.low.intParams {
		seen[n] = true
	}
	for n := range seen {
		cw.params = append(cw.params, n)
	}
	sort.Ints(cw.params)
	cw.columns = map[int]goExpr{}
}

// operandValues returns the expressions that give a task its operands.
func (cw *caseWriter) operandValues() []goExpr {
	values := make([]goExpr, len(cw.slots))
	for i, n := range cw.slots {
		op := &cw.c.Operands[n]
		get := "Get"
		if op.Access.List() {
			get = "List"
		}
		values[i] = goExpr{
			code: cw.u.field(op.Layer).Dot(get).Call(jen.Id(cw.u.em.task), jen.Lit(i)),
			prec: primaryPrec, weight: 1,
		}
	}
	return values
}

// inline returns the body of a kernel that is one line, with the operands
// fetched where they are used; nil if it is longer.
func (cw *caseWriter) inline() (body []jen.Code, taskless bool, err error) {
	for _, n := range cw.low.nodes {
		if (n.kind == operandNode || n.kind == paramNode) && len(n.users) > 1 {
			return nil, false, nil
		}
	}
	for _, uses := range cw.low.intParams {
		if uses > 1 {
			return nil, false, nil
		}
	}
	w := cw.u.em.newFunc(cw.low, cw.u.ids[cw.l], cw.l.Type)
	w.trial = true
	w.operands = cw.place(cw.slots, cw.operandValues())
	w.params = cw.place(cw.params, cw.paramValues())
	w.finish(cw.low.root)
	if len(w.body) != 1 || w.err != nil {
		return nil, false, w.err
	}
	return w.body, len(cw.slots)+len(cw.params) == 0 && !w.usesTask, nil
}

// place spreads expressions to the numbers under which the kernel knows them.
func (cw *caseWriter) place(at []int, values []goExpr) []goExpr {
	var out []goExpr
	for i, n := range at {
		for len(out) <= n {
			out = append(out, goExpr{})
		}
		out[n] = values[i]
	}
	return out
}

// kernel returns the name of the kernel function; decl is nil if an equal one
// was written before.
func (cw *caseWriter) kernel() (fn string, taskless bool, decl jen.Code, err error) {
	em := cw.u.em
	w := em.newFunc(cw.low, cw.u.ids[cw.l], cw.l.Type)
	var params paramList
	operands := make([]goExpr, len(cw.slots))
	for i, n := range cw.slots {
		v := w.names.local(operandName(i))
		operands[i] = name(v)
		typ := operandType(&cw.c.Operands[n])
		params.add(v, reprKey(typ), goType(typ))
	}
	literals := make([]goExpr, len(cw.params))
	for i, n := range cw.params {
		v := w.names.local(paramName(i))
		literals[i] = name(v)
		params.add(v, fmt.Sprint("literal", cw.low.intOnly[n], reprKey(cw.c.Params[n].Type)), cw.paramType(n))
	}
	w.operands, w.params = cw.place(cw.slots, operands), cw.place(cw.params, literals)
	w.finish(cw.low.root)
	if w.err != nil {
		return "", false, nil, w.err
	}
	key := cw.key()
	if fn, ok := em.kernels[key]; ok {
		return fn, !w.usesTask, nil, nil
	}
	fn = em.top.take(cw.u.kernelName(cw.l))
	em.kernels[key] = fn
	list := params.codes()
	if w.usesTask {
		list = append([]jen.Code{jen.Id(em.task).Op("*").Qual(runtimePath, "Task")}, list...)
	}
	decl = comment(fn+" computes "+cw.bodyFormula()+".").Line().
		Func().Id(fn).Params(list...).Params(goType(cw.l.Type), jen.Error()).Block(w.body...).Line()
	return fn, !w.usesTask, decl, nil
}

// kernelName returns the wanted name of a layer's kernel: kernelY in a program,
// standardizeY in a library.
func (u *unit) kernelName(l *ir.Layer) string {
	id := upperFirst(u.ids[l])
	if id == upperFirst(u.kernelPrefix) {
		id = "Kernel"
	}
	return u.kernelPrefix + id
}

// key is the text of the kernel function: equal functions have equal texts.
func (cw *caseWriter) key() string {
	var b strings.Builder
	b.WriteString(cw.low.key() + " " + reprKey(cw.l.Type))
	for _, n := range cw.slots {
		b.WriteString(" " + reprKey(operandType(&cw.c.Operands[n])))
	}
	for _, n := range cw.params {
		fmt.Fprintf(&b, " %s %v", reprKey(cw.c.Params[n].Type), cw.low.intOnly[n])
	}
	return b.String()
}

// operandType returns the type of an operand: of a value of the layer, or of a
// list of them.
func operandType(op *ir.Operand) *ir.Type {
	if op.Access.List() {
		return ir.ListType(op.Layer.Type)
	}
	return op.Layer.Type
}

// operandName is the name of operand i in a kernel.
func operandName(i int) string {
	const letters = "abcdefgh"
	if i < len(letters) {
		return letters[i : i+1]
	}
	return fmt.Sprintf("x%d", i)
}

func paramName(i int) string { return string("pqrsuvw"[min(i, 6)]) }

// A paramList is the parameters of a function; neighbours of one type share it.
type paramList struct {
	names [][]jen.Code
	types []jen.Code
	last  string
}

// add adds a parameter. Types are the same if their keys are.
func (p *paramList) add(name, key string, t jen.Code) {
	if n := len(p.types); n > 0 && p.last == key {
		p.names[n-1] = append(p.names[n-1], jen.Id(name))
		return
	}
	p.names, p.types, p.last = append(p.names, []jen.Code{jen.Id(name)}), append(p.types, t), key
}

func (p *paramList) codes() []jen.Code {
	list := make([]jen.Code, len(p.types))
	for i, t := range p.types {
		list[i] = jen.List(p.names[i]...).Add(t)
	}
	return list
}
