package da_test

import (
	"flag"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/compiler/pass"
	"github.com/daskgen/daskgen/internal/randarray"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops/ref"
)

var steps = flag.Int("steps", 14, "operations of a random program, at most")

// TestRandomPrograms evaluates random programs with arrays in blocks, with
// arrays of one block, and after the compiler's passes.
func TestRandomPrograms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := randarray.Draw(t, randarray.Options{Funcs: true, Steps: *steps})
		fail := func(format string, args ...any) {
			t.Helper()
			t.Fatalf("%s\n%s", fmt.Sprintf(format, args...), strings.Join(p.Steps, "\n"))
		}
		got, err := evaluateProgram(p, p.Blocks)
		if err != nil {
			fail("in blocks: %v", err)
		}
		want, err := evaluateProgram(p, p.Whole)
		if err != nil {
			fail("whole: %v", err)
		}
		for _, o := range p.Outputs {
			if d := differ(want[o.Name], got[o.Name], o.Err); d != "" {
				fail("%s in blocks: %s", o.Name, d)
			}
			inferred, err := check.Chunks(p.Blocks.Outputs[slices.IndexFunc(p.Blocks.Outputs, func(x *ir.Output) bool { return x.Name == o.Name })].Layer)
			if err != nil {
				fail("%s: %v", o.Name, err)
			}
			if d := cmp.Diff(fmt.Sprint(o.Chunks), fmt.Sprint(inferred)); d != "" && !p.Opaque {
				fail("%s: the DSL's chunks differ from what is inferred (-DSL +inferred):\n%s", o.Name, d)
			}
		}
		off := rapid.SampledFrom(append([]string{""}, pass.Names()...)).Draw(t, "disabled")
		after := ir.Clone(p.Blocks)
		pass.Run(after, pass.Options{Disable: map[string]bool{off: true}, After: func(name string, g *ir.Graph) {
			if err := ir.Verify(g); err != nil {
				fail("after %s: %v", name, err)
			}
		}})
		passed, err := evaluateProgram(p, after)
		if err != nil {
			fail("after the passes without %q: %v", off, err)
		}
		for _, o := range p.Outputs {
			if d := differ(got[o.Name], passed[o.Name], 0); d != "" {
				fail("%s after the passes without %q: %s", o.Name, off, d)
			}
		}
	})
}

// evaluateProgram checks and evaluates a graph of a program.
func evaluateProgram(p *randarray.Program, g *ir.Graph) (map[string]ref.Value, error) {
	if err := ir.Verify(g); err != nil {
		return nil, err
	}
	if ds := check.Check(g); len(ds) > 0 {
		return nil, fmt.Errorf("check: %v", ds[0])
	}
	ev := ref.Evaluator{Funcs: randarray.Funcs}
	return ev.Graph(g, p.Inputs)
}

// differ describes the first difference of two arrays, whose floats may be
// apart by tol.
func differ(want, got ref.Value, tol float64) string {
	if !want.Type.Equal(got.Type) {
		return fmt.Sprintf("type %s, want %s", got.Type, want.Type)
	}
	for i, w := range want.Elems {
		if !near(w, got.Elems[i], tol) {
			return fmt.Sprintf("element %d is %v, want %v (tolerance %g)", i, got.Elems[i], w, tol)
		}
	}
	return ""
}

func near(x, y any, tol float64) bool {
	switch x := x.(type) {
	case float32:
		return nearFloat(float64(x), float64(y.(float32)), tol)
	case float64:
		return nearFloat(x, y.(float64), tol)
	case complex128:
		z := y.(complex128)
		return nearFloat(real(x), real(z), tol) && nearFloat(imag(x), imag(z), tol)
	}
	return x == y
}

func nearFloat(x, y, tol float64) bool {
	return x == y || math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) <= tol
}
