package records

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/daskgen/daskgen/ir"
)

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// A Tolerance says how far floats may be apart: ULP units in the last place of
// the expected value (of a complex number: of its larger part), or Abs, whichever
// is more. With the zero Tolerance they must be equal, signs of zeros included;
// a NaN is equal to any.
type Tolerance struct{ ULP, Abs float64 }

// Compare returns an error that describes the first difference between two
// array literals, nil if there is none.
func (tol Tolerance) Compare(got, want *ir.Const) error {
	if got.DType != want.DType || !slices.Equal(got.Shape, want.Shape) {
		return fmt.Errorf("got %s%s, want %s%s", got.DType, ir.ShapeString(got.Shape), want.DType, ir.ShapeString(want.Shape))
	}
	n, bad, first := int(got.DType.Size()), 0, ""
	if len(got.Bytes) != len(want.Bytes) {
		return fmt.Errorf("got %d bytes, want %d", len(got.Bytes), len(want.Bytes))
	}
	for i := 0; i < len(got.Bytes); i += n {
		g, w := got.Bytes[i:i+n], want.Bytes[i:i+n]
		if tol.equal(got.DType, g, w) {
			continue
		}
		if bad++; bad == 1 {
			first = fmt.Sprintf("element %d: got %s, want %s", i/n, elemText(got.DType, g), elemText(got.DType, w))
		}
	}
	if bad > 0 {
		return fmt.Errorf("%s (%d of %d elements differ)", first, bad, len(got.Bytes)/n)
	}
	return nil
}

func (tol Tolerance) equal(d ir.DType, got, want []byte) bool {
	if d.Kind() != 'f' && d.Kind() != 'c' {
		return string(got) == string(want)
	}
	g, w := parts(d, got), parts(d, want)
	unit := 0.0
	for i := range w {
		if !math.IsInf(w[i], 0) {
			unit = max(unit, ulp(d, w[i]))
		}
	}
	for i := range w {
		if !tol.close(g[i], w[i], unit) {
			return false
		}
	}
	return true
}

func (tol Tolerance) close(got, want, unit float64) bool {
	switch {
	case math.IsNaN(got) || math.IsNaN(want):
		return math.IsNaN(got) && math.IsNaN(want)
	case tol == Tolerance{}:
		return got == want && math.Signbit(got) == math.Signbit(want)
	}
	return got == want || math.Abs(got-want) <= max(tol.ULP*unit, tol.Abs)
}

// ulp returns the unit in the last place of x in the precision of d.
func ulp(d ir.DType, x float64) float64 {
	x = math.Abs(x)
	switch {
	case math.IsNaN(x):
		return 0
	case d == ir.Float32 || d == ir.Complex64:
		return float64(math.Nextafter32(float32(x), math.MaxFloat32) - float32(x))
	}
	return math.Nextafter(x, math.Inf(1)) - x
}

// parts returns the float, or the two of a complex number.
func parts(d ir.DType, b []byte) []float64 {
	var out []float64
	if d == ir.Float32 || d == ir.Complex64 {
		for ; len(b) > 0; b = b[4:] {
			out = append(out, float64(math.Float32frombits(binary.LittleEndian.Uint32(b))))
		}
		return out
	}
	for ; len(b) > 0; b = b[8:] {
		out = append(out, math.Float64frombits(binary.LittleEndian.Uint64(b)))
	}
	return out
}

func elemText(d ir.DType, b []byte) string {
	switch d.Kind() {
	case 'f':
		return fmt.Sprint(parts(d, b)[0])
	case 'c':
		p := parts(d, b)
		return fmt.Sprint(complex(p[0], p[1]))
	}
	var word [8]byte
	copy(word[:], b)
	u := binary.LittleEndian.Uint64(word[:])
	if d.Kind() == 'i' {
		shift := 64 - 8*uint(len(b))
		return fmt.Sprint(int64(u<<shift) >> shift)
	}
	return fmt.Sprint(u)
}
