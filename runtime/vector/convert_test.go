package vector_test

import (
	"math"
	"testing"

	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/runtime/vector"
)

// TestFloatToInteger compares the conversions from float64 to integers with the
// runtime's, which the ops are defined by.
func TestFloatToInteger(t *testing.T) {
	compareConversion(t, vector.ConvertFloat64Int64, rt.FloatToInt64)
	compareConversion(t, vector.ConvertFloat64Int32, rt.FloatToInt32)
	compareConversion(t, vector.ConvertFloat64Int16, rt.FloatToInt16)
	compareConversion(t, vector.ConvertFloat64Int8, rt.FloatToInt8)
	compareConversion(t, vector.ConvertFloat64Uint64, rt.FloatToUint64)
	compareConversion(t, vector.ConvertFloat64Uint32, rt.FloatToUint32)
	compareConversion(t, vector.ConvertFloat64Uint16, rt.FloatToUint16)
	compareConversion(t, vector.ConvertFloat64Uint8, rt.FloatToUint8)
}

func compareConversion[T comparable](t *testing.T, f func(dst []T, x []float64), want func(float64) T) {
	t.Helper()
	var x []float64
	for _, v := range []float64{0, 0.5, 0.99, 1, 1.5, 127, 128, 255.9, 256, 32767.5, 32768, 65536, 1<<31 - 1, 1<<31 - 0.5, 1 << 31, 1<<31 + 0.5, 1<<31 + 1, 1 << 32, 1 << 52, 1<<63 - 1024, 1 << 63, 1<<63 + 2048, 1<<64 - 2048, 1 << 64, 1e300, math.Inf(1), math.NaN()} {
		x = append(x, v, -v)
	}
	got := make([]T, len(x))
	f(got, x)
	for i, v := range x {
		if got[i] != want(v) {
			t.Errorf("%v becomes %T %v, want %v", v, got[i], got[i], want(v))
		}
	}
}
