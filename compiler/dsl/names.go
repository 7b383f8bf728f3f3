package dsl

import (
	"fmt"
	"go/ast"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// nameLayers names the layers of an array graph after the variables to which
// the calls that made them are assigned: a reader of the generated code then
// finds the words of the source. The layers of one call have names base,
// base.chunk and so on, as package da gives them; inputs and outputs keep
// theirs.
func nameLayers(r *resolver, g *ir.Graph) {
	fixed, taken := map[string]bool{}, map[string]bool{}
	for _, l := range g.Layers {
		if l.Input != nil {
			fixed[base(l.Name)] = true
		}
	}
	for _, o := range g.Outputs {
		fixed[base(o.Layer.Name)] = true
	}
	renamed := map[string]string{}
	for _, l := range g.Layers {
		b := base(l.Name)
		if fixed[b] || renamed[b] != "" {
			continue
		}
		name := variable(r, l.Pos)
		if name == "" || name == "_" {
			name = strings.TrimRight(b, "0123456789")
			name = strings.TrimSuffix(name, "-")
		}
		unique := name
		for n := 2; fixed[unique] || taken[unique]; n++ {
			unique = fmt.Sprintf("%s-%d", name, n)
		}
		taken[unique] = true
		renamed[b] = unique
	}
	for _, l := range g.Layers {
		b := base(l.Name)
		if to := renamed[b]; to != "" {
			l.Name = to + l.Name[len(b):]
			l.Origins = []string{l.Name}
		}
	}
}

// base is the part of a layer's name before the first dot.
func base(name string) string {
	b, _, _ := strings.Cut(name, ".")
	return b
}

// variable returns the name of the variable to which a call's result is
// assigned, or "".
func variable(r *resolver, pos ir.Pos) string {
	call := r.call(pos)
	if call == nil {
		return ""
	}
	name := ""
	f := r.files[r.sites[-1-pos.Col].File]
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil || name != "" || n.Pos() > call.Pos() || n.End() < call.End() {
			return false
		}
		switch n := n.(type) {
		case *ast.AssignStmt:
			name = assigned(n.Lhs, n.Rhs, call)
		case *ast.ValueSpec:
			lhs := make([]ast.Expr, len(n.Names))
			for i, id := range n.Names {
				lhs[i] = id
			}
			name = assigned(lhs, n.Values, call)
		}
		return true
	})
	return name
}

func assigned(lhs, rhs []ast.Expr, call *ast.CallExpr) string {
	for i, e := range rhs {
		if ast.Unparen(e) != ast.Expr(call) || i >= len(lhs) || len(lhs) != len(rhs) {
			continue
		}
		if id, ok := lhs[i].(*ast.Ident); ok {
			return id.Name
		}
	}
	return ""
}
