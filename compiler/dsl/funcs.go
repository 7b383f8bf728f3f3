package dsl

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/ir"
)

// checkFuncs checks that generated code, which stands in the package, can call
// the functions of a graph by their names, and finds the type arguments of
// those that are generic.
func (l *loader) checkFuncs(s *source, r *resolver, g *ir.Graph) {
	for _, layer := range g.Layers {
		for _, c := range layer.Cases {
			walk(c.Kernel, func(e *ir.Expr) {
				if e.Kind != ir.ExprFunc {
					return
				}
				if msg, hint := callable(s.pkg.Types, e.Func); msg != "" {
					s.failed = true
					pos := r.argument(e.Pos, 0)
					pos.File = l.display(pos.File)
					l.diags.Errorf(pos, diag.BadSignature, "%s", msg).Hint = hint
				}
			})
		}
	}
}

// callable says why generated code in pkg cannot call f, and what to do. It sets
// the type arguments of f.
func callable(pkg *types.Package, f *ir.Func) (msg, hint string) {
	home := findPackage(pkg, f.Pkg)
	obj := lookupFunc(home, f.Name)
	switch {
	case home == nil:
		return "", "" // reached through a variable; the compiler will tell
	case obj == nil:
		return fmt.Sprintf("%s is no function or method of package %s", f.Name, f.Pkg), "give it a name: generated code calls functions by their names"
	case home != pkg && !exported(f.Name):
		return fmt.Sprintf("%s.%s is not exported, so that generated code in package %s cannot call it", home.Name(), f.Name, pkg.Name()), "export it, or call it from a function of this package"
	}
	if f.Instance == nil {
		return "", ""
	}
	var missing *types.TypeParam
	if f.TypeArgs, missing = typeArgs(obj.Type().(*types.Signature), f.Instance.Expr); missing != nil {
		return fmt.Sprintf("the type parameter %s of %s does not follow from its parameters and result", missing, f.Name), "call it from a function that is not generic"
	}
	return "", ""
}

// findPackage returns the package of an import path that pkg depends on, or
// nil.
func findPackage(pkg *types.Package, path string) *types.Package {
	seen := map[*types.Package]bool{}
	var find func(p *types.Package) *types.Package
	find = func(p *types.Package) *types.Package {
		if p.Path() == path {
			return p
		}
		seen[p] = true
		for _, q := range p.Imports() {
			if !seen[q] {
				if found := find(q); found != nil {
					return found
				}
			}
		}
		return nil
	}
	return find(pkg)
}

// lookupFunc returns the function F, or the method of (*T).M or T.M.
func lookupFunc(pkg *types.Package, name string) types.Object {
	if pkg == nil {
		return nil
	}
	recv, method, ok := strings.Cut(name, ".")
	if !ok {
		if f, isFunc := pkg.Scope().Lookup(name).(*types.Func); isFunc {
			return f
		}
		return nil
	}
	recv = strings.Trim(recv, "(*)")
	t, isType := pkg.Scope().Lookup(recv).(*types.TypeName)
	if !isType {
		return nil
	}
	obj, _, _ := types.LookupFieldOrMethod(t.Type(), true, pkg, method)
	if f, isFunc := obj.(*types.Func); isFunc {
		return f
	}
	return nil
}

// exported says whether all parts of a function's name are exported.
func exported(name string) bool {
	for _, part := range strings.Split(name, ".") {
		if !token.IsExported(strings.Trim(part, "(*)")) {
			return false
		}
	}
	return true
}
