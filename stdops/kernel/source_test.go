package kernel

import (
	"slices"
	"testing"

	rt "github.com/daskgen/daskgen/runtime"
)

// filled is n elements of a source, made in pieces of uneven length.
func filled[T rt.Elem](n int, fill func([]T)) []T {
	out := make([]T, n)
	for lo, k := 0, 1; lo < n; k = (k*7 + 3) % 1025 {
		hi := min(n, lo+k)
		fill(out[lo:hi])
		lo = hi
	}
	return out
}

// TestSources checks that sources make the elements of the blocks, however
// they are cut.
func TestSources(t *testing.T) {
	const n = 5000
	shape := []int{n}
	uniform, uniform32 := NewUniformSource[float64](5, 2, -1, 3), NewUniformSource[float32](5, 2, -1, 3)
	normal, exponential := NewNormalSource[float64](5, 2, 1, 2), NewExponentialSource[float32](5, 2, 0.5)
	integers, full := NewIntegersSource[int16](5, 2, -10, 100), NewFullSource(int8(7))
	arange, linspace := NewArangeSource(0.5, 0.1, 33), NewLinspaceSource[float32](0, 1, n+9, true, 9)
	steps, ones, zeros := NewLinspaceSource[int32](0, 999.5, n+9, false, 9), NewOnesSource[complex64](), NewZerosSource[bool]()
	sameElements(t, "uniform", filled(n, uniform.Fill))(Uniform[float64](nil, 5, 2, shape, -1, 3))
	sameElements(t, "uniform float32", filled(n, uniform32.Fill))(Uniform[float32](nil, 5, 2, shape, -1, 3))
	sameElements(t, "normal", filled(n, normal.Fill))(Normal[float64](nil, 5, 2, shape, 1, 2))
	sameElements(t, "exponential", filled(n, exponential.Fill))(Exponential[float32](nil, 5, 2, shape, 0.5))
	sameElements(t, "integers", filled(n, integers.Fill))(Integers[int16](nil, 5, 2, shape, -10, 100))
	sameElements(t, "full", filled(n, full.Fill))(Full(nil, shape, int8(7)))
	sameElements(t, "arange", filled(n, arange.Fill))(Arange(nil, 0.5, 0.1, 33, n))
	sameElements(t, "linspace", filled(n, linspace.Fill))(Linspace[float32](nil, 0, 1, n+9, true, 9, n))
	sameElements(t, "linspace int32", filled(n, steps.Fill))(Linspace[int32](nil, 0, 999.5, n+9, false, 9, n))
	sameElements(t, "ones", filled(n, ones.Fill))(Ones[complex64](nil, shape))
	sameElements(t, "zeros", filled(n, zeros.Fill))(Zeros[bool](nil, shape))
}

func sameElements[T rt.Elem](t *testing.T, name string, got []T) func(*rt.Block[T], error) {
	return func(want *rt.Block[T], err error) {
		t.Helper()
		if err != nil || !slices.Equal(got, want.Data) {
			t.Errorf("%s: the source makes other elements (%v)", name, err)
		}
	}
}

// TestSourcesAllocateNothing checks that a source for a block is no garbage.
func TestSourcesAllocateNothing(t *testing.T) {
	dst := make([]float64, 1000)
	n := testing.AllocsPerRun(20, func() {
		u, z := NewUniformSource[float64](1, 2, 0, 1), NewNormalSource[float64](1, 2, 0, 1)
		l := NewLinspaceSource[float64](0, 1, 1000, true, 0)
		u.Fill(dst)
		z.Fill(dst)
		l.Fill(dst)
	})
	if n > 0 {
		t.Errorf("%v allocations", n)
	}
}
