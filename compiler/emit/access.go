package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
)

// where writes the subset of the grid that a case covers.
func (cw *caseWriter) where() jen.Code {
	s := &cw.c.Where
	switch {
	case s.IDs != nil:
		return jen.Qual(runtimePath, "IDs").Call(cw.u.uint32s(cw.column("where"), s.IDs))
	case len(s.Box) == 0:
		return jen.Qual(runtimePath, "All").Call()
	}
	ranges := make([]jen.Code, len(s.Box))
	for i, r := range s.Box {
		ranges[i] = jen.Qual(runtimePath, "Range").Values(
			field("Lo", jen.Lit(int(r.Lo))), field("Hi", jen.Lit(int(r.Hi))), field("Step", jen.Lit(int(r.Step))),
		)
	}
	return jen.Qual(runtimePath, "Box").Call(ranges...)
}

// column names a table of the case in the table file.
func (cw *caseWriter) column(what string) string {
	for i, c := range cw.l.Cases {
		if c == cw.c && i > 0 {
			what = numbered("case", i+1) + "." + what
		}
	}
	return cw.u.columnName(cw.l, what)
}

// columnName names a table of a layer in the table file.
func (u *unit) columnName(l *ir.Layer, what string) string {
	name := u.ids[l] + "." + what
	if u.kernelPrefix != programPrefix {
		name = u.kernelPrefix + "." + name
	}
	return name
}

// reads writes what each operand reads.
func (cw *caseWriter) reads() []jen.Code {
	reads := make([]jen.Code, len(cw.slots))
	for i, n := range cw.slots {
		reads[i] = cw.read(&cw.c.Operands[n], operandName(i))
	}
	return reads
}

func (cw *caseWriter) read(op *ir.Operand, slot string) jen.Code {
	field := cw.u.field(op.Layer)
	if t := op.Access.Table; t != nil {
		ids := cw.u.uint32s(cw.column(slot), t.IDs)
		if !t.List {
			return field.Dot("Table").Call(ids)
		}
		return field.Dot("TableList").Call(cw.u.uint32s(cw.column(slot+".offsets"), offsets(t)), ids)
	}
	ix := make([]jen.Code, len(op.Access.Axes))
	for i := range op.Access.Axes {
		ix[i] = axisAccess(&op.Access.Axes[i])
	}
	return field.Dot("At").Call(ix...)
}

// offsets returns the offsets of a table of lists: one entry a list if the
// table leaves them out.
func offsets(t *ir.Table) []uint32 {
	if t.Offsets != nil {
		return t.Offsets
	}
	all := make([]uint32, len(t.IDs)+1)
	for i := range all {
		all[i] = uint32(i)
	}
	return all
}

func axisAccess(a *ir.AxisAccess) jen.Code {
	start := affineIx(&a.Start)
	if !a.List {
		return start
	}
	return jen.Qual(runtimePath, "Many").Call(start, affineIx(&a.Count), jen.Lit(int(a.Step)))
}

// affineIx writes an affine form of the grid index.
func affineIx(a *ir.Affine) jen.Code {
	coef := trimZeros(a.Coef)
	switch {
	case len(coef) == 0:
		return jen.Qual(runtimePath, "Fix").Call(jen.Lit(int(a.Base)))
	case a.Base == 0 && isUnit(coef):
		return jen.Qual(runtimePath, "I").Call(jen.Lit(len(coef) - 1))
	}
	args := []jen.Code{jen.Lit(int(a.Base))}
	for _, c := range coef {
		args = append(args, jen.Lit(int(c)))
	}
	return jen.Qual(runtimePath, "Lin").Call(args...)
}

func trimZeros(c []int64) []int64 {
	for len(c) > 0 && c[len(c)-1] == 0 {
		c = c[:len(c)-1]
	}
	return c
}

// isUnit says whether only the last coefficient is not zero, and one.
func isUnit(c []int64) bool {
	for _, v := range c[:len(c)-1] {
		if v != 0 {
			return false
		}
	}
	return c[len(c)-1] == 1
}

// affineValue writes an affine form of the task's index as a Go int.
func (cw *caseWriter) affineValue(a *ir.Affine) goExpr {
	var sum *jen.Statement
	terms := 0
	for k, c := range a.Coef {
		if c == 0 {
			continue
		}
		index := jen.Id(cw.u.em.task).Dot("Index").Call(jen.Lit(k))
		if c != 1 {
			index = jen.Lit(int(c)).Op("*").Add(index)
		}
		if sum == nil {
			sum = index
		} else {
			sum = sum.Op("+").Add(index)
		}
		terms++
	}
	switch {
	case sum == nil:
		return goExpr{code: jen.Lit(int(a.Base)), prec: unaryPrec, atom: true, konst: true}
	case a.Base < 0:
		sum = sum.Op("-").Lit(int(-a.Base))
	case a.Base > 0:
		sum = sum.Op("+").Lit(int(a.Base))
	}
	return goExpr{code: sum, prec: 4, weight: terms}
}
