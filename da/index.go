package da

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
)

// A Slice selects the elements start, start+step, ... before stop of an axis,
// as start:stop:step in Python. S makes it.
type Slice struct {
	start, stop *int
	step        int
	err         error
}

// S returns the slice start:stop:step. Start and stop are ints, or nil for the
// end of the axis from which the step leads away or to which it leads; a
// negative one counts from the end. The step is 1 unless it is given.
func S(start, stop any, step ...int) Slice {
	s := Slice{step: 1}
	s.start, s.err = bound(start)
	if s.err == nil {
		s.stop, s.err = bound(stop)
	}
	switch {
	case len(step) > 1:
		s.err = fmt.Errorf("a slice has one step, not %d", len(step))
	case len(step) == 1 && step[0] == 0:
		s.err = fmt.Errorf("a slice cannot have step 0")
	case len(step) == 1:
		s.step = step[0]
	}
	return s
}

func bound(v any) (*int, error) {
	if v == nil {
		return nil, nil
	}
	n, ok := asInt(v)
	if !ok {
		return nil, fmt.Errorf("a bound of a slice is an int or nil, not %T", v)
	}
	return &n, nil
}

func asInt(v any) (int, bool) {
	r := reflect.ValueOf(v)
	switch {
	case !r.IsValid():
		return 0, false
	case r.CanInt():
		return int(r.Int()), true
	case r.CanUint():
		return int(r.Uint()), true
	}
	return 0, false
}

// A special is an element of an index that stands for itself.
type special int

// The elements of an index beside integers, slices and lists.
const (
	All      special = iota // the whole axis, : in Python
	NewAxis                 // a new axis of length 1
	Ellipsis                // as many All as the other elements leave axes
)

// At returns the elements that an index selects, as x[...] in NumPy. Its
// elements are integers, slices made by S, All, NewAxis, Ellipsis, and at most
// one []int or []bool; axes without an element are taken whole. Only the blocks
// that hold selected elements are read.
func (x Array[T]) At(index ...any) Array[T] {
	c := record.Here()
	if !usable(c, x.n) {
		return wrap[T](badNode())
	}
	n := x.n.settled(c)
	parsed, err := parseIndex(index, n.shape())
	if err != nil {
		return wrap[T](misuse(c, record.CodeBadDSL, "", "At: %v", err))
	}
	return wrap[T](getitem(c, newGroup("getitem"), n, parsed))
}

// An indexEntry is an element of an index for an axis of the array, or a new
// axis.
type indexEntry struct {
	newAxis bool
	axis    int
	isInt   bool
	at      int64 // isInt
	start   int64 // a slice: n elements start, start+step, ...
	step    int64
	n       int64
	list    []int64 // positions; nil unless the element is a list
	dots    bool    // an ellipsis stands before it
}

// parseIndex returns the elements of an index with their axes, one for each axis
// of an array of this shape.
func parseIndex(index []any, shape []int64) ([]indexEntry, error) {
	index, dots, err := expandEllipsis(index, len(shape))
	if err != nil {
		return nil, err
	}
	var out []indexEntry
	axis, lists := 0, 0
	for i, v := range index {
		if v == NewAxis {
			out = append(out, indexEntry{newAxis: true})
			continue
		}
		e, err := parseEntry(v, axis, shape[axis])
		if err != nil {
			return nil, err
		}
		if e.list != nil {
			lists++
		}
		e.dots = i == dots
		out = append(out, e)
		axis++
	}
	if lists > 1 {
		return nil, fmt.Errorf("an index has one list at most: take the lists one after the other")
	}
	return out, nil
}

// expandEllipsis replaces Ellipsis, and what is missing at the end, by All. At
// is where the Ellipsis stood, or -1.
func expandEllipsis(index []any, rank int) (out []any, at int, err error) {
	used, dots := 0, 0
	for _, v := range index {
		switch v := v.(type) {
		case special:
			if v == Ellipsis {
				dots++
			}
			if v == All {
				used++
			}
		default:
			used++
		}
	}
	switch {
	case dots > 1:
		return nil, -1, fmt.Errorf("an index has one Ellipsis at most")
	case used > rank:
		return nil, -1, fmt.Errorf("too many indices: the array has %d axes, the index %d", rank, used)
	}
	at = -1
	whole := slices.Repeat([]any{All}, rank-used)
	for _, v := range index {
		if v == Ellipsis {
			at = len(out)
			out = append(out, whole...)
		} else {
			out = append(out, v)
		}
	}
	if dots == 0 {
		out = append(out, whole...)
	}
	return out, at, nil
}

func parseEntry(v any, axis int, n int64) (indexEntry, error) {
	e := indexEntry{axis: axis, step: 1}
	switch v := v.(type) {
	case special:
		e.n = n
		return e, nil
	case Slice:
		if v.err != nil {
			return e, v.err
		}
		e.start, e.n = v.indices(n)
		e.step = int64(v.step)
		return e, nil
	case []int:
		return e.withList(v, n)
	case []bool:
		return e.withMask(v, n)
	}
	i, ok := asInt(v)
	if !ok {
		return e, fmt.Errorf("an index is an integer, da.S(start, stop), da.All, da.NewAxis, da.Ellipsis, []int or []bool, not %T", v)
	}
	var err error
	e.isInt = true
	e.at, err = position(int64(i), axis, n)
	return e, err
}

func position(i int64, axis int, n int64) (int64, error) {
	if i < -n || i >= n {
		return 0, fmt.Errorf("index %d is out of bounds for axis %d of length %d", i, axis, n)
	}
	if i < 0 {
		i += n
	}
	return i, nil
}

func (e indexEntry) withList(v []int, n int64) (indexEntry, error) {
	e.list = make([]int64, len(v))
	for k, i := range v {
		var err error
		if e.list[k], err = position(int64(i), e.axis, n); err != nil {
			return e, err
		}
	}
	return e, nil
}

func (e indexEntry) withMask(v []bool, n int64) (indexEntry, error) {
	if int64(len(v)) != n {
		return e, fmt.Errorf("a mask of length %d for axis %d of length %d", len(v), e.axis, n)
	}
	e.list = []int64{}
	for i, b := range v {
		if b {
			e.list = append(e.list, int64(i))
		}
	}
	return e, nil
}

// indices returns the first of the selected positions of an axis of length n,
// and how many there are, by Python's rules.
func (s Slice) indices(n int64) (start, count int64) {
	step := int64(s.step)
	lo, hi := int64(0), n
	if step < 0 {
		lo, hi = -1, n-1
	}
	clip := func(p *int, def int64) int64 {
		if p == nil {
			return def
		}
		v := int64(*p)
		if v < 0 {
			v += n
		}
		return min(max(v, lo), hi)
	}
	var stop int64
	if step > 0 {
		start, stop = clip(s.start, lo), clip(s.stop, hi)
		return start, max(0, (stop-start+step-1)/step)
	}
	start, stop = clip(s.start, hi), clip(s.stop, lo)
	return start, max(0, (start-stop-step-1)/-step)
}

// getitem records an index: slices, integers and new axes first, then a list.
func getitem(c *record.Caller, group string, x *node, index []indexEntry) *node {
	list, at := -1, 0
	var parts []axisIndex
	for i, e := range index {
		switch {
		case e.newAxis:
			parts = append(parts, axisIndex{newAxis: true, sizes: []int64{1}})
			continue
		case e.isInt:
			parts = append(parts, intAxis(e, x.chunks[e.axis]))
			continue
		case e.list != nil:
			list = i
			parts = append(parts, wholeAxis(e.axis, x.chunks[e.axis]))
		default:
			parts = append(parts, sliceAxis(e, x.chunks[e.axis]))
		}
	}
	if list < 0 {
		return take(c, group, "", x, parts)
	}
	for _, p := range parts[:list] {
		if !p.isInt {
			at++
		}
	}
	x = takeList(c, group, take(c, group, "slice", x, parts), at, index[list].list)
	if apart(index, list) {
		x = moveToFront(c, group, x, at)
	}
	return x
}

// apart says whether an integer and the list of an index are separated by
// slices, new axes, or an Ellipsis even of no axes: NumPy then puts the list's axis first.
func apart(index []indexEntry, list int) bool {
	advanced := func(e indexEntry) bool { return e.isInt || e.list != nil }
	first := slices.IndexFunc(index, advanced)
	last := len(index) - 1
	for !advanced(index[last]) {
		last--
	}
	return slices.ContainsFunc(index[first+1:last+1], func(e indexEntry) bool { return e.dots || !advanced(e) })
}

func moveToFront(c *record.Caller, group string, x *node, axis int) *node {
	axes := []int{axis}
	for k := range x.rank() {
		if k != axis {
			axes = append(axes, k)
		}
	}
	if slices.IsSorted(axes) {
		return x
	}
	return transpose(c, group+".front", x, axes)
}

// Squeeze returns the array without the axes, which have length 1; without
// arguments, without all such.
func (x Array[T]) Squeeze(axes ...int) Array[T] {
	c := record.Here()
	if !usable(c, x.n) {
		return wrap[T](badNode())
	}
	shape := x.n.shape()
	drop, err := normalAxes(axes, len(shape))
	if err != nil {
		return wrap[T](misuse(c, record.CodeBadDSL, "", "Squeeze: %v", err))
	}
	index := make([]any, len(shape))
	for k, n := range shape {
		index[k] = All
		asked := slices.Contains(drop, k)
		if n == 1 && (asked || len(axes) == 0) {
			index[k] = 0
		} else if asked && len(axes) > 0 {
			return wrap[T](misuse(c, record.CodeWrongShape, "", "Squeeze: axis %d has length %d, not 1", k, n))
		}
	}
	parsed, _ := parseIndex(index, shape)
	return wrap[T](getitem(c, newGroup("squeeze"), x.n.settled(c), parsed))
}

// ExpandDims returns the array with a new axis of length 1 at a position of the
// result.
func (x Array[T]) ExpandDims(axis int) Array[T] {
	c := record.Here()
	if !usable(c, x.n) {
		return wrap[T](badNode())
	}
	rank := x.n.rank() + 1
	if axis < -rank || axis >= rank {
		return wrap[T](misuse(c, record.CodeBadDSL, "", "ExpandDims: axis %d is out of bounds for a result of %d axes", axis, rank))
	}
	index := slices.Repeat([]any{All}, rank-1)
	index = slices.Insert(index, (axis+rank)%rank, any(NewAxis))
	parsed, _ := parseIndex(index, x.n.shape())
	return wrap[T](getitem(c, newGroup("expand_dims"), x.n.settled(c), parsed))
}

// Flip returns the array with the order of elements reversed along axes;
// without arguments, along all.
func (x Array[T]) Flip(axes ...int) Array[T] {
	c := record.Here()
	if !usable(c, x.n) {
		return wrap[T](badNode())
	}
	flip, err := normalAxes(axes, x.n.rank())
	if err != nil {
		return wrap[T](misuse(c, record.CodeBadDSL, "", "Flip: %v", err))
	}
	index := slices.Repeat([]any{All}, x.n.rank())
	for _, k := range flip {
		index[k] = S(nil, nil, -1)
	}
	parsed, _ := parseIndex(index, x.n.shape())
	return wrap[T](getitem(c, newGroup("flip"), x.n.settled(c), parsed))
}

// indexExpr returns the index of a kernel: its only element, or a tuple.
func indexExpr(parts []*ir.Expr) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprTuple, Args: parts}
}
