package emit

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/runtime/vector"
)

// exprsOf returns the expressions in the source of a kernel of float blocks, and
// the source.
func exprsOf(t *testing.T, d ir.DType, operands int, k *ir.Expr) (texts []string, source string) {
	t.Helper()
	var layers []*ir.Layer
	var reads []ir.Operand
	for i := range operands {
		x := input("x"+string(rune('a'+i)), d, []int64{100})
		layers, reads = append(layers, x), append(reads, read(x, at(0)))
	}
	z := layer("z", nil, k, reads...)
	files, err := Program(checked(t, graph("g", append(layers, z), value(z))), Options{})
	if err != nil {
		t.Fatal(err)
	}
	source = string(files[0].Content)
	for _, m := range regexp.MustCompile(`vector\.NewExpr\[(\w+)\]\("(.*)"\)`).FindAllStringSubmatch(source, -1) {
		if m[1] != d.String() {
			t.Errorf("an expression of %s", m[1])
		}
		vector.NewExpr[float64](m[2]) // panics if it does not keep the limits
		texts = append(texts, m[2])
	}
	return texts, source
}

// TestExpressions lists what is evaluated in registers.
func TestExpressions(t *testing.T) {
	x, y := arg(0), arg(1)
	add, sub, mul := binaryOp("add"), binaryOp("subtract"), binaryOp("multiply")
	shared := sub(x, y)
	for name, c := range map[string]struct {
		kernel *ir.Expr
		want   []string
	}{
		"one op":           {add(x, y), nil},
		"chain":            {op("sqrt", add(mul(x, y), num(1))), []string{"a, b: sqrt(a*b + 1)"}},
		"precedence":       {sub(sub(x, sub(y, num(0.5))), op("divide", x, mul(y, num(2)))), []string{"a, b: a - (b - 0.5) - a/(b*2)"}},
		"negative":         {mul(op("negative", add(x, y)), op("negative", x)), []string{"a, b: -(a + b)*-a"}},
		"negative literal": {sub(mul(x, num(-1.5)), y), []string{"a, b: a*-1.5 - b"}},
		"no literal":       {op("minimum", mul(x, y), num(math.Inf(1))), []string{"a, b; c: minimum(a*b, c)"}},
		"what it lacks":    {sub(op("exp", add(mul(x, x), num(1))), op("sqrt", add(y, num(1)))), []string{"a: a*a + 1", "s, b: s - sqrt(b + 1)"}},
		"shared":           {op("divide", mul(shared, shared), add(shared, num(3))), []string{"a, b: (a - b)*(a - b)/(a - b + 3)"}},
		"a test inside":    {op("where", op("less", mul(x, y), num(0)), x, sub(mul(x, y), num(1))), nil},
	} {
		got, source := exprsOf(t, ir.Float64, 2, c.kernel)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s\n%s", name, diff, source)
		}
	}
}

func binaryOp(name string) func(x, y *ir.Expr) *ir.Expr {
	return func(x, y *ir.Expr) *ir.Expr { return op(name, x, y) }
}

// TestExpressionLimits makes expressions that are too large for one: they are cut
// into some that keep the limits, which NewExpr holds.
func TestExpressionLimits(t *testing.T) {
	sum, chain, power, numbers := arg(0), arg(0), arg(0), arg(0)
	for i := range 20 {
		sum = op("add", sum, arg(i))
		chain = op("sqrt", op("add", chain, num(1)))
		numbers = op("multiply", numbers, num(float64(i)+0.5))
		power = op("multiply", op("add", power, arg(i)), power)
	}
	for name, c := range map[string]struct {
		kernel   *ir.Expr
		operands int
		ops      int
	}{"operands": {sum, 20, 20}, "ops": {chain, 1, 40}, "numbers": {numbers, 1, 20}, "shared": {power, 20, 40}} {
		texts, source := exprsOf(t, ir.Float64, c.operands, c.kernel)
		if len(texts) < 2 || strings.Count(source, ".Eval(") != len(texts) {
			t.Errorf("%s: %d expressions, %d evaluated, in\n%s", name, len(texts), strings.Count(source, ".Eval("), source)
		}
		for _, text := range texts {
			if len(text) > 1000 {
				t.Errorf("%s: a text of %d bytes", name, len(text))
			}
		}
	}
}

// TestExpressionOfFloat32 holds that literals are rounded once.
func TestExpressionOfFloat32(t *testing.T) {
	got, _ := exprsOf(t, ir.Float32, 1, op("sqrt", op("add", op("multiply", arg(0), num(0.1)), num(16777217))))
	want := []string{"a: sqrt(a*0.1 + 1.6777216e+07)"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
