// Package records holds what NumPy computed for every op on many arguments:
// numpy.json.gz, which record.py writes. Tests compare with it.
package records

import (
	"bytes"
	"compress/gzip"
	_ "embed" // for the records
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/daskgen/daskgen/ir"
)

//go:embed numpy.json.gz
var file []byte

// A Record is one application of an op.
type Record struct {
	Op     string
	Args   []*ir.Expr // literals with their types; arrays are literals of kind ConstArray
	Kwargs []ir.Kwarg
	Result *ir.Expr // nil when NumPy refuses the arguments
	Tolerance
}

// Expr returns the record's op applied to its arguments.
func (r *Record) Expr() *ir.Expr {
	return &ir.Expr{Kind: ir.ExprOp, Op: r.Op, Args: r.Args, Kwargs: r.Kwargs}
}

// String names the record in a test's message: the op and the types of its
// arguments.
func (r *Record) String() string {
	s := r.Op + "("
	for i, a := range r.Args {
		if i > 0 {
			s += ", "
		}
		s += text(a)
	}
	for i, kw := range r.Kwargs {
		if i > 0 || len(r.Args) > 0 {
			s += ", "
		}
		s += kw.Name + "=" + text(kw.Value)
	}
	return s + ")"
}

func text(e *ir.Expr) string {
	if e.Kind == ir.ExprOp {
		return (&Record{Op: e.Op, Args: e.Args, Kwargs: e.Kwargs}).String()
	}
	if e.Kind != ir.ExprConst {
		s := "["
		for i, a := range e.Args {
			if i > 0 {
				s += ", "
			}
			s += text(a)
		}
		return s + "]"
	}
	switch c := e.Const; c.Kind {
	case ir.ConstArray:
		return e.Type.String()
	case ir.ConstDType:
		return c.DType.String()
	case ir.ConstString:
		return strconv.Quote(c.Str)
	case ir.ConstBool:
		return fmt.Sprint(c.Bool)
	case ir.ConstInt:
		if c.Uint != 0 {
			return fmt.Sprint(c.Uint)
		}
		return fmt.Sprint(c.Int)
	case ir.ConstFloat:
		return fmt.Sprint(c.Float)
	case ir.ConstComplex:
		return fmt.Sprint(c.Cmplx)
	}
	return e.Type.String()
}

// Load returns all records. They are shared: callers must not change them.
func Load() ([]*Record, error) { return load() }

var load = sync.OnceValues(func() ([]*Record, error) {
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("records: %w", err)
	}
	d := json.NewDecoder(z)
	d.UseNumber()
	var raw []rawRecord
	if err := d.Decode(&raw); err != nil {
		return nil, fmt.Errorf("records: %w", err)
	}
	rs := make([]*Record, len(raw))
	for i := range raw {
		if rs[i], err = raw[i].record(); err != nil {
			return nil, fmt.Errorf("record %d: %w", i, err)
		}
	}
	return rs, nil
})

type rawRecord struct {
	Op     string         `json:"op"`
	Args   []any          `json:"args"`
	Kwargs map[string]any `json:"kwargs"`
	Result any            `json:"result"`
	Error  bool           `json:"error"`
	ULP    float64        `json:"ulp"`
	ATol   float64        `json:"atol"`
}

func (raw *rawRecord) record() (*Record, error) {
	r := &Record{Op: raw.Op, Tolerance: Tolerance{raw.ULP, raw.ATol}}
	var err error
	if r.Args, err = arguments(raw.Args); err != nil {
		return nil, err
	}
	for _, name := range sortedKeys(raw.Kwargs) {
		v, err := argument(raw.Kwargs[name])
		if err != nil {
			return nil, err
		}
		r.Kwargs = append(r.Kwargs, ir.Kwarg{Name: name, Value: v})
	}
	if !raw.Error {
		r.Result, err = argument(raw.Result)
	}
	return r, err
}

func arguments(xs []any) ([]*ir.Expr, error) {
	es := make([]*ir.Expr, len(xs))
	for i, x := range xs {
		var err error
		if es[i], err = argument(x); err != nil {
			return nil, err
		}
	}
	return es, nil
}

// argument reads an argument in the form of graph.json.
func argument(x any) (*ir.Expr, error) {
	switch x := x.(type) {
	case nil:
		return literal(&ir.Const{Kind: ir.ConstNone}, &ir.Type{Kind: ir.TypeNone}), nil
	case bool:
		return literal(&ir.Const{Kind: ir.ConstBool, Bool: x}, ir.ScalarType(ir.Bool)), nil
	case string:
		return literal(&ir.Const{Kind: ir.ConstString, Str: x}, &ir.Type{Kind: ir.TypeString}), nil
	case json.Number:
		if strings.ContainsAny(x.String(), ".eE") {
			return float(x.String())
		}
		return integer(x.String())
	case []any:
		return compound(ir.ExprList, x)
	case map[string]any:
		for k, v := range x {
			return object(k, v)
		}
	}
	return nil, fmt.Errorf("argument %v", x)
}

func literal(c *ir.Const, t *ir.Type) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprConst, Const: c, Type: t}
}

func float(s string) (*ir.Expr, error) {
	f, err := strconv.ParseFloat(s, 64)
	return literal(&ir.Const{Kind: ir.ConstFloat, Float: f}, ir.ScalarType(ir.Float64)), err
}

func integer(s string) (*ir.Expr, error) {
	c := &ir.Const{Kind: ir.ConstInt}
	n, err := strconv.ParseInt(s, 10, 64)
	if c.Int = n; err != nil {
		if c.Uint, err = strconv.ParseUint(s, 10, 64); err != nil {
			return nil, err
		}
		c.Int = -1
	}
	return literal(c, ir.ScalarType(ir.Int64)), nil
}

func compound(kind ir.ExprKind, xs []any) (*ir.Expr, error) {
	args, err := arguments(xs)
	if err != nil {
		return nil, err
	}
	e := &ir.Expr{Kind: kind, Args: args}
	if kind == ir.ExprSlice {
		e.Type = &ir.Type{Kind: ir.TypeSlice}
	}
	return e, nil
}

// object reads an argument that is an object with one member.
func object(name string, v any) (*ir.Expr, error) {
	switch name {
	case "float":
		return float(v.(string))
	case "complex":
		parts, err := arguments(v.([]any))
		if err != nil {
			return nil, err
		}
		c := complex(parts[0].Const.Float, parts[1].Const.Float)
		return literal(&ir.Const{Kind: ir.ConstComplex, Cmplx: c}, ir.ScalarType(ir.Complex128)), nil
	case "dtype":
		return literal(&ir.Const{Kind: ir.ConstDType, DType: ir.ParseDType(v.(string))}, &ir.Type{Kind: ir.TypeDType}), nil
	case "ellipsis":
		return literal(&ir.Const{Kind: ir.ConstEllipsis}, &ir.Type{Kind: ir.TypeSlice}), nil
	case "slice":
		return compound(ir.ExprSlice, v.([]any))
	case "tuple":
		return compound(ir.ExprTuple, v.([]any))
	case "dict":
		var flat []any
		for _, pair := range v.([]any) {
			flat = append(flat, pair.([]any)...)
		}
		return compound(ir.ExprDict, flat)
	case "task":
		m := v.(map[string]any)
		kw, _ := m["kwargs"].(map[string]any)
		r, err := (&rawRecord{Op: m["op"].(string), Args: m["args"].([]any), Kwargs: kw, Error: true}).record()
		if err != nil {
			return nil, err
		}
		return r.Expr(), nil
	case "array":
		return array(v.(map[string]any))
	}
	return nil, fmt.Errorf("unknown member %q", name)
}

func array(m map[string]any) (*ir.Expr, error) {
	c := &ir.Const{Kind: ir.ConstArray, DType: ir.ParseDType(m["dtype"].(string)), Shape: []int64{}}
	for _, n := range m["shape"].([]any) {
		d, err := n.(json.Number).Int64()
		if err != nil {
			return nil, err
		}
		c.Shape = append(c.Shape, d)
	}
	var err error
	c.Bytes, err = base64.StdEncoding.DecodeString(m["data"].(string))
	return literal(c, ir.BlockType(c.DType, c.Shape...)), err
}
