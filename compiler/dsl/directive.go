package dsl

import (
	"fmt"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// directivePrefix starts the comment that marks a graph.
const directivePrefix = "//daskgen:graph"

// A directive is the text behind daskgen:graph: for each parameter its shape
// and chunks, and the outputs of a plain graph.
//
//	//daskgen:graph x=(200000,3):(50000,3) y=(100,):((30,30,40),)
//	//daskgen:graph output=y,z
type directive struct {
	inputs  []inputSpec
	outputs []string
	bad     bool // does not parse, which has been reported
}

// An inputSpec is the shape and the chunks of a parameter. Chunks has the sizes
// along each axis.
type inputSpec struct {
	name   string
	shape  []int64
	chunks [][]int64
	pos    token.Pos
}

func (d *directive) input(name string) *inputSpec {
	i := slices.IndexFunc(d.inputs, func(s inputSpec) bool { return s.name == name })
	if i < 0 {
		return nil
	}
	return &d.inputs[i]
}

// A directiveError is what is wrong with a directive, and where.
type directiveError struct {
	pos token.Pos
	msg string
}

// parse reads a further comment line. Pos is that of the comment.
func (d *directive) parse(text string, pos token.Pos) *directiveError {
	p := &directiveParser{s: text, off: len(directivePrefix), pos: pos}
	for p.space(); p.off < len(p.s); p.space() {
		start := p.off
		name := p.word()
		if name == "" || !p.accept('=') {
			return p.errorf(start, "expected name=(shape):(chunks) or output=key, found %q", p.s[start:])
		}
		if name == "output" && p.peek() != '(' {
			d.outputs = append(d.outputs, p.names()...)
			continue
		}
		in, err := p.input(name, start)
		if err != nil {
			return err
		}
		if d.input(name) != nil {
			return p.errorf(start, "parameter %q is described twice", name)
		}
		d.inputs = append(d.inputs, *in)
	}
	return nil
}

type directiveParser struct {
	s   string
	off int
	pos token.Pos
}

func (p *directiveParser) errorf(off int, format string, args ...any) *directiveError {
	return &directiveError{p.pos + token.Pos(off), fmt.Sprintf(format, args...)}
}

func (p *directiveParser) space() {
	for p.off < len(p.s) && strings.ContainsRune(" \t\r", rune(p.s[p.off])) {
		p.off++
	}
}

func (p *directiveParser) peek() byte {
	if p.off == len(p.s) {
		return 0
	}
	return p.s[p.off]
}

func (p *directiveParser) accept(c byte) bool {
	if p.peek() != c {
		return false
	}
	p.off++
	return true
}

// word reads up to a space or an equals sign.
func (p *directiveParser) word() string {
	start := p.off
	for p.off < len(p.s) && !strings.ContainsRune(" \t=", rune(p.s[p.off])) {
		p.off++
	}
	return p.s[start:p.off]
}

// names reads keys, separated by commas that are not in an index.
func (p *directiveParser) names() []string {
	start, depth := p.off, 0
	var names []string
	for ; p.off < len(p.s) && (depth > 0 || p.s[p.off] != ' '); p.off++ {
		switch p.s[p.off] {
		case '[':
			depth++
		case ']':
			depth--
		case ',':
			if depth == 0 {
				names = append(names, p.s[start:p.off])
				start = p.off + 1
			}
		}
	}
	return append(names, p.s[start:p.off])
}

func (p *directiveParser) input(name string, start int) (*inputSpec, *directiveError) {
	in := &inputSpec{name: name, pos: p.pos + token.Pos(start)}
	shape, err := p.tuple()
	if err != nil {
		return nil, err
	}
	for _, e := range shape {
		if e.list != nil || e.n < 0 {
			return nil, p.errorf(start, "%s: a shape is a list of lengths, such as (200000,3)", name)
		}
		in.shape = append(in.shape, e.n)
	}
	chunks := []entry(nil)
	if p.accept(':') {
		if chunks, err = p.chunks(len(in.shape)); err != nil {
			return nil, err
		}
	}
	var msg string
	if in.chunks, msg = resolveChunks(in.shape, chunks); msg != "" {
		return nil, p.errorf(start, "%s: %s", name, msg)
	}
	return in, nil
}

// An entry of a tuple is a number or a list of numbers.
type entry struct {
	n    int64
	list []int64
}

// chunks reads a tuple with an entry per axis, or one number for all axes.
func (p *directiveParser) chunks(rank int) ([]entry, *directiveError) {
	if p.peek() == '(' {
		return p.tuple()
	}
	n, err := p.number()
	if err != nil {
		return nil, err
	}
	return slices.Repeat([]entry{{n: n}}, rank), nil
}

func (p *directiveParser) tuple() ([]entry, *directiveError) {
	if !p.accept('(') {
		return nil, p.errorf(p.off, "expected (, as in (200000,3)")
	}
	entries := []entry{}
	for p.space(); !p.accept(')'); p.space() {
		e := entry{}
		if p.peek() == '(' {
			inner, err := p.tuple()
			if err != nil {
				return nil, err
			}
			e.list = []int64{}
			for _, x := range inner {
				e.list = append(e.list, x.n)
			}
		} else {
			n, err := p.number()
			if err != nil {
				return nil, err
			}
			e.n = n
		}
		entries = append(entries, e)
		p.space()
		if p.peek() != ')' && !p.accept(',') {
			return nil, p.errorf(p.off, "expected a comma or )")
		}
	}
	return entries, nil
}

func (p *directiveParser) number() (int64, *directiveError) {
	start := p.off
	for p.off < len(p.s) && strings.ContainsRune("-0123456789_", rune(p.s[p.off])) {
		p.off++
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(p.s[start:p.off], "_", ""), 10, 64)
	if err != nil {
		return 0, p.errorf(start, "expected a number, found %q", p.s[start:])
	}
	return n, nil
}

// maxBlocks bounds the blocks of an input.
const maxBlocks = 1 << 31

// resolveChunks returns the sizes of the chunks along each axis. An entry is a
// size, of which the last chunk may fall short, the list of all sizes, or -1
// for one chunk; no entries mean one block.
func resolveChunks(shape []int64, entries []entry) ([][]int64, string) {
	if entries == nil {
		entries = slices.Repeat([]entry{{n: -1}}, len(shape))
	}
	if len(entries) != len(shape) {
		return nil, fmt.Sprintf("shape has %d axes, chunks %d", len(shape), len(entries))
	}
	chunks := make([][]int64, len(shape))
	blocks := int64(1)
	for k, e := range entries {
		var msg string
		if chunks[k], msg = axisChunks(shape[k], e); msg != "" {
			return nil, fmt.Sprintf("axis %d: %s", k, msg)
		}
		if blocks *= int64(len(chunks[k])); blocks > maxBlocks {
			return nil, "more than 2^31 blocks"
		}
	}
	return chunks, ""
}

func axisChunks(n int64, e entry) ([]int64, string) {
	if e.list != nil {
		sum := int64(0)
		for _, c := range e.list {
			if c < 0 || c == 0 && n > 0 {
				return nil, fmt.Sprintf("chunk of %d", c)
			}
			sum += c
		}
		if sum != n {
			return nil, fmt.Sprintf("chunks add up to %d, not to the length %d", sum, n)
		}
		return e.list, ""
	}
	switch {
	case e.n == -1 || e.n >= n:
		return []int64{n}, ""
	case e.n < 1:
		return nil, fmt.Sprintf("chunk size %d", e.n)
	case n/e.n >= maxBlocks:
		return nil, "more than 2^31 chunks"
	}
	var sizes []int64
	for left := n; left > 0; left -= e.n {
		sizes = append(sizes, min(left, e.n))
	}
	return sizes, ""
}
