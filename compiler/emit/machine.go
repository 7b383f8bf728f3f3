package emit

import (
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/runtime/vector"
)

// Limits on an expression that is computed in registers, so that it keeps those
// of package vector: with so few uses, and so few shared values, it never needs
// more temporaries than there are.
const (
	maxExprUses   = 32 // ops, shared ones as often as they stand in the text
	maxExprShared = 4  // values that are used more than once
)

// exprOp returns how the op that computes the strip is written in expressions of
// package vector; "" if they do not have it.
func (s *strip) exprOp() string {
	if s.loop == nil || s.call == nil || s.cast() || s.d != ir.Float64 && s.d != ir.Float32 {
		return ""
	}
	for _, d := range s.loop.In {
		if d != s.d && d != ir.NoDType {
			return ""
		}
	}
	return vector.ExprOp(s.loop.Vector)
}

// joinExprs puts what an expression of package vector can compute into the step
// of what reads it, where that is one such step.
func (p *stripPlan) joinExprs() {
	for i := len(p.all) - 1; i >= 0; i-- {
		s := p.all[i]
		if s.exprOp() == "" || len(s.users) == 0 || slices.Contains(p.tops, s) {
			continue
		}
		into := s.users[0].step
		if into.exprOp() == "" || into.d != s.d || slices.ContainsFunc(s.users, func(u *strip) bool { return u.step != into }) {
			continue
		}
		if s.step = into; !p.measure(into).fits() {
			s.step = s
		}
	}
}

// A regionSize says how large the expression of a step is.
type regionSize struct {
	uses     int
	shared   map[*strip]bool
	operands map[*strip]bool
	numbers  map[elemKey]bool
}

// measure measures the expression of a step.
func (p *stripPlan) measure(step *strip) *regionSize {
	r := &regionSize{shared: map[*strip]bool{}, operands: map[*strip]bool{}, numbers: map[elemKey]bool{}}
	r.visit(step, step)
	return r
}

func (r *regionSize) visit(s, step *strip) {
	if r.uses++; r.uses > maxExprUses {
		return
	}
	for _, i := range s.call.args {
		switch a := s.args[i]; {
		case a == nil:
			r.numbers[elemKey{s.n.args[i], s.n.in[i]}] = true
		case a.leaf || a.step != step:
			r.operands[a] = true
		default:
			if len(a.users) > 1 {
				r.shared[a] = true
			}
			r.visit(a, step)
		}
	}
}

func (r *regionSize) fits() bool {
	return r.uses <= maxExprUses && len(r.shared) <= maxExprShared && len(r.operands) <= vector.MaxOperands && len(r.numbers) <= vector.MaxNumbers
}

// An exprWriter writes the text of an expression of package vector.
type exprWriter struct {
	s        *strips
	step     *strip
	operands []*strip
	slices   []string // the operands' names
	numbers  []string // names of what With gives
	values   []goExpr
}

// expression writes a step that evaluates an expression.
func (s *strips) expression(st *strip) jen.Code {
	x := &exprWriter{s: s, step: st}
	text, _ := x.write(st)
	head := strings.Join(x.slices, ", ")
	if len(x.numbers) > 0 {
		head += "; " + strings.Join(x.numbers, ", ")
	}
	v := s.w.expr(st.d, head+": "+text)
	if len(x.values) > 0 {
		v = s.w.bind(&s.w.body, "expr", call(jen.Id(v).Dot("With"), x.values...)).ident
	}
	args := []jen.Code{jen.Id(st.buf.name)}
	for _, a := range x.operands {
		args = append(args, s.named(a))
	}
	return jen.Id(v).Dot("Eval").Call(args...)
}

// write returns the text of what a strip is computed by, and how tightly it binds.
func (x *exprWriter) write(s *strip) (text string, prec int) {
	op := s.exprOp()
	var args []string
	var precs []int
	for _, i := range s.call.args {
		t, p := x.operand(s, i)
		args, precs = append(args, t), append(precs, p)
	}
	within := func(i, prec int) string {
		if precs[i] < prec {
			return "(" + args[i] + ")"
		}
		return args[i]
	}
	switch {
	case op == "negative":
		return "-" + within(0, unaryPrec), unaryPrec
	case op == "+" || op == "-":
		return within(0, token.ADD.Precedence()) + " " + op + " " + within(1, token.MUL.Precedence()), token.ADD.Precedence()
	case op == "*" || op == "/":
		return within(0, token.MUL.Precedence()) + op + within(1, unaryPrec), token.MUL.Precedence()
	}
	return op + "(" + strings.Join(args, ", ") + ")", primaryPrec
}

// operand returns the text of argument i of what a strip is computed by.
func (x *exprWriter) operand(s *strip, i int) (text string, prec int) {
	a := s.args[i]
	switch {
	case a == nil:
		return x.number(s.n.args[i], s.n.in[i]), unaryPrec
	case !a.leaf && a.step == x.step:
		return x.write(a)
	}
	k := slices.Index(x.operands, a)
	if k < 0 {
		k = len(x.operands)
		x.operands, x.slices = append(x.operands, a), append(x.slices, x.s.stripName(a))
	}
	return x.slices[k], primaryPrec
}

// number returns the text of what is the same for all elements: a literal, or the
// name of what With is given.
func (x *exprWriter) number(n *node, d ir.DType) string {
	e := x.s.hoisted(n, d)
	if literal(n) && e.ident == "" {
		if v := constNumber(n.expr.Const, d); !v.special() {
			return strconv.FormatFloat(v.f, 'g', -1, int(8*d.Size()))
		}
	}
	if e.ident == "" {
		e = x.s.w.bind(&x.s.w.body, "c", e)
	}
	if !slices.Contains(x.numbers, e.ident) {
		x.numbers, x.values = append(x.numbers, e.ident), append(x.values, e)
	}
	return e.ident
}

// stripName returns the name of the variable that holds a strip.
func (s *strips) stripName(st *strip) string {
	if st.leaf {
		return s.idents[st]
	}
	return st.buf.name
}

// expr returns the variable of package level that holds an expression.
func (w *funcWriter) expr(d ir.DType, text string) string {
	em := w.em
	if w.trial {
		return "expr"
	}
	key := d.String() + " " + text
	v, ok := em.exprs[key]
	if !ok {
		base := w.layer + "Expr"
		v = base
		for i := 2; w.names.used(v) || !em.top.free(v); i++ {
			v = numbered(base, i)
		}
		em.top.taken[v], em.inner.taken[v] = true, true
		em.exprs[key] = v
		em.decls = append(em.decls, jen.Var().Id(v).Op("=").Qual(vectorPath, "NewExpr").Index(jen.Id(d.String())).Call(jen.Lit(text)).Line())
	}
	return v
}

// joined says whether a step computes several ops.
func (st *strip) joined() bool {
	return st.exprOp() != "" && slices.ContainsFunc(st.args, func(a *strip) bool { return a != nil && !a.leaf && a.step == st })
}
