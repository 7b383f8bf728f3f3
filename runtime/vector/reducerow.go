package vector

import "math"

// This file holds the folding of a row into as many cells. The slices are
// equally long.

// AccumulateFloat32 adds x to dst.
func AccumulateFloat32(dst []float64, x []float32) {
	dst = dst[:len(x)]
	whole := len(x) &^ 7
	for lo := 0; lo < whole; lo += piece {
		hi := min(lo+piece, whole)
		accumulateFloat32(x[lo:hi], dst[lo:hi])
	}
	accumulateFloat32Go(x[whole:], dst[whole:])
}

func accumulateFloat32Go(x []float32, dst []float64) { accumulate(x, dst) }

// AccumulateInt8 adds x to dst.
func AccumulateInt8(dst []int64, x []int8) {
	dst = dst[:len(x)]
	whole := len(x) &^ 7
	for lo := 0; lo < whole; lo += piece {
		hi := min(lo+piece, whole)
		accumulateInt8(x[lo:hi], dst[lo:hi])
	}
	accumulateInt8Go(x[whole:], dst[whole:])
}

func accumulateInt8Go(x []int8, dst []int64) { accumulate(x, dst) }

// AccumulateInt16 adds x to dst.
func AccumulateInt16(dst []int64, x []int16) {
	dst = dst[:len(x)]
	whole := len(x) &^ 7
	for lo := 0; lo < whole; lo += piece {
		hi := min(lo+piece, whole)
		accumulateInt16(x[lo:hi], dst[lo:hi])
	}
	accumulateInt16Go(x[whole:], dst[whole:])
}

func accumulateInt16Go(x []int16, dst []int64) { accumulate(x, dst) }

// AccumulateInt32 adds x to dst.
func AccumulateInt32(dst []int64, x []int32) {
	dst = dst[:len(x)]
	whole := len(x) &^ 7
	for lo := 0; lo < whole; lo += piece {
		hi := min(lo+piece, whole)
		accumulateInt32(x[lo:hi], dst[lo:hi])
	}
	accumulateInt32Go(x[whole:], dst[whole:])
}

func accumulateInt32Go(x []int32, dst []int64) { accumulate(x, dst) }

// AccumulateUint8 adds x to dst.
func AccumulateUint8(dst []int64, x []uint8) {
	dst = dst[:len(x)]
	whole := len(x) &^ 7
	for lo := 0; lo < whole; lo += piece {
		hi := min(lo+piece, whole)
		accumulateUint8(x[lo:hi], dst[lo:hi])
	}
	accumulateUint8Go(x[whole:], dst[whole:])
}

func accumulateUint8Go(x []uint8, dst []int64) { accumulate(x, dst) }

// AccumulateUint16 adds x to dst.
func AccumulateUint16(dst []int64, x []uint16) {
	dst = dst[:len(x)]
	whole := len(x) &^ 7
	for lo := 0; lo < whole; lo += piece {
		hi := min(lo+piece, whole)
		accumulateUint16(x[lo:hi], dst[lo:hi])
	}
	accumulateUint16Go(x[whole:], dst[whole:])
}

func accumulateUint16Go(x []uint16, dst []int64) { accumulate(x, dst) }

// AccumulateUint32 adds x to dst.
func AccumulateUint32(dst []int64, x []uint32) {
	dst = dst[:len(x)]
	whole := len(x) &^ 7
	for lo := 0; lo < whole; lo += piece {
		hi := min(lo+piece, whole)
		accumulateUint32(x[lo:hi], dst[lo:hi])
	}
	accumulateUint32Go(x[whole:], dst[whole:])
}

func accumulateUint32Go(x []uint32, dst []int64) { accumulate(x, dst) }

func accumulate[E integer | float, A int64 | float64](x []E, dst []A) {
	dst = dst[:len(x)]
	for i, v := range x {
		dst[i] += A(v)
	}
}

// MomentsRowFloat64 makes element number reps of each cell, which holds the
// sum of distances from shift and the sum of squared distances from the mean,
// of x: the updating formulas of Youngs and Cramer.
func MomentsRowFloat64(shift, sum, squares []float64, x []float64, reps float64) {
	n, c := len(x), 1/(reps*(reps-1))
	shift, sum, squares = shift[:n], sum[:n], squares[:n]
	whole := n &^ 7
	for lo := 0; lo < whole; lo += piece {
		hi := min(lo+piece, whole)
		momentsRowFloat64(x[lo:hi], shift[lo:hi], sum[lo:hi], squares[lo:hi], reps, c)
	}
	momentsRow(x[whole:], shift[whole:], sum[whole:], squares[whole:], reps, c)
}

func momentsRowFloat64Go(x []float64, shift, sum, squares []float64, reps, c float64) {
	momentsRow(x, shift, sum, squares, reps, c)
}

// MomentsRowFloat32 makes element number reps of each cell, which holds the
// sum of distances from shift and the sum of squared distances from the mean,
// of x: the updating formulas of Youngs and Cramer.
func MomentsRowFloat32(shift, sum, squares []float64, x []float32, reps float64) {
	n, c := len(x), 1/(reps*(reps-1))
	shift, sum, squares = shift[:n], sum[:n], squares[:n]
	whole := n &^ 7
	for lo := 0; lo < whole; lo += piece {
		hi := min(lo+piece, whole)
		momentsRowFloat32(x[lo:hi], shift[lo:hi], sum[lo:hi], squares[lo:hi], reps, c)
	}
	momentsRow(x[whole:], shift[whole:], sum[whole:], squares[whole:], reps, c)
}

func momentsRowFloat32Go(x []float32, shift, sum, squares []float64, reps, c float64) {
	momentsRow(x, shift, sum, squares, reps, c)
}

func momentsRow[E float](x []E, shift, sum, squares []float64, reps, c float64) {
	shift, sum, squares = shift[:len(x)], sum[:len(x)], squares[:len(x)]
	for i, v := range x {
		d := float64(v) - shift[i]
		t := sum[i] + d
		sum[i] = t
		e := math.FMA(reps, d, -t)
		squares[i] = math.FMA(float64(e*e), c, squares[i])
	}
}

// ArgMinRowFloat64 puts elements of x that are less than those of v, or the
// first NaN, in their place, and row in the places of index.
func ArgMinRowFloat64(v []float64, index []int64, x []float64, row int64) {
	n := len(x)
	v, index = v[:n], index[:n]
	whole := n &^ 7
	for lo := 0; lo < whole; lo += piece {
		hi := min(lo+piece, whole)
		argMinRowFloat64(x[lo:hi], v[lo:hi], index[lo:hi], row)
	}
	argMinRowFloat64Go(x[whole:], v[whole:], index[whole:], row)
}

func argMinRowFloat64Go(x, v []float64, index []int64, row int64) {
	v, index = v[:len(x)], index[:len(x)]
	for i, e := range x {
		if o := v[i]; e < o || e != e && o == o {
			v[i], index[i] = e, row
		}
	}
}

// ArgMaxRowFloat64 puts elements of x that are greater than those of v, or the
// first NaN, in their place, and row in the places of index.
func ArgMaxRowFloat64(v []float64, index []int64, x []float64, row int64) {
	n := len(x)
	v, index = v[:n], index[:n]
	whole := n &^ 7
	for lo := 0; lo < whole; lo += piece {
		hi := min(lo+piece, whole)
		argMaxRowFloat64(x[lo:hi], v[lo:hi], index[lo:hi], row)
	}
	argMaxRowFloat64Go(x[whole:], v[whole:], index[whole:], row)
}

func argMaxRowFloat64Go(x, v []float64, index []int64, row int64) {
	v, index = v[:len(x)], index[:len(x)]
	for i, e := range x {
		if o := v[i]; e > o || e != e && o == o {
			v[i], index[i] = e, row
		}
	}
}

// ArgMinRowFloat32 puts elements of x that are less than those of v, or the
// first NaN, in their place, and row in the places of index.
func ArgMinRowFloat32(v []float32, index []int64, x []float32, row int64) {
	n := len(x)
	v, index = v[:n], index[:n]
	whole := n &^ 7
	for lo := 0; lo < whole; lo += piece {
		hi := min(lo+piece, whole)
		argMinRowFloat32(x[lo:hi], v[lo:hi], index[lo:hi], row)
	}
	argMinRowFloat32Go(x[whole:], v[whole:], index[whole:], row)
}

func argMinRowFloat32Go(x, v []float32, index []int64, row int64) {
	v, index = v[:len(x)], index[:len(x)]
	for i, e := range x {
		if o := v[i]; e < o || e != e && o == o {
			v[i], index[i] = e, row
		}
	}
}

// ArgMaxRowFloat32 puts elements of x that are greater than those of v, or the
// first NaN, in their place, and row in the places of index.
func ArgMaxRowFloat32(v []float32, index []int64, x []float32, row int64) {
	n := len(x)
	v, index = v[:n], index[:n]
	whole := n &^ 7
	for lo := 0; lo < whole; lo += piece {
		hi := min(lo+piece, whole)
		argMaxRowFloat32(x[lo:hi], v[lo:hi], index[lo:hi], row)
	}
	argMaxRowFloat32Go(x[whole:], v[whole:], index[whole:], row)
}

func argMaxRowFloat32Go(x, v []float32, index []int64, row int64) {
	v, index = v[:len(x)], index[:len(x)]
	for i, e := range x {
		if o := v[i]; e > o || e != e && o == o {
			v[i], index[i] = e, row
		}
	}
}
