package graph

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/daskgen/daskgen/ir"
)

func TestParseKey(t *testing.T) {
	num := func(name string, index ...int64) ir.Key {
		k := ir.Key{Name: name}
		for _, i := range index {
			k.Index = append(k.Index, ir.KeyPart{Int: i})
		}
		return k
	}
	for text, want := range map[string]ir.Key{
		"x":        num("x"),
		"y[0,1]":   num("y", 0, 1),
		"y[-3]":    num("y", -3),
		"y[]":      num("y[]"),
		"y[0":      num("y[0"),
		"[0]":      num("[0]"),
		"y[0,]":    num("y[0,]"),
		"y[00]":    num("y[00]"),
		"y[ 0]":    num("y[ 0]"),
		"a[b][2]":  num("a[b]", 2),
		`y["a"]`:   {Name: "y", Index: []ir.KeyPart{{Str: "a", IsStr: true}}},
		`y["]",1]`: {Name: "y", Index: []ir.KeyPart{{Str: "]", IsStr: true}, {Int: 1}}},
		`y["[0]"]`: {Name: "y", Index: []ir.KeyPart{{Str: "[0]", IsStr: true}}},
		`y["a]`:    num(`y["a]`),
		`"q"[1]`:   num(`"q"`, 1),
		"":         num(""),
	} {
		if d := cmp.Diff(want, parseKey(text)); d != "" {
			t.Errorf("%s (-want +got):\n%s", text, d)
		}
	}
}

// TestKeyRoundTrip sees that keys with an index come back, whatever strings are
// in them.
func TestKeyRoundTrip(t *testing.T) {
	part := rapid.OneOf(rapid.Custom(func(t *rapid.T) any { return rapid.String().Draw(t, "s") }), rapid.Custom(func(t *rapid.T) any { return rapid.Int().Draw(t, "i") }))
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z/ .]+`).Draw(t, "name")
		index := rapid.SliceOfN(part, 1, 4).Draw(t, "index")
		want := ir.Key{Name: name}
		for _, p := range index {
			if s, ok := p.(string); ok {
				want.Index = append(want.Index, ir.KeyPart{Str: s, IsStr: true})
			} else {
				want.Index = append(want.Index, ir.KeyPart{Int: int64(p.(int))})
			}
		}
		if d := cmp.Diff(want, parseKey(Key(name, index...))); d != "" {
			t.Fatalf("%s (-want +got):\n%s", Key(name, index...), d)
		}
	})
}

func FuzzParseKey(f *testing.F) {
	for _, s := range []string{"x", "y[0,1]", `y["]",1]`, `a[b]["\""]`, "[[0]]", `x["`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		k := parseKey(s)
		if k.Index == nil {
			if k.Name != s {
				t.Errorf("%q: plain key %q", s, k.Name)
			}
			return
		}
		args := make([]any, len(k.Index))
		for i, p := range k.Index {
			if args[i] = p.Int; p.IsStr {
				args[i] = p.Str
			}
		}
		if d := cmp.Diff(k, parseKey(Key(k.Name, args...))); d != "" {
			t.Errorf("%q does not come back:\n%s", s, d)
		}
	})
}

func TestBoxOf(t *testing.T) {
	for _, c := range []struct {
		keys []string
		want ir.Grid
	}{
		{[]string{"x[0]", "x[1]", "x[2]"}, ir.Box(3)},
		{[]string{"x[0,0]", "x[0,1]", "x[1,0]", "x[1,1]"}, ir.Box(2, 2)},
		{[]string{"x[1]", "x[2]"}, nil},
		{[]string{"x[0]", "x[2]"}, nil},
		{[]string{"x[0,0]", "x[1,1]"}, nil},
		{[]string{"x", "x[0]"}, nil},
		{[]string{"x[0]", `x["a"]`}, nil},
		{[]string{"x[0]", "x[9223372036854775807]"}, nil},
		{[]string{"x[0,0]", "x[0,2147483646]"}, nil},
	} {
		var keys []ir.Key
		for _, k := range c.keys {
			keys = append(keys, parseKey(k))
		}
		if d := cmp.Diff(c.want, boxOf(keys)); d != "" {
			t.Errorf("%v (-want +got):\n%s", c.keys, d)
		}
	}
}

func TestNearest(t *testing.T) {
	keys := []string{"apple", "pear", "x"}
	for key, want := range map[string]string{"aple": `did you mean "apple"?`, "pears": `did you mean "pear"?`, "y": "", "banana": ""} {
		if got := nearest(key, keys); got != want {
			t.Errorf("nearest(%q) = %q, want %q", key, got, want)
		}
	}
}
