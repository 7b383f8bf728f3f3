package golden

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/daskgen/daskgen/compiler/build"
	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/compiler/emit"
	"github.com/daskgen/daskgen/compiler/pass"
	"github.com/daskgen/daskgen/internal/records"
	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/stdops"
)

// TestNumPyRecords compiles every recorded application of an op, for all dtypes
// and special cases, and compares what the programs compute with what NumPy
// did. A program holds a few hundred records.
func TestNumPyRecords(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs for some minutes")
	}
	all, err := records.Load()
	if err != nil {
		t.Fatal(err)
	}
	rs := slices.Clone(all)
	slices.SortStableFunc(rs, func(a, b *records.Record) int { return strings.Compare(a.Op, b.Op) })
	const size = 800
	for i := 0; i < len(rs); i += size {
		part := rs[i:min(i+size, len(rs))]
		t.Run(part[0].Op+" to "+part[len(part)-1].Op, func(t *testing.T) {
			t.Parallel()
			compareRecords(t, part)
		})
	}
}

// compareRecords makes one program of the records and runs it.
func compareRecords(t *testing.T, rs []*records.Record) {
	g := &ir.Graph{Name: "records"}
	var kept []*records.Record
	for _, r := range rs {
		if r.Result == nil {
			continue // stdops/ref's test holds what is refused
		}
		addRecord(g, len(kept), r)
		kept = append(kept, r)
	}
	if ds := check.Check(g); ds.HasErrors() {
		t.Fatal(ds.Err())
	}
	pass.Run(g, pass.Options{Disable: map[string]bool{"cse": true}})
	files, err := emit.Program(g, emit.Options{Source: "records"})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	bin := filepath.Join(dir, "prog")
	if err := build.Binary(context.Background(), files, build.Options{Out: bin}); err != nil {
		t.Fatal(err)
	}
	var args []string
	for i, r := range kept {
		for _, o := range outputsOf(r, i) {
			if isArray(o.result) {
				args = append(args, "-out", o.name+"="+filepath.Join(dir, o.name+".npy"))
			}
		}
	}
	out := execute(t, "", bin, append(args, "-json")...)
	var printed map[string]json.RawMessage
	if err := json.Unmarshal(out, &printed); err != nil && len(out) > 0 {
		t.Fatal(err)
	}
	fails := 0
	for i, r := range kept {
		err := compareRecord(r, dir, i, printed)
		if err == nil {
			continue
		}
		if fails++; fails <= 5 {
			t.Errorf("%s: %v", r, err)
		}
	}
	if fails > 5 {
		t.Errorf("%d of %d records differ", fails, len(kept))
	}
}

// addRecord adds a record as a layer with an output. Its array arguments are
// layers of their own, so that nothing is folded away.
func addRecord(g *ir.Graph, i int, r *records.Record) {
	c := &ir.Case{}
	l := &ir.Layer{Name: fmt.Sprintf("r%d", i), Cases: []*ir.Case{c}}
	var lift func(e *ir.Expr) *ir.Expr
	lift = func(e *ir.Expr) *ir.Expr {
		if e.Kind == ir.ExprConst && e.Const.Kind == ir.ConstArray {
			a := &ir.Layer{Name: fmt.Sprintf("a%d_%d", i, len(c.Operands)), Cases: []*ir.Case{{Kernel: e.Clone()}}}
			g.Layers = append(g.Layers, a)
			c.Operands = append(c.Operands, ir.Operand{Layer: a, Access: ir.Access{Axes: []ir.AxisAccess{}}})
			return &ir.Expr{Kind: ir.ExprOperand, N: len(c.Operands) - 1}
		}
		n := *e
		n.Args = make([]*ir.Expr, len(e.Args))
		for k, a := range e.Args {
			n.Args[k] = lift(a)
		}
		n.Kwargs = append([]ir.Kwarg(nil), e.Kwargs...)
		for k := range n.Kwargs {
			n.Kwargs[k].Value = n.Kwargs[k].Value.Clone()
		}
		return &n
	}
	e := r.Expr().Clone()
	if static(e) {
		c.Kernel = e
	} else {
		c.Kernel = lift(e)
	}
	g.Layers = append(g.Layers, l)
	for k, o := range outputsOf(r, i) {
		o.layer = l
		if o.name != l.Name {
			pick := &ir.Case{Operands: []ir.Operand{{Layer: l, Access: ir.Access{Axes: []ir.AxisAccess{}}}}}
			n := &ir.Expr{Kind: ir.ExprConst, Const: &ir.Const{Kind: ir.ConstInt, Int: int64(k)}}
			pick.Kernel = &ir.Expr{Kind: ir.ExprOp, Op: "getitem", Args: []*ir.Expr{{Kind: ir.ExprOperand}, n}}
			o.layer = &ir.Layer{Name: o.name, Cases: []*ir.Case{pick}}
			g.Layers = append(g.Layers, o.layer)
		}
		g.Outputs = append(g.Outputs, &ir.Output{Name: o.name, Layer: o.layer, Index: []int64{}})
	}
}

// A recordOutput is an output of the program: a record's result, or one of a
// tuple of arrays.
type recordOutput struct {
	name   string
	result *ir.Expr
	layer  *ir.Layer
}

func outputsOf(r *records.Record, i int) []recordOutput {
	name := fmt.Sprintf("r%d", i)
	if r.Result.Kind != ir.ExprTuple || !slices.ContainsFunc(r.Result.Args, isArray) {
		return []recordOutput{{name: name, result: r.Result}}
	}
	var outs []recordOutput
	for k, a := range r.Result.Args {
		outs = append(outs, recordOutput{name: fmt.Sprintf("%s_%d", name, k), result: a})
	}
	return outs
}

// static says whether an array argument of the op is an index, which must be a
// literal.
func static(e *ir.Expr) bool {
	for _, p := range stdops.Lookup(e.Op).Params {
		if p.Static && (p.Name == "index" || p.Name == "indices") {
			return true
		}
	}
	return false
}

func isArray(e *ir.Expr) bool {
	return e.Kind == ir.ExprConst && e.Const.Kind == ir.ConstArray
}

func compareRecord(r *records.Record, dir string, i int, printed map[string]json.RawMessage) error {
	for _, o := range outputsOf(r, i) {
		if err := compareOutput(r, o, dir, printed); err != nil {
			return fmt.Errorf("%s: %w", o.name, err)
		}
	}
	return nil
}

func compareOutput(r *records.Record, o recordOutput, dir string, printed map[string]json.RawMessage) error {
	if !isArray(o.result) {
		var got any
		d := json.NewDecoder(bytes.NewReader(printed[o.name]))
		d.UseNumber()
		if err := d.Decode(&got); err != nil {
			return err
		}
		return compareValue(o.result, got)
	}
	got, err := readConst(filepath.Join(dir, o.name+".npy"))
	if err != nil {
		return err
	}
	return r.Compare(got, o.result.Const)
}

// compareValue compares a Python scalar, string or list with its JSON form.
func compareValue(want *ir.Expr, got any) error {
	if want.Kind != ir.ExprConst {
		items, ok := got.([]any)
		if !ok || len(items) != len(want.Args) {
			return fmt.Errorf("got %v, want %d items", got, len(want.Args))
		}
		for i, a := range want.Args {
			if err := compareValue(a, items[i]); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return nil
	}
	ok := false
	switch c := want.Const; c.Kind {
	case ir.ConstNone:
		ok = got == nil
	case ir.ConstBool:
		ok = got == c.Bool
	case ir.ConstInt:
		ok = fmt.Sprint(got) == fmt.Sprint(c.Int)
	case ir.ConstString:
		ok = got == c.Str
	case ir.ConstFloat:
		ok = nearJSON(c.Float, got)
	case ir.ConstComplex:
		p, list := got.([]any)
		ok = list && len(p) == 2 && nearJSON(real(c.Cmplx), p[0]) && nearJSON(imag(c.Cmplx), p[1])
	}
	if !ok {
		return fmt.Errorf("got %v, want %s", got, want.Const)
	}
	return nil
}

// nearJSON compares a float to four units in the last place.
func nearJSON(want float64, got any) bool {
	f, err := strconv.ParseFloat(fmt.Sprint(got), 64)
	return err == nil && (f == want || math.IsNaN(f) && math.IsNaN(want) || math.Abs(f-want) <= 4*(math.Nextafter(math.Abs(want), math.Inf(1))-math.Abs(want)))
}

// readConst reads a .npy file as an array literal.
func readConst(path string) (*ir.Const, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h, err := rt.ReadNpyHeader(f)
	if err != nil {
		return nil, err
	}
	c := &ir.Const{Kind: ir.ConstArray, DType: ir.ParseDType(h.DType), Shape: []int64{}}
	n := int64(1)
	for _, d := range h.Shape {
		c.Shape = append(c.Shape, int64(d))
		n *= int64(d)
	}
	c.Bytes = data[int64(len(data))-n*c.DType.Size():]
	return c, nil
}
