package gofunc

import (
	"cmp"
	"context"
	"fmt"
	"go/ast"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// loadMode type-checks the packages themselves and takes what they import from
// export data.
const loadMode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
	packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedExportFile | packages.NeedModule

// A loader finds packages.
type loader struct {
	ctx   context.Context
	cfg   Config
	paths []string
}

// An attempt is what one folder knows of the packages.
type attempt struct {
	dir  string
	env  []string
	pkgs map[string]*packages.Package
	err  string // why there are none at all
}

// find returns the first folder in which all packages are found, or else the one
// in which most are.
func (l *loader) find() (*attempt, error) {
	if _, err := exec.LookPath("go"); err != nil {
		return nil, fmt.Errorf("the graph calls Go functions, for which the go command is needed (https://go.dev/dl): %w", err)
	}
	var best *attempt
	for _, dir := range l.dirs() {
		a := l.try(dir)
		if l.ctx.Err() != nil {
			return nil, context.Cause(l.ctx)
		}
		if best == nil || a.missing(l.paths) < best.missing(l.paths) {
			best = a
		}
		if best.missing(l.paths) == 0 {
			break
		}
	}
	return best, nil
}

// dirs returns the folders to try, each once.
func (l *loader) dirs() []string {
	var dirs []string
	for _, d := range l.cfg.Dirs {
		if abs, err := filepath.Abs(d); err == nil && !slices.Contains(dirs, abs) {
			dirs = append(dirs, abs)
		}
	}
	return dirs
}

// try loads the packages in one folder: in its workspace or, if it does not
// belong to that, without one.
func (l *loader) try(dir string) *attempt {
	env := l.cfg.Env
	if env == nil {
		env = os.Environ()
	}
	a := l.load(dir, env)
	if a.outsideWorkspace() {
		a = l.load(dir, append(slices.Clone(env), "GOWORK=off"))
	}
	return a
}

func (l *loader) load(dir string, env []string) *attempt {
	a := &attempt{dir: dir, env: env, pkgs: map[string]*packages.Package{}}
	cfg := &packages.Config{Context: l.ctx, Mode: loadMode, Dir: dir, Env: env}
	if len(l.cfg.Tags) > 0 {
		cfg.BuildFlags = []string{"-tags=" + strings.Join(l.cfg.Tags, ",")}
	}
	pkgs, err := packages.Load(cfg, l.paths...)
	if err != nil {
		a.err = listError(err)
		return a
	}
	for _, p := range pkgs {
		a.pkgs[p.PkgPath] = p
	}
	return a
}

// listError is what the go command said.
func listError(err error) string {
	text := err.Error()
	if _, said, ok := strings.Cut(text, "stderr: "); ok {
		text = said
	}
	return firstLine(text)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return strings.TrimSuffix(strings.TrimPrefix(line, "go: "), "; to add it:")
}

func (a *attempt) outsideWorkspace() bool {
	if strings.Contains(a.err, "go.work") {
		return true
	}
	for _, p := range a.pkgs {
		for _, e := range p.Errors {
			if strings.Contains(e.Msg, "go.work") || strings.Contains(e.Msg, "workspace") {
				return true
			}
		}
	}
	return false
}

// missing returns the number of packages that were not found.
func (a *attempt) missing(paths []string) int {
	n := 0
	for _, path := range paths {
		if p := a.pkgs[path]; p == nil || len(p.GoFiles) == 0 {
			n++
		}
	}
	return n
}

// trouble says why a package cannot be used.
func (a *attempt) trouble(path string) string {
	p := a.pkgs[path]
	switch {
	case a.err != "":
		return a.err
	case p == nil:
		return "not found"
	case len(p.Errors) > 0:
		return packageError(p)
	case p.Types == nil || len(p.GoFiles) == 0:
		return "it holds no Go code"
	}
	return ""
}

func packageError(p *packages.Package) string {
	e := p.Errors[0]
	for _, o := range p.Errors {
		if strings.HasPrefix(e.Msg, "# ") { // what the compiler says; the type checker's words have a place
			e = o
		}
	}
	if len(p.GoFiles) == 0 || e.Pos == "" || e.Pos == "-" {
		return firstLine(e.Msg)
	}
	file, rest, _ := strings.Cut(e.Pos, ":")
	return fmt.Sprintf("it does not compile: %s:%s: %s", filepath.Base(file), rest, firstLine(e.Msg))
}

// describe returns what of a package the emitter must know.
func describe(path string, p *packages.Package) Package {
	out := Package{Path: path, Dir: cmp.Or(p.Dir, filepath.Dir(p.GoFiles[0]))}
	generated := map[string]bool{}
	for _, f := range p.Syntax {
		generated[p.Fset.Position(f.Package).Filename] = ast.IsGenerated(f)
	}
	for _, n := range p.Types.Scope().Names() {
		if !generated[p.Fset.Position(p.Types.Scope().Lookup(n).Pos()).Filename] {
			out.Declared = append(out.Declared, n)
		}
	}
	return out
}
