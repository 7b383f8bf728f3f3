package gofunc

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

const runtimePath = "github.com/daskgen/daskgen/runtime"

// A mapper maps Go types to those of the IR, as graph/record does for values at
// run time. It notes the names of the packages that types mention.
type mapper struct {
	names map[string]string
}

// typeOf returns the IR's type of values of a Go type, or why generated code
// cannot name it. Blocks have no shape, as their Go type does not tell it.
func (m *mapper) typeOf(t types.Type) (*ir.Type, string) {
	t = types.Unalias(t)
	switch u := t.(type) {
	case *types.Basic:
		return m.basic(u)
	case *types.Slice:
		if b, ok := types.Unalias(u.Elem()).(*types.Basic); ok && b.Kind() == types.Uint8 {
			return &ir.Type{Kind: ir.TypeBytes}, ""
		}
		elem, why := m.typeOf(u.Elem())
		if why != "" {
			return nil, why
		}
		return ir.ListType(elem), ""
	case *types.Map:
		return m.mapType(u)
	case *types.Pointer:
		if d := blockDType(u); d != ir.NoDType {
			return &ir.Type{Kind: ir.TypeBlock, DType: d}, ""
		}
	case *types.Named:
		if it, why := m.runtimeType(u); it != nil || why != "" {
			return it, why
		}
	}
	return m.goType(t)
}

// basic is typeOf of a predeclared type.
func (m *mapper) basic(t *types.Basic) (*ir.Type, string) {
	switch t.Kind() {
	case types.Bool, types.Int64, types.Float64, types.Complex128:
		return ir.ScalarType(ir.ParseDType(t.Name())), ""
	case types.String:
		return &ir.Type{Kind: ir.TypeString}, ""
	case types.UnsafePointer:
		return nil, "is an unsafe.Pointer"
	}
	name := types.Typ[t.Kind()].Name() // byte and rune by their own names
	return &ir.Type{Kind: ir.TypeGo, Go: &ir.GoType{Expr: name}}, ""
}

func (m *mapper) mapType(t *types.Map) (*ir.Type, string) {
	key, why := m.typeOf(t.Key())
	if why != "" {
		return nil, why
	}
	if key.Kind != ir.TypeString && (key.Kind != ir.TypeScalar || key.DType == ir.Complex128) {
		return m.goType(t)
	}
	elem, why := m.typeOf(t.Elem())
	if why != "" {
		return nil, why
	}
	return &ir.Type{Kind: ir.TypeDict, Elems: []*ir.Type{key, elem}}, ""
}

// runtimeType is typeOf of the runtime's None and tuples; nil for other types.
func (m *mapper) runtimeType(t *types.Named) (*ir.Type, string) {
	obj := t.Obj()
	switch {
	case obj.Pkg() == nil || obj.Pkg().Path() != runtimePath:
	case obj.Name() == "None":
		return &ir.Type{Kind: ir.TypeNone}, ""
	case strings.HasPrefix(obj.Name(), "Tuple"):
		out := &ir.Type{Kind: ir.TypeTuple}
		for a := range t.TypeArgs().Types() {
			elem, why := m.typeOf(a)
			if why != "" {
				return nil, why
			}
			out.Elems = append(out.Elems, elem)
		}
		return out, ""
	}
	return nil, ""
}

// blockDType returns the dtype of *runtime.Block[T], or NoDType.
func blockDType(t *types.Pointer) ir.DType {
	named, ok := types.Unalias(t.Elem()).(*types.Named)
	if !ok || named.Obj().Name() != "Block" || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != runtimePath || named.TypeArgs().Len() != 1 {
		return ir.NoDType
	}
	b, ok := types.Unalias(named.TypeArgs().At(0)).(*types.Basic)
	if !ok {
		return ir.NoDType
	}
	return ir.ParseDType(types.Typ[b.Kind()].Name())
}

// goType describes what the IR has no kind for by its source text.
func (m *mapper) goType(t types.Type) (*ir.Type, string) {
	if why := nameable(t, map[types.Type]bool{}); why != "" {
		return nil, why
	}
	if i, ok := t.Underlying().(*types.Interface); ok && i.Empty() && t == t.Underlying() {
		return &ir.Type{Kind: ir.TypeGo, Go: &ir.GoType{Expr: "any"}}, ""
	}
	g, paths, clash := &ir.GoType{}, map[string]string{}, ""
	g.Expr = types.TypeString(t, func(p *types.Package) string {
		if other, ok := paths[p.Name()]; ok && other != p.Path() {
			clash = fmt.Sprintf("is of a type that mentions two packages of the name %s", p.Name())
		}
		paths[p.Name()] = p.Path()
		m.names[p.Path()] = p.Name()
		g.Imports = append(g.Imports, p.Path())
		return p.Name()
	})
	slices.Sort(g.Imports)
	g.Imports = slices.Compact(g.Imports)
	return &ir.Type{Kind: ir.TypeGo, Go: g}, clash
}

// nameable says why code of another package cannot write a type down.
func nameable(t types.Type, seen map[types.Type]bool) string {
	t = types.Unalias(t)
	if seen[t] {
		return ""
	}
	seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		if o := t.Obj(); o.Pkg() != nil && !o.Exported() {
			return fmt.Sprintf("is of type %s.%s, which is not exported", o.Pkg().Name(), o.Name())
		}
		return firstReason(slices.Collect(t.TypeArgs().Types()), seen)
	case *types.Map:
		return firstReason([]types.Type{t.Key(), t.Elem()}, seen)
	case interface{ Elem() types.Type }: // pointer, slice, array, channel
		return nameable(t.Elem(), seen)
	case *types.Signature:
		return firstReason(append(typesOf(t.Params()), typesOf(t.Results())...), seen)
	case *types.Struct:
		for f := range t.Fields() {
			if !f.Exported() {
				return fmt.Sprintf("is of a struct type whose field %s is not exported", f.Name())
			}
			if why := nameable(f.Type(), seen); why != "" {
				return why
			}
		}
	}
	return ""
}

func firstReason(ts []types.Type, seen map[types.Type]bool) string {
	for _, t := range ts {
		if why := nameable(t, seen); why != "" {
			return why
		}
	}
	return ""
}

func typesOf(tuple *types.Tuple) []types.Type {
	var ts []types.Type
	for v := range tuple.Variables() {
		ts = append(ts, v.Type())
	}
	return ts
}

func isContext(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Name() == "Context" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "context"
}

// isNumber says whether a type is a number that blocks may hold.
func isNumber(t *ir.Type) bool { return t.NumberDType() != ir.NoDType && t.Kind != ir.TypeBlock }

// valueOf returns the type that a function's result has in the graph where that
// is not its Go type: ops compute with Python's scalars, which are int64 and
// float64. Unsigned integers of 64 bits, which do not fit, stay Go values.
func valueOf(result *ir.Type) *ir.Type {
	if result.Kind != ir.TypeGo {
		return nil
	}
	switch d := result.NumberDType(); {
	case d == ir.NoDType || d == ir.Uint64:
		return nil
	case d.Kind() == 'f':
		return ir.ScalarType(ir.Float64)
	case d.Kind() == 'c':
		return ir.ScalarType(ir.Complex128)
	}
	return ir.ScalarType(ir.Int64)
}
