package graphjson

import (
	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/reroll"
	"github.com/daskgen/daskgen/ir"
)

// An output is an entry of "outputs", while it waits for its layer.
type output struct {
	ir    *ir.Output
	key   *ir.Key // of one value
	array string  // or the name of a layer
	want  *blocks
	off   int64
}

var outputMembers = memberNames[outputJSON]()

// readOutputs reads the member "outputs".
func (p *parser) readOutputs() bool {
	if is, ok := p.expect('{', `"outputs"`); !is {
		return ok
	}
	seen := map[string]bool{}
	return p.object(func(name []byte, off int64) bool {
		n := string(name)
		if n == "" {
			p.errorf(off, diag.BadOutput, "the name of an output is empty")
		}
		if seen[n] {
			p.errorf(off, diag.DuplicateName, "the output %s is defined twice", quote(n))
			return p.skip()
		}
		seen[n] = true
		return p.output(n, p.posAt(off))
	})
}

func (p *parser) output(name string, pos ir.Pos) bool {
	off := p.next()
	if is, ok := p.expect('{', "an output"); !is {
		return ok
	}
	o := &output{ir: &ir.Output{Name: name, Pos: pos}, want: &blocks{}, off: off}
	var seen members
	ok := p.object(func(member []byte, at int64) bool {
		if !p.member(&seen, outputMembers, member, at, "an output") {
			return p.skip()
		}
		return p.outputMember(o, member)
	})
	if !ok {
		return false
	}
	const key, array = 1, 2
	switch {
	case seen&(key|array) != key && seen&(key|array) != array:
		p.diags.Errorf(pos, diag.BadOutput, `the output %s needs either "key" or "array"`, quote(name))
	case o.key != nil || o.array != "":
		p.outputs = append(p.outputs, o)
	}
	p.wanted(o)
	return true
}

func (p *parser) outputMember(o *output, member []byte) (ok bool) {
	switch string(member) {
	case "key":
		var good bool
		if good, ok = p.readKey(&p.ref); good {
			k := p.tasks.KeyOf(&p.ref)
			o.key = &k
		}
	case "array":
		o.array, _, ok = p.str(`"array"`)
	case "sink":
		o.ir.Sink, ok = p.link(`"sink"`, true)
	default:
		ok = p.blocksMember(o.want, member)
	}
	return ok
}

// wanted notes the dtype, shape and chunks that the file expects.
func (p *parser) wanted(o *output) {
	w := o.want
	if w.dtype == ir.NoDType && w.shape == nil && w.chunks == nil {
		return
	}
	in := &ir.Input{DType: w.dtype}
	if w.shape != nil {
		in.Shape = ir.Box(w.shape...)
	}
	if w.chunks != nil {
		if w.shape == nil {
			p.diags.Errorf(o.ir.Pos, diag.BadOutput, `the output %s has "chunks" without "shape"`, quote(o.ir.Name))
			return
		}
		in.Chunks, _ = p.expand("the output "+quote(o.ir.Name), w, o.off)
	}
	o.ir.Want = in
}

// resolveOutput finds the layer of an output.
func (p *parser) resolveOutput(o *output, res *reroll.Result) *ir.Output {
	if o.key != nil {
		l, at, ok := res.Find(*o.key)
		if !ok {
			p.diags.Errorf(o.ir.Pos, diag.Undefined, "output %s: %s is not defined", quote(o.ir.Name), o.key).
				WithHint("%s", res.Near(*o.key))
			return nil
		}
		o.ir.Layer, o.ir.Index = l, l.Grid.Index(at)
		return o.ir
	}
	rank := res.Rank(o.array)
	if rank < 0 {
		p.diags.Errorf(o.ir.Pos, diag.Undefined, "output %s: no layer %s is defined", quote(o.ir.Name), quote(o.array)).
			WithHint("%s", res.Near(ir.Key{Name: o.array}))
		return nil
	}
	l, _, whole := res.Family(o.array, rank)
	if !whole || l.Live != nil {
		p.diags.Errorf(o.ir.Pos, diag.BadOutput, "output %s: the tasks of %s are no full grid of blocks", quote(o.ir.Name), quote(o.array))
		return nil
	}
	o.ir.Layer = l
	return o.ir
}
