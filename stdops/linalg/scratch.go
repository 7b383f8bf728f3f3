package linalg

import (
	"gonum.org/v1/gonum/blas/blas64"

	rt "github.com/daskgen/daskgen/runtime"
)

// A scratch lends the memory that a decomposition works in. It is that of the
// run, so that it counts, and serves again when it is given back.
type scratch struct {
	t    *rt.Task
	lent []*rt.Block[float64]
	room [24]*rt.Block[float64]
}

func newScratch(t *rt.Task) *scratch {
	s := &scratch{t: t}
	s.lent = s.room[:0]
	return s
}

// floats lends n numbers, which are undefined.
func (s *scratch) floats(n int) []float64 {
	b := rt.Alloc[float64](s.t, []int{n})
	s.lent = append(s.lent, b)
	if spoil != nil {
		spoil(b.Data)
	}
	return b.Data
}

// spoil is set by tests: it makes a use of undefined numbers show.
var spoil func(x []float64)

// zeros lends n zeros.
func (s *scratch) zeros(n int) []float64 {
	x := s.floats(n)
	clear(x)
	return x
}

// matrix lends a matrix, whose elements are undefined.
func (s *scratch) matrix(rows, cols int) blas64.General {
	return general(s.floats(rows*cols), rows, cols)
}

// zeroMatrix lends a matrix of zeros.
func (s *scratch) zeroMatrix(rows, cols int) blas64.General {
	return general(s.zeros(rows*cols), rows, cols)
}

// identity lends an identity.
func (s *scratch) identity(n int) blas64.General {
	m := s.zeroMatrix(n, n)
	for i := range n {
		m.Data[i*n+i] = 1
	}
	return m
}

// release takes back all that was lent.
func (s *scratch) release() {
	for _, b := range s.lent {
		b.Release()
	}
	s.lent = nil
}
