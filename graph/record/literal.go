package record

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// Literal returns a value as an expression of type t, which is the value's own
// type or, as for Go's untyped constants, one that the value converts to.
func Literal(v reflect.Value, t reflect.Type) (*ir.Expr, error) {
	it := TypeOf(t)
	e := &ir.Expr{Kind: ir.ExprConst, Type: it}
	if e.Const = nativeConst(v, it); e.Const != nil {
		return e, nil
	}
	return typed(v, t)
}

// Typed returns a value as an expression that has its type also where a value
// of any type may stand: a number is written int64(1), not 1.
func Typed(v reflect.Value) (*ir.Expr, error) {
	if v.CanInt() || v.CanUint() || v.CanFloat() || v.CanComplex() {
		return typed(v, v.Type())
	}
	return Literal(v, v.Type())
}

// typed returns a literal in Go source.
func typed(v reflect.Value, t reflect.Type) (*ir.Expr, error) {
	e := &ir.Expr{Kind: ir.ExprConst, Type: TypeOf(t)}
	g := &ir.GoType{}
	src, err := source(v, &g.Imports, 0)
	if err != nil {
		return nil, err
	}
	g.Expr = typeExpr(t, &g.Imports)
	slices.Sort(g.Imports)
	g.Imports = slices.Compact(g.Imports)
	e.Const = &ir.Const{Kind: ir.ConstGo, Str: src, GoType: g}
	return e, nil
}

// nativeConst returns the literal of a type that the IR has literals for, or
// nil.
func nativeConst(v reflect.Value, t *ir.Type) *ir.Const {
	switch {
	case t.Kind == ir.TypeNone:
		return &ir.Const{Kind: ir.ConstNone}
	case t.Kind == ir.TypeString:
		return &ir.Const{Kind: ir.ConstString, Str: v.String()}
	case t.Kind == ir.TypeBytes:
		return &ir.Const{Kind: ir.ConstBytes, Bytes: append([]byte{}, v.Bytes()...)}
	case t.Kind == ir.TypeScalar:
		return NumberConst(v)
	}
	return nil
}

// NumberConst returns the literal of a bool or number.
func NumberConst(v reflect.Value) *ir.Const {
	switch {
	case v.Kind() == reflect.Bool:
		return &ir.Const{Kind: ir.ConstBool, Bool: v.Bool()}
	case v.CanInt():
		return &ir.Const{Kind: ir.ConstInt, Int: v.Int()}
	case v.CanUint() && v.Uint() > math.MaxInt64:
		return &ir.Const{Kind: ir.ConstInt, Int: -1, Uint: v.Uint()}
	case v.CanUint():
		return &ir.Const{Kind: ir.ConstInt, Int: int64(v.Uint())}
	case v.CanFloat():
		return &ir.Const{Kind: ir.ConstFloat, Float: v.Float()}
	case v.CanComplex():
		return &ir.Const{Kind: ir.ConstComplex, Cmplx: v.Complex()}
	}
	return nil
}

// Convert returns v as a value of type t where Go would accept v, written as a
// constant, for t: an int for any number that holds it, a float64 for any float
// or complex type, a string or bool for types that are based on them.
func Convert(v reflect.Value, t reflect.Type) (reflect.Value, bool) {
	switch {
	case v.Type() == t:
		return v, true
	case t.Kind() == reflect.Interface:
		return v, v.Type().Implements(t)
	case v.Type() == reflect.TypeFor[int](): // the type that 10 has when it is passed as any
		return convertInt(v, t)
	case v.Type() == reflect.TypeFor[float64]():
		return convertFloat(v, t)
	case v.Type() == reflect.TypeFor[string]() && t.Kind() == reflect.String,
		v.Type() == reflect.TypeFor[bool]() && t.Kind() == reflect.Bool:
		return v.Convert(t), true
	}
	if v.Type().AssignableTo(t) {
		return v.Convert(t), true
	}
	return v, false
}

func convertInt(v reflect.Value, t reflect.Type) (reflect.Value, bool) {
	z, i := reflect.Zero(t), v.Int()
	switch {
	case z.CanInt() && !z.OverflowInt(i),
		z.CanUint() && i >= 0 && !z.OverflowUint(uint64(i)):
		return v.Convert(t), true
	case z.CanFloat() || z.CanComplex():
		return convertFloat(reflect.ValueOf(float64(i)), t)
	}
	return v, false
}

func convertFloat(v reflect.Value, t reflect.Type) (reflect.Value, bool) {
	z := reflect.Zero(t)
	switch {
	case z.CanFloat() && !z.OverflowFloat(v.Float()):
		return v.Convert(t), true
	case z.CanComplex() && !z.OverflowComplex(complex(v.Float(), 0)):
		return reflect.ValueOf(complex(v.Float(), 0)).Convert(t), true
	case z.CanInt() && v.Float() == math.Trunc(v.Float()) && math.Abs(v.Float()) <= 1<<53:
		return convertInt(reflect.ValueOf(int(v.Float())), t)
	}
	return v, false
}

// maxLiteral bounds the nesting of composite literals: a value that holds
// itself has no source form.
const maxLiteral = 64

// source writes a value as a Go expression of exactly its type.
func source(v reflect.Value, imports *[]string, depth int) (string, error) {
	if depth > maxLiteral {
		return "", fmt.Errorf("a value nested this deeply cannot be written as source")
	}
	switch v.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128, reflect.String:
		return basicSource(v, imports), nil
	case reflect.Slice, reflect.Array:
		return listSource(v, imports, depth)
	case reflect.Map:
		return mapSource(v, imports, depth)
	case reflect.Struct:
		return structSource(v, imports, depth)
	case reflect.Func:
		return funcSource(v, imports)
	case reflect.Interface:
		if v.IsNil() {
			return "nil", nil
		}
		return source(v.Elem(), imports, depth+1)
	}
	return "", fmt.Errorf("a value of type %s cannot be written as source: make it in a function, as a task of its own", v.Type())
}

func basicSource(v reflect.Value, imports *[]string) string {
	s := basicText(v)
	if strings.Contains(s, "math.") && v.Kind() != reflect.String {
		*imports = append(*imports, "math")
	}
	switch v.Type() {
	case reflect.TypeFor[bool](), reflect.TypeFor[string](), reflect.TypeFor[int]():
		return s
	case reflect.TypeFor[float64]():
		if strings.ContainsAny(s, ".e(") {
			return s
		}
	}
	return typeExpr(v.Type(), imports) + "(" + s + ")"
}

func basicText(v reflect.Value) string {
	switch {
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	case v.CanFloat():
		return floatText(v.Float(), v.Type().Bits())
	case v.CanComplex():
		bits := v.Type().Bits() / 2
		return "complex(" + floatText(real(v.Complex()), bits) + ", " + floatText(imag(v.Complex()), bits) + ")"
	}
	return strconv.Quote(v.String())
}

// floatText writes any float; what Go has no literal for, with package math.
func floatText(f float64, bits int) string {
	switch {
	case math.IsNaN(f):
		return "math.NaN()"
	case math.IsInf(f, 1):
		return "math.Inf(1)"
	case math.IsInf(f, -1):
		return "math.Inf(-1)"
	case f == 0 && math.Signbit(f):
		return "math.Copysign(0, -1)"
	}
	return strconv.FormatFloat(f, 'g', -1, bits)
}

func listSource(v reflect.Value, imports *[]string, depth int) (string, error) {
	t := typeExpr(v.Type(), imports)
	if v.Kind() == reflect.Slice && v.IsNil() {
		return t + "(nil)", nil
	}
	elems := make([]string, v.Len())
	for i := range elems {
		var err error
		if elems[i], err = source(v.Index(i), imports, depth+1); err != nil {
			return "", err
		}
	}
	return t + "{" + strings.Join(elems, ", ") + "}", nil
}

// mapSource writes the entries in the order of their source, so that two runs
// agree.
func mapSource(v reflect.Value, imports *[]string, depth int) (string, error) {
	t := typeExpr(v.Type(), imports)
	if v.IsNil() {
		return t + "(nil)", nil
	}
	var entries []string
	for it := v.MapRange(); it.Next(); {
		k, err := source(it.Key(), imports, depth+1)
		if err != nil {
			return "", err
		}
		e, err := source(it.Value(), imports, depth+1)
		if err != nil {
			return "", err
		}
		entries = append(entries, k+": "+e)
	}
	slices.SortFunc(entries, cmp.Compare)
	return t + "{" + strings.Join(entries, ", ") + "}", nil
}

// structSource leaves out fields that are zero. Fields of other packages that
// are not exported can only be zero.
func structSource(v reflect.Value, imports *[]string, depth int) (string, error) {
	t := v.Type()
	var fields []string
	for i := range t.NumField() {
		f := t.Field(i)
		if v.Field(i).IsZero() {
			continue
		}
		if !f.IsExported() && importPath(f.PkgPath) != recordedPath {
			return "", fmt.Errorf("a value of type %s cannot be written as source: its field %s is not exported", t, f.Name)
		}
		s, err := source(v.Field(i), imports, depth+1)
		if err != nil {
			return "", err
		}
		fields = append(fields, f.Name+": "+s)
	}
	return typeExpr(t, imports) + "{" + strings.Join(fields, ", ") + "}", nil
}

func funcSource(v reflect.Value, imports *[]string) (string, error) {
	if v.IsNil() {
		return "nil", nil
	}
	pkg, name, err := FuncName(v)
	if err != nil {
		return "", err
	}
	*imports = append(*imports, pkg)
	if rest, ok := strings.CutPrefix(name, "(*"); ok {
		return "(*" + lastElem(pkg) + "." + rest, nil
	}
	return lastElem(pkg) + "." + name, nil
}

// recordedPath is the import path of the package that is being recorded.
var recordedPath string
