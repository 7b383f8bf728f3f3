package suite

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/daskgen/daskgen/bench/measure"
)

// Tools are the programs of the contestants, compiled into one folder.
type Tools struct {
	Root    string // the folder of this module
	Bin     string // where programs are compiled to
	Data    string // where workloads keep their files
	Python  string // the interpreter of the peers
	Workers int    // cores in use
	Quick   bool
	Gaps    map[string]string // what could not be compiled, and why

	servers []*measure.Server
}

// cache tells the peers where to keep what they compile.
func (t *Tools) cache() []string { return []string{"BENCH_CACHE=" + filepath.Join(t.Data, "cache")} }

// server registers a contestant that stays, to be ended by Close.
func (t *Tools) server(env []string, args ...string) *measure.Server {
	s := &measure.Server{Args: args, Dir: t.Root, Env: env}
	t.servers = append(t.servers, s)
	return s
}

// Close ends the contestants that stayed.
func (t *Tools) Close() {
	for _, s := range t.servers {
		s.Close()
	}
}

// Path returns the path of a compiled program.
func (t *Tools) Path(name string) string { return filepath.Join(t.Bin, name) }

// Peer returns the path of a file of the peers.
func (t *Tools) Peer(name ...string) string {
	return filepath.Join(append([]string{t.Root, "peers"}, name...)...)
}

// Build compiles everything. What is ours has to compile; a peer that does not
// is a gap.
func (t *Tools) Build(ctx context.Context) error {
	t.Gaps = map[string]string{}
	ours := [][]string{
		{"go", "tool", "daskgen", "gen", "./..."},
		{"go", "build", "-o", t.Bin + string(filepath.Separator), "./contestants/...", "github.com/daskgen/daskgen/cmd/daskgen"},
	}
	for _, args := range ours {
		if err := t.command(ctx, args...); err != nil {
			return err
		}
	}
	for _, p := range peerPrograms {
		args := append(append([]string{}, p.build...), "-I", t.Peer("include"), "-I", t.Peer(".taskflow"), "-o", t.Path(p.name), t.Peer(p.source))
		if err := t.command(ctx, append(args, p.libs...)...); err != nil {
			t.Gaps[p.name] = err.Error()
		}
	}
	return nil
}

// A peerProgram is a peer in C or C++.
type peerProgram struct {
	name, source string
	build, libs  []string
}

var peerPrograms = []peerProgram{
	{"limits", "limits.c", []string{"gcc", "-O3", "-march=native"}, []string{"-lpthread"}},
	{"c-O3", "kernels.c", []string{"gcc", "-O3", "-march=native"}, []string{"-lm", "-lpthread"}},
	{"c-Ofast", "kernels.c", []string{"gcc", "-Ofast", "-march=native", "-mprefer-vector-width=512"}, []string{"-lmvec", "-lm", "-lpthread"}},
	{"taskflow", "tasks_taskflow.cpp", []string{"g++", "-O3", "-march=native", "-std=c++20"}, []string{"-lpthread"}},
	{"tbb", "tasks_tbb.cpp", []string{"g++", "-O3", "-march=native", "-std=c++17"}, []string{"-ltbb"}},
	{"openblas", "products.c", []string{"gcc", "-O3", "-march=native"}, []string{"-lopenblas", "-lpthread"}},
}

func (t *Tools) command(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = t.Root
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	text := strings.TrimSpace(string(out))
	if first, _, more := strings.Cut(text, "\n"); more && args[0] != "go" {
		text = first
	}
	return fmt.Errorf("%s: %w: %s", args[0], err, text)
}
