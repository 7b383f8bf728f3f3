package main

// pairs evaluates a polynomial as two of half the length, of the even and of the odd powers.
func pairs(x *value, coefficients ...float64) *value {
	var even, odd []float64
	n := len(coefficients)
	for i, c := range coefficients {
		if (n-1-i)%2 == 0 {
			even = append(even, c)
		} else {
			odd = append(odd, c)
		}
	}
	z := mul(x, x)
	return fma(x, horner(z, odd...), horner(z, even...))
}
