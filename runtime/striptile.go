package runtime

import "unsafe"

// A tile is how a Reader reads a transposed block. Along the last axis such a
// block touches another cache line at each element, and lines that are a power
// of two apart push each other out of the cache before the next row needs
// them. So all of a line is used at once: the rows that share lines are read
// together, into a tile, and served from there.
type tile struct {
	tileLen int // length of a row; 0: no tile
	tilePos int // position in the source of the tile's first element
	rows    int // rows that the tile holds
}

const (
	lineBytes   = 64
	minTileStep = 16      // strides from which on a tile is used
	maxTileLen  = 1 << 12 // rows up to which a tile stays in the second-level cache
	tileGap     = 24      // elements between rows, so that they fall into different sets of the cache
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
	r.tiles = Alloc[T](t, []int{lineRows[T]() * (a.n + tileGap)})
}

// lineRows is the number of elements in a cache line.
func lineRows[T Elem]() int { return lineBytes / int(unsafe.Sizeof(*new(T))) }

// tileRow returns the rest of the row that the reader is in.
func (r *Reader[T]) tileRow(a *axis) []T {
	row := r.pos - a.i*a.stride - r.tilePos
	if row < 0 || row >= r.rows {
		r.fill(a)
		row = 0
	}
	lo := row * (a.n + tileGap)
	return r.tiles.Data[lo+a.i : lo+a.n]
}

// fill reads the row that the reader is in, and those after it, into the tile.
func (r *Reader[T]) fill(a *axis) {
	o := &r.axes()[len(r.axes())-2]
	r.rows = min(lineRows[T](), o.n-o.i)
	r.tilePos = r.pos - a.i*a.stride
	pos, dst := r.tilePos, r.tiles.Data
	for i := range a.n {
		at := i
		for _, v := range r.src[pos : pos+r.rows] {
			dst[at] = v
			at += a.n + tileGap
		}
		pos += a.stride
	}
}
