package report

import (
	"fmt"
	"html"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/daskgen/daskgen/bench/suite"
)

// plots draws two plots of each group, as far as it has figures for them: how
// many times better we are than each peer, and what we reach of the limit. It
// returns the paths of the files, relative to dir.
func (r *Report) plots(dir string) ([]string, error) {
	var paths []string
	for _, g := range r.groups() {
		slug := strings.ReplaceAll(g, " ", "-")
		for _, p := range []plot{ratios(g, r.group(g)), fractions(g, r.group(g))} {
			if len(p.rows) == 0 {
				continue
			}
			path := "plots/" + slug + "-" + p.kind + ".svg"
			if err := os.MkdirAll(filepath.Join(dir, "plots"), 0o777); err != nil {
				return nil, err
			}
			if err := os.WriteFile(filepath.Join(dir, path), p.svg(), 0o666); err != nil {
				return nil, err
			}
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// A plot has a line for each row, and a point on it for each contestant, on a
// logarithmic axis with a mark at 1.
type plot struct {
	kind, title string
	rows        []plotRow
}

type plotRow struct {
	name   string
	points []point
}

type point struct {
	name string
	at   float64
}

// ratios plots how many times better we are than each peer.
func ratios(group string, rows []*suite.Outcome) plot {
	p := plot{kind: "ratio", title: group + ": how many times better than each peer (right of 1: ahead)"}
	for _, o := range rows {
		ours := o.Entry(suite.Ours)
		if ours == nil {
			continue
		}
		row := plotRow{name: o.Name}
		for i := range o.Entries {
			if e := &o.Entries[i]; e.Name != suite.Ours && len(e.Samples) > 0 {
				row.add(e.Name, o.Advantage(ours.Median(), e.Median()))
			}
		}
		p.add(row)
	}
	return p
}

// fractions plots what we and the best peer reach of the limit.
func fractions(group string, rows []*suite.Outcome) plot {
	p := plot{kind: "limit", title: group + ": part of what the machine allows (1: all of it)"}
	for _, o := range rows {
		if o.Limit <= 0 {
			continue
		}
		row := plotRow{name: o.Name}
		if e := o.Entry(suite.Ours); e != nil {
			row.add(suite.Ours, o.Advantage(e.Median(), o.Limit))
		}
		if name, m := o.BestPeer(); name != "" {
			row.add("best peer", o.Advantage(m, o.Limit))
		}
		p.add(row)
	}
	return p
}

func (r *plotRow) add(name string, at float64) {
	if at > 0 && !math.IsInf(at, 0) {
		r.points = append(r.points, point{name, at})
	}
}

func (p *plot) add(r plotRow) {
	if len(r.points) > 0 {
		p.rows = append(p.rows, r)
	}
}

// The measures of plots, in pixels.
const (
	nameWidth = 240
	plotWidth = 640
	lineStep  = 18
	headStep  = 56
)

var colours = []string{"#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b", "#e377c2", "#17becf", "#7f7f7f", "#bcbd22"}

// svg draws the plot.
func (p *plot) svg() []byte {
	lo, hi := p.span()
	x := func(v float64) float64 {
		return nameWidth + plotWidth*(math.Log10(v)-lo)/(hi-lo)
	}
	height := headStep + lineStep*(len(p.rows)+1)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">`+"\n", nameWidth+plotWidth+20, height)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="white"/><text x="8" y="18" font-size="14">%s</text>`+"\n", html.EscapeString(p.title))
	names := p.legend(&b)
	for e := lo; e <= hi; e++ {
		width := 1
		if e == 0 {
			width = 2
		}
		fmt.Fprintf(&b, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#bbb" stroke-width="%d"/><text x="%.1f" y="%d" text-anchor="middle" fill="#555">%g</text>`+"\n",
			x(math.Pow(10, e)), x(math.Pow(10, e)), headStep-8, height-lineStep, width, x(math.Pow(10, e)), height-4, math.Pow(10, e))
	}
	for i, r := range p.rows {
		y := headStep + lineStep*i
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", nameWidth-10, y+4, html.EscapeString(r.name))
		for _, pt := range r.points {
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%d" r="4" fill="%s" fill-opacity="0.8"><title>%s: %s</title></circle>`+"\n",
				x(pt.at), y, names[pt.name], html.EscapeString(pt.name), suite.Short(pt.at))
		}
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

// span returns the powers of ten between which all points lie, 1 among them.
func (p *plot) span() (lo, hi float64) {
	for _, r := range p.rows {
		for _, pt := range r.points {
			lo = min(lo, math.Floor(math.Log10(pt.at)))
			hi = max(hi, math.Ceil(math.Log10(pt.at)))
		}
	}
	return lo, max(hi, lo+1)
}

// legend writes the names of the contestants and returns their colours.
func (p *plot) legend(b *strings.Builder) map[string]string {
	colour, x := map[string]string{}, 12
	for _, r := range p.rows {
		for _, pt := range r.points {
			if colour[pt.name] != "" {
				continue
			}
			c := colours[len(colour)%len(colours)]
			colour[pt.name] = c
			fmt.Fprintf(b, `<circle cx="%d" cy="32" r="4" fill="%s"/><text x="%d" y="36">%s</text>`+"\n", x, c, x+8, html.EscapeString(pt.name))
			x += 24 + 7*len(pt.name)
		}
	}
	return colour
}
