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

// ConcatenateFlat joins the elements of blocks, each in C order.
func ConcatenateFlat[T rt.Elem](t *rt.Task, blocks []*rt.Block[T]) (*rt.Block[T], error) {
	flat := make([]*rt.Block[T], len(blocks))
	for i, b := range blocks {
		f, err := Reshape(t, b, []int{-1})
		if err != nil {
			return nil, err
		}
		defer f.Release()
		flat[i] = f
	}
	return Concatenate(t, flat, 0)
}

// VStack joins blocks along axis 0; those of rank 0 or 1 are one row each.
func VStack[T rt.Elem](t *rt.Task, blocks []*rt.Block[T]) (*rt.Block[T], error) {
	return concatenateAtLeast(t, blocks, 2, 0)
}

// HStack joins blocks along axis 1, or axis 0 if they are of rank 1 or 0.
func HStack[T rt.Elem](t *rt.Task, blocks []*rt.Block[T]) (*rt.Block[T], error) {
	return concatenateAtLeast(t, blocks, 1, 1)
}

// concatenateAtLeast joins views of blocks that have the rank at least.
func concatenateAtLeast[T rt.Elem](t *rt.Task, blocks []*rt.Block[T], rank, axis int) (*rt.Block[T], error) {
	wide := make([]*rt.Block[T], len(blocks))
	for i, b := range blocks {
		n := max(0, rank-b.Rank())
		wide[i] = b.View(append(repeated(n, 1), b.Shape...), append(make([]int, n), b.Strides...), b.Offset)
		defer wide[i].Release()
		if axis >= wide[i].Rank() {
			axis = 0
		}
	}
	return Concatenate(t, wide, axis)
}

// repeated returns n times v.
func repeated(n, v int) []int {
	s := make([]int, n)
	fillWith(s, v)
	return s
}

// A Nest is a nested list of blocks. Make it with Row and Rows.
type Nest[T rt.Elem] struct {
	row  []*rt.Block[T]
	rows []Nest[T]
}

// Row is a list of blocks.
func Row[T rt.Elem](blocks []*rt.Block[T]) Nest[T] { return Nest[T]{row: blocks} }

// Rows is a list of lists.
func Rows[T rt.Elem](rows ...Nest[T]) Nest[T] { return Nest[T]{rows: rows} }

// ConcatenateNest joins a nested list: the outermost along axes[0], the next
// along axes[1], and so on. Each element is copied once.
func ConcatenateNest[T rt.Elem](t *rt.Task, n Nest[T], axes []int) (*rt.Block[T], error) {
	if n.rows == nil {
		return Concatenate(t, n.row, axes[0])
	}
	shape, err := n.shape(axes)
	if err != nil {
		return nil, err
	}
	out := rt.Alloc[T](t, shape)
	n.place(*out, axes)
	return out, nil
}

// shape returns the shape of a nested list, joined.
func (n Nest[T]) shape(axes []int) ([]int, error) {
	if n.rows == nil && len(n.row) == 0 {
		return nil, errors.New("need at least one array to concatenate")
	}
	var shape []int
	for i := range max(len(n.rows), len(n.row)) {
		next, err := n.part(i, axes)
		if err == nil && i > 0 {
			err = joins(shape, next, axes[0], i)
		}
		if err != nil {
			return nil, err
		}
		if i == 0 {
			shape = append([]int(nil), next...)
		} else {
			shape[axes[0]] += next[axes[0]]
		}
	}
	return shape, nil
}

// part returns the shape of entry i of the outermost list.
func (n Nest[T]) part(i int, axes []int) ([]int, error) {
	if n.rows != nil {
		return n.rows[i].shape(axes[1:])
	}
	return n.row[i].Shape, nil
}

// place copies the blocks of a nested list to where they belong in out.
func (n Nest[T]) place(out rt.Block[T], axes []int) {
	for i := range max(len(n.rows), len(n.row)) {
		shape, _ := n.part(i, axes)
		if n.rows != nil {
			n.rows[i].place(out, axes[1:])
		} else {
			b := n.row[i]
			out.Shape = b.Shape
			if size(b.Shape) > 0 {
				copyInto(b, b.Shape, b.Strides, b.Offset, &out)
			}
		}
		out.Offset += shape[axes[0]] * out.Strides[axes[0]]
	}
}

// ConcatenateGrid joins blocks that form a grid, in C order, along its axes.
func ConcatenateGrid[T rt.Elem](t *rt.Task, blocks []*rt.Block[T], grid []int) (*rt.Block[T], error) {
	if len(blocks) != size(grid) {
		return nil, fmt.Errorf("%d blocks do not form a grid of %v", len(blocks), grid)
	}
	if len(blocks) == 0 {
		return nil, errors.New("need at least one array to concatenate")
	}
	axes := make([]int, max(1, len(grid)))
	for i := range axes {
		axes[i] = i
	}
	return ConcatenateNest(t, nestOf(blocks, grid), axes)
}

// nestOf arranges blocks in nested lists.
func nestOf[T rt.Elem](blocks []*rt.Block[T], grid []int) Nest[T] {
	if len(grid) <= 1 {
		return Row(blocks)
	}
	n := len(blocks) / grid[0]
	rows := make([]Nest[T], grid[0])
	for i := range rows {
		rows[i] = nestOf(blocks[i*n:(i+1)*n], grid[1:])
	}
	return Rows(rows...)
}
