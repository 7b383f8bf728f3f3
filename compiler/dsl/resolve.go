package dsl

import (
	"go/ast"
	"go/token"
	"path/filepath"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
)

// A resolver finds calls of the DSL in the syntax trees: run time knows their
// lines only.
type resolver struct {
	s     *source
	sites []record.Site
	files map[string]*ast.File
	calls map[string][]*ast.CallExpr // by file, in the order of evaluation
}

func newResolver(s *source, sites []record.Site) *resolver {
	r := &resolver{s: s, sites: sites, files: map[string]*ast.File{}, calls: map[string][]*ast.CallExpr{}}
	for _, f := range s.pkg.Syntax {
		r.files[s.pkg.Fset.Position(f.Package).Filename] = f
	}
	return r
}

func (r *resolver) file(path string) *ast.File { return r.files[path] }

// callsIn returns all calls of a file, arguments and receivers before the call
// itself, as they are evaluated.
func (r *resolver) callsIn(path string) []*ast.CallExpr {
	if c, ok := r.calls[path]; ok {
		return c
	}
	var calls []*ast.CallExpr
	var stack []ast.Node
	if f := r.files[path]; f != nil {
		ast.Inspect(f, func(n ast.Node) bool {
			if n != nil {
				stack = append(stack, n)
				return true
			}
			if c, ok := stack[len(stack)-1].(*ast.CallExpr); ok {
				calls = append(calls, c)
			}
			stack = stack[:len(stack)-1]
			return true
		})
	}
	r.calls[path] = calls
	return calls
}

// call returns the call of a position that record.Caller has made, or nil.
func (r *resolver) call(pos ir.Pos) *ast.CallExpr {
	id := -1 - pos.Col
	if pos.Col >= 0 || id >= len(r.sites) {
		return nil
	}
	site := r.sites[id]
	line := func(p token.Pos) int { return r.s.pkg.Fset.Position(p).Line }
	var on, around []*ast.CallExpr
	for _, c := range r.callsIn(site.File) {
		if calleeName(c) != site.Callee {
			continue
		}
		if line(nameEnd(c)) == site.Line {
			on = append(on, c)
		} else if line(c.Pos()) <= site.Line && site.Line <= line(c.End()) {
			around = append(around, c)
		}
	}
	if len(on) == 0 {
		on = around
	}
	if len(on) == 0 {
		return nil
	}
	return on[min(site.Ordinal, len(on)-1)]
}

// nameEnd is the position of the name of the called function.
func nameEnd(c *ast.CallExpr) token.Pos {
	fun := ast.Unparen(c.Fun)
	switch ix := fun.(type) {
	case *ast.IndexExpr:
		fun = ix.X
	case *ast.IndexListExpr:
		fun = ix.X
	}
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		return sel.Sel.Pos()
	}
	return fun.Pos()
}

// argument returns the position of an argument of a call, or of the name of the
// called function when arg is negative or there is no such argument.
func (r *resolver) argument(pos ir.Pos, arg int) ir.Pos {
	c := r.call(pos)
	if c == nil {
		pos.Col = max(pos.Col, 0)
		return pos
	}
	if arg >= 0 && arg < len(c.Args) {
		return r.position(c.Args[arg].Pos(), r.s.pkg.Fset)
	}
	return r.position(nameEnd(c), r.s.pkg.Fset)
}

func (r *resolver) position(p token.Pos, fset *token.FileSet) ir.Pos {
	t := fset.Position(p)
	return ir.Pos{File: t.Filename, Line: t.Line, Col: t.Column}
}

// relative returns a position with the file relative to the package's folder.
func (r *resolver) relative(p token.Position) ir.Pos {
	return r.shorten(ir.Pos{File: p.Filename, Line: p.Line, Col: p.Column})
}

// shorten makes the file of a position relative to the package's folder. Of
// files elsewhere, the folder's name and theirs is left, so that output does
// not depend on the machine.
func (r *resolver) shorten(p ir.Pos) ir.Pos {
	if p.File == "" || !filepath.IsAbs(p.File) {
		return p
	}
	rel, err := filepath.Rel(r.s.dir, p.File)
	if err != nil || !filepath.IsLocal(rel) {
		rel = filepath.Join(filepath.Base(filepath.Dir(p.File)), filepath.Base(p.File))
	}
	p.File = filepath.ToSlash(rel)
	return p
}

// funcLit returns the position of the innermost function literal that a line
// belongs to.
func (r *resolver) funcLit(path string, line int) (pos ir.Pos) {
	f := r.files[path]
	if f == nil {
		return pos
	}
	at := func(p token.Pos) int { return r.s.pkg.Fset.Position(p).Line }
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok && at(lit.Pos()) <= line && line <= at(lit.End()) {
			pos = r.position(lit.Pos(), r.s.pkg.Fset)
		}
		return true
	})
	return pos
}

// entry returns the position of a key in a graph's literal.
func (r *resolver) entry(m *mark, key string) ir.Pos {
	if key == "" {
		return ir.Pos{}
	}
	_, values := literalEntries(m)
	if kv := values[key]; kv != nil {
		return r.position(kv.Pos(), r.s.fset)
	}
	return ir.Pos{}
}

// resolveGraph replaces the positions of a graph by those in the source.
func (r *resolver) resolveGraph(g *ir.Graph) {
	fix := func(p *ir.Pos) { *p = r.shorten(r.argument(*p, -1)) }
	for _, l := range g.Layers {
		fix(&l.Pos)
		for _, c := range l.Cases {
			fix(&c.Pos)
			walk(c.Kernel, func(e *ir.Expr) { fix(&e.Pos) })
		}
	}
	for _, o := range g.Outputs {
		fix(&o.Pos)
	}
}

// walk calls f for each node of an expression.
func walk(e *ir.Expr, f func(*ir.Expr)) {
	if e == nil {
		return
	}
	f(e)
	for _, a := range e.Args {
		walk(a, f)
	}
	for _, k := range e.Kwargs {
		walk(k.Value, f)
	}
}

// literalPositions gives the tasks of a plain graph the positions of their keys
// where the graph is a literal and their values have no call of their own.
func literalPositions(m *mark, r *resolver, g *ir.Graph) {
	for _, l := range g.Layers {
		for _, c := range l.Cases {
			if c.Pos.Line > 0 {
				continue
			}
			id := int64(0)
			if len(c.Where.IDs) > 0 {
				id = int64(c.Where.IDs[0])
			}
			c.Pos = r.entry(m, keyString(l.KeyAt(id)))
		}
		if l.Pos.Line == 0 && len(l.Cases) > 0 {
			l.Pos = l.Cases[0].Pos
		}
	}
	for _, o := range g.Outputs {
		if o.Pos.Line == 0 {
			o.Pos = r.entry(m, o.Name)
		}
	}
}

// keyString writes a key as package graph does.
func keyString(k ir.Key) string {
	s, sep := k.Name, "["
	for _, p := range k.Index {
		s += sep + p.String()
		sep = ","
	}
	if sep == "," {
		s += "]"
	}
	return s
}
