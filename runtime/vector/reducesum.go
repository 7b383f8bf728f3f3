package vector

import "math"

// sumBlock is the number of elements that are added on 32 accumulators (those
// of deviations on 16) before sums are merged pairwise: 16 additions, two to
// merge the accumulators of a lane, and three to merge the lanes. The error of
// a sum of n elements is therefore at most about 16 + 5 + log2(n/512) roundings
// of the sum of the magnitudes, as with NumPy's blocks of 128 elements on eight
// accumulators, whose bound is 16 + 3 + log2(n/128).
const sumBlock = 512

// half returns where a slice of n elements is parted: about the middle, at a
// multiple of sumBlock.
func half(n int) int { return ((n+1)/2 + sumBlock - 1) / sumBlock * sumBlock }

// SumFloat64 adds the elements pairwise. The order of evaluation depends on
// len(x) only.
func SumFloat64(x []float64) float64 {
	if len(x) > sumBlock {
		return sumLongFloat64(x)
	}
	var lanes [8]float64
	whole := len(x) &^ 7
	sumFloat64(x[:whole], &lanes)
	for i, v := range x[whole:] {
		lanes[i&7] += v
	}
	return foldLanes(&lanes)
}

// SumFloat32 adds the elements pairwise in float64.
func SumFloat32(x []float32) float64 {
	if len(x) > sumBlock {
		return sumLongFloat32(x)
	}
	var lanes [8]float64
	whole := len(x) &^ 7
	sumFloat32(x[:whole], &lanes)
	for i, v := range x[whole:] {
		lanes[i&7] += float64(v)
	}
	return foldLanes(&lanes)
}

// blockSums has room for the sums of the blocks of a piece.
type blockSums [piece/sumBlock + 1]float64

// sumLongFloat64 adds more than a block: the sums of blocks in pairs, and those of
// pieces in halves.
func sumLongFloat64(x []float64) float64 {
	if len(x) > piece {
		h := half(len(x))
		return sumLongFloat64(x[:h]) + SumFloat64(x[h:])
	}
	var blocks blockSums
	n := len(x) / sumBlock
	sumsFloat64(blocks[:n], x, sumBlock)
	if rest := x[n*sumBlock:]; len(rest) > 0 {
		blocks[n] = SumFloat64(rest)
		n++
	}
	return pairs(blocks[:n])
}

// sumLongFloat32 is sumLongFloat64 of float32 elements.
func sumLongFloat32(x []float32) float64 {
	if len(x) > piece {
		h := half(len(x))
		return sumLongFloat32(x[:h]) + SumFloat32(x[h:])
	}
	var blocks blockSums
	n := len(x) / sumBlock
	sumsFloat32(blocks[:n], x, sumBlock)
	if rest := x[n*sumBlock:]; len(rest) > 0 {
		blocks[n] = SumFloat32(rest)
		n++
	}
	return pairs(blocks[:n])
}

// pairs adds sums in a tree: the first half, rounded up, and the other.
func pairs(x []float64) float64 {
	switch len(x) {
	case 1:
		return x[0]
	case 2:
		return x[0] + x[1]
	case 4:
		return (x[0] + x[1]) + (x[2] + x[3])
	}
	h := (len(x) + 1) / 2
	return pairs(x[:h]) + pairs(x[h:])
}

// SumsFloat64 sets each element of dst to the sum of the next each elements of x,
// with the bits of SumFloat64.
func SumsFloat64(dst, x []float64, each int) {
	sumSegments(dst, x, each, sumsFloat64, SumFloat64)
}

// SumsFloat32 is SumsFloat64 of float32 elements.
func SumsFloat32(dst []float64, x []float32, each int) {
	sumSegments(dst, x, each, sumsFloat32, SumFloat32)
}

// sumSegments adds segments by sums if they are of whole groups and not longer
// than a block, else by sum.
func sumSegments[E float](dst []float64, x []E, each int, sums func(dst []float64, x []E, each int), sum func([]E) float64) {
	x = x[:len(dst)*each]
	if each == 0 || each > sumBlock || each%8 != 0 {
		for i := range dst {
			dst[i] = sum(x[i*each : (i+1)*each])
		}
		return
	}
	for most := piece / each; len(dst) > 0; {
		n := min(most, len(dst))
		sums(dst[:n], x[:n*each], each)
		dst, x = dst[n:], x[n*each:]
	}
}

func sumsFloat64Go(dst, x []float64, each int)           { sumsGo(dst, x, each) }
func sumsFloat32Go(dst []float64, x []float32, each int) { sumsGo(dst, x, each) }

func sumsGo[E float](dst []float64, x []E, each int) {
	var lanes [8]float64
	for i := range dst {
		sumLanes(x[i*each:(i+1)*each], &lanes)
		dst[i] = foldLanes(&lanes)
	}
}

// foldLanes adds eight lanes.
func foldLanes(l *[8]float64) float64 {
	return ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]))
}

func sumFloat64Go(x []float64, lanes *[8]float64) { sumLanes(x, lanes) }
func sumFloat32Go(x []float32, lanes *[8]float64) { sumLanes(x, lanes) }

// sumLanes adds groups of eight elements: of each 32 elements every eight to
// an accumulator of their own, what is left to the first.
func sumLanes[E float32 | float64](x []E, lanes *[8]float64) {
	var v [4][8]float64
	for k := range v {
		for i := range v[k] {
			v[k][i] = math.Copysign(0, -1)
		}
	}
	whole := len(x) &^ 31
	for k := range v {
		addEights(&v[k], x[min(8*k, whole):whole], 32)
	}
	addEights(&v[0], x[whole:], 8)
	for i := range lanes {
		lanes[i] = (v[0][i] + v[1][i]) + (v[2][i] + v[3][i])
	}
}

// addEights adds the first eight of every step elements to acc.
func addEights[E float32 | float64](acc *[8]float64, x []E, step int) {
	s0, s1, s2, s3, s4, s5, s6, s7 := acc[0], acc[1], acc[2], acc[3], acc[4], acc[5], acc[6], acc[7]
	for len(x) >= 8 {
		s0 += float64(x[0])
		s1 += float64(x[1])
		s2 += float64(x[2])
		s3 += float64(x[3])
		s4 += float64(x[4])
		s5 += float64(x[5])
		s6 += float64(x[6])
		s7 += float64(x[7])
		x = x[min(step, len(x)):]
	}
	*acc = [8]float64{s0, s1, s2, s3, s4, s5, s6, s7}
}

// DeviationsFloat64 returns the sum of x-mean and of its square.
func DeviationsFloat64(x []float64, mean float64) (rest, squares float64) {
	if len(x) > sumBlock {
		h := half(len(x))
		r0, s0 := DeviationsFloat64(x[:h], mean)
		r1, s1 := DeviationsFloat64(x[h:], mean)
		return r0 + r1, s0 + s1
	}
	var lanes [16]float64
	whole := len(x) &^ 7
	deviationsFloat64(x[:whole], mean, &lanes)
	return endDeviations(x[whole:], mean, &lanes)
}

// DeviationsFloat32 is DeviationsFloat64 of float32 elements.
func DeviationsFloat32(x []float32, mean float64) (rest, squares float64) {
	if len(x) > sumBlock {
		h := half(len(x))
		r0, s0 := DeviationsFloat32(x[:h], mean)
		r1, s1 := DeviationsFloat32(x[h:], mean)
		return r0 + r1, s0 + s1
	}
	var lanes [16]float64
	whole := len(x) &^ 7
	deviationsFloat32(x[:whole], mean, &lanes)
	return endDeviations(x[whole:], mean, &lanes)
}

// endDeviations adds the last elements, less than eight, and the lanes.
func endDeviations[E float32 | float64](x []E, mean float64, lanes *[16]float64) (rest, squares float64) {
	for i, v := range x {
		d := float64(v) - mean
		lanes[i&7] += d
		lanes[8+i&7] = math.FMA(d, d, lanes[8+i&7])
	}
	return foldLanes((*[8]float64)(lanes[:8])), foldLanes((*[8]float64)(lanes[8:]))
}

func deviationsFloat64Go(x []float64, mean float64, lanes *[16]float64) {
	deviationLanes(x, mean, lanes)
}

func deviationsFloat32Go(x []float32, mean float64, lanes *[16]float64) {
	deviationLanes(x, mean, lanes)
}

// deviationLanes takes groups of eight elements: of each 16 elements every
// eight to an accumulator of their own, what is left to the first.
func deviationLanes[E float32 | float64](x []E, mean float64, lanes *[16]float64) {
	whole := len(x) &^ 15
	for i := 0; i < 8; i += 4 {
		var rest, squares [2][4]float64
		for k := range 2 {
			addFours(&rest[k], &squares[k], x[min(8*k+i, whole):whole], 16, mean)
		}
		addFours(&rest[0], &squares[0], x[min(whole+i, len(x)):], 8, mean)
		for j := range 4 {
			lanes[i+j] = rest[0][j] + rest[1][j]
			lanes[8+i+j] = squares[0][j] + squares[1][j]
		}
	}
}

// addFours adds the deviations of the first four of every step elements.
func addFours[E float32 | float64](rest, squares *[4]float64, x []E, step int, mean float64) {
	r0, r1, r2, r3 := rest[0], rest[1], rest[2], rest[3]
	s0, s1, s2, s3 := squares[0], squares[1], squares[2], squares[3]
	for len(x) >= 4 {
		d0, d1, d2, d3 := float64(x[0])-mean, float64(x[1])-mean, float64(x[2])-mean, float64(x[3])-mean
		r0, r1, r2, r3 = r0+d0, r1+d1, r2+d2, r3+d3
		s0, s1, s2, s3 = math.FMA(d0, d0, s0), math.FMA(d1, d1, s1), math.FMA(d2, d2, s2), math.FMA(d3, d3, s3)
		x = x[min(step, len(x)):]
	}
	*rest, *squares = [4]float64{r0, r1, r2, r3}, [4]float64{s0, s1, s2, s3}
}
