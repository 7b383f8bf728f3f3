package build

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/daskgen/daskgen"
	"github.com/daskgen/daskgen/compiler/emit"
)

const (
	modulePath = "github.com/daskgen/daskgen"
	// moduleName is the module of a program. Its packages are never imported.
	moduleName = "daskgen.invalid/program"
	goVersion  = "1.26.0"
)

//go:embed modules.zip
var modulesZip []byte

// A module is a dependency whose packages may be vendored.
type module struct {
	path, version, goVersion string
}

// A store holds the files of all packages that programs may import.
type store struct {
	modules []module            // sorted by path
	files   map[string][]byte   // by import path and name
	dirs    map[string][]string // names of the Go, assembly and header files of a package
	extra   map[string][]string // licences of a module
}

// sources reads what is embedded, once.
var sources = sync.OnceValues(func() (*store, error) {
	s := &store{files: map[string][]byte{}, dirs: map[string][]string{}, extra: map[string][]string{}}
	s.modules = append(s.modules, module{modulePath, "v0.0.0", goVersion})
	if err := s.addOwn(); err != nil {
		return nil, err
	}
	if err := s.addModules(); err != nil {
		return nil, err
	}
	slices.SortFunc(s.modules, func(a, b module) int { return strings.Compare(a.path, b.path) })
	return s, nil
})

// addOwn adds daskgen's own packages, without their tests.
func (s *store) addOwn() error {
	return fs.WalkDir(daskgen.Sources, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") {
			return err
		}
		content, err := fs.ReadFile(daskgen.Sources, name)
		if err != nil {
			return err
		}
		s.add(path.Join(modulePath, name), content)
		return nil
	})
}

// addModules adds the packages of other modules.
func (s *store) addModules() error {
	z, err := zip.NewReader(bytes.NewReader(modulesZip), int64(len(modulesZip)))
	if err != nil {
		return fmt.Errorf("internal error: modules.zip: %w", err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return fmt.Errorf("internal error: modules.zip: %w", err)
		}
		content, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil {
			return fmt.Errorf("internal error: modules.zip: %w", err)
		}
		if f.Name == "modules" {
			s.addList(string(content))
			continue
		}
		s.add(f.Name, content)
	}
	for _, m := range s.modules {
		for name := range s.files {
			if rel, ok := strings.CutPrefix(name, m.path+"/"); ok && !isSource(rel) {
				s.extra[m.path] = append(s.extra[m.path], name)
			}
		}
		slices.Sort(s.extra[m.path])
	}
	return nil
}

// addList reads the list of modules: path, version and Go version on each line.
func (s *store) addList(text string) {
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if f := strings.Fields(line); len(f) == 3 {
			s.modules = append(s.modules, module{f[0], f[1], f[2]})
		}
	}
}

func (s *store) add(name string, content []byte) {
	s.files[name] = content
	if isSource(name) {
		dir, base := path.Split(name)
		dir = strings.TrimSuffix(dir, "/")
		s.dirs[dir] = append(s.dirs[dir], base)
	}
}

func isSource(name string) bool {
	switch path.Ext(name) {
	case ".go", ".s", ".h":
		return true
	}
	return false
}

// module returns the module of a package.
func (s *store) module(pkg string) (module, bool) {
	for _, m := range s.modules {
		if pkg == m.path || strings.HasPrefix(pkg, m.path+"/") {
			return m, true
		}
	}
	return module{}, false
}

// closure returns the packages outside the standard library that Go files
// import, directly or not, sorted.
func (s *store) closure(files []emit.File) ([]string, error) {
	c := &closer{store: s, seen: map[string]bool{}}
	for _, f := range files {
		if path.Ext(f.Path) == ".go" {
			if err := c.imports(f.Path, f.Content); err != nil {
				return nil, err
			}
		}
	}
	slices.Sort(c.pkgs)
	return c.pkgs, nil
}

type closer struct {
	store *store
	seen  map[string]bool
	pkgs  []string
}

// imports visits the packages that a file imports.
func (c *closer) imports(name string, content []byte) error {
	f, err := parser.ParseFile(token.NewFileSet(), name, content, parser.ImportsOnly)
	if err != nil {
		return fmt.Errorf("internal error: %w", err)
	}
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return fmt.Errorf("internal error: %w", err)
		}
		if err := c.visit(p); err != nil {
			return err
		}
	}
	return nil
}

func (c *closer) visit(pkg string) error {
	if first, _, _ := strings.Cut(pkg, "/"); c.seen[pkg] || !strings.Contains(first, ".") {
		return nil
	}
	c.seen[pkg] = true
	names := c.store.dirs[pkg]
	if names == nil {
		return &ImportError{Package: pkg}
	}
	c.pkgs = append(c.pkgs, pkg)
	for _, name := range names {
		if path.Ext(name) != ".go" {
			continue
		}
		if err := c.imports(name, c.store.files[path.Join(pkg, name)]); err != nil {
			return err
		}
	}
	return nil
}

// An ImportError says that a program imports a package which does not travel
// inside daskgen: one whose functions the graph calls.
type ImportError struct{ Package string }

func (e *ImportError) Error() string {
	return fmt.Sprintf("the graph calls functions of package %s, which a program that stands alone cannot import: "+
		"write the program into a module that requires the package (daskgen gen -o DIR) and build it there", e.Package)
}

// Standalone returns the files of a program as a module that builds on its own:
// with go.mod, and with all that it imports under vendor.
func Standalone(files []emit.File) ([]emit.File, error) {
	s, err := sources()
	if err != nil {
		return nil, err
	}
	pkgs, err := s.closure(files)
	if err != nil {
		return nil, err
	}
	out := append([]emit.File(nil), files...)
	var mods []module
	for _, m := range s.modules {
		if slices.ContainsFunc(pkgs, func(p string) bool { owner, _ := s.module(p); return owner == m }) {
			mods = append(mods, m)
		}
	}
	out = append(out, emit.File{Path: "go.mod", Content: goMod(mods)}, emit.File{Path: "vendor/modules.txt", Content: s.modulesTxt(mods, pkgs)})
	for _, m := range mods {
		for _, name := range s.extra[m.path] {
			out = append(out, emit.File{Path: "vendor/" + name, Content: s.files[name]})
		}
	}
	for _, p := range pkgs {
		for _, name := range s.dirs[p] {
			full := path.Join(p, name)
			out = append(out, emit.File{Path: "vendor/" + full, Content: s.files[full]})
		}
	}
	return out, nil
}

// goMod returns the go.mod file of a program.
func goMod(mods []module) []byte {
	var b strings.Builder
	b.WriteString("// Written by daskgen: what the program imports is under vendor.\n\n")
	fmt.Fprintf(&b, "module %s\n\ngo %s\n\nrequire (\n", moduleName, goVersion)
	for _, m := range mods {
		fmt.Fprintf(&b, "\t%s %s\n", m.path, m.version)
	}
	b.WriteString(")\n")
	return []byte(b.String())
}

// modulesTxt returns the file in which the go command looks up what is vendored.
func (s *store) modulesTxt(mods []module, pkgs []string) []byte {
	var b strings.Builder
	for _, m := range mods {
		fmt.Fprintf(&b, "# %s %s\n## explicit; go %s\n", m.path, m.version, m.goVersion)
		for _, p := range pkgs {
			if owner, _ := s.module(p); owner == m {
				b.WriteString(p + "\n")
			}
		}
	}
	return []byte(b.String())
}
