package vector

import "math"

// This file holds the folding of a row into as many cells. The slices are
// equally long.

// byPieces calls core for pieces of x and dst that fill groups of lanes
// elements, and rest for what is left.
func byPieces[D, E any](dst []D, x []E, lanes int, core, rest func(x []E, dst []D)) {
	dst = dst[:len(x)]
	whole := len(x) / lanes * lanes
	for lo := 0; lo < whole; lo += piece {
		hi := min(lo+piece, whole)
		core(x[lo:hi], dst[lo:hi])
	}
	if whole < len(x) {
		rest(x[whole:], dst[whole:])
	}
}

// AccumulateFloat64 adds x to dst.
func AccumulateFloat64(dst []float64, x []float64) {
	byPieces(dst, x, 8, accumulateFloat64, accumulate)
}

func accumulateFloat64Go(x []float64, dst []float64) { accumulate(x, dst) }

// AccumulateFloat32 adds x to dst.
func AccumulateFloat32(dst []float64, x []float32) {
	byPieces(dst, x, 8, accumulateFloat32, accumulate)
}

func accumulateFloat32Go(x []float32, dst []float64) { accumulate(x, dst) }

// AccumulateInt8 adds x to dst.
func AccumulateInt8(dst []int64, x []int8) { byPieces(dst, x, 8, accumulateInt8, accumulate) }

func accumulateInt8Go(x []int8, dst []int64) { accumulate(x, dst) }

// AccumulateInt16 adds x to dst.
func AccumulateInt16(dst []int64, x []int16) { byPieces(dst, x, 8, accumulateInt16, accumulate) }

func accumulateInt16Go(x []int16, dst []int64) { accumulate(x, dst) }

// AccumulateInt32 adds x to dst.
func AccumulateInt32(dst []int64, x []int32) { byPieces(dst, x, 8, accumulateInt32, accumulate) }

func accumulateInt32Go(x []int32, dst []int64) { accumulate(x, dst) }

// AccumulateInt64 adds x to dst.
func AccumulateInt64(dst []int64, x []int64) { byPieces(dst, x, 8, accumulateInt64, accumulate) }

func accumulateInt64Go(x []int64, dst []int64) { accumulate(x, dst) }

// AccumulateUint8 adds x to dst.
func AccumulateUint8(dst []int64, x []uint8) { byPieces(dst, x, 8, accumulateUint8, accumulate) }

func accumulateUint8Go(x []uint8, dst []int64) { accumulate(x, dst) }

// AccumulateUint16 adds x to dst.
func AccumulateUint16(dst []int64, x []uint16) { byPieces(dst, x, 8, accumulateUint16, accumulate) }

func accumulateUint16Go(x []uint16, dst []int64) { accumulate(x, dst) }

// AccumulateUint32 adds x to dst.
func AccumulateUint32(dst []int64, x []uint32) { byPieces(dst, x, 8, accumulateUint32, accumulate) }

func accumulateUint32Go(x []uint32, dst []int64) { accumulate(x, dst) }

// AccumulateUint64 adds x to dst.
func AccumulateUint64(dst []int64, x []uint64) { byPieces(dst, x, 8, accumulateUint64, accumulate) }

func accumulateUint64Go(x []uint64, dst []int64) { accumulate(x, dst) }

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

// The functions AccumulateRows add the rows of x, each as long as dst, to dst,
// one after the other.

// accumulateRows adds rows: four at a time by four, which takes whole groups, the
// others by one.
func accumulateRows[D, E any](dst []D, x []E, four func(dst []D, x []E, width int), one func(dst []D, x []E), rest func(x []E, dst []D)) {
	n := len(dst)
	if n == 0 {
		return
	}
	whole := n &^ 7
	for ; len(x) >= 4*n && n <= piece; x = x[4*n:] {
		four(dst[:whole], x[:4*n], n)
		for r := 0; r < 4 && whole < n; r++ {
			rest(x[r*n+whole:(r+1)*n], dst[whole:])
		}
	}
	for ; len(x) >= n; x = x[n:] {
		one(dst, x[:n])
	}
}

func accumulateFourGo[D int64 | float64, E number](dst []D, x []E, width int) {
	for r := range 4 {
		accumulate(x[r*width:r*width+len(dst)], dst)
	}
}

// AccumulateRowsFloat64 adds the rows of x to dst.
func AccumulateRowsFloat64(dst, x []float64) {
	accumulateRows(dst, x, accumulateFourFloat64, AccumulateFloat64, accumulate)
}

func accumulateFourFloat64Go(dst, x []float64, width int) { accumulateFourGo(dst, x, width) }

// AccumulateRowsFloat32 adds the rows of x to dst.
func AccumulateRowsFloat32(dst []float64, x []float32) {
	accumulateRows(dst, x, accumulateFourFloat32, AccumulateFloat32, accumulate)
}

func accumulateFourFloat32Go(dst []float64, x []float32, width int) { accumulateFourGo(dst, x, width) }

// AccumulateRowsInt8 adds the rows of x to dst.
func AccumulateRowsInt8(dst []int64, x []int8) {
	accumulateRows(dst, x, accumulateFourInt8, AccumulateInt8, accumulate)
}

func accumulateFourInt8Go(dst []int64, x []int8, width int) { accumulateFourGo(dst, x, width) }

// AccumulateRowsInt16 adds the rows of x to dst.
func AccumulateRowsInt16(dst []int64, x []int16) {
	accumulateRows(dst, x, accumulateFourInt16, AccumulateInt16, accumulate)
}

func accumulateFourInt16Go(dst []int64, x []int16, width int) { accumulateFourGo(dst, x, width) }

// AccumulateRowsInt32 adds the rows of x to dst.
func AccumulateRowsInt32(dst []int64, x []int32) {
	accumulateRows(dst, x, accumulateFourInt32, AccumulateInt32, accumulate)
}

func accumulateFourInt32Go(dst []int64, x []int32, width int) { accumulateFourGo(dst, x, width) }

// AccumulateRowsInt64 adds the rows of x to dst.
func AccumulateRowsInt64(dst, x []int64) {
	accumulateRows(dst, x, accumulateFourInt64, AccumulateInt64, accumulate)
}

func accumulateFourInt64Go(dst, x []int64, width int) { accumulateFourGo(dst, x, width) }

// AccumulateRowsUint8 adds the rows of x to dst.
func AccumulateRowsUint8(dst []int64, x []uint8) {
	accumulateRows(dst, x, accumulateFourUint8, AccumulateUint8, accumulate)
}

func accumulateFourUint8Go(dst []int64, x []uint8, width int) { accumulateFourGo(dst, x, width) }

// AccumulateRowsUint16 adds the rows of x to dst.
func AccumulateRowsUint16(dst []int64, x []uint16) {
	accumulateRows(dst, x, accumulateFourUint16, AccumulateUint16, accumulate)
}

func accumulateFourUint16Go(dst []int64, x []uint16, width int) { accumulateFourGo(dst, x, width) }

// AccumulateRowsUint32 adds the rows of x to dst.
func AccumulateRowsUint32(dst []int64, x []uint32) {
	accumulateRows(dst, x, accumulateFourUint32, AccumulateUint32, accumulate)
}

func accumulateFourUint32Go(dst []int64, x []uint32, width int) { accumulateFourGo(dst, x, width) }

// AccumulateRowsUint64 adds the rows of x to dst.
func AccumulateRowsUint64(dst []int64, x []uint64) {
	accumulateRows(dst, x, accumulateFourUint64, AccumulateUint64, accumulate)
}

func accumulateFourUint64Go(dst []int64, x []uint64, width int) { accumulateFourGo(dst, x, width) }

// MinRowFloat64 sets dst to the less of dst and x. A NaN wins.
func MinRowFloat64(dst, x []float64) { byPieces(dst, x, lanesOf[float64](), minRowFloat64, minRow) }

func minRowFloat64Go(x, dst []float64) { minRow(x, dst) }

// NanMinRowFloat64 sets dst to the less of dst and x. A NaN loses.
func NanMinRowFloat64(dst, x []float64) {
	byPieces(dst, x, lanesOf[float64](), nanMinRowFloat64, nanMinRow)
}

func nanMinRowFloat64Go(x, dst []float64) { nanMinRow(x, dst) }

// MaxRowFloat64 sets dst to the greater of dst and x. A NaN wins.
func MaxRowFloat64(dst, x []float64) { byPieces(dst, x, lanesOf[float64](), maxRowFloat64, maxRow) }

func maxRowFloat64Go(x, dst []float64) { maxRow(x, dst) }

// NanMaxRowFloat64 sets dst to the greater of dst and x. A NaN loses.
func NanMaxRowFloat64(dst, x []float64) {
	byPieces(dst, x, lanesOf[float64](), nanMaxRowFloat64, nanMaxRow)
}

func nanMaxRowFloat64Go(x, dst []float64) { nanMaxRow(x, dst) }

// MinRowFloat32 sets dst to the less of dst and x. A NaN wins.
func MinRowFloat32(dst, x []float32) { byPieces(dst, x, lanesOf[float32](), minRowFloat32, minRow) }

func minRowFloat32Go(x, dst []float32) { minRow(x, dst) }

// NanMinRowFloat32 sets dst to the less of dst and x. A NaN loses.
func NanMinRowFloat32(dst, x []float32) {
	byPieces(dst, x, lanesOf[float32](), nanMinRowFloat32, nanMinRow)
}

func nanMinRowFloat32Go(x, dst []float32) { nanMinRow(x, dst) }

// MaxRowFloat32 sets dst to the greater of dst and x. A NaN wins.
func MaxRowFloat32(dst, x []float32) { byPieces(dst, x, lanesOf[float32](), maxRowFloat32, maxRow) }

func maxRowFloat32Go(x, dst []float32) { maxRow(x, dst) }

// NanMaxRowFloat32 sets dst to the greater of dst and x. A NaN loses.
func NanMaxRowFloat32(dst, x []float32) {
	byPieces(dst, x, lanesOf[float32](), nanMaxRowFloat32, nanMaxRow)
}

func nanMaxRowFloat32Go(x, dst []float32) { nanMaxRow(x, dst) }

// MinRowInt8 sets dst to the less of dst and x.
func MinRowInt8(dst, x []int8) { byPieces(dst, x, lanesOf[int8](), minRowInt8, minRow) }

func minRowInt8Go(x, dst []int8) { minRow(x, dst) }

// MaxRowInt8 sets dst to the greater of dst and x.
func MaxRowInt8(dst, x []int8) { byPieces(dst, x, lanesOf[int8](), maxRowInt8, maxRow) }

func maxRowInt8Go(x, dst []int8) { maxRow(x, dst) }

// MinRowInt16 sets dst to the less of dst and x.
func MinRowInt16(dst, x []int16) { byPieces(dst, x, lanesOf[int16](), minRowInt16, minRow) }

func minRowInt16Go(x, dst []int16) { minRow(x, dst) }

// MaxRowInt16 sets dst to the greater of dst and x.
func MaxRowInt16(dst, x []int16) { byPieces(dst, x, lanesOf[int16](), maxRowInt16, maxRow) }

func maxRowInt16Go(x, dst []int16) { maxRow(x, dst) }

// MinRowInt32 sets dst to the less of dst and x.
func MinRowInt32(dst, x []int32) { byPieces(dst, x, lanesOf[int32](), minRowInt32, minRow) }

func minRowInt32Go(x, dst []int32) { minRow(x, dst) }

// MaxRowInt32 sets dst to the greater of dst and x.
func MaxRowInt32(dst, x []int32) { byPieces(dst, x, lanesOf[int32](), maxRowInt32, maxRow) }

func maxRowInt32Go(x, dst []int32) { maxRow(x, dst) }

// MinRowInt64 sets dst to the less of dst and x.
func MinRowInt64(dst, x []int64) { byPieces(dst, x, lanesOf[int64](), minRowInt64, minRow) }

func minRowInt64Go(x, dst []int64) { minRow(x, dst) }

// MaxRowInt64 sets dst to the greater of dst and x.
func MaxRowInt64(dst, x []int64) { byPieces(dst, x, lanesOf[int64](), maxRowInt64, maxRow) }

func maxRowInt64Go(x, dst []int64) { maxRow(x, dst) }

// MinRowUint8 sets dst to the less of dst and x.
func MinRowUint8(dst, x []uint8) { byPieces(dst, x, lanesOf[uint8](), minRowUint8, minRow) }

func minRowUint8Go(x, dst []uint8) { minRow(x, dst) }

// MaxRowUint8 sets dst to the greater of dst and x.
func MaxRowUint8(dst, x []uint8) { byPieces(dst, x, lanesOf[uint8](), maxRowUint8, maxRow) }

func maxRowUint8Go(x, dst []uint8) { maxRow(x, dst) }

// MinRowUint16 sets dst to the less of dst and x.
func MinRowUint16(dst, x []uint16) { byPieces(dst, x, lanesOf[uint16](), minRowUint16, minRow) }

func minRowUint16Go(x, dst []uint16) { minRow(x, dst) }

// MaxRowUint16 sets dst to the greater of dst and x.
func MaxRowUint16(dst, x []uint16) { byPieces(dst, x, lanesOf[uint16](), maxRowUint16, maxRow) }

func maxRowUint16Go(x, dst []uint16) { maxRow(x, dst) }

// MinRowUint32 sets dst to the less of dst and x.
func MinRowUint32(dst, x []uint32) { byPieces(dst, x, lanesOf[uint32](), minRowUint32, minRow) }

func minRowUint32Go(x, dst []uint32) { minRow(x, dst) }

// MaxRowUint32 sets dst to the greater of dst and x.
func MaxRowUint32(dst, x []uint32) { byPieces(dst, x, lanesOf[uint32](), maxRowUint32, maxRow) }

func maxRowUint32Go(x, dst []uint32) { maxRow(x, dst) }

// MinRowUint64 sets dst to the less of dst and x.
func MinRowUint64(dst, x []uint64) { byPieces(dst, x, lanesOf[uint64](), minRowUint64, minRow) }

func minRowUint64Go(x, dst []uint64) { minRow(x, dst) }

// MaxRowUint64 sets dst to the greater of dst and x.
func MaxRowUint64(dst, x []uint64) { byPieces(dst, x, lanesOf[uint64](), maxRowUint64, maxRow) }

func maxRowUint64Go(x, dst []uint64) { maxRow(x, dst) }

func minRow[E number](x, dst []E) {
	dst = dst[:len(x)]
	for i, v := range x {
		dst[i] = min(dst[i], v)
	}
}

func maxRow[E number](x, dst []E) {
	dst = dst[:len(x)]
	for i, v := range x {
		dst[i] = max(dst[i], v)
	}
}

func nanMinRow[E float](x, dst []E) {
	dst = dst[:len(x)]
	for i, v := range x {
		if d := dst[i]; v < d || d != d {
			dst[i] = v
		}
	}
}

func nanMaxRow[E float](x, dst []E) {
	dst = dst[:len(x)]
	for i, v := range x {
		if d := dst[i]; v > d || d != d {
			dst[i] = v
		}
	}
}
