package kernel

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/runtime/vector"
)

// reduce draws an array, reduces it, and compares each result with want of the
// elements that meet there. want returns ok false if an empty group is an
// error.
func reduce[In, Out rt.Elem](t *testing.T, elem *rapid.Generator[In],
	run func(shape, axes []int, keep bool, x []In) (*rt.Block[Out], error),
	want func(group []In) (Out, bool), equal func(a, b Out) bool) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		shape := drawShape(t, 0, 4)
		axes := drawAxes(t, len(shape))
		keep := rapid.Bool().Draw(t, "keepdims")
		some := rapid.SliceOfN(elem, 1, 40).Draw(t, "elements")
		x := make([]In, size(shape))
		for i := range x {
			x[i] = some[(i*7+i/13)%len(some)]
		}
		got, err := run(shape, axes, keep, x)
		wantShape := reducedShape([]int{}, shape, reducedAxes(nil, len(shape), axes), keep)
		for i, g := range groups(x, shape, axes) {
			w, ok := want(g)
			if !ok {
				if err == nil {
					t.Fatalf("no error for a group without elements")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if v := got.Data[got.Offset+i]; !equal(v, w) {
				t.Fatalf("result %d is %v, want %v", i, v, w)
			}
		}
		if err == nil && !slices.Equal(got.Shape, wantShape) {
			t.Fatalf("shape %v, want %v", got.Shape, wantShape)
		}
	})
}

func same[T comparable](a, b T) bool { return a == b || a != a && b != b }

var (
	genFloat = rapid.Float64Range(-1e6, 1e6)
	genNaN   = rapid.OneOf(genFloat, rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), -5, 0}))
)

func TestSumInts(t *testing.T) {
	reduce(t, rapid.Int8(), func(shape, axes []int, keep bool, x []int8) (*rt.Block[int64], error) {
		s := NewSum[int8, int64](nil, shape, axes, keep)
		feed(s.Add, x)
		return s.Result()
	}, func(g []int8) (int64, bool) {
		s := int64(0)
		for _, v := range g {
			s += int64(v)
		}
		return s, true
	}, same[int64])
}

func TestSumBools(t *testing.T) {
	reduce(t, rapid.Bool(), func(shape, axes []int, keep bool, x []bool) (*rt.Block[int64], error) {
		s := NewSum[bool, int64](nil, shape, axes, keep)
		feed(s.Add, x)
		return s.Result()
	}, func(g []bool) (int64, bool) {
		s := int64(0)
		for _, v := range g {
			s += one(v)
		}
		return s, true
	}, same[int64])
}

func TestSumUint64Wraps(t *testing.T) {
	reduce(t, rapid.Uint64(), func(shape, axes []int, keep bool, x []uint64) (*rt.Block[uint64], error) {
		s := NewSum[uint64, uint64](nil, shape, axes, keep)
		feed(s.Add, x)
		return s.Result()
	}, func(g []uint64) (uint64, bool) {
		s := uint64(0)
		for _, v := range g {
			s += v
		}
		return s, true
	}, same[uint64])
}

// exactSum adds in 400 bits.
func exactSum(g []float64) float64 {
	s := new(big.Float).SetPrec(400)
	for _, v := range g {
		s.Add(s, new(big.Float).SetFloat64(v))
	}
	f, _ := s.Float64()
	return f
}

func TestSumFloats(t *testing.T) {
	reduce(t, rapid.Float64Range(0, 1e6), func(shape, axes []int, keep bool, x []float64) (*rt.Block[float64], error) {
		s := NewSum[float64, float64](nil, shape, axes, keep)
		feed(s.Add, x)
		return s.Result()
	}, func(g []float64) (float64, bool) { return exactSum(g), true },
		func(a, b float64) bool { return near(a, b, 1e-14) })
}

func TestSumComplex(t *testing.T) {
	reduce(t, rapid.Custom(func(t *rapid.T) complex64 {
		return complex(rapid.Float32Range(0, 1).Draw(t, "re"), rapid.Float32Range(0, 1).Draw(t, "im"))
	}), func(shape, axes []int, keep bool, x []complex64) (*rt.Block[complex128], error) {
		s := NewSum[complex64, complex128](nil, shape, axes, keep)
		feed(s.Add, x)
		return s.Result()
	}, func(g []complex64) (complex128, bool) {
		var s complex128
		for _, v := range g {
			s += complex128(v)
		}
		return s, true
	}, func(a, b complex128) bool { return near(real(a), real(b), 1e-12) && near(imag(a), imag(b), 1e-12) })
}

func TestProd(t *testing.T) {
	reduce(t, rapid.Int64(), func(shape, axes []int, keep bool, x []int64) (*rt.Block[int64], error) {
		s := NewProd[int64, int64](nil, shape, axes, keep)
		feed(s.Add, x)
		return s.Result()
	}, func(g []int64) (int64, bool) {
		p := int64(1)
		for _, v := range g {
			p *= v
		}
		return p, true
	}, same[int64])
}

func TestMinMax(t *testing.T) {
	for _, isMax := range []bool{false, true} {
		reduce(t, genNaN, func(shape, axes []int, keep bool, x []float64) (*rt.Block[float64], error) {
			if isMax {
				m := NewMax[float64, float64](nil, shape, axes, keep)
				feed(m.Add, x)
				return m.Result()
			}
			m := NewMin[float64, float64](nil, shape, axes, keep)
			feed(m.Add, x)
			return m.Result()
		}, func(g []float64) (float64, bool) {
			if len(g) == 0 {
				return 0, false
			}
			if slices.ContainsFunc(g, math.IsNaN) {
				return math.NaN(), true
			}
			if isMax {
				return slices.Max(g), true
			}
			return slices.Min(g), true
		}, same[float64])
	}
}

func TestNanMinMax(t *testing.T) {
	reduce(t, genNaN, func(shape, axes []int, keep bool, x []float64) (*rt.Block[float64], error) {
		m := NewNanMax[float64, float64](nil, shape, axes, keep)
		feed(m.Add, x)
		return m.Result()
	}, func(g []float64) (float64, bool) {
		m := math.NaN()
		for _, v := range g {
			if m != m || v > m {
				m = v
			}
		}
		return m, len(g) > 0
	}, same[float64])
}

func TestMinComplexAndBool(t *testing.T) {
	gen := rapid.Custom(func(t *rapid.T) complex128 {
		parts := rapid.SampledFrom([]float64{0, 1, 2, -1})
		return complex(parts.Draw(t, "re"), parts.Draw(t, "im"))
	})
	reduce(t, gen, func(shape, axes []int, keep bool, x []complex128) (*rt.Block[complex128], error) {
		m := NewMin[complex128, complex128](nil, shape, axes, keep)
		feed(m.Add, x)
		return m.Result()
	}, func(g []complex128) (complex128, bool) {
		if len(g) == 0 {
			return 0, false
		}
		return slices.MinFunc(g, func(a, b complex128) int {
			return cmp.Or(cmp.Compare(real(a), real(b)), cmp.Compare(imag(a), imag(b)))
		}), true
	}, same[complex128])
	reduce(t, rapid.Bool(), func(shape, axes []int, keep bool, x []bool) (*rt.Block[bool], error) {
		m := NewMax[bool, bool](nil, shape, axes, keep)
		feed(m.Add, x)
		return m.Result()
	}, func(g []bool) (bool, bool) { return slices.Contains(g, true), len(g) > 0 }, same[bool])
}

func TestAnyAllCount(t *testing.T) {
	gen := rapid.SampledFrom([]float64{0, 0, 0, math.NaN(), 1, math.Copysign(0, -1)})
	reduce(t, gen, func(shape, axes []int, keep bool, x []float64) (*rt.Block[bool], error) {
		a := NewAny[float64, bool](nil, shape, axes, keep)
		feed(a.Add, x)
		return a.Result()
	}, func(g []float64) (bool, bool) {
		return slices.ContainsFunc(g, func(v float64) bool { return v != 0 }), true
	}, same[bool])
	reduce(t, gen, func(shape, axes []int, keep bool, x []float64) (*rt.Block[bool], error) {
		a := NewAll[float64, bool](nil, shape, axes, keep)
		feed(a.Add, x)
		return a.Result()
	}, func(g []float64) (bool, bool) {
		return !slices.ContainsFunc(g, func(v float64) bool { return v == 0 }), true
	}, same[bool])
	reduce(t, gen, func(shape, axes []int, keep bool, x []float64) (*rt.Block[int64], error) {
		a := NewCountNonzero[float64, int64](nil, shape, axes, keep)
		feed(a.Add, x)
		return a.Result()
	}, func(g []float64) (int64, bool) {
		n := int64(0)
		for _, v := range g {
			n += one(v != 0)
		}
		return n, true
	}, same[int64])
}

// variance is the textbook's two passes.
func variance(g []float64, ddof float64) float64 {
	m := exactSum(g) / float64(len(g))
	d := make([]float64, len(g))
	for i, v := range g {
		d[i] = (v - m) * (v - m)
	}
	return exactSum(d) / max(float64(len(g))-ddof, 0)
}

func TestVar(t *testing.T) {
	for _, ddof := range []float64{0, 1} {
		reduce(t, rapid.Float64Range(0, 1000), func(shape, axes []int, keep bool, x []float64) (*rt.Block[float64], error) {
			v := NewVar[float64, float64](nil, shape, axes, keep, ddof)
			feed(v.Add, x)
			return v.Result()
		}, func(g []float64) (float64, bool) { return variance(g, ddof), true },
			func(a, b float64) bool { return near(a, b, 1e-10) || math.Abs(a-b) < 1e-20 })
	}
}

func TestVarOfInfinities(t *testing.T) {
	gen := rapid.OneOf(rapid.Float64Range(0, 9), rapid.SampledFrom([]float64{math.Inf(1), math.Inf(-1)}))
	reduce(t, gen, func(shape, axes []int, keep bool, x []float64) (*rt.Block[float64], error) {
		v := NewVar[float64, float64](nil, shape, axes, keep, 0)
		feed(v.Add, x)
		return v.Result()
	}, func(g []float64) (float64, bool) {
		if slices.ContainsFunc(g, func(v float64) bool { return math.IsInf(v, 0) }) {
			return math.NaN(), true
		}
		return variance(g, 0), true
	}, func(a, b float64) bool { return same(a, b) || near(a, b, 1e-10) || math.Abs(a-b) < 1e-20 })
}

func TestNanVarAndMean(t *testing.T) {
	gen := rapid.OneOf(rapid.Float64Range(1, 1000), rapid.Just(math.NaN()))
	clean := func(g []float64) []float64 {
		return slices.DeleteFunc(slices.Clone(g), math.IsNaN)
	}
	reduce(t, gen, func(shape, axes []int, keep bool, x []float64) (*rt.Block[float64], error) {
		v := NewNanVar[float64, float64](nil, shape, axes, keep, 1)
		feed(v.Add, x)
		return v.Result()
	}, func(g []float64) (float64, bool) { return variance(clean(g), 1), true },
		func(a, b float64) bool { return near(a, b, 1e-10) || math.Abs(a-b) < 1e-20 })
	reduce(t, gen, func(shape, axes []int, keep bool, x []float64) (*rt.Block[float64], error) {
		v := NewNanMean[float64, float64](nil, shape, axes, keep)
		feed(v.Add, x)
		return v.Result()
	}, func(g []float64) (float64, bool) { return exactSum(clean(g)) / float64(len(clean(g))), true },
		func(a, b float64) bool { return near(a, b, 1e-13) })
	reduce(t, gen, func(shape, axes []int, keep bool, x []float64) (*rt.Block[float64], error) {
		v := NewNanSum[float64, float64](nil, shape, axes, keep)
		feed(v.Add, x)
		return v.Result()
	}, func(g []float64) (float64, bool) { return exactSum(clean(g)), true },
		func(a, b float64) bool { return near(a, b, 1e-13) })
}

func TestMeanOfIntsAndFloat32(t *testing.T) {
	reduce(t, rapid.Uint8(), func(shape, axes []int, keep bool, x []uint8) (*rt.Block[float64], error) {
		m := NewMean[uint8, float64](nil, shape, axes, keep)
		feed(m.Add, x)
		return m.Result()
	}, func(g []uint8) (float64, bool) {
		s := 0.0
		for _, v := range g {
			s += float64(v)
		}
		return s / float64(len(g)), true
	}, same[float64])
	reduce(t, rapid.Float32Range(0, 1e6), func(shape, axes []int, keep bool, x []float32) (*rt.Block[float32], error) {
		m := NewMean[float32, float32](nil, shape, axes, keep)
		feed(m.Add, x)
		return m.Result()
	}, func(g []float32) (float32, bool) {
		d := make([]float64, len(g))
		for i, v := range g {
			d[i] = float64(v)
		}
		return float32(exactSum(d) / float64(len(g))), true
	}, func(a, b float32) bool { return near(float64(a), float64(b), 1e-7) })
}

func TestVarComplex(t *testing.T) {
	gen := rapid.Custom(func(t *rapid.T) complex128 {
		return complex(rapid.Float64Range(0, 9).Draw(t, "re"), rapid.Float64Range(0, 9).Draw(t, "im"))
	})
	reduce(t, gen, func(shape, axes []int, keep bool, x []complex128) (*rt.Block[float64], error) {
		v := NewVar[complex128, float64](nil, shape, axes, keep, 0)
		feed(v.Add, x)
		return v.Result()
	}, func(g []complex128) (float64, bool) {
		re, im := make([]float64, len(g)), make([]float64, len(g))
		for i, v := range g {
			re[i], im[i] = real(v), imag(v)
		}
		return variance(re, 0) + variance(im, 0), true
	}, func(a, b float64) bool { return near(a, b, 1e-10) || math.Abs(a-b) < 1e-20 })
}

func TestEmptyErrors(t *testing.T) {
	m := NewMin[int32, int32](nil, []int{0, 3}, []int{0}, false)
	_, err := m.Result()
	wantError(t, err, "zero-size array to reduction operation minimum which has no identity")
	x := NewMax[bool, bool](nil, []int{2, 0}, []int{0}, false)
	b, err := x.Result()
	if err != nil || b.Size() != 0 {
		t.Errorf("max over a kept empty axis: %v, %v", b, err)
	}
}

// Accuracy where naive sums fail: many values near 1e8.
func TestAccuracyWithOffset(t *testing.T) {
	const n = 10_000_000
	x := make([]float64, n)
	p := newGenerator(1, 0)
	exact, sq := new(big.Float).SetPrec(200), new(big.Float).SetPrec(200)
	for i := range x {
		x[i] = 1e8 + vector.Unit(p.next())
		exact.Add(exact, big.NewFloat(x[i]))
	}
	mean := new(big.Float).Quo(exact, big.NewFloat(n))
	m, _ := mean.Float64()
	for i := 0; i < n; i += 100 { // a sample; the others are like it
		d := x[i] - m
		sq.Add(sq, big.NewFloat(d*d))
	}
	wantVar, _ := sq.Float64()
	wantVar /= n / 100
	want, _ := exact.Float64()
	for _, layout := range []struct {
		name        string
		shape, axes []int
	}{
		{"flat", []int{n}, []int{0}},
		{"inner", []int{10, n / 10}, []int{0, 1}},
		{"columns", []int{n / 10, 10}, []int{0}},
		{"wide columns", []int{n / 5000, 5000}, []int{0}},
	} {
		s := NewSum[float64, float64](nil, layout.shape, layout.axes, false)
		v := NewVar[float64, float64](nil, layout.shape, layout.axes, false, 0)
		feed(s.Add, x)
		feed(v.Add, x)
		sums := must[*rt.Block[float64]](t)(s.Result()).Data
		if got := exactSum(sums); !near(got, want, 1e-15) {
			t.Errorf("%s: sum is off by %g", layout.name, (got-want)/want)
		}
		tol := 0.01 // of the sample
		if len(sums) > 1 {
			tol = 0.1
		}
		for _, got := range must[*rt.Block[float64]](t)(v.Result()).Data {
			if !near(got, wantVar, tol) {
				t.Errorf("%s: variance %g, want about %g", layout.name, got, wantVar)
				break
			}
		}
	}
}

func TestVarExactWithOffset(t *testing.T) {
	const n = 100_000
	x := make([]float64, n)
	for i := range x {
		x[i] = 1e9 + float64(i%7)
	}
	want := variance(x, 0)
	for _, shape := range [][]int{{n}, {n, 1}, {100, 1000}} {
		v := NewVar[float64, float64](nil, shape, nil, false, 0)
		feed(v.Add, x)
		if got := must[*rt.Block[float64]](t)(v.Result()).Data[0]; !near(got, want, 1e-12) {
			t.Errorf("%v: variance %v, want %v", shape, got, want)
		}
	}
	v := NewVar[float64, float64](nil, []int{n / 5, 5}, []int{0}, false, 0)
	feed(v.Add, x)
	for i, got := range must[*rt.Block[float64]](t)(v.Result()).Data {
		var col []float64
		for k := i; k < n; k += 5 {
			col = append(col, x[k])
		}
		if want := variance(col, 0); !near(got, want, 1e-12) {
			t.Errorf("column %d: variance %v, want %v", i, got, want)
		}
	}
}

// poolsForget says that what is put into a sync.Pool may be gone.
var poolsForget bool

// TestFoldAllocations checks that accumulators and their cells come from pools:
// a reduction allocates its result only, whose memory is the task's if there is
// one.
func TestFoldAllocations(t *testing.T) {
	if poolsForget {
		t.Skip("under the race detector")
	}
	checkAllocations(t, "sum", 2, NewSum[float64, float64])
	checkAllocations(t, "sum of int32", 2, NewSum[int32, int64])
	checkAllocations(t, "prod", 2, NewProd[float32, float32])
	checkAllocations(t, "max", 2, NewMax[float64, float64])
	checkAllocations(t, "nanmin", 2, NewNanMin[float32, float32])
	checkAllocations(t, "any", 2, NewAny[bool, bool])
	checkAllocations(t, "mean", 2, NewMean[int16, float64])
	checkAllocations(t, "nansum", 2, NewNanSum[float64, float64])
	checkAllocations(t, "var", 2, func(t *rt.Task, shape, axes []int, keepdims bool) *Var[float64, float64] {
		return NewVar[float64, float64](t, shape, axes, keepdims, 0)
	})
	checkAllocations(t, "nanvar", 2, func(t *rt.Task, shape, axes []int, keepdims bool) *Var[float32, float32] {
		return NewNanVar[float32, float32](t, shape, axes, keepdims, 0)
	})
	checkAllocations(t, "argmin", 4, func(t *rt.Task, shape, axes []int, keepdims bool) *Arg[float64, int64] {
		return NewArg[float64, int64](t, shape, axes, keepdims, "argmin")
	})
	checkAllocations(t, "moments", 0, func(t *rt.Task, shape, axes []int, keepdims bool) *MomentChunk[float64, float64] {
		return NewMomentChunk[float64, float64](t, shape, axes, keepdims, 2, false)
	})
}

func checkAllocations[In rt.Elem, R any, A Accumulator[In, R]](t *testing.T, name string, want float64, make func(t *rt.Task, shape, axes []int, keepdims bool) A) {
	t.Helper()
	x := rt.New[In](30_000).Data
	for _, c := range []struct{ shape, axes []int }{
		{[]int{30_000}, []int{0}}, {[]int{100, 300}, []int{0}}, {[]int{100, 300}, []int{1}},
		{[]int{1000, 30}, []int{1}}, {[]int{3000, 10}, []int{0}},
	} {
		got := testing.AllocsPerRun(10, func() {
			acc := make(nil, c.shape, c.axes, false)
			feed(acc.Add, x)
			r, err := acc.Result()
			if err != nil {
				t.Fatal(err)
			}
			rt.Release(r)
		})
		if got > want {
			t.Errorf("%s of %v over %v: %v allocations, want %v", name, c.shape, c.axes, got, want)
		}
	}
}

func benchmarkFold[A any](b *testing.B, shape, axes []int, make func(shape, axes []int) interface {
	Add([]float64)
	Result() (A, error)
}) {
	x := testFloats(size(shape))
	b.SetBytes(int64(8 * len(x)))
	for b.Loop() {
		s := make(shape, axes)
		feed(s.Add, x)
		if _, err := s.Result(); err != nil {
			b.Fatal(err)
		}
	}
}

func testFloats(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i%1000) * 0.5
	}
	return x
}

func BenchmarkFold(b *testing.B) {
	type acc = interface {
		Add([]float64)
		Result() (*rt.Block[float64], error)
	}
	for _, op := range []struct {
		name string
		make func(shape, axes []int) acc
	}{
		{"sum", func(s, a []int) acc { return NewSum[float64, float64](nil, s, a, false) }},
		{"max", func(s, a []int) acc { return NewMax[float64, float64](nil, s, a, false) }},
		{"var", func(s, a []int) acc { return NewVar[float64, float64](nil, s, a, false, 0) }},
	} {
		for _, l := range []struct {
			name        string
			shape, axes []int
		}{
			{"all", []int{1000, 1000}, []int{0, 1}},
			{"rows", []int{1000, 1000}, []int{1}},
			{"columns", []int{1000, 1000}, []int{0}},
			{"3 columns", []int{333333, 3}, []int{0}},
			{"rows of 3", []int{333333, 3}, []int{1}},
		} {
			b.Run(op.name+"/"+l.name, func(b *testing.B) { benchmarkFold(b, l.shape, l.axes, op.make) })
		}
	}
}
