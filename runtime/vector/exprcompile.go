package vector

import "fmt"

// compileExpr compiles the text of an expression.
func compileExpr[T ExprElem](text string) (*exprProgram[T], error) {
	parser := &exprParser[T]{}
	root, operands, numbers := parser.parse(text)
	if parser.err != nil {
		return nil, parser.err
	}
	for name, n := range parser.names { // literals come first
		if n.at == inNumber && name[0] != '#' {
			n.arg += len(parser.literals)
		}
	}
	p := &exprProgram[T]{text: text, operands: operands, numbers: numbers, literals: parser.literals, loops: exprLoops[T]()}
	c := &exprCompiler{}
	c.count(root)
	c.compute(root, 0)
	c.add(opStore, formMemory, 0, 0)
	c.add(opNext, formSlot, 0, 0)
	p.steps, p.temps = c.steps, c.temps
	switch {
	case operands > MaxOperands:
		return nil, fmt.Errorf("%d slices (of at most %d)", operands, MaxOperands)
	case numbers+len(p.literals) > MaxNumbers:
		return nil, fmt.Errorf("%d numbers (of at most %d)", numbers+len(p.literals), MaxNumbers)
	case p.temps > MaxTemps:
		return nil, fmt.Errorf("%d temporaries (of at most %d)", p.temps, MaxTemps)
	}
	for l := range p.code {
		p.code[l] = p.assemble(Level(l))
	}
	return p, nil
}

// exprLoops returns the portable loops for a type.
func exprLoops[T ExprElem]() []func(dst, x, y []T) {
	if f, ok := any(exprLoopsFloat64[:]).([]func(dst, x, y []T)); ok {
		return f
	}
	return any(exprLoopsFloat32[:]).([]func(dst, x, y []T))
}

// An exprCompiler makes the steps of a program. Values are computed in slot A or
// B; where both are taken, and where a value has several uses, it is stored to a
// temporary.
type exprCompiler struct {
	steps []exprStep
	temps int   // temporaries used
	free  []int // those that hold nothing any more
}

func (c *exprCompiler) add(op, form, slot, arg int) {
	c.steps = append(c.steps, exprStep{uint8(op), uint8(form), uint8(slot), uint8(arg)})
}

// count notes how often a value is used, and how many slots it takes, as Sethi
// and Ullman number the registers of an expression: what takes more is computed
// first. It returns what this use takes, which is nothing for later ones.
func (c *exprCompiler) count(n *exprNode) int {
	n.uses++
	if n.uses > 1 || n.op == opLoad {
		return 0
	}
	x, y := c.count(n.x), 0
	if n.y != nil {
		y = c.count(n.y)
	}
	n.need = max(1, x, y)
	if x == y && x > 0 {
		n.need++
	}
	return n.need
}

// compute computes a value in a slot: in A with the help of B.
func (c *exprCompiler) compute(n *exprNode, slot int) {
	switch {
	case n.at != nowhere:
		c.add(opLoad, n.form(), slot, n.argument())
		c.used(n)
		return
	case n.y == nil:
		c.compute(n.x, slot)
		c.add(n.op, formSlot, slot, 0)
	case n.x == n.y: // it was stored, as it has two uses
		c.compute(n.x, slot)
		c.add(n.op, n.x.form(), slot, n.x.argument())
		c.used(n.x)
	default:
		c.binary(n, slot)
	}
	if n.uses > 1 {
		c.store(n, slot)
		c.used(n)
	}
}

// binary does an op on two values.
func (c *exprCompiler) binary(n *exprNode, slot int) {
	first, second, reverse := n.x, n.y, 0
	if second.at == nowhere && (first.at != nowhere || second.need > first.need) {
		first, second, reverse = second, first, 1
	}
	c.compute(first, slot)
	if second.at != nowhere {
		c.add(n.op, second.form()+reverse, slot, second.argument())
		c.used(second)
		return
	}
	if slot == 0 && second.need == 1 {
		c.compute(second, 1)
		c.add(n.op, formSlot+reverse, 0, 0)
		return
	}
	if first.at == nowhere {
		c.store(first, slot)
	} else {
		first.uses++ // it is read once more, from where it was stored
	}
	c.compute(second, slot)
	c.add(n.op, first.form()+1-reverse, slot, first.argument())
	c.used(first)
}

// store stores the value in a slot to a temporary.
func (c *exprCompiler) store(n *exprNode, slot int) {
	n.at, n.temp = inTemp, c.temps
	if k := len(c.free); k > 0 {
		n.temp, c.free = c.free[k-1], c.free[:k-1]
	} else {
		c.temps++
	}
	c.add(opStore, formTemp, slot, n.temp)
}

// used counts a use of a value, with the last of which its temporary is free.
func (c *exprCompiler) used(n *exprNode) {
	if n.uses--; n.uses == 0 && n.at == inTemp {
		c.free = append(c.free, n.temp)
	}
}

// form is how an op reads the value.
func (n *exprNode) form() int {
	return map[place]int{inMemory: formMemory, inTemp: formTemp, inNumber: formNumber}[n.at]
}

// argument is the argument of a step that reads the value.
func (n *exprNode) argument() int {
	if n.at == inTemp {
		return n.temp
	}
	return n.arg
}
