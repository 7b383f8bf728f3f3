package runtime

import (
	"os"

	"golang.org/x/sys/unix"
)

// cached says whether a byte of a file is in the page cache, or not known not to
// be.
func cached(f *os.File, offset int64) bool {
	var b [1]byte
	_, err := unix.Preadv2(int(f.Fd()), [][]byte{b[:]}, offset, unix.RWF_NOWAIT)
	return err != unix.EAGAIN
}

// willNeed has a part of a file read into the page cache.
func willNeed(f *os.File, offset, n int64) {
	unix.Fadvise(int(f.Fd()), offset, n, unix.FADV_WILLNEED)
}
