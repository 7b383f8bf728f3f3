package dsl

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
)

// record builds and runs the recorder of a package, twice, and turns what it
// dumps into graphs. It returns nil when there are errors.
func (l *loader) record(s *source) (*Package, error) {
	tmp, err := os.MkdirTemp("", "daskgen")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	binary, ok, err := l.build(s, tmp)
	if err != nil || !ok {
		return nil, err
	}
	first := l.run(s, binary, filepath.Join(tmp, "dump1"))
	if first == nil {
		return nil, nil
	}
	second := l.run(s, binary, filepath.Join(tmp, "dump2"))
	if second == nil {
		return nil, nil
	}
	d := &record.Dump{}
	if err := json.Unmarshal(first, d); err != nil {
		return nil, fmt.Errorf("recording %s: %w", s.pkg.PkgPath, err)
	}
	l.compareRuns(s, d, second)
	return l.finish(s, d), nil
}

// compareRuns reports graphs that differ from run to run, mostly because a
// builder ranges over a map.
func (l *loader) compareRuns(s *source, first *record.Dump, second []byte) {
	d := &record.Dump{}
	if json.Unmarshal(second, d) != nil || len(d.Entries) != len(first.Entries) {
		return
	}
	for i, e := range first.Entries {
		m := s.marks[i]
		if len(e.Problems) == 0 && len(d.Entries[i].Problems) == 0 && !bytes.Equal(e.Graph, d.Entries[i].Graph) {
			l.errorAt(s, m.pos, diag.BadDSL, "%s builds another graph each time it runs", m.name).
				WithHint("a graph must not depend on the order of a map, on random numbers or on the time")
		}
	}
}

// goEnv is the environment of the go command for recording: the binary runs
// here, whatever platform the user compiles for.
func (l *loader) goEnv() []string {
	env := slices.DeleteFunc(slices.Clone(l.environ()), func(kv string) bool {
		return strings.HasPrefix(kv, "GOOS=") || strings.HasPrefix(kv, "GOARCH=")
	})
	return append(env, "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
}

// build compiles the recorder. It says whether the build succeeded; if not,
// what the compiler found is reported.
func (l *loader) build(s *source, tmp string) (binary string, ok bool, err error) {
	overlay, target, err := s.overlay(tmp)
	if err != nil {
		return "", false, err
	}
	binary = filepath.Join(tmp, "record.exe")
	args := []string{"build", "-trimpath=false", "-buildvcs=false", "-ldflags=-w", "-overlay", overlay, "-o", binary}
	if len(l.cfg.Tags) > 0 {
		args = append(args, "-tags="+strings.Join(l.cfg.Tags, ","))
	}
	cmd := exec.CommandContext(l.ctx, "go", append(args, target)...)
	cmd.Dir, cmd.Env = s.dir, l.goEnv()
	out, err := cmd.CombinedOutput()
	if err == nil {
		return binary, true, nil
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || l.ctx.Err() != nil {
		return "", false, fmt.Errorf("go build: %w", firstError(l.ctx.Err(), err))
	}
	l.buildErrors(s, string(out))
	return "", false, nil
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

var compilerLine = regexp.MustCompile(`^(.+\.go):(\d+):(\d+): (.*)$`)

// buildErrors reports what go build printed.
func (l *loader) buildErrors(s *source, out string) {
	found := false
	var rest []string
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		m := compilerLine.FindStringSubmatch(line)
		if m == nil {
			if !strings.HasPrefix(line, "#") {
				rest = append(rest, line)
			}
			continue
		}
		path := m[1]
		if !filepath.IsAbs(path) {
			path = filepath.Join(s.dir, path)
		}
		ln, _ := strconv.Atoi(m[2])
		col, _ := strconv.Atoi(m[3])
		l.diags.Errorf(ir.Pos{File: l.display(path), Line: ln, Col: col}, diag.LoadFailed, "%s", m[4])
		found = true
	}
	if !found {
		l.diags.Errorf(ir.Pos{File: l.display(s.dir)}, diag.LoadFailed, "%s", strings.Join(rest, "; "))
	}
}

// maxOutput bounds what is kept of a recorder's output.
const maxOutput = 1 << 16

// run runs the recorder once and returns its dump, or nil after reporting why
// there is none.
func (l *loader) run(s *source, binary, dump string) []byte {
	ctx, cancel := context.WithTimeout(l.ctx, l.cfg.Timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary)
	out := &tailBuffer{}
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, out, out
	cmd.Env = append(slices.Clone(l.environ()), record.Env+"="+dump)
	err := cmd.Run()
	data, readErr := os.ReadFile(dump)
	switch {
	case err == nil && readErr == nil:
		return data
	case ctx.Err() != nil:
		l.errorAt(s, s.marks[0].pos, diag.BadDSL, "the graphs of package %s were not built within %s", s.name, l.cfg.Timeout).
			WithHint("the builder only describes the graph: it should take milliseconds")
	default:
		l.crashed(s, out.String())
	}
	return nil
}

// tailBuffer keeps the last part of what is written.
type tailBuffer struct{ bytes.Buffer }

func (t *tailBuffer) Write(p []byte) (int, error) {
	n, err := t.Buffer.Write(p)
	if t.Len() > 2*maxOutput {
		t.Next(t.Len() - maxOutput)
	}
	return n, err
}

var stackLine = regexp.MustCompile(`(?m)^\t(\S.*\.go):(\d+)`)

// crashed reports a recorder that ended without a dump: a package variable
// panicked, or the package ends the process when it is initialised. The
// position is the first of the trace in the package's own folder.
func (l *loader) crashed(s *source, out string) {
	msg, _, _ := strings.Cut(strings.TrimSpace(out), "\n")
	for _, m := range stackLine.FindAllStringSubmatch(out, -1) {
		if filepath.Dir(m[1]) == s.dir && filepath.Base(m[1]) != recordFile {
			ln, _ := strconv.Atoi(m[2])
			s.failed = true
			l.diags.Errorf(ir.Pos{File: l.display(m[1]), Line: ln}, diag.BadDSL, "%s", msg)
			return
		}
	}
	if msg == "" {
		msg = "it printed nothing"
	}
	l.errorAt(s, s.marks[0].pos, diag.BadDSL, "the process that builds the graphs of package %s ended early: %s", s.name, msg)
}
