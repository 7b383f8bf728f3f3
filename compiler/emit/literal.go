package emit

import (
	"math"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

// A number is the value of a numeric literal in one dtype.
type number struct {
	dtype ir.DType
	b     bool
	i     int64 // signed integers
	u     uint64
	f     float64
	c     complex128
}

// constNumber converts a literal to dtype d, as NumPy does: integers wrap,
// floats round once to the precision of d.
func constNumber(c *ir.Const, d ir.DType) number {
	n := number{dtype: d}
	switch c.Kind {
	case ir.ConstBool:
		if c.Bool {
			n.i = 1
		}
		n.setInt(n.i, uint64(n.i))
	case ir.ConstInt:
		if c.Uint != 0 {
			n.setInt(int64(c.Uint), c.Uint)
			n.f, n.c = roundFloat(float64(c.Uint), d), roundComplex(complex(float64(c.Uint), 0), d)
			return n
		}
		n.setInt(c.Int, uint64(c.Int))
	case ir.ConstFloat:
		n.setFloat(c.Float)
		n.c = roundComplex(complex(c.Float, 0), d)
	case ir.ConstComplex:
		n.setFloat(real(c.Cmplx))
		n.b = c.Cmplx != 0
		n.c = roundComplex(c.Cmplx, d)
	}
	return n
}

// setInt sets all forms of an integer, wrapped to the size of the dtype.
func (n *number) setInt(i int64, u uint64) {
	shift := 64 - 8*n.dtype.Size()
	n.b = u != 0
	n.f = roundFloat(float64(i), n.dtype)
	n.c = roundComplex(complex(float64(i), 0), n.dtype)
	if shift > 0 {
		i, u = i<<shift>>shift, u<<shift>>shift
	}
	n.i, n.u = i, u
}

// setFloat sets all forms of a float but the complex one.
func (n *number) setFloat(f float64) {
	n.b = f != 0
	n.f = roundFloat(f, n.dtype)
	switch n.dtype {
	case ir.Int8:
		n.i = int64(rt.FloatToInt8(f))
	case ir.Int16:
		n.i = int64(rt.FloatToInt16(f))
	case ir.Int32:
		n.i = int64(rt.FloatToInt32(f))
	case ir.Int64:
		n.i = rt.FloatToInt64(f)
	case ir.Uint8:
		n.u = uint64(rt.FloatToUint8(f))
	case ir.Uint16:
		n.u = uint64(rt.FloatToUint16(f))
	case ir.Uint32:
		n.u = uint64(rt.FloatToUint32(f))
	case ir.Uint64:
		n.u = rt.FloatToUint64(f)
	}
}

func roundFloat(f float64, d ir.DType) float64 {
	if d == ir.Float32 {
		return float64(float32(f))
	}
	return f
}

func roundComplex(c complex128, d ir.DType) complex128 {
	if d == ir.Complex64 {
		return complex128(complex64(c))
	}
	return c
}

// special says whether Go has no literal for the number, so that a call of
// package math makes it.
func (n number) special() bool {
	switch n.dtype.Kind() {
	case 'f':
		return specialFloat(n.f)
	case 'c':
		return specialFloat(real(n.c)) || specialFloat(imag(n.c))
	}
	return false
}

func specialFloat(f float64) bool {
	return math.IsNaN(f) || math.IsInf(f, 0) || f == 0 && math.Signbit(f)
}

// untyped returns the literal as it stands where its context gives its type.
func (n number) untyped() goExpr {
	e := goExpr{prec: primaryPrec, atom: true, konst: true}
	s := ""
	switch n.dtype.Kind() {
	case 'b':
		s = strconv.FormatBool(n.b)
	case 'i':
		s = strconv.FormatInt(n.i, 10)
	case 'u':
		s = strconv.FormatUint(n.u, 10)
	default:
		if n.special() || n.dtype.Kind() == 'c' {
			return n.typed()
		}
		s = floatLiteral(n.f, n.dtype)
	}
	if strings.HasPrefix(s, "-") {
		e.prec = unaryPrec
	}
	e.code = jen.Op(s)
	e.typed = e.code
	if n.dtype != ir.Bool {
		e.typed = n.typed().code
	}
	return e
}

// typed returns the literal as it stands alone: its own type is the dtype.
func (n number) typed() goExpr {
	switch n.dtype {
	case ir.Bool:
		return n.untyped()
	case ir.Float32, ir.Float64:
		return n.typedFloat()
	case ir.Complex64, ir.Complex128:
		return n.typedComplex()
	}
	s := strconv.FormatInt(n.i, 10)
	if n.dtype.Kind() == 'u' {
		s = strconv.FormatUint(n.u, 10)
	}
	e := call(jen.Id(n.dtype.String()), goExpr{code: jen.Op(s)})
	e.atom, e.konst = true, true
	return e
}

func (n number) typedFloat() goExpr {
	if !specialFloat(n.f) {
		s := floatLiteral(n.f, n.dtype)
		if n.dtype == ir.Float64 {
			if !strings.ContainsAny(s, ".e") {
				s += ".0"
			}
			return goExpr{code: jen.Op(s), prec: unaryPrec, atom: true, konst: true}
		}
		e := call(jen.Id(n.dtype.String()), goExpr{code: jen.Op(s)})
		e.atom, e.konst = true, true
		return e
	}
	e := mathFloat(n.f)
	if n.dtype == ir.Float32 {
		e = call(jen.Float32(), e)
	}
	e.special = true
	return e
}

// mathFloat returns a float64 expression for any number.
func mathFloat(f float64) goExpr {
	switch {
	case math.IsNaN(f):
		return call(jen.Qual("math", "NaN"))
	case math.IsInf(f, 1):
		return call(jen.Qual("math", "Inf"), goExpr{code: jen.Lit(1)})
	case math.IsInf(f, -1):
		return call(jen.Qual("math", "Inf"), goExpr{code: jen.Lit(-1)})
	case f == 0 && math.Signbit(f):
		return call(jen.Qual("math", "Copysign"), goExpr{code: jen.Lit(0)}, goExpr{code: jen.Lit(-1)})
	}
	return goExpr{code: jen.Op(floatLiteral(f, ir.Float64)), prec: unaryPrec, atom: true, konst: true}
}

// typedComplex writes complex(re, im), a constant unless a part is special.
func (n number) typedComplex() goExpr {
	e := call(jen.Id("complex"), mathFloat(real(n.c)), mathFloat(imag(n.c)))
	if n.special() {
		if n.dtype == ir.Complex64 {
			e = call(jen.Complex64(), e)
		}
		e.special = true
		return e
	}
	e.konst, e.atom, e.typed = true, true, e.code
	if n.dtype == ir.Complex64 {
		e.typed = jen.Complex64().Call(e.code)
	}
	return e
}

// floatLiteral is the shortest decimal form that reads back as f.
func floatLiteral(f float64, d ir.DType) string {
	bits := 64
	if d == ir.Float32 || d == ir.Complex64 {
		bits = 32
	}
	return strconv.FormatFloat(f, 'g', -1, bits)
}
