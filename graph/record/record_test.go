package record_test

import (
	"context"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

const pkg = "github.com/daskgen/daskgen/graph/record_test"

type pair[A, B any] struct {
	First  A
	Second B
}

type number float64

func (n number) half() number { return n / 2 }

func (n *number) reset() int { return 0 }

func identity[T any](v T) T { return v }

func plain(_ context.Context, _ []float64, _ ...string) (map[string]int64, error) { return nil, nil }

func none()            {}
func two() (int, int)  { return 0, 0 }
func onlyError() error { return nil }
func init()            { variable = func() int { return 1 } }

var variable func() int

func TestTypeOf(t *testing.T) {
	type local struct{}
	for _, c := range []struct {
		v    any
		want string
		kind ir.TypeKind
	}{
		{true, "bool", ir.TypeScalar},
		{int64(1), "int", ir.TypeScalar},
		{1.5, "float", ir.TypeScalar},
		{1i, "complex", ir.TypeScalar},
		{"", "str", ir.TypeString},
		{[]byte(nil), "bytes", ir.TypeBytes},
		{1, "int", ir.TypeGo},
		{float32(1), "float32", ir.TypeGo},
		{[]float64(nil), "[float]", ir.TypeList},
		{[][]int(nil), "[[int]]", ir.TypeList},
		{map[string]float64(nil), "{str: float}", ir.TypeDict},
		{map[int]bool(nil), "map[int]bool", ir.TypeGo},
		{number(1), "record_test.number", ir.TypeGo},
		{pair[number, []string]{}, "record_test.pair[record_test.number, []string]", ir.TypeGo},
		{&rt.Block[int8]{}, "*runtime.Block[int8]", ir.TypeGo},
		{rt.Tuple2[int64, string]{}, "(int, str)", ir.TypeTuple},
		{rt.None{}, "None", ir.TypeNone},
		{func(int, ...string) (bool, error) { return false, nil }, "func(int, ...string) (bool, error)", ir.TypeGo},
		{make(<-chan int), "<-chan (int)", ir.TypeGo},
		{struct {
			A int `json:"a"`
			number
		}{}, `struct{A int "json:\"a\""; record_test.number}`, ir.TypeGo},
		{[]error(nil), "[error]", ir.TypeList},
		{[]interface{ Len() int }(nil), "[interface{Len() int}]", ir.TypeList},
		{[3]any{}, "[3]any", ir.TypeGo},
	} {
		got := record.TypeOf(reflect.TypeOf(c.v))
		if got.String() != c.want || got.Kind != c.kind {
			t.Errorf("%T: got %s of kind %d, want %s of kind %d", c.v, got, got.Kind, c.want, c.kind)
		}
	}
	_ = local{}
}

func TestTypeImports(t *testing.T) {
	got := record.TypeOf(reflect.TypeFor[map[number]*rt.Block[bool]]()).Go.Imports
	want := []string{pkg, "github.com/daskgen/daskgen/runtime"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestFuncName(t *testing.T) {
	n := number(1)
	for _, c := range []struct {
		f           any
		pkg, name   string
		wantMessage string
	}{
		{plain, pkg, "plain", ""},
		{strings.ToUpper, "strings", "ToUpper", ""},
		{math.Sqrt, "math", "Sqrt", ""},
		{number.half, pkg, "number.half", ""},
		{(*number).reset, pkg, "(*number).reset", ""},
		{identity[int], pkg, "identity", ""},
		{n.half, "", "", "number.half is a method value"},
		{func() int { return 0 }, "", "", "a function literal"},
		{variable, "", "", "a function literal"},
	} {
		p, name, err := record.FuncName(reflect.ValueOf(c.f))
		switch {
		case c.wantMessage == "" && err != nil:
			t.Errorf("%s: %s", c.name, err.Message)
		case c.wantMessage != "" && (err == nil || !strings.HasPrefix(err.Message, c.wantMessage)):
			t.Errorf("got %q and %v, want the message %q", name, err, c.wantMessage)
		case p != c.pkg || name != c.name:
			t.Errorf("got %s.%s, want %s.%s", p, name, c.pkg, c.name)
		}
	}
}

func TestFunc(t *testing.T) {
	f, err := record.Func(reflect.ValueOf(plain))
	if err != nil {
		t.Fatal(err)
	}
	want := &ir.Func{
		Pkg: pkg, Name: "plain", Context: true, Error: true, Variadic: true,
		Params: []*ir.Type{ir.ListType(ir.ScalarType(ir.Float64)), ir.ListType(&ir.Type{Kind: ir.TypeString})},
		Result: &ir.Type{Kind: ir.TypeDict, Elems: []*ir.Type{{Kind: ir.TypeString}, ir.ScalarType(ir.Int64)}},
	}
	if d := cmp.Diff(want, f); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for message, fn := range map[string]any{"none returns no value": none, "two returns 2 values": two, "onlyError returns no value": onlyError} {
		if _, err := record.Func(reflect.ValueOf(fn)); err == nil || err.Message != message {
			t.Errorf("got %v, want %s", err, message)
		}
	}
}

func TestLiteralSource(t *testing.T) {
	type deep struct{ Next []any }
	loop := deep{make([]any, 1)}
	loop.Next[0] = loop.Next
	for _, c := range []struct {
		v    any
		want string
	}{
		{1, "1"},
		{int32(-1), "int32(-1)"},
		{float32(0.1), "float32(0.1)"},
		{number(math.Inf(-1)), "record_test.number(math.Inf(-1))"},
		{[]number{number(math.Copysign(0, -1))}, "[]record_test.number{record_test.number(math.Copysign(0, -1))}"},
		{pair[int, string]{1, "a\"\x00"}, `record_test.pair[int, string]{First: 1, Second: "a\"\x00"}`},
		{[]pair[float64, bool]{{2, true}, {}}, "[]record_test.pair[float64, bool]{record_test.pair[float64, bool]{First: float64(2), Second: true}, record_test.pair[float64, bool]{}}"},
		{[]any{1, nil, 2.5, complex64(1)}, "[]any{1, nil, 2.5, complex64(complex(1, 0))}"},
		{map[number]string(nil), "map[record_test.number]string(nil)"},
		{[]func(string) string{strings.ToUpper}, "[]func(string) string{strings.ToUpper}"},
		{new(int), ""},
		{make(chan int), ""},
		{loop, ""},
	} {
		e, err := record.Literal(reflect.ValueOf(c.v), reflect.TypeOf(c.v))
		switch {
		case c.want == "":
			if err == nil {
				t.Errorf("%T: no error but %s", c.v, e.Const.Str)
			}
		case err != nil:
			t.Errorf("%v: %v", c.v, err)
		case e.Const.Kind != ir.ConstGo || e.Const.Str != c.want:
			t.Errorf("got %s, want %s", e.Const.Str, c.want)
		}
	}
}

// TestCodes sees that the codes are those of package diag, which this package
// cannot import.
func TestCodes(t *testing.T) {
	for code, want := range map[string]string{
		record.CodeUndefined: diag.Undefined, record.CodeCycle: diag.Cycle, record.CodeTypeMismatch: diag.TypeMismatch,
		record.CodeWrongShape: diag.WrongShape, record.CodeUnsupported: diag.Unsupported,
		record.CodeBadSignature: diag.BadSignature, record.CodeBadDSL: diag.BadDSL,
	} {
		if code != want {
			t.Errorf("code %s, want %s", code, want)
		}
	}
}

func TestPositions(t *testing.T) {
	var positions []ir.Pos
	for range 2 {
		positions = append(positions, record.Here().Pos(), record.Here().Pos())
	}
	for i, p := range positions {
		if !strings.HasSuffix(p.File, "record_test.go") || p.Line != positions[0].Line || p.Col != positions[i%2].Col {
			t.Errorf("position %d is %+v", i, p)
		}
	}
	if positions[0].Col == positions[1].Col {
		t.Error("two calls on a line have the same site")
	}
}
