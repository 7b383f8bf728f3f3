package vector

import "unsafe"

// transposeRows is how many rows are transposed at a time: the lines that they
// touch stay in the first-level cache until all their columns are read.
const transposeRows = 128

// Transpose writes rows of cols elements to dst, so that they are columns: it
// sets dst[j*dstStride+i] to src[pos+i*srcStride+j]. It moves bits only.
func Transpose[E any](dst []E, dstStride int, src []E, pos, srcStride, rows, cols int) {
	if rows == 0 || cols == 0 {
		return
	}
	_ = dst[(cols-1)*dstStride+rows-1]
	_, _ = src[pos+cols-1], src[pos+(rows-1)*srcStride+cols-1]
	side := registerBytes / int(unsafe.Sizeof(src[0]))
	whole := rows / side * side
	if whole > 0 && pos+(whole-1)*srcStride+(cols+side-1)/side*side > len(src) {
		whole -= side // the last rows cannot be read in whole registers
	}
	switch {
	case side == 4 && srcStride > 0:
		transposeSquares(side, transpose64, transposeLines64, unsignedOf[uint64](dst), dstStride, unsignedOf[uint64](src)[pos:], srcStride, whole, cols)
	case side == 8 && srcStride > 0:
		transposeSquares(side, transpose32, transposeLines32, unsignedOf[uint32](dst), dstStride, unsignedOf[uint32](src)[pos:], srcStride, whole, cols)
	default:
		whole = 0
	}
	if whole < rows {
		transposeGo(dst[whole:], dstStride, src, pos+whole*srcStride, srcStride, rows-whole, cols)
	}
}

// registerBytes is the length of the registers that transpose.
const registerBytes = 32

// transposeSquares transposes two squares of columns at a time with lines, and
// what is left with core.
func transposeSquares[E any](side int, core func(dst, src []E, dstStride, srcStride, rows, cols int), lines func(dst, src []E, dstStride, srcStride, rows int), dst []E, dstStride int, src []E, srcStride, rows, cols int) {
	for i := 0; i < rows; i += transposeRows {
		n, j := min(transposeRows, rows-i), 0
		for ; j+2*side <= cols; j += 2 * side {
			lines(dst[j*dstStride+i:], src[i*srcStride+j:], dstStride, srcStride, n)
		}
		for ; j < cols; j += side {
			core(dst[j*dstStride+i:], src[i*srcStride+j:], dstStride, srcStride, n, min(side, cols-j))
		}
	}
}

// transposeGo is Transpose for all sizes of elements.
func transposeGo[E any](dst []E, dstStride int, src []E, pos, srcStride, rows, cols int) {
	for i := 0; i < rows; i += transposeRows {
		n := min(transposeRows, rows-i)
		for j := range cols {
			p := pos + i*srcStride + j
			for k := range dst[j*dstStride+i : j*dstStride+i+n] {
				dst[j*dstStride+i+k] = src[p]
				p += srcStride
			}
		}
	}
}

func transpose64Go(dst, src []uint64, dstStride, srcStride, rows, cols int) {
	transposeGo(dst, dstStride, src, 0, srcStride, rows, cols)
}

func transpose32Go(dst, src []uint32, dstStride, srcStride, rows, cols int) {
	transposeGo(dst, dstStride, src, 0, srcStride, rows, cols)
}

func transposeLines64Go(dst, src []uint64, dstStride, srcStride, rows int) {
	transposeGo(dst, dstStride, src, 0, srcStride, rows, 8)
}

func transposeLines32Go(dst, src []uint32, dstStride, srcStride, rows int) {
	transposeGo(dst, dstStride, src, 0, srcStride, rows, 16)
}
