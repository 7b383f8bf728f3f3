package dsl

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/format"
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

// guessResults tells the outputs of a graph and their types from its literal,
// without a type checker: the code may call what is yet to be generated. It says
// whether all are known.
func (s *source) guessResults(m *mark, imports map[string]string) (outputs, types []string, ok bool) {
	keys, values := literalEntries(m)
	lit := graphLiteral(m)
	outputs = m.dir.outputs
	if outputs == nil {
		outputs = unread(keys, values)
	}
	ok = lit != nil && len(keys) == len(lit.Elts)
	for _, o := range outputs {
		t := s.keyType(values, o, imports, 0)
		ok = ok && t != "any"
		types = append(types, t)
	}
	return outputs, types, ok
}

// unread returns the keys that no reference names, in the order of package
// graph as far as it is that of their text.
func unread(keys []string, values map[string]*ast.KeyValueExpr) []string {
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
	left := slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return read[k] })
	slices.Sort(left)
	return left
}

// keyType returns the type of a key's value: of a task whose function the
// package declares, of a basic literal, or of the key that a reference names;
// else any.
func (s *source) keyType(values map[string]*ast.KeyValueExpr, key string, imports map[string]string, depth int) string {
	kv := values[key]
	if kv == nil || depth > len(values) {
		return "any"
	}
	switch v := kv.Value.(type) {
	case *ast.BasicLit:
		return map[token.Token]string{token.INT: "int", token.FLOAT: "float64", token.STRING: "string", token.CHAR: "rune"}[v.Kind]
	case *ast.CallExpr:
		if len(v.Args) == 0 {
			return "any"
		}
		switch calleeName(v) {
		case "Ref":
			if to, ok := keyText(v.Args[0]); ok && len(v.Args) == 1 {
				return s.keyType(values, to, imports, depth+1)
			}
		case "Task":
			if id, ok := v.Args[0].(*ast.Ident); ok {
				return s.resultType(id.Name, imports)
			}
		}
	}
	return "any"
}

// resultType returns the type of the first result of a function that the
// package declares, as source, or any.
func (s *source) resultType(fn string, imports map[string]string) string {
	for _, f := range s.files {
		for _, d := range f.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok || fd.Recv != nil || fd.Type.TypeParams != nil || fd.Name.Name != fn || fd.Type.Results.NumFields() == 0 {
				continue
			}
			var b bytes.Buffer
			t := fd.Type.Results.List[0].Type
			if addImports(f, t, imports) && format.Node(&b, s.fset, t) == nil {
				return b.String()
			}
		}
	}
	return "any"
}
