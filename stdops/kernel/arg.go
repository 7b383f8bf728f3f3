package kernel

import (
	"errors"
	"fmt"
	"sync"

	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/runtime/vector"
)

// An ArgPartial holds the extreme elements of groups and where they are in the
// whole array: the partial result of argmin and argmax.
type ArgPartial[T rt.Elem] struct {
	Value *rt.Block[T]
	Index *rt.Block[int64]
}

// Retain counts one more user.
func (p *ArgPartial[T]) Retain() {
	p.Value.Retain()
	p.Index.Retain()
}

// Release counts one user less.
func (p *ArgPartial[T]) Release() {
	p.Value.Release()
	p.Index.Release()
}

// ArgKind is which extreme is looked for.
type ArgKind uint8

// The kinds of extreme. Nan kinds pass over NaN; for the others the first NaN
// is the extreme.
const (
	ArgMin ArgKind = iota
	ArgMax
	NanArgMin
	NanArgMax
)

// parseArgKind returns the kind of an op's name.
func parseArgKind(op string) (ArgKind, error) {
	for i, name := range [...]string{"argmin", "argmax", "nanargmin", "nanargmax"} {
		if op == name {
			return ArgKind(i), nil
		}
	}
	return 0, fmt.Errorf("%q is none of argmin, argmax, nanargmin, nanargmax", op)
}

// argCells finds extremes. before says whether a beats b, an earlier element.
type argCells[T rt.Elem] struct {
	values  arena[T]
	indices arena[int64]
	value   []T
	index   []int64
	before  func(a, b T) bool
}

func (s *argCells[T]) alloc(t *rt.Task, n int) {
	s.value, s.index = s.values.take(t, n), s.indices.take(t, n)
}

func (s *argCells[T]) free() {
	s.values.free()
	s.indices.free()
}

func (s *argCells[T]) seal(_, _, _ int) {}

func (s *argCells[T]) move(dst, src, n int) {
	copy(s.value[dst:dst+n], s.value[src:src+n])
	copy(s.index[dst:dst+n], s.index[src:src+n])
}

func (s *argCells[T]) merge(dst, src, n int) {
	for i := range n {
		if s.before(s.value[src+i], s.value[dst+i]) {
			s.value[dst+i], s.index[dst+i] = s.value[src+i], s.index[src+i]
		}
	}
}

func (s *argCells[T]) segment(at int, x []T, pos int) {
	best := 0
	for i := range x {
		if s.before(x[i], x[best]) {
			best = i
		}
	}
	s.value[at], s.index[at] = x[best], int64(pos+best)
}

func (s *argCells[T]) row(at int, x []T, rep int) {
	v, ix := s.value[at:at+len(x)], s.index[at:at+len(x)]
	for i, e := range x {
		if rep == 0 || s.before(e, v[i]) {
			v[i], ix[i] = e, int64(rep)
		}
	}
}

// realArgs finds extremes of real numbers with functions of package vector, as
// far as there are some.
type realArgs[T Real] struct {
	argCells[T]
	place  func(x []T) int
	update func(v []T, index []int64, x []T, row int64)
}

func (s *realArgs[T]) segment(at int, x []T, pos int) {
	best := s.place(x)
	s.value[at], s.index[at] = x[best], int64(pos+best)
}

func (s *realArgs[T]) row(at int, x []T, rep int) {
	v, ix := s.value[at:at+len(x)], s.index[at:at+len(x)]
	switch {
	case rep == 0:
		copy(v, x)
		clear(ix)
	case s.update != nil:
		s.update(v, ix, x, int64(rep))
	default:
		s.argCells.row(at, x, rep)
	}
}

// argFunctions are the functions of package vector, by kind.
var argFunctions = [...][]any{
	ArgMin:    append(argMinInts, vector.ArgMinFloat64, vector.ArgMinFloat32, vector.ArgMinRowFloat64, vector.ArgMinRowFloat32),
	ArgMax:    append(argMaxInts, vector.ArgMaxFloat64, vector.ArgMaxFloat32, vector.ArgMaxRowFloat64, vector.ArgMaxRowFloat32),
	NanArgMin: append(argMinInts, vector.NanArgMinFloat64, vector.NanArgMinFloat32),
	NanArgMax: append(argMaxInts, vector.NanArgMaxFloat64, vector.NanArgMaxFloat32),
}

var (
	argMinInts = []any{
		vector.ArgMinInt8, vector.ArgMinInt16, vector.ArgMinInt32, vector.ArgMinInt64,
		vector.ArgMinUint8, vector.ArgMinUint16, vector.ArgMinUint32, vector.ArgMinUint64,
	}
	argMaxInts = []any{
		vector.ArgMaxInt8, vector.ArgMaxInt16, vector.ArgMaxInt32, vector.ArgMaxInt64,
		vector.ArgMaxUint8, vector.ArgMaxUint16, vector.ArgMaxUint32, vector.ArgMaxUint64,
	}
)

// realBefore returns the comparison of a kind for real numbers.
func realBefore[T Real](kind ArgKind) func(a, b T) bool {
	switch kind {
	case ArgMin:
		return func(a, b T) bool { return a < b || a != a && b == b }
	case ArgMax:
		return func(a, b T) bool { return a > b || a != a && b == b }
	case NanArgMin:
		return func(a, b T) bool { return a < b || b != b && a == a }
	}
	return func(a, b T) bool { return a > b || b != b && a == a }
}

// isNaN says whether a number is not equal to itself.
func isNaN[T comparable](a T) bool { return a != a }

// complexBefore is realBefore for complex numbers.
func complexBefore[T Complex](kind ArgKind) func(a, b T) bool {
	less := func(a, b T) bool { return complexLess(a, b) }
	if kind == ArgMax || kind == NanArgMax {
		less = func(a, b T) bool { return complexLess(b, a) }
	}
	if kind == NanArgMin || kind == NanArgMax {
		return func(a, b T) bool { return !isNaN(a) && (isNaN(b) || less(a, b)) }
	}
	return func(a, b T) bool { return !isNaN(b) && (isNaN(a) || less(a, b)) }
}

// newArgs returns the cells of a kind for elements of in's type.
func newArgs(in any, kind ArgKind) any {
	switch in.(type) {
	case bool:
		return &argCells[bool]{before: func(a, b bool) bool { return a != b && a == (kind == ArgMax || kind == NanArgMax) }}
	case int8:
		return realArgCells[int8](kind)
	case int16:
		return realArgCells[int16](kind)
	case int32:
		return realArgCells[int32](kind)
	case int64:
		return realArgCells[int64](kind)
	case uint8:
		return realArgCells[uint8](kind)
	case uint16:
		return realArgCells[uint16](kind)
	case uint32:
		return realArgCells[uint32](kind)
	case uint64:
		return realArgCells[uint64](kind)
	case float32:
		return realArgCells[float32](kind)
	case float64:
		return realArgCells[float64](kind)
	case complex64:
		return &argCells[complex64]{before: complexBefore[complex64](kind)}
	default:
		return &argCells[complex128]{before: complexBefore[complex128](kind)}
	}
}

func realArgCells[T Real](kind ArgKind) any {
	fs := argFunctions[kind]
	return &realArgs[T]{
		argCells: argCells[T]{before: realBefore[T](kind)},
		place:    chosen[func([]T) int](fs, nil),
		update:   chosen[func([]T, []int64, []T, int64)](fs, nil),
	}
}

// An ArgChunk finds extremes over an axis, or over all axes.
type ArgChunk[T rt.Elem] struct {
	fold[T]
	kind  ArgKind
	all   bool
	local []int // shape of what is fed
	start []int // position in the whole array
	whole []int // shape of the whole array
	err   error
}

// NewArgChunk makes an ArgChunk of kind (argmin, argmax, nanargmin, nanargmax)
// over axes: one axis, or all. Indices count along the axis from start[0], or,
// over all axes, in C order in an array of shape whole in which the block
// stands at start.
func NewArgChunk[T rt.Elem](t *rt.Task, shape, axes []int, keepdims bool, kind string, start, whole []int) *ArgChunk[T] {
	k, err := parseArgKind(kind)
	home := pooled[T](reduceArgChunk + reduction(k))
	a := taken[ArgChunk[T]](home)
	a.prepare(t, home, shape, axes, keepdims, k)
	a.start, a.whole = append(a.start[:0], start...), append(a.whole[:0], whole...)
	a.all, a.err = len(axes) != 1 || len(whole) > 0, err
	return a
}

// prepare plans the reduction.
func (a *ArgChunk[T]) prepare(t *rt.Task, home *sync.Pool, shape, axes []int, keepdims bool, kind ArgKind) {
	if a.cells == nil {
		a.cells = newArgs(zero[T](), kind).(cells[T])
	}
	a.kind, a.local = kind, append(a.local[:0], shape...)
	a.plan(t, home, shape, axes, keepdims, exact, false)
}

// Result returns the extremes, or an error when there were no elements.
func (a *ArgChunk[T]) Result() (*ArgPartial[T], error) {
	defer a.end(a)
	p, err := a.partial()
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// partial is the result, which leaves the accumulator as it is.
func (a *ArgChunk[T]) partial() (p ArgPartial[T], err error) {
	if a.err != nil {
		return p, a.err
	}
	if a.reduced == 0 && a.size() > 0 {
		return p, errors.New("attempt to get " + [...]string{"argmin", "argmax", "argmin", "argmax"}[a.kind] + " of an empty sequence")
	}
	c := argsOf[T](a.cells)
	p = ArgPartial[T]{rt.Alloc[T](a.t, a.shape), rt.Alloc[int64](a.t, a.shape)}
	copy(p.Value.Data, c.value[a.final:a.stage])
	for i, ix := range c.index[a.final:a.stage] {
		p.Index.Data[i] = a.global(int(ix))
	}
	return p, nil
}

// argsOf returns the memory of cells that newArgs has made.
func argsOf[T rt.Elem](c cells[T]) *argCells[T] {
	if a, ok := c.(*argCells[T]); ok {
		return a
	}
	return c.(interface{ args() any }).args().(*argCells[T])
}

func (s *realArgs[T]) args() any { return &s.argCells }

// global returns the index in the whole array of the element at index i of the
// block.
func (a *ArgChunk[T]) global(i int) int64 {
	if !a.all {
		if len(a.start) > 0 {
			i += a.start[0]
		}
		return int64(i)
	}
	if len(a.whole) == 0 {
		return int64(i)
	}
	g, stride := 0, 1
	for k := len(a.local) - 1; k >= 0; k-- {
		g += (i%a.local[k] + a.start[k]) * stride
		i /= a.local[k]
		stride *= a.whole[k]
	}
	return int64(g)
}

// An Arg is an ArgChunk of a whole array: its result are the indices.
type Arg[T, Out rt.Elem] struct{ ArgChunk[T] }

// NewArg makes an Arg of kind over axes: one axis, or all.
func NewArg[T, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool, kind string) *Arg[T, Out] {
	k, err := parseArgKind(kind)
	home := pooled[T](reduceArg + reduction(k))
	a := taken[Arg[T, Out]](home)
	a.prepare(t, home, shape, axes, keepdims, k)
	a.all, a.err = len(axes) != 1, err
	return a
}

// Result returns the indices.
func (a *Arg[T, Out]) Result() (*rt.Block[int64], error) {
	defer a.end(a)
	p, err := a.partial()
	if err != nil {
		return nil, err
	}
	defer p.Value.Release()
	return p.Index, checkFound(&p, a.kind)
}

// checkFound refuses groups of NaN only.
func checkFound[T rt.Elem](p *ArgPartial[T], kind ArgKind) error {
	if kind != NanArgMin && kind != NanArgMax {
		return nil
	}
	for _, v := range p.Value.Data {
		if v != v {
			return errors.New("all-NaN slice encountered")
		}
	}
	return nil
}

// ArgCombine takes the extremes of partial results of the same groups; of
// equal ones that with the least index.
func ArgCombine[T rt.Elem](t *rt.Task, parts []*ArgPartial[T], kind string) (*ArgPartial[T], error) {
	k, err := parseArgKind(kind)
	if err != nil {
		return nil, err
	}
	if len(parts) == 0 {
		return nil, errNoParts
	}
	before := argsOf(newArgs(zero[T](), k).(cells[T])).before
	shape := parts[0].Value.Shape
	out := &ArgPartial[T]{rt.Alloc[T](t, shape), rt.Alloc[int64](t, shape)}
	for n, p := range parts {
		if err := sameShape(shape, p.Value.Shape); err != nil {
			out.Release()
			return nil, err
		}
		v, ix := p.Value.Data, p.Index.Data
		for i := range v {
			o := out.Value.Data[i]
			if n == 0 || before(v[i], o) || !before(o, v[i]) && ix[i] < out.Index.Data[i] {
				out.Value.Data[i], out.Index.Data[i] = v[i], ix[i]
			}
		}
	}
	return out, nil
}

// ArgAgg returns the indices of the extremes of all partial results. Without
// keepdims the axes, which have length 1, are dropped.
func ArgAgg[T rt.Elem](t *rt.Task, parts []*ArgPartial[T], kind string, axes []int, keepdims bool) (*rt.Block[int64], error) {
	p, err := ArgCombine(t, parts, kind)
	if err != nil {
		return nil, err
	}
	defer p.Value.Release()
	k, _ := parseArgKind(kind)
	if err := checkFound(p, k); err != nil {
		p.Index.Release()
		return nil, err
	}
	return dropped(t, p.Index, axes, keepdims)
}
