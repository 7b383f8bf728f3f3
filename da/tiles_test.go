package da

import (
	"fmt"
	"slices"
	"testing"

	"github.com/daskgen/daskgen/ir"
)

// Tiles fit into the cache as far as their halo lets them, are cut along the
// first axes first, and together are the blocks.
func TestCacheTiles(t *testing.T) {
	one := margin{before: 1, after: 1}
	for _, c := range []struct {
		chunks [][]int64
		ms     []margin
		steps  int
		want   string // lengths of the tiles of the first block
	}{
		{[][]int64{{1000, 1000}, {1000}}, []margin{one, one}, 10, "[40 1000]"},
		{[][]int64{{1000, 990}, {1000}}, []margin{one, one}, 1, "[50 1000]"},
		{[][]int64{{200}, {300}}, []margin{one, one}, 2, "[200 300]"},
		{[][]int64{{1000}, {20000}}, []margin{one, one}, 10, "[40 1000]"},
		{[][]int64{{1000}, {1000}}, []margin{{}, one}, 10, "[50 1000]"},
		{[][]int64{{1000000}}, []margin{one}, 5, "[62500]"},
	} {
		x := &node{dtype: ir.Float64, chunks: c.chunks}
		tiles := cacheTiles(c.ms, c.steps, x)
		first := []int64{}
		for k, list := range tiles {
			first = append(first, list[0])
			if sum(list) != sum(c.chunks[k]) || !slices.Equal(refine(c.chunks[k], list), list) {
				t.Errorf("%v is cut to %v", c.chunks[k], list)
			}
		}
		if got := fmt.Sprint(first); got != c.want {
			t.Errorf("tiles of %v with %d steps: %s, want %s", c.chunks, c.steps, got, c.want)
		}
	}
}
