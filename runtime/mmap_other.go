//go:build !unix

package runtime

import "os"

// A mapping stands for a part of a file in memory, which is only read here.
type mapping struct{}

// mapFile reads n bytes of a file from offset.
func mapFile(f *os.File, offset int64, n int) ([]byte, *mapping, error) {
	b := make([]byte, n)
	_, err := f.ReadAt(b, offset)
	return b, nil, err
}

func (m *mapping) close() error         { return nil }
func (m *mapping) drop()                {}
func (m *mapping) readAhead(lo, hi int) {}
