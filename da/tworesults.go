package da

import (
	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

// Frexp returns the mantissas and exponents of floats: x is mantissa *
// 2**exponent, and the mantissa's magnitude is in [0.5, 1). Zeros, infinities
// and NaN are their own mantissa, with exponent 0.
func Frexp[T rt.Elem](x Array[T]) (mantissa Array[T], exponent Array[int32]) {
	m, e := twoResults(record.Here(), "frexp", result{"mantissa", dtypeOf[T]()}, result{"exponent", ir.Int32}, x.n)
	return wrap[T](m), wrap[int32](e)
}

// Modf returns the fractions and the integral parts of floats, both with the
// sign of x. The fraction of an infinity is 0.
func Modf[T rt.Elem](x Array[T]) (fraction, integral Array[T]) {
	f, i := twoResults(record.Here(), "modf", result{"fraction", dtypeOf[T]()}, result{"integral", dtypeOf[T]()}, x.n)
	return wrap[T](f), wrap[T](i)
}

// DivMod returns x.FloorDiv(y) and x.Mod(y), computed together.
func DivMod[T rt.Elem](x, y Array[T]) (quotient, remainder Array[T]) {
	q, r := twoResults(record.Here(), "divmod", result{"quotient", dtypeOf[T]()}, result{"remainder", dtypeOf[T]()}, x.n, y.n)
	return wrap[T](q), wrap[T](r)
}

// A result is one of an op's results.
type result struct {
	name  string // of the layer that picks it
	dtype ir.DType
}

// twoResults records an elementwise op of two results: a layer of tuples of two
// blocks, and two that pick one of them.
func twoResults(c *record.Caller, name string, first, second result, nodes ...*node) (*node, *node) {
	group := newGroup(name)
	chunks, ok := aligned(c, name, group, nodes)
	if !ok {
		return badNode(), badNode()
	}
	b := newGridLayer(c, group, "", gridOf(chunks))
	e := op(name, b.arguments(nodes)...)
	if bad := checkDType(c, e, first.dtype, second.dtype); bad != nil {
		return bad, bad
	}
	b.next(ir.Set{}, e)
	t := &ir.Type{Kind: ir.TypeTuple, Elems: []*ir.Type{typeOfBlocks(first.dtype, chunks), typeOfBlocks(second.dtype, chunks)}}
	pick := func(r result, i int64) *node {
		p := newLayer(c, r.name, "", r.dtype, chunks)
		return p.finish(op("getitem", p.operand(b.l, t, identity(len(chunks))...), intExpr(i)))
	}
	return pick(first, 0), pick(second, 1)
}
