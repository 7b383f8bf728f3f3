package ref

import (
	"fmt"

	"github.com/daskgen/daskgen/ir"
)

// A Value is a value of any IR type.
type Value struct {
	Type  *ir.Type
	Elems []any   // of a block in C order, or the one of a scalar, in the dtype's Go type; of a string or bytes, the one
	Items []Value // of a list or tuple; keys and values of a dict, alternating

	partial *partial // of a tree reduction's partial result
}

// Block returns a block of these elements, all of dtype d's Go type, in C
// order.
func Block(d ir.DType, elems []any, shape ...int64) Value {
	if int64(len(elems)) != size(shape) {
		panic(fmt.Sprintf("ref: internal error: %d elements for shape %s", len(elems), ir.ShapeString(shape)))
	}
	return Value{Type: ir.BlockType(d, shape...), Elems: elems}
}

// Scalar returns a Python scalar: x is a bool, int64, float64 or complex128.
func Scalar(x any) Value { return Value{Type: ir.ScalarType(dtypeOf(x)), Elems: []any{x}} }

// String returns a string.
func String(s string) Value {
	return Value{Type: &ir.Type{Kind: ir.TypeString}, Elems: []any{s}}
}

// None returns Python's None.
func None() Value { return Value{Type: &ir.Type{Kind: ir.TypeNone}} }

// List returns a list of values.
func List(items ...Value) Value {
	return Value{Type: ir.ListType(joinTypes(items)), Items: items}
}

// Tuple returns a tuple of values.
func Tuple(items ...Value) Value {
	t := &ir.Type{Kind: ir.TypeTuple}
	for _, v := range items {
		t.Elems = append(t.Elems, v.Type)
	}
	return Value{Type: t, Items: items}
}

// joinTypes returns the type of the elements of a list: the lengths of blocks
// that differ are unknown.
func joinTypes(items []Value) *ir.Type {
	if len(items) == 0 {
		return &ir.Type{Kind: ir.TypeNone}
	}
	t := items[0].Type
	for _, v := range items[1:] {
		t = joinType(t, v.Type)
	}
	return t
}

func joinType(t, u *ir.Type) *ir.Type {
	switch {
	case t.Equal(u):
		return t
	case t.Kind == ir.TypeScalar && u.Kind == ir.TypeScalar:
		return ir.ScalarType(max(t.DType, u.DType))
	case t.Kind != ir.TypeBlock || !t.SameRepr(u):
		return t
	}
	shape := append([]int64(nil), t.Shape...)
	for i := range shape {
		if shape[i] != u.Shape[i] {
			shape[i] = -1
		}
	}
	return ir.BlockType(t.DType, shape...)
}

// dtypeOf returns the dtype of an element.
func dtypeOf(x any) ir.DType { return ir.ParseDType(fmt.Sprintf("%T", x)) }

// size returns the number of elements of a shape.
func size(shape []int64) int64 {
	n := int64(1)
	for _, d := range shape {
		n *= d
	}
	return n
}

// at returns the element of a block at an index.
func (v Value) at(index []int64) any { return v.Elems[linear(v.Type.Shape, index)] }

// linear returns the position of an index in C order.
func linear(shape, index []int64) int64 {
	p := int64(0)
	for i, n := range shape {
		p = p*n + index[i]
	}
	return p
}

// unravel returns the index at a position in C order.
func unravel(shape []int64, p int64) []int64 {
	index := make([]int64, len(shape))
	for i := len(shape) - 1; i >= 0; i-- {
		index[i] = p % shape[i]
		p /= shape[i]
	}
	return index
}

// build returns the block whose element at each index is f(index).
func build(d ir.DType, shape []int64, f func(index []int64) any) Value {
	elems := make([]any, size(shape))
	for p := range elems {
		elems[p] = f(unravel(shape, int64(p)))
	}
	return Block(d, elems, shape...)
}

// int64Of returns the integer that a value of one element is.
func (v Value) int64Of() (int64, error) {
	if len(v.Elems) == 1 {
		switch x := v.Elems[0].(type) {
		case int64:
			return x, nil
		case bool:
			return convert(x, ir.Int64).(int64), nil
		}
		if k := dtypeOf(v.Elems[0]).Kind(); k == 'i' || k == 'u' {
			return convert(v.Elems[0], ir.Int64).(int64), nil
		}
	}
	return 0, fmt.Errorf("%s is not an integer", v.Type)
}
