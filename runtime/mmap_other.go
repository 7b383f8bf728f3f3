//go:build !unix

package runtime

import "os"

// mapFile reads n bytes of a file from offset.
func mapFile(f *os.File, offset int64, n int) ([]byte, func() error, error) {
	b := make([]byte, n)
	_, err := f.ReadAt(b, offset)
	return b, func() error { return nil }, err
}
