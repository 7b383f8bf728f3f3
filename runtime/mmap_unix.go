//go:build unix

package runtime

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps n bytes of a file from offset, for reading, and returns them
// with a function that unmaps them.
func mapFile(f *os.File, offset int64, n int) ([]byte, func() error, error) {
	page := int64(os.Getpagesize())
	skip := int(offset % page)
	m, err := unix.Mmap(int(f.Fd()), offset-int64(skip), skip+n, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, fmt.Errorf("map: %w", err)
	}
	return m[skip:], func() error { return unix.Munmap(m) }, nil
}
