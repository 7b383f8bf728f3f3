package kernel

import rt "github.com/daskgen/daskgen/runtime"

// An Accumulator is a reduction that is fed strip by strip and gives an R.
type Accumulator[In rt.Elem, R any] interface {
	// Add takes the next rt.StripLen elements, the last ones, or any multiple
	// of rt.StripLen that stands in one piece.
	Add(strip []In)
	Result() (R, error)
}

// Feed feeds the accumulator of a reduction with a block as it is, and returns
// the result.
func Feed[In rt.Elem, R any](t *rt.Task, x *rt.Block[In], acc Accumulator[In, R]) (R, error) {
	r := x.Reader(t, x.Shape)
	defer r.Close()
	n := x.Size()
	if n > 0 && r.Run() == n {
		acc.Add(r.Strip(0, n))
		return acc.Result()
	}
	for lo := 0; lo < n; lo += rt.StripLen {
		acc.Add(r.Strip(lo, min(rt.StripLen, n-lo)))
	}
	return acc.Result()
}
