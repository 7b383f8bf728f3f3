package da_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/daskgen/daskgen/da"
	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops/ref"
)

// An edge is a boundary with its meaning: the element at a position beyond the
// n elements of an axis, -1 for the constant.
type edge struct {
	name string
	b    da.Boundary
	at   func(p, n int64) int64
}

const edgeValue = 0.5

var edges = []edge{
	{"reflect", da.Reflect, func(p, n int64) int64 {
		if p < 0 {
			return -1 - p
		}
		return 2*n - 1 - p
	}},
	{"nearest", da.Nearest, func(p, n int64) int64 { return max(0, min(p, n-1)) }},
	{"periodic", da.Periodic, func(p, n int64) int64 { return (p + n) % n }},
	{"constant", da.Filled(edgeValue), func(int64, int64) int64 { return -1 }},
}

// beyond returns the element at a position of x that may lie outside it.
func beyond(x ref.Value, at []int64, es []edge) any {
	in := slices.Clone(at)
	for k := len(in) - 1; k >= 0; k-- {
		if n := x.Type.Shape[k]; in[k] < 0 || in[k] >= n {
			if in[k] = es[k].at(in[k], n); in[k] < 0 {
				return edgeValue
			}
		}
	}
	p := int64(0)
	for k, n := range x.Type.Shape {
		p = p*n + in[k]
	}
	return x.Elems[p]
}

// elementsOf builds an array element by element.
func elementsOf(f func(at []int64) any, shape ...int64) ref.Value {
	var elems []any
	at := make([]int64, len(shape))
	var axis func(k int)
	axis = func(k int) {
		if k == len(shape) {
			elems = append(elems, f(at))
			return
		}
		for at[k] = 0; at[k] < shape[k]; at[k]++ {
			axis(k + 1)
		}
	}
	axis(0)
	return ref.Block(ir.Float64, elems, shape...)
}

// sources returns which element of x each position along an axis of extended
// blocks has.
func sources(chunks []int64, before, after int64, none bool) []int64 {
	var out []int64
	start := int64(0)
	for i, n := range chunks {
		lo, hi := before, after
		if none && i == 0 {
			lo = 0
		}
		if none && i == len(chunks)-1 {
			hi = 0
		}
		for p := start - lo; p < start+n+hi; p++ {
			out = append(out, p)
		}
		start += n
	}
	return out
}

func TestOverlapped(t *testing.T) {
	shape := []int64{7, 8}
	x := values(shape...)
	r := rand.New(rand.NewPCG(3, 4))
	cuts := [][]int64{{7}, {3, 4}, {2, 2, 3}, {2, 3, 2}}
	for range 60 {
		chunks := [][]int64{cuts[r.IntN(4)], append([]int64{}, cuts[r.IntN(4)]...)}
		chunks[1][len(chunks[1])-1]++
		es := []edge{edges[r.IntN(4)], edges[r.IntN(4)]}
		bounds := []da.Boundary{es[0].b, es[1].b}
		none := []bool{r.IntN(4) == 0, r.IntN(4) == 0}
		depths := make([][2]int, 2)
		from := make([][]int64, 2)
		for k := range 2 {
			if none[k] {
				bounds[k] = da.NoBoundary
			}
			depths[k] = [2]int{r.IntN(3), r.IntN(3)}
			from[k] = sources(chunks[k], int64(depths[k][0]), int64(depths[k][1]), none[k])
		}
		want := elementsOf(func(at []int64) any {
			return beyond(x, []int64{from[0][at[0]], from[1][at[1]]}, es)
		}, int64(len(from[0])), int64(len(from[1])))
		h := da.Depths(depths...).Boundary(bounds...)
		name := fmt.Sprintf("%v %v %s %s none %v", chunks, depths, es[0].name, es[1].name, none)
		got := compute(t, [][][]int64{chunks}, []ref.Value{x}, func(x []f64) da.Operand { return da.Overlapped(x[0], h) })
		if d := sameValue(want, got); d != "" {
			t.Fatalf("%s: %s", name, d)
		}
		got = compute(t, [][][]int64{chunks}, []ref.Value{x}, func(x []f64) da.Operand { return da.TrimOverlap(da.Overlapped(x[0], h), h) })
		if d := sameValue(x, got); d != "" {
			t.Fatalf("%s, trimmed: %s", name, d)
		}
	}
}

// A short block is joined with others, as dask.overlap.ensure_minimum_chunksize
// does it.
func TestOverlapShortBlocks(t *testing.T) {
	for _, c := range []struct {
		depth    int
		in, want []int
	}{
		{10, []int{20, 20, 1}, []int{20, 11, 10}}, {3, []int{1, 1, 3}, []int{5}}, {2, []int{2, 2}, []int{2, 2}},
		{5, []int{1, 1, 1, 1, 1, 1}, []int{6}}, {3, []int{1, 1, 1, 1, 9}, []int{3, 10}}, {4, []int{9, 1, 1, 1}, []int{6, 6}},
	} {
		x := da.Param[float64]("x", [][]int64{int64sOf(c.in)})
		y := da.TrimOverlap(da.Overlapped(x, da.Depth(c.depth)), da.Depth(c.depth))
		if got := y.Chunks()[0]; fmt.Sprint(got) != fmt.Sprint(c.want) || sumOf(got) != sumOf(c.in) {
			t.Errorf("depth %d of chunks %v: chunks %v, want %v", c.depth, c.in, got, c.want)
		}
	}
}

func int64sOf(s []int) []int64 {
	out := make([]int64, len(s))
	for i, n := range s {
		out[i] = int64(n)
	}
	return out
}

func sumOf(s []int) (n int) {
	for _, v := range s {
		n += v
	}
	return n
}

// cross is a stencil that tells all its neighbours apart.
func cross(w da.Window[float64]) f64 {
	return w.At(-1, 0).Add(w.At(1, 0).MulScalar(2)).Sub(w.At(0, -1).MulScalar(3)).Add(w.At(0, 1)).Sub(w.At(0, 0)).ModScalar(17)
}

// crossOf is cross of one array.
func crossOf(x ref.Value, es []edge) ref.Value {
	return elementsOf(func(at []int64) any {
		i, j := at[0], at[1]
		e := func(i, j int64) float64 { return beyond(x, []int64{i, j}, es).(float64) }
		v := e(i-1, j) + e(i+1, j)*2 - e(i, j-1)*3 + e(i, j+1) - e(i, j)
		for v < 0 {
			v += 17
		}
		for v >= 17 {
			v -= 17
		}
		return v
	}, x.Type.Shape...)
}

func TestStencil(t *testing.T) {
	shape := []int64{20, 33}
	x := values(shape...)
	cuts := [][][]int64{{{20}, {33}}, {{1, 18, 1}, {8, 8, 8, 9}}, {{16, 4}, {16, 17}}}
	for i, e0 := range edges {
		for _, e1 := range []edge{e0, edges[(i+1)%4]} {
			es := []edge{e0, e1}
			h := da.Depth(1).Boundary(e0.b, e1.b)
			want := x
			for steps := range 4 {
				for _, chunks := range cuts {
					got := compute(t, [][][]int64{chunks}, []ref.Value{x}, func(x []f64) da.Operand {
						y := x[0]
						for range steps {
							y = da.Stencil(y, h, cross)
						}
						return y.AddScalar(0)
					})
					if d := sameValue(want, got); d != "" {
						t.Fatalf("%s %s, %d steps of %v: %s", e0.name, e1.name, steps, chunks, d)
					}
					got = compute(t, [][][]int64{chunks}, []ref.Value{x}, func(x []f64) da.Operand {
						return da.IterateStencil(x[0], steps, h, cross).AddScalar(0)
					})
					if d := sameValue(want, got); d != "" {
						t.Fatalf("%s %s, %d steps at once of %v: %s", e0.name, e1.name, steps, chunks, d)
					}
				}
				want = crossOf(want, es)
			}
		}
	}
}

// Blocks that are too large for the cache make their steps in tiles; the values
// and the blocks of the result are those of single steps.
func TestIterateStencilTiles(t *testing.T) {
	x := values(230, 400)
	h := da.Depth(1).Boundary(da.Reflect, da.Periodic)
	for _, chunks := range [][][]int64{{{230}, {400}}, {{200, 30}, {390, 10}}} {
		var results [2]ref.Value
		var cut [2][][]int
		for i := range results {
			results[i] = compute(t, [][][]int64{chunks}, []ref.Value{x}, func(x []f64) da.Operand {
				y := x[0]
				if i == 0 {
					y = da.IterateStencil(y, 3, h, cross)
				} else {
					for range 3 {
						y = da.Stencil(y, h, cross)
					}
				}
				cut[i] = y.Chunks()
				return y.AddScalar(0)
			})
		}
		if d := sameValue(results[1], results[0]); d != "" || !reflect.DeepEqual(cut[0], cut[1]) {
			t.Fatalf("chunks %v: %s; blocks %v, want %v", chunks, d, cut[0], cut[1])
		}
	}
}

func TestOverlapMisuse(t *testing.T) {
	x := da.Param[float64]("x", [][]int64{{2, 2}, {3}})
	one := da.Depth(1).Boundary(da.Reflect)
	for want, f := range map[string]func(){
		"3 depths for an array of 2 axes":                     func() { da.Overlapped(x, da.Depth(1, 1, 1)) },
		"3 boundaries for an array of 2 axes":                 func() { da.Overlapped(x, da.Depth(1).Boundary(da.Reflect, da.Reflect, da.Reflect)) },
		"the depth -1 is negative":                            func() { da.Overlapped(x, da.Depth(-1)) },
		"the depth 5 is more than the length 4 of axis 0":     func() { da.Overlapped(x, da.Depth(5, 1)) },
		"the boundary of axis 0 has not been set":             func() { da.Overlapped(x, da.Depth(1).Boundary(da.Boundary{})) },
		"less than its halo":                                  func() { da.TrimOverlap(x, da.Depth(1, 2).Boundary(da.Reflect)) },
		"axis 0 has no boundary":                              func() { da.Stencil(x, da.Depth(1), cross) },
		"offset 2 along axis 1 is beyond":                     func() { da.Stencil(x, one, func(w da.Window[float64]) f64 { return w.At(0, 2) }) },
		"1 offsets in an array of 2 axes":                     func() { da.Stencil(x, one, func(w da.Window[float64]) f64 { return w.At(0) }) },
		"-1 steps":                                            func() { da.IterateStencil(x, -1, one, cross) },
		"a step has another shape than x":                     func() { da.IterateStencil(x, 1, one, func(w da.Window[float64]) f64 { return w.At(0, 0).T() }) },
		"arrays of shapes (4, 3) and (3, 4)":                  func() { da.MapOverlap2(x, x.T(), first, one) },
		"array 1 has not been set: it is the zero value of":   func() { da.Overlapped(da.Array[float64]{}, one) },
		"TryMapOverlap: 3 depths for an array of 2 axes":      func() { da.TryMapOverlap(x, same, da.Depth(1, 1, 1)) },
		"MapOverlap: the function is nil":                     func() { da.MapOverlap[float64, float64](x, nil, one) },
		"MapOverlapTo: 2 boundaries for an array of 1 axes":   func() { da.MapOverlapTo(x.Ravel(), same, da.Depth(1).Boundary(da.Reflect, da.Reflect)) },
		"IterateStencil: axis 0 has no boundary: say with Ha": func() { da.IterateStencil(x, 1, da.Depth(1), cross) },
	} {
		record.TakeProblems()
		f()
		ps := record.TakeProblems()
		if len(ps) != 1 || !strings.Contains(ps[0].Message, want) {
			t.Errorf("problems %+v, want one with %q", ps, want)
		}
	}
}

func same(x *da.Block[float64]) (*da.Block[float64], error)     { return x, nil }
func first(x, _ *da.Block[float64]) (*da.Block[float64], error) { return x, nil }

// Rechunking, in one stage and in several, moves no element; a reduction of the
// pieces is that of the array.
func TestRechunkStages(t *testing.T) {
	shape := []int64{12, 30}
	x := values(shape...)
	r := rand.New(rand.NewPCG(5, 6))
	rows := compute(t, [][][]int64{wholeChunks(shape)}, []ref.Value{x}, func(x []f64) da.Operand { return x[0].Sum(1) })
	for range 40 {
		from, to := randomChunks(r, shape), randomChunks(r, shape)
		spec := da.ChunkSizes(intsOf(to[0]), intsOf(to[1]))
		for _, options := range [][]da.RechunkOption{nil, {da.Threshold(1), da.BlockSizeLimit(1)}} {
			got := compute(t, [][][]int64{from}, []ref.Value{x}, func(x []f64) da.Operand { return x[0].Rechunk(spec, options...).AddScalar(0) })
			if d := sameValue(x, got); d != "" {
				t.Fatalf("%v to %v: %s", from, to, d)
			}
			got = compute(t, [][][]int64{from}, []ref.Value{x}, func(x []f64) da.Operand { return x[0].Rechunk(spec, options...).Sum(1) })
			if d := sameValue(rows, got); d != "" {
				t.Fatalf("%v to %v, sum: %s", from, to, d)
			}
		}
	}
	record.TakeProblems()
	da.Param[float64]("x", [][]int64{{4}}).Rechunk(da.Chunks(2), da.Threshold(0))
	if ps := record.TakeProblems(); len(ps) != 1 || !strings.Contains(ps[0].Message, "must be positive") {
		t.Errorf("problems %+v", ps)
	}
}

func intsOf(s []int64) []int {
	out := make([]int, len(s))
	for i, n := range s {
		out[i] = int(n)
	}
	return out
}
