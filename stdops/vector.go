package stdops

import (
	"slices"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// vectorOps says which ops have functions in package runtime/vector, and for
// which dtypes of their operands: a condition's apart, they have one dtype. The
// functions are named as the ops are, in CamelCase, but for vectorNames.
var vectorOps = func() map[string][]ir.DType {
	numbers := append(append([]ir.DType{}, intTypes...), floatTypes...)
	all := append(append([]ir.DType{}, boolTypes...), numbers...)
	whole := append(append([]ir.DType{}, boolTypes...), intTypes...)
	ops := map[string][]ir.DType{}
	for _, o := range []struct {
		names  string
		dtypes []ir.DType
	}{
		{"add subtract multiply negative absolute square sign", numbers},
		{"divide reciprocal sqrt fabs copysign floor ceil trunc rint isnan isinf isfinite signbit", floatTypes},
		{"exp exp2 expm1 log log2 log10 log1p logaddexp logaddexp2 sin cos tan sinc arcsin arccos arctan arctan2", floatTypes},
		{"sinh cosh tanh arcsinh arccosh arctanh power float_power cbrt hypot erf", floatTypes},
		{"equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor logical_not", all},
		{"where minimum maximum fmin fmax clip", all},
		{"bitwise_and bitwise_or bitwise_xor invert", whole},
		{"left_shift right_shift", intTypes},
	} {
		for _, name := range strings.Fields(o.names) {
			ops[name] = o.dtypes
		}
	}
	return ops
}()

// vectorNames are names of functions that are not their op's in CamelCase.
var vectorNames = map[string]string{"isnan": "IsNaN", "isinf": "IsInf", "isfinite": "IsFinite", "fabs": "Absolute", "float_power": "Power"}

// conversionOps are the ops that convert their first operand, and do no more.
var conversionOps = map[string]bool{"astype": true, "bool": true, "int": true, "float": true}

// setConvert names the conversions between different real dtypes.
func (op *Op) setConvert() {
	for i := range op.Loops {
		if l := &op.Loops[i]; VectorCast(l.In[0], l.Out) != "" {
			l.Vector = "Convert"
		}
	}
}

// VectorCast returns the name of the function of package runtime/vector that
// converts a dtype to another one; "" for the same one and for complex ones.
func VectorCast(from, to ir.DType) string {
	if from == to || from.Kind() == 'c' || to.Kind() == 'c' {
		return ""
	}
	return "Convert" + camel(from.String()) + camel(to.String())
}

// setVector fills in the Vector of the op's loops.
func (op *Op) setVector() {
	if conversionOps[op.Name] {
		op.setConvert()
		return
	}
	ds := vectorOps[op.Name]
	for i := range op.Loops {
		if l := &op.Loops[i]; slices.Contains(ds, l.dtype()) {
			l.Vector = vectorNames[op.Name]
			if l.Vector == "" {
				l.Vector = camel(op.Name)
			}
		}
	}
}

// dtype is the dtype that all operands have, but for a condition before two
// others; NoDType if there is none.
func (l *Loop) dtype() ir.DType {
	in := l.In
	if len(in) == 3 && in[0] == ir.Bool {
		in = in[1:]
	}
	for _, d := range in {
		if d != in[0] {
			return ir.NoDType
		}
	}
	if len(in) == 0 {
		return ir.NoDType
	}
	return in[0]
}

// camel returns an op's name as a Go name: "LessEqual" of less_equal.
func camel(name string) string {
	var b strings.Builder
	for _, word := range strings.Split(name, "_") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// VectorFunc returns the name of the function of package runtime/vector that
// computes the loop, with the operands marked in scalar being one number for
// all elements; "" if there is none, as for three operands with the first one a
// number. Its parameters are dst and the operands.
func (l *Loop) VectorFunc(scalar ...bool) string {
	switch l.Vector {
	case "":
		return ""
	case "Convert":
		if len(scalar) > 0 && scalar[0] {
			return ""
		}
		return VectorCast(l.In[0], l.Out)
	}
	form := ""
	for i, d := range l.In {
		switch {
		case d == ir.NoDType: // no operand
		case i < len(scalar) && scalar[i]:
			form += "S"
		default:
			form += "V"
		}
	}
	if !strings.Contains(form, "V") || len(form) == 3 && form[0] == 'S' {
		return ""
	}
	if !strings.Contains(form, "S") {
		form = ""
	}
	return l.Vector + camel(l.In[len(l.In)-1].String()) + form
}
