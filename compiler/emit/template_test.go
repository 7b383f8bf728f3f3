package emit

import (
	"fmt"
	"go/token"
	"testing"

	"github.com/dave/jennifer/jen"
)

func TestTemplateExpand(t *testing.T) {
	a, b := name("a"), name("b")
	sum := infixExpr(a, token.ADD, b)
	neg := goExpr{code: jen.Op("-").Add(a.code), prec: unaryPrec}
	for _, tc := range []struct {
		src  string
		args []goExpr
		want string
	}{
		{"$0 + $1", []goExpr{a, b}, "a + b"},
		{"$0 * $1", []goExpr{sum, sum}, "(a + b) * (a + b)"},
		{"$0 - $1", []goExpr{sum, sum}, "a + b - (a + b)"},
		{"-$0", []goExpr{neg}, "-(-a)"},
		{"!($0 == $1)", []goExpr{sum, b}, "!(a+b == b)"},
		{"float64($0*$1)", []goExpr{sum, b}, "float64((a + b) * b)"},
		{"math.Sqrt($0)", []goExpr{sum}, "math.Sqrt(a + b)"},
		{"rt.Pow[float64]($0, $1)", []goExpr{a, sum}, "runtime.Pow[float64](a, a+b)"},
		{"cmplx.Abs(complex($0, 0))", []goExpr{sum}, "cmplx.Abs(complex(a+b, 0))"},
		{"$0 != 0 && $1 != 0", []goExpr{sum, b}, "a+b != 0 && b != 0"},
		{"^$0 &^ $1", []goExpr{a, sum}, "^a &^ (a + b)"},
		{"uint8(1) << $0", []goExpr{sum}, "uint8(1) << (a + b)"},
	} {
		tmpl, err := parseTemplate(tc.src, len(tc.args))
		if err != nil {
			t.Fatal(err)
		}
		e, err := tmpl.expand(tc.args)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%#v", jen.Add(e.code)); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.src, got, tc.want)
		}
	}
}

func TestTemplateErrors(t *testing.T) {
	for _, src := range []string{"$0 +", "$2", "func() {}()", "[]int{1}"} {
		tmpl, err := parseTemplate(src, 2)
		if err == nil {
			_, err = tmpl.expand([]goExpr{name("a"), name("b")})
		}
		if err == nil {
			t.Errorf("%s: no error", src)
		}
	}
}
