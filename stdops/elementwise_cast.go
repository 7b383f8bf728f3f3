package stdops

import (
	"errors"
	"fmt"

	"github.com/daskgen/daskgen/ir"
)

func init() {
	register(&Op{
		Name: "astype", Aliases: []string{"numpy.astype", "dask.array.chunk.astype"}, Class: Elementwise,
		Doc:    "astype converts x to a dtype: numbers to bool by comparison with 0, floats to integers towards zero (NaN and numbers out of range as x86-64 processors do), complex numbers to real ones by dropping the imaginary part.",
		Params: []Param{{Name: "x"}, {Name: "dtype", Static: true}}, Loops: castLoops(allTypes), Cheap: true, Pure: true,
	})
	resolvers["astype"] = astypeLoop
	registerConversions()
	registerRound()
}

// castLoops returns the conversions from every dtype to these.
func castLoops(to []ir.DType) []Loop {
	var ls []Loop
	for _, t := range to {
		for _, f := range allTypes {
			ls = append(ls, Loop{In: []ir.DType{f}, Out: t, Expr: CastExpr(f, t)})
		}
	}
	return ls
}

// DTypeArg returns the dtype that an argument names, by a dtype literal, a
// string, or one of Python's types as a function; NoDType for None.
func DTypeArg(e *ir.Expr) (ir.DType, error) {
	if e.Kind == ir.ExprConst {
		switch e.Const.Kind {
		case ir.ConstNone:
			return ir.NoDType, nil
		case ir.ConstDType:
			return e.Const.DType, nil
		case ir.ConstString:
			if d := ir.ParseDType(e.Const.Str); d != ir.NoDType {
				return d, nil
			}
			return ir.NoDType, fmt.Errorf("%q is not a dtype", e.Const.Str)
		case ir.ConstOp:
			if op := Lookup(e.Const.Str); op != nil && pyTypes[op.Name] != ir.NoDType {
				return pyTypes[op.Name], nil
			}
		}
	}
	return ir.NoDType, errors.New("the dtype must be a literal")
}

// astypeLoop returns the conversion of a block, or of a Python scalar to the
// dtype of another one.
func astypeLoop(op *Op, args []*ir.Expr) (*Loop, error) {
	if _, _, err := splitWeak(op, args[:1]); err != nil {
		return nil, err
	}
	d, err := DTypeArg(args[1])
	if err != nil {
		return nil, err
	}
	from := args[0].Type
	switch {
	case d == ir.NoDType:
		d = ir.Float64
	case from.Kind == ir.TypeScalar && !pyScalar(d):
		return nil, fmt.Errorf("makes no %s of a Python scalar; only bool, int64, float64 or complex128", d)
	}
	for i := range op.Loops {
		if l := &op.Loops[i]; l.In[0] == from.DType && l.Out == d {
			return l, nil
		}
	}
	return nil, noLoop(op, args[:1])
}

// pyTypes are the dtypes of Python's types.
var pyTypes = map[string]ir.DType{"bool": ir.Bool, "int": ir.Int64, "float": ir.Float64, "complex": ir.Complex128}

// registerConversions adds Python's types as functions.
func registerConversions() {
	for _, name := range []string{"bool", "int", "float", "complex"} {
		d := pyTypes[name]
		var loops []Loop
		for _, l := range castLoops([]ir.DType{d}) {
			if l.In[0].Kind() != 'c' || d == ir.Bool || d == ir.Complex128 {
				loops = append(loops, l)
			}
		}
		register(&Op{
			Name: name, Aliases: []string{"builtins." + name}, Class: Elementwise,
			Doc:    fmt.Sprintf("%s converts a number to %s, as astype does.", name, d),
			Params: []Param{{Name: "x"}}, Loops: loops, Cheap: true, Pure: true,
		})
		resolvers[name] = exactLoop
	}
}

// exactLoop returns the loop for just the argument's dtype.
func exactLoop(op *Op, args []*ir.Expr) (*Loop, error) {
	if _, _, err := splitWeak(op, args); err != nil {
		return nil, err
	}
	if l := loopOf(op.Name, args[0].Type.DType); l != nil {
		return l, nil
	}
	return nil, noLoop(op, args)
}

func registerRound() {
	var loops []Loop
	for _, f := range []struct {
		ds   []ir.DType
		expr string
	}{
		{intTypes, "rt.RoundInt($0, $1)"},
		{floatTypes[:1], "rt.Round32($0, $1)"},
		{floatTypes[1:], "rt.Round($0, $1)"},
		{complexTypes, "rt.RoundC#($0, $1)"},
	} {
		for _, d := range f.ds {
			loops = append(loops, Loop{In: []ir.DType{d, ir.Int64}, Out: d, Expr: expand(f.expr, d)})
		}
	}
	register(&Op{
		Name: "round", Aliases: []string{"around", "numpy.round", "numpy.round_", "numpy.around", "builtins.round"}, Class: Elementwise,
		Doc:    "round rounds to a number of decimals, halves to even, in the dtype of x; negative decimals round to tens, hundreds and so on. As NumPy does it scales, rounds and scales back.",
		Params: []Param{{Name: "x"}, {Name: "decimals", Default: intLit(0)}}, Loops: loops, Pure: true,
	})
	resolvers["round"] = roundLoop
}

// roundLoop builds the common literal 0 for decimals into the loop. Bools are
// rounded to float32, as NumPy rounds them to float16.
func roundLoop(op *Op, args []*ir.Expr) (*Loop, error) {
	x, n := args[0].Type, args[1]
	if x.Kind == ir.TypeBlock && x.DType == ir.Bool {
		return &Loop{In: []ir.DType{ir.Bool}, Out: ir.Float32, Expr: "rt.Num[float32]($0)"}, nil
	}
	if _, _, err := splitWeak(op, args); err != nil {
		return nil, err
	}
	d := x.DType
	if d == ir.Bool {
		d = ir.Int64
	}
	decimals, ok := realLit(n)
	switch {
	case !isInt(n.Type):
		return nil, fmt.Errorf("decimals must be an integer, is %s", n.Type)
	case ok && decimals >= 0 && kindRank(d) == 1:
		return &Loop{In: []ir.DType{d}, Out: d, Expr: "$0"}, nil
	case ok && decimals == 0:
		return loopOf("rint", d), nil
	}
	return loopOf(op.Name, d), nil
}
