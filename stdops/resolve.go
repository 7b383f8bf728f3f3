package stdops

import (
	"fmt"
	"math"

	"github.com/daskgen/daskgen/ir"
)

// InferElementwise applies the common type rule of elementwise ops to
// arguments whose types are known: args has an entry per parameter, as Bind
// returns them.
//
// It returns the type of the result and the loop that computes it. Argument i
// is operand $i of the loop, to be converted to loop.In[i] by CastExpr first;
// it is no operand (a dtype, a bound that is None, an exponent that the loop
// has built in) when i is beyond loop.In or loop.In[i] is NoDType.
//
// When all arguments are Python scalars the result is one too, and arithmetic
// on bools is on ints, as in Python. With a block among them, scalars are weak
// and the result is a block of the shape to which all broadcast. The error
// says what is wrong with the arguments.
func InferElementwise(op *Op, args []*ir.Expr) (*ir.Type, *Loop, error) {
	resolve := resolvers[op.Name]
	if resolve == nil {
		resolve = searchLoop
	}
	loop, err := resolve(op, args)
	if err != nil {
		return nil, nil, err
	}
	var shapes [][]int64
	for i, in := range loop.In {
		if in != ir.NoDType && args[i].Type.Kind == ir.TypeBlock {
			shapes = append(shapes, args[i].Type.Shape)
		}
	}
	if shapes == nil {
		return ir.ScalarType(loop.Out), loop, nil
	}
	shape, err := BroadcastShapes(shapes...)
	if err != nil {
		return nil, nil, err
	}
	return ir.BlockType(loop.Out, shape...), loop, nil
}

// BroadcastShapes returns the shape to which shapes broadcast by NumPy's
// rules. A length of -1 is unknown: beside 1 it stays unknown, beside another
// length it must be that or 1, so the result has that.
func BroadcastShapes(shapes ...[]int64) ([]int64, error) {
	rank := 0
	for _, s := range shapes {
		rank = max(rank, len(s))
	}
	out := make([]int64, rank)
	for i := range out {
		out[i] = 1
	}
	for _, s := range shapes {
		for i, n := range s {
			o := &out[rank-len(s)+i]
			switch {
			case n == 1 || n == *o || n < 0 && *o != 1:
			case *o == 1 || *o < 0:
				*o = n
			default:
				return nil, fmt.Errorf("shapes %s do not broadcast", joinShapes(shapes))
			}
		}
	}
	return out, nil
}

func joinShapes(shapes [][]int64) string {
	s := ""
	for i, sh := range shapes {
		switch {
		case i == 0:
		case i == len(shapes)-1:
			s += " and "
		default:
			s += ", "
		}
		s += ir.ShapeString(sh)
	}
	return s
}

// resolvers holds the ops whose loop does not follow from the dtypes of all
// arguments alone. It is only looked up.
var resolvers = map[string]func(*Op, []*ir.Expr) (*Loop, error){}

// searchLoop returns the first loop to which the arguments cast safely.
func searchLoop(op *Op, args []*ir.Expr) (*Loop, error) {
	strong, weak, err := splitWeak(op, args)
	if err != nil {
		return nil, err
	}
	w := Weak(weak, strong)
	if err := checkLiterals(args, w); err != nil {
		return nil, err
	}
	if strong == ir.NoDType {
		return scalarLoop(op, args)
	}
	if l := findLoop(op, args, w); l != nil {
		return l, refuseBool(op, l, args)
	}
	// An integer argument of its own kind, such as the exponent of ldexp.
	if l := findLoop(op, args, ir.NoDType); l != nil {
		return l, nil
	}
	return nil, noLoop(op, args)
}

// splitWeak returns the dtypes of the block arguments together, and of the
// Python scalars together; NoDType if there is none.
func splitWeak(op *Op, args []*ir.Expr) (strong, weak ir.DType, err error) {
	for i, a := range args {
		switch {
		case a.Type == nil:
			return 0, 0, fmt.Errorf("the type of argument %q is not known", op.Params[i].Name)
		case a.Type.Kind == ir.TypeBlock:
			strong = promoteSome(strong, a.Type.DType)
		case a.Type.Kind == ir.TypeScalar:
			weak = promoteSome(weak, a.Type.DType)
		default:
			return 0, 0, fmt.Errorf("argument %q is %s, not a number or a block", op.Params[i].Name, a.Type)
		}
	}
	return strong, weak, nil
}

// findLoop returns the first loop of op to which the arguments cast safely;
// Python scalars count as of dtype weak, or of their own when it is NoDType.
func findLoop(op *Op, args []*ir.Expr, weak ir.DType) *Loop {
	for i := range op.Loops {
		if loopFits(&op.Loops[i], args, weak) {
			return &op.Loops[i]
		}
	}
	return nil
}

func loopFits(l *Loop, args []*ir.Expr, weak ir.DType) bool {
	if len(l.In) != len(args) {
		return false
	}
	for k, a := range args {
		d := a.Type.DType
		if a.Type.Kind == ir.TypeScalar && weak != ir.NoDType {
			d = weak
		}
		if !CanCast(d, l.In[k]) {
			return false
		}
	}
	return true
}

// scalarLoop returns the loop for Python scalars: its result is one of their
// four dtypes.
func scalarLoop(op *Op, args []*ir.Expr) (*Loop, error) {
	bools := !pyIntOps[op.Name]
	for i := range op.Loops {
		l := &op.Loops[i]
		if len(l.In) == len(args) && pyScalar(l.Out) && scalarFits(l, args, bools) {
			return l, nil
		}
	}
	return nil, noLoop(op, args)
}

// scalarFits says whether Python scalars are of a loop's dtypes, each of which
// must be one of theirs.
func scalarFits(l *Loop, args []*ir.Expr, bools bool) bool {
	for k, a := range args {
		d := a.Type.DType
		if !pyScalar(l.In[k]) || !CanCast(d, l.In[k]) || l.In[k] == ir.Bool && !bools {
			return false
		}
	}
	return true
}

// pyScalar says whether d is the dtype of a Python scalar.
func pyScalar(d ir.DType) bool {
	return d == ir.Bool || d == ir.Int64 || d == ir.Float64 || d == ir.Complex128
}

// pyIntOps are the ops that treat Python's bools as ints.
var pyIntOps = map[string]bool{
	"add": true, "subtract": true, "multiply": true, "floor_divide": true, "remainder": true,
	"power": true, "negative": true, "positive": true, "absolute": true, "invert": true, "sign": true,
	"left_shift": true, "right_shift": true, "square": true, "floor": true, "ceil": true, "trunc": true, "inc": true,
}

// notBool are the ops that NumPy refuses for bools although they would cast to
// int8, with what to use instead.
var notBool = map[string]string{
	"subtract": "; use bitwise_xor or logical_xor",
	"negative": "; use invert or logical_not",
	"positive": "",
	"sign":     "",
	"gcd":      "",
	"lcm":      "",
}

// refuseBool returns an error if op is one of notBool and all its block
// arguments and scalars are bools.
func refuseBool(op *Op, l *Loop, args []*ir.Expr) error {
	hint, ok := notBool[op.Name]
	if !ok || l.In[0] != ir.Int8 {
		return nil
	}
	for _, a := range args {
		if a.Type.DType != ir.Bool {
			return nil
		}
	}
	return fmt.Errorf("is not defined for bool%s", hint)
}

func noLoop(op *Op, args []*ir.Expr) error {
	s := ""
	for i, a := range args {
		if i > 0 {
			s += ", "
		}
		if a.Type.Kind == ir.TypeBlock {
			s += a.Type.DType.String()
		} else {
			s += a.Type.String()
		}
	}
	return fmt.Errorf("is not defined for (%s)", s)
}

// checkLiterals refuses integer literals that the dtype they take cannot hold,
// as NumPy 2 does.
func checkLiterals(args []*ir.Expr, d ir.DType) error {
	for _, a := range args {
		if a.Type.Kind == ir.TypeScalar && !holds(d, a) {
			return fmt.Errorf("integer %s is out of bounds for %s", literal(a.Const), d)
		}
	}
	return nil
}

// holds says whether dtype d can hold the value of e, if that is an integer
// literal.
func holds(d ir.DType, e *ir.Expr) bool {
	if e.Kind != ir.ExprConst || e.Const.Kind != ir.ConstInt {
		return true
	}
	c := e.Const
	bits := 8 * d.Size()
	switch d.Kind() {
	case 'u':
		if c.Uint != 0 {
			return d == ir.Uint64
		}
		return c.Int >= 0 && (bits == 64 || c.Int < 1<<bits)
	case 'i':
		return c.Uint == 0 && (bits == 64 || c.Int >= -1<<(bits-1) && c.Int < 1<<(bits-1))
	}
	return true
}

// literal writes an integer literal.
func literal(c *ir.Const) string {
	if c.Uint > math.MaxInt64 {
		return fmt.Sprint(c.Uint)
	}
	return fmt.Sprint(c.Int)
}
