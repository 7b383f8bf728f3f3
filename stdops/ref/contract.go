package ref

import (
	"math"
	"math/big"
	"slices"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

func init() {
	for name, k := range map[string]func(c *call, want *ir.Type) (Value, error){
		"dot": dot, "tensordot": tensordot, "matmul": matmul, "vdot": vdot, "outer": outer, "dotmany": many(dotAxes),
		"tensordotmany": many((*call).tensorAxes),
	} {
		kernels[name] = k
	}
}

// pairSum returns the sum of the products of two lists of elements of dtype d:
// for bools logical, for integers wrapping, for floats rounded once.
func pairSum(d ir.DType, xs, ys []any) any {
	switch d.Kind() {
	case 'b':
		for i := range xs {
			if xs[i].(bool) && ys[i].(bool) {
				return true
			}
		}
		return false
	case 'i', 'u':
		total := uint64(0)
		for i := range xs {
			total += convert(xs[i], ir.Uint64).(uint64) * convert(ys[i], ir.Uint64).(uint64)
		}
		return convert(total, d)
	}
	var re, im []float64 // factors, in pairs
	for i := range xs {
		x, y := convert(xs[i], ir.Complex128).(complex128), convert(ys[i], ir.Complex128).(complex128)
		re = append(re, real(x), real(y))
		if d.Kind() == 'c' {
			re = append(re, -imag(x), imag(y))
			im = append(im, real(x), imag(y), imag(x), real(y))
		}
	}
	return convert(complex(sumPairs(re), sumPairs(im)), d)
}

// sumPairs returns f[0]*f[1] + f[2]*f[3] + ..., rounded once.
func sumPairs(f []float64) float64 {
	total, plain := new(big.Float).SetPrec(exact), 0.0
	for i := 0; i < len(f); i += 2 {
		plain += f[i] * f[i+1]
	}
	if math.IsNaN(plain) || math.IsInf(plain, 0) {
		return plain
	}
	for i := 0; i < len(f); i += 2 {
		p := new(big.Float).SetPrec(exact).SetFloat64(f[i])
		total.Add(total, p.Mul(p, big.NewFloat(f[i+1])))
	}
	x, _ := total.Float64()
	return x
}

// contract sums the products of a and b over pairs of axes. The result has the
// other axes of a, then those of b.
func contract(a, b Value, axesA, axesB []int) Value {
	restA, restB := others(a, axesA), others(b, axesB)
	shape := append(extents(a, restA), extents(b, restB)...)
	inner := extents(a, axesA)
	return build(a.Type.DType, shape, func(index []int64) any {
		var xs, ys []any
		for p := range size(inner) {
			k := unravel(inner, p)
			xs = append(xs, a.at(place2(len(a.Type.Shape), restA, index[:len(restA)], axesA, k)))
			ys = append(ys, b.at(place2(len(b.Type.Shape), restB, index[len(restA):], axesB, k)))
		}
		return pairSum(a.Type.DType, xs, ys)
	})
}

// others returns the axes of x that are not among axes.
func others(x Value, axes []int) []int {
	var rest []int
	for k := range x.Type.Shape {
		if !slices.Contains(axes, k) {
			rest = append(rest, k)
		}
	}
	return rest
}

func extents(x Value, axes []int) []int64 {
	n := make([]int64, len(axes))
	for i, a := range axes {
		n[i] = x.Type.Shape[a]
	}
	return n
}

// place2 returns the index that has the values i at axes a, and j at axes b.
func place2(rank int, a []int, i []int64, b []int, j []int64) []int64 {
	index := make([]int64, rank)
	for k, axis := range a {
		index[axis] = i[k]
	}
	for k, axis := range b {
		index[axis] = j[k]
	}
	return index
}

// promoted returns both operands in their common dtype.
func (c *call) promoted() (a, b Value) {
	a, b = c.value(0), c.value(1)
	d := stdops.Promote(a.Type.DType, b.Type.DType)
	return cast(a, d), cast(b, d)
}

func dotAxes(_ *call, a, b Value) (axesA, axesB []int) {
	m, n := len(a.Type.Shape), len(b.Type.Shape)
	if m == 0 || n == 0 {
		return nil, nil
	}
	return []int{m - 1}, []int{max(0, n-2)}
}

func dot(c *call, _ *ir.Type) (Value, error) {
	a, b := c.promoted()
	axesA, axesB := dotAxes(c, a, b)
	return contract(a, b, axesA, axesB), nil
}

// tensorAxes reads the argument axes.
func (c *call) tensorAxes(a, b Value) (axesA, axesB []int) {
	v := c.get("axes")
	if len(v.Items) != 2 {
		n := int(c.int("axes"))
		for i := range n {
			axesA, axesB = append(axesA, len(a.Type.Shape)-n+i), append(axesB, i)
		}
		return axesA, axesB
	}
	return axisList(v.Items[0], a), axisList(v.Items[1], b)
}

func axisList(v Value, x Value) []int {
	axes := []int{}
	for _, item := range flat(v) {
		n, err := item.int64Of()
		if err != nil {
			panic(err)
		}
		axes = append(axes, (int(n)+len(x.Type.Shape))%len(x.Type.Shape))
	}
	return axes
}

func tensordot(c *call, _ *ir.Type) (Value, error) {
	a, b := c.promoted()
	axesA, axesB := c.tensorAxes(a, b)
	return contract(a, b, axesA, axesB), nil
}

func matmul(c *call, _ *ir.Type) (Value, error) {
	a, b := c.promoted()
	vectorA, vectorB := len(a.Type.Shape) == 1, len(b.Type.Shape) == 1
	if vectorA {
		a = reshaped(a, 1, a.Type.Shape[0])
	}
	if vectorB {
		b = reshaped(b, b.Type.Shape[0], 1)
	}
	ra, rb := len(a.Type.Shape)-2, len(b.Type.Shape)-2
	batch, err := stdops.BroadcastShapes(a.Type.Shape[:ra], b.Type.Shape[:rb])
	if err != nil {
		return Value{}, err
	}
	m, inner, n := a.Type.Shape[ra], a.Type.Shape[ra+1], b.Type.Shape[rb+1]
	out := build(a.Type.DType, append(slices.Clone(batch), m, n), func(index []int64) any {
		lead, i, j := index[:len(batch)], index[len(batch)], index[len(batch)+1]
		var xs, ys []any
		for k := range inner {
			xs = append(xs, a.broadcastAt(append(slices.Clone(lead), i, k)))
			ys = append(ys, b.broadcastAt(append(slices.Clone(lead), k, j)))
		}
		return pairSum(a.Type.DType, xs, ys)
	})
	shape := batch
	if !vectorA {
		shape = append(shape, m)
	}
	if !vectorB {
		shape = append(shape, n)
	}
	return reshaped(out, shape...), nil
}

func vdot(c *call, _ *ir.Type) (Value, error) {
	a, b := c.promoted()
	d := a.Type.DType
	xs := slices.Clone(a.Elems)
	if d.Kind() == 'c' {
		for i, x := range xs {
			var err error
			if xs[i], err = Eval(loopOf("conjugate", d), d, x); err != nil {
				return Value{}, err
			}
		}
	}
	return Block(d, []any{pairSum(d, xs, b.Elems)}), nil
}

func outer(c *call, _ *ir.Type) (Value, error) {
	a, b := c.promoted()
	return build(a.Type.DType, []int64{int64(len(a.Elems)), int64(len(b.Elems))}, func(index []int64) any {
		return pairSum(a.Type.DType, a.Elems[index[0]:index[0]+1], b.Elems[index[1]:index[1]+1])
	}), nil
}

// many sums the contractions of the pairs of two lists.
func many(axes func(c *call, a, b Value) ([]int, []int)) func(c *call, want *ir.Type) (Value, error) {
	return func(c *call, want *ir.Type) (Value, error) {
		as, bs := flat(c.value(0)), flat(c.value(1))
		cells := make([][]any, size(want.Shape))
		for i := range as {
			a, b := cast(as[i], want.DType), cast(bs[i], want.DType)
			axesA, axesB := axes(c, a, b)
			for k, x := range contract(a, b, axesA, axesB).Elems {
				cells[k] = append(cells[k], x)
			}
		}
		elems := make([]any, len(cells))
		for k, xs := range cells {
			elems[k] = sumOf(xs, want.DType)
		}
		return Block(want.DType, elems, want.Shape...), nil
	}
}

// sumOf is sum; of bools, whether one is true.
func sumOf(xs []any, d ir.DType) any {
	if d == ir.Bool {
		return nonzero(xs) > 0
	}
	return sum(xs, d, 0)
}
