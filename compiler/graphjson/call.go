package graphjson

import (
	"slices"
	"strings"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/reroll"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// An opEntry is what the name of an op stands for: an op, a user's function, or
// nothing (which was reported).
type opEntry struct {
	op   *stdops.Op
	fn   *ir.Func
	uses []FuncUse // of fn
}

// A keyword is a keyword argument that was read.
type keyword struct {
	name string
	span reroll.Span
}

// A call is an op with its arguments while it is read: its members may stand in
// any order.
type call struct {
	start    reroll.Mark
	op       *opEntry
	args     reroll.Span
	nargs    int
	kws      int // place of its keywords in parser.kws
	value    bool
	ordered  bool // arguments stand before keywords
	hasOp    bool
	hasParts bool // args or kwargs
	off      int64
	opPos    ir.Pos // of a user's function
}

func (p *parser) newCall(sink reroll.Sink, off int64) call {
	m := sink.Mark()
	return call{start: m, args: reroll.Span{From: m, To: m}, kws: len(p.kws), ordered: true, off: off}
}

// callMember reads a member that tasks, layers and nested tasks have in common.
func (p *parser) callMember(c *call, sink reroll.Sink, name []byte) bool {
	switch string(name) {
	case "op":
		c.hasOp = true
		return p.readOp(c)
	case "args":
		return p.readArgs(c, sink)
	case "kwargs":
		return p.readKwargs(c, sink)
	default:
		c.value = true
		return p.argument(sink)
	}
}

func (p *parser) readOp(c *call) bool {
	if is, ok := p.expect('"', `"op"`); !is {
		c.op = &opEntry{}
		return ok
	}
	v, off, ok := p.scalar()
	if !ok {
		return false
	}
	if c.op = p.op(p.unquote(v), off); c.op.fn != nil {
		c.opPos = p.posAt(off)
	}
	return true
}

func (p *parser) readArgs(c *call, sink reroll.Sink) bool {
	c.hasParts = true
	c.ordered = len(p.kws) == c.kws
	c.args.From = sink.Mark()
	if is, ok := p.expect('[', `"args"`); !is {
		c.args.To = c.args.From
		return ok
	}
	ok := p.array(func(i int) bool { c.nargs = i + 1; return p.argument(sink) })
	c.args.To = sink.Mark()
	return ok
}

func (p *parser) readKwargs(c *call, sink reroll.Sink) bool {
	c.hasParts = true
	if is, ok := p.expect('{', `"kwargs"`); !is {
		return ok
	}
	return p.object(func(name []byte, off int64) bool {
		k := keyword{name: p.word(name)}
		if slices.ContainsFunc(p.kws[c.kws:], func(o keyword) bool { return o.name == k.name }) {
			p.errorf(off, diag.DuplicateName, "%q is given twice", k.name)
			return p.skip()
		}
		k.span.From = sink.Mark()
		at := len(p.kws)
		p.kws = append(p.kws, k)
		ok := p.argument(sink)
		p.kws[at].span.To = sink.Mark()
		return ok
	})
}

// word returns the name of a keyword as a string that is made once.
func (p *parser) word(name []byte) string {
	w, ok := p.words[string(name)]
	if !ok {
		w = string(name)
		p.words[w] = w
	}
	return w
}

// finish writes the op behind its arguments. What is of use no more, because it
// was wrong, becomes a none literal: errors have been reported.
func (p *parser) finish(c *call, sink reroll.Sink, of string) {
	kws := p.kws[c.kws:]
	defer func() { p.kws = p.kws[:c.kws] }()
	switch {
	case c.value && (c.hasOp || c.hasParts):
		p.errorf(c.off, diag.WrongMember, `%s has both "value" and "op", "args" or "kwargs"`, of)
	case c.value:
		return
	case !c.hasOp:
		p.errorf(c.off, diag.WrongMember, `%s has neither "op" nor "value"`, of)
	case c.op.fn != nil && len(kws) > 0:
		p.errorf(c.off, diag.WrongArguments, "%s: a Go function takes no keyword arguments", c.op.fn.Name)
	case c.op.op != nil || c.op.fn != nil:
		p.write(c, sink, kws)
		return
	}
	sink.Truncate(c.start)
	sink.Const(none)
}

func (p *parser) write(c *call, sink reroll.Sink, kws []keyword) {
	byName := func(a, b keyword) int { return strings.Compare(a.name, b.name) }
	if !c.ordered || !slices.IsSortedFunc(kws, byName) {
		slices.SortFunc(kws, byName)
		p.spans = append(p.spans[:0], c.args)
		for _, k := range kws {
			p.spans = append(p.spans, k.span)
		}
		sink.Arrange(c.start, p.spans)
	}
	p.kwNames = p.kwNames[:0]
	for _, k := range kws {
		p.kwNames = append(p.kwNames, k.name)
	}
	if c.op.fn != nil {
		sink.Func(p.use(c), c.nargs)
		return
	}
	sink.Op(c.op.op, c.nargs, p.kwNames...)
}

// A FuncUse is a Go function that a graph calls with so many arguments. Its Func
// has a package and a name; the rest is to be filled in.
type FuncUse struct {
	Func *ir.Func
	Args int
	Pos  ir.Pos // of the first such call
}

// use returns the function of a call: all calls with as many arguments share it.
func (p *parser) use(c *call) *ir.Func {
	for _, u := range c.op.uses {
		if u.Args == c.nargs {
			return u.Func
		}
	}
	f := *c.op.fn
	u := FuncUse{Func: &f, Args: c.nargs, Pos: c.opPos}
	c.op.uses = append(c.op.uses, u)
	p.uses = append(p.uses, u)
	return u.Func
}

// op looks up the name of an op or function.
func (p *parser) op(name []byte, off int64) *opEntry {
	if e, ok := p.ops[string(name)]; ok {
		return e
	}
	e := &opEntry{op: stdops.Lookup(string(name))}
	if e.op == nil {
		e.fn = p.function(string(name), off)
	}
	p.ops[string(name)] = e
	return e
}

// maxNearest bounds the unknown ops for which near names are looked up, which
// takes a while.
const maxNearest = 100

// function checks the name of a user's function, example.com/me/pkg.Func, and
// that the graph may call it.
func (p *parser) function(name string, off int64) *ir.Func {
	dot := funcDot(name)
	if !strings.ContainsRune(name, '/') || dot < strings.LastIndexByte(name, '/') {
		d := p.errorf(off, diag.UnknownOp, "unknown op %s", quote(name))
		var near []string
		if p.unknown++; p.unknown <= maxNearest {
			near = reroll.Nearest(name, slices.Values(stdops.Names()))
		}
		if len(near) > 0 {
			d.Hint = "the nearest ops are " + strings.Join(near, ", ")
		} else {
			d.Hint = "a Go function is written with its import path: example.com/pkg.Func"
		}
		return nil
	}
	pkg, fn := name[:dot], name[dot+1:]
	switch {
	case !validImport(pkg) || !validFunc(fn):
		p.errorf(off, diag.UnknownOp, "%s is no Go function", quote(name)).
			WithHint("write the import path and an exported name: example.com/pkg.Func")
	case !allowed(p.opts.Allow, pkg):
		p.errorf(off, diag.NotAllowed, "the graph may not call %s", quote(name)).
			WithHint("if you trust the graph, allow the package: -allow %s", pkg)
	default:
		return &ir.Func{Pkg: pkg, Name: fn}
	}
	return nil
}

// funcDot returns the place of the dot between import path and name, -1 if there
// is none: the first behind the last slash that a function's name follows, as
// the last element of a path may hold dots.
func funcDot(name string) int {
	for i := strings.LastIndexByte(name, '/') + 1; i < len(name); i++ {
		if name[i] == '.' && validFunc(name[i+1:]) {
			return i
		}
	}
	return strings.LastIndexByte(name, '.')
}

// allowed says whether a package is among the patterns: a path, or a path
// followed by /... with all below.
func allowed(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if root, ok := strings.CutSuffix(pattern, "/..."); ok {
			return pkg == root || strings.HasPrefix(pkg, root+"/")
		}
		return pkg == pattern
	})
}

// validImport says whether s is an import path in the letters that Go allows
// in modules, without elements such as .. .
func validImport(s string) bool {
	for _, elem := range strings.Split(s, "/") {
		if strings.Trim(elem, ".") == "" || strings.Contains(elem, "...") { // a pattern of packages
			return false
		}
		for _, c := range []byte(elem) {
			if !letter(c) && !digit(c) && !strings.ContainsRune("-._~", rune(c)) {
				return false
			}
		}
	}
	return len(s) < 400
}

// validFunc says whether s is the name of an exported function, or a method
// expression (*T).M or T.M.
func validFunc(s string) bool {
	typ, method, ok := strings.Cut(s, ".")
	if !ok {
		return exported(s)
	}
	if inner, ok := strings.CutPrefix(typ, "(*"); ok {
		typ, ok = strings.CutSuffix(inner, ")")
		if !ok {
			return false
		}
	}
	return exported(typ) && exported(method)
}

func exported(s string) bool {
	return identifier(s) && s[0] >= 'A' && s[0] <= 'Z'
}

// identifier says whether s is a name of ASCII letters, digits and underscores.
func identifier(s string) bool {
	for i, c := range []byte(s) {
		if !letter(c) && c != '_' && (i == 0 || !digit(c)) {
			return false
		}
	}
	return s != ""
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }

func quote(s string) string { return ir.Key{Name: clip([]byte(s))}.String() }
