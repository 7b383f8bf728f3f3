package emit

import (
	"math"

	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/runtime"
)

// paramType returns the Go type of a per-task literal.
func (cw *caseWriter) paramType(n int) jen.Code {
	if cw.low.intOnly[n] {
		return jen.Int()
	}
	return goType(cw.c.Params[n].Type)
}

// paramValues returns the expressions that give a task its literals.
func (cw *caseWriter) paramValues() []goExpr {
	values := make([]goExpr, len(cw.params))
	for i, n := range cw.params {
		values[i] = cw.paramValue(i, n)
	}
	return values
}

func (cw *caseWriter) paramValue(i, n int) goExpr {
	p := &cw.c.Params[n]
	if p.Affine != nil {
		e := cw.affineValue(p.Affine)
		if !e.konst && !cw.low.intOnly[n] {
			e = call(goType(p.Type), e)
		}
		return e
	}
	e, ok := cw.columns[n]
	if !ok {
		e = cw.newColumn(paramName(i), p, cw.low.intOnly[n])
		cw.columns[n] = e
	}
	return e
}

// newColumn declares the column of a per-task literal before the case, and
// returns the expression of a task's entry.
func (cw *caseWriter) newColumn(what string, p *ir.Param, ints bool) goExpr {
	ordinal := jen.Id(cw.u.em.task).Dot("Ordinal").Call()
	v := cw.scope.local(what)
	entry := goExpr{code: jen.Id(v).Index(ordinal), prec: primaryPrec, weight: 1}
	values := p.Values
	if p.Ints != nil {
		values = intConsts(p.Ints)
	}
	typ := p.Type
	if ints {
		typ = &ir.Type{Kind: ir.TypeGo, Go: &ir.GoType{Expr: "int"}}
	}
	column, entry := cw.columnOf(cw.column(what), values, typ, entry)
	cw.prelude = append(cw.prelude, jen.Id(v).Op(":=").Add(column))
	return entry
}

func intConsts(list []int64) []*ir.Const {
	consts := make([]*ir.Const, len(list))
	for i, v := range list {
		consts[i] = &ir.Const{Kind: ir.ConstInt, Int: v}
	}
	return consts
}

// columnOf returns a column of literals and the expression of an entry, which
// is given as it is in a plain slice.
func (cw *caseWriter) columnOf(column string, values []*ir.Const, t *ir.Type, entry goExpr) (jen.Code, goExpr) {
	d := t.NumberDType()
	switch {
	case len(values) <= maxLiteral || !constsOnly(values, d, t):
		return cw.literals(values, t), entry
	case t.Kind == ir.TypeString:
		texts := make([]string, len(values))
		for i, c := range values {
			texts[i] = c.Str
		}
		return cw.u.strings(column, texts), entry
	}
	words := make([]int64, len(values))
	for i, c := range values {
		words[i] = numberWord(constNumber(c, d))
	}
	return cw.u.table("Int64", runtime.Column{Name: column, I64: words}), goNumberOf(entry, d, t)
}

// constsOnly says whether literals can stand in the table file: strings, or
// real numbers.
func constsOnly(values []*ir.Const, d ir.DType, t *ir.Type) bool {
	for _, c := range values {
		switch c.Kind {
		case ir.ConstString:
			if t.Kind != ir.TypeString {
				return false
			}
		case ir.ConstBool, ir.ConstInt, ir.ConstFloat:
			if d == ir.NoDType || d.Kind() == 'c' {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// numberWord is the form in which a table keeps a number.
func numberWord(n number) int64 {
	switch n.dtype.Kind() {
	case 'b':
		if n.b {
			return 1
		}
		return 0
	case 'u':
		return int64(n.u)
	case 'f':
		return int64(math.Float64bits(n.f))
	}
	return n.i
}

// goNumberOf turns an entry of a table into a number of type t.
func goNumberOf(entry goExpr, d ir.DType, t *ir.Type) goExpr {
	switch d.Kind() {
	case 'b':
		return goExpr{code: jen.Add(entry.code).Op("!=").Lit(0), prec: 3, weight: entry.weight + 1}
	case 'f':
		entry = call(jen.Qual("math", "Float64frombits"), call(jen.Uint64(), entry))
		if d == ir.Float64 && t.Kind == ir.TypeScalar {
			return entry
		}
	default:
		if d == ir.Int64 && t.Kind == ir.TypeScalar {
			return entry
		}
	}
	return call(goType(t), entry)
}

// literals writes a column as a Go slice.
func (cw *caseWriter) literals(values []*ir.Const, t *ir.Type) jen.Code {
	items := make([]jen.Code, len(values))
	for i, c := range values {
		e, _ := cw.u.em.constant(c, t, cw.u.ids[cw.l])
		items[i] = e.code
	}
	return jen.Index().Add(goType(t)).Values(items...)
}
