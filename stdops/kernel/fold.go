package kernel

import (
	"math"
	"math/bits"
	"slices"
	"sync"

	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/runtime/vector"
)

// cells is the arithmetic of a reduction: numbered accumulator cells, and what
// can be done to a run of them. A fold decides which elements meet in which
// cell, and in which order.
type cells[In any] interface {
	// alloc makes n cells; free returns their memory.
	alloc(t *rt.Task, n int)
	free()
	// segment sets cell at to the fold of x, whose first element is number
	// pos among those of the cell.
	segment(at int, x []In, pos int)
	// row folds x[i] into cell at+i. When rep, the number of elements that
	// the cells hold, is 0, it sets the cells.
	row(at int, x []In, rep int)
	// seal says that the n cells from at hold reps elements each, by row.
	seal(at, n, reps int)
	// merge folds cell src+i, which holds later elements, into cell dst+i.
	merge(dst, src, n int)
	// move copies cells.
	move(dst, src, n int)
}

// halving is cells of which the segment of 2n elements, n being a multiple of
// StripLen by a power of 2, is the merge of the segments of its halves, to the bit.
type halving interface{ halves() bool }

// segmenting is cells that fold several segments, of each elements, in one call.
type segmenting[In any] interface {
	segments(at int, x []In, each int)
}

// stacking is cells that fold several rows, as wide as n cells, in one call; rep,
// not 0, is that of the first.
type stacking[In any] interface {
	stack(at, n int, x []In, rep int)
}

// exact is the block length of reductions whose result does not depend on the
// order of evaluation: they need no pairwise merging.
const exact = math.MaxInt

// wideRow is how many cells a narrow row is widened to, so that the inner loop
// over a row is long enough to be worth its call.
const wideRow = 512

// A fold reduces strips that cover a shape in C order over some of its axes.
//
// Adjacent axes that are both kept or both reduced act as one, so the shape is
// ..., kept, reduced, kept, reduced, kept. Each reduced axis is a level, the
// innermost first: it folds reps rows of width cells to one, which is a part of
// the row that the next level takes. Within a level, rows are folded one by one
// into a slot; after block rows the slot goes to a binary counter, in which
// slots that hold equally many rows are merged. Rounding errors therefore grow
// with the logarithm of the number of rows.
type fold[In any] struct {
	t       *rt.Task
	home    *sync.Pool // where the accumulator goes back to
	cells   cells[In]
	levels  []level
	shape   []int  // of the result
	final   int    // offset of the cells of the result
	stage   int    // offset of room for short segments: batch cells, and as many spare ones
	batch   int    // short segments that are folded at a time
	emitted int    // cells of the result that are complete
	reduced int    // elements that meet in one cell
	is      []bool // by axis: it is reduced
	turned  []In   // room for short segments, transposed
	fed     int    // elements of the segments so far
	exact   bool   // it does not matter how segments are cut
	halves  bool
	many    segmenting[In] // nil: the cells fold one segment at a time
	rows    stacking[In]   // nil: the cells fold one row at a time
}

// A level folds reps rows of width cells.
type level struct {
	width, reps int
	wide        int   // rows that lie side by side in a slot
	block       int   // slot rows before the slot goes to the counter
	slots       []int // offsets of the slot being filled, then of those of the counter
	at, rep     int   // cell, and slot row, at which the next element goes
	pos         int   // elements taken
	count       uint  // slots that the counter holds
}

// plan prepares the reduction of shape over axes (nil: all of them) with blocks
// of block rows, and rows widened if widen is set.
func (f *fold[In]) plan(t *rt.Task, home *sync.Pool, shape, axes []int, keepdims bool, block int, widen bool) {
	f.t, f.home = t, home
	f.is = reducedAxes(f.is[:0], len(shape), axes)
	f.shape = reducedShape(f.shape[:0], shape, f.is, keepdims)
	f.reduced, f.final, f.batch, f.emitted = 1, 0, 0, 0
	for i, d := range shape {
		if f.is[i] {
			f.reduced *= d
		}
	}
	n := f.size()
	f.levels = f.levels[:0]
	if n*f.reduced > 0 {
		f.levels = planLevels(f.levels, shape, f.is)
		f.final = placeSlots(f.levels, block, widen)
		if l := &f.levels[0]; l.width == 1 {
			f.batch = max(stripBatch, rt.StripLen/l.reps)
		}
	}
	f.stage = f.final + n
	f.learn(block)
	f.cells.alloc(t, f.stage+2*f.batch)
}

// learn looks at what the cells can do.
func (f *fold[In]) learn(block int) {
	f.fed, f.exact = 0, block == exact
	h, ok := f.cells.(halving)
	f.halves = ok && h.halves()
	f.many, _ = f.cells.(segmenting[In])
	f.rows, _ = f.cells.(stacking[In])
}

// end frees the cells and gives the accumulator, whose fold this is, back to its
// pool.
func (f *fold[In]) end(accumulator any) {
	f.cells.free()
	f.t = nil
	f.home.Put(accumulator)
}

// size returns the number of cells of the result.
func (f *fold[In]) size() int { return size(f.shape) }

// reducedAxes appends for each axis whether it is reduced; axes nil means all.
func reducedAxes(is []bool, rank int, axes []int) []bool {
	for range rank {
		is = append(is, axes == nil)
	}
	for _, a := range axes {
		is[a] = true
	}
	return is
}

// reducedShape appends to out the shape without the reduced axes, or with length
// 1 in their place.
func reducedShape(out, shape []int, is []bool, keepdims bool) []int {
	for i, d := range shape {
		switch {
		case !is[i]:
			out = append(out, d)
		case keepdims:
			out = append(out, 1)
		}
	}
	return out
}

// planLevels joins axes to levels, from the last axis to the first, and appends
// them to none.
func planLevels(levels []level, shape []int, is []bool) []level {
	width, reps := 1, 1
	for i := len(shape) - 1; i >= 0; i-- {
		switch {
		case shape[i] == 1:
		case is[i]:
			reps *= shape[i]
		case reps > 1:
			levels = addLevel(levels, width, reps)
			width, reps = width*shape[i], 1
		default:
			width *= shape[i]
		}
	}
	if reps > 1 || len(levels) == 0 {
		levels = addLevel(levels, width, reps)
	}
	return levels
}

// addLevel appends a level, with the room for slots of the one that may have
// been there before.
func addLevel(levels []level, width, reps int) []level {
	n := len(levels)
	levels = slices.Grow(levels, 1)[:n+1]
	levels[n] = level{width: width, reps: reps, slots: levels[n].slots[:0]}
	return levels
}

// placeSlots gives each level its slots, and returns the number of cells that
// they take.
func placeSlots(levels []level, block int, widen bool) int {
	n := 0
	for i := range levels {
		l := &levels[i]
		l.wide, l.block = 1, block
		if i == 0 && widen && l.width > 1 {
			l.wide = max(1, min(l.reps, wideRow/l.width))
		}
		pushes := (l.reps/l.wide)/l.block + 2
		if l.width == 1 {
			pushes = l.reps
		}
		for range 1 + bits.Len(uint(pushes)) {
			l.slots = append(l.slots, n)
			n += l.width * l.wide
		}
	}
	return n
}

// Add folds the next strip, of StripLen elements, or more where they stand in
// one piece; what is fed before the last strip is a multiple of StripLen.
func (f *fold[In]) Add(x []In) {
	l := &f.levels[0]
	if l.width == 1 {
		f.addSegments(l, x)
	} else {
		f.addRows(l, x)
	}
}

// addSegments folds elements whose neighbours meet in the same cell.
func (f *fold[In]) addSegments(l *level, x []In) {
	for len(x) > 0 {
		n := f.stretch(l, len(x))
		if l.pos == 0 && n >= l.reps && (f.exact || f.halves || l.reps <= rt.StripLen) {
			n = f.addWhole(l, x[:n])
		} else {
			n = min(n, l.reps-l.pos)
			f.addPart(l, x[:n])
		}
		f.fed += n
		x = x[n:]
	}
}

// stretch returns how many of the next n elements are looked at together. Where
// it matters how segments are cut, they are cut at multiples of StripLen; as
// many strips are one segment as the counter would merge to one.
func (f *fold[In]) stretch(l *level, n int) int {
	if f.exact || rt.StripLen%l.reps == 0 {
		return n
	}
	strip := rt.StripLen - f.fed%rt.StripLen
	if n = min(n, max(strip, l.reps-l.pos)); n < 2*strip || strip < rt.StripLen || !f.halves && f.many == nil {
		return min(n, strip)
	}
	if !f.halves {
		return min(n/rt.StripLen, stripBatch) * rt.StripLen
	}
	strips := 1
	for 2*strips*rt.StripLen <= min(n, longSegment) && l.count%uint(2*strips) == 0 {
		strips *= 2
	}
	return strips * rt.StripLen
}

// stripBatch is how many strips of a segment are folded to cells of their own at
// a time.
const stripBatch = 16

// longSegment is the length of the longest segment that is folded at once in
// the place of several strips.
const longSegment = 1 << 16

// addPart folds a part of a segment: strips, a number that is a power of 2 if
// the cells halve, or one or less.
func (f *fold[In]) addPart(l *level, x []In) {
	if n := len(x) / rt.StripLen; n > 1 && !f.exact && !f.halves {
		f.many.segments(f.stage, x, rt.StripLen)
		for i := range n {
			f.cells.move(l.slots[0], f.stage+i, 1)
			f.push(l, 1)
		}
	} else {
		f.cells.segment(l.slots[0], x, l.pos)
		f.push(l, f.strips(len(x)))
	}
	l.pos += len(x)
	if l.pos == l.reps {
		l.pos = 0
		f.deliver(0, f.collapse(l), 1)
	}
}

// strips returns for how many strips a segment of n elements counts.
func (f *fold[In]) strips(n int) int {
	if f.exact {
		return 1
	}
	return (n + rt.StripLen - 1) / rt.StripLen
}

// addWhole folds whole segments that x begins with, and returns how many elements
// they have.
func (f *fold[In]) addWhole(l *level, x []In) int {
	at, n := f.final+f.emitted, len(x)/l.reps
	if len(f.levels) > 1 {
		at = f.stage
	}
	if len(f.levels) > 1 || l.reps <= shortSegment {
		n = min(n, f.batch)
	}
	x = x[:n*l.reps]
	switch {
	case n > 1 && l.reps <= shortSegment:
		f.addTurned(l, at, x, n)
	case n > 1 && f.many != nil:
		f.many.segments(at, x, l.reps)
	default:
		for i := range n {
			f.cells.segment(at+i, x[i*l.reps:(i+1)*l.reps], 0)
		}
	}
	f.deliver(0, at, n)
	return n * l.reps
}

// shortSegment is the length up to which segments are folded as the rows of
// their transpose, as there is little to do in each of them; turnedBlock is how
// many of these rows are folded one by one before they are merged.
const shortSegment, turnedBlock = 32, 8

// addTurned folds n segments to the cells from at.
func (f *fold[In]) addTurned(l *level, at int, x []In, n int) {
	if f.turned == nil {
		f.turned = make([]In, rt.StripLen)
	}
	vector.Transpose(f.turned, n, x, 0, l.reps, n, l.reps)
	x, spare, block := f.turned[:n*l.reps], f.stage+f.batch, turnedBlock
	if l.block == exact {
		block = l.reps
	}
	for i := 0; i < l.reps; i += block {
		dst, rows := at, min(block, l.reps-i)
		if i > 0 {
			dst = spare
		}
		for k := range rows {
			f.cells.row(dst, x[(i+k)*n:(i+k+1)*n], k)
		}
		f.cells.seal(dst, n, rows)
		if i > 0 {
			f.cells.merge(at, spare, n)
		}
	}
}

// addRows folds elements whose neighbours belong to different cells.
func (f *fold[In]) addRows(l *level, x []In) {
	row, total := l.width*l.wide, l.width*l.reps
	for len(x) > 0 {
		n := min(len(x), total-l.pos)
		if rows := min(n/row, l.block-l.rep); rows > 1 && l.at == 0 && l.rep > 0 && f.rows != nil {
			f.rows.stack(l.slots[0], row, x[:rows*row], l.rep)
			x = x[rows*row:]
			l.rep += rows - 1
			l.pos += (rows - 1) * row
			f.advance(0, row)
			continue
		}
		n = min(n, row-l.at)
		f.cells.row(l.slots[0]+l.at, x[:n], l.rep)
		x = x[n:]
		f.advance(0, n)
	}
}

// take folds n finished cells of the level below into level i.
func (f *fold[In]) take(i, src, n int) {
	l := &f.levels[i]
	if dst := l.slots[0] + l.at; l.rep == 0 {
		f.cells.move(dst, src, n)
	} else {
		f.cells.merge(dst, src, n)
	}
	f.advance(i, n)
}

// advance moves level i on by n cells.
func (f *fold[In]) advance(i, n int) {
	l := &f.levels[i]
	row := l.width * l.wide
	l.at += n
	l.pos += n
	if l.at == row {
		l.at = 0
		l.rep++
		if l.rep == l.block {
			f.seal(i, 0, row, l.rep)
			f.push(l, 1)
			l.rep = 0
		}
	}
	if l.pos == l.width*l.reps {
		f.finish(i)
	}
}

// seal tells the arithmetic how much the current slot of level i holds.
func (f *fold[In]) seal(i, at, n, reps int) {
	if i == 0 {
		f.cells.seal(f.levels[0].slots[0]+at, n, reps)
	}
}

// finish completes a result row of level i and passes it on.
func (f *fold[In]) finish(i int) {
	l := &f.levels[i]
	row := l.width * l.wide
	switch {
	case l.at > 0 && l.rep == 0: // only a part of the slot is set
		f.seal(i, 0, l.at, 1)
		f.cells.merge(l.slots[1+bits.TrailingZeros(l.count)], l.slots[0], l.at)
	case l.at > 0:
		f.seal(i, 0, l.at, l.rep+1)
		f.seal(i, l.at, row-l.at, l.rep)
		f.push(l, 1)
	case l.rep > 0:
		f.seal(i, 0, row, l.rep)
		f.push(l, 1)
	}
	off := f.collapse(l)
	for w := l.wide; w > 1; {
		h := (w + 1) / 2
		f.cells.merge(off, off+h*l.width, (w-h)*l.width)
		w = h
	}
	l.at, l.rep, l.pos = 0, 0, 0
	f.deliver(i, off, l.width)
}

// push puts the current slot, which counts for n, a power of 2, into the counter.
func (f *fold[In]) push(l *level, n int) {
	row := l.width * l.wide
	k := 1 + bits.TrailingZeros(uint(n))
	for c := l.count / uint(n); c&1 != 0; c >>= 1 {
		f.cells.merge(l.slots[k], l.slots[0], row)
		l.slots[0], l.slots[k] = l.slots[k], l.slots[0]
		k++
	}
	l.slots[0], l.slots[k] = l.slots[k], l.slots[0]
	l.count += uint(n)
}

// collapse merges what the counter holds, and empties it.
func (f *fold[In]) collapse(l *level) int {
	row := l.width * l.wide
	cur := -1
	for k := 1; l.count != 0; k, l.count = k+1, l.count>>1 {
		switch {
		case l.count&1 == 0:
		case cur < 0:
			cur = l.slots[k]
		default:
			f.cells.merge(l.slots[k], cur, row)
			cur = l.slots[k]
		}
	}
	return cur
}

// deliver passes n finished cells of level i to the level above or the result.
func (f *fold[In]) deliver(i, off, n int) {
	if i+1 == len(f.levels) {
		if at := f.final + f.emitted; at != off {
			f.cells.move(at, off, n)
		}
		f.emitted += n
		return
	}
	for u := &f.levels[i+1]; n > 0; {
		k := min(n, u.width*u.wide-u.at, u.width*u.reps-u.pos)
		f.take(i+1, off, k)
		off, n = off+k, n-k
	}
}
