package stdops_test

import (
	"strings"
	"testing"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
)

// Short forms of expressions.

func lit(v any) *ir.Expr {
	c := &ir.Const{}
	switch v := v.(type) {
	case nil:
		c.Kind = ir.ConstNone
	case *ir.Expr:
		return v
	case []any:
		e := &ir.Expr{Kind: ir.ExprList}
		for _, x := range v {
			e.Args = append(e.Args, lit(x))
		}
		return e
	case []int:
		e := &ir.Expr{Kind: ir.ExprList}
		for _, x := range v {
			e.Args = append(e.Args, lit(x))
		}
		return e
	case bool:
		c.Kind, c.Bool = ir.ConstBool, v
	case int:
		c.Kind, c.Int = ir.ConstInt, int64(v)
	case float64:
		c.Kind, c.Float = ir.ConstFloat, v
	case string:
		c.Kind, c.Str = ir.ConstString, v
	case ir.DType:
		c.Kind, c.DType = ir.ConstDType, v
	case ir.ConstKind:
		c.Kind = v
	}
	return &ir.Expr{Kind: ir.ExprConst, Const: c}
}

func tuple(vs ...any) *ir.Expr {
	e := lit(vs)
	e.Kind = ir.ExprTuple
	return e
}

func slice(lo, hi, step any) *ir.Expr {
	e := tuple(lo, hi, step)
	e.Kind = ir.ExprSlice
	return e
}

// arg is a named argument of apply.
type arg struct {
	name  string
	value any
}

func apply(op string, args ...any) *ir.Expr {
	e := &ir.Expr{Kind: ir.ExprOp, Op: op}
	for _, a := range args {
		if kw, ok := a.(arg); ok {
			e.Kwargs = append(e.Kwargs, ir.Kwarg{Name: kw.name, Value: lit(kw.value)})
		} else {
			e.Args = append(e.Args, lit(a))
		}
	}
	return e
}

// The operands of the cases: x, y, mask, at and v, each a leaf of its own.
var operandTypes = map[string]*ir.Type{
	"x":    ir.BlockType(ir.Float32, 4, 5, 6),
	"m":    ir.BlockType(ir.Int8, 4, 5),
	"z":    ir.BlockType(ir.Complex64, 5),
	"mask": ir.BlockType(ir.Bool, 4, 5),
	"at":   ir.BlockType(ir.Int64, 3),
	"v":    ir.BlockType(ir.Float64, -1),
	"none": ir.BlockType(ir.Float64, 0, 3),
	"n":    ir.ScalarType(ir.Int64),
}

func operand(name string) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprParam, Type: operandTypes[name]}
}

func TestInfer(t *testing.T) {
	x, m, z, mask, at, v, none, n := operand("x"), operand("m"), operand("z"), operand("mask"), operand("at"), operand("v"), operand("none"), operand("n")
	kw := func(name string, value any) arg { return arg{name, value} }
	for _, c := range []struct {
		e    *ir.Expr
		want string // the type, or "error: " and a part of the message
	}{
		{apply("sum", x), "float32()"},
		{apply("sum", m, -1), "int64(4,)"},
		{apply("sum", mask, kw("axis", []int{0, -1}), kw("keepdims", true)), "int64(1, 1)"},
		{apply("sum", m, kw("dtype", "float32")), "float32()"},
		{apply("sum", v), "float64()"},
		{apply("sum", none, 0), "float64(3,)"},
		{apply("sum", m, 2), "error: axis 2 is out of bounds for an array of rank 2"},
		{apply("sum", m, []int{0, -2}), "error: axis 0 is named twice"},
		{apply("sum", m, kw("dtype", ir.Bool)), "error: use any or all"},
		{apply("sum", z, kw("dtype", ir.Float64)), "error: take real or imag first"},
		{apply("sum", []any{m, m}), "int8(4, 5)"},
		{apply("sum", []any{1, 2.5}), "float"},
		{apply("mean", m, 0), "float64(5,)"},
		{apply("mean", x, kw("dtype", ir.Int64)), "error: cannot be formed in int64"},
		{apply("var", z), "float32()"},
		{apply("std", x, []int{0, 2}, kw("ddof", 1)), "float32(5,)"},
		{apply("min", none), "error: zero-size array to reduction operation minimum which has no identity"},
		{apply("max", none, 1), "float64(0,)"},
		{apply("any", x, 1), "bool(4, 6)"},
		{apply("count_nonzero", x, 1), "int64(4, 6)"},
		{apply("argmax", x), "int64()"},
		{apply("argmin", x, 2), "int64(4, 5)"},
		{apply("argmin", x, []int{0, 1}), "error: axis must be one integer, or None for all axes"},
		{apply("argmax", none), "error: attempt to get an extreme of an empty sequence"},

		{apply("moment_chunk", m, []int{0}), "*kernel.Moments[float64]"},
		{apply("mean_agg", []any{apply("moment_chunk", m, []int{0})}, kw("axis", 0)), "float64(5,)"},
		{apply("mean_agg", apply("moment_combine", []any{apply("mean_chunk", x, 0), apply("mean_chunk", x, 0)}), kw("axis", 0)), "float32(5, 6)"},
		{apply("var_agg", []any{apply("moment_chunk", z)}), "float32()"},
		{apply("var_agg", []any{apply("moment_chunk", m), apply("moment_chunk", m, 0)}), "error: partial results of different groups"},
		{apply("var_agg", []any{m}), "error: no list of partial results of moment_chunk"},
		{apply("var_agg", []any{apply("moment_chunk", m, 0)}, kw("axis", 1)), "error: partial results have length 5 on axis 1, not 1"},
		{apply("arg_agg", []any{apply("arg_chunk", m, 0, n, "argmin")}, "argmin", 0), "int64(5,)"},
		{apply("arg_chunk", m, nil, []int{1, 2}, "argmin", []int{8, 9}), "*kernel.ArgPartial[int8]"},
		{apply("arg_chunk", m, nil, 1, "argmin", []int{8, 9}), "error: offset and shape must be lists of 2 integers"},
		{apply("arg_chunk", m, 0, 0, "sum"), "error: kind must be argmin"},
		{apply("sum_combine", []any{m, m}), "int8(4, 5)"},
		{apply("sum_combine", []any{mask, mask}), "error: partial results of sum are numbers, not bools"},
		{apply("any_combine", []any{m}), "error: partial results are bool, not int8"},
		{apply("max_combine", []any{m, x}), "error: partial results have shapes (4, 5) and (4, 5, 6)"},
		{apply("numel", x, []int{0}), "int64(5, 6)"},

		{apply("transpose", x), "float32(6, 5, 4)"},
		{apply("transpose", x, []int{1, 0, -1}), "float32(5, 4, 6)"},
		{apply("transpose", x, []int{1, 0, 0}), "error: axis 0 is named twice"},
		{apply("transpose", x, []int{1, 0}), "error: axes [1 0] do not match an array of rank 3"},
		{apply("transpose", n), "error: argument \"a\" is int, not a block"},
		{apply("squeeze", x, 0), "error: cannot squeeze axis 0 of length 4"},
		{apply("squeeze", v), "error: name the axes to remove"},
		{apply("expand_dims", m, []int{0, -1}), "int8(1, 4, 5, 1)"},
		{apply("expand_dims", m, 4), "error: axis 4 is out of bounds"},
		{apply("broadcast_to", z, []int{2, 5}), "complex64(2, 5)"},
		{apply("broadcast_to", m, []int{5}), "error: shape (4, 5) cannot be broadcast to (5,)"},
		{apply("reshape", m, []int{2, -1}), "int8(2, 10)"},
		{apply("reshape", v, []int{2, -1}), "float64(2, ?)"},
		{apply("reshape", m, []int{3, -1}), "error: cannot reshape array of shape (4, 5) into shape (3, -1)"},
		{apply("reshape", m, []int{-1, -1}), "error: one -1 at most"},
		{apply("ravel", x), "float32(120,)"},

		{apply("getitem", x, 1), "float32(5, 6)"},
		{apply("getitem", x, tuple(-1, slice(nil, nil, -2))), "float32(3, 6)"},
		{apply("getitem", x, tuple(ir.ConstEllipsis, ir.ConstNewaxis, slice(1, -1, nil))), "float32(4, 5, 1, 4)"},
		{apply("getitem", x, tuple(ir.ConstEllipsis, n)), "float32(4, 5)"},
		{apply("getitem", x, tuple(slice(n, nil, nil), []int{0, -5, 4})), "float32(?, 3, 6)"},
		{apply("getitem", x, tuple(0, slice(nil, nil, nil), []int{0, 1})), "float32(2, 5)"},
		{apply("getitem", x, tuple([]int{0, 1}, ir.ConstNewaxis, 0)), "float32(2, 1, 6)"},
		{apply("getitem", x, tuple(slice(nil, nil, nil), 0, []int{0, 1})), "float32(4, 2)"},
		{apply("getitem", x, tuple(slice(nil, nil, nil), 0, ir.ConstEllipsis, []int{0, 1})), "float32(2, 4)"},
		{apply("getitem", m, mask), "int8(?,)"},
		{apply("getitem", m, tuple(slice(nil, nil, nil), at)), "int8(4, 3)"},
		{apply("getitem", z, []any{true, false, true, true, false}), "complex64(3,)"},
		{apply("getitem", x, 4), "error: index 4 is out of bounds for axis 0 with size 4"},
		{apply("getitem", x, tuple(0, 0, 0, 0)), "error: too many indices"},
		{apply("getitem", x, tuple(0, []int{5})), "error: index 5 is out of bounds for axis 1 with size 5"},
		{apply("getitem", x, tuple([]int{0}, []int{0})), "error: one list at most"},
		{apply("getitem", x, tuple(ir.ConstEllipsis, ir.ConstEllipsis)), "error: one ellipsis at most"},
		{apply("getitem", z, []any{true}), "error: boolean index of length 1 does not match axis 0 of length 5"},
		{apply("getitem", x, 1.5), "error: float is no index"},
		{apply("getitem", x, true), "error: a bool is no index"},
		{apply("getitem", []any{1, 2}, 0), "int"},
		{apply("take", m, at, 1), "int8(4, 3)"},
		{apply("take", m, 19), "int8()"},
		{apply("take", m, 20), "error: index 20 is out of bounds"},

		{apply("concatenate", []any{m, mask}, 1), "int8(4, 10)"},
		{apply("concatenate", []any{m, x}), "error: array 0 has rank 2, but array 1 has rank 3"},
		{apply("concatenate", []any{m, apply("transpose", m)}), "error: array 0 has length 5 on axis 1, but array 1 has length 4"},
		{apply("concatenate", []any{m, x}, nil), "float32(140,)"},
		{apply("concatenate", []any{}), "error: "},
		{apply("stack", []any{m, m, m}, -1), "int8(4, 5, 3)"},
		{apply("stack", []any{m, z}), "error: all arrays must have the same shape, not (4, 5) and (5,)"},
		{apply("vstack", []any{z, z}), "complex64(2, 5)"},
		{apply("hstack", []any{z, z}), "complex64(10,)"},
		{apply("concatenate_axes", []any{[]any{m, m}, []any{m, m}}, []int{0, 1}), "int8(8, 10)"},
		{apply("concatenate_shaped", []any{m, m, m, m, m, m}, []int{2, 3}), "int8(8, 15)"},
		{apply("concatenate_shaped", []any{m, m, m}, []int{2, 3}), "error: 3 blocks do not form a grid of (2, 3)"},

		{apply("ones", []int{2, 3}, ir.Int16), "int16(2, 3)"},
		{apply("zeros", 3), "float64(3,)"},
		{apply("zeros", []any{2, n}), "float64(2, ?)"},
		{apply("ones", []int{-1}), "error: shape must be integers that are not negative"},
		{apply("ones", []int{1 << 30, 1 << 30}), "error: too large"},
		{apply("full", []int{2}, 1), "int64(2,)"},
		{apply("full", 2, 300, ir.Int8), "error: integer 300 is out of bounds for int8"},
		{apply("full_like", m, 2.5), "int8(4, 5)"},
		{apply("arange", 5), "int64(5,)"},
		{apply("arange", 10, 0, -3), "int64(4,)"},
		{apply("arange", 0.0, 1.0, 0.25), "float64(4,)"},
		{apply("arange", 0, 1, 0), "error: step must not be 0"},
		{apply("linspace", 0, 1, 5), "float64(5,)"},
		{apply("eye", 3, 4), "float64(3, 4)"},
		{apply("random", 1, n, []int{7}), "float64(7,)"},
		{apply("normal", 1, 0, 2, kw("dtype", ir.Int8)), "error: is not defined for int8"},
		{apply("normal", 1, 0, 2, kw("scale", -1.0)), "error: scale must not be negative"},
		{apply("uniform", -1, 0, 2), "error: seed must be an integer that is not negative"},
		{apply("integers", 1, 0, 5, 0, 200, ir.Int8), "error: [0, 200) does not fit int8"},
		{apply("integers", 1, 0, 5, 3, 3), "error: low 3 is not below high 3"},

		{apply("dot", m, z), "complex64(4,)"},
		{apply("dot", m, m), "error: shapes (4, 5) and (4, 5) not aligned: 5 (axis 1) is not 4 (axis 0)"},
		{apply("matmul", x, apply("ones", []int{6, 2})), "float64(4, 5, 2)"},
		{apply("matmul", x, z), "error: not aligned"},
		{apply("tensordot", x, m, []any{[]any{0, 1}, []any{0, 1}}), "float32(6,)"},
		{apply("tensordot", x, m, 3), "error: cannot sum over 3 axes"},
		{apply("outer", z, at), "complex128(5, 3)"},
		{apply("dotmany", []any{m, m}, []any{z, z}), "complex64(4,)"},
		{apply("dotmany", []any{m, m}, []any{z}), "error: cannot pair 2 blocks with 1"},
	} {
		name := c.e.Op + " " + c.want
		got, err := check.Type(c.e.Clone(), nil)
		switch text, wantErr := strings.CutPrefix(c.want, "error: "); {
		case wantErr && (err == nil || !strings.Contains(err.Error(), text)):
			t.Errorf("%s: got %v, error %v", name, got, err)
		case !wantErr && err != nil:
			t.Errorf("%s: %v", name, err)
		case !wantErr && got.String() != c.want:
			t.Errorf("%s: got %s", name, got)
		}
	}
}
