// Command gen writes graph.json for (x + x.T).mean(0) over a square array of
// random blocks, as dask would make it: a task for each block, or, with
// -layers, a layer for each step. With 577 blocks along each side it is a graph
// of a million tasks.
//
//	go run ./examples/million/gen -blocks 577 -size 4 > graph.json
//	go run ./examples/million/gen -blocks 577 -size 4 -layers > graph.json
package main

import (
	"bufio"
	"crypto/md5"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
)

func main() {
	g := graph{}
	flag.IntVar(&g.n, "blocks", 577, "blocks along each side")
	flag.IntVar(&g.size, "size", 4, "rows and columns of a block")
	flag.IntVar(&g.fan, "fan", 16, "blocks that a step of the mean combines")
	flag.BoolVar(&g.layers, "layers", false, "write layers instead of tasks")
	flag.BoolVar(&g.tokens, "tokens", false, "append a token of 32 letters to each name, as dask does")
	flag.Parse()
	if g.n < 1 || g.size < 0 || g.fan < 2 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := g.write(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// graph is the graph (x + x.T).mean(0) of n×n blocks.
type graph struct {
	n, size, fan   int
	layers, tokens bool
	w              *bufio.Writer
	b              []byte // the line that is being written
	first          bool
}

func (g *graph) write(w io.Writer) error {
	g.w = bufio.NewWriterSize(w, 1<<20)
	g.first = true
	list := "tasks"
	if g.layers {
		list = "layers"
	}
	fmt.Fprintf(g.w, "{\n\"daskgen\": 1,\n\"name\": \"million\",\n%q: [\n", list)
	if g.layers {
		g.writeLayers()
	} else {
		g.writeTasks()
	}
	fmt.Fprintf(g.w, "\n],\n\"outputs\": {\"mean\": {\"array\": %q}}\n}\n", g.name("mean"))
	return g.w.Flush()
}

// name returns the name of a step, with a token if asked for.
func (g *graph) name(step string) string {
	if !g.tokens {
		return step
	}
	sum := md5.Sum([]byte(step))
	return step + "-" + hex.EncodeToString(sum[:])
}

// line ends the line and starts the next.
func (g *graph) line(b []byte) {
	if !g.first {
		g.w.WriteString(",\n")
	}
	g.first = false
	g.w.Write(b)
}

// combines returns the number of blocks along axis 0 after each step of the
// tree that combines the means, down to at most fan.
func (g *graph) combines() []int {
	var counts []int
	for n := g.n; n > g.fan; {
		n = (n + g.fan - 1) / g.fan
		counts = append(counts, n)
	}
	return counts
}

func (g *graph) combine(level int) string {
	if level == 0 {
		return g.name("mean-chunk")
	}
	return g.name("mean-combine-" + strconv.Itoa(level))
}

func (g *graph) writeTasks() {
	x, y := g.name("x"), g.name("y")
	g.each(g.n, func(i, j int) {
		g.task(x, i, j, `"op": "random", "kwargs": {"seed": 42, "block": `, strconv.Itoa(i*g.n+j),
			`, "size": [`, strconv.Itoa(g.size), `, `, strconv.Itoa(g.size), `]}}`)
	})
	g.each(g.n, func(i, j int) {
		g.task(y, i, j, `"op": "add", "args": [`, g.ref(x, i, j), `, {"task": {"op": "transpose", "args": [`, g.ref(x, j, i), `]}}]}`)
	})
	g.each(g.n, func(i, j int) {
		g.task(g.combine(0), i, j, `"op": "moment_chunk", "args": [`, g.ref(y, i, j), `], "kwargs": {"axis": [0], "keepdims": true}}`)
	})
	below := g.n
	for level, n := range g.combines() {
		for i := range n {
			for j := range g.n {
				g.task(g.combine(level+1), i, j, `"op": "moment_combine", "args": [`, g.refs(g.combine(level), i*g.fan, min((i+1)*g.fan, below), j), `]}`)
			}
		}
		below = n
	}
	for j := range g.n {
		g.task(g.name("mean"), j, -1, `"op": "mean_agg", "args": [`, g.refs(g.combine(len(g.combines())), 0, below, j), `], "kwargs": {"axis": [0]}}`)
	}
}

func (g *graph) each(n int, f func(i, j int)) {
	for i := range n {
		for j := range n {
			f(i, j)
		}
	}
}

// task writes the task [name, i, j], or [name, i] if j is negative.
func (g *graph) task(name string, i, j int, parts ...string) {
	g.b = append(g.b[:0], `{"key": `...)
	g.b = appendKey(g.b, name, i, j)
	g.b = append(g.b, ", "...)
	for _, p := range parts {
		g.b = append(g.b, p...)
	}
	g.line(g.b)
}

func appendKey(b []byte, name string, i, j int) []byte {
	b = append(append(append(b, `["`...), name...), `", `...)
	b = strconv.AppendInt(b, int64(i), 10)
	if j >= 0 {
		b = strconv.AppendInt(append(b, ", "...), int64(j), 10)
	}
	return append(b, ']')
}

func (g *graph) ref(name string, i, j int) string {
	return string(append(appendKey([]byte(`{"ref": `), name, i, j), '}'))
}

// refs is the list of the blocks lo to hi of column j.
func (g *graph) refs(name string, lo, hi, j int) string {
	b := []byte{'['}
	for i := lo; i < hi; i++ {
		if i > lo {
			b = append(b, ", "...)
		}
		b = append(b, g.ref(name, i, j)...)
	}
	return string(append(b, ']'))
}

// writeLayers writes the steps as layers. The last combination of a step may
// have fewer blocks than the others; then it is a layer of its own.
func (g *graph) writeLayers() {
	x, y, square := g.name("x"), g.name("y"), fmt.Sprintf("[%d, %d]", g.n, g.n)
	g.layer(x, square, `"op": "random", "kwargs": {"seed": 42, "block": {"int": "%d*i+j"}, "size": [%d, %d]}`, g.n, g.size, g.size)
	g.layer(y, square, `"op": "add", "args": [{"ref": %q, "index": ["i", "j"]}, {"task": {"op": "transpose", "args": [{"ref": %q, "index": ["j", "i"]}]}}]`, x, x)
	g.layer(g.combine(0), square, `"op": "moment_chunk", "args": [{"ref": %q, "index": ["i", "j"]}], "kwargs": {"axis": [0], "keepdims": true}`, y)
	// Each step reads what the one before left: whole groups, and a rest.
	parts := []part{{g.combine(0), g.n}}
	for level := range g.combines() {
		parts = g.combineLayers(g.combine(level+1), parts)
	}
	arg := fmt.Sprintf(`{"ref": %q, "index": [{"all": true}, "i"]}`, parts[0].name)
	if len(parts) > 1 {
		arg = partials(parts)
	}
	b := fmt.Sprintf(`{"name": %q, "grid": [%d], "indices": ["i"], "op": "mean_agg", "args": [%s], "kwargs": {"axis": [0]}}`, g.name("mean"), g.n, arg)
	g.line([]byte(b))
}

// partials is the list of one combined partial result of each part.
func partials(parts []part) string {
	s := ""
	for k, p := range parts {
		if k > 0 {
			s += ", "
		}
		s += fmt.Sprintf(`{"task": {"op": "moment_combine", "args": [{"ref": %q, "index": [{"all": true}, "i"]}]}}`, p.name)
	}
	return "[" + s + "]"
}

// part is a layer of n rows of blocks.
type part struct {
	name string
	n    int
}

// combineLayers writes the layers of one step: one for the whole groups of each
// part, and one for its rest.
func (g *graph) combineLayers(name string, parts []part) []part {
	var out []part
	for k, p := range parts {
		whole, rest := p.n/g.fan, p.n%g.fan
		suffix := ""
		if k > 0 {
			suffix = "-rest" + strconv.Itoa(k)
		}
		if whole > 0 {
			g.combineLayer(name+suffix, whole, p.name, fmt.Sprintf("%d*i", g.fan), g.fan)
			out = append(out, part{name + suffix, whole})
		}
		if rest > 0 {
			g.combineLayer(name+suffix+"-rest", 1, p.name, strconv.Itoa(whole*g.fan), rest)
			out = append(out, part{name + suffix + "-rest", 1})
		}
	}
	return out
}

func (g *graph) combineLayer(name string, rows int, from, start string, count int) {
	g.layer(name, fmt.Sprintf("[%d, %d]", rows, g.n), `"op": "moment_combine", "args": [{"ref": %q, "index": [{"start": %q, "count": %d}, "j"]}]`, from, start, count)
}

func (g *graph) layer(name, grid, format string, args ...any) {
	g.line([]byte(fmt.Sprintf(`{"name": %q, "grid": %s, "indices": ["i", "j"], `, name, grid) + fmt.Sprintf(format, args...) + "}"))
}
