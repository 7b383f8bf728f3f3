// Package randarray draws random programs over blocked arrays, each in two
// forms: with its arrays cut into blocks in random ways, and with arrays of one
// block. Both must give the same numbers, which is what the tests hold package
// da and all that stands behind it to. A third form is a Python function that
// computes the same with NumPy.
package randarray

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/daskgen/daskgen/da"
	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/stdops/ref"
)

// A Program is a random program.
type Program struct {
	Blocks, Whole *ir.Graph            // with arrays in blocks, and of one block
	Inputs        map[string]ref.Value // by the name of the parameter
	Outputs       []Output             // of both graphs
	Python        []string             // statements that compute all values from the inputs
	Steps         []string             // what was done, for messages
	Opaque        bool                 // there are functions of blocks, about whose shapes little is known
}

// An Output is a result of a Program.
type Output struct {
	Name   string
	Chunks [][]int // in Blocks, as package da says
	Err    float64 // how far elements may be apart between the two forms
	NumPy  float64 // how far they may be apart from NumPy's; infinite if they cannot be compared
}

// A side is one of the two forms of a program.
type side int

const (
	blocks side = iota
	whole
)

// A val is an array of the program.
type val[T rt.Elem] struct {
	of   [2]da.Array[T]
	name string
	facts
}

func (v val[T]) shape() []int { return v.of[whole].Shape() }

// literal is a scalar that stands for an array.
func literal[T rt.Elem](v T) val[T] { return val[T]{of: [2]da.Array[T]{da.Const(v), da.Const(v)}} }

// Facts are bounds that hold whatever the chunks are. They say which operations
// are possible on a value so that the two forms can still be compared.
type facts struct {
	mag      float64    // no finite element is larger
	err      [2]float64 // how far apart elements may be: between the two forms, and from NumPy
	integral bool       // all finite elements are integers
	special  bool       // there may be NaN and infinities
}

// A generator holds a program while it is drawn.
type generator struct {
	t      *rapid.T
	r      *rand.Rand // contents of inputs
	pools  map[reflect.Type]any
	params [2][]da.Operand
	res    [2][]da.Operand
	p      *Program
	random *da.Generator
	funcs  bool
}

// Options restrict what is drawn.
type Options struct {
	Funcs bool // also functions of package scalarfunc, which ref evaluates with Funcs
	Steps int  // at most
}

// Limits of what is drawn: naive evaluation is slow.
const (
	maxSize   = 160
	maxLength = 24
)

// Draw draws a program. It fails the test if the two forms differ in what
// package da refuses.
func Draw(t *rapid.T, o Options) *Program {
	g := &generator{t: t, pools: map[reflect.Type]any{}, p: &Program{Inputs: map[string]ref.Value{}}, random: da.Random(7), funcs: o.Funcs}
	g.r = rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "contents"), 1))
	input[float64](g, g.shape(3))
	steps := g.steps()
	for range 1 + g.n(o.Steps, "steps") {
		steps[g.n(len(steps), "step")]()
	}
	return g.build()
}

// n draws a number below n, by bits, all about equally often: rapid prefers
// small numbers.
func (g *generator) n(n int, what string) int {
	return rapid.Custom(func(t *rapid.T) int {
		v := 0
		for range bits.Len(uint(n-1)) + 3 {
			v <<= 1
			if rapid.Bool().Draw(t, "bit") {
				v++
			}
		}
		return v % n
	}).Draw(g.t, what)
}

// choose draws an element of a list.
func choose[T any](g *generator, list []T, what string) T { return list[g.n(len(list), what)] }

// one says yes once in n times; shrinking leads to no.
func (g *generator) one(n int, what string) bool { return g.n(n, what) == n-1 }

// build makes the graphs. Outputs are the last values, and some others.
func (g *generator) build() *Program {
	var keep []int
	for i := range g.p.Outputs {
		if last := len(g.p.Outputs) - i; last <= 3 || g.one(4, "output") {
			keep = append(keep, i)
		}
	}
	var outs []Output
	var res [2][]da.Operand
	var names []string
	for _, i := range keep {
		outs = append(outs, g.p.Outputs[i])
		names = append(names, g.p.Outputs[i].Name)
		for s := range res {
			res[s] = append(res[s], g.res[s][i])
		}
	}
	g.p.Outputs = outs
	g.p.Blocks = da.Build("G", g.params[blocks], names, res[blocks]...)
	g.p.Whole = da.Build("G", g.params[whole], names, res[whole]...)
	if ps := record.TakeProblems(); len(ps) > 0 || g.p.Blocks == nil || g.p.Whole == nil {
		g.t.Fatalf("program %v\nis not built: %v", g.p.Steps, ps)
	}
	return g.p
}

// pool returns the values of an element type.
func pool[T rt.Elem](g *generator) []val[T] {
	p, _ := g.pools[reflect.TypeFor[T]()].([]val[T])
	return p
}

// pick draws a value of an element type, which is made if there is none.
func pick[T rt.Elem](g *generator) val[T] {
	p := pool[T](g)
	if len(p) == 0 || g.one(8, "new input") {
		return input[T](g, g.shape(3))
	}
	return p[len(p)-1-g.n(len(p), "value")]
}

// put records an operation in both forms. Python is its form in NumPy.
func put[U rt.Elem](g *generator, f facts, python string, apply func(s side) da.Array[U]) {
	if f.unusable() {
		return
	}
	var v val[U]
	var said [2]string
	for s := range v.of {
		v.of[s] = g.try(func() da.Operand { return apply(side(s)) }, &said[s]).(da.Array[U])
	}
	if said[blocks] != said[whole] {
		g.t.Fatalf("program\n%s\nnext: %s\nin blocks: %q\nwhole: %q", strings.Join(g.p.Steps, "\n"), python, said[blocks], said[whole])
	}
	if said[blocks] != "" {
		return
	}
	if !slices.Equal(v.of[blocks].Shape(), v.shape()) {
		g.t.Fatalf("program\n%s\nnext: %s\nhas shape %v in blocks, whole %v", strings.Join(g.p.Steps, "\n"), python, v.of[blocks].Shape(), v.shape())
	}
	if product(v.shape()) > maxSize || len(v.shape()) > 5 || slices.Max(append(v.shape(), 0)) > 2*maxLength {
		return
	}
	v.facts = f
	v.name = fmt.Sprintf("v%d", len(g.p.Steps))
	g.keep(v.name, python, v.of[blocks].Chunks(), f, v.of[blocks], v.of[whole])
	g.pools[reflect.TypeFor[U]()] = append(pool[U](g), v)
}

// try applies an operation and notes the first problem that it reports.
func (g *generator) try(apply func() da.Operand, said *string) da.Operand {
	record.TakeProblems()
	defer func() {
		if r := recover(); r != nil {
			panic(fmt.Sprintf("program\n%s\npanics: %v", strings.Join(g.p.Steps, "\n"), r))
		}
	}()
	x := apply()
	if ps := record.TakeProblems(); len(ps) > 0 {
		*said = ps[0].Message
	}
	return x
}

func (g *generator) keep(name, python string, chunks [][]int, f facts, b, w da.Operand) {
	g.p.Steps = append(g.p.Steps, fmt.Sprintf("%s = %s # chunks %v", name, python, chunks))
	g.p.Python = append(g.p.Python, fmt.Sprintf("%s = np.asarray(%s)", name, python))
	g.p.Outputs = append(g.p.Outputs, Output{Name: name, Chunks: chunks, Err: f.err[0], NumPy: f.err[1]})
	g.res[blocks], g.res[whole] = append(g.res[blocks], b), append(g.res[whole], w)
}

// Shapes and chunks.

func product(shape []int) int {
	n := 1
	for _, s := range shape {
		n *= s
	}
	return n
}

// shape draws a shape of few elements; some have long axes, some no elements.
func (g *generator) shape(rank int) []int {
	shape := make([]int, g.n(rank+1, "rank"))
	for k := range shape {
		shape[k] = choose(g, []int{4, 3, 5, 2, 6, 1, 7, 0, maxLength}, "length")
	}
	for k := range shape {
		if product(shape) > maxSize {
			shape[k] = min(shape[k], 3)
		}
	}
	return shape
}

// cut draws the chunks of an axis.
func (g *generator) cut(n int) []int {
	switch g.n(4, "chunks") {
	case 0:
		return []int{n}
	case 1:
		return fixed(n, 1)
	case 2:
		return fixed(n, 1+g.n(max(n, 1), "chunk"))
	}
	var sizes []int
	for left := n; left > 0; {
		sizes = append(sizes, 1+g.n(min(left, 4), "chunk"))
		left -= sizes[len(sizes)-1]
	}
	return append(sizes, make([]int, max(0, 1-len(sizes)))...)
}

// fixed cuts n elements in pieces of a size.
func fixed(n, size int) []int {
	var sizes []int
	for left := n; left > 0; left -= size {
		sizes = append(sizes, min(left, size))
	}
	return append(sizes, make([]int, max(0, 1-len(sizes)))...)
}

func (g *generator) chunks(shape []int) [][]int {
	out := make([][]int, len(shape))
	for k, n := range shape {
		out[k] = g.cut(n)
	}
	return out
}

// spec is the chunks of an array that is created.
func (g *generator) spec(shape []int) [2]da.ChunkSpec {
	return [2]da.ChunkSpec{da.ChunkSizes(g.chunks(shape)...), da.Chunks()}
}

func int64s(s []int) []int64 {
	out := make([]int64, len(s))
	for i, n := range s {
		out[i] = int64(n)
	}
	return out
}

// input adds a parameter.
func input[T rt.Elem](g *generator, shape []int) val[T] {
	name := fmt.Sprintf("x%d", len(g.params[0]))
	cut := g.chunks(shape)
	all, one := make([][]int64, len(shape)), make([][]int64, len(shape))
	for k, c := range cut {
		all[k], one[k] = int64s(c), []int64{int64(shape[k])}
	}
	v := val[T]{of: [2]da.Array[T]{da.Param[T](name, all), da.Param[T](name, one)}, name: name}
	g.params[blocks], g.params[whole] = append(g.params[blocks], v.of[blocks]), append(g.params[whole], v.of[whole])
	elems := make([]any, product(shape))
	d := ir.ParseDType(reflect.TypeFor[T]().Kind().String())
	kind := g.n(4, "contents")
	for i := range elems {
		elems[i] = g.element(d, kind)
	}
	g.p.Inputs[name] = ref.Block(d, elems, int64s(shape)...)
	v.facts = g.inputFacts(d, kind)
	g.keep(name, name, cut, v.facts, v.of[blocks], v.of[whole])
	g.p.Outputs[len(g.p.Outputs)-1].Name = "v_" + name
	g.p.Python[len(g.p.Python)-1] = fmt.Sprintf("v_%s = %s", name, name)
	g.pools[reflect.TypeFor[T]()] = append(pool[T](g), v)
	return v
}

// element draws an element: a small integer (kinds 0 and 1), a fraction (2) or
// a fraction or special value (3).
func (g *generator) element(d ir.DType, kind int) any {
	n := int64(g.r.IntN(11) - 5)
	x := float64(n)
	if kind >= 2 {
		x += float64(g.r.IntN(1000)) / 1000
	}
	if kind == 3 && g.r.IntN(5) == 0 {
		x = []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)}[g.r.IntN(4)]
	}
	switch d {
	case ir.Bool:
		return n > 0
	case ir.Int8:
		return int8(n)
	case ir.Uint8:
		return uint8(n + 5)
	case ir.Int32:
		return int32(n)
	case ir.Int64:
		return n
	case ir.Float32:
		return float32(x)
	case ir.Complex128:
		return complex(float64(n), float64(g.r.IntN(7)-3))
	}
	return x
}

func (g *generator) inputFacts(d ir.DType, kind int) facts {
	f := facts{mag: 10, integral: true}
	if d.Kind() == 'f' {
		f.integral, f.special = kind < 2, kind == 3
	}
	return f
}
