package ref

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// An Evaluator evaluates expressions and graphs.
type Evaluator struct {
	// Funcs are the user's functions, by import path, a dot, and name.
	Funcs map[string]func(args []Value) (Value, error)
}

// Expr evaluates a kernel: operands are the values that the task reads, params
// its per-task literals.
func (ev *Evaluator) Expr(e *ir.Expr, operands []Value, params []*ir.Const) (Value, error) {
	n, err := (&frame{ev, operands, params}).eval(e)
	return n.value, err
}

// A frame is the evaluation of one task.
type frame struct {
	ev       *Evaluator
	operands []Value
	params   []*ir.Const
}

// A node is an expression with its type, which is exact, and its value.
type node struct {
	expr  *ir.Expr
	value Value
}

func (f *frame) eval(e *ir.Expr) (node, error) {
	switch e.Kind {
	case ir.ExprConst:
		return constant1(e.Const)
	case ir.ExprParam:
		return constant1(f.params[e.N])
	case ir.ExprOperand:
		return operandNode(f.operands[e.N]), nil
	case ir.ExprOp:
		return f.evalOp(e)
	case ir.ExprFunc:
		return f.evalFunc(e)
	}
	return f.evalCompound(e)
}

// constant1 is the node of a literal.
func constant1(c *ir.Const) (node, error) {
	v, err := constValue(c)
	return node{&ir.Expr{Kind: ir.ExprConst, Const: c, Type: v.Type}, v}, err
}

// operandNode is the node of a value that is read; a list is taken apart, so
// that the type of each element is exact.
func operandNode(v Value) node {
	e := &ir.Expr{Kind: ir.ExprOperand, Type: v.Type}
	if v.Type.Kind == ir.TypeList {
		e.Kind = ir.ExprList
		for _, item := range v.Items {
			e.Args = append(e.Args, operandNode(item).expr)
		}
	}
	return node{e, v}
}

func (f *frame) evalCompound(e *ir.Expr) (node, error) {
	out := &ir.Expr{Kind: e.Kind}
	var items []Value
	for _, a := range e.Args {
		n, err := f.eval(a)
		if err != nil {
			return node{}, err
		}
		out.Args, items = append(out.Args, n.expr), append(items, n.value)
	}
	v := compound(e.Kind, items)
	out.Type = v.Type
	return node{out, v}, nil
}

func compound(k ir.ExprKind, items []Value) Value {
	switch k {
	case ir.ExprTuple:
		return Tuple(items...)
	case ir.ExprSlice:
		return Value{Type: &ir.Type{Kind: ir.TypeSlice}, Items: items}
	case ir.ExprDict:
		var keys, values []Value
		for i := 0; i+1 < len(items); i += 2 {
			keys, values = append(keys, items[i]), append(values, items[i+1])
		}
		t := &ir.Type{Kind: ir.TypeDict, Elems: []*ir.Type{joinTypes(keys), joinTypes(values)}}
		return Value{Type: t, Items: items}
	}
	if !uniform(items) {
		return Tuple(items...) // a list that is an index
	}
	v := List(items...)
	if elem := v.Type.Elems[0]; elem.Kind == ir.TypeScalar {
		for i := range v.Items {
			v.Items[i] = Scalar(convert(v.Items[i].Elems[0], elem.DType))
		}
	}
	return v
}

// uniform says whether values have one type but for the lengths of blocks and
// the kinds of scalars.
func uniform(items []Value) bool {
	for _, v := range items {
		t, u := items[0].Type, v.Type
		if !t.SameRepr(u) && (t.Kind != ir.TypeScalar || u.Kind != ir.TypeScalar) {
			return false
		}
	}
	return true
}

// A call is an op with its arguments and their values.
type call struct {
	*stdops.Call
	frame  *frame
	values map[*ir.Expr]Value
}

// value returns the value of argument i.
func (c *call) value(i int) Value { return c.valueOf(c.Args[i]) }

func (c *call) valueOf(e *ir.Expr) Value {
	if v, ok := c.values[e]; ok {
		return v
	}
	v, err := constValue(e.Const) // a default
	if err != nil {
		panic(err)
	}
	return v
}

func (f *frame) evalOp(e *ir.Expr) (node, error) {
	op := stdops.Lookup(e.Op)
	if op == nil {
		return node{}, fmt.Errorf("%s: unknown op", e.Op)
	}
	typed, values, err := f.evalArgs(op, e)
	if err != nil {
		return node{}, err
	}
	bound, err := stdops.Bind(op, typed)
	if err != nil {
		return node{}, fmt.Errorf("%s: %w", e.Op, err)
	}
	v, err := apply(&call{bound, f, values})
	if err != nil {
		return node{}, fmt.Errorf("%s: %w", e.Op, err)
	}
	return operandNode(v), nil
}

// evalArgs evaluates the arguments of an op. Per-task literals of elementwise
// ops are not known when the op's type is inferred, those of others are.
func (f *frame) evalArgs(op *stdops.Op, e *ir.Expr) (*ir.Expr, map[*ir.Expr]Value, error) {
	typed, values := &ir.Expr{Kind: ir.ExprOp, Op: e.Op}, map[*ir.Expr]Value{}
	arg := func(a *ir.Expr) (*ir.Expr, error) {
		n, err := f.eval(a)
		if err != nil {
			return nil, err
		}
		if op.Class == stdops.Elementwise && a.Kind == ir.ExprParam {
			n.expr.Kind = ir.ExprParam
		}
		values[n.expr] = n.value
		return n.expr, nil
	}
	for _, a := range e.Args {
		x, err := arg(a)
		if err != nil {
			return nil, nil, err
		}
		typed.Args = append(typed.Args, x)
	}
	for _, kw := range e.Kwargs {
		x, err := arg(kw.Value)
		if err != nil {
			return nil, nil, err
		}
		typed.Kwargs = append(typed.Kwargs, ir.Kwarg{Name: kw.Name, Value: x})
	}
	return typed, values, nil
}

func apply(c *call) (Value, error) {
	if c.Op.Class == stdops.Elementwise {
		return elementwise(c)
	}
	want, err := c.Op.Infer(c.Call)
	if err != nil {
		return Value{}, err
	}
	k := kernels[c.Op.Name]
	if k == nil {
		return Value{}, fmt.Errorf("package ref does not evaluate it")
	}
	v, err := k(c, want)
	if err != nil {
		return Value{}, err
	}
	return v, checkType(c.Op.Name, v, want)
}

func (f *frame) evalFunc(e *ir.Expr) (node, error) {
	fn := f.ev.Funcs[e.Func.Pkg+"."+e.Func.Name]
	if fn == nil {
		return node{}, fmt.Errorf("no function %s.%s is given", e.Func.Pkg, e.Func.Name)
	}
	args := make([]Value, len(e.Args))
	for i, a := range e.Args {
		n, err := f.eval(a)
		if err != nil {
			return node{}, err
		}
		args[i] = n.value
	}
	v, err := fn(args)
	return operandNode(v), err
}

// constValue returns the value of a literal. Those that are only arguments (a
// dtype, an op, an ellipsis) have a type alone.
func constValue(c *ir.Const) (Value, error) {
	switch c.Kind {
	case ir.ConstNone:
		return None(), nil
	case ir.ConstBool:
		return Scalar(c.Bool), nil
	case ir.ConstInt:
		if c.Uint != 0 {
			return Value{Type: ir.ScalarType(ir.Int64), Elems: []any{c.Uint}}, nil
		}
		return Scalar(c.Int), nil
	case ir.ConstFloat:
		return Scalar(c.Float), nil
	case ir.ConstComplex:
		return Scalar(c.Cmplx), nil
	case ir.ConstString:
		return String(c.Str), nil
	case ir.ConstBytes:
		return Value{Type: &ir.Type{Kind: ir.TypeBytes}, Elems: []any{c.Bytes}}, nil
	case ir.ConstArray:
		return arrayValue(c)
	case ir.ConstDType:
		return Value{Type: &ir.Type{Kind: ir.TypeDType}}, nil
	case ir.ConstOp:
		return Value{Type: &ir.Type{Kind: ir.TypeFunc}}, nil
	case ir.ConstEllipsis, ir.ConstNewaxis:
		return Value{Type: &ir.Type{Kind: ir.TypeSlice}}, nil
	}
	return Value{}, fmt.Errorf("package ref does not evaluate a literal of kind %d", c.Kind)
}

// arrayValue decodes an array literal.
func arrayValue(c *ir.Const) (Value, error) {
	n := size(c.Shape)
	if int64(len(c.Bytes)) != n*c.DType.Size() {
		return Value{}, fmt.Errorf("array literal: %d bytes for %s%s", len(c.Bytes), c.DType, ir.ShapeString(c.Shape))
	}
	elems := make([]any, n)
	r := bytes.NewReader(c.Bytes)
	for i := range elems {
		x := newElem[c.DType]()
		if err := binary.Read(r, binary.LittleEndian, x); err != nil {
			return Value{}, err
		}
		elems[i] = reflect.ValueOf(x).Elem().Interface()
	}
	return Block(c.DType, elems, c.Shape...), nil
}

// newElem returns a pointer to a new element.
var newElem = map[ir.DType]func() any{
	ir.Bool: pointer[bool], ir.Int8: pointer[int8], ir.Int16: pointer[int16], ir.Int32: pointer[int32], ir.Int64: pointer[int64],
	ir.Uint8: pointer[uint8], ir.Uint16: pointer[uint16], ir.Uint32: pointer[uint32], ir.Uint64: pointer[uint64],
	ir.Float32: pointer[float32], ir.Float64: pointer[float64], ir.Complex64: pointer[complex64], ir.Complex128: pointer[complex128],
}

func pointer[T any]() any { return new(T) }

// Const returns the array literal of a block's or scalar's elements.
func (v Value) Const() *ir.Const {
	var b bytes.Buffer
	for _, x := range v.Elems {
		if err := binary.Write(&b, binary.LittleEndian, x); err != nil {
			panic(fmt.Sprintf("ref: internal error: %v", err))
		}
	}
	return &ir.Const{Kind: ir.ConstArray, DType: v.Type.DType, Shape: v.Type.Shape, Bytes: b.Bytes()}
}
