package stdops

import (
	"errors"
	"fmt"

	"github.com/daskgen/daskgen/ir"
)

// This file holds the ops and branches of ops that work on Go values: scalars,
// strings, lists, tuples and dicts. Ops that exist for blocks too, such as sum
// and getitem, call infer...Values and emit...Values for them.

func init() {
	register(
		&Op{
			Name: "identity", Aliases: []string{"dask._task_spec._identity_cast", "toolz.identity", "toolz.functoolz.identity"}, Class: Helper,
			Doc:    "identity returns x itself, of any type.",
			Params: []Param{{Name: "x"}},
			Infer:  func(c *Call) (*ir.Type, error) { return c.Args[0].Type, nil },
			Emit:   func(c *Call) GoCall { return GoCall{Func: "kernel.Identity", Args: []GoArg{c.Args[0]}} },
			View:   true, Cheap: true, Pure: true,
		},
		&Op{
			Name: "len", Aliases: []string{"builtins.len"}, Class: Helper,
			Doc:    "len returns the length of a list, string, dict or bytes, or of a block's first axis.",
			Params: []Param{{Name: "x"}}, Infer: inferLen, Emit: emitLen, Cheap: true, Pure: true,
		},
		passOp("list", ir.TypeList), passOp("tuple", ir.TypeTuple),
	)
}

// isValue says whether t is a Go value rather than a block or a list of
// blocks.
func isValue(t *ir.Type) bool {
	if t.Kind != ir.TypeList {
		return t.Kind != ir.TypeBlock
	}
	e := t.Elems[0]
	return e != nil && e.Kind != ir.TypeList && e.Kind != ir.TypeBlock
}

// passOp declares Python's constructor of a list or tuple, which returns one as
// it is.
func passOp(name string, kind ir.TypeKind) *Op {
	return &Op{
		Name: name, Aliases: []string{"builtins." + name}, Class: Helper,
		Doc:    fmt.Sprintf("%s returns a %s as it is.", name, name),
		Params: []Param{{Name: "x"}},
		Infer: func(c *Call) (*ir.Type, error) {
			if t := c.Args[0].Type; t.Kind == kind {
				return t, nil
			}
			return nil, fmt.Errorf("argument \"x\" is %s, not a %s", c.Args[0].Type, name)
		},
		Emit: func(c *Call) GoCall { return GoCall{Func: "kernel.Identity", Args: []GoArg{c.Args[0]}} },
		View: true, Cheap: true, Pure: true,
	}
}

func inferLen(c *Call) (*ir.Type, error) {
	switch t := c.Args[0].Type; t.Kind {
	case ir.TypeBlock:
		if t.Rank() == 0 {
			return nil, errors.New("an array of rank 0 has no length")
		}
	case ir.TypeList, ir.TypeString, ir.TypeBytes, ir.TypeDict:
	default:
		return nil, fmt.Errorf("%s has no length", t)
	}
	return ir.ScalarType(ir.Int64), nil
}

func emitLen(c *Call) GoCall {
	f := "kernel.Len"
	switch c.Args[0].Type.Kind {
	case ir.TypeString:
		f = "kernel.LenString"
	case ir.TypeDict:
		f = "kernel.LenDict"
	case ir.TypeBlock:
		f = "kernel.LenBlock"
	}
	return GoCall{Func: f, Args: []GoArg{c.Args[0]}}
}

// inferFoldValues is Infer for sum, prod, min, max, any and all of a list of
// Python scalars (min and max: of strings too), which is argument 0.
func inferFoldValues(c *Call) (*ir.Type, error) {
	t := c.Args[0].Type
	if t.Kind != ir.TypeList {
		return nil, fmt.Errorf("argument %q is %s, not a block or a list", c.Op.Params[0].Name, t)
	}
	e := t.Elems[0]
	minmax := c.Op.Name == "min" || c.Op.Name == "max"
	switch {
	case minmax && e.Kind == ir.TypeString:
		return e, nil
	case e.Kind != ir.TypeScalar:
	case foldsBools(c.Op.Name):
		if e.DType == ir.Bool {
			return e, nil
		}
	case c.Op.Name == "sum" && e.DType == ir.Bool:
		return ir.ScalarType(ir.Int64), nil
	case e.DType == ir.Int64 || e.DType == ir.Float64 || c.Op.Name == "sum":
		return e, nil
	}
	return nil, fmt.Errorf("is not defined for a list of %s", e)
}

func foldsBools(op string) bool { return op == "any" || op == "all" }

// emitFoldValues is Emit for what inferFoldValues accepts.
func emitFoldValues(c *Call) GoCall {
	f := map[string]string{
		"sum": "kernel.SumValues", "prod": "kernel.ProdValues", "min": "kernel.MinValues", "max": "kernel.MaxValues",
		"any": "kernel.AnyValues", "all": "kernel.AllValues",
	}[c.Op.Name]
	if c.Op.Name == "sum" && c.Args[0].Type.Elems[0].DType == ir.Bool {
		f = "kernel.CountTrue"
	}
	return GoCall{Func: f, Args: []GoArg{c.Args[0]}}
}

// inferGetitemValues is Infer for getitem on a list or string, tuple, or dict:
// argument 1 is an integer or slice, an integer literal, or a key.
func inferGetitemValues(c *Call) (*ir.Type, error) {
	t, i := c.Args[0].Type, c.Args[1]
	switch t.Kind {
	case ir.TypeList, ir.TypeString:
		switch {
		case i.Kind == ir.ExprSlice || isInt(i.Type) && t.Kind == ir.TypeString:
			return t, nil
		case isInt(i.Type):
			return t.Elems[0], nil
		}
		return nil, fmt.Errorf("%s is indexed by an integer or a slice, not by %s", t, i.Type)
	case ir.TypeTuple:
		n, err := tupleIndex(t, i)
		if err != nil {
			return nil, err
		}
		return t.Elems[n], nil
	case ir.TypeDict:
		if !i.Type.Equal(t.Elems[0]) {
			return nil, fmt.Errorf("a dict with keys of type %s has no key of type %s", t.Elems[0], i.Type)
		}
		return t.Elems[1], nil
	}
	return nil, fmt.Errorf("%s cannot be indexed", t)
}

// tupleIndex returns the member that a literal selects of a tuple.
func tupleIndex(t *ir.Type, i *ir.Expr) (int, error) {
	if i.Kind != ir.ExprConst || i.Const.Kind != ir.ConstInt {
		return 0, errors.New("a tuple is indexed by an integer literal")
	}
	n := len(t.Elems)
	if i.Const.Int < int64(-n) || i.Const.Int >= int64(n) {
		return 0, fmt.Errorf("tuple index %d is out of range for a tuple of %d", i.Const.Int, n)
	}
	return (int(i.Const.Int) + n) % n, nil
}

// emitGetitemValues is Emit for what inferGetitemValues accepts.
func emitGetitemValues(c *Call) GoCall {
	x, i := c.Args[0], c.Args[1]
	switch x.Type.Kind {
	case ir.TypeTuple:
		n, _ := tupleIndex(x.Type, i)
		return GoCall{Func: fmt.Sprintf("kernel.Tuple%dItem%d", len(x.Type.Elems), n), Args: []GoArg{x}}
	case ir.TypeDict:
		return GoCall{Func: "kernel.DictItem", Args: []GoArg{x, i}}
	}
	kind := "kernel.List"
	if x.Type.Kind == ir.TypeString {
		kind = "kernel.String"
	}
	if i.Kind == ir.ExprSlice {
		return GoCall{Func: kind + "Slice", Args: []GoArg{x, emitSlice(i)}}
	}
	return GoCall{Func: kind + "Item", Args: []GoArg{x, goInt(i)}}
}
