package ref

import (
	"errors"
	"math"

	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/stdops"
	"github.com/daskgen/daskgen/stdops/kernel"
	"github.com/daskgen/daskgen/stdops/numpyrandom"
)

func init() {
	for name, k := range map[string]func(c *call, want *ir.Type) (Value, error){
		"zeros": constant2(0), "empty": constant2(0), "ones": constant2(1), "zeros_like": constant2(0), "ones_like": constant2(1),
		"full": full, "full_like": full, "arange": arange, "linspace": linspace, "eye": eye,
		"random": random, "uniform": random, "normal": random, "exponential": random, "integers": randomIntegers,
	} {
		kernels[name] = k
	}
}

// filled returns a block with every element x.
func filled(t *ir.Type, x any) (Value, error) {
	return build(t.DType, t.Shape, func([]int64) any { return convert(x, t.DType) }), nil
}

func constant2(x int64) func(*call, *ir.Type) (Value, error) {
	return func(_ *call, want *ir.Type) (Value, error) { return filled(want, x) }
}

func full(c *call, want *ir.Type) (Value, error) { return filled(want, c.get("fill_value").Elems[0]) }

// maxCount bounds the lengths that the reference evaluates.
const maxCount = 1 << 20

// countOf is the number of elements from start below stop, in the dtype of the
// result.
func countOf(start, stop, step any, d ir.DType) (int64, error) {
	var f [3]float64
	for i, x := range []any{start, stop, step} {
		f[i] = convert(convert(x, d), ir.Float64).(float64)
	}
	n := math.Ceil((f[1] - f[0]) / f[2])
	switch {
	case f[2] == 0:
		return 0, errors.New("step must not be 0")
	case !(n > 0):
		return 0, nil
	case n > maxCount:
		return 0, errors.New("too many elements")
	}
	return int64(n), nil
}

// arange computes start + i*step in the dtype of the result.
func arange(c *call, want *ir.Type) (Value, error) {
	start, step := any(int64(0)), c.get("step").Elems[0]
	if !c.isNone("stop") || !c.isNone("count") {
		start = c.get("start").Elems[0]
	}
	d, offset := want.DType, c.int("offset")
	for _, name := range []string{"start", "stop", "step"} {
		if v := c.get(name); !c.isNone(name) {
			if err := fits(v, d); err != nil {
				return Value{}, err
			}
		}
	}
	add, mul := loopOf("add", d), loopOf("multiply", d)
	shape := want.Shape
	switch {
	case shape[0] < 0 && !c.isNone("count"):
		shape = []int64{c.int("count")}
		if shape[0] < 0 || shape[0] > maxCount {
			return Value{}, errors.New("count must be an integer that is not negative")
		}
	case shape[0] < 0: // a bound is computed
		stop := c.get("stop")
		if c.isNone("stop") {
			stop = c.get("start")
		}
		n, err := countOf(start, stop.Elems[0], step, d)
		if err != nil {
			return Value{}, err
		}
		shape = []int64{n}
	}
	return build(d, shape, func(index []int64) any {
		i := convert(offset+index[0], d)
		p, err := Eval(mul, d, i, convert(step, d))
		if err != nil {
			panic(err)
		}
		if p, err = Eval(add, d, convert(start, d), p); err != nil {
			panic(err)
		}
		return p
	}), nil
}

func linspace(c *call, want *ir.Type) (Value, error) {
	start, stop, num, offset := c.float("start"), c.float("stop"), c.int("num"), c.int("offset")
	parts := float64(num)
	if c.flag("endpoint") {
		parts--
	}
	return build(want.DType, want.Shape, func(index []int64) any {
		i := float64(offset + index[0])
		x := start
		switch {
		case i == parts && c.flag("endpoint") && num > 1:
			x = stop
		case parts > 0:
			x = start + i*((stop-start)/parts)
		}
		if k := want.DType.Kind(); k == 'i' || k == 'u' {
			x = math.Floor(x)
		}
		return convert(x, want.DType)
	}), nil
}

func eye(c *call, want *ir.Type) (Value, error) {
	k := c.int("k")
	return build(want.DType, want.Shape, func(index []int64) any {
		return convert(index[1]-index[0] == k, want.DType)
	}), nil
}

// The random ops are defined by their generator, so that is asked.

func random(c *call, want *ir.Type) (Value, error) {
	if s := numpyStream(c); s != nil {
		return numpyFloats(c, want, s)
	}
	if want.DType == ir.Float32 {
		return randomFloats[float32](c, want)
	}
	return randomFloats[float64](c, want)
}

func randomFloats[T kernel.Float](c *call, want *ir.Type) (Value, error) {
	seed, block, shape := uint64(c.int("seed")), int(c.int("block")), goInts(want.Shape)
	var b *rt.Block[T]
	var err error
	switch c.Op.Name {
	case "random":
		b, err = kernel.Uniform[T](nil, seed, block, shape, 0, 1)
	case "uniform":
		b, err = kernel.Uniform[T](nil, seed, block, shape, c.float("low"), c.float("high"))
	case "normal":
		b, err = kernel.Normal[T](nil, seed, block, shape, c.float("loc"), c.float("scale"))
	default:
		b, err = kernel.Exponential[T](nil, seed, block, shape, c.float("scale"))
	}
	if err != nil {
		return Value{}, err
	}
	return fromBlock(b, want.DType), nil
}

// numpyStream is the generator of NumPy that is asked for, or nil.
func numpyStream(c *call) numpyrandom.Stream {
	seed, block := uint64(c.int("seed")), int(c.int("block"))
	switch c.get("generator").Elems[0].(string) {
	case stdops.GeneratorMT19937:
		return numpyrandom.MT19937(seed, block)
	case stdops.GeneratorPCG64:
		return numpyrandom.PCG64(seed, block)
	}
	return nil
}

func numpyFloats(c *call, want *ir.Type, s numpyrandom.Stream) (Value, error) {
	shape := goInts(want.Shape)
	var b *rt.Block[float64]
	var err error
	switch c.Op.Name {
	case "random":
		b, err = numpyrandom.Uniform(nil, s, shape, 0, 1)
	case "uniform":
		b, err = numpyrandom.Uniform(nil, s, shape, c.float("low"), c.float("high"))
	case "normal":
		b, err = numpyrandom.Normal(nil, s, shape, c.float("loc"), c.float("scale"))
	default:
		b, err = numpyrandom.Exponential(nil, s, shape, c.float("scale"))
	}
	if err != nil {
		return Value{}, err
	}
	return fromBlock(b, want.DType), nil
}

func randomIntegers(c *call, want *ir.Type) (Value, error) {
	low, high := int64(0), c.int("low")
	if !c.isNone("high") {
		low, high = high, c.int("high")
	}
	if s := numpyStream(c); s != nil {
		b, err := numpyrandom.Integers(nil, s, goInts(want.Shape), int(low), int(high))
		if err != nil {
			return Value{}, err
		}
		return fromBlock(b, want.DType), nil
	}
	b, err := kernel.Integers[int64](nil, uint64(c.int("seed")), int(c.int("block")), goInts(want.Shape), int(low), int(high))
	if err != nil {
		return Value{}, err
	}
	return cast(fromBlock(b, ir.Int64), want.DType), nil
}

func goInts(shape []int64) []int {
	out := make([]int, len(shape))
	for i, n := range shape {
		out[i] = int(n)
	}
	return out
}

// fromBlock returns a block of the runtime as a value.
func fromBlock[T rt.Elem](b *rt.Block[T], d ir.DType) Value {
	shape := make([]int64, b.Rank())
	for i, n := range b.Shape {
		shape[i] = int64(n)
	}
	return build(d, shape, func(index []int64) any { return b.At(goInts(index)...) })
}
