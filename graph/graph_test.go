package graph_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/graph"
	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
)

const pkg = "github.com/daskgen/daskgen/graph_test"

func inc(i int) int { return i + 1 }

func add(a, b int) int { return a + b }

func total(xs ...int) int { return len(xs) }

func sum(xs []int) int { return len(xs) }

func load(_ context.Context, name string) (float64, error) { return 0, errors.New(name) }

func text(v any) string { return fmt.Sprint(v) }

func build(t *testing.T, g graph.Graph, outputs ...string) *ir.Graph {
	t.Helper()
	record.TakeProblems()
	out := graph.Build(g, "G", outputs...)
	for _, p := range record.TakeProblems() {
		t.Fatal(p.Message)
	}
	if err := ir.Verify(out); err != nil {
		t.Fatal(err)
	}
	for _, d := range check.Check(out) {
		t.Fatal(d)
	}
	return out
}

// lines returns the layers without the path of this package.
func lines(g *ir.Graph) []string {
	var out []string
	for _, l := range g.Layers {
		for _, c := range l.Cases {
			out = append(out, fmt.Sprintf("%s %s = %s", l.Name, l.Type, strings.ReplaceAll(c.String(), pkg+".", "")))
		}
	}
	for _, o := range g.Outputs {
		out = append(out, fmt.Sprintf("-> %s: %s%v", o.Name, o.Layer.Name, o.Index))
	}
	return out
}

func TestBuild(t *testing.T) {
	for _, c := range []struct {
		name    string
		g       graph.Graph
		outputs []string
		want    []string
	}{
		{
			"dictionary",
			graph.Graph{"x": 1, "y": graph.Task(inc, graph.Ref("x")), "z": graph.Task(add, graph.Ref("y"), 10)}, nil,
			[]string{"x int = 1", "y int = inc(x)", "z int = add(y, 10)", "-> z: z[]"},
		},
		{
			"outputs",
			graph.Graph{"x": 1, "y": graph.Task(inc, graph.Ref("x"))}, []string{"y", "x"},
			[]string{"x int = 1", "y int = inc(x)", "-> y: y[]", "-> x: x[]"},
		},
		{
			"nested, lists, variadic",
			graph.Graph{
				"a": graph.Task(total, graph.Task(inc, 1), 2),
				"b": graph.Task(sum, []any{graph.Ref("a"), 3, graph.Task(inc, graph.Ref("a"))}),
				"c": graph.Task(sum, []int{1, 2}),
				"d": graph.Task(total),
				"e": []any{graph.Ref("a"), graph.Ref("b")},
				"f": graph.Task(sum, graph.Ref("e")),
			},
			nil,
			[]string{
				"a int = total(inc(1), 2)", "b int = sum([a, 3, inc(a)])", "c int = sum([]int{1, 2})", "d int = total()",
				"e [int] = [a, b]", "f int = sum(e)", "-> c: c[]", "-> d: d[]", "-> f: f[]",
			},
		},
		{
			"errors, contexts, interfaces",
			graph.Graph{"a": graph.Task(load, "file"), "b": graph.Task(text, graph.Ref("a")), "c": graph.Ref("b")}, nil,
			[]string{`a float = load("file")`, "b str = text(a)", "c str = b", "-> c: c[]"},
		},
		{
			"a grid",
			graph.Graph{
				graph.Key("x", 0, 0): 1, graph.Key("x", 0, 1): 2,
				"y[1]": graph.Task(inc, graph.Ref("x", 0, 1)), "y[0]": graph.Task(inc, graph.Ref("y[1]")),
			},
			nil,
			[]string{"x int = 1", "x int = 2", "y int = inc(y[1])", "y int = inc(x[0, 1])", "-> x[0,0]: x[0 0]", "-> y[0]: y[0]"},
		},
		{
			"keys that are no box, and of several types",
			graph.Graph{`k["a"]`: 1, "k[5]": 2, "m[0]": 1, "m[1]": "s"}, []string{`k["a"]`, "m[1]"},
			[]string{"k int = 2", "k int = 1", "m[0] int = 1", `m[1] str = "s"`, `-> k["a"]: k[1]`, "-> m[1]: m[1][]"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, lines(build(t, c.g, c.outputs...))); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestKeysAreKept(t *testing.T) {
	g := build(t, graph.Graph{`k["a"]`: 1, "k[5]": 2, "m[0]": 1, "m[1]": "s"})
	var got []string
	for _, l := range g.Layers {
		for i := range l.Grid.Size() {
			got = append(got, l.KeyAt(i).String())
		}
	}
	want := []string{`["k",5]`, `["k","a"]`, `["m",0]`, `["m",1]`}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

type celsius float32

func warm(c celsius) celsius { return c + 1 }

func small(a int8, f float32, c complex64, s fmt.Stringer) uint { return 0 }

// TestLiterals converts literals as Go does constants.
func TestLiterals(t *testing.T) {
	g := build(t, graph.Graph{
		"a": graph.Task(warm, 20),
		"b": graph.Task(small, 1, 2, 3, stringer("x")),
		"c": celsius(1.5),
		"d": int8(-3),
		"e": uint64(1 << 63),
		"f": map[string]celsius{"b": 1, "a": 2},
		"g": [2]bool{true},
		"h": struct{ N []int }{nil},
	})
	want := []string{
		"a graph_test.celsius = warm(graph_test.celsius(20))",
		`b uint = small(int8(1), float32(2), complex64(complex(3, 0)), graph_test.stringer("x"))`,
		"c graph_test.celsius = graph_test.celsius(1.5)",
		"d int8 = int8(-3)",
		"e uint64 = uint64(9223372036854775808)",
		`f {str: graph_test.celsius} = map[string]graph_test.celsius{"a": graph_test.celsius(2), "b": graph_test.celsius(1)}`,
		"g [2]bool = [2]bool{true, false}",
		"h struct{N []int} = struct{N []int}{}",
	}
	if d := cmp.Diff(want, lines(g)[:len(want)]); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

type stringer string

func (s stringer) String() string { return string(s) }

func TestMisuse(t *testing.T) {
	self := graph.Graph{"a": graph.Task(inc, graph.Ref("a"))}
	for _, c := range []struct {
		g    graph.Graph
		want string
		arg  int
	}{
		{graph.Graph{}, "the graph has no keys", -1},
		{graph.Graph{"a": graph.Ref("b")}, `task "a": no key "b"`, 0},
		{self, `cycle: "a" needs "a"`, -1},
		{graph.Graph{"a": graph.Task(inc)}, `task "a": inc takes 1 argument, got 0`, -1},
		{graph.Graph{"a": graph.Task(inc, 300, 1)}, `task "a": inc takes 1 argument, got 2`, -1},
		{graph.Graph{"a": graph.Task(warm, "s")}, `task "a": cannot use "s" of type string as graph_test.celsius argument 1`, 1},
		{graph.Graph{"a": graph.Task(small, 300, 0, 0, stringer(""))}, `task "a": cannot use 300 of type int as int8 argument 1`, 1},
		{graph.Graph{"a": graph.Task(inc, nil)}, `task "a": cannot use nil as int argument 1`, 1},
		{graph.Graph{"a": graph.Task(inc, []any{1})}, `task "a": cannot use a value of type []interface {} as int argument 1`, 1},
		{graph.Graph{"a": graph.Task(nil)}, `task "a": nil is not a function`, 0},
		{graph.Graph{"a": graph.Task(3)}, `task "a": a value of type int is not a function`, 0},
		{graph.Graph{"a": &self}, `task "a": a value of type *graph.Graph cannot be written as source: make it in a function, as a task of its own`, -1},
		{graph.Graph{"a": graph.Task(stringer("s").String)}, `task "a": stringer.String is a method value: it holds its receiver, which generated code does not have`, 0},
		{graph.Graph{"a": graph.Task(func() int { return 1 })}, `task "a": a function literal cannot be part of a graph`, 0},
	} {
		record.TakeProblems()
		if g := graph.Build(c.g, "G"); g != nil {
			t.Errorf("%s: a graph was built", c.want)
		}
		ps := record.TakeProblems()
		if len(ps) != 1 || ps[0].Message != c.want || ps[0].Arg != c.arg {
			t.Errorf("got %+v, want argument %d of: %s", ps, c.arg, c.want)
		}
	}
}
