package record

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/runtime"
)

var (
	contextType = reflect.TypeFor[context.Context]()
	errorType   = reflect.TypeFor[error]()
	runtimePath = reflect.TypeFor[runtime.Task]().PkgPath()
)

// TypeOf returns the IR's type of values of a Go type. What the IR has no kind
// for is a Go type by its source text.
func TypeOf(t reflect.Type) *ir.Type {
	if t.PkgPath() == runtimePath && t.Name() == "None" {
		return &ir.Type{Kind: ir.TypeNone}
	}
	if t.PkgPath() == "" {
		if it := builtinType(t); it != nil {
			return it
		}
	}
	if elems := tupleElems(t); elems != nil {
		return &ir.Type{Kind: ir.TypeTuple, Elems: elems}
	}
	return goType(t)
}

// builtinType is TypeOf for types that are not defined by a package, nil where
// the IR has no kind of its own.
func builtinType(t reflect.Type) *ir.Type {
	switch t.Kind() {
	case reflect.Bool, reflect.Int64, reflect.Float64, reflect.Complex128:
		return ir.ScalarType(ir.ParseDType(t.Kind().String()))
	case reflect.String:
		return &ir.Type{Kind: ir.TypeString}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 && t.Elem().PkgPath() == "" {
			return &ir.Type{Kind: ir.TypeBytes}
		}
		return ir.ListType(TypeOf(t.Elem()))
	case reflect.Map:
		key := TypeOf(t.Key())
		if key.Kind == ir.TypeScalar && key.DType != ir.Complex128 || key.Kind == ir.TypeString {
			return &ir.Type{Kind: ir.TypeDict, Elems: []*ir.Type{key, TypeOf(t.Elem())}}
		}
	}
	return nil
}

// tupleElems returns the types of the fields of the runtime's tuples.
func tupleElems(t reflect.Type) []*ir.Type {
	if t.PkgPath() != runtimePath || t.Kind() != reflect.Struct || !strings.HasPrefix(t.Name(), "Tuple") {
		return nil
	}
	var elems []*ir.Type
	for i := range t.NumField() {
		elems = append(elems, TypeOf(t.Field(i).Type))
	}
	return elems
}

func goType(t reflect.Type) *ir.Type {
	g := &ir.GoType{}
	g.Expr = typeExpr(t, &g.Imports)
	slices.Sort(g.Imports)
	g.Imports = slices.Compact(g.Imports)
	return &ir.Type{Kind: ir.TypeGo, Go: g}
}

// BlockDType returns the dtype of a *runtime.Block type, or NoDType.
func BlockDType(t reflect.Type) ir.DType {
	if t.Kind() != reflect.Pointer || t.Elem().PkgPath() != runtimePath || !strings.HasPrefix(t.Elem().Name(), "Block[") {
		return ir.NoDType
	}
	return ir.ParseDType(strings.TrimSuffix(strings.TrimPrefix(t.Elem().Name(), "Block["), "]"))
}
