package ref

import (
	"math"
	"math/cmplx"

	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/runtime/vector"
)

// functions are the functions that templates call, by name; an instance of a
// generic one by its name and type argument.
var functions = map[string]any{
	"math.Abs": math.Abs, "math.Atan2": math.Atan2,
	"math.Ceil":     math.Ceil,
	"math.Copysign": math.Copysign,
	"math.Floor":    math.Floor, "math.IsInf": math.IsInf, "math.IsNaN": math.IsNaN,
	"math.Mod": math.Mod, "math.Nextafter": math.Nextafter,
	"math.Nextafter32": math.Nextafter32, "math.RoundToEven": math.RoundToEven, "math.Signbit": math.Signbit,
	"math.Sqrt": math.Sqrt, "math.Trunc": math.Trunc,

	"vector.Exp": vector.Exp, "vector.Exp32": vector.Exp32, "vector.Exp2": vector.Exp2, "vector.Exp232": vector.Exp232, "vector.Expm1": vector.Expm1, "vector.Expm132": vector.Expm132,
	"vector.Log": vector.Log, "vector.Log32": vector.Log32, "vector.Log2": vector.Log2, "vector.Log232": vector.Log232, "vector.Log10": vector.Log10, "vector.Log1032": vector.Log1032,
	"vector.Log1p": vector.Log1p, "vector.Log1p32": vector.Log1p32, "vector.Logaddexp": vector.Logaddexp, "vector.Logaddexp32": vector.Logaddexp32, "vector.Logaddexp2": vector.Logaddexp2, "vector.Logaddexp232": vector.Logaddexp232,
	"vector.Sin": vector.Sin, "vector.Sin32": vector.Sin32, "vector.Cos": vector.Cos, "vector.Cos32": vector.Cos32, "vector.Tan": vector.Tan, "vector.Tan32": vector.Tan32,
	"vector.Sinc": vector.Sinc, "vector.Sinc32": vector.Sinc32, "vector.Arcsin": vector.Arcsin, "vector.Arcsin32": vector.Arcsin32, "vector.Arccos": vector.Arccos, "vector.Arccos32": vector.Arccos32,
	"vector.Arctan": vector.Arctan, "vector.Arctan32": vector.Arctan32, "vector.Arctan2": vector.Arctan2, "vector.Arctan232": vector.Arctan232, "vector.Sinh": vector.Sinh, "vector.Sinh32": vector.Sinh32,
	"vector.Cosh": vector.Cosh, "vector.Cosh32": vector.Cosh32, "vector.Tanh": vector.Tanh, "vector.Tanh32": vector.Tanh32, "vector.Arcsinh": vector.Arcsinh, "vector.Arcsinh32": vector.Arcsinh32,
	"vector.Arccosh": vector.Arccosh, "vector.Arccosh32": vector.Arccosh32, "vector.Arctanh": vector.Arctanh, "vector.Arctanh32": vector.Arctanh32, "vector.Power": vector.Power, "vector.Power32": vector.Power32,
	"vector.Cbrt": vector.Cbrt, "vector.Cbrt32": vector.Cbrt32, "vector.Erf": vector.Erf, "vector.Erf32": vector.Erf32, "vector.Hypot": vector.Hypot, "vector.Hypot32": vector.Hypot32,

	"cmplx.Abs": cmplx.Abs, "cmplx.Conj": cmplx.Conj, "cmplx.IsInf": cmplx.IsInf, "cmplx.Phase": cmplx.Phase,

	"rt.FloatToInt8": rt.FloatToInt8, "rt.FloatToInt16": rt.FloatToInt16, "rt.FloatToInt32": rt.FloatToInt32,
	"rt.FloatToInt64": rt.FloatToInt64, "rt.FloatToUint8": rt.FloatToUint8, "rt.FloatToUint16": rt.FloatToUint16,
	"rt.FloatToUint32": rt.FloatToUint32, "rt.FloatToUint64": rt.FloatToUint64,

	"rt.CompareMixed": rt.CompareMixed, "rt.IsFinite": rt.IsFinite, "rt.Ldexp": rt.Ldexp,
	"rt.NanToNum": rt.NanToNum, "rt.NanToNum32": rt.NanToNum32,
	"rt.Round": rt.Round, "rt.Round32": rt.Round32, "rt.Spacing": rt.Spacing,
	"rt.Spacing32": rt.Spacing32,

	"rt.AcosC": rt.AcosC, "rt.AcoshC": rt.AcoshC, "rt.AsinC": rt.AsinC, "rt.AsinhC": rt.AsinhC, "rt.AtanC": rt.AtanC,
	"rt.AtanhC": rt.AtanhC, "rt.CosC": rt.CosC, "rt.CoshC": rt.CoshC, "rt.Exp2C": rt.Exp2C, "rt.ExpC": rt.ExpC, "rt.Expm1C": rt.Expm1C,
	"rt.Log10C": rt.Log10C, "rt.Log1pC": rt.Log1pC, "rt.Log2C": rt.Log2C, "rt.LogC": rt.LogC, "rt.RintC": rt.RintC,
	"rt.SinC": rt.SinC, "rt.SinhC": rt.SinhC, "rt.SqrtC": rt.SqrtC, "rt.TanC": rt.TanC, "rt.TanhC": rt.TanhC,
	"rt.DivC64": rt.DivC64, "rt.DivC128": rt.DivC128, "rt.MulC64": rt.MulC64, "rt.MulC128": rt.MulC128,
	"rt.NanToNumC64": rt.NanToNumC64, "rt.NanToNumC128": rt.NanToNumC128, "rt.PowC64": rt.PowC64, "rt.PowC128": rt.PowC128,
	"rt.ReciprocalC64": rt.ReciprocalC64, "rt.ReciprocalC128": rt.ReciprocalC128, "rt.RoundC64": rt.RoundC64,
	"rt.RoundC128": rt.RoundC128, "rt.SignC64": rt.SignC64, "rt.SignC128": rt.SignC128, "rt.SquareC64": rt.SquareC64,
	"rt.SquareC128": rt.SquareC128,
	"rt.FMaxC":      rt.FMaxC, "rt.FMinC": rt.FMinC, "rt.MaxC": rt.MaxC, "rt.MinC": rt.MinC, "rt.LessC": rt.LessC,
	"rt.LessEqualC": rt.LessEqualC, "rt.IsFiniteC": rt.IsFiniteC, "rt.IsNaNC": rt.IsNaNC,
}

func init() {
	instancesAny[bool](ir.Bool)
	instancesSigned[int8](ir.Int8)
	instancesSigned[int16](ir.Int16)
	instancesSigned[int32](ir.Int32)
	instancesSigned[int64](ir.Int64)
	instancesUnsigned[uint8](ir.Uint8)
	instancesUnsigned[uint16](ir.Uint16)
	instancesUnsigned[uint32](ir.Uint32)
	instancesUnsigned[uint64](ir.Uint64)
	instancesFloat[float32](ir.Float32)
	instancesFloat[float64](ir.Float64)
	instancesAny[complex64](ir.Complex64)
	instancesAny[complex128](ir.Complex128)
}

// put adds functions as instances for dtype d.
func put(d ir.DType, fs map[string]any) {
	for name, f := range fs {
		functions[name+"["+d.String()+"]"] = f
	}
}

func instancesAny[T bool | complex64 | complex128](d ir.DType) {
	put(d, map[string]any{"rt.Where": rt.Where[T], "rt.Zero": rt.Zero[T], "rt.False": rt.False[T], "rt.True": rt.True[T]})
}

// instancesReal adds what all real numbers have.
func instancesReal[T rt.Integer | rt.Float](d ir.DType) {
	put(d, map[string]any{
		"rt.Where": rt.Where[T], "rt.Zero": rt.Zero[T], "rt.False": rt.False[T], "rt.True": rt.True[T],
		"rt.Num": rt.Num[T], "rt.Square": rt.Square[T],
		"min": func(x, y any) any { return min(x.(T), y.(T)) },
		"max": func(x, y any) any { return max(x.(T), y.(T)) },
	})
}

func instancesInteger[T rt.Integer](d ir.DType) {
	put(d, map[string]any{
		"rt.FloorDiv": rt.FloorDiv[T], "rt.Mod": rt.Mod[T], "rt.Rem": rt.Rem[T], "rt.PowInt": rt.PowInt[T],
		"rt.ReciprocalInt": rt.ReciprocalInt[T], "rt.GCD": rt.GCD[T], "rt.LCM": rt.LCM[T], "rt.RoundInt": rt.RoundInt[T],
	})
}

func instancesSigned[T rt.Signed](d ir.DType) {
	instancesReal[T](d)
	instancesInteger[T](d)
	put(d, map[string]any{
		"rt.AbsInt": rt.AbsInt[T], "rt.SignInt": rt.SignInt[T], "rt.GCDInt": rt.GCDInt[T], "rt.LCMInt": rt.LCMInt[T],
	})
}

func instancesUnsigned[T rt.Unsigned](d ir.DType) {
	instancesReal[T](d)
	instancesInteger[T](d)
	put(d, map[string]any{"rt.SignUint": rt.SignUint[T]})
}

func instancesFloat[T rt.Float](d ir.DType) {
	instancesReal[T](d)
	put(d, map[string]any{
		"rt.FloorDivFloat": rt.FloorDivFloat[T], "rt.ModFloat": rt.ModFloat[T], "rt.SignFloat": rt.SignFloat[T],
		"rt.FMin": rt.FMin[T], "rt.FMax": rt.FMax[T], "rt.Heaviside": rt.Heaviside[T],
	})
}
