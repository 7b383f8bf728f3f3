package diag

import (
	"encoding/json"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daskgen/daskgen/ir"
)

func at(line, col int) ir.Pos { return ir.Pos{File: "graph.json", Line: line, Col: col} }

func source(text string) func(string) (io.ReadCloser, error) {
	return func(file string) (io.ReadCloser, error) {
		if file != "graph.json" {
			return nil, os.ErrNotExist
		}
		return io.NopCloser(strings.NewReader(text)), nil
	}
}

func TestText(t *testing.T) {
	var l List
	l.Errorf(at(3, 5), UnknownOp, "unknown op %q", "ad").WithHint("the nearest op is %q", "add").WithRelated(at(1, 1), "graph starts here")
	l.Warnf(at(2, 3), BadOutput, "nothing\x1b[31m happens")
	l.Errorf(ir.Pos{File: "other.json", Line: 1, Col: 1}, Cycle, "no source")
	l.Errorf(ir.Pos{}, Internal, "no place")
	l.Errorf(at(3, 5), UnknownOp, "unknown op %q", "ad") // repeated: dropped
	l.Sort()
	var b strings.Builder
	if err := Text(&b, l, Options{Open: source("{\n\tä\x01b\n  é \"ad\",\r\n}")}); err != nil {
		t.Fatal(err)
	}
	want := `no place [DG090]
graph.json:2:3: warning: nothing\u001b[31m happens [DG019]
    2 |  ä?b
      |  ^
graph.json:3:5: unknown op "ad" [DG009]
    3 |   é "ad",
      |    ^
  graph.json:1:1: graph starts here
  hint: the nearest op is "add"
other.json:1:1: no source [DG011]
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLongLine(t *testing.T) {
	var l List
	l.Errorf(at(1, 200001), Malformed, "here")
	var b strings.Builder
	if err := Text(&b, l, Options{Open: source(strings.Repeat("a", 200000) + "X" + strings.Repeat("b", 200000))}); err != nil {
		t.Fatal(err)
	}
	want := "graph.json:1:200001: here [DG001]\n    1 | " + strings.Repeat("a", around) + "X" + strings.Repeat("b", around-1) + "\n      | " + strings.Repeat(" ", around) + "^\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLimit(t *testing.T) {
	var l List
	for i := range 13 {
		l.Errorf(at(i+1, 1), Malformed, "error")
	}
	for _, all := range []bool{false, true} {
		var b strings.Builder
		if err := Text(&b, l, Options{All: all, Open: source("")}); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), "error [DG001]"); n != map[bool]int{false: 10, true: 13}[all] {
			t.Errorf("all %t: %d errors", all, n)
		}
		if got := strings.HasSuffix(b.String(), "too many errors (3 more)\n"); got == all {
			t.Errorf("all %t: summed up: %t", all, got)
		}
	}
}

func TestErr(t *testing.T) {
	var l List
	l.Warnf(at(1, 1), BadOutput, "only a warning")
	if l.Err() != nil || l.HasErrors() {
		t.Errorf("a warning is an error: %v", l.Err())
	}
	l.Errorf(at(2, 1), Cycle, "first")
	if got := l.Err().Error(); got != "graph.json:2:1: first" {
		t.Error(got)
	}
	l.Errorf(at(3, 1), Cycle, "second")
	if got := l.Err().Error(); got != "graph.json:2:1: first (and 1 more errors)" {
		t.Error(got)
	}
}

func TestMachine(t *testing.T) {
	var l List
	l.Errorf(at(3, 5), UnknownOp, "100%% of\n\"it\"").WithHint("h").WithRelated(at(1, 2), "r")
	var b strings.Builder
	if err := JSON(&b, l); err != nil {
		t.Fatal(err)
	}
	var got []map[string]any
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	want := []map[string]any{{"file": "graph.json", "line": 3.0, "col": 5.0, "code": "DG009", "severity": "error", "message": "100% of\n\"it\"", "hint": "h",
		"related": []any{map[string]any{"file": "graph.json", "line": 1.0, "col": 2.0, "message": "r"}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	b.Reset()
	if err := GitHub(&b, l, Options{}); err != nil {
		t.Fatal(err)
	}
	if want := "::error file=graph.json,line=3,col=5,title=DG009::100%25 of%0A\"it\"%0Ahint: h\n"; b.String() != want {
		t.Errorf("got %q", b.String())
	}
	b.Reset()
	if err := JSON(&b, nil); err != nil || strings.TrimSpace(b.String()) != "[]" {
		t.Errorf("an empty list is %q, %v", b.String(), err)
	}
}

// TestCodes checks that the table explains every code that is declared, once.
func TestCodes(t *testing.T) {
	text, err := os.ReadFile("codes.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, c := range Codes {
		seen[c.ID]++
		if c.Title == "" || c.Cause == "" || c.Remedy == "" || Explain(c.ID) == nil {
			t.Errorf("%s is not explained", c.ID)
		}
	}
	declared := regexp.MustCompile(`= "(DG\d+)"`).FindAllStringSubmatch(string(text), -1)
	for _, m := range declared {
		if seen[m[1]] != 1 {
			t.Errorf("%s is %d times in the table", m[1], seen[m[1]])
		}
	}
	if len(declared) != len(Codes) {
		t.Errorf("%d codes are declared, %d explained", len(declared), len(Codes))
	}
	if Explain("DG999") != nil {
		t.Error("DG999 is explained")
	}
}
