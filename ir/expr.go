package ir

import "strings"

// ExprKind is the kind of an expression node.
type ExprKind uint8

// The kinds of expression.
const (
	ExprOp      ExprKind = iota // Op applied to Args and Kwargs
	ExprFunc                    // a user's Go function applied to Args
	ExprOperand                 // operand N of the case
	ExprParam                   // per-task literal N of the case
	ExprConst                   // a literal
	ExprList                    // a list of Args
	ExprTuple                   // a tuple of Args
	ExprDict                    // a dict: Args are key, value, key, value, ...
	ExprSlice                   // a slice: Args are start, stop, step, each possibly a none literal
)

// An Expr is a node of a kernel: a tree of ops over operands and literals.
type Expr struct {
	Kind   ExprKind
	Op     string // ExprOp: canonical name in the op table
	Func   *Func  // ExprFunc
	Args   []*Expr
	Kwargs []Kwarg // ExprOp: sorted by name
	N      int     // ExprOperand, ExprParam
	Const  *Const  // ExprConst
	Type   *Type   // set by check; block dims that differ from task to task are -1
	Pos    Pos
	Origin string // key or layer name that the node came from; empty: the layer's own
}

// A Kwarg is a named argument.
type Kwarg struct {
	Name  string
	Value *Expr
}

// Kwarg returns the named argument, or nil.
func (e *Expr) Kwarg(name string) *Expr {
	for i := range e.Kwargs {
		if e.Kwargs[i].Name == name {
			return e.Kwargs[i].Value
		}
	}
	return nil
}

// A Func is a Go function of a user's package, called directly by the
// generated code.
type Func struct {
	Pkg       string   // import path
	Name      string   // as written behind the package name: F, or (*T).M for a method expression
	Params    []*Type  // without the context
	Result    *Type    // first result
	Context   bool     // takes a context.Context first
	Error     bool     // returns an error last
	Scalar    bool     // applied to each element of the block arguments, with broadcasting
	SameShape bool     // returns a block of the shape of its first block argument
	Variadic  bool     // takes any number of its last parameter; Params are those of this call
	Instance  *GoType  // type of the function, if it is an instance of a generic one
	TypeArgs  []string // its type arguments then, as source; Instance.Imports has what they need
	Checked   bool     // the front end has seen, by Go's own rules, that the arguments fit
	Value     *Type    // type of the call's value, to which the result is converted; nil: Result
}

// Title returns the name of the function, with its type arguments.
func (f *Func) Title() string {
	if len(f.TypeArgs) == 0 {
		return f.Name
	}
	return f.Name + "[" + strings.Join(f.TypeArgs, ", ") + "]"
}

// ConstKind is the kind of a literal.
type ConstKind uint8

// The kinds of literal.
const (
	ConstNone ConstKind = iota
	ConstBool
	ConstInt
	ConstFloat
	ConstComplex
	ConstString
	ConstBytes
	ConstDType    // a dtype
	ConstOp       // an op's name, passed as a function
	ConstEllipsis // ... in an index
	ConstNewaxis  // newaxis in an index
	ConstArray    // a small array given in the graph
	ConstNpy      // an array in a .npy file
	ConstGo       // a Go expression in source form, of type Type.Go (from the DSL)
)

// A Const is a literal value.
type Const struct {
	Kind   ConstKind
	Bool   bool
	Int    int64
	Uint   uint64 // ConstInt above the range of int64 (then Int is -1 and Uint is set)
	Float  float64
	Cmplx  complex128
	Str    string  // ConstString, ConstOp, ConstGo; the file of ConstNpy
	Bytes  []byte  // ConstBytes; the elements of ConstArray, little-endian, C order
	DType  DType   // ConstDType, ConstArray
	Shape  []int64 // ConstArray
	GoType *GoType // ConstGo
}
