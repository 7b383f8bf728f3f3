package vector

import (
	"fmt"
	"go/scanner"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"unsafe"
)

// An exprNode is a value of an expression: a slice, a number or an op's result.
type exprNode struct {
	op   int // of exprOps; opLoad is a slice or a number
	at   place
	arg  int // the number of the slice (from 1) or number
	x, y *exprNode
	uses int
	need int // slots that computing it takes
	temp int // the temporary that holds it, if at is inTemp
}

// A place is where a value stands.
type place uint8

const (
	nowhere place = iota // to be computed
	inMemory
	inTemp
	inNumber
)

// An exprParser reads the text of an expression. Equal nodes are one.
type exprParser[T ExprElem] struct {
	s        scanner.Scanner
	tok      token.Token
	lit      string
	names    map[string]*exprNode
	literals []T
	nodes    map[exprNode]*exprNode
	err      error
}

// parseExpr returns the value of an expression, and how many slices and numbers
// are declared before it.
func (p *exprParser[T]) parse(text string) (root *exprNode, slices, numbers int) {
	head, body, ok := strings.Cut(text, ":")
	if !ok {
		p.fail("no colon behind the names")
		return nil, 0, 0
	}
	first, second, _ := strings.Cut(head, ";")
	p.names, p.nodes = map[string]*exprNode{}, map[exprNode]*exprNode{}
	slices, numbers = p.declare(first, inMemory, 1), p.declare(second, inNumber, 0)
	f := token.NewFileSet().AddFile("", -1, len(body))
	p.s.Init(f, []byte(body), func(_ token.Position, msg string) { p.fail(msg) }, 0)
	p.next()
	root = p.sum()
	if p.tok != token.EOF && !(p.tok == token.SEMICOLON && p.lit == "\n") {
		p.fail("unexpected " + p.tok.String())
	}
	return root, slices, numbers
}

func (p *exprParser[T]) fail(what string) {
	if p.err == nil {
		p.err = fmt.Errorf("%s", what)
	}
}

// declare gives names to slices or numbers, which it counts.
func (p *exprParser[T]) declare(list string, at place, first int) int {
	if strings.TrimSpace(list) == "" {
		return 0
	}
	names := strings.Split(list, ",")
	for i, name := range names {
		name = strings.TrimSpace(name)
		if !token.IsIdentifier(name) || p.names[name] != nil {
			p.fail(fmt.Sprintf("bad name %q", name))
		}
		p.names[name] = &exprNode{op: opLoad, at: at, arg: first + i}
	}
	return len(names)
}

func (p *exprParser[T]) next() { _, p.tok, p.lit = p.s.Scan() }

// op returns the value of an op.
func (p *exprParser[T]) op(text string, args ...*exprNode) *exprNode {
	i := slices.IndexFunc(exprOps[:], func(o exprOp) bool { return o.text == text })
	if i < exprPlain || exprOps[i].params != len(args) {
		p.fail(fmt.Sprintf("no op %s of %d operands", text, len(args)))
		return args[0]
	}
	key := exprNode{op: i, x: args[0]}
	if len(args) > 1 {
		key.y = args[1]
	}
	if n := p.nodes[key]; n != nil {
		return n
	}
	n := key
	p.nodes[key] = &n
	return &n
}

func (p *exprParser[T]) sum() *exprNode {
	x := p.product()
	for p.tok == token.ADD || p.tok == token.SUB {
		op := p.tok.String()
		p.next()
		x = p.op(op, x, p.product())
	}
	return x
}

func (p *exprParser[T]) product() *exprNode {
	x := p.factor()
	for p.tok == token.MUL || p.tok == token.QUO {
		op := p.tok.String()
		p.next()
		x = p.op(op, x, p.factor())
	}
	return x
}

func (p *exprParser[T]) factor() *exprNode {
	tok, lit := p.tok, p.lit
	p.next()
	switch tok {
	case token.SUB:
		if p.tok == token.INT || p.tok == token.FLOAT {
			lit := p.lit
			p.next()
			return p.literal("-" + lit)
		}
		return p.op("negative", p.factor())
	case token.INT, token.FLOAT:
		return p.literal(lit)
	case token.LPAREN:
		x := p.sum()
		p.want(token.RPAREN)
		return x
	case token.IDENT:
		if p.tok == token.LPAREN {
			return p.call(lit)
		}
		if n := p.names[lit]; n != nil {
			return n
		}
		p.fail("unknown name " + lit)
	default:
		p.fail("unexpected " + tok.String())
	}
	return &exprNode{op: opLoad, at: inMemory}
}

func (p *exprParser[T]) want(tok token.Token) {
	if p.tok != tok {
		p.fail("no " + tok.String())
	}
	p.next()
}

// call reads the arguments of a function.
func (p *exprParser[T]) call(name string) *exprNode {
	p.next()
	args := []*exprNode{p.sum()}
	for p.tok == token.COMMA {
		p.next()
		args = append(args, p.sum())
	}
	p.want(token.RPAREN)
	return p.op(name, args...)
}

// literal returns a number literal, rounded once to the type of the elements.
func (p *exprParser[T]) literal(text string) *exprNode {
	f, err := strconv.ParseFloat(text, 8*int(unsafe.Sizeof(*new(T))))
	if err != nil {
		p.fail(err.Error())
	}
	name := "#" + text
	if p.names[name] == nil {
		p.names[name] = &exprNode{op: opLoad, at: inNumber, arg: len(p.literals)}
		p.literals = append(p.literals, T(f))
	}
	return p.names[name]
}
