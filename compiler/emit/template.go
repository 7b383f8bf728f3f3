package emit

import (
	"fmt"
	"go/ast"
	"go/parser"
	"regexp"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"
)

// runtimePath is the module's runtime, which generated code imports as rt.
const (
	modulePath   = "github.com/daskgen/daskgen"
	runtimePath  = modulePath + "/runtime"
	openblasPath = modulePath + "/stdops/openblas"
	vectorPath   = runtimePath + "/vector"
)

// templatePackages are the qualifiers that templates and calls may use.
var templatePackages = map[string]string{
	"math":   "math",
	"cmplx":  "math/cmplx",
	"bits":   "math/bits",
	"rt":     runtimePath,
	"kernel": modulePath + "/stdops/kernel",
	"vector": vectorPath,
	"linalg": modulePath + "/stdops/linalg",

	"numpyrandom": modulePath + "/stdops/numpyrandom",
}

// qualified returns the code of a name such as rt.Pow.
func qualified(name string) jen.Code {
	pkg, sel, ok := strings.Cut(name, ".")
	if !ok {
		return jen.Id(name)
	}
	return jen.Qual(templatePackages[pkg], sel)
}

// A template is a parsed Go expression over the placeholders $0, $1, ...
type template struct {
	expr ast.Expr
	uses []int // how often each placeholder occurs
}

var placeholder = regexp.MustCompile(`\$(\d+)`)

// templatePrefix makes identifiers of placeholders while Go's parser has them.
const templatePrefix = "placeholder_"

// parseTemplate parses the expression of a loop over n operands.
func parseTemplate(src string, n int) (*template, error) {
	e, err := parser.ParseExpr(placeholder.ReplaceAllString(src, templatePrefix+"$1"))
	if err != nil {
		return nil, fmt.Errorf("template %q: %w", src, err)
	}
	t := &template{expr: e, uses: make([]int, n)}
	ast.Inspect(e, func(x ast.Node) bool {
		if id, ok := x.(*ast.Ident); ok {
			if i, ok := placeholderIndex(id); ok {
				if i >= n {
					err = fmt.Errorf("template %q: $%d of %d operands", src, i, n)
					return false
				}
				t.uses[i]++
			}
		}
		return true
	})
	return t, err
}

func placeholderIndex(id *ast.Ident) (int, bool) {
	digits, ok := strings.CutPrefix(id.Name, templatePrefix)
	if !ok {
		return 0, false
	}
	i, err := strconv.Atoi(digits)
	return i, err == nil
}

// expand replaces the placeholders by args.
func (t *template) expand(args []goExpr) (goExpr, error) { return expandExpr(t.expr, args) }

func expandExpr(e ast.Expr, args []goExpr) (goExpr, error) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return expandExpr(e.X, args)
	case *ast.BasicLit:
		return goExpr{code: jen.Op(e.Value), prec: primaryPrec, atom: true, konst: true}, nil
	case *ast.Ident:
		if i, ok := placeholderIndex(e); ok {
			return args[i], nil
		}
		return name(e.Name), nil
	case *ast.SelectorExpr:
		return expandSelector(e, args)
	case *ast.UnaryExpr:
		return expandUnary(e, args)
	case *ast.BinaryExpr:
		return expandBinary(e, args)
	case *ast.CallExpr:
		return expandCall(e, args)
	case *ast.IndexExpr:
		return expandInstance(e.X, []ast.Expr{e.Index}, args)
	case *ast.IndexListExpr:
		return expandInstance(e.X, e.Indices, args)
	}
	return goExpr{}, fmt.Errorf("template holds a %T", e)
}

func expandSelector(e *ast.SelectorExpr, args []goExpr) (goExpr, error) {
	if id, ok := e.X.(*ast.Ident); ok && templatePackages[id.Name] != "" {
		return atom(jen.Qual(templatePackages[id.Name], e.Sel.Name)), nil
	}
	x, err := expandExpr(e.X, args)
	return goExpr{code: jen.Add(x.within(primaryPrec)).Dot(e.Sel.Name), prec: primaryPrec, atom: x.atom, weight: x.weight}, err
}

func expandUnary(e *ast.UnaryExpr, args []goExpr) (goExpr, error) {
	x, err := expandExpr(e.X, args)
	if x.prec == unaryPrec { // --x and &&x are other tokens
		x.prec--
	}
	return goExpr{code: jen.Op(e.Op.String()).Add(x.within(unaryPrec)), prec: unaryPrec, konst: x.konst, weight: x.weight + 1}, err
}

func expandBinary(e *ast.BinaryExpr, args []goExpr) (goExpr, error) {
	x, err := expandExpr(e.X, args)
	if err != nil {
		return x, err
	}
	y, err := expandExpr(e.Y, args)
	return infixExpr(x, e.Op, y), err
}

func expandCall(e *ast.CallExpr, args []goExpr) (goExpr, error) {
	fun, err := expandExpr(e.Fun, args)
	if err != nil {
		return fun, err
	}
	list := make([]goExpr, len(e.Args))
	for i, a := range e.Args {
		if list[i], err = expandExpr(a, args); err != nil {
			return list[i], err
		}
		if infers(e.Fun) && list[i].typed != nil {
			list[i].code = list[i].typed
		}
	}
	return call(fun.within(primaryPrec), list...), nil
}

// infers says whether a function may be generic, so that the types of its
// arguments matter.
func infers(fun ast.Expr) bool {
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && pkg.Name == "rt"
}

func expandInstance(x ast.Expr, indices []ast.Expr, args []goExpr) (goExpr, error) {
	fun, err := expandExpr(x, args)
	if err != nil {
		return fun, err
	}
	codes := make([]jen.Code, len(indices))
	for i, ix := range indices {
		e, err := expandExpr(ix, args)
		if err != nil {
			return e, err
		}
		codes[i] = e.code
	}
	return goExpr{code: jen.Add(fun.within(primaryPrec)).Index(jen.List(codes...)), prec: primaryPrec}, nil
}
