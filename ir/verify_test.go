package ir

import (
	"strings"
	"testing"
)

// pair returns a sound graph: an input, and a layer that reads it.
func pair() (*Graph, *Layer, *Layer) {
	x := &Layer{Name: "x", Grid: Box(2, 3), Type: BlockType(Float64, 2, 2),
		Input: &Input{DType: Float64, Shape: []Extent{{N: 4}, {N: 6}}, Chunks: [][]int64{{2, 2}, {2, 2, 2}}}}
	y := &Layer{Name: "y", Grid: Box(3, 2), Cases: []*Case{{
		Operands: []Operand{{Layer: x, Access: Access{Axes: []AxisAccess{{Start: Affine{Coef: []int64{0, 1}}}, {Start: Affine{Coef: []int64{1, 0}}}}}}},
		Params:   []Param{{Type: ScalarType(Int64), Affine: &Affine{Base: 1, Coef: []int64{2, 0}}}},
		Kernel:   &Expr{Kind: ExprOp, Op: "add", Args: []*Expr{{Kind: ExprOperand}, {Kind: ExprParam}}},
	}}}
	g := &Graph{Layers: []*Layer{x, y}, Outputs: []*Output{{Name: "y", Layer: y}}}
	return g, x, y
}

func TestVerify(t *testing.T) {
	tests := []struct {
		name   string
		change func(g *Graph, x, y *Layer)
		want   string // "" if the graph is sound
	}{
		{"sound", func(*Graph, *Layer, *Layer) {}, ""},
		{"two names", func(g *Graph, x, y *Layer) { y.Name = "x" }, `two layers are named "x"`},
		{"no name", func(g *Graph, x, y *Layer) { y.Name = "" }, "layer 1 has no name"},
		{"nil", func(g *Graph, x, y *Layer) { g.Layers[1] = nil }, "layer 1 is nil"},
		{"chunks", func(g *Graph, x, y *Layer) { x.Input.Chunks[0] = []int64{2, 3} }, "axis 0 of length 4 and 2 blocks has chunks [2 3]"},
		{"input with cases", func(g *Graph, x, y *Layer) { x.Cases = y.Cases }, "an input has no cases"},
		{"output elsewhere", func(g *Graph, x, y *Layer) { g.Outputs[0].Layer = &Layer{} }, "its layer is not in the graph"},
		{"output index", func(g *Graph, x, y *Layer) { g.Outputs[0].Index = []int64{3, 0} }, "index [3 0] is outside the grid"},
		{"output rank", func(g *Graph, x, y *Layer) { g.Outputs[0].Index = []int64{} }, "its index has 0 entries"},
		{"operand elsewhere", func(g *Graph, x, y *Layer) { y.Cases[0].Operands[0].Layer = &Layer{} }, "operand 0: its layer is not in the graph"},
		{"axes", func(g *Graph, x, y *Layer) { y.Cases[0].Operands[0].Access.Axes = nil }, "0 axes for a grid of rank 2"},
		{"coefficients", func(g *Graph, x, y *Layer) { y.Cases[0].Operands[0].Access.Axes[0].Start.Coef = []int64{1} }, "1 coefficients for a grid of rank 2"},
		{"above", func(g *Graph, x, y *Layer) { y.Cases[0].Operands[0].Access.Axes[1].Start.Base = 1 }, `axis 1: at index [2 0] it reads index 3 of 3 in layer "x"`},
		{"below", func(g *Graph, x, y *Layer) { y.Cases[0].Operands[0].Access.Axes[0].Start.Base = -1 }, `axis 0: at index [0 0] it reads index -1 of 2 in layer "x"`},
		{"list", func(g *Graph, x, y *Layer) {
			y.Cases[0].Operands[0].Access.Axes[1] = AxisAccess{List: true, Count: Affine{Base: 3}, Step: 1}
		}, ""},
		{"long list", func(g *Graph, x, y *Layer) {
			y.Cases[0].Operands[0].Access.Axes[1] = AxisAccess{List: true, Count: Affine{Base: 2, Coef: []int64{1, 0}}, Step: 1}
		}, "it reads index 3 of 3"},
		{"negative list", func(g *Graph, x, y *Layer) {
			y.Cases[0].Operands[0].Access.Axes[1] = AxisAccess{List: true, Count: Affine{Base: -1}, Step: 1}
		}, "has -1 entries"},
		{"step 0", func(g *Graph, x, y *Layer) {
			y.Cases[0].Operands[0].Access.Axes[1] = AxisAccess{List: true, Count: Affine{Base: 1}}
		}, "axis 1 has step 0"},
		{"table", func(g *Graph, x, y *Layer) {
			y.Cases[0].Operands[0].Access = Access{Table: &Table{IDs: []uint32{0, 1, 2, 3, 4, 5}}}
		}, ""},
		{"short table", func(g *Graph, x, y *Layer) {
			y.Cases[0].Operands[0].Access = Access{Table: &Table{IDs: []uint32{0, 1, 2, 3, 4}}}
		}, "a table of 5 entries"},
		{"table outside", func(g *Graph, x, y *Layer) {
			y.Cases[0].Operands[0].Access = Access{Table: &Table{IDs: []uint32{0, 1, 2, 3, 4, 6}}}
		}, "entry 5 is 6, outside a grid of 6"},
		{"offsets", func(g *Graph, x, y *Layer) {
			y.Cases[0].Operands[0].Access = Access{Table: &Table{List: true, Offsets: []uint32{0, 1, 2, 1, 2, 2, 2}, IDs: []uint32{0, 0}}}
		}, "offset 3 is 1 after 2"},
		{"param", func(g *Graph, x, y *Layer) { y.Cases[0].Params[0].Ints = []int64{1} }, "a column of 1 literals for 6 tasks"},
		{"no param", func(g *Graph, x, y *Layer) { y.Cases[0].Params[0] = Param{} }, "needs one of an affine form"},
		{"operand number", func(g *Graph, x, y *Layer) { y.Cases[0].Kernel.Args[0].N = 1 }, "kernel: operand 1 of 1"},
		{"nil node", func(g *Graph, x, y *Layer) { y.Cases[0].Kernel.Args[0] = nil }, "a node of the kernel is nil"},
		{"keywords", func(g *Graph, x, y *Layer) {
			y.Cases[0].Kernel.Kwargs = []Kwarg{{"b", &Expr{Kind: ExprParam}}, {"a", &Expr{Kind: ExprParam}}}
		}, `keyword "a" is not in order`},
		{"gap", func(g *Graph, x, y *Layer) { y.Cases[0].Where.Box = []Range{{0, 2, 1}, {0, 2, 1}} }, "its cases have 4 indices, its grid 6"},
		{"no case", func(g *Graph, x, y *Layer) { y.Cases = nil }, "its cases have 0 indices, its grid 6"},
		{"culled", func(g *Graph, x, y *Layer) {
			y.Cases[0].Where.Box = []Range{{0, 2, 1}, {0, 2, 1}}
			y.Live = &Set{IDs: []uint32{0, 3}}
		}, ""},
		{"culled too much", func(g *Graph, x, y *Layer) {
			y.Cases[0].Where.Box = []Range{{0, 2, 1}, {0, 2, 1}}
			y.Live = &Set{IDs: []uint32{0, 4}}
		}, "no case has index [2 0]"},
		{"overlap", func(g *Graph, x, y *Layer) {
			a, b := *y.Cases[0], *y.Cases[0]
			a.Where.Box, b.Where.IDs = []Range{{0, 3, 2}, {0, 2, 1}}, []uint32{2, 4}
			y.Cases = []*Case{&a, &b}
		}, "index [2 0] is in two cases"},
		{"set", func(g *Graph, x, y *Layer) { y.Cases[0].Where.IDs = []uint32{1, 1} }, "not ascending"},
		{"range", func(g *Graph, x, y *Layer) { y.Cases[0].Where.Box = []Range{{0, 4, 1}, {0, 2, 1}} }, "the range 0:4:1 along axis 0 of extent 3"},
		{"keys", func(g *Graph, x, y *Layer) { y.Keys = make([]Key, 5) }, "it has 5 keys for 6 indices"},
		{"dims", func(g *Graph, x, y *Layer) { x.Dims = []Dim{{Axis: 0, Sizes: []int64{1}}, {Axis: 1}} }, "dim 0 has 1 sizes"},
		{"symbols", func(g *Graph, x, y *Layer) { x.Grid[0].Sym, y.Grid[1].Sym = "n", "n" }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g, x, y := pair()
			tt.change(g, x, y)
			err := Verify(g)
			switch {
			case err == nil && tt.want != "", err != nil && (tt.want == "" || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestText(t *testing.T) {
	g, _, y := pair()
	y.Cases[0].Where.Box = []Range{{0, 3, 2}, {0, 2, 1}}
	y.Cases = append(y.Cases, &Case{
		Where:    Set{IDs: []uint32{2, 3}},
		Operands: []Operand{{Layer: g.Layers[0], Access: Access{Table: &Table{List: true, Offsets: []uint32{0, 2, 3}, IDs: []uint32{1, 2, 0}}}}},
		Params:   []Param{{Values: []*Const{{Kind: ConstString, Str: "a\n"}, {Kind: ConstFloat, Float: 2}}}},
		Kernel:   &Expr{Kind: ExprTuple, Args: []*Expr{{Kind: ExprOperand}, {Kind: ExprParam}}},
	})
	g.Name, g.Outputs[0].Sink = "g", "y.npy"
	want := `graph "g"
x[i, j] (2, 3): float64(2, 2) = input (4, 6) chunks ({2, 2}, {2, 2, 2})
y[i, j] (3, 2): ?
	where [0:3:2, 0:2] = add(x[j, i], {2*i+1})
	where {2, 3} = tuple(x{[1, 2], [0]}, {"a\n", 2.0})
output y = y as array to "y.npy"
`
	if got := Text(g); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestExpand(t *testing.T) {
	_, _, y := pair()
	var got []string
	for task := range Expand(y).All() {
		got = append(got, task.String())
	}
	want := `["y",0,0] = add(["x",0,0], 1)
["y",0,1] = add(["x",1,0], 1)
["y",1,0] = add(["x",0,1], 3)
["y",1,1] = add(["x",1,1], 3)
["y",2,0] = add(["x",0,2], 5)
["y",2,1] = add(["x",1,2], 5)`
	if s := strings.Join(got, "\n"); s != want {
		t.Errorf("got\n%s\nwant\n%s", s, want)
	}
}

func TestSets(t *testing.T) {
	g := Box(3, 4)
	for _, s := range []Set{{}, {Box: []Range{{0, 3, 2}, {1, 4, 2}}}, {IDs: []uint32{0, 5, 11}}, {Box: []Range{{2, 2, 1}, {0, 4, 1}}}} {
		in := map[int64]int64{}
		for n := range s.Count(g) {
			in[s.Linear(g, n)] = n
		}
		for linear := range g.Size() {
			n, ok := s.Ordinal(g, linear)
			if want, has := in[linear]; ok != has || ok && n != want {
				t.Errorf("%+v: index %d is at %d (%t), want %d (%t)", s, linear, n, ok, want, has)
			}
		}
	}
}
