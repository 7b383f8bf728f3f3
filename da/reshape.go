package da

import (
	"fmt"
	"slices"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
)

// Reshape returns the elements in C order with another shape, of which one
// length may be -1: what the others leave. A block of the result comes from one
// block, for which the array is rechunked where its blocks are not such.
func (x Array[T]) Reshape(shape ...int) Array[T] {
	c := record.Here()
	if !usable(c, x.n) {
		return wrap[T](badNode())
	}
	n := x.n.settled(c)
	to, err := resolveShape(n.shape(), int64s(shape))
	if err != nil {
		return wrap[T](misuse(c, record.CodeWrongShape, "", "Reshape: %v", err))
	}
	return wrap[T](reshape(c, newGroup("reshape"), n, to))
}

// Ravel returns the elements in C order, along one axis.
func (x Array[T]) Ravel() Array[T] {
	c := record.Here()
	if !usable(c, x.n) {
		return wrap[T](badNode())
	}
	return wrap[T](x.n.settled(c).flat(c, newGroup("ravel")))
}

func (n *node) flat(c *record.Caller, group string) *node {
	return reshape(c, group, n, []int64{product(n.shape())})
}

func product(s []int64) int64 {
	n := int64(1)
	for _, v := range s {
		n *= v
	}
	return n
}

// resolveShape replaces -1 in a shape, and checks that the number of elements
// stays.
func resolveShape(from, to []int64) ([]int64, error) {
	size, rest, open := product(from), int64(1), -1
	for k, n := range to {
		switch {
		case n >= 0:
			rest *= n
		case n < -1 || open >= 0:
			return nil, fmt.Errorf("a shape has one -1 at most and no other negative length: %v", to)
		default:
			open = k
		}
	}
	if open >= 0 && rest > 0 && size%rest == 0 {
		to = slices.Clone(to)
		to[open] = size / rest
	}
	if product(to) != size || slices.Contains(to, -1) {
		return nil, fmt.Errorf("the %d elements of shape %s do not fill shape %v", size, ir.ShapeString(from), to)
	}
	return to, nil
}

// An axisGroup is axes of a shape, and axes of another with as many elements,
// next to one another.
type axisGroup struct{ from, to []int }

// matchAxes divides two shapes of equally many elements, which are not none,
// into the smallest groups of axes that correspond. Axes of length 1 stand alone.
func matchAxes(from, to []int64) []axisGroup {
	var groups []axisGroup
	i, j := 0, 0
	for i < len(from) || j < len(to) {
		switch {
		case i < len(from) && from[i] == 1:
			groups, i = append(groups, axisGroup{from: []int{i}}), i+1
			continue
		case j < len(to) && to[j] == 1:
			groups, j = append(groups, axisGroup{to: []int{j}}), j+1
			continue
		}
		g := axisGroup{}
		a, b := int64(1), int64(1)
		if i < len(from) {
			a, g.from, i = from[i], append(g.from, i), i+1
		}
		if j < len(to) {
			b, g.to, j = to[j], append(g.to, j), j+1
		}
		for a != b {
			if a < b {
				a, g.from, i = a*from[i], append(g.from, i), i+1
			} else {
				b, g.to, j = b*to[j], append(g.to, j), j+1
			}
		}
		groups = append(groups, g)
	}
	return groups
}

// reshape records the change of shape. Within a group of axes the blocks are
// cut along the first axis alone, at multiples that both shapes have.
func reshape(c *record.Caller, group string, x *node, to []int64) *node {
	from := x.shape()
	if slices.Equal(from, to) {
		return x
	}
	groups := []axisGroup{{from: count(len(from)), to: count(len(to))}}
	if product(from) > 0 {
		groups = matchAxes(from, to)
	}
	before, after := make([][]int64, len(from)), make([][]int64, len(to))
	for _, g := range groups {
		g.chunks(x, to, before, after)
	}
	x = rechunk(c, group+".rechunk", x, before)
	b := newLayer(c, group, "", x.dtype, after)
	axes := make([]ir.AxisAccess, len(from))
	for _, g := range groups {
		for i, k := range g.from {
			if axes[k] = fixed(0); i == 0 && len(g.to) > 0 {
				axes[k] = same(g.to[0], len(to))
			}
		}
	}
	e := op("reshape", b.operand(x.layer, x.blockType(), axes...))
	e.Args = append(e.Args, b.shape(after))
	return b.finish(e)
}

func count(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}

// chunks sets the chunks of the group's axes before and after the change.
func (g axisGroup) chunks(x *node, to []int64, before, after [][]int64) {
	from := x.shape()
	for _, k := range g.from {
		before[k] = []int64{from[k]}
	}
	for _, k := range g.to {
		after[k] = []int64{to[k]}
	}
	if len(g.from) == 0 || len(g.to) == 0 || product(from) == 0 {
		return
	}
	size := int64(1)
	for _, k := range g.from {
		size *= from[k]
	}
	rowIn, rowOut := size/from[g.from[0]], size/to[g.to[0]]
	first := multiples(x.chunks[g.from[0]], rowOut/gcd(rowIn, rowOut))
	before[g.from[0]] = first
	out := make([]int64, len(first))
	for i, n := range first {
		out[i] = n * rowIn / rowOut
	}
	after[g.to[0]] = out
}

// multiples moves the borders of chunks down to multiples of m; the end, which
// is one, stays.
func multiples(chunks []int64, m int64) []int64 {
	var sizes []int64
	last := int64(0)
	for _, b := range bounds(chunks)[1:] {
		if cut := b / m * m; cut > last {
			sizes = append(sizes, cut-last)
			last = cut
		}
	}
	return sizes
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
