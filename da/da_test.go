package da_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/da"
	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/stdops/ref"
)

type f64 = da.Array[float64]

// values returns small integers as an array, so that sums are exact.
func values(shape ...int64) ref.Value {
	n := int64(1)
	for _, s := range shape {
		n *= s
	}
	r := rand.New(rand.NewPCG(1, uint64(n)))
	elems := make([]any, n)
	for i := range elems {
		elems[i] = float64(r.IntN(19) - 9)
	}
	return ref.Block(ir.Float64, elems, shape...)
}

// chunkings cuts an axis in several ways.
func chunkings(n int64) [][]int64 {
	ways := [][]int64{{n}}
	for _, size := range []int64{1, 2, 3} {
		if size >= n {
			continue
		}
		var w []int64
		for left := n; left > 0; left -= size {
			w = append(w, min(size, left))
		}
		ways = append(ways, w)
	}
	if n > 4 {
		ways = append(ways, []int64{1, n - 4, 3})
	}
	return ways
}

// randomChunks cuts each axis of a shape in a random way.
func randomChunks(r *rand.Rand, shape []int64) [][]int64 {
	out := make([][]int64, len(shape))
	for k, n := range shape {
		w := chunkings(n)
		out[k] = w[r.IntN(len(w))]
	}
	return out
}

// wholeChunks is one block.
func wholeChunks(shape []int64) [][]int64 {
	out := make([][]int64, len(shape))
	for k, n := range shape {
		out[k] = []int64{n}
	}
	return out
}

// compute records a function over parameters of these chunks, checks that what
// the compiler infers agrees with the DSL, and evaluates it.
func compute(t *testing.T, chunks [][][]int64, inputs []ref.Value, f func([]f64) da.Operand) ref.Value {
	t.Helper()
	g, y := build(t, chunks, f)
	if err := ir.Verify(g); err != nil {
		t.Fatalf("chunks %v: %v", chunks, err)
	}
	if ds := check.Check(g); len(ds) > 0 {
		t.Fatalf("chunks %v: check: %v", chunks, ds[0])
	}
	in := map[string]ref.Value{}
	for i, v := range inputs {
		in[fmt.Sprintf("x%d", i)] = v
	}
	out, err := ref.Graph(g, in)
	if err != nil {
		t.Fatalf("chunks %v: %v", chunks, err)
	}
	inferred, err := check.Chunks(g.Outputs[0].Layer)
	if err != nil {
		t.Fatalf("chunks %v: %v", chunks, err)
	}
	if d := cmp.Diff(chunksOf(y), inferred); d != "" {
		t.Errorf("chunks %v: the DSL's chunks of the result differ from what is inferred (-DSL +inferred):\n%s", chunks, d)
	}
	return out["y"]
}

func chunksOf(y da.Operand) [][]int64 {
	type chunked interface{ Chunks() [][]int }
	out := [][]int64{}
	for _, axis := range y.(chunked).Chunks() {
		sizes := []int64{}
		for _, n := range axis {
			sizes = append(sizes, int64(n))
		}
		out = append(out, sizes)
	}
	return out
}

func build(t *testing.T, chunks [][][]int64, f func([]f64) da.Operand) (*ir.Graph, da.Operand) {
	t.Helper()
	record.TakeProblems()
	var xs []f64
	var params []da.Operand
	for i, c := range chunks {
		x := da.Param[float64](fmt.Sprintf("x%d", i), c)
		xs, params = append(xs, x), append(params, x)
	}
	y := f(xs)
	g := da.Build("G", params, []string{"y"}, y)
	for _, p := range record.TakeProblems() {
		t.Fatalf("chunks %v: misuse: %s", chunks, p.Message)
	}
	return g, y
}

// sameValue compares values, floats to a relative error of 1e-12.
func sameValue(a, b ref.Value) string {
	if !a.Type.Equal(b.Type) {
		return fmt.Sprintf("type %s, want %s", b.Type, a.Type)
	}
	for i := range a.Elems {
		x, okX := a.Elems[i].(float64)
		y, okY := b.Elems[i].(float64)
		if !okX || !okY {
			if a.Elems[i] != b.Elems[i] {
				return fmt.Sprintf("element %d is %v, want %v", i, b.Elems[i], a.Elems[i])
			}
			continue
		}
		if math.Float64bits(x) != math.Float64bits(y) && !(math.Abs(x-y) <= 1e-12*max(1, math.Abs(x))) && !(math.IsNaN(x) && math.IsNaN(y)) {
			return fmt.Sprintf("element %d is %v, want %v", i, y, x)
		}
	}
	return ""
}

// gaps replaces some elements by NaN.
func gaps(x f64) f64 { return da.Where(x.GreaterScalar(5), da.Const(math.NaN()), x) }

type opCase struct {
	name   string
	shapes [][]int64
	f      func(x []f64) da.Operand
}

func s(shapes ...[]int64) [][]int64 { return shapes }

var (
	m67 = []int64{6, 7}
	v6  = []int64{6}
	v7  = []int64{7}
)

var opCases = []opCase{
	{"add", s(m67, m67), func(x []f64) da.Operand { return x[0].Add(x[1]) }},
	{"broadcast row", s(m67, v7), func(x []f64) da.Operand { return x[0].Mul(x[1]) }},
	{"broadcast column", s(m67, []int64{6, 1}), func(x []f64) da.Operand { return x[0].Div(x[1]) }},
	{"broadcast outer", s([]int64{6, 1}, []int64{1, 7}), func(x []f64) da.Operand { return x[0].Sub(x[1]) }},
	{"scalars", s(m67), func(x []f64) da.Operand { return da.Const(1.0).Sub(x[0].MulScalar(2)).PowScalar(2) }},
	{"scalar alone", s(v6), func(x []f64) da.Operand { return da.Const(3.0).Add(da.Const(4.0)).Mul(x[0]) }},
	{"compare", s(m67, v7), func(x []f64) da.Operand { return x[0].Less(x[1]).LogicalAnd(x[0].GreaterScalar(-3)) }},
	{"where", s(m67, v7), func(x []f64) da.Operand { return da.Where(x[0].GreaterScalar(0), x[0], x[1]) }},
	{"clip", s(m67), func(x []f64) da.Operand { return x[0].Clip(-2, 3) }},
	{"round", s(m67), func(x []f64) da.Operand { return x[0].DivScalar(4).Round(1) }},
	{"astype", s(m67), func(x []f64) da.Operand { return da.AsType[int32](x[0]).FloorDivScalar(4) }},
	{"apply", s(m67), func(x []f64) da.Operand { return da.Apply[float64]("add", da.AsType[int64](x[0]), x[0]) }},
	{"minimum", s(m67, m67), func(x []f64) da.Operand { return da.Minimum(x[0], x[1]) }},

	{"sum", s(m67), func(x []f64) da.Operand { return x[0].Sum() }},
	{"sum 0", s(m67), func(x []f64) da.Operand { return x[0].Sum(0) }},
	{"sum -1 keepdims", s(m67), func(x []f64) da.Operand { return x[0].Sum(-1, da.KeepDims) }},
	{"sum keepdims", s(m67), func(x []f64) da.Operand { return x[0].Sum(da.KeepDims) }},
	{"sum of many", s([]int64{40}), func(x []f64) da.Operand { return x[0].Sum() }},
	{"sum of axes 0 2", s([]int64{6, 2, 7}), func(x []f64) da.Operand { return x[0].Sum(0, 2) }},
	{"sum of all of three", s([]int64{3, 4, 5}), func(x []f64) da.Operand { return x[0].Sum() }},
	{"prod", s(v6), func(x []f64) da.Operand { return x[0].Prod() }},
	{"mean", s(m67), func(x []f64) da.Operand { return x[0].Mean(0) }},
	{"mean as", s(m67), func(x []f64) da.Operand { return da.MeanAs[float64](da.AsType[int16](x[0]), 1) }},
	{"sum as", s(m67), func(x []f64) da.Operand { return da.SumAs[int64](da.AsType[int8](x[0]), 1) }},
	{"var", s(m67), func(x []f64) da.Operand { return x[0].Var(0, da.DDof(1)) }},
	{"std", s(m67), func(x []f64) da.Operand { return x[0].Std(1, da.KeepDims) }},
	{"mean and std of one block", s(m67), func(x []f64) da.Operand {
		y := x[0].Rechunk(da.Chunks(6, 7))
		return y.Sub(y.Mean(1, da.KeepDims)).Div(y.Std(1, da.KeepDims, da.DDof(1))).AddScalar(1).Sub(y.Var().Reshape(1, 1))
	}},
	{"std of many", s([]int64{50}), func(x []f64) da.Operand { return x[0].Std() }},
	{"standardize", s(m67), func(x []f64) da.Operand { return x[0].Sub(x[0].Mean(0)).Div(x[0].Std(0)) }},
	{"min", s(m67), func(x []f64) da.Operand { return x[0].Min(0) }},
	{"max", s(m67), func(x []f64) da.Operand { return x[0].Max() }},
	{"any", s(m67), func(x []f64) da.Operand { return x[0].GreaterScalar(8).Any(0) }},
	{"all", s(m67), func(x []f64) da.Operand { return x[0].All(1) }},
	{"argmin", s(m67), func(x []f64) da.Operand { return x[0].ArgMin(0) }},
	{"argmax", s(m67), func(x []f64) da.Operand { return x[0].ArgMax(-1, da.KeepDims) }},
	{"argmax of all", s(m67), func(x []f64) da.Operand { return x[0].ArgMax() }},
	{"argmin of many", s([]int64{40}), func(x []f64) da.Operand { return x[0].ArgMin() }},

	{"nansum", s(m67), func(x []f64) da.Operand { return gaps(x[0]).NanSum(0) }},
	{"nanprod", s(v6), func(x []f64) da.Operand { return gaps(x[0]).NanProd() }},
	{"nanmean", s(m67), func(x []f64) da.Operand { return gaps(x[0]).NanMean(0) }},
	{"nanstd", s(m67), func(x []f64) da.Operand { return gaps(x[0]).NanStd(1, da.DDof(1)) }},
	{"nanvar", s(m67), func(x []f64) da.Operand { return gaps(x[0]).NanVar() }},
	{"nanmin", s(m67), func(x []f64) da.Operand { return gaps(x[0]).NanMin(0) }},
	{"nanmax", s(m67), func(x []f64) da.Operand { return gaps(x[0]).NanMax(1) }},
	{"count_nonzero", s(m67), func(x []f64) da.Operand { return x[0].CountNonzero(1) }},
	{"mean with nan", s(m67), func(x []f64) da.Operand { return gaps(x[0]).Mean(0).Add(gaps(x[0]).NanStd(0)) }},

	{"transpose", s([]int64{3, 4, 5}), func(x []f64) da.Operand { return x[0].Transpose(1, -1, 0) }},
	{"T", s(m67), func(x []f64) da.Operand { return x[0].T().Add(x[0].T()) }},
	{"x + x.T", s([]int64{6, 6}), func(x []f64) da.Operand { return x[0].Add(x[0].T()).Mean(0) }},
	{"swapaxes", s([]int64{3, 4, 5}), func(x []f64) da.Operand { return x[0].SwapAxes(0, -1) }},
	{"squeeze", s([]int64{1, 6, 1}), func(x []f64) da.Operand { return x[0].Squeeze() }},
	{"squeeze axis", s([]int64{1, 6, 1}), func(x []f64) da.Operand { return x[0].Squeeze(-1) }},
	{"expand_dims", s(m67), func(x []f64) da.Operand { return x[0].ExpandDims(-2) }},
	{"flip", s(m67), func(x []f64) da.Operand { return x[0].Flip(1) }},
	{"broadcast_to", s([]int64{6, 1}), func(x []f64) da.Operand { return x[0].BroadcastTo(2, 6, 3) }},
	{"concatenate", s(m67, []int64{2, 7}, m67), func(x []f64) da.Operand { return da.Concatenate(0, x...) }},
	{"concatenate 1", s(m67, []int64{6, 2}), func(x []f64) da.Operand { return da.Concatenate(-1, x...) }},
	{"stack", s(m67, m67), func(x []f64) da.Operand { return da.Stack(0, x...) }},
	{"stack -1", s(m67, m67), func(x []f64) da.Operand { return da.Stack(-1, x...) }},
	{"rechunk", s(m67), func(x []f64) da.Operand { return x[0].Rechunk(da.Chunks(4, 3)) }},
	{"rechunk lists", s(m67), func(x []f64) da.Operand { return x[0].Rechunk(da.ChunkSizes([]int{1, 5}, []int{2, 2, 3})) }},
	{"rechunk long", s([]int64{40}), func(x []f64) da.Operand { return x[0].Rechunk(da.Chunks(9)) }},

	{"reshape merge", s(m67), func(x []f64) da.Operand { return x[0].Reshape(42) }},
	{"reshape split", s([]int64{42}), func(x []f64) da.Operand { return x[0].Reshape(6, -1) }},
	{"reshape both", s([]int64{6, 4}), func(x []f64) da.Operand { return x[0].Reshape(8, 3) }},
	{"reshape some", s([]int64{6, 4, 5}), func(x []f64) da.Operand { return x[0].Reshape(2, 3, 20) }},
	{"reshape ones", s([]int64{1, 6, 4}), func(x []f64) da.Operand { return x[0].Reshape(6, 1, 2, 2) }},
	{"ravel", s([]int64{3, 4, 2}), func(x []f64) da.Operand { return x[0].Ravel() }},

	{"dot", s(m67, []int64{7, 5}), func(x []f64) da.Operand { return x[0].Dot(x[1]) }},
	{"dot of vectors", s(v7, v7), func(x []f64) da.Operand { return x[0].Dot(x[1]) }},
	{"dot of long vectors", s([]int64{70}, []int64{70}), func(x []f64) da.Operand { return x[0].Dot(x[1]) }},
	{"dot of three axes", s([]int64{2, 3, 4}, []int64{5, 4, 2}), func(x []f64) da.Operand { return x[0].Dot(x[1]) }},
	{"matmul", s(m67, []int64{7, 5}), func(x []f64) da.Operand { return x[0].MatMul(x[1]) }},
	{"matmul vector", s(m67, v7), func(x []f64) da.Operand { return x[0].MatMul(x[1]) }},
	{"matmul batched", s([]int64{2, 3, 4}, []int64{4, 5}), func(x []f64) da.Operand { return x[0].MatMul(x[1]) }},
	{"matmul broadcast", s([]int64{2, 1, 3, 4}, []int64{3, 4, 2}), func(x []f64) da.Operand { return x[0].MatMul(x[1]) }},
	{"matmul row", s([]int64{4}, []int64{2, 4, 3}), func(x []f64) da.Operand { return x[0].MatMul(x[1]) }},
	{"matmul column", s([]int64{2, 4, 3}, []int64{3}), func(x []f64) da.Operand { return x[0].MatMul(x[1]) }},
	{"tensordot", s([]int64{3, 4, 5}, []int64{4, 3, 2}), func(x []f64) da.Operand { return da.TensorDot(x[0], x[1], []int{0, 1}, []int{1, 0}) }},
	{"tensordot one", s([]int64{3, 4, 5}, []int64{2, 5}), func(x []f64) da.Operand { return da.TensorDot(x[0], x[1], []int{2}, []int{-1}) }},
	{"outer", s(v6, v7), func(x []f64) da.Operand { return da.TensorDot(x[0], x[1], nil, nil) }},
}

var indexCases = map[string][]any{
	"element":          {2, 3},
	"negative":         {-1, -7},
	"row":              {4},
	"column":           {da.All, 5},
	"slice":            {da.S(1, 5)},
	"slices":           {da.S(1, 5), da.S(2, nil)},
	"step":             {da.S(nil, nil, 2), da.S(1, nil, 3)},
	"large step":       {da.All, da.S(nil, nil, 5)},
	"reverse":          {da.S(nil, nil, -1)},
	"reverse step":     {da.S(4, 0, -2), da.S(nil, 1, -3)},
	"reverse to start": {da.S(3, nil, -1)},
	"negative bounds":  {da.S(-4, -1)},
	"beyond":           {da.S(2, 100), da.S(-100, 3)},
	"empty":            {da.S(3, 3)},
	"empty reverse":    {da.S(1, 4, -1)},
	"newaxis":          {da.NewAxis, da.All, da.NewAxis, da.S(1, 3)},
	"newaxis at end":   {2, da.NewAxis},
	"ellipsis":         {da.Ellipsis, 3},
	"ellipsis front":   {3, da.Ellipsis, da.NewAxis},
	"everything":       {da.All, da.All},
	"list":             {[]int{5, 0, 0, -2, 3}},
	"list column":      {da.All, []int{6, 1}},
	"list and slice":   {da.S(1, 4), []int{6, 1, 1, 2, 3, 4, 5}},
	"list and int":     {3, []int{6, 1}},
	"list of none":     {[]int{}},
	"mask":             {[]bool{true, false, false, true, true, false}},
	"empty mask":       {da.All, make([]bool, 7)},
}

// TestChunksDoNotMatter compares each operation on arrays of many blocks with
// the same operation on one block, which is the op itself.
func TestChunksDoNotMatter(t *testing.T) {
	cases := append([]opCase{}, opCases...)
	for name, index := range indexCases {
		cases = append(cases, opCase{"index " + name, s(m67), func(x []f64) da.Operand { return x[0].At(index...) }})
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(7, 7))
			var inputs []ref.Value
			var whole [][][]int64
			for _, shape := range c.shapes {
				inputs = append(inputs, values(shape...))
				whole = append(whole, wholeChunks(shape))
			}
			want := compute(t, whole, inputs, c.f)
			for range 12 {
				var chunks [][][]int64
				for _, shape := range c.shapes {
					chunks = append(chunks, randomChunks(r, shape))
				}
				if d := sameValue(want, compute(t, chunks, inputs, c.f)); d != "" {
					t.Fatalf("chunks %v: %s", chunks, d)
				}
			}
		})
	}
}

// TestCreation evaluates arrays that read nothing, in blocks and in one.
func TestCreation(t *testing.T) {
	for name, f := range map[string]func(c da.ChunkSpec, one int) da.Operand{
		"ones":           func(c da.ChunkSpec, _ int) da.Operand { return da.Ones[int32](da.Shape(5, 7), c) },
		"zeros":          func(c da.ChunkSpec, _ int) da.Operand { return da.Zeros[bool](da.Shape(5, 7), c) },
		"full":           func(c da.ChunkSpec, _ int) da.Operand { return da.Full(2.5, da.Shape(5, 7), c) },
		"full nan":       func(c da.ChunkSpec, _ int) da.Operand { return da.Full(math.NaN(), da.Shape(5, 7), c) },
		"arange":         func(_ da.ChunkSpec, n int) da.Operand { return da.Arange[int64](3, 20, 2, n) },
		"arange floats":  func(_ da.ChunkSpec, n int) da.Operand { return da.Arange(1, 0, -0.1, n) },
		"linspace":       func(_ da.ChunkSpec, n int) da.Operand { return da.Linspace(0, 1, 11, n) },
		"eye":            func(c da.ChunkSpec, _ int) da.Operand { return da.Eye[float64](5, 7, 1, c) },
		"eye wide":       func(c da.ChunkSpec, _ int) da.Operand { return da.Eye[float64](5, 7, -2, c) },
		"ones no axes":   func(_ da.ChunkSpec, _ int) da.Operand { return da.Ones[float64](da.Shape(), da.Chunks()) },
		"ones no length": func(_ da.ChunkSpec, n int) da.Operand { return da.Ones[float64](da.Shape(0), da.Chunks(n)) },
	} {
		t.Run(name, func(t *testing.T) {
			want := compute(t, nil, nil, func([]f64) da.Operand { return f(da.Chunks(-1), -1) })
			for _, c := range []da.ChunkSpec{da.Chunks(2, 3), da.Chunks(3, 2), da.ChunkSizes([]int{1, 4}, []int{2, 2, 3})} {
				for _, n := range []int{2, 3} {
					got := compute(t, nil, nil, func([]f64) da.Operand { return f(c, n) })
					if d := sameValue(want, got); d != "" {
						t.Error(d)
					}
				}
			}
		})
	}
}

// TestRandomBlocksDiffer sees that no two blocks have the same number, also of
// several arrays of a generator.
func TestRandomBlocksDiffer(t *testing.T) {
	r := da.Random(1)
	x := r.Uniform(0, 1, da.Shape(4, 6), da.Chunks(2))
	y := r.Normal(0, 1, da.Shape(3), da.Chunks(1))
	g := da.Build("G", nil, []string{"x", "y"}, x, y)
	seen := map[int64]bool{}
	for _, l := range g.Layers {
		block := l.Cases[0].Params[l.Cases[0].Kernel.Args[1].N].Affine
		for i := range l.Grid.Size() {
			n := block.At(l.Grid.Index(i))
			if seen[n] {
				t.Errorf("layer %s: block number %d twice", l.Name, n)
			}
			seen[n] = true
		}
	}
	if len(seen) != 9 {
		t.Errorf("%d blocks, want 9", len(seen))
	}
}

func half(x float64) float64               { return x / 2 }
func above(x, y float64) bool              { return x > y }
func sum3(x float64, n int32, b bool) int8 { return int8(x) + int8(n) }
func negate(b *rt.Block[float64]) *rt.Block[float64] {
	return rt.FromSlice(b.Elements(), b.Shape...)
}

// TestFunctions records user functions by their names.
func TestFunctions(t *testing.T) {
	chunks := [][]int64{{3, 3}, {4, 3}}
	g, _ := build(t, [][][]int64{chunks, chunks}, func(x []f64) da.Operand {
		m := da.Map3(sum3, da.Map(half, x[0]), da.AsType[int32](x[1]), da.Map2(above, x[0], x[1]))
		return da.AsType[float64](m).Add(da.MapBlocks(x[0], negate))
	})
	if ds := check.Check(g); len(ds) > 0 {
		t.Fatal(ds[0])
	}
	want := map[string]ir.Type{
		"half": *ir.ScalarType(ir.Float64), "above": *ir.ScalarType(ir.Bool), "sum3": *ir.ScalarType(ir.Int8), "negate": *ir.BlockType(ir.Float64, 3, -1),
	}
	for _, l := range g.Layers {
		if l.Input != nil || l.Cases[0].Kernel.Kind != ir.ExprFunc {
			continue
		}
		f := l.Cases[0].Kernel.Func
		if w, ok := want[f.Name]; !ok || !w.Equal(f.Result) || f.Pkg != "github.com/daskgen/daskgen/da_test" || f.Scalar != (f.Name != "negate") {
			t.Errorf("layer %s: function %+v", l.Name, f)
		}
		delete(want, f.Name)
	}
	if len(want) > 0 {
		t.Errorf("not recorded: %v", want)
	}
}

// TestMisuse has a line per mistake, with the message that it gives.
func TestMisuse(t *testing.T) {
	x := da.Param[float64]("x", [][]int64{{2, 2}, {3}})
	i := da.Param[int64]("i", [][]int64{{4}})
	for _, c := range []struct {
		f    func() da.Operand
		want string
	}{
		{func() da.Operand { return x.Add(da.Param[float64]("y", [][]int64{{5}})) }, "add: shapes (4, 3) and (5,) do not broadcast"},
		{func() da.Operand { return i.Div(i) }, "divide of int64 gives float64, not int64"},
		{func() da.Operand { return i.Sqrt() }, "sqrt of int64 gives float64, not int64"},
		{func() da.Operand { return i.Mean() }, "mean of int64 gives float64, not int64"},
		{func() da.Operand { return da.AsType[int8](i).Sum() }, "sum of int8 gives int64, not int8"},
		{func() da.Operand { return x.Sum(2) }, "sum: axis 2 is out of bounds for an array of 2 axes"},
		{func() da.Operand { return x.Sum(0, -2) }, "sum: axis 0 is named twice"},
		{func() da.Operand { return x.At(4, 0) }, "At: index 4 is out of bounds for axis 0 of length 4"},
		{func() da.Operand { return x.At(0, 0, 0) }, "At: too many indices: the array has 2 axes, the index 3"},
		{func() da.Operand { return x.At("a") }, "At: an index is an integer, da.S(start, stop), da.All, da.NewAxis, da.Ellipsis, []int or []bool, not string"},
		{func() da.Operand { return x.At([]int{0}, []int{0}) }, "At: an index has one list at most: take the lists one after the other"},
		{func() da.Operand { return x.At([]bool{true}) }, "At: a mask of length 1 for axis 0 of length 4"},
		{func() da.Operand { return x.At(da.S(0, 1, 0)) }, "At: a slice cannot have step 0"},
		{func() da.Operand { return x.At(da.S("a", 1)) }, "At: a bound of a slice is an int or nil, not string"},
		{func() da.Operand { return x.Transpose(0, 0) }, "Transpose: axes [0 0] are not an order of 2 axes"},
		{func() da.Operand { return x.Reshape(5, -1) }, "Reshape: the 12 elements of shape (4, 3) do not fill shape [5 -1]"},
		{func() da.Operand { return x.Rechunk(da.Chunks(1, 2, 3)) }, "Rechunk: chunks for 3 axes, but the array has 2"},
		{func() da.Operand { return x.Rechunk(da.ChunkSizes([]int{4}, []int{2})) }, "Rechunk: chunks [2] along axis 1 do not add up to the length 3"},
		{func() da.Operand { return x.Dot(x) }, "dot: shapes (4, 3) and (4, 3): axis 1 has length 3, axis 0 has 4"},
		{func() da.Operand { return da.Concatenate(0, x, x.T()) }, "Concatenate: shapes (4, 3) and (3, 4) differ along axis 1"},
		{func() da.Operand { return da.Concatenate[float64](0) }, "Concatenate: needs at least one array"},
		{func() da.Operand { return da.Stack(3, x, x) }, "Stack: axis 3 is out of bounds for a result of 3 axes"},
		{func() da.Operand { return x.Squeeze(0) }, "Squeeze: axis 0 has length 4, not 1"},
		{func() da.Operand { return x.Add(f64{}) }, "array 2 has not been set: it is the zero value of da.Array"},
		{func() da.Operand { return x.At(da.S(0, 0)).Min() }, "min: no elements along the reduced axes"},
		{func() da.Operand { return da.Arange(0, 1, 0.0, 1) }, "Arange: the step is 0"},
		{func() da.Operand { return da.Ones[int8](da.Shape(-1), da.Chunks()) }, "ones: axis 0 has length -1"},
		{func() da.Operand { return da.Map(func(v float64) float64 { return v }, x) }, "Map: a function literal cannot be part of a graph"},
		{func() da.Operand { return x.BroadcastTo(3) }, "BroadcastTo: shape (4, 3) does not broadcast to (3,)"},
		{func() da.Operand { return da.Apply[float64]("nosuch", x) }, "nosuch: there is no op \"nosuch\""},
		{func() da.Operand { return x.BitwiseAnd(x) }, "bitwise_and: is not defined for (float64, float64)"},
	} {
		record.TakeProblems()
		y := c.f()
		ps := record.TakeProblems()
		if len(ps) != 1 || ps[0].Message != c.want {
			t.Errorf("got %+v, want one problem: %s", ps, c.want)
			continue
		}
		if ps[0].Pos.Line == 0 {
			t.Errorf("%s: no position", c.want)
		}
		// The result can be used on without further reports.
		if z, ok := y.(f64); ok {
			z.Add(x).Sum().At().Reshape(3)
			if more := record.TakeProblems(); len(more) > 0 {
				t.Errorf("%s: a consequence is reported too: %s", c.want, more[0].Message)
			}
		}
	}
}

// TestOnlyNeededBlocks sees that a slice reads only the blocks it touches.
func TestOnlyNeededBlocks(t *testing.T) {
	g, _ := build(t, [][][]int64{{{2, 2, 2, 2}, {2, 2, 2, 2}}}, func(x []f64) da.Operand {
		return x[0].At(da.S(3, 6), da.S(nil, nil, 5))
	})
	l := g.Outputs[0].Layer
	read := map[int64]bool{}
	for i := range l.Grid.Size() {
		ix := l.Grid.Index(i)
		o := l.Cases[0].Operands[0]
		if o.Access.Table != nil {
			read[int64(o.Access.Table.IDs[i])] = true
			continue
		}
		src := make([]int64, 2)
		for k := range src {
			src[k] = o.Access.Axes[k].Start.At(ix)
		}
		read[o.Layer.Grid.Linear(src)] = true
	}
	want := map[int64]bool{4: true, 6: true, 8: true, 10: true}
	if d := cmp.Diff(want, read); d != "" {
		t.Errorf("blocks read (-want +got):\n%s", d)
	}
}

// TestNames sees that layers are called after outputs and ops, and uniquely.
func TestNames(t *testing.T) {
	x := da.Param[float64]("x", [][]int64{{2, 2}})
	y := x.AddScalar(1).AddScalar(2)
	m := y.Mean()
	g := da.Build("G", []da.Operand{x}, []string{"x", "m", "again"}, x, m, y)
	var got []string
	for _, l := range g.Layers {
		got = append(got, l.Name)
	}
	want := []string{"x", "identity", "add", "again", "m.chunk", "m"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("names (-want +got):\n%s", d)
	}
}

// TestNumPyGenerators compares with dask 2026.8, of
//
//	r = da.random.RandomState(42); r.normal(1, 2, (3, 2), chunks=(2, 1)); r.randint(0, 100, size=4, chunks=2)
//	r = da.random.default_rng(42); r.uniform(1, 2, (3, 2), chunks=(2, 1)); r.integers(0, 100, size=4, chunks=2)
func TestNumPyGenerators(t *testing.T) {
	r := da.RandomState(42)
	x, y := r.Normal(1, 2, da.Shape(3, 2), da.Chunks(2, 1)), r.Integers(0, 100, da.Shape(4), da.Chunks(2))
	checkNumbers(t, x, y,
		[]float64{-1.6383637862497507, 0.7071841221183732, 1.2269792512452882, -0.7158348244179484, -0.4669234155400066, 0.41854730399656925},
		[]int64{4, 52, 99, 56})
	r = da.DefaultRNG(42)
	x, y = r.Uniform(1, 2, da.Shape(3, 2), da.Chunks(2, 1)), r.Integers(0, 100, da.Shape(4), da.Chunks(2))
	checkNumbers(t, x, y,
		[]float64{1.9167441575549085, 1.4674907799518424, 1.9109866676343232, 1.0464488964486873, 1.0712392029127087, 1.7639328676507446},
		[]int64{95, 1, 67, 25})
}

func checkNumbers(t *testing.T, x da.Array[float64], y da.Array[int64], floats []float64, ints []int64) {
	t.Helper()
	g := da.Build("G", nil, []string{"x", "y"}, x, y)
	if ds := check.Check(g); len(ds) > 0 {
		t.Fatal(ds[0])
	}
	got, err := new(ref.Evaluator).Graph(g, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range floats {
		if v := got["x"].Elems[i].(float64); math.Abs(v-want) > 1e-15 {
			t.Errorf("element %d is %v, want %v", i, v, want)
		}
	}
	for i, want := range ints {
		if v := got["y"].Elems[i]; v != want {
			t.Errorf("element %d is %v, want %d", i, v, want)
		}
	}
}

// A mean and a std of one block are made of moments that are formed once; a mean
// alone, and statistics over other axes, are formed by themselves.
func TestSharedMoments(t *testing.T) {
	ops := func(results ...da.Operand) (ops []string) {
		names := []string{"p", "q", "r"}[:len(results)]
		g := da.Build("G", nil, names, results...)
		for _, l := range g.Layers {
			if l.Cases != nil && l.Cases[0].Kernel.Op != "ones" {
				ops = append(ops, l.Cases[0].Kernel.Op)
			}
		}
		return ops
	}
	x := func() da.Array[float64] { return da.Ones[float64](da.Shape(8, 6), da.Chunks(4, 6)) }
	a, b, c, d := x(), x(), x(), x()
	for _, s := range []struct {
		got  []string
		want []string
	}{
		{ops(a.Mean(1), a.Std(1, da.KeepDims), a.Var(1)), []string{"moment_chunk", "mean_agg", "std_agg", "var_agg"}},
		{ops(b.Mean(1), b.Mean(1, da.KeepDims)), []string{"mean", "mean"}},
		{ops(c.Mean(1), c.Var(0)), []string{"mean", "moment_chunk", "var_agg"}},
		{ops(d.Std(1)), []string{"std"}},
	} {
		if diff := cmp.Diff(s.want, s.got); diff != "" {
			t.Errorf("ops (-want +got):\n%s", diff)
		}
	}
}
