package gofunc

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daskgen/daskgen/compiler/graphjson"
	"github.com/daskgen/daskgen/ir"
)

const source = `package pkg

import (
	"context"
	"time"
)

type T struct{ n int }
type S []T
type box[X any] struct{ V X }

func Plain(a int8, b bool, c complex64) float32            { return 0 }
func All(ctx context.Context, a []byte, b []string, c map[string]float64, d map[T]int) (S, error) { return nil, nil }
func Any(a any, b func(time.Duration) error, c [3]int) *T  { return nil }
func Many(sep string, parts ...int64) uint                 { return 0 }
func (t T) Get(byte) int                                   { return t.n }
func (t *T) Set(n int64) int                               { return t.n }
func Box(box[int]) int                                     { return 0 }
func Wide(n uint64) int64                                  { return 0 }
`

// module writes a module with the package above, and returns its folder.
func module(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "pkg"), 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"go.mod": "module example.com/me\n\ngo 1.26.0\n", "pkg/p.go": source} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// describeFunc writes a function on one line, in the types of the IR.
func describeFunc(f *ir.Func) string {
	var params []string
	for _, p := range f.Params {
		params = append(params, p.String())
	}
	s := "(" + strings.Join(params, ", ") + ") " + f.Result.String()
	for _, flag := range []struct {
		on   bool
		name string
	}{{f.Context, "context"}, {f.Error, "error"}, {f.Scalar, "scalar"}, {f.Variadic, "variadic"}, {f.Value != nil, "value"}} {
		if flag.on {
			s += " " + flag.name
		}
	}
	return s
}

func TestResolve(t *testing.T) {
	t.Setenv("GOWORK", "off")
	dir := module(t)
	for _, test := range []struct {
		name string
		args int
		want string
	}{
		{"Plain", 3, "(int8, bool, complex64) float32 scalar value"},
		{"All", 4, "(bytes, [str], {str: float}, map[pkg.T]int) pkg.S context error"},
		{"Any", 3, "(any, func(time.Duration) error, [3]int) *pkg.T"},
		{"Many", 1, "(str) uint variadic"},
		{"Many", 3, "(str, int, int) uint variadic"},
		{"Many", 0, "DG040 Many takes at least 1 argument, got 0"},
		{"Plain", 2, "DG040 Plain takes 3 arguments, got 2"},
		{"T.Get", 2, "(pkg.T, uint8) int value"},
		{"(*T).Get", 2, "(*pkg.T, uint8) int value"},
		{"(*T).Set", 2, "(*pkg.T, int) int value"},
		{"T.Set", 2, "DG040 example.com/me/pkg.T.Set has a pointer as its receiver"},
		{"Box", 1, "DG040 parameter 1 of Box is of type pkg.box, which is not exported"},
		{"Wide", 1, "(uint64) int scalar"},
		{"many", 1, "DG040 example.com/me/pkg.many does not exist"},
		{"Nothing.Get", 1, "DG040 example.com/me/pkg.Nothing.Get does not exist: the package has no type Nothing"},
	} {
		f := &ir.Func{Pkg: "example.com/me/pkg", Name: test.name}
		// The first folder belongs to no module.
		res, ds, err := Resolve(context.Background(), []graphjson.FuncUse{{Func: f, Args: test.args}}, Config{Dirs: []string{t.TempDir(), dir}})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if len(ds) > 0 {
			got = ds[0].Code + " " + ds[0].Message
		} else {
			got = describeFunc(f)
		}
		if got != test.want {
			t.Errorf("%s with %d arguments:\n got %s\nwant %s", test.name, test.args, got, test.want)
		}
		if d := cmp.Diff(dir, res.Dir); d != "" {
			t.Error(d)
		}
	}
}
