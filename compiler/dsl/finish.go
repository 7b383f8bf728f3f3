package dsl

import (
	"bytes"
	"errors"
	"go/types"
	"path"
	"path/filepath"
	"strings"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
)

// finish turns a dump into a package: it resolves positions, reports problems,
// checks the functions and names the layers.
func (l *loader) finish(s *source, d *record.Dump) *Package {
	r := newResolver(s, d.Sites)
	p := &Package{
		Path: s.pkg.PkgPath, Name: s.name, Dir: s.dir, Names: importNames(s.pkg.Types),
		Declared: declared(s), dir: l.display(s.dir),
	}
	p.Generated = s.generatedFor(p.Path)
	for i, e := range d.Entries {
		m := s.marks[i]
		for _, problem := range e.Problems {
			l.problem(s, m, r, &problem)
		}
		if e.Graph == nil {
			continue
		}
		g, err := ir.Decode(bytes.NewReader(e.Graph))
		if err != nil {
			l.decodeError(s, m, err)
			continue
		}
		p.Graphs = append(p.Graphs, l.recorded(s, m, r, g))
	}
	if s.failed {
		return nil
	}
	return p
}

func (l *loader) decodeError(s *source, m *mark, err error) {
	d := l.errorAt(s, m.pos, diag.LoadFailed, "%s: %v", m.name, err)
	if errors.Is(err, ir.ErrVersion) {
		d.WithHint("let the module require the version of %s that this daskgen is of", modulePath)
	}
}

func (l *loader) recorded(s *source, m *mark, r *resolver, g *ir.Graph) *Recorded {
	out := &Recorded{Name: m.name, Doc: m.doc, Var: m.dtypes == nil, Graph: g}
	out.Pos = r.relative(s.fset.Position(m.pos))
	for _, layer := range g.Layers {
		if layer.Input != nil {
			layer.Pos = r.relative(s.fset.Position(m.dir.input(layer.Name).pos))
		}
	}
	g.Source = out.Pos.File
	for _, p := range m.params {
		out.Params = append(out.Params, p.name)
	}
	for _, o := range g.Outputs {
		out.Results = append(out.Results, o.Name)
	}
	l.checkFuncs(s, r, g)
	if out.Var {
		literalPositions(m, r, g)
	} else {
		nameLayers(r, g)
	}
	r.resolveGraph(g)
	if out.Var {
		roll(g, &l.diags)
	}
	return out
}

// importNames returns the names of the packages below one that are not called
// after the last element of their import paths, by these.
func importNames(pkg *types.Package) map[string]string {
	names, seen := map[string]string{}, map[*types.Package]bool{}
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		if seen[p] {
			return
		}
		seen[p] = true
		if p.Name() != path.Base(p.Path()) {
			names[p.Path()] = p.Name()
		}
		for _, q := range p.Imports() {
			visit(q)
		}
	}
	visit(pkg)
	return names
}

// declared returns the names that a package declares outside generated files.
func declared(s *source) []string {
	var names []string
	for _, n := range s.pkg.Types.Scope().Names() {
		pos := s.pkg.Fset.Position(s.pkg.Types.Scope().Lookup(n).Pos())
		if filepath.Base(pos.Filename) != stubFile {
			names = append(names, n)
		}
	}
	return names
}

// problem reports what the recorder found, at the place in the source.
func (l *loader) problem(s *source, m *mark, r *resolver, p *record.Problem) {
	s.failed = true
	pos := r.argument(p.Pos, p.Arg)
	for _, up := range p.Stack {
		if r.file(up.File) != nil {
			pos = up
			break
		}
	}
	if kv := r.entry(m, p.Key); kv.Line > 0 && (pos.Line == 0 || r.file(pos.File) == nil) {
		pos = kv
	}
	if pos.Line == 0 {
		pos = r.position(m.pos, s.fset)
	}
	pos.File = l.display(pos.File)
	d := l.diags.Errorf(pos, p.Code, "%s", p.Message)
	d.Hint = p.Hint
	if p.Literal != "" {
		l.literalNote(r, d, p.Literal)
	}
}

// literalNote adds where a function literal stands.
func (l *loader) literalNote(r *resolver, d *diag.Diagnostic, place string) {
	pos := l.parsePos(place)
	i := strings.LastIndexByte(place, ':')
	if lit := r.funcLit(place[:i], pos.Line); lit.Line > 0 {
		pos = lit
		pos.File = l.display(lit.File)
	}
	if pos != d.Pos {
		d.WithRelated(pos, "the function literal is here")
	}
}
