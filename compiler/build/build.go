package build

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/daskgen/daskgen/compiler/emit"
)

// Options says where a binary goes and how it is made.
type Options struct {
	Out     string    // the binary
	Keep    bool      // keep the module that is built, and say on Log where it is
	NoCache bool      // build even if the same program was built before
	Log     io.Writer // nil: nothing is said
}

// Binary compiles a program. The binary is static and stripped; equal files
// give equal bytes, whatever the machine and the folder, for the same version
// of Go. Results are cached.
//
// It needs the go command. Its GOOS and GOARCH are obeyed, GOFLAGS, workspaces
// and the like are not. The error is an *ImportError if the program imports
// packages that do not travel inside daskgen.
func Binary(ctx context.Context, files []emit.File, o Options) error {
	if o.Log == nil {
		o.Log = io.Discard
	}
	module, err := Standalone(files)
	if err != nil {
		return err
	}
	tool, err := findGo()
	if err != nil {
		return err
	}
	c := openCache()
	key := c.key(module, tool)
	if !o.NoCache && !o.Keep && c.restore(key, o.Out) {
		return nil
	}
	return o.build(module, func(dir, bin string) error {
		if err := tool.build(ctx, dir, bin); err != nil {
			return err
		}
		c.save(key, bin)
		return nil
	})
}

// build writes files to a temporary folder, has them compiled there, and puts
// the binary in its place.
func (o Options) build(files []emit.File, compile func(dir, bin string) error) error {
	dir, err := os.MkdirTemp("", "daskgen-build-")
	if err != nil {
		return err
	}
	if o.Keep {
		fmt.Fprintf(o.Log, "the generated module is in %s\n", dir)
	} else {
		defer os.RemoveAll(dir)
	}
	if err := writeFiles(dir, files); err != nil {
		return err
	}
	bin := filepath.Join(dir, "program.bin")
	if err := compile(dir, bin); err != nil {
		return err
	}
	if err := install(bin, o.Out); err != nil {
		return err
	}
	return os.Remove(bin)
}

func writeFiles(dir string, files []emit.File) error {
	made := map[string]bool{}
	for _, f := range files {
		p := filepath.Join(dir, filepath.FromSlash(f.Path))
		if parent := filepath.Dir(p); !made[parent] {
			if err := os.MkdirAll(parent, 0o777); err != nil {
				return err
			}
			made[parent] = true
		}
		if err := os.WriteFile(p, f.Content, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// install copies a binary to its place: complete or not at all.
func install(from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := renameio.NewPendingFile(to, renameio.WithStaticPermissions(0o755))
	if err != nil {
		return err
	}
	defer dst.Cleanup()
	if _, err := io.Copy(dst, src); err != nil {
		return err
	}
	return dst.CloseAtomicallyReplace()
}

// A goTool is the go command.
type goTool struct {
	path    string
	version string
}

// findGo finds the go command and its version.
func findGo() (*goTool, error) {
	p, err := exec.LookPath("go")
	if err != nil {
		return nil, fmt.Errorf("building a program needs the go command, version %s or later (https://go.dev/dl): %w", goVersion, err)
	}
	t := &goTool{path: p}
	if real, err := filepath.EvalSymlinks(p); err == nil {
		if text, err := os.ReadFile(filepath.Join(filepath.Dir(real), "..", "VERSION")); err == nil {
			t.version = string(text)
			return t, nil
		}
	}
	out, err := exec.Command(p, "version").Output()
	if err != nil {
		return nil, fmt.Errorf("%s version: %w", p, err)
	}
	t.version = string(out)
	return t, nil
}

// buildArgs are the arguments of go build but for the output. Without -trimpath
// each folder would compile all dependencies again, to different bytes.
var buildArgs = []string{"build", "-mod=vendor", "-trimpath", "-buildvcs=false", "-pgo=off", "-ldflags=-s -w -buildid="}

// build runs go build in a folder.
func (t *goTool) build(ctx context.Context, dir, out string) error {
	cmd := exec.CommandContext(ctx, t.path, append(slices.Clone(buildArgs), "-o", out, ".")...)
	cmd.Dir = dir
	cmd.Env = environment(dir)
	text, err := cmd.CombinedOutput()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case strings.Contains(string(text), "requires go >="):
		return fmt.Errorf("building a program needs Go %s or later: %s", goVersion, strings.TrimSpace(string(text)))
	}
	return fmt.Errorf("go build: %w\n%s", err, firstLines(string(text), 20))
}

// fixed are the variables of the go command that decide what is built; they do
// not depend on the user's configuration.
var fixed = []string{
	"GOFLAGS=", "GOWORK=off", "GOENV=off", "GOEXPERIMENT=", "GO111MODULE=on",
	"GOPROXY=off", "GOSUMDB=off", "GOTOOLCHAIN=local", "CGO_ENABLED=0",
}

// environment returns the environment of go build. Where the user has no home,
// caches go to the temporary folder.
func environment(dir string) []string {
	var env []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if !slices.ContainsFunc(fixed, func(f string) bool { return strings.HasPrefix(f, name+"=") }) {
			env = append(env, v)
		}
	}
	env = append(env, fixed...)
	if os.Getenv("GOCACHE") == "" {
		if _, err := os.UserCacheDir(); err != nil {
			env = append(env, "GOCACHE="+filepath.Join(os.TempDir(), "daskgen-go-build"))
		}
	}
	if os.Getenv("GOPATH") == "" {
		if _, err := os.UserHomeDir(); err != nil {
			env = append(env, "GOPATH="+filepath.Join(dir, "gopath"))
		}
	}
	return env
}

func firstLines(s string, n int) string {
	lines := strings.SplitN(strings.TrimSpace(s), "\n", n+1)
	if len(lines) > n {
		lines[n] = "..."
	}
	return strings.Join(lines, "\n")
}
