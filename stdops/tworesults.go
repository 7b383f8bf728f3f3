package stdops

import "github.com/daskgen/daskgen/ir"

// This file holds NumPy's ufuncs of two results. An op has one result: theirs
// is a tuple of two blocks, or of two numbers when all arguments are Python
// scalars. A getitem with the literal 0 or 1 picks one of them.

// A pairOp declares an ufunc of two results.
type pairOp struct {
	name, doc string
	aliases   []string
	params    []string
	rule      string   // the elementwise op whose loops say to what the arguments convert
	second    ir.DType // of the second result: NoDType as the first
	float     string   // what is called for floats, of package kernel; of numbers with Value after it
	integer   string   // the same for integers, if they are not converted
}

var pairOps = []pairOp{
	{
		name: "frexp", params: []string{"x"}, aliases: []string{"numpy.frexp", "math.frexp"},
		doc: "frexp splits x into a mantissa and an exponent, a tuple: x is mantissa * 2**exponent, and the mantissa's magnitude is in [0.5, 1). " +
			"The mantissa has the dtype of x (integers and bools are converted to float), the exponent is int32. Zeros, infinities and NaN are their own mantissa, with exponent 0.",
		rule: "fabs", second: ir.Int32, float: "kernel.Frexp",
	},
	{
		name: "modf", params: []string{"x"}, aliases: []string{"numpy.modf", "math.modf"},
		doc: "modf splits x into its fraction and its integral part, a tuple, both with the sign of x and in its dtype. " +
			"Integers and bools are converted to float. The fraction of an infinity is 0.",
		rule: "fabs", float: "kernel.Modf",
	},
	{
		name: "divmod", params: []string{"x", "y"}, aliases: []string{"numpy.divmod", "builtins.divmod"},
		doc:  "divmod returns floor_divide(x, y) and remainder(x, y), a tuple, with broadcasting. An integer divided by zero gives 0 and 0, a float an infinity or NaN, and NaN.",
		rule: "floor_divide", float: "kernel.DivModFloat", integer: "kernel.DivMod",
	},
}

func init() {
	for i := range pairOps {
		p := &pairOps[i]
		op := &Op{
			Name: p.name, Aliases: p.aliases, Class: Kernel, Doc: p.doc, Pure: true,
			Infer: func(c *Call) (*ir.Type, error) { t, _, err := p.infer(c); return t, err },
			Emit:  p.emit,
		}
		for _, name := range p.params {
			op.Params = append(op.Params, need(name))
		}
		register(op)
	}
}

// infer returns the tuple's type, and the dtype to which the arguments convert.
func (p *pairOp) infer(c *Call) (*ir.Type, ir.DType, error) {
	first, loop, err := InferElementwise(Lookup(p.rule), c.Args)
	if err != nil {
		return nil, ir.NoDType, err
	}
	second := *first
	switch {
	case p.second == ir.NoDType:
	case first.Kind == ir.TypeScalar:
		second.DType = ir.Int64
	default:
		second.DType = p.second
	}
	return &ir.Type{Kind: ir.TypeTuple, Elems: []*ir.Type{first, &second}}, loop.In[0], nil
}

func (p *pairOp) emit(c *Call) GoCall {
	t, d, _ := p.infer(c)
	call := GoCall{Func: p.float}
	if p.integer != "" && d.Kind() != 'f' {
		call.Func = p.integer
	}
	if t.Elems[0].Kind == ir.TypeScalar {
		call.Func += "Value"
	}
	for _, a := range c.Args {
		call.Args = append(call.Args, pairArg(a, d, t.Elems[0].Kind == ir.TypeScalar))
	}
	return call
}

// pairArg is an argument in a dtype: a number when all are, else a block.
func pairArg(e *ir.Expr, d ir.DType, scalar bool) GoArg {
	switch {
	case scalar:
		return Number{e, d}
	case e.Type.Kind == ir.TypeScalar:
		return GoCall{Func: "rt.Scalar", TypeArgs: []ir.DType{d}, Args: []GoArg{Number{e, d}}}
	}
	return Cast{e, d}
}
