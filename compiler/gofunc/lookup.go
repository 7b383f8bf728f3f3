package gofunc

import (
	"fmt"
	"go/types"
	"strings"
)

const fixedHint = "write a function of fixed types that calls it"

// signatureOf returns the signature of the function F, or of the method T.M or
// (*T).M with the receiver as its first parameter; or why a graph cannot call
// it, and what to do.
func signatureOf(pkg *types.Package, name string) (sig *types.Signature, why, hint string) {
	recv, method, isMethod := strings.Cut(name, ".")
	if isMethod {
		return methodOf(pkg, recv, method)
	}
	obj := pkg.Scope().Lookup(name)
	f, ok := obj.(*types.Func)
	switch {
	case obj == nil:
		return nil, "does not exist", near(pkg, name)
	case !ok:
		return nil, "is no function", ""
	}
	sig = f.Signature()
	if sig.TypeParams().Len() > 0 {
		return nil, "is generic", fixedHint
	}
	return sig, "", ""
}

func methodOf(pkg *types.Package, recv, method string) (*types.Signature, string, string) {
	name, pointer := strings.CutPrefix(recv, "(*")
	name = strings.TrimSuffix(name, ")")
	obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
	if !ok {
		return nil, fmt.Sprintf("does not exist: the package has no type %s", name), ""
	}
	t := obj.Type()
	if named, ok := t.(*types.Named); ok && named.TypeParams().Len() > 0 {
		return nil, "is a method of a generic type", fixedHint
	}
	if pointer {
		t = types.NewPointer(t)
	}
	found, _, indirect := types.LookupFieldOrMethod(t, false, pkg, method)
	f, ok := found.(*types.Func)
	switch {
	case !ok && indirect:
		return nil, "has a pointer as its receiver", fmt.Sprintf("write (*%s).%s", name, method)
	case !ok:
		return nil, "does not exist", ""
	}
	sig := f.Signature()
	params := []*types.Var{types.NewParam(0, pkg, "", t)}
	for v := range sig.Params().Variables() {
		params = append(params, v)
	}
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic()), "", ""
}

// near names the functions of a package whose names differ in case or little
// else.
func near(pkg *types.Package, name string) string {
	for _, n := range pkg.Scope().Names() {
		f, ok := pkg.Scope().Lookup(n).(*types.Func)
		switch {
		case !ok || !strings.EqualFold(n, name):
		case f.Exported():
			return "the package has " + n
		default:
			return "the package has " + n + ", which is not exported"
		}
	}
	return ""
}
