package blas

import (
	"sync"
	"unsafe"
)

// A tile is the argument of a micro-kernel: the products of rows of A and
// columns of B over all k, which are added to C, or replace it. The program in
// asm knows its layout. Strides are in bytes.
type tile struct {
	k     int
	a     unsafe.Pointer
	rsa   int // from one row of A to the next
	csa   int // from one k to the next
	b     unsafe.Pointer
	rsb   int
	c     unsafe.Pointer
	ldc   int
	add   int      // 1 to add to C
	alpha [8]byte  // a float64 or a float32
	mask  [32]byte // of the last vector of a row
}

// aRows is how many rows a packed panel of A has: those of the tallest tile.
const aRows = 8

// Sizes of the blocks. They suit an L1 cache of 32 KiB, which holds a panel of
// A, an L2 cache of 1 MiB, of which a block of B takes a third, and a shared
// L3 cache.
const (
	blockK = 256       // depth of packed blocks
	blockA = 8 << 20   // bytes of a packed block of A
	bytesB = 360 << 10 // of a packed block of B

	// Operands of up to directBytes, and those that are read by few tiles, are
	// not packed.
	directBytes = 128 << 10
	directRows  = 8 * aRows

	// A large B under up to fewRows rows of A is read shallowK rows at a time.
	fewRows  = 2
	shallowK = 16
)

// An engine multiplies matrices of one element type at one level.
type engine[T Float] struct {
	rows         int    // of the tallest tile
	vector       int    // elements of a vector
	shift        int    // log2 of that
	tiles        int    // number of the first micro-kernel
	copyB, copyA copier // for panels of three vectors, and of aRows elements
	transpose    transposer
	masks        [][32]byte // by elements of the last vector
	jobs         sync.Pool  // of *job[T]
	buffers      sync.Pool  // of *buffer[T]
}

type (
	copier     = func(dst, src *byte, rows, panels, panelStride, ld int)
	transposer = func(dst, src *byte, n, dstStride, ld int)
)

// A matrix is a strided view, or a packed block.
type matrix[T Float] struct {
	data   []T
	rs, cs int
	packed bool // in panels; then rs is their width
}

// from is the part that begins at (i, j).
func (m matrix[T]) from(i, j int) matrix[T] {
	m.data = m.data[i*m.rs+j*m.cs:]
	return m
}

// turned is the transpose.
func (m matrix[T]) turned() matrix[T] { return matrix[T]{data: m.data, rs: m.cs, cs: m.rs} }

// A product is one call on its way through an engine.
type product[T Float] struct {
	*engine[T]
	tile tile
	last int // elements that tile.mask leaves
}

func size[T Float]() int {
	var x T
	return int(unsafe.Sizeof(x))
}

// gemm sets c, of m×n, to alpha·a·b, or adds that to it. a is m×k, b k×n; none
// of m, n and k is 0. c has stride 1 along rows. Others may do parts of a large
// product: those of share, if it is not nil. (Matrices are not copied on the way
// of a small product: to copy what was just written costs as much as an 8×8 one.)
func (e *engine[T]) gemm(m, n, k int, alpha T, a, b *matrix[T], add bool, c *matrix[T], share Sharer) {
	packA, packB := e.mustPack(m, n, k, b)
	depth := e.depth(m, n, k, packA || packB)
	if share != nil && float64(m)*float64(n)*float64(k) < shareFrom {
		share = nil
	}
	if depth < k || packA || packB || share != nil {
		e.inParts(&job[T]{engine: e, m: m, n: n, k: k, depth: depth, alpha: alpha, add: add, packA: packA, packB: packB, a: *a, b: *b, c: *c, share: share})
		return
	}
	p := product[T]{engine: e}
	p.begin(alpha, c)
	p.setAdd(add)
	p.block(m, n, k, a, b, c)
}

// inParts has a job done by one from the pool, with its memory.
func (e *engine[T]) inParts(what *job[T]) {
	j, _ := e.jobs.Get().(*job[T])
	if j == nil {
		j = new(job[T])
	}
	what.held, what.cuts = j.held, j.cuts
	*j = *what
	j.run()
	*j = job[T]{held: j.held, cuts: j.cuts} // keep no matrix alive
	e.jobs.Put(j)
}

// begin prepares for results in c.
func (p *product[T]) begin(alpha T, c *matrix[T]) {
	*(*T)(unsafe.Pointer(&p.tile.alpha)) = alpha
	p.tile.ldc = c.rs * size[T]()
}

// depth returns how much of k is multiplied at a time. Where B is large and
// read once, a few rows at a time are read along, as memory likes it.
func (e *engine[T]) depth(m, n, k int, packed bool) int {
	switch {
	case packed:
		return even(k, blockK)
	case m <= fewRows && n*size[T]() > 192 && k*n*size[T]() > bytesB:
		return even(k, shallowK)
	default:
		return even(k, 16*blockK)
	}
}

// mustPack says which operands are worth being packed.
func (e *engine[T]) mustPack(m, n, k int, b *matrix[T]) (packA, packB bool) {
	packB = b.cs != 1 || m > directRows && k*n*size[T]() > directBytes
	packA = n*size[T]() > 384 && m*k*size[T]() > directBytes
	return packA, packB
}

func (p *product[T]) setAdd(add bool) {
	p.tile.add = 0
	if add {
		p.tile.add = 1
	}
}

// even returns the length of the pieces that n falls into when none may be
// longer than limit.
func even(n, limit int) int {
	if n <= limit {
		return n
	}
	pieces := (n + limit - 1) / limit
	return (n + pieces - 1) / pieces
}

// block multiplies by tiles.
func (p *product[T]) block(m, n, k int, a, b, c *matrix[T]) {
	t := &p.tile
	elem := size[T]()
	t.k = k
	stepM, stepN := even(m, p.rows), even((n+p.vector-1)>>p.shift, 3)<<p.shift
	t.rsa, t.csa = a.rs*elem, a.cs*elem
	if a.packed {
		stepM, t.rsa, t.csa = p.rows, elem, aRows*elem
	}
	t.rsb = b.rs * elem
	if b.packed {
		stepN = 3 * p.vector
	}
	for i := 0; i < m; i += stepM {
		rows := min(stepM, m-i)
		at := i * a.rs
		if a.packed {
			at = i/aRows*aRows*k + i%aRows
		}
		t.a = unsafe.Pointer(&a.data[at])
		for j := 0; j < n; j += stepN {
			cols := min(stepN, n-j)
			at := j
			if b.packed {
				at = j * k
			}
			t.b = unsafe.Pointer(&b.data[at])
			t.c = unsafe.Pointer(&c.data[i*c.rs+j])
			p.run(rows, cols)
		}
	}
}

// run computes the tile.
func (p *product[T]) run(rows, cols int) {
	t := (*byte)(unsafe.Pointer(&p.tile))
	if rows == p.rows && cols == 3*p.vector {
		runTile(p.tiles+3*rows, t)
		return
	}
	vectors := (cols + p.vector - 1) >> p.shift
	if last := cols - (vectors-1)<<p.shift; last != p.last {
		p.last = last
		copy(p.tile.mask[:], p.masks[last][:])
	}
	runTile(p.tiles+3*(rows-1)+vectors-1, t)
}
