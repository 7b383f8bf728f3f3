package kernel

import (
	"math"
	"slices"
	"testing"

	rt "github.com/daskgen/daskgen/runtime"
)

// moments4 returns mean, variance, skewness and excess kurtosis.
func moments4(x []float64) (m, v, s, k float64) {
	for _, e := range x {
		m += e / float64(len(x))
	}
	for _, e := range x {
		d := e - m
		v += d * d
		s += d * d * d
		k += d * d * d * d
	}
	n := float64(len(x))
	v /= n
	return m, v, s / n / math.Pow(v, 1.5), k/n/v/v - 3
}

const draws = 1_000_000

// kolmogorov returns the largest distance between the distribution of x and a
// cumulative distribution function, times the root of the number of elements.
func kolmogorov(x []float64, cdf func(float64) float64) float64 {
	x = slices.Clone(x)
	slices.Sort(x)
	n, d := float64(len(x)), 0.0
	for i, v := range x {
		c := cdf(v)
		d = max(d, math.Abs(c-float64(i)/n), math.Abs(float64(i+1)/n-c))
	}
	return d * math.Sqrt(n)
}

// Five standard deviations, or a probability of 1e-5 by Kolmogorov's limit.
func TestUniform(t *testing.T) {
	x := must[*rt.Block[float64]](t)(Uniform[float64](nil, 1, 3, []int{draws}, -1, 3)).Data
	m, v, _, _ := moments4(x)
	if math.Abs(m-1) > 5*math.Sqrt(16.0/12/draws) || math.Abs(v-16.0/12) > 0.01 {
		t.Errorf("mean %v, variance %v", m, v)
	}
	if slices.Min(x) < -1 || slices.Max(x) >= 3 {
		t.Errorf("numbers from %v to %v", slices.Min(x), slices.Max(x))
	}
	if d := kolmogorov(x, func(v float64) float64 { return (v + 1) / 4 }); d > 2.5 {
		t.Errorf("Kolmogorov distance %v", d)
	}
}

func TestNormal(t *testing.T) {
	x := must[*rt.Block[float64]](t)(Normal[float64](nil, 2, 0, []int{draws}, 0, 1)).Data
	m, v, s, k := moments4(x)
	root := math.Sqrt(draws)
	if math.Abs(m) > 5/root || math.Abs(v-1) > 5*math.Sqrt2/root || math.Abs(s) > 5*math.Sqrt(6)/root || math.Abs(k) > 5*math.Sqrt(24)/root {
		t.Errorf("mean %v, variance %v, skewness %v, kurtosis %v", m, v, s, k)
	}
	if d := kolmogorov(x, func(v float64) float64 { return math.Erfc(-v/math.Sqrt2) / 2 }); d > 2.5 {
		t.Errorf("Kolmogorov distance %v", d)
	}
	const far = 3.65
	tail := 0
	for _, e := range x {
		if math.Abs(e) > far {
			tail++
		}
	}
	want := draws * math.Erfc(far/math.Sqrt2)
	if math.Abs(float64(tail)-want) > 5*math.Sqrt(want) {
		t.Errorf("%d numbers in the tail, want about %.0f", tail, want)
	}
	y := must[*rt.Block[float64]](t)(Normal[float64](nil, 2, 0, []int{10}, 100, 0.5)).Data
	for i := range y {
		if want := 100 + 0.5*x[i]; y[i] != want {
			t.Errorf("number %d is %v, want %v", i, y[i], want)
		}
	}
}

func TestExponential(t *testing.T) {
	x := must[*rt.Block[float64]](t)(Exponential[float64](nil, 5, 0, []int{draws}, 2)).Data
	if d := kolmogorov(x, func(v float64) float64 { return -math.Expm1(-v / 2) }); d > 2.5 {
		t.Errorf("Kolmogorov distance %v", d)
	}
}

func TestIntegers(t *testing.T) {
	const low, high = -3, 4
	x := must[*rt.Block[int8]](t)(Integers[int8](nil, 9, 1, []int{draws}, low, high)).Data
	var counts [high - low]float64
	for _, v := range x {
		counts[v-low]++
	}
	chi, want := 0.0, float64(draws)/(high-low)
	for _, c := range counts {
		chi += (c - want) * (c - want) / want
	}
	if chi > 35 { // six degrees of freedom: p is about 4e-6
		t.Errorf("chi square %v of %v", chi, counts)
	}
	if _, err := Integers[int8](nil, 0, 0, []int{1}, 5, 5); err == nil {
		t.Error("no error for an empty interval")
	}
	full := must[*rt.Block[int64]](t)(Integers[int64](nil, 0, 0, []int{1000}, math.MinInt64, math.MaxInt64)).Data
	if slices.Min(full) > -1<<61 || slices.Max(full) < 1<<61 {
		t.Error("the whole range of int64 is not covered")
	}
}

// Blocks depend on seed and block alone, and differ from each other.
func TestRandomStreams(t *testing.T) {
	gen := func(seed uint64, block int) []float64 {
		return must[*rt.Block[float64]](t)(Uniform[float64](nil, seed, block, []int{1000}, 0, 1)).Data
	}
	base := gen(1, 0)
	if !slices.Equal(base, gen(1, 0)) {
		t.Error("two runs differ")
	}
	for _, other := range [][]float64{gen(1, 1), gen(2, 0), gen(0, 1)} {
		r := 0.0
		for i, v := range other {
			r += (v - 0.5) * (base[i] - 0.5) * 12
		}
		if math.Abs(r)/1000 > 5/math.Sqrt(1000) {
			t.Errorf("blocks are correlated: %v", r/1000)
		}
	}
	f := must[*rt.Block[float32]](t)(Uniform[float32](nil, 1, 0, []int{draws}, 0, 1)).Data
	if slices.Max(f) >= 1 || slices.Min(f) < 0 {
		t.Errorf("float32 from %v to %v", slices.Min(f), slices.Max(f))
	}
}

func TestRandomAllocations(t *testing.T) {
	if n := testing.AllocsPerRun(20, func() { _, _ = Normal[float64](nil, 1, 2, []int{1000}, 0, 1) }); n > 6 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkRandom(b *testing.B) {
	shape := []int{100_000}
	for _, c := range []struct {
		name string
		run  func() (*rt.Block[float64], error)
	}{
		{"uniform", func() (*rt.Block[float64], error) { return Uniform[float64](nil, 1, 2, shape, 0, 1) }},
		{"exponential", func() (*rt.Block[float64], error) { return Exponential[float64](nil, 1, 2, shape, 1) }},
		{"normal", func() (*rt.Block[float64], error) { return Normal[float64](nil, 1, 2, shape, 0, 1) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(800_000)
			for b.Loop() {
				if _, err := c.run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
