package vector

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// A function is an entry of the generated table of all functions.
type function struct {
	name   string
	slices any // the function over slices
	one    any // the function of one element, or nil
	repeat func(n int, args []any)
}

// atLevel runs f at a level.
func atLevel(l Level, f func()) {
	before := level
	level = l
	defer func() { level = before }()
	f()
}

// levels are those that the processor has, without the portable one.
func levels() []Level {
	var ls []Level
	for l := AVX2; l <= supported(); l++ {
		ls = append(ls, l)
	}
	return ls
}

// specials are numbers that functions treat apart, and neighbours of them.
var specials = []float64{
	0, math.Copysign(0, -1), 1, -1, 2, -2, 0.5, -0.5, 1.5, 2.5, -1.5, -2.5, 3, 1e-3, -1e-3, math.Pi, -math.E,
	math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64,
	math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32, 0x1p-1022, -0x1p-1022, 0x1p-126, 0x1.fffffffffffffp-1023, 0x1p-149,
	0x1p31, -0x1p31, 0x1p31 - 1, -0x1p31 - 1, 0x1p63, -0x1p63, 0x1p64, 0x1p53, 0x1p52 - 0.5, 0x1p23 - 0.5, 0x1p51 + 0.5,
	709.7827128933840, 709.78, 710, -745.1332191019412, -745.2, -746, 88.72, 88.73, -103.97, -104, 1 - 0x1p-53, 1 + 0x1p-52, 1 - 0x1p-24,
	127, 128, 255, 256, -128, -129, 32767, 32768, 65535, 65536, 4294967295, 4294967296, 1e15, 1e22, -1e300, 1e-300, 1e38, 1e-38, 0.1, 10, 100,
}

// operands makes n elements of a type: special numbers, numbers of all
// magnitudes, and ordinary ones.
func operands(t reflect.Type, n int, r *rand.Rand) reflect.Value {
	s := reflect.MakeSlice(reflect.SliceOf(t), n, n)
	for i := range n {
		setRandom(s.Index(i), r)
	}
	return s
}

func setRandom(v reflect.Value, r *rand.Rand) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Float64, reflect.Float32:
		v.SetFloat(randomFloat(v.Type().Bits(), r))
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(randomInt(r)))
	default:
		v.SetUint(randomInt(r) & (1<<(v.Type().Bits()-1)<<1 - 1))
	}
	if k := v.Kind(); k >= reflect.Int8 && k <= reflect.Int64 {
		b := 64 - v.Type().Bits()
		v.SetInt(v.Int() << b >> b)
	}
}

func randomFloat(bits int, r *rand.Rand) float64 {
	switch r.IntN(4) {
	case 0:
		return specials[r.IntN(len(specials))]
	case 1:
		if bits == 32 {
			return float64(math.Float32frombits(r.Uint32()))
		}
		return math.Float64frombits(r.Uint64())
	case 2:
		return r.NormFloat64() * 10
	}
	return float64(r.IntN(200)-100) / 4
}

func randomInt(r *rand.Rand) uint64 {
	switch r.IntN(3) {
	case 0:
		return r.Uint64() >> r.IntN(64)
	case 1:
		return -(r.Uint64() >> r.IntN(64))
	}
	return uint64(r.IntN(20) - 10)
}

// arguments makes the arguments of a function for n elements: its operands,
// and room for the result. Slices begin at any alignment.
func arguments(f reflect.Type, n int, r *rand.Rand) []reflect.Value {
	args := make([]reflect.Value, f.NumIn())
	for i := range args {
		t := f.In(i)
		if t.Kind() != reflect.Slice {
			args[i] = operands(t, 1, r).Index(0)
			continue
		}
		skip := r.IntN(8)
		args[i] = operands(t.Elem(), n+skip, r).Slice(skip, skip+n)
	}
	return args
}

// result calls a function and returns a copy of what it wrote.
func result(f reflect.Value, l Level, args []reflect.Value) reflect.Value {
	atLevel(l, func() { f.Call(args) })
	return clone(args[0])
}

func clone(s reflect.Value) reflect.Value {
	c := reflect.MakeSlice(s.Type(), s.Len(), s.Len())
	reflect.Copy(c, s)
	return c
}

// difference describes the first element in which two slices differ; NaN is
// equal to NaN.
func difference(got, want reflect.Value) (i int, text string) {
	for i := range want.Len() {
		if g, w := bitsOf(got.Index(i)), bitsOf(want.Index(i)); g != w {
			return i, fmt.Sprintf("got %v (%#x), want %v (%#x)", got.Index(i), g, want.Index(i), w)
		}
	}
	return 0, ""
}

func bitsOf(v reflect.Value) uint64 {
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return 1
		}
		return 0
	case reflect.Float32:
		if v.Float() != v.Float() {
			return math.MaxUint64
		}
		return uint64(math.Float32bits(float32(v.Float())))
	case reflect.Float64:
		if v.Float() != v.Float() {
			return math.MaxUint64
		}
		return math.Float64bits(v.Float())
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return uint64(v.Int())
	}
	return v.Uint()
}

// lengths are all tails, and some lengths with many vectors.
func lengths() []int {
	var ns []int
	for n := range 71 {
		ns = append(ns, n)
	}
	return append(ns, 127, 128, 129, 255, 300, 511, 1000, 1024)
}

// TestLevelsGiveTheSameBits compares each function at each level with the
// portable one, also with dst in the place of an operand.
func TestLevelsGiveTheSameBits(t *testing.T) {
	if len(levels()) == 0 {
		t.Skip("the processor has the portable level only")
	}
	for _, fn := range functions {
		t.Run(fn.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			f := reflect.ValueOf(fn.slices)
			for _, n := range lengths() {
				args := arguments(f.Type(), n, r)
				want := result(f, Portable, args)
				for _, l := range levels() {
					compareLevel(t, f, l, args, want)
				}
			}
		})
	}
}

func compareLevel(t *testing.T, f reflect.Value, l Level, args []reflect.Value, want reflect.Value) {
	t.Helper()
	check := func(got reflect.Value, how string) {
		if i, d := difference(got, want); d != "" {
			t.Fatalf("%s%s, element %d of %d: %s", l, how, i, want.Len(), d)
		}
	}
	check(result(f, l, args), "")
	for i := 1; i < len(args); i++ {
		if args[i].Type() == args[0].Type() {
			alias := append([]reflect.Value(nil), args...)
			alias[i] = clone(args[i])
			alias[0] = alias[i]
			check(result(f, l, alias), fmt.Sprintf(", dst is operand %d", i))
		}
	}
}

// TestOneElement compares the functions of one element with those over slices.
func TestOneElement(t *testing.T) {
	for _, fn := range functions {
		if fn.one == nil {
			continue
		}
		r := rand.New(rand.NewPCG(3, 4))
		f, one := reflect.ValueOf(fn.slices), reflect.ValueOf(fn.one)
		args := arguments(f.Type(), 1000, r)
		got := clone(args[0])
		for i := range got.Len() {
			got.Index(i).Set(one.Call(elements(args[1:], i))[0])
		}
		if i, d := difference(got, result(f, supported(), args)); d != "" {
			t.Errorf("%s of one element, element %d %v: %s", fn.name, i, elements(args[1:], i), d)
		}
	}
}

// elements are the i-th elements of slices, and numbers as they are.
func elements(args []reflect.Value, i int) []reflect.Value {
	var es []reflect.Value
	for _, a := range args {
		if a.Kind() == reflect.Slice {
			a = a.Index(i)
		}
		es = append(es, a)
	}
	return es
}

// TestNothingBehindTheEnd checks that no function writes behind dst.
func TestNothingBehindTheEnd(t *testing.T) {
	for _, fn := range functions {
		f := reflect.ValueOf(fn.slices)
		for n := range 70 {
			args := arguments(f.Type(), 150, rand.New(rand.NewPCG(5, 6)))
			before := clone(args[0])
			args[0] = args[0].Slice(0, n)
			for _, l := range levels() {
				result(f, l, args)
				if i, d := difference(args[0].Slice(n, 150), before.Slice(n, 150)); d != "" {
					t.Fatalf("%s, %s: wrote element %d of %d: %s", fn.name, l, n+i, n, d)
				}
			}
		}
	}
}

func TestChooseLevel(t *testing.T) {
	for _, c := range []struct {
		name    string
		highest Level
		want    Level
		err     string
	}{
		{"", AVX2, AVX2, ""},
		{"portable", AVX512, Portable, ""},
		{"avx2", AVX512, AVX2, ""},
		{"avx512", AVX2, 0, "DASKGEN_SIMD=avx512: this processor has no more than avx2"},
		{"sse", AVX2, 0, "DASKGEN_SIMD=sse: the levels are portable, avx2 and avx512"},
	} {
		l, err := chooseLevel(c.name, c.highest)
		if text := fmt.Sprint(err); l != c.want || err != nil && text != c.err || err == nil && c.err != "" {
			t.Errorf("chooseLevel(%q, %s) = %s, %v; want %s, %s", c.name, c.highest, l, err, c.want, c.err)
		}
	}
}

// TestPieces checks a slice of more than one piece.
func TestPieces(t *testing.T) {
	n := 2*piece + 13
	x, got := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = float64(i)
	}
	AddFloat64VS(got, x, 0.5)
	for i, v := range got {
		if v != float64(i)+0.5 {
			t.Fatalf("element %d is %v", i, v)
		}
	}
}

// BenchmarkFunctions measures all functions on 1,024 elements at all levels,
// in nanoseconds per element.
func BenchmarkFunctions(b *testing.B) {
	const n = 1024
	for _, fn := range functions {
		f := reflect.ValueOf(fn.slices)
		for l := supported(); ; l-- {
			b.Run(fmt.Sprintf("%s/%s", fn.name, l), func(b *testing.B) {
				args := ordinary(f.Type(), n)
				defer func(before Level) { level = before }(level)
				level = l
				var as []any
				for _, a := range args {
					as = append(as, a.Interface())
				}
				b.ResetTimer()
				fn.repeat(b.N, as)
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/element")
			})
			if l == Portable {
				break
			}
		}
	}
}

// ordinary are arguments with numbers between 0.25 and 4.
func ordinary(f reflect.Type, n int) []reflect.Value {
	r := rand.New(rand.NewPCG(1, 2))
	args := arguments(f, n, r)
	for i, a := range args { // aligned as blocks are
		if a.Kind() == reflect.Slice {
			args[i] = operands(a.Type().Elem(), n, r)
		}
	}
	for _, a := range args {
		if a.Kind() != reflect.Slice {
			a = a.Addr().Elem()
			ordinaryNumber(a, r)
			continue
		}
		for i := range a.Len() {
			ordinaryNumber(a.Index(i), r)
		}
	}
	return args
}

func ordinaryNumber(v reflect.Value, r *rand.Rand) {
	switch {
	case v.CanFloat():
		v.SetFloat(0.25 + 3.75*r.Float64())
	case v.CanInt():
		v.SetInt(int64(1 + r.IntN(6)))
	case v.CanUint():
		v.SetUint(uint64(1 + r.IntN(6)))
	}
}

// BenchmarkChain measures sqrt(x*y + 1) as three calls on strips of 1,024
// elements, in nanoseconds per element.
func BenchmarkChain(b *testing.B) {
	const n = 1024
	r := rand.New(rand.NewPCG(1, 2))
	x, y, dst := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], y[i] = r.Float64(), r.Float64()
	}
	for l := supported(); ; l-- {
		b.Run(l.String(), func(b *testing.B) {
			defer func(before Level) { level = before }(level)
			level = l
			for range b.N {
				MultiplyFloat64(dst, x, y)
				AddFloat64VS(dst, dst, 1)
				SqrtFloat64(dst, dst)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/element")
		})
		if l == Portable {
			break
		}
	}
}
