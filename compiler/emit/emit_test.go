package emit

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daskgen/daskgen/ir"
)

// TestHeader checks the line by which Go's tools know generated files, the
// order of the header, and that nothing of the user's text escapes it.
func TestHeader(t *testing.T) {
	files, err := Program(checked(t, dictionary()), Options{Source: "a\nb/graph.json", Flags: []string{"--passes=-fuse\n\npackage x"}})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(files[0].Content), "\n")
	if !regexp.MustCompile(`^// Code generated .* DO NOT EDIT\.$`).MatchString(lines[0]) {
		t.Errorf("first line is %q", lines[0])
	}
	want := []string{"// source: a\uFFFDb/graph.json", "// options: --passes=-fuse\uFFFD\uFFFDpackage x", "", "package main"}
	if diff := cmp.Diff(want, lines[1:5]); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestDeterministic emits a graph twice, from two copies of it.
func TestDeterministic(t *testing.T) {
	g, _ := manyTasks(300)
	g.Outputs = []*ir.Output{value(g.Layers[299])}
	for _, g := range []*ir.Graph{g, symmetric(), dictionary()} {
		a, err := Program(checked(t, g), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			b, err := Program(ir.Clone(g), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(a, b); diff != "" {
				t.Errorf("%s: %s", g.Name, diff)
			}
		}
	}
}

// millionTasks is (x + x.T).mean(0) of a million tasks, as its passes leave it:
// 577×577 blocks, a tree of fan-in 4 along the first axis.
func millionTasks() *ir.Graph {
	const n = 577
	sizes := make([]int64, n)
	for i := range sizes {
		sizes[i] = 10
	}
	x := input("x", ir.Float64, sizes, sizes)
	sum := op("add", arg(0), op("transpose", arg(1)))
	chunk := kw(kw(op("sum", sum), "axis", num(0)), "keepdims", num(true))
	part := layer("mean_chunk", ir.Box(n, n), chunk, read(x, at(0, 1, 0), at(0, 0, 1)), read(x, at(0, 0, 1), at(0, 1, 0)))
	layers, last, rows := []*ir.Layer{x, part}, part, int64(n)
	for level := 1; rows > 1; level++ {
		next := (rows + 3) / 4
		group := func(count int64, box ir.Range) *ir.Case {
			a := ir.AxisAccess{Start: ir.Affine{Coef: []int64{4, 0}}, List: true, Count: ir.Affine{Base: count}, Step: 1}
			k := kw(kw(op("sum", kw(op("concatenate", arg(0)), "axis", num(0))), "axis", num(0)), "keepdims", num(true))
			return &ir.Case{Where: ir.Set{Box: []ir.Range{box, {Lo: 0, Hi: n, Step: 1}}}, Kernel: k, Operands: []ir.Operand{read(last, a, at(0, 0, 1))}}
		}
		l := &ir.Layer{Name: "mean_combine-" + string(rune('0'+level)), Grid: ir.Box(next, n)}
		full := rows / 4
		if full > 0 {
			l.Cases = append(l.Cases, group(4, ir.Range{Lo: 0, Hi: full, Step: 1}))
		}
		if rest := rows - 4*full; rest > 0 {
			l.Cases = append(l.Cases, group(rest, ir.Range{Lo: full, Hi: next, Step: 1}))
		}
		layers, last, rows = append(layers, l), l, next
	}
	mean := layer("mean", ir.Box(1, n), op("divide", arg(0), num(float64(10*n))), read(last, at(0, 1, 0), at(0, 0, 1)))
	return graph("mean", append(layers, mean), array(mean))
}

// TestMillionTasksBudget checks the size of the source for a million tasks, and
// that it builds.
func TestMillionTasksBudget(t *testing.T) {
	g := checked(t, millionTasks())
	files, err := Program(g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for _, f := range files {
		size += len(f.Content)
	}
	if size > 20_000 {
		t.Errorf("%d bytes for %d tasks:\n%s", size, g.Tasks(), files[0].Content)
	}
	if bytes.Count(files[0].Content, []byte("\n")) > 400 {
		t.Errorf("%d lines", bytes.Count(files[0].Content, []byte("\n")))
	}
	bin, _ := program(t, g, Options{})
	if help := run(t, bin, "-help"); !strings.Contains(help, "5770") {
		t.Errorf("-help prints %s", help)
	}
}

// TestIrregularTables checks that tables of many entries leave the source.
func TestIrregularTables(t *testing.T) {
	const n = 5000
	x := input("x", ir.Int64, make([]int64, n))
	for i := range x.Input.Chunks[0] {
		x.Input.Chunks[0][i] = 1
	}
	x.Input.Shape[0].N = n
	y := layer("y", ir.Box(n), op("add", arg(0), &ir.Expr{Kind: ir.ExprParam, Type: ir.ScalarType(ir.Int64)}), ir.Operand{Layer: x})
	c := y.Cases[0]
	c.Operands[0].Access.Table = &ir.Table{}
	c.Params = []ir.Param{{Type: ir.ScalarType(ir.Int64)}}
	for i := range n {
		c.Operands[0].Access.Table.IDs = append(c.Operands[0].Access.Table.IDs, uint32(i*i%n))
		c.Params[0].Ints = append(c.Params[0].Ints, int64(i*i*i))
	}
	files, err := Program(checked(t, graph("irregular", []*ir.Layer{x, y}, array(y))), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 || len(files[0].Content) > 3000 || len(files[1].Content) > 30_000 {
		t.Errorf("%d files, %d bytes of source:\n%s", len(files), len(files[0].Content), files[0].Content)
	}
}

// TestSplitBuild checks that the layers of a large graph are not declared in one
// function, and that the result builds.
func TestSplitBuild(t *testing.T) {
	bin, src := program(t, chain(250), Options{})
	if n := strings.Count(src, "func (l *layers) build"); n != 3 {
		t.Errorf("%d functions declare the layers", n)
	}
	if out := run(t, bin, "-help"); !strings.Contains(out, "y249") {
		t.Error(out)
	}
}

// TestUnsupported checks that what has no form in Go is refused, with its
// place.
func TestUnsupported(t *testing.T) {
	pos := ir.Pos{File: "graph.json", Line: 3, Col: 7}
	long := one("long", tuple(num(1), num(2), num(3), num(4), num(5)))
	long.Layers[0].Pos = pos
	symbolic := dictionary()
	symbolic.Layers[2].Grid, symbolic.Layers[2].Pos = ir.Grid{{Sym: "n"}}, pos
	hostile := one("hostile", &ir.Expr{Kind: ir.ExprFunc, Func: &ir.Func{Pkg: "os", Name: `Exit(1); func init() {}`, Result: ir.ScalarType(ir.Int64)}, Type: ir.ScalarType(ir.Int64), Pos: pos})
	hostile.Layers[0].Type = ir.ScalarType(ir.Int64)
	for _, tc := range []struct {
		g    *ir.Graph
		want string
	}{
		{checked(t, long), `layer "long": tuples have 2 to 4 elements; use a list`},
		{symbolic, "extent n is only known at run time"},
		{hostile, "is not the name of a Go function"},
	} {
		if tc.g == symbolic {
			for _, l := range tc.g.Layers {
				l.Type = ir.ScalarType(ir.Int64)
			}
		}
		_, err := Program(tc.g, Options{})
		if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), "graph.json:3:7") {
			t.Errorf("got %v, want %q", err, tc.want)
		}
	}
}
