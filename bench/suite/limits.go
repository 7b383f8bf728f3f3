package suite

import (
	"context"
	"fmt"

	"github.com/daskgen/daskgen/bench/measure"
)

// The sizes of the rows of kernels, in elements: in cache, and in memory.
const (
	InCache  = 1 << 16
	InMemory = 1 << 24
)

// Limits are the figures of the machine, by the name of their row.
type Limits map[string]float64

// learn keeps the figure of a row of the group of limits.
func (l *Limits) learn(o *Outcome) {
	if o.Group != limitsGroup || len(o.Entries) == 0 || len(o.Entries[0].Samples) == 0 {
		return
	}
	if *l == nil {
		*l = Limits{}
	}
	(*l)[o.Name] = o.Entries[0].Median()
}

const limitsGroup = "limits"

// streams are the patterns of access whose bandwidth is measured.
var streams = []struct{ name, title string }{
	{"read", "reading, the sum of an array"},
	{"copy", "copying, better of plain and non-temporal stores"},
	{"triad", "a + 3 b, better of plain and non-temporal stores"},
}

// LimitRows are the rows that measure the machine. They come first, as others
// state what they reach of them.
func LimitRows(t *Tools) []*Row {
	c := newHardware(t)
	var rows []*Row
	for _, threads := range []int{1, 2} {
		for _, s := range streams {
			rows = append(rows, c.row(fmt.Sprintf("memory-%s-%d", s.name, threads), fmt.Sprintf("memory, %s, %d threads", s.title, threads), "GB/s",
				fmt.Sprintf("%s %d %d 0.3", s.name, InMemory, threads)))
		}
		rows = append(rows, c.row(fmt.Sprintf("fma-%d", threads), fmt.Sprintf("multiply and add of float64, %d threads", threads), "GFLOP/s", fmt.Sprintf("fma %d 0.1", threads)))
	}
	for _, s := range streams {
		rows = append(rows, c.row("cache-"+s.name, "65,536 float64 in cache, "+s.title, "GB/s", fmt.Sprintf("%s %d 1 0.1", s.name, InCache)))
	}
	rows = append(rows, c.row("cache-sqrt", "square roots of float64 in cache", "10⁹/s", fmt.Sprintf("sqrt %d 1 0.1", InCache)))
	for _, pages := range []string{"small", "huge"} {
		rows = append(rows, c.row("touch-"+pages, "first touch of fresh memory, "+pages+" pages, 1 thread", "GB/s", "touch "+pages+" 1"))
	}
	return rows
}

// Hardware asks the program that measures the machine.
type hardware struct {
	tools  *Tools
	server *measure.Server
}

func newHardware(t *Tools) *hardware {
	return &hardware{t, t.server(nil, t.Path("limits"))}
}

func (h *hardware) row(name, title, unit, request string) *Row {
	return &Row{Group: limitsGroup, Name: name, Title: title, Unit: unit, Higher: true, Contestants: []Contestant{{
		Name:   "machine",
		Sample: func(ctx context.Context) (Sample, error) { return first(h.server.Ask(ctx, request)) },
		Check:  h.tools.compiled("limits"),
	}}}
}

// compiled is the check of a contestant that may not compile here.
func (t *Tools) compiled(name string) func(context.Context) error {
	return func(context.Context) error {
		if gap := t.Gaps[name]; gap != "" {
			return fmt.Errorf("%w: %s", measure.ErrMissing, gap)
		}
		return nil
	}
}

// first makes a sample of the first number of an answer.
func first(numbers []float64, err error) (Sample, error) {
	if err == nil && len(numbers) == 0 {
		err = fmt.Errorf("answered without a number")
	}
	if err != nil {
		return Sample{}, err
	}
	return Sample{Value: numbers[0]}, nil
}
