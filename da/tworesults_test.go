package da_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daskgen/daskgen/da"
	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/stdops/ref"
)

// identities are what holds between the two results of an op: each is an array
// equal to its argument.
var identities = map[string]func(x, y f64) f64{
	"frexp": func(x, _ f64) f64 {
		m, e := da.Frexp(x)
		return da.Apply[float64]("ldexp", m, e)
	},
	"modf": func(x, _ f64) f64 {
		fraction, integral := da.Modf(x.DivScalar(4))
		return fraction.Add(integral).MulScalar(4)
	},
	"divmod": func(x, y f64) f64 {
		q, r := da.DivMod(x, y)
		return q.Mul(y).Add(r)
	},
	"divmod of a scalar": func(x, _ f64) f64 {
		q, r := da.DivMod(x, da.Const(2.5))
		return q.MulScalar(2.5).Add(r)
	},
	"parts": func(x, y f64) f64 {
		q, r := da.DivMod(x, y)
		head := q.At(da.S(nil, 2)).Mul(y).Add(r.At(da.S(nil, 2)))
		return da.Concatenate(0, head, x.At(da.S(2, nil)))
	},
}

func TestTwoResults(t *testing.T) {
	x, y := values(6, 7), values(7)
	for i := range y.Elems {
		y.Elems[i] = float64(i - 9)
	}
	for name, f := range identities {
		t.Run(name, func(t *testing.T) {
			for _, rows := range chunkings(6) {
				for _, columns := range chunkings(7) {
					chunks := [][][]int64{{rows, columns}, {{7}}}
					got := compute(t, chunks, []ref.Value{x, y}, func(x []f64) da.Operand { return f(x[0], x[1]) })
					if d := sameValue(x, got); d != "" {
						t.Fatalf("chunks %v: %s", chunks, d)
					}
				}
			}
		})
	}
}

func TestTwoResultsNames(t *testing.T) {
	x := da.Param[float32]("x", [][]int64{{2, 2}})
	m, e := da.Frexp(x)
	f, _ := da.Modf(m)
	_, r := da.DivMod(f, x)
	g := da.Build("G", []da.Operand{x}, []string{"m", "r"}, m, r)
	checkNames := func(want ...string) {
		t.Helper()
		var got []string
		for _, l := range g.Layers {
			got = append(got, l.Name)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("names (-want +got):\n%s", d)
		}
	}
	checkNames("x", "frexp", "m", "modf", "fraction", "divmod", "r")
	g = da.Build("G", []da.Operand{x}, []string{"e"}, e.AddScalar(1))
	checkNames("x", "frexp", "exponent", "e")
}

func TestTwoResultsMisuse(t *testing.T) {
	i := da.Param[int64]("i", [][]int64{{4}})
	x := da.Param[float64]("x", [][]int64{{2, 2}, {3}})
	for _, c := range []struct {
		f    func()
		want string
	}{
		{func() { da.Frexp(i) }, "frexp of int64 gives float64, not int64"},
		{func() { da.Modf(da.Const(int8(2))) }, "modf of int8 gives float32, not int8"},
		{func() { da.Modf(da.AsType[complex64](x)) }, "modf: is not defined for (complex64)"},
		{func() { da.DivMod(x, da.Param[float64]("y", [][]int64{{5}})) }, "divmod: shapes (4, 3) and (5,) do not broadcast"},
		{func() { da.Frexp(f64{}) }, "array 1 has not been set: it is the zero value of da.Array"},
	} {
		record.TakeProblems()
		c.f()
		ps := record.TakeProblems()
		if len(ps) != 1 || ps[0].Message != c.want {
			t.Errorf("got %+v, want one problem: %s", ps, c.want)
		}
	}
}
