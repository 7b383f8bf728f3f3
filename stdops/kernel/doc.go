// Package kernel holds the kernels that are more than an elementwise loop:
// reductions, reshaping and indexing, joining, creation and random blocks.
//
// Every function has the form
//
//	func F[T rt.Elem](t *rt.Task, arguments...) (result, error)
//
// Arguments are borrowed; the result belongs to the caller, who releases it.
// A kernel that gives back its argument retains it first. Views share the
// memory of their argument. A nil task is allowed: memory then comes from the
// garbage collector.
//
// A reduction is an accumulator, so that the expression that feeds it needs no
// block of its own:
//
//	acc := kernel.NewSum[float64, float64](t, shape, []int{0}, true)
//	acc.Add(strip)  // consecutive strips, in C order, until they cover shape
//	block, err := acc.Result()
//
// How the strips are cut does not change a result for equal inputs as long as
// they are rt.StripLen long, as those of fused loops are, or a multiple of it, as
// Feed takes blocks that stand in one piece.
package kernel
