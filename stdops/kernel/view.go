package kernel

import (
	"fmt"

	rt "github.com/daskgen/daskgen/runtime"
)

// Transpose returns a view of x with its axes in the order axes; no axes
// reverse them.
func Transpose[T rt.Elem](_ *rt.Task, x *rt.Block[T], axes ...int) (*rt.Block[T], error) {
	n := x.Rank()
	if len(axes) != 0 && len(axes) != n {
		return nil, fmt.Errorf("axes %v do not match an array of rank %d", axes, n)
	}
	shape, strides := make([]int, n), make([]int, n)
	for i := range shape {
		k := n - 1 - i
		if len(axes) != 0 {
			k = axes[i]
		}
		shape[i], strides[i] = x.Shape[k], x.Strides[k]
	}
	return x.View(shape, strides, x.Offset), nil
}

// Squeeze returns a view of x without the axes, which have length 1.
func Squeeze[T rt.Elem](_ *rt.Task, x *rt.Block[T], axes ...int) (*rt.Block[T], error) {
	drop := make([]bool, x.Rank())
	for _, a := range axes {
		if x.Shape[a] != 1 {
			return nil, fmt.Errorf("cannot squeeze axis %d of length %d", a, x.Shape[a])
		}
		drop[a] = true
	}
	shape, strides := make([]int, 0, x.Rank()), make([]int, 0, x.Rank())
	for i, d := range x.Shape {
		if !drop[i] {
			shape, strides = append(shape, d), append(strides, x.Strides[i])
		}
	}
	return x.View(shape, strides, x.Offset), nil
}

// ExpandDims returns a view of x with new axes of length 1 at the positions
// axes, ascending, of the result.
func ExpandDims[T rt.Elem](_ *rt.Task, x *rt.Block[T], axes ...int) (*rt.Block[T], error) {
	n := x.Rank() + len(axes)
	shape, strides := make([]int, 0, n), make([]int, 0, n)
	k, j := 0, 0
	for i := range n {
		if k < len(axes) && axes[k] == i {
			shape, strides = append(shape, 1), append(strides, 0)
			k++
			continue
		}
		shape, strides = append(shape, x.Shape[j]), append(strides, x.Strides[j])
		j++
	}
	return x.View(shape, strides, x.Offset), nil
}

// BroadcastTo returns a view of x with the shape, which x broadcasts to.
func BroadcastTo[T rt.Elem](_ *rt.Task, x *rt.Block[T], shape []int) (*rt.Block[T], error) {
	skip := len(shape) - x.Rank()
	strides := make([]int, len(shape))
	if skip < 0 {
		return nil, fmt.Errorf("cannot broadcast shape %v to %v", x.Shape, shape)
	}
	for i, d := range x.Shape {
		switch {
		case d == shape[skip+i]:
			strides[skip+i] = x.Strides[i]
		case d != 1:
			return nil, fmt.Errorf("cannot broadcast shape %v to %v", x.Shape, shape)
		}
	}
	return x.View(append([]int(nil), shape...), strides, x.Offset), nil
}

// Flip returns a view of x with the axes reversed; no axes mean all of them.
func Flip[T rt.Elem](_ *rt.Task, x *rt.Block[T], axes ...int) (*rt.Block[T], error) {
	offset, strides := x.Offset, append([]int(nil), x.Strides...)
	turn := func(a int) {
		if x.Shape[a] > 0 {
			offset += (x.Shape[a] - 1) * strides[a]
		}
		strides[a] = -strides[a]
	}
	for _, a := range axes {
		turn(a)
	}
	if len(axes) == 0 {
		for a := range strides {
			turn(a)
		}
	}
	return x.View(append([]int(nil), x.Shape...), strides, offset), nil
}

// Reshape returns the elements of x in C order with another shape, of which
// one length may be -1: a view where x is contiguous, else a copy.
func Reshape[T rt.Elem](t *rt.Task, x *rt.Block[T], shape []int) (*rt.Block[T], error) {
	shape, err := inferLength(x.Size(), shape)
	if err != nil {
		return nil, err
	}
	c := x.Contiguous(t)
	defer c.Release()
	return c.View(shape, rowMajor(shape), c.Offset), nil
}

// inferLength returns a shape of n elements, with a -1 in shape replaced.
func inferLength(n int, shape []int) ([]int, error) {
	out := append([]int(nil), shape...)
	known, at := 1, -1
	for i, d := range out {
		if d < 0 {
			at = i
		} else {
			known *= d
		}
	}
	if at >= 0 && known > 0 && n%known == 0 {
		out[at] = n / known
		known = n
	}
	if known != n || (at >= 0 && out[at] < 0) {
		return nil, fmt.Errorf("cannot reshape array of size %d into shape %v", n, shape)
	}
	return out, nil
}

// rowMajor returns the strides of a C-contiguous shape.
func rowMajor(shape []int) []int {
	s := make([]int, len(shape))
	n := 1
	for i := len(shape) - 1; i >= 0; i-- {
		s[i] = n
		n *= shape[i]
	}
	return s
}
