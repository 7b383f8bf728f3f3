package emit

import (
	"go/token"

	"github.com/dave/jennifer/jen"
)

// A goExpr is a Go expression with what is needed to place it inside another.
type goExpr struct {
	code    jen.Code
	typed   jen.Code // for constants: the form whose own type is right, where nothing else gives it
	prec    int      // how tightly its outermost operator binds, as go/token counts
	atom    bool     // a name, an element or a literal: evaluating it twice costs nothing
	konst   bool     // a constant for the Go compiler, whose arithmetic is exact and checked
	special bool     // a number without a literal: NaN, an infinity, -0
	weight  int      // operators and calls inside
	ident   string   // the name, if it is one
}

const (
	unaryPrec   = token.UnaryPrec
	primaryPrec = token.HighestPrec
)

func atom(c jen.Code) goExpr { return goExpr{code: c, prec: primaryPrec, atom: true} }

func name(s string) goExpr {
	e := atom(jen.Id(s))
	e.ident = s
	return e
}

// within returns the expression's code, in parentheses if it binds less tightly
// than prec.
func (e goExpr) within(prec int) jen.Code {
	if e.prec < prec {
		return jen.Parens(e.code)
	}
	return e.code
}

// call returns fun(args...).
func call(fun jen.Code, args ...goExpr) goExpr {
	codes, weight := make([]jen.Code, len(args)), 1
	for i, a := range args {
		codes[i] = a.code
		weight += a.weight
	}
	return goExpr{code: jen.Add(fun).Call(codes...), prec: primaryPrec, weight: weight}
}

func infixExpr(x goExpr, op token.Token, y goExpr) goExpr {
	prec := op.Precedence()
	return goExpr{
		code:   jen.Add(x.within(prec)).Op(op.String()).Add(y.within(prec + 1)),
		prec:   prec,
		konst:  x.konst && y.konst,
		weight: x.weight + y.weight + 1,
	}
}
