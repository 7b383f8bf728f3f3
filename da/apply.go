package da

import (
	"reflect"
	"slices"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

// Map returns f of each element. Generated code calls f directly, in the same
// loop as the operations around it. F needs a name: function literals are
// refused.
func Map[T, U rt.Elem](f func(T) U, x Array[T]) Array[U] {
	return scalarMap[U](record.Here(), "Map", f, []ir.DType{dtypeOf[T]()}, x.n)
}

// Map2 returns f of the elements of two arrays, with broadcasting.
func Map2[T, V, U rt.Elem](f func(T, V) U, x Array[T], y Array[V]) Array[U] {
	return scalarMap[U](record.Here(), "Map2", f, []ir.DType{dtypeOf[T](), dtypeOf[V]()}, x.n, y.n)
}

// Map3 returns f of the elements of three arrays, with broadcasting.
func Map3[T, V, W, U rt.Elem](f func(T, V, W) U, x Array[T], y Array[V], z Array[W]) Array[U] {
	return scalarMap[U](record.Here(), "Map3", f, []ir.DType{dtypeOf[T](), dtypeOf[V](), dtypeOf[W]()}, x.n, y.n, z.n)
}

// function describes a user's function, or reports why it cannot be used.
func function(c *record.Caller, what string, f any) *ir.Func {
	v := reflect.ValueOf(f)
	if v.IsNil() {
		misuse(c, record.CodeBadSignature, "", "%s: the function is nil", what)
		return nil
	}
	fn, err := record.Func(v)
	if err != nil {
		record.Report(record.Problem{Code: record.CodeBadSignature, Pos: c.Pos(), Arg: funcArg(what), Message: what + ": " + err.Message, Hint: err.Hint, Literal: err.Line})
		return nil
	}
	return fn
}

// funcArg is the position of the function among the arguments of a call.
func funcArg(what string) int {
	switch what {
	case "Map", "Map2", "Map3":
		return 0
	case "MapOverlap2":
		return 2
	}
	return 1
}

func scalarMap[U rt.Elem](c *record.Caller, what string, f any, params []ir.DType, nodes ...*node) Array[U] {
	fn := function(c, what, f)
	if fn == nil {
		return wrap[U](badNode())
	}
	fn.Scalar = true
	for i, d := range params {
		fn.Params[i] = ir.ScalarType(d)
	}
	fn.Result = ir.ScalarType(dtypeOf[U]())
	for i, n := range nodes {
		if n != nil && !n.bad {
			nodes[i] = n.settled(c)
		}
	}
	return wrap[U](pointwise(c, baseName(fn), dtypeOf[U](), nodes, func(args []*ir.Expr) *ir.Expr {
		return &ir.Expr{Kind: ir.ExprFunc, Func: fn, Args: args}
	}))
}

// baseName is the name that a layer gets from its function.
func baseName(f *ir.Func) string {
	name := f.Name
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' {
			return name[i+1:]
		}
	}
	return name
}

// MapBlocks returns the array whose blocks are f of the blocks of x: blocks of
// the same shapes. F leaves its argument as it is, and returns a new block, its
// argument or a view of it. It must have a name.
func MapBlocks[T, U rt.Elem](x Array[T], f func(*Block[T]) *Block[U]) Array[U] {
	return mapBlocks[T, U](record.Here(), "MapBlocks", x, f, nil)
}

// TryMapBlocks is MapBlocks for a function that may fail.
func TryMapBlocks[T, U rt.Elem](x Array[T], f func(*Block[T]) (*Block[U], error)) Array[U] {
	return mapBlocks[T, U](record.Here(), "TryMapBlocks", x, f, nil)
}

// MapBlocksTo is TryMapBlocks for a function whose blocks have other shapes:
// chunks gives the sizes of the result's blocks along each axis, of which there
// are as many as of x's.
func MapBlocksTo[T, U rt.Elem](x Array[T], f func(*Block[T]) (*Block[U], error), chunks ...[]int) Array[U] {
	sizes := make([][]int64, len(chunks))
	for k, s := range chunks {
		sizes[k] = int64s(s)
	}
	return mapBlocks[T, U](record.Here(), "MapBlocksTo", x, f, sizes)
}

func mapBlocks[T, U rt.Elem](c *record.Caller, what string, x Array[T], f any, chunks [][]int64) Array[U] {
	fn := function(c, what, f)
	if fn == nil || !usable(c, x.n) {
		return wrap[U](badNode())
	}
	n := x.n.settled(c)
	if chunks == nil {
		chunks, fn.SameShape = n.chunks, true
	}
	if !slices.EqualFunc(chunks, n.chunks, func(a, b []int64) bool { return len(a) == len(b) }) {
		return wrap[U](misuse(c, record.CodeWrongShape, "", "%s: the result must have as many blocks along each axis as x", what))
	}
	b := newLayer(c, baseName(fn), "", dtypeOf[U](), chunks)
	fn.Params = []*ir.Type{n.blockType()}
	fn.Result = typeOfBlocks(dtypeOf[U](), chunks)
	arg := b.operand(n.layer, n.blockType(), identity(n.rank())...)
	return wrap[U](b.finish(&ir.Expr{Kind: ir.ExprFunc, Func: fn, Args: []*ir.Expr{arg}}))
}
