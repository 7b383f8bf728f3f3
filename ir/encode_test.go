package ir_test

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/daskgen/daskgen/ir"
)

func encodeCase() *ir.Graph {
	x := &ir.Layer{Name: "x", Grid: ir.Box(2, 3), Type: ir.BlockType(ir.Float64, 4, -1), Input: &ir.Input{DType: ir.Float64, Shape: []ir.Extent{{N: 8}, {Sym: "n"}}, Chunks: [][]int64{{4, 4}, {1, 2, 3}}, Source: "x.npy"}}
	consts := []*ir.Const{
		{Kind: ir.ConstFloat, Float: math.Copysign(0, -1)},
		{Kind: ir.ConstFloat, Float: math.NaN()},
		{Kind: ir.ConstComplex, Cmplx: complex(math.Inf(-1), math.Copysign(0, -1))},
		{Kind: ir.ConstInt, Int: -1, Uint: math.MaxUint64},
		{Kind: ir.ConstBytes, Bytes: []byte{}},
		{Kind: ir.ConstGo, Str: "geo.Origin", GoType: &ir.GoType{Expr: "geo.Point", Imports: []string{"example.com/geo"}}},
	}
	y := &ir.Layer{Name: "y", Type: ir.BlockType(ir.Int8), Keys: []ir.Key{{Name: "y", Index: []ir.KeyPart{{Int: -3}, {Str: "a", IsStr: true}}}}, Pos: ir.Pos{File: "a.go", Line: 3, Col: 7}}
	k := &ir.Expr{Kind: ir.ExprFunc, Func: &ir.Func{Pkg: "p", Name: "(*T).M", Params: []*ir.Type{ir.ListType(ir.ScalarType(ir.Int64))}, Error: true}, Args: []*ir.Expr{{Kind: ir.ExprOperand}}}
	for _, c := range consts {
		k.Args = append(k.Args, &ir.Expr{Kind: ir.ExprConst, Const: c})
	}
	y.Cases = []*ir.Case{{
		Where:    ir.Set{IDs: []uint32{}},
		Operands: []ir.Operand{{Layer: x, Access: ir.Access{Axes: []ir.AxisAccess{{Start: ir.Affine{Base: 1, Coef: []int64{-2}}}}}}, {Layer: y, Access: ir.Access{Table: &ir.Table{List: true, Offsets: []uint32{0, 0}}}}},
		Params:   []ir.Param{{Values: consts}, {Affine: &ir.Affine{Base: 4}}},
		Kernel:   k,
	}}
	return &ir.Graph{Name: "g", Source: "s", Layers: []*ir.Layer{x, y}, Outputs: []*ir.Output{{Name: "o", Layer: y, Index: []int64{}}, {Name: "p", Layer: x}}}
}

// sameBits compares floats by their bits, which == does not.
var sameBits = cmp.Options{
	cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }),
	cmp.Comparer(func(a, b complex128) bool {
		return math.Float64bits(real(a)) == math.Float64bits(real(b)) && math.Float64bits(imag(a)) == math.Float64bits(imag(b))
	}),
}

func TestEncodeIsLossless(t *testing.T) {
	g := encodeCase()
	var buf bytes.Buffer
	if err := ir.Encode(&buf, g); err != nil {
		t.Fatal(err)
	}
	got, err := ir.Decode(bytes.NewReader(buf.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(g, got, sameBits); d != "" {
		t.Errorf("decoded graph differs (-want +got):\n%s", d)
	}
	y := got.Layers[1]
	if y.Cases[0].Operands[0].Layer != got.Layers[0] || y.Cases[0].Operands[1].Layer != y || got.Outputs[0].Layer != y {
		t.Error("layers are copied, not shared")
	}
}

func TestEncodeRefusesForeignLayer(t *testing.T) {
	g := encodeCase()
	g.Layers = g.Layers[1:]
	if err := ir.Encode(&bytes.Buffer{}, g); err == nil {
		t.Error("no error for a layer that is not in the graph")
	}
}

func TestDecodeRefusesDamage(t *testing.T) {
	var buf bytes.Buffer
	if err := ir.Encode(&buf, encodeCase()); err != nil {
		t.Fatal(err)
	}
	data := buf.Bytes()
	for n := range data {
		if _, err := ir.Decode(bytes.NewReader(data[:n])); err == nil {
			t.Fatalf("no error for the first %d of %d bytes", n, len(data))
		}
	}
	other := bytes.Clone(data)
	other[len("daskgen ir\n")] ^= 1
	if _, err := ir.Decode(bytes.NewReader(other)); !cmp.Equal(err, ir.ErrVersion, cmpopts.EquateErrors()) {
		t.Errorf("other fingerprint: got %v, want %v", err, ir.ErrVersion)
	}
	if _, err := ir.Decode(bytes.NewReader([]byte("hello"))); errors.Is(err, ir.ErrVersion) || err == nil {
		t.Errorf("other data: got %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	var buf bytes.Buffer
	_ = ir.Encode(&buf, encodeCase())
	f.Add(buf.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		g, err := ir.Decode(bytes.NewReader(data))
		if err == nil && g == nil {
			t.Error("neither graph nor error")
		}
	})
}
