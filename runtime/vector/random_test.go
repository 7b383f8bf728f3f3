package vector

import (
	"math"
	"math/bits"
	"testing"
)

// TestGeneratorLevels compares the numbers of all levels, made some at a time,
// with those of the portable level made at once.
func TestGeneratorLevels(t *testing.T) {
	for _, l := range append(levels(), Portable) {
		compareRandom(t, l, (*Generator).Uint64s)
		compareRandom(t, l, (*Generator).Float64s)
		compareRandom(t, l, (*Generator).Float32s)
	}
}

func compareRandom[T comparable](t *testing.T, l Level, fill func(g *Generator, dst []T)) {
	t.Helper()
	const n = 3000
	want, got := make([]T, n), make([]T, n)
	g := NewGenerator(7, 3)
	atLevel(Portable, func() { fill(&g, want) })
	h := NewGenerator(7, 3)
	atLevel(l, func() {
		for i, k := 0, 0; i < n; i, k = i+k, (k+1)%70 {
			fill(&h, got[i:min(i+k, n)])
		}
	})
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%s, %T: number %d is %v, want %v", l, want, i, got[i], want[i])
		}
	}
}

// TestXoshiro compares each eighth number with xoshiro256++ as its authors
// define it.
func TestXoshiro(t *testing.T) {
	g := NewGenerator(1, 2)
	state := g.state
	got := make([]uint64, 100*randomLanes)
	g.Uint64s(got)
	for lane := range randomLanes {
		s := [4]uint64{state[0][lane], state[1][lane], state[2][lane], state[3][lane]}
		for i := range 100 {
			want := bits.RotateLeft64(s[0]+s[3], 23) + s[0]
			u := s[1] << 17
			s[2] ^= s[0]
			s[3] ^= s[1]
			s[1] ^= s[2]
			s[0] ^= s[3]
			s[2] ^= u
			s[3] = bits.RotateLeft64(s[3], 45)
			if got[i*randomLanes+lane] != want {
				t.Fatalf("generator %d, number %d is %#x, want %#x", lane, i, got[i*randomLanes+lane], want)
			}
		}
	}
}

// TestPhilox compares the seeding with the known answers that the authors of
// Philox4x64-10 publish.
func TestPhilox(t *testing.T) {
	if got, want := philox(12345, 7, 1), [4]uint64{751819530719010057, 6128695344906083465, 6599494311358180441, 6377502919944252681}; got != want {
		t.Errorf("philox(12345, 7, 1) = %d, want %d as numpy.random.Philox(key=[12345, 7], counter=0) gives", got, want)
	}
	if got, want := philox(0, 0, 0), [4]uint64{0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}; got != want {
		t.Errorf("philox(0, 0, 0) = %#x, want %#x", got, want)
	}
}

// TestUniform checks moments, the distribution over 1,000 intervals by
// chi-square, and the correlation of each number with those up to 16 before it,
// among which are those of all other generators.
func TestUniform(t *testing.T) {
	const n = 1 << 21
	x := make([]float64, n)
	g := NewGenerator(42, 0)
	g.Float64s(x)
	checkUniform(t, x)
	y := make([]float32, n)
	g.Float32s(y)
	for i, v := range y {
		x[i] = float64(v)
	}
	checkUniform(t, x)
}

func checkUniform(t *testing.T, x []float64) {
	t.Helper()
	n := float64(len(x))
	var counts [1000]float64
	for k := 1; k <= 4; k++ {
		sum := 0.0
		for _, v := range x {
			if v < 0 || v >= 1 {
				t.Fatalf("%v is not in [0, 1)", v)
			}
			sum += math.Pow(v, float64(k))
		}
		within(t, "moment", sum/n, 1/float64(k+1), math.Sqrt((1/float64(2*k+1)-1/float64((k+1)*(k+1)))/n))
	}
	for _, v := range x {
		counts[int(v*1000)]++
	}
	chi := 0.0
	for _, c := range counts {
		d := c - n/1000
		chi += d * d / (n / 1000)
	}
	within(t, "chi-square", chi, 999, math.Sqrt(2*999))
	for lag := 1; lag <= 16; lag++ {
		sum := 0.0
		for i := lag; i < len(x); i++ {
			sum += (x[i] - 0.5) * (x[i-lag] - 0.5)
		}
		within(t, "correlation", sum/n, 0, 1/(12*math.Sqrt(n)))
	}
}

// within checks a statistic to 4.5 standard deviations.
func within(t *testing.T, what string, got, want, deviation float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 4.5*deviation) {
		t.Errorf("%s is %v, want %v within 4.5 * %v", what, got, want, deviation)
	}
}

// TestStreamsDiffer checks that neighbouring streams and seeds, and the eight
// generators of one, share no number.
func TestStreamsDiffer(t *testing.T) {
	seen := map[uint64]bool{}
	for seed := range uint64(4) {
		for stream := range uint64(64) {
			g := NewGenerator(seed, stream)
			x := make([]uint64, 256)
			g.Uint64s(x)
			for _, v := range x {
				if seen[v] {
					t.Fatalf("seed %d, stream %d: %#x again", seed, stream, v)
				}
				seen[v] = true
			}
		}
	}
}

func BenchmarkGenerator(b *testing.B) {
	for l := supported(); ; l-- {
		b.Run(l.String(), func(b *testing.B) {
			defer func(before Level) { level = before }(level)
			level = l
			benchmarkFill(b, "uint64", (*Generator).Uint64s)
			benchmarkFill(b, "float64", (*Generator).Float64s)
			benchmarkFill(b, "float32", (*Generator).Float32s)
		})
		if l == Portable {
			break
		}
	}
}

func benchmarkFill[T any](b *testing.B, name string, fill func(g *Generator, dst []T)) {
	b.Run(name, func(b *testing.B) {
		dst := make([]T, 1024)
		g := NewGenerator(1, 1)
		for range b.N {
			fill(&g, dst)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1024, "ns/element")
	})
}
