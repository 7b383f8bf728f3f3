package vector

import "math"

// sumBlock is the number of elements that are added on 32 accumulators before sums are merged pairwise: 16 additions, two to
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

// DistancesFloat64 returns the sum of x-from, added as SumFloat64 adds.
func DistancesFloat64(x []float64, from float64) float64 {
	if len(x) > sumBlock {
		h := half(len(x))
		return DistancesFloat64(x[:h], from) + DistancesFloat64(x[h:], from)
	}
	var lanes [8]float64
	whole := len(x) &^ 7
	distancesFloat64(x[:whole], from, &lanes)
	for i, v := range x[whole:] {
		d := float64(v) - from
		lanes[i&7] += d
	}
	return foldLanes(&lanes)
}

// DistancesFloat32 is DistancesFloat64 of float32 elements.
func DistancesFloat32(x []float32, from float64) float64 {
	if len(x) > sumBlock {
		h := half(len(x))
		return DistancesFloat32(x[:h], from) + DistancesFloat32(x[h:], from)
	}
	var lanes [8]float64
	whole := len(x) &^ 7
	distancesFloat32(x[:whole], from, &lanes)
	for i, v := range x[whole:] {
		d := float64(v) - from
		lanes[i&7] += d
	}
	return foldLanes(&lanes)
}

// SquaresFloat64 returns the sum of the squares of x-from, added as SumFloat64
// adds, with one rounding for the square and its sum.
func SquaresFloat64(x []float64, from float64) float64 {
	if len(x) > sumBlock {
		h := half(len(x))
		return SquaresFloat64(x[:h], from) + SquaresFloat64(x[h:], from)
	}
	var lanes [8]float64
	whole := len(x) &^ 7
	squaresFloat64(x[:whole], from, &lanes)
	for i, v := range x[whole:] {
		d := float64(v) - from
		lanes[i&7] = math.FMA(d, d, lanes[i&7])
	}
	return foldLanes(&lanes)
}

// SquaresFloat32 is SquaresFloat64 of float32 elements.
func SquaresFloat32(x []float32, from float64) float64 {
	if len(x) > sumBlock {
		h := half(len(x))
		return SquaresFloat32(x[:h], from) + SquaresFloat32(x[h:], from)
	}
	var lanes [8]float64
	whole := len(x) &^ 7
	squaresFloat32(x[:whole], from, &lanes)
	for i, v := range x[whole:] {
		d := float64(v) - from
		lanes[i&7] = math.FMA(d, d, lanes[i&7])
	}
	return foldLanes(&lanes)
}

func distancesFloat64Go(x []float64, from float64, lanes *[8]float64) {
	distanceLanes(x, from, lanes, addDistances)
}
func distancesFloat32Go(x []float32, from float64, lanes *[8]float64) {
	distanceLanes(x, from, lanes, addDistances)
}
func squaresFloat64Go(x []float64, from float64, lanes *[8]float64) {
	distanceLanes(x, from, lanes, addSquares)
}
func squaresFloat32Go(x []float32, from float64, lanes *[8]float64) {
	distanceLanes(x, from, lanes, addSquares)
}

// distanceLanes is sumLanes for distances, or their squares.
func distanceLanes[E float](x []E, from float64, lanes *[8]float64, add func(acc *[8]float64, x []E, step int, from float64)) {
	var v [4][8]float64
	whole := len(x) &^ 31
	for k := range v {
		add(&v[k], x[min(8*k, whole):whole], 32, from)
	}
	add(&v[0], x[whole:], 8, from)
	for i := range lanes {
		lanes[i] = (v[0][i] + v[1][i]) + (v[2][i] + v[3][i])
	}
}

// addDistances adds the distances of the first eight of every step elements to acc.
func addDistances[E float](acc *[8]float64, x []E, step int, from float64) {
	for len(x) >= 8 {
		for i, v := range x[:8] {
			acc[i] += float64(v) - from
		}
		x = x[min(step, len(x)):]
	}
}

// addSquares is addDistances for squares.
func addSquares[E float](acc *[8]float64, x []E, step int, from float64) {
	for len(x) >= 8 {
		for i, v := range x[:8] {
			d := float64(v) - from
			acc[i] = math.FMA(d, d, acc[i])
		}
		x = x[min(step, len(x)):]
	}
}

func momentsFloat64Go(sums, squares []float64, x []float64, each int) {
	momentsGo(sums, squares, x, each, DistancesFloat64, SquaresFloat64)
}

func momentsFloat32Go(sums, squares []float64, x []float32, each int) {
	momentsGo(sums, squares, x, each, DistancesFloat32, SquaresFloat32)
}

func momentsGo[E float](sums, squares []float64, x []E, each int, distances, squared func(x []E, from float64) float64) {
	for i := range sums {
		part := x[i*each : (i+1)*each]
		first := float64(part[0])
		sums[i] = distances(part, first)
		squares[i] = squared(part, first+sums[i]/float64(each))
	}
}

// MomentsFloat64 forms two sums of each segment of each elements of x: of the
// distances from the segment's first element, and of the squared distances from
// its mean, first + sum/each, with the bits of DistancesFloat64 and SquaresFloat64.
// each is not 0.
func MomentsFloat64(sums, squares []float64, x []float64, each int) {
	momentSegments(sums, squares, x, each, momentsFloat64, momentsFloat64Go)
}

// MomentsFloat32 is MomentsFloat64 of float32 elements.
func MomentsFloat32(sums, squares []float64, x []float32, each int) {
	momentSegments(sums, squares, x, each, momentsFloat32, momentsFloat32Go)
}

// momentSegments calls moments for as many segments at a time as may keep the
// scheduler waiting, or portable for those of a length that moments does not take.
func momentSegments[E float](sums, squares []float64, x []E, each int, moments, portable func(sums, squares []float64, x []E, each int)) {
	x, squares = x[:len(sums)*each], squares[:len(sums)]
	if each > 2*sumBlock || each%8 != 0 {
		portable(sums, squares, x, each)
		return
	}
	for most := piece / each; len(sums) > 0; {
		n := min(most, len(sums))
		moments(sums[:n], squares[:n], x[:n*each], each)
		sums, squares, x = sums[n:], squares[n:], x[n*each:]
	}
}
