package runtime

import (
	"errors"
	"os"
	"unsafe"
)

// A batchFile writes what was gathered in memory to a file. Its methods may be
// called from several goroutines.
//
// An output that is larger than the memory limit is written past the page
// cache, where the system can (Linux, on most file systems): it would not stay
// there, and at the speed of disks the copy, and the memory that the system has
// to find for it, cost more than the disk. Such writes are of whole sectors; what
// a batch has before the first and after the last one goes through the cache.
type batchFile struct {
	file   *os.File
	direct *os.File // the same file, past the page cache; nil: through it
}

// sector is what direct writes are multiples of, in memory and in the file. It
// is as large as a page: what goes through the page cache shares no page with
// what does not.
const sector = 4096

var errAborted = errors.New("aborted")

// A gathering is memory that is to stand together in a file.
type gathering struct {
	offset int64 // of the first byte
	pieces [][]byte
	bytes  int
	bounce []byte // aligned; what is not aligned is copied there
}

func (g *gathering) reset(offset int64) { g.offset, g.pieces, g.bytes = offset, g.pieces[:0], 0 }

func (g *gathering) end() int64 { return g.offset + int64(g.bytes) }

func (g *gathering) add(p []byte) {
	g.pieces = append(g.pieces, p)
	g.bytes += len(p)
}

// write writes what was gathered.
func (f *batchFile) write(g *gathering) error {
	if g.bytes == 0 {
		return nil
	}
	lo, hi := (g.offset+sector-1)/sector*sector, g.end()/sector*sector
	if f.direct == nil || lo >= hi {
		return writeVector(f.file, g.pieces, g.offset)
	}
	pieces := g.pieces
	pieces, err := f.edge(pieces, g.offset, int(lo-g.offset))
	if err != nil {
		return err
	}
	pieces, tail := cut(pieces, int(hi-lo))
	if _, err = f.edge(tail, hi, int(g.end()-hi)); err != nil {
		return err
	}
	err = writeVector(f.direct, g.aligned(pieces), lo)
	if isInvalid(err) { // the device wants another alignment
		err = writeVector(f.file, pieces, lo)
	}
	return err
}

// edge writes the first n bytes of pieces through the page cache, and returns
// the others.
func (f *batchFile) edge(pieces [][]byte, offset int64, n int) ([][]byte, error) {
	if n == 0 {
		return pieces, nil
	}
	head, rest := cut(pieces, n)
	return rest, writeVector(f.file, head, offset)
}

// cut divides pieces behind n bytes.
func cut(pieces [][]byte, n int) (head, rest [][]byte) {
	k := 0
	for ; k < len(pieces) && n >= len(pieces[k]); k++ {
		n -= len(pieces[k])
	}
	if n == 0 {
		return pieces[:k:k], pieces[k:]
	}
	head = append(append(head, pieces[:k]...), pieces[k][:n])
	rest = append(append(rest, pieces[k][n:]), pieces[k+1:]...)
	return head, rest
}

// aligned returns pieces of whole sectors of memory: those that are given, or a
// copy of them.
func (g *gathering) aligned(pieces [][]byte) [][]byte {
	ok := true
	for _, p := range pieces {
		ok = ok && uintptr(unsafe.Pointer(unsafe.SliceData(p)))%sector == 0 && len(p)%sector == 0
	}
	if ok {
		return pieces
	}
	if g.bounce == nil {
		g.bounce = alignedTo(sector, batchBytes)
	}
	n := 0
	for _, p := range pieces {
		n += copy(g.bounce[n:], p)
	}
	return [][]byte{g.bounce[:n]}
}
