package ref

import (
	"fmt"
	"slices"

	"github.com/daskgen/daskgen/ir"
)

func init() {
	kernels["getitem"] = getitem
	kernels["take"] = take
	kernels["len"] = length
}

// A pick says which elements along an axis an index selects. Without keep it is
// one, and the axis goes.
type pick struct {
	at   []int64
	keep bool
	new  bool // newaxis
	list bool // by a list
}

func getitem(c *call, _ *ir.Type) (Value, error) {
	x, e := c.value(0), c.Args[1]
	if x.Type.Kind != ir.TypeBlock {
		return itemOf(x, e, c.value(1))
	}
	v := c.value(1)
	if v.Type.Kind == ir.TypeBlock && v.Type.DType == ir.Bool && len(v.Type.Shape) == len(x.Type.Shape) {
		return compress(x, v), nil
	}
	parts, values := indexParts(e, v)
	picks, err := pickAll(x.Type.Shape, parts, values)
	if err != nil {
		return Value{}, err
	}
	v = selected(x, picks)
	if axis := listApart(picks, parts); axis > 0 {
		axes := []int{axis}
		for k := range v.Type.Shape {
			if k != axis {
				axes = append(axes, k)
			}
		}
		v = permute(v, axes)
	}
	return v, nil
}

// listApart returns the axis of the result that comes from a list, if NumPy
// puts it first: what is not an integer nor a list stands between the first and
// the last of those.
func listApart(picks []pick, parts []*ir.Expr) int {
	lo, hi := -1, -1
	basic := func(p *ir.Expr) bool { return p.Kind == ir.ExprSlice || ellipsis(p) || newaxis(p) }
	for i, p := range parts {
		if !basic(p) {
			if hi = i; lo < 0 {
				lo = i
			}
		}
	}
	if lo < 0 || !slices.ContainsFunc(parts[lo:hi], basic) {
		return 0
	}
	out := 0
	for _, p := range picks {
		if p.list {
			return out
		}
		if p.keep || p.new {
			out++
		}
	}
	return 0
}

// indexParts returns the elements of an index and their values.
func indexParts(e *ir.Expr, v Value) ([]*ir.Expr, []Value) {
	if e.Kind == ir.ExprTuple || e.Kind == ir.ExprList && slices.ContainsFunc(e.Args, notNumber) {
		return e.Args, v.Items
	}
	return []*ir.Expr{e}, []Value{v}
}

// notNumber says whether an element of a list shows that the list is a tuple
// of indices.
func notNumber(e *ir.Expr) bool { return e.Type.Kind != ir.TypeScalar && e.Type.Kind != ir.TypeBlock }

func pickAll(shape []int64, parts []*ir.Expr, values []Value) ([]pick, error) {
	used := 0
	for _, p := range parts {
		if !ellipsis(p) && !newaxis(p) {
			used++
		}
	}
	var picks []pick
	axis := 0
	whole := func(n int) {
		for range n {
			picks = append(picks, pick{at: count(shape[axis]), keep: true})
			axis++
		}
	}
	for i, p := range parts {
		switch {
		case ellipsis(p):
			whole(len(shape) - used)
		case newaxis(p):
			picks = append(picks, pick{new: true})
		default:
			k, err := pickOne(shape[axis], p, values[i])
			if err != nil {
				return nil, err
			}
			picks = append(picks, k)
			axis++
		}
	}
	whole(len(shape) - axis)
	return picks, nil
}

func ellipsis(e *ir.Expr) bool { return e.Kind == ir.ExprConst && e.Const.Kind == ir.ConstEllipsis }

func newaxis(e *ir.Expr) bool {
	return e.Kind == ir.ExprConst && (e.Const.Kind == ir.ConstNewaxis || e.Const.Kind == ir.ConstNone)
}

// count returns 0, 1, ... n-1.
func count(n int64) []int64 {
	at := make([]int64, n)
	for i := range at {
		at[i] = int64(i)
	}
	return at
}

// pickOne applies an index element to an axis of length n.
func pickOne(n int64, e *ir.Expr, v Value) (pick, error) {
	switch {
	case v.Type.Kind == ir.TypeSlice:
		return pick{at: sliceOf(n, v), keep: true}, nil
	case v.Type.Kind == ir.TypeList || v.Type.Kind == ir.TypeTuple: // a tuple: integers of several types
		var elems []any
		for _, item := range v.Items {
			elems = append(elems, item.Elems[0])
		}
		return pickList(n, elems)
	case v.Type.Kind == ir.TypeBlock && len(v.Type.Shape) == 1:
		return pickList(n, v.Elems)
	}
	i, err := v.int64Of()
	if err != nil {
		return pick{}, err
	}
	i, err = inBounds(i, n)
	return pick{at: []int64{i}}, err
}

func inBounds(i, n int64) (int64, error) {
	if i < -n || i >= n {
		return 0, fmt.Errorf("index %d is out of bounds for size %d", i, n)
	}
	return (i + n) % n, nil
}

// pickList selects by a list of integers or bools.
func pickList(n int64, elems []any) (pick, error) {
	p := pick{at: []int64{}, keep: true, list: true}
	for k, x := range elems {
		if b, ok := x.(bool); ok {
			if int64(len(elems)) != n {
				return p, fmt.Errorf("boolean index of length %d does not match length %d", len(elems), n)
			}
			if b {
				p.at = append(p.at, int64(k))
			}
			continue
		}
		i, err := inBounds(convert(x, ir.Int64).(int64), n)
		if err != nil {
			return p, err
		}
		p.at = append(p.at, i)
	}
	return p, nil
}

// sliceOf returns what a slice selects of n elements, by walking.
func sliceOf(n int64, v Value) []int64 {
	bound := func(k int) (int64, bool) {
		if v.Items[k].Type.Kind == ir.TypeNone {
			return 0, false
		}
		i, err := v.Items[k].int64Of()
		if err != nil {
			panic(err)
		}
		return i, true
	}
	step, ok := bound(2)
	if !ok {
		step = 1
	}
	at := []int64{}
	lo, hasLo := bound(0)
	hi, hasHi := bound(1)
	if hasLo && lo < 0 {
		lo += n
	}
	if hasHi && hi < 0 {
		hi += n
	}
	if step > 0 {
		for i := first(hasLo, max(lo, 0), 0); i < first(hasHi, min(hi, n), n); i += step {
			at = append(at, i)
		}
		return at
	}
	for i := first(hasLo, min(lo, n-1), n-1); i > first(hasHi, max(hi, -1), -1); i += step {
		at = append(at, i)
	}
	return at
}

// first returns a if ok, else b.
func first(ok bool, a, b int64) int64 {
	if ok {
		return a
	}
	return b
}

// selected returns what picks select of x.
func selected(x Value, picks []pick) Value {
	shape := []int64{}
	for _, p := range picks {
		switch {
		case p.new:
			shape = append(shape, 1)
		case p.keep:
			shape = append(shape, int64(len(p.at)))
		}
	}
	return build(x.Type.DType, shape, func(index []int64) any {
		at := []int64{}
		for _, p := range picks {
			switch {
			case p.new:
				index = index[1:]
			case p.keep:
				at, index = append(at, p.at[index[0]]), index[1:]
			default:
				at = append(at, p.at[0])
			}
		}
		return x.at(at)
	})
}

// compress returns the elements of x at which a mask of its shape is true.
func compress(x, mask Value) Value {
	elems := []any{}
	for i, m := range mask.Elems {
		if m.(bool) {
			elems = append(elems, x.Elems[i])
		}
	}
	return Block(x.Type.DType, elems, int64(len(elems)))
}

func take(c *call, _ *ir.Type) (Value, error) {
	x, axis := c.value(0), 0
	if c.isNone("axis") {
		x = reshaped(x, int64(len(x.Elems)))
	} else {
		axis = c.axes("axis", len(x.Type.Shape))[0]
	}
	p, err := pickOne(x.Type.Shape[axis], c.Args[1], c.value(1))
	if err != nil {
		return Value{}, err
	}
	picks := make([]pick, len(x.Type.Shape))
	for k, n := range x.Type.Shape {
		picks[k] = pick{at: count(n), keep: true}
	}
	picks[axis] = p
	return selected(x, picks), nil
}

// itemOf indexes a list, tuple, dict or string.
func itemOf(x Value, e *ir.Expr, i Value) (Value, error) {
	switch {
	case x.Type.Kind == ir.TypeDict:
		for k := 0; k+1 < len(x.Items); k += 2 {
			if x.Items[k].Elems[0] == i.Elems[0] {
				return x.Items[k+1], nil
			}
		}
		return Value{}, fmt.Errorf("key %v is not in the dict", i.Elems[0])
	case x.Type.Kind == ir.TypeString:
		runes := []rune(x.Elems[0].(string))
		p, err := pickOne(int64(len(runes)), e, i)
		s := ""
		for _, k := range p.at {
			s += string(runes[k])
		}
		return String(s), err
	}
	p, err := pickOne(int64(len(x.Items)), e, i)
	if err != nil {
		return Value{}, err
	}
	if !p.keep {
		return x.Items[p.at[0]], nil
	}
	items := []Value{}
	for _, k := range p.at {
		items = append(items, x.Items[k])
	}
	return Value{Type: x.Type, Items: items}, nil
}

func length(c *call, _ *ir.Type) (Value, error) {
	switch x := c.value(0); x.Type.Kind {
	case ir.TypeBlock:
		return Scalar(x.Type.Shape[0]), nil
	case ir.TypeString:
		return Scalar(int64(len([]rune(x.Elems[0].(string))))), nil
	case ir.TypeBytes:
		return Scalar(int64(len(x.Elems[0].([]byte)))), nil
	case ir.TypeDict:
		return Scalar(int64(len(x.Items) / 2)), nil
	default:
		return Scalar(int64(len(x.Items))), nil
	}
}
