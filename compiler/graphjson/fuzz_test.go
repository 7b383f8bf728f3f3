package graphjson

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/reroll"
	"github.com/daskgen/daskgen/ir"
)

// FuzzRead feeds the reader with arbitrary text. A graph that is read must be
// sound, and the same when it is written and read again.
func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("../../examples/*/graph.json")
	for _, name := range files {
		if text, err := os.ReadFile(name); err == nil {
			f.Add(text)
		}
	}
	doc, err := os.ReadFile("../../docs/graph-json.md")
	if err != nil {
		f.Fatal(err)
	}
	for _, g := range documented(string(doc)) {
		f.Add([]byte(g))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			return
		}
		g, diags := Read(bytes.NewReader(text), Options{File: "graph.json", Allow: []string{"example.com/me/..."}, Typer: check.Type})
		if g == nil {
			if !diags.HasErrors() {
				t.Fatal("neither a graph nor an error")
			}
			for _, d := range diags {
				if d.Message == "" || diag.Explain(d.Code) == nil {
					t.Fatalf("bad diagnostic %+v", d)
				}
			}
			return
		}
		if err := ir.Verify(g); err != nil {
			t.Fatalf("%v\n%s", err, ir.Text(g))
		}
		if g.Tasks() > 1e5 {
			return
		}
		roundTrip(t, g)
	})
}

// roundTrip writes a graph, reads it again, and compares the tasks.
func roundTrip(t interface {
	Helper()
	Fatalf(string, ...any)
}, g *ir.Graph) {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, g); err != nil {
		t.Fatalf("write: %v\n%s", err, ir.Text(g))
	}
	h, diags := Read(bytes.NewReader(out.Bytes()), Options{File: "graph.json", Allow: []string{"example.com/me/..."}, Typer: check.Type})
	if h == nil {
		t.Fatalf("%v\n%s", diags, out.String())
	}
	if diff := cmp.Diff(lines(g), lines(h)); diff != "" {
		t.Fatalf("what was written is another graph (-before +after):\n%s\n%s", diff, out.String())
	}
	var again bytes.Buffer
	if err := Write(&again, h); err != nil {
		t.Fatalf("write again: %v", err)
	}
}

// lines lists the tasks, inputs and outputs of a graph, sorted.
func lines(g *ir.Graph) []string {
	var all []string
	for _, l := range g.Layers {
		if l.Input != nil {
			all = append(all, ir.Text(&ir.Graph{Layers: []*ir.Layer{l}}))
			continue
		}
		if len(l.Cases) == 0 {
			continue
		}
		for t := range ir.Expand(l).All() {
			all = append(all, t.String())
		}
	}
	for _, o := range g.Outputs {
		s := o.Name + " = array " + o.Layer.Name
		if !o.Array() {
			s = o.Name + " = " + o.Layer.KeyAt(o.Layer.Grid.Linear(o.Index)).String()
		}
		all = append(all, s+" "+o.Sink)
	}
	slices.Sort(all)
	return all
}

// FuzzKey reads arbitrary keys: one that is read must be written back as the
// same key.
func FuzzKey(f *testing.F) {
	for _, k := range []string{`"x"`, `["x", 0, 1]`, `["x", "a", -5]`, `["x", 9223372036854775807]`, `["\u0000\ud800\udc00"]`, `[]`, `["x", 0.9]`, `{"x": 1}`, `["x", 1073741824, -1073741825]`} {
		f.Add(k)
	}
	f.Fuzz(func(t *testing.T, text string) {
		read := func(text string) (ir.Key, bool) {
			var diags diag.List
			p := newParser(strings.NewReader(text), Options{}, &diags)
			var r reroll.Ref
			good, ok := p.readKey(&r)
			if good && !ok || (!good || !ok) && len(diags) == 0 {
				t.Fatalf("good %t, ok %t, %v", good, ok, diags)
			}
			if !good || len(diags) > 0 {
				return ir.Key{}, false
			}
			return p.tasks.KeyOf(&r), true
		}
		k, ok := read(text)
		if !ok {
			return
		}
		w := writer{}
		w.key(k)
		again, ok := read(string(w.b))
		if diff := cmp.Diff(k, again); !ok || diff != "" {
			t.Fatalf("%s: %s", w.b, diff)
		}
	})
}

// FuzzIndex parses arbitrary affine forms: one that is parsed must be the same
// when it is written and parsed again.
func FuzzIndex(f *testing.F) {
	for _, s := range []string{"i", "2*i+1", "-i", "i*3-j", "3", "i+i", "2*i*j", "", "-", "1-", "2147483648*i", "9223372036854775807", "i - 1", "+i", "0*i"} {
		f.Add(s)
	}
	names := []string{"i", "j"}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := parseAffine(s, names)
		if err != nil {
			return
		}
		again, err := parseAffine(a.String(), names)
		if diff := cmp.Diff(a, again); err != nil || diff != "" {
			t.Fatalf("%q is %+v, written as %q: %v\n%s", s, a, a.String(), err, diff)
		}
		g := ir.Box(reroll.MaxValues, reroll.MaxValues)
		if lo, hi := interval(a, g); lo > hi || float64(hi) < float64(a.At([]int64{1 << 29, 1 << 29}))-1e4 {
			t.Fatalf("%q: from %d to %d", s, lo, hi)
		}
		if math.Abs(float64(a.Base)) > maxCoef {
			t.Fatalf("%q: base %d", s, a.Base)
		}
	})
}
