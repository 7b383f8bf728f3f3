package graphjson

import (
	"bytes"
	"encoding/base64"
	"math"
	"strconv"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/reroll"
	"github.com/daskgen/daskgen/ir"
)

// maxDepth bounds how deeply arguments are nested: people stop at ten, programs
// that fuse tasks at hundreds.
const maxDepth = 1000

var (
	none     = &ir.Const{Kind: ir.ConstNone}
	yes      = &ir.Const{Kind: ir.ConstBool, Bool: true}
	no       = &ir.Const{Kind: ir.ConstBool}
	ellipsis = &ir.Const{Kind: ir.ConstEllipsis}
	newaxis  = &ir.Const{Kind: ir.ConstNewaxis}
)

// argument reads an argument. It writes exactly one value to the sink, also for
// one that is wrong and was reported.
func (p *parser) argument(sink reroll.Sink) bool {
	k := p.kind()
	if k == '{' || k == '[' {
		if p.depth++; p.depth > maxDepth {
			p.errorf(p.next(), diag.TooLarge, "arguments are nested more than %d deep", maxDepth)
			return false
		}
		defer func() { p.depth-- }()
	}
	switch k {
	case '{':
		return p.argObject(sink)
	case '[':
		from, n := sink.Mark(), 0
		if !p.array(func(i int) bool { n = i + 1; return p.argument(sink) }) {
			return false
		}
		sink.List(from, n)
		return true
	}
	v, off, ok := p.scalar()
	if !ok {
		return false
	}
	switch k {
	case '"':
		sink.String(p.unquote(v))
	case '0':
		p.numberTo(sink, v, off)
	case 't':
		sink.Const(yes)
	case 'f':
		sink.Const(no)
	default:
		sink.Const(none)
	}
	return true
}

// numberTo writes a number: an integer if it has neither point nor exponent.
func (p *parser) numberTo(sink reroll.Sink, v []byte, off int64) {
	if bytes.ContainsAny(v, ".eE") {
		f, err := strconv.ParseFloat(string(v), 64)
		if err != nil {
			p.errorf(off, diag.BadLiteral, "%s is beyond the range of float64", clip(v))
		}
		sink.Float(f)
		return
	}
	n, ok := parseInt(v)
	if ok {
		sink.Int(n)
		return
	}
	u, err := strconv.ParseUint(string(v), 10, 64)
	if err != nil {
		p.errorf(off, diag.BadLiteral, "%s is beyond the range of 64-bit integers", clip(v)).
			WithHint("write it with a point, as a float64")
		sink.Const(none)
		return
	}
	sink.Const(&ir.Const{Kind: ir.ConstInt, Int: -1, Uint: u})
}

var argumentMembers = memberNames[argumentJSON]()

// argObject reads an argument that is an object. Exactly one of its members
// says what it is; a reference in a layer may have an index beside it.
func (p *parser) argObject(sink reroll.Sink) bool {
	off := p.next()
	var seen members
	form, count := "", 0
	mark := sink.Mark()
	var index *indexList
	ok := p.object(func(name []byte, at int64) bool {
		if !p.member(&seen, argumentMembers, name, at, "an argument") {
			return p.skip()
		}
		if string(name) == "index" {
			var ok bool
			index, ok = p.readIndex()
			return ok
		}
		if count++; count > 1 {
			p.errorf(at, diag.WrongMember, "an argument has both %q and %q", form, clip(name))
			return p.skip()
		}
		form = p.word(name)
		return p.argMember(sink, form)
	})
	if !ok {
		return false
	}
	if form == "ref" {
		p.writeRef(sink, index, off)
		return true
	}
	if index != nil || count == 0 {
		p.errorf(off, diag.WrongMember, "an argument that is an object needs one of the members ref, task, slice, tuple, dict, dtype and the like").
			WithHint("index stands beside ref")
	}
	if count == 0 {
		sink.Truncate(mark)
		sink.Const(none)
	}
	return true
}

// argMember reads the member that says what an argument is, and writes it; but
// a reference, which is kept in p.ref.
func (p *parser) argMember(sink reroll.Sink, form string) bool {
	switch form {
	case "ref":
		var ok bool
		p.refGood, ok = p.readKey(&p.ref)
		return ok
	case "task":
		return p.nested(sink)
	case "slice":
		return p.slice(sink)
	case "tuple":
		return p.entries(sink, `"tuple"`, func(_ reroll.Mark, n int) { sink.Tuple(n) })
	case "dict":
		return p.dict(sink)
	case "ellipsis", "newaxis":
		return p.flag(sink, form)
	case "complex":
		return p.complex(sink)
	case "array":
		return p.arrayLiteral(sink)
	}
	return p.named(sink, form)
}

// entries reads a list of arguments and writes what they are together.
func (p *parser) entries(sink reroll.Sink, what string, write func(from reroll.Mark, n int)) bool {
	from, n := sink.Mark(), 0
	if is, ok := p.expect('[', what); !is {
		sink.Const(none)
		return ok
	}
	if !p.array(func(i int) bool { n = i + 1; return p.argument(sink) }) {
		return false
	}
	write(from, n)
	return true
}

func (p *parser) slice(sink reroll.Sink) bool {
	off := p.next()
	return p.entries(sink, `"slice"`, func(from reroll.Mark, n int) {
		if n == 3 {
			sink.Slice()
			return
		}
		p.errorf(off, diag.WrongMember, `"slice" needs [start, stop, step], each an integer or null, got %d entries`, n)
		sink.Truncate(from)
		sink.Const(none)
	})
}

func (p *parser) dict(sink reroll.Sink) bool {
	n := 0
	if is, ok := p.expect('[', `"dict"`); !is {
		sink.Const(none)
		return ok
	}
	ok := p.array(func(int) bool {
		off, from := p.next(), sink.Mark()
		return p.entries(sink, `an entry of "dict"`, func(_ reroll.Mark, m int) {
			if m == 2 {
				n += 2
				return
			}
			p.errorf(off, diag.WrongMember, `an entry of "dict" is [key, value], got %d entries`, m)
			sink.Truncate(from)
		})
	})
	if ok {
		sink.Dict(n)
	}
	return ok
}

// flag reads {"ellipsis": true} and {"newaxis": true}.
func (p *parser) flag(sink reroll.Sink, form string) bool {
	if form == "ellipsis" {
		sink.Const(ellipsis)
	} else {
		sink.Const(newaxis)
	}
	is, ok := p.expect('t', strconv.Quote(form))
	if !is {
		return ok
	}
	_, _, ok = p.scalar()
	return ok
}

func (p *parser) complex(sink reroll.Sink) bool {
	off := p.next()
	var parts []float64
	if is, ok := p.expect('[', `"complex"`); !is {
		sink.Const(none)
		return ok
	}
	ok := p.array(func(int) bool {
		at := p.next()
		if is, ok := p.expect('0', `a part of "complex"`); !is {
			return ok
		}
		v, _, ok := p.scalar()
		if !ok {
			return false
		}
		f, err := strconv.ParseFloat(string(v), 64)
		if err != nil {
			p.errorf(at, diag.BadLiteral, "%s is beyond the range of float64", clip(v))
		}
		parts = append(parts, f)
		return true
	})
	if len(parts) != 2 {
		p.errorf(off, diag.BadLiteral, `"complex" needs [real, imaginary]`)
		parts = []float64{0, 0}
	}
	sink.Const(&ir.Const{Kind: ir.ConstComplex, Cmplx: complex(parts[0], parts[1])})
	return ok
}

// named reads the literals that are strings with a meaning.
func (p *parser) named(sink reroll.Sink, form string) bool {
	s, off, ok := p.str(strconv.Quote(form))
	if !ok {
		return false
	}
	switch form {
	case "dtype":
		sink.Const(&ir.Const{Kind: ir.ConstDType, DType: p.dtype(s, off)})
	case "float":
		p.floatTo(sink, s, off)
	case "bytes":
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			p.errorf(off, diag.BadLiteral, `"bytes" must be base64: %v`, err)
		}
		sink.Const(&ir.Const{Kind: ir.ConstBytes, Bytes: b})
	case "func":
		if e := p.op([]byte(s), off); e.op != nil {
			sink.Const(&ir.Const{Kind: ir.ConstOp, Str: e.op.Name})
			return true
		} else if e.fn != nil {
			p.errorf(off, diag.Unsupported, `"func" takes the name of an op, not a Go function`)
		}
		sink.Const(none)
	case "int":
		p.intForm(sink, s, off)
	}
	return true
}

func (p *parser) dtype(name string, off int64) ir.DType {
	d := ir.ParseDType(name)
	if d == ir.NoDType {
		p.errorf(off, diag.BadLiteral, "unknown dtype %s", quote(name)).
			WithHint("the dtypes are bool, int8 to int64, uint8 to uint64, float32, float64, complex64 and complex128")
	}
	return d
}

func (p *parser) floatTo(sink reroll.Sink, name string, off int64) {
	switch name {
	case "nan":
		sink.Float(math.NaN())
	case "inf":
		sink.Float(math.Inf(1))
	case "-inf":
		sink.Float(math.Inf(-1))
	case "-0.0":
		sink.Float(math.Copysign(0, -1))
	default:
		p.errorf(off, diag.BadLiteral, `"float" is one of "nan", "inf", "-inf", "-0.0", not %s`, quote(name))
		sink.Const(none)
	}
}

var nestedMembers = memberNames[nestedJSON]()

// nested reads a task that is computed in place.
func (p *parser) nested(sink reroll.Sink) bool {
	off := p.next()
	if is, ok := p.expect('{', `"task"`); !is {
		sink.Const(none)
		return ok
	}
	c := p.newCall(sink, off)
	var seen members
	ok := p.object(func(name []byte, off int64) bool {
		if !p.member(&seen, nestedMembers, name, off, `"task"`) {
			return p.skip()
		}
		return p.callMember(&c, sink, name)
	})
	if ok {
		p.finish(&c, sink, `"task"`)
	}
	return ok
}
