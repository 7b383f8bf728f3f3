package graphjson

import (
	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/reroll"
	"github.com/daskgen/daskgen/ir"
)

var taskMembers = memberNames[taskJSON]()

// task reads an entry of "tasks".
func (p *parser) task() bool {
	off := p.next()
	if is, ok := p.expect('{', "a task"); !is {
		return ok
	}
	line, col := p.lines.pos(off)
	p.enc.Reset()
	c := p.newCall(p.enc, off)
	var seen members
	hasKey, goodKey := false, false
	ok := p.object(func(name []byte, off int64) bool {
		if !p.member(&seen, taskMembers, name, off, "a task") {
			return p.skip()
		}
		if string(name) == "key" {
			hasKey = true
			var ok bool
			goodKey, ok = p.readKey(&p.key)
			return ok
		}
		return p.callMember(&c, p.enc, name)
	})
	if !ok {
		return false
	}
	p.finish(&c, p.enc, "a task")
	if !hasKey {
		p.diags.Errorf(ir.Pos{File: p.file, Line: line, Col: col}, diag.WrongMember, `a task has no "key"`)
	}
	if goodKey {
		p.addTask(line, col)
	}
	return true
}

func (p *parser) addTask(line, col int) {
	if p.tasks.Len() >= reroll.MaxValues {
		if p.tasks.Len() == reroll.MaxValues {
			p.diags.Errorf(ir.Pos{File: p.file, Line: line, Col: col}, diag.TooLarge, "the graph has more than %d tasks", reroll.MaxValues)
		}
		return
	}
	p.tasks.Add(&p.key, p.enc, line, col)
}

// readKey reads a key: a string, or a list of a string and integers or strings.
// It returns whether the key is good, and whether reading can go on.
func (p *parser) readKey(r *reroll.Ref) (good, ok bool) {
	switch p.kind() {
	case '"':
		return p.keyName(r)
	case '[':
		if !p.delim() {
			return false, false
		}
	case 0:
		return false, p.skip()
	default:
		p.errorf(p.next(), diag.BadKey, "a key is a string, or a list of a string and integers or strings")
		return false, p.skip()
	}
	if k := p.kind(); k == 0 {
		return false, p.skip()
	} else if k != '"' {
		p.errorf(p.next(), diag.BadKey, "a key starts with its name, a string")
		return false, p.skipRest()
	}
	if good, ok = p.keyName(r); !ok {
		return false, false
	}
	for n := 0; ; n++ {
		if p.kind() == ']' {
			return good, p.delim()
		}
		part, ok := p.keyPart(r, n)
		if !ok {
			return false, false
		}
		good = good && part
	}
}

// skipRest passes over the rest of an array.
func (p *parser) skipRest() bool {
	for p.kind() != ']' {
		if p.kind() == 0 {
			return p.skip()
		}
		if !p.skip() {
			return false
		}
	}
	return p.delim()
}

func (p *parser) keyName(r *reroll.Ref) (good, ok bool) {
	v, off, ok := p.scalar()
	if !ok {
		return false, false
	}
	name := p.unquote(v)
	if len(name) == 0 {
		p.errorf(off, diag.BadKey, "the name of a key is empty")
		return false, true
	}
	p.tasks.Name(r, name)
	return true, true
}

func (p *parser) keyPart(r *reroll.Ref, n int) (good, ok bool) {
	switch k := p.kind(); k {
	case '"', '0':
		v, off, ok := p.scalar()
		if !ok {
			return false, false
		}
		if n >= reroll.MaxParts {
			if n == reroll.MaxParts {
				p.errorf(off, diag.TooLarge, "a key has more than %d parts", reroll.MaxParts)
			}
			return false, true
		}
		if k == '"' {
			p.tasks.StringPart(r, p.unquote(v))
			return true, true
		}
		i, isInt := parseInt(v)
		if !isInt {
			p.errorf(off, diag.BadKey, "%s in a key is no integer of 64 bits", clip(v)).
				WithHint("dask's fractional keys must be scaled to integers")
			return false, true
		}
		p.tasks.IntPart(r, i)
		return true, true
	case 0:
		_, err := p.d.ReadToken()
		return false, p.fail(err)
	default:
		p.errorf(p.next(), diag.BadKey, "the parts of a key are integers or strings, not %s", kindNames[k])
		return false, p.skip()
	}
}
