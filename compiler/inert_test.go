package compiler

import (
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Texts that would do harm if they got into Go source as anything but strings:
// each tries to leave a file behind.
var injections = []string{
	"\"); os.WriteFile(`pwned`, nil, 0o600); (\"",
	"`; os.WriteFile(`pwned`, nil, 0o600); `",
	"x\n}\n\nfunc init() { os.WriteFile(`pwned`, nil, 0o600) }\n",
	"*/ import \"os\"; var _ = os.WriteFile(`pwned`, nil, 0o600) /*",
	"x\r\nvar _ = os.WriteFile(`pwned`, nil, 0o600)",
	"x\u2028var _ = os.WriteFile(`pwned`, nil, 0o600)",
	"\n//go:embed /etc/passwd\nvar passwd string",
	"\n//go:linkname exit os.Exit\n",
	"//line /etc/passwd:1", "/*line /etc/passwd:1*/", "\n//go:build ignore\n", "\n//go:generate touch pwned\n",
	"$(touch pwned)", "; touch pwned", "-o pwned", "%s%d%n%!", "{{.}}", "<script>", "../../pwned", "/pwned",
	"", "_", "init", "main", "rt", "l", "b", "t", "build", "program", "layers", "func", "type", "nil", "error", "string", "int64", "os",
	"\x00", "\ufeff", "\u202e", "é", "e\u0301", "\U0001F600", " ", "a b", "a-b", "a_b", "aB", "0", "-1", "1e9",
	strings.Repeat("long ", 1000),
}

// inert is a graph whose every name and string is a text.
func inert(text string) string {
	q := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	name := text
	if name == "" {
		name = "empty"
	}
	return fmt.Sprintf(`{"daskgen": 1, "name": %[1]s,
"inputs": {%[2]s: {"dtype": "float64", "shape": [2], "chunks": [1], "source": {"npy": "x.npy"}}},
"tasks": [
 {"key": %[3]s, "value": %[1]s},
 {"key": [%[4]s, %[1]s, -3], "op": "add", "args": [1, 2]},
 {"key": [%[4]s, %[1]s, 7], "op": "multiply", "args": [{"ref": [%[4]s, %[1]s, -3]}, 2]},
 {"key": "dict", "value": {"dict": [[%[1]s, [%[1]s]]]}}
],
"layers": [{"name": %[5]s, "grid": [2], "indices": ["i"], "op": "negative", "args": [{"ref": %[2]s, "index": ["i"]}]}],
"outputs": {%[6]s: {"key": %[3]s}, %[7]s: {"key": [%[4]s, %[1]s, 7]}, %[8]s: {"key": "dict"}, %[9]s: {"array": %[5]s}}}`,
		q(text), q(name+" in"), q(name+" task"), q(name), q(name+" layer"), q(name), q(name+" out2"), q(name+" out3"), q(name+" out4"))
}

// What stands in a graph's names and strings is data: the generated code has the
// declarations and imports that it has for harmless ones.
func TestInert(t *testing.T) {
	want := skeleton(t, generated(t, inert("harmless"), Options{}, "main")[0].Content)
	for i, text := range injections {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			got := skeleton(t, generated(t, inert(text), Options{}, "main")[0].Content)
			if got != want {
				t.Errorf("%q: the code has\n%s\nwant\n%s", text, got, want)
			}
		})
	}
}

// skeleton lists the imports, kinds of declaration and directives of a Go file.
func skeleton(t *testing.T, src []byte) string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "main.go", src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, s := range f.Imports {
		b.WriteString("import " + s.Path.Value + "\n")
	}
	calls := 0
	ast.Inspect(f, func(n ast.Node) bool {
		if _, ok := n.(*ast.CallExpr); ok {
			calls++
		}
		return true
	})
	for _, d := range f.Decls {
		fmt.Fprintf(&b, "%T\n", d)
	}
	for _, group := range f.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, "/*") || len(c.Text) > 2 && c.Text[2] != ' ' && c.Text[2] != '\t' {
				b.WriteString(c.Text + "\n")
			}
		}
	}
	fmt.Fprintf(&b, "%d calls\n", calls)
	return b.String()
}

// Programs of such graphs build, run, print the texts and leave nothing behind.
func TestInertProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	for _, text := range []string{injections[0], injections[2], injections[5], injections[6], "\x00\ufeff\u202e%s"} {
		dir := t.TempDir()
		writeTree(t, dir, map[string]string{"g/graph.json": inert(text), "g/x.npy": npyOnes})
		prog := filepath.Join(dir, "prog")
		_, ds, err := Build(context.Background(), filepath.Join(dir, "g/graph.json"), nil, Options{}, BuildOptions{Out: prog, NoCache: true})
		if err != nil || ds.HasErrors() {
			t.Fatal(err, ds)
		}
		cmd := exec.Command(prog, "-json")
		cmd.Dir = filepath.Join(dir, "g")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		var values map[string]any
		if err := json.Unmarshal(out, &values); err != nil {
			t.Fatalf("%q: %v\n%s", text, err, out)
		}
		if values[text] != text || len(values) != 4 {
			t.Errorf("%q: the program printed %s", text, out)
		}
		entries, err := os.ReadDir(cmd.Dir)
		if err != nil || len(entries) != 2 {
			t.Errorf("%q: %v %v", text, entries, err)
		}
	}
}

// npyOnes is a .npy file of two float64.
var npyOnes = func() string {
	header := "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"
	header += strings.Repeat(" ", 128-10-len(header)-1) + "\n"
	return "\x93NUMPY\x01\x00\x76\x00" + header + strings.Repeat("\x00\x00\x00\x00\x00\x00\xf0\x3f", 2)
}()
