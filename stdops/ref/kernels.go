package ref

import "github.com/daskgen/daskgen/ir"

// kernels are the ops that are not elementwise. Each is given the type that
// the op's rule infers.
var kernels = map[string]func(c *call, want *ir.Type) (Value, error){}

func concatenate(blocks []Value, axis int) (Value, error) {
	shape := append([]int64(nil), blocks[0].Type.Shape...)
	shape[axis] = 0
	for _, b := range blocks {
		shape[axis] += b.Type.Shape[axis]
	}
	return build(blocks[0].Type.DType, shape, func(index []int64) any {
		at := append([]int64(nil), index...)
		for _, b := range blocks {
			if at[axis] < b.Type.Shape[axis] {
				return b.at(at)
			}
			at[axis] -= b.Type.Shape[axis]
		}
		panic("ref: internal error: index beyond the blocks")
	}), nil
}
