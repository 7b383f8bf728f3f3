package emit

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/daskgen/daskgen/ir"
)

// program emits a graph, builds it inside this module and returns the binary.
func program(t *testing.T, g *ir.Graph, opts Options) (bin, src string) {
	t.Helper()
	files, err := Program(checked(t, g), opts)
	if err != nil {
		t.Fatal(err)
	}
	dir := tempPackage(t)
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Path), f.Content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	bin = filepath.Join(dir, "prog")
	goCommand(t, dir, "build", "-o", bin, ".")
	return bin, string(files[0].Content)
}

// tempPackage makes a folder inside the module for the time of the test.
func tempPackage(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds Go programs")
	}
	if err := os.MkdirAll("testdata", 0o777); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("testdata", "tmp")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	dir, err = filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func goCommand(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// run runs a program and returns what it prints.
func run(t *testing.T, bin string, args ...string) string {
	t.Helper()
	cmd := exec.Command(bin, args...)
	cmd.Dir = filepath.Dir(bin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestDictionaryProgram(t *testing.T) {
	bin, src := program(t, dictionary(), Options{Source: "graph.json"})
	t.Log(src)
	if got := run(t, bin, "-json"); got != "{\"z\":12}\n" {
		t.Errorf("prints %q", got)
	}
}
