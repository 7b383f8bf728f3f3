package graph

import (
	"fmt"
	"reflect"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
)

var (
	anyType  = reflect.TypeFor[any]()
	listType = reflect.TypeFor[[]any]()
)

// typeOf returns the IR's type of a Go type; nil stands for the value nil.
func typeOf(t reflect.Type) *ir.Type {
	if t == nil {
		return &ir.Type{Kind: ir.TypeNone}
	}
	return record.TypeOf(t)
}

// typeOf returns the type of a key's value: of a literal its own, of a task the
// result of its function. The graph has no cycles.
func (b *builder) typeOf(key string) reflect.Type {
	if t, ok := b.types[key]; ok {
		return t
	}
	t := b.valueType(b.g[key])
	b.types[key] = t
	return t
}

func (b *builder) valueType(v any) reflect.Type {
	switch v := v.(type) {
	case nil:
		return nil
	case Reference:
		return b.typeOf(v.key)
	case Computation:
		if t := reflect.TypeOf(v.fn); t != nil && t.Kind() == reflect.Func && t.NumOut() > 0 {
			return t.Out(0)
		}
		return anyType // reported by call
	case []any:
		return b.listType(v)
	}
	return reflect.TypeOf(v)
}

// listType is a slice of the type that all elements have, else []any.
func (b *builder) listType(list []any) reflect.Type {
	var elem reflect.Type
	for i, v := range list {
		t := b.valueType(v)
		if t == nil || i > 0 && t != elem {
			return listType
		}
		elem = t
	}
	if elem == nil {
		return listType
	}
	return reflect.SliceOf(elem)
}

// fill makes the case of a key's task.
func (b *builder) fill(key string) {
	p := b.places[key]
	l := p.layer
	f := &filler{b: b, key: key, c: &ir.Case{Pos: b.callerOf(key).Pos()}}
	if l.Grid.Size() > 1 {
		f.c.Where = ir.Set{IDs: []uint32{uint32(l.Grid.Linear(p.index))}}
	}
	f.c.Kernel = f.value(b.g[key], b.typeOf(key), nil, -1)
	l.Cases = append(l.Cases, f.c)
	if len(l.Cases) == 1 {
		l.Pos = f.c.Pos
	}
}

// A filler turns the value of one key into a kernel.
type filler struct {
	b   *builder
	key string
	c   *ir.Case
}

// value returns a value as an expression of type t. It is argument number arg
// of the call whose caller is c.
func (f *filler) value(v any, t reflect.Type, c *record.Caller, arg int) *ir.Expr {
	switch v := v.(type) {
	case Reference:
		return f.ref(v, t, c, arg)
	case Computation:
		return f.nested(v, t, c, arg)
	case []any:
		if e := f.list(v, t, c, arg); e != nil {
			return e
		}
	}
	return f.literal(v, t, c, arg)
}

// ref returns the operand of a reference.
func (f *filler) ref(r Reference, t reflect.Type, c *record.Caller, arg int) *ir.Expr {
	have := f.b.typeOf(r.key)
	if have != nil && !have.AssignableTo(t) || have == nil && !nilable(t) {
		hint := fmt.Sprintf("%q is %s", r.key, typeName(have))
		if lit := f.b.g[r.key]; isNumber(lit) && t.Kind() >= reflect.Bool && t.Kind() <= reflect.Complex128 {
			hint = fmt.Sprintf("write %q: %s(%v)", r.key, t, lit)
		}
		f.mismatch(c, arg, hint, "%q of type %s", r.key, typeName(have), t)
	}
	p := f.b.places[r.key]
	op := ir.Operand{Layer: p.layer, Access: ir.Access{Axes: make([]ir.AxisAccess, len(p.index))}}
	for k, n := range p.index {
		op.Access.Axes[k].Start.Base = n
	}
	f.c.Operands = append(f.c.Operands, op)
	return &ir.Expr{Kind: ir.ExprOperand, N: len(f.c.Operands) - 1, Type: p.layer.Type, Pos: r.caller.Pos()}
}

// valueText writes a value of a basic type as Go does.
func valueText(v any) string {
	if k := reflect.ValueOf(v).Kind(); k >= reflect.Bool && k <= reflect.Complex128 || k == reflect.String {
		return fmt.Sprintf("%#v", v)
	}
	return "a value"
}

func isNumber(v any) bool {
	k := reflect.ValueOf(v).Kind()
	return k >= reflect.Int && k <= reflect.Complex128
}

func nilable(t reflect.Type) bool { return t == nil || t.Kind() == reflect.Interface }

func typeName(t reflect.Type) string {
	if t == nil {
		return "nil"
	}
	return t.String()
}

// mismatch reports an argument of the wrong type. The last of args is the type
// that is wanted.
func (f *filler) mismatch(c *record.Caller, arg int, hint, format string, args ...any) {
	what := "value"
	if arg > 0 {
		what = fmt.Sprintf("argument %d", arg)
	}
	f.b.misuse(f.key, c, arg, record.CodeTypeMismatch, hint,
		"task %q: cannot use "+format+" as %s %s", append(append([]any{f.key}, args...), what)...)
}

// nested returns a task that is computed in place.
func (f *filler) nested(v Computation, t reflect.Type, c *record.Caller, arg int) *ir.Expr {
	if have := f.b.valueType(v); have != nil && !have.AssignableTo(t) {
		f.mismatch(c, arg, "", "the task in place, whose result is %s,", typeName(have), t)
	}
	return f.call(v)
}

// list returns a list of arguments, or nil when the list is a literal of a type
// of its own.
func (f *filler) list(v []any, t reflect.Type, c *record.Caller, arg int) *ir.Expr {
	switch {
	case t != nil && t.Kind() == reflect.Slice:
	case t != anyType:
		return nil
	default:
		t = f.b.listType(v)
	}
	elem := t.Elem()
	e := &ir.Expr{Kind: ir.ExprList, Type: record.TypeOf(t)}
	for _, a := range v {
		e.Args = append(e.Args, f.value(a, elem, c, arg))
	}
	return e
}

func (f *filler) literal(v any, t reflect.Type, c *record.Caller, arg int) *ir.Expr {
	none := &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{}, Type: &ir.Type{Kind: ir.TypeNone}}
	if v == nil {
		if t != nil && !nilable(t) {
			f.mismatch(c, arg, "", "nil", t)
		}
		return none
	}
	conv, ok := record.Convert(reflect.ValueOf(v), t)
	if !ok {
		f.mismatch(c, arg, "", "%s of type %T", valueText(v), v, t)
		return none
	}
	e, err := record.Typed(conv)
	if t.Kind() != reflect.Interface {
		e, err = record.Literal(conv, t)
	}
	if err != nil {
		f.b.misuse(f.key, c, arg, record.CodeUnsupported, "", "task %q: %v", f.key, err)
		return none
	}
	return e
}
