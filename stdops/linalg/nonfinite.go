package linalg

// gonum's BLAS leaves out the elements of a that are 0, and with them what they would
// make of NaN and infinities in b: 0·NaN and 0·∞ are NaN. markNaN adds that.

// number is the constraint of the dtypes that BLAS multiplies.
type number interface {
	float32 | float64 | complex64 | complex128
}

// markNaN adds the products of zeros in a with NaN and infinities in b to c,
// whose columns have stride 1. It looks through the smaller matrix first, and mostly that is
// all it does.
func markNaN[T number](a, b, c matrix[T]) {
	if a.rows <= b.cols && !hasZero(a) || !hasNonfinite(b) {
		return
	}
	for k := range b.rows {
		for j := range b.cols {
			x := b.data[k*b.rs+j*b.cs]
			if x-x == 0 {
				continue
			}
			for i := range a.rows {
				if v := a.data[i*a.rs+k*a.cs]; v == 0 {
					c.data[i*c.rs+j] += v * x
				}
			}
		}
	}
}

func hasZero[T number](m matrix[T]) bool {
	for i := range m.rows {
		p := i * m.rs
		for range m.cols {
			if m.data[p] == 0 {
				return true
			}
			p += m.cs
		}
	}
	return false
}

// hasNonfinite adds x-x of all elements, which is 0 or NaN.
func hasNonfinite[T number](m matrix[T]) bool {
	if m.cs != 1 { // along the rows of its transpose, where it has such
		m.rows, m.cols, m.rs, m.cs = m.cols, m.rows, m.cs, m.rs
	}
	for i := range m.rows {
		var sum T
		p := i * m.rs
		if m.cs == 1 {
			for _, x := range m.data[p : p+m.cols] {
				sum += x - x
			}
		} else {
			for range m.cols {
				sum += m.data[p] - m.data[p]
				p += m.cs
			}
		}
		if sum != 0 {
			return true
		}
	}
	return false
}
