package stdops

import (
	"errors"
	"fmt"
	"math"

	"github.com/daskgen/daskgen/ir"
)

func init() {
	register(
		&Op{
			Name: "ones", Class: Kernel, Cheap: true, Pure: true, Aliases: numpyNames("ones"),
			Doc:    "A block of a shape with every element 1.",
			Params: []Param{static("shape"), opt("dtype", dtypeLit(ir.Float64))},
			Infer:  inferShaped, Emit: func(c *Call) GoCall { return emitShaped(c, "kernel.Ones") },
			Source: func(_ *Call, block GoCall) *Source { return shapeFirst(block, "kernel.NewOnesSource") },
		},
		&Op{
			Name: "zeros", Class: Kernel, Cheap: true, Pure: true, Aliases: numpyNames("zeros"),
			Doc:    "A block of a shape with every element 0.",
			Params: []Param{static("shape"), opt("dtype", dtypeLit(ir.Float64))},
			Infer:  inferShaped, Emit: func(c *Call) GoCall { return emitShaped(c, "kernel.Zeros") },
			Source: func(_ *Call, block GoCall) *Source { return shapeFirst(block, "kernel.NewZerosSource") },
		},
		&Op{
			Name: "empty", Class: Kernel, Cheap: true, Pure: true, Aliases: numpyNames("empty"),
			Doc:    "A block of a shape, which is filled with zeros: what a program prints must not depend on chance.",
			Params: []Param{static("shape"), opt("dtype", dtypeLit(ir.Float64))},
			Infer:  inferShaped, Emit: func(c *Call) GoCall { return emitShaped(c, "kernel.Zeros") },
			Source: func(_ *Call, block GoCall) *Source { return shapeFirst(block, "kernel.NewZerosSource") },
		},
		&Op{
			Name: "full", Class: Kernel, Cheap: true, Pure: true, Aliases: numpyNames("full"),
			Doc:    "A block of a shape with every element fill_value, in its dtype unless another is given.",
			Params: []Param{static("shape"), need("fill_value"), opt("dtype", noneLit())},
			Infer:  inferFull, Emit: emitFull,
			Source: func(_ *Call, block GoCall) *Source { return shapeFirst(block, "kernel.NewFullSource") },
		},
		&Op{
			Name: "zeros_like", Class: Kernel, Cheap: true, Pure: true, Aliases: numpyNames("zeros_like"),
			Doc:    "A block of zeros with the shape of a, and its dtype unless another is given.",
			Params: []Param{need("a"), opt("dtype", noneLit())},
			Infer:  inferLike, Emit: func(c *Call) GoCall { return emitLike(c, "kernel.ZerosLike") },
		},
		&Op{
			Name: "ones_like", Class: Kernel, Cheap: true, Pure: true, Aliases: numpyNames("ones_like"),
			Doc:    "A block of ones with the shape of a, and its dtype unless another is given.",
			Params: []Param{need("a"), opt("dtype", noneLit())},
			Infer:  inferLike, Emit: func(c *Call) GoCall { return emitLike(c, "kernel.OnesLike") },
		},
		&Op{
			Name: "full_like", Class: Kernel, Cheap: true, Pure: true, Aliases: numpyNames("full_like"),
			Doc:    "A block with the shape of a and every element fill_value, in the dtype of a unless another is given.",
			Params: []Param{need("a"), need("fill_value"), opt("dtype", noneLit())},
			Infer:  inferLike, Emit: emitFullLike,
		},
		&Op{
			Name: "arange", Class: Kernel, Cheap: true, Pure: true, Aliases: numpyNames("arange"),
			Doc: "The numbers start, start+step, ... below stop (above it for a negative step); with stop None, from 0 to start. " +
				"For one block of many, offset is the number of its first element and count how many it has.",
			Params: []Param{need("start"), opt("stop", noneLit()), opt("step", intLit(1)), opt("dtype", noneLit()), opt("offset", intLit(0)), opt("count", noneLit())},
			Infer:  inferArange, Emit: emitArange, Source: sourceArange,
		},
		&Op{
			Name: "linspace", Class: Kernel, Cheap: true, Pure: true, Aliases: numpyNames("linspace"),
			Doc: "num numbers evenly spaced from start to stop, which is the last one unless endpoint is false; rounded down if dtype is an integer. " +
				"For one block of many, offset is the number of its first element and count how many it has.",
			Params: []Param{need("start"), need("stop"), opt("num", intLit(50)), opt("endpoint", boolLit(true)), opt("dtype", noneLit()), opt("offset", intLit(0)), opt("count", noneLit())},
			Infer:  inferLinspace, Emit: emitLinspace,
			Source: func(_ *Call, block GoCall) *Source { return countLast(block, "kernel.NewLinspaceSource") },
		},
		&Op{
			Name: "eye", Class: Kernel, Cheap: true, Pure: true, Aliases: numpyNames("eye"),
			Doc:    "A block of N rows and M columns (None: N) with ones where column - row is k.",
			Params: []Param{static("N"), opt("M", noneLit()), opt("k", intLit(0)), opt("dtype", dtypeLit(ir.Float64))},
			Infer:  inferEye, Emit: emitEye,
		},
	)
}

func inferShaped(c *Call) (*ir.Type, error) {
	shape, err := shapeOf(c.arg("shape"), "shape")
	if err != nil {
		return nil, err
	}
	d, err := c.dtypeArg("dtype", ir.Float64)
	if err != nil {
		return nil, err
	}
	return ir.BlockType(d, shape...), nil
}

func emitShaped(c *Call, fn string) GoCall {
	d, _ := c.dtypeArg("dtype", ir.Float64)
	return GoCall{Func: fn, TypeArgs: []ir.DType{d}, Args: []GoArg{goInts(c.arg("shape"))}}
}

// shapeFirst returns the source that fn makes of the arguments with which a
// kernel makes the block, of which the first is the shape.
func shapeFirst(block GoCall, fn string) *Source {
	return &Source{New: GoCall{Func: fn, TypeArgs: block.TypeArgs, Args: block.Args[1:]}, Shape: block.Args[0]}
}

// fillType returns the dtype of a block that is filled with an argument: def,
// unless that is NoDType or a dtype is given.
func fillType(c *Call, def ir.DType) (ir.DType, error) {
	t := c.arg("fill_value").Type
	if t == nil || !isNumber(t) {
		return ir.NoDType, fmt.Errorf("fill_value is %s, not a number", t)
	}
	if def == ir.NoDType {
		def = t.DType
	}
	d, err := c.dtypeArg("dtype", def)
	if err != nil {
		return d, err
	}
	if kindRank(t.DType) == 3 && kindRank(d) < 3 {
		return d, fmt.Errorf("a complex fill_value does not fit %s", d)
	}
	if t.Kind == ir.TypeScalar && !holds(d, c.arg("fill_value")) {
		return d, fmt.Errorf("integer %s is out of bounds for %s", literal(c.arg("fill_value").Const), d)
	}
	return d, nil
}

// isNumber says whether t is a Python scalar or a block of rank 0.
func isNumber(t *ir.Type) bool {
	return t.Kind == ir.TypeScalar || t.Kind == ir.TypeBlock && t.Rank() == 0
}

func inferFull(c *Call) (*ir.Type, error) {
	shape, err := shapeOf(c.arg("shape"), "shape")
	if err != nil {
		return nil, err
	}
	d, err := fillType(c, ir.NoDType)
	if err != nil {
		return nil, err
	}
	return ir.BlockType(d, shape...), nil
}

func emitFull(c *Call) GoCall {
	d, _ := fillType(c, ir.NoDType)
	return GoCall{Func: "kernel.Full", TypeArgs: []ir.DType{d}, Args: []GoArg{goInts(c.arg("shape")), Number{c.arg("fill_value"), d}}}
}

func inferLike(c *Call) (*ir.Type, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	d, err := c.dtypeArg("dtype", t.DType)
	if err != nil {
		return nil, err
	}
	if c.Op.param("fill_value") >= 0 {
		if d, err = fillType(c, t.DType); err != nil {
			return nil, err
		}
	}
	return ir.BlockType(d, t.Shape...), nil
}

func emitLike(c *Call, fn string) GoCall {
	in := c.Args[0].Type.DType
	d, _ := c.dtypeArg("dtype", in)
	return GoCall{Func: fn, TypeArgs: []ir.DType{in, d}, Args: []GoArg{c.Args[0]}}
}

func emitFullLike(c *Call) GoCall {
	in := c.Args[0].Type.DType
	d, _ := fillType(c, in)
	return GoCall{Func: "kernel.FullLike", TypeArgs: []ir.DType{in, d}, Args: []GoArg{c.Args[0], Number{c.arg("fill_value"), d}}}
}

// A progression is the arguments of an arange.
type progression struct {
	start, stop, step *ir.Expr // start nil: 0
	dtype             ir.DType
}

func (c *Call) progression() (*progression, error) {
	p := &progression{start: c.arg("start"), stop: c.arg("stop"), step: c.arg("step")}
	if isNone(p.stop) && isNone(c.arg("count")) {
		p.start, p.stop = intLit(0), p.start
	}
	bounds := ir.Int64
	for _, e := range []*ir.Expr{p.start, p.stop, p.step} {
		switch {
		case isNone(e) && e == p.stop:
		case e.Type == nil || !isNumber(e.Type):
			return nil, fmt.Errorf("start, stop and step must be numbers, not %s", e.Type)
		default:
			bounds = Promote(bounds, e.Type.DType)
		}
	}
	d, err := c.dtypeArg("dtype", bounds)
	if err != nil {
		return nil, err
	}
	if d == ir.Bool || d.Kind() == 'c' && kindRank(bounds) == 3 {
		return nil, fmt.Errorf("is not defined for %s", d)
	}
	p.dtype = d
	return p, nil
}

func inferArange(c *Call) (*ir.Type, error) {
	p, err := c.progression()
	if err != nil {
		return nil, err
	}
	n, err := p.count(c.arg("count"))
	if err != nil {
		return nil, err
	}
	if p.dtype.Kind() == 'c' && n < 0 && isNone(c.arg("count")) {
		return nil, fmt.Errorf("start, stop and step must be literals for %s", p.dtype)
	}
	return ir.BlockType(p.dtype, n), checkSize([]int64{n})
}

// count returns the number of elements, -1 if a bound is computed.
func (p *progression) count(given *ir.Expr) (int64, error) {
	if !isNone(given) {
		shape, err := shapeOf(given, "count")
		if err != nil || len(shape) != 1 {
			return 0, errors.New("count must be an integer that is not negative")
		}
		return shape[0], nil
	}
	if isConst(p.step, ir.ConstInt) && p.step.Const.Int == 0 || isConst(p.step, ir.ConstFloat) && p.step.Const.Float == 0 {
		return 0, errors.New("step must not be 0")
	}
	start, stop, step := p.start, p.stop, p.step
	if isConst(start, ir.ConstInt) && isConst(stop, ir.ConstInt) && isConst(step, ir.ConstInt) {
		lo, hi, by := start.Const.Int, stop.Const.Int, step.Const.Int
		if by < 0 {
			lo, hi, by = hi, lo, -by
		}
		return max(0, (hi-lo+by-1)/by), nil
	}
	a, okA := realLiteral(start)
	b, okB := realLiteral(stop)
	s, okS := realLiteral(step)
	if !okA || !okB || !okS {
		return -1, nil // computed, or different from task to task
	}
	return arangeLength(a, b, s)
}

func realLiteral(e *ir.Expr) (float64, bool) {
	switch {
	case isConst(e, ir.ConstInt):
		return float64(e.Const.Int), true
	case isConst(e, ir.ConstFloat):
		return e.Const.Float, true
	}
	return 0, false
}

func emitArange(c *Call) GoCall {
	p, _ := c.progression()
	count := goInt(c.arg("count"))
	if isNone(c.arg("count")) {
		n, _ := p.count(c.arg("count"))
		if n < 0 {
			return GoCall{
				Func: "kernel.ArangeTo", TypeArgs: []ir.DType{p.dtype},
				Args: []GoArg{Number{p.start, p.dtype}, Number{p.stop, p.dtype}, Number{p.step, p.dtype}, goInt(c.arg("offset"))},
			}
		}
		count = int(n)
	}
	fn := "kernel.Arange"
	if p.dtype.Kind() == 'c' {
		fn = "kernel.ArangeComplex"
	}
	return GoCall{
		Func: fn, TypeArgs: []ir.DType{p.dtype},
		Args: []GoArg{Number{p.start, p.dtype}, Number{p.step, p.dtype}, goInt(c.arg("offset")), count},
	}
}

// sourceArange is Source of arange where the number of elements is known
// before.
func sourceArange(_ *Call, block GoCall) *Source {
	if block.Func != "kernel.Arange" {
		return nil
	}
	return countLast(block, "kernel.NewArangeSource")
}

// countLast returns the source that fn makes of the arguments with which a
// kernel makes the block, of which the last is the number of elements.
func countLast(block GoCall, fn string) *Source {
	last := len(block.Args) - 1
	var shape GoArg = GoCall{Func: "kernel.Ints", Args: block.Args[last:]}
	if n, ok := block.Args[last].(int); ok {
		shape = []int{n}
	}
	return &Source{New: GoCall{Func: fn, TypeArgs: block.TypeArgs, Args: block.Args[:last]}, Shape: shape}
}

// linspaceArgs checks the arguments of a linspace and returns its dtype and
// the number of its elements.
func (c *Call) linspaceArgs() (ir.DType, int64, error) {
	for _, name := range []string{"start", "stop"} {
		if t := c.arg(name).Type; t == nil || !isNumber(t) || t.DType.Kind() == 'c' {
			return 0, 0, fmt.Errorf("%s must be a real number, not %s", name, t)
		}
	}
	d, err := c.dtypeArg("dtype", ir.Float64)
	if err != nil {
		return 0, 0, err
	}
	if _, err := c.boolArg("endpoint"); err != nil {
		return 0, 0, err
	}
	count := c.arg("count")
	if isNone(count) {
		count = c.arg("num")
	}
	shape, err := shapeOf(count, "num")
	if err != nil || len(shape) != 1 {
		return 0, 0, errors.New("num and count must be integers that are not negative")
	}
	return d, shape[0], c.insideLinspace(shape[0])
}

// insideLinspace refuses a part of a linspace that reaches beyond it.
func (c *Call) insideLinspace(count int64) error {
	num, offset := c.arg("num"), c.arg("offset")
	if isConst(num, ir.ConstInt) && isConst(offset, ir.ConstInt) && count >= 0 &&
		(offset.Const.Int < 0 || offset.Const.Int > num.Const.Int || count > num.Const.Int-offset.Const.Int) {
		return fmt.Errorf("%d numbers from number %d on are not all among the %d", count, offset.Const.Int, num.Const.Int)
	}
	return nil
}

func inferLinspace(c *Call) (*ir.Type, error) {
	d, n, err := c.linspaceArgs()
	if err != nil {
		return nil, err
	}
	return ir.BlockType(d, n), nil
}

func emitLinspace(c *Call) GoCall {
	d, _, _ := c.linspaceArgs()
	count := c.arg("count")
	if isNone(count) {
		count = c.arg("num")
	}
	return GoCall{
		Func: "kernel.Linspace", TypeArgs: []ir.DType{d},
		Args: []GoArg{
			Number{c.arg("start"), ir.Float64}, Number{c.arg("stop"), ir.Float64}, goInt(c.arg("num")),
			mustBool(c, "endpoint"), goInt(c.arg("offset")), goInt(count),
		},
	}
}

func inferEye(c *Call) (*ir.Type, error) {
	d, err := c.dtypeArg("dtype", ir.Float64)
	if err != nil {
		return nil, err
	}
	cols := c.arg("M")
	if isNone(cols) {
		cols = c.arg("N")
	}
	rows, err := shapeOf(c.arg("N"), "N")
	if err != nil {
		return nil, err
	}
	m, err := shapeOf(cols, "M")
	if err != nil {
		return nil, err
	}
	if !isInt(c.arg("k").Type) {
		return nil, errors.New("k must be an integer")
	}
	shape := []int64{rows[0], m[0]}
	return ir.BlockType(d, shape...), checkSize(shape)
}

func emitEye(c *Call) GoCall {
	d, _ := c.dtypeArg("dtype", ir.Float64)
	cols := c.arg("M")
	if isNone(cols) {
		cols = c.arg("N")
	}
	return GoCall{Func: "kernel.Eye", TypeArgs: []ir.DType{d}, Args: []GoArg{goInt(c.arg("N")), goInt(cols), goInt(c.arg("k"))}}
}

// arangeLength is numpy's number of elements of a progression of floats.
func arangeLength(start, stop, step float64) (int64, error) {
	n := math.Ceil((stop - start) / step)
	switch {
	case math.IsNaN(n) || n > maxElems:
		return 0, errors.New("the number of elements is not finite or too large")
	case n < 0:
		return 0, nil
	}
	return int64(n), nil
}
