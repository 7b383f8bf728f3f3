package blas

import (
	"math"
	"sync"
	"testing"
)

// A crowd does all parts at the same time.
type crowd struct{ most int }

func (c *crowd) Join(n int, work interface{ Part(i int) }) {
	c.most = max(c.most, n)
	var g sync.WaitGroup
	for i := range n {
		g.Go(func() { work.Part(i) })
	}
	g.Wait()
}

// TestShared: products in parts have the same bits as those that one does, and
// there are parts.
func TestShared(t *testing.T) {
	for _, l := range levels(t) {
		t.Run(l.name, func(t *testing.T) {
			for _, s := range [][3]int{{5000, 60, 60}, {400, 300, 700}, {100, 3000, 130}, {2, 2000, 3001}, {30, 310, 1500}, {3000, 40, 20}} {
				checkShared(t, l.d, s[0], s[1], s[2])
				checkShared(t, l.s, s[0], s[1], s[2])
			}
		})
	}
}

func checkShared[T Float](t *testing.T, e *engine[T], m, k, n int) {
	a, b := waves[T](m*k, 1), waves[T](k*n, 2)
	for _, x := range []matrix[T]{{a, k, 1, false}, {a, 1, m, false}} {
		for _, y := range []matrix[T]{{b, n, 1, false}, {b, 1, k, false}} {
			alone, shared, all := matrix[T]{make([]T, m*n), n, 1, false}, matrix[T]{make([]T, m*n), n, 1, false}, new(crowd)
			e.multiply(m, n, k, 3, x, y, false, alone, nil)
			e.multiply(m, n, k, 3, x, y, false, shared, all)
			if i := same(alone.data, shared.data); i >= 0 {
				t.Errorf("%d×%d×%d: element %d is %v, not %v as without help", m, k, n, i, shared.data[i], alone.data[i])
			}
			if all.most < 2 {
				t.Errorf("%d×%d×%d was not shared", m, k, n)
			}
		}
	}
}

// waves returns n numbers that sums of products round.
func waves[T Float](n, seed int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(math.Sin(float64(i * seed)))
	}
	return x
}
