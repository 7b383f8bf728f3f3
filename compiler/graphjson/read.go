// Package graphjson reads and writes graph.json, the interchange format of
// daskgen: a task graph as explicit tasks, as layers, or both. The format is
// described in docs/graph-json.md and by schema.json.
//
// A graph file is data from a stranger. Reading never runs anything, opens no
// other file (but for Options.Stat), needs memory in proportion to the text, and
// reports what is wrong with its place in the file.
package graphjson

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/reroll"
	"github.com/daskgen/daskgen/ir"
)

// Options of Read.
type Options struct {
	File  string   // name of the file, for positions
	Allow []string // packages whose functions the graph may call: example.com/pkg, or example.com/pkg/... with all below
	// Dirs are further folders that npy files may be named in; without it only
	// the graph's own folder and those below are allowed.
	Dirs []string
	// Stat returns the dtype and shape of the array in a .npy file, which has
	// passed the test above; nil: arrays in files have no dtype.
	Stat  func(npy string) (ir.DType, []int64, error)
	Typer reroll.Typer // tells tasks of different types apart; nil: none are
	// Funcs fills in the signatures of the Go functions that the graph calls;
	// nil: they stay without.
	Funcs func([]FuncUse) diag.List
}

// Version is the version of the format that is read and written.
const Version = 1

// Read reads a graph. Explicit tasks become layers. Expressions have no types
// yet, and user functions the signatures that Funcs finds; the names of ops are canonical. When
// the list holds errors the graph is nil.
//
// The text may be compressed with gzip or zstd, which is seen from its first
// bytes.
func Read(r io.Reader, opts Options) (*ir.Graph, diag.List) {
	var diags diag.List
	text, done, err := decompress(r)
	if err != nil {
		diags.Errorf(ir.Pos{File: opts.File}, diag.Unreadable, "cannot decompress: %v", err)
		return nil, diags
	}
	defer done()
	p := newParser(text, opts, &diags)
	var g *ir.Graph
	if p.document() {
		g = p.graph()
	}
	diags.Sort()
	if diags.HasErrors() {
		return nil, diags
	}
	return g, diags
}

// maxWindow bounds the memory of the zstd decoder.
const maxWindow = 256 << 20

func decompress(r io.Reader) (io.Reader, func(), error) {
	b := bufio.NewReaderSize(r, 1<<16)
	magic, _ := b.Peek(4)
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(b)
		return z, func() {}, err
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(b, zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, nil, err
		}
		return z, z.Close, nil
	}
	return b, func() {}, nil
}

// A parser reads one document.
type parser struct {
	*scanner
	opts    Options
	tasks   *reroll.Tasks
	enc     *reroll.Encoder
	key     reroll.Ref // of the task that is being read
	ref     reroll.Ref // of the reference that is being read
	refGood bool       // it is a key
	within  *layer     // that is being read, or nil
	ops     map[string]*opEntry
	words   map[string]string // names of keywords
	kws     []keyword         // stack of the calls that are being read
	spans   []reroll.Span
	kwNames []string
	unknown int // ops that were reported
	uses    []FuncUse

	version bool
	name    string
	inputs  []*ir.Layer
	layers  []*layer
	outputs []*output
}

func newParser(r io.Reader, opts Options, diags *diag.List) *parser {
	t := reroll.New(opts.File, diags)
	return &parser{scanner: newScanner(r, opts.File, diags), opts: opts, tasks: t, enc: t.Encoder(),
		ops: map[string]*opEntry{}, words: map[string]string{}}
}

// document reads the whole text.
func (p *parser) document() bool {
	start := p.next()
	if is, ok := p.expect('{', "the graph"); !is {
		if ok {
			p.errorf(start, diag.Version, `a graph starts with {"daskgen": 1`)
		}
		return false
	}
	var seen members
	if !p.object(func(name []byte, off int64) bool { return p.top(&seen, name, off) }) {
		return false
	}
	if p.kind() != 0 {
		p.errorf(p.next(), diag.Malformed, "text follows the end of the graph")
		return false
	}
	if _, err := p.d.ReadToken(); err != io.EOF {
		return p.fail(err)
	}
	if !p.version {
		p.errorf(start, diag.Version, `the member "daskgen" is missing`).WithHint(`write "daskgen": %d`, Version)
		return false
	}
	return true
}

var topMembers = memberNames[fileJSON]()

func (p *parser) top(seen *members, name []byte, off int64) bool {
	if !p.member(seen, topMembers, name, off, "the graph") {
		return p.skip()
	}
	switch string(name) {
	case "daskgen":
		return p.readVersion()
	case "name":
		var ok bool
		p.name, _, ok = p.str(`"name"`)
		return ok
	case "inputs":
		return p.readInputs()
	case "tasks":
		if is, ok := p.expect('[', `"tasks"`); !is {
			return ok
		}
		return p.array(func(int) bool { return p.task() })
	case "layers":
		if is, ok := p.expect('[', `"layers"`); !is {
			return ok
		}
		return p.array(func(int) bool { return p.layer() })
	case "outputs":
		return p.readOutputs()
	}
	return p.skip() // $schema
}

func (p *parser) readVersion() bool {
	off := p.next()
	v, is, ok := p.integer(`"daskgen"`)
	p.version = ok
	if is && v != Version {
		p.errorf(off, diag.Version, "version %d of the format is not known", v).
			WithHint("this daskgen reads version %d", Version)
		return false
	}
	return ok
}

// members notes which members of an object were read.
type members uint64

// member checks the name of a member: whether the object may have it, and has
// it only once. If not, that is reported.
func (p *parser) member(seen *members, known []string, name []byte, off int64, of string) bool {
	for i, k := range known {
		if k != string(name) {
			continue
		}
		if *seen&(1<<i) != 0 {
			p.errorf(off, diag.DuplicateName, "%s has the member %q twice", of, k)
			return false
		}
		*seen |= 1 << i
		return true
	}
	d := p.errorf(off, diag.UnknownMember, "%s has no member %q", of, clip(name))
	d.Hint = "its members are " + strings.Join(known, ", ")
	return false
}
