package emit

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/runtime"
)

// A construct is a graph without inputs, and what its outputs are as JSON.
type construct struct {
	graph *ir.Graph
	want  string
}

// one is a graph of one value.
func one(name string, k *ir.Expr) *ir.Graph {
	l := layer(name, nil, k)
	return graph(name, []*ir.Layer{l}, value(l))
}

// table is the array literal [[0, 1, ...], ...] of float64.
func table(rows, cols int) *ir.Expr {
	c := ir.Const{Kind: ir.ConstArray, DType: ir.Float64, Shape: []int64{int64(rows), int64(cols)}}
	for i := range rows * cols {
		c.Bytes = binary.LittleEndian.AppendUint64(c.Bytes, math.Float64bits(float64(i)))
	}
	return lit(c)
}

// want is the output of that name as JSON.
func want(name string, v any) string {
	text, err := json.Marshal(map[string]any{name: v})
	if err != nil {
		panic(err)
	}
	return string(text)
}

func slice(args ...*ir.Expr) *ir.Expr { return &ir.Expr{Kind: ir.ExprSlice, Args: args} }

func constructs() []construct {
	inf, sums := math.Inf(1), make([]int, 100)
	for i := range sums {
		sums[i] = 20000*i + 9900
	}
	return []construct{
		{dictionary(), `{"z":12}`},
		{one("halves", op("divide", num(1), num(2))), `{"halves":0.5}`},
		{one("wrap", op("add", num(math.MaxInt64), num(1))), `{"wrap":-9223372036854775808}`},
		{one("minInt", op("negative", num(math.MinInt64))), `{"minInt":-9223372036854775808}`},
		{one("negZero", op("divide", num(1.0), num(math.Copysign(0, -1)))), `{"negZero":"-Infinity"}`},
		{one("nan", list(num(math.NaN()), num(inf), num(-inf), num(0.1), num(5e-324), num(math.MaxFloat64))),
			`{"nan":["NaN","Infinity","-Infinity",0.1,5e-324,1.7976931348623157e308]}`},
		{one("isnan", op("isnan", num(math.NaN()))), `{"isnan":true}`},
		{one("complex", op("multiply", num(1+2i), num(3-1i))), `{"complex":[5,5]}`},
		{one("text", list(num("a\"b\n`"), num("*/ x"), num("\xff"))), `{"text":["a\"b\n` + "`" + `","*/ x","\ufffd"]}`},
		{one("pairs", tuple(num(1), num("b"))), `{"pairs":[1,"b"]}`},
		{one("dict", dict(num("a"), num(1), num("b"), num(2), num("a"), num(3))), `{"dict":{"a":3,"b":2}}`},
		{one("mixed", list(num(1), num(2.5))), `{"mixed":[1,2.5]}`},
		{one("none", num(nil)), `{"none":null}`},
		{one("floor", op("floor_divide", num(7), num(0))), `{"floor":0}`},
		{one("array", op("sqrt", op("add", table(2, 2), num(1)))), `{"array":[[1,1.4142135623730951],[1.7320508075688772,2]]}`},
		{one("big", kw(op("sum", op("multiply", table(100, 100), num(2))), "axis", num(1))), want("big", sums)},
		{one("float32", op("multiply", op("astype", table(1, 3), num(ir.Float32)), num(0.1))), `{"float32":[[0,0.1,0.2]]}`},
		{one("compare", op("less", table(1, 4), num(2))), `{"compare":[[true,true,false,false]]}`},
		{one("where", op("where", op("greater", table(1, 4), num(1.5)), num(0), num(1))), `{"where":[[1,1,0,0]]}`},
		{one("whereNaN", op("where", op("greater", table(1, 3), num(0)), table(1, 3), num(math.NaN()))), `{"whereNaN":[["NaN",1,2]]}`},
		{one("below", op("clip", table(1, 4), num(nil), num(2.0))), `{"below":[[0,1,2,2]]}`},
		{one("above", op("clip", table(1, 4), num(1.5), num(nil))), `{"above":[[1.5,1.5,2,3]]}`},
		{one("shared", shared()), `{"shared":[[0,2],[6,12]]}`},
		{one("centred", centred()), `{"centred":[[-0.75,-0.75,-0.75],[0.75,0.75,0.75]]}`},
		{one("item", op("getitem", table(3, 3), tuple(num(-1), slice(num(nil), num(nil), num(-2))))), `{"item":[8,6]}`},
		{one("listItem", op("getitem", list(num(5), num(6)), num(1))), `{"listItem":6}`},
		{one("concat", op("concatenate", list(table(1, 2), op("negative", table(1, 2))))), `{"concat":[[0,1],[0,-1]]}`},
		{one("scalarSum", op("sum", list(num(1), num(2), num(3)))), `{"scalarSum":6}`},
		{one("total", op("sum", op("square", table(30, 70)))), `{"total":3084795350}`},
		{one("spread", op("std", op("add", table(2, 2), num(0.5)))), `{"spread":1.118033988749895}`},
		{one("uint64", op("add", op("astype", table(1, 2), num(ir.Uint64)), num(uint64(math.MaxUint64)))), `{"uint64":[[18446744073709551615,0]]}`},
		{one("nanprod", kw(op("nanprod", op("add", op("sqrt", op("subtract", table(1, 3), num(1))), num(2))), "dtype", num(ir.Uint8))), `{"nanprod":6}`},
		{one("nansum", kw(op("nansum", op("divide", op("subtract", table(1, 3), num(1)), num(0))), "dtype", num(ir.Uint64))), `{"nansum":9223372036854775808}`},
		{one("nansum8", kw(op("nansum", op("multiply", table(1, 2), num(3e9))), "dtype", num(ir.Int8))), `{"nansum8":0}`},
		{one("mt", kw(op("random", num(42), num(1), list(num(2))), "generator", num("mt19937"))), `{"mt":[0.09215379976661564,0.43039898627623696]}`},
		{one("pcg", kw(op("integers", num(42), num(3), list(num(2)), num(100)), "generator", num("pcg64"))), `{"pcg":[89,76]}`},
		{one("uint16", kw(op("full", list(num(2)), num(-2.0)), "dtype", num(ir.Uint16))), `{"uint16":[65534,65534]}`},
		{one("int8", kw(op("full", list(num(1)), num(300.5)), "dtype", num(ir.Int8))), `{"int8":[44]}`},
		{one("int32", kw(op("full", list(num(1)), num(1e30)), "dtype", num(ir.Int32))), `{"int32":[-2147483648]}`},
		{one("bool", op("logical_and", op("less", table(1, 3), num(2)), num(true))), `{"bool":[[true,true,false]]}`},
		{one("rank0", op("add", op("sum", table(2, 2)), op("getitem", table(2, 2), tuple(num(1), num(1))))), `{"rank0":9}`},
		{one("same", op("subtract", op("astype", table(1, 2), num(ir.Int8)), op("astype", table(1, 2), num(ir.Int8)))), `{"same":[[0,0]]}`},
		{one("file", op("add", lit(ir.Const{Kind: ir.ConstNpy, Str: "file.npy", DType: ir.Float64, Shape: []int64{2}}), num(1))), `{"file":[1.5,3]}`},
		{hostile(), `{"z\n// z":"x"}`},
		{one("product", op("matmul", table(2, 2), op("transpose", table(2, 2)))), `{"product":[[1,3],[3,13]]}`},
		{one("deep", deep(2000)), `{"deep":2001}`},
		{one("deepBlock", op("getitem", deepBlock(300), num(0))), `{"deepBlock":301}`},
		{one("scale", op("divide", table(2, 2), op("sqrt", op("sum", op("square", table(2, 2)))))),
			`{"scale":[[0,0.2672612419124244],[0.5345224838248488,0.8017837257372732]]}`},
	}
}

// userSource is the functions that userGraphs call.
const userSource = `package main

import (
	"context"
	"errors"
	"strconv"
)

type point struct{ x, y int }

func (p point) sum() int             { return p.x + p.y }
func (p *point) scaled(k int) *point { return &point{k * p.x, k * p.y} }

func mk(x, y int) *point                           { return &point{x, y} }
func t(k int) int                                  { return k + 1 }
func total(xs ...int) (s int) {
	for _, x := range xs {
		s += x
	}
	return s
}
func clip(x float32, lim int) (float32, error) {
	if lim < 0 {
		return 0, errors.New("negative limit")
	}
	return min(x, float32(lim)), nil
}
func text(ctx context.Context, x float64) (string, error) { return strconv.FormatFloat(x, 'g', -1, 64), ctx.Err() }
func rows(list []float64) map[string]float64             { return map[string]float64{"first": list[0]} }
`

func goType1(expr string, imports ...string) *ir.Type {
	return &ir.Type{Kind: ir.TypeGo, Go: &ir.GoType{Expr: expr, Imports: imports}}
}

func fn(f ir.Func, args ...*ir.Expr) *ir.Expr {
	f.Pkg = "main"
	return &ir.Expr{Kind: ir.ExprFunc, Func: &f, Args: args}
}

// userGraphs call Go functions: with contexts, errors, methods, numbers of Go
// types, element by element.
func userGraphs() []construct {
	i, f64 := goType1("int"), ir.ScalarType(ir.Float64)
	pt, str := goType1("*point"), &ir.Type{Kind: ir.TypeString}
	dict := &ir.Type{Kind: ir.TypeDict, Elems: []*ir.Type{str, f64}}
	made := fn(ir.Func{Name: "mk", Params: []*ir.Type{i, i}, Result: pt}, num(3), num(4))
	scaled := fn(ir.Func{Name: "(*point).scaled", Params: []*ir.Type{pt, i}, Result: pt}, made, num(2))
	item := op("getitem", table(2, 2), tuple(num(1), num(0)))
	return []construct{
		{one("method", fn(ir.Func{Name: "total", Variadic: true, Params: []*ir.Type{i, i}, Result: i}, num(5),
			fn(ir.Func{Name: "(*point).sum", Params: []*ir.Type{pt}, Result: i}, scaled))), `{"method":19}`},
		{one("hides", fn(ir.Func{Name: "t", Params: []*ir.Type{i}, Result: i}, num(1))), `{"hides":2}`},
		{one("clipped", fn(ir.Func{Name: "clip", Params: []*ir.Type{ir.ScalarType(ir.Float32), i}, Result: ir.ScalarType(ir.Float32), Error: true, Scalar: true},
			op("astype", table(1, 4), num(ir.Float32)), num(2))), `{"clipped":[[0,1,2,2]]}`},
		{one("text1", fn(ir.Func{Name: "text", Params: []*ir.Type{f64}, Result: str, Context: true, Error: true}, num(0.5))), `{"text1":"0.5"}`},
		{one("rows1", fn(ir.Func{Name: "rows", Params: []*ir.Type{ir.ListType(f64)}, Result: dict}, list(num(1.5), num(2.0)))), `{"rows1":{"first":1.5}}`},
		{one("item0", op("add", num(1), item)), `{"item0":3}`},
	}
}

// hostile is a graph whose names try to break out of comments and strings.
func hostile() *ir.Graph {
	x := layer("x\"`\n}\nfunc init() { panic(1) }\n//", nil, num("x"))
	x.Origins = []string{x.Name, "*/ \u2028 panic(2)"}
	z := layer("z */ \x00", ir.Box(1), arg(0), read(x))
	z.Keys = []ir.Key{{Name: "a\nb", Index: []ir.KeyPart{{Str: "\"\n", IsStr: true}}}}
	o := value(z)
	o.Name = "z\n// z"
	return graph("hostile\nimport \"os\"", []*ir.Layer{x, z}, o)
}

// deep is 1 + 1 + ... + 1, nested n deep.
func deep(n int) *ir.Expr {
	e := num(1)
	for range n {
		e = op("add", e, num(1))
	}
	return e
}

// deepBlock is deep on blocks, which is one loop.
func deepBlock(n int) *ir.Expr {
	e := op("getitem", table(2, 2), tuple(num(0), slice(num(1), num(nil), num(nil))))
	for range n {
		e = op("add", num(1), e)
	}
	return e
}

// shared uses one subexpression twice in a loop.
func shared() *ir.Expr {
	s := op("add", table(2, 2), num(1))
	return op("multiply", s, op("subtract", s, num(1)))
}

// centred uses a block in a reduction and in a loop.
func centred() *ir.Expr {
	x := op("divide", table(2, 3), num(2.0))
	return op("subtract", x, kw(kw(op("mean", x), "axis", num(0)), "keepdims", num(true)))
}

// TestConstructs emits all graphs as one library, builds a program that runs
// them, and compares what it prints.
func TestConstructs(t *testing.T) {
	dir := tempPackage(t)
	var graphs []Graph
	want := map[string]any{}
	for _, c := range append(constructs(), userGraphs()...) {
		graphs = append(graphs, Graph{Name: upperFirst(camel(c.graph.Name)), IR: checked(t, c.graph)})
		want[c.graph.Name] = decode(t, c.want)
	}
	files, err := Package("main", graphs, Options{PkgPath: "main", Taken: []string{"point", "mk", "t", "total", "clip", "text", "rows", "run"}})
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, File{Path: "main.go", Content: []byte(mainOf(graphs))}, File{Path: "user.go", Content: []byte(userSource)})
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Path), f.Content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := runtime.WriteNpy(filepath.Join(dir, "file.npy"), runtime.FromData([]float64{0.5, 2}, 2)); err != nil {
		t.Fatal(err)
	}
	goCommand(t, dir, "vet", ".")
	goCommand(t, dir, "build", "-o", "prog", ".")
	got := decode(t, run(t, filepath.Join(dir, "prog")))
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func decode(t *testing.T, s string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		t.Fatalf("%v: %s", err, s)
	}
	return v
}

// mainOf writes a program that runs all graphs of a library and prints their
// outputs as one JSON object.
func mainOf(graphs []Graph) string {
	var b strings.Builder
	b.WriteString(`package main

import (
	"context"
	"fmt"
	"os"

	rt "github.com/daskgen/daskgen/runtime"
)

func run(name string, p *rt.Program, last bool) {
	out, err := rt.Run(context.Background(), p, nil)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Printf("%q: {", name)
	for i, v := range out {
		if i > 0 {
			fmt.Print(", ")
		}
		fmt.Printf("%q: ", p.Outputs[i].Name)
		text, err := rt.JSONValue(v)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Stdout.Write(text)
	}
	if fmt.Print("}"); !last {
		fmt.Println(",")
	}
}

func main() {
	fmt.Println("{")
`)
	for i, g := range graphs {
		last := "false"
		if i == len(graphs)-1 {
			last = "true"
		}
		b.WriteString("\trun(" + strconv.Quote(g.IR.Name) + ", &" + lowerFirst(g.Name) + "Program, " + last + ")\n")
	}
	b.WriteString("\tfmt.Println(\"}\")\n}\n")
	return b.String()
}
