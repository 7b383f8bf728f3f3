package randgraph

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// param proposes an argument for a parameter. Static parameters are literals of
// the sort that their name asks for.
func (b *build) param(op *stdops.Op, p stdops.Param, first *ir.Type, depth int) (arg, bool) {
	if !p.Static {
		return b.value(p, depth)
	}
	rank := 2
	if first != nil && first.Kind == ir.TypeBlock {
		rank = first.Rank()
	}
	switch p.Name {
	case "axis":
		a := b.axis(rank)
		return a, op.Name != "squeeze" || a.json != "null"
	case "axes":
		return b.perm(rank), true
	case "keepdims", "nan_equal":
		return constArg(&ir.Const{Kind: ir.ConstBool, Bool: b.r.IntN(2) == 0}), true
	case "dtype":
		return b.dtype(), true
	case "index", "indices":
		return b.index(first), true
	case "shape", "newshape":
		return b.shape(first), true
	}
	return b.smallInt(0, 3), true
}

// value is a reference, a nested call, a list of references, or a literal.
func (b *build) value(p stdops.Param, depth int) (arg, bool) {
	switch n := b.r.IntN(10); {
	case strings.HasSuffix(p.Name, "s") && p.Name != "axis" && n < 6:
		return b.list(), true
	case n < 7:
		return b.ref(b.r.IntN(len(b.nodes))), true
	case n < 8 && depth < 2:
		op := b.Ops[b.r.IntN(len(b.Ops))]
		a, ok := b.call(op, depth+1)
		if !ok {
			return arg{}, false
		}
		t, err := check.Type(a.expr, b.types)
		return a, err == nil && comparable_(t)
	}
	return b.scalar(), true
}

func (b *build) ref(i int) arg {
	return arg{
		json:  `{"ref": ` + b.nodes[i].key + `}`,
		expr:  &ir.Expr{Kind: ir.ExprOperand, N: i},
		rough: b.nodes[i].rough,
		reads: []int{i},
	}
}

// list is a list of references to values of one representation.
func (b *build) list() arg {
	i := b.r.IntN(len(b.nodes))
	items := []arg{b.ref(i)}
	for j := range b.nodes {
		if j != i && len(items) < 4 && b.types[j].SameRepr(b.types[i]) && b.r.IntN(2) == 0 {
			items = append(items, b.ref(j))
		}
	}
	return join(ir.ExprList, "[", items, "]")
}

// join makes a list or tuple of arguments.
func join(kind ir.ExprKind, open string, items []arg, end string) arg {
	a := arg{expr: &ir.Expr{Kind: kind}}
	parts := make([]string, len(items))
	for i, it := range items {
		parts[i] = it.json
		a.expr.Args = append(a.expr.Args, it.expr)
		a.rough = a.rough || it.rough
		a.reads = append(a.reads, it.reads...)
	}
	a.json = open + strings.Join(parts, ", ") + end
	return a
}

func constArg(c *ir.Const) arg {
	a := arg{expr: &ir.Expr{Kind: ir.ExprConst, Const: c}}
	switch c.Kind {
	case ir.ConstNone:
		a.json = "null"
	case ir.ConstBool:
		a.json = strconv.FormatBool(c.Bool)
	case ir.ConstInt:
		a.json = strconv.FormatInt(c.Int, 10)
	case ir.ConstFloat:
		a.json = floatJSON(c.Float)
	case ir.ConstComplex:
		a.json = fmt.Sprintf(`{"complex": [%s, %s]}`, floatJSON(real(c.Cmplx)), floatJSON(imag(c.Cmplx)))
	case ir.ConstString:
		a.json = strconv.Quote(c.Str)
	case ir.ConstDType:
		a.json = fmt.Sprintf(`{"dtype": %q}`, c.DType)
	case ir.ConstEllipsis:
		a.json = `{"ellipsis": true}`
	case ir.ConstNewaxis:
		a.json = `{"newaxis": true}`
	case ir.ConstArray:
		a.json = fmt.Sprintf(`{"array": {"dtype": %q, "shape": %s, "data": %q}}`,
			c.DType, strings.ReplaceAll(fmt.Sprint(c.Shape), " ", ", "), base64.StdEncoding.EncodeToString(c.Bytes))
	}
	return a
}

// floatJSON writes a float so that it is read as one.
func floatJSON(f float64) string {
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(s, ".eE") {
		s += ".0"
	}
	return s
}

func (b *build) smallInt(lo, hi int) arg {
	return constArg(&ir.Const{Kind: ir.ConstInt, Int: int64(lo + b.r.IntN(hi-lo+1))})
}

// scalar is a Python scalar. Small integers and halves keep sums exact.
func (b *build) scalar() arg {
	switch b.r.IntN(8) {
	case 0:
		return constArg(&ir.Const{Kind: ir.ConstBool, Bool: b.r.IntN(2) == 0})
	case 1, 2:
		return constArg(&ir.Const{Kind: ir.ConstFloat, Float: float64(b.r.IntN(17)-8) / 2})
	case 3:
		return constArg(&ir.Const{Kind: ir.ConstComplex, Cmplx: complex(float64(b.r.IntN(5)-2), float64(b.r.IntN(5)-2))})
	default:
		return b.smallInt(-3, 9)
	}
}

// constant is the value of a data task: a scalar, a list of scalars, or an array.
func (b *build) constant() arg {
	switch b.r.IntN(5) {
	case 0:
		return b.scalar()
	case 1:
		return join(ir.ExprList, "[", []arg{b.smallInt(-3, 9), b.smallInt(-3, 9), b.smallInt(0, 4)}, "]")
	}
	return b.array()
}

// array is a small array of a random dtype and shape.
func (b *build) array() arg {
	d := ir.Bool + ir.DType(b.r.IntN(int(ir.Complex128)))
	shape := make([]int64, b.r.IntN(4))
	n := int64(1)
	for i := range shape {
		shape[i] = []int64{1, 2, 3, 4, 2, 3, 1, 4, 0}[b.r.IntN(9)]
		n *= shape[i]
	}
	var data []byte
	for range n {
		data = b.element(data, d)
	}
	return constArg(&ir.Const{Kind: ir.ConstArray, DType: d, Shape: shape, Bytes: data})
}

// element appends a small value of a dtype, now and then a special one.
func (b *build) element(data []byte, d ir.DType) []byte {
	le := binary.LittleEndian
	v := b.r.IntN(9) - 3
	f := float64(v) / 2
	if b.r.IntN(25) == 0 {
		f = []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)}[b.r.IntN(4)]
	}
	switch d {
	case ir.Bool:
		return append(data, byte(b.r.IntN(2)))
	case ir.Int8, ir.Uint8:
		return append(data, byte(v))
	case ir.Int16, ir.Uint16:
		return le.AppendUint16(data, uint16(v))
	case ir.Int32, ir.Uint32:
		return le.AppendUint32(data, uint32(v))
	case ir.Int64, ir.Uint64:
		return le.AppendUint64(data, uint64(v))
	case ir.Float32:
		return le.AppendUint32(data, math.Float32bits(float32(f)))
	case ir.Float64:
		return le.AppendUint64(data, math.Float64bits(f))
	case ir.Complex64:
		return le.AppendUint32(le.AppendUint32(data, math.Float32bits(float32(f))), math.Float32bits(float32(v)))
	default:
		return le.AppendUint64(le.AppendUint64(data, math.Float64bits(f)), math.Float64bits(float64(v)))
	}
}

func (b *build) dtype() arg {
	return constArg(&ir.Const{Kind: ir.ConstDType, DType: ir.Bool + ir.DType(b.r.IntN(int(ir.Complex128)))})
}

// axis is none, one axis, or several.
func (b *build) axis(rank int) arg {
	switch n := b.r.IntN(4); {
	case n == 0:
		return constArg(&ir.Const{Kind: ir.ConstNone})
	case n == 1 && rank > 1:
		return join(ir.ExprList, "[", []arg{b.smallInt(0, 0), b.smallInt(-1, -1)}, "]")
	}
	return b.smallInt(-max(rank, 1), max(rank, 1)-1)
}

func (b *build) perm(rank int) arg {
	var items []arg
	for _, i := range b.r.Perm(rank) {
		items = append(items, constArg(&ir.Const{Kind: ir.ConstInt, Int: int64(i)}))
	}
	return join(ir.ExprList, "[", items, "]")
}

// shape is a shape of as many elements as the first argument has, with -1 for
// one of its lengths now and then.
func (b *build) shape(first *ir.Type) arg {
	n := int64(6)
	if first != nil && first.Kind == ir.TypeBlock {
		n = 1
		for _, d := range first.Shape {
			n *= d
		}
	}
	var items []arg
	for _, f := range []int64{2, 3} {
		if n > 0 && n%f == 0 {
			items, n = append(items, constArg(&ir.Const{Kind: ir.ConstInt, Int: f})), n/f
		}
	}
	if b.r.IntN(3) == 0 {
		n = -1
	}
	return join(ir.ExprList, "[", append(items, constArg(&ir.Const{Kind: ir.ConstInt, Int: n})), "]")
}

// index is an index of a block, list, tuple or dict.
func (b *build) index(first *ir.Type) arg {
	if first == nil || first.Kind != ir.TypeBlock {
		return b.smallInt(-1, 2)
	}
	var items []arg
	lists := 0
	for _, n := range first.Shape {
		items = append(items, b.axisIndex(n, &lists))
		if b.r.IntN(8) == 0 {
			items = append(items, constArg(&ir.Const{Kind: ir.ConstNewaxis}))
		}
	}
	if len(items) == 1 && b.r.IntN(2) == 0 {
		return items[0]
	}
	if len(items) > 0 && b.r.IntN(4) == 0 {
		items[len(items)-1] = constArg(&ir.Const{Kind: ir.ConstEllipsis})
	}
	return join(ir.ExprTuple, `{"tuple": [`, items, `]}`)
}

// axisIndex is an index along an axis of length n.
func (b *build) axisIndex(n int64, lists *int) arg {
	switch k := b.r.IntN(6); {
	case k == 0 && n > 0:
		return b.smallInt(-int(n), int(n)-1)
	case k == 1 && n > 0 && *lists == 0:
		*lists++
		return join(ir.ExprList, "[", []arg{b.smallInt(0, int(n)-1), b.smallInt(-int(n), -1)}, "]")
	}
	end := func() arg {
		if b.r.IntN(3) == 0 {
			return constArg(&ir.Const{Kind: ir.ConstNone})
		}
		return b.smallInt(-int(n)-1, int(n)+1)
	}
	step := constArg(&ir.Const{Kind: ir.ConstInt, Int: []int64{1, 1, 2, 3, -1, -2}[b.r.IntN(6)]})
	return join(ir.ExprSlice, `{"slice": [`, []arg{end(), end(), step}, `]}`)
}
