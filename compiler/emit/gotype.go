package emit

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
)

// maxTuple is the longest tuple that the runtime has a type for.
const maxTuple = 4

// goType returns the Go type of values of an IR type.
func goType(t *ir.Type) jen.Code {
	switch t.Kind {
	case ir.TypeNone:
		return jen.Qual(runtimePath, "None")
	case ir.TypeScalar:
		return jen.Id(t.DType.String())
	case ir.TypeBlock:
		return jen.Op("*").Qual(runtimePath, "Block").Index(jen.Id(t.DType.String()))
	case ir.TypeString:
		return jen.String()
	case ir.TypeBytes:
		return jen.Index().Byte()
	case ir.TypeList:
		return jen.Index().Add(goType(t.Elems[0]))
	case ir.TypeTuple:
		return tupleType(t.Elems)
	case ir.TypeDict:
		return jen.Map(goType(t.Elems[0])).Add(goType(t.Elems[1]))
	case ir.TypeGo:
		return goSource(t.Go.Expr, t.Go.Imports)
	}
	return jen.Any()
}

var tupleNames = []string{"", "", "Tuple2", "Tuple3", "Tuple4"}

func tupleType(elems []*ir.Type) jen.Code {
	codes := make([]jen.Code, len(elems))
	for i, e := range elems {
		codes[i] = goType(e)
	}
	return jen.Qual(runtimePath, tupleNames[len(elems)]).Index(jen.List(codes...))
}

// hasType says whether goType has a type for values of t, and why not.
func hasType(t *ir.Type) string {
	switch {
	case t == nil:
		return "its type is not known"
	case t.Kind == ir.TypeSlice || t.Kind == ir.TypeDType || t.Kind == ir.TypeFunc:
		return "a " + t.String() + " is an argument, not a value"
	case t.Kind == ir.TypeTuple && (len(t.Elems) < 2 || len(t.Elems) > maxTuple):
		return "tuples have 2 to 4 elements; use a list"
	case t.Kind == ir.TypeGo && t.Go == nil:
		return "its Go type is not known"
	}
	for _, e := range t.Elems {
		if why := hasType(e); why != "" {
			return why
		}
	}
	return ""
}

// zero returns the zero value of a type, for returns with an error.
func zero(t *ir.Type) jen.Code {
	switch t.Kind {
	case ir.TypeScalar:
		if t.DType == ir.Bool {
			return jen.False()
		}
		return jen.Lit(0)
	case ir.TypeBlock, ir.TypeBytes, ir.TypeList, ir.TypeDict:
		return jen.Nil()
	case ir.TypeString:
		return jen.Lit("")
	case ir.TypeNone, ir.TypeTuple:
		return jen.Add(goType(t)).Values()
	}
	return goZero(t.Go)
}

// goZero returns the zero value of a Go type that only its text is known of.
func goZero(g *ir.GoType) jen.Code {
	e, err := parser.ParseExpr(g.Expr)
	if err == nil {
		switch e := e.(type) {
		case *ast.StarExpr, *ast.MapType, *ast.ChanType, *ast.FuncType, *ast.InterfaceType:
			return jen.Nil()
		case *ast.ArrayType:
			if e.Len == nil {
				return jen.Nil()
			}
		case *ast.Ident:
			if z, ok := basicZero[e.Name]; ok {
				return jen.Op(z)
			}
		}
	}
	return jen.Op("*").New(goSource(g.Expr, g.Imports))
}

// basicZero holds the zero values of Go's predeclared types.
var basicZero = map[string]string{
	"bool": "false", "string": `""`, "error": "nil", "any": "nil",
	"int": "0", "int8": "0", "int16": "0", "int32": "0", "int64": "0", "rune": "0",
	"uint": "0", "uint8": "0", "uint16": "0", "uint32": "0", "uint64": "0", "uintptr": "0", "byte": "0",
	"float32": "0", "float64": "0", "complex64": "0", "complex128": "0",
}

// goSource returns Go source text, such as a type that a user's package
// declares, with its package qualifiers bound to import paths: a qualifier is
// matched to the path that ends in it, or to the one that is left.
func goSource(src string, imports []string) jen.Code {
	e, err := parser.ParseExpr(src)
	if err != nil {
		return jen.Op(src) // reported when the file is formatted
	}
	paths := bindQualifiers(e, imports)
	s, from := jen.Null(), 0
	ast.Inspect(e, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && paths[x.Name] != "" {
			s.Op(src[from:int(sel.Pos())-1]).Qual(paths[x.Name], sel.Sel.Name)
			from = int(sel.End()) - 1
		}
		return true
	})
	return s.Op(src[from:])
}

// sourcePrec returns how tightly the outermost operator of Go source binds.
func sourcePrec(src string) int {
	e, err := parser.ParseExpr(src)
	if err != nil {
		return 0
	}
	switch e := e.(type) {
	case *ast.BinaryExpr:
		return e.Op.Precedence()
	case *ast.UnaryExpr, *ast.StarExpr:
		return unaryPrec
	case *ast.FuncLit, *ast.FuncType, *ast.ChanType:
		return 0
	}
	return primaryPrec
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$|\.v[0-9]+$`)

// importName guesses the name of the package at an import path.
func importName(p string) string {
	base := path.Base(p)
	if majorVersion.MatchString(base) {
		if i := strings.LastIndex(base, ".v"); i > 0 {
			return base[:i]
		}
		base = path.Base(path.Dir(p))
	}
	return base
}

// bindQualifiers maps the qualifiers of an expression to import paths.
func bindQualifiers(e ast.Expr, imports []string) map[string]string {
	left := append([]string(nil), imports...)
	paths := map[string]string{}
	var unbound []string
	for _, q := range qualifiers(e) {
		if i := indexImport(left, q); i >= 0 {
			paths[q] = left[i]
			left = append(left[:i], left[i+1:]...)
		} else {
			unbound = append(unbound, q)
		}
	}
	for i := 0; i < len(unbound) && i < len(left); i++ {
		paths[unbound[i]] = left[i]
	}
	return paths
}

func indexImport(paths []string, name string) int {
	for i, p := range paths {
		if importName(p) == name {
			return i
		}
	}
	return -1
}

// qualifiers returns the names that may be packages in an expression, in order
// of their first use.
func qualifiers(e ast.Expr) []string {
	var names []string
	seen := map[string]bool{}
	ast.Inspect(e, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && !seen[x.Name] && token.IsIdentifier(x.Name) {
				seen[x.Name] = true
				names = append(names, x.Name)
			}
		}
		return true
	})
	return names
}
