package stdops

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"

	"github.com/daskgen/daskgen/ir"
)

// TestVectorFunctionsExist looks up the functions that the loops name, with all
// forms, in package runtime/vector, and compares their parameters.
func TestVectorFunctionsExist(t *testing.T) {
	have := vectorSignatures(t)
	seen := map[string]bool{}
	for _, op := range All() {
		for _, l := range op.Loops {
			if l.Vector == "" {
				continue
			}
			seen[op.Name] = true
			for _, scalar := range forms(len(l.In)) {
				name := l.VectorFunc(scalar...)
				if got, want := have[name], vectorSignature(&l, scalar); got != want {
					t.Errorf("%s: %s is %q, want %q", op.Name, name, got, want)
				}
			}
		}
	}
	for name := range vectorOps {
		if !seen[name] {
			t.Errorf("%s is in vectorOps, but has no loop for one of its dtypes", name)
		}
	}
}

// TestVectorOfOneBound checks that clip with one bound is a vector function.
func TestVectorOfOneBound(t *testing.T) {
	x := &ir.Expr{Kind: ir.ExprOperand, Type: ir.BlockType(ir.Float32, 8)}
	for _, c := range []struct {
		lo, hi *ir.Expr
		scalar []bool
		want   string
	}{
		{noneLit(), floatLit(2), []bool{false, false, true}, "MinimumFloat32VS"},
		{floatLit(2), noneLit(), []bool{false, true}, "MaximumFloat32VS"},
		{noneLit(), x, []bool{false, false, false}, "MinimumFloat32"},
	} {
		_, l, err := InferElementwise(Lookup("clip"), []*ir.Expr{x, c.lo, c.hi})
		if err != nil {
			t.Fatal(err)
		}
		if got := l.VectorFunc(c.scalar...); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

// forms returns all forms with an operand that is a vector. The first of three
// operands always is one.
func forms(n int) [][]bool {
	var fs [][]bool
	for bits := range 1<<n - 1 {
		if n == 3 && bits&1 != 0 {
			continue
		}
		f := make([]bool, n)
		for i := range f {
			f[i] = bits>>i&1 != 0
		}
		fs = append(fs, f)
	}
	return fs
}

func vectorSignature(l *Loop, scalar []bool) string {
	s := "dst []" + l.Out.String()
	for i, d := range l.In {
		s += ", " + string("xyz"[i]) + " "
		if !scalar[i] {
			s += "[]"
		}
		s += d.String()
	}
	return s
}

// vectorSignatures are the parameters of the package's functions.
func vectorSignatures(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../runtime/vector/*_other.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	sigs := map[string]string{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				sigs[fn.Name.Name] = parameters(fn)
			}
		}
	}
	return sigs
}

func parameters(fn *ast.FuncDecl) string {
	var ps []string
	for _, f := range fn.Type.Params.List {
		for _, n := range f.Names {
			ps = append(ps, n.Name+" "+types.ExprString(f.Type))
		}
	}
	return strings.Join(ps, ", ")
}
