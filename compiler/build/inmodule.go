package build

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/daskgen/daskgen/compiler/emit"
)

// A Module is a place inside a user's Go module.
type Module struct {
	Dir  string   // absolute folder; the program may import what a package below it may
	Env  []string // environment of the go command; nil: that of the process
	Tags []string // build tags
}

// programDir is the folder, below that of the module, in which the program
// stands as far as the go command is told. It never exists.
const programDir = "zz_daskgen_program"

// InModule compiles a program that imports packages of a user's module, or of
// those that it requires. Nothing is written there: the program is laid over it.
// The binary is static unless CGO_ENABLED says otherwise; the versions of all
// packages, daskgen's runtime among them, are the module's.
func InModule(ctx context.Context, files []emit.File, m Module, o Options) error {
	if o.Log == nil {
		o.Log = io.Discard
	}
	tool, err := findGo()
	if err != nil {
		return err
	}
	return o.build(files, func(dir, bin string) error {
		overlay, err := writeOverlay(dir, m.Dir, files)
		if err != nil {
			return err
		}
		return tool.buildInModule(ctx, m, overlay, bin)
	})
}

// writeOverlay writes the file that lays the program over the module, and
// returns its path.
func writeOverlay(tmp, dir string, files []emit.File) (string, error) {
	replace := map[string]string{}
	for _, f := range files {
		replace[filepath.Join(dir, programDir, filepath.FromSlash(f.Path))] = filepath.Join(tmp, filepath.FromSlash(f.Path))
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	file := filepath.Join(tmp, "overlay.json")
	return file, os.WriteFile(file, data, 0o600)
}

// buildInModule runs go build in the user's module, with the user's
// configuration.
func (t *goTool) buildInModule(ctx context.Context, m Module, overlay, out string) error {
	args := []string{"build", "-overlay", overlay, "-trimpath", "-buildvcs=false", "-pgo=off", "-ldflags=-s -w -buildid="}
	if len(m.Tags) > 0 {
		args = append(args, "-tags="+strings.Join(m.Tags, ","))
	}
	cmd := exec.CommandContext(ctx, t.path, append(args, "-o", out, "./"+programDir)...)
	cmd.Dir, cmd.Env = m.Dir, slices.Clone(m.Env)
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	if os.Getenv("CGO_ENABLED") == "" {
		cmd.Env = append(cmd.Env, "CGO_ENABLED=0")
	}
	text, err := cmd.CombinedOutput()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case strings.Contains(string(text), "package "+modulePath+"/"):
		return fmt.Errorf("the module of %s must require daskgen's runtime, which the program imports: run go get %s there\n%s", m.Dir, modulePath, firstLines(string(text), 3))
	}
	return fmt.Errorf("go build: %w\n%s", err, firstLines(string(text), 20))
}
