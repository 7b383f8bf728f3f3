// Embedgen writes modules.zip, the sources of other modules that generated
// programs link: the part of gonum that the kernels of package linalg are made
// of, golang.org/x/sys/unix, and what loads OpenBLAS. It is run by go generate in the folder above.
package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("embedgen: ")
	out := flag.String("o", "modules.zip", "the file to write")
	flag.Parse()
	files, err := collect()
	if err != nil {
		log.Fatal(err)
	}
	var buf bytes.Buffer
	if err := writeZip(&buf, files); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*out, buf.Bytes(), 0o666); err != nil {
		log.Fatal(err)
	}
}

// roots are the packages that kernels may import, beside those that they
// import now.
var roots = []string{
	"github.com/daskgen/daskgen/runtime",
	"github.com/daskgen/daskgen/runtime/vector",
	"github.com/daskgen/daskgen/stdops/kernel",
	"github.com/daskgen/daskgen/stdops/linalg",
	"github.com/daskgen/daskgen/stdops/openblas",
	"golang.org/x/sys/unix",
	"gonum.org/v1/gonum/blas/blas32",
	"gonum.org/v1/gonum/blas/blas64",
	"gonum.org/v1/gonum/blas/cblas64",
	"gonum.org/v1/gonum/blas/cblas128",
	"gonum.org/v1/gonum/lapack/lapack64",
}

// platforms are those for which programs can be built.
var platforms = []string{
	"linux/amd64", "linux/arm64", "linux/386", "linux/arm", "linux/riscv64",
	"darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64", "freebsd/amd64",
}

// A file is a member of the archive.
type file struct {
	name    string
	content []byte
}

// goPackage is what go list says of a package.
type goPackage struct {
	ImportPath, Dir         string
	Standard                bool
	GoFiles, SFiles, HFiles []string
	EmbedFiles              []string
	Module                  *goModule
}

type goModule struct {
	Path, Version, Dir, GoVersion string
	Main                          bool
}

// collect returns the members of the archive: for each package
// module/path/file.go, licences, and the file modules that lists the modules,
// one a line: path, version, Go version.
func collect() ([]file, error) {
	c := &collector{seen: map[string]bool{}, modules: map[string]*goModule{}}
	for _, p := range platforms {
		if err := c.platform(p); err != nil {
			return nil, err
		}
	}
	if err := c.licences(); err != nil {
		return nil, err
	}
	var list strings.Builder
	for _, m := range c.sortedModules() {
		fmt.Fprintf(&list, "%s %s %s\n", m.Path, m.Version, m.GoVersion)
	}
	c.files = append(c.files, file{"modules", []byte(list.String())})
	slices.SortFunc(c.files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return c.files, nil
}

type collector struct {
	files   []file
	seen    map[string]bool
	modules map[string]*goModule
}

func (c *collector) sortedModules() []*goModule {
	var list []*goModule
	for _, m := range c.modules {
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b *goModule) int { return strings.Compare(a.Path, b.Path) })
	return list
}

// platform adds the packages and files that programs for a platform need.
func (c *collector) platform(p string) error {
	goos, goarch, _ := strings.Cut(p, "/")
	cmd := exec.Command("go", append([]string{"list", "-deps", "-json"}, roots...)...)
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go list for %s: %w", p, err)
	}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var pkg goPackage
		if err := dec.Decode(&pkg); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if pkg.Standard || pkg.Module == nil || pkg.Module.Main {
			continue
		}
		c.modules[pkg.Module.Path] = pkg.Module
		for _, name := range slices.Concat(pkg.GoFiles, pkg.SFiles, pkg.HFiles, pkg.EmbedFiles) {
			if err := c.add(path.Join(pkg.ImportPath, name), filepath.Join(pkg.Dir, name)); err != nil {
				return err
			}
		}
	}
}

func (c *collector) add(name, from string) error {
	if c.seen[name] {
		return nil
	}
	c.seen[name] = true
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	c.files = append(c.files, file{name, content})
	return nil
}

var licence = regexp.MustCompile(`^(LICEN[CS]E|COPYING|NOTICE|PATENTS|AUTHORS|CONTRIBUTORS|THIRD_PARTY_LICENSES)`)

// licences adds the licences of all modules.
func (c *collector) licences() error {
	for _, m := range c.sortedModules() {
		err := filepath.WalkDir(m.Dir, func(p string, d os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(m.Dir, p)
			if err != nil || rel == "." {
				return err
			}
			if !licence.MatchString(rel) {
				if d.IsDir() {
					return filepath.SkipDir
				}
				return nil
			}
			if d.IsDir() {
				return nil
			}
			return c.add(path.Join(m.Path, filepath.ToSlash(rel)), p)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// writeZip writes the archive. It holds no times, so that equal files give
// equal archives.
func writeZip(w io.Writer, files []file) error {
	z := zip.NewWriter(w)
	for _, f := range files {
		member, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		if _, err := member.Write(f.content); err != nil {
			return err
		}
	}
	return z.Close()
}
