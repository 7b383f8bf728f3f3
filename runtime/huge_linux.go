package runtime

import "golang.org/x/sys/unix"

// adviseHuge asks for huge pages, so that large blocks take few entries of the
// processor's table of pages. It is a hint: where there are none nothing
// changes.
func adviseHuge(b []byte) { unix.Madvise(b, unix.MADV_HUGEPAGE) }
