// Package da describes computations over blocked arrays, with the names and the
// rules of NumPy and dask.array.
//
//	//daskgen:graph x=(200000,3):(50000,3)
//	func Standardize(x da.Array[float64]) da.Array[float64] {
//		return x.Sub(x.Mean(0)).Div(x.Std(0))
//	}
//
// The comment gives the shape of each parameter and the sizes of its blocks.
// From it "daskgen gen" writes
//
//	func RunStandardize(ctx context.Context, x *rt.Array[float64], opts ...rt.Option) (*rt.Array[float64], error)
//
// which does the work, in fused loops on all cores. The described function
// itself computes nothing: it runs while code is generated, and may use loops,
// helper functions and constants as it likes.
//
// # Types
//
// An Array[T] has elements of type T. Operations follow NumPy's rules for
// dtypes, and what they give must be the T of the result: the mean of
// Array[int64] is float64, so its Mean method is refused, with the advice to
// write da.MeanAs[float64](x). AsType converts.
//
// # Shapes
//
// Shapes broadcast as in NumPy. Arrays whose blocks do not line up are
// rechunked to the common refinement of their chunks.
//
// # Misuse
//
// Nothing here panics. Misuse (shapes that do not broadcast, an axis that does
// not exist) is recorded with the place of the call, and daskgen reports all of
// it; the result of a misused operation can be used on, silently.
package da
