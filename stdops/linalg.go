package stdops

import (
	"errors"
	"fmt"

	"github.com/daskgen/daskgen/ir"
)

func init() {
	register(
		&Op{
			Name: "dot", Class: Kernel, Pure: true, Aliases: []string{"numpy.dot"},
			Doc: "The sum of products over the last axis of a and the one before the last of b (its only one if it is a vector): " +
				"the inner product of vectors, the product of matrices a: m×k, b: k×n, result: m×n. With a block of rank 0 it multiplies.",
			Params: []Param{need("a"), need("b")},
			Infer:  func(c *Call) (*ir.Type, error) { return inferProduct(c, dotAxes) },
			Emit:   func(c *Call) GoCall { return emitPair(c, "linalg.Dot") },
		},
		&Op{
			Name: "matmul", Class: Kernel, Pure: true, Aliases: []string{"numpy.matmul", "operator.matmul", "_operator.matmul"},
			Doc:    "The product of matrices, a: ...×m×k, b: ...×k×n, result: ...×m×n. Leading axes broadcast. A vector is a row on the left and a column on the right, and its axis is missing in the result.",
			Params: []Param{need("a"), need("b")},
			Infer:  inferMatMul, Emit: func(c *Call) GoCall { return emitPair(c, "linalg.MatMul") },
		},
		&Op{
			Name: "tensordot", Class: Kernel, Pure: true, Aliases: []string{"numpy.tensordot"},
			Doc: "The sum of products over pairs of axes: axes is an integer n (the last n of a against the first n of b) or a pair of integers or lists of them. " +
				"The result has the other axes of a, then those of b.",
			Params: []Param{need("a"), need("b"), opt("axes", intLit(2))},
			Infer:  func(c *Call) (*ir.Type, error) { return inferProduct(c, c.tensorAxes) },
			Emit:   emitTensordot,
		},
		&Op{
			Name: "vdot", Class: Kernel, Pure: true, Aliases: []string{"numpy.vdot"},
			Doc:    "The inner product of all elements of a, conjugated, with those of b, in C order.",
			Params: []Param{need("a"), need("b")},
			Infer:  inferVDot, Emit: func(c *Call) GoCall { return emitPair(c, "linalg.VDot") },
		},
		&Op{
			Name: "outer", Class: Kernel, Pure: true, Aliases: []string{"numpy.outer"},
			Doc:    "The product of each element of a with each of b, both in C order: m×n.",
			Params: []Param{need("a"), need("b")},
			Infer:  inferOuter, Emit: func(c *Call) GoCall { return emitPair(c, "linalg.Outer") },
		},
		&Op{
			Name: "dotmany", Class: Kernel, Pure: true, Aliases: []string{"dask.array.core.dotmany"},
			Doc:    "The sum of the dot products of the pairs of two lists of blocks.",
			Params: []Param{need("a"), need("b")},
			Infer:  func(c *Call) (*ir.Type, error) { return inferMany(c, dotAxes) },
			Emit:   func(c *Call) GoCall { return emitMany(c, "linalg.DotMany") },
		},
		&Op{
			Name: "tensordotmany", Class: Kernel, Pure: true,
			Doc:    "The sum of the tensordot of the pairs of two lists of blocks: a contraction over blocks.",
			Params: []Param{need("a"), need("b"), opt("axes", intLit(2))},
			Infer:  func(c *Call) (*ir.Type, error) { return inferMany(c, c.tensorAxes) },
			Emit:   emitTensordotMany,
		},
	)
}

// axesFunc returns the axes of operands of these ranks over which products are
// summed.
type axesFunc func(a, b int) (axesA, axesB []int, err error)

// dotAxes is the axesFunc of dot.
func dotAxes(a, b int) (axesA, axesB []int, err error) {
	if a == 0 || b == 0 {
		return []int{}, []int{}, nil
	}
	return []int{a - 1}, []int{max(0, b-2)}, nil
}

// tensorAxes is the axesFunc of the argument axes.
func (c *Call) tensorAxes(a, b int) (axesA, axesB []int, err error) {
	e := c.arg("axes")
	if isConst(e, ir.ConstInt) {
		n := int(e.Const.Int)
		if n < 0 || n > a || n > b {
			return nil, nil, fmt.Errorf("cannot sum over %d axes of arrays of rank %d and %d", n, a, b)
		}
		axesA, axesB = []int{}, []int{}
		for i := range n {
			axesA, axesB = append(axesA, a-n+i), append(axesB, i)
		}
		return axesA, axesB, nil
	}
	if e.Kind != ir.ExprList && e.Kind != ir.ExprTuple || len(e.Args) != 2 {
		return nil, nil, errors.New("axes must be an integer or a pair of integers or lists")
	}
	if axesA, err = axisList(e.Args[0], a); err != nil {
		return nil, nil, err
	}
	if axesB, err = axisList(e.Args[1], b); err != nil {
		return nil, nil, err
	}
	if len(axesA) != len(axesB) {
		return nil, nil, fmt.Errorf("cannot pair %d axes with %d", len(axesA), len(axesB))
	}
	return axesA, axesB, nil
}

// axisList returns the axes of an array of a rank that an integer or a list
// names.
func axisList(e *ir.Expr, rank int) ([]int, error) {
	parts := []*ir.Expr{e}
	if e.Kind == ir.ExprList || e.Kind == ir.ExprTuple {
		parts = e.Args
	}
	axes, seen := []int{}, map[int]bool{}
	for _, p := range parts {
		if !isConst(p, ir.ConstInt) {
			return nil, errors.New("axes must hold integer literals")
		}
		a, err := normalAxis(int(p.Const.Int), rank)
		if err != nil {
			return nil, err
		}
		if seen[a] {
			return nil, fmt.Errorf("axis %d is named twice", a)
		}
		axes, seen[a] = append(axes, a), true
	}
	return axes, nil
}

// contracted returns the type of the products of a and b summed over axes.
func contracted(a, b *ir.Type, axes axesFunc) (*ir.Type, error) {
	axesA, axesB, err := axes(a.Rank(), b.Rank())
	if err != nil {
		return nil, err
	}
	for i, k := range axesA {
		if m, n := a.Shape[k], b.Shape[axesB[i]]; m >= 0 && n >= 0 && m != n {
			return nil, fmt.Errorf("shapes %s and %s not aligned: %d (axis %d) is not %d (axis %d)", ir.ShapeString(a.Shape), ir.ShapeString(b.Shape), m, k, n, axesB[i])
		}
	}
	shape := append(dropAxes(a.Shape, axesA, false), dropAxes(b.Shape, axesB, false)...)
	return ir.BlockType(Promote(a.DType, b.DType), shape...), checkSize(shape)
}

// pair returns the types of both operands.
func pair(c *Call) (a, b *ir.Type, err error) {
	if a, err = c.blockAt(0); err != nil {
		return nil, nil, err
	}
	b, err = c.blockAt(1)
	return a, b, err
}

func inferProduct(c *Call, axes axesFunc) (*ir.Type, error) {
	a, b, err := pair(c)
	if err != nil {
		return nil, err
	}
	return contracted(a, b, axes)
}

// emitPair returns the call of a kernel on both operands in their promotion.
func emitPair(c *Call, fn string) GoCall {
	d := Promote(c.Args[0].Type.DType, c.Args[1].Type.DType)
	return GoCall{Func: fn, Args: []GoArg{Cast{c.Args[0], d}, Cast{c.Args[1], d}}}
}

func emitTensordot(c *Call) GoCall {
	call := emitPair(c, "linalg.Tensordot")
	axesA, axesB, _ := c.tensorAxes(c.Args[0].Type.Rank(), c.Args[1].Type.Rank())
	call.Args = append(call.Args, axesA, axesB)
	return call
}

func inferMatMul(c *Call) (*ir.Type, error) {
	a, b, err := pair(c)
	if err != nil {
		return nil, err
	}
	if a.Rank() == 0 || b.Rank() == 0 {
		return nil, errors.New("a block of rank 0 is no operand; use multiply")
	}
	if a.Rank() <= 2 && b.Rank() <= 2 {
		return contracted(a, b, dotAxes)
	}
	ra, rb := max(0, a.Rank()-2), max(0, b.Rank()-2)
	last, err := contracted(ir.BlockType(a.DType, a.Shape[ra:]...), ir.BlockType(b.DType, b.Shape[rb:]...), dotAxes)
	if err != nil {
		return nil, err
	}
	batch, err := BroadcastShapes(a.Shape[:ra], b.Shape[:rb])
	if err != nil {
		return nil, err
	}
	shape := append(batch, last.Shape...)
	return ir.BlockType(last.DType, shape...), checkSize(shape)
}

func inferVDot(c *Call) (*ir.Type, error) {
	a, b, err := pair(c)
	if err != nil {
		return nil, err
	}
	if m, n := sizeOf(a.Shape), sizeOf(b.Shape); m >= 0 && n >= 0 && m != n {
		return nil, fmt.Errorf("arrays of %d and %d elements", m, n)
	}
	return ir.BlockType(Promote(a.DType, b.DType)), nil
}

func inferOuter(c *Call) (*ir.Type, error) {
	a, b, err := pair(c)
	if err != nil {
		return nil, err
	}
	shape := []int64{sizeOf(a.Shape), sizeOf(b.Shape)}
	return ir.BlockType(Promote(a.DType, b.DType), shape...), checkSize(shape)
}

// manyArgs returns both lists of blocks.
func manyArgs(c *Call) (a, b *joined, err error) {
	if a, err = blockList(c.Args[0]); err != nil {
		return nil, nil, err
	}
	if b, err = blockList(c.Args[1]); err != nil {
		return nil, nil, err
	}
	if a.complete() && b.complete() && len(a.each) != len(b.each) {
		return nil, nil, fmt.Errorf("cannot pair %d blocks with %d", len(a.each), len(b.each))
	}
	d := Promote(a.dtype, b.dtype)
	for _, j := range []*joined{a, b} {
		if j.dtype != d {
			if !j.complete() {
				return nil, nil, fmt.Errorf("lists of %s and %s; cast the blocks first", a.dtype, b.dtype)
			}
			j.dtype, j.same = d, false
		}
	}
	return a, b, nil
}

func inferMany(c *Call, axes axesFunc) (*ir.Type, error) {
	a, b, err := manyArgs(c)
	if err != nil {
		return nil, err
	}
	var out *ir.Type
	for i := range min(len(a.each), len(b.each)) {
		t, err := contracted(a.each[i], b.each[i], axes)
		if err != nil {
			return nil, err
		}
		if out != nil && (len(out.Shape) != len(t.Shape) || sameShape(out.Shape, t.Shape) != nil) {
			return nil, fmt.Errorf("products have shapes %s and %s", ir.ShapeString(out.Shape), ir.ShapeString(t.Shape))
		}
		out = t
	}
	return ir.BlockType(a.dtype, out.Shape...), nil
}

func emitMany(c *Call, fn string) GoCall {
	a, b, _ := manyArgs(c)
	return GoCall{Func: fn, Args: []GoArg{a.list(), b.list()}}
}

func emitTensordotMany(c *Call) GoCall {
	call := emitMany(c, "linalg.TensordotMany")
	a, b, _ := manyArgs(c)
	axesA, axesB, _ := c.tensorAxes(a.each[0].Rank(), b.each[0].Rank())
	call.Args = append(call.Args, axesA, axesB)
	return call
}
