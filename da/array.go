package da

import (
	"reflect"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

// A Block is one block of an array as functions given to MapBlocks see it.
type Block[T rt.Elem] = rt.Block[T]

// An Array describes a blocked array with elements of type T. Arrays are
// values: operations return new ones.
type Array[T rt.Elem] struct{ n *node }

// An Operand is an Array of any element type.
type Operand interface{ operand() *node }

func (x Array[T]) operand() *node { return x.n }

// A node is what an Array stands for: the array that the blocks of a layer
// form, or a scalar literal.
type node struct {
	layer  *ir.Layer
	dtype  ir.DType
	chunks [][]int64 // sizes along each axis
	konst  *ir.Const // a scalar: a weak literal, until something needs its block
	bad    bool      // the result of misuse, which has been reported
	pieces *node     // of a rechunked array: the array whose blocks were joined
	joined []int     // the axes along which they were joined
}

// dtypeOf returns the dtype of a type argument.
func dtypeOf[T rt.Elem]() ir.DType { return ir.ParseDType(reflect.TypeFor[T]().Kind().String()) }

// wrap returns a node as an Array; nil and bad nodes too.
func wrap[T rt.Elem](n *node) Array[T] { return Array[T]{n} }

func badNode() *node { return &node{bad: true} }

// usable says whether all nodes can be worked with. Zero Arrays are misuse.
func usable(c *record.Caller, nodes ...*node) bool {
	ok := true
	for i, n := range nodes {
		switch {
		case n == nil:
			misuse(c, record.CodeBadDSL, "", "array %d has not been set: it is the zero value of da.Array", i+1)
			ok = false
		case n.bad:
			ok = false
		}
	}
	return ok
}

// misuse reports misuse at the caller's place and returns a bad node.
func misuse(c *record.Caller, code, hint, format string, args ...any) *node {
	record.Misuse(c, code, hint, format, args...)
	return badNode()
}

func (n *node) rank() int { return len(n.chunks) }

func (n *node) shape() []int64 {
	s := make([]int64, len(n.chunks))
	for k, c := range n.chunks {
		s[k] = sum(c)
	}
	return s
}

func sum(sizes []int64) int64 {
	n := int64(0)
	for _, s := range sizes {
		n += s
	}
	return n
}

// blockType is the type of the array's blocks: lengths that differ from block
// to block are unknown.
func (n *node) blockType() *ir.Type { return typeOfBlocks(n.dtype, n.chunks) }

func typeOfBlocks(d ir.DType, chunks [][]int64) *ir.Type {
	shape := make([]int64, len(chunks))
	for k, c := range chunks {
		shape[k] = -1
		if uniform(c) {
			shape[k] = c[0]
		}
	}
	return ir.BlockType(d, shape...)
}

func uniform(sizes []int64) bool {
	for _, s := range sizes {
		if s != sizes[0] {
			return false
		}
	}
	return true
}

// gridOf is the grid of an array with these chunks.
func gridOf(chunks [][]int64) ir.Grid {
	g := make(ir.Grid, len(chunks))
	for k, c := range chunks {
		g[k].N = int64(len(c))
	}
	return g
}

// Shape returns the lengths of the array's axes.
func (x Array[T]) Shape() []int {
	if x.n == nil {
		return nil
	}
	return ints(x.n.shape())
}

// NDim returns the number of axes.
func (x Array[T]) NDim() int {
	if x.n == nil {
		return 0
	}
	return x.n.rank()
}

// Chunks returns the sizes of the blocks along each axis.
func (x Array[T]) Chunks() [][]int {
	if x.n == nil {
		return nil
	}
	out := make([][]int, len(x.n.chunks))
	for k, c := range x.n.chunks {
		out[k] = ints(c)
	}
	return out
}

func ints(s []int64) []int {
	out := make([]int, len(s))
	for i, n := range s {
		out[i] = int(n)
	}
	return out
}

func int64s(s []int) []int64 {
	out := make([]int64, len(s))
	for i, n := range s {
		out[i] = int64(n)
	}
	return out
}

// Const returns a scalar that stands for an operand, as a literal does in
// NumPy: da.Const(1.0).Sub(x).
func Const[T rt.Elem](v T) Array[T] {
	return wrap[T](&node{dtype: dtypeOf[T](), konst: record.NumberConst(reflect.ValueOf(v)), chunks: [][]int64{}})
}

// weak returns the literal of a scalar. Its type is that of a Python scalar,
// which takes the dtype of what it meets.
func weak(k *ir.Const) *ir.Expr {
	d := map[ir.ConstKind]ir.DType{ir.ConstBool: ir.Bool, ir.ConstInt: ir.Int64, ir.ConstFloat: ir.Float64, ir.ConstComplex: ir.Complex128}[k.Kind]
	return &ir.Expr{Kind: ir.ExprConst, Const: k, Type: ir.ScalarType(d)}
}

// settled returns the array of a node: a scalar becomes a block of rank 0.
func (n *node) settled(c *record.Caller) *node {
	if n.konst == nil {
		return n
	}
	b := newLayer(c, "full", "", n.dtype, [][]int64{})
	return b.finish(op("full", list(), weak(n.konst), dtypeExpr(n.dtype)))
}
