package stdops

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"

	"github.com/daskgen/daskgen/ir"
)

// TestLoopsCompile type-checks the expression of every loop and conversion as a
// Go function from its In dtypes to its Out dtype.
func TestLoopsCompile(t *testing.T) {
	var src strings.Builder
	src.WriteString("package loops\n\nimport (\n\"math\"\n\"math/cmplx\"\n\"github.com/daskgen/daskgen/runtime/vector\"\nrt \"runtime\"\n)\n\nvar _, _, _, _ = math.Pi, cmplx.Abs, rt.Zero[int], vector.Exp\n\n")
	n := 0
	for _, op := range All() {
		for _, l := range op.Loops {
			writeLoop(&src, fmt.Sprintf("%s%d", op.Name, n), &l)
			n++
		}
	}
	for _, from := range allTypes {
		for _, to := range allTypes {
			writeLoop(&src, fmt.Sprintf("cast%d", n), &Loop{In: []ir.DType{from}, Out: to, Expr: CastExpr(from, to)})
			n++
		}
	}
	if n < 1000 {
		t.Errorf("only %d loops", n)
	}
	checkSource(t, src.String())
}

func writeLoop(b *strings.Builder, name string, l *Loop) {
	expr := l.Expr
	fmt.Fprintf(b, "func %s(", name)
	for i, d := range l.In {
		fmt.Fprintf(b, "x%d %s, ", i, d)
		expr = strings.ReplaceAll(expr, fmt.Sprintf("$%d", i), fmt.Sprintf("(x%d)", i))
	}
	fmt.Fprintf(b, ") %s {\n\treturn %s\n}\n\n", l.Out, expr)
}

// checkSource type-checks src; the package runtime that it imports is the one
// made of our runtime's num files.
func checkSource(t *testing.T, src string) {
	t.Helper()
	fset := token.NewFileSet()
	std := importer.ForCompiler(fset, "source", nil)
	names, err := filepath.Glob("../runtime/num*.go")
	if err != nil || len(names) == 0 {
		t.Fatalf("runtime/num*.go: %v", err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	rt, err := (&types.Config{Importer: std}).Check("runtime", fset, files, nil)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.ParseFile(fset, "loops.go", src, 0)
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	conf := types.Config{Importer: withRuntime{std, rt}, Error: func(err error) { t.Error(err) }}
	conf.Check("loops", fset, []*ast.File{f}, nil) // errors go to t
}

// withRuntime is an importer that knows one package more.
type withRuntime struct {
	types.Importer
	rt *types.Package
}

func (w withRuntime) Import(path string) (*types.Package, error) {
	if path == "runtime" {
		return w.rt, nil
	}
	return w.Importer.Import(path)
}

// TestLoopsUseOperandsOnce checks that an expression names each operand once:
// an argument is not computed twice, and none is unused.
func TestLoopsUseOperandsOnce(t *testing.T) {
	for _, op := range All() {
		for _, l := range op.Loops {
			for i := range l.In {
				if n := strings.Count(l.Expr, fmt.Sprintf("$%d", i)); n != 1 {
					t.Errorf("%s: %q uses $%d %d times", op.Name, l.Expr, i, n)
				}
			}
		}
	}
}

// TestLoopOrder checks that a loop stands behind all that are narrower, so that
// the first to which arguments cast is the best.
func TestLoopOrder(t *testing.T) {
	for _, op := range All() {
		if resolvers[op.Name] != nil {
			continue
		}
		for i, narrow := range op.Loops {
			for _, wide := range op.Loops[:i] {
				if len(wide.In) == 1 && wide.In[0] != narrow.In[0] && CanCast(narrow.In[0], wide.In[0]) {
					t.Errorf("%s: the loop for %s hides the one for %s", op.Name, wide.In[0], narrow.In[0])
				}
			}
		}
	}
}
