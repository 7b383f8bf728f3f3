package kernel

import (
	"errors"
	"fmt"

	rt "github.com/daskgen/daskgen/runtime"
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
	value  *rt.Block[T]
	index  *rt.Block[int64]
	before func(a, b T) bool
}

func (s *argCells[T]) alloc(t *rt.Task, n int) {
	s.value, s.index = rt.Alloc[T](t, []int{n}), rt.Alloc[int64](t, []int{n})
}

func (s *argCells[T]) free() {
	s.value.Release()
	s.index.Release()
}

func (s *argCells[T]) seal(_, _, _ int) {}

func (s *argCells[T]) move(dst, src, n int) {
	copy(s.value.Data[dst:dst+n], s.value.Data[src:src+n])
	copy(s.index.Data[dst:dst+n], s.index.Data[src:src+n])
}

func (s *argCells[T]) merge(dst, src, n int) {
	for i := range n {
		if s.before(s.value.Data[src+i], s.value.Data[dst+i]) {
			s.value.Data[dst+i], s.index.Data[dst+i] = s.value.Data[src+i], s.index.Data[src+i]
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
	s.value.Data[at], s.index.Data[at] = x[best], int64(pos+best)
}

func (s *argCells[T]) row(at int, x []T, rep int) {
	v, ix := s.value.Data[at:at+len(x)], s.index.Data[at:at+len(x)]
	for i, e := range x {
		if rep == 0 || s.before(e, v[i]) {
			v[i], ix[i] = e, int64(rep)
		}
	}
}

// realArgs finds extremes of real numbers; it is argCells with the comparison
// written out.
type realArgs[T Real] struct {
	argCells[T]
	kind ArgKind
}

// better returns the place in x of the element that beats v and all others of
// x, or -1.
func (s *realArgs[T]) better(x []T, v T) int {
	best := -1
	switch s.kind {
	case ArgMin:
		for i, e := range x {
			if e < v || e != e && v == v {
				best, v = i, e
			}
		}
	case ArgMax:
		for i, e := range x {
			if e > v || e != e && v == v {
				best, v = i, e
			}
		}
	case NanArgMin:
		for i, e := range x {
			if e < v || v != v && e == e {
				best, v = i, e
			}
		}
	default:
		for i, e := range x {
			if e > v || v != v && e == e {
				best, v = i, e
			}
		}
	}
	return best
}

func (s *realArgs[T]) segment(at int, x []T, pos int) {
	best := max(0, s.better(x, x[0]))
	s.value.Data[at], s.index.Data[at] = x[best], int64(pos+best)
}

func (s *realArgs[T]) row(at int, x []T, rep int) {
	v, ix := s.value.Data[at:at+len(x)], s.index.Data[at:at+len(x)]
	if rep == 0 {
		copy(v, x)
		clear(ix)
		return
	}
	switch s.kind {
	case ArgMin:
		for i, e := range x {
			if o := v[i]; e < o || e != e && o == o {
				v[i], ix[i] = e, int64(rep)
			}
		}
	case ArgMax:
		for i, e := range x {
			if o := v[i]; e > o || e != e && o == o {
				v[i], ix[i] = e, int64(rep)
			}
		}
	default:
		s.argCells.row(at, x, rep)
	}
}

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
	return &realArgs[T]{argCells[T]{before: realBefore[T](kind)}, kind}
}

// An ArgChunk finds extremes over an axis, or over all axes.
type ArgChunk[T rt.Elem] struct {
	*fold[T]
	t     *rt.Task
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
	c := newArgs(zero[T](), k).(cells[T])
	all := len(axes) != 1 || len(whole) > 0
	f := newFold(t, c, shape, axes, keepdims, exact, false)
	return &ArgChunk[T]{f, t, k, all, append([]int(nil), shape...), start, whole, err}
}

// Result returns the extremes, or an error when there were no elements.
func (a *ArgChunk[T]) Result() (*ArgPartial[T], error) {
	defer a.cells.free()
	if a.err != nil {
		return nil, a.err
	}
	if a.reduced == 0 && a.size() > 0 {
		return nil, errors.New("attempt to get " + [...]string{"argmin", "argmax", "argmin", "argmax"}[a.kind] + " of an empty sequence")
	}
	c := argsOf[T](a.cells)
	p := &ArgPartial[T]{rt.Alloc[T](a.t, a.shape), rt.Alloc[int64](a.t, a.shape)}
	n := a.size()
	copy(p.Value.Data, c.value.Data[a.final:a.final+n])
	for i, ix := range c.index.Data[a.final : a.final+n] {
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
type Arg[T, Out rt.Elem] struct{ *ArgChunk[T] }

// NewArg makes an Arg of kind over axes: one axis, or all.
func NewArg[T, Out rt.Elem](t *rt.Task, shape, axes []int, keepdims bool, kind string) *Arg[T, Out] {
	return &Arg[T, Out]{NewArgChunk[T](t, shape, axes, keepdims, kind, nil, nil)}
}

// Result returns the indices.
func (a *Arg[T, Out]) Result() (*rt.Block[int64], error) {
	p, err := a.ArgChunk.Result()
	if err != nil {
		return nil, err
	}
	defer p.Value.Release()
	return p.Index, checkFound(p, a.kind)
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
