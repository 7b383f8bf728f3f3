package runtime

import (
	"errors"
	"sync"
)

// An Array is an n-dimensional array that goes into a program or comes out of
// one: in memory, or a mapped .npy file.
type Array[T Elem] struct {
	shape   []int
	block   func() *Block[T]
	flatten func() []T
	mapped  *mapping   // nil: in memory
	source  *npySource // nil: in memory
}

// newArray returns the array that a block holds. Its buffer is never given
// back.
func newArray[T Elem](b *Block[T]) *Array[T] {
	return &Array[T]{shape: b.Shape, block: func() *Block[T] { return b }, flatten: sync.OnceValue(b.Elements)}
}

// FromData returns an array over data, in C order. The array shares data. It
// panics if the shape has not len(data) elements.
func FromData[T Elem](data []T, shape ...int) *Array[T] {
	return newArray(FromSlice(data, shape...))
}

// Shape returns the lengths of the axes.
func (a *Array[T]) Shape() []int { return append([]int{}, a.shape...) }

// Data returns the elements in C order. They are not copied if the array holds
// them in that order; the data of a mapped file must not be written to.
func (a *Array[T]) Data() []T { return a.flatten() }

// At returns one element. It takes an index per axis and panics when an index
// is out of range.
func (a *Array[T]) At(idx ...int) T { return a.block().At(idx...) }

// Block returns the array as a block, for views of its parts. It is the
// array's own: releasing it does nothing.
func (a *Array[T]) Block() *Block[T] { return a.block() }

// Close unmaps and closes the file, if the array is one. Its data must not be used
// afterwards.
func (a *Array[T]) Close() error {
	m, s := a.mapped, a.source
	a.mapped, a.source = nil, nil
	return errors.Join(m.close(), s.close())
}
