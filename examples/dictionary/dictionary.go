// Package dictionary is the first example of the dask specification, the
// dictionary {'x': 1, 'y': (inc, 'x'), 'z': (add, 'y', 10)}, as a Go package
// and as graph.json.
package dictionary

import "github.com/daskgen/daskgen/graph"

//go:generate go run github.com/daskgen/daskgen/cmd/daskgen gen

func inc(i int) int { return i + 1 }

func add(a, b int) int { return a + b }

// Program is the graph. RunProgram, generated from it, computes z.
//
//daskgen:graph
var Program = graph.Graph{
	"x": 1,
	"y": graph.Task(inc, graph.Ref("x")),
	"z": graph.Task(add, graph.Ref("y"), 10),
}
