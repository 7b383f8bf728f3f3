package stdops

import (
	"fmt"
	"sort"

	"github.com/daskgen/daskgen/ir"
)

// Literals that stand as defaults of parameters.

func noneLit() *ir.Expr { return literalExpr(&ir.Const{Kind: ir.ConstNone}, ir.TypeNone, ir.NoDType) }

func boolLit(b bool) *ir.Expr {
	return literalExpr(&ir.Const{Kind: ir.ConstBool, Bool: b}, ir.TypeScalar, ir.Bool)
}

func intLit(i int64) *ir.Expr {
	return literalExpr(&ir.Const{Kind: ir.ConstInt, Int: i}, ir.TypeScalar, ir.Int64)
}

func floatLit(f float64) *ir.Expr {
	return literalExpr(&ir.Const{Kind: ir.ConstFloat, Float: f}, ir.TypeScalar, ir.Float64)
}

func dtypeLit(d ir.DType) *ir.Expr {
	return literalExpr(&ir.Const{Kind: ir.ConstDType, DType: d}, ir.TypeDType, ir.NoDType)
}

func literalExpr(c *ir.Const, k ir.TypeKind, d ir.DType) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprConst, Const: c, Type: &ir.Type{Kind: k, DType: d}}
}

// need declares a required parameter, opt one with a default.
func need(name string) Param { return Param{Name: name} }
func opt(name string, def *ir.Expr) Param {
	return Param{Name: name, Static: true, Default: def}
}

// static declares a required parameter that is a literal.
func static(name string) Param { return Param{Name: name, Static: true} }

// arg returns the argument of a parameter.
func (c *Call) arg(name string) *ir.Expr { return c.Args[c.Op.param(name)] }

// isNone says whether an argument is None.
func isNone(e *ir.Expr) bool {
	return e.Kind == ir.ExprConst && e.Const.Kind == ir.ConstNone
}

// isConst says whether an argument is a literal of that kind.
func isConst(e *ir.Expr, k ir.ConstKind) bool { return e.Kind == ir.ExprConst && e.Const.Kind == k }

// blockArg returns the type of argument 0, which must be a block.
func (c *Call) blockArg() (*ir.Type, error) { return c.blockAt(0) }

// blockAt returns the type of argument i, which must be a block.
func (c *Call) blockAt(i int) (*ir.Type, error) {
	t := c.Args[i].Type
	if t == nil || t.Kind != ir.TypeBlock {
		return nil, fmt.Errorf("argument %q is %s, not a block", c.Op.Params[i].Name, t)
	}
	return t, nil
}

// boolArg returns a bool literal.
func (c *Call) boolArg(name string) (bool, error) {
	switch e := c.arg(name); {
	case isConst(e, ir.ConstBool):
		return e.Const.Bool, nil
	case isConst(e, ir.ConstInt):
		return e.Const.Int != 0, nil
	case isNone(e):
		return false, nil
	}
	return false, fmt.Errorf("%s must be true or false", name)
}

// intArg returns an integer literal.
func (c *Call) intArg(name string) (int, error) {
	if e := c.arg(name); isConst(e, ir.ConstInt) {
		return int(e.Const.Int), nil
	}
	return 0, fmt.Errorf("%s must be an integer literal", name)
}

// floatArg returns a real literal.
func (c *Call) floatArg(name string) (float64, error) {
	switch e := c.arg(name); {
	case isConst(e, ir.ConstInt):
		return float64(e.Const.Int), nil
	case isConst(e, ir.ConstFloat):
		return e.Const.Float, nil
	}
	return 0, fmt.Errorf("%s must be a number literal", name)
}

// dtypeArg returns a dtype, given as a dtype or its name, or def for None.
func (c *Call) dtypeArg(name string, def ir.DType) (ir.DType, error) {
	d := def
	switch e := c.arg(name); {
	case isConst(e, ir.ConstDType):
		d = e.Const.DType
	case isConst(e, ir.ConstString):
		d = ir.ParseDType(e.Const.Str)
	case isConst(e, ir.ConstOp): // a Python type passed as a function
		d = map[string]ir.DType{"bool": ir.Bool, "int": ir.Int64, "float": ir.Float64, "complex": ir.Complex128}[e.Const.Str]
	case !isNone(e):
		d = ir.NoDType
	}
	if d == ir.NoDType {
		return d, fmt.Errorf("%s must be a dtype", name)
	}
	return d, nil
}

// intsArg returns a list of integer literals; one integer counts as a list of
// one. None gives ok false.
func (c *Call) intsArg(name string) (list []int, ok bool, err error) {
	e := c.arg(name)
	switch {
	case isNone(e):
		return nil, false, nil
	case isConst(e, ir.ConstInt):
		return []int{int(e.Const.Int)}, true, nil
	case e.Kind != ir.ExprList && e.Kind != ir.ExprTuple:
		return nil, false, fmt.Errorf("%s must be an integer or a list of integers", name)
	}
	list = []int{}
	for _, a := range e.Args {
		if !isConst(a, ir.ConstInt) {
			return nil, false, fmt.Errorf("%s must hold integer literals", name)
		}
		list = append(list, int(a.Const.Int))
	}
	return list, true, nil
}

// axesArg returns the axes that a parameter names, ascending and counted from
// the front; None names all of them.
func (c *Call) axesArg(name string, rank int) ([]int, error) {
	axes, ok, err := c.intsArg(name)
	if err != nil {
		return nil, err
	}
	if !ok {
		axes = make([]int, rank)
		for i := range axes {
			axes[i] = i
		}
		return axes, nil
	}
	for i, a := range axes {
		if axes[i], err = normalAxis(a, rank); err != nil {
			return nil, err
		}
	}
	sort.Ints(axes)
	for i := 1; i < len(axes); i++ {
		if axes[i] == axes[i-1] {
			return nil, fmt.Errorf("axis %d is named twice", axes[i])
		}
	}
	return axes, nil
}

// axisArg returns the one axis that a parameter names.
func (c *Call) axisArg(name string, rank int) (int, error) {
	a, err := c.intArg(name)
	if err != nil {
		return 0, err
	}
	return normalAxis(a, rank)
}

// normalAxis counts an axis from the front.
func normalAxis(a, rank int) (int, error) {
	if a < -rank || a >= rank {
		return 0, fmt.Errorf("axis %d is out of bounds for an array of rank %d", a, rank)
	}
	if a < 0 {
		a += rank
	}
	return a, nil
}

// mustAxes and the like are for Emit, which runs after Infer has accepted the
// arguments.

func mustAxes(c *Call) []int {
	axes, _ := c.axesArg("axis", c.Args[0].Type.Rank())
	return axes
}

func mustBool(c *Call, name string) bool {
	b, _ := c.boolArg(name)
	return b
}

// shapeOf returns the shape that an argument gives: an integer, or a list of
// integers, of which those that differ from task to task are unknown (-1).
func shapeOf(e *ir.Expr, name string) ([]int64, error) {
	dims := []*ir.Expr{e}
	if e.Kind == ir.ExprList || e.Kind == ir.ExprTuple {
		dims = e.Args
	}
	shape := make([]int64, len(dims))
	for i, d := range dims {
		switch {
		case isConst(d, ir.ConstInt) && d.Const.Uint == 0 && d.Const.Int >= 0:
			shape[i] = d.Const.Int
		case d.Kind != ir.ExprConst && isInt(d.Type):
			shape[i] = -1
		default:
			return nil, fmt.Errorf("%s must be integers that are not negative", name)
		}
	}
	return shape, checkSize(shape)
}

// maxElems bounds the elements of one block: what a slice of bytes can hold.
const maxElems = 1 << 40

// checkSize refuses shapes that no memory can hold.
func checkSize(shape []int64) error {
	n := int64(1)
	for _, d := range shape {
		if d > 0 && n > maxElems/d {
			return fmt.Errorf("a block of shape %s is too large", ir.ShapeString(shape))
		}
		if d > 0 {
			n *= d
		}
	}
	return nil
}

// isInt says whether t is an integer: Python's, or a block of rank 0.
func isInt(t *ir.Type) bool {
	if t == nil || (t.Kind != ir.TypeScalar && (t.Kind != ir.TypeBlock || t.Rank() != 0)) {
		return false
	}
	return t.DType.Kind() == 'i' || t.DType.Kind() == 'u'
}

// isIntList says whether t is a list whose items are all integers.
func isIntList(t *ir.Type) bool {
	return t != nil && t.Kind == ir.TypeList && isInt(t.Elems[0])
}

// goInt is an integer argument as a Go int: a literal, a per-task literal, or
// a value that a task computed.
func goInt(e *ir.Expr) GoArg {
	if isConst(e, ir.ConstArray) {
		if i, ok := scalarIndex(e.Const); ok {
			return i
		}
	}
	switch {
	case e.Kind == ir.ExprConst || e.Kind == ir.ExprParam:
		return Int{e}
	case e.Type.Kind == ir.TypeBlock:
		return GoCall{Func: "kernel.IntOf", Args: []GoArg{e}}
	}
	return GoCall{Func: "kernel.Int", Args: []GoArg{e}}
}

// goInts is a list of integers as a Go slice.
func goInts(e *ir.Expr) GoArg {
	dims := []*ir.Expr{e}
	if e.Kind == ir.ExprList || e.Kind == ir.ExprTuple {
		dims = e.Args
	}
	list, args := []int{}, []GoArg{}
	for _, d := range dims {
		if isConst(d, ir.ConstInt) {
			list = append(list, int(d.Const.Int))
		}
		args = append(args, goInt(d))
	}
	if len(list) == len(dims) {
		return list
	}
	return GoCall{Func: "kernel.Ints", Args: args}
}

// numpyNames returns the name with the module numpy before it, and others as
// they are.
func numpyNames(name string, others ...string) []string {
	return append([]string{"numpy." + name}, others...)
}
