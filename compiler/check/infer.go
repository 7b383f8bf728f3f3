package check

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/agnivade/levenshtein"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// Type infers the type of an expression whose operands have the given types.
// It sets Type on every node of the expression. The error begins with the name
// of the op that it is about.
func Type(e *ir.Expr, operands []*ir.Type) (*ir.Type, error) {
	t, _, err := inferTree(e, operands)
	return t, err
}

// inferTree is Type that also returns the node which the error is about.
func inferTree(e *ir.Expr, operands []*ir.Type) (*ir.Type, *ir.Expr, error) {
	for _, a := range e.Args {
		if _, at, err := inferTree(a, operands); err != nil {
			return nil, at, err
		}
	}
	for i := range e.Kwargs {
		if _, at, err := inferTree(e.Kwargs[i].Value, operands); err != nil {
			return nil, at, err
		}
	}
	if e.Kind == ir.ExprOperand {
		if e.N >= len(operands) || operands[e.N] == nil {
			return nil, e, errors.New("operand of unknown type")
		}
		e.Type = operands[e.N]
		return e.Type, nil, nil
	}
	t, err := inferNode(e)
	if err != nil {
		return nil, e, err
	}
	e.Type = t
	return t, nil, nil
}

// inferNode returns the type of a node whose arguments have their types.
// Operands and params must already have theirs.
func inferNode(e *ir.Expr) (*ir.Type, error) {
	switch e.Kind {
	case ir.ExprOp:
		return inferOp(e)
	case ir.ExprFunc:
		return inferFunc(e)
	case ir.ExprConst:
		if e.Type != nil {
			return e.Type, nil // a Go literal, of the type that the front end knows
		}
		return literalType(e.Const)
	case ir.ExprList:
		return inferList(e), nil
	case ir.ExprTuple:
		return &ir.Type{Kind: ir.TypeTuple, Elems: typesOf(e.Args)}, nil
	case ir.ExprDict:
		return inferDict(e)
	case ir.ExprSlice:
		return inferSlice(e)
	default:
		return e.Type, nil
	}
}

// inferOp binds the arguments and asks the op.
func inferOp(e *ir.Expr) (*ir.Type, error) {
	op := stdops.Lookup(e.Op)
	if op == nil {
		return nil, coded(diag.UnknownOp, unknownOp(e.Op))
	}
	typeDefaults()
	c, err := stdops.Bind(op, e)
	if err != nil {
		return nil, coded(diag.WrongArguments, fmt.Errorf("%s: %w", e.Op, err))
	}
	t, err := inferCall(c)
	if err != nil {
		if name := notStatic(c); name != "" {
			return nil, coded(diag.NotStatic, fmt.Errorf("%s: %s must be a literal, here it depends on a task", e.Op, name))
		}
		return nil, fmt.Errorf("%s: %w", e.Op, err)
	}
	return t, nil
}

// notStatic names a parameter that must be a literal, if its argument depends
// on a task.
func notStatic(c *stdops.Call) string {
	for i, p := range c.Op.Params {
		if p.Static && c.Args[i] != nil && readsTask(c.Args[i]) {
			return p.Name
		}
	}
	return ""
}

func readsTask(e *ir.Expr) bool {
	return e.Kind == ir.ExprOperand || e.Kind == ir.ExprOp || e.Kind == ir.ExprFunc || slices.ContainsFunc(e.Args, readsTask)
}

func inferCall(c *stdops.Call) (*ir.Type, error) {
	if c.Op.Infer != nil {
		return c.Op.Infer(c)
	}
	t, _, err := stdops.InferElementwise(c.Op, c.Args)
	return t, err
}

// typeDefaults gives the defaults of the ops' parameters their types, once.
var typeDefaults = sync.OnceFunc(func() {
	for _, op := range stdops.All() {
		for _, p := range op.Params {
			if p.Default != nil && p.Default.Type == nil {
				p.Default.Type, _ = literalType(p.Default.Const)
			}
		}
	}
})

// unknownOp is the error for an op that is not in the table; it names the
// nearest ones.
func unknownOp(name string) error {
	best, near := 3, []string(nil)
	for _, n := range stdops.Names() {
		switch d := levenshtein.ComputeDistance(name, n); {
		case d < best:
			best, near = d, []string{n}
		case d == best && len(near) < 3 && near != nil:
			near = append(near, n)
		}
	}
	if near == nil {
		return fmt.Errorf("%s: unknown op", name)
	}
	return fmt.Errorf("%s: unknown op (nearest: %s)", name, strings.Join(near, ", "))
}

// literalType returns the type of a literal.
func literalType(c *ir.Const) (*ir.Type, error) {
	if c == nil {
		return nil, errors.New("internal error: literal without a value")
	}
	switch c.Kind {
	case ir.ConstArray, ir.ConstNpy:
		if c.DType == ir.NoDType {
			return nil, errors.New("array literal of unknown dtype")
		}
		return ir.BlockType(c.DType, c.Shape...), nil
	case ir.ConstGo:
		return &ir.Type{Kind: ir.TypeGo, Go: c.GoType}, nil
	default:
		return plainTypes[c.Kind], nil
	}
}

var plainTypes = map[ir.ConstKind]*ir.Type{
	ir.ConstNone:     {Kind: ir.TypeNone},
	ir.ConstBool:     ir.ScalarType(ir.Bool),
	ir.ConstInt:      ir.ScalarType(ir.Int64),
	ir.ConstFloat:    ir.ScalarType(ir.Float64),
	ir.ConstComplex:  ir.ScalarType(ir.Complex128),
	ir.ConstString:   {Kind: ir.TypeString},
	ir.ConstBytes:    {Kind: ir.TypeBytes},
	ir.ConstDType:    {Kind: ir.TypeDType},
	ir.ConstOp:       {Kind: ir.TypeFunc},
	ir.ConstEllipsis: {Kind: ir.TypeSlice},
	ir.ConstNewaxis:  {Kind: ir.TypeSlice},
}

// inferList returns the type of a list. A list whose elements have no common
// type is given the type of a tuple: it may still be an index.
func inferList(e *ir.Expr) *ir.Type {
	ts := typesOf(e.Args)
	if t := e.Type; t != nil && t.Kind == ir.TypeList && t.Elems[0].Kind == ir.TypeGo && t.Elems[0].Go.Partial == "" {
		return t // a Go slice, of the type that the front end knows
	}
	if elem := elemType(ts); elem != nil {
		return ir.ListType(elem)
	}
	return &ir.Type{Kind: ir.TypeTuple, Elems: ts}
}

func inferDict(e *ir.Expr) (*ir.Type, error) {
	var keys, values []*ir.Type
	for i := 0; i+1 < len(e.Args); i += 2 {
		keys, values = append(keys, e.Args[i].Type), append(values, e.Args[i+1].Type)
	}
	k, v := elemType(keys), elemType(values)
	if k == nil || v == nil {
		return nil, errors.New("dict: the keys must be of one type, and the values too")
	}
	switch k.Kind {
	case ir.TypeString, ir.TypeScalar, ir.TypeNone:
		return &ir.Type{Kind: ir.TypeDict, Elems: []*ir.Type{k, v}}, nil
	}
	return nil, fmt.Errorf("dict: a key cannot be a %s", k)
}

func inferSlice(e *ir.Expr) (*ir.Type, error) {
	for i, a := range e.Args {
		t := a.Type
		isInt := t.Kind == ir.TypeScalar && t.DType == ir.Int64 || t.Kind == ir.TypeBlock && t.Rank() == 0 && strings.IndexByte("iu", t.DType.Kind()) >= 0
		if t.Kind != ir.TypeNone && !isInt {
			return nil, fmt.Errorf("slice: %s must be an integer or null, is %s", [...]string{"start", "stop", "step"}[i], t)
		}
		if i == 2 && a.Kind == ir.ExprConst && isInt && a.Const.Int == 0 {
			return nil, errors.New("slice: step must not be 0")
		}
	}
	return &ir.Type{Kind: ir.TypeSlice}, nil
}

func typesOf(es []*ir.Expr) []*ir.Type {
	ts := make([]*ir.Type, len(es))
	for i, e := range es {
		ts[i] = e.Type
	}
	return ts
}

// Node infers the type of one node whose arguments, and the operands and
// per-task literals among them, have their types.
func Node(e *ir.Expr) (*ir.Type, error) { return inferNode(e) }
