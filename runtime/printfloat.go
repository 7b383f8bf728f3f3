package runtime

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// floatWords is NumPy's FloatingFormat. With sign, positive numbers have one.
func floatWords(out []string, vals []float64, bits int, sign bool) {
	f := floatFormat{bits: bits, sign: sign}
	f.fit(vals)
	for i, v := range vals {
		out[i] = f.word(v)
	}
}

// A floatFormat is how the floats of one array are written.
type floatFormat struct {
	bits      int
	sign      bool
	exponent  bool // scientific
	left      int  // characters before the point
	right     int  // characters after it
	precision int  // scientific: digits after the point
	expDigits int  // scientific: digits of the exponent
}

// fit chooses the format for an array.
func (f *floatFormat) fit(vals []float64) {
	finite := slices.DeleteFunc(slices.Clone(vals), func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
	f.exponent = f.needsExponent(finite)
	for _, v := range finite {
		s, exp, _ := strings.Cut(f.digits(v, -1), "e")
		point := strings.IndexByte(s, '.')
		f.left = max(f.left, point)
		f.precision = max(f.precision, len(s)-point-1)
		f.expDigits = max(f.expDigits, len(exp)-1)
	}
	f.right = f.precision
	if f.exponent {
		f.right += f.expDigits + 2
	}
	if len(finite) < len(vals) {
		inf := len("inf")
		if f.sign || slices.Contains(vals, math.Inf(-1)) {
			inf++
		}
		f.left = max(f.left, inf-f.right-1)
	}
}

// needsExponent says whether the numbers of an array are so large, so small or
// so different that they are written in scientific notation.
func (f *floatFormat) needsExponent(finite []float64) bool {
	large, small := 0.0, math.Inf(1)
	for _, v := range finite {
		if v = math.Abs(v); v != 0 {
			large, small = max(large, v), min(small, v)
		}
	}
	if large == 0 {
		return false
	}
	if f.bits == 32 { // in float32, as NumPy computes it
		return large >= 1e6 || float32(small) < 0.0001 || float32(large)/float32(small) > 1000
	}
	return large >= 1e8 || small < 0.0001 || large/small > 1000
}

// digits writes a finite number with so many digits after the point; -1: as
// many as identify it, but no more than printPrecision, without zeros at the
// end. There is always a point, and with sign always a sign.
func (f *floatFormat) digits(v float64, precision int) string {
	kind := byte('f')
	if f.exponent {
		kind = 'e'
	}
	s := strconv.FormatFloat(v, kind, precision, f.bits)
	if f.sign && s[0] != '-' {
		s = "+" + s
	}
	mant, exp := s, ""
	if e := strings.IndexByte(s, 'e'); e >= 0 {
		mant, exp = s[:e], s[e:]
	}
	point := strings.IndexByte(mant, '.')
	if point < 0 {
		return mant + "." + exp
	}
	if precision < 0 && len(mant)-point-1 > printPrecision {
		s = f.digits(v, printPrecision)
		if mant, exp = s, ""; f.exponent {
			e := strings.IndexByte(s, 'e')
			mant, exp = s[:e], s[e:]
		}
		mant = strings.TrimRight(mant, "0")
	}
	return mant + exp
}

// word writes one number, padded.
func (f *floatFormat) word(v float64) string {
	switch {
	case math.IsNaN(v):
		return f.special("nan")
	case math.IsInf(v, -1):
		return f.special("-inf")
	case math.IsInf(v, 1) && f.sign:
		return f.special("+inf")
	case math.IsInf(v, 1):
		return f.special("inf")
	}
	precision := -1
	if f.exponent {
		precision = f.precision
	}
	s := f.digits(v, precision)
	if f.exponent {
		e := strings.IndexByte(s, 'e')
		s = s[:e+2] + pad(s[e+2:], max(f.expDigits, len(s)-e-2))
	}
	point := strings.IndexByte(s, '.')
	s = strings.Repeat(" ", max(0, f.left-point)) + s
	return s + strings.Repeat(" ", max(0, f.left+1+f.right-len(s)))
}

func (f *floatFormat) special(s string) string {
	if f.sign && s == "nan" {
		s = "+nan"
	}
	return strings.Repeat(" ", max(0, f.left+f.right+1-len(s))) + s
}
