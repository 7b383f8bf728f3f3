package reroll

import (
	"encoding/binary"
	"strings"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// A skeleton is the shape of an expression. In its tree, ExprOperand N and
// ExprParam N stand for slot N.
type skeleton struct {
	root  *ir.Expr
	slots []slot
	same  []int // slots of literals that must not differ within a case
	lists bool  // a slot has any number of holes
	refs  bool  // has references
}

// A slot is a place of a skeleton that is filled from the holes of a task.
type slot struct {
	tag   byte // tagInt, tagFloat, tagString, tagConst, tagRef or tagRefAt
	list  bool // a list of references: a count, then the references
	arity int  // tagRefAt
}

// skeleton returns the number of the skeleton of this code. What is wrong with
// its calls of ops is reported for the first task that has it.
func (t *Tasks) skeleton(code []byte, pos ir.Pos, key *Ref) uint32 {
	n := t.shapes.id(code)
	if int(n) < len(t.skeletons) {
		return n
	}
	d := decoder{t: t, code: code, s: &skeleton{}}
	d.s.root = d.decode()
	t.skeletons = append(t.skeletons, d.s)
	t.checkCalls(d.s, d.s.root, func(op *stdops.Op, err error) {
		t.Diags.Errorf(pos, diag.WrongArguments, "task %s: %s: %v", t.keyOf(key.name, key.parts), op.Name, err)
	})
	return n
}

// A decoder turns code into a tree.
type decoder struct {
	t     *Tasks
	code  []byte
	s     *skeleton
	stack []*ir.Expr
}

func (d *decoder) decode() *ir.Expr {
	for len(d.code) > 0 {
		d.step()
	}
	return d.stack[0]
}

func (d *decoder) step() {
	switch tag := d.byte(); tag {
	case tagInt, tagFloat, tagString, tagConst:
		d.slot(ir.ExprParam, slot{tag: tag})
	case tagRef, tagRefAt:
		d.slot(ir.ExprOperand, d.refSlot(tag))
	case tagRefs:
		s := d.refSlot(d.byte())
		s.list, d.s.lists = true, true
		d.slot(ir.ExprOperand, s)
	case tagNull, tagTrue, tagFalse, tagEllipsis, tagNewaxis, tagDType, tagOpName:
		d.push(&ir.Expr{Kind: ir.ExprConst, Const: d.constant(tag)})
	case tagList:
		d.group(ir.ExprList, d.number())
	case tagTuple:
		d.group(ir.ExprTuple, d.number())
	case tagDict:
		d.group(ir.ExprDict, d.number())
	case tagSlice:
		d.group(ir.ExprSlice, 3)
	case tagFunc:
		f := d.t.funcs[d.number()]
		d.group(ir.ExprFunc, d.number()).Func = f
	case tagOp:
		d.op()
	}
}

func (d *decoder) byte() byte {
	b := d.code[0]
	d.code = d.code[1:]
	return b
}

func (d *decoder) number() int {
	v, n := binary.Uvarint(d.code)
	d.code = d.code[n:]
	return int(v)
}

func (d *decoder) push(e *ir.Expr) { d.stack = append(d.stack, e) }

func (d *decoder) pop(n int) []*ir.Expr {
	at := len(d.stack) - n
	args := append([]*ir.Expr(nil), d.stack[at:]...)
	d.stack = d.stack[:at]
	return args
}

func (d *decoder) group(kind ir.ExprKind, n int) *ir.Expr {
	e := &ir.Expr{Kind: kind, Args: d.pop(n)}
	d.push(e)
	return e
}

func (d *decoder) slot(kind ir.ExprKind, s slot) {
	d.push(&ir.Expr{Kind: kind, N: len(d.s.slots)})
	d.s.slots = append(d.s.slots, s)
	d.s.refs = d.s.refs || kind == ir.ExprOperand
}

func (d *decoder) refSlot(tag byte) slot {
	s := slot{tag: tag}
	if tag == tagRefAt {
		s.arity = int(d.byte())
	}
	return s
}

func (d *decoder) constant(tag byte) *ir.Const {
	switch tag {
	case tagTrue, tagFalse:
		return &ir.Const{Kind: ir.ConstBool, Bool: tag == tagTrue}
	case tagEllipsis:
		return &ir.Const{Kind: ir.ConstEllipsis}
	case tagNewaxis:
		return &ir.Const{Kind: ir.ConstNewaxis}
	case tagDType:
		return &ir.Const{Kind: ir.ConstDType, DType: ir.DType(d.byte())}
	case tagOpName:
		return &ir.Const{Kind: ir.ConstOp, Str: d.t.ops[d.number()].Name}
	default:
		return &ir.Const{Kind: ir.ConstNone}
	}
}

func (d *decoder) op() {
	e := &ir.Expr{Kind: ir.ExprOp, Op: d.t.ops[d.number()].Name}
	args, keywords := d.number(), d.number()
	for range keywords {
		e.Kwargs = append(e.Kwargs, ir.Kwarg{Name: string(d.t.keyNames.at(uint32(d.number())))})
	}
	for i, v := range d.pop(keywords) {
		e.Kwargs[i].Value = v
	}
	e.Args = d.pop(args)
	d.push(e)
}

// checkCalls binds the arguments of every op, and notes which literals must be
// the same in all tasks of a case.
func (t *Tasks) checkCalls(s *skeleton, e *ir.Expr, report func(*stdops.Op, error)) {
	if e.Kind == ir.ExprOp {
		op := stdops.Lookup(e.Op)
		call, err := stdops.Bind(op, e)
		if err != nil {
			report(op, err)
		} else {
			s.noteStatic(call)
		}
	}
	for _, a := range e.Args {
		t.checkCalls(s, a, report)
	}
	for _, k := range e.Kwargs {
		t.checkCalls(s, k.Value, report)
	}
}

// noteStatic notes the literals in parameters that must be known at compile
// time. Integers may differ from task to task where they are places, sizes or
// seeds, but not where they decide which loops run.
func (s *skeleton) noteStatic(c *stdops.Call) {
	for i, p := range c.Op.Params {
		if p.Static && !p.Variadic && c.Args[i] != nil && c.Args[i] != p.Default {
			s.noteSlots(c.Args[i], structural(p.Name))
		}
	}
}

func (s *skeleton) noteSlots(e *ir.Expr, ints bool) {
	if e.Kind == ir.ExprParam && (ints || s.slots[e.N].tag != tagInt) {
		s.same = append(s.same, e.N)
	}
	for _, a := range e.Args {
		s.noteSlots(a, ints)
	}
}

// structural says whether integers of the parameter of this name decide on the
// code and not only on values.
func structural(param string) bool {
	switch param {
	case "ddof", "ndim", "n", "decimals", "source", "destination", "order", "dims", "size_hint":
		return true
	}
	return strings.HasPrefix(param, "ax")
}
