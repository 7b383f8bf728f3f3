package stdops

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daskgen/daskgen/ir"
)

func TestPromote(t *testing.T) {
	for _, c := range []struct{ a, b, want ir.DType }{
		{ir.Bool, ir.Bool, ir.Bool},
		{ir.Bool, ir.Int8, ir.Int8},
		{ir.Int8, ir.Uint8, ir.Int16},
		{ir.Uint8, ir.Uint16, ir.Uint16},
		{ir.Int32, ir.Uint32, ir.Int64},
		{ir.Int64, ir.Uint64, ir.Float64},
		{ir.Uint64, ir.Int8, ir.Float64},
		{ir.Int16, ir.Float32, ir.Float32},
		{ir.Int32, ir.Float32, ir.Float64},
		{ir.Uint16, ir.Complex64, ir.Complex64},
		{ir.Float64, ir.Complex64, ir.Complex128},
	} {
		if got := Promote(c.a, c.b); got != c.want {
			t.Errorf("Promote(%s, %s) = %s, want %s", c.a, c.b, got, c.want)
		}
		if got := Promote(c.b, c.a); got != c.want {
			t.Errorf("Promote(%s, %s) = %s, want %s", c.b, c.a, got, c.want)
		}
	}
}

func TestResultType(t *testing.T) {
	b, s := func(d ir.DType) *ir.Type { return ir.BlockType(d) }, ir.ScalarType
	for _, c := range []struct {
		types []*ir.Type
		want  ir.DType
	}{
		{[]*ir.Type{b(ir.Int8), s(ir.Int64)}, ir.Int8},
		{[]*ir.Type{b(ir.Bool), s(ir.Int64)}, ir.Int64},
		{[]*ir.Type{b(ir.Int8), s(ir.Float64)}, ir.Float64},
		{[]*ir.Type{b(ir.Float32), s(ir.Float64)}, ir.Float32},
		{[]*ir.Type{b(ir.Float32), s(ir.Complex128)}, ir.Complex64},
		{[]*ir.Type{b(ir.Float64), s(ir.Complex128)}, ir.Complex128},
		{[]*ir.Type{b(ir.Int16), s(ir.Complex128)}, ir.Complex128},
		{[]*ir.Type{b(ir.Float32), s(ir.Bool)}, ir.Float32},
		{[]*ir.Type{s(ir.Int64), s(ir.Float64)}, ir.Float64},
		{[]*ir.Type{b(ir.Int8), {Kind: ir.TypeString}}, ir.NoDType},
	} {
		if got := ResultType(c.types...); got != c.want {
			t.Errorf("ResultType(%v) = %s, want %s", c.types, got, c.want)
		}
	}
}

func TestBroadcastShapes(t *testing.T) {
	for _, c := range []struct {
		shapes [][]int64
		want   []int64
		err    string
	}{
		{[][]int64{{2, 1}, {3}}, []int64{2, 3}, ""},
		{[][]int64{{}, {4}}, []int64{4}, ""},
		{[][]int64{{0, 2}, {1}}, []int64{0, 2}, ""},
		{[][]int64{{-1}, {3}}, []int64{3}, ""},
		{[][]int64{{1}, {-1}}, []int64{-1}, ""},
		{[][]int64{{-1}, {-1}}, []int64{-1}, ""},
		{[][]int64{{-1}, {0}}, []int64{0}, ""},
		{[][]int64{{2, 2}, {3}}, nil, "shapes (2, 2) and (3,) do not broadcast"},
		{[][]int64{{2}, {3}, {4}}, nil, "shapes (2,), (3,) and (4,) do not broadcast"},
	} {
		got, err := BroadcastShapes(c.shapes...)
		if text := errText(err); text != c.err {
			t.Errorf("BroadcastShapes(%v): error %q, want %q", c.shapes, text, c.err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("BroadcastShapes(%v): %s", c.shapes, diff)
		}
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestInferErrors checks what the common rule says about arguments that do not
// fit.
func TestInferErrors(t *testing.T) {
	block := func(d ir.DType, shape ...int64) *ir.Expr {
		return &ir.Expr{Kind: ir.ExprOperand, Type: ir.BlockType(d, shape...)}
	}
	str := &ir.Expr{Kind: ir.ExprOperand, Type: &ir.Type{Kind: ir.TypeString}}
	for _, c := range []struct {
		op   string
		args []*ir.Expr
		want string
	}{
		{"add", []*ir.Expr{block(ir.Float64, 2, 2), block(ir.Float64, 3)}, "shapes (2, 2) and (3,) do not broadcast"},
		{"add", []*ir.Expr{block(ir.Int8, 2), intLit(300)}, "integer 300 is out of bounds for int8"},
		{"add", []*ir.Expr{block(ir.Int8, 2), str}, `argument "y" is str, not a number or a block`},
		{"subtract", []*ir.Expr{block(ir.Bool, 2), block(ir.Bool, 2)}, "is not defined for bool; use bitwise_xor or logical_xor"},
		{"left_shift", []*ir.Expr{block(ir.Float64), intLit(1)}, "is not defined for (float64, int)"},
		{"floor", []*ir.Expr{block(ir.Complex64)}, "is not defined for (complex64)"},
		{"power", []*ir.Expr{block(ir.Int8), intLit(-1)}, "integers to negative integer powers are not allowed; convert to float first"},
		{"astype", []*ir.Expr{floatLit(1), dtypeLit(ir.Int8)}, "makes no int8 of a Python scalar; only bool, int64, float64 or complex128"},
		{"astype", []*ir.Expr{block(ir.Int8), str}, "the dtype must be a literal"},
		{"round", []*ir.Expr{block(ir.Float64), floatLit(1)}, "decimals must be an integer, is float"},
	} {
		_, _, err := InferElementwise(Lookup(c.op), c.args)
		if got := errText(err); got != c.want {
			t.Errorf("%s: error %q, want %q", c.op, got, c.want)
		}
	}
}
