package ref

import (
	"go/token"

	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

// number holds Go's operators on the type of a dtype.
type number struct {
	unary  func(op token.Token, x any) any
	binary func(op token.Token, x, y any) any
	from   func(x any) any // Go's conversion, of real numbers to real, of complex to complex
}

var numbers = map[ir.DType]number{
	ir.Int8: integer[int8](), ir.Int16: integer[int16](), ir.Int32: integer[int32](), ir.Int64: integer[int64](),
	ir.Uint8: integer[uint8](), ir.Uint16: integer[uint16](), ir.Uint32: integer[uint32](), ir.Uint64: integer[uint64](),
	ir.Float32: float[float32](), ir.Float64: float[float64](),
	ir.Complex64: complexNumber[complex64](), ir.Complex128: complexNumber[complex128](),
}

func integer[T rt.Integer]() number {
	return number{
		unary: func(op token.Token, x any) any {
			if op == token.XOR {
				return ^x.(T)
			}
			return -x.(T)
		},
		binary: func(op token.Token, x, y any) any {
			switch op {
			case token.SHL:
				return x.(T) << y.(uint64)
			case token.SHR:
				return x.(T) >> y.(uint64)
			}
			if c, ok := compare(op, x.(T), y.(T)); ok {
				return c
			}
			return binaryInteger(op, x.(T), y.(T))
		},
		from: goReal[T],
	}
}

func binaryInteger[T rt.Integer](op token.Token, x, y T) any {
	switch op {
	case token.ADD:
		return x + y
	case token.SUB:
		return x - y
	case token.MUL:
		return x * y
	case token.AND:
		return x & y
	case token.OR:
		return x | y
	case token.XOR:
		return x ^ y
	}
	panic("ref: internal error: " + op.String() + " on integers")
}

func float[T rt.Float]() number {
	return number{
		unary: func(_ token.Token, x any) any { return -x.(T) },
		binary: func(op token.Token, x, y any) any {
			if c, ok := compare(op, x.(T), y.(T)); ok {
				return c
			}
			return binaryFloat(op, x.(T), y.(T))
		},
		from: goReal[T],
	}
}

func binaryFloat[T rt.Float](op token.Token, x, y T) any {
	switch op {
	case token.ADD:
		return x + y
	case token.SUB:
		return x - y
	case token.MUL:
		return T(x * y)
	case token.QUO:
		return x / y
	}
	panic("ref: internal error: " + op.String() + " on floats")
}

// compare evaluates a comparison; ok says whether op is one.
func compare[T rt.Integer | rt.Float](op token.Token, x, y T) (result, ok bool) {
	switch op {
	case token.EQL:
		return x == y, true
	case token.NEQ:
		return x != y, true
	case token.LSS:
		return x < y, true
	case token.LEQ:
		return x <= y, true
	case token.GTR:
		return x > y, true
	case token.GEQ:
		return x >= y, true
	}
	return false, false
}

func complexNumber[T complex64 | complex128]() number {
	return number{
		unary: func(_ token.Token, x any) any { return -x.(T) },
		binary: func(op token.Token, x, y any) any {
			switch a, b := x.(T), y.(T); op {
			case token.ADD:
				return a + b
			case token.SUB:
				return a - b
			case token.EQL:
				return a == b
			case token.NEQ:
				return a != b
			}
			panic("ref: internal error: " + op.String() + " on complex numbers")
		},
		from: func(x any) any {
			if c, ok := x.(complex64); ok {
				return T(c)
			}
			return T(x.(complex128))
		},
	}
}

// goReal is Go's conversion of a real number.
func goReal[T rt.Integer | rt.Float](x any) any {
	switch x := x.(type) {
	case int8:
		return T(x)
	case int16:
		return T(x)
	case int32:
		return T(x)
	case int64:
		return T(x)
	case uint8:
		return T(x)
	case uint16:
		return T(x)
	case uint32:
		return T(x)
	case uint64:
		return T(x)
	case float32:
		return T(x)
	}
	return T(x.(float64))
}

// goConvert is Go's conversion T(x), also of untyped constants.
func goConvert(x any, d ir.DType) any {
	if x, ok := x.(bool); ok {
		return x
	}
	if dtypeOf(x) == ir.NoDType {
		_, x = unify(numbers[d].zero(), x)
		return x
	}
	return numbers[d].from(x)
}

func (n number) zero() any { return n.from(int8(0)) }

// builtin2 is min, max or complex.
func builtin2(name string, x, y any) any {
	if name == "complex" {
		if re, ok := x.(float32); ok {
			return complex(re, y.(float32))
		}
		return complex(x.(float64), y.(float64))
	}
	return functions[name+"["+dtypeOf(x).String()+"]"].(func(x, y any) any)(x, y)
}

func part(name string, x any) any {
	switch z := x.(type) {
	case complex64:
		if name == "real" {
			return real(z)
		}
		return imag(z)
	default:
		if name == "real" {
			return real(z.(complex128))
		}
		return imag(z.(complex128))
	}
}
