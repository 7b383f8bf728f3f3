package runtime

import (
	"slices"
	"sort"
)

// A tiling says where the blocks of an array in C order lie in its file. A band
// is one stretch of the file that is made up of whole blocks: those with the
// same place along the axes up to the first one that is not cut into single
// elements. Of a matrix a band is a row of blocks.
type tiling struct {
	shape  []int
	chunks [][]int
	starts [][]int
	size   int   // of an element, in bytes
	first  int   // the first axis whose chunks are longer than 1: a band takes one of them,
	split  int   // the last axis that is cut into several chunks, or first
	blocks int   // of a band
	places []int // strides of the blocks of a band, by axis
}

// newTiling returns the tiling of an array of at least one axis and block.
func newTiling(shape []int, chunks, starts [][]int, size int) *tiling {
	t := &tiling{shape: shape, chunks: chunks, starts: starts, size: size, places: make([]int, len(shape))}
	last := len(shape) - 1
	for t.first < last && single(chunks[t.first]) {
		t.first++
	}
	t.split, t.blocks = t.first, 1
	for k := last; k > t.first; k-- {
		t.places[k] = t.blocks
		t.blocks *= len(chunks[k])
		if len(chunks[k]) > 1 {
			t.split = max(t.split, k)
		}
	}
	return t
}

// single says whether all chunks have length 1.
func single(chunks []int) bool {
	return !slices.ContainsFunc(chunks, func(n int) bool { return n != 1 })
}

// inner returns the bytes of one index along axis k.
func (t *tiling) inner(k int) int {
	n := t.size
	for _, d := range t.shape[k+1:] {
		n *= d
	}
	return n
}

// span returns where in the array a band begins, and its length, in bytes.
func (t *tiling) span(band int) (at, n int64) {
	inner := int64(t.inner(t.first))
	k := band % len(t.chunks[t.first])
	at = int64(band/len(t.chunks[t.first]))*int64(t.shape[t.first]) + int64(t.starts[t.first][k])
	return at * inner, int64(t.chunks[t.first][k]) * inner
}

// largest returns the bytes of the largest band.
func (t *tiling) largest() int64 {
	most := 0
	for _, c := range t.chunks[t.first] {
		most = max(most, c)
	}
	return int64(most) * int64(t.inner(t.first))
}

// piece returns which block of a band holds the band's byte at, where in the
// block's bytes it is, and how many bytes from there on stand together in the
// block.
func (t *tiling) piece(at int) (block, offset, n int) {
	if t.split == t.first {
		return 0, at, -1
	}
	inner := t.inner(t.split)
	row := inner * t.shape[t.split]
	outer, rest := at/row, at%row
	j := chunkAt(t.starts[t.split], rest/inner)
	width := t.chunks[t.split][j] * inner
	block, offset = j*t.places[t.split], rest-t.starts[t.split][j]*inner
	n = width - offset
	stride := width
	for k := t.split - 1; k > t.first; k-- {
		i := outer % t.shape[k]
		outer /= t.shape[k]
		j := chunkAt(t.starts[k], i)
		block += j * t.places[k]
		offset += (i - t.starts[k][j]) * stride
		stride *= t.chunks[k][j]
	}
	return block, offset + outer*stride, n
}

// chunkAt returns the chunk that holds index i.
func chunkAt(starts []int, i int) int {
	return sort.Search(len(starts), func(j int) bool { return starts[j] > i }) - 1
}
