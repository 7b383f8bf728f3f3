package dsl

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/printer"
	"go/token"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
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

// runName returns the name of the generated function of a graph.
func runName(name string) string {
	r, n := utf8.DecodeRuneInString(name)
	if unicode.IsUpper(r) {
		return "Run" + name
	}
	return "run" + string(unicode.ToUpper(r)) + name[n:]
}

// stubs returns the files to lay over a package in place of what daskgen has
// generated: functions of the same signatures, without bodies that matter. The
// user's code may call them before they have ever been generated.
func (s *source) stubs() map[string][]byte {
	overlay := map[string][]byte{}
	for _, g := range s.generated {
		overlay[g] = []byte("package " + s.name + "\n")
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

// stub returns the declaration for a mark, or "" if its signature cannot be
// told, which check reports.
func (s *source) stub(m *mark, imports map[string]string) string {
	if m.fn == nil || plainGraph(m.fn.Type) {
		return s.graphStub(m, imports)
	}
	params := []string{"ctx daskgencontext.Context"}
	for _, f := range m.fn.Type.Params.List {
		t := arrayElem(f.Type)
		for _, n := range f.Names {
			params = append(params, fmt.Sprintf("%s *daskgenrt.Array[%s]", n.Name, t))
		}
	}
	params = append(params, "opts ...daskgenrt.Option")
	var results []string
	if m.fn.Type.Results != nil {
		for _, f := range m.fn.Type.Results.List {
			for range max(1, len(f.Names)) {
				results = append(results, fmt.Sprintf("*daskgenrt.Array[%s]", arrayElem(f.Type)))
			}
		}
	}
	results = append(results, "error")
	return fmt.Sprintf("func %s(%s) (%s) { panic(\"stub\") }\n", runName(m.name), strings.Join(params, ", "), strings.Join(results, ", "))
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

// graphStub returns the stub for a plain graph, whose results depend on the
// graph: the declarations of the last generated file, or else one result of
// any type.
func (s *source) graphStub(m *mark, imports map[string]string) string {
	for _, path := range s.generated {
		if d := oldDecls(s.oldText[path], runName(m.name), imports); d != "" {
			return d
		}
	}
	result := s.guessResult(m)
	return fmt.Sprintf("func %s(ctx daskgencontext.Context, opts ...daskgenrt.Option) (%s, error) { panic(\"stub\") }\n", runName(m.name), result)
}

// oldDecls returns the declaration of a function, and of the struct that it
// returns if any, from a file that was generated before.
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
			if d.Name.Name == name && d.Recv == nil {
				d.Doc = nil
				d.Body = &ast.BlockStmt{List: []ast.Stmt{&ast.ExprStmt{X: &ast.CallExpr{Fun: ast.NewIdent("panic"), Args: []ast.Expr{&ast.BasicLit{Kind: token.STRING, Value: `"stub"`}}}}}}
				keep = true
			}
		case *ast.GenDecl:
			keep = d.Tok == token.TYPE && len(d.Specs) == 1 && d.Specs[0].(*ast.TypeSpec).Name.Name == strings.TrimPrefix(strings.TrimPrefix(name, "Run"), "run")+"Result"
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
func addImports(f *ast.File, d ast.Decl, imports map[string]string) bool {
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

// guessResult returns the type of the first result of the task that a graph's
// literal asks for, when the function is declared in the package; else any.
func (s *source) guessResult(m *mark) string {
	fn := soleTask(m)
	for _, f := range s.files {
		for _, d := range f.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok || fd.Recv != nil || fd.Name.Name != fn || fd.Type.Results.NumFields() == 0 {
				continue
			}
			var b bytes.Buffer
			if id, ok := fd.Type.Results.List[0].Type.(*ast.Ident); ok && format.Node(&b, s.fset, id) == nil {
				return b.String()
			}
		}
	}
	return "any"
}
