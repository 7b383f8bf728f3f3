package stdops

import (
	"regexp"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// A ufunc is the short form in which the elementwise ops are declared.
// Those of two results are in tworesults.go.
type ufunc struct {
	name     string
	params   string // names, separated by spaces
	doc      string
	aliases  string // NumPy's other names and Python's, separated by spaces
	operator string // names in Python's operator module, separated by spaces
	cheap    bool   // costs no more than a load
	loops    []Loop
}

// registerUfuncs adds ops to the table. Each is also known as numpy.NAME, and
// by its operator's name alone and in Python's two modules.
func registerUfuncs(us ...ufunc) {
	for _, u := range us {
		register(&Op{
			Name: u.name, Aliases: u.allAliases(), Class: Elementwise, Doc: u.doc,
			Params: u.opParams(), Loops: u.loops, Cheap: u.cheap, Pure: true,
		})
	}
}

func (u *ufunc) opParams() []Param {
	var ps []Param
	for _, p := range strings.Fields(u.params) {
		ps = append(ps, Param{Name: p})
	}
	return ps
}

func (u *ufunc) allAliases() []string {
	aliases := []string{"numpy." + u.name}
	seen := map[string]bool{u.name: true, aliases[0]: true}
	add := func(names ...string) {
		for _, n := range names {
			if !seen[n] {
				seen[n] = true
				aliases = append(aliases, n)
			}
		}
	}
	for _, a := range strings.Fields(u.aliases) {
		add(a)
		if !strings.Contains(a, ".") {
			add("numpy." + a)
		}
	}
	for _, o := range strings.Fields(u.operator) {
		add(o, "operator."+o, "_operator."+o)
	}
	return aliases
}

// same returns a loop T, T, ... -> T of n operands for each dtype. In expr, @
// is the Go type T, and # the size in bits of a complex dtype.
func same(n int, ds []ir.DType, expr string) []Loop {
	return to(n, ds, ir.NoDType, expr)
}

// to is same with the result dtype out (NoDType: T).
func to(n int, ds []ir.DType, out ir.DType, expr string) []Loop {
	var ls []Loop
	for _, d := range ds {
		l := Loop{Out: out, Expr: expand(expr, d)}
		if out == ir.NoDType {
			l.Out = d
		}
		for range n {
			l.In = append(l.In, d)
		}
		ls = append(ls, l)
	}
	return ls
}

// sameInts is same for the integer dtypes, with an expression for the signed
// and one for the unsigned ones.
func sameInts(n int, signed, unsigned string) []Loop {
	var ls []Loop
	for _, d := range intTypes {
		expr := signed
		if d.Kind() == 'u' {
			expr = unsigned
		}
		ls = append(ls, same(n, []ir.DType{d}, expr)...)
	}
	return ls
}

func expand(expr string, d ir.DType) string {
	bits := map[ir.DType]string{ir.Complex64: "64", ir.Complex128: "128"}[d]
	return strings.NewReplacer("@", d.String(), "#", bits).Replace(expr)
}

// math1 returns the loops of a function of one float64 argument: expr with $0
// in float64.
func math1(expr string) []Loop {
	return mathN(1, expr)
}

// mathN returns the loops of a function on float64 operands. The one for
// float32 computes in float64 and rounds once, which is at least as exact as
// NumPy's float32 loop.
func mathN(n int, expr string) []Loop {
	return concat(
		same(n, floatTypes[:1], "float32("+widen(expr, "float64")+")"),
		same(n, floatTypes[1:], expr),
	)
}

// vectorN returns the loops of a function of package runtime/vector of n
// numbers: vector.Exp for float64, vector.Exp32 for float32.
func vectorN(n int, name string) []Loop {
	args := " $0, $1"[1 : 4*n-1]
	return concat(same(n, floatTypes[:1], name+"32("+args+")"), same(n, floatTypes[1:], name+"("+args+")"))
}

// cmath1 returns the loops of a function of one complex128 argument.
func cmath1(expr string) []Loop {
	return cmathN(1, expr)
}

// cmathN returns the loops of a function on complex128 operands.
func cmathN(n int, expr string) []Loop {
	return concat(
		same(n, complexTypes[:1], "complex64("+widen(expr, "complex128")+")"),
		same(n, complexTypes[1:], expr),
	)
}

// widen converts the operands in expr to a wider Go type.
func widen(expr, wide string) string {
	return operand.ReplaceAllString(expr, wide+"($$$1)")
}

// operand matches an operand in a loop's expression.
var operand = regexp.MustCompile(`\$(\d)`)
