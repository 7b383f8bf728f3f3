package graphjson

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/reroll"
	"github.com/daskgen/daskgen/ir"
)

// An indexList is the member "index" of a reference in a layer.
type indexList struct {
	entries []*indexEntry
	off     int64
}

type indexEntry struct {
	ir.AxisAccess
	all bool // {"all": true}
}

// A form is the text of an affine form. The names of the indices may stand
// behind it, so that it is parsed at the end of the layer.
type form struct {
	text string
	pos  ir.Pos
	to   *ir.Affine
}

// parseForms parses the affine forms of a layer.
func (p *parser) parseForms(l *layer) {
	for _, f := range l.forms {
		a, err := parseAffine(f.text, l.indices)
		if err != nil {
			p.diags.Errorf(f.pos, diag.BadIndex, "%s is no affine form of the layer's indices: %v", quote(f.text), err)
			continue
		}
		*f.to = a
	}
}

// readIndex reads the member "index" of a reference.
func (p *parser) readIndex() (*indexList, bool) {
	x := &indexList{off: p.next()}
	if p.within == nil {
		p.errorf(x.off, diag.WrongMember, `"index" has a meaning only in a layer`).
			WithHint(`in a task, a block is named by its key: {"ref": ["x", 0, 1]}`)
		return x, p.skip()
	}
	if is, ok := p.expect('[', `"index"`); !is {
		return x, ok
	}
	ok := p.array(func(i int) bool {
		if i == reroll.MaxParts {
			p.errorf(p.next(), diag.TooLarge, `"index" has more than %d entries`, reroll.MaxParts)
		}
		if i >= reroll.MaxParts {
			return p.skip()
		}
		x.entries = append(x.entries, &indexEntry{})
		return p.indexEntry(x.entries[i])
	})
	return x, ok
}

var indexMembers = memberNames[indexJSON]()

// indexEntry reads one entry: an affine form, or an object that selects a list.
func (p *parser) indexEntry(a *indexEntry) bool {
	if p.kind() != '{' {
		return p.affineForm(&a.Start)
	}
	off := p.next()
	a.List, a.Step = true, 1
	var seen members
	ok := p.object(func(name []byte, at int64) bool {
		if !p.member(&seen, indexMembers, name, at, "an entry of an index") {
			return p.skip()
		}
		var ok bool
		switch string(name) {
		case "all":
			if a.all, ok = p.expect('t', `"all"`); a.all {
				_, _, ok = p.scalar()
			}
		case "start":
			ok = p.affineForm(&a.Start)
		case "count":
			ok = p.affineForm(&a.Count)
		case "step":
			a.Step, _, ok = p.integer(`"step"`)
		}
		return ok
	})
	const onlyAll, start, count, step = 1, 2, 4, 8
	if ok && seen != onlyAll && seen&^step != start|count {
		p.errorf(off, diag.BadIndex, `an entry of an index needs "all", or "start" and "count"`)
	}
	if a.Step == 0 || a.Step > maxCoef || a.Step < -maxCoef {
		p.errorf(off, diag.BadIndex, `"step" must not be 0, nor beyond %d`, maxCoef)
		a.Step = 1
	}
	return ok
}

// affineForm reads an integer or a string such as 2*i+1.
func (p *parser) affineForm(to *ir.Affine) bool {
	off := p.next()
	switch p.kind() {
	case '"':
		text, off, ok := p.str("an index")
		if ok {
			p.within.forms = append(p.within.forms, form{text, p.posAt(off), to})
		}
		return ok
	case '0':
		n, is, ok := p.integer("an index")
		if to.Base = n; is && (n > maxCoef || n < -maxCoef) {
			p.errorf(off, diag.BadIndex, "the index %d is beyond %d", n, maxCoef)
			to.Base = 0
		}
		return ok
	case 0:
		return p.skip()
	}
	p.errorf(off, diag.BadIndex, `an index is a name, a form such as "2*i+1", an integer, or {"all": true}`)
	return p.skip()
}

// intForm writes {"int": "2*i+1"}: an integer that differs from task to task.
func (p *parser) intForm(sink reroll.Sink, s string, off int64) {
	if p.within == nil {
		p.errorf(off, diag.WrongMember, `"int" has a meaning only in a layer`).WithHint("in a task, write the integer")
		sink.Const(none)
		return
	}
	a := &ir.Affine{}
	p.within.forms = append(p.within.forms, form{s, p.posAt(off), a})
	p.within.params = append(p.within.params, ir.Param{Type: ir.ScalarType(ir.Int64), Affine: a})
	p.within.tree.Push(&ir.Expr{Kind: ir.ExprParam, N: len(p.within.params) - 1})
}

// maxCoef bounds the numbers in affine forms, so that their values cannot
// overflow on any grid.
const maxCoef = 1 << 31

// parseAffine parses an affine form: a sum of terms, each an integer, a name,
// or their product.
func parseAffine(s string, names []string) (ir.Affine, error) {
	a := ir.Affine{Coef: make([]int64, len(names))}
	rest := strings.ReplaceAll(s, " ", "")
	if rest == "" {
		return a, fmt.Errorf("it is empty")
	}
	for first := true; rest != ""; first = false {
		sign := int64(1)
		switch {
		case rest[0] == '-':
			sign, rest = -1, rest[1:]
		case rest[0] == '+' && !first:
			rest = rest[1:]
		}
		end := strings.IndexAny(rest, "+-")
		if end < 0 {
			end = len(rest)
		}
		if err := addTerm(&a, rest[:end], sign, names); err != nil {
			return a, err
		}
		rest = rest[end:]
	}
	for _, c := range append([]int64{a.Base}, a.Coef...) {
		if c > maxCoef || c < -maxCoef {
			return ir.Affine{Coef: make([]int64, len(names))}, fmt.Errorf("its numbers are beyond %d", maxCoef)
		}
	}
	if !depends(a.Coef) {
		a.Coef = nil
	}
	return a, nil
}

func depends(coef []int64) bool {
	for _, c := range coef {
		if c != 0 {
			return true
		}
	}
	return false
}

// addTerm adds a term: 3, i, 3*i or i*3.
func addTerm(a *ir.Affine, term string, sign int64, names []string) error {
	x, y, product := strings.Cut(term, "*")
	if !product {
		y = "1"
	}
	if !number(y) {
		x, y = y, x
	}
	n, err := strconv.ParseInt(y, 10, 64)
	if err != nil || !number(y) || n > maxCoef {
		if !number(y) {
			return fmt.Errorf("%s is neither a number nor a number times an index", quote(term))
		}
		return fmt.Errorf("%s is too large", y)
	}
	if number(x) && !product {
		n, err = strconv.ParseInt(x, 10, 64)
		if err != nil || n > maxCoef {
			return fmt.Errorf("%s is too large", x)
		}
		a.Base += sign * n
		return checkSum(a.Base)
	}
	for k, name := range names {
		if name == x {
			a.Coef[k] += sign * n
			return checkSum(a.Coef[k])
		}
	}
	if len(names) == 0 {
		return fmt.Errorf("%s is no index: the layer has no indices", quote(x))
	}
	return fmt.Errorf("%s is no index; the indices are %s", quote(x), strings.Join(names, ", "))
}

// checkSum keeps sums of terms far from overflow.
func checkSum(n int64) error {
	if n > 1<<40 || n < -1<<40 {
		return fmt.Errorf("its numbers are too large")
	}
	return nil
}

func number(s string) bool {
	for _, c := range []byte(s) {
		if !digit(c) {
			return false
		}
	}
	return s != ""
}
