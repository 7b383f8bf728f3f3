package suite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/daskgen/daskgen/bench/measure"
)

// Runner runs rows.
type Runner struct {
	Quick  bool      // one round
	Rounds int       // rounds of each row, if not the row's own
	Log    io.Writer // progress
	limits Limits
}

// rounds returns the number of rounds of a row.
func (r *Runner) rounds(row *Row) int {
	switch {
	case r.Rounds > 0:
		return r.Rounds
	case r.Quick:
		return 1
	case row.Group == endGroup:
		return 3
	}
	return 5
}

// Run checks the contestants of a row, has those that pass work in turn (A B C
// A B C), and judges the goals. A contestant that fails is left out from then
// on; the reason takes the place of its figures.
func (r *Runner) Run(ctx context.Context, row *Row) *Outcome {
	o := &Outcome{Group: row.Group, Name: row.Name, Title: row.Title, Unit: row.Unit, Higher: row.Higher}
	start := time.Now()
	fmt.Fprintf(r.Log, "%-46s", row.Group+"/"+row.Name)
	for _, c := range row.Contestants {
		e := Entry{Name: c.Name}
		if c.Check != nil {
			e.fail(c.Check(ctx))
		}
		o.Entries = append(o.Entries, e)
	}
	for round := range r.rounds(row) {
		for i := range row.Contestants {
			c := &row.Contestants[i]
			if e := &o.Entries[i]; e.Gap == "" && ctx.Err() == nil && !(c.Once && round > 0) {
				s, err := c.Sample(ctx)
				e.fail(err)
				if err == nil {
					e.Samples = append(e.Samples, s)
				}
			}
		}
	}
	r.limits.learn(o)
	if row.Limit != nil {
		o.Limit, o.LimitWhy = row.Limit(r.limits)
	}
	o.judge(row.Goals)
	r.say(o, time.Since(start))
	return o
}

func (e *Entry) fail(err error) {
	switch {
	case err == nil:
	case errors.Is(err, measure.ErrSkip):
		e.Gap = measure.ErrSkip.Error()
	default:
		e.Gap = err.Error()
		e.Samples = nil
	}
}

// say prints our median, that of the best peer, and who failed.
func (r *Runner) say(o *Outcome, took time.Duration) {
	if e := o.Entry(Ours); e != nil {
		fmt.Fprintf(r.Log, " %s %s", Short(e.Median()), o.Unit)
	}
	if name, m := o.BestPeer(); name != "" {
		fmt.Fprintf(r.Log, "  %s %s", name, Short(m))
	}
	fmt.Fprintf(r.Log, "  (%.1fs)\n", took.Seconds())
	for _, e := range o.Entries {
		if e.Gap != "" && e.Gap != measure.ErrSkip.Error() {
			fmt.Fprintf(r.Log, "  %s: %s\n", e.Name, e.Gap)
		}
	}
}
