package blas

import "testing"

// TestVectors takes all lengths about that of a register, and of none.
func TestVectors(t *testing.T) {
	for n := range 40 {
		ld := n + n%3
		x, y := make([]float64, n), make([]float64, 4*ld)
		fill(x, 1)
		fill(y, 2)
		f := [4]float64{1, -2, 0, 3}
		dots := Dots(x, y, ld)
		want := append([]float64(nil), y...)
		for i := range f {
			sum := 0.0
			for j, v := range x {
				sum += v * y[i*ld+j]
				want[i*ld+j] += f[i] * v
			}
			if dots[i] != sum {
				t.Errorf("product %d of %d elements is %v, want %v", i, n, dots[i], sum)
			}
		}
		AddMultiples(f, x, y, ld)
		if i := same(y, want); i >= 0 {
			t.Errorf("element %d of %d is %v, want %v", i, n, y[i], want[i])
		}
	}
}
