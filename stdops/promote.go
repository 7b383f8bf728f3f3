package stdops

import (
	"fmt"

	"github.com/daskgen/daskgen/ir"
)

// Dtypes in the order of NumPy's type characters ?bBhHiIlLfdFD, in which loops
// are searched: the first to which a pair of dtypes casts safely is their
// promotion.
var (
	boolTypes    = []ir.DType{ir.Bool}
	intTypes     = []ir.DType{ir.Int8, ir.Uint8, ir.Int16, ir.Uint16, ir.Int32, ir.Uint32, ir.Int64, ir.Uint64}
	floatTypes   = []ir.DType{ir.Float32, ir.Float64}
	complexTypes = []ir.DType{ir.Complex64, ir.Complex128}
	allTypes     = concat(boolTypes, intTypes, floatTypes, complexTypes)
)

func concat[T any](lists ...[]T) []T {
	var all []T
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// CanCast says whether every value of from has an equal value in to, as
// NumPy's can_cast with casting "safe" does: it holds that int64 casts safely
// to float64.
func CanCast(from, to ir.DType) bool {
	if from == to || from == ir.Bool {
		return from != ir.NoDType
	}
	size := to.Size()
	if to.Kind() == 'c' {
		size /= 2
	}
	switch from.Kind() {
	case 'i', 'u':
		return castInt(from, to, size)
	case 'f':
		return (to.Kind() == 'f' || to.Kind() == 'c') && from.Size() <= size
	case 'c':
		return to.Kind() == 'c' && from.Size() <= to.Size()
	}
	return false
}

// castInt is CanCast for an integer: size is that of to's real part.
func castInt(from, to ir.DType, size int64) bool {
	switch to.Kind() {
	case from.Kind():
		return from.Size() <= size
	case 'i': // from unsigned: needs one bit more
		return from.Size() < size
	case 'f', 'c':
		return from.Size() < size || size == 8
	}
	return false
}

// Promote returns the smallest dtype to which both cast safely, as NumPy's
// promote_types does: int64 and uint64 give float64.
func Promote(a, b ir.DType) ir.DType {
	for _, d := range allTypes {
		if CanCast(a, d) && CanCast(b, d) {
			return d
		}
	}
	return ir.NoDType
}

// kindRank orders the kinds of dtype for weak scalars: bool, integer, float,
// complex.
func kindRank(d ir.DType) int {
	switch d.Kind() {
	case 'b':
		return 0
	case 'i', 'u':
		return 1
	case 'f':
		return 2
	}
	return 3
}

// Weak returns the dtype that a Python scalar of dtype weak takes beside
// arrays of dtype strong (NoDType: beside scalars only), by NumPy 2's rules
// (NEP 50): strong itself unless the scalar is of a higher kind.
func Weak(weak, strong ir.DType) ir.DType {
	switch {
	case strong == ir.NoDType:
		return weak
	case kindRank(weak) <= kindRank(strong):
		return strong
	case kindRank(weak) == 3 && strong == ir.Float32:
		return ir.Complex64
	}
	return weak
}

// ResultType returns the dtype that values of these types have together, as
// NumPy 2's result_type does. Types of kind TypeScalar are weak. It is NoDType
// when a type is neither a scalar nor a block, or none is given.
func ResultType(types ...*ir.Type) ir.DType {
	strong, weak := ir.NoDType, ir.NoDType
	for _, t := range types {
		switch {
		case t.Kind == ir.TypeBlock:
			strong = promoteSome(strong, t.DType)
		case t.Kind == ir.TypeScalar:
			weak = promoteSome(weak, t.DType)
		default:
			return ir.NoDType
		}
	}
	if weak == ir.NoDType {
		return strong
	}
	return Weak(weak, strong)
}

func promoteSome(a, b ir.DType) ir.DType {
	if a == ir.NoDType {
		return b
	}
	return Promote(a, b)
}

// CastExpr returns the Go expression that converts $0 from one dtype to
// another as NumPy's astype does on x86-64: numbers to bool by != 0, floats to
// integers towards zero (NaN, infinities and numbers out of range to the
// smallest integer, wrapped), complex numbers to real ones by dropping the
// imaginary part. It is "$0" when the dtypes are equal.
func CastExpr(from, to ir.DType) string {
	if from == to {
		return "$0"
	}
	switch kindRank(from) {
	case 0:
		return castFromBool(to)
	case 1:
		return castFromNumber("$0", to)
	case 2:
		return castFromFloat("$0", from, to)
	}
	return castFromComplex(from, to)
}

func castFromBool(to ir.DType) string {
	if to.Kind() == 'c' {
		return fmt.Sprintf("complex(rt.Num[%s]($0), 0)", realType(to))
	}
	return fmt.Sprintf("rt.Num[%s]($0)", to)
}

// castFromNumber converts a real number by Go's own conversion, which is exact
// or wraps as NumPy's.
func castFromNumber(x string, to ir.DType) string {
	switch to.Kind() {
	case 'b':
		return x + " != 0"
	case 'c':
		return fmt.Sprintf("complex(%s(%s), 0)", realType(to), x)
	}
	return fmt.Sprintf("%s(%s)", to, x)
}

func castFromFloat(x string, from, to ir.DType) string {
	if kindRank(to) != 1 {
		return castFromNumber(x, to)
	}
	if from == ir.Float32 {
		x = "float64(" + x + ")"
	}
	return fmt.Sprintf("rt.Float%s(%s)", map[ir.DType]string{
		ir.Int8: "ToInt8", ir.Int16: "ToInt16", ir.Int32: "ToInt32", ir.Int64: "ToInt64",
		ir.Uint8: "ToUint8", ir.Uint16: "ToUint16", ir.Uint32: "ToUint32", ir.Uint64: "ToUint64",
	}[to], x)
}

func castFromComplex(from, to ir.DType) string {
	switch to.Kind() {
	case 'b':
		return "$0 != 0"
	case 'c':
		return fmt.Sprintf("%s($0)", to)
	}
	if realType(from) == to {
		return "real($0)"
	}
	return castFromFloat("real($0)", realType(from), to)
}

// realType returns the dtype of a complex dtype's parts, and any other itself.
func realType(d ir.DType) ir.DType {
	switch d {
	case ir.Complex64:
		return ir.Float32
	case ir.Complex128:
		return ir.Float64
	}
	return d
}
