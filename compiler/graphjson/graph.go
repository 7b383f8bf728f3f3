package graphjson

import (
	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/reroll"
	"github.com/daskgen/daskgen/ir"
)

// graph puts together what was read. Diagnostics may have been reported before:
// then it goes on as far as that makes sense, to find what else is wrong.
func (p *parser) graph() *ir.Graph {
	g := &ir.Graph{Name: p.name, Source: p.opts.File}
	for _, l := range p.inputs {
		p.tasks.Declare(l)
	}
	for _, l := range p.layers {
		p.tasks.Declare(l.ir)
	}
	for _, l := range p.layers {
		for _, r := range l.refs {
			p.tasks.Keep(r.key.Name)
		}
	}
	for _, o := range p.outputs {
		if o.array != "" {
			p.tasks.Keep(o.array)
		}
	}
	if p.opts.Funcs != nil && len(p.uses) > 0 {
		*p.diags = append(*p.diags, p.opts.Funcs(p.uses)...)
	}
	p.typeLayers()
	res := p.tasks.Layers(p.opts.Typer)
	if res == nil {
		return nil
	}
	for _, l := range p.layers {
		p.connect(l, res)
	}
	g.Layers = append(append(g.Layers, p.inputs...), res.Layers...)
	for _, l := range p.layers {
		g.Layers = append(g.Layers, l.ir)
	}
	for _, o := range p.outputs {
		if out := p.resolveOutput(o, res); out != nil {
			g.Outputs = append(g.Outputs, out)
		}
	}
	if len(g.Outputs) == 0 && !p.diags.HasErrors() {
		p.diags.Warnf(ir.Pos{File: p.opts.File}, diag.BadOutput, "the graph has no outputs: nothing will be computed")
	}
	if !p.diags.HasErrors() && len(p.layers) > 0 {
		p.cycles(g)
	}
	return g
}

// typeLayers finds the types of the written layers that depend on inputs and
// each other alone, so that tasks which read them can be typed too.
func (p *parser) typeLayers() {
	if p.opts.Typer == nil || p.tasks.Len() == 0 {
		return
	}
	known := map[string]*ir.Type{}
	for _, l := range p.inputs {
		known[l.Name] = l.Type
	}
	for again := true; again; {
		again = false
		for _, l := range p.layers {
			if known[l.ir.Name] == nil && p.typeLayer(l, known) {
				again = true
			}
		}
	}
}

func (p *parser) typeLayer(l *layer, known map[string]*ir.Type) bool {
	operands := make([]*ir.Type, len(l.refs))
	for i, r := range l.refs {
		ty := known[r.key.Name]
		if ty == nil {
			return false
		}
		if r.index != nil && reroll.IsList(r.index.axes()) {
			ty = ir.ListType(ty)
		}
		operands[i] = ty
	}
	ty, err := p.opts.Typer(withoutParams(l.ir.Cases[0].Kernel), operands)
	if err != nil || ty == nil {
		return false
	}
	known[l.ir.Name] = ty
	p.tasks.SetType(l.ir.Name, ty)
	return true
}

// withoutParams returns an expression with a literal for each param.
func withoutParams(e *ir.Expr) *ir.Expr {
	e = e.Clone()
	var walk func(e *ir.Expr)
	walk = func(e *ir.Expr) {
		if e.Kind == ir.ExprParam {
			e.Kind, e.Const = ir.ExprConst, &ir.Const{Kind: ir.ConstInt}
		}
		for _, a := range e.Args {
			walk(a)
		}
		for _, k := range e.Kwargs {
			walk(k.Value)
		}
	}
	walk(e)
	return e
}
