package runtime

import (
	"math/bits"
	"sync"
)

// Buffers come in classes of size: minPooled, then steps classes to each
// doubling, so that at most an eighth of a buffer lies idle.
const (
	minExp    = 6
	minPooled = 1 << minExp // the smallest buffer
	steps     = 8
	classes   = (48 - minExp) * steps // up to 2^48 bytes, all that a process can address
	noClass   = -1
)

// classOf returns the smallest class that holds n bytes, and its size. n is
// from 1 to 2^47.
func classOf(n int) (class, size int) {
	if n <= minPooled {
		return 0, minPooled
	}
	exp := bits.Len(uint(n-1)) - 1 // 2^exp < n <= 2^(exp+1)
	step := 1 << exp / steps
	k := (n - 1<<exp + step - 1) / step // 1 to steps
	return (exp-minExp)*steps + k, 1<<exp + k*step
}

// A shelf holds the idle buffers of one class, the last one released on top:
// it is the likeliest to be in a cache.
type shelf struct {
	mu   sync.Mutex
	free []*buffer
}

func (s *shelf) pop() *buffer {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.free) - 1
	if n < 0 {
		return nil
	}
	b := s.free[n]
	s.free[n] = nil
	s.free = s.free[:n]
	return b
}

func (s *shelf) push(b *buffer) {
	s.mu.Lock()
	s.free = append(s.free, b)
	s.mu.Unlock()
}

// clear empties the shelf and returns how many bytes were on it.
func (s *shelf) clear() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := int64(0)
	for _, b := range s.free {
		n += int64(len(b.bytes))
	}
	s.free = nil
	return n
}
