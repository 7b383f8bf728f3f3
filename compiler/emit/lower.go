package emit

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// nodeKind says how a node is computed.
type nodeKind uint8

const (
	operandNode nodeKind = iota // operand expr.N of the case
	paramNode                   // per-task literal expr.N
	constNode                   // a literal
	elementNode                 // an inner loop over elements: an elementwise op, a scalar user function or a cast
	reduceNode                  // an accumulator that is fed with args[0]
	callNode                    // a call of package kernel or linalg
	funcNode                    // a call of a user's function
	makeNode                    // a list, a tuple or a dict
)

// A node is a value of a kernel. Equal subexpressions are one node.
type node struct {
	kind   nodeKind
	id     int
	expr   *ir.Expr // an expression that the node stands for; its argument for a cast
	typ    *ir.Type
	name   string         // what the value is, for variables: an op's name
	loop   *stdops.Loop   // elementNode of an op or a cast
	in     []ir.DType     // elementNode: the dtypes that args are converted to
	call   stdops.GoCall  // reduceNode, callNode
	source *stdops.Source // callNode: how its elements are made in order; nil if they cannot
	args   []*node        // what is evaluated before
	users  []*node        // with repetitions; the kernel's result counts as none
	group  *node          // elementNode: the node whose loop computes it
}

// block says whether the node's value has elements to loop over.
func (n *node) block() bool { return n.typ.Kind == ir.TypeBlock && len(n.typ.Shape) > 0 }

// A lowering turns the expression of a case into nodes.
type lowering struct {
	nodes     []*node // arguments before their users
	byExpr    map[*ir.Expr]*node
	byKey     map[string]*node
	root      *node
	intOnly   map[int]bool // per-task literals that are only used as Go ints
	intParams map[int]int  // how often per-task literals are used as Go ints
}

// lower interns the kernel of a case.
func lower(c *ir.Case) (*lowering, error) {
	l := &lowering{byExpr: map[*ir.Expr]*node{}, byKey: map[string]*node{}, intOnly: map[int]bool{}, intParams: map[int]int{}}
	for i := range c.Params {
		l.intOnly[i] = true
	}
	root, err := l.intern(c.Kernel)
	if err != nil {
		return nil, err
	}
	l.root = root
	l.countUsers()
	l.formGroups()
	return l, nil
}

func (l *lowering) countUsers() {
	for _, n := range l.nodes {
		for _, a := range n.args {
			if a != nil { // an operand that was left out
				a.users = append(a.users, n)
			}
		}
	}
}

// intern returns the node of an expression used as a value.
func (l *lowering) intern(e *ir.Expr) (*node, error) {
	if n := l.byExpr[e]; n != nil {
		return n, nil
	}
	n, key, err := l.build(e)
	if err != nil {
		return nil, err
	}
	if n.typ == nil {
		return nil, errorf(e.Pos, "internal error: the checker set no type on %s", describe(e))
	}
	n = l.add(n, key)
	l.byExpr[e] = n
	return n, nil
}

// add returns the node that is equal to n, which is n if there is none yet.
func (l *lowering) add(n *node, key string) *node {
	key += "|" + reprKey(n.typ)
	if old := l.byKey[key]; old != nil {
		return old
	}
	n.id = len(l.nodes)
	l.nodes = append(l.nodes, n)
	l.byKey[key] = n
	return n
}

// build makes the node of an expression, and the text by which equal ones are
// found.
func (l *lowering) build(e *ir.Expr) (*node, string, error) {
	n := &node{expr: e, typ: e.Type}
	switch e.Kind {
	case ir.ExprOperand:
		n.kind = operandNode
		return n, "$" + strconv.Itoa(e.N), nil
	case ir.ExprParam:
		n.kind = paramNode
		delete(l.intOnly, e.N)
		return n, "%" + strconv.Itoa(e.N), nil
	case ir.ExprConst:
		n.kind = constNode
		return n, constKey(e.Const), nil
	case ir.ExprList, ir.ExprTuple, ir.ExprDict:
		n.kind = makeNode
		n.name = map[ir.ExprKind]string{ir.ExprList: "list", ir.ExprTuple: "tuple", ir.ExprDict: "dict"}[e.Kind]
		err := l.internArgs(n, e.Args)
		return n, n.name + argKey(n.args), err
	case ir.ExprFunc:
		return l.buildFunc(n, e)
	case ir.ExprOp:
		return l.buildOp(n, e)
	}
	return nil, "", errorf(e.Pos, "a slice is an index, not a value")
}

func (l *lowering) internArgs(n *node, args []*ir.Expr) error {
	for _, a := range args {
		m, err := l.intern(a)
		if err != nil {
			return err
		}
		n.args = append(n.args, m)
	}
	return nil
}

// buildFunc makes the node of a user's function. It may have effects, so two
// calls are never one node.
func (l *lowering) buildFunc(n *node, e *ir.Expr) (*node, string, error) {
	n.kind, n.name = funcNode, e.Func.Name
	if !goFuncName.MatchString(e.Func.Name) {
		return nil, "", errorf(e.Pos, "%q is not the name of a Go function", e.Func.Name)
	}
	if err := l.internArgs(n, e.Args); err != nil {
		return nil, "", err
	}
	if e.Func.Scalar && n.typ != nil && n.typ.Kind == ir.TypeBlock {
		n.kind = elementNode
		for _, p := range e.Func.Params {
			n.in = append(n.in, p.NumberDType())
		}
	}
	return n, fmt.Sprintf("func %s.%s#%d%s", e.Func.Pkg, e.Func.Title(), len(l.nodes), argKey(n.args)), nil
}

// goFuncName matches F, T.M and (*T).M.
var goFuncName = regexp.MustCompile(`^([\pL_][\pL\p{Nd}_]*|\(\*[\pL_][\pL\p{Nd}_]*\))(\.[\pL_][\pL\p{Nd}_]*)?$`)

func (l *lowering) buildOp(n *node, e *ir.Expr) (*node, string, error) {
	op := stdops.Lookup(e.Op)
	if op == nil {
		return nil, "", errorf(e.Pos, "unknown op %q", e.Op)
	}
	c, err := stdops.Bind(op, e)
	if err != nil {
		return nil, "", errorf(e.Pos, "%s: %w", op.Name, err)
	}
	n.name = op.Name
	if c.Class() == stdops.Elementwise {
		return l.buildElementwise(n, c)
	}
	// The checker has typed each task; the kernel is one for all of them, and
	// must not take a shape from one that others do not have.
	if _, err := op.Infer(c); err != nil {
		return nil, "", errorf(e.Pos, "%s: %w (in one kernel for tasks of several shapes)", op.Name, err)
	}
	n.kind, n.call = callNode, op.Emit(c)
	if op.Source != nil {
		n.source = op.Source(c, n.call)
	}
	if c.Class() == stdops.Reduction {
		n.kind = reduceNode
		fed, err := l.cast(c.Args[0], n.call.TypeArgs[0])
		if err != nil {
			return nil, "", err
		}
		n.args = append(n.args, fed)
	}
	key, err := l.callKey(n, n.call)
	if !op.Pure {
		key = fmt.Sprintf("%s#%d", key, len(l.nodes))
	}
	return n, op.Name + argKey(n.args) + key, err
}

func (l *lowering) buildElementwise(n *node, c *stdops.Call) (*node, string, error) {
	_, loop, err := stdops.InferElementwise(c.Op, c.Args)
	if err != nil {
		return nil, "", errorf(n.expr.Pos, "%s: %w", c.Op.Name, err)
	}
	n.kind, n.loop, n.in = elementNode, loop, loop.In
	for i, in := range loop.In {
		if in == ir.NoDType {
			n.args = append(n.args, nil)
			continue
		}
		m, err := l.intern(c.Args[i])
		if err != nil {
			return nil, "", err
		}
		n.args = append(n.args, m)
	}
	n.in, n.args = dropMissing(n.in, n.args)
	return n, loopKey(loop) + argKey(n.args), nil
}

// dropMissing cuts arguments that are no operands off the end.
func dropMissing(in []ir.DType, args []*node) ([]ir.DType, []*node) {
	for len(args) > 0 && args[len(args)-1] == nil {
		in, args = in[:len(args)-1], args[:len(args)-1]
	}
	return in, args
}

// cast returns the node of a block argument in a dtype.
func (l *lowering) cast(e *ir.Expr, d ir.DType) (*node, error) {
	arg, err := l.intern(e)
	if err != nil || !numeric(arg.typ) || arg.typ.DType == d && arg.typ.Kind == ir.TypeBlock {
		return arg, err
	}
	from := arg.typ.DType
	loop := castLoop(from, d)
	n := &node{
		kind: elementNode, expr: e, typ: ir.BlockType(d, arg.typ.Shape...), name: "cast",
		loop: loop, in: loop.In, args: []*node{arg},
	}
	return l.add(n, "cast"+argKey(n.args)), nil
}

// callKey interns the arguments of a call and returns its text.
func (l *lowering) callKey(n *node, c stdops.GoCall) (string, error) {
	key := fmt.Sprintf("%s%v(", c.Func, c.TypeArgs)
	for _, a := range c.Args {
		k, err := l.goArg(n, a)
		if err != nil {
			return "", err
		}
		key += k + ","
	}
	return key + ")", nil
}

func (l *lowering) goArg(n *node, a stdops.GoArg) (string, error) {
	switch a := a.(type) {
	case *ir.Expr:
		return l.useArg(n)(l.intern(a))
	case stdops.Cast:
		return l.useArg(n)(l.cast(a.Expr, a.DType))
	case stdops.Number:
		k, err := l.useArg(n)(l.intern(a.Expr))
		return k + ":" + a.DType.String(), err
	case stdops.Int:
		return l.intKey(a.Expr)
	case stdops.GoCall:
		return l.callKey(n, a)
	case []stdops.GoArg:
		key := ""
		for _, x := range a {
			k, err := l.goArg(n, x)
			if err != nil {
				return "", err
			}
			key += k + ","
		}
		return key, nil
	}
	return fmt.Sprintf("%#v", a), nil
}

// useArg adds an interned argument to a node.
func (l *lowering) useArg(n *node) func(*node, error) (string, error) {
	return func(arg *node, err error) (string, error) {
		if err != nil {
			return "", err
		}
		n.args = append(n.args, arg)
		return "#" + strconv.Itoa(arg.id), nil
	}
}

// intKey is the text of an integer argument: a literal or a per-task literal.
func (l *lowering) intKey(e *ir.Expr) (string, error) {
	switch {
	case e.Kind == ir.ExprConst:
		return constKey(e.Const), nil
	case e.Kind == ir.ExprParam:
		l.intParams[e.N]++
		return "%" + strconv.Itoa(e.N), nil
	}
	return "", errorf(e.Pos, "an integer literal is needed here")
}

// key is the text of the expression: equal expressions have equal texts.
func (l *lowering) key() string {
	keys := make([]string, len(l.nodes))
	for k, n := range l.byKey {
		keys[n.id] = k
	}
	return strings.Join(keys, "\n") + "\n" + strconv.Itoa(l.root.id)
}

func argKey(args []*node) string {
	var b strings.Builder
	for _, a := range args {
		if a == nil {
			b.WriteString("#-")
			continue
		}
		b.WriteString("#" + strconv.Itoa(a.id))
	}
	return b.String()
}

func loopKey(l *stdops.Loop) string { return fmt.Sprint(l.Expr, l.In, l.Out) }

// constKey is the text of a literal: equal literals have equal texts.
func constKey(c *ir.Const) string {
	if c == nil {
		return "const none"
	}
	key := "const " + string(c.AppendKey(nil))
	if c.GoType != nil {
		key += strings.Join(c.GoType.Imports, ",")
	}
	return key
}

// reprKey is the text of a type as far as its Go type goes: ranks, not shapes.
func reprKey(t *ir.Type) string {
	if t == nil {
		return ""
	}
	s := fmt.Sprintf("%d.%d.%d", t.Kind, t.DType, len(t.Shape))
	for _, e := range t.Elems {
		s += "(" + reprKey(e) + ")"
	}
	if t.Go != nil {
		s += t.Go.Expr + strings.Join(t.Go.Imports, ",")
	}
	return s
}

// numeric says whether values of t are numbers or blocks of them.
func numeric(t *ir.Type) bool { return t.Kind == ir.TypeScalar || t.Kind == ir.TypeBlock }

func describe(e *ir.Expr) string {
	switch e.Kind {
	case ir.ExprOp:
		return e.Op
	case ir.ExprFunc:
		return e.Func.Name
	}
	return "an expression"
}
