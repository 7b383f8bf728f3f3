package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"

	rt "github.com/daskgen/daskgen/runtime"
)

// The test binary runs itself as daskgen.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"daskgen": main})
}

// TestScript runs the command lines of testdata/script.
//
//	go test ./cmd/daskgen -run TestScript/gen_json
//	go test ./cmd/daskgen -update       rewrites the files that cmp compares with
func TestScript(t *testing.T) {
	cache := t.TempDir()
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		UpdateScripts:      *update,
		RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("DASKGEN_CACHE", cache)
			return goEnvironment(e)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": status,
			"npy":    npy,
			"pack":   pack,
		},
	})
}

// goEnvironment gives the scripts the user's Go caches, and a workspace in
// which the packages of a script find daskgen.
func goEnvironment(e *testscript.Env) error {
	out, err := exec.Command("go", "env", "GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY").Output()
	if err != nil {
		return err
	}
	values := strings.Split(string(out), "\n")
	for i, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY"} {
		e.Setenv(name, values[i])
	}
	repo, err := filepath.Abs("../..")
	if err != nil {
		return err
	}
	work := fmt.Sprintf("go 1.26.0\n\nuse %s\nuse ./module\n", strconv.Quote(filepath.ToSlash(repo)))
	module := filepath.Join(e.WorkDir, "module")
	if _, err := os.Stat(module); err != nil {
		return nil // only a graph.json
	}
	if err := os.WriteFile(filepath.Join(module, "go.mod"), []byte("module example.com/mine\n\ngo 1.26.0\n"), 0o666); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(e.WorkDir, "go.work"), []byte(work), 0o666)
}

// status N command... runs a command that must exit with that status.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := err.(*exec.ExitError); ok {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit status %d, want %s", got, args[0])
	}
}

// npy FILE DTYPE SHAPE writes an array of 0, 1, 2 ...: npy x.npy float64 4,3
func npy(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: npy FILE DTYPE SHAPE")
	}
	var shape []int
	size := 1
	for _, s := range strings.Split(args[2], ",") {
		n, err := strconv.Atoi(s)
		ts.Check(err)
		shape, size = append(shape, n), size*n
	}
	path := ts.MkAbs(args[0])
	switch args[1] {
	case "float64":
		ts.Check(rt.WriteNpy(path, rt.FromData(count[float64](size), shape...)))
	case "float32":
		ts.Check(rt.WriteNpy(path, rt.FromData(count[float32](size), shape...)))
	case "int64":
		ts.Check(rt.WriteNpy(path, rt.FromData(count[int64](size), shape...)))
	default:
		ts.Fatalf("npy: no dtype %s", args[1])
	}
}

func count[T float32 | float64 | int64](n int) []T {
	data := make([]T, n)
	for i := range data {
		data[i] = T(i)
	}
	return data
}

// pack FILE writes FILE.gz and FILE.zst.
func pack(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: pack FILE")
	}
	text := []byte(ts.ReadFile(args[0]))
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(text)
	ts.Check(err)
	ts.Check(w.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".gz"), b.Bytes(), 0o666))
	enc, err := zstd.NewWriter(nil)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".zst"), enc.EncodeAll(text, nil), 0o666))
}
