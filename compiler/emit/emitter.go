package emit

import (
	"go/ast"
	"go/parser"
	"sort"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
)

// An emitter writes one Go file.
type emitter struct {
	opts      Options
	pkgName   string
	pkgPath   string
	top       *namer // names of package level
	inner     *namer // names that must not be hidden inside functions
	decls     []jen.Code
	templates map[string]*template
	kernels   map[string]string // name by content
	arrays    map[string]string // name by content
	exprs     map[string]string // name by dtype and text
	funcs     map[string]*ir.Func
	imports   map[string]string // names of packages whose name is known
	embedFile string
	tables    tableWriter

	// Names that stand in every function, chosen so that they hide nothing that
	// the user's own expressions mention.
	task, index, pos, strip, recv, builder string
}

func newEmitter(pkgName, pkgPath string, opts Options, graphs []*ir.Graph) *emitter {
	em := &emitter{
		opts: opts, pkgName: pkgName, pkgPath: pkgPath,
		top: newNamer(nil), inner: newNamer(nil),
		templates: map[string]*template{}, kernels: map[string]string{}, arrays: map[string]string{}, exprs: map[string]string{},
		funcs: map[string]*ir.Func{}, imports: map[string]string{},
	}
	for _, n := range opts.Taken {
		em.top.taken[n] = true
	}
	for _, g := range graphs {
		em.protect(g)
	}
	em.task, em.index, em.pos, em.strip = em.inner.local("t"), em.inner.local("k"), em.inner.local("lo"), em.inner.local("o")
	methods := newNamer(em.inner) // kernels have no receiver and no builder to hide
	em.recv, em.builder = methods.local("l"), methods.local("b")
	return em
}

// protect reserves the names that a graph's user functions and Go types are
// written with, so that no variable hides them.
func (em *emitter) protect(g *ir.Graph) {
	for _, l := range g.Layers {
		em.protectType(l.Type)
		for _, c := range l.Cases {
			em.protectExpr(c.Kernel)
		}
	}
}

func (em *emitter) protectExpr(e *ir.Expr) {
	if e.Func != nil {
		em.protectFunc(e.Func)
	}
	if e.Const != nil && e.Const.Kind == ir.ConstGo {
		em.protectSource(e.Const.Str)
	}
	for _, a := range e.Args {
		em.protectExpr(a)
	}
	for i := range e.Kwargs {
		em.protectExpr(e.Kwargs[i].Value)
	}
}

func (em *emitter) protectFunc(f *ir.Func) {
	em.inner.taken[strings.Trim(strings.SplitN(f.Name, ".", 2)[0], "(*)")] = true
	em.inner.taken[em.importName(f.Pkg)] = true
	for _, p := range f.Params {
		em.protectType(p)
	}
	for _, a := range f.TypeArgs {
		em.protectType(&ir.Type{Kind: ir.TypeGo, Go: &ir.GoType{Expr: a, Imports: f.Instance.Imports}})
	}
	em.protectType(f.Result)
}

func (em *emitter) protectType(t *ir.Type) {
	if t == nil {
		return
	}
	if t.Go != nil {
		em.protectSource(t.Go.Expr)
		if e, err := parser.ParseExpr(t.Go.Expr); err == nil {
			for q, p := range bindQualifiers(e, t.Go.Imports) {
				em.imports[p] = q
			}
		}
	}
	for _, e := range t.Elems {
		em.protectType(e)
	}
}

// protectSource reserves every identifier of a Go expression.
func (em *emitter) protectSource(src string) {
	e, err := parser.ParseExpr(src)
	if err != nil {
		return
	}
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			em.inner.taken[id.Name] = true
		}
		return true
	})
}

// importName returns the name of the package at a path.
func (em *emitter) importName(path string) string {
	if n := em.opts.Names[path]; n != "" {
		return n
	}
	if n := em.imports[path]; n != "" {
		return n
	}
	return importName(path)
}

// template returns a parsed template.
func (em *emitter) template(src string, n int) (*template, error) {
	if t := em.templates[src]; t != nil && len(t.uses) >= n {
		return t, nil
	}
	t, err := parseTemplate(src, n)
	if err == nil {
		em.templates[src] = t
	}
	return t, err
}

// variable returns the name of a variable for a node's value.
func (em *emitter) variable(n *node) string {
	if n.name == "" {
		return map[nodeKind]string{operandNode: "x", paramNode: "p", constNode: "c"}[n.kind]
	}
	return camel(strings.TrimPrefix(n.name, "(*"))
}

// useFunc remembers a user's function, whose signature is asserted. That of a
// variadic one is not known.
func (em *emitter) useFunc(f *ir.Func) {
	if !f.Variadic {
		em.funcs[f.Pkg+"."+f.Title()] = f
	}
}

// assertions declares the signature of each user function that is called, so
// that a changed one does not compile.
func (em *emitter) assertions() jen.Code {
	keys := make([]string, 0, len(em.funcs))
	for k := range em.funcs {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var vars []jen.Code
	for _, k := range keys {
		f := em.funcs[k]
		vars = append(vars, jen.Id("_").Add(signature(f)).Op("=").Add(funcName(f)))
	}
	if vars == nil {
		return jen.Null()
	}
	return jen.Comment("// The functions that the graph calls. If one of these lines does not compile,").Line().
		Comment("// its function has changed: run daskgen gen again.").Line().Var().Defs(vars...).Line()
}

// signature returns the type of a user's function.
func signature(f *ir.Func) jen.Code {
	var params, results []jen.Code
	if f.Context {
		params = append(params, jen.Qual("context", "Context"))
	}
	for _, p := range f.Params {
		params = append(params, goType(p))
	}
	results = append(results, goType(f.Result))
	if f.Error {
		results = append(results, jen.Error())
	}
	if len(results) == 1 {
		return jen.Func().Params(params...).Add(results[0])
	}
	return jen.Func().Params(params...).Params(results...)
}
