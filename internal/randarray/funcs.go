package randarray

import (
	"fmt"

	"github.com/daskgen/daskgen/da"
	"github.com/daskgen/daskgen/internal/randarray/scalarfunc"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
	"github.com/daskgen/daskgen/stdops/ref"
)

// Funcs are the functions of package scalarfunc for the reference.
var Funcs = map[string]func(args []ref.Value) (ref.Value, error){
	pkg + ".Half":   elementwise(func(x []float64) float64 { return scalarfunc.Half(x[0]) }),
	pkg + ".Mixed":  elementwise(func(x []float64) float64 { return scalarfunc.Mixed(x[0], x[1]) }),
	pkg + ".Negate": elementwise(func(x []float64) float64 { return -x[0] }),
}

const pkg = "github.com/daskgen/daskgen/internal/randarray/scalarfunc"

// elementwise applies a function to the elements of blocks, which broadcast.
func elementwise(f func(x []float64) float64) func(args []ref.Value) (ref.Value, error) {
	return func(args []ref.Value) (ref.Value, error) {
		var shapes [][]int64
		for _, a := range args {
			shapes = append(shapes, a.Type.Shape)
		}
		shape, err := stdops.BroadcastShapes(shapes...)
		if err != nil {
			return ref.Value{}, err
		}
		n := int64(1)
		for _, d := range shape {
			n *= d
		}
		elems := make([]any, n)
		for p := range elems {
			x := make([]float64, len(args))
			for i, a := range args {
				x[i] = a.Elems[position(shape, a.Type.Shape, int64(p))].(float64)
			}
			elems[p] = f(x)
		}
		return ref.Block(ir.Float64, elems, shape...), nil
	}
}

// position returns where the element at position p of a shape is in an array
// of another, which broadcasts to that.
func position(shape, own []int64, p int64) int64 {
	at, stride := int64(0), int64(1)
	for k := 1; k <= len(shape); k++ {
		n := shape[len(shape)-k]
		if k <= len(own) {
			if m := own[len(own)-k]; m > 1 {
				at += p % n * stride
			}
			stride *= own[len(own)-k]
		}
		p /= n
	}
	return at
}

// calls are operations by functions of package scalarfunc.
func (g *generator) calls() {
	x := pick[float64](g)
	switch g.n(3, "function") {
	case 0:
		put(g, x.lipschitz(1, x.mag, false), x.name+" / 2", func(s side) da.Array[float64] { return da.Map(scalarfunc.Half, x.of[s]) })
	case 1:
		y := partner(g, x)
		f := both(x.facts, y.facts).jump(x.mag+y.mag, x.integral && y.integral)
		put(g, f, fmt.Sprintf("np.where(%[1]s > 0, %[2]s, %[1]s - %[2]s)", x.name, y.name), func(s side) da.Array[float64] { return da.Map2(scalarfunc.Mixed, x.of[s], y.of[s]) })
	case 2:
		g.p.Opaque = true
		put(g, x.facts, "-"+x.name, func(s side) da.Array[float64] { return da.MapBlocks(x.of[s], scalarfunc.Negate) })
	}
}
