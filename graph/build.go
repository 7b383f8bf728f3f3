package graph

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
)

// Build records the graph as IR. Outputs names the keys whose values are asked
// for; none means the keys that nothing refers to. What is wrong is reported
// through package record, and nil returned. It is for daskgen, not for users.
func Build(g Graph, name string, outputs ...string) *ir.Graph {
	b := &builder{g: g, types: map[string]reflect.Type{}, places: map[string]place{}, read: map[string]bool{}}
	for k := range g {
		b.keys = append(b.keys, k)
	}
	slices.SortFunc(b.keys, compareKeys)
	b.checkRefs()
	if b.failed || b.cyclic() {
		return nil
	}
	b.layout()
	for _, k := range b.keys {
		b.fill(k)
	}
	out := &ir.Graph{Name: name, Layers: b.layers}
	out.Outputs = b.outputs(outputs)
	if b.failed {
		return nil
	}
	return out
}

type builder struct {
	g      Graph
	keys   []string // in the order of their names and indices
	types  map[string]reflect.Type
	read   map[string]bool // keys that are referred to
	places map[string]place
	layers []*ir.Layer
	failed bool
}

// A place is where a key's value stands: an index of a layer.
type place struct {
	layer *ir.Layer
	index []int64
}

func (b *builder) report(p record.Problem) {
	b.failed = true
	record.Report(p)
}

func (b *builder) misuse(key string, c *record.Caller, arg int, code, hint, format string, args ...any) {
	b.report(record.Problem{Code: code, Pos: c.Pos(), Arg: arg, Key: key, Message: fmt.Sprintf(format, args...), Hint: hint})
}

func compareKeys(s, t string) int {
	a, b := parseKey(s), parseKey(t)
	return cmp.Or(strings.Compare(a.Name, b.Name), slices.CompareFunc(a.Index, b.Index, compareParts))
}

func compareParts(a, b ir.KeyPart) int {
	if a.IsStr != b.IsStr {
		if a.IsStr {
			return 1
		}
		return -1
	}
	return cmp.Or(cmp.Compare(a.Int, b.Int), strings.Compare(a.Str, b.Str))
}

// refs calls f for each reference in a value of the graph.
func refs(v any, f func(Reference)) {
	switch v := v.(type) {
	case Reference:
		f(v)
	case Computation:
		for _, a := range v.args {
			refs(a, f)
		}
	case []any:
		for _, a := range v {
			refs(a, f)
		}
	}
}

// checkRefs reports references to keys that do not exist.
func (b *builder) checkRefs() {
	for _, k := range b.keys {
		refs(b.g[k], func(r Reference) {
			b.read[r.key] = true
			if _, ok := b.g[r.key]; !ok {
				b.misuse(k, r.caller, 0, record.CodeUndefined, nearest(r.key, b.keys), "task %q: no key %q", k, r.key)
			}
		})
	}
}

// nearest suggests a key that is spelled alike.
func nearest(key string, keys []string) string {
	best, dist := "", len(key)/3+1
	for _, k := range keys {
		if d := distance(key, k); d < dist {
			best, dist = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", best)
}

// distance is the Levenshtein distance of two strings.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		prev := row[0]
		row[0] = i + 1
		for j := range len(b) {
			sub := prev
			if a[i] != b[j] {
				sub++
			}
			prev = row[j+1]
			row[j+1] = min(sub, row[j]+1, prev+1)
		}
	}
	return row[len(b)]
}

// cyclic reports the first cycle, with its whole path.
func (b *builder) cyclic() bool {
	const active, done = 1, 2
	state := map[string]int{}
	var path []string
	var visit func(k string) bool
	visit = func(k string) bool {
		switch state[k] {
		case active:
			b.reportCycle(append(path[slices.Index(path, k):], k))
			return true
		case done:
			return false
		}
		state[k] = active
		path = append(path, k)
		found := false
		refs(b.g[k], func(r Reference) { found = found || visit(r.key) })
		path = path[:len(path)-1]
		state[k] = done
		return found
	}
	return slices.ContainsFunc(b.keys, visit)
}

func (b *builder) reportCycle(path []string) {
	quoted := make([]string, len(path))
	for i, k := range path {
		quoted[i] = fmt.Sprintf("%q", k)
	}
	b.misuse(path[0], b.callerOf(path[0]), -1, record.CodeCycle, "break the cycle at one of these references",
		"cycle: %s", strings.Join(quoted, " needs "))
}

// callerOf returns where the value of a key was made, if that is known.
func (b *builder) callerOf(key string) *record.Caller {
	switch v := b.g[key].(type) {
	case Computation:
		return v.caller
	case Reference:
		return v.caller
	}
	return nil
}

// outputs returns the outputs: the keys asked for, or those that nobody reads.
func (b *builder) outputs(names []string) []*ir.Output {
	if len(names) == 0 {
		for _, k := range b.keys {
			if !b.read[k] {
				names = append(names, k)
			}
		}
	}
	var outs []*ir.Output
	for _, n := range names {
		p, ok := b.places[n]
		if !ok {
			b.misuse(n, nil, -1, record.CodeUndefined, nearest(n, b.keys), "output %q: no such key", n)
			continue
		}
		outs = append(outs, &ir.Output{Name: n, Layer: p.layer, Index: p.index, Pos: b.callerOf(n).Pos()})
	}
	if len(b.g) == 0 {
		b.misuse("", nil, -1, record.CodeBadDSL, "", "the graph has no keys")
	}
	return outs
}
