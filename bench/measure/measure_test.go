package measure

import (
	"context"
	"errors"
	"math"
	"testing"
)

func TestMedianAndSpread(t *testing.T) {
	if m := Median([]float64{3, 1, 2}); m != 2 {
		t.Errorf("median of three = %v", m)
	}
	if m := Median([]float64{4, 1, 2, 3}); m != 2.5 {
		t.Errorf("median of four = %v", m)
	}
	if s := Spread([]float64{9, 10, 12}); math.Abs(s-0.15) > 1e-15 {
		t.Errorf("spread = %v", s)
	}
	if !math.IsNaN(Median(nil)) || !math.IsNaN(Spread([]float64{1})) {
		t.Error("figures of nothing are numbers")
	}
}

func TestProcessReadsTheReport(t *testing.T) {
	r, err := Process(t.Context(), "", nil, "sh", "-c", `echo noise; echo '{"wall": 2, "cpu": 1.5, "peak": 0.5, "values": [7]}'`)
	if err != nil {
		t.Fatal(err)
	}
	if r.Wall != 2 || r.CPU != 1.5 || r.Peak != 0.5 || len(r.Values) != 1 || r.Values[0] != 7 {
		t.Errorf("report is %+v", r)
	}
	if r, err = Process(t.Context(), "", nil, "true"); err != nil || r.Wall != r.Process || r.Peak == 0 {
		t.Errorf("without a report: %+v, %v", r, err)
	}
}

func TestMissingProgramsAreGaps(t *testing.T) {
	if _, err := Process(t.Context(), "", nil, "/no/such/program"); !errors.Is(err, ErrMissing) {
		t.Errorf("a process: %v", err)
	}
	s := &Server{Args: []string{"/no/such/program"}}
	if _, err := s.Ask(t.Context(), "x"); !errors.Is(err, ErrMissing) {
		t.Errorf("a server: %v", err)
	}
	if _, err := Process(t.Context(), "", nil, "sh", "-c", "echo \"ModuleNotFoundError: No module named 'x'\" >&2; exit 1"); !errors.Is(err, ErrMissing) {
		t.Errorf("a module: %v", err)
	}
}

func TestServer(t *testing.T) {
	s := &Server{Args: []string{"sh", "-c", `while read a b; do case $a in add) echo ok $b 2.5;; no) echo skip not here;; bad) echo "what?";; *) exit 3;; esac; done`}}
	defer s.Close()
	ctx := context.Background()
	for range 2 {
		if v, err := s.Ask(ctx, "add 1"); err != nil || len(v) != 2 || v[0] != 1 || v[1] != 2.5 {
			t.Errorf("answer %v, %v", v, err)
		}
	}
	if _, err := s.Ask(ctx, "no"); !errors.Is(err, ErrSkip) {
		t.Errorf("skip: %v", err)
	}
	if _, err := s.Ask(ctx, "bad"); err == nil {
		t.Error("no error for a bad answer")
	}
	for range 2 {
		if _, err := s.Ask(ctx, "die"); err == nil {
			t.Error("no error of a server that ended")
		}
	}
}
