package ref

import (
	"fmt"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// elementwise applies an elementwise op: it converts each operand's elements to
// the dtype of the loop, and evaluates the loop's expression on them.
func elementwise(c *call) (Value, error) {
	t, loop, err := stdops.InferElementwise(c.Op, c.Args)
	if err != nil {
		return Value{}, err
	}
	operands := make([]Value, len(loop.In))
	var shapes [][]int64
	for i, in := range loop.In {
		if in != ir.NoDType {
			operands[i] = c.value(i)
			if err := fits(operands[i], in); err != nil {
				return Value{}, err
			}
			shapes = append(shapes, operands[i].Type.Shape)
		}
	}
	shape, err := stdops.BroadcastShapes(shapes...)
	if err != nil {
		return Value{}, err
	}
	elems := make([]any, size(shape))
	xs := make([]any, len(operands))
	for p := range elems {
		index := unravel(shape, int64(p))
		for i, in := range loop.In {
			if in != ir.NoDType {
				xs[i] = convert(operands[i].broadcastAt(index), in)
			}
		}
		if elems[p], err = Eval(loop.Expr, loop.Out, xs...); err != nil {
			return Value{}, err
		}
	}
	if t.Kind == ir.TypeScalar {
		return Value{Type: t, Elems: elems}, nil
	}
	return Block(loop.Out, elems, shape...), nil
}

// fits refuses a Python int that a smaller integer dtype does not hold (NEP 50).
func fits(v Value, d ir.DType) error {
	if v.Type.Kind != ir.TypeScalar || d.Kind() != 'i' && d.Kind() != 'u' {
		return nil
	}
	i, ok := v.Elems[0].(int64) // a literal above that is a uint64, which the type rule has seen to
	if ok && (convert(convert(i, d), ir.Int64) != i || d == ir.Uint64 && i < 0) {
		return fmt.Errorf("integer %d is out of bounds for %s", i, d)
	}
	return nil
}

// broadcastAt returns the element at an index of a shape to which v
// broadcasts.
func (v Value) broadcastAt(index []int64) any {
	own := make([]int64, len(v.Type.Shape))
	copy(own, index[len(index)-len(own):])
	for i, n := range v.Type.Shape {
		if n == 1 {
			own[i] = 0
		}
	}
	return v.at(own)
}

// checkType compares a result with the type that the op's rule gives.
func checkType(op string, got Value, want *ir.Type) error {
	if want.Kind == ir.TypeGo && got.partial == nil {
		return fmt.Errorf("%s: internal error: the type rule says %s, the value is %s", op, want, got.Type)
	}
	bad := got.Type.Kind != want.Kind || got.Type.DType != want.DType || len(got.Type.Shape) != len(want.Shape)
	for i := 0; !bad && i < len(want.Shape); i++ {
		bad = want.Shape[i] >= 0 && want.Shape[i] != got.Type.Shape[i]
	}
	if bad || want.Kind == ir.TypeTuple && len(want.Elems) != len(got.Items) {
		return fmt.Errorf("%s: internal error: the type rule says %s, the value is %s", op, want, got.Type)
	}
	if want.Kind == ir.TypeTuple {
		for i, item := range got.Items {
			if err := checkType(op, item, want.Elems[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// loopOf returns the expression of an op's loop for operands of one dtype.
func loopOf(op string, d ir.DType) string {
	for _, l := range stdops.Lookup(op).Loops {
		if l.In[0] == d {
			return l.Expr
		}
	}
	panic("ref: internal error: " + op + " has no loop for " + d.String())
}
