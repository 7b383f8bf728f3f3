package graphjson

import (
	"encoding/base64"
	"math/bits"
	"path"
	"strings"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/reroll"
	"github.com/daskgen/daskgen/ir"
)

var arrayMembers = memberNames[arrayJSON]()

// arrayLiteral reads an array that stands in the graph, or names a file.
func (p *parser) arrayLiteral(sink reroll.Sink) bool {
	off := p.next()
	c := &ir.Const{Kind: ir.ConstArray}
	sink.Const(c)
	if is, ok := p.expect('{', `"array"`); !is {
		return ok
	}
	var seen members
	data, npy := "", ""
	ok := p.object(func(name []byte, at int64) bool {
		if !p.member(&seen, arrayMembers, name, at, `"array"`) {
			return p.skip()
		}
		var ok bool
		switch string(name) {
		case "dtype":
			var s string
			if s, at, ok = p.str(`"dtype"`); ok {
				c.DType = p.dtype(s, at)
			}
		case "shape":
			c.Shape, ok = p.lengths(`"shape"`)
		case "data":
			data, _, ok = p.str(`"data"`)
		default:
			if npy, at, ok = p.str(`"npy"`); ok {
				p.statArray(c, npy, at)
			}
		}
		return ok
	})
	if ok {
		p.finishArray(c, seen, data, npy, off)
	}
	return ok
}

func (p *parser) finishArray(c *ir.Const, seen members, data, npy string, off int64) {
	const all, file = 1<<0 | 1<<1 | 1<<2, 1 << 3 // dtype, shape, data; npy
	switch seen {
	case file:
		c.Kind, c.Str = ir.ConstNpy, npy
	case all:
		b, err := base64.StdEncoding.DecodeString(data)
		size, fits := arrayBytes(c.DType, c.Shape)
		switch {
		case err != nil:
			p.errorf(off, diag.BadLiteral, `"data" must be base64: %v`, err)
		case c.DType != ir.NoDType && (!fits || size != int64(len(b))):
			p.errorf(off, diag.BadLiteral, `"data" has %d bytes, but %s%s needs %s`, len(b), c.DType, ir.ShapeString(c.Shape), sizeString(size, fits))
		}
		c.Bytes = b
	default:
		p.errorf(off, diag.WrongMember, `"array" needs dtype, shape and data, or npy alone`)
	}
}

// statArray finds out the dtype and shape of an array in a file.
func (p *parser) statArray(c *ir.Const, npy string, off int64) {
	if !p.checkPath(npy, off) || p.opts.Stat == nil {
		return
	}
	dtype, shape, err := p.opts.Stat(npy)
	if err != nil {
		p.errorf(off, diag.Unreadable, "%v", err)
		return
	}
	c.DType, c.Shape = dtype, shape
}

func sizeString(size int64, fits bool) string {
	if !fits {
		return "more than there is"
	}
	return ir.KeyPart{Int: size}.String()
}

// maxBytes bounds the size of an array: 256 TiB, what processors can address.
const maxBytes = 1 << 48

// arrayBytes returns the bytes of an array, and whether they are within reason.
func arrayBytes(d ir.DType, shape []int64) (int64, bool) {
	n := uint64(max(d.Size(), 1))
	for _, s := range shape {
		if s == 0 {
			return 0, true
		}
	}
	for _, s := range shape {
		hi, lo := bits.Mul64(n, uint64(s))
		if hi != 0 || lo > maxBytes {
			return 0, false
		}
		n = lo
	}
	return int64(n), true
}

// lengths reads a list of lengths: integers that are not negative.
func (p *parser) lengths(what string) ([]int64, bool) {
	list := []int64{}
	if is, ok := p.expect('[', what); !is {
		return list, ok
	}
	ok := p.array(func(i int) bool {
		off := p.next()
		n, is, ok := p.integer("an entry of " + what)
		switch {
		case is && n < 0:
			p.errorf(off, diag.BadLiteral, "an entry of %s is negative", what)
		case is && i == reroll.MaxParts:
			p.errorf(off, diag.TooLarge, "%s has more than %d axes", what, reroll.MaxParts)
		case is && i < reroll.MaxParts:
			list = append(list, n)
		}
		return ok
	})
	return list, ok
}

// checkPath reports a path that leads out of the graph's folder, unless into
// one of the allowed folders, and says whether all is well. Only the text counts:
// nothing is opened.
func (p *parser) checkPath(file string, off int64) (ok bool) {
	if strings.ContainsAny(file, "\\\x00\n\r") || file == "" || strings.Contains(file, ":") {
		p.errorf(off, diag.ForbiddenPath, "%s is no path that a graph may name", quote(file)).
			WithHint("use slashes, and a path below the graph's folder")
		return false
	}
	clean := path.Clean(file)
	if !path.IsAbs(clean) && clean != ".." && !strings.HasPrefix(clean, "../") {
		return true
	}
	base := path.Dir(strings.ReplaceAll(p.opts.File, "\\", "/"))
	if !path.IsAbs(clean) {
		clean = path.Join(base, clean)
	}
	for _, dir := range p.opts.Dirs {
		if within(path.Clean(strings.ReplaceAll(dir, "\\", "/")), clean) {
			return true
		}
	}
	p.errorf(off, diag.ForbiddenPath, "%s is outside the folders that the graph may use", quote(file)).
		WithHint("name a file below the graph's folder, or give the file on the command line")
	return false
}

// within says whether a clean path is a folder, which is clean too, or below it.
// Of a folder .. all that is known is that ../.. is not below it.
func within(dir, file string) bool {
	rest, ok := strings.CutPrefix(file, strings.TrimSuffix(dir, "/")+"/")
	return file == dir || ok && rest != ".." && !strings.HasPrefix(rest, "../")
}

// checkSink reports files that other programs take orders from.
func (p *parser) checkSink(file string, off int64) {
	for _, elem := range strings.Split(path.Clean(file), "/") {
		if strings.HasPrefix(elem, ".") && elem != "." && elem != ".." {
			p.errorf(off, diag.ForbiddenPath, "%s is hidden: a graph may not write such files", quote(file)).
				WithHint("name another file, or give the file on the command line")
			return
		}
	}
}
