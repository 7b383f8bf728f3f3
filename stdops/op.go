// Package stdops declares daskgen's ops: for each one, in one place, its name,
// its type rule, and how generated code computes it. The checker, the emitter,
// the reference evaluator in the tests and the documentation all read these
// declarations.
package stdops

import (
	"fmt"
	"sort"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// Class says how an op is computed.
type Class uint8

// The classes of op.
const (
	Elementwise Class = iota // one of Loops, applied to each element, with broadcasting; written inline in fused loops
	Reduction                // a strip-wise accumulator of package kernel, fed by the elementwise expression below it
	Kernel                   // a call of a function of package kernel
	Helper                   // a call of package kernel on Go values: scalars, strings, lists, tuples, dicts
)

// An Op is the declaration of one operation.
type Op struct {
	Name    string   // canonical: NumPy's name where there is one
	Aliases []string // other names by which graphs call it
	Class   Class
	Doc     string  // one or more sentences: shapes with letters, dtypes, NaN behaviour, errors
	Params  []Param // in positional order

	// Infer returns the result's type, or an error that says what is wrong
	// with the arguments ("shapes (2, 2) and (3,) do not broadcast"). It is
	// nil for Elementwise, whose rule is common.
	Infer func(c *Call) (*ir.Type, error)

	Loops []Loop // Elementwise: in NumPy's order; the first to which the arguments cast safely is used

	// Emit says how generated code calls it. For a Reduction the call makes
	// the accumulator (its first two arguments, the task and the shape of
	// what is fed, are implied); for the others the task is implied.
	Emit func(c *Call) GoCall

	// Source says how generated code makes the elements of the block in order,
	// where that needs no block; nil, also for some arguments, if it cannot.
	// It is given what Emit returns.
	Source func(c *Call, block GoCall) *Source

	View  bool // the result shares memory with argument 0 (transpose, getitem of slices)
	Cheap bool // recomputing it costs no work worth mentioning: may be inlined into several users
	Pure  bool // equal arguments give equal results (all but user functions with effects)
}

// A Param declares a parameter.
type Param struct {
	Name     string
	Variadic bool     // takes all remaining positional arguments
	Static   bool     // must be a literal, or (integers, slices) a per-task literal
	Default  *ir.Expr // nil: required
}

// A Loop is an inner loop of an elementwise op, like an inner loop of a NumPy
// ufunc.
type Loop struct {
	In  []ir.DType
	Out ir.DType
	// Expr is the Go expression of one element: $0, $1 ... are the operands,
	// already of the In dtypes; package qualifiers are math, cmplx, bits,
	// rt (the runtime) and vector. Products are written float64($0*$1), so that no
	// platform fuses them into an FMA.
	Expr string
	// Vector is the name of the functions of package runtime/vector that
	// compute the loop over slices, without dtypes: "Add". It is empty if
	// there are none. VectorFunc gives the whole name.
	Vector string
}

// A Call is an op with its arguments bound to its parameters. Args has an
// entry per parameter, the default where none was given; Rest holds the
// arguments of a variadic parameter, which is the last positional one.
type Call struct {
	Op   *Op
	Args []*ir.Expr
	Rest []*ir.Expr
}

// Class returns how the call is computed: that of its op, but a Reduction of
// anything but a block is a Helper, as it has no strips to be fed.
func (c *Call) Class() Class {
	if t := c.Args[0].Type; c.Op.Class == Reduction && t != nil && t.Kind != ir.TypeBlock {
		return Helper
	}
	return c.Op.Class
}

// A GoCall is a call of a Go function in the generated code.
type GoCall struct {
	Func     string // with package: "kernel.Transpose", "linalg.MatMul"
	TypeArgs []ir.DType
	Args     []GoArg
}

// A GoArg is an argument in a GoCall. It is one of
//
//	*ir.Expr                   the value of that argument, in the Go type of its ir.Type
//	Cast                       the same, converted to a dtype
//	Number                     a Python scalar, or a block of rank 0, as a Go number of a dtype
//	Int                        an integer argument (literal or per task) as a Go int
//	bool, int, uint64, float64, string, []int   a literal
//	[]GoArg                    further arguments in place (for variadic Go functions)
//	GoCall                     a nested call, without the task, of one result
type GoArg any

// A Source makes the elements of a block in order: New, without the task, is
// the call that makes a value with a method Fill(dst []T), and Shape the shape
// that the block would have.
type Source struct {
	New   GoCall
	Shape GoArg
}

// Cast is a block argument converted to DType (if it is not of it already).
type Cast struct {
	Expr  *ir.Expr
	DType ir.DType
}

// Number is a scalar argument, or the element of a block of rank 0, as a Go
// number of a dtype.
type Number struct {
	Expr  *ir.Expr
	DType ir.DType
}

// Int is an integer argument as a Go int.
type Int struct{ Expr *ir.Expr }

var (
	table  []*Op
	byName = map[string]*Op{}
)

// register adds ops to the table, at init.
func register(ops ...*Op) {
	for _, op := range ops {
		op.setVector()
		table = append(table, op)
		for _, name := range append([]string{op.Name}, op.Aliases...) {
			if byName[name] != nil {
				panic("stdops: internal error: two ops named " + name)
			}
			byName[name] = op
		}
	}
}

// Lookup returns the op of that name or alias, or nil.
func Lookup(name string) *Op { return byName[name] }

// All returns the ops in alphabetic order.
func All() []*Op {
	ops := append([]*Op(nil), table...)
	sort.Slice(ops, func(i, j int) bool { return ops[i].Name < ops[j].Name })
	return ops
}

// Names returns all names and aliases, sorted, for suggestions.
func Names() []string {
	names := make([]string, 0, len(byName))
	for n := range byName {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// Bind binds the arguments of an op expression to the parameters of its op.
// The error names what is missing, misspelled or too much.
func Bind(op *Op, e *ir.Expr) (*Call, error) {
	c := &Call{Op: op, Args: make([]*ir.Expr, len(op.Params))}
	pos := e.Args
	for i, p := range op.Params {
		if p.Variadic {
			c.Rest, pos = pos, nil
			continue
		}
		if len(pos) > 0 {
			c.Args[i], pos = pos[0], pos[1:]
		}
	}
	if len(pos) > 0 {
		return nil, fmt.Errorf("takes %s, got %d", op.arity(), len(e.Args))
	}
	for _, kw := range e.Kwargs {
		i := op.param(kw.Name)
		switch {
		case i < 0:
			return nil, fmt.Errorf("has no parameter %q (it takes %s)", kw.Name, op.paramNames())
		case c.Args[i] != nil:
			return nil, fmt.Errorf("got parameter %q twice", kw.Name)
		}
		c.Args[i] = kw.Value
	}
	for i, p := range op.Params {
		if c.Args[i] == nil && !p.Variadic {
			if p.Default == nil {
				return nil, fmt.Errorf("takes %s, got %d", op.arity(), len(e.Args))
			}
			c.Args[i] = p.Default
		}
	}
	return c, nil
}

func (op *Op) param(name string) int {
	for i, p := range op.Params {
		if p.Name == name && !p.Variadic {
			return i
		}
	}
	return -1
}

func (op *Op) paramNames() string { return strings.Join(ParamNames(op), ", ") }

// ParamNames returns the parameters' names for people: *x takes any number,
// x=… has a default.
func ParamNames(op *Op) []string {
	names := make([]string, len(op.Params))
	for i, p := range op.Params {
		switch {
		case p.Variadic:
			names[i] = "*" + p.Name
		case p.Default != nil && p.Default.Const != nil:
			names[i] = p.Name + "=" + p.Default.Const.String()
		default:
			names[i] = p.Name
		}
	}
	return names
}

func (op *Op) arity() string {
	lo, hi := 0, 0
	for _, p := range op.Params {
		if p.Variadic {
			return fmt.Sprintf("at least %d arguments", lo)
		}
		if p.Default == nil {
			lo++
		}
		hi++
	}
	if lo == hi {
		if lo == 1 {
			return "1 argument"
		}
		return fmt.Sprintf("%d arguments", lo)
	}
	return fmt.Sprintf("%d to %d arguments", lo, hi)
}
