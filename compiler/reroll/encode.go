package reroll

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strconv"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// The code of a skeleton is the expression in postfix order: each node is a tag
// byte, perhaps with numbers, behind its arguments. What may differ from task
// to task is in the holes, in the same order.
const (
	tagInt      = 'i' // hole: integer
	tagFloat    = 'f' // hole: place of its bits in wide
	tagString   = 's' // hole: number in names
	tagConst    = 'c' // hole: number in consts
	tagNull     = 'n'
	tagTrue     = 't'
	tagFalse    = 'F'
	tagEllipsis = '.'
	tagNewaxis  = '+'
	tagDType    = 'd' // dtype
	tagOpName   = 'o' // op
	tagRef      = 'r' // hole: name
	tagRefAt    = 'R' // arity; holes: family, parts
	tagRefs     = '*' // tagRef or tagRefAt arity; holes: count, then those of each reference
	tagList     = 'L' // number of entries
	tagTuple    = 'T' // number of entries
	tagDict     = 'D' // number of keys and values
	tagSlice    = ':'
	tagOp       = 'A' // op, number of arguments, number of keywords, keywords
	tagFunc     = 'U' // function, number of arguments
)

// An Encoder writes the expression of one task. The methods are called in
// postfix order: the arguments of an op first, then Op.
type Encoder struct {
	t     *Tasks
	code  []byte
	holes []int32
	keep  struct { // scratch memory of Arrange
		code  []byte
		holes []int32
	}
}

// Encoder returns an encoder for tasks of this collection.
func (t *Tasks) Encoder() *Encoder { return &Encoder{t: t} }

// Reset starts the expression of the next task.
func (e *Encoder) Reset() { e.code, e.holes = e.code[:0], e.holes[:0] }

// Mark is a place in an expression that is being written.
type Mark struct{ code, holes int }

// Span is what was written between two marks.
type Span struct{ From, To Mark }

// Mark returns the present place.
func (e *Encoder) Mark() Mark { return Mark{len(e.code), len(e.holes)} }

// Truncate takes back all that was written after the mark.
func (e *Encoder) Truncate(m Mark) { e.code, e.holes = e.code[:m.code], e.holes[:m.holes] }

// Arrange puts the spans, which together are all that was written since from,
// in this order: arguments may stand in a file in any order.
func (e *Encoder) Arrange(from Mark, spans []Span) {
	k := &e.keep
	k.code, k.holes = k.code[:0], k.holes[:0]
	for _, s := range spans {
		k.code = append(k.code, e.code[s.From.code:s.To.code]...)
		k.holes = append(k.holes, e.holes[s.From.holes:s.To.holes]...)
	}
	e.Truncate(from)
	e.code, e.holes = append(e.code, k.code...), append(e.holes, k.holes...)
}

func (e *Encoder) hole(tag byte, h int32) {
	e.code = append(e.code, tag)
	e.holes = append(e.holes, h)
}

func (e *Encoder) number(n int) { e.code = binary.AppendUvarint(e.code, uint64(n)) }

// Int writes an integer literal.
func (e *Encoder) Int(v int64) {
	h := int32(v)
	if !narrow(v) {
		h = e.t.addWide(v)
	}
	e.hole(tagInt, h)
}

// Float writes a float literal.
func (e *Encoder) Float(v float64) {
	bits := int64(math.Float64bits(v))
	if n := len(e.t.wide); n > 0 && e.t.wide[n-1] == bits {
		e.hole(tagFloat, int32(wideBase+n-1))
		return
	}
	e.hole(tagFloat, e.t.addWide(bits))
}

// String writes a string literal.
func (e *Encoder) String(s []byte) { e.hole(tagString, int32(e.t.nameID(s))) }

// Const writes any literal.
func (e *Encoder) Const(c *ir.Const) {
	switch c.Kind {
	case ir.ConstNone:
		e.code = append(e.code, tagNull)
	case ir.ConstBool:
		tag := byte(tagFalse)
		if c.Bool {
			tag = tagTrue
		}
		e.code = append(e.code, tag)
	case ir.ConstInt:
		if c.Uint != 0 {
			e.constant(c)
		} else {
			e.Int(c.Int)
		}
	case ir.ConstFloat:
		e.Float(c.Float)
	case ir.ConstString:
		e.String([]byte(c.Str))
	case ir.ConstEllipsis:
		e.code = append(e.code, tagEllipsis)
	case ir.ConstNewaxis:
		e.code = append(e.code, tagNewaxis)
	case ir.ConstDType:
		e.code = append(e.code, tagDType, byte(c.DType))
	case ir.ConstOp:
		e.code = append(e.code, tagOpName)
		e.number(e.t.opID(stdops.Lookup(c.Str)))
	default:
		e.constant(c)
	}
}

func (e *Encoder) constant(c *ir.Const) {
	e.t.consts = append(e.t.consts, c)
	e.hole(tagConst, int32(len(e.t.consts)-1))
}

// Ref writes a reference.
func (e *Encoder) Ref(r *Ref) {
	if len(r.parts) == 0 {
		e.hole(tagRef, int32(r.name))
		return
	}
	e.code = append(e.code, tagRefAt, byte(len(r.parts)))
	e.holes = append(e.holes, int32(e.t.family(r.name, len(r.parts))))
	e.holes = append(e.holes, r.parts...)
}

// List writes a list of the n entries that were written since from. References
// alone, of one form, are kept as one hole of any length, so that lists of
// different length have the same skeleton.
func (e *Encoder) List(from Mark, n int) {
	if ref := refCode(e.code[from.code:], n); ref != nil {
		kept := [2]byte{ref[0]}
		size := copy(kept[:], ref)
		e.code = append(append(e.code[:from.code], tagRefs), kept[:size]...)
		e.holes = slices.Insert(e.holes, from.holes, int32(n))
		return
	}
	e.code = append(e.code, tagList)
	e.number(n)
}

// refCode returns the code of one reference, if the code is n times that.
func refCode(code []byte, n int) []byte {
	if n == 0 || (code[0] != tagRef && code[0] != tagRefAt) || len(code)%n != 0 {
		return nil
	}
	one := code[:len(code)/n]
	if !validRef(one) {
		return nil
	}
	for i := 0; i < len(code); i += len(one) {
		if !bytes.Equal(code[i:i+len(one)], one) {
			return nil
		}
	}
	return one
}

func validRef(one []byte) bool {
	return one[0] == tagRef && len(one) == 1 || one[0] == tagRefAt && len(one) == 2
}

// Tuple writes a tuple of the last n entries.
func (e *Encoder) Tuple(n int) {
	e.code = append(e.code, tagTuple)
	e.number(n)
}

// Dict writes a dict of the last n keys and values.
func (e *Encoder) Dict(n int) {
	e.code = append(e.code, tagDict)
	e.number(n)
}

// Slice writes a slice of the last three entries: start, stop, step.
func (e *Encoder) Slice() { e.code = append(e.code, tagSlice) }

// Op writes an op on its arguments and then its keyword arguments, which must
// be in the order of their names.
func (e *Encoder) Op(op *stdops.Op, args int, keywords ...string) {
	e.code = append(e.code, tagOp)
	e.number(e.t.opID(op))
	e.number(args)
	e.number(len(keywords))
	for _, k := range keywords {
		e.number(int(e.t.keyNames.id([]byte(k))))
	}
}

// Func writes a call of a user's function on its arguments.
func (e *Encoder) Func(f *ir.Func, args int) {
	name := f.Pkg + "." + f.Name + "/" + strconv.Itoa(args) // of a variadic function there is one for each number of arguments
	for _, p := range f.Params {
		name += "," + p.String() // a generic function, or one of interfaces, has many forms
	}
	n, ok := e.t.funcOf[name]
	if !ok {
		n = int32(len(e.t.funcs))
		e.t.funcs = append(e.t.funcs, f)
		e.t.funcOf[name] = n
	}
	e.code = append(e.code, tagFunc)
	e.number(int(n))
	e.number(args)
}

func (t *Tasks) opID(op *stdops.Op) int {
	n, ok := t.opNumbers[op.Name]
	if !ok {
		n = int32(len(t.ops))
		t.ops = append(t.ops, op)
		t.opNumbers[op.Name] = n
	}
	return int(n)
}

// Expr writes an expression whose operands are these keys.
func (e *Encoder) Expr(x *ir.Expr, operands []ir.Key) {
	switch x.Kind {
	case ir.ExprConst:
		e.Const(x.Const)
		return
	case ir.ExprOperand:
		var r Ref
		e.t.KeyRef(&r, operands[x.N])
		e.Ref(&r)
		return
	}
	from := e.Mark()
	for _, a := range x.Args {
		e.Expr(a, operands)
	}
	switch x.Kind {
	case ir.ExprOp:
		names := make([]string, len(x.Kwargs))
		for i, k := range x.Kwargs {
			e.Expr(k.Value, operands)
			names[i] = k.Name
		}
		e.Op(stdops.Lookup(x.Op), len(x.Args), names...)
	case ir.ExprFunc:
		e.Func(x.Func, len(x.Args))
	case ir.ExprList:
		e.List(from, len(x.Args))
	case ir.ExprTuple:
		e.Tuple(len(x.Args))
	case ir.ExprDict:
		e.Dict(len(x.Args))
	case ir.ExprSlice:
		e.Slice()
	}
}

// KeyRef sets a reference to a key.
func (t *Tasks) KeyRef(r *Ref, k ir.Key) {
	t.Name(r, []byte(k.Name))
	for _, p := range k.Index {
		if p.IsStr {
			t.StringPart(r, []byte(p.Str))
		} else {
			t.IntPart(r, p.Int)
		}
	}
}
