package ref

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"sync"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// A template is the parsed expression of an elementwise op's loop, which
// evalTemplate interprets by Go's rules on values of the dtypes' Go types.
// Untyped constants are constant.Value.
type template struct{ expr ast.Expr }

var (
	placeholder = regexp.MustCompile(`\$(\d)`)
	templates   sync.Map // source to *template
)

func parseTemplate(src string) (*template, error) {
	if t, ok := templates.Load(src); ok {
		return t.(*template), nil
	}
	e, err := parser.ParseExpr(placeholder.ReplaceAllString(src, "operand$1"))
	if err != nil {
		return nil, fmt.Errorf("template %q: %w", src, err)
	}
	t, _ := templates.LoadOrStore(src, &template{e})
	return t.(*template), nil
}

// Eval evaluates the expression of a loop on one element of each operand, and
// returns an element of dtype out.
func Eval(src string, out ir.DType, operands ...any) (x any, err error) {
	t, err := parseTemplate(src)
	if err != nil {
		return nil, err
	}
	defer func() {
		if r := recover(); r != nil {
			if e, ok := r.(error); ok {
				err = e
			} else {
				err = fmt.Errorf("%v", r)
			}
		}
	}()
	x = t.eval(t.expr, operands)
	if c, ok := x.(constant.Value); ok {
		x = fromConstant(c, out)
	}
	if dtypeOf(x) != out {
		return nil, fmt.Errorf("template %q gives %T, not %s", src, x, out)
	}
	return x, nil
}

// convert converts an element as stdops.CastExpr says.
func convert(x any, to ir.DType) any {
	from := dtypeOf(x)
	if from == to {
		return x
	}
	y, err := Eval(stdops.CastExpr(from, to), to, x)
	if err != nil {
		panic(err)
	}
	return y
}

func (t *template) eval(e ast.Expr, ops []any) any {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return t.eval(e.X, ops)
	case *ast.BasicLit:
		return constant.MakeFromLiteral(e.Value, e.Kind, 0)
	case *ast.Ident:
		if i, err := strconv.Atoi(e.Name[len(e.Name)-1:]); err == nil && e.Name[:len(e.Name)-1] == "operand" {
			return ops[i]
		}
	case *ast.SelectorExpr:
		if name := e.X.(*ast.Ident).Name + "." + e.Sel.Name; name == "math.Pi" {
			return constant.MakeFloat64(math.Pi)
		}
	case *ast.UnaryExpr:
		return prefix(e.Op, t.eval(e.X, ops))
	case *ast.BinaryExpr:
		return infix(e.Op, t.eval(e.X, ops), t.eval(e.Y, ops))
	case *ast.CallExpr:
		args := make([]any, len(e.Args))
		for i, a := range e.Args {
			args[i] = t.eval(a, ops)
		}
		return callNamed(name(e.Fun), args)
	}
	panic(fmt.Sprintf("ref: internal error: %T in a template", e))
}

// name returns the name of what is called: a function, with its type argument
// in brackets, or a type.
func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.X.(*ast.Ident).Name + "." + e.Sel.Name
	case *ast.IndexExpr:
		return name(e.X) + "[" + name(e.Index) + "]"
	}
	panic(fmt.Sprintf("ref: internal error: call of a %T in a template", e))
}

// callNamed calls a builtin, a function of the table, or converts.
func callNamed(name string, args []any) any {
	if d := ir.ParseDType(name); d != ir.NoDType {
		return goConvert(args[0], d)
	}
	switch name {
	case "min", "max", "complex":
		args[0], args[1] = unify(args[0], args[1])
		return builtin2(name, args[0], args[1])
	case "real", "imag":
		return part(name, args[0])
	}
	f, ok := functions[name]
	if !ok {
		f, ok = functions[name+"["+instance(name, args)+"]"]
	}
	if !ok {
		panic(fmt.Sprintf("ref: internal error: no function %s on %T", name, args[len(args)-1]))
	}
	return callFunc(f, args)
}

// instance returns the type argument that Go infers for a generic function.
func instance(name string, args []any) string {
	if name == "rt.Where" {
		return fmt.Sprintf("%T", args[1])
	}
	return fmt.Sprintf("%T", args[0])
}

// callFunc calls a function; untyped constants take its parameters' types.
func callFunc(f any, args []any) any {
	fn := reflect.ValueOf(f)
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		if c, ok := a.(constant.Value); ok {
			if fn.Type().In(i).Kind() == reflect.Int {
				n, _ := constant.Int64Val(c)
				a = int(n)
			} else {
				a = fromConstant(c, ir.ParseDType(fn.Type().In(i).String()))
			}
		}
		in[i] = reflect.ValueOf(a)
	}
	out := fn.Call(in)[0].Interface()
	if n, ok := out.(int); ok { // compared with a constant
		return int64(n)
	}
	return out
}

// fromConstant converts an untyped constant to a dtype.
func fromConstant(c constant.Value, d ir.DType) any {
	if d.Kind() == 'b' {
		return constant.BoolVal(c)
	}
	if d.Kind() == 'u' {
		n, _ := constant.Uint64Val(constant.ToInt(c))
		return goConvert(n, d)
	}
	if d.Kind() == 'i' {
		n, _ := constant.Int64Val(constant.ToInt(c))
		return goConvert(n, d)
	}
	f, _ := constant.Float64Val(c)
	if d.Kind() == 'c' {
		return goConvert(complex(f, 0), d)
	}
	return goConvert(f, d)
}

// unify converts an untyped constant to the type of the other operand.
func unify(x, y any) (any, any) {
	cx, okx := x.(constant.Value)
	cy, oky := y.(constant.Value)
	switch {
	case okx && !oky:
		return fromConstant(cx, dtypeOf(y)), y
	case oky && !okx:
		return x, fromConstant(cy, dtypeOf(x))
	}
	return x, y
}

func prefix(op token.Token, x any) any {
	if b, ok := x.(bool); ok && op == token.NOT {
		return !b
	}
	if c, ok := x.(constant.Value); ok {
		return constant.UnaryOp(op, c, 0)
	}
	return numbers[dtypeOf(x)].unary(op, x)
}

func infix(op token.Token, x, y any) any {
	if op == token.SHL || op == token.SHR {
		return numbers[dtypeOf(x)].binary(op, x, y)
	}
	x, y = unify(x, y)
	if c, ok := x.(constant.Value); ok {
		return constant.BinaryOp(c, op, y.(constant.Value))
	}
	if a, ok := x.(bool); ok {
		return binaryBool(op, a, y.(bool))
	}
	return numbers[dtypeOf(x)].binary(op, x, y)
}

func binaryBool(op token.Token, a, b bool) any {
	switch op {
	case token.LAND:
		return a && b
	case token.LOR:
		return a || b
	case token.EQL:
		return a == b
	case token.NEQ:
		return a != b
	}
	panic("ref: internal error: " + op.String() + " on bools")
}
