package kernel

import (
	"errors"
	"fmt"

	rt "github.com/daskgen/daskgen/runtime"
)

// Blocks makes a list of blocks.
func Blocks[T rt.Elem](bs ...*rt.Block[T]) []*rt.Block[T] { return bs }

// Concatenate joins blocks, at least one, along an axis. Their other axes are
// equally long.
func Concatenate[T rt.Elem](t *rt.Task, blocks []*rt.Block[T], axis int) (*rt.Block[T], error) {
	if len(blocks) == 0 {
		return nil, errors.New("need at least one array to concatenate")
	}
	if len(blocks) == 1 {
		blocks[0].Retain()
		return blocks[0], nil
	}
	shape := append([]int(nil), blocks[0].Shape...)
	for i, b := range blocks[1:] {
		if err := joins(shape, b.Shape, axis, i+1); err != nil {
			return nil, err
		}
		shape[axis] += b.Shape[axis]
	}
	out := rt.Alloc[T](t, shape)
	part := *out
	for _, b := range blocks {
		part.Shape = b.Shape
		copyInto(b, b.Shape, b.Strides, b.Offset, &part)
		part.Offset += b.Shape[axis] * out.Strides[axis]
	}
	return out, nil
}

// joins says what is wrong with joining block number i along axis.
func joins(shape, next []int, axis, i int) error {
	if len(shape) != len(next) {
		return fmt.Errorf("array 0 has rank %d, but array %d has rank %d", len(shape), i, len(next))
	}
	for k := range shape {
		if k != axis && shape[k] != next[k] {
			return fmt.Errorf("array 0 has length %d on axis %d, but array %d has length %d: all axes but axis %d must agree", shape[k], k, i, next[k], axis)
		}
	}
	return nil
}

// Stack joins blocks of one shape, at least one, along a new axis.
func Stack[T rt.Elem](t *rt.Task, blocks []*rt.Block[T], axis int) (*rt.Block[T], error) {
	if len(blocks) == 0 {
		return nil, errors.New("need at least one array to stack")
	}
	shape := append(append(append([]int(nil), blocks[0].Shape[:axis]...), len(blocks)), blocks[0].Shape[axis:]...)
	out := rt.Alloc[T](t, shape)
	strides := append(append([]int(nil), out.Strides[:axis]...), out.Strides[axis+1:]...)
	for i, b := range blocks {
		if err := joins(blocks[0].Shape, b.Shape, -1, i); err != nil {
			out.Release()
			return nil, fmt.Errorf("all arrays must have the same shape, not %v and %v", blocks[0].Shape, b.Shape)
		}
		part := *out
		part.Shape, part.Strides, part.Offset = b.Shape, strides, out.Offset+i*out.Strides[axis]
		copyInto(b, b.Shape, b.Strides, b.Offset, &part)
	}
	return out, nil
}
