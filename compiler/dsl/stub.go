package dsl

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/daskgen/daskgen/compiler/emit"
)

const (
	modulePath  = "github.com/daskgen/daskgen"
	daPath      = modulePath + "/da"
	graphPath   = modulePath + "/graph"
	recordPath  = modulePath + "/graph/record"
	irPath      = modulePath + "/ir"
	runtimePath = modulePath + "/runtime"

	stubFile   = "zz_daskgen_stub.go"
	recordFile = "zz_daskgen_record.go"
	mainDir    = "daskgen_record"
)

// stubs returns the files to lay over a package in place of what daskgen has
// generated: functions of the same signatures, without bodies that matter. The
// user's code may call them before they have ever been generated.
func (s *source) stubs() map[string][]byte {
	overlay := map[string][]byte{}
	for _, g := range s.generated {
		if !fromGraphFile(s.oldText[g]) {
			overlay[g] = []byte("package " + s.name + "\n")
		}
	}
	var decls []string
	imports := map[string]string{}
	for _, m := range s.marks {
		decls = append(decls, s.stub(m, imports))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\n\nimport (\n\tdaskgencontext \"context\"\n\tdaskgenrt %q\n", s.name, runtimePath)
	for _, name := range sortedKeys(imports) {
		fmt.Fprintf(&b, "\t%s %q\n", name, imports[name])
	}
	b.WriteString(")\n\nvar _ daskgencontext.Context\nvar _ daskgenrt.Option\n\n")
	b.WriteString(strings.Join(decls, "\n"))
	overlay[filepath.Join(s.dir, stubFile)] = []byte(b.String())
	return overlay
}

var graphFileSource = regexp.MustCompile(`(?m)^// source: (.*\.json(\.gz|\.zst)?|standard input)\r?$`)

// fromGraphFile says whether a generated file was made from a graph.json: it is
// as good as hand-written here, where nothing will replace it.
func fromGraphFile(text []byte) bool { return graphFileSource.Match(text) }

// stub returns the declaration for a mark, or "" if its signature cannot be
// told, which check reports.
func (s *source) stub(m *mark, imports map[string]string) string {
	if m.fn == nil || plainGraph(m.fn.Type) {
		return s.graphStub(m, imports)
	}
	if m.fn.Type.TypeParams != nil {
		return ""
	}
	params := []string{"_ daskgencontext.Context"}
	for _, f := range m.fn.Type.Params.List {
		for range f.Names {
			params = append(params, "_ *daskgenrt.Array["+arrayElem(f.Type)+"]")
		}
	}
	params = append(params, "_ ...daskgenrt.Option")
	var names, types []string
	if m.fn.Type.Results != nil {
		for _, f := range m.fn.Type.Results.List {
			for i := range max(1, len(f.Names)) {
				name := ""
				if i < len(f.Names) {
					name = f.Names[i].Name
				}
				names, types = append(names, name), append(types, "*daskgenrt.Array["+arrayElem(f.Type)+"]")
			}
		}
	}
	return runStub(m.name, params, resultNames(m.name, names), types)
}

// resultNames returns the names of a function's results as outputs: what has no
// name is called after the function.
func resultNames(fn string, names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		if out[i] = n; n == "" || n == "_" {
			if out[i] = lowerFirst(fn); len(names) > 1 {
				out[i] += strconv.Itoa(i + 1)
			}
		}
	}
	return out
}

// runStub declares the function of a graph with outputs of these names and
// types, and the struct of several.
func runStub(name string, params, outputs, types []string) string {
	sig := fmt.Sprintf("func %s(%s)", emit.RunName(name), strings.Join(params, ", "))
	if len(outputs) == 1 {
		return fmt.Sprintf("%s (%s, error) { panic(\"stub\") }\n", sig, types[0])
	}
	var b strings.Builder
	result := emit.ResultName(name)
	fmt.Fprintf(&b, "type %s struct {\n", result)
	for i, f := range emit.FieldNames(outputs) {
		fmt.Fprintf(&b, "\t%s %s\n", f, types[i])
	}
	fmt.Fprintf(&b, "}\n\n%s (*%s, error) { panic(\"stub\") }\n", sig, result)
	return b.String()
}

// arrayElem returns T of a type expression da.Array[T].
func arrayElem(e ast.Expr) string {
	if ix, ok := e.(*ast.IndexExpr); ok {
		if id, ok := ix.Index.(*ast.Ident); ok {
			return id.Name
		}
	}
	return "float64"
}

// plainGraph says whether a function has the form of one that returns a
// graph.Graph.
func plainGraph(t *ast.FuncType) bool {
	if t.Params.NumFields() > 0 || t.Results.NumFields() != 1 {
		return false
	}
	sel, ok := t.Results.List[0].Type.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "Graph"
}

// graphStub returns the stub for a plain graph. Its results depend on the graph:
// they are told from its literal, or else are what they were when code was
// generated last, or else of any type.
func (s *source) graphStub(m *mark, imports map[string]string) string {
	params := []string{"_ daskgencontext.Context", "_ ...daskgenrt.Option"}
	used := map[string]string{}
	outputs, types, ok := s.guessResults(m, used)
	if !ok {
		for _, path := range s.generated {
			if d := oldDecls(s.oldText[path], m.name, imports); d != "" {
				return d
			}
		}
	}
	if len(outputs) == 0 {
		outputs, types = []string{""}, []string{"any"}
	}
	maps.Copy(imports, used)
	return runStub(m.name, params, outputs, types)
}

// oldDecls returns the declaration of the function of a graph, and of the struct
// that it returns if any, from a file that was generated before.
func oldDecls(text []byte, name string, imports map[string]string) string {
	fset := token.NewFileSet()
	f, _ := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	if f == nil {
		return ""
	}
	var b bytes.Buffer
	for _, d := range f.Decls {
		keep := false
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.Name == emit.RunName(name) && d.Recv == nil {
				d.Doc = nil
				d.Body = &ast.BlockStmt{List: []ast.Stmt{&ast.ExprStmt{X: &ast.CallExpr{Fun: ast.NewIdent("panic"), Args: []ast.Expr{&ast.BasicLit{Kind: token.STRING, Value: `"stub"`}}}}}}
				keep = true
			}
		case *ast.GenDecl:
			keep = d.Tok == token.TYPE && len(d.Specs) == 1 && d.Specs[0].(*ast.TypeSpec).Name.Name == emit.ResultName(name)
		}
		if keep && addImports(f, d, imports) {
			_ = printer.Fprint(&b, token.NewFileSet(), d)
			b.WriteString("\n")
		}
	}
	if !strings.Contains(b.String(), "func ") {
		return ""
	}
	return b.String()
}

// addImports adds the imports of f that d uses. It says whether all were found.
func addImports(f *ast.File, d ast.Node, imports map[string]string) bool {
	names := map[string]string{}
	for _, spec := range f.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		name := path[strings.LastIndexByte(path, '/')+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = path
	}
	ok := true
	ast.Inspect(d, func(n ast.Node) bool {
		sel, isSel := n.(*ast.SelectorExpr)
		if !isSel {
			return true
		}
		if x, isID := sel.X.(*ast.Ident); isID {
			if path := names[x.Name]; path == "" {
				ok = false
			} else {
				imports[x.Name] = path
			}
		}
		return true
	})
	return ok
}
