package runtime

import (
	"fmt"
	"slices"
)

// Made takes over the block that the user's function of that name returned. Where
// shape is given, it is the one that the block must have. The function may
// return one of its arguments, which then has one user more: args are those
// of the same type.
func Made[T Elem](function string, b *Block[T], shape []int, args ...*Block[T]) (*Block[T], error) {
	if b == nil {
		return nil, fmt.Errorf("%s returned no block, but nil", function)
	}
	if shape != nil && !slices.Equal(b.Shape, shape) {
		return nil, fmt.Errorf("%s returned a block of shape %s, where %s is needed", function, shapeString(b.Shape), shapeString(shape))
	}
	if slices.Contains(args, b) {
		b.Retain()
	}
	return b, nil
}
