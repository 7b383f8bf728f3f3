package da

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func repeat(n int, size int64) []int64 { return slices.Repeat([]int64{size}, n) }

// The plans that dask's plan_rechunk makes with its own threshold, 4, of items
// of 8 bytes.
func TestPlanRechunk(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to [][]int64
		limit    int64
		want     [][][]int64
	}{
		{"few pieces", [][]int64{repeat(2, 5), {10}}, [][]int64{{10}, repeat(2, 5)}, 16 << 20, [][][]int64{{{10}, repeat(2, 5)}}},
		{
			"rows to columns", [][]int64{repeat(20, 1000), {20000}}, [][]int64{{20000}, repeat(20, 1000)}, 16 << 20,
			[][][]int64{{repeat(5, 4000), repeat(4, 5000)}, {{20000}, repeat(20, 1000)}},
		},
		{"merged in one go", [][]int64{repeat(100, 1), repeat(100, 1)}, [][]int64{{100}, {100}}, 1 << 20, [][][]int64{{{100}, {100}}}},
	} {
		if got := planRechunk(c.from, c.to, 4, c.limit); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Whatever the plan, its stages cut the same array, end at the new chunks, and
// their blocks stay below the limit.
func TestPlanRechunkBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	random := func(n int64) []int64 {
		var c []int64
		for size := 1 + r.Int64N(n); n > 0; {
			k := min(n, max(1, size-r.Int64N(2)*r.Int64N(size)))
			c, n = append(c, k), n-k
		}
		return c
	}
	staged := 0
	for range 500 {
		n, m := 1+r.Int64N(400), 1+r.Int64N(400)
		from, to := [][]int64{random(n), random(m)}, [][]int64{random(n), random(m)}
		limit := 1 + r.Int64N(2000)
		plan := planRechunk(from, to, 1+r.Int64N(4), limit)
		if len(plan) > 1 {
			staged++
		}
		if !slices.EqualFunc(plan[len(plan)-1], to, slices.Equal) {
			t.Fatalf("%v to %v: plan %v", from, to, plan)
		}
		for _, s := range plan {
			if sum(s[0]) != n || sum(s[1]) != m || slices.Min(s[0]) < 1 || slices.Min(s[1]) < 1 {
				t.Fatalf("%v to %v: stage %v", from, to, s)
			}
			if b := largestBlock(s); b > max(limit, largestBlock(from), largestBlock(to)) {
				t.Fatalf("%v to %v, limit %d: stage %v has blocks of %d", from, to, limit, s, b)
			}
		}
	}
	if staged < 20 {
		t.Errorf("only %d of 500 plans have several stages", staged)
	}
}
