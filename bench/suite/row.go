// Package suite holds the rows of the benchmarks: who takes part in each, what
// is asked of the result, and how they are run in turn.
package suite

import (
	"context"

	"github.com/daskgen/daskgen/bench/measure"
)

// Ours is the contestant whose figures the goals are about.
const Ours = "daskgen"

// A Row is one job that several contestants do.
type Row struct {
	Group  string // the table that it stands in
	Name   string // what -run matches, with the group before it
	Title  string // what is computed
	Unit   string // of Sample.Value
	Higher bool   // larger values are better
	Goals  []Goal
	Limit  func(Limits) (value float64, why string) // what the machine allows; may be nil
	Slow   bool                                     // left out by -quick

	Contestants []Contestant
}

// A Contestant does the job of a row.
type Contestant struct {
	Name string
	Once bool // slow: takes part in the first round only
	// Check runs before anything is timed. An error is the reason why the
	// contestant does not take part.
	Check func(ctx context.Context) error
	// Sample does the job once, or for a short time again and again.
	Sample func(ctx context.Context) (Sample, error)
}

// A Sample is what one round gave.
type Sample struct {
	Value   float64   `json:"value"`
	CPU     float64   `json:"cpu,omitempty"`     // seconds of CPU; end to end
	Peak    float64   `json:"peak,omitempty"`    // MiB; end to end
	Process float64   `json:"process,omitempty"` // seconds of the process with its start; end to end
	Bytes   float64   `json:"bytes,omitempty"`   // bytes a task; per-task rows
	Values  []float64 `json:"-"`                 // what the result is compared by
}

// An Outcome is a row after it was run.
type Outcome struct {
	Group    string    `json:"group"`
	Name     string    `json:"name"`
	Title    string    `json:"title"`
	Unit     string    `json:"unit"`
	Higher   bool      `json:"higher,omitempty"`
	Entries  []Entry   `json:"entries"`
	Limit    float64   `json:"limit,omitempty"`
	LimitWhy string    `json:"limitWhy,omitempty"`
	Verdicts []Verdict `json:"verdicts,omitempty"`
}

// An Entry is what one contestant reached in a row.
type Entry struct {
	Name    string   `json:"name"`
	Samples []Sample `json:"samples,omitempty"`
	Gap     string   `json:"gap,omitempty"` // why there are none
}

// Figures returns one figure of all samples.
func (e *Entry) Figures(of func(Sample) float64) []float64 {
	v := make([]float64, len(e.Samples))
	for i, s := range e.Samples {
		v[i] = of(s)
	}
	return v
}

// Median returns the median value, NaN if there is none.
func (e *Entry) Median() float64 { return measure.Median(e.Figures(Value)) }

// Value, CPU, Peak, ProcessTime and Bytes are the figures of samples.
func Value(s Sample) float64       { return s.Value }
func CPU(s Sample) float64         { return s.CPU }
func Peak(s Sample) float64        { return s.Peak }
func ProcessTime(s Sample) float64 { return s.Process }
func Bytes(s Sample) float64       { return s.Bytes }

// Entry returns the entry of a contestant, nil if it has no figures.
func (o *Outcome) Entry(name string) *Entry {
	for i := range o.Entries {
		if o.Entries[i].Name == name && len(o.Entries[i].Samples) > 0 {
			return &o.Entries[i]
		}
	}
	return nil
}

// Advantage returns how many times better a is than b.
func (o *Outcome) Advantage(a, b float64) float64 {
	if o.Higher {
		return a / b
	}
	return b / a
}
