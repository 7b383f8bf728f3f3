// Package graph describes plain task graphs, as in the dask specification: a
// dictionary of keys, each with a value, a reference to another key, or a task,
// which is a Go function and its arguments.
//
//	func inc(i int) int    { return i + 1 }
//	func add(a, b int) int { return a + b }
//
//	//daskgen:graph
//	var Program = graph.Graph{
//		"x": 1,
//		"y": graph.Task(inc, graph.Ref("x")),
//		"z": graph.Task(add, graph.Ref("y"), 10),
//	}
//
// For a variable or function with the comment daskgen:graph, "daskgen gen"
// writes a function that computes it, here
//
//	func RunProgram(ctx context.Context, opts ...rt.Option) (int, error)
//
// which calls inc and add directly, on all cores where the graph permits.
//
// The outputs of a graph are the keys that no other key refers to. The comment
// may name others: "daskgen:graph output=y,z".
//
// Arguments of a task are references, tasks (computed in place), lists
// ([]any) of arguments, functions, and literals. As in Go, a literal int or
// float64 stands for any number type that can hold it. A task's function has
// any parameters, may take a context.Context first, and returns one value, or a
// value and an error. It must have a name: function literals and method values
// are refused.
package graph

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
)

// A Graph maps keys to what computes their values: a value made by Task or Ref,
// a list ([]any) of such, or any other Go value, which stands for itself.
type Graph map[string]any

// A Computation is a function applied to arguments.
type Computation struct {
	fn     any
	args   []any
	caller *record.Caller
}

// Task returns the application of a Go function to arguments.
func Task(fn any, args ...any) Computation {
	return Computation{fn: fn, args: args, caller: record.Here()}
}

// A Reference stands for the value of a key.
type Reference struct {
	key    string
	caller *record.Caller
}

// Ref returns a reference to the value of a key. Ref("y", 0, 1) is short for
// Ref(Key("y", 0, 1)).
func Ref(name string, index ...any) Reference {
	return Reference{key: Key(name, index...), caller: record.Here()}
}

// Refs returns a list of references, for functions that take a slice.
func Refs(keys ...string) []any {
	list := make([]any, len(keys))
	for i, k := range keys {
		list[i] = Reference{key: k, caller: record.Here()}
	}
	return list
}

// Key returns the key of a name and an index, a list of integers and strings:
// Key("y", 0, 1) is "y[0,1]". Keys of one name form a layer, for which a loop
// is generated. Key("y") is "y".
func Key(name string, index ...any) string {
	if len(index) == 0 {
		return name
	}
	parts := make([]string, len(index))
	for i, p := range index {
		if s, ok := p.(string); ok {
			parts[i] = strconv.Quote(s)
		} else {
			parts[i] = fmt.Sprint(p)
		}
	}
	return name + "[" + strings.Join(parts, ",") + "]"
}

// parseKey is the inverse of Key. A string that Key does not make is a name.
func parseKey(s string) ir.Key {
	if strings.HasSuffix(s, "]") {
		for i := 1; i < len(s); i++ {
			if s[i] != '[' {
				continue
			}
			if index, ok := parseIndex(s[i+1:]); ok {
				return ir.Key{Name: s[:i], Index: index}
			}
		}
	}
	return ir.Key{Name: s}
}

// parseIndex reads parts, separated by commas, and the bracket that closes them
// at the end of s.
func parseIndex(s string) (index []ir.KeyPart, ok bool) {
	for {
		p, rest, ok := parsePart(s)
		if !ok || rest == "" {
			return nil, false
		}
		index = append(index, p)
		if rest == "]" {
			return index, true
		}
		if rest[0] != ',' {
			return nil, false
		}
		s = rest[1:]
	}
}

// parsePart reads an integer or a quoted string.
func parsePart(s string) (p ir.KeyPart, rest string, ok bool) {
	if strings.HasPrefix(s, `"`) {
		q, err := strconv.QuotedPrefix(s)
		if err != nil {
			return p, "", false
		}
		p.IsStr = true
		p.Str, err = strconv.Unquote(q)
		return p, s[len(q):], err == nil
	}
	n := 0
	for n < len(s) && n < 20 && (s[n] == '-' || '0' <= s[n] && s[n] <= '9') {
		n++
	}
	i, err := strconv.ParseInt(s[:n], 10, 64)
	if err != nil || strconv.FormatInt(i, 10) != s[:n] {
		return p, "", false
	}
	return ir.KeyPart{Int: i}, s[n:], true
}
