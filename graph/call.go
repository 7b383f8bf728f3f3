package graph

import (
	"fmt"
	"reflect"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
)

// call returns the application of a function.
func (f *filler) call(v Computation) *ir.Expr {
	e := &ir.Expr{Kind: ir.ExprFunc, Pos: v.caller.Pos()}
	fn := reflect.ValueOf(v.fn)
	if !fn.IsValid() || fn.Kind() != reflect.Func || fn.IsNil() {
		f.b.misuse(f.key, v.caller, 0, record.CodeBadSignature, "", "task %q: %s is not a function", f.key, describe(v.fn))
		return e
	}
	var ferr *record.FuncError
	if e.Func, ferr = record.Func(fn); ferr != nil {
		f.badFunc(v.caller, ferr)
		return e
	}
	e.Type = e.Func.Result
	params := paramTypes(fn.Type(), len(v.args))
	if params == nil {
		f.arity(v, fn.Type(), e.Func)
		return e
	}
	e.Func.Params, e.Func.Checked = nil, true
	for i, a := range v.args {
		e.Args = append(e.Args, f.value(a, params[i], v.caller, i+1))
		e.Func.Params = append(e.Func.Params, typeOf(params[i]))
	}
	return e
}

func describe(v any) string {
	if v == nil {
		return "nil"
	}
	return fmt.Sprintf("a value of type %T", v)
}

func (f *filler) badFunc(c *record.Caller, err *record.FuncError) {
	msg := fmt.Sprintf("task %q: %s", f.key, err.Message)
	f.b.report(record.Problem{Code: record.CodeBadSignature, Pos: c.Pos(), Arg: 0, Key: f.key, Message: msg, Hint: err.Hint, Literal: err.Line})
}

// paramTypes returns the types of n arguments of a function, or nil when it
// does not take so many. A leading context.Context is none of them.
func paramTypes(t reflect.Type, n int) []reflect.Type {
	types := []reflect.Type{}
	for i := record.FirstParam(t); i < t.NumIn(); i++ {
		types = append(types, t.In(i))
	}
	if !t.IsVariadic() {
		if len(types) != n {
			return nil
		}
		return types
	}
	fixed := len(types) - 1
	if n < fixed {
		return nil
	}
	elem := types[fixed].Elem()
	types = types[:fixed]
	for len(types) < n {
		types = append(types, elem)
	}
	return types
}

func (f *filler) arity(v Computation, t reflect.Type, fn *ir.Func) {
	n := t.NumIn() - record.FirstParam(t)
	takes := fmt.Sprintf("%d arguments", n)
	switch {
	case t.IsVariadic():
		takes = fmt.Sprintf("at least %d", n-1)
	case n == 1:
		takes = "1 argument"
	}
	f.b.misuse(f.key, v.caller, -1, record.CodeBadSignature, "", "task %q: %s takes %s, got %d", f.key, fn.Name, takes, len(v.args))
}
