package emit

import (
	"go/token"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestIdentifiers(t *testing.T) {
	const token1, token2 = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
	for _, tc := range []struct {
		about string
		names []string
		want  []string
	}{
		{"plain", []string{"x", "y"}, []string{"x", "y"}},
		{"camel case", []string{"x-T", "mean_agg", "a.b/c"}, []string{"xT", "meanAgg", "aBC"}},
		{"keywords and our own names", []string{"func", "t", "nil", "build"}, []string{"func2", "t", "nil2", "build2"}},
		{"collision", []string{"a-b", "a_b", "aB"}, []string{"aB", "aB2", "aB3"}},
		{"collision by first letter", []string{"x", "X"}, []string{"x", "x2"}},
		{"collision with a method", []string{"addY", "y"}, []string{"addY", "y2"}},
		{"number after a digit", []string{"x1", "x-1"}, []string{"x1", "x1_2"}},
		{"token left out", []string{"sum-agg-" + token1}, []string{"sumAgg"}},
		{"token shortened", []string{"add-" + token1, "add-" + token2}, []string{"add0123", "addFedc"}},
		{"starts with a digit", []string{"1x"}, []string{"n1x"}},
		{"nothing left", []string{"", "--"}, []string{"layerX811c9dc5", "layerX20cd1d0f"}},
		{"source text", []string{"x = 1; func init() { os.Exit(1) }"}, []string{"x1FuncInitOsExit1"}},
		{"other scripts", []string{"größe", "λ-x"}, []string{"größe", "λX"}},
		{"long", []string{strings.Repeat("a", 200)}, []string{strings.Repeat("a", 40) + "X4e48052d"}},
	} {
		if diff := cmp.Diff(tc.want, identifiers(fieldNamer(), tc.names)); diff != "" {
			t.Errorf("%s: -want +got\n%s", tc.about, diff)
		}
	}
}

func TestNamerScopes(t *testing.T) {
	outer := newNamer(nil)
	outer.take("geo")
	inner := newNamer(outer)
	got := []string{inner.take("geo"), inner.take("a"), inner.take("a"), outer.take("a")}
	if diff := cmp.Diff([]string{"geo2", "a", "a2", "a"}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func FuzzNamer(f *testing.F) {
	f.Add("x", "y")
	f.Add("a-b", "a_b")
	f.Add("", "\xff")
	f.Add("type", "Type")
	f.Add("add-0123456789abcdef0123456789abcdef", "add-fedcba9876543210fedcba9876543210")
	f.Add("ǆ", "ǅ")
	f.Fuzz(func(t *testing.T, a, b string) {
		names := []string{a, b}
		ids := identifiers(fieldNamer(), names)
		for i, id := range ids {
			for _, s := range []string{id, upperFirst(id), "add" + upperFirst(id)} {
				if !token.IsIdentifier(s) {
					t.Errorf("%q: %q is no identifier", names[i], s)
				}
			}
			if predeclared[id] || id == "build" {
				t.Errorf("%q: %q is taken", names[i], id)
			}
			if len([]rune(id)) > maxName+20 {
				t.Errorf("%q: %q is long", names[i], id)
			}
		}
		if upperFirst(ids[0]) == upperFirst(ids[1]) {
			t.Errorf("%q and %q both become %q", a, b, ids[0])
		}
		if diff := cmp.Diff(ids, identifiers(fieldNamer(), names)); diff != "" {
			t.Errorf("not deterministic: %s", diff)
		}
	})
}
