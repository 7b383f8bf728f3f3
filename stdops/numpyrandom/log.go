package numpyrandom

import "math"

// ln2 in two parts, the first with zeros at its end.
const (
	ln2High = 0x1.62e42fefa38p-1
	ln2Low  = 0x1.ef35793c7673p-45
)

// log returns the logarithm of 0 < x < 2, almost always rounded correctly, as
// that of the C libraries is with which NumPy is built: 2·artanh((m-1)/(m+1)),
// x = m·2ᵏ, of which the leading term has twice the precision.
func log(x float64) float64 {
	m, k := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, k = 2*m, k-1
	}
	num, den := m-1, m+1
	denLow := m - (den - 1)
	s := num / den
	sLow := (math.FMA(-s, den, num) - float64(s*denLow)) / den
	s2, p := s*s, 0.0
	for n := 27; n >= 3; n -= 2 {
		p = s2 * (1/float64(n) + p)
	}
	high := float64(k) * ln2High
	sum := high + 2*s
	rest := 2*s - (sum - high)
	if math.Abs(2*s) > math.Abs(high) {
		rest = high - (sum - 2*s)
	}
	return sum + (rest + (float64(float64(k)*ln2Low) + 2*(sLow+float64(s*p))))
}
