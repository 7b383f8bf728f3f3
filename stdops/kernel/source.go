package kernel

import rt "github.com/daskgen/daskgen/runtime"

// A source makes the elements of a block in order, some at each call of Fill,
// so that a loop that reads them so needs no block. The numbers are those of
// the function that makes the block. Sources of random numbers are in
// random.go.
//
// A source is a value, so that making one for a block allocates nothing; it is
// of one goroutine.

// A FullSource makes the elements of Full.
type FullSource[T rt.Elem] struct{ v T }

// NewFullSource makes the source of a block with every element v.
func NewFullSource[T rt.Elem](v T) FullSource[T] { return FullSource[T]{v} }

// NewOnesSource makes the source of a block with every element 1.
func NewOnesSource[T rt.Elem]() FullSource[T] { return FullSource[T]{oneOf[T]()} }

// NewZerosSource makes the source of a block of zeros.
func NewZerosSource[T rt.Elem]() FullSource[T] { return FullSource[T]{} }

// Fill sets dst to the next elements.
func (s *FullSource[T]) Fill(dst []T) { fillWith(dst, s.v) }

// An ArangeSource makes the elements of Arange.
type ArangeSource[T Real] struct {
	start, step T
	next        int
}

// NewArangeSource makes the source of a block that begins with number offset.
func NewArangeSource[T Real](start, step T, offset int) ArangeSource[T] {
	return ArangeSource[T]{start, step, offset}
}

// Fill sets dst to the next elements.
func (s *ArangeSource[T]) Fill(dst []T) {
	for i := range dst {
		dst[i] = s.start + T(T(s.next+i)*s.step)
	}
	s.next += len(dst)
}

// A LinspaceSource makes the elements of Linspace.
type LinspaceSource[T rt.Elem] struct {
	start, stop float64
	num         int
	endpoint    bool
	next        int
	strip       [spacedLen]float64
}

// spacedLen is how many elements a LinspaceSource forms in float64 at a time.
const spacedLen = 128

// NewLinspaceSource makes the source of a block that begins with number offset.
func NewLinspaceSource[T rt.Elem](start, stop float64, num int, endpoint bool, offset int) LinspaceSource[T] {
	return LinspaceSource[T]{start: start, stop: stop, num: num, endpoint: endpoint, next: offset}
}

// Fill sets dst to the next elements.
func (s *LinspaceSource[T]) Fill(dst []T) {
	for len(dst) > 0 {
		strip := s.strip[:min(len(dst), spacedLen)]
		spaced(strip, s.start, s.stop, s.num, s.endpoint, s.next)
		fromFloats(any(dst[:len(strip)]), strip)
		s.next += len(strip)
		dst = dst[len(strip):]
	}
}
