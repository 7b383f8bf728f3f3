package randarray

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/daskgen/daskgen/da"
	rt "github.com/daskgen/daskgen/runtime"
)

// forType are the operations on elements of any type.
func forType[T rt.Elem](g *generator) []func() {
	return []func(){
		func() { transpose[T](g) }, func() { at[T](g) }, func() { at[T](g) }, func() { axes1[T](g) }, func() { join[T](g) },
		func() { reshape[T](g) }, func() { rechunk[T](g) }, func() { counts[T](g) }, func() { created[T](g) },
	}
}

func ints(s []int) string {
	if len(s) == 1 {
		return fmt.Sprintf("(%d,)", s[0])
	}
	return "(" + strings.Trim(strings.ReplaceAll(fmt.Sprint(s), " ", ", "), "[]") + ")"
}

func list(s []int) string { return strings.ReplaceAll(fmt.Sprint(s), " ", ", ") }

// signed writes some axes as negative ones.
func (g *generator) signed(axes []int, rank int) []int {
	out := slices.Clone(axes)
	for i := range out {
		if g.one(3, "negative axis") {
			out[i] -= rank
		}
	}
	return out
}

func transpose[T rt.Elem](g *generator) {
	x := pick[T](g)
	rank := len(x.shape())
	switch {
	case g.one(3, "T"):
		put(g, x.facts, x.name+".T", func(s side) da.Array[T] { return x.of[s].T() })
	case g.one(3, "swapaxes") && rank > 0:
		a := g.signed([]int{g.n(rank, "axis"), g.n(rank, "axis")}, rank)
		put(g, x.facts, fmt.Sprintf("np.swapaxes(%s, %d, %d)", x.name, a[0], a[1]), func(s side) da.Array[T] { return x.of[s].SwapAxes(a[0], a[1]) })
	case rank > 0:
		perm := make([]int, rank)
		for k := range perm {
			perm[k] = k
		}
		perm = g.signed(rapid.Permutation(perm).Draw(g.t, "axes"), rank)
		put(g, x.facts, fmt.Sprintf("np.transpose(%s, %s)", x.name, ints(perm)), func(s side) da.Array[T] { return x.of[s].Transpose(perm...) })
	}
}

// bound draws a bound of a slice.
func (g *generator) bound(n int) (any, string) {
	if g.one(3, "open") {
		return nil, ""
	}
	b := rapid.IntRange(-n-2, n+2).Draw(g.t, "bound")
	return b, fmt.Sprint(b)
}

// slice draws a slice of an axis.
func (g *generator) slice(n int) (any, string) {
	lo, a := g.bound(n)
	hi, b := g.bound(n)
	step := choose(g, []int{1, 2, -1, -2, 3, -3, 7}, "step")
	if step == 1 {
		return da.S(lo, hi), a + ":" + b
	}
	return da.S(lo, hi, step), fmt.Sprintf("%s:%s:%d", a, b, step)
}

func at[T rt.Elem](g *generator) {
	x := pick[T](g)
	var index []any
	var text []string
	listed, dots := false, false
	shape := x.shape()
	for k := 0; k < len(shape); {
		v, s, used := g.entry(shape[k], &listed, &dots, len(shape)-k)
		index, text = append(index, v), append(text, s)
		k += used
	}
	if g.one(4, "newaxis") {
		index, text = append(index, da.NewAxis), append(text, "None")
	}
	if len(text) == 0 {
		index, text = append(index, da.Ellipsis), append(text, "...")
	}
	sep := ", "
	put(g, x.facts, fmt.Sprintf("%s[%s%s]", x.name, strings.Join(text, sep), ","), func(s side) da.Array[T] { return x.of[s].At(index...) })
}

// entry draws an element of an index, and how many axes it covers.
func (g *generator) entry(n int, listed, dots *bool, left int) (any, string, int) {
	switch k := g.n(9, "entry"); {
	case k == 0:
		return da.All, ":", 1
	case k == 1 && n > 0:
		i := rapid.IntRange(-n, n-1).Draw(g.t, "index")
		return i, fmt.Sprint(i), 1
	case k == 2:
		return da.NewAxis, "None", 0
	case k == 3 && !*dots:
		*dots = true
		return da.Ellipsis, "...", g.n(left+1, "covers")
	case k == 4 && !*listed:
		*listed = true
		var l []int
		if n > 0 {
			l = rapid.SliceOfN(rapid.IntRange(-n, n-1), 0, 7).Draw(g.t, "list")
		}
		l = append([]int{}, l...)
		return l, fmt.Sprintf("np.array(%s, dtype=int)", list(l)), 1
	case k == 5 && !*listed:
		*listed = true
		m := make([]bool, n)
		text := make([]string, n)
		for i := range m {
			m[i] = g.r.IntN(2) == 0
			text[i] = map[bool]string{false: "False", true: "True"}[m[i]]
		}
		return m, fmt.Sprintf("np.array([%s], dtype=bool)", strings.Join(text, ", ")), 1
	}
	v, s := g.slice(n)
	return v, s, 1
}

// axes1 adds and removes axes of length 1, and turns axes around.
func axes1[T rt.Elem](g *generator) {
	x := pick[T](g)
	rank := len(x.shape())
	switch g.n(4, "axes") {
	case 0:
		k := rapid.IntRange(-rank-1, rank).Draw(g.t, "axis")
		put(g, x.facts, fmt.Sprintf("np.expand_dims(%s, %d)", x.name, k), func(s side) da.Array[T] { return x.of[s].ExpandDims(k) })
	case 1:
		var ones []int
		for k, n := range x.shape() {
			if n == 1 && g.one(2, "squeeze") {
				ones = append(ones, k)
			}
		}
		if len(ones) == 0 {
			put(g, x.facts, fmt.Sprintf("np.squeeze(%s)", x.name), func(s side) da.Array[T] { return x.of[s].Squeeze() })
			return
		}
		put(g, x.facts, fmt.Sprintf("np.squeeze(%s, axis=%s)", x.name, ints(ones)), func(s side) da.Array[T] { return x.of[s].Squeeze(ones...) })
	case 2:
		a, _ := g.someAxes(rank)
		py := ""
		if len(a) > 0 {
			py = ", axis=" + ints(a)
		}
		put(g, x.facts, fmt.Sprintf("np.flip(%s%s)", x.name, py), func(s side) da.Array[T] { return x.of[s].Flip(a...) })
	case 3:
		to := slices.Clone(x.shape())
		for k, n := range to {
			if n == 1 {
				to[k] = choose(g, []int{3, 1, 2, 5, 0}, "repeat")
			}
		}
		if g.one(2, "leading") {
			to = slices.Insert(to, 0, 2)
		}
		put(g, x.facts, fmt.Sprintf("np.broadcast_to(%s, %s)", x.name, ints(to)), func(s side) da.Array[T] { return x.of[s].BroadcastTo(to...) })
	}
}

// like returns values of the shape of x, along all axes but one.
func like[T rt.Elem](g *generator, x val[T], axis int) val[T] {
	var fit []val[T]
	for _, v := range pool[T](g) {
		s := slices.Clone(v.shape())
		if len(s) != len(x.shape()) {
			continue
		}
		if axis >= 0 {
			s[axis] = x.shape()[axis]
		}
		if slices.Equal(s, x.shape()) {
			fit = append(fit, v)
		}
	}
	if len(fit) > 1 && !g.one(3, "new operand") {
		return fit[g.n(len(fit), "operand")]
	}
	shape := slices.Clone(x.shape())
	if axis >= 0 {
		shape[axis] = g.n(5, "length")
	}
	return input[T](g, shape)
}

func join[T rt.Elem](g *generator) {
	x := pick[T](g)
	rank := len(x.shape())
	stack := g.one(2, "stack") || rank == 0
	axis := 0
	if !stack {
		axis = g.n(rank, "axis")
	} else {
		axis = g.n(rank+1, "axis")
	}
	vs := []val[T]{x}
	for range 1 + g.n(2, "more") {
		if stack {
			vs = append(vs, like(g, x, -1))
		} else {
			vs = append(vs, like(g, x, axis))
		}
	}
	f, names := x.facts, []string{}
	var xs [2][]da.Array[T]
	for _, v := range vs {
		f, names = both(f, v.facts), append(names, v.name)
		for s := range xs {
			xs[s] = append(xs[s], v.of[s])
		}
	}
	name, apply := "concatenate", da.Concatenate[T]
	if stack {
		name, apply, rank = "stack", da.Stack[T], rank+1
	}
	axis = g.signed([]int{axis}, rank)[0]
	put(g, f, fmt.Sprintf("np.%s([%s], axis=%d)", name, strings.Join(names, ", "), axis), func(s side) da.Array[T] { return apply(axis, xs[s]...) })
}

func reshape[T rt.Elem](g *generator) {
	x := pick[T](g)
	if g.one(4, "ravel") {
		put(g, x.facts, x.name+".ravel()", func(s side) da.Array[T] { return x.of[s].Ravel() })
		return
	}
	var to []int
	left := product(x.shape())
	if left == 0 {
		to = append(slices.Clone(x.shape()), 2)
	}
	for left > 1 {
		d := choose(g, divisors(left), "length")
		to, left = append(to, d), left/d
		if len(to) > 3 {
			to, left = append(to, left), 1
		}
	}
	if g.one(3, "one") {
		to = slices.Insert(to, g.n(len(to)+1, "at"), 1)
	}
	if len(to) > 0 && g.one(3, "open") {
		k := g.n(len(to), "at")
		if product(append(slices.Clone(to[:k]), to[k+1:]...)) > 0 {
			to[k] = -1
		}
	}
	put(g, x.facts, fmt.Sprintf("%s.reshape(%s)", x.name, ints(to)), func(s side) da.Array[T] { return x.of[s].Reshape(to...) })
}

func divisors(n int) []int {
	d := []int{n}
	for k := 2; k < n; k++ {
		if n%k == 0 {
			d = append(d, k)
		}
	}
	return d
}

func rechunk[T rt.Elem](g *generator) {
	x := pick[T](g)
	spec := g.spec(x.shape())
	put(g, x.facts, x.name, func(s side) da.Array[T] { return x.of[s].Rechunk(spec[s]) })
}

// someAxes draws axes; none stands for all.
func (g *generator) someAxes(rank int) (axes []int, python string) {
	if rank == 0 || g.one(3, "all axes") {
		return nil, ""
	}
	for k := range rank {
		if g.one(2, "axis") {
			axes = append(axes, k)
		}
	}
	if len(axes) == 0 {
		axes = []int{g.n(rank, "axis")}
	}
	axes = g.signed(rapid.Permutation(axes).Draw(g.t, "order"), rank)
	return axes, ", axis=" + ints(axes)
}

// axes draws the arguments of a reduction.
func (g *generator) axes(rank int, one bool) (args []int, python string) {
	if args, python = g.someAxes(rank); one && len(args) > 0 {
		args = args[:1]
		python = fmt.Sprintf(", axis=%d", args[0])
	}
	if g.one(3, "keepdims") && (!one || len(args) > 0) {
		args, python = append(args, da.KeepDims), python+", keepdims=True"
	}
	return args, python
}

// counts are the reductions of any type to bool and int64.
func counts[T rt.Elem](g *generator) {
	x := pick[T](g)
	f := x.jump(math.Inf(1), true)
	args, py := g.axes(len(x.shape()), false)
	type A = da.Array[T]
	d := dtype[T]()
	switch k := g.n(7, "reduction"); {
	case k == 0:
		put(g, f, fmt.Sprintf("np.any(%s%s)", x.name, py), func(s side) da.Array[bool] { return x.of[s].Any(args...) })
	case k == 1:
		put(g, f, fmt.Sprintf("np.all(%s%s)", x.name, py), func(s side) da.Array[bool] { return x.of[s].All(args...) })
	case k == 2:
		put(g, f, fmt.Sprintf("np.count_nonzero(%s%s)", x.name, py), func(s side) da.Array[int64] { return x.of[s].CountNonzero(args...) })
	case k <= 4 && d.Kind() != 'c' && product(x.shape()) > 0:
		args, py := g.axes(len(x.shape()), true)
		name, apply := "argmin", A.ArgMin
		if k == 4 {
			name, apply = "argmax", A.ArgMax
		}
		put(g, f, fmt.Sprintf("np.%s(%s%s)", name, x.name, py), func(s side) da.Array[int64] { return apply(x.of[s], args...) })
	case k == 5 && (d.Kind() == 'i' || d.Kind() == 'b'):
		put(g, f, fmt.Sprintf("np.sum(%s%s, dtype='int64')", x.name, py), func(s side) da.Array[int64] { return da.SumAs[int64](x.of[s], args...) })
	case k == 6 && (d.Kind() == 'i' || d.Kind() == 'b'):
		put(g, f, fmt.Sprintf("np.prod(%s%s, dtype='int64')", x.name, py), func(s side) da.Array[int64] { return da.ProdAs[int64](x.of[s], args...) })
	case d.Kind() == 'i' || d.Kind() == 'b' || d.Kind() == 'u':
		h := x.facts
		h.mag = min(h.mag, 1e19)
		put(g, averaged[float64](h), fmt.Sprintf("np.mean(%s%s)", x.name, py), func(s side) da.Array[float64] { return da.MeanAs[float64](x.of[s], args...) })
	}
}

func created[T rt.Elem](g *generator) {
	shape := g.shape(3)
	spec := g.spec(shape)
	d := dtype[T]()
	f := facts{mag: 8, integral: true}
	switch g.n(4, "creation") {
	case 0:
		put(g, f, fmt.Sprintf("np.zeros(%s, '%s')", ints(shape), d), func(s side) da.Array[T] { return da.Zeros[T](shape, spec[s]) })
	case 1:
		put(g, f, fmt.Sprintf("np.ones(%s, '%s')", ints(shape), d), func(s side) da.Array[T] { return da.Ones[T](shape, spec[s]) })
	case 2:
		put(g, f, fmt.Sprintf("np.full(%s, 1, '%s')", ints(shape), d), func(s side) da.Array[T] { return da.Full(unit[T](), shape, spec[s]) })
	case 3:
		shape := []int{1 + g.n(6, "rows"), 1 + g.n(6, "columns")}
		spec := g.spec(shape)
		k := rapid.IntRange(-3, 3).Draw(g.t, "k")
		put(g, f, fmt.Sprintf("np.eye(%d, %d, %d, '%s')", shape[0], shape[1], k, d), func(s side) da.Array[T] { return da.Eye[T](shape[0], shape[1], k, spec[s]) })
	}
}
