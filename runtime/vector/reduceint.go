package vector

// This file holds the sums of integers, which wrap, and counts.

type integer interface{ signed | unsigned }

// sumIntegers adds with core pieces of x that are multiples of group elements
// long, and what is left.
func sumIntegers[E integer](x []E, group int, core func(x []E) int64) int64 {
	s := int64(0)
	for len(x) >= group {
		n := min(len(x), piece) / group * group
		s += core(x[:n])
		x = x[n:]
	}
	for _, v := range x {
		s += int64(v)
	}
	return s
}

// SumInt8 adds the elements.
func SumInt8(x []int8) int64 { return sumIntegers(x, 8, sumInt8) }

// SumInt16 adds the elements.
func SumInt16(x []int16) int64 { return sumIntegers(x, 8, sumInt16) }

// SumInt32 adds the elements.
func SumInt32(x []int32) int64 { return sumIntegers(x, 8, sumInt32) }

// SumInt64 adds the elements.
func SumInt64(x []int64) int64 { return sumIntegers(x, 8, sumInt64) }

// SumUint8 adds the elements.
func SumUint8(x []uint8) int64 { return sumIntegers(x, 64, sumBytes) }

// SumUint16 adds the elements.
func SumUint16(x []uint16) int64 { return sumIntegers(x, 8, sumUint16) }

// SumUint32 adds the elements.
func SumUint32(x []uint32) int64 { return sumIntegers(x, 8, sumUint32) }

// SumUint64 adds the elements.
func SumUint64(x []uint64) int64 { return sumIntegers(x, 8, sumUint64) }

func sumInt8Go(x []int8) int64     { return sumInts(x) }
func sumInt16Go(x []int16) int64   { return sumInts(x) }
func sumInt32Go(x []int32) int64   { return sumInts(x) }
func sumInt64Go(x []int64) int64   { return sumInts(x) }
func sumBytesGo(x []uint8) int64   { return sumInts(x) }
func sumUint16Go(x []uint16) int64 { return sumInts(x) }
func sumUint32Go(x []uint32) int64 { return sumInts(x) }
func sumUint64Go(x []uint64) int64 { return sumInts(x) }

func sumInts[E integer](x []E) int64 {
	var s0, s1, s2, s3 int64
	for len(x) >= 4 {
		s0 += int64(x[0])
		s1 += int64(x[1])
		s2 += int64(x[2])
		s3 += int64(x[3])
		x = x[4:]
	}
	for _, v := range x {
		s0 += int64(v)
	}
	return s0 + s1 + s2 + s3
}
