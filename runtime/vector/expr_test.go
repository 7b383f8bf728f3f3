package vector

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// A tree is a random expression: its text, and how the functions of the package
// compute it one by one.
type tree[T ExprElem] struct {
	text  string
	value func(operands [][]T) []T
}

// leafNames are the operands of random expressions: slices and numbers.
var leafNames = []string{"x", "y", "z", "a", "b"}

const leafSlices = 3

// randomTree makes an expression of some depth.
func randomTree[T ExprElem](r *rand.Rand, depth int, made *[]tree[T]) tree[T] {
	if len(*made) > 0 && r.IntN(6) == 0 {
		return (*made)[r.IntN(len(*made))] // a common subexpression
	}
	if depth == 0 || r.IntN(8) == 0 {
		if r.IntN(8) == 0 {
			return tree[T]{"0.75", func(o [][]T) []T { return filled(T(0.75), len(o[0])) }}
		}
		k := r.IntN(len(leafNames))
		return tree[T]{leafNames[k], func(o [][]T) []T { return o[k] }}
	}
	k := exprPlain + r.IntN(len(exprOps)-exprPlain)
	loop := exprLoops[T]()[k]
	args := make([]tree[T], exprOps[k].params)
	for i := range args {
		args[i] = randomTree(r, depth-1, made)
	}
	t := tree[T]{treeText(exprOps[k].text, args), func(o [][]T) []T {
		dst, x := make([]T, len(o[0])), args[0].value(o)
		loop(dst, x, args[len(args)-1].value(o))
		return dst
	}}
	*made = append(*made, t)
	return t
}

func treeText[T ExprElem](op string, args []tree[T]) string {
	if strings.ContainsAny(op, "+-*/") {
		return "(" + args[0].text + " " + op + " " + args[1].text + ")"
	}
	var texts []string
	for _, a := range args {
		texts = append(texts, a.text)
	}
	return op + "(" + strings.Join(texts, ", ") + ")"
}

func filled[T any](v T, n int) []T {
	s := make([]T, n)
	for i := range s {
		s[i] = v
	}
	return s
}

// exprOperands makes operands for n elements at any alignment.
func exprOperands[T ExprElem](r *rand.Rand, n int) [][]T {
	o := make([][]T, len(leafNames))
	for i := range o {
		skip := r.IntN(8)
		o[i] = operands(reflect.TypeFor[T](), n+skip, r).Interface().([]T)[skip:]
		if i >= leafSlices && n > 0 {
			o[i] = filled(o[i][0], n)
		}
	}
	return o
}

// exprLengths are all short ones, and those around groups and strips.
func exprLengths() []int {
	var ns []int
	for n := range 71 {
		ns = append(ns, n)
	}
	return append(ns, 127, 128, 129, 255, 256, 257, 300, 1000, 1023, 1024, 1025, 2047)
}

// TestExprRandom compares expressions, at all levels, with the functions of their
// ops called one by one.
func TestExprRandom(t *testing.T) {
	t.Run("float64", testExprRandom[float64])
	t.Run("float32", testExprRandom[float32])
}

func testExprRandom[T ExprElem](t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	lengths := exprLengths()
	compiled := 0
	for i := range 3000 {
		made := &[]tree[T]{}
		want := randomTree(r, 1+i%6, made)
		text := "x, y, z; a, b: " + want.text
		p, err := compileExpr[T](text)
		if err != nil {
			if !strings.Contains(err.Error(), "at most") {
				t.Fatalf("%s: %v", text, err)
			}
			continue
		}
		compiled++
		n := lengths[r.IntN(len(lengths))]
		o := exprOperands[T](r, n)
		e := Expr[T]{p: p}
		copy(e.numbers[:], p.literals)
		if n > 0 {
			e = e.With(o[3][0], o[4][0])
		}
		checkExpr(t, &e, o[:leafSlices], want.value(o))
	}
	if compiled < 2500 {
		t.Errorf("only %d expressions were within the limits", compiled)
	}
}

// checkExpr evaluates an expression at each level, to memory of its own and over
// each operand.
func checkExpr[T ExprElem](t *testing.T, e *Expr[T], operands [][]T, want []T) {
	t.Helper()
	for _, l := range append(levels(), Portable) {
		for over := -1; over < len(operands); over++ {
			args := slices.Clone(operands)
			dst := make([]T, len(want))
			if over >= 0 {
				dst = slices.Clone(operands[over])
				args[over] = dst
			}
			atLevel(l, func() { e.Eval(dst, args...) })
			for i, got := range dst {
				if w := want[i]; got != w && (got == got || w == w) || math.Signbit(float64(got)) != math.Signbit(float64(w)) && w == w {
					t.Fatalf("%s: %s, %d elements, dst is operand %d: element %d is %v, want %v", l, e, len(want), over, i, got, w)
				}
			}
		}
	}
}

// TestExprSnippets evaluates every op in every form, on both slots, for all
// lengths.
func TestExprSnippets(t *testing.T) {
	t.Run("float64", testExprSnippets[float64])
	t.Run("float32", testExprSnippets[float32])
}

func testExprSnippets[T ExprElem](t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	used := map[exprStep]bool{}
	for k := exprPlain; k < len(exprOps); k++ {
		for _, text := range snippetTexts(exprOps[k]) {
			e := NewExpr[T]("x, y, z; a, b: " + text)
			for _, s := range e.p.steps {
				used[exprStep{op: s.op, form: s.form, slot: s.slot}] = true
			}
			for _, n := range exprLengths() {
				o := exprOperands[T](r, n)
				bound := e
				if n > 0 {
					bound = e.With(o[3][0], o[4][0])
				}
				want := make([]T, n)
				atLevel(Portable, func() { bound.Eval(want, o[:leafSlices]...) })
				checkExpr(t, &bound, o[:leafSlices], want)
			}
		}
	}
	for k := exprPlain; k < len(exprOps); k++ {
		for form := range exprForms {
			for slot := range 2 {
				s := exprStep{op: uint8(k), form: uint8(form), slot: uint8(slot)}
				exists := form == formSlot && slot == 0 || exprOps[k].params == 1 && form == formSlot ||
					exprOps[k].params == 2 && (form == formSlotReverse && slot == 0 || form > formSlotReverse)
				if exists != used[s] {
					t.Errorf("%s, form %d, slot %d: used %v, want %v", exprOps[k].text, form, slot, used[s], exists)
				}
			}
		}
	}
}

// snippetTexts are expressions that need all snippets of an op: in slot A, and in
// slot B while A holds something.
func snippetTexts(o exprOp) []string {
	apply := func(x, y string) string {
		switch {
		case o.params == 1:
			return o.text + "(" + x + ")"
		case strings.ContainsAny(o.text, "+-*/"):
			return "(" + x + o.text + y + ")"
		}
		return o.text + "(" + x + "," + y + ")"
	}
	if o.params == 1 {
		return []string{apply("x", ""), "square(x+y)*" + apply("(x+1)", "")}
	}
	texts := []string{apply("square(x+z)", "(y*z)"), apply("(y*z)", "(x*(x+z)+z*(z+a))")}
	for _, other := range []string{"z", "a"} { // a slice, a number
		texts = append(texts, apply("(x+y)", other), apply(other, "(x+y)"),
			"(square(x+y)+x*y)/"+apply("(x+y)", other), "(square(x+y)-a)-"+apply(other, "(z+y)"))
	}
	// x+y is used twice, so that it is in a temporary the second time.
	return append(texts, apply("(x+y)*z", "(x+y)"), "(x+y)*(y+z)-"+apply("(x+y)", "(z*z+y*y)"),
		"(x+y)*(y+z)-"+apply("z*z", "(x+y)"), "(x+y)*(y+z)-"+apply("(x+y)", "(z*z)"))
}

// TestExprLong covers more elements than are computed at a time without letting
// the scheduler in.
func TestExprLong(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	n := 2*piece + 77
	o := exprOperands[float64](r, n)
	e := NewExpr[float64]("x, y, z: (x*y + x*z) / (x - y)")
	want := make([]float64, n)
	for i := range want {
		x, y, z := o[0][i], o[1][i], o[2][i]
		want[i] = (float64(x*y) + float64(x*z)) / (x - y)
	}
	checkExpr(t, &e, o[:leafSlices], want)
}

// TestExprRejects lists what is no expression.
func TestExprRejects(t *testing.T) {
	for text, want := range map[string]string{
		"sqrt(x)":                      "no colon",
		"x: sqrt(x, x)":                "no op sqrt of 2 operands",
		"x: exp(x)":                    "no op exp of 1 operands",
		"x: x + y":                     "unknown name y",
		"x, x: x":                      "bad name",
		"x: (x + 1":                    "no )",
		"x: x x":                       "unexpected IDENT",
		"x: next!(x)":                  "",
		"x: 1e999 * x":                 "value out of range",
		"x: x % 2":                     "unexpected %",
		"x: x+1+2+3+4+5+6+7+8+9":       "9 numbers",
		"a,b,c,d,e,f,g,h,i,j,k,l,m: a": "13 slices",
	} {
		_, err := compileExpr[float64](text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	defer func() {
		if text := fmt.Sprint(recover()); text != `vector: no colon behind the names in the expression "x"` {
			t.Error(text)
		}
	}()
	NewExpr[float64]("x")
}

// TestExprChecks holds that wrong arguments are found before memory is touched.
func TestExprChecks(t *testing.T) {
	e := NewExpr[float64]("x, y; c: x*y + c")
	for name, f := range map[string]func(){
		"number of operands": func() { e.Eval(make([]float64, 8), make([]float64, 8)) },
		"length of operands": func() { e.Eval(make([]float64, 8), make([]float64, 8), make([]float64, 7)) },
		"number of numbers":  func() { e.With() },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

// TestExprAllocations holds that evaluating allocates nothing.
func TestExprAllocations(t *testing.T) {
	e := NewExpr[float64]("x, y; c: (x*y + c) * (x*y - x) / (x*x + y*y + (x - y)*(x + y))")
	x, y, dst := make([]float64, 1000), make([]float64, 1000), make([]float64, 1000)
	for _, l := range append(levels(), Portable) {
		for _, n := range []int{5, 64, 1000} {
			atLevel(l, func() {
				if got := testing.AllocsPerRun(10, func() {
					bound := e.With(3)
					bound.Eval(dst[:n], x[:n], y[:n])
				}); got != 0 {
					t.Errorf("%s, %d elements: %v allocations", l, n, got)
				}
			})
		}
	}
}

func BenchmarkExpr(b *testing.B) {
	for _, bench := range []struct {
		text string
		n    int
	}{{"x, y: sqrt(x*y + 1)", 65536}, {"x, y: sqrt(x*y + 1)", 1024}, {"x, y, z: (x + y + z + x + y)*0.2", 1024}, {"x, y, z: (x + y + z + x + y)*0.2", 1018}} {
		for _, l := range levels() {
			b.Run(fmt.Sprintf("%s/%d/%s", bench.text, bench.n, l), func(b *testing.B) {
				e := NewExpr[float64](bench.text)
				o := make([][]float64, e.p.operands)
				for i := range o {
					o[i] = filled(1.5, bench.n)
				}
				dst := make([]float64, bench.n)
				atLevel(l, func() {
					for b.Loop() {
						for i := 0; i < len(dst); i += 1024 {
							j := min(i+1024, len(dst))
							switch len(o) {
							case 2:
								e.Eval(dst[i:j], o[0][i:j], o[1][i:j])
							default:
								e.Eval(dst[i:j], o[0][i:j], o[1][i:j], o[2][i:j])
							}
						}
					}
				})
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*bench.n), "ns/elem")
			})
		}
	}
}
