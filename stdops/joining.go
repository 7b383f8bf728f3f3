package stdops

import (
	"errors"
	"fmt"

	"github.com/daskgen/daskgen/ir"
)

func init() {
	register(
		&Op{
			Name: "concatenate", Class: Kernel, Pure: true, Aliases: []string{"numpy.concatenate"},
			Doc:    "Joins a list of blocks along an axis; their other axes are equally long. The dtype is their promotion. With axis None they are flattened first.",
			Params: []Param{need("arrays"), opt("axis", intLit(0))},
			Infer:  inferConcatenate, Emit: emitConcatenate,
		},
		&Op{
			Name: "stack", Class: Kernel, Pure: true, Aliases: []string{"numpy.stack"},
			Doc:    "Joins a list of blocks of one shape along a new axis.",
			Params: []Param{need("arrays"), opt("axis", intLit(0))},
			Infer:  inferStack, Emit: emitStack,
		},
		&Op{
			Name: "vstack", Class: Kernel, Pure: true, Aliases: []string{"numpy.vstack", "row_stack"},
			Doc:    "Joins a list of blocks along axis 0; blocks of rank 0 or 1 count as one row each.",
			Params: []Param{need("tup")},
			Infer:  func(c *Call) (*ir.Type, error) { return inferAtLeast(c, 2, 0) },
			Emit:   func(c *Call) GoCall { return emitAtLeast(c, "kernel.VStack") },
		},
		&Op{
			Name: "hstack", Class: Kernel, Pure: true, Aliases: []string{"numpy.hstack"},
			Doc:    "Joins a list of blocks along axis 1, or axis 0 if they are of rank 1 or 0.",
			Params: []Param{need("tup")},
			Infer:  func(c *Call) (*ir.Type, error) { return inferAtLeast(c, 1, 1) },
			Emit:   func(c *Call) GoCall { return emitAtLeast(c, "kernel.HStack") },
		},
		&Op{
			Name: "concatenate_axes", Class: Kernel, Pure: true,
			Aliases: []string{"dask.array.core.concatenate_axes", "concatenate3", "dask.array.core.concatenate3"},
			Doc: "Joins nested lists of blocks: the outermost list along the first of axes, the next one along the second, and so on; " +
				"axes None are 0, 1, ... A single block is returned as it is.",
			Params: []Param{need("arrays"), opt("axes", noneLit())},
			Infer:  inferNested, Emit: emitNested,
		},
		&Op{
			Name: "concatenate_shaped", Class: Kernel, Pure: true, Aliases: []string{"dask.array.core.concatenate_shaped"},
			Doc:    "Joins a flat list of blocks that form a grid of a shape, in C order.",
			Params: []Param{need("arrays"), static("shape")},
			Infer:  inferShapedJoin, Emit: emitShapedJoin,
		},
	)
}

// A joined is what is joined: a list of blocks.
type joined struct {
	arg   *ir.Expr
	each  []*ir.Type // the types of the blocks, if they are known one by one
	dtype ir.DType   // promotion of all
	same  bool       // all have that dtype
}

// joinArg returns the list of blocks that an argument is.
func joinArg(e *ir.Expr) (*joined, error) {
	j := &joined{arg: e, same: true}
	if e.Kind == ir.ExprList || e.Kind == ir.ExprTuple {
		for _, a := range e.Args {
			j.each = append(j.each, a.Type)
		}
		if len(j.each) == 0 {
			return nil, errors.New("needs at least one array")
		}
	} else if e.Type != nil && e.Type.Kind == ir.TypeList && e.Type.Elems[0] != nil {
		j.each = []*ir.Type{e.Type.Elems[0]}
	}
	if len(j.each) == 0 {
		return nil, fmt.Errorf("%s is not a list of blocks", e.Type)
	}
	for _, t := range j.each {
		if t == nil || t.Kind != ir.TypeBlock {
			return nil, fmt.Errorf("%s in the list is not a block", t)
		}
		j.same = j.same && (j.dtype == ir.NoDType || j.dtype == t.DType)
		j.dtype = promoteSome(j.dtype, t.DType)
	}
	return j, nil
}

// complete says whether each has all blocks.
func (j *joined) complete() bool { return j.arg.Kind == ir.ExprList || j.arg.Kind == ir.ExprTuple }

// list is the list as a Go slice of blocks of one dtype.
func (j *joined) list() GoArg {
	if j.same && j.arg.Kind != ir.ExprTuple && j.arg.Type != nil && j.arg.Type.Kind == ir.TypeList {
		return j.arg
	}
	args := make([]GoArg, len(j.arg.Args))
	for i, a := range j.arg.Args {
		args[i] = Cast{a, j.dtype}
	}
	return GoCall{Func: "kernel.Blocks", TypeArgs: []ir.DType{j.dtype}, Args: args}
}

// along returns the shape of the blocks joined along an axis.
func (j *joined) along(axis int) ([]int64, error) {
	shape := append([]int64{}, j.each[0].Shape...)
	for i, t := range j.each[1:] {
		if t.Rank() != len(shape) {
			return nil, fmt.Errorf("array 0 has rank %d, but array %d has rank %d", len(shape), i+1, t.Rank())
		}
		for k, n := range t.Shape {
			switch {
			case k == axis && (n < 0 || shape[k] < 0):
				shape[k] = -1
			case k == axis:
				shape[k] += n
			case shape[k] < 0:
				shape[k] = n
			case n >= 0 && n != shape[k]:
				return nil, fmt.Errorf("array 0 has length %d on axis %d, but array %d has length %d: all axes but axis %d must agree", shape[k], k, i+1, n, axis)
			}
		}
	}
	if !j.complete() {
		shape[axis] = -1
	}
	return shape, checkSize(shape)
}

func inferConcatenate(c *Call) (*ir.Type, error) {
	j, err := joinArg(c.Args[0])
	if err != nil {
		return nil, err
	}
	if isNone(c.arg("axis")) {
		return ir.BlockType(j.dtype, j.total()), nil
	}
	if j.each[0].Rank() == 0 {
		return nil, errors.New("arrays of rank 0 cannot be concatenated")
	}
	axis, err := c.axisArg("axis", j.each[0].Rank())
	if err != nil {
		return nil, err
	}
	shape, err := j.along(axis)
	if err != nil {
		return nil, err
	}
	return ir.BlockType(j.dtype, shape...), nil
}

// total returns the number of elements of all blocks, -1 if it is not known.
func (j *joined) total() int64 {
	n := int64(0)
	for _, t := range j.each {
		s := sizeOf(t.Shape)
		if s < 0 || !j.complete() {
			return -1
		}
		n += s
	}
	return n
}

func emitConcatenate(c *Call) GoCall {
	j, _ := joinArg(c.Args[0])
	if isNone(c.arg("axis")) {
		return GoCall{Func: "kernel.ConcatenateFlat", Args: []GoArg{j.list()}}
	}
	axis, _ := c.axisArg("axis", j.each[0].Rank())
	return GoCall{Func: "kernel.Concatenate", Args: []GoArg{j.list(), axis}}
}

// stackAxis returns the position of the new axis of a stack.
func stackAxis(c *Call, j *joined) (int, error) { return c.axisArg("axis", j.each[0].Rank()+1) }

func inferStack(c *Call) (*ir.Type, error) {
	j, err := joinArg(c.Args[0])
	if err != nil {
		return nil, err
	}
	axis, err := stackAxis(c, j)
	if err != nil {
		return nil, err
	}
	one := append([]int64{}, j.each[0].Shape...)
	for _, t := range j.each[1:] {
		if t.Rank() != len(one) || sameShape(one, t.Shape) != nil {
			return nil, fmt.Errorf("all arrays must have the same shape, not %s and %s", ir.ShapeString(one), ir.ShapeString(t.Shape))
		}
	}
	n := int64(-1)
	if j.complete() {
		n = int64(len(j.each))
	}
	shape := append(append(append([]int64{}, one[:axis]...), n), one[axis:]...)
	return ir.BlockType(j.dtype, shape...), checkSize(shape)
}

func emitStack(c *Call) GoCall {
	j, _ := joinArg(c.Args[0])
	axis, _ := stackAxis(c, j)
	return GoCall{Func: "kernel.Stack", Args: []GoArg{j.list(), axis}}
}

// inferAtLeast is Infer for vstack and hstack: blocks are given the rank first,
// and joined along axis, or 0 if they have no such axis.
func inferAtLeast(c *Call, rank, axis int) (*ir.Type, error) {
	j, err := joinArg(c.Args[0])
	if err != nil {
		return nil, err
	}
	for i, t := range j.each {
		shape := t.Shape
		for len(shape) < rank {
			shape = append([]int64{1}, shape...)
		}
		j.each[i] = ir.BlockType(t.DType, shape...)
	}
	if axis >= j.each[0].Rank() {
		axis = 0
	}
	shape, err := j.along(axis)
	if err != nil {
		return nil, err
	}
	return ir.BlockType(j.dtype, shape...), nil
}

func emitAtLeast(c *Call, fn string) GoCall {
	j, _ := joinArg(c.Args[0])
	return GoCall{Func: fn, Args: []GoArg{j.list()}}
}

// A nest is a nested list of blocks.
type nest struct {
	parts []*nest // nil: a block, or a flat list that the task reads
	leaf  *joined // what is not nested any deeper
	block *ir.Expr
	depth int
}

// nested takes an argument apart.
func nested(e *ir.Expr) (*nest, error) {
	if e.Type != nil && e.Type.Kind == ir.TypeBlock {
		return &nest{block: e}, nil
	}
	deep := false
	if e.Kind == ir.ExprList || e.Kind == ir.ExprTuple {
		for _, a := range e.Args {
			deep = deep || a.Type != nil && a.Type.Kind != ir.TypeBlock
		}
	}
	if !deep {
		j, err := joinArg(e)
		if err != nil {
			return nil, err
		}
		return &nest{leaf: j, depth: 1}, nil
	}
	n := &nest{}
	for _, a := range e.Args {
		p, err := nested(a)
		if err != nil {
			return nil, err
		}
		if len(n.parts) > 0 && p.depth != n.parts[0].depth {
			return nil, errors.New("the lists are not nested equally deep")
		}
		n.parts, n.depth = append(n.parts, p), p.depth+1
	}
	return n, nil
}

// dtype returns the dtype of all blocks together.
func (n *nest) dtype() ir.DType {
	switch {
	case n.block != nil:
		return n.block.Type.DType
	case n.leaf != nil:
		return n.leaf.dtype
	}
	d := ir.NoDType
	for _, p := range n.parts {
		d = promoteSome(d, p.dtype())
	}
	return d
}

// shape returns the shape of the blocks joined along axes.
func (n *nest) shape(axes []int) ([]int64, error) {
	switch {
	case n.block != nil:
		return n.block.Type.Shape, nil
	case n.leaf != nil:
		if axes[0] >= n.leaf.each[0].Rank() {
			return nil, fmt.Errorf("axis %d is out of bounds for blocks of rank %d", axes[0], n.leaf.each[0].Rank())
		}
		return n.leaf.along(axes[0])
	}
	j := &joined{arg: &ir.Expr{Kind: ir.ExprList}}
	for _, p := range n.parts {
		s, err := p.shape(axes[1:])
		if err != nil {
			return nil, err
		}
		if axes[0] >= len(s) {
			return nil, fmt.Errorf("axis %d is out of bounds for blocks of rank %d", axes[0], len(s))
		}
		j.each = append(j.each, ir.BlockType(ir.Bool, s...))
	}
	return j.along(axes[0])
}

// nestedAxes returns the axis of each depth.
func nestedAxes(c *Call, n *nest) ([]int, error) {
	axes, ok, err := c.intsArg("axes")
	if err != nil {
		return nil, err
	}
	for i := len(axes); !ok && i < n.depth; i++ {
		axes = append(axes, i)
	}
	if len(axes) < n.depth {
		return nil, fmt.Errorf("lists nested %d deep need as many axes, not %d", n.depth, len(axes))
	}
	for _, a := range axes {
		if a < 0 {
			return nil, errors.New("axes must not be negative")
		}
	}
	return axes[:n.depth], nil
}

func inferNested(c *Call) (*ir.Type, error) {
	n, err := nested(c.Args[0])
	if err != nil {
		return nil, err
	}
	axes, err := nestedAxes(c, n)
	if err != nil {
		return nil, err
	}
	shape, err := n.shape(axes)
	if err != nil {
		return nil, err
	}
	return ir.BlockType(n.dtype(), shape...), nil
}

func emitNested(c *Call) GoCall {
	n, _ := nested(c.Args[0])
	if n.block != nil {
		return GoCall{Func: "kernel.Identity", Args: []GoArg{n.block}}
	}
	axes, _ := nestedAxes(c, n)
	if n.leaf != nil {
		return GoCall{Func: "kernel.Concatenate", Args: []GoArg{n.leaf.list(), axes[0]}}
	}
	return GoCall{Func: "kernel.ConcatenateNest", Args: []GoArg{n.emit(n.dtype()), axes}}
}

// emit returns the call that makes the kernel.Nest of blocks of dtype d.
func (n *nest) emit(d ir.DType) GoArg {
	if n.leaf != nil {
		if n.leaf.dtype != d {
			n.leaf.dtype, n.leaf.same = d, false
		}
		return GoCall{Func: "kernel.Row", Args: []GoArg{n.leaf.list()}}
	}
	args := make([]GoArg, len(n.parts))
	for i, p := range n.parts {
		args[i] = p.emit(d)
	}
	return GoCall{Func: "kernel.Rows", Args: args}
}

func inferShapedJoin(c *Call) (*ir.Type, error) {
	j, err := joinArg(c.Args[0])
	if err != nil {
		return nil, err
	}
	grid, err := shapeOf(c.arg("shape"), "shape")
	if err != nil {
		return nil, err
	}
	if j.complete() && sizeOf(grid) >= 0 && sizeOf(grid) != int64(len(j.each)) {
		return nil, fmt.Errorf("%d blocks do not form a grid of %s", len(j.each), ir.ShapeString(grid))
	}
	if len(grid) > j.each[0].Rank() {
		return nil, fmt.Errorf("a grid of rank %d of blocks of rank %d", len(grid), j.each[0].Rank())
	}
	shape := append([]int64{}, j.each[0].Shape...)
	stride := int64(1)
	for k := len(grid) - 1; k >= 0; k-- {
		shape[k] = 0
		for i := int64(0); i < grid[k] && shape[k] >= 0; i++ {
			if !j.complete() || j.each[i*stride].Shape[k] < 0 {
				shape[k] = -1
				break
			}
			shape[k] += j.each[i*stride].Shape[k]
		}
		if grid[k] < 0 || stride < 0 {
			shape[k], stride = -1, -1
			continue
		}
		stride *= grid[k]
	}
	return ir.BlockType(j.dtype, shape...), checkSize(shape)
}

func emitShapedJoin(c *Call) GoCall {
	j, _ := joinArg(c.Args[0])
	return GoCall{Func: "kernel.ConcatenateGrid", Args: []GoArg{j.list(), goInts(c.arg("shape"))}}
}
