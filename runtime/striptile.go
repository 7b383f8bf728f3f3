package runtime

import (
	"unsafe"

	"github.com/daskgen/daskgen/runtime/vector"
)

// A tile is how a Reader reads a transposed block. Along the last axis such a
// block touches another cache line at each element, and lines that are a power
// of two apart push each other out of the cache before the next row needs
// them. So all of a line is used at once: the rows that share lines are read
// together, into a tile, and served from there.
type tile struct {
	tileLen int // length of a row; 0: no tile
	tileRun int // from one row to the next in the tile
	tilePos int // position in the source of the tile's first element
	rows    int // rows that the tile holds
}

const (
	lineBytes   = 64
	minTileStep = 16      // strides from which on a tile is used
	maxTileLen  = 1 << 12 // rows up to which a tile stays in the second-level cache
	tileGap     = 24      // elements between rows that would fall into the same sets of the cache
	pageBytes   = 1 << 12 // how far apart these are
)

// setTile prepares a tile if one helps.
func (r *Reader[T]) setTile(t *Task) {
	k := len(r.axes()) - 1
	if k < 1 {
		return
	}
	a, o := r.axes()[k], r.axes()[k-1]
	if max(a.stride, -a.stride) < minTileStep || o.stride != 1 || o.n < 4 || a.n <= shortRun || a.n > maxTileLen {
		return
	}
	r.tileLen, r.rows = a.n, 0
	r.tileRun = a.n
	if a.n*int(unsafe.Sizeof(*new(T)))%pageBytes == 0 {
		r.tileRun += tileGap
	}
	r.tiles = Alloc[T](t, []int{lineRows[T]() * r.tileRun})
}

// lineRows is the number of elements in a cache line.
func lineRows[T Elem]() int { return lineBytes / int(unsafe.Sizeof(*new(T))) }

// tileStrip returns the next elements from the tile, at most n: the rest of the
// row that the reader is in, and the rows that follow without a gap.
func (r *Reader[T]) tileStrip(a *axis, n int) []T {
	row := r.pos - a.i*a.stride - r.tilePos
	if row < 0 || row >= r.rows {
		r.fill(a)
		row = 0
	}
	lo, hi := row*r.tileRun+a.i, row*r.tileRun+a.n
	if r.tileRun == a.n {
		hi = r.rows * a.n
	}
	return r.tiles.Data[lo:min(hi, lo+n)]
}

// advanceRows moves n steps on along the last axis, and those before it.
func (r *Reader[T]) advanceRows(n int) {
	for k := len(r.axes()) - 1; n > 0; {
		m := min(n, r.axes()[k].n-r.axes()[k].i)
		r.advance(k, m)
		n -= m
	}
}

// fill reads the row that the reader is in, and those after it, into the tile.
func (r *Reader[T]) fill(a *axis) {
	o := &r.axes()[len(r.axes())-2]
	r.rows = min(lineRows[T](), o.n-o.i)
	r.tilePos = r.pos - a.i*a.stride
	vector.Transpose(r.tiles.Data, r.tileRun, r.src, r.tilePos, a.stride, a.n, r.rows)
}
