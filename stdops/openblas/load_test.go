//go:build (linux || darwin) && (amd64 || arm64)

package openblas

import (
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"

	own "github.com/daskgen/daskgen/stdops/blas"
)

// load loads the library for a test, which is left out where there is none.
func load(t *testing.T) {
	t.Helper()
	if err := Load(""); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { own.Use(nil) })
}

func TestMissing(t *testing.T) {
	err := Load("/nowhere/libopenblas.so")
	if err == nil || !strings.Contains(err.Error(), Variable) || !strings.Contains(err.Error(), "/nowhere/libopenblas.so") {
		t.Errorf("error %v", err)
	}
	t.Setenv(Variable, "/nowhere/else.so")
	if err := Load(""); err == nil || !strings.Contains(err.Error(), "/nowhere/else.so") {
		t.Errorf("error %v", err)
	}
}

func random(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = rand.Float64() - 0.5
	}
	return x
}

// check compares Multiply of two workers with a naive loop.
func check[T own.Float](t *testing.T, m, n, k int, tolerance float64) {
	x, y := random(m*k), random(k*n)
	a, b := make([]T, m*k), make([]T, k*n)
	for i, v := range x {
		a[i] = T(v)
	}
	for l := range k {
		for j := range n {
			b[j*k+l] = T(y[l*n+j])
		}
	}
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			c := make([]T, m*n)
			if !own.Multiply(m, n, k, own.Matrix[T]{Data: a, RowStride: k, ColStride: 1}, own.Matrix[T]{Data: b, RowStride: 1, ColStride: k}, false, own.Matrix[T]{Data: c, RowStride: n, ColStride: 1}, nil) {
				t.Error("not multiplied")
			}
			for i := range c {
				want := 0.0
				for l := range k {
					want += float64(a[i/n*k+l]) * float64(b[i%n*k+l])
				}
				if math.Abs(float64(c[i])-want) > tolerance {
					t.Errorf("%d×%d×%d: element %d is %v, want %v", m, k, n, i, c[i], want)
					return
				}
			}
		})
	}
	all.Wait()
}

func TestMultiply(t *testing.T) {
	load(t)
	for _, s := range [][3]int{{1, 1, 1}, {1, 5, 300}, {3, 1, 7}, {64, 64, 64}, {130, 71, 257}} {
		check[float64](t, s[0], s[1], s[2], 1e-12)
		check[float32](t, s[0], s[1], s[2], 1e-4)
	}
}

// TestNaN multiplies zeros by NaN and infinity.
func TestNaN(t *testing.T) {
	load(t)
	x, y := make([]float64, 9), []float64{math.NaN(), math.Inf(1), 0, 1, 2, 3, 4, 5, 6}
	c := make([]float64, 9)
	c[0] = math.NaN() // not read
	m := func(d []float64) own.Matrix[float64] {
		return own.Matrix[float64]{Data: d, RowStride: 3, ColStride: 1}
	}
	own.Multiply(3, 3, 3, m(x), m(y), false, m(c), nil)
	for i, v := range c {
		if (i%3 < 2) != (v != v) {
			t.Errorf("element %d is %v", i, v)
		}
	}
}

// TestImplementation multiplies through gonum's interfaces.
func TestImplementation(t *testing.T) {
	load(t)
	before := own.Implementation{}
	c := []float64{1, 1, 1, 1}
	before.Dgemm('N', 'T', 2, 2, 2, 2, []float64{1, 2, 3, 4}, 2, []float64{5, 6, 7, 8}, 2, 3, c, 2)
	if want := []float64{37, 49, 81, 109}; !equal(c, want) {
		t.Errorf("got %v, want %v", c, want)
	}
	blas64.Use(own.Implementation{})
	blas32.Use(own.Implementation{})
	f := []float32{0, 0}
	blas32.Implementation().Sgemm('T', 'N', 2, 1, 3, 1, []float32{1, 4, 2, 5, 3, 6}, 2, []float32{1, 1, 1}, 1, 0, f, 1)
	if f[0] != 6 || f[1] != 15 {
		t.Errorf("got %v", f)
	}
}

func equal(a, b []float64) bool {
	for i, v := range a {
		if v != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}
