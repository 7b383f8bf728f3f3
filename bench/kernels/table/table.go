// Package table lists the kernels that are measured one by one: what they
// compute, in words, as an expression of da, and element by element.
package table

import "math"

// A Kernel is one row of the table.
type Kernel struct {
	Name  string
	Title string
	Expr  string // in da, of a and b; m and r are a as a square and its first row
	Shape Shape
	Elems int  // operands that are read per element
	Out   Type // element type of the result
	Exact bool // rounded once: all contestants give the same bits

	// At computes an element of an elementwise kernel in float64.
	At func(a, b float64) float64
}

// A Shape says what a kernel reads and what it makes of it.
type Shape int

const (
	Flat      Shape = iota // an element of each
	Scalar                 // one value, or two, of all
	Rows                   // a square's axis 0 is summed
	Columns                // axis 1 is summed
	Turned                 // a square, transposed
	Broadcast              // a square and one of its rows
)

// A Type is the element type of a result.
type Type int

const (
	Same  Type = iota // as the operands
	Bool              // 1 byte
	Other             // float32 of float64, and the reverse
	Int               // an integer of the same size
)

// Kernels are all rows.
var Kernels = []Kernel{
	{Name: "add", Title: "a + b", Expr: "a.Add(b)", Elems: 2, Exact: true, At: func(a, b float64) float64 { return a + b }},
	{Name: "multiply", Title: "a * b", Expr: "a.Mul(b)", Elems: 2, Exact: true, At: func(a, b float64) float64 { return a * b }},
	{Name: "sqrt", Title: "sqrt(a*b + 1)", Expr: "a.Mul(b).AddScalar(1).Sqrt()", Elems: 2, At: func(a, b float64) float64 { return math.Sqrt(a*b + 1) }},
	{Name: "exp", Title: "exp(-a*a) + 0.5", Expr: "a.Neg().Mul(a).Exp().AddScalar(0.5)", Elems: 1, At: func(a, _ float64) float64 { return math.Exp(-a*a) + 0.5 }},
	{Name: "log", Title: "log(a) * b", Expr: "a.Log().Mul(b)", Elems: 2, At: func(a, b float64) float64 { return math.Log(a) * b }},
	{Name: "sincos", Title: "sin(a)² + cos(a)²", Expr: "a.Sin().Square().Add(a.Cos().Square())", Elems: 1, At: func(a, _ float64) float64 { return 1 }},
	{Name: "power", Title: "a ** b", Expr: "a.Pow(b)", Elems: 2, At: math.Pow},
	{Name: "tanh", Title: "tanh(a)", Expr: "a.Tanh()", Elems: 1, At: func(a, _ float64) float64 { return math.Tanh(a) }},
	{Name: "less", Title: "a < b", Expr: "a.Less(b)", Elems: 2, Out: Bool, Exact: true, At: func(a, b float64) float64 { return truth(a < b) }},
	{Name: "where", Title: "where(a < b, a, 2 b)", Expr: "da.Where(a.Less(b), a, b.MulScalar(2))", Elems: 2, Exact: true, At: where},
	{Name: "cast", Title: "to the other float", Expr: "da.AsType[OTHER](a)", Elems: 1, Out: Other, At: func(a, _ float64) float64 { return a }},
	{Name: "castint", Title: "to an integer of the same size", Expr: "da.AsType[INT](a)", Elems: 1, Out: Int, Exact: true, At: func(a, _ float64) float64 { return math.Trunc(a) }},
	{Name: "sum", Title: "sum(a)", Expr: "a.Sum(AXIS)", Shape: Scalar, Elems: 1},
	{Name: "meanvar", Title: "mean(a), var(a)", Expr: "a.Mean(AXIS), a.Var(AXIS)", Shape: Scalar, Elems: 1},
	{Name: "min", Title: "min(a)", Expr: "a.Min(AXIS)", Shape: Scalar, Elems: 1, Exact: true},
	{Name: "argmin", Title: "argmin(a)", Expr: "a.ArgMin(AXIS)", Shape: Scalar, Elems: 1, Out: Int, Exact: true},
	{Name: "sum0", Title: "m.sum(0)", Expr: "m.Sum(FIRST)", Shape: Rows, Elems: 1},
	{Name: "sum1", Title: "m.sum(1)", Expr: "m.Sum(LAST)", Shape: Columns, Elems: 1},
	{Name: "transpose", Title: "2 m.T", Expr: "m.Transpose(SWAPPED).MulScalar(2)", Shape: Turned, Elems: 1, Exact: true},
	{Name: "broadcast", Title: "m - row", Expr: "m.Sub(r)", Shape: Broadcast, Elems: 1, Exact: true},
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func where(a, b float64) float64 {
	if a < b {
		return a
	}
	return 2 * b
}

// A and B are the operands: numbers in [0.01, 1.01) and [0, 1) that look random
// and that all contestants compute alike.
func A(i int) float64 { return float64(uint32(i)*2654435761+123456789)/(1<<32) + 0.01 }
func B(i int) float64 { return float64(uint32(i)*1597334677+362436069) / (1 << 32) }

// Samples is how many elements of a result are compared.
const Samples = 1 << 16

// Want computes what a kernel gives of n elements: all of a short result, every
// n/Samples-th element of a long one. In float32 the operands are rounded, the
// result is that of float64.
func (k *Kernel) Want(n int, single bool) []float64 {
	round := func(x float64) float64 { return x }
	if single {
		round = func(x float64) float64 { return float64(float32(x)) }
	}
	a := func(i int) float64 { return round(A(i)) }
	b := func(i int) float64 { return round(B(i)) }
	side := int(math.Sqrt(float64(n)))
	switch k.Shape {
	case Scalar:
		return k.scalars(n, a)
	case Rows, Columns:
		return sums(side, k.Shape, a)
	case Turned:
		return sampled(n, func(i int) float64 { return 2 * a(i%side*side+i/side) })
	case Broadcast:
		return sampled(n, func(i int) float64 { return a(i) - a(i%side) })
	}
	return sampled(n, func(i int) float64 { return k.At(a(i), b(i)) })
}

func sampled(n int, at func(i int) float64) []float64 {
	stride := max(1, n/Samples)
	out := make([]float64, n/stride)
	for i := range out {
		out[i] = at(i * stride)
	}
	return out
}

func sums(side int, s Shape, a func(i int) float64) []float64 {
	out := make([]float64, side)
	for i := range side {
		for j := range side {
			if s == Rows {
				out[j] += a(i*side + j)
			} else {
				out[i] += a(i*side + j)
			}
		}
	}
	return out
}

func (k *Kernel) scalars(n int, a func(i int) float64) []float64 {
	sum, least, at := 0.0, math.Inf(1), 0
	for i := range n {
		v := a(i)
		sum += v
		if v < least {
			least, at = v, i
		}
	}
	mean := sum / float64(n)
	switch k.Name {
	case "sum":
		return []float64{sum}
	case "min":
		return []float64{least}
	case "argmin":
		return []float64{float64(at)}
	}
	square := 0.0
	for i := range n {
		square += (a(i) - mean) * (a(i) - mean)
	}
	return []float64{mean, square / float64(n)}
}
