package kernel

import (
	"math"
	"slices"
	"testing"

	rt "github.com/daskgen/daskgen/runtime"
)

// fedTwice checks that a block that stands in one piece, and is fed as a whole, and
// one of rows with gaps between them, give the bits that they give strip by strip.
func fedTwice[In, Out rt.Elem](t *testing.T, name string, x []In, shapes [][2][]int, acc func(shape, axes []int) Accumulator[In, *rt.Block[Out]]) {
	t.Helper()
	for _, s := range shapes {
		shape, axes := s[0], s[1]
		whole := acc(shape, axes)
		got, err := Feed(nil, rt.FromSlice(x[:size(shape)], shape...), whole)
		byRows, rowsErr := Feed(nil, gapped(x[:size(shape)], shape), acc(shape, axes))
		strips := acc(shape, axes)
		feed(strips.Add, x[:size(shape)])
		want, wantErr := strips.Result()
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%s of %v over %v: %v, by strips %v", name, shape, axes, err, wantErr)
		}
		if err == nil && !slices.EqualFunc(got.Data, want.Data, same[Out]) {
			t.Errorf("%s of %v over %v: %v, by strips %v", name, shape, axes, got.Data, want.Data)
		}
		if (err == nil) != (rowsErr == nil) || err == nil && !slices.EqualFunc(byRows.Data, want.Data, same[Out]) {
			t.Errorf("%s of %v over %v by rows: %v, %v, by strips %v", name, shape, axes, byRows, rowsErr, want.Data)
		}
	}
}

// gapped returns a block of x whose rows are three elements apart.
func gapped[T rt.Elem](x []T, shape []int) *rt.Block[T] {
	n := shape[len(shape)-1]
	wide := slices.Clone(shape)
	wide[len(wide)-1] += 3
	b := rt.New[T](wide...)
	for i := range x {
		b.Data[i/n*(n+3)+i%n] = x[i]
	}
	v, err := GetItem(nil, b, append(slices.Repeat([]Index{All()}, len(shape)-1), Range(0, n))...)
	if err != nil {
		panic(err)
	}
	return v
}

// fedShapes are shapes and axes whose segments and rows end in all places of
// strips.
var fedShapes = [][2][]int{
	{{0}, {0}}, {{1}, {0}}, {{1024}, {0}}, {{1025}, {0}}, {{4096}, {0}}, {{70001}, {0}}, {{131072}, {0}}, {{140000}, {0}},
	{{100, 256}, {1}}, {{100, 1000}, {1}}, {{40, 1500}, {1}}, {{20, 2048}, {1}}, {{9, 5000}, {1}}, {{700, 20}, {1}}, {{513, 33}, {1}}, {{100, 0}, {1}},
	{{256, 256}, {0}}, {{1000, 7}, {0}}, {{100, 700}, {0}}, {{30, 3000}, {0}}, {{300, 64}, {0}}, {{0, 64}, {0}},
	{{3, 2000, 5}, {0, 2}}, {{4, 3, 3000}, {0, 2}}, {{5, 70, 40}, {1}}, {{2, 2, 2048}, {0, 2}},
}

func TestFeedWholeBlocks(t *testing.T) {
	const n = 140_000
	x, y, z, c := make([]float64, n), make([]float32, n), make([]int64, n), make([]complex128, n)
	gaps, small, truth := make([]float64, n), make([]uint8, n), make([]bool, n)
	for i := range x {
		x[i] = math.Sin(float64(i)) + 1e3/float64(i+1)
		y[i], z[i], c[i], gaps[i] = float32(x[i]), int64(i*i%1001)-500, complex(x[i], math.Cos(float64(i))), x[i]
		small[i], truth[i] = uint8(i*i), i%3 == 0
		if i%5 == 0 {
			gaps[i] = math.NaN()
		}
	}
	type floats = Accumulator[float64, *rt.Block[float64]]
	for name, acc := range map[string]func(shape, axes []int) floats{
		"sum":     func(s, a []int) floats { return NewSum[float64, float64](nil, s, a, false) },
		"nansum":  func(s, a []int) floats { return NewNanSum[float64, float64](nil, s, a, false) },
		"prod":    func(s, a []int) floats { return NewProd[float64, float64](nil, s, a, false) },
		"mean":    func(s, a []int) floats { return NewMean[float64, float64](nil, s, a, false) },
		"var":     func(s, a []int) floats { return NewVar[float64, float64](nil, s, a, false, 0) },
		"nanmean": func(s, a []int) floats { return NewNanMean[float64, float64](nil, s, a, false) },
		"nanvar":  func(s, a []int) floats { return NewNanVar[float64, float64](nil, s, a, false, 0) },
		"min":     func(s, a []int) floats { return NewMin[float64, float64](nil, s, a, false) },
		"nanmax":  func(s, a []int) floats { return NewNanMax[float64, float64](nil, s, a, false) },
	} {
		fedTwice(t, name, x, fedShapes, acc)
		fedTwice(t, name+" with NaN", gaps, fedShapes, acc)
	}
	fedTwice(t, "sum of float32", y, fedShapes, func(s, a []int) Accumulator[float32, *rt.Block[float32]] {
		return NewSum[float32, float32](nil, s, a, false)
	})
	fedTwice(t, "mean of float32", y, fedShapes, func(s, a []int) Accumulator[float32, *rt.Block[float32]] {
		return NewMean[float32, float32](nil, s, a, false)
	})
	fedTwice(t, "sum of int64", z, fedShapes, func(s, a []int) Accumulator[int64, *rt.Block[int64]] {
		return NewSum[int64, int64](nil, s, a, false)
	})
	fedTwice(t, "mean of int64", z, fedShapes, func(s, a []int) Accumulator[int64, *rt.Block[float64]] {
		return NewMean[int64, float64](nil, s, a, false)
	})
	fedTwice(t, "mean of uint8", small, fedShapes, func(s, a []int) Accumulator[uint8, *rt.Block[float64]] {
		return NewMean[uint8, float64](nil, s, a, false)
	})
	fedTwice(t, "sum of bools", truth, fedShapes, func(s, a []int) Accumulator[bool, *rt.Block[int64]] {
		return NewSum[bool, int64](nil, s, a, false)
	})
	fedTwice(t, "sum of complex128", c, fedShapes, func(s, a []int) Accumulator[complex128, *rt.Block[complex128]] {
		return NewSum[complex128, complex128](nil, s, a, false)
	})
	fedTwice(t, "any", truth, fedShapes, func(s, a []int) Accumulator[bool, *rt.Block[bool]] {
		return NewAny[bool, bool](nil, s, a, false)
	})
	fedTwice(t, "argmin", gaps, oneAxis(fedShapes), func(s, a []int) Accumulator[float64, *rt.Block[int64]] {
		return NewArg[float64, int64](nil, s, a, false, "argmin")
	})
	fedTwice(t, "nanargmax", gaps, oneAxis(fedShapes), func(s, a []int) Accumulator[float64, *rt.Block[int64]] {
		return NewArg[float64, int64](nil, s, a, false, "nanargmax")
	})
}

// oneAxis returns the shapes that are reduced over one axis.
func oneAxis(shapes [][2][]int) [][2][]int {
	return slices.DeleteFunc(slices.Clone(shapes), func(s [2][]int) bool { return len(s[1]) != 1 })
}

// A large block is summed in few calls: this counts the segments that the cells
// are asked for.
func TestFeedLongSegments(t *testing.T) {
	for _, c := range []struct {
		n, segments int
	}{{1 << 16, 1}, {1 << 18, 4}, {3 * 1024, 2}, {1<<16 + 5, 2}} {
		s := NewSum[float64, float64](nil, []int{c.n}, nil, false)
		cells := &countedCells{cells: s.cells}
		s.cells = cells
		_, err := Feed(nil, rt.New[float64](c.n), s)
		if s.cells = cells.cells; err != nil { // s is in its pool
			t.Fatal(err)
		}
		if cells.asked != c.segments {
			t.Errorf("%d elements are %d segments, want %d", c.n, cells.asked, c.segments)
		}
	}
}

type countedCells struct {
	cells[float64]
	asked int
}

func (c *countedCells) values() any { return c.cells.(valuer).values() }

func (c *countedCells) segment(at int, x []float64, pos int) {
	c.asked++
	c.cells.segment(at, x, pos)
}
