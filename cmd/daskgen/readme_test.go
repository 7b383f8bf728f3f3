package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A block is a fenced code block that a comment in front of it is about.
type block struct {
	comment string // "file: PATH" or "run"
	line    int    // of the comment
	lang    string
	text    string
	at      [2]int // the text's offsets
}

var blockPattern = regexp.MustCompile("(?m)^<!-- (file: \\S+|run) -->\n```(\\w*)\n((?:[^`\n].*\n|\n)*)```$")

// blocks are the marked blocks of a page.
func blocks(page []byte) []block {
	var bs []block
	for _, m := range blockPattern.FindAllSubmatchIndex(page, -1) {
		bs = append(bs, block{
			comment: string(page[m[2]:m[3]]),
			line:    bytes.Count(page[:m[0]], []byte("\n")) + 1,
			lang:    string(page[m[4]:m[5]]),
			text:    string(page[m[6]:m[7]]),
			at:      [2]int{m[6], m[7]},
		})
	}
	return bs
}

// pages are those whose marked blocks are tested.
var pages = []string{"README.md", "docs/ci.md", "docs/cli.md", "docs/how-it-works.md"}

func readPage(t *testing.T, page string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	if marks := bytes.Count(text, []byte("<!-- file: ")) + bytes.Count(text, []byte("<!-- run -->")); marks != len(blocks(text)) {
		t.Fatalf("%s: %d marks, but %d of them have a code block below", page, marks, len(blocks(text)))
	}
	return text
}

// TestPagesShowFiles holds blocks behind <!-- file: PATH --> against the files.
//
//	go test ./cmd/daskgen -run TestPages -update
func TestPagesShowFiles(t *testing.T) {
	for _, page := range pages {
		text := readPage(t, page)
		var want []byte
		last := 0
		for _, b := range blocks(text) {
			path, ok := strings.CutPrefix(b.comment, "file: ")
			if !ok {
				continue
			}
			content, err := os.ReadFile(filepath.Join(root, path))
			if err != nil {
				t.Errorf("%s:%d: %v", page, b.line, err)
				continue
			}
			want = append(append(want, text[last:b.at[0]]...), content...)
			last = b.at[1]
		}
		want = append(want, text[last:]...)
		checkFile(t, filepath.Join(root, page), text, want)
	}
}

// TestPagesRun runs the lines that begin with $ of blocks behind <!-- run -->,
// in the root of the repository, with daskgen on the PATH. They must succeed;
// output that a block shows must be what is printed.
func TestPagesRun(t *testing.T) {
	if testing.Short() {
		t.Skip("builds daskgen")
	}
	bin := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, page := range pages {
		for _, b := range blocks(readPage(t, page)) {
			if b.comment != "run" {
				continue
			}
			t.Run(fmt.Sprintf("%s:%d", filepath.Base(page), b.line), func(t *testing.T) {
				for _, c := range commands(b.text) {
					c.run(t, bin)
				}
			})
		}
	}
}

// A shownCommand is a command line of a page, and the output below it.
type shownCommand struct{ line, output string }

func commands(text string) []shownCommand {
	var cs []shownCommand
	for line := range strings.Lines(text) {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			cs = append(cs, shownCommand{line: strings.TrimSpace(command)})
		} else if len(cs) > 0 {
			cs[len(cs)-1].output += line
		}
	}
	return cs
}

func (c shownCommand) run(t *testing.T, bin string) {
	t.Helper()
	cmd := exec.Command("sh", "-c", c.line)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("$ %s\n%v\n%s", c.line, err, &stderr)
	}
	if c.output == "" {
		return
	}
	if d := cmp.Diff(c.output, string(out)); d != "" {
		t.Errorf("$ %s (-shown +printed)\n%s", c.line, d)
	}
}

func TestBlocks(t *testing.T) {
	page := "x\n\n<!-- file: a/b.go -->\n```go\npackage b\n\nvar x = 1\n```\n\n```\nnot marked\n```\n<!-- run -->\n```console\n$ echo a\na\n$ echo b\n```\n<!-- file: empty -->\n```\n```\n"
	var got []string
	for _, b := range blocks([]byte(page)) {
		got = append(got, fmt.Sprintf("%d %s %q %q", b.line, b.comment, b.lang, b.text))
	}
	want := []string{
		`3 file: a/b.go "go" "package b\n\nvar x = 1\n"`,
		`13 run "console" "$ echo a\na\n$ echo b\n"`,
		`19 file: empty "" ""`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]shownCommand{{"echo a", "a\n"}, {"echo b", ""}}, commands("$ echo a\na\n$ echo b\n"), cmp.AllowUnexported(shownCommand{})); d != "" {
		t.Error(d)
	}
}

// Links to files in the pages lead somewhere.
func TestPagesLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	all, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(all, filepath.Join(root, "README.md")) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		text = regexp.MustCompile("(?ms)^```.*?^```$").ReplaceAll(text, nil)
		for _, m := range link.FindAllSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), string(m[1]))); err != nil {
				t.Errorf("%s: link to %s: %v", page, m[1], err)
			}
		}
	}
}
