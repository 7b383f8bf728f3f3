package main

import "strings"

// An Op is the declaration of an op: of its functions for some dtypes, in some
// forms. From it come the assembly for AVX-512 and AVX2, the portable loops,
// the exported functions, and their tests and benchmarks.
type Op struct {
	Name   string // of the op in CamelCase: "Add"
	Doc    string // what dst is set to: "x + y", "the square root of x"
	Lanes  []lane // one set of functions each
	Params int    // number of operands, x, y and z, of that lane
	First  lane   // the lane of the first operand, if FirstSet
	// Suffix is appended to the names, after the dtype: "Float64" of a conversion.
	Suffix string
	// Result gives the lane of dst (nil: that of the operands).
	Result func(l lane) lane
	// Body computes the result from the operands.
	Body func(x ...*value) *value
	// Go is the Go expression of one element, of the operands $0, $1 and the
	// type @, where there is a better one than what is made of Body.
	Go func(l lane) string
	// Scalar is set if there is to be a function of one element, under the
	// op's name for float64, with 32 appended for float32.
	Scalar bool
	// Limit, if it is not 0, is where the body ends to hold: where the magnitude
	// of x is larger, the result is that of a function in Go on float64 (sinRare
	// for Sin). It goes with Scalar and one operand.
	Limit float64
	// Forms says which operands are vectors (V) and scalars (S): "VV VS SV".
	// Empty means all for two and three operands but those of scalars alone.
	Forms string
	// Expr is how the op is written in expressions of the machine (snippets.go),
	// an operator or the name of a function; empty if it does not know the op. It
	// is for ops of one or two operands and a result of one float lane.
	Expr string
	// Commutes says that the operands can be exchanged.
	Commutes bool
}

// A group of ops is written to files of its own: zz_arithmetic.go and so on.
type group struct {
	name string
	ops  []*Op
}

var groups []*group

// declare adds a group of ops; it is called from init functions.
func declare(name string, ops ...*Op) {
	groups = append(groups, &group{name: name, ops: ops})
}

// A kernel is one function: an op for a dtype in a form.
type kernel struct {
	op     *Op
	name   string // AddFloat64VS
	lane   lane
	in     []lane
	out    lane
	scalar []bool // by operand
	prog   *program
}

var (
	floatLanes = []lane{F64, F32}
	intLanes   = []lane{I64, I32, I16, I8, U64, U32, U16, U8}
)

var paramNames = []string{"x", "y", "z"}

// forms returns which forms an op has.
func (o *Op) forms() []string {
	switch {
	case o.Forms != "":
		return strings.Fields(o.Forms)
	case o.Params == 1:
		return []string{"V"}
	case o.Params == 2:
		return []string{"VV", "VS", "SV"}
	}
	return []string{"VVV", "VVS", "VSV", "VSS"}
}

// kernels expands an op.
func (o *Op) kernels() []*kernel {
	var ks []*kernel
	for _, l := range o.Lanes {
		for _, f := range o.forms() {
			ks = append(ks, o.kernel(l, f))
		}
	}
	return ks
}

func (o *Op) kernel(l lane, form string) *kernel {
	k := &kernel{op: o, name: o.Name + l.String() + o.Suffix, lane: l, out: l}
	if strings.Contains(form, "S") {
		k.name += form
	}
	if o.Result != nil {
		k.out = o.Result(l)
	}
	for i := range form {
		in := l
		if i == 0 && o.First != 0 {
			in = o.First
		}
		k.in = append(k.in, in)
		k.scalar = append(k.scalar, form[i] == 'S')
	}
	k.prog = o.program(k.in, k.out)
	return k
}

// program builds the program of an op.
func (o *Op) program(in []lane, out lane) *program {
	p := newProgram()
	var args []*value
	for i, l := range in {
		args = append(args, p.operand(i, l))
	}
	r := o.Body(args...)
	if out == Bool {
		r = resize(r, 1)
	}
	must(r.lane == out || out == Bool && r.lane == M1, o.Name+" to "+out.String(), r)
	p.finish(r)
	return p
}

// elements returns how many elements a vector of some bytes has: as many as
// there are of the largest lane.
func (k *kernel) elements(bytes int) int {
	size := k.out.size()
	for _, v := range k.prog.values {
		size = max(size, v.lane.size())
	}
	return bytes / size
}
