package kernel

import (
	"sync"

	rt "github.com/daskgen/daskgen/runtime"
)

// This file holds the pools of accumulators. A task makes an accumulator, feeds
// it and takes its result; with that the accumulator, its plan and its cells are
// free for the next task, so that a block's reduction allocates nothing but its
// result.

// reduction numbers the kinds of accumulators.
type reduction uint8

const (
	reduceSum reduction = iota
	reduceNanSum
	reduceProd
	reduceNanProd
	reduceMin
	reduceMax
	reduceNanMin
	reduceNanMax
	reduceAny
	reduceAll
	reduceCount
	reduceMoment1 // moments of order 1
	reduceMoment2
	reduceNanMoment1
	reduceNanMoment2
	reduceMean
	reduceVar
	reduceNanMean
	reduceNanVar
	reduceArgChunk                      // four, by ArgKind
	reduceArg      = reduceArgChunk + 4 // four
	reductions     = reduceArg + 4
)

// accumulators are the pools by kind and dtype of the elements.
var accumulators [reductions][13]sync.Pool

// pooled returns the pool of a kind of accumulators of In.
func pooled[In rt.Elem](kind reduction) *sync.Pool {
	return &accumulators[kind][dtypeIndex(zero[In]())]
}

// taken returns an accumulator of the pool, or a new one. A pool may hold
// accumulators with results of another dtype, which are dropped.
func taken[A any](pool *sync.Pool) *A {
	if a, ok := pool.Get().(*A); ok {
		return a
	}
	return new(A)
}

// dtypeIndex numbers the dtypes.
func dtypeIndex(v any) int {
	switch v.(type) {
	case bool:
		return 0
	case int8:
		return 1
	case int16:
		return 2
	case int32:
		return 3
	case int64:
		return 4
	case uint8:
		return 5
	case uint16:
		return 6
	case uint32:
		return 7
	case uint64:
		return 8
	case float32:
		return 9
	case float64:
		return 10
	case complex64:
		return 11
	}
	return 12
}

// An arena is the memory of the cells of an accumulator: its own if they are
// few, else a block of the run.
type arena[T rt.Elem] struct {
	own []T
	buf *rt.Block[T]
}

// ownCells is how many cells an accumulator keeps between tasks.
const ownCells = 1 << 13

// take returns n elements of undefined content.
func (a *arena[T]) take(t *rt.Task, n int) []T {
	if n > ownCells {
		a.buf = rt.Alloc[T](t, []int{n})
		return a.buf.Data
	}
	if n > len(a.own) {
		a.own = make([]T, n)
	}
	return a.own[:n]
}

// free gives a block back.
func (a *arena[T]) free() {
	a.buf.Release()
	a.buf = nil
}
