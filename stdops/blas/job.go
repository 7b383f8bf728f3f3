package blas

// A Sharer has the parts 0 to n-1 of some work done, and returns when they are:
// by the caller, or by others beside it.
type Sharer interface {
	Join(n int, work interface{ Part(i int) })
}

// shareFrom is how many products of numbers are worth being shared: those of
// some tens of microseconds.
const shareFrom = 1 << 21

// A job is a product that is done in parts: one for some rows of C each, where
// all of B stays in the L2 cache, else one for some columns. Each packs what only it
// reads. Parts differ in size: the last ones are small, so that all who do them
// end at about the same time. No part changes in which order the products of an
// element are added, so that the parts, and who does them, change no bits.
type job[T Float] struct {
	*engine[T]
	m, n, k, depth int
	alpha          T
	add            bool
	packA, packB   bool
	a, b, c        matrix[T]
	share          Sharer // nil: one does all

	step   step
	cuts   []int     // part i is from cuts[i] to cuts[i+1]
	held   buffer[T] // what all parts read: B, or a block of A
	i0, l0 int       // the block of A
	mc, kc int
}

// A step is what the parts do.
type step int

const (
	multiplyRows    step = iota
	packRows             // of the block of A
	multiplyColumns      // by the block of A
)

func (j *job[T]) run() {
	if j.k*j.n*size[T]() <= bytesB {
		j.byRows()
	} else {
		j.byColumns()
	}
}

// do has a step done for n rows or columns in parts of most to least, multiples of unit.
func (j *job[T]) do(s step, n, unit, most, least int) {
	j.step = s
	units, most, least := (n+unit-1)/unit, max(1, most/unit), max(1, least/unit)
	j.cuts = append(j.cuts[:0], 0)
	for at := 0; at < units; {
		size := most
		if j.share != nil {
			size = min(most, max(least, (units-at)/3))
		}
		at += size
		j.cuts = append(j.cuts, min(n, at*unit))
	}
	parts := len(j.cuts) - 1
	if j.share != nil && parts > 1 {
		j.share.Join(parts, j)
		return
	}
	for i := range parts {
		j.Part(i)
	}
}

// Part does part i of the step.
func (j *job[T]) Part(i int) {
	from, to := j.cuts[i], j.cuts[i+1]
	switch j.step {
	case multiplyRows:
		j.rowsPart(from, to)
	case packRows:
		j.packPart(from, to)
	case multiplyColumns:
		j.columnsPart(from, to)
	}
}

// byRows packs B, then multiplies parts of the rows of A by it.
func (j *job[T]) byRows() {
	width := filled(j.n, 3*j.vector)
	if j.packB {
		j.held.reserve(width * j.k)
		for l := 0; l < j.k; l += j.depth {
			kc := min(j.depth, j.k-l)
			j.packingB(j.held.data[l*width:]).pack(j.n, kc, j.b.from(l, 0).turned())
		}
	}
	most := max(8*aRows, bytesB/(j.depth*size[T]()))
	j.do(multiplyRows, j.m, aRows, most, 8*aRows)
}

func (j *job[T]) rowsPart(from, to int) {
	mc, p := to-from, product[T]{engine: j.engine}
	p.begin(j.alpha, &j.c)
	buf := j.buffer()
	defer j.buffers.Put(buf)
	if j.packA {
		buf.reserve(filled(mc, aRows) * j.depth)
	}
	for l := 0; l < j.k; l += j.depth {
		kc := min(j.depth, j.k-l)
		x, y, z := j.a.from(from, l), j.b.from(l, 0), j.c.from(from, 0)
		if j.packA {
			to := j.packingA(buf.data)
			to.pack(mc, kc, x)
			x = to.packed()
		}
		if j.packB {
			y = j.packingB(j.held.data[l*filled(j.n, 3*j.vector):]).packed()
		}
		p.setAdd(j.add || l > 0)
		p.block(mc, j.n, kc, &x, &y, &z)
	}
}

// buffer takes a buffer for a part.
func (e *engine[T]) buffer() *buffer[T] {
	if b, ok := e.buffers.Get().(*buffer[T]); ok {
		return b
	}
	return new(buffer[T])
}

// byColumns packs a block of A at a time, then multiplies it by parts of the
// columns of B. The block is the deeper the more columns there are to read it.
func (j *job[T]) byColumns() {
	bytes := min(blockA, max(blockA/16, j.n<<13))
	j.mc, j.kc = j.m, j.k
	if j.packA {
		j.mc = min(j.m, blockA/(j.depth*size[T]()))
		j.kc = min(j.k, max(1, bytes/(j.mc*j.depth*size[T]()))*j.depth)
	}
	panel := 3 * j.vector
	most, least := j.n, 16*panel
	if j.packB {
		most, least = bytesB/(j.depth*size[T]()), panel
	}
	for j.l0 = 0; j.l0 < j.k; j.l0 += j.kc {
		for j.i0 = 0; j.i0 < j.m; j.i0 += j.mc {
			if j.packA {
				rows := min(j.mc, j.m-j.i0)
				j.held.reserve(filled(rows, aRows) * j.kc)
				j.do(packRows, rows, aRows, rows, max(8*aRows, directBytes/(j.kc*size[T]())))
			}
			j.do(multiplyColumns, j.n, panel, most, least)
		}
	}
}

// packPart packs rows of the block of A.
func (j *job[T]) packPart(from, to int) {
	rows := filled(min(j.mc, j.m-j.i0), aRows)
	for l := j.l0; l < min(j.k, j.l0+j.kc); l += j.depth {
		kc := min(j.depth, j.k-l)
		dst := j.held.data[(l-j.l0)*rows+from*kc:]
		j.packingA(dst).pack(to-from, kc, j.a.from(j.i0+from, l))
	}
}

// columnsPart multiplies the block of A by columns of B.
func (j *job[T]) columnsPart(from, to int) {
	nc, mc, p := to-from, min(j.mc, j.m-j.i0), product[T]{engine: j.engine}
	p.begin(j.alpha, &j.c)
	buf := j.buffer()
	defer j.buffers.Put(buf)
	if j.packB {
		buf.reserve(filled(nc, 3*j.vector) * j.depth)
	}
	for l := j.l0; l < min(j.k, j.l0+j.kc); l += j.depth {
		kc := min(j.depth, j.k-l)
		x, y, z := j.a.from(j.i0, l), j.b.from(l, from), j.c.from(j.i0, from)
		if j.packA {
			x = j.packingA(j.held.data[(l-j.l0)*filled(mc, aRows):]).packed()
		}
		if j.packB {
			to := j.packingB(buf.data)
			to.pack(nc, kc, y.turned())
			y = to.packed()
		}
		p.setAdd(j.add || l > 0)
		p.block(mc, nc, kc, &x, &y, &z)
	}
}
