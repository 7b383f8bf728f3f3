package reroll

import (
	"slices"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// A Sink takes an expression in postfix order. Encoder is the compact one, for
// tasks; Tree makes an ir.Expr, for layers.
type Sink interface {
	Mark() Mark
	Truncate(Mark)
	Arrange(Mark, []Span)
	Int(int64)
	Float(float64)
	String([]byte)
	Const(*ir.Const)
	Ref(*Ref)
	List(from Mark, n int)
	Tuple(n int)
	Dict(n int)
	Slice()
	Op(op *stdops.Op, args int, keywords ...string)
	Func(f *ir.Func, args int)
}

var (
	_ Sink = (*Encoder)(nil)
	_ Sink = (*Tree)(nil)
)

// A Tree builds the expression of a layer.
type Tree struct {
	Pos   ir.Pos // given to every node
	Refs  []ir.Key
	t     *Tasks
	stack []*ir.Expr
}

// Tree returns a sink that makes a tree. References become ExprOperand N, for
// Refs[N].
func (t *Tasks) Tree(pos ir.Pos) *Tree { return &Tree{t: t, Pos: pos} }

// Expr returns the expression.
func (b *Tree) Expr() *ir.Expr { return b.stack[len(b.stack)-1] }

// Push adds a node.
func (b *Tree) Push(e *ir.Expr) {
	e.Pos = b.Pos
	b.stack = append(b.stack, e)
}

// Mark returns the present place.
func (b *Tree) Mark() Mark { return Mark{code: len(b.stack)} }

// Truncate takes back all that was written after the mark.
func (b *Tree) Truncate(m Mark) { b.stack = b.stack[:m.code] }

// Arrange puts the spans in this order.
func (b *Tree) Arrange(from Mark, spans []Span) {
	old := slices.Clone(b.stack)
	b.Truncate(from)
	for _, s := range spans {
		b.stack = append(b.stack, old[s.From.code:s.To.code]...)
	}
}

// Int writes an integer literal.
func (b *Tree) Int(v int64) { b.Const(&ir.Const{Kind: ir.ConstInt, Int: v}) }

// Float writes a float literal.
func (b *Tree) Float(v float64) { b.Const(&ir.Const{Kind: ir.ConstFloat, Float: v}) }

// String writes a string literal.
func (b *Tree) String(s []byte) { b.Const(&ir.Const{Kind: ir.ConstString, Str: string(s)}) }

// Const writes any literal.
func (b *Tree) Const(c *ir.Const) { b.Push(literal(c)) }

// Ref writes a reference to one value.
func (b *Tree) Ref(r *Ref) {
	b.Refs = append(b.Refs, b.t.keyOf(r.name, r.parts))
	b.Push(&ir.Expr{Kind: ir.ExprOperand, N: len(b.Refs) - 1})
}

func (b *Tree) group(kind ir.ExprKind, n int) *ir.Expr {
	at := len(b.stack) - n
	e := &ir.Expr{Kind: kind, Args: slices.Clone(b.stack[at:])}
	b.stack = b.stack[:at]
	b.Push(e)
	return e
}

// List writes a list of the last n entries.
func (b *Tree) List(_ Mark, n int) { b.group(ir.ExprList, n) }

// Tuple writes a tuple of the last n entries.
func (b *Tree) Tuple(n int) { b.group(ir.ExprTuple, n) }

// Dict writes a dict of the last n keys and values.
func (b *Tree) Dict(n int) { b.group(ir.ExprDict, n) }

// Slice writes a slice of the last three entries.
func (b *Tree) Slice() { b.group(ir.ExprSlice, 3) }

// Op writes an op on its arguments and then its keyword arguments.
func (b *Tree) Op(op *stdops.Op, args int, keywords ...string) {
	e := b.group(ir.ExprOp, args+len(keywords))
	e.Op = op.Name
	for i, k := range keywords {
		e.Kwargs = append(e.Kwargs, ir.Kwarg{Name: k, Value: e.Args[args+i]})
	}
	e.Args = e.Args[:args:args]
}

// Func writes a call of a user's function.
func (b *Tree) Func(f *ir.Func, args int) { b.group(ir.ExprFunc, args).Func = f }

// KeyOf returns a key from its compact form.
func (t *Tasks) KeyOf(r *Ref) ir.Key { return t.keyOf(r.name, r.parts) }
