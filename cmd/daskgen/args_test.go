package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestNormalize(t *testing.T) {
	a := &app{stdout: io.Discard, stderr: io.Discard}
	root := a.root()
	tests := []struct{ in, want string }{
		{"gen -standalone", "gen --standalone"},
		{"gen --standalone", "gen --standalone"},
		{"gen -standalone=true -package lib", "gen --standalone=true --package lib"},
		{"gen -o dir -out dir", "gen -o dir --out dir"},
		{"gen -odir -o=dir", "gen -odir -o=dir"},
		{"explain -passes=-fuse-chain", "explain --passes=-fuse-chain"},
		{"explain -passes -all", "explain --passes -all"},
		{"explain --passes -json -json", "explain --passes -json --json"},
		{"vet -e -", "vet -e -"},
		{"show -h", "show -h"},
		{"show -help", "show --help"},
		{"run x.json -- -json -workers 3", "run x.json -- -json -workers 3"},
		{"run x.json -workers 3", "run x.json --workers 3"}, // so that the message names the whole flag
		{"__complete gen -json", "__complete gen -json"},
	}
	for _, c := range tests {
		got := strings.Join(normalize(root, strings.Fields(c.in)), " ")
		if got != c.want {
			t.Errorf("%s became %s, want %s", c.in, got, c.want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	names := []string{"gen", "graph", "explain"}
	got := []string{didYouMean("grpah", names), didYouMean("xyz", names), didYouMean("expl", names), didYouMean("gen", names)}
	want := []string{" (did you mean graph?)", "", " (did you mean explain?)", " (did you mean gen?)"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// On a terminal a command says what it does when it takes long, and takes the
// line away; elsewhere it says nothing.
func TestWorking(t *testing.T) {
	old, oldPatience := isTerminal, patience
	defer func() { isTerminal, patience = old, oldPatience }()
	for _, terminal := range []bool{false, true} {
		isTerminal = func(io.Writer) bool { return terminal }
		for _, slow := range []bool{false, true} {
			patience = time.Hour
			if slow {
				patience = 0
			}
			var b bytes.Buffer
			a := &app{stderr: &b}
			done := a.working("building %s", "prog")
			if slow {
				time.Sleep(20 * time.Millisecond)
			}
			done()
			want := ""
			if terminal && slow {
				want = "\r\x1b[Kbuilding prog (0 s)\r\x1b[K"
			}
			if b.String() != want {
				t.Errorf("terminal %v, slow %v: %q, want %q", terminal, slow, b.String(), want)
			}
		}
	}
}
