package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/pass"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

var update = flag.Bool("update", false, "rewrite generated documentation, and the files that scripts compare with")

// root is the repository.
const root = "../.."

// TestDocs holds the generated sections of the documentation against their
// sources. A section stands between <!-- generated: NAME --> and
// <!-- end -->.
//
//	go test ./cmd/daskgen -run TestDocs -update
func TestDocs(t *testing.T) {
	sections := []struct {
		file, name string
		make       func() string
	}{
		{"docs/diagnostics.md", "codes", codesDoc},
		{"docs/ops.md", "ops", opsDoc},
		{"docs/how-it-works.md", "passes", passesDoc},
		{"docs/cli.md", "commands", commandsDoc},
	}
	for _, s := range sections {
		t.Run(s.name, func(t *testing.T) {
			path := filepath.Join(root, s.file)
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want, err := replaceSection(text, s.name, s.make())
			if err != nil {
				t.Fatalf("%s: %v", s.file, err)
			}
			checkFile(t, path, text, want)
		})
	}
}

// checkFile compares a file with what it should hold, or writes it.
func checkFile(t *testing.T, path string, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	if !*update {
		t.Errorf("%s is not current: go test ./cmd/daskgen -update rewrites it", path)
		return
	}
	if err := os.WriteFile(path, want, 0o666); err != nil {
		t.Error(err)
	}
}

func replaceSection(text []byte, name, content string) ([]byte, error) {
	begin, end := []byte("<!-- generated: "+name+" -->\n"), []byte("<!-- end -->")
	before, rest, ok := bytes.Cut(text, begin)
	if !ok {
		return nil, fmt.Errorf("no line %s", begin)
	}
	_, after, ok := bytes.Cut(rest, end)
	if !ok {
		return nil, fmt.Errorf("no line %s", end)
	}
	return slices.Concat(before, begin, []byte("\n"+content+"\n"), end, after), nil
}

func codesDoc() string {
	var b strings.Builder
	for _, c := range diag.Codes {
		fmt.Fprintf(&b, "## %s: %s\n\n*Cause:* %s.\n\n*Remedy:* %s.\n\n", c.ID, c.Title, upperFirst(c.Cause), upperFirst(c.Remedy))
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// opClasses are the sections of the ops' page.
var opClasses = []struct {
	class stdops.Class
	title string
	text  string
}{
	{stdops.Elementwise, "Elementwise ops", "They work element by element, with broadcasting, and are fused into one loop where they meet."},
	{stdops.Reduction, "Reductions", "They absorb the elementwise ops that feed them. What ends in `_chunk` is the first step of a tree."},
	{stdops.Kernel, "Ops on blocks", "Structure, indexing, joining, contraction, creation, and the later steps of reductions."},
	{stdops.Helper, "Ops on other values", "Lists, tuples, dicts and strings in plain graphs."},
}

func opsDoc() string {
	var b strings.Builder
	for _, c := range opClasses {
		fmt.Fprintf(&b, "## %s\n\n%s\n\n", c.title, c.text)
		for _, op := range stdops.All() {
			if op.Class == c.class {
				opDoc(&b, op)
			}
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func opDoc(b *strings.Builder, op *stdops.Op) {
	fmt.Fprintf(b, "### %s\n\n`%s(%s)`", op.Name, op.Name, strings.Join(stdops.ParamNames(op), ", "))
	if d := dtypesDoc(op.Loops); d != "" {
		fmt.Fprintf(b, " · %s", d)
	}
	fmt.Fprintf(b, "\n\n%s\n\n", opText(op))
	if len(op.Aliases) > 0 {
		fmt.Fprintf(b, "Also: `%s`.\n\n", strings.Join(slices.Sorted(slices.Values(op.Aliases)), "`, `"))
	}
}

// opText is the op's documentation, which may begin with its name.
func opText(op *stdops.Op) string {
	if rest, ok := strings.CutPrefix(op.Doc, op.Name+" "); ok {
		return "`" + op.Name + "` " + escapeMarkdown(rest)
	}
	return escapeMarkdown(upperFirst(op.Doc))
}

func escapeMarkdown(s string) string {
	return strings.NewReplacer("*", `\*`, "<", `\<`, "|", `\|`).Replace(s)
}

// dtypesDoc says which dtypes loops take, and what they give.
func dtypesDoc(loops []stdops.Loop) string {
	if len(loops) == 0 {
		return ""
	}
	in, out, same := map[ir.DType]bool{}, map[ir.DType]bool{}, true
	for _, l := range loops {
		last := l.In[len(l.In)-1]
		if l.In[0] != last && l.In[0].Kind() != 'b' {
			last = l.In[0] // a number and an integer, such as ldexp's
		}
		in[last], out[l.Out] = true, true
		same = same && l.Out == last
	}
	if same {
		return kinds(in)
	}
	return kinds(in) + " → " + kinds(out)
}

// kinds names a set of dtypes, whole kinds by their plural.
func kinds(set map[ir.DType]bool) string {
	var names []string
	for _, k := range []struct {
		name string
		of   []ir.DType
	}{
		{"bool", []ir.DType{ir.Bool}},
		{"ints", []ir.DType{ir.Int8, ir.Int16, ir.Int32, ir.Int64}},
		{"uints", []ir.DType{ir.Uint8, ir.Uint16, ir.Uint32, ir.Uint64}},
		{"floats", []ir.DType{ir.Float32, ir.Float64}},
		{"complex", []ir.DType{ir.Complex64, ir.Complex128}},
	} {
		var have []string
		for _, d := range k.of {
			if set[d] {
				have = append(have, d.String())
			}
		}
		if len(have) == len(k.of) {
			have = []string{k.name}
		}
		names = append(names, have...)
	}
	return strings.Join(names, ", ")
}

func passesDoc() string {
	var b strings.Builder
	b.WriteString("| pass | does | stands there |\n|---|---|---|\n")
	for _, p := range pass.Table {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", p.Name, p.Doc, p.Why)
	}
	return b.String()
}

func commandsDoc() string {
	var b strings.Builder
	a := &app{stdout: io.Discard, stderr: io.Discard}
	c := a.root()
	for _, g := range c.Groups() {
		fmt.Fprintf(&b, "## %s\n\n", strings.TrimSuffix(g.Title, ":"))
		for _, sub := range c.Commands() {
			if sub.GroupID == g.ID {
				commandDoc(&b, sub)
			}
		}
	}
	b.WriteString("## Flags of all commands\n\n")
	flagsDoc(&b, c.PersistentFlags())
	return b.String()
}

func commandDoc(b *strings.Builder, c *cobra.Command) {
	fmt.Fprintf(b, "### %s\n\n`daskgen %s`\n\n", c.Name(), c.Use)
	text := c.Long
	if text == "" {
		text = c.Short + "."
	}
	text, _, _ = strings.Cut(text, "\n\nThe passes,")
	fmt.Fprintf(b, "%s\n\n", text)
	if c.Example != "" {
		fmt.Fprintf(b, "```console\n%s\n```\n\n", regexp.MustCompile(`(?m)^  `).ReplaceAllString(c.Example, ""))
	}
	if c.LocalNonPersistentFlags().HasFlags() {
		flagsDoc(b, c.LocalNonPersistentFlags())
	}
}

func flagsDoc(b *strings.Builder, flags *pflag.FlagSet) {
	b.WriteString("| flag | |\n|---|---|\n")
	flags.VisitAll(func(f *pflag.Flag) {
		name, usage := pflag.UnquoteUsage(f)
		if name != "" {
			name = " " + name
		}
		short := ""
		if f.Shorthand != "" {
			short = "`-" + f.Shorthand + "`, "
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
			usage += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(b, "| %s`-%s%s` | %s |\n", short, f.Name, name, usage)
	})
	b.WriteString("\n")
}

// TestCodesHaveCases looks for each code in a test: in golden and testdata as
// it is printed, in Go tests also as its name.
func TestCodesHaveCases(t *testing.T) {
	var tests bytes.Buffer
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.Name() == ".git" {
				return filepath.SkipDir
			}
			return err
		}
		name := filepath.ToSlash(path)
		if !strings.HasSuffix(name, ".txtar") && !strings.Contains(name, "/testdata/") && !strings.HasSuffix(name, "_test.go") || strings.Contains(name, "cmd/daskgen/testdata/script/reference") {
			return nil
		}
		text, err := os.ReadFile(path)
		tests.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	names := codeNames(t)
	for _, c := range diag.Codes {
		inGo := regexp.MustCompile(`\bdiag\.` + names[c.ID] + `\b`)
		if c.ID != diag.Internal && !bytes.Contains(tests.Bytes(), []byte(c.ID)) && !inGo.Match(tests.Bytes()) {
			t.Errorf("%s (%s, diag.%s) has no case in golden, testdata or a Go test", c.ID, c.Title, names[c.ID])
		}
	}
}

// codeNames are the Go names of the codes.
func codeNames(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "compiler/diag/codes.go"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\s+(\w+)\s+= "(DG\d+)"`).FindAllSubmatch(text, -1) {
		names[string(m[2])] = string(m[1])
	}
	if len(names) != len(diag.Codes) {
		t.Fatalf("%d names of %d codes", len(names), len(diag.Codes))
	}
	return names
}

// TestCodesAreWhole makes sure that codes are in order and say something.
func TestCodesAreWhole(t *testing.T) {
	last := ""
	for _, c := range diag.Codes {
		if c.ID <= last {
			t.Errorf("%s stands after %s", c.ID, last)
		}
		if c.Title == "" || c.Cause == "" || c.Remedy == "" {
			t.Errorf("%s is not explained", c.ID)
		}
		last = c.ID
	}
}

// TestHelp makes sure that every command says what it does and shows how.
func TestHelp(t *testing.T) {
	a := &app{stdout: io.Discard, stderr: io.Discard}
	for _, c := range a.root().Commands() {
		if c.Short == "" || c.Example == "" && c.Name() != "version" && c.Name() != "help" {
			t.Errorf("%s has no short description or example", c.Name())
		}
		if strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: the short description ends in a full stop", c.Name())
		}
		for line := range strings.Lines(c.Long + "\n" + c.Example) {
			if len(line) > 140 {
				t.Errorf("%s: long line %q", c.Name(), line)
			}
		}
	}
}
