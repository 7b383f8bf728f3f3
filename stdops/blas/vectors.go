package blas

// Dots returns the inner products of x with four vectors of its length, which
// begin ld elements apart in y.
func Dots(x, y []float64, ld int) (dots [4]float64) {
	whole := 0
	if engine64 != nil && len(x) >= 8 {
		whole = len(x) &^ 7
		_ = y[3*ld+len(x)-1]
		ddots4(whole, &x[0], &y[0], 8*ld, &dots[0])
	}
	for i := range dots {
		for j := whole; j < len(x); j++ {
			dots[i] += x[j] * y[i*ld+j]
		}
	}
	return dots
}

// AddMultiples adds f[i]·x to the i-th of four vectors of the length of x,
// which begin ld elements apart in y.
func AddMultiples(f [4]float64, x, y []float64, ld int) {
	whole := 0
	if engine64 != nil && len(x) >= 8 {
		whole = len(x) &^ 7
		_ = y[3*ld+len(x)-1]
		daxpys4(whole, &x[0], &y[0], 8*ld, &f[0])
	}
	for i, v := range f {
		for j := whole; j < len(x); j++ {
			y[i*ld+j] += v * x[j]
		}
	}
}
