package ir

import (
	"strconv"
	"strings"
)

// DType is the element type of a block.
type DType uint8

// The dtypes, in NumPy's order of kinds.
const (
	NoDType DType = iota
	Bool
	Int8
	Int16
	Int32
	Int64
	Uint8
	Uint16
	Uint32
	Uint64
	Float32
	Float64
	Complex64
	Complex128
)

var dtypeNames = [...]string{"", "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "complex64", "complex128"}

// String returns NumPy's name, which is Go's too.
func (d DType) String() string { return dtypeNames[d] }

// ParseDType returns the dtype of that name, or NoDType.
func ParseDType(name string) DType {
	for i, n := range dtypeNames {
		if n == name {
			return DType(i)
		}
	}
	return NoDType
}

// Size returns the bytes of one element.
func (d DType) Size() int64 {
	return [...]int64{0, 1, 1, 2, 4, 8, 1, 2, 4, 8, 4, 8, 8, 16}[d]
}

// Kind returns NumPy's kind character: b, i, u, f or c.
func (d DType) Kind() byte { return "\x00biiiiuuuuffcc"[d] }

// TypeKind is the kind of a value.
type TypeKind uint8

// The kinds of value.
const (
	TypeNone   TypeKind = iota // Python's None
	TypeScalar                 // a Python scalar: bool, int64, float64 or complex128. It is weak: beside a block it takes the block's dtype (NEP 50)
	TypeBlock                  // an n-dimensional block; NumPy scalars are blocks of rank 0
	TypeString
	TypeBytes
	TypeList  // Elems[0] is the element's type
	TypeTuple // Elems
	TypeDict  // Elems[0] key, Elems[1] value
	TypeSlice // an index
	TypeDType // a dtype passed as an argument
	TypeFunc  // an op or function passed as an argument
	TypeGo    // a Go type, Go
)

// A Type is the type of a value. Types are compared with Equal.
type Type struct {
	Kind  TypeKind
	DType DType   // TypeScalar, TypeBlock
	Shape []int64 // TypeBlock: the shape; -1 where it is unknown or differs from task to task
	Elems []*Type // TypeList, TypeTuple, TypeDict
	Go    *GoType // TypeGo
}

// A GoType is a Go type in the form in which generated code writes it.
type GoType struct {
	Expr    string   // with package qualifiers by name: "map[string]geo.Point"
	Imports []string // import paths that Expr needs
	Partial string   // for the runtime's own partial results: the name of the op family that makes it
}

// Rank returns the number of axes of a block type.
func (t *Type) Rank() int { return len(t.Shape) }

// NumberDType returns the dtype of numbers of a type: that of a scalar or block,
// and for Go's predeclared types the one that holds their values. It is NoDType
// for what is no number.
func (t *Type) NumberDType() DType {
	switch {
	case t.Kind == TypeScalar || t.Kind == TypeBlock:
		return t.DType
	case t.Kind != TypeGo:
		return NoDType
	case t.Go.Expr == "int":
		return Int64
	case t.Go.Expr == "uint":
		return Uint64
	case t.Go.Expr == "byte":
		return Uint8
	}
	return ParseDType(t.Go.Expr)
}

// BlockType returns the type of blocks of this dtype and shape.
func BlockType(d DType, shape ...int64) *Type {
	if shape == nil {
		shape = []int64{}
	}
	return &Type{Kind: TypeBlock, DType: d, Shape: shape}
}

// ScalarType returns the type of Python scalars of this dtype.
func ScalarType(d DType) *Type { return &Type{Kind: TypeScalar, DType: d} }

// ListType returns the type of lists of t.
func ListType(t *Type) *Type { return &Type{Kind: TypeList, Elems: []*Type{t}} }

// Equal says whether two types are the same, shapes included.
func (t *Type) Equal(u *Type) bool {
	if t == nil || u == nil {
		return t == u
	}
	return t == u || t.String() == u.String()
}

// SameRepr says whether values of both types have the same Go type: shapes are
// ignored, ranks and dtypes are not.
func (t *Type) SameRepr(u *Type) bool {
	if t == nil || u == nil || t.Kind != u.Kind || t.DType != u.DType || len(t.Shape) != len(u.Shape) || len(t.Elems) != len(u.Elems) {
		return false
	}
	if t.Kind == TypeGo {
		return t.Go.Expr == u.Go.Expr
	}
	for i := range t.Elems {
		if !t.Elems[i].SameRepr(u.Elems[i]) {
			return false
		}
	}
	return true
}

// String returns a short readable form, such as float64(2, ?) for a block,
// int for a Python scalar, or [int] for a list.
func (t *Type) String() string {
	if t == nil {
		return "?"
	}
	switch t.Kind {
	case TypeNone:
		return "None"
	case TypeScalar:
		return map[byte]string{'b': "bool", 'i': "int", 'u': "int", 'f': "float", 'c': "complex"}[t.DType.Kind()]
	case TypeBlock:
		return t.DType.String() + ShapeString(t.Shape)
	case TypeString:
		return "str"
	case TypeBytes:
		return "bytes"
	case TypeList:
		return "[" + t.Elems[0].String() + "]"
	case TypeTuple:
		return "(" + joinTypes(t.Elems) + ")"
	case TypeDict:
		return "{" + t.Elems[0].String() + ": " + t.Elems[1].String() + "}"
	case TypeSlice:
		return "slice"
	case TypeDType:
		return "dtype"
	case TypeFunc:
		return "function"
	default:
		return t.Go.Expr
	}
}

func joinTypes(ts []*Type) string {
	s := make([]string, len(ts))
	for i, t := range ts {
		s[i] = t.String()
	}
	return strings.Join(s, ", ")
}

// ShapeString writes a shape as NumPy does, with ? for an unknown length.
func ShapeString(shape []int64) string {
	var b strings.Builder
	b.WriteByte('(')
	for i, n := range shape {
		if i > 0 {
			b.WriteString(", ")
		}
		if n < 0 {
			b.WriteByte('?')
		} else {
			b.WriteString(strconv.FormatInt(n, 10))
		}
	}
	if len(shape) == 1 {
		b.WriteByte(',')
	}
	b.WriteByte(')')
	return b.String()
}
