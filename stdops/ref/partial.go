package ref

// A partial is what a chunk or combine step of a tree reduction hands on: for
// each element of its result, the elements that went into it.
type partial struct {
	shape []int64
	cells [][]cell // in C order of shape
}

// A cell is an element and its position in the whole array, along the reduced
// axes in C order.
type cell struct {
	x   any
	pos int64
}
