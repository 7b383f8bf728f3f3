package suite

import (
	"fmt"
	"math"
	"strings"

	"github.com/daskgen/daskgen/bench/measure"
)

// A Goal is something that a row is to show.
type Goal struct {
	Kind  GoalKind
	Peer  string  // whom it is compared with, where it is one peer
	Bound float64 // a ratio, or a value in the row's unit
}

// A GoalKind says how a goal is judged.
type GoalKind int

const (
	Times  GoalKind = iota // at least Bound times better than Peer
	Memory                 // a peak of at most Bound times that of Peer
	Ahead                  // better than every peer, or at least 0.9 of the limit
	Within                 // not worse than the value Bound
	Of                     // at least Bound of what Peer reaches
)

// nearLimit is the part of the limit that is as good as the limit.
const nearLimit = 0.9

// A Verdict is a judged goal.
type Verdict struct {
	Goal string `json:"goal"`
	Met  bool   `json:"met"`
	Text string `json:"text"` // what was reached
	Open bool   `json:"open"` // cannot be judged, as a contestant is missing
}

// judge judges the goals of a row.
func (o *Outcome) judge(goals []Goal) {
	for _, g := range goals {
		o.Verdicts = append(o.Verdicts, o.verdict(g))
	}
}

func (o *Outcome) verdict(g Goal) Verdict {
	ours := o.Entry(Ours)
	if ours == nil {
		return Verdict{Goal: g.text(o.Unit), Open: true, Text: "no figure of ours"}
	}
	switch g.Kind {
	case Ahead:
		return o.ahead(g, ours)
	case Within:
		r := o.Advantage(ours.Median(), g.Bound)
		return Verdict{Goal: g.text(o.Unit), Met: r >= 1, Text: fmt.Sprintf("%s %s", Short(ours.Median()), o.Unit)}
	}
	peer := o.Entry(g.Peer)
	if peer == nil {
		return Verdict{Goal: g.text(o.Unit), Open: true, Text: "no figure of " + g.Peer}
	}
	if g.Kind == Memory {
		r := measure.Median(ours.Figures(Peak)) / measure.Median(peer.Figures(Peak))
		return Verdict{Goal: g.text(o.Unit), Met: r <= g.Bound, Text: fmt.Sprintf("%.2f of it", r)}
	}
	r := o.Advantage(ours.Median(), peer.Median())
	return Verdict{Goal: g.text(o.Unit), Met: r >= g.Bound, Text: Short(r) + "x"}
}

// ahead judges whether we are better than the best peer, or near the limit.
func (o *Outcome) ahead(g Goal, ours *Entry) Verdict {
	name, best := o.BestPeer()
	v := Verdict{Goal: g.text(o.Unit)}
	if name == "" {
		v.Open, v.Text = true, "no peer"
	} else {
		r := o.Advantage(ours.Median(), best)
		v.Met, v.Text = r >= 1, fmt.Sprintf("%.2fx %s", r, name)
	}
	if o.Limit > 0 {
		f := o.Advantage(ours.Median(), o.Limit)
		v.Text += fmt.Sprintf(", %.2f of the limit", f)
		if f >= nearLimit {
			v.Met, v.Open = true, false
		}
	}
	return v
}

// BestPeer returns the best of the others and its median. Contestants whose name
// begins with "our" are parts of ours.
func (o *Outcome) BestPeer() (name string, median float64) {
	median = math.NaN()
	for i := range o.Entries {
		e := &o.Entries[i]
		if e.Name == Ours || strings.HasPrefix(e.Name, "our ") || len(e.Samples) == 0 {
			continue
		}
		if m := e.Median(); name == "" || o.Advantage(m, median) > 1 {
			name, median = e.Name, m
		}
	}
	return name, median
}

func (g Goal) text(unit string) string {
	switch g.Kind {
	case Times:
		return fmt.Sprintf("at least %gx %s", g.Bound, g.Peer)
	case Of:
		return fmt.Sprintf("at least %g of %s", g.Bound, g.Peer)
	case Memory:
		return fmt.Sprintf("peak memory at most %g of %s's", g.Bound, g.Peer)
	case Ahead:
		return "ahead of every peer or within 10 % of the limit"
	case Within:
		return fmt.Sprintf("%g %s or better", g.Bound, unit)
	}
	return ""
}

// Short prints a figure with three digits.
func Short(v float64) string {
	switch a := math.Abs(v); {
	case math.IsNaN(v):
		return "–"
	case a >= 100:
		return fmt.Sprintf("%.0f", v)
	case a >= 10:
		return fmt.Sprintf("%.1f", v)
	case a >= 0.1 || a == 0:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.3g", v)
}
