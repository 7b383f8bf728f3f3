package stdops

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// randomDoc is common to the random ops.
const randomDoc = " The numbers come from xoshiro256++, eight generators side by side, and depend on seed and block alone, so that the blocks of an array are told apart by block, an integer that differs from task to task. With generator mt19937 or pcg64 they are those of dask.array.random.RandomState(seed) or dask.array.random.default_rng(seed), in float64 or int64, whose blocks are numbered in C order, on from one array to the next."

// The generators of random numbers.
const (
	GeneratorXoshiro = "xoshiro256++"
	GeneratorMT19937 = "mt19937" // of numpy.random.RandomState
	GeneratorPCG64   = "pcg64"   // of numpy.random.default_rng
)

func init() {
	register(
		&Op{
			Name: "random", Class: Kernel, Cheap: true, Pure: true, Aliases: []string{"numpy.random.random", "numpy.random.rand"},
			Doc:    "A block of a size with numbers uniform in [0, 1)." + randomDoc,
			Params: randomParams(opt("dtype", dtypeLit(ir.Float64))),
			Infer:  inferRandomFloats, Emit: func(c *Call) GoCall { return emitRandom(c, "kernel.Uniform", 0.0, 1.0) },
			Source: sourceUniform,
		},
		&Op{
			Name: "uniform", Class: Kernel, Cheap: true, Pure: true, Aliases: []string{"numpy.random.uniform"},
			Doc:    "A block of a size with numbers uniform in [low, high)." + randomDoc,
			Params: randomParams(opt("low", floatLit(0)), opt("high", floatLit(1)), opt("dtype", dtypeLit(ir.Float64))),
			Infer:  inferRandomFloats, Emit: func(c *Call) GoCall { return emitRandom(c, "kernel.Uniform", c.real("low"), c.real("high")) },
			Source: sourceUniform,
		},
		&Op{
			Name: "normal", Class: Kernel, Pure: true, Aliases: []string{"numpy.random.normal"},
			Doc:    "A block of a size with normally distributed numbers of mean loc and standard deviation scale, which must not be negative (method of Box and Muller)." + randomDoc,
			Params: randomParams(opt("loc", floatLit(0)), opt("scale", floatLit(1)), opt("dtype", dtypeLit(ir.Float64))),
			Infer:  inferRandomFloats, Emit: func(c *Call) GoCall { return emitRandom(c, "kernel.Normal", c.real("loc"), c.real("scale")) },
			Source: sourceNormal,
		},
		&Op{
			Name: "exponential", Class: Kernel, Pure: true, Aliases: []string{"numpy.random.exponential"},
			Doc:    "A block of a size with exponentially distributed numbers of mean scale." + randomDoc,
			Params: randomParams(opt("scale", floatLit(1)), opt("dtype", dtypeLit(ir.Float64))),
			Infer:  inferRandomFloats, Emit: func(c *Call) GoCall { return emitRandom(c, "kernel.Exponential", c.real("scale")) },
			Source: func(c *Call, block GoCall) *Source { return withoutShape(c, block, "kernel.NewExponentialSource") },
		},
		&Op{
			Name: "integers", Class: Kernel, Pure: true, Aliases: []string{"numpy.random.integers", "numpy.random.randint", "randint"},
			Doc:    "A block of a size with integers uniform in [low, high); with high None in [0, low)." + randomDoc,
			Params: randomParams(static("low"), opt("high", noneLit()), opt("dtype", dtypeLit(ir.Int64))),
			Infer:  inferIntegers, Emit: emitIntegers, Source: sourceIntegers,
		},
	)
}

// randomParams returns the parameters of a random op: seed, block and size,
// its own, and the generator.
func randomParams(own ...Param) []Param {
	own = append([]Param{static("seed"), static("block"), static("size")}, own...)
	return append(own, opt("generator", strLit(GeneratorXoshiro)))
}

// real is a number argument as a Go float64.
func (c *Call) real(name string) GoArg {
	if v, ok := realLiteral(c.arg(name)); ok {
		return v
	}
	return Number{c.arg(name), ir.Float64}
}

// inferRandom checks what the random ops have in common.
func inferRandom(c *Call, kinds string, def ir.DType) (*ir.Type, error) {
	for _, name := range []string{"seed", "block"} {
		if e := c.arg(name); !isInt(e.Type) || isConst(e, ir.ConstInt) && e.Const.Uint == 0 && e.Const.Int < 0 {
			return nil, fmt.Errorf("%s must be an integer that is not negative", name)
		}
	}
	shape, err := shapeOf(c.arg("size"), "size")
	if err != nil {
		return nil, err
	}
	d, err := c.dtypeArg("dtype", def)
	if err != nil {
		return nil, err
	}
	if !strings.ContainsRune(kinds, rune(d.Kind())) {
		return nil, fmt.Errorf("is not defined for %s", d)
	}
	if err := c.checkGenerator(d, def); err != nil {
		return nil, err
	}
	return ir.BlockType(d, shape...), nil
}

// checkGenerator checks the generator, and what NumPy's ask for.
func (c *Call) checkGenerator(d, def ir.DType) error {
	e := c.arg("generator")
	if !isConst(e, ir.ConstString) {
		return errors.New("generator must be a string")
	}
	switch g := e.Const.Str; g {
	case GeneratorXoshiro:
		return nil
	case GeneratorMT19937, GeneratorPCG64:
		seed := c.arg("seed")
		switch {
		case d != def:
			return fmt.Errorf("is not defined for %s with generator %s", d, g)
		case !isConst(seed, ir.ConstInt):
			return fmt.Errorf("seed must be a literal with generator %s", g)
		case g == GeneratorMT19937 && (seed.Const.Uint != 0 || seed.Const.Int > math.MaxUint32):
			return fmt.Errorf("seed must be below 2**32 with generator %s", g)
		}
		return nil
	default:
		return fmt.Errorf("there is no generator %q: it is one of %s, %s, %s", g, GeneratorXoshiro, GeneratorMT19937, GeneratorPCG64)
	}
}

// stream is the generator of NumPy that is asked for; ok says whether one is.
func (c *Call) stream() (s GoCall, ok bool) {
	s.Args = []GoArg{c.seed(), goInt(c.arg("block"))}
	switch c.arg("generator").Const.Str {
	case GeneratorMT19937:
		s.Func = "numpyrandom.MT19937"
	case GeneratorPCG64:
		s.Func = "numpyrandom.PCG64"
	}
	return s, s.Func != ""
}

func inferRandomFloats(c *Call) (*ir.Type, error) {
	for i, p := range c.Op.Params[3:] {
		t := c.Args[3+i].Type
		if p.Name != "dtype" && p.Name != "generator" && (t == nil || !isNumber(t) || t.DType.Kind() == 'c') {
			return nil, fmt.Errorf("%s must be a real number, not %s", p.Name, t)
		}
	}
	if i := c.Op.param("scale"); i >= 0 {
		if v, ok := realLiteral(c.Args[i]); ok && v < 0 {
			return nil, errors.New("scale must not be negative")
		}
	}
	return inferRandom(c, "f", ir.Float64)
}

// emitRandom returns the call of a kernel with its own arguments last.
func emitRandom(c *Call, fn string, own ...GoArg) GoCall {
	if s, ok := c.stream(); ok {
		return GoCall{Func: numpyFunctions[fn], Args: append([]GoArg{s, goInts(c.arg("size"))}, own...)}
	}
	d, _ := c.dtypeArg("dtype", ir.Float64)
	args := []GoArg{c.seed(), goInt(c.arg("block")), goInts(c.arg("size"))}
	return GoCall{Func: fn, TypeArgs: []ir.DType{d}, Args: append(args, own...)}
}

// numpyFunctions are what does the work of kernels for NumPy's generators.
var numpyFunctions = map[string]string{
	"kernel.Uniform": "numpyrandom.Uniform", "kernel.Normal": "numpyrandom.Normal", "kernel.Exponential": "numpyrandom.Exponential",
}

// shapeArg is the place of the shape among the arguments of the kernels of
// random blocks.
const shapeArg = 2

// withoutShape returns the source that fn makes of the arguments with which a
// kernel makes the block. NumPy's generators are none.
func withoutShape(c *Call, block GoCall, fn string) *Source {
	if _, ok := c.stream(); ok {
		return nil
	}
	return &Source{
		New:   GoCall{Func: fn, TypeArgs: block.TypeArgs, Args: slices.Concat(block.Args[:shapeArg], block.Args[shapeArg+1:])},
		Shape: block.Args[shapeArg],
	}
}

func sourceUniform(c *Call, block GoCall) *Source {
	return withoutShape(c, block, "kernel.NewUniformSource")
}

// sourceNormal is Source of normal. Of a standard deviation that is computed
// the kernel must see first that it is not negative.
func sourceNormal(c *Call, block GoCall) *Source {
	if _, ok := realLiteral(c.arg("scale")); !ok {
		return nil
	}
	return withoutShape(c, block, "kernel.NewNormalSource")
}

// seed is the seed as a Go uint64.
func (c *Call) seed() GoArg {
	e := c.arg("seed")
	if isConst(e, ir.ConstInt) {
		if e.Const.Uint != 0 {
			return e.Const.Uint
		}
		return uint64(e.Const.Int)
	}
	return GoCall{Func: "kernel.Seed", Args: []GoArg{goInt(e)}}
}

// limits returns low and high of integers.
func (c *Call) limits() (low, high *ir.Expr) {
	low, high = c.arg("low"), c.arg("high")
	if isNone(high) {
		return intLit(0), low
	}
	return low, high
}

func inferIntegers(c *Call) (*ir.Type, error) {
	t, err := inferRandom(c, "iu", ir.Int64)
	if err != nil {
		return nil, err
	}
	low, high := c.limits()
	if !isInt(low.Type) || !isInt(high.Type) {
		return nil, errors.New("low and high must be integers")
	}
	if !isConst(low, ir.ConstInt) || !isConst(high, ir.ConstInt) {
		return t, nil
	}
	switch {
	case high.Const.Uint != 0:
		return nil, errors.New("high must be below 2**63")
	case low.Const.Int >= high.Const.Int:
		return nil, fmt.Errorf("low %d is not below high %d", low.Const.Int, high.Const.Int)
	case !holds(t.DType, low) || !holds(t.DType, intLit(high.Const.Int-1)):
		return nil, fmt.Errorf("[%d, %d) does not fit %s", low.Const.Int, high.Const.Int, t.DType)
	}
	return t, nil
}

func emitIntegers(c *Call) GoCall {
	d, _ := c.dtypeArg("dtype", ir.Int64)
	low, high := c.limits()
	if s, ok := c.stream(); ok {
		return GoCall{Func: "numpyrandom.Integers", Args: []GoArg{s, goInts(c.arg("size")), goInt(low), goInt(high)}}
	}
	return GoCall{
		Func: "kernel.Integers", TypeArgs: []ir.DType{d},
		Args: []GoArg{c.seed(), goInt(c.arg("block")), goInts(c.arg("size")), goInt(low), goInt(high)},
	}
}

// sourceIntegers is Source of integers. Of limits that are computed the kernel
// must see first that they are in order.
func sourceIntegers(c *Call, block GoCall) *Source {
	if low, high := c.limits(); !isConst(low, ir.ConstInt) || !isConst(high, ir.ConstInt) {
		return nil
	}
	return withoutShape(c, block, "kernel.NewIntegersSource")
}
