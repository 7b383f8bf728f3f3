package da

import (
	"fmt"
	"math"
	"math/cmplx"
	"reflect"

	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/stdops"
)

// create records a layer that reads nothing. Kernel makes the expression of a
// block, given the builder and the chunks.
func create(c *record.Caller, name string, d ir.DType, shape Dims, chunks ChunkSpec, kernel func(b *builder, chunks [][]int64) *ir.Expr) *node {
	for k, n := range shape {
		if n < 0 {
			return misuse(c, record.CodeWrongShape, "", "%s: axis %d has length %d", name, k, n)
		}
	}
	sizes, err := chunks.resolve(int64s(shape))
	if err != nil {
		return misuse(c, record.CodeWrongShape, "", "%s: %v", name, err)
	}
	b := newLayer(c, name, "", d, sizes)
	e := kernel(b, sizes)
	if bad := checkDType(c, e, d); bad != nil {
		return bad
	}
	return b.finish(e)
}

// Zeros returns an array of zeros.
func Zeros[T rt.Elem](shape Dims, chunks ChunkSpec) Array[T] {
	return filled[T]("zeros", shape, chunks)
}

// Ones returns an array of ones.
func Ones[T rt.Elem](shape Dims, chunks ChunkSpec) Array[T] {
	return filled[T]("ones", shape, chunks)
}

func filled[T rt.Elem](name string, shape Dims, chunks ChunkSpec) Array[T] {
	d := dtypeOf[T]()
	return wrap[T](create(record.Here(), name, d, shape, chunks, func(b *builder, chunks [][]int64) *ir.Expr {
		return op(name, b.shape(chunks), dtypeExpr(d))
	}))
}

// Full returns an array whose elements are all v.
func Full[T rt.Elem](v T, shape Dims, chunks ChunkSpec) Array[T] {
	d := dtypeOf[T]()
	return wrap[T](create(record.Here(), "full", d, shape, chunks, func(b *builder, chunks [][]int64) *ir.Expr {
		return op("full", b.shape(chunks), weak(record.NumberConst(reflect.ValueOf(v))), dtypeExpr(d))
	}))
}

// Arange returns start, start+step, ... before stop, in chunks of a size (-1:
// one chunk). T is a real number type.
func Arange[T rt.Elem](start, stop, step T, chunk int) Array[T] {
	c, d := record.Here(), dtypeOf[T]()
	n, err := arangeLen(number(start), number(stop), number(step))
	if d == ir.Bool || d.Kind() == 'c' {
		err = fmt.Errorf("is not defined for %s", d)
	}
	if err != nil {
		return wrap[T](misuse(c, record.CodeBadDSL, "", "Arange: %v", err))
	}
	lit := func(v T) *ir.Expr { return weak(record.NumberConst(reflect.ValueOf(v))) }
	return wrap[T](create(c, "arange", d, Dims{n}, Chunks(chunk), func(b *builder, chunks [][]int64) *ir.Expr {
		e := op("arange", lit(start), lit(stop), lit(step), dtypeExpr(d))
		return b.progression(e, chunks[0])
	}))
}

// progression adds the offset and the count of the block's elements.
func (b *builder) progression(e *ir.Expr, sizes []int64) *ir.Expr {
	e = with(e, "offset", b.along(0, bounds(sizes)[:len(sizes)]))
	return with(e, "count", b.along(0, sizes))
}

// number returns the value of a real number.
func number[T rt.Elem](v T) float64 {
	r := reflect.ValueOf(v)
	switch {
	case r.CanInt():
		return float64(r.Int())
	case r.CanUint():
		return float64(r.Uint())
	case r.CanFloat():
		return r.Float()
	case r.CanComplex() && cmplx.Abs(r.Complex()) == 0:
		return 0
	}
	return math.NaN()
}

func arangeLen(start, stop, step float64) (int, error) {
	n := math.Ceil((stop - start) / step)
	switch {
	case step == 0:
		return 0, fmt.Errorf("the step is 0")
	case math.IsNaN(n) || n > maxLength:
		return 0, fmt.Errorf("the number of elements is not finite, or too large")
	}
	return int(max(n, 0)), nil
}

// maxLength bounds the length of an axis.
const maxLength = 1 << 53

// Linspace returns num numbers evenly spaced from start to stop, which is the
// last one, in chunks of a size (-1: one chunk).
func Linspace(start, stop float64, num, chunk int) Array[float64] {
	return wrap[float64](create(record.Here(), "linspace", ir.Float64, Dims{num}, Chunks(chunk), func(b *builder, chunks [][]int64) *ir.Expr {
		return b.progression(op("linspace", floatExpr(start), floatExpr(stop), intExpr(int64(num))), chunks[0])
	}))
}

// Eye returns an array of rows × cols with ones where column minus row is k.
func Eye[T rt.Elem](rows, cols, k int, chunks ChunkSpec) Array[T] {
	d := dtypeOf[T]()
	return wrap[T](create(record.Here(), "eye", d, Dims{rows, cols}, chunks, func(b *builder, chunks [][]int64) *ir.Expr {
		shape := b.shape(chunks)
		e := op("eye", shape.Args[0], shape.Args[1])
		return with(with(e, "k", b.diagonal(int64(k), chunks)), "dtype", dtypeExpr(d))
	}))
}

// diagonal is the number of the diagonal k of a matrix in a block of it.
func (b *builder) diagonal(k int64, chunks [][]int64) *ir.Expr {
	rows, cols := bounds(chunks[0]), bounds(chunks[1])
	r, okR := fitAffine(0, 2, rows[:len(rows)-1])
	c, okC := fitAffine(1, 2, cols[:len(cols)-1])
	if okR && okC {
		a := ir.Affine{Base: k, Coef: []int64{0, 0}}
		if r.Coef != nil {
			a.Coef[0] = r.Coef[0]
		}
		if c.Coef != nil {
			a.Coef[1] = -c.Coef[1]
		}
		return b.param(ir.Param{Affine: &a})
	}
	column := make([]int64, 0, b.l.Grid.Size())
	for _, row := range rows[:len(rows)-1] {
		for _, col := range cols[:len(cols)-1] {
			column = append(column, k+row-col)
		}
	}
	return b.param(ir.Param{Ints: column})
}

// A Generator makes arrays of random numbers. What they hold depends on the
// seed, on the number of blocks made before, and on the block, but not on the
// machine or on how the work is divided. It must not be copied.
type Generator struct {
	seed uint64
	next int64  // number of the first block of the next array
	name string // of one of NumPy's generators
}

// Random returns a generator of random arrays, by xoshiro256++ in eight lanes.
func Random(seed uint64) *Generator { return &Generator{seed: seed} }

// RandomState returns a generator that gives the numbers of
// dask.array.random.RandomState(seed), many times slower than Random. Chunks
// and the order of calls must be dask's.
func RandomState(seed uint32) *Generator {
	return &Generator{seed: uint64(seed), name: stdops.GeneratorMT19937}
}

// DefaultRNG returns a generator that gives the numbers of
// dask.array.random.default_rng(seed), slower than Random. Chunks and the order
// of calls must be dask's.
func DefaultRNG(seed uint64) *Generator { return &Generator{seed: seed, name: stdops.GeneratorPCG64} }

// array records a layer of random blocks, whose op has its own arguments as
// keywords.
func (g *Generator) array(c *record.Caller, name string, d ir.DType, shape Dims, chunks ChunkSpec, kwargs map[string]*ir.Expr) *node {
	first := g.next
	return create(c, name, d, shape, chunks, func(b *builder, chunks [][]int64) *ir.Expr {
		g.next += b.l.Grid.Size()
		seed := &ir.Const{Kind: ir.ConstInt, Int: int64(g.seed)}
		if g.seed > math.MaxInt64 {
			seed = &ir.Const{Kind: ir.ConstInt, Int: -1, Uint: g.seed}
		}
		e := op(name, weak(seed), b.number(first), b.shape(chunks))
		for k, v := range kwargs {
			with(e, k, v)
		}
		if g.name != "" {
			with(e, "generator", stringExpr(g.name))
		}
		return with(e, "dtype", dtypeExpr(d))
	})
}

// number numbers the blocks of a layer from first.
func (b *builder) number(first int64) *ir.Expr {
	a := ir.Affine{Base: first, Coef: make([]int64, len(b.l.Grid))}
	stride := int64(1)
	for k := len(b.l.Grid) - 1; k >= 0; k-- {
		a.Coef[k] = stride
		stride *= b.l.Grid[k].N
	}
	if stride == 1 {
		return intExpr(first)
	}
	return b.param(ir.Param{Affine: &a})
}

// Random returns numbers uniform in [0, 1).
func (g *Generator) Random(shape Dims, chunks ChunkSpec) Array[float64] {
	return wrap[float64](g.array(record.Here(), "random", ir.Float64, shape, chunks, nil))
}

// Uniform returns numbers uniform in [low, high).
func (g *Generator) Uniform(low, high float64, shape Dims, chunks ChunkSpec) Array[float64] {
	return wrap[float64](g.array(record.Here(), "uniform", ir.Float64, shape, chunks, map[string]*ir.Expr{"low": floatExpr(low), "high": floatExpr(high)}))
}

// Normal returns normally distributed numbers of mean loc and standard
// deviation scale.
func (g *Generator) Normal(loc, scale float64, shape Dims, chunks ChunkSpec) Array[float64] {
	return wrap[float64](g.array(record.Here(), "normal", ir.Float64, shape, chunks, map[string]*ir.Expr{"loc": floatExpr(loc), "scale": floatExpr(scale)}))
}

// Exponential returns exponentially distributed numbers of mean scale.
func (g *Generator) Exponential(scale float64, shape Dims, chunks ChunkSpec) Array[float64] {
	return wrap[float64](g.array(record.Here(), "exponential", ir.Float64, shape, chunks, map[string]*ir.Expr{"scale": floatExpr(scale)}))
}

// Integers returns integers uniform in [low, high).
func (g *Generator) Integers(low, high int64, shape Dims, chunks ChunkSpec) Array[int64] {
	return wrap[int64](g.array(record.Here(), "integers", ir.Int64, shape, chunks, map[string]*ir.Expr{"low": intExpr(low), "high": intExpr(high)}))
}
