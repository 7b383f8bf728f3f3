//go:build unix

package runtime

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// A mapping is a part of a file in memory. A nil mapping is none.
type mapping struct {
	pages []byte // whole pages
	skip  int    // bytes before the part that was asked for
}

// mapFile maps n bytes of a file from offset, for reading.
func mapFile(f *os.File, offset int64, n int) ([]byte, *mapping, error) {
	page := int64(os.Getpagesize())
	skip := int(offset % page)
	m, err := unix.Mmap(int(f.Fd()), offset-int64(skip), skip+n, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, fmt.Errorf("map: %w", err)
	}
	return m[skip:], &mapping{m, skip}, nil
}

// close unmaps the file.
func (m *mapping) close() error {
	if m == nil {
		return nil
	}
	return unix.Munmap(m.pages)
}

// drop gives the memory of what was read back. It is read again when it is
// used again.
func (m *mapping) drop() { unix.Madvise(m.pages, unix.MADV_DONTNEED) }

// readAhead asks for bytes lo to hi, which will be used soon.
func (m *mapping) readAhead(lo, hi int) {
	page := os.Getpagesize()
	lo, hi = (lo+m.skip)/page*page, min(hi+m.skip, len(m.pages))
	if lo < hi {
		unix.Madvise(m.pages[lo:hi], unix.MADV_WILLNEED)
	}
}
