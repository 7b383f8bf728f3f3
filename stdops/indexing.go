package stdops

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/daskgen/daskgen/ir"
)

func init() {
	register(
		&Op{
			Name: "getitem", Class: Kernel, View: true, Cheap: true, Pure: true,
			Aliases: []string{"operator.getitem", "_operator.getitem", "dask.array.chunk.getitem", "dask.array.core.getter", "dask.array.core.getter_nofancy", "dask.array.core.getter_inline", "dask.array.slicing.getitem_variadic", "dask.array._shuffle._getitem"},
			Doc: "a[index]. For a block: an integer, a slice, newaxis, an ellipsis, one list of integers or bools, or a tuple of these, with NumPy's meaning; a view unless there is a list. " +
				"For a list or tuple an integer or (list) a slice, for a dict a key, for a string an integer or a slice. What is out of bounds is an error, at compile time if the shape is known.",
			Params: []Param{need("a"), need("index")},
			Infer:  inferGetItem, Emit: emitGetItem,
		},
		&Op{
			Name: "take", Class: Kernel, Pure: true,
			Aliases: []string{"numpy.take"},
			Doc:     "The elements of a at the integers indices along axis, which may be a list or a block of rank 0 or 1; with axis None, of a in C order.",
			Params:  []Param{need("a"), need("indices"), opt("axis", noneLit())},
			Infer:   inferTake, Emit: emitTake,
		},
	)
}

// indexParts returns the elements of an index expression.
func indexParts(e *ir.Expr) []*ir.Expr {
	if e.Kind == ir.ExprTuple {
		return e.Args
	}
	if e.Kind == ir.ExprList && mixedList(e) {
		return e.Args
	}
	return []*ir.Expr{e}
}

// mixedList says whether a list holds more than integers and bools: graphs
// from JSON write the tuple of an index so.
func mixedList(e *ir.Expr) bool {
	for _, a := range e.Args {
		if a.Kind == ir.ExprSlice || a.Kind == ir.ExprList || isConst(a, ir.ConstEllipsis) || isConst(a, ir.ConstNewaxis) || isConst(a, ir.ConstNone) {
			return true
		}
	}
	return false
}

// isNewaxis says whether an index element is newaxis, which is None in NumPy.
func isNewaxis(e *ir.Expr) bool { return isConst(e, ir.ConstNewaxis) || isNone(e) }

// expandIndex returns one index element per axis of a block of rank n, and
// newaxes: an ellipsis, and what is missing at the end, become nil, the slice
// of everything.
func expandIndex(e *ir.Expr, n int) ([]*ir.Expr, error) {
	parts := indexParts(e)
	used, dots := 0, 0
	for _, p := range parts {
		switch {
		case isConst(p, ir.ConstEllipsis):
			dots++
		case !isNewaxis(p):
			used++
		}
	}
	if dots > 1 {
		return nil, errors.New("an index holds one ellipsis at most")
	}
	if used > n {
		return nil, fmt.Errorf("too many indices: the array has rank %d, the index %d elements", n, used)
	}
	var out []*ir.Expr
	for _, p := range parts {
		if isConst(p, ir.ConstEllipsis) {
			out = append(out, make([]*ir.Expr, n-used)...)
			continue
		}
		out = append(out, p)
	}
	if dots == 0 {
		out = append(out, make([]*ir.Expr, n-used)...)
	}
	return out, nil
}

// listFirst says whether NumPy puts the axis of an index's list first: it does
// where an integer and the list are apart, with a slice, a newaxis or an
// ellipsis (of no axes even) between them.
func listFirst(e *ir.Expr) bool {
	first, last, between, list := false, false, false, false
	for _, p := range indexParts(e) {
		if p.Kind == ir.ExprSlice || isNewaxis(p) || isConst(p, ir.ConstEllipsis) {
			last = first
			continue
		}
		first, between = true, between || last
		list = list || !isInt(p.Type) && !isScalarArray(p)
	}
	return list && between
}

func isScalarArray(e *ir.Expr) bool {
	if !isConst(e, ir.ConstArray) {
		return false
	}
	_, ok := scalarIndex(e.Const)
	return ok
}

func inferGetItem(c *Call) (*ir.Type, error) {
	t := c.Args[0].Type
	if t == nil || t.Kind != ir.TypeBlock {
		return inferGetitemValues(c)
	}
	if m := c.Args[1].Type; m != nil && m.Kind == ir.TypeBlock && m.DType == ir.Bool && m.Rank() == t.Rank() && m.Rank() != 1 {
		return ir.BlockType(t.DType, -1), sameShape(t.Shape, m.Shape)
	}
	index, err := expandIndex(c.Args[1], t.Rank())
	if err != nil {
		return nil, err
	}
	shape, lists, axis, at := []int64{}, 0, 0, 0
	for _, e := range index {
		if e != nil && isNewaxis(e) {
			shape = append(shape, 1)
			continue
		}
		n, keep, err := indexAxis(e, axis, t.Shape[axis])
		if err != nil {
			return nil, err
		}
		if keep {
			shape = append(shape, n)
		}
		if keep && e != nil && e.Kind != ir.ExprSlice {
			lists, at = lists+1, len(shape)-1
		}
		axis++
	}
	if lists > 1 {
		return nil, errors.New("an index holds one list at most; index twice")
	}
	if lists == 1 && listFirst(c.Args[1]) {
		n := shape[at]
		shape = slices.Insert(slices.Delete(shape, at, at+1), 0, n)
	}
	return ir.BlockType(t.DType, shape...), nil
}

// sameShape refuses a mask of another shape.
func sameShape(a, b []int64) error {
	for i := range a {
		if a[i] >= 0 && b[i] >= 0 && a[i] != b[i] {
			return fmt.Errorf("boolean index of shape %s does not match %s", ir.ShapeString(b), ir.ShapeString(a))
		}
	}
	return nil
}

// indexAxis returns the length that an index element leaves of an axis of
// length n (-1: unknown), and whether it keeps the axis at all.
func indexAxis(e *ir.Expr, axis int, n int64) (length int64, keep bool, err error) {
	switch {
	case e == nil:
		return n, true, nil
	case e.Kind == ir.ExprSlice:
		length, err = sliceLength(e, n)
		return length, true, err
	case e.Kind == ir.ExprList:
		length, err = listLength(e, axis, n)
		return length, true, err
	case isConst(e, ir.ConstArray):
		if i, ok := scalarIndex(e.Const); ok {
			return 0, false, checkBounds(int64(i), axis, n)
		}
		return arrayIndex(e.Const, axis, n)
	case isConst(e, ir.ConstBool):
		return 0, false, errors.New("a bool is no index; use a list of bools")
	case isInt(e.Type):
		if isConst(e, ir.ConstInt) {
			err = checkBounds(e.Const.Int, axis, n)
		}
		return 0, false, err
	case isIntList(e.Type): // read from several tasks at once
		return -1, true, nil
	case e.Type != nil && e.Type.Kind == ir.TypeBlock && e.Type.Rank() == 1:
		return blockIndex(e.Type, axis, n)
	}
	return 0, false, fmt.Errorf("%s is no index: use integers, slices, newaxis, an ellipsis, or a list of integers or bools", e.Type)
}

func checkBounds(i int64, axis int, n int64) error {
	if n >= 0 && (i < -n || i >= n) {
		return fmt.Errorf("index %d is out of bounds for axis %d with size %d", i, axis, n)
	}
	return nil
}

// sliceLength returns how many of n elements a slice selects, -1 if that is
// not known.
func sliceLength(e *ir.Expr, n int64) (int64, error) {
	step, ok := bound(e.Args[2], 1)
	if ok && step == 0 {
		return 0, errors.New("slice step must not be 0")
	}
	lo, hi := int64(0), n
	if step < 0 {
		lo, hi = n-1, -1
	}
	known := ok && n >= 0
	for i, p := range []*int64{&lo, &hi} {
		v, ok := bound(e.Args[i], 0)
		if known = known && ok; known && !isNone(e.Args[i]) {
			*p = clipBound(v, n, step)
		}
	}
	switch {
	case !known:
		return -1, nil
	case step > 0:
		return max(0, (hi-lo+step-1)/step), nil
	}
	return max(0, (lo-hi-step-1)/-step), nil
}

// bound returns a literal bound of a slice, def for None; ok is false if it is
// computed.
func bound(e *ir.Expr, def int64) (v int64, ok bool) {
	switch {
	case isNone(e):
		return def, true
	case isConst(e, ir.ConstInt):
		return e.Const.Int, true
	}
	return def, false
}

// clipBound returns bound i of a slice of n elements as Python's slices do.
func clipBound(i, n, step int64) int64 {
	if i < 0 {
		i += n
	}
	if step > 0 {
		return min(max(i, 0), n)
	}
	return min(max(i, -1), n-1)
}

// listLength returns how many elements a list of integers or bools selects.
func listLength(e *ir.Expr, axis int, n int64) (int64, error) {
	if bools, err := boolList(e); bools != nil || err != nil {
		return maskLength(bools, axis, n)
	}
	for _, a := range e.Args {
		if !isInt(a.Type) {
			return 0, fmt.Errorf("%s is no index: a list holds integers or bools", a.Type)
		}
		if isConst(a, ir.ConstInt) {
			if err := checkBounds(a.Const.Int, axis, n); err != nil {
				return 0, err
			}
		}
	}
	return int64(len(e.Args)), nil
}

// boolList returns the elements of a list of bool literals, nil for other
// lists.
func boolList(e *ir.Expr) ([]bool, error) {
	if len(e.Args) == 0 || !isConst(e.Args[0], ir.ConstBool) {
		return nil, nil
	}
	var bs []bool
	for _, a := range e.Args {
		if !isConst(a, ir.ConstBool) {
			return nil, errors.New("an index list holds integers or bools, not both")
		}
		bs = append(bs, a.Const.Bool)
	}
	return bs, nil
}

func maskLength(bools []bool, axis int, n int64) (int64, error) {
	if n >= 0 && int64(len(bools)) != n {
		return 0, fmt.Errorf("boolean index of length %d does not match axis %d of length %d", len(bools), axis, n)
	}
	return int64(len(truePositions(bools))), nil
}

func truePositions(bools []bool) []int {
	at := []int{}
	for i, b := range bools {
		if b {
			at = append(at, i)
		}
	}
	return at
}

// scalarIndex returns the integer that a literal array of rank 0 is: it indexes
// as an integer does.
func scalarIndex(k *ir.Const) (int, bool) {
	if len(k.Shape) > 0 || k.DType == ir.Bool {
		return 0, false
	}
	is, _, err := arrayInts(k)
	if err != nil || len(is) != 1 {
		return 0, false
	}
	return is[0], true
}

// arrayIndex is indexAxis for a literal array.
func arrayIndex(k *ir.Const, axis int, n int64) (int64, bool, error) {
	if len(k.Shape) != 1 {
		return 0, false, fmt.Errorf("an index array has rank 1, not %d", len(k.Shape))
	}
	is, bools, err := arrayInts(k)
	if err != nil {
		return 0, false, err
	}
	if bools != nil {
		length, err := maskLength(bools, axis, n)
		return length, true, err
	}
	for _, i := range is {
		if err := checkBounds(int64(i), axis, n); err != nil {
			return 0, false, err
		}
	}
	return int64(len(is)), true, nil
}

// arrayInts returns the elements of a literal array of integers or bools.
func arrayInts(k *ir.Const) (is []int, bools []bool, err error) {
	kind, size := k.DType.Kind(), int(k.DType.Size())
	if kind != 'b' && kind != 'i' && kind != 'u' {
		return nil, nil, fmt.Errorf("an index array of dtype %s; it must be integers or bools", k.DType)
	}
	is = []int{}
	for b := k.Bytes; len(b) >= size; b = b[size:] {
		if kind == 'b' {
			bools = append(bools, b[0] != 0)
			continue
		}
		var word [8]byte
		copy(word[:], b[:size])
		v := int64(binary.LittleEndian.Uint64(word[:]))
		if kind == 'i' {
			v = v << (64 - 8*size) >> (64 - 8*size)
		}
		is = append(is, int(v))
	}
	return is, bools, nil
}

// blockIndex is indexAxis for a computed block of rank 1.
func blockIndex(t *ir.Type, axis int, n int64) (int64, bool, error) {
	switch t.DType.Kind() {
	case 'b':
		if n >= 0 && t.Shape[0] >= 0 && t.Shape[0] != n {
			return 0, false, fmt.Errorf("boolean index of length %d does not match axis %d of length %d", t.Shape[0], axis, n)
		}
		return -1, true, nil
	case 'i', 'u':
		return t.Shape[0], true, nil
	}
	return 0, false, fmt.Errorf("an index array of dtype %s; it must be integers or bools", t.DType)
}

func emitGetItem(c *Call) GoCall {
	t := c.Args[0].Type
	if t.Kind != ir.TypeBlock {
		return emitGetitemValues(c)
	}
	call := GoCall{Func: "kernel.GetItem", Args: []GoArg{c.Args[0]}}
	if m := c.Args[1].Type; m != nil && m.Kind == ir.TypeBlock && m.DType == ir.Bool && m.Rank() == t.Rank() && m.Rank() != 1 {
		return GoCall{Func: "kernel.Compress", Args: []GoArg{c.Args[0], c.Args[1]}}
	}
	index, _ := expandIndex(c.Args[1], t.Rank())
	for len(index) > 1 && index[len(index)-1] == nil {
		index = index[:len(index)-1]
	}
	first := listFirst(c.Args[1])
	for _, e := range index {
		arg := emitIndex(e)
		if g, ok := arg.(GoCall); ok && first && slices.Contains([]string{"kernel.Take", "kernel.TakeInts", "kernel.TakeBlocks", "kernel.TakeAt", "kernel.Mask"}, g.Func) {
			arg = GoCall{Func: "kernel.First", Args: []GoArg{arg}}
		}
		call.Args = append(call.Args, arg)
	}
	return call
}

// emitIndex returns the kernel.Index of an index element.
func emitIndex(e *ir.Expr) GoArg {
	switch {
	case e == nil:
		return GoCall{Func: "kernel.All"}
	case isNewaxis(e):
		return GoCall{Func: "kernel.Newaxis"}
	case e.Kind == ir.ExprSlice:
		return emitSlice(e)
	case e.Kind == ir.ExprList:
		if bools, _ := boolList(e); bools != nil {
			return GoCall{Func: "kernel.Take", Args: []GoArg{literals(truePositions(bools))}}
		}
		args := make([]GoArg, len(e.Args))
		for i, a := range e.Args {
			args[i] = goInt(a)
		}
		return GoCall{Func: "kernel.Take", Args: args}
	case isIntList(e.Type) && e.Type.Elems[0].Kind == ir.TypeBlock:
		return GoCall{Func: "kernel.TakeBlocks", Args: []GoArg{e}}
	case isIntList(e.Type):
		return GoCall{Func: "kernel.TakeInts", Args: []GoArg{e}}
	case isConst(e, ir.ConstArray):
		if i, ok := scalarIndex(e.Const); ok {
			return GoCall{Func: "kernel.At", Args: []GoArg{i}}
		}
		is, bools, _ := arrayInts(e.Const)
		if bools != nil {
			is = truePositions(bools)
		}
		return GoCall{Func: "kernel.Take", Args: []GoArg{literals(is)}}
	case e.Type.Kind == ir.TypeBlock && e.Type.Rank() == 1 && e.Type.DType == ir.Bool:
		return GoCall{Func: "kernel.Mask", Args: []GoArg{e}}
	case e.Type.Kind == ir.TypeBlock && e.Type.Rank() == 1:
		return GoCall{Func: "kernel.TakeAt", Args: []GoArg{e}}
	}
	return GoCall{Func: "kernel.At", Args: []GoArg{goInt(e)}}
}

func emitSlice(e *ir.Expr) GoArg {
	lo, hi, step := e.Args[0], e.Args[1], e.Args[2]
	var s GoCall
	switch {
	case isNone(lo) && isNone(hi):
		s = GoCall{Func: "kernel.All"}
	case isNone(lo):
		s = GoCall{Func: "kernel.To", Args: []GoArg{goInt(hi)}}
	case isNone(hi):
		s = GoCall{Func: "kernel.From", Args: []GoArg{goInt(lo)}}
	default:
		s = GoCall{Func: "kernel.Range", Args: []GoArg{goInt(lo), goInt(hi)}}
	}
	if isNone(step) || isConst(step, ir.ConstInt) && step.Const.Int == 1 {
		return s
	}
	return GoCall{Func: "kernel.By", Args: []GoArg{goInt(step), s}}
}

func inferTake(c *Call) (*ir.Type, error) {
	t, err := c.blockArg()
	if err != nil {
		return nil, err
	}
	shape, axis := t.Shape, 0
	if isNone(c.arg("axis")) {
		shape = []int64{sizeOf(t.Shape)}
	} else if axis, err = c.axisArg("axis", t.Rank()); err != nil {
		return nil, err
	}
	if b := c.Args[1].Type; b != nil && b.DType == ir.Bool {
		return nil, errors.New("indices must be integers")
	}
	n, keep, err := indexAxis(c.Args[1], axis, shape[axis])
	if err != nil {
		return nil, err
	}
	out := append([]int64{}, shape[:axis]...)
	if keep {
		out = append(out, n)
	}
	return ir.BlockType(t.DType, append(out, shape[axis+1:]...)...), nil
}

func emitTake(c *Call) GoCall {
	t := c.Args[0].Type
	call := GoCall{Func: "kernel.GetItem", Args: []GoArg{c.Args[0]}}
	if isNone(c.arg("axis")) {
		return GoCall{Func: "kernel.TakeFlat", Args: []GoArg{c.Args[0], emitIndex(c.Args[1])}}
	}
	axis, _ := c.axisArg("axis", t.Rank())
	for range axis {
		call.Args = append(call.Args, GoCall{Func: "kernel.All"})
	}
	call.Args = append(call.Args, emitIndex(c.Args[1]))
	return call
}
