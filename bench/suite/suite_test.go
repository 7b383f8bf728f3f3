package suite

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/daskgen/daskgen/bench/measure"
)

func TestRowsHaveNamesOfTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rows(&Tools{Workers: 2}) {
		id := r.Group + "/" + r.Name
		if seen[id] {
			t.Errorf("two rows are %s", id)
		}
		seen[id] = true
		if r.Title == "" || r.Unit == "" || len(r.Contestants) == 0 {
			t.Errorf("%s lacks title, unit or contestants", id)
		}
	}
}

// fake is a contestant whose samples are 1, 2, 3 times a value.
func fake(name string, value float64, order *[]string) Contestant {
	n := 0.0
	return Contestant{Name: name, Sample: func(context.Context) (Sample, error) {
		*order = append(*order, name)
		n++
		return Sample{Value: n * value, Peak: value}, nil
	}}
}

func TestRunnerTakesTurnsAndJudges(t *testing.T) {
	var order []string
	broken := Contestant{Name: "broken", Sample: func(context.Context) (Sample, error) { return Sample{}, errors.New("fell over") }}
	absent := Contestant{Name: "absent", Check: func(context.Context) error { return measure.ErrMissing }}
	once := fake("once", 100, &order)
	once.Once = true
	row := &Row{Group: "g", Name: "r", Unit: "s",
		Contestants: []Contestant{fake(Ours, 1, &order), fake("dask", 8, &order), broken, absent, once},
		Limit:       func(Limits) (float64, string) { return 1.9, "test" },
		Goals: []Goal{{Kind: Times, Peer: "dask", Bound: 10}, {Kind: Times, Peer: "dask", Bound: 8}, {Kind: Memory, Peer: "dask", Bound: 0.5},
			{Kind: Ahead}, {Kind: Within, Bound: 1.5}, {Kind: Times, Peer: "absent", Bound: 1}}}
	o := (&Runner{Rounds: 3, Log: io.Discard}).Run(t.Context(), row)
	if got := strings.Join(order, " "); got != "daskgen dask once daskgen dask daskgen dask" {
		t.Errorf("order: %s", got)
	}
	if o.Entries[2].Gap != "fell over" || o.Entries[3].Gap != measure.ErrMissing.Error() {
		t.Errorf("gaps: %+v", o.Entries)
	}
	if m := o.Entry(Ours).Median(); m != 2 {
		t.Errorf("median %v", m)
	}
	var verdicts []string
	for _, v := range o.Verdicts {
		verdicts = append(verdicts, map[bool]string{true: "met", false: "missed"}[v.Met])
	}
	if got := strings.Join(verdicts, " "); got != "missed met met met missed missed" || !o.Verdicts[5].Open {
		t.Errorf("verdicts: %+v", o.Verdicts)
	}
}

func TestWrongResultsAreErrors(t *testing.T) {
	r := new(reference)
	agree := r.agree([]float64{1e-3})
	if _, err := agree(Sample{Values: []float64{1000}}, nil); err != nil {
		t.Error(err)
	}
	if _, err := agree(Sample{Values: []float64{1000.9}}, nil); err != nil {
		t.Error(err)
	}
	for _, values := range [][]float64{{1002}, {}, {1000, 1}} {
		if _, err := agree(Sample{Values: values}, nil); err == nil {
			t.Errorf("%v passes for 1000", values)
		}
	}
}
