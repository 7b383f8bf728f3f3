package golden

import (
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/da"
	"github.com/daskgen/daskgen/graph/record"
	"github.com/daskgen/daskgen/ir"
)

// expressions are those of testdata/arrays.py, of the flights (200000 × 3) and
// the precipitation (168 × 360) in the examples.
func expressions(f32, p32 da.Array[float32]) map[string]da.Operand {
	f, p := da.AsType[float64](f32), da.AsType[float64](p32)
	i := da.AsType[int64](f)
	delay, miles, hour := f.At(da.All, 0), f.At(da.All, 1), f.At(da.All, 2)
	late := delay.GreaterScalar(15)
	w := da.Where(p.GreaterScalar(1000), da.Const(math.NaN()), p)
	m := f.At(da.S(nil, 360))
	deep := p.Reshape(12, 14, -1)
	every := func(n, from int) []bool {
		mask := make([]bool, 168)
		for k := range mask {
			mask[k] = k%n == from
		}
		return mask
	}
	zero := f.Sub(f.Mean(0))
	return map[string]da.Operand{
		"mean of columns": f.Mean(0), "mean of all": f.Mean(), "std ddof": f.Std(0, da.DDof(1)), "var keepdims": p.Var(1, da.KeepDims),
		"standardized": f.Sub(f.Mean(0)).Div(f.Std(0)), "standardized 32": f32.Sub(f32.Mean(0)).Div(f32.Std(0)),
		"sum": f.Sum(), "sum of rows": p.Sum(1), "sum int": i.Sum(0), "sum int8": da.SumAs[int64](da.AsType[int8](i), 0),
		"prod": p.At(da.All, da.S(nil, 40)).DivScalar(1e5).AddScalar(1).Prod(1),
		"min":  f.Min(0), "max": f.Max(0), "min of all": p.Min(), "max of axes": deep.Max(0, 2), "range": p.Max(1).Sub(p.Min(1)),
		"argmax": p.ArgMax(1), "argmin": p.ArgMin(0), "argmax flat": p.ArgMax(), "argmin flat": delay.ArgMin(), "argmax ties": i.ModScalar(7).ArgMax(0),
		"argmax nan": w.ArgMax(1), "argmin nan": w.ArgMin(0),
		"nanmean": w.NanMean(0), "nansum": w.NanSum(1), "nanstd": w.NanStd(), "nanmax": w.NanMax(1), "nanmin": w.NanMin(), "nanvar ddof": w.NanVar(0, da.DDof(1)),
		"mean with nan": w.Mean(1), "any": p.GreaterScalar(2000).Any(1), "all": p.GreaterScalar(100).All(0), "count_nonzero": late.CountNonzero(),
		"count rows": da.SumAs[int64](f.Greater(f.Mean(0)), 0), "mean of late": miles.At(da.NewAxis, da.All).Mean(),
		"late miles": da.Where(late, miles, da.Const(0.0)).Sum().Div(da.SumAs[float64](late)),
		"speed":      miles.Div(hour.AddScalar(1)), "log": delay.Abs().Log1p(), "distance": miles.Hypot(delay), "angle": delay.Arctan2(miles),
		"floor divide": i.At(da.All, 0).FloorDivScalar(7), "remainder": i.At(da.All, 0).ModScalar(7), "float remainder": delay.ModScalar(3.5),
		"shift": i.At(da.All, 1).LeftShift(da.Const[int64](2)).BitwiseXor(i.At(da.All, 0)),
		"clip":  delay.Clip(-10, 60), "round": p.DivScalar(7).Round(1), "sign": delay.Sign(), "truncated": da.AsType[int16](p.DivScalar(10)),
		"slice": f.At(da.S(7, -3, 1001)), "backwards": f.At(da.S(nil, nil, -777), da.S(nil, nil, -1)), "last": f.At(-1), "element": f.At(123456, 1),
		"columns": p.At(da.All, []int{359, 0, 180, 0, -2}), "rows": p.At([]int{167, 3, 3, 90}), "row and list": p.At(3, []int{5, 300, 2}),
		"apart": deep.At(2, da.All, []int{5, 300}), "mask": p.At(every(5, 2), da.S(10, 13)), "newaxis": p.At(5, da.NewAxis, da.S(nil, nil, 50), da.NewAxis),
		"transposed": p.T(), "reshaped": p.Reshape(360, 168).At(da.S(nil, nil, 7)), "raveled": p.Ravel().At(da.S(nil, nil, 997)),
		"reshaped deep": f.At(da.S(nil, 100000)).Reshape(250, 400, 3).Mean(0, 2), "flipped": p.Flip(1).At(da.S(nil, nil, 20)),
		"concatenated": da.Concatenate(0, p.At(da.S(nil, 50)), p.At(da.S(100, nil)), p.At(da.S(nil, 1))).Mean(1),
		"stacked":      da.Stack(-1, delay, hour).Max(1), "stacked rows": da.Stack(0, p.Mean(0), p.Std(0)).At(da.All, da.S(nil, nil, 30)),
		"dot": f.T().Dot(f), "matmul": p.MatMul(m), "matvec": p.MatMul(m.At(da.All, 1)), "vecmat": da.Ones[float64](da.Shape(168), da.Chunks(55)).MatMul(p),
		"dot of long vectors": delay.Dot(hour), "covariance": zero.T().MatMul(zero).DivScalar(200000 - 1),
		"tensordot": da.TensorDot(deep, deep, []int{0, 2}, []int{0, 2}), "batched": deep.MatMul(m),
		"outer": da.TensorDot(p.At(da.All, 0), p.At(0), nil, nil).At(da.S(nil, nil, 20)), "int dot": i.T().Dot(i),
		"weights":   p.Mul(da.Linspace(87, -80, 168, 33).MulScalar(math.Pi/180).Cos().At(da.All, da.NewAxis)).Sum(0),
		"eye":       p.At(da.S(nil, 9), da.S(nil, 9)).Mul(da.Eye[float64](9, 9, 1, da.Chunks(4, 5))).Add(da.Arange(0.0, 9, 1, 2)),
		"broadcast": f.Mean(0).BroadcastTo(4, 3).Sub(da.Ones[float64](da.Shape(4, 1), da.Chunks(3, 1))),
	}
}

// TestNumPyArrays computes expressions of real data in blocks that divide the
// arrays and in blocks that do not, and compares with NumPy.
func TestNumPyArrays(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	want := loadArrays(t)
	all := &ir.Graph{Name: "arrays"}
	for n, c := range []struct{ flights, precipitation []int64 }{
		{[]int64{50000, 3}, []int64{42, 60}}, {[]int64{30011, 2}, []int64{50, 100}}, {[]int64{17777, 1}, []int64{168, 7}},
	} {
		g := expressionGraph(t, fmt.Sprintf("c%d_", n), c.flights, c.precipitation, want)
		all.Layers, all.Outputs = append(all.Layers, g.Layers...), append(all.Outputs, g.Outputs...)
	}
	if ds := check.Check(all); len(ds) > 0 {
		t.Fatal(ds[0])
	}
	bin, out := buildArrays(t, all, nil), t.TempDir()
	var args []string
	for _, l := range all.Layers {
		if l.Input != nil {
			name := map[byte]string{'f': "flights", 'p': "precipitation"}[l.Name[len(l.Name)-1]]
			args = append(args, "-in", l.Name+"="+filepath.Join("..", "examples", name, name+".npy"))
		}
	}
	for _, o := range all.Outputs {
		args = append(args, "-out", o.Name+"="+filepath.Join(out, o.Name+".npy"))
	}
	if text, err := exec.Command(bin, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	names := sortedNames(want)
	for _, o := range all.Outputs {
		prefix, k, _ := strings.Cut(o.Name, "_r")
		var at int
		fmt.Sscan(k, &at)
		if err := want[names[at]].compare(filepath.Join(out, o.Name+".npy")); err != nil {
			t.Errorf("%s, chunks %s: %v", names[at], prefix, err)
		}
	}
}

// expressionGraph records the expressions; output rK is the one that is number
// K by its name.
func expressionGraph(t *testing.T, prefix string, flights, precipitation []int64, want map[string]recorded) *ir.Graph {
	t.Helper()
	record.TakeProblems()
	f := da.Param[float32]("f", cutAll([]int64{200000, 3}, flights))
	p := da.Param[float32]("p", cutAll([]int64{168, 360}, precipitation))
	es := expressions(f, p)
	var names []string
	var results []da.Operand
	for k, name := range sortedNames(want) {
		if es[name] == nil {
			t.Fatalf("no expression %q", name)
		}
		names, results = append(names, fmt.Sprintf("r%d", k)), append(results, es[name])
	}
	g := da.Build("G", []da.Operand{f, p}, names, results...)
	if ps := record.TakeProblems(); len(ps) > 0 || len(es) != len(want) {
		t.Fatalf("%d expressions, want %d: %v", len(es), len(want), ps)
	}
	for _, l := range g.Layers {
		l.Name = prefix + l.Name
		l.Origins = []string{l.Name}
	}
	for _, o := range g.Outputs {
		o.Name = prefix + o.Name
	}
	return g
}

func cutAll(shape, size []int64) [][]int64 {
	out := make([][]int64, len(shape))
	for k, n := range shape {
		for ; n > 0; n -= size[k] {
			out[k] = append(out[k], min(n, size[k]))
		}
	}
	return out
}

// recorded is what NumPy computed: every step-th element.
type recorded struct {
	DType  string
	Shape  []int64
	Step   int
	Values []any
	Scale  float64
}

func sortedNames(want map[string]recorded) []string {
	var names []string
	for name := range want {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func loadArrays(t *testing.T) map[string]recorded {
	t.Helper()
	file, err := os.Open("testdata/arrays.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]recorded
	d := json.NewDecoder(z)
	d.UseNumber()
	if err := d.Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// compare compares an .npy file with what was recorded: floats to 1e-12 of the
// array's largest (1e-5 in single precision).
func (r recorded) compare(path string) error {
	c, err := readConst(path)
	if err != nil {
		return err
	}
	if c.DType.String() != r.DType || !slices.Equal(c.Shape, r.Shape) {
		return fmt.Errorf("%s%s, want %s%s", c.DType, ir.ShapeString(c.Shape), r.DType, ir.ShapeString(r.Shape))
	}
	tol := 1e-12 * r.Scale
	if c.DType == ir.Float32 {
		tol = 1e-5 * r.Scale
	}
	size := int(c.DType.Size())
	for k, v := range r.Values {
		lo := k * r.Step * size
		if !near(c.DType, c.Bytes[lo:lo+size], v, tol) {
			return fmt.Errorf("element %d is % x, want %v", k*r.Step, c.Bytes[lo:lo+size], v)
		}
	}
	return nil
}

// near compares an element with its JSON form.
func near(d ir.DType, b []byte, want any, tol float64) bool {
	var x float64
	switch d {
	case ir.Bool:
		return want == (b[0] != 0)
	case ir.Float32:
		x = float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	case ir.Float64:
		x = math.Float64frombits(binary.LittleEndian.Uint64(b))
	case ir.Int16:
		return fmt.Sprint(want) == fmt.Sprint(int16(binary.LittleEndian.Uint16(b)))
	default:
		return fmt.Sprint(want) == fmt.Sprint(int64(binary.LittleEndian.Uint64(b)))
	}
	w, err := strconv.ParseFloat(fmt.Sprint(want), 64)
	return err == nil && (x == w || math.IsNaN(x) && math.IsNaN(w) || math.Abs(x-w) <= tol)
}
