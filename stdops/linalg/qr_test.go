package linalg

import (
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"pgregory.net/rapid"

	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/runtime/vector"
)

func init() {
	spoil = func(x []float64) {
		for i := range x {
			x[i] = math.NaN()
		}
	}
}

// drawTall returns a matrix, of full rank or with columns that are zero or
// equal, and of large or small elements.
func drawTall(t *rapid.T, m, n int) blas64.General {
	a := general(make([]float64, m*n), m, n)
	seed, scale := rapid.IntRange(1, 1000).Draw(t, "seed"), math.Pow(10, float64(rapid.IntRange(-160, 150).Draw(t, "scale")))
	for i := range a.Data {
		a.Data[i] = math.Sin(float64((seed+i)*(i+3)%100003)) * scale
	}
	if zero := rapid.IntRange(0, 2*n).Draw(t, "zero column"); zero < n {
		for i := range m {
			a.Data[i*n+zero] = 0
		}
	}
	if equal := rapid.IntRange(1, 2*n).Draw(t, "equal column"); equal < n {
		for i := range m {
			a.Data[i*n+equal] = a.Data[i*n]
		}
	}
	return a
}

func drawSize(t *rapid.T) (m, n int) {
	n = rapid.OneOf(rapid.IntRange(1, 9), rapid.IntRange(10, 70)).Draw(t, "n")
	m = rapid.OneOf(rapid.IntRange(1, n), rapid.IntRange(n, 2*n+3), rapid.IntRange(700, 1500)).Draw(t, "m")
	return m, n
}

func blockOf(a blas64.General) *rt.Block[float64] {
	return rt.FromSlice(slices.Clone(a.Data), a.Rows, a.Cols)
}

func matrixOf(b *rt.Block[float64]) blas64.General {
	return general(b.Elements(), b.Shape[0], b.Shape[1])
}

func largest(x []float64) float64 {
	top := 0.0
	for _, v := range x {
		top = max(top, math.Abs(v))
	}
	return top
}

// checkOrthogonal wants the columns of q orthogonal and of length 1.
func checkOrthogonal(t interface{ Errorf(string, ...any) }, what string, q blas64.General) {
	e := identity(q.Cols)
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, q, q, -1, e)
	if off := largest(e.Data); !(off < 1e-13) {
		t.Errorf("%s is off by %g from being orthogonal", what, off)
	}
}

// checkProduct wants x·y to be a.
func checkProduct(t interface{ Errorf(string, ...any) }, what string, a, x, y blas64.General) {
	d := general(slices.Clone(a.Data), a.Rows, a.Cols)
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, x, y, -1, d)
	if off := largest(d.Data); !(off <= 3e-13*largest(a.Data)) {
		t.Errorf("%s is off by %g from elements up to %g", what, off, largest(a.Data))
	}
}

// TestTSQR: Q and R of one block are orthogonal and make the matrix, also
// without full rank.
func TestTSQR(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n := drawSize(t)
		a, k := drawTall(t, m, n), min(m, n)
		r, err := TSQRR(nil, []*rt.Block[float64]{blockOf(a)})
		if err != nil {
			t.Fatal(err)
		}
		q, err := TSQRQ(nil, blockOf(a), blockOf(identity(k)))
		if err != nil {
			t.Fatal(err)
		}
		checkOrthogonal(t, "q", matrixOf(q))
		checkProduct(t, "q·r", a, matrixOf(q), matrixOf(r))
		for i := range k {
			if r.At(i, i) < 0 {
				t.Errorf("element %d of the diagonal is %v", i, r.At(i, i))
			}
			if largest(r.Data[i*n:i*n+i]) != 0 {
				t.Errorf("row %d of r is no row of a triangle", i)
			}
		}
	})
}

// TestTSQRBlocks: R does not depend on the blocks.
func TestTSQRBlocks(t *testing.T) {
	const m, n = 900, 30
	a := general(make([]float64, m*n), m, n)
	for i := range a.Data {
		a.Data[i] = math.Sin(float64(i * i))
	}
	whole, err := TSQRR(nil, []*rt.Block[float64]{blockOf(a)})
	if err != nil {
		t.Fatal(err)
	}
	var parts []*rt.Block[float64]
	for _, rows := range [][2]int{{0, 10}, {10, 500}, {500, 900}} {
		part, err := TSQRR(nil, []*rt.Block[float64]{blockOf(general(a.Data[rows[0]*n:], rows[1]-rows[0], n))})
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, part)
	}
	together, err := TSQRR(nil, parts)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range whole.Data {
		if math.Abs(v-together.Data[i]) > 1e-12 {
			t.Fatalf("element %d is %v, want %v", i, together.Data[i], v)
		}
	}
}

// TestQRSigns: QR gives the signs of LAPACK's method.
func TestQRSigns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n := drawSize(t)
		a := general(make([]float64, m*n), m, n)
		seed := rapid.IntRange(1, 1000).Draw(t, "seed")
		for i := range a.Data {
			a.Data[i] = math.Sin(float64((seed + i) * (i + 3) % 100003))
		}
		qr, err := QR(nil, blockOf(a))
		if err != nil {
			t.Fatal(err)
		}
		checkOrthogonal(t, "q", matrixOf(qr.V0))
		checkProduct(t, "q·r", a, matrixOf(qr.V0), matrixOf(qr.V1))
		lib.Dgeqr2(m, n, a.Data, n, make([]float64, min(m, n)), make([]float64, n))
		small := 1.0 // rounding errors grow by columns that nearly depend on others
		for i := range min(m, n) {
			small = min(small, math.Abs(a.Data[i*n+i]))
		}
		for i := range min(m, n) {
			if want, got := a.Data[i*n+i], qr.V1.At(i, i); math.Abs(want-got) > 1e-13/(small*small) {
				t.Errorf("element %d of the diagonal of r is %v, want %v", i, got, want)
			}
		}
	})
	tri := rt.FromSlice([]float64{2, 3, 0, -1, 0, 0}, 3, 2)
	qr, err := QR(nil, tri)
	if err != nil || !slices.Equal(qr.V1.Data, []float64{2, 3, 0, -1}) {
		t.Errorf("r of a triangle is %v, %v", qr.V1, err)
	}
}

// TestQRDependentColumns has a column that becomes zeros but for rounding, and
// so ends in zeros.
func TestQRDependentColumns(t *testing.T) {
	m, n := 705, 44
	for seed := range 40 {
		a := general(make([]float64, m*n), m, n)
		for i := range a.Data {
			a.Data[i] = math.Sin(float64((seed + i) * (i + 3) % 100003))
		}
		for i := range m {
			a.Data[i*n+1] = a.Data[i*n]
		}
		qr, err := QR(nil, blockOf(a))
		if err != nil {
			t.Fatal(err)
		}
		checkOrthogonal(t, "q", matrixOf(qr.V0))
		checkProduct(t, "q·r", a, matrixOf(qr.V0), matrixOf(qr.V1))
	}
}

// TestQRLarge factors matrices of many panels, square, tall and wide.
func TestQRLarge(t *testing.T) {
	for _, s := range [][2]int{{200, 200}, {330, 190}, {150, 260}} {
		a := general(make([]float64, s[0]*s[1]), s[0], s[1])
		for i := range a.Data {
			a.Data[i] = math.Sin(float64(i * i))
		}
		qr, err := QR(nil, blockOf(a))
		if err != nil {
			t.Fatal(err)
		}
		checkOrthogonal(t, "q", matrixOf(qr.V0))
		checkProduct(t, "q·r", a, matrixOf(qr.V0), matrixOf(qr.V1))
		lib.Dgeqr2(s[0], s[1], a.Data, s[1], make([]float64, min(s[0], s[1])), make([]float64, s[1]))
		for i := range min(s[0], s[1]) {
			if want, got := a.Data[i*s[1]+i], qr.V1.At(i, i); math.Abs(want-got) > 1e-10*math.Abs(a.Data[0]) {
				t.Errorf("%v: element %d of the diagonal of r is %v, want %v", s, i, got, want)
			}
		}
	}
}

func TestSVD(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n := drawSize(t)
		if rapid.Bool().Draw(t, "wide") {
			m, n = n, m
		}
		a, k := drawTall(t, m, n), min(m, n)
		f, err := SVD(nil, blockOf(a))
		if err != nil {
			t.Fatal(err)
		}
		u, s, vh := matrixOf(f.V0), f.V1.Data, matrixOf(f.V2)
		checkOrthogonal(t, "u", u)
		checkOrthogonal(t, "v", turned(vh))
		for i := range m {
			for j := range k {
				u.Data[i*k+j] *= s[j]
			}
		}
		checkProduct(t, "u·s·vh", a, u, vh)
		sum := 0.0
		for _, v := range vh.Data[:n] {
			sum += v
		}
		if sum < 0 || !slices.IsSortedFunc(s, func(a, b float64) int { return int(math.Copysign(1, b-a)) }) || s[k-1] < 0 {
			t.Errorf("singular values %v, sum of the first right vector %v", s, sum)
		}
		vals, err := SVDVals(nil, blockOf(a))
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range vals.Data {
			if math.Abs(v-s[i]) > 1e-13*s[0] {
				t.Errorf("singular value %d is %v, not %v", i, v, s[i])
			}
		}
	})
}

// TestSVDKnown takes the singular values of NumPy.
func TestSVDKnown(t *testing.T) {
	a := rt.FromSlice([]float32{1, 2, 3, 4, 5, 6}, 3, 2)
	s, err := SVDVals(nil, a)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float32{9.5255181, 0.5143006} {
		if math.Abs(float64(s.Data[i]-want)) > 1e-6 {
			t.Errorf("singular value %d is %v, want %v", i, s.Data[i], want)
		}
	}
}

func TestSolve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, k := rapid.IntRange(1, 150).Draw(t, "n"), rapid.IntRange(1, 5).Draw(t, "k")
		a, b := general(make([]float64, n*n), n, n), general(make([]float64, n*k), n, k)
		for i := range a.Data {
			a.Data[i] = math.Sin(float64(i * (i + 3) % 1009))
		}
		for i := range n {
			a.Data[i*n+i] += float64(n)
		}
		for i := range b.Data {
			b.Data[i] = float64(i % 7)
		}
		x, err := Solve(nil, blockOf(a), blockOf(b))
		if err != nil {
			t.Fatal(err)
		}
		checkProduct(t, "a·x", b, a, matrixOf(x))
		inv, err := Inv(nil, blockOf(a))
		if err != nil {
			t.Fatal(err)
		}
		checkProduct(t, "a·inv", identity(n), a, matrixOf(inv))
		p := identity(n)
		blas64.Gemm(blas.Trans, blas.NoTrans, 1, a, a, 1, p)
		l, err := Cholesky(nil, blockOf(p))
		if err != nil {
			t.Fatal(err)
		}
		checkProduct(t, "l·lᵀ", p, matrixOf(l), turned(matrixOf(l)))
		for i := range n - 1 {
			if largest(l.Data[i*n+i+1:(i+1)*n]) != 0 {
				t.Errorf("row %d of l is no row of a triangle", i)
			}
		}
	})
}

func TestDecompositionErrors(t *testing.T) {
	wide, zero := rt.New[float64](2, 3), rt.New[float64](2, 2)
	nan := rt.FromSlice([]float64{1, math.NaN(), 3, 4}, 2, 2)
	for want, f := range map[string]func() error{
		"a matrix of shape [2 3] is not square": func() error { _, err := Inv(nil, wide); return err },
		"the matrix is singular":                func() error { _, err := Inv(nil, zero); return err },
		"singular":                              func() error { _, err := Solve(nil, zero, zero); return err },
		"b has shape [2 3], not":                func() error { _, err := Solve(nil, rt.New[float64](3, 3), wide); return err },
		"the matrix is not positive definite":   func() error { _, err := Cholesky(nil, zero); return err },
		"NaN or infinities":                     func() error { _, err := SVD(nil, nan); return err },
		"a block of shape [0 3] is no matrix":   func() error { _, err := QR(nil, rt.New[float64](0, 3)); return err },
		"w has shape [2 3], not 3 rows":         func() error { _, err := TSQRQ(nil, rt.New[float64](5, 3), wide); return err },
		"blocks of 3 and 2 columns":             func() error { _, err := TSQRR(nil, []*rt.Block[float64]{wide, zero}); return err },
		"there are no blocks":                   func() error { _, err := TSQRR[float64](nil, nil); return err },
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func BenchmarkTSQR(b *testing.B) {
	const m, n = 20000, 100
	a := rt.New[float64](m, n)
	for i := range a.Data {
		a.Data[i] = math.Sin(float64(i))
	}
	w := blockOf(identity(n))
	b.Run("R", func(b *testing.B) {
		b.SetBytes(2 * m * n * n) // so that MB/s are MFLOP/s
		for b.Loop() {
			if _, err := TSQRR(nil, []*rt.Block[float64]{a}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Q", func(b *testing.B) {
		b.SetBytes(6 * m * n * n)
		for b.Loop() {
			if _, err := TSQRQ(nil, a, w); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// poolsForget says that what is put into a sync.Pool may be gone.
var poolsForget bool

// TestDecompositionAllocations: a second decomposition in a run works in the memory
// of the first one.
func TestDecompositionAllocations(t *testing.T) {
	if poolsForget || vector.Current() == vector.Portable {
		t.Skip("products allocate")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // so that pools keep what they have
	const m, n, tasks = 3000, 40, 30
	a := rt.New[float64](m, n)
	for i := range a.Data {
		a.Data[i] = math.Sin(float64(i * i))
	}
	var before, after runtime.MemStats
	p := &rt.Program{Name: "qr", Outputs: []rt.OutputInfo{{Name: "z"}}, Build: func(b *rt.Builder) error {
		x := rt.NewLayer[*rt.Block[float64]](b, rt.Info{Name: "x", Grid: []int{tasks}})
		work := func(t *rt.Task) (*rt.Block[float64], error) {
			switch t.Index(0) {
			case 2:
				runtime.ReadMemStats(&before)
			case tasks - 1:
				runtime.ReadMemStats(&after)
			}
			return TSQRR(t, []*rt.Block[float64]{a})
		}
		x.Case(rt.Box(rt.Range{Lo: 0, Hi: 1, Step: 1}), work)
		x.Case(rt.Box(rt.Range{Lo: 1, Hi: tasks, Step: 1}), work, x.At(rt.Lin(-1, 1)))
		rt.ValueOutput(b, "z", x, tasks-1)
		return nil
	}}
	if _, err := rt.Run(t.Context(), p, nil, rt.WithWorkers(1)); err != nil {
		t.Fatal(err)
	}
	if each := (after.TotalAlloc - before.TotalAlloc) / (tasks - 3); each > 8<<10 {
		t.Errorf("a decomposition allocates %d bytes", each)
	}
}
