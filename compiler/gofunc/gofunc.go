// Package gofunc finds the signatures of the Go functions that a graph.json
// calls by import path: it loads their packages with go/packages and describes
// them as the IR does.
package gofunc

import (
	"cmp"
	"context"
	"go/types"
	"slices"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/graphjson"
	"github.com/daskgen/daskgen/ir"
)

// Config says where packages are looked for.
type Config struct {
	Dirs []string // folders in whose module packages are looked for: the first in which all are found
	Tags []string // build tags
	Env  []string // environment of the go command; nil: that of the process
}

// A Result is what was learnt of the packages.
type Result struct {
	Dir      string            // the folder of Config.Dirs in which the packages were found
	Env      []string          // the environment in which they were found
	Names    map[string]string // package names by import path
	Packages []Package         // by import path
}

// A Package is one whose functions are called.
type Package struct {
	Path     string
	Dir      string   // absolute
	Declared []string // names declared at package level outside generated files, sorted
}

// Resolve fills in the functions that a graph calls. What does not fit is in the
// diagnostics; the error is for trouble, such as a missing go command. Only the
// import paths of the uses reach the go command.
func Resolve(ctx context.Context, uses []graphjson.FuncUse, cfg Config) (*Result, diag.List, error) {
	l := &loader{ctx: ctx, cfg: cfg, paths: importPaths(uses)}
	found, err := l.find()
	if err != nil {
		return nil, nil, err
	}
	r := &resolver{found: found, names: map[string]string{}, bad: map[string]bool{}}
	for _, u := range uses {
		r.resolve(&u)
	}
	res := &Result{Dir: found.dir, Env: found.env, Names: r.names}
	for _, path := range l.paths {
		if found.trouble(path) == "" {
			p := found.pkgs[path]
			r.names[path] = p.Types.Name()
			res.Packages = append(res.Packages, describe(path, p))
		}
	}
	return res, r.diags, nil
}

// importPaths returns the packages of the uses, each once, sorted.
func importPaths(uses []graphjson.FuncUse) []string {
	var paths []string
	for _, u := range uses {
		paths = append(paths, u.Func.Pkg)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// A resolver fills in functions from loaded packages.
type resolver struct {
	found *attempt
	names map[string]string
	bad   map[string]bool // packages that were reported
	diags diag.List
}

// resolve fills in one function, or reports why it cannot be called.
func (r *resolver) resolve(u *graphjson.FuncUse) {
	f := u.Func
	pkg := r.found.pkgs[f.Pkg]
	if why := r.found.trouble(f.Pkg); why != "" {
		if !r.bad[f.Pkg] {
			r.bad[f.Pkg] = true
			d := r.diags.Errorf(u.Pos, diag.LoadFailed, "package %s: %s", f.Pkg, why)
			if r.found.missing([]string{f.Pkg}) > 0 {
				d.Hint = "packages are looked for in the module of the graph's folder, else of the current one"
			}
		}
		return
	}
	if pkg.Name == "main" {
		r.errorf(u, "package %s is a program, which cannot be imported", f.Pkg)
		return
	}
	sig, why, hint := signatureOf(pkg.Types, f.Name)
	if why != "" {
		r.errorf(u, "%s.%s %s", f.Pkg, f.Name, why).Hint = hint
		return
	}
	r.fill(u, sig)
}

func (r *resolver) errorf(u *graphjson.FuncUse, format string, args ...any) *diag.Diagnostic {
	return r.diags.Errorf(u.Pos, diag.BadSignature, format, args...)
}

// fill describes a function by its signature.
func (r *resolver) fill(u *graphjson.FuncUse, sig *types.Signature) {
	f, m := u.Func, &mapper{names: r.names}
	params := slices.Collect(sig.Params().Variables())
	if len(params) > 0 && isContext(params[0].Type()) {
		f.Context, params = true, params[1:]
	}
	f.Variadic = sig.Variadic()
	if !r.setParams(u, m, params) || !r.setResult(u, m, sig) {
		return
	}
	f.Scalar = len(f.Params) > 0 && isNumber(f.Result)
	for _, p := range f.Params {
		f.Scalar = f.Scalar && isNumber(p)
	}
}

// setParams sets the parameters of a call with as many arguments as it has.
func (r *resolver) setParams(u *graphjson.FuncUse, m *mapper, params []*types.Var) bool {
	f, n := u.Func, len(params)
	switch {
	case f.Variadic && u.Args < n-1:
		r.errorf(u, "%s takes at least %s, got %d", f.Name, arguments(n-1), u.Args)
		return false
	case !f.Variadic && u.Args != n:
		r.errorf(u, "%s takes %s, got %d", f.Name, arguments(n), u.Args)
		return false
	}
	for i := range u.Args {
		t := params[min(i, n-1)].Type()
		if f.Variadic && i >= n-1 {
			t = t.(*types.Slice).Elem()
		}
		p, why := m.typeOf(t)
		if why != "" {
			r.errorf(u, "parameter %d of %s %s", i+1, f.Name, why)
			return false
		}
		f.Params = append(f.Params, p)
	}
	return true
}

func arguments(n int) string {
	return cmp.Or(map[int]string{1: "1 argument"}[n], ir.KeyPart{Int: int64(n)}.String()+" arguments")
}

const resultHint = "a task's function returns one value, or a value and an error; return a struct to return more"

// setResult sets the result, and the value that a call has in the graph.
func (r *resolver) setResult(u *graphjson.FuncUse, m *mapper, sig *types.Signature) bool {
	f := u.Func
	results := slices.Collect(sig.Results().Variables())
	if n := len(results); n > 0 && types.Identical(results[n-1].Type(), types.Universe.Lookup("error").Type()) {
		f.Error, results = true, results[:n-1]
	}
	if len(results) != 1 {
		r.errorf(u, "%s returns %s", f.Name, values(len(results))).Hint = resultHint
		return false
	}
	var why string
	if f.Result, why = m.typeOf(results[0].Type()); why != "" {
		r.errorf(u, "the result of %s %s", f.Name, why)
		return false
	}
	f.Value = valueOf(f.Result)
	return true
}

func values(n int) string {
	if n == 0 {
		return "no value"
	}
	return ir.KeyPart{Int: int64(n)}.String() + " values"
}
