package runtime

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// maxVector is how many pieces of memory one call may write (IOV_MAX).
const maxVector = 1024

// writeVector writes pieces of memory to consecutive bytes of a file. It may
// change the pieces.
func writeVector(f *os.File, pieces [][]byte, offset int64) error {
	for len(pieces) > 0 {
		n, err := unix.Pwritev(int(f.Fd()), pieces[:min(len(pieces), maxVector)], offset)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return &os.PathError{Op: "write", Path: f.Name(), Err: err}
		case n == 0:
			return &os.PathError{Op: "write", Path: f.Name(), Err: unix.EIO}
		}
		offset += int64(n)
		_, pieces = cut(pieces, n)
	}
	return nil
}

// openDirect opens a file once more, for writing past the page cache. It returns
// nil where that cannot be done.
func openDirect(f *os.File) *os.File {
	d, err := os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", f.Fd()), os.O_WRONLY|unix.O_DIRECT, 0)
	if err != nil {
		return nil
	}
	return d
}

// isInvalid says whether a direct write was refused for its alignment.
func isInvalid(err error) bool { return errors.Is(err, unix.EINVAL) }

// reserve gives a file a size, and the room on the disk, so that a lack of it
// is an error before anything is computed. Where room cannot be had beforehand
// the file has the size only.
func reserve(f *os.File, size int64) error {
	err := unix.Fallocate(int(f.Fd()), 0, 0, size)
	if errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) || errors.Is(err, unix.EFBIG) {
		return &os.PathError{Op: "reserve room for", Path: f.Name(), Err: err}
	}
	if err != nil {
		return f.Truncate(size)
	}
	return nil
}
