package graphjson

import (
	"math"
	"slices"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/reroll"
	"github.com/daskgen/daskgen/ir"
)

var (
	inputMembers = memberNames[inputJSON]()
	linkMembers  = memberNames[fileLink]()
)

// readInputs reads the member "inputs".
func (p *parser) readInputs() bool {
	if is, ok := p.expect('{', `"inputs"`); !is {
		return ok
	}
	seen := map[string]bool{}
	return p.object(func(name []byte, off int64) bool {
		n := string(name)
		switch {
		case n == "":
			p.errorf(off, diag.BadKey, "the name of an input is empty")
		case seen[n]:
			p.errorf(off, diag.DuplicateName, "the input %s is defined twice", quote(n))
			return p.skip()
		}
		seen[n] = true
		return p.input(n, p.posAt(off))
	})
}

// blocks is what inputs and outputs say of an array.
type blocks struct {
	dtype  ir.DType
	shape  []int64
	chunks []axisChunks
}

// axisChunks is an entry of "chunks".
type axisChunks struct {
	size  int64   // of all blocks but the last; -1: one block
	sizes []int64 // of each block; nil: size holds
}

func (p *parser) input(name string, pos ir.Pos) bool {
	off := p.next()
	if is, ok := p.expect('{', "an input"); !is {
		return ok
	}
	in := &ir.Input{}
	var b blocks
	var seen members
	ok := p.object(func(member []byte, at int64) bool {
		if !p.member(&seen, inputMembers, member, at, "an input") {
			return p.skip()
		}
		if string(member) == "source" {
			var ok bool
			in.Source, ok = p.link(`"source"`, false)
			return ok
		}
		return p.blocksMember(&b, member)
	})
	if !ok {
		return false
	}
	if b.dtype == ir.NoDType || b.shape == nil {
		if seen&3 != 3 {
			p.errorf(off, diag.WrongMember, `the input %s needs "dtype" and "shape"`, quote(name))
		}
		return true
	}
	p.addInput(name, pos, in, &b, off)
	return true
}

// blocksMember reads dtype, shape or chunks.
func (p *parser) blocksMember(b *blocks, member []byte) (ok bool) {
	switch string(member) {
	case "dtype":
		var s string
		var off int64
		if s, off, ok = p.str(`"dtype"`); ok && s != "" {
			b.dtype = p.dtype(s, off)
		}
	case "shape":
		b.shape, ok = p.lengths(`"shape"`)
	case "chunks":
		b.chunks, ok = p.readChunks()
	}
	return ok
}

func (p *parser) readChunks() ([]axisChunks, bool) {
	list := []axisChunks{}
	if is, ok := p.expect('[', `"chunks"`); !is {
		return nil, ok
	}
	ok := p.array(func(int) bool {
		c := axisChunks{}
		off := p.next()
		var ok bool
		if p.kind() == '[' {
			c.sizes, ok = p.chunkSizes()
		} else {
			c.size, ok = p.chunkSize(off)
		}
		list = append(list, c)
		return ok
	})
	return list, ok
}

// chunkSize reads the size of the blocks of an axis; -1 stands for what is
// wrong, too.
func (p *parser) chunkSize(off int64) (int64, bool) {
	n, is, ok := p.integer(`an entry of "chunks"`)
	if is && n < 1 && n != -1 {
		p.errorf(off, diag.BadInput, "the size of a block is %d", n).WithHint("-1 is one block for the whole axis")
	}
	if !is || n < 1 {
		n = -1
	}
	return n, ok
}

func (p *parser) chunkSizes() ([]int64, bool) {
	sizes := []int64{}
	ok := p.array(func(int) bool {
		off := p.next()
		n, is, ok := p.integer("the size of a block")
		if is && n < 0 {
			p.errorf(off, diag.BadInput, "the size of a block is %d", n)
		}
		sizes = append(sizes, n)
		return ok
	})
	return sizes, ok
}

// maxBlocks bounds the blocks of an input, and the tasks of a layer, along an
// axis: the compiler keeps the size of each.
const maxBlocks = 1 << 24

// expand returns the sizes of all blocks, and reports what does not fit.
func (p *parser) expand(what string, b *blocks, off int64) ([][]int64, bool) {
	if len(b.chunks) > len(b.shape) {
		p.errorf(off, diag.BadInput, `%s has %d entries in "chunks" for %s`, what, len(b.chunks), plural(len(b.shape), "axis", "axes"))
		return nil, false
	}
	if _, fits := arrayBytes(b.dtype, b.shape); !fits {
		p.errorf(off, diag.TooLarge, "%s of shape %s is larger than any machine's memory", what, ir.ShapeString(b.shape))
		return nil, false
	}
	all, total := make([][]int64, len(b.shape)), int64(1)
	for k, n := range b.shape {
		c := axisChunks{size: -1}
		if k < len(b.chunks) {
			c = b.chunks[k]
		}
		sizes, message := c.expand(n)
		if message != "" {
			p.errorf(off, diag.BadInput, "%s: axis %d of length %d: %s", what, k, n, message)
			return nil, false
		}
		all[k] = sizes
		if total *= int64(len(sizes)); total > reroll.MaxValues {
			p.errorf(off, diag.TooLarge, "%s has more than %d blocks", what, reroll.MaxValues)
			return nil, false
		}
	}
	return all, true
}

// expand returns the sizes of the blocks along an axis of length n, or what is
// wrong.
func (c axisChunks) expand(n int64) ([]int64, string) {
	if c.sizes != nil {
		sum := int64(0)
		for _, s := range c.sizes {
			if s < 0 || sum > math.MaxInt64-s {
				return nil, "the sizes of the blocks are out of range"
			}
			sum += s
		}
		if sum != n || len(c.sizes) == 0 {
			return nil, "the blocks add up to " + ir.KeyPart{Int: sum}.String()
		}
		return c.sizes, ""
	}
	if c.size < 0 || c.size >= n {
		return []int64{n}, ""
	}
	count := (n + c.size - 1) / c.size
	if count > maxBlocks {
		return nil, "there are " + ir.KeyPart{Int: count}.String() + " blocks, more than anyone wants"
	}
	sizes := slices.Repeat([]int64{c.size}, int(count))
	sizes[count-1] = n - (count-1)*c.size
	return sizes, ""
}

func (p *parser) addInput(name string, pos ir.Pos, in *ir.Input, b *blocks, off int64) {
	chunks, ok := p.expand("the input "+quote(name), b, off)
	if !ok || name == "" {
		return
	}
	in.DType, in.Chunks, in.Shape = b.dtype, chunks, ir.Box(b.shape...)
	l := &ir.Layer{Name: name, Input: in, Pos: pos, Grid: ir.Grid{}, Origins: []string{name}}
	l.Type = ir.BlockType(in.DType)
	for _, sizes := range chunks {
		l.Grid = append(l.Grid, ir.Extent{N: int64(len(sizes))})
		size := sizes[0]
		if slices.ContainsFunc(sizes, func(n int64) bool { return n != size }) {
			size = -1
		}
		l.Type.Shape = append(l.Type.Shape, size)
	}
	p.inputs = append(p.inputs, l)
}

// link reads the file of a source or a sink.
func (p *parser) link(what string, sink bool) (string, bool) {
	if is, ok := p.expect('{', what); !is {
		return "", ok
	}
	file, off := "", p.next()
	count := 0
	var seen members
	ok := p.object(func(name []byte, at int64) bool {
		known := linkMembers
		if !sink {
			known = known[:1]
		}
		if !p.member(&seen, known, name, at, what) {
			return p.skip()
		}
		count++
		s, at, ok := p.str("a file")
		if ok && s != "" {
			file = s
			p.checkPath(s, at)
			if sink {
				p.checkSink(s, at)
			}
		}
		return ok
	})
	if ok && count != 1 {
		p.errorf(off, diag.WrongMember, "%s needs one file", what)
	}
	return file, ok
}
