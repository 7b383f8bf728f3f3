package dsl

import (
	"cmp"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strconv"
)

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	return slices.Sorted(maps.Keys(m))
}

// graphLiteral returns the composite literal of a graph, if its declaration
// holds one: of a variable its value, of a function what it returns.
func graphLiteral(m *mark) *ast.CompositeLit {
	var lit *ast.CompositeLit
	var root ast.Node
	switch {
	case m.spec != nil:
		for i, n := range m.spec.Names {
			if n.Name == m.name && i < len(m.spec.Values) {
				root = m.spec.Values[i]
			}
		}
	case m.fn.Body != nil:
		root = m.fn.Body
	}
	if root == nil {
		return nil
	}
	ast.Inspect(root, func(n ast.Node) bool {
		if c, ok := n.(*ast.CompositeLit); ok && lit == nil {
			lit = c
		}
		return lit == nil
	})
	return lit
}

// literalEntries returns the entries of a graph's literal by their keys, in
// order, as far as the keys are string literals or graph.Key of literals.
func literalEntries(m *mark) (keys []string, values map[string]*ast.KeyValueExpr) {
	values = map[string]*ast.KeyValueExpr{}
	lit := graphLiteral(m)
	if lit == nil {
		return nil, values
	}
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if k, ok := keyText(kv.Key); ok {
			keys = append(keys, k)
			values[k] = kv
		}
	}
	return keys, values
}

// keyText evaluates a key: a string literal, or a call of Key with literals.
func keyText(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.CallExpr:
		if calleeName(e) != "Key" || len(e.Args) == 0 {
			return "", false
		}
		name, ok := keyText(e.Args[0])
		sep := "["
		for _, a := range e.Args[1:] {
			lit, isLit := a.(*ast.BasicLit)
			if !isLit {
				return "", false
			}
			name += sep + lit.Value
			sep = ","
		}
		if sep == "," {
			name += "]"
		}
		return name, ok
	}
	return "", false
}

// calleeName is the simple name of the function or method that is called.
func calleeName(c *ast.CallExpr) string {
	fun := ast.Unparen(c.Fun)
	switch ix := fun.(type) {
	case *ast.IndexExpr:
		fun = ix.X
	case *ast.IndexListExpr:
		fun = ix.X
	}
	switch f := fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// soleTask returns the name of the function whose task nothing in the graph's
// literal refers to, if there is exactly one such key.
func soleTask(m *mark) string {
	keys, values := literalEntries(m)
	read := map[string]bool{}
	for _, k := range keys {
		ast.Inspect(values[k].Value, func(n ast.Node) bool {
			if c, ok := n.(*ast.CallExpr); ok && calleeName(c) == "Ref" && len(c.Args) == 1 {
				if r, ok := keyText(c.Args[0]); ok {
					read[r] = true
				}
			}
			return true
		})
	}
	outs := m.dir.outputs
	if outs == nil {
		outs = slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return read[k] })
	}
	if len(outs) != 1 || values[outs[0]] == nil {
		return ""
	}
	c, ok := values[outs[0]].Value.(*ast.CallExpr)
	if !ok || calleeName(c) != "Task" || len(c.Args) == 0 {
		return ""
	}
	if id, ok := c.Args[0].(*ast.Ident); ok {
		return id.Name
	}
	return ""
}
