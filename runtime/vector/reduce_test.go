package vector

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

// onLevels runs f on every level that the processor has, and checks that its
// results, bits of numbers, are those of the portable one.
func onLevels(t *testing.T, f func() []uint64) {
	t.Helper()
	defer func(l Level) { level = l }(level)
	best := level
	level = Portable
	want := f()
	for level = Portable + 1; level <= best; level++ {
		if got := f(); !slices.Equal(got, want) {
			t.Fatalf("level %v: %x, portable %x", level, got, want)
		}
	}
}

// special are values that reductions treat in their own way.
var special = []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 5e-324, -5e-324, math.MaxFloat64, 1, -1}

// randomFloats returns n numbers, every one in rare special.
func randomFloats(r *rand.Rand, n, rare int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
		if rare > 0 && r.IntN(rare) == 0 {
			x[i] = special[r.IntN(len(special))]
		}
	}
	return x
}

func single(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

// reducedLengths are those of other tests, and some around the length of blocks.
func reducedLengths() []int { return append(lengths(), 512, 513, 519, 1025, 4096, 70001) }

func bits64(x ...float64) []uint64 {
	b := make([]uint64, len(x))
	for i, v := range x {
		if v != v {
			v = math.NaN()
		}
		b[i] = math.Float64bits(v)
	}
	return b
}

func TestSumsOnLevels(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range reducedLengths() {
		for _, rare := range []int{0, 40, 3} {
			x := randomFloats(r, n, rare)
			onLevels(t, func() []uint64 {
				y := single(x)
				return bits64(SumFloat64(x), SumFloat32(y), SquaresFloat64(x, 0.25), SquaresFloat32(y, 0.25),
					DistancesFloat64(x, 0.25), DistancesFloat32(y, 0.25))
			})
		}
	}
}

// The sums of segments have the bits of the sums of each, and long sums those of
// halves.
func TestSumsOfSegments(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for _, each := range []int{0, 1, 5, 8, 16, 24, 40, 100, 256, 504, 512, 520, 1000} {
		for _, n := range []int{0, 1, 2, 7, 150} {
			x := randomFloats(r, n*each+3, 30)
			y := single(x)
			onLevels(t, func() []uint64 {
				got, single := make([]float64, n), make([]float64, n)
				SumsFloat64(got, x, each)
				SumsFloat32(single, y, each)
				for i := range n {
					want, wantSingle := SumFloat64(x[i*each:(i+1)*each]), SumFloat32(y[i*each:(i+1)*each])
					if !slices.Equal(bits64(got[i], single[i]), bits64(want, wantSingle)) {
						t.Fatalf("sums of segment %d of %d elements: %v, %v, want %v, %v", i, each, got[i], single[i], want, wantSingle)
					}
				}
				return bits64(append(got, single...)...)
			})
		}
	}
	x := randomFloats(r, 1<<18, 0)
	for n := 1024; n <= len(x); n *= 2 {
		if got, want := SumFloat64(x[:n]), SumFloat64(x[:n/2])+SumFloat64(x[n/2:n]); got != want {
			t.Errorf("the sum of %d elements is %v, that of the halves %v", n, got, want)
		}
	}
}

// The moments of segments have the bits of the distances and the squares of each.
func TestMomentsOfSegments(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 4))
	for _, each := range []int{1, 8, 24, 100, 256, 512, 520, 776, 1000, 1024, 1032, 3000} {
		for _, n := range []int{0, 1, 2, 70} {
			x := randomFloats(r, n*each, 400)
			y := single(x)
			sums, squares := make([]float64, n), make([]float64, n)
			onLevels(t, func() []uint64 {
				MomentsFloat32(sums, squares, y, each)
				b := append(bits64(sums...), bits64(squares...)...)
				MomentsFloat64(sums, squares, x, each)
				return append(append(b, bits64(sums...)...), bits64(squares...)...)
			})
			for i := range n {
				part := x[i*each : (i+1)*each]
				sum := DistancesFloat64(part, part[0])
				if got, want := bits64(sums[i], squares[i]), bits64(sum, SquaresFloat64(part, part[0]+sum/float64(each))); !slices.Equal(got, want) {
					t.Fatalf("moments of segment %d of %d elements: %x, want %x", i, each, got, want)
				}
			}
		}
	}
}

func testAccumulateRows[D int64 | float64, E number](t *testing.T, of func(r *rand.Rand) E, rows func([]D, []E), row func([]D, []E)) {
	t.Helper()
	r := rand.New(rand.NewPCG(2, 3))
	for _, width := range []int{0, 1, 7, 8, 9, 24, 100, 513} {
		for _, n := range []int{0, 1, 3, 4, 5, 8, 11} {
			x, start := make([]E, n*width), make([]D, width)
			for i := range x {
				x[i] = of(r)
			}
			onLevels(t, func() []uint64 {
				got, want := slices.Clone(start), slices.Clone(start)
				rows(got, x)
				var b []uint64
				for i := range n {
					row(want, x[i*width:(i+1)*width])
				}
				for i := range got {
					b = append(b, bits64(float64(got[i]))...)
					if bits64(float64(want[i]))[0] != b[i] {
						t.Fatalf("%d rows of %d %T at %v: cell %d is %v, want %v", n, width, x, level, i, got[i], want[i])
					}
				}
				return b
			})
		}
	}
}

func TestAccumulateRows(t *testing.T) {
	number := func(r *rand.Rand) float64 { return randomFloats(r, 1, 5)[0] }
	testAccumulateRows(t, number, AccumulateRowsFloat64, AccumulateFloat64)
	testAccumulateRows(t, func(r *rand.Rand) float32 { return float32(number(r)) }, AccumulateRowsFloat32, AccumulateFloat32)
	testAccumulateRows(t, randomInteger[int8], AccumulateRowsInt8, AccumulateInt8)
	testAccumulateRows(t, randomInteger[int16], AccumulateRowsInt16, AccumulateInt16)
	testAccumulateRows(t, randomInteger[int32], AccumulateRowsInt32, AccumulateInt32)
	testAccumulateRows(t, randomInteger[int64], AccumulateRowsInt64, AccumulateInt64)
	testAccumulateRows(t, randomInteger[uint8], AccumulateRowsUint8, AccumulateUint8)
	testAccumulateRows(t, randomInteger[uint16], AccumulateRowsUint16, AccumulateUint16)
	testAccumulateRows(t, randomInteger[uint32], AccumulateRowsUint32, AccumulateUint32)
	testAccumulateRows(t, randomInteger[uint64], AccumulateRowsUint64, AccumulateUint64)
}

func TestExtremesOnLevels(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for _, n := range reducedLengths()[1:] {
		for _, rare := range []int{0, 40, 3, 1} {
			x := randomFloats(r, n, rare)
			y := single(x)
			onLevels(t, func() []uint64 {
				b := bits64(MinFloat64(x), MaxFloat64(x), NanMinFloat64(x), NanMaxFloat64(x),
					float64(MinFloat32(y)), float64(MaxFloat32(y)), float64(NanMinFloat32(y)), float64(NanMaxFloat32(y)))
				for _, i := range []int{ArgMinFloat64(x), ArgMaxFloat64(x), NanArgMinFloat64(x), NanArgMaxFloat64(x),
					ArgMinFloat32(y), ArgMaxFloat32(y), NanArgMinFloat32(y), NanArgMaxFloat32(y)} {
					b = append(b, uint64(i))
				}
				return b
			})
		}
	}
}

// want is the place of the first element that beats all before it.
func wantArg(x []float64, beats func(a, b float64) bool) int {
	best := 0
	for i, v := range x {
		if beats(v, x[best]) {
			best = i
		}
	}
	return best
}

func TestExtremes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 4))
	for _, n := range reducedLengths()[1:] {
		for _, rare := range []int{0, 100, 3, 1} {
			x := randomFloats(r, n, rare)
			checkExtreme(t, x, "min", MinFloat64(x), ArgMinFloat64(x), func(a, b float64) bool { return a < b || a != a && b == b })
			checkExtreme(t, x, "max", MaxFloat64(x), ArgMaxFloat64(x), func(a, b float64) bool { return a > b || a != a && b == b })
			checkExtreme(t, x, "nanmin", NanMinFloat64(x), NanArgMinFloat64(x), func(a, b float64) bool { return a < b || b != b && a == a })
			checkExtreme(t, x, "nanmax", NanMaxFloat64(x), NanArgMaxFloat64(x), func(a, b float64) bool { return a > b || b != b && a == a })
			if !slices.ContainsFunc(x, func(v float64) bool { return v != v }) {
				if got := MinFloat64(x); math.Signbit(got) != math.Signbit(slices.Min(x)) && got == 0 && slices.ContainsFunc(x, func(v float64) bool { return v == 0 && math.Signbit(v) }) != math.Signbit(got) {
					t.Errorf("the minimum of %v is %v", x, got)
				}
			}
		}
	}
}

func checkExtreme(t *testing.T, x []float64, op string, got float64, at int, beats func(a, b float64) bool) {
	t.Helper()
	i := wantArg(x, beats)
	if at != i {
		t.Errorf("arg%s of %d elements is %d, want %d", op, len(x), at, i)
	}
	if want := x[i]; got != want && (got == got || want == want) {
		t.Errorf("%s of %d elements is %v, want %v", op, len(x), got, want)
	}
}

func TestZeroSigns(t *testing.T) {
	minus := math.Copysign(0, -1)
	for _, n := range []int{1, 2, 9, 64, 100} {
		for at := range n {
			x := make([]float64, n)
			x[at] = minus
			if !math.Signbit(MinFloat64(x)) || n > 1 && math.Signbit(MaxFloat64(x)) {
				t.Fatalf("zeros with -0 at %d of %d: min %v, max %v", at, n, MinFloat64(x), MaxFloat64(x))
			}
			for i := range x {
				x[i] = -x[i]
			}
			if math.Signbit(MaxFloat64(x)) || n > 1 && !math.Signbit(MinFloat64(x)) {
				t.Fatalf("-0 with a zero at %d of %d: min %v, max %v", at, n, MinFloat64(x), MaxFloat64(x))
			}
		}
	}
}

// testInts checks the functions of an integer type on all levels.
func testInts[E integer](t *testing.T, sum func([]E) int64, least, greatest func([]E) E, argMin, argMax func([]E) int) {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 6))
	for _, n := range reducedLengths()[1:] {
		x := make([]E, n)
		want := int64(0)
		for i := range x {
			x[i] = E(r.Uint64())
			if n%3 == 0 {
				x[i] = E(r.IntN(3))
			}
			want += int64(x[i])
		}
		onLevels(t, func() []uint64 {
			if got := sum(x); got != want {
				t.Fatalf("sum of %d %T is %d, want %d", n, x, got, want)
			}
			lo, hi := slices.Min(x), slices.Max(x)
			if least(x) != lo || greatest(x) != hi || argMin(x) != slices.Index(x, lo) || argMax(x) != slices.Index(x, hi) {
				t.Fatalf("extremes of %d %T at %v are %d at %d, %d at %d; want %d at %d, %d at %d", n, x, level, least(x), argMin(x), greatest(x), argMax(x), lo, slices.Index(x, lo), hi, slices.Index(x, hi))
			}
			return nil
		})
	}
}

func TestInts(t *testing.T) {
	testInts(t, SumInt8, MinInt8, MaxInt8, ArgMinInt8, ArgMaxInt8)
	testInts(t, SumInt16, MinInt16, MaxInt16, ArgMinInt16, ArgMaxInt16)
	testInts(t, SumInt32, MinInt32, MaxInt32, ArgMinInt32, ArgMaxInt32)
	testInts(t, SumInt64, MinInt64, MaxInt64, ArgMinInt64, ArgMaxInt64)
	testInts(t, SumUint8, MinUint8, MaxUint8, ArgMinUint8, ArgMaxUint8)
	testInts(t, SumUint16, MinUint16, MaxUint16, ArgMinUint16, ArgMaxUint16)
	testInts(t, SumUint32, MinUint32, MaxUint32, ArgMinUint32, ArgMaxUint32)
	testInts(t, SumUint64, MinUint64, MaxUint64, ArgMinUint64, ArgMaxUint64)
}

func TestRowsOnLevels(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, n := range reducedLengths() {
		x, y, z := randomFloats(r, n, 20), randomFloats(r, n, 0), randomFloats(r, n, 20)
		onLevels(t, func() []uint64 {
			var b []uint64
			acc := slices.Clone(y)
			AccumulateFloat32(acc, single(x))
			b = append(b, bits64(acc...)...)
			sum, squares := slices.Clone(y), slices.Clone(x)
			MomentsRowFloat64(y, sum, squares, x, 3)
			MomentsRowFloat32(y, sum, squares, single(x), 4)
			b = append(append(b, bits64(sum...)...), bits64(squares...)...)
			for _, op := range []func(v []float64, index []int64, x []float64, row int64){ArgMinRowFloat64, ArgMaxRowFloat64} {
				v, ix := slices.Clone(x), make([]int64, n)
				op(v, ix, z, 7)
				b = append(append(b, bits64(v...)...), unsignedOf[uint64](ix)...)
			}
			for _, op := range []func(v []float32, index []int64, x []float32, row int64){ArgMinRowFloat32, ArgMaxRowFloat32} {
				v, ix := single(x), make([]int64, n)
				op(v, ix, single(z), 7)
				for _, e := range v {
					b = append(b, bits64(float64(e))...)
				}
				b = append(b, unsignedOf[uint64](ix)...)
			}
			return b
		})
	}
}

func testExtremeRows[E number](t *testing.T, of func(r *rand.Rand) E, fs ...func(dst, x []E)) {
	t.Helper()
	r := rand.New(rand.NewPCG(9, 2))
	for _, n := range reducedLengths() {
		x, y := make([]E, n), make([]E, n)
		for i := range x {
			x[i], y[i] = of(r), of(r)
		}
		onLevels(t, func() []uint64 {
			var b []uint64
			for _, f := range fs {
				dst := slices.Clone(y)
				f(dst, x)
				for _, v := range dst {
					b = append(b, bits64(float64(v))...)
				}
			}
			return b
		})
	}
}

func TestExtremeRows(t *testing.T) {
	number := func(r *rand.Rand) float64 { return randomFloats(r, 1, 2)[0] }
	testExtremeRows(t, number, MinRowFloat64, MaxRowFloat64, NanMinRowFloat64, NanMaxRowFloat64)
	testExtremeRows(t, func(r *rand.Rand) float32 { return float32(number(r)) }, MinRowFloat32, MaxRowFloat32, NanMinRowFloat32, NanMaxRowFloat32)
	testExtremeRows(t, randomInteger[int8], MinRowInt8, MaxRowInt8)
	testExtremeRows(t, randomInteger[int16], MinRowInt16, MaxRowInt16)
	testExtremeRows(t, randomInteger[int32], MinRowInt32, MaxRowInt32)
	testExtremeRows(t, randomInteger[int64], MinRowInt64, MaxRowInt64)
	testExtremeRows(t, randomInteger[uint8], MinRowUint8, MaxRowUint8)
	testExtremeRows(t, randomInteger[uint16], MinRowUint16, MaxRowUint16)
	testExtremeRows(t, randomInteger[uint32], MinRowUint32, MaxRowUint32)
	testExtremeRows(t, randomInteger[uint64], MinRowUint64, MaxRowUint64)
}

func randomInteger[E integer](r *rand.Rand) E { return E(r.Uint64()) }

func testAccumulate[E integer](t *testing.T, accumulate func([]int64, []E)) {
	t.Helper()
	r := rand.New(rand.NewPCG(9, 1))
	for _, n := range reducedLengths() {
		x, acc, want := make([]E, n), make([]int64, n), make([]int64, n)
		for i := range x {
			x[i], acc[i] = E(r.Uint64()), int64(r.Uint64())
			want[i] = acc[i] + int64(x[i])
		}
		onLevels(t, func() []uint64 {
			got := slices.Clone(acc)
			if accumulate(got, x); !slices.Equal(got, want) {
				t.Fatalf("%d %T at %v: %d, want %d", n, x, level, got, want)
			}
			return nil
		})
	}
}

func TestAccumulate(t *testing.T) {
	testAccumulate(t, AccumulateInt8)
	testAccumulate(t, AccumulateInt64)
	testAccumulate(t, AccumulateUint64)
	testAccumulate(t, AccumulateInt16)
	testAccumulate(t, AccumulateInt32)
	testAccumulate(t, AccumulateUint8)
	testAccumulate(t, AccumulateUint16)
	testAccumulate(t, AccumulateUint32)
}

// exactSum adds in 300 bits.
func exactSum(x []float64) float64 {
	s := new(big.Float).SetPrec(300)
	for _, v := range x {
		s.Add(s, big.NewFloat(v))
	}
	f, _ := s.Float64()
	return f
}

func TestSumError(t *testing.T) {
	const n = 100_000
	x := make([]float64, n)
	for i := range x {
		x[i] = 1 + float64(i%1000)*0x1p-20
	}
	const roundings = 16 + 5 + 8
	want := exactSum(x)
	if got := SumFloat64(x); math.Abs(got-want) > roundings*0x1p-53*want {
		t.Errorf("sum is off by %g", (got-want)/want)
	}
	mean := want / n
	d := make([]float64, n)
	for i, v := range x {
		d[i] = (v - mean) * (v - mean)
	}
	squares := SquaresFloat64(x, mean)
	if want := exactSum(d); math.Abs(squares-want) > (roundings+16+3)*0x1p-53*want {
		t.Errorf("squares are off by %g", (squares-want)/want)
	}
}

func testTranspose[E comparable](t *testing.T, of func(i int) E) {
	t.Helper()
	for _, rows := range []int{0, 1, 3, 4, 7, 8, 9, 16, 33, 130} {
		for cols := range 20 {
			for _, gap := range []int{0, 5} {
				stride, dstStride := cols+gap, max(1, rows+gap)
				src := make([]E, 2+rows*stride-min(gap, rows*gap))
				for i := range src {
					src[i] = of(i)
				}
				onLevels(t, func() []uint64 {
					dst := make([]E, cols*dstStride+1)
					Transpose(dst, dstStride, src, 2, stride, rows, cols)
					for i, v := range dst {
						want := *new(E)
						if j, k := i/dstStride, i%dstStride; j < cols && k < rows {
							want = src[2+k*stride+j]
						}
						if v != want {
							t.Fatalf("%T, %d rows, %d columns, level %v: element %d is %v, want %v", src, rows, cols, level, i, v, want)
						}
					}
					return nil
				})
			}
		}
	}
}

func TestTranspose(t *testing.T) {
	testTranspose(t, func(i int) uint8 { return uint8(i) })
	testTranspose(t, func(i int) int16 { return int16(i) })
	testTranspose(t, func(i int) float32 { return float32(i) })
	testTranspose(t, func(i int) float64 { return float64(i) })
	testTranspose(t, func(i int) complex128 { return complex(float64(i), 1) })
}

func TestTransposeBackwards(t *testing.T) {
	src := make([]int64, 100)
	for i := range src {
		src[i] = int64(i)
	}
	dst := make([]int64, 50)
	Transpose(dst, 10, src, 90, -10, 10, 5)
	for i, v := range dst {
		if want := src[90-i%10*10+i/10]; v != want {
			t.Fatalf("element %d is %d, want %d", i, v, want)
		}
	}
}

func TestReductionsAllocateNothing(t *testing.T) {
	x := randomFloats(rand.New(rand.NewPCG(1, 1)), 1000, 0)
	y, acc, ix := single(x), make([]float64, 1000), make([]int64, 1000)
	small := make([]uint8, 1000)
	if n := testing.AllocsPerRun(10, func() {
		SumFloat64(x)
		SumFloat32(y)
		SquaresFloat64(x, 1)
		MinFloat64(x)
		ArgMaxFloat32(y)
		MaxUint8(small)
		SumUint8(small)
		AccumulateFloat32(acc, y)
		MomentsRowFloat64(acc, acc, acc, x, 2)
		ArgMinRowFloat64(acc, ix, x, 1)
		Transpose(acc, 100, x, 0, 10, 100, 10)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkReductions(b *testing.B) {
	const n = 1 << 16
	x := randomFloats(rand.New(rand.NewPCG(1, 1)), n, 0)
	y, c, d, e := single(x), make([]float64, 1024), make([]float64, 1024), make([]float64, 1024)
	ix := make([]int64, 1024)
	small, ints := make([]int8, n), make([]int32, n)
	for i := range small {
		small[i], ints[i] = int8(i*i>>3), int32(i*i)
	}
	rows := func(f func(x []float64)) func() {
		return func() {
			for i := 0; i < n; i += 1024 {
				f(x[i : i+1024])
			}
		}
	}
	var sink float64
	for _, c := range []struct {
		name string
		size int
		f    func()
	}{
		{"SumFloat64", 8, func() { sink += SumFloat64(x) }},
		{"SumFloat32", 4, func() { sink += SumFloat32(y) }},
		{"SumInt32", 4, func() { sink += float64(SumInt32(ints)) }},
		{"SumInt8", 1, func() { sink += float64(SumInt8(small)) }},
		{"SumUint8", 1, func() { sink += float64(SumUint8(unsignedOf[uint8](small))) }},
		{"Squares", 8, func() { sink += SquaresFloat64(x, 0.1) }},
		{"Moments of strips", 8, func() { MomentsFloat64(c[:64], d[:64], x, 1024) }},
		{"Moments of float32 strips", 4, func() { MomentsFloat32(c[:64], d[:64], y, 1024) }},
		{"Sums of rows", 8, func() { SumsFloat64(c[:256], x, 256) }},
		{"AccumulateRowsFloat64", 8, func() { AccumulateRowsFloat64(c, x) }},
		{"MinFloat64", 8, func() { sink += MinFloat64(x) }},
		{"MinFloat32", 4, func() { sink += float64(MinFloat32(y)) }},
		{"MaxInt8", 1, func() { sink += float64(MaxInt8(small)) }},
		{"ArgMinFloat64", 8, func() { sink += float64(ArgMinFloat64(x)) }},
		{"ArgMin strips", 8, rows(func(x []float64) { sink += float64(ArgMinFloat64(x)) })},
		{"MomentsRow", 8, rows(func(x []float64) { MomentsRowFloat64(c, d, e, x, 5) })},
		{"AccumulateFloat64", 8, rows(func(x []float64) { AccumulateFloat64(c, x) })},
		{"MinRow", 8, rows(func(x []float64) { MinRowFloat64(c, x) })},
		{"MaxRow", 8, rows(func(x []float64) { MaxRowFloat64(c, x) })},
		{"ArgMinRow", 8, rows(func(x []float64) { ArgMinRowFloat64(c, ix, x, 5) })},
		{"AccumulateFloat32", 4, func() {
			for i := 0; i < n; i += 1024 {
				AccumulateFloat32(c, y[i:i+1024])
			}
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(n * c.size))
			for b.Loop() {
				c.f()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/elem")
		})
	}
	_ = sink
}

func BenchmarkTranspose(b *testing.B) {
	for _, s := range []struct{ rows, cols int }{{341, 3}, {128, 8}, {32, 32}, {1000, 8}, {1000, 1000}, {1024, 1024}} {
		src, dst := make([]float64, s.rows*s.cols), make([]float64, s.rows*s.cols)
		b.Run(fmt.Sprintf("%dx%d", s.rows, s.cols), func(b *testing.B) {
			b.SetBytes(int64(8 * len(src)))
			for b.Loop() {
				Transpose(dst, s.rows, src, 0, s.cols, s.rows, s.cols)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(src)), "ns/elem")
		})
	}
}
