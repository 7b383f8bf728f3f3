package report

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/daskgen/daskgen/bench/measure"
	"github.com/daskgen/daskgen/bench/suite"
)

// markdown writes the tables.
func (r *Report) markdown(plots []string) []byte {
	var b bytes.Buffer
	b.WriteString("# Results\n\nWritten by `go run .` in this folder; [README.md](README.md) says how to read it.\n\n")
	fmt.Fprintf(&b, "%s, %.0f minutes.", r.Date, math.Ceil(r.Seconds/60))
	if r.Quick {
		b.WriteString(" A quick run: one round, short samples.")
	}
	b.WriteString("\n\n")
	facts(&b, "machine", r.Machine)
	facts(&b, "software", r.Versions)
	r.summary(&b)
	for _, p := range plots {
		fmt.Fprintf(&b, "![%s](%s)\n\n", p, p)
	}
	for _, g := range r.groups() {
		fmt.Fprintf(&b, "## %s\n\n", strings.ToUpper(g[:1])+g[1:])
		table(&b, r.group(g))
		verdicts(&b, r.group(g))
		gaps(&b, r.group(g))
	}
	return b.Bytes()
}

func facts(b *bytes.Buffer, title string, facts []Fact) {
	fmt.Fprintf(b, "| %s | |\n|---|---|\n", title)
	for _, f := range facts {
		fmt.Fprintf(b, "| %s | %s |\n", f.Name, escape(f.Value))
	}
	b.WriteString("\n")
}

func escape(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "|", "\\|"), "\n", " ")
}

// summary counts the goals of each group that were met.
func (r *Report) summary(b *bytes.Buffer) {
	b.WriteString("## Goals\n\n| rows | met | missed | not judged | missed are |\n|---|---|---|---|---|\n")
	for _, g := range r.groups() {
		met, open := 0, 0
		var missed []string
		for _, o := range r.group(g) {
			for _, v := range o.Verdicts {
				switch {
				case v.Open:
					open++
				case v.Met:
					met++
				default:
					missed = append(missed, o.Name)
				}
			}
		}
		if met+open+len(missed) > 0 {
			fmt.Fprintf(b, "| %s | %d | %d | %d | %s |\n", g, met, len(missed), open, strings.Join(slices.Compact(missed), ", "))
		}
	}
	b.WriteString("\n")
}

// table writes a column for each contestant and a line for each row: medians,
// and how far samples are from them.
func table(b *bytes.Buffer, rows []*suite.Outcome) {
	names := contestants(rows)
	withLimit := slices.ContainsFunc(rows, func(o *suite.Outcome) bool { return o.Limit > 0 })
	extra := extras(rows)
	fmt.Fprintf(b, "| row | unit | %s |", strings.Join(names, " | "))
	if withLimit {
		b.WriteString(" limit | of the limit |")
	}
	columns := 2 + len(names)
	if withLimit {
		columns += 2
	}
	fmt.Fprintf(b, "\n|%s\n", strings.Repeat("---|", columns))
	for _, o := range rows {
		fmt.Fprintf(b, "| %s | %s |", escape(o.Title), o.Unit)
		best := bestName(o)
		for _, n := range names {
			fmt.Fprintf(b, " %s |", cell(o, n, n == best))
		}
		if withLimit {
			b.WriteString(limitCells(o))
		}
		b.WriteString("\n")
		for _, x := range extra {
			extraLine(b, o, x, names, columns)
		}
	}
	b.WriteString("\n")
}

// contestants returns the names of all that take part, ours first.
func contestants(rows []*suite.Outcome) []string {
	var names []string
	for _, o := range rows {
		for _, e := range o.Entries {
			if !slices.Contains(names, e.Name) {
				names = append(names, e.Name)
			}
		}
	}
	return names
}

func bestName(o *suite.Outcome) string {
	name, m := o.BestPeer()
	if e := o.Entry(suite.Ours); e != nil && (name == "" || o.Advantage(e.Median(), m) >= 1) {
		return suite.Ours
	}
	return name
}

func cell(o *suite.Outcome, name string, best bool) string {
	e := o.Entry(name)
	if e == nil {
		return "–"
	}
	text := suite.Short(e.Median())
	if best {
		text = "**" + text + "**"
	}
	if s := measure.Spread(e.Figures(suite.Value)); !math.IsNaN(s) {
		text += fmt.Sprintf(" ±%.0f %%", 100*s)
	}
	return text
}

func limitCells(o *suite.Outcome) string {
	if o.Limit == 0 {
		return " – | – |"
	}
	reached := "–"
	if e := o.Entry(suite.Ours); e != nil {
		reached = fmt.Sprintf("%.2f", o.Advantage(e.Median(), o.Limit))
	}
	return fmt.Sprintf(" %s (%s) | %s |", suite.Short(o.Limit), o.LimitWhy, reached)
}

// An extraFigure is a figure of samples that some groups have.
type extraFigure struct {
	name, unit string
	of         func(suite.Sample) float64
}

var extraFigures = []extraFigure{
	{"process with its start", "s", suite.ProcessTime},
	{"CPU", "s", suite.CPU},
	{"peak memory", "MiB", suite.Peak},
	{"memory", "B/task", suite.Bytes},
}

// extras returns the figures that samples of these rows have.
func extras(rows []*suite.Outcome) []extraFigure {
	var out []extraFigure
	for _, x := range extraFigures {
		if slices.ContainsFunc(rows, func(o *suite.Outcome) bool { return x.in(o) }) {
			out = append(out, x)
		}
	}
	return out
}

func (x extraFigure) in(o *suite.Outcome) bool {
	return slices.ContainsFunc(o.Entries, func(e suite.Entry) bool {
		return slices.ContainsFunc(e.Samples, func(s suite.Sample) bool { return x.of(s) != 0 })
	})
}

func extraLine(b *bytes.Buffer, o *suite.Outcome, x extraFigure, names []string, columns int) {
	if !x.in(o) {
		return
	}
	fmt.Fprintf(b, "| – %s | %s |", x.name, x.unit)
	for _, n := range names {
		text := "–"
		if e := o.Entry(n); e != nil && x.of(e.Samples[0]) != 0 {
			text = suite.Short(measure.Median(e.Figures(x.of)))
		}
		fmt.Fprintf(b, " %s |", text)
	}
	fmt.Fprintf(b, "%s\n", strings.Repeat(" |", columns-2-len(names)))
}

// verdicts lists the goals of rows, met or missed.
func verdicts(b *bytes.Buffer, rows []*suite.Outcome) {
	if !slices.ContainsFunc(rows, func(o *suite.Outcome) bool { return len(o.Verdicts) > 0 }) {
		return
	}
	b.WriteString("| row | goal | reached | |\n|---|---|---|---|\n")
	for _, o := range rows {
		for _, v := range o.Verdicts {
			state := "**missed**"
			switch {
			case v.Open:
				state = "not judged"
			case v.Met:
				state = "met"
			}
			fmt.Fprintf(b, "| %s | %s | %s | %s |\n", o.Name, v.Goal, v.Text, state)
		}
	}
	b.WriteString("\n")
}

// gaps lists who did not take part, and why; the same reason once.
func gaps(b *bytes.Buffer, rows []*suite.Outcome) {
	type gap struct{ name, why string }
	var order []gap
	where := map[gap][]string{}
	for _, o := range rows {
		for _, e := range o.Entries {
			if e.Gap == "" || e.Gap == measure.ErrSkip.Error() {
				continue
			}
			g := gap{e.Name, e.Gap}
			if where[g] == nil {
				order = append(order, g)
			}
			where[g] = append(where[g], o.Name)
		}
	}
	for _, g := range order {
		fmt.Fprintf(b, "* No figure of %s (%s): %s\n", g.name, strings.Join(where[g], ", "), escape(g.why))
	}
	if len(order) > 0 {
		b.WriteString("\n")
	}
}
