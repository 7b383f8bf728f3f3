package randarray

import (
	"fmt"
	"math"
	"slices"

	"pgregory.net/rapid"

	"github.com/daskgen/daskgen/da"
	rt "github.com/daskgen/daskgen/runtime"
)

func averaged[T rt.Elem](f facts) facts {
	h := f.lipschitz(1, f.mag, false)
	h.special = true
	for i := range h.err {
		h.err[i] += 16 * epsilon[T]() * f.mag
	}
	if math.IsInf(f.mag, 0) {
		return impossible
	}
	return h
}

// spread are the facts of a variance, or its root.
func spread[T rt.Elem](f facts, n int, root bool) facts {
	h := averaged[T](f)
	h.mag = 4 * f.mag * f.mag * float64(max(n, 1))
	for i := range h.err {
		h.err[i] = 8*f.err[i]*f.mag*float64(max(n, 1)) + 64*epsilon[T]()*h.mag
		if root {
			h.err[i] = math.Sqrt(h.err[i])
		}
	}
	if root {
		h.mag = math.Sqrt(h.mag)
	}
	return h
}

// multiplied are the facts of a product of n elements.
func multiplied[T rt.Elem](f facts, n int) facts {
	m := max(f.mag, 1)
	h := f.lipschitz(0, math.Pow(m, float64(n)), f.integral)
	if f.integral && h.mag*epsilon[T]() < 0.5 && f.err == [2]float64{} {
		return h
	}
	if math.IsInf(h.mag, 0) || h.mag > 1e30 {
		return impossible
	}
	h.integral = false
	for i := range h.err {
		h.err[i] = float64(n) * h.mag * (f.err[i] + 4*epsilon[T]())
	}
	return h
}

// A statistic is a reduction of floats.
type statistic[T rt.Elem] struct {
	name  string
	apply func(x da.Array[T], axes ...int) da.Array[T]
	facts func(f facts, n int) facts
	ddof  bool
}

func statistics[T rt.Float]() []statistic[T] {
	type A = da.Array[T]
	kept := func(f facts, _ int) facts { h := sameMag(f); h.special = true; return h }
	mean := func(f facts, _ int) facts { return averaged[T](f) }
	variance := func(f facts, n int) facts { return spread[T](f, n, false) }
	deviation := func(f facts, n int) facts { return spread[T](f, n, true) }
	return []statistic[T]{
		{"sum", A.Sum, summed[T], false}, {"prod", A.Prod, multiplied[T], false}, {"mean", A.Mean, mean, false},
		{"var", A.Var, variance, true}, {"std", A.Std, deviation, true}, {"min", A.Min, kept, false}, {"max", A.Max, kept, false},
		{"nansum", A.NanSum, summed[T], false}, {"nanprod", A.NanProd, multiplied[T], false}, {"nanmean", A.NanMean, mean, false},
		{"nanvar", A.NanVar, variance, true}, {"nanstd", A.NanStd, deviation, true}, {"nanmin", A.NanMin, kept, false}, {"nanmax", A.NanMax, kept, false},
	}
}

func floatReduce[T rt.Float](g *generator) {
	x := pick[T](g)
	args, py := g.axes(len(x.shape()), false)
	st := choose(g, statistics[T](), "statistic")
	if st.ddof && g.one(2, "ddof") {
		args, py = append([]int{da.DDof(1)}, args...), py+", ddof=1"
	}
	f := st.facts(x.facts, product(x.shape()))
	put(g, f, fmt.Sprintf("np.%s(%s%s)", st.name, x.name, py), func(s side) da.Array[T] { return st.apply(x.of[s], args...) })
}

// contracted are the facts of sums of n products.
func contracted[T rt.Elem](f, h facts, n int) facts {
	if epsilon[T]() == 0 {
		return pairJump(math.Inf(1), true)(f, h)
	}
	out := summed[T](times[T](f, h), n)
	for i := range out.err {
		if out.err[i] > 0 {
			out.err[i] += 4 * epsilon[T]() * out.mag
		}
	}
	return out
}

// product2 is a product of two arrays.
func product2[T rt.Elem](g *generator) {
	x := pick[T](g)
	shape := x.shape()
	if len(shape) == 0 {
		return
	}
	last := shape[len(shape)-1]
	type A = da.Array[T]
	put2 := func(y val[T], n int, python string, apply func(x, y A) A) {
		put(g, contracted[T](x.facts, y.facts, n), fmt.Sprintf(python, x.name, y.name), func(s side) A { return apply(x.of[s], y.of[s]) })
	}
	switch g.n(4, "product") {
	case 0:
		to := [][]int{{last}, {last, 3}, {2, last, 2}}[g.n(3, "dot")]
		put2(input[T](g, to), last, "np.dot(%s, %s)", A.Dot)
	case 1:
		var to []int
		if to = []int{last, 1 + g.n(4, "columns")}; g.one(3, "vector") {
			to = []int{last}
		} else if lead := len(shape) - 2; lead > 0 && g.one(2, "batched") {
			to = append(slices.Clone(shape[:lead]), to...)
			for k := range lead {
				if g.one(3, "one") {
					to[k] = 1
				}
			}
		} else if g.one(3, "more axes") {
			to = slices.Insert(to, 0, 2)
		}
		put2(input[T](g, to), last, "np.matmul(%s, %s)", A.MatMul)
	case 2:
		y := pick[T](g)
		if len(y.shape()) > 0 {
			put2(y, max(1, product(shape)), "np.tensordot(%s, %s, axes=0)", func(x, y A) A { return da.TensorDot(x, y, nil, nil) })
		}
	case 3:
		perm := make([]int, len(shape))
		for k := range perm {
			perm[k] = k
		}
		perm = rapid.Permutation(perm).Draw(g.t, "axes")[:1+g.n(len(perm), "axes")]
		to, other := []int{2}, []int{}
		for i, k := range perm {
			to, other = append(to, shape[k]), append(other, i+1)
		}
		put2(input[T](g, to), product(shape), fmt.Sprintf("np.tensordot(%%s, %%s, axes=(%s, %s))", list(perm), list(other)), func(x, y A) A { return da.TensorDot(x, y, perm, other) })
	}
}

// randoms create arrays that differ with their chunks, and progressions.
func (g *generator) randoms() {
	shape := g.shape(2)
	chunks := da.ChunkSizes(g.chunks(shape)...)
	f := facts{mag: 100, err: [2]float64{0, math.Inf(1)}}
	var next [2]da.Generator
	switch k := g.n(8, "random"); k {
	case 0, 1, 2, 3:
		before := *g.random
		put(g, f, fmt.Sprintf("np.zeros(%s)", ints(shape)), func(s side) da.Array[float64] {
			next[s] = before
			r := &next[s]
			var x da.Array[float64]
			switch k {
			case 0:
				x = r.Random(shape, chunks)
			case 1:
				x = r.Normal(1, 2, shape, chunks)
			case 2:
				x = r.Uniform(-1, 3, shape, chunks)
			default:
				x = r.Exponential(2, shape, chunks)
			}
			return g.oneBlock(x, s)
		})
		*g.random = next[0]
	case 4:
		before := *g.random
		put(g, f, fmt.Sprintf("np.zeros(%s, int)", ints(shape)), func(s side) da.Array[int64] {
			next[s] = before
			x := next[s].Integers(-3, 9, shape, chunks)
			if s == whole {
				x = x.Rechunk(da.Chunks())
			}
			return x
		})
		*g.random = next[0]
	case 5:
		a, b, c := rapid.IntRange(-9, 9).Draw(g.t, "start"), rapid.IntRange(-9, 20).Draw(g.t, "stop"), choose(g, []int{1, 2, -1, -3}, "step")
		chunk := 1 + g.n(5, "chunk")
		put(g, facts{mag: 40, integral: true}, fmt.Sprintf("np.arange(%d, %d, %d)", a, b, c), func(s side) da.Array[int64] {
			return da.Arange(int64(a), int64(b), int64(c), pickChunk(s, chunk))
		})
	case 6:
		step := choose(g, []float64{0.1, 0.75, -0.3, 1}, "step")
		stop := choose(g, []float64{1.05, 2.05, -1.02}, "stop")
		chunk := 1 + g.n(5, "chunk")
		put(g, rough[float64](facts{mag: 40}), fmt.Sprintf("np.arange(0.1, %v, %v)", stop, step), func(s side) da.Array[float64] {
			return da.Arange(0.1, stop, step, pickChunk(s, chunk))
		})
	case 7:
		num, chunk := g.n(9, "num"), 1+g.n(5, "chunk")
		put(g, rough[float64](facts{mag: 40}), fmt.Sprintf("np.linspace(-1, 3.3, %d)", num), func(s side) da.Array[float64] {
			return da.Linspace(-1, 3.3, num, pickChunk(s, chunk))
		})
	}
}

func (g *generator) oneBlock(x da.Array[float64], s side) da.Array[float64] {
	if s == whole {
		x = x.Rechunk(da.Chunks())
	}
	return x
}

func pickChunk(s side, n int) int {
	if s == whole {
		return -1
	}
	return n
}
