//go:build !linux

package runtime

import "os"

// writeVector writes pieces of memory to consecutive bytes of a file.
func writeVector(f *os.File, pieces [][]byte, offset int64) error {
	for _, p := range pieces {
		if _, err := f.WriteAt(p, offset); err != nil {
			return err
		}
		offset += int64(len(p))
	}
	return nil
}

// openDirect returns nil: files are written through the page cache.
func openDirect(*os.File) *os.File { return nil }

func isInvalid(error) bool { return false }

// reserve gives a file a size.
func reserve(f *os.File, size int64) error { return f.Truncate(size) }
