// Package report keeps the outcomes of a run and makes tables and plots of them.
package report

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/daskgen/daskgen/bench/suite"
)

// The files that a report consists of, beside the plots.
const (
	TableFile = "RESULTS.md"
	dataFile  = "results.json"
)

// A Report is a run: where it ran, and what came out.
type Report struct {
	Date     string           `json:"date"`
	Quick    bool             `json:"quick"`
	Seconds  float64          `json:"seconds"`
	Machine  []Fact           `json:"machine"`
	Versions []Fact           `json:"versions"`
	Outcomes []*suite.Outcome `json:"outcomes"`
}

// A Fact is a line about the machine or the software.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// New returns a report without outcomes.
func New(ctx context.Context, t *suite.Tools, quick bool) *Report {
	return &Report{Date: time.Now().UTC().Format("2006-01-02 15:04 UTC"), Quick: quick, Machine: machine(), Versions: versions(ctx, t)}
}

// Add adds a row, after which the run has taken so long.
func (r *Report) Add(o *suite.Outcome, took time.Duration) {
	r.Outcomes = append(r.Outcomes, o)
	r.Seconds = took.Seconds()
}

// Save writes the figures.
func (r *Report) Save(dir string) error {
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, dataFile), append(data, '\n'), 0o666)
}

// Load reads what Save wrote.
func Load(dir string) (*Report, error) {
	data, err := os.ReadFile(filepath.Join(dir, dataFile))
	if err != nil {
		return nil, err
	}
	r := new(Report)
	return r, json.Unmarshal(data, r)
}

// Write writes the table and the plots.
func (r *Report) Write(dir string) error {
	plots, err := r.plots(dir)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, TableFile), r.markdown(plots), 0o666)
}

// groups returns the names of the groups, in order.
func (r *Report) groups() []string {
	var names []string
	seen := map[string]bool{}
	for _, o := range r.Outcomes {
		if !seen[o.Group] {
			seen[o.Group] = true
			names = append(names, o.Group)
		}
	}
	return names
}

// group returns the rows of a group.
func (r *Report) group(name string) []*suite.Outcome {
	var rows []*suite.Outcome
	for _, o := range r.Outcomes {
		if o.Group == name {
			rows = append(rows, o)
		}
	}
	return rows
}
