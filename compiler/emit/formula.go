package emit

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// maxFormula is how long a formula in a comment gets, in bytes.
const maxFormula = 120

// A formula writes an expression for comments, in the notation of NumPy.
type formula struct {
	b       strings.Builder
	operand func(i int) string
	param   func(i int) string
}

func (f *formula) text(e *ir.Expr) string {
	f.expr(e, 0)
	s := f.b.String()
	if len(s) > maxFormula {
		s = strings.ToValidUTF8(s[:maxFormula], "") + " ..."
	}
	return s
}

// infix are the ops that are written between or before their operands, with
// their precedence in Python.
var infix = map[string]struct {
	sign string
	prec int
}{
	"logical_or": {"or", 1}, "logical_and": {"and", 2},
	"less": {"<", 4}, "less_equal": {"<=", 4}, "greater": {">", 4}, "greater_equal": {">=", 4}, "equal": {"==", 4}, "not_equal": {"!=", 4},
	"bitwise_or": {"|", 5}, "bitwise_xor": {"^", 6}, "bitwise_and": {"&", 7}, "left_shift": {"<<", 8}, "right_shift": {">>", 8},
	"add": {"+", 9}, "subtract": {"-", 9}, "multiply": {"*", 10}, "divide": {"/", 10}, "floor_divide": {"//", 10}, "remainder": {"%", 10}, "matmul": {"@", 10},
	"power": {"**", 12}, "negative": {"-", 11},
}

func (f *formula) expr(e *ir.Expr, prec int) {
	if f.b.Len() > maxFormula {
		return
	}
	switch e.Kind {
	case ir.ExprOp:
		f.op(e, prec)
	case ir.ExprFunc:
		f.b.WriteString(e.Func.Title())
		f.list("(", e.Args, ")")
	case ir.ExprOperand:
		f.b.WriteString(f.operand(e.N))
	case ir.ExprParam:
		f.b.WriteString(f.param(e.N))
	case ir.ExprConst:
		f.b.WriteString(constText(e.Const))
	case ir.ExprList:
		f.list("[", e.Args, "]")
	case ir.ExprTuple:
		f.list("(", e.Args, ")")
	case ir.ExprDict:
		f.dict(e)
	case ir.ExprSlice:
		f.slice(e)
	}
}

func (f *formula) op(e *ir.Expr, prec int) {
	sign, known := infix[e.Op]
	if !known || len(e.Kwargs) > 0 || len(e.Args) > 2 || len(e.Args) == 0 || len(e.Args) == 1 && e.Op != "negative" {
		f.call(e)
		return
	}
	if sign.prec < prec {
		f.b.WriteByte('(')
		defer f.b.WriteByte(')')
	}
	if len(e.Args) == 1 {
		f.b.WriteString(sign.sign)
		f.expr(e.Args[0], sign.prec)
		return
	}
	f.expr(e.Args[0], sign.prec)
	f.b.WriteString(" " + sign.sign + " ")
	f.expr(e.Args[1], sign.prec+1)
}

// call writes an op as a function, and an index behind what it indexes.
func (f *formula) call(e *ir.Expr) {
	if e.Op == "getitem" && len(e.Args) == 2 {
		f.expr(e.Args[0], 13)
		if ix := e.Args[1]; ix.Kind == ir.ExprTuple {
			f.list("[", ix.Args, "]")
		} else {
			f.list("[", e.Args[1:], "]")
		}
		return
	}
	f.b.WriteString(e.Op)
	f.list("(", e.Args, "")
	for i, kw := range e.Kwargs {
		if i > 0 || len(e.Args) > 0 {
			f.b.WriteString(", ")
		}
		f.b.WriteString(kw.Name + "=")
		f.expr(kw.Value, 0)
		if f.b.Len() > maxFormula {
			return
		}
	}
	f.b.WriteByte(')')
}

func (f *formula) list(open string, args []*ir.Expr, end string) {
	f.b.WriteString(open)
	for i, a := range args {
		if i > 0 {
			f.b.WriteString(", ")
		}
		f.expr(a, 0)
		if f.b.Len() > maxFormula {
			return
		}
	}
	f.b.WriteString(end)
}

func (f *formula) dict(e *ir.Expr) {
	f.b.WriteByte('{')
	for i := 0; i+1 < len(e.Args) && f.b.Len() <= maxFormula; i += 2 {
		if i > 0 {
			f.b.WriteString(", ")
		}
		f.expr(e.Args[i], 0)
		f.b.WriteString(": ")
		f.expr(e.Args[i+1], 0)
	}
	f.b.WriteByte('}')
}

func (f *formula) slice(e *ir.Expr) {
	for i, a := range e.Args {
		none := a.Kind == ir.ExprConst && a.Const.Kind == ir.ConstNone
		if i == 2 && none {
			return
		}
		if i > 0 {
			f.b.WriteByte(':')
		}
		if !none {
			f.expr(a, 9)
		}
	}
}

// constText writes a literal.
func constText(c *ir.Const) string {
	if c == nil {
		return "None"
	}
	switch c.Kind {
	case ir.ConstNone:
		return "None"
	case ir.ConstBool:
		return strconv.FormatBool(c.Bool)
	case ir.ConstInt:
		if c.Uint != 0 {
			return strconv.FormatUint(c.Uint, 10)
		}
		return strconv.FormatInt(c.Int, 10)
	case ir.ConstFloat:
		return strconv.FormatFloat(c.Float, 'g', -1, 64)
	case ir.ConstComplex:
		return strconv.FormatComplex(c.Cmplx, 'g', -1, 128)
	case ir.ConstString:
		return strconv.Quote(shorten(c.Str, 30))
	case ir.ConstBytes:
		return fmt.Sprintf("bytes of length %d", len(c.Bytes))
	case ir.ConstDType:
		return c.DType.String()
	case ir.ConstEllipsis:
		return "..."
	case ir.ConstNewaxis:
		return "newaxis"
	case ir.ConstArray:
		return "array" + ir.ShapeString(c.Shape)
	case ir.ConstNpy:
		return strconv.Quote(shorten(c.Str, 30))
	}
	return shorten(c.Str, 40)
}

func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "..."
}

// indexNames are the names of the grid's axes in formulas.
var indexNames = []string{"i", "j", "k", "l", "m", "n"}

func indexName(axis int) string {
	if axis < len(indexNames) {
		return indexNames[axis]
	}
	return fmt.Sprintf("i%d", axis)
}

// affineText writes an affine form of the grid index: 2*i+1.
func affineText(a *ir.Affine) string {
	var b strings.Builder
	for k, c := range a.Coef {
		switch {
		case c == 0:
			continue
		case c < 0:
			b.WriteByte('-')
		case b.Len() > 0:
			b.WriteByte('+')
		}
		if c != 1 && c != -1 {
			fmt.Fprintf(&b, "%d*", max(c, -c))
		}
		b.WriteString(indexName(k))
	}
	switch {
	case b.Len() == 0:
		return strconv.FormatInt(a.Base, 10)
	case a.Base != 0:
		fmt.Fprintf(&b, "%+d", a.Base)
	}
	return b.String()
}

// layerText writes the name of a layer as it stands in formulas.
func layerText(l *ir.Layer) string {
	for _, r := range l.Name {
		if r == '"' || r == ' ' || r == '\\' || r < ' ' || r > '~' {
			return strconv.Quote(shorten(l.Name, 60))
		}
	}
	if l.Name == "" {
		return `""`
	}
	return shorten(l.Name, 60)
}

// operandText writes what an operand reads: x[i, j+1], x[:, j].
func operandText(op *ir.Operand) string {
	s := layerText(op.Layer)
	if op.Access.Table != nil {
		return s + "[...]"
	}
	if len(op.Access.Axes) == 0 {
		return s
	}
	parts := make([]string, len(op.Access.Axes))
	for i := range op.Access.Axes {
		parts[i] = axisText(&op.Access.Axes[i], op.Layer.Grid[i].N)
	}
	return s + "[" + strings.Join(parts, ", ") + "]"
}

// axisText writes the selection along an axis of n indices.
func axisText(a *ir.AxisAccess, n int64) string {
	start := affineText(&a.Start)
	if !a.List {
		return start
	}
	count := affineText(&a.Count)
	if start == "0" && count == strconv.FormatInt(n, 10) && a.Step == 1 {
		return ":"
	}
	end := ir.Affine{Base: a.Start.Base + a.Step*a.Count.Base, Coef: make([]int64, max(len(a.Start.Coef), len(a.Count.Coef)))}
	for k, c := range a.Start.Coef {
		end.Coef[k] += c
	}
	for k, c := range a.Count.Coef {
		end.Coef[k] += a.Step * c
	}
	s := start + ":" + affineText(&end)
	if a.Step != 1 {
		s += ":" + strconv.FormatInt(a.Step, 10)
	}
	return s
}
